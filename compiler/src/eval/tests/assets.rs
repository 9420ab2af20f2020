//! Declared assets: as attributes of a subject, and as the subject of a block at `source`.

use super::super::{Context, decide_asset};
use super::forms::*;
use super::project::{MODEL, PROJECT, RELEASE, asset_id, record};
use super::run::{context, shown, told};
use crate::core::{Const, Expr, Type};
use serde_json::json;

/// What a message about `bank.fraud` shows of an expression.
fn said(value: Expr) -> String {
    let block = block_on(record(MODEL), None, vec![require(boolean(false), say_of("", value))]);
    decide_asset(context(), &block, asset_id("bank.fraud")).messages.concat()
}

#[test]
fn a_subject_has_its_asset() {
    assert_eq!(shown(&get("model.name"), json!({})), "fraud");
    assert_eq!(shown(&get("model"), json!({ "model": "shop.sales" })), "fraud");
    assert_eq!(shown(&get("model.format"), json!({})), "onnx");
    assert_eq!(shown(&get("model.guarded_by.name"), json!({})), "guard");
    assert_eq!(shown(&get("model.guarded_by.guarded_by.name"), json!({})), "(absent)");
    let trained = |name| of(element(get("model.trained_on"), int(0)), name);
    assert_eq!(shown(&trained("name"), json!({})), "joined");
    assert_eq!(shown(&trained("note"), json!({})), "(absent)");
}

#[test]
fn attributes_of_documents_are_constants() {
    assert_eq!(shown(&get("dataset.note"), json!({ "dataset": "bank.raw" })), "from the till");
    assert_eq!(shown(&get("dataset.made_from"), json!({ "dataset": "bank.raw" })), "(none)");
    assert_eq!(shown(&get("dataset.note"), json!({})), "? `release.dataset` is missing");
    let raw = lit(Const::Asset(asset_id("bank.raw")), get("dataset").ty);
    assert_eq!(shown(&eq(get("dataset"), raw), json!({ "dataset": "bank.raw" })), "true");
}

#[test]
fn reach_ends_in_cycles_and_keeps_the_order_of_declaration() {
    let from = |through: &[&str]| said(reach(this_model(), through));
    assert_eq!(from(&["trained_on"]), "joined");
    assert_eq!(from(&["trained_on", "made_from"]), "raw, clean, joined");
    assert_eq!(from(&["guarded_by", "trained_on", "made_from"]), "raw, clean, joined, guard");
    assert_eq!(from(&["note"]), "(none)");
    assert_eq!(said(reach(element(get_model("trained_on"), int(0)), &["made_from"])), "raw, clean, joined");
    assert_eq!(said(reach(element(get_model("trained_on"), int(7)), &["made_from"])), "(unknown)");
}

#[test]
fn users_of_an_asset() {
    assert_eq!(said(users_of(get_model("guarded_by"))), "fraud");
    assert_eq!(said(users_of(element(get_model("trained_on"), int(0)))), "joined, fraud");
    assert_eq!(said(users_of(this_model())), "(none)");
}

#[test]
fn an_asset_of_another_kind_is_indeterminate() {
    let block = block_on(record(MODEL), None, vec![]);
    let told_of = |name| told(&decide_asset(context(), &block, asset_id(name)));
    assert_eq!(told_of("bank.fraud"), "pass");
    assert_eq!(told_of("bank.raw"), "indeterminate ? `bank.raw` is a `dataset`, not a `model`");
    let block = block_on(record(RELEASE), None, vec![]);
    assert_eq!(
        told(&decide_asset(context(), &block, asset_id("bank.fraud"))),
        "indeterminate ? `bank.fraud` is a `model`, not a `release`"
    );
}

#[test]
fn a_declaration_has_no_clock() {
    let context = Context { project: &PROJECT, policy: None, now: None };
    let time = parsed("2026-01-01T00:00:00Z", Const::Time, Type::Time);
    let old = compare(crate::core::Comparison::Lt, age(time), parsed("1d", Const::Duration, Type::Duration));
    let block = block_on(record(MODEL), None, vec![require(old, say("old"))]);
    let outcome = decide_asset(context, &block, asset_id("bank.fraud"));
    assert_eq!(told(&outcome), "indeterminate ? the time of the evaluation is not given");
}
