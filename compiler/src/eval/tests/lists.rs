//! Lists: elements, counts, quantifiers and comprehensions.

use super::forms::*;
use super::run::shown;
use crate::core::{Comparison, Type};
use crate::syntax::ast::Quantifier::{All, Any};
use serde_json::{Value as Json, json};

#[test]
fn elements() {
    let at = |index: i64, ns: Json| shown(&element(get("ns"), int(index)), json!({ "ns": ns }));
    assert_eq!(at(0, json!([5])), "5");
    assert_eq!(at(1, json!([5])), "(absent)");
    assert_eq!(at(-1, json!([5])), "(absent)");
    assert_eq!(at(0, json!([])), "(absent)");
    assert_eq!(at(0, json!(["x"])), "? `release.ns[0]` is text, not a whole number");
    assert_eq!(at(0, json!([null])), "? `release.ns[0]` is null, not a whole number");
    assert_eq!(at(1, json!(["x", 5])), "5");
    assert_eq!(at(0, Json::Null), "? `release.ns` is missing");
    assert_eq!(at(0, json!(5)), "? `release.ns` is a number, not a list");
    let by_n = element(get("ns"), get("n"));
    assert_eq!(shown(&by_n, json!({ "ns": [5] })), "? `release.n` is missing");
    assert_eq!(shown(&element(get("ms"), int(0)), json!({})), "(absent)");
    assert_eq!(shown(&element(list(vec![int(1), get("n")]), int(0)), json!({})), "1");
    assert_eq!(shown(&element(list(vec![int(1), get("n")]), int(1)), json!({})), "? `release.n` is missing");
}

#[test]
fn counting_reads_nothing() {
    let of = |ns: Json| shown(&count(get("ns")), json!({ "ns": ns }));
    assert_eq!(of(json!([])), "0");
    assert_eq!(of(json!([1, "x", null])), "3");
    assert_eq!(of(Json::Null), "? `release.ns` is missing");
    assert_eq!(of(json!("x")), "? `release.ns` is text, not a list");
    assert_eq!(shown(&count(get("ms")), json!({})), "(absent)");
    assert_eq!(shown(&count(get("labels")), json!({})), "0");
    assert_eq!(shown(&count(get("labels")), json!({ "labels": { "a": "b", "c": 4 } })), "2");
    assert_eq!(shown(&count(list(vec![get("n"), int(1)])), json!({})), "2");
}

#[test]
fn quantifiers_are_kleenes() {
    let positive = || compare(Comparison::Gt, x(Type::Int), int(0));
    let ask = |quantifier, ns: Json| shown(&quantified(quantifier, get("ns"), positive()), json!({ "ns": ns }));
    let unknown = "? `release.ns[0]` is text, not a whole number";
    for (ns, all, any) in [
        (json!([]), "true", "false"),
        (json!([1, 2]), "true", "true"),
        (json!([0, 1]), "false", "true"),
        (json!([0, -1]), "false", "false"),
        (json!(["x", 1]), unknown, "true"),
        (json!(["x", 0]), "false", unknown),
        (json!(["x"]), unknown, unknown),
        (Json::Null, "? `release.ns` is missing", "? `release.ns` is missing"),
        (json!({}), "? `release.ns` is an object, not a list", "? `release.ns` is an object, not a list"),
    ] {
        assert_eq!(ask(All, ns.clone()), all, "all {ns}");
        assert_eq!(ask(Any, ns.clone()), any, "any {ns}");
    }
    // An element that is not read has no effect.
    let always = quantified(All, get("ns"), boolean(true));
    assert_eq!(shown(&always, json!({ "ns": ["x"] })), "true");
}

#[test]
fn an_inner_name_hides_nothing_after_it() {
    // `all x in ns: (any x in words: true) and x > 0`
    let inner = quantified(Any, get("words"), boolean(true));
    let body = and([inner, compare(Comparison::Gt, x(Type::Int), int(0))]);
    assert_eq!(shown(&quantified(All, get("ns"), body), json!({ "ns": [1], "words": ["a"] })), "true");
}

#[test]
fn comprehensions() {
    let big = || compare(Comparison::Gt, of(part(), "level"), int(1));
    let names = |filter: Option<crate::core::Expr>, parts: Json| {
        let names = collect(of(part(), "level"), get("parts"), filter);
        shown(&names, json!({ "parts": parts }))
    };
    let parts = json!([{ "level": 1 }, { "level": 2 }, { "level": 3 }]);
    assert_eq!(names(None, parts.clone()), "1, 2, 3");
    assert_eq!(names(Some(big()), parts), "2, 3");
    assert_eq!(names(Some(big()), json!([])), "(none)");
    assert_eq!(names(Some(big()), Json::Null), "? `release.parts` is missing");
    // An unknown filter makes the list unknown, an unknown element only itself.
    assert_eq!(names(Some(big()), json!([{ "level": 2 }, {}])), "? `release.parts[1].level` is missing");
    assert_eq!(names(None, json!([{ "level": 2 }, {}, 3])), "2, (unknown), (unknown)");
    let counted = count(collect(of(part(), "level"), get("parts"), None));
    assert_eq!(shown(&counted, json!({ "parts": [{}, {}] })), "2");
    let nested = collect(x(Type::Int), collect(of(part(), "level"), get("parts"), None), None);
    assert_eq!(shown(&nested, json!({ "parts": [{ "level": 4 }] })), "4");
}
