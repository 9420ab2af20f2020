//! `policy_test.rego`: tests that `opa test` runs. What they expect is what the reference evaluator says.

use super::print::{Head, Rule, comment};
use super::term::{Goal, Term};
use crate::core::{Block, Instance};
use crate::targets::Input;
use crate::targets::witness::{Witness, Witnesses, witnesses};
use crate::value::{Date, Scalar, Time};
use serde_json::{Value, json};
use std::fmt::Write;

/// The instant of the tests of a policy without waivers.
const SOME_DAY: &str = "2026-01-01T00:00:00Z";

/// The text of the module. `names` are the names of the blocks' verdicts.
pub(super) fn tests(input: &Input<'_>, package: &str, blocks: &[(&Instance, &Block)], names: &[&str]) -> String {
    let now = instant(input);
    let mut text = format!(
        "package gatewright.{package}_test\n\nimport data.gatewright.{package} as policy\n\n{}\n{}\n",
        comment("Documents made from the policy's own conditions, and what they are decided to be."),
        comment("They are as small as they can be; real ones hold more."),
    );
    // Writing to a `String` never fails.
    for rule in totality(&now) {
        let _ = write!(text, "\n{}", rule.text());
    }
    for ((instance, block), name) in blocks.iter().zip(names) {
        let found = witnesses(input.project, input.policy, block, now);
        let rules = block_tests(name, &found);
        if !rules.is_empty() {
            let title = format!("{} {}: {}", "-".repeat(64), instance.name, block.stage.keyword());
            let _ = write!(text, "\n{}\n", comment(&title));
        }
        for rule in rules {
            let _ = write!(text, "\n{}", rule.text());
        }
    }
    text
}

/// An instant at which no waiver holds: they are tested by what they leave, which is the violation.
fn instant(input: &Input<'_>) -> Time {
    let ends = input.policy.waivers.iter().filter_map(|waiver| waiver.until.end());
    let some_day = Date::new(2026, 1, 1).map(Date::start).ok();
    // The first of January exists.
    ends.chain(some_day).max().unwrap_or_else(|| Date::MIN.start())
}

/// The decision is defined, and says no, for whatever is not a subject document of a covered asset.
fn totality(now: &Time) -> Vec<Rule> {
    let word = Term::word;
    let now = Rule::new(Head::Value("now".into(), Term::json(&now.to_json())), Vec::new());
    let strange = json!([
        null,
        true,
        0,
        "text",
        [],
        {},
        {"gatewright": 1},
        {
            "gatewright": 1,
            "subject": "nothing of the kind",
            "asset": "nobody.nothing",
            "collected_at": SOME_DAY,
            "fields": {},
            "problems": [],
            "origins": [],
        },
    ]);
    let strange = Rule::new(Head::Value("strange".into(), Term::json(&strange)), Vec::new());
    let decision = word("policy.decision with input as thing with data.gatewright.now as now");
    let var = || Term::Var("decision".into());
    let every = Goal::Every(
        "thing".into(),
        word("strange"),
        vec![
            Goal::Assign("decision".into(), decision),
            Goal::Is(Term::infix(var().field("allow"), "==", word("false"))),
            Goal::Is(Term::infix(var().field("problem"), "!=", word("null"))),
        ],
    );
    let total = Rule::new(Head::True("test_strange_input_is_refused".into()), vec![every]);
    let untimed = vec![
        Goal::Assign("decision".into(), word("policy.decision with input as {} with data.gatewright.now as \"noon\"")),
        Goal::Is(Term::infix(var().field("allow"), "==", word("false"))),
    ];
    let untimed = Rule::new(Head::True("test_a_time_that_is_none_is_refused".into()), untimed);
    let verdict = word("policy.verdicts[name] with input as document with data.gatewright.now as now");
    let found = Head::Value("verdict(name, document)".into(), Term::Var("found".into()));
    let verdict = Rule::new(found, vec![Goal::Assign("found".into(), verdict)]);
    vec![now, strange, total, untimed, verdict]
}

fn block_tests(name: &str, found: &Witnesses) -> Vec<Rule> {
    let mut rules = Vec::new();
    let base = found.pass.as_ref().and_then(|pass| serde_json::to_value(&pass.document).ok());
    if let Some(base) = &base {
        rules.push(Rule::new(Head::Value(format!("{name}_passing"), Term::json(base)), Vec::new()));
        rules.push(Rule::new(
            Head::True(format!("test_{name}_passes")),
            vec![Goal::Is(Term::infix(
                Term::call("verdict", [Term::text(name), Term::word(format!("{name}_passing"))]).field("decision"),
                "==",
                Term::text("pass"),
            ))],
        ));
    }
    if let Some(witness) = &found.indeterminate {
        rules.extend(decided(name, "is_undecided", base.as_ref(), witness));
    }
    for witness in &found.violations {
        let what = witness.statement.map(|statement| format!("violated_{statement}")).unwrap_or_default();
        rules.extend(decided(name, &what, base.as_ref(), witness));
    }
    rules
}

/// A test of a document that differs a little from the one that passes.
fn decided(name: &str, what: &str, base: Option<&Value>, witness: &Witness) -> Option<Rule> {
    let document = serde_json::to_value(&witness.document).ok()?;
    let given = match base {
        Some(base) => {
            let mut changes = Vec::new();
            difference(base, &document, "", &mut changes);
            Term::call("json.patch", [Term::word(format!("{name}_passing")), Term::json(&Value::from(changes))])
        }
        None => Term::json(&document),
    };
    let found = || Term::Var("found".into());
    let messages = Term::json(&json!(witness.outcome.messages));
    let body = vec![
        Goal::Assign("found".into(), Term::call("verdict", [Term::text(name), given])),
        Goal::Is(Term::infix(found().field("decision"), "==", Term::text(witness.outcome.decision.keyword()))),
        Goal::Is(Term::infix(found().field("messages"), "==", messages)),
    ];
    Some(Rule::new(Head::True(format!("test_{name}_{what}")), body))
}

/// The operations of RFC 6902 that make one document of another.
fn difference(from: &Value, to: &Value, path: &str, changes: &mut Vec<Value>) {
    let below = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
    match (from, to) {
        (from, to) if from == to => {}
        (Value::Object(from), Value::Object(to)) => {
            for (key, value) in from {
                match to.get(key) {
                    Some(other) => difference(value, other, &below(key), changes),
                    None => changes.push(json!({ "op": "remove", "path": below(key) })),
                }
            }
            for (key, value) in to.iter().filter(|(key, _)| !from.contains_key(*key)) {
                changes.push(json!({ "op": "add", "path": below(key), "value": value }));
            }
        }
        (Value::Array(from), Value::Array(to)) if from.len() == to.len() => {
            for (index, (value, other)) in from.iter().zip(to).enumerate() {
                difference(value, other, &below(&index.to_string()), changes);
            }
        }
        (_, to) => changes.push(json!({ "op": "replace", "path": path, "value": to })),
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn differences_are_small() {
        let mut changes = Vec::new();
        let from = json!({ "a": { "b/c": 1, "d": [1, 2] }, "e": null });
        let to = json!({ "a": { "b/c": 2, "d": [1, 3] }, "f": [] });
        difference(&from, &to, "", &mut changes);
        assert_eq!(
            Value::from(changes),
            json!([
                { "op": "replace", "path": "/a/b~1c", "value": 2 },
                { "op": "replace", "path": "/a/d/1", "value": 3 },
                { "op": "remove", "path": "/e" },
                { "op": "add", "path": "/f", "value": [] },
            ])
        );
    }
}
