//! Statements, decisions, and the branches that they reach.

use super::super::{Answer, Branch};
use super::forms::*;
use super::run::{decided, told};
use crate::core::{Comparison, Expr, Stmt, StmtKind, Type};
use serde_json::{Value as Json, json};

/// A statement that holds, is violated, or is unknown, as `a`, `b` and `c` of [`abc`] are true, false and missing.
fn ask(field: &str) -> Stmt {
    require(get(field), say(field))
}

fn abc() -> Json {
    json!({ "a": true, "b": false })
}

fn told_of(filter: Option<Expr>, body: Vec<Stmt>, fields: Json) -> String {
    told(&decided(&block(filter, body), fields))
}

fn body(body: Vec<Stmt>) -> String {
    told_of(None, body, abc())
}

const UNKNOWN: &str = "? `release.c` is missing";

#[test]
fn every_require_is_decided() {
    assert_eq!(body(vec![]), "pass");
    assert_eq!(body(vec![ask("a")]), "pass");
    assert_eq!(body(vec![ask("b")]), "violated ! b");
    assert_eq!(body(vec![ask("c")]), format!("indeterminate {UNKNOWN}"));
    assert_eq!(body(vec![ask("c"), ask("a")]), format!("indeterminate {UNKNOWN}"));
    assert_eq!(body(vec![ask("c"), ask("b"), ask("a")]), format!("violated ! b {UNKNOWN}"));
}

#[test]
fn the_filter_comes_first() {
    let with = |filter: &str| told_of(Some(get(filter)), vec![ask("b")], abc());
    assert_eq!(with("a"), "violated ! b");
    assert_eq!(with("b"), "not_applicable");
    assert_eq!(with("c"), format!("indeterminate {UNKNOWN}"));
}

#[test]
fn let_names_a_value() {
    let positive = || require(compare(Comparison::Gt, x(Type::Int), int(0)), say_of("n is ", x(Type::Int)));
    let with = |n: Json| told_of(None, vec![let_in(X, get("n")), positive()], json!({ "n": n }));
    assert_eq!(with(json!(1)), "pass");
    assert_eq!(with(json!(0)), "violated ! n is 0");
    assert_eq!(with(json!("0")), "indeterminate ? `release.n` is text, not a whole number");
    // An unknown value has its effect where it is used.
    assert_eq!(told_of(None, vec![let_in(X, get("n"))], json!({})), "pass");
}

#[test]
fn let_is_seen_to_the_end_of_its_list() {
    let inner = when(get("a"), vec![let_in(X, int(5))], vec![]);
    let after = require(eq(x(Type::Int), int(1)), say("hidden"));
    assert_eq!(body(vec![let_in(X, int(1)), inner, after]), "pass");
}

#[test]
fn let_else() {
    let with = |m: Json| {
        let positive = require(compare(Comparison::Gt, x(Type::Int), int(0)), say("m is not positive"));
        told_of(
            None,
            vec![bind(get("m"), say("there is no m"), vec![positive, ask("b")])],
            json!({ "m": m, "b": false }),
        )
    };
    assert_eq!(with(json!(1)), "violated ! b");
    assert_eq!(with(json!(0)), "violated ! m is not positive ! b");
    assert_eq!(with(json!(null)), "violated ! there is no m");
    assert_eq!(with(json!("x")), "violated ! b ? `release.m` is text, not a whole number");
    let unused = vec![bind(get("m"), say("there is no m"), vec![ask("a")])];
    assert_eq!(
        told_of(None, unused, json!({ "m": "x", "a": true })),
        "indeterminate ? `release.m` is text, not a whole number"
    );
}

#[test]
fn for_decides_each_element() {
    let level = || of(part(), "level");
    let bad = || vec![require(compare(Comparison::Lt, level(), int(3)), say_of("level ", level()))];
    let with = |filter: Option<Expr>, parts: Json| {
        told_of(None, vec![for_each(get("parts"), filter, bad())], json!({ "parts": parts }))
    };
    let named = || Some(has(of(part(), "name")));
    assert_eq!(with(None, json!([])), "pass");
    assert_eq!(with(None, json!([{ "level": 1 }])), "pass");
    assert_eq!(
        with(None, json!([{ "level": 4 }, { "level": 1 }, { "level": 3 }, { "level": 4 }])),
        "violated ! level 3 ! level 4"
    );
    assert_eq!(
        with(None, json!([{ "level": "x" }])),
        "indeterminate ? `release.parts[0].level` is text, not a whole number"
    );
    assert_eq!(with(None, json!([{}, { "level": 9 }])), "violated ! level 9 ? `release.parts[0].level` is missing");
    assert_eq!(with(None, json!([null])), "indeterminate ? `release.parts[0]` is null, not an object");
    assert_eq!(with(None, Json::Null), "indeterminate ? `release.parts` is missing");
    assert_eq!(with(None, json!("x")), "indeterminate ? `release.parts` is text, not a list");
    assert_eq!(with(named(), json!([{ "level": 9 }])), "pass");
    assert_eq!(with(named(), json!([{ "level": 9, "name": "a" }])), "violated ! level 9");
    assert_eq!(
        with(named(), json!([{ "level": 1, "name": 1 }])),
        "indeterminate ? `release.parts[0].name` is a number, not text"
    );
    // An element that its body does not read has no effect.
    assert_eq!(told_of(None, vec![for_each(get("ns"), None, vec![])], json!({ "ns": ["x"] })), "pass");
}

#[test]
fn when_takes_one_branch() {
    let with = |condition: &str, then: &str, otherwise: &str| {
        body(vec![when(get(condition), vec![ask(then)], vec![ask(otherwise)])])
    };
    assert_eq!(with("a", "a", "b"), "pass");
    assert_eq!(with("a", "b", "a"), "violated ! b");
    assert_eq!(with("b", "b", "a"), "pass");
    assert_eq!(with("b", "a", "c"), format!("indeterminate {UNKNOWN}"));
    assert_eq!(with("c", "a", "a"), "pass");
    assert_eq!(with("c", "b", "b"), format!("indeterminate {UNKNOWN}"));
    assert_eq!(with("c", "a", "b"), format!("indeterminate {UNKNOWN}"));
    assert_eq!(with("c", "flag", "a"), format!("indeterminate {UNKNOWN}"));
    assert_eq!(body(vec![when(get("c"), vec![], vec![])]), "pass");
}

#[test]
fn a_quota_is_decided_elsewhere() {
    let amount =
        StmtKind::Quota { amount: int(1), key: text("k"), limit: get("rate"), sharing: None, message: say("slow") };
    assert_eq!(body(vec![stmt(amount)]), "indeterminate ? a quota is decided over a sequence of requests");
}

#[test]
fn messages_are_a_set_in_order() {
    let first = require(get("b"), say("z"));
    let again = require(get("b"), say("a"));
    let twice = for_each(get("ns"), None, vec![require(get("b"), say_of("n", x(Type::Int)))]);
    let last = require(get("b"), say("z"));
    let fields = json!({ "b": false, "ns": [2, 1, 2] });
    assert_eq!(told_of(None, vec![first, again, twice, last], fields), "violated ! z ! a ! n1 ! n2");
}

#[test]
fn ten_reasons_are_enough() {
    let level = for_each(get("parts"), None, vec![require(eq(of(part(), "level"), int(1)), say("level"))]);
    let outcome = decided(&block(None, vec![level]), json!({ "parts": vec![json!({}); 20] }));
    assert_eq!(outcome.reasons.len(), 10);
    assert_eq!(outcome.reasons.last().map(String::as_str), Some("`release.parts[9].level` is missing"));
    let same = decided(&block(None, vec![ask("c"), ask("c")]), json!({}));
    assert_eq!(same.reasons.len(), 1);
}

#[test]
fn branches_that_were_reached() {
    let reached = |filter: Option<Expr>, body: Vec<Stmt>, fields: Json| {
        let reached = decided(&block(filter, body), fields).reached;
        let shown = reached.iter().map(|Branch { statement, answer }| {
            let statement = statement.map_or("where".to_owned(), |id| id.to_string());
            format!(
                "{statement} {}",
                match answer {
                    Answer::True => "true",
                    Answer::False => "false",
                    Answer::Unknown => "unknown",
                }
            )
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(reached(Some(get("b")), vec![ask("a")], abc()), "where false");
    assert_eq!(reached(Some(get("c")), vec![ask("a")], abc()), "where unknown");
    assert_eq!(reached(None, vec![ask("a"), ask("b"), ask("c")], abc()), "where true, 0 true, 1 false, 2 unknown");
    let branches = || vec![when(get("a"), vec![ask("a")], vec![ask("b")])];
    assert_eq!(reached(None, branches(), abc()), "where true, 0 true, 1 true");
    // Branches of a `when` that is unknown are not reached.
    assert_eq!(reached(None, branches(), json!({ "b": true })), "where true, 0 unknown");
    let each = |filter| vec![for_each(get("ns"), filter, vec![ask("a")])];
    assert_eq!(reached(None, each(None), json!({ "a": true, "ns": [] })), "where true");
    assert_eq!(reached(None, each(None), json!({ "a": true, "ns": [1] })), "where true, 0 true, 1 true");
    let big = || Some(compare(Comparison::Gt, x(Type::Int), int(1)));
    assert_eq!(reached(None, each(big()), json!({ "ns": [1, "x"] })), "where true, 0 false, 0 unknown");
    let bound = || vec![bind(get("m"), say("no m"), vec![])];
    assert_eq!(reached(None, bound(), json!({ "m": 1 })), "where true, 0 true");
    assert_eq!(reached(None, bound(), json!({})), "where true, 0 false");
    assert_eq!(reached(None, bound(), json!({ "m": "x" })), "where true, 0 unknown");
}
