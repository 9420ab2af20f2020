//! The evaluator is total: whatever a document holds, there is a decision, in linear time.

use super::super::{decide, judge};
use super::forms::*;
use super::project::{PROJECT, RELEASE, record};
use super::run::{context, decided, document, told};
use crate::core::{Comparison, Const, Expr, Stmt, Type};
use crate::pattern::Pattern;
use crate::subject::Document;
use crate::syntax::ast::{Decision, Quantifier, SumOp};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Any JSON, with the keys of the subject and of its parts among its keys.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        prop_oneof!["high", "ONNX", "bank.raw", "ciso", "1.2.3", "2026-11-23T12:00:00Z", "500m"].prop_map(Json::from),
    ];
    let key = prop_oneof![
        Just("level"),
        Just("name"),
        Just("tags"),
        Just("scanned"),
        Just("critical"),
        Just("found"),
        Just("a")
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            proptest::collection::hash_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_document() -> impl Strategy<Value = Document> {
    let fields: Vec<String> = PROJECT.record(record(RELEASE)).fields.keys().map(ToString::to_string).collect();
    proptest::collection::vec((proptest::sample::select(fields), any_json()), 0..20)
        .prop_map(|fields| document(Json::Object(Map::from_iter(fields))))
}

/// Every field of the subject, and every form.
fn everything() -> Vec<Stmt> {
    let names = PROJECT.record(record(RELEASE)).fields.keys();
    let mut body: Vec<Stmt> = names.map(|name| require(boolean(false), say_of(name, get(name)))).collect();
    let pattern = lit(Const::Pattern(Arc::new(Pattern::parse_regex("[a-z]+").expect("a pattern"))), Type::Pattern);
    let levels = collect(of(part(), "level"), get("scan.found"), Some(has(of(part(), "name"))));
    let conditions = [
        and([get("flag"), not(get("a")), or([get("b"), get("c")])]),
        eq(coalesce(get("m"), get("d")), sum(vec![(SumOp::Add, get("n")), (SumOp::Sub, scale(get("n"), 3))])),
        compare(Comparison::Lt, get("severity"), get("severity")),
        compare(Comparison::Lt, get("cpu"), get("cpu")),
        compare(Comparison::Gt, age(get("at")), get("wait")),
        share(Comparison::Le, get("n"), get("d"), "50%"),
        is_in(get("text"), get("words")),
        is_in(get("hash"), get("hashes")),
        matches(get("text"), pattern),
        quantified(Quantifier::All, get("scan.found"), has(of(part(), "name"))),
        quantified(Quantifier::Any, levels, eq(x(Type::Int), int(1))),
        has(key(get("labels"), get("text"))),
        has(element(get("ns"), get("n"))),
        eq(count(get("labels")), count(get("part.tags"))),
        eq(get("model.name"), get("dataset.name")),
        has(get("extra.token")),
        get("flag"),
    ];
    body.extend(conditions.into_iter().map(|condition| require(condition, say("no"))));
    let inner = vec![require(has(of(part(), "name")), say_of("level ", of(part(), "level")))];
    body.push(for_each(get("parts"), Some(has(of(part(), "token"))), inner.clone()));
    body.push(bind(get("extra"), say("no"), inner));
    body.push(when(get("flag"), vec![let_in(X, get("rescan"))], vec![require(series_is_zero(), say("no"))]));
    body
}

fn series_is_zero() -> Expr {
    eq(series(), int(0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_document_has_a_decision(document in any_document()) {
        let block = block(None, everything());
        let outcome = decide(context(), &block, &document);
        prop_assert_eq!(outcome.decision, Decision::Violated);
        prop_assert!(outcome.reasons.len() <= 10);
        prop_assert_eq!(&outcome, &decide(context(), &block, &document));
    }

    #[test]
    fn any_subject_and_asset_have_a_verdict(subject in ".*", asset in proptest::option::of(".*")) {
        let mut document = document(json!({}));
        (document.subject, document.asset) = (subject, asset);
        let outcome = decide(context(), &block(None, vec![]), &document);
        prop_assert!(matches!(outcome.decision, Decision::Indeterminate | Decision::Pass));
        for policy in &PROJECT.policies {
            judge(&PROJECT, policy, &document, None);
        }
    }
}

#[test]
fn deep_expressions_do_not_overflow() {
    // More than any source can nest.
    let deep = (0..256).fold(get("flag"), |inner, _| and([not(inner)]));
    assert_eq!(told(&decided(&block(None, vec![require(deep, say("no"))]), json!({ "flag": true }))), "pass");
    let nested = (0..128).fold(require(get("a"), say("a")), |inner, _| when(get("flag"), vec![inner], vec![]));
    assert_eq!(told(&decided(&block(None, vec![nested]), json!({ "flag": true, "a": false }))), "violated ! a");
}

#[test]
fn a_million_elements_take_linear_time() {
    let body = vec![
        for_each(
            get("ns"),
            None,
            vec![require(compare(Comparison::Ge, x(Type::Int), int(0)), say_of("n ", x(Type::Int)))],
        ),
        require(quantified(Quantifier::All, get("ns"), compare(Comparison::Ge, x(Type::Int), int(0))), say("negative")),
        require(not(is_in(int(-1), get("ns"))), say("one is -1")),
        require(eq(count(collect(x(Type::Int), get("ns"), None)), count(get("ns"))), say("lost")),
        for_each(get("parts"), None, vec![require(has(of(part(), "name")), say("no name"))]),
    ];
    let numbers: Vec<u32> = (0..1_000_000).collect();
    let parts = vec![json!({ "level": 1 }); 100_000];
    let outcome = decided(&block(None, body), json!({ "ns": numbers, "parts": parts }));
    assert_eq!(told(&outcome), "violated ! no name");
}
