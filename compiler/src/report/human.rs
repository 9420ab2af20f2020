//! A verdict for people: what stops it first, then the rest, then one line that says what follows.

use super::{DecisionReport, ObjectsReport, Report};
use crate::eval::Effect;
use crate::syntax::ast::Decision;
use std::fmt::Write;

/// The verdict as text.
pub fn human(report: &Report) -> String {
    let mut text = String::new();
    let version = report.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let about = report.asset.as_deref().unwrap_or("an unnamed asset");
    line(&mut text, &format!("policy {}: {} of {about}{version}, at {}", report.policy, report.subject, report.now));
    entries(&mut text, report);
    line(&mut text, "");
    line(&mut text, &summary(report));
    text
}

/// The verdicts about objects as text.
pub(super) fn objects(report: &ObjectsReport) -> String {
    let mut text = String::new();
    let (judged, others) = (report.objects.len(), report.not_judged.len());
    let not = if others == 0 { String::new() } else { format!(", {others} not") };
    line(&mut text, &format!("policy {}, at {}: {} judged{not}", report.policy, report.now, objects_word(judged)));
    for report in &report.objects {
        let object = report.object.as_deref().unwrap_or_default();
        let of = report.asset.as_deref().unwrap_or("no declared asset");
        line(&mut text, &format!("\n{object} ({} of {of})", report.subject));
        entries(&mut text, report);
    }
    if others > 0 {
        line(&mut text, "\nnot judged, so not passed either:");
    }
    for unjudged in &report.not_judged {
        line(&mut text, &format!("- {}: {}", unjudged.object, unjudged.reason));
    }
    let parts = counts(|effect| report.objects.iter().filter(|object| object.outcome == effect).count());
    let verdict = match report.outcome {
        _ if judged == 0 => "nothing is decided: the policy judges no object of these".to_owned(),
        Effect::Deny => format!("stopped: {parts}"),
        _ => format!("may go on: {parts}"),
    };
    line(&mut text, &format!("\n{verdict}"));
    text
}

fn objects_word(number: usize) -> String {
    format!("{number} object{}", if number == 1 { "" } else { "s" })
}

/// What stops it first.
fn entries(text: &mut String, report: &Report) {
    if let Some(problem) = &report.problem {
        line(text, &format!("\ndenied   {problem}"));
    }
    for effect in [Effect::Deny, Effect::Warn, Effect::Record, Effect::Waived, Effect::Pass] {
        for decision in report.decisions.iter().filter(|decision| decision.effect == effect) {
            entry(text, decision);
        }
    }
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
    let parts = counts(|effect| report.decisions.iter().filter(|decision| decision.effect == effect).count());
    let verdict = if report.outcome == Effect::Deny { "stopped" } else { "may go on" };
    format!("{verdict}: {parts}")
}

/// `1 denied, 2 passed`
fn counts(number: impl Fn(Effect) -> usize) -> String {
    let words = [
        (Effect::Deny, "denied"),
        (Effect::Warn, "warned"),
        (Effect::Record, "recorded"),
        (Effect::Waived, "waived"),
        (Effect::Pass, "passed"),
    ];
    let part = |(effect, word): (Effect, &str)| match number(effect) {
        0 => None,
        count => Some(format!("{count} {word}")),
    };
    words.into_iter().filter_map(part).collect::<Vec<_>>().join(", ")
}
