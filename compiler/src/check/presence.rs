//! What is known to be present: `has` narrows what follows it, in `and`, in `when` and in `where`.

use super::env::Env;
use crate::core::{Const, Expr, ExprKind, LocalId, RecordId};
use smol_str::SmolStr;

/// A path whose value cannot change within one evaluation, so that what is known of it stays true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathKey {
    Subject,
    Local(LocalId),
    Param(u32),
    Field(Box<PathKey>, RecordId, u32),
    Key(Box<PathKey>, Index),
}

/// The key or position of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Index {
    Text(SmolStr),
    Int(i64),
    Path(Box<PathKey>),
}

/// The path of an expression, if it is one.
fn key(expr: &Expr) -> Option<PathKey> {
    Some(match &expr.kind {
        ExprKind::Subject => PathKey::Subject,
        ExprKind::Local(id) => PathKey::Local(*id),
        ExprKind::Param(index) => PathKey::Param(*index),
        ExprKind::Field { base, record, index } => PathKey::Field(Box::new(key(base)?), *record, *index),
        ExprKind::Key { map: base, key: inner } | ExprKind::Element { list: base, index: inner } => {
            let index = match inner.as_const() {
                Some(Const::Text(text)) => Index::Text(text.clone()),
                Some(Const::Int(position)) => Index::Int(*position),
                _ => Index::Path(Box::new(key(inner)?)),
            };
            PathKey::Key(Box::new(key(base)?), index)
        }
        _ => return None,
    })
}

/// Adds what is present when the condition has this truth.
pub(super) fn learn(condition: &Expr, truth: bool, present: &mut Vec<PathKey>) {
    match &condition.kind {
        ExprKind::Has(path) if truth => {
            let mut path: &Expr = path;
            loop {
                present.extend(key(path));
                path = match &path.kind {
                    ExprKind::Field { base, .. }
                    | ExprKind::Key { map: base, .. }
                    | ExprKind::Element { list: base, .. } => base,
                    _ => return,
                };
            }
        }
        ExprKind::Not(inner) => learn(inner, !truth, present),
        ExprKind::And(items) if truth => items.iter().for_each(|item| learn(item, true, present)),
        ExprKind::Or(items) if !truth => items.iter().for_each(|item| learn(item, false, present)),
        _ => {}
    }
}

impl Env {
    /// Clears the mark "may be absent" of an expression that is known to be present here.
    pub(super) fn narrow(&self, mut expr: Expr) -> Expr {
        if expr.optional && !self.present.is_empty() && key(&expr).is_some_and(|key| self.present.contains(&key)) {
            expr.optional = false;
        }
        expr
    }

    /// Runs `check` with what the condition's truth makes known.
    pub(super) fn knowing<T>(&mut self, condition: &Expr, truth: bool, check: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.present.len();
        learn(condition, truth, &mut self.present);
        let result = check(self);
        self.present.truncate(before);
        result
    }
}
