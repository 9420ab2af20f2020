//! What a policy does about its decisions: modes, and waivers that hold.

use super::subject::Subject;
use super::{Context, Outcome, Trace, decide_about, decide_asset};
use crate::core::{AssetId, Block, Place, Policy, Project, Record, RecordId, Shape};
use crate::subject::Document;
use crate::syntax::ast::{Decision, Mode, Stage};
use crate::value::render::render_text;
use crate::value::{Date, Time};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What follows from a decision, from the mildest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing: it passes, or does not apply.
    Pass,
    /// It would not pass, and a waiver holds. It is shown.
    Waived,
    /// `audit`: it is recorded.
    Record,
    /// `warn`: it is told.
    Warn,
    /// `enforce`: it is stopped.
    Deny,
}

/// What a policy says about one subject document, or about the declared assets.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Why there is nothing to decide, if the document is about no subject of the project, or about no asset that the policy covers.
    /// Then it is denied.
    pub problem: Option<String>,
    /// The decisions, in the order of the policy's instances and of their blocks.
    pub blocks: Vec<BlockVerdict>,
}

/// One decision, and what follows.
#[derive(Debug, Clone)]
pub struct BlockVerdict {
    /// The position of the control instance in the policy.
    pub instance: usize,
    /// Its name.
    pub name: SmolStr,
    /// The number of the block in the control.
    pub block: u32,
    /// The stage of the block.
    pub stage: Stage,
    /// How strictly the control is applied.
    pub mode: Mode,
    /// The declared asset that the decision is about.
    pub asset: Option<AssetId>,
    /// The decision.
    pub outcome: Outcome,
    /// What follows.
    pub effect: Effect,
    /// The last day of the waiver, where the effect is [`Effect::Waived`].
    pub waived_until: Option<Date>,
}

impl Verdict {
    /// The strictest effect.
    pub fn effect(&self) -> Effect {
        let trouble = self.problem.as_ref().map(|_| Effect::Deny);
        self.blocks.iter().map(|block| block.effect).chain(trouble).max().unwrap_or(Effect::Pass)
    }

    /// Adds the branches that were reached.
    pub fn trace(&self, policy: &Policy, trace: &mut Trace) {
        for verdict in &self.blocks {
            if let Some(instance) = policy.instances.get(verdict.instance) {
                trace.add(instance.control, verdict.block, &verdict.outcome);
            }
        }
    }
}

/// Decides every block of a policy that is about the document's subject. Without `now`, ages are unknown and no waiver holds.
pub fn judge(project: &Project, policy: &Policy, document: &Document, now: Option<Time>) -> Verdict {
    let context = Context { project, policy: Some(policy), now };
    let known = project.records.iter().any(|record| is_subject(record, document));
    let stranger = (!known).then(|| format!("`{}` is not a subject of the project", render_text(&document.subject)));
    // Blocks about one subject share it, so what is found about its evidence is found once.
    let mut subjects: BTreeMap<RecordId, Result<Subject<'_>, String>> = BTreeMap::new();
    let mut blocks = Vec::new();
    for (position, block) in all_blocks(policy) {
        if is_subject(project.record(block.subject), document) {
            let subject = subjects.entry(block.subject);
            let subject = subject.or_insert_with(|| Subject::document(context, block.subject, document));
            let asset = subject.as_ref().ok().and_then(Subject::declared);
            let outcome = decide_about(context, block, subject);
            blocks.extend(verdict(context, policy, position, block, asset, outcome));
        }
    }
    // What the policy does not cover is stopped, whatever the modes: nobody has said that it may go on. An object of a cluster is judged
    // only where the policy covers its namespace, so there each block says itself what follows, as in the cluster.
    let is_object = document.stranger().is_some() && subjects.keys().all(|id| is_at_admission(project.record(*id)));
    let uncovered = match !is_object && subjects.values().all(Result::is_err) {
        true => subjects.into_values().find_map(Result::err),
        false => None,
    };
    Verdict { problem: stranger.or(uncovered), blocks }
}

/// Decides every block of a policy that is about declared assets, for each asset of its kind in the systems that the policy covers.
pub fn judge_assets(project: &Project, policy: &Policy, now: Option<Time>) -> Verdict {
    let context = Context { project, policy: Some(policy), now };
    let mut blocks = Vec::new();
    for (position, block) in all_blocks(policy) {
        for (index, asset) in project.assets.iter().enumerate() {
            if asset.kind == block.subject && policy.covers.contains(&asset.system) {
                let id = AssetId::new(index);
                let outcome = decide_asset(context, block, id);
                blocks.extend(verdict(context, policy, position, block, Some(id), outcome));
            }
        }
    }
    Verdict { problem: None, blocks }
}

fn is_subject(record: &Record, document: &Document) -> bool {
    matches!(record.shape, Shape::Subject { .. }) && record.name == document.subject
}

fn is_at_admission(record: &Record) -> bool {
    matches!(record.shape, Shape::Subject { place: Place::Admission, .. })
}

/// The blocks, with the positions of their instances.
fn all_blocks(policy: &Policy) -> impl Iterator<Item = (usize, &Block)> {
    let instances = policy.instances.iter().enumerate();
    instances.flat_map(|(position, instance)| instance.blocks.iter().map(move |block| (position, block)))
}

fn verdict(
    context: Context<'_>,
    policy: &Policy,
    position: usize,
    block: &Block,
    asset: Option<AssetId>,
    outcome: Outcome,
) -> Option<BlockVerdict> {
    let instance = policy.instances.get(position)?;
    let passes = matches!(outcome.decision, Decision::Pass | Decision::NotApplicable);
    let waived_until = if passes { None } else { waiver(context, policy, position, asset) };
    let effect = match (passes, waived_until, instance.mode) {
        (true, _, _) => Effect::Pass,
        (_, Some(_), _) => Effect::Waived,
        (_, _, Mode::Enforce) => Effect::Deny,
        (_, _, Mode::Warn) => Effect::Warn,
        (_, _, Mode::Audit) => Effect::Record,
    };
    Some(BlockVerdict {
        instance: position,
        name: instance.name.clone(),
        block: block.index,
        stage: block.stage,
        mode: instance.mode,
        asset,
        outcome,
        effect,
        waived_until,
    })
}

/// The last day of the waivers that hold for this instance and asset; a waiver of a system is one of each of its assets.
fn waiver(context: Context<'_>, policy: &Policy, instance: usize, asset: Option<AssetId>) -> Option<Date> {
    let (asset, now) = (asset?, context.now?);
    let system = context.project.asset(asset).system;
    let waivers = policy.waivers.iter().filter(|waiver| waiver.instance == instance && waiver.holds(now));
    waivers.filter(|waiver| waiver.asset == asset || waiver.asset == system).map(|waiver| waiver.until).max()
}
