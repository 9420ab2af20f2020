//! The design stage: blocks about declared assets are decided when the project is checked, and what they find is said at the declaration.

use super::Context;
use crate::core::{AssetId, Block, Expr, ExprKind, Instance, Policy, Stmt, StmtKind};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::eval::{self, Answer, BlockVerdict};
use crate::source::Span;
use crate::syntax::ast::{Decision, Mode};

/// Decides every block about declared assets, for every policy.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for policy in &context.project.policies {
        let verdict = eval::judge_assets(context.project, policy, context.now);
        for decided in &verdict.blocks {
            let Some(instance) = policy.instances.get(decided.instance) else { continue };
            let Some(block) = instance.blocks.iter().find(|block| block.index == decided.block) else { continue };
            if let Some(asset) = decided.asset
                && matches!(decided.outcome.decision, Decision::Violated | Decision::Indeterminate)
            {
                found.extend(said(context, policy, instance, block, decided, asset));
            }
        }
    }
    found
}

fn said(
    context: Context<'_>,
    policy: &Policy,
    instance: &Instance,
    block: &Block,
    decided: &BlockVerdict,
    asset: AssetId,
) -> Vec<Diagnostic> {
    let mut failed: Vec<&Stmt> = Vec::new();
    for stmt in &block.body {
        stmt.walk(&mut |stmt| {
            let branch = eval::Branch { statement: Some(stmt.id), answer: Answer::False };
            let is_rule = matches!(stmt.kind, StmtKind::Require { .. } | StmtKind::Bind { .. });
            if is_rule && decided.outcome.reached.contains(&branch) {
                failed.push(stmt);
            }
        });
    }
    let waiver = policy.waivers.iter().find(|waiver| {
        let system = context.project.asset(asset).system;
        let about = waiver.asset == asset || waiver.asset == system;
        waiver.instance == decided.instance && about && context.now.is_none_or(|now| waiver.holds(now))
    });
    let severity = match (waiver, instance.mode) {
        (Some(_), _) | (None, Mode::Audit) => Severity::Note,
        (None, Mode::Warn) => Severity::Warning,
        (None, Mode::Enforce) => Severity::Error,
    };
    let texts: Vec<String> = match decided.outcome.decision {
        Decision::Violated => decided.outcome.messages.clone(),
        _ => decided.outcome.reasons.iter().map(|reason| format!("not known: {reason}")).collect(),
    };
    let rule = match failed.as_slice() {
        [only] => only.span,
        _ => block.span,
    };
    let primary = match failed.as_slice() {
        [only] => attribute(context, only, asset),
        _ => context.project.asset(asset).span,
    };
    let describe = |text: String| {
        let problem = Diagnostic::new(severity, &codes::DESIGN, text, primary)
            .label(rule, format!("required by `{}`", instance.name))
            .label(instance.span, format!("applied by policy `{}`", policy.name));
        match waiver {
            Some(waiver) => problem.note(format!("waived until {}: {}", waiver.until, waiver.reason)),
            None => problem,
        }
    };
    texts.into_iter().map(describe).collect()
}

/// The value of the one attribute of the asset that a rule reads; the asset's name, if it reads several or none.
fn attribute(context: Context<'_>, stmt: &Stmt, asset: AssetId) -> Span {
    let found = context.project.asset(asset);
    let mut read: Vec<u32> = Vec::new();
    if let StmtKind::Require { condition, .. } | StmtKind::Bind { value: condition, .. } = &stmt.kind {
        condition.walk(&mut |expr: &Expr| {
            if let ExprKind::Field { base, index, .. } = &expr.kind
                && matches!(base.kind, ExprKind::Subject)
                && !read.contains(index)
            {
                read.push(*index);
            }
        });
    }
    match read.as_slice() {
        [only] => found.value_spans.get(*only as usize).copied().unwrap_or(found.span),
        _ => found.span,
    }
}
