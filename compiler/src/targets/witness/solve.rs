//! Setting fields so that a condition becomes true or false. It is a search without going back: what it cannot do, it leaves.

use super::place::{Bound, LONGEST_LIST, Maker};
use super::values::{matching, none_of, some_value, value_that};
use crate::core::{AssetId, Block, Comparison, Expr, ExprKind, Project, Stmt, StmtKind, Type};
use crate::syntax::ast::Quantifier;
use crate::value::{Duration, Scalar, Time};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

impl<'a> Maker<'a> {
    pub(super) fn new(project: &'a Project, block: &Block, now: Time, asset: Option<AssetId>) -> Self {
        let (fields, names) = (Map::new(), BTreeMap::new());
        Self { project, subject: block.subject, now, asset, fields, root: Vec::new(), names }
    }

    /// Makes the block apply and every statement hold. Statements share fields, so it goes through them more than once.
    pub(super) fn hold(&mut self, block: &'a Block) {
        for _ in 0..3 {
            block.filter.iter().for_each(|filter| self.make(filter, true));
            self.hold_all(&block.body);
        }
    }

    fn hold_all(&mut self, statements: &'a [Stmt]) {
        for stmt in statements {
            match &stmt.kind {
                StmtKind::Require { condition, .. } => self.make(condition, true),
                StmtKind::Let { local, value } => {
                    self.names.insert(*local, Bound::Expr(value));
                }
                StmtKind::Bind { local, value, then, .. } => {
                    self.put(value);
                    self.names.insert(*local, Bound::Expr(value));
                    self.hold_all(then);
                }
                StmtKind::For { local, list, filter, body } => {
                    self.put(list);
                    for bound in self.elements(list) {
                        self.names.insert(*local, bound);
                        filter.iter().for_each(|filter| self.make(filter, true));
                        self.hold_all(body);
                    }
                }
                StmtKind::When { condition, then, .. } => {
                    self.make(condition, true);
                    self.hold_all(then);
                }
                StmtKind::Quota { .. } => {}
            }
        }
    }

    /// Makes one statement violated. Gives whether the statement was found.
    pub(super) fn violate(&mut self, statements: &'a [Stmt], id: u32) -> bool {
        for stmt in statements {
            let here = stmt.id == id;
            let inside = |statements: &[Stmt]| {
                let mut found = false;
                statements.iter().for_each(|stmt| stmt.walk(&mut |stmt| found |= stmt.id == id));
                found
            };
            match &stmt.kind {
                StmtKind::Require { condition, .. } if here => self.make(condition, false),
                StmtKind::Let { local, value } => {
                    self.names.insert(*local, Bound::Expr(value));
                }
                StmtKind::Bind { value, .. } if here => self.remove(value),
                StmtKind::Bind { local, value, then, .. } => {
                    self.names.insert(*local, Bound::Expr(value));
                    if inside(then) {
                        return self.violate(then, id);
                    }
                }
                StmtKind::For { local, list, filter, body } if inside(body) => {
                    if let Some(element) = self.an_element(list) {
                        self.names.insert(*local, element);
                    }
                    filter.iter().for_each(|filter| self.make(filter, true));
                    return self.violate(body, id);
                }
                StmtKind::When { condition, then, otherwise } if inside(then) || inside(otherwise) => {
                    let branch = inside(then);
                    self.make(condition, branch);
                    return self.violate(if branch { then } else { otherwise }, id);
                }
                _ => {}
            }
            if here {
                return true;
            }
        }
        false
    }

    /// Makes a condition true or false, if it can.
    pub(super) fn make(&mut self, condition: &'a Expr, wanted: bool) {
        match &condition.kind {
            ExprKind::Not(inner) => self.make(inner, !wanted),
            ExprKind::And(parts) if wanted => parts.iter().for_each(|part| self.make(part, true)),
            ExprKind::Or(parts) if !wanted => parts.iter().for_each(|part| self.make(part, false)),
            // The last part: the first ones often only ask whether something is there.
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let (last, others) = match parts.split_last() {
                    Some(parts) => parts,
                    None => return,
                };
                if !wanted {
                    others.iter().for_each(|part| self.make(part, true));
                }
                self.make(last, wanted);
            }
            ExprKind::Has(path) if wanted => self.put(path),
            ExprKind::Has(path) => self.remove(path),
            ExprKind::Compare { op, left, right } => {
                let op = if wanted { *op } else { op.opposite() };
                self.compare(op, left, right);
            }
            ExprKind::Share { op, part, whole, bound } => {
                let op = if wanted { *op } else { op.opposite() };
                let bound = bound.as_ratio().map_or(0.5, |bound| bound.to_f64());
                let share = match op {
                    Comparison::Lt | Comparison::Le | Comparison::Ne => 0.0,
                    Comparison::Gt | Comparison::Ge => (bound * 2.0).max(1.0),
                    Comparison::Eq => bound,
                };
                self.set(whole, json!(1000));
                self.set(part, json!((share * 1000.0) as i64));
            }
            ExprKind::In { item, list } => {
                self.put(list);
                match (self.read(list), wanted) {
                    (Some(Value::Array(words)), true) if !words.is_empty() => self.set(item, words[0].clone()),
                    (Some(Value::Array(words)), false) => {
                        if let Some(other) = none_of(self.project, &item.ty, &words) {
                            self.set(item, other);
                        }
                    }
                    (_, true) => {
                        self.put(item);
                        if let (Some(value), Some(Bound::Path(path))) = (self.read(item), self.an_element(list)) {
                            self.write(&path, value);
                        }
                    }
                    _ => self.put(item),
                }
            }
            ExprKind::Matches { text, pattern } => {
                if let Some(pattern) = pattern.as_pattern() {
                    let samples = ["text", "!", ""].into_iter().find(|text| !pattern.matches(text)).map(str::to_owned);
                    let sample = if wanted { matching(pattern.canonical()) } else { samples };
                    sample.into_iter().for_each(|sample| self.set(text, json!(sample)));
                }
            }
            ExprKind::Quantified { quantifier, local, list, body } => {
                self.put(list);
                let each = (*quantifier == Quantifier::All) == wanted;
                let elements = if each { self.elements(list) } else { self.an_element(list).into_iter().collect() };
                for element in elements {
                    self.names.insert(*local, element);
                    self.make(body, wanted);
                }
            }
            _ => self.set(condition, json!(wanted)),
        }
    }

    fn compare(&mut self, op: Comparison, left: &'a Expr, right: &'a Expr) {
        self.put(left);
        self.put(right);
        let (to, from, op) = match (self.is_settable(left), self.is_settable(right)) {
            (true, _) => (left, right, op),
            (false, true) => (right, left, swapped(op)),
            (false, false) => return,
        };
        let Some(other) = self.read(from) else { return };
        if let Some(value) = value_that(self.project, &to.ty, op, &other) {
            self.set(to, value);
        }
    }

    fn is_settable(&self, expr: &'a Expr) -> bool {
        match &expr.kind {
            ExprKind::Count(inner) | ExprKind::Age(inner) | ExprKind::Scale(inner, _) => self.path(inner).is_some(),
            ExprKind::Sum(terms) => terms.iter().any(|(_, term)| self.is_settable(term)),
            _ => self.path(expr).is_some(),
        }
    }

    /// Gives an expression a value, where that means to write it somewhere.
    fn set(&mut self, expr: &'a Expr, value: Value) {
        match &expr.kind {
            ExprKind::Count(inner) => {
                let wanted =
                    value.as_i64().and_then(|count| usize::try_from(count).ok()).filter(|count| *count <= LONGEST_LIST);
                let (Some(path), Some(wanted)) = (self.path(inner), wanted) else { return };
                let mut items = match self.read(inner) {
                    Some(Value::Array(items)) => items,
                    _ => Vec::new(),
                };
                let element = match &inner.ty {
                    Type::List(element) => some_value(self.project, element, self.now),
                    _ => return,
                };
                items.resize(wanted, element);
                self.write(&path, Value::Array(items));
            }
            ExprKind::Age(inner) => {
                let age = value.as_i64().and_then(Duration::from_millis);
                if let Some(time) = age.and_then(|age| self.now.checked_sub(age)) {
                    self.set(inner, time.to_json());
                }
            }
            ExprKind::Coalesce(first, _) => self.set(first, value),
            ExprKind::Local(local) => match self.names.get(local).cloned() {
                Some(Bound::Expr(of)) => self.set(of, value),
                Some(Bound::Path(path)) => self.write(&path, value),
                _ => {}
            },
            _ => {
                if let Some(path) = self.path(expr) {
                    self.write(&path, value);
                }
            }
        }
    }

    /// Makes sure that a value is there, and those that it is made from.
    pub(super) fn put(&mut self, expr: &'a Expr) {
        match self.path(expr) {
            Some(path) => {
                if self.at(&path).is_none_or(Value::is_null) {
                    self.write(&path, some_value(self.project, &expr.ty, self.now));
                }
            }
            None => expr.children(&mut |child| self.put(child)),
        }
    }
}

fn swapped(op: Comparison) -> Comparison {
    match op {
        Comparison::Eq | Comparison::Ne => op,
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
    }
}
