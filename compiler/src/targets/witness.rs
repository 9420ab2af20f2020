//! Documents that show what a block does: one that passes, one for each way to violate it, one that leaves it undecided.
//!
//! They are made from the block's own conditions by setting one field after the other, and kept only if the reference evaluator decides
//! them as wanted. So a generated test never claims what the evaluator does not, and a block without examples only lacks them.

mod place;
mod solve;
mod values;

use crate::core::{AssetId, Block, Policy, Project, Shape, StmtKind};
use crate::eval::{self, Context, Outcome};
use crate::subject::{Document, FormatVersion, Problem, ProblemKind};
use crate::syntax::ast::Decision;
use crate::value::Time;
use place::Maker;
use serde_json::{Map, Value};

/// A document and what the evaluator says about it.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    /// The statement that it violates, for a document that violates one.
    pub(super) statement: Option<u32>,
    /// The document.
    pub(super) document: Document,
    /// What the block's decision about it is.
    pub(super) outcome: Outcome,
}

/// What shows a block at work.
#[derive(Debug, Clone, Default)]
pub(super) struct Witnesses {
    /// A document that passes.
    pub(super) pass: Option<Witness>,
    /// Documents that violate it, at most one for each statement, in the order of the text.
    pub(super) violations: Vec<Witness>,
    /// A document about which nothing can be decided.
    pub(super) indeterminate: Option<Witness>,
}

/// Makes examples for a block of a policy.
pub(super) fn witnesses(project: &Project, policy: &Policy, block: &Block, now: Time) -> Witnesses {
    let context = Context { project, policy: Some(policy), now: Some(now) };
    let judged = |statement: Option<u32>, asset: Option<AssetId>, fields: Map<String, Value>, wanted: Decision| {
        let document = document(project, block, asset, fields, now);
        let outcome = eval::decide(context, block, &document);
        (outcome.decision == wanted).then_some(Witness { statement, document, outcome })
    };
    let mut found = Witnesses::default();
    let mut base = Maker::new(project, block, now, None);
    for asset in subjects(project, policy, block) {
        let mut maker = Maker::new(project, block, now, asset);
        maker.hold(block);
        found.pass = judged(None, asset, maker.fields.clone(), Decision::Pass);
        base = maker;
        if found.pass.is_some() {
            break;
        }
    }
    let mut says = Vec::new();
    for stmt in &block.body {
        stmt.walk(&mut |stmt| {
            let says_something = matches!(stmt.kind, StmtKind::Require { .. } | StmtKind::Bind { .. });
            if says_something && !says.contains(&stmt.id) {
                says.push(stmt.id);
            }
        });
    }
    for id in says {
        let mut maker = base.clone();
        maker.violate(&block.body, id);
        found.violations.extend(judged(Some(id), maker.asset, maker.fields, Decision::Violated));
    }
    if let Some(pass) = &found.pass {
        found.indeterminate = undecided(context, block, pass);
    }
    found
}

/// The document that passes, with one of its fields in trouble.
fn undecided(context: Context<'_>, block: &Block, pass: &Witness) -> Option<Witness> {
    let fields = pass.document.fields.keys();
    let mut tries = fields.map(|field| {
        let mut document = pass.document.clone();
        let reason = format!("{field} could not be read");
        document.problems.push(Problem { field: field.clone(), kind: ProblemKind::Unreadable, reason });
        let outcome = eval::decide(context, block, &document);
        Witness { statement: None, document, outcome }
    });
    tries.find(|witness| witness.outcome.decision == Decision::Indeterminate)
}

/// The assets that a document can be about; none, if the subject is of no kind.
fn subjects(project: &Project, policy: &Policy, block: &Block) -> Vec<Option<AssetId>> {
    let Shape::Subject { of, .. } = project.record(block.subject).shape else { return Vec::new() };
    let Some(kind) = of else { return vec![None] };
    let every = (0..project.assets.len()).map(AssetId::new);
    let covered = every.filter(|id| {
        let asset = project.asset(*id);
        asset.kind == kind && policy.covers.contains(&asset.system)
    });
    covered.map(Some).collect()
}

fn document(
    project: &Project,
    block: &Block,
    asset: Option<AssetId>,
    fields: Map<String, Value>,
    now: Time,
) -> Document {
    Document {
        format: FormatVersion,
        subject: project.record(block.subject).name.to_string(),
        asset: asset.map(|id| project.asset(id).qualified.to_string()),
        collected_at: now,
        fields,
        problems: Vec::new(),
        origins: Vec::new(),
    }
}
