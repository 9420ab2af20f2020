//! Modes, waivers, and what a policy says about a whole document.

use super::super::{Effect, Trace, Verdict, judge, judge_assets};
use super::forms::*;
use super::project::{DATASET, MODEL, PROJECT, asset_id, record};
use super::run::{document, time, told};
use crate::core::{AssetId, Block, Instance, Policy, RoleId, Waiver};
use crate::source::Span;
use crate::syntax::ast::Mode;
use crate::value::{Date, Scalar};
use serde_json::{Value as Json, json};

fn instance(name: &str, mode: Mode, blocks: Vec<Block>) -> Instance {
    Instance { name: name.into(), control: 0, mode, arguments: vec![], blocks, span: Span::default() }
}

fn policy(covers: &[&str], instances: Vec<Instance>, waivers: Vec<Waiver>) -> Policy {
    Policy {
        name: "production".into(),
        doc: String::new(),
        covers: covers.iter().map(|name| asset_id(name)).collect(),
        instances,
        waivers,
        accepted: vec![],
        coverage: vec![],
        targets: vec![],
        partial: vec![],
        span: Span::default(),
    }
}

fn waiver(instance: usize, asset: AssetId, granted: &str, until: &str) -> Waiver {
    let date = |text: &str| Date::parse_literal(text).expect(text);
    Waiver {
        instance,
        asset,
        granted: date(granted),
        until: date(until),
        approved_by: RoleId::new(0),
        reason: "because".into(),
        ticket: None,
        span: Span::default(),
    }
}

fn good() -> Block {
    block(None, vec![require(get("a"), say("not a"))])
}

/// The instance, its decision and the effect, one line for each block.
fn lines(verdict: &Verdict) -> Vec<String> {
    let line = |block: &super::super::BlockVerdict| {
        let until = block.waived_until.map_or(String::new(), |until| format!(" until {until}"));
        format!("{}: {} -> {:?}{until}", block.name, told(&block.outcome), block.effect)
    };
    verdict.problem.iter().cloned().chain(verdict.blocks.iter().map(line)).collect()
}

fn verdict(policy: &Policy, now: &str, fields: Json) -> Verdict {
    judge(&PROJECT, policy, &document(fields), Some(time(now)))
}

const NOON: &str = "2026-11-23T12:00:00Z";

#[test]
fn the_effect_follows_from_the_mode() {
    let modes = [("hard", Mode::Enforce), ("soft", Mode::Warn), ("quiet", Mode::Audit)];
    let instances = modes.map(|(name, mode)| instance(name, mode, vec![good()]));
    let policy = policy(&["bank"], instances.into(), vec![]);

    let passed = verdict(&policy, NOON, json!({ "a": true }));
    assert_eq!(lines(&passed), ["hard: pass -> Pass", "soft: pass -> Pass", "quiet: pass -> Pass"]);
    assert_eq!(passed.effect(), Effect::Pass);

    let violated = verdict(&policy, NOON, json!({ "a": false }));
    assert_eq!(
        lines(&violated),
        ["hard: violated ! not a -> Deny", "soft: violated ! not a -> Warn", "quiet: violated ! not a -> Record"]
    );
    assert_eq!(violated.effect(), Effect::Deny);

    let unknown = verdict(&policy, NOON, json!({}));
    assert_eq!(
        unknown.blocks.iter().map(|block| block.effect).collect::<Vec<_>>(),
        [Effect::Deny, Effect::Warn, Effect::Record]
    );
}

#[test]
fn what_does_not_apply_passes() {
    let nothing = block(Some(get("b")), vec![require(get("a"), say("not a"))]);
    let policy = policy(&["bank"], vec![instance("hard", Mode::Enforce, vec![nothing])], vec![]);
    assert_eq!(lines(&verdict(&policy, NOON, json!({ "b": false }))), ["hard: not_applicable -> Pass"]);
}

#[test]
fn a_waiver_holds_from_its_first_to_the_end_of_its_last_day() {
    let with = |asset: &str, instance_of: usize, now: &str, fields: Json| {
        let waivers = vec![waiver(instance_of, asset_id(asset), "2026-10-01", "2026-12-15")];
        let instances =
            vec![instance("one", Mode::Enforce, vec![good()]), instance("two", Mode::Enforce, vec![good()])];
        let verdict = verdict(&policy(&["bank"], instances, waivers), now, fields);
        verdict.blocks[0].effect
    };
    let bad = || json!({ "a": false });
    assert_eq!(with("bank.fraud", 0, "2026-10-01T00:00:00Z", bad()), Effect::Waived);
    assert_eq!(with("bank.fraud", 0, "2026-12-15T23:59:59.999999999Z", bad()), Effect::Waived);
    assert_eq!(with("bank.fraud", 0, "2026-09-30T23:59:59.999999999Z", bad()), Effect::Deny);
    assert_eq!(with("bank.fraud", 0, "2026-12-16T00:00:00Z", bad()), Effect::Deny);
    assert_eq!(with("bank", 0, NOON, bad()), Effect::Waived);
    assert_eq!(with("bank.guard", 0, NOON, bad()), Effect::Deny);
    assert_eq!(with("shop", 0, NOON, bad()), Effect::Deny);
    assert_eq!(with("bank.fraud", 1, NOON, bad()), Effect::Deny);
    assert_eq!(with("bank.fraud", 0, NOON, json!({})), Effect::Waived);
    assert_eq!(with("bank.fraud", 0, NOON, json!({ "a": true })), Effect::Pass);
}

#[test]
fn a_waiver_is_shown_with_its_last_day() {
    let fraud = asset_id("bank.fraud");
    let waivers = vec![waiver(0, fraud, "2026-10-01", "2026-11-30"), waiver(0, fraud, "2026-11-01", "2026-12-15")];
    let policy = policy(&["bank"], vec![instance("one", Mode::Enforce, vec![good()])], waivers);
    let waived = verdict(&policy, NOON, json!({ "a": false }));
    assert_eq!(lines(&waived), ["one: violated ! not a -> Waived until 2026-12-15"]);
    assert_eq!(waived.effect(), Effect::Waived);
    assert_eq!(judge(&PROJECT, &policy, &document(json!({})), None).effect(), Effect::Deny);
}

#[test]
fn only_blocks_about_the_subject_are_decided() {
    let on_models = block_on(record(MODEL), None, vec![require(boolean(false), say("no"))]);
    let policy = policy(&["bank"], vec![instance("one", Mode::Enforce, vec![on_models, good()])], vec![]);
    assert_eq!(lines(&verdict(&policy, NOON, json!({ "a": true }))), ["one: pass -> Pass"]);
}

#[test]
fn a_document_about_no_subject_is_denied() {
    let policy = policy(&["bank"], vec![instance("one", Mode::Audit, vec![good()])], vec![]);
    for subject in ["relase", "model", "Finding", ""] {
        let mut document = document(json!({ "a": true }));
        document.subject = subject.to_owned();
        let verdict = judge(&PROJECT, &policy, &document, Some(time(NOON)));
        assert_eq!(lines(&verdict), [format!("`{subject}` is not a subject of the project")]);
        assert_eq!(verdict.effect(), Effect::Deny);
    }
}

#[test]
fn an_asset_that_is_not_covered_is_stopped_and_not_waived() {
    let waivers = vec![waiver(0, asset_id("shop"), "2026-10-01", "2026-12-15")];
    let policy = policy(&["bank"], vec![instance("one", Mode::Audit, vec![good()])], waivers);
    let mut document = document(json!({ "a": true }));
    document.asset = Some("shop.sales".to_owned());
    let verdict = judge(&PROJECT, &policy, &document, Some(time(NOON)));
    let why = "the policy `production` does not cover `shop.sales`";
    assert_eq!(lines(&verdict), [why.to_owned(), format!("one: indeterminate ? {why} -> Record")]);
    assert_eq!(verdict.effect(), Effect::Deny);
}

#[test]
fn assets_of_covered_systems_are_judged() {
    let named = |kind, name: &str| {
        let name = eq(
            of(crate::core::Expr { ty: crate::core::Type::Asset(record(kind)), ..this_model() }, "name"),
            text(name),
        );
        block_on(record(kind), None, vec![require(name, say("another name"))])
    };
    let blocks = vec![named(MODEL, "fraud"), named(DATASET, "raw")];
    let judged = |covers: &[&str]| {
        let waivers = vec![waiver(0, asset_id("bank.guard"), "2026-10-01", "2026-12-15")];
        let policy = policy(covers, vec![instance("one", Mode::Warn, blocks.clone())], waivers);
        let verdict = judge_assets(&PROJECT, &policy, Some(time(NOON)));
        let line = |block: &super::super::BlockVerdict| {
            let asset = block.asset.map(|asset| PROJECT.asset(asset).qualified.as_str()).unwrap_or_default();
            format!("{asset} {:?}", block.effect)
        };
        verdict.blocks.iter().map(line).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        judged(&["bank"]),
        "bank.fraud Pass, bank.guard Waived, bank.raw Pass, bank.clean Warn, bank.joined Warn"
    );
    assert_eq!(judged(&["shop"]), "shop.sales Warn");
}

#[test]
fn traces_merge() {
    let policy = policy(&["bank"], vec![instance("one", Mode::Audit, vec![good()])], vec![]);
    let mut both = Trace::default();
    verdict(&policy, NOON, json!({ "a": true })).trace(&policy, &mut both);
    let mut other = Trace::default();
    verdict(&policy, NOON, json!({ "a": false })).trace(&policy, &mut other);
    assert_ne!(both, other);
    both.merge(other);
    assert_eq!(both.reached.into_values().map(|reached| reached.len()).collect::<Vec<_>>(), [3]);
}
