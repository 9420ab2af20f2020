//! What a verdict is, for those who read it: people, programs, and viewers of SARIF.

mod human;
mod objects;
mod sarif;

pub use human::human;
pub use objects::{ObjectsReport, Unjudged};
pub use sarif::sarif;

use crate::core::{Block, Policy, Project, StmtKind};
use crate::eval::{Answer, BlockVerdict, Effect, Verdict};
use crate::source::{Sources, Span};
use crate::subject::{Document, FileOrigin};
use crate::syntax::ast::{Decision, Mode, Stage};
use crate::value::{Scalar, Time};
use serde::Serialize;
use smol_str::SmolStr;

/// A verdict as `gatewright gate --format json` prints it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The version of this format.
    pub gatewright: u32,
    /// The policy.
    pub policy: SmolStr,
    /// The object of a cluster, where one is judged: `Deployment fraud-prod/scorer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The kind of subject.
    pub subject: String,
    /// The declared asset.
    pub asset: Option<String>,
    /// The version that was asked about.
    pub version: Option<String>,
    /// The instant of the decision, in UTC.
    pub now: String,
    /// What follows.
    pub outcome: Effect,
    /// Why there was nothing to decide, if that is so.
    pub problem: Option<String>,
    /// The decisions, in the order of the policy.
    pub decisions: Vec<DecisionReport>,
    /// The documents that were read.
    pub origins: Vec<FileOrigin>,
}

/// One decision of a [`Report`].
#[derive(Debug, Serialize)]
pub struct DecisionReport {
    /// The control, with its module.
    pub control: SmolStr,
    /// The name of its instance in the policy.
    pub instance: SmolStr,
    /// The number of the block in the control.
    pub block: u32,
    /// What the control makes sure of.
    pub title: String,
    /// How bad a violation is.
    pub severity: SmolStr,
    /// The stage of the block.
    pub stage: Stage,
    /// How strictly the control is applied.
    pub mode: Mode,
    /// The decision.
    pub decision: Decision,
    /// What follows.
    pub effect: Effect,
    /// What is violated.
    pub messages: Vec<String>,
    /// What could not be known.
    pub reasons: Vec<String>,
    /// The last day of the waiver, where one holds.
    pub waived_until: Option<String>,
    /// Why it was waived.
    pub waiver_reason: Option<SmolStr>,
    /// The line of the policy that applies the control: `file:line:column`.
    pub applied_at: String,
    /// Where the block is written, then where what is violated is required: `file:line:column`.
    pub places: Vec<String>,
    /// The same places in the sources.
    #[serde(skip)]
    spans: Vec<Span>,
}

/// Everything that a report is made from.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its files.
    pub sources: &'a Sources,
    /// The policy.
    pub policy: &'a Policy,
    /// What was decided about.
    pub document: &'a Document,
    /// The instant of the decision.
    pub now: Time,
    /// The decisions.
    pub verdict: &'a Verdict,
}

impl Report {
    /// Puts a verdict into words.
    pub fn new(judged: Judged<'_>) -> Self {
        let document = judged.document;
        Self {
            gatewright: 1,
            policy: judged.policy.name.clone(),
            object: None,
            subject: document.subject.clone(),
            asset: document.asset.clone(),
            version: document.fields.get("version").and_then(|version| version.as_str()).map(str::to_owned),
            now: judged.now.to_json().as_str().unwrap_or_default().to_owned(),
            outcome: judged.verdict.effect(),
            problem: judged.verdict.problem.clone(),
            decisions: judged.verdict.blocks.iter().filter_map(|block| decision(judged, block)).collect(),
            origins: document.origins.clone(),
        }
    }
}

fn decision(judged: Judged<'_>, verdict: &BlockVerdict) -> Option<DecisionReport> {
    let instance = judged.policy.instances.get(verdict.instance)?;
    let control = judged.project.controls.get(instance.control)?;
    let block = instance.blocks.iter().find(|block| block.index == verdict.block)?;
    let severity = &judged.project.enums[0].variants[control.severity as usize].name;
    let spans: Vec<Span> = std::iter::once(block.span).chain(violated(block, verdict)).collect();
    let waiver = verdict.waived_until.and_then(|until| {
        judged.policy.waivers.iter().find(|waiver| waiver.instance == verdict.instance && waiver.until == until)
    });
    Some(DecisionReport {
        control: control.qualified.clone(),
        instance: verdict.name.clone(),
        block: verdict.block,
        title: control.title.clone(),
        severity: severity.clone(),
        stage: verdict.stage,
        mode: verdict.mode,
        decision: verdict.outcome.decision,
        effect: verdict.effect,
        messages: verdict.outcome.messages.clone(),
        reasons: verdict.outcome.reasons.clone(),
        waived_until: verdict.waived_until.map(|day| day.to_string()),
        waiver_reason: waiver.map(|waiver| waiver.reason.clone()),
        applied_at: judged.sources.place(instance.span),
        places: spans.iter().map(|span| judged.sources.place(*span)).collect(),
        spans,
    })
}

/// The places of the requirements that do not hold.
fn violated(block: &Block, verdict: &BlockVerdict) -> Vec<Span> {
    let failed = |id: u32| {
        verdict.outcome.reached.iter().any(|branch| branch.statement == Some(id) && branch.answer == Answer::False)
    };
    let mut spans = Vec::new();
    for stmt in &block.body {
        stmt.walk(&mut |stmt| {
            if matches!(stmt.kind, StmtKind::Require { .. } | StmtKind::Bind { .. }) && failed(stmt.id) {
                spans.push(stmt.span);
            }
        });
    }
    if verdict.outcome.decision == Decision::Violated { spans } else { Vec::new() }
}
