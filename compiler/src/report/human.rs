//! A verdict for people: what stops it first, then the rest, then one line that says what follows.

use super::{DecisionReport, Report};
use crate::eval::Effect;
use crate::syntax::ast::Decision;
use std::fmt::Write;

/// The verdict as text.
pub fn human(report: &Report) -> String {
    let mut text = String::new();
    let version = report.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let about = report.asset.as_deref().unwrap_or("an unnamed asset");
    line(&mut text, &format!("policy {}: {} of {about}{version}, at {}", report.policy, report.subject, report.now));
    if let Some(problem) = &report.problem {
        line(&mut text, &format!("\ndenied   {problem}"));
    }
    for effect in [Effect::Deny, Effect::Warn, Effect::Record, Effect::Waived, Effect::Pass] {
        for decision in report.decisions.iter().filter(|decision| decision.effect == effect) {
            entry(&mut text, decision);
        }
    }
    line(&mut text, "");
    line(&mut text, &summary(report));
    text
}

fn line(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn entry(text: &mut String, decision: &DecisionReport) {
    let word = match (decision.effect, decision.decision) {
        (Effect::Pass, Decision::NotApplicable) => "n/a",
        (Effect::Pass, _) => "passed",
        (Effect::Waived, _) => "waived",
        (Effect::Record, _) => "recorded",
        (Effect::Warn, _) => "warned",
        (Effect::Deny, _) => "denied",
    };
    let head = format!("{word:<8} {} ({}, {})", decision.instance, decision.severity, decision.title);
    if decision.effect == Effect::Pass {
        return line(text, &head);
    }
    line(text, &format!("\n{head}"));
    for message in &decision.messages {
        line(text, &format!("         - {message}"));
    }
    for reason in &decision.reasons {
        line(text, &format!("         - not known: {reason}"));
    }
    if let Some(until) = &decision.waived_until {
        let reason = decision.waiver_reason.as_deref().unwrap_or_default();
        line(text, &format!("         waived until {until}: {reason}"));
    }
    line(text, &format!("         {}, applied at {}", decision.places.join(", "), decision.applied_at));
}

fn summary(report: &Report) -> String {
    let number = |effect| report.decisions.iter().filter(|decision| decision.effect == effect).count();
    let mut parts = Vec::new();
    let words = [
        (Effect::Deny, "denied"),
        (Effect::Warn, "warned"),
        (Effect::Record, "recorded"),
        (Effect::Waived, "waived"),
        (Effect::Pass, "passed"),
    ];
    for (effect, word) in words {
        match number(effect) {
            0 => {}
            count => parts.push(format!("{count} {word}")),
        }
    }
    let verdict = if report.outcome == Effect::Deny { "stopped" } else { "may go on" };
    format!("{verdict}: {}", parts.join(", "))
}
