//! Rules that hold of a report about nothing: "no finding" is true of a tool that looked at nothing, unless its evidence says how much it
//! looked at.

use super::Context;
use crate::core::{Block, Comparison, Const, Expr, ExprKind, LocalId, Project, RecordId, Shape, Stmt, StmtKind, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::Quantifier;
use std::collections::BTreeMap;

/// Finds the evidence of the project that such rules read and that asks for no count of what was examined.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    let mut first: BTreeMap<RecordId, (Span, &str)> = BTreeMap::new();
    for control in &project.controls {
        for block in &control.blocks {
            for (evidence, span) in satisfied_by_nothing(project, block) {
                first.entry(evidence).or_insert((span, &control.name));
            }
        }
    }
    let found = first.into_iter().filter_map(|(id, (span, control))| {
        let record = project.record(id);
        let Shape::Evidence(evidence) = &record.shape else { return None };
        if !(context.is_own)(record.span) || asks_for_something(&evidence.valid, &|_| true) {
            return None;
        }
        let message =
            format!("`{}` is believed when nothing was examined, and `{control}` passes it", record.name);
        Some(
            Diagnostic::warning(&codes::VACUOUS, message, evidence.valid.span)
                .label(span, "an empty report passes here")
                .note("a tool that read nothing also finds nothing: require a count of what it examined, such as `scanned >= 1`"),
        )
    });
    found.collect()
}

/// The evidence of which a block requires only what is true of an empty report, with the place.
fn satisfied_by_nothing(project: &Project, block: &Block) -> Vec<(RecordId, Span)> {
    let mut search = Search { project, values: BTreeMap::new(), found: Vec::new() };
    for stmt in &block.body {
        stmt.walk(&mut |stmt| search.stmt(stmt));
    }
    // A rule that wants something to be there is itself the count.
    let guarded = |evidence: RecordId| {
        let mut guarded = false;
        for stmt in &block.body {
            stmt.walk(&mut |stmt| {
                if let StmtKind::Require { condition, .. } = &stmt.kind {
                    guarded |= asks_for_something(condition, &|counted| search.evidence(counted) == Some(evidence));
                }
            });
        }
        guarded
    };
    search.found.iter().copied().filter(|(evidence, _)| !guarded(*evidence)).collect()
}

struct Search<'a> {
    project: &'a Project,
    /// What each `let` names.
    values: BTreeMap<LocalId, &'a Expr>,
    found: Vec<(RecordId, Span)>,
}

impl<'a> Search<'a> {
    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Let { local, value } | StmtKind::Bind { local, value, .. } => {
                self.values.insert(*local, value);
            }
            StmtKind::For { list, .. } => self.add(list, list.span),
            StmtKind::Require { condition, .. } => self.condition(condition, true),
            StmtKind::When { .. } | StmtKind::Quota { .. } => {}
        }
    }

    /// Looks for what an empty list makes true, or, below a `not`, false.
    fn condition(&mut self, expr: &'a Expr, wanted: bool) {
        match &expr.kind {
            ExprKind::Not(inner) => self.condition(inner, !wanted),
            ExprKind::And(items) | ExprKind::Or(items) => items.iter().for_each(|item| self.condition(item, wanted)),
            ExprKind::Quantified { quantifier, list, .. } if (*quantifier == Quantifier::All) == wanted => {
                self.add(list, expr.span);
            }
            ExprKind::Compare { op, left, right } => {
                let op = if wanted { *op } else { op.opposite() };
                let counted = match (at_zero(op, right), at_zero(mirrored(op), left)) {
                    (Some(true), _) => left,
                    (_, Some(true)) => right,
                    _ => return,
                };
                self.add(counted, expr.span);
            }
            _ => {}
        }
    }

    fn add(&mut self, of: &Expr, span: Span) {
        self.found.extend(self.evidence(of).map(|evidence| (evidence, span)));
    }

    /// The evidence that a list or number is read from.
    fn evidence(&self, expr: &Expr) -> Option<RecordId> {
        match &expr.kind {
            ExprKind::Field { base, record, .. } => {
                let is_evidence = matches!(self.project.record(*record).shape, Shape::Evidence(_));
                if is_evidence { Some(*record) } else { self.evidence(base) }
            }
            ExprKind::Local(local) => self.evidence(self.values.get(local)?),
            ExprKind::Count(list) | ExprKind::Collect { list, .. } | ExprKind::Coalesce(list, _) => self.evidence(list),
            ExprKind::Sum(terms) => terms.iter().find_map(|(_, term)| self.evidence(term)),
            _ => None,
        }
    }
}

/// Whether a condition wants a number to be above zero, or an element to be there, of something that `counts`.
fn asks_for_something(condition: &Expr, counts: &dyn Fn(&Expr) -> bool) -> bool {
    match &condition.kind {
        ExprKind::And(items) => items.iter().any(|item| asks_for_something(item, counts)),
        ExprKind::Or(items) => !items.is_empty() && items.iter().all(|item| asks_for_something(item, counts)),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Compare { op, left, right } => above_zero(op.opposite(), left, right, counts),
            ExprKind::Quantified { quantifier: Quantifier::All, list, .. } => counts(list),
            _ => false,
        },
        ExprKind::Compare { op, left, right } => above_zero(*op, left, right, counts),
        // A share of nothing is unknown, so nothing passes.
        ExprKind::Share { whole, .. } => counts(whole),
        ExprKind::Quantified { quantifier: Quantifier::Any, list, .. } => counts(list),
        _ => false,
    }
}

fn above_zero(op: Comparison, left: &Expr, right: &Expr, counts: &dyn Fn(&Expr) -> bool) -> bool {
    let is_number = |expr: &Expr| matches!(expr.ty, Type::Int | Type::Bytes);
    (at_zero(op, right) == Some(false) && is_number(left) && counts(left))
        || (at_zero(mirrored(op), left) == Some(false) && is_number(right) && counts(right))
}

/// Whether zero compares so with a constant number.
fn at_zero(op: Comparison, bound: &Expr) -> Option<bool> {
    match bound.as_const() {
        Some(Const::Int(bound)) => Some(op.holds(0.cmp(bound))),
        _ => None,
    }
}

fn mirrored(op: Comparison) -> Comparison {
    match op {
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
        Comparison::Eq | Comparison::Ne => op,
    }
}
