//! A verdict as SARIF 2.1.0 (OASIS Standard, 2020-03-27): one result for each message, at the place of the requirement in the source.

use super::{DecisionReport, Report};
use crate::eval::Effect;
use crate::source::{Sources, Span};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The verdict as a SARIF log.
pub fn sarif(report: &Report, sources: &Sources) -> Value {
    log(&[report], &report.now, sources)
}

/// Verdicts of one instant as a SARIF log.
pub(super) fn log(reports: &[&Report], now: &str, sources: &Sources) -> Value {
    let mut rules: Vec<&DecisionReport> = Vec::new();
    for decision in reports.iter().flat_map(|report| told(report)) {
        if !rules.iter().any(|rule| rule.instance == decision.instance) {
            rules.push(decision);
        }
    }
    let of = |report: &&Report| {
        let results = told(report).flat_map(|decision| results(report, decision, sources));
        results.collect::<Vec<Value>>()
    };
    let results: Vec<Value> = reports.iter().flat_map(of).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gatewright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| json!({
                    "id": rule.instance,
                    "name": rule.control,
                    "shortDescription": { "text": rule.title },
                    "defaultConfiguration": { "level": level(rule) },
                    "properties": { "security-severity": security_severity(rule), "tags": ["security", "mlsecops"] },
                })).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "endTimeUtc": now }],
            "results": results,
        }],
    })
}

/// What is told of a verdict: all but what passes.
fn told(report: &Report) -> impl Iterator<Item = &DecisionReport> {
    report.decisions.iter().filter(|decision| decision.effect != Effect::Pass)
}

fn results(report: &Report, decision: &DecisionReport, sources: &Sources) -> Vec<Value> {
    let unknown = decision.reasons.iter().map(|reason| format!("not known: {reason}"));
    let messages = decision.messages.iter().cloned().chain(unknown);
    let span = decision.spans.get(1).or(decision.spans.first()).copied();
    let result = |message: String| {
        let mut result = json!({
            "ruleId": decision.instance,
            "level": level(decision),
            "kind": "fail",
            "message": { "text": format!("{message} ({})", about(report)) },
            "locations": span.map(|span| location(span, sources)).into_iter().collect::<Vec<_>>(),
            "partialFingerprints": { "gatewrightDecision/v1": fingerprint(report, decision, &message) },
        });
        if let Some(until) = &decision.waived_until {
            let reason = decision.waiver_reason.as_deref().unwrap_or_default();
            result["suppressions"] = json!([{
                "kind": "external",
                "status": "accepted",
                "justification": format!("waived until {until}: {reason}"),
            }]);
        }
        result
    };
    messages.map(result).collect()
}

fn about(report: &Report) -> String {
    let asset = report.asset.as_deref().unwrap_or("an unnamed asset");
    match report.object.as_ref().or(report.version.as_ref()) {
        Some(which) => format!("{asset} {which}"),
        None => asset.to_owned(),
    }
}

fn level(decision: &DecisionReport) -> &'static str {
    match decision.effect {
        Effect::Deny => "error",
        Effect::Warn => "warning",
        Effect::Record | Effect::Waived | Effect::Pass => "note",
    }
}

/// The number that viewers sort by; they read above 9 as critical, above 7 as high, above 4 as medium.
fn security_severity(decision: &DecisionReport) -> &'static str {
    match decision.severity.as_str() {
        "critical" => "9.5",
        "high" => "8.0",
        "medium" => "5.5",
        _ => "2.0",
    }
}

fn location(span: Span, sources: &Sources) -> Value {
    let file = sources.file(span.file);
    let from = file.lines().position(&file.text, span.start);
    let to = file.lines().position(&file.text, span.end);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": &*file.name },
        "region": {
            "startLine": from.line + 1,
            "startColumn": from.column + 1,
            "endLine": to.line + 1,
            "endColumn": to.column + 1,
        },
    }})
}

/// The same for the same finding about the same asset, whatever its version, and wherever the control moves to.
fn fingerprint(report: &Report, decision: &DecisionReport, message: &str) -> String {
    let block = decision.block.to_string();
    let asset = report.asset.as_deref().unwrap_or_default();
    let parts = [report.policy.as_str(), decision.instance.as_str(), block.as_str(), asset, message];
    let parts: Vec<&str> = parts.into_iter().chain(report.object.as_deref()).collect();
    Sha256::digest(parts.join("\0")).iter().map(|byte| format!("{byte:02x}")).collect()
}
