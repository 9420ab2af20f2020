//! Messages: absent, unknown, long, many, hostile.

use super::forms::*;
use super::run::decided;
use crate::core::{Part, Type};
use serde_json::{Value as Json, json};

/// What a message shows of a value.
fn said(value: crate::core::Expr, fields: Json) -> String {
    decided(&block(None, vec![require(boolean(false), say_of("", value))]), fields).messages.concat()
}

#[test]
fn absent_and_unknown() {
    assert_eq!(said(get("m"), json!({})), "(absent)");
    assert_eq!(said(get("n"), json!({})), "(unknown)");
    assert_eq!(said(get("n"), json!({ "n": "x" })), "(unknown)");
    assert_eq!(said(count(get("ms")), json!({})), "(absent)");
    assert_eq!(said(element(get("ns"), int(3)), json!({ "ns": [] })), "(absent)");
    assert_eq!(said(series(), json!({})), "(unknown)");
}

#[test]
fn values() {
    let fields = json!({ "flag": false, "severity": "high", "format": "PKL", "who": "ciso", "dataset": "bank.raw" });
    for (field, expected) in [
        ("flag", "false"),
        ("severity", "high"),
        ("format", "pickle"),
        ("who", "ciso"),
        ("dataset", "raw"),
        ("model", "fraud"),
    ] {
        assert_eq!(said(get(field), fields.clone()), expected);
    }
}

#[test]
fn text_is_cut_and_escaped() {
    assert_eq!(said(get("text"), json!({ "text": "a\u{1b}[31m\nb" })), "a\\u{1b}[31m\\nb");
    assert_eq!(said(get("text"), json!({ "text": "𝄞".repeat(200) })), "𝄞".repeat(200));
    assert_eq!(said(get("text"), json!({ "text": "𝄞".repeat(201) })), format!("{}…", "𝄞".repeat(200)));
}

#[test]
fn lists_are_cut() {
    assert_eq!(said(get("words"), json!({})), "(none)");
    assert_eq!(said(get("words"), json!({ "words": ["a", 1, null, "b\n"] })), "a, (unknown), (unknown), b\\n");
    let many: Vec<u32> = (0..12).collect();
    assert_eq!(said(get("ns"), json!({ "ns": many })), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … and 2 more");
}

#[test]
fn what_the_checker_refuses_still_prints() {
    assert_eq!(said(get("part"), json!({ "part": {} })), "{…}");
    let label = message(vec![text_part("on "), Part::Label("model".into())]);
    let outcome = decided(&block(None, vec![require(boolean(false), label)]), json!({}));
    assert_eq!(outcome.messages, ["on (unknown)"]);
}

#[test]
fn a_message_never_changes_a_decision() {
    let unknown = require(boolean(true), say_of("", get("n")));
    assert_eq!(decided(&block(None, vec![unknown]), json!({})).reasons, Vec::<String>::new());
    let element = for_each(get("ns"), None, vec![require(boolean(false), say_of("n is ", x(Type::Int)))]);
    assert_eq!(decided(&block(None, vec![element]), json!({ "ns": ["x", 1] })).messages, ["n is (unknown)", "n is 1"]);
}
