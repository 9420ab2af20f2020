//! Evaluating and deciding in tests.

use super::super::expr::Truth;
use super::super::subject::Subject;
use super::super::{Context, Outcome, decide};
use super::forms::say_of;
use super::project::{PROJECT, RELEASE, record};
use crate::core::{Block, Expr};
use crate::subject::{Document, FormatVersion, Problem, ProblemKind};
use crate::value::{Scalar, Time};
use serde_json::{Value as Json, json};

pub fn time(literal: &str) -> Time {
    Time::parse_literal(literal).expect(literal)
}

/// Noon of the day of every test.
pub fn now() -> Time {
    time("2026-11-23T12:00:00Z")
}

pub fn context() -> Context<'static> {
    Context { project: &PROJECT, policy: None, now: Some(now()) }
}

/// A document about `bank.fraud` with these fields.
pub fn document(fields: Json) -> Document {
    let Json::Object(fields) = fields else { panic!("fields are an object") };
    Document {
        format: FormatVersion,
        subject: "release".to_owned(),
        asset: Some("bank.fraud".to_owned()),
        collected_at: now(),
        fields,
        problems: vec![],
        origins: vec![],
    }
}

pub fn problem(field: &str, kind: ProblemKind) -> Problem {
    Problem { field: field.to_owned(), kind, reason: format!("{field} is in trouble") }
}

/// What an expression gives: its value as a message shows it, `(absent)`, or `? ` and the reason.
pub fn shown(expr: &Expr, fields: Json) -> String {
    shown_of(expr, &document(fields))
}

pub fn shown_of(expr: &Expr, document: &Document) -> String {
    let subject = Subject::document(context(), record(RELEASE), document).expect("a release");
    let message = say_of("", expr.clone());
    let mut evaluator = subject.evaluator(context());
    match evaluator.evaluate(expr) {
        Err(unknown) => format!("? {}", unknown.reason()),
        Ok(_) => subject.evaluator(context()).render(&message),
    }
}

/// What a condition gives.
pub fn truth(expr: &Expr, document: &Document) -> Truth {
    let subject = Subject::document(context(), record(RELEASE), document).expect("a release");
    subject.evaluator(context()).condition(expr)
}

pub fn decided(block: &Block, fields: Json) -> Outcome {
    decide(context(), block, &document(fields))
}

/// The decision, the messages after `!` and the reasons after `?`.
pub fn told(outcome: &Outcome) -> String {
    let mut told = outcome.decision.keyword().to_owned();
    outcome.messages.iter().for_each(|message| told.push_str(&format!(" ! {message}")));
    outcome.reasons.iter().for_each(|reason| told.push_str(&format!(" ? {reason}")));
    told
}

/// A good scan.
pub fn good_scan() -> Json {
    json!({ "scanned": 2, "critical": 0, "found": [] })
}
