//! Documents of tools: problems, accepted weaknesses, and `valid when`.

use super::super::{Context, decide};
use super::forms::*;
use super::project::{BANK, PROJECT, SCAN, asset_id, record};
use super::run::{context, document, good_scan, now, problem, shown, shown_of, told};
use crate::core::policy::Weakness;
use crate::core::{Accepted, Policy};
use crate::source::Span;
use crate::subject::ProblemKind;
use serde_json::{Value as Json, json};

fn policy(accepted: &[Weakness]) -> Policy {
    let accept = |weakness: &Weakness| Accepted { weakness: *weakness, evidence: record(SCAN), span: Span::default() };
    Policy {
        name: "production".into(),
        doc: String::new(),
        covers: vec![asset_id("bank")],
        instances: vec![],
        waivers: vec![],
        accepted: accepted.iter().map(accept).collect(),
        coverage: vec![],
        targets: vec![],
        partial: vec![],
        span: Span::default(),
    }
}

#[test]
fn a_document_that_is_not_valid_says_nothing() {
    let critical = |scan: Json| shown(&get("scan.critical"), json!({ "scan": scan }));
    assert_eq!(critical(good_scan()), "0");
    assert_eq!(critical(json!({ "scanned": 0, "critical": 0 })), "? the scanner read 0 files");
    assert_eq!(
        critical(json!({ "scanned": "all", "critical": 0 })),
        "? the scanner read (unknown) files: scan.json: `summary.scanned` is text, not a whole number"
    );
    assert_eq!(
        critical(json!({ "critical": 0 })),
        "? the scanner read (unknown) files: `release.scan.scanned` is missing (scan.json: `summary.scanned`)"
    );
}

#[test]
fn presence_of_evidence_is_judged_too() {
    let there = |rescan: Json| shown(&has(get("rescan")), json!({ "rescan": rescan }));
    assert_eq!(there(good_scan()), "true");
    assert_eq!(there(Json::Null), "false");
    assert_eq!(there(json!({ "scanned": 0 })), "? the scanner read 0 files");
    assert_eq!(there(json!("clean")), "? `scan.json` is text, not an object");
}

#[test]
fn each_document_is_judged_by_itself() {
    let fields = json!({ "scan": { "scanned": 0, "critical": 1 }, "rescan": good_scan() });
    let both = and([eq(get("rescan.critical"), int(0)), eq(get("scan.critical"), int(0))]);
    assert_eq!(shown(&both, fields), "? the scanner read 0 files");
}

#[test]
fn a_problem_makes_its_field_unknown() {
    for kind in ProblemKind::ALL {
        let mut document = document(json!({ "scan": good_scan(), "n": 1 }));
        document.problems = vec![problem("scan", kind)];
        assert_eq!(shown_of(&get("scan.critical"), &document), "? scan is in trouble");
        assert_eq!(shown_of(&get("n"), &document), "1");
    }
    // Also where the field is optional, absent, or has a default.
    let mut document = document(json!({}));
    document.problems = vec![problem("rescan", ProblemKind::Missing), problem("d", ProblemKind::Computed)];
    assert_eq!(shown_of(&has(get("rescan")), &document), "? rescan is in trouble");
    assert_eq!(shown_of(&get("d"), &document), "? d is in trouble");
}

#[test]
fn a_problem_names_fields_of_the_subject_alone() {
    let mut document = document(json!({ "part": { "level": 3 }, "scan": good_scan() }));
    document.problems = vec![problem("level", ProblemKind::Missing), problem("scanned", ProblemKind::Missing)];
    assert_eq!(shown_of(&get("part.level"), &document), "3");
    assert_eq!(shown_of(&get("scan.critical"), &document), "0");
}

#[test]
fn a_policy_accepts_weaknesses_and_nothing_else() {
    let block = block(None, vec![require(eq(get("scan.critical"), int(0)), say("critical"))]);
    let decide = |accepted: &[Weakness], kinds: &[ProblemKind]| {
        let mut document = document(json!({ "scan": good_scan() }));
        document.problems = kinds.iter().map(|kind| problem("scan", *kind)).collect();
        let policy = policy(accepted);
        told(&decide(Context { policy: Some(&policy), ..context() }, &block, &document))
    };
    use ProblemKind::{Mismatch, Unbound, Version};
    let unknown = "indeterminate ? scan is in trouble";
    assert_eq!(decide(&[Weakness::Unbound], &[Unbound]), "pass");
    assert_eq!(decide(&[Weakness::Version], &[Version]), "pass");
    assert_eq!(decide(&[Weakness::Version], &[Unbound]), unknown);
    assert_eq!(decide(&[], &[Unbound]), unknown);
    assert_eq!(decide(&[Weakness::Unbound], &[Unbound, Version]), unknown);
    assert_eq!(decide(&[Weakness::Unbound, Weakness::Version], &[Unbound, Version]), "pass");
    assert_eq!(decide(&[Weakness::Unbound, Weakness::Version], &[Mismatch]), unknown);
}

#[test]
fn a_document_about_something_else_is_indeterminate() {
    let policy = policy(&[]);
    let context = Context { project: &PROJECT, policy: Some(&policy), now: Some(now()) };
    let with = |subject: &str, asset: Option<&str>| {
        let mut document = document(json!({}));
        document.subject = subject.to_owned();
        document.asset = asset.map(str::to_owned);
        told(&decide(context, &block(None, vec![]), &document))
    };
    assert_eq!(with("release", Some("bank.fraud")), "pass");
    assert_eq!(
        with("dataset", Some("bank.fraud")),
        "indeterminate ? the document is about a `dataset`, not about a `release`"
    );
    assert_eq!(with("release", None), "indeterminate ? the document names no `model`");
    assert_eq!(with("release", Some("bank.fruad")), "indeterminate ? `bank.fruad` is not a declared asset");
    assert_eq!(with("release", Some("bank")), "indeterminate ? `bank` is a `Bank`, not a `model`");
    assert_eq!(
        with("release", Some("shop.sales")),
        "indeterminate ? the policy `production` does not cover `shop.sales`"
    );
    let on_assets = block_on(record(BANK), None, vec![]);
    let mut document = document(json!({}));
    document.subject = "Bank".to_owned();
    assert_eq!(told(&decide(context, &on_assets, &document)), "indeterminate ? no document is about a `Bank`");
}
