//! Comparisons, connectives, shares, patterns, ages and sums.

use super::forms::*;
use super::run::shown;
use crate::core::{Comparison, Const, Type};
use crate::pattern::Pattern;
use crate::syntax::ast::SumOp;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Type, operands, the comparisons that hold, those that do not.
type Case<'a> = (&'a str, Json, Json, &'a [Comparison], &'a [Comparison]);

#[test]
fn comparisons_of_each_type() {
    use Comparison::{Eq, Ge, Gt, Le, Lt, Ne};
    let sha = |byte: &str| json!(format!("sha256:{}", byte.repeat(32)));
    // The field of the left value, the right value, what holds between them, and what does not.
    let cases: Vec<Case<'_>> = vec![
        ("n", json!(1), json!(2), &[Lt, Le, Ne], &[Eq, Gt, Ge]),
        ("n", json!(2), json!(2.0), &[Eq, Le, Ge], &[Ne, Lt, Gt]),
        ("x", json!(1.5), json!(1), &[Gt, Ge], &[Lt, Le]),
        ("share", json!(0.95), json!(0.95), &[Eq, Le, Ge], &[Ne, Lt]),
        ("day", json!("2026-01-31"), json!("2026-02-01"), &[Lt, Le, Ne], &[Eq, Gt]),
        ("at", json!("2026-01-01T00:00:00Z"), json!("2026-01-01T00:00:00.000Z"), &[Eq, Le], &[Ne, Lt]),
        ("wait", json!(1000), json!(999), &[Gt, Ge, Ne], &[Eq, Lt]),
        ("size", json!(1024), json!(1024), &[Eq, Le, Ge], &[Ne, Gt]),
        ("cpu", json!("500m"), json!("1"), &[Lt, Ne], &[Eq, Ge]),
        ("ver", json!("1.10.0"), json!("1.9.0"), &[Gt, Ne], &[Eq, Lt]),
        ("ver", json!("1.0.0-rc.1"), json!("1.0.0"), &[Lt], &[Ge]),
        ("severity", json!("low"), json!("critical"), &[Lt, Le, Ne], &[Eq, Gt]),
        ("format", json!("ONNX"), json!("PKL"), &[Ne], &[Eq]),
        ("text", json!("a"), json!("a"), &[Eq], &[Ne]),
        ("text", json!("é"), json!("e\u{301}"), &[Ne], &[Eq]),
        ("flag", json!(true), json!(false), &[Ne], &[Eq]),
        ("hash", sha("ab"), sha("ab"), &[Eq], &[Ne]),
        ("hash", sha("ab"), sha("cd"), &[Ne], &[Eq]),
        ("net", json!("10.0.0.0/8"), json!("10.0.0.0/9"), &[Ne], &[Eq]),
        ("who", json!("ciso"), json!("ciso"), &[Eq], &[Ne]),
        ("dataset", json!("bank.raw"), json!("bank.clean"), &[Ne], &[Eq]),
        ("threat", json!("T1"), json!("T2"), &[Ne], &[Eq]),
    ];
    for (field, left, right, hold, fail) in cases {
        let right = constant(field, right);
        let ask = |op: Comparison| shown(&compare(op, get(field), right.clone()), json!({ field: left }));
        hold.iter().for_each(|op| assert_eq!(ask(*op), "true", "{field} {op:?}"));
        fail.iter().for_each(|op| assert_eq!(ask(*op), "false", "{field} {op:?}"));
    }
}

/// The constant that a field with this value would hold.
fn constant(field: &str, json: Json) -> crate::core::Expr {
    use super::super::place::{Place, Step};
    use super::super::value::Value;
    let ty = get(field).ty;
    let place = Place::subject("x");
    match Value::read(&super::project::PROJECT, &ty, &json, &place, Step::Index(0)) {
        Ok(Value::Scalar(value)) => lit(value, ty.clone()),
        Ok(Value::Text(value)) => text(value),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_operand_that_is_unknown_or_absent_makes_a_comparison_unknown() {
    for op in [Comparison::Eq, Comparison::Ne, Comparison::Lt] {
        assert_eq!(shown(&compare(op, get("n"), int(1)), json!({})), "? `release.n` is missing");
        assert_eq!(
            shown(&compare(op, int(1), get("n")), json!({ "n": "x" })),
            "? `release.n` is text, not a whole number"
        );
        assert_eq!(shown(&compare(op, get("m"), int(1)), json!({})), "? a value is absent");
    }
}

#[test]
fn digests_of_different_algorithms_are_incomparable() {
    let one = json!(format!("sha256:{}", "ab".repeat(32)));
    let other = json!(format!("sha512:{}", "ab".repeat(64)));
    let same = |left: &Json, right: &Json| {
        let first = element(get("hashes"), int(0));
        shown(&eq(get("hash"), first), json!({ "hash": left, "hashes": [right] }))
    };
    assert_eq!(same(&one, &one), "true");
    assert_eq!(same(&one, &other), "? a sha256 digest and a sha512 digest cannot be compared");
    let among = |list: Json| shown(&is_in(get("hash"), get("hashes")), json!({ "hash": one, "hashes": list }));
    assert_eq!(among(json!([other, one])), "true");
    assert_eq!(among(json!([other])), "? a sha256 digest and a sha512 digest cannot be compared");
}

/// True, false and unknown.
fn abc() -> Json {
    json!({ "a": true, "b": false })
}

#[test]
fn connectives_are_kleenes() {
    let (t, f, u) = (get("a"), get("b"), get("c"));
    let unknown = "? `release.c` is missing";
    let cases = [
        (not(t.clone()), "false"),
        (not(f.clone()), "true"),
        (not(u.clone()), unknown),
        (and([]), "true"),
        (or([]), "false"),
        (and([t.clone(), t.clone()]), "true"),
        (and([t.clone(), f.clone()]), "false"),
        (and([t.clone(), u.clone()]), unknown),
        (and([f.clone(), u.clone()]), "false"),
        (and([u.clone(), f.clone()]), "false"),
        (and([u.clone(), t.clone()]), unknown),
        (or([f.clone(), f.clone()]), "false"),
        (or([f.clone(), t.clone()]), "true"),
        (or([u.clone(), t.clone()]), "true"),
        (or([t.clone(), u.clone()]), "true"),
        (or([u.clone(), f.clone()]), unknown),
        (or([f, u]), unknown),
    ];
    for (condition, expected) in cases {
        assert_eq!(shown(&condition, abc()), expected, "{condition:?}");
    }
    // The first reason, in the order of the text.
    assert_eq!(shown(&and([get("flag"), get("c"), t]), abc()), "? `release.flag` is missing");
}

#[test]
fn shares_are_exact() {
    let ask = |op, part: i64, whole: Json| shown(&share(op, int(part), get("n"), "33.3%"), json!({ "n": whole }));
    assert_eq!(ask(Comparison::Gt, 1, json!(3)), "true");
    assert_eq!(ask(Comparison::Eq, 333, json!(1000)), "true");
    assert_eq!(ask(Comparison::Ne, 333, json!(1000)), "false");
    assert_eq!(ask(Comparison::Ge, 0, json!(5)), "false");
    assert_eq!(ask(Comparison::Ge, 0, json!(0)), "? there is no share of 0 in 0");
    assert_eq!(ask(Comparison::Ge, 1, json!(-5)), "? there is no share of 1 in -5");
    assert_eq!(ask(Comparison::Ge, -1, json!(5)), "? there is no share of -1 in 5");
    assert_eq!(ask(Comparison::Ge, 1, json!("5")), "? `release.n` is text, not a whole number");
    assert_eq!(ask(Comparison::Ge, 1, Json::Null), "? `release.n` is missing");
}

#[test]
fn patterns_match_the_whole_text() {
    let pattern = Pattern::parse_regex("a.c").expect("a pattern");
    let ask = |value: Json| {
        let pattern = lit(Const::Pattern(Arc::new(pattern.clone())), Type::Pattern);
        shown(&matches(get("text"), pattern), json!({ "text": value }))
    };
    assert_eq!(ask(json!("abc")), "true");
    assert_eq!(ask(json!("xabc")), "false");
    assert_eq!(ask(json!("a\nc")), "false");
    assert_eq!(ask(json!(1)), "? `release.text` is a number, not text");
    assert_eq!(ask(Json::Null), "? `release.text` is missing");
}

#[test]
fn membership() {
    let among = |n: Json, ns: Json| shown(&is_in(get("n"), get("ns")), json!({ "n": n, "ns": ns }));
    assert_eq!(among(json!(1), json!([2, 1])), "true");
    assert_eq!(among(json!(1), json!([2, 3])), "false");
    assert_eq!(among(json!(1), json!([])), "false");
    assert_eq!(among(json!(1), json!(["x", 1])), "true");
    assert_eq!(among(json!(1), json!([2, "x"])), "? `release.ns[1]` is text, not a whole number");
    assert_eq!(among(json!(1), json!([null])), "? `release.ns[0]` is null, not a whole number");
    assert_eq!(among(json!(1), Json::Null), "? `release.ns` is missing");
    assert_eq!(among(json!("x"), json!([1])), "? `release.n` is text, not a whole number");
    // No element, no comparison: the item is not asked for.
    assert_eq!(among(json!("x"), json!([])), "false");
    assert_eq!(shown(&is_in(get("n"), list(vec![int(1), get("d")])), json!({ "n": 7 })), "true");
}

#[test]
fn ages() {
    let ask = |at: &str| shown(&age(get("at")), json!({ "at": at }));
    assert_eq!(ask("2026-11-22T12:00:00Z"), "1d");
    assert_eq!(ask("2026-11-23T12:00:00Z"), "0s");
    // Whole milliseconds, rounded down.
    assert_eq!(ask("2026-11-23T11:59:59.9995Z"), "0s");
    assert_eq!(ask("2026-11-23T12:00:00.0005Z"), "-1ms");
    assert_eq!(ask("2026-11-23T12:05:00Z"), "-5m");
    let ahead =
        "`2026-11-23T12:05:00.000000001Z` is more than 5 minutes after the evaluation, at `2026-11-23T12:00:00Z`";
    assert_eq!(ask("2026-11-23T12:05:00.000000001Z"), format!("? {ahead}"));
    assert_eq!(ask("yesterday"), "? `release.at` is `yesterday`, not a time in UTC");
    assert_eq!(shown(&age(get("at")), json!({})), "? `release.at` is missing");
}

#[test]
fn sums_are_exact() {
    use SumOp::{Add, Sub};
    let total = sum(vec![(Add, get("n")), (Sub, int(3)), (Add, get("d"))]);
    assert_eq!(shown(&total, json!({ "n": 1 })), "5");
    assert_eq!(shown(&total, json!({ "n": "1" })), "? `release.n` is text, not a whole number");
    assert_eq!(shown(&sum(vec![(Sub, get("wait")), (Add, get("wait"))]), json!({ "wait": 1000 })), "0s");
    assert_eq!(
        shown(&sum(vec![(Add, get("size")), (Sub, get("size")), (Sub, get("size"))]), json!({ "size": 1024 })),
        "-1KiB"
    );
    assert_eq!(shown(&scale(get("wait"), -3), json!({ "wait": 1000 })), "-3s");
    assert_eq!(shown(&scale(get("n"), 3), json!({ "n": 9007199254740991i64 })), "27021597764222973");

    // Beyond what the type holds, an amount still compares.
    let twice = |field| scale(get(field), 2);
    let most = json!({ "wait": 9007199254740991i64, "size": 9007199254740991i64 });
    for field in ["wait", "size"] {
        assert_eq!(shown(&compare(Comparison::Gt, twice(field), get(field)), most.clone()), "true");
        assert_eq!(shown(&eq(twice(field), twice(field)), most.clone()), "true");
        let back = sum(vec![(Add, twice(field)), (Sub, get(field))]);
        assert_eq!(shown(&eq(back, get(field)), most.clone()), "true");
    }
    assert_eq!(shown(&twice("wait"), most), "18014398509481982ms");
}

#[test]
fn what_only_others_can_know_is_unknown() {
    assert_eq!(shown(&series(), json!({})), "? only the monitoring system can evaluate a metric");
    assert_eq!(shown(&param(), json!({})), "? the parameter has no argument");
    assert_eq!(shown(&x(Type::Int), json!({})), "? the expression does not type-check");
    assert_eq!(shown(&not(int(1)), json!({})), "? the expression does not type-check");
}
