//! Conditions that no input can change: a rule that can never be violated enforces nothing, and one that can never hold stops everything.
//!
//! Each condition is asked twice: can it be true, can it be false? The answer "no" is certain; "yes" only means that this analysis does not
//! know better. Whether it can be unknown does not matter: an unknown condition neither holds nor is violated.

use super::Context;
use super::interval::Possible;
use crate::core::{Block, Comparison, Const, Expr, ExprKind, Project, Stmt, StmtKind, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::Quantifier;
use std::collections::BTreeSet;

/// Finds them in every control, and in what policies make of controls by their arguments.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for control in &context.project.controls {
        for block in &control.blocks {
            let problems = of_block(context.project, block);
            told.extend(problems.iter().map(|problem| problem.primary.span));
            found.extend(problems);
        }
    }
    for policy in context.project.policies.iter().filter(|policy| (context.is_own)(policy.span)) {
        for instance in &policy.instances {
            if context.project.controls.get(instance.control).is_none_or(|control| control.params.is_empty()) {
                continue;
            }
            for block in &instance.blocks {
                let problems = of_block(context.project, block).into_iter();
                // An argument may switch a part of a control off on purpose; that nothing can pass is never the purpose.
                let stops = problems
                    .filter(|problem| problem.code == &codes::NEVER_HOLDS && !told.contains(&problem.primary.span));
                found.extend(
                    stops.map(|problem| problem.label(instance.span, "with the arguments that are given here")),
                );
            }
        }
    }
    found
}

fn of_block(project: &Project, block: &Block) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(filter) = &block.filter {
        match can(project, filter) {
            Can { truth: false, .. } => {
                found.push(constant(
                    project,
                    filter,
                    &codes::UNREACHABLE,
                    "this is never true, so the block decides nothing",
                ));
            }
            Can { falsity: false, .. } => {
                found.push(constant(
                    project,
                    filter,
                    &codes::UNREACHABLE,
                    "this is never false, so the `where` leaves nothing out",
                ));
            }
            _ => {}
        }
    }
    for stmt in &block.body {
        stmt.walk(&mut |stmt| found.extend(of_stmt(project, stmt)));
    }
    found
}

fn of_stmt(project: &Project, stmt: &Stmt) -> Option<Diagnostic> {
    let (condition, never, always) = match &stmt.kind {
        StmtKind::Require { condition, .. } => (
            condition,
            (&codes::NEVER_HOLDS, "this can never hold, so nothing ever passes"),
            (&codes::NEVER_VIOLATED, "this can never be violated, so it requires nothing"),
        ),
        StmtKind::When { condition, .. } => (
            condition,
            (&codes::UNREACHABLE, "this is never true, so the first branch is never decided"),
            (&codes::UNREACHABLE, "this is never false, so the other branch is never decided"),
        ),
        StmtKind::For { filter: Some(filter), .. } => (
            filter,
            (&codes::UNREACHABLE, "this is never true, so nothing is decided for any element"),
            (&codes::UNREACHABLE, "this is never false, so the `where` leaves nothing out"),
        ),
        _ => return None,
    };
    match can(project, condition) {
        Can { truth: false, .. } => Some(constant(project, condition, never.0, never.1)),
        Can { falsity: false, .. } => Some(constant(project, condition, always.0, always.1)),
        _ => None,
    }
}

/// Says it at the narrowest place: the two halves that exclude each other, if there are such, else the condition.
fn constant(project: &Project, condition: &Expr, code: &'static crate::diagnostics::Code, message: &str) -> Diagnostic {
    if let Some((first, second)) = clash(project, condition) {
        return Diagnostic::error(code, message, second).label(first, "this and the marked part settle it");
    }
    Diagnostic::error(code, message, condition.span)
}

/// What may become of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Can {
    truth: bool,
    falsity: bool,
}

impl Can {
    const BOTH: Can = Can { truth: true, falsity: true };

    fn only(truth: bool) -> Self {
        Can { truth, falsity: !truth }
    }

    fn not(self) -> Self {
        Can { truth: self.falsity, falsity: self.truth }
    }
}

fn can(project: &Project, expr: &Expr) -> Can {
    match &expr.kind {
        ExprKind::Const(Const::Bool(value)) if expr.ty == Type::Bool => Can::only(*value),
        ExprKind::Not(inner) => can(project, inner).not(),
        ExprKind::And(items) => {
            let parts: Vec<Can> = items.iter().map(|item| can(project, item)).collect();
            Can {
                truth: parts.iter().all(|part| part.truth) && !exclude(project, &atoms(items, true)),
                falsity: parts.iter().any(|part| part.falsity),
            }
        }
        ExprKind::Or(items) => {
            let parts: Vec<Can> = items.iter().map(|item| can(project, item)).collect();
            Can {
                truth: parts.iter().any(|part| part.truth),
                falsity: parts.iter().all(|part| part.falsity) && !exclude(project, &atoms(items, false)),
            }
        }
        ExprKind::Compare { op, left, right } => compare(project, expr, *op, left, right),
        ExprKind::In { item, list } => match (item.as_const(), list.as_const()) {
            (_, Some(Const::List(values))) if values.is_empty() => Can::only(false),
            (Some(item), Some(Const::List(values))) => Can::only(values.contains(item)),
            _ => alone(project, expr),
        },
        ExprKind::Matches { text, pattern } => match (text.as_const(), pattern.as_pattern()) {
            (Some(Const::Text(text)), Some(pattern)) => Can::only(pattern.matches(text)),
            _ => Can::BOTH,
        },
        ExprKind::Quantified { quantifier, list, body, .. } => {
            let empty = matches!(list.as_const(), Some(Const::List(values)) if values.is_empty());
            let body = can(project, body);
            match quantifier {
                Quantifier::All if empty => Can::only(true),
                Quantifier::Any if empty => Can::only(false),
                // An empty list makes `all` true and `any` false.
                Quantifier::All => Can { truth: true, falsity: body.falsity },
                Quantifier::Any => Can { truth: body.truth, falsity: true },
            }
        }
        _ => Can::BOTH,
    }
}

fn compare(project: &Project, expr: &Expr, op: Comparison, left: &Expr, right: &Expr) -> Can {
    if let (Some(left), Some(right)) = (left.as_const(), right.as_const()) {
        let mut possible = Possible::default();
        possible.among(std::slice::from_ref(left));
        possible.compare(op, right);
        return Can::only(!possible.is_empty());
    }
    if same(left, right) {
        return Can::only(matches!(op, Comparison::Eq | Comparison::Le | Comparison::Ge));
    }
    alone(project, expr)
}

/// What one comparison with a constant can be, by what its type has.
fn alone(project: &Project, expr: &Expr) -> Can {
    let Some(atom) = atom(expr, true) else { return Can::BOTH };
    let truth = !exclude(project, std::slice::from_ref(&atom));
    let falsity = !exclude(project, &[Atom { holds: !atom.holds, ..atom }]);
    Can { truth, falsity }
}

/// A comparison of a value with constants.
#[derive(Debug, Clone)]
struct Atom<'a> {
    /// A path: see [`is_path`].
    value: &'a Expr,
    test: Test<'a>,
    /// Whether it is to hold, or not to hold.
    holds: bool,
    span: Span,
}

#[derive(Debug, Clone, Copy)]
enum Test<'a> {
    Compare(Comparison, &'a Const),
    In(&'a [Const]),
}

/// The comparisons among the items, each of them to hold or not to hold.
fn atoms(items: &[Expr], holds: bool) -> Vec<Atom<'_>> {
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ExprKind::And(inner) if holds => found.extend(atoms(inner, true)),
            ExprKind::Or(inner) if !holds => found.extend(atoms(inner, false)),
            ExprKind::Not(inner) => found.extend(atom(inner, !holds)),
            _ => found.extend(atom(item, holds)),
        }
    }
    found
}

fn atom(expr: &Expr, holds: bool) -> Option<Atom<'_>> {
    let (value, test) = match &expr.kind {
        ExprKind::Compare { op, left, right } => match (left.as_const(), right.as_const()) {
            (None, Some(constant)) => (left, Test::Compare(*op, constant)),
            (Some(constant), None) => (right, Test::Compare(mirrored(*op), constant)),
            _ => return None,
        },
        ExprKind::In { item, list } => match list.as_const() {
            Some(Const::List(values)) => (item, Test::In(values)),
            _ => return None,
        },
        _ => return None,
    };
    is_path(value).then_some(Atom { value, test, holds, span: expr.span })
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

/// Whether the comparisons cannot be so together.
fn exclude(project: &Project, atoms: &[Atom<'_>]) -> bool {
    let mut values: Vec<&Expr> = Vec::new();
    for atom in atoms {
        if !values.iter().any(|value| same(value, atom.value)) {
            values.push(atom.value);
        }
    }
    values.into_iter().any(|value| {
        let here = atoms.iter().filter(|atom| same(atom.value, value));
        possible(project, here).is_some_and(|possible| possible.is_empty())
    })
}

fn possible<'a>(project: &Project, atoms: impl Iterator<Item = &'a Atom<'a>>) -> Option<Possible> {
    let mut possible: Option<Possible> = None;
    for atom in atoms {
        let variants = match &atom.value.ty {
            Type::Enum(id) => Some(project.enumeration(*id).variants.len()),
            _ => None,
        };
        let is_count = matches!(atom.value.kind, ExprKind::Count(_));
        let possible = possible.get_or_insert_with(|| Possible::of_type(&atom.value.ty, is_count, variants));
        match (atom.test, atom.holds) {
            (Test::Compare(op, value), true) => possible.compare(op, value),
            (Test::Compare(op, value), false) => possible.compare(op.opposite(), value),
            (Test::In(values), true) => possible.among(values),
            (Test::In(values), false) => possible.not_among(values),
        }
    }
    possible
}

/// The first two comparisons that settle a condition between them.
fn clash(project: &Project, condition: &Expr) -> Option<(Span, Span)> {
    let found = match &condition.kind {
        ExprKind::And(items) => atoms(items, true),
        ExprKind::Or(items) => atoms(items, false),
        _ => return None,
    };
    for (index, second) in found.iter().enumerate() {
        for first in found.iter().take(index).filter(|first| same(first.value, second.value)) {
            if exclude(project, &[first.clone(), second.clone()]) {
                return Some((first.span, second.span));
            }
        }
    }
    None
}

/// Whether two expressions are paths that name the same value.
fn same(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (ExprKind::Subject, ExprKind::Subject) => true,
        (ExprKind::Local(one), ExprKind::Local(other)) => one == other,
        (ExprKind::Param(one), ExprKind::Param(other)) => one == other,
        (
            ExprKind::Field { base: one, record, index },
            ExprKind::Field { base: other, record: other_record, index: other_index },
        ) => record == other_record && index == other_index && same(one, other),
        (ExprKind::Key { map: one, key }, ExprKind::Key { map: other, key: other_key })
        | (ExprKind::Element { list: one, index: key }, ExprKind::Element { list: other, index: other_key }) => {
            same(one, other) && same_key(key, other_key)
        }
        (ExprKind::Count(one), ExprKind::Count(other)) | (ExprKind::Age(one), ExprKind::Age(other)) => same(one, other),
        _ => false,
    }
}

fn same_key(one: &Expr, other: &Expr) -> bool {
    match (one.as_const(), other.as_const()) {
        (Some(one), Some(other)) => is_key(one) && one == other,
        _ => same(one, other),
    }
}

fn is_key(key: &Const) -> bool {
    matches!(key, Const::Text(_) | Const::Int(_))
}

/// Whether an expression has the same value wherever it stands in the block.
fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Subject | ExprKind::Local(_) | ExprKind::Param(_) => true,
        ExprKind::Field { base, .. } => is_path(base),
        ExprKind::Key { map: base, key } | ExprKind::Element { list: base, index: key } => {
            is_path(base) && key.as_const().map_or_else(|| is_path(key), is_key)
        }
        ExprKind::Count(inner) | ExprKind::Age(inner) => is_path(inner),
        _ => false,
    }
}
