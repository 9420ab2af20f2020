//! Decides documents with the evaluator and with an engine, and says where they differ.

use super::Engine;
use super::generate::Generator;
use super::shrink::shrink;
use gatewright::core::{Policy, Project, RecordId};
use gatewright::eval::{self, Effect};
use gatewright::subject::Document;
use gatewright::value::{Scalar, Time};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

/// What is compared.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The project.
    pub project: &'a Project,
    /// The policy.
    pub policy: &'a Policy,
    /// The kind of subject.
    pub record: RecordId,
    /// The instant of every decision.
    pub now: Time,
}

/// A document on which an engine and the evaluator differ.
#[derive(Debug)]
pub struct Difference {
    /// The seed that made the document first.
    pub seed: u64,
    /// The document, made small.
    pub document: Value,
    /// What the evaluator says.
    pub expected: Value,
    /// What the engine says.
    pub found: Value,
}

/// How many documents led to each decision: a comparison in which nothing ever passes, or nothing is ever violated, shows little.
pub type Tally = BTreeMap<&'static str, usize>;

/// What both say, in one form: whether it is let through, and for each block the decision, the effect and the messages.
pub fn expected(subject: Subject<'_>, document: &Document) -> Value {
    let verdict = eval::judge(subject.project, subject.policy, document, Some(subject.now));
    let blocks: Vec<Value> = (verdict.blocks.iter())
        .map(|block| {
            json!({
                "instance": block.name.as_str(),
                "block": block.block,
                "decision": block.outcome.decision.keyword(),
                "effect": block.effect,
                "messages": block.outcome.messages,
                "waived_until": block.waived_until.map(|day| day.to_string()),
            })
        })
        .collect();
    json!({ "allow": verdict.effect() != Effect::Deny, "blocks": blocks })
}

/// The same form of an engine's decision document.
fn found(decision: &Value) -> Value {
    let keys = ["instance", "block", "decision", "effect", "messages", "waived_until"];
    let block = |block: &Value| -> Value {
        keys.iter()
            .map(|key| ((*key).to_owned(), block.get(key).cloned().unwrap_or(Value::Null)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let blocks: Vec<Value> = decision["blocks"].as_array().into_iter().flatten().map(block).collect();
    json!({ "allow": decision["allow"], "blocks": blocks })
}

/// Compares on the documents of a range of seeds; stops at the first difference, made small.
///
/// # Errors
/// The engine could not be run.
pub fn compare(
    subject: Subject<'_>,
    engine: &mut dyn Engine,
    seeds: Range<u64>,
) -> Result<(Tally, Option<Difference>), String> {
    let generator = Generator::new(subject.project, subject.policy, subject.record, subject.now);
    let documents: Vec<(u64, Document)> = seeds.map(|seed| (seed, generator.document(seed))).collect();
    let mut tally = Tally::new();
    let now = subject.now.to_json();
    let now = now.as_str().unwrap_or_default();
    let values = documents.iter().map(|(_, document)| to_value(document)).collect::<Result<Vec<_>, _>>()?;
    let decisions = decide(engine, &values, now)?;
    for (((seed, document), value), decision) in documents.iter().zip(values).zip(decisions) {
        let wanted = expected(subject, document);
        for block in wanted["blocks"].as_array().into_iter().flatten() {
            *tally.entry(keyword(&block["decision"])).or_default() += 1;
        }
        if wanted == found(&decision) {
            continue;
        }
        let small = shrink(value, |candidates| first_difference(subject, engine, candidates, now));
        let decision = decide(engine, std::slice::from_ref(&small), now)?.swap_remove(0);
        let wanted = from_value(&small).map_or(wanted, |document| expected(subject, &document));
        let difference = Difference { seed: *seed, document: small, expected: wanted, found: found(&decision) };
        return Ok((tally, Some(difference)));
    }
    Ok((tally, None))
}

/// Compares on given documents: the regressions that are kept.
///
/// # Errors
/// The engine could not be run, or a text is no subject document.
pub fn compare_kept(
    subject: Subject<'_>,
    engine: &mut dyn Engine,
    documents: &[Value],
) -> Result<Option<Difference>, String> {
    let now = subject.now.to_json();
    let decisions = decide(engine, documents, now.as_str().unwrap_or_default())?;
    for (value, decision) in documents.iter().zip(decisions) {
        let document = from_value(value).ok_or("a kept document is no subject document")?;
        let wanted = expected(subject, &document);
        let found = found(&decision);
        if wanted != found {
            return Ok(Some(Difference { seed: 0, document: value.clone(), expected: wanted, found }));
        }
    }
    Ok(None)
}

fn first_difference(subject: Subject<'_>, engine: &mut dyn Engine, candidates: &[Value], now: &str) -> Option<usize> {
    let read: Vec<(usize, Document)> =
        candidates.iter().enumerate().filter_map(|(index, value)| Some((index, from_value(value)?))).collect();
    let values: Vec<Value> = read.iter().map(|(index, _)| candidates[*index].clone()).collect();
    let decisions = decide(engine, &values, now).ok()?;
    let mut differing =
        read.iter().zip(decisions).filter(|((_, document), decision)| expected(subject, document) != found(decision));
    differing.next().map(|((index, _), _)| *index)
}

fn decide(engine: &mut dyn Engine, documents: &[Value], now: &str) -> Result<Vec<Value>, String> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let decisions = engine.decide(documents, now)?;
    if decisions.len() != documents.len() {
        let name = engine.name();
        return Err(format!("{name} answered {} of {} documents", decisions.len(), documents.len()));
    }
    Ok(decisions)
}

fn to_value(document: &Document) -> Result<Value, String> {
    serde_json::to_value(document).map_err(|error| error.to_string())
}

fn from_value(value: &Value) -> Option<Document> {
    Document::from_json(&value.to_string()).ok()
}

fn keyword(decision: &Value) -> &'static str {
    match decision.as_str() {
        Some("pass") => "pass",
        Some("violated") => "violated",
        Some("not_applicable") => "not_applicable",
        _ => "indeterminate",
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
        writeln!(f, "seed {}", self.seed)?;
        writeln!(f, "document: {}", pretty(&self.document))?;
        writeln!(f, "evaluator: {}", pretty(&self.expected))?;
        write!(f, "engine: {}", pretty(&self.found))
    }
}
