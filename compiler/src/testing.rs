//! Tests in the language: what each one gives, what is decided, and whether that is what it expects.

mod coverage;

pub use coverage::{Unreached, unreached};

use crate::cluster;
use crate::core::policy::{Expected, FieldChange, GivenSubject, TestPolicy};
use crate::core::{AssetId, Const, Place, Policy, Project, Shape, Test};
use crate::document::{Format, Limits};
use crate::eval::{self, BlockVerdict, Trace};
use crate::evidence::collect::{Changed, Files, Request, collect};
use crate::evidence::signature::PublicKey;
use crate::source::Span;
use crate::subject::Document;
use crate::syntax::ast::Decision;
use crate::value::{Scalar, Time};
use serde_json::{Map, Value};
use smol_str::SmolStr;

/// Opens the files of a given subject: by the test's module, the folder of its documents, and the model's.
pub type OpenFiles = dyn Fn(&str, Option<&str>, Option<&str>) -> Box<dyn Files>;

/// What tests need from outside.
pub struct World<'a> {
    /// The project.
    pub project: &'a Project,
    /// The public keys of the declared signers.
    pub keys: &'a [(SmolStr, PublicKey)],
    /// The files of a given subject.
    pub files: &'a OpenFiles,
    /// The instant of tests that do not say one.
    pub now: Time,
}

/// What became of one test.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The test's name.
    pub name: SmolStr,
    /// The module that holds it.
    pub module: SmolStr,
    /// The name's place.
    pub span: Span,
    /// What was not as expected; empty if the test passed.
    pub failures: Vec<Failure>,
}

/// An expectation that was not met.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The expectation.
    pub span: Span,
    /// What was found instead.
    pub message: String,
    /// What was said: messages, then reasons.
    pub said: Vec<String>,
}

/// Runs one test, and adds the branches that it reached.
pub fn run(world: &World<'_>, test: &Test, trace: &mut Trace) -> Outcome {
    let policy = match &test.policy {
        TestPolicy::Project(index) => world.project.policies.get(*index),
        TestPolicy::Made(policy) => Some(&**policy),
    };
    let mut failures = Vec::new();
    if let Some(policy) = policy {
        let now = test.now.unwrap_or(world.now);
        let mut verdicts = Vec::new();
        for given in &test.subjects {
            match decided(world, test, policy, given, now, trace) {
                Ok(decided) => verdicts.extend(decided),
                Err(message) => failures.push(Failure { span: given.span, message, said: Vec::new() }),
            }
        }
        failures.extend(test.expected.iter().filter_map(|expected| unmet(expected, &verdicts)));
    }
    Outcome { name: test.name.clone(), module: test.module.clone(), span: test.span, failures }
}

/// Every decision of the policy about a given subject.
fn decided(
    world: &World<'_>,
    test: &Test,
    policy: &Policy,
    given: &GivenSubject,
    now: Time,
    trace: &mut Trace,
) -> Result<Vec<BlockVerdict>, String> {
    let verdict = match (&world.project.record(given.subject).shape, given.asset) {
        (Shape::Asset, Some(asset)) => {
            let project = with_attributes(world.project, asset, &given.changes)?;
            let mut verdict = eval::judge_assets(&project, policy, Some(now));
            verdict.blocks.retain(|block| block.asset == Some(asset));
            verdict
        }
        _ => {
            let document = document(world, test, policy, given, now)?;
            eval::judge(world.project, policy, &document, Some(now))
        }
    };
    verdict.trace(policy, trace);
    Ok(verdict.blocks)
}

/// The subject document that a line gives, with its changes.
fn document(
    world: &World<'_>,
    test: &Test,
    policy: &Policy,
    given: &GivenSubject,
    now: Time,
) -> Result<Document, String> {
    let shape = &world.project.record(given.subject).shape;
    if let (Shape::Subject { place: Place::Admission, .. }, Some(path)) = (shape, &given.from) {
        let mut document = manifest(world, test, policy, given, path, now)?;
        given.changes.iter().for_each(|change| apply(&mut document, change));
        return Ok(document);
    }
    let folder = given.from.as_deref();
    let model = given.files.as_deref();
    let files = Changed { files: (world.files)(&test.module, folder, model), changes: &given.raw };
    for change in &given.raw {
        if files.files.read(&change.file, Limits::default().max_bytes).ok().flatten().is_none() {
            return Err(format!("there is no document `{}` to change", change.file));
        }
    }
    let request = Request {
        project: world.project,
        subject: given.subject,
        asset: given.asset,
        version: None,
        at: now,
        keys: world.keys,
        limits: Limits::default(),
    };
    let mut document = collect(&request, &files);
    for change in &given.changes {
        apply(&mut document, change);
    }
    // Nothing is missing where nothing was to be read: the test gives the fields itself.
    if given.from.is_none() && given.files.is_none() {
        document.problems.clear();
    }
    Ok(document)
}

/// The subject document of the one object of a manifest, with its raw changes.
fn manifest(
    world: &World<'_>,
    test: &Test,
    policy: &Policy,
    given: &GivenSubject,
    path: &str,
    now: Time,
) -> Result<Document, String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let files = Changed { files: (world.files)(&test.module, Some(folder), None), changes: &given.raw };
    if let Some(change) = given.raw.iter().find(|change| change.file != name) {
        return Err(format!("there is no document `{}` to change", change.file));
    }
    let limits = Limits::default();
    let bytes = files.read(name, limits.max_bytes)?.ok_or_else(|| format!("there is no manifest `{path}`"))?;
    let bytes = files.changed(name, Format::Yaml, &bytes).unwrap_or(bytes);
    let objects = cluster::objects(&bytes, &limits).map_err(|error| format!("`{path}`: {error}"))?;
    let subject = &world.project.record(given.subject).name;
    let mut instances =
        objects.into_iter().filter(|object| cluster::subjects(world.project, object).contains(&given.subject));
    let (Some(mut object), None) = (instances.next(), instances.next()) else {
        return Err(format!("`{path}` does not hold just one `{subject}`"));
    };
    cluster::place(&mut object, cluster::DEFAULT_NAMESPACE);
    cluster::document(world.project, policy, given.subject, &object, now)
        .ok_or_else(|| format!("`{}` covers no namespace of {}", policy.name, cluster::name_of(&object)))
}

/// Sets or removes a field. What was wrong with a field of the subject is forgotten when the test says the whole of it.
fn apply(document: &mut Document, change: &FieldChange) {
    let Some((first, rest)) = change.path.split_first() else { return };
    let whole = rest.is_empty();
    if whole || change.value.is_some() {
        document.problems.retain(|problem| problem.field != *first);
    }
    set(&mut document.fields, first, rest, change.value.as_ref());
}

fn set(object: &mut Map<String, Value>, first: &str, rest: &[SmolStr], value: Option<&Value>) {
    match (rest.split_first(), value) {
        (None, Some(value)) => {
            object.insert(first.to_owned(), value.clone());
        }
        (None, None) => {
            object.remove(first);
        }
        (Some((next, rest)), value) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                set(inner, next, rest, value);
            }
        }
    }
}

/// The project with other attributes of one asset.
fn with_attributes(project: &Project, asset: AssetId, changes: &[FieldChange]) -> Result<Project, String> {
    let mut changed = project.clone();
    for change in changes {
        let kind = project.record(project.asset(asset).kind);
        let found = change.path.first().and_then(|name| kind.fields.get_full(name.as_str()));
        let Some((index, _, field)) = found.filter(|_| change.path.len() == 1) else {
            return Err("only an attribute of the asset itself can be changed".into());
        };
        changed.assets[asset.index()].values[index] = match &change.constant {
            None => field.default.clone(),
            Some(value) => Some(Const::clone(value)),
        };
    }
    Ok(changed)
}

/// Why an expectation is not met, if it is not.
///
/// A control instance has one decision for each of its blocks about the given subjects. The strictest counts: violated before
/// indeterminate before pass before not applicable.
fn unmet(expected: &Expected, verdicts: &[BlockVerdict]) -> Option<Failure> {
    let about: Vec<&BlockVerdict> = verdicts.iter().filter(|verdict| verdict.name == expected.instance).collect();
    let said: Vec<String> = (about.iter())
        .flat_map(|verdict| {
            let reasons = verdict.outcome.reasons.iter().map(|reason| format!("not known: {reason}"));
            verdict.outcome.messages.iter().cloned().chain(reasons)
        })
        .collect();
    let found = about.iter().map(|verdict| verdict.outcome.decision).max_by_key(|decision| strictness(*decision));
    let failure = |message| Some(Failure { span: expected.span, message, said: said.clone() });
    let wanted = expected.decision.keyword();
    match found {
        None => failure(format!("`{}` decides nothing about what is given", expected.instance)),
        Some(decision) if decision != expected.decision => {
            failure(format!("expected `{wanted}`, and it is `{}`", decision.keyword()))
        }
        Some(_) => match &expected.text {
            Some(text) if !said.iter().any(|line| line.contains(text.as_str())) => {
                failure(format!("it is `{wanted}`, and nothing of what is said has the text {text:?}"))
            }
            _ => None,
        },
    }
}

fn strictness(decision: Decision) -> u8 {
    match decision {
        Decision::NotApplicable => 0,
        Decision::Pass => 1,
        Decision::Indeterminate => 2,
        Decision::Violated => 3,
    }
}

/// The default instant of tests: the start of 2026. A test whose decision depends on the time says its own.
pub fn default_now() -> Option<Time> {
    Time::parse_literal("2026-01-01T00:00:00Z").ok()
}
