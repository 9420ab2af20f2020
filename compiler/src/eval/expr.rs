//! What each form of an expression gives; the forms and their meaning are in [`crate::core::expr`].
//!
//! An outcome is a `Result`: `Err` is unknown, with its reason, and `Ok(None)` is absent. So `?` is how unknown spreads, and the forms
//! below that do not use it are the ones that say otherwise.

use super::Context;
use super::field::Collected;
use super::place::Unknown;
use super::value::{List, Value};
use super::{amount, assets};
use crate::core::types::{AssetId, Const, RecordId};
use crate::core::{Comparison, Expr, ExprKind, LocalId};
use crate::syntax::ast::Quantifier;
use crate::value::{Duration, ratio_cmp};
use std::rc::Rc;

/// A value, absent, or unknown.
pub(super) type Evaluated<'a> = Result<Option<Value<'a>>, Unknown>;

/// True, false, or unknown.
pub(super) type Truth = Result<bool, Unknown>;

/// How far ahead of the evaluation a time may be: clocks differ (design §4).
const MOST_AHEAD_MILLIS: i64 = 5 * 60 * 1000;

/// Evaluates expressions for one instance.
pub(super) struct Evaluator<'a> {
    pub(super) context: Context<'a>,
    /// What [`ExprKind::Subject`] is.
    subject: Value<'a>,
    /// If the subject is a collected document: what that says about its fields.
    pub(super) collected: Option<Rc<Collected<'a>>>,
    /// The names in scope, the innermost last.
    scope: Vec<(LocalId, Evaluated<'a>)>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(context: Context<'a>, subject: Value<'a>, collected: Option<Rc<Collected<'a>>>) -> Self {
        Self { context, subject, collected, scope: Vec::new() }
    }

    pub(super) fn evaluate(&mut self, expr: &'a Expr) -> Evaluated<'a> {
        let value = match &expr.kind {
            ExprKind::Const(value) => Value::constant(value),
            ExprKind::List(items) => Value::List(List::Made(items.iter().map(|item| self.value(item)).collect())),
            ExprKind::Subject => self.subject.clone(),
            ExprKind::Local(local) => return self.local(*local),
            ExprKind::Param(_) => return Err(Unknown::new("the parameter has no argument")),
            ExprKind::Field { base, record, index } => return self.field(base, *record, *index),
            ExprKind::Key { map, key } => return self.key(expr, map, key),
            ExprKind::Element { list, index } => return self.element(list, index),
            ExprKind::Coalesce(first, second) => match self.evaluate(first)? {
                Some(value) => value,
                None => return self.evaluate(second),
            },
            ExprKind::Collect { local, list, filter, element } => {
                let filter = filter.as_deref();
                Value::List(List::Made(self.collect(*local, list, filter, element)?.into()))
            }
            ExprKind::Count(of) => match self.evaluate(of)? {
                Some(value) => Value::Scalar(Const::Int(count(&value)?)),
                None => return Ok(None),
            },
            ExprKind::Age(time) => Value::Scalar(Const::Duration(self.age(time)?)),
            ExprKind::Sum(terms) => {
                let terms = terms.iter().map(|(op, term)| Ok((*op, self.value(term)?)));
                amount::sum(&expr.ty, terms)?
            }
            ExprKind::Scale(value, factor) => amount::scale(&expr.ty, &self.value(value)?, *factor)?,
            ExprKind::Reach { from, through } => {
                let from = self.value(from)?.asset()?;
                declared(assets::reach(self.context.project, from, through))
            }
            ExprKind::UsersOf(asset) => {
                let asset = self.value(asset)?.asset()?;
                declared(assets::users_of(self.context.project, asset))
            }
            ExprKind::Series(_) => return Err(Unknown::new("only the monitoring system can evaluate a metric")),
            ExprKind::Has(_)
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::Share { .. }
            | ExprKind::In { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Quantified { .. } => Value::Scalar(Const::Bool(self.condition(expr)?)),
        };
        Ok(Some(value))
    }

    pub(super) fn condition(&mut self, expr: &'a Expr) -> Truth {
        match &expr.kind {
            ExprKind::Has(inner) => Ok(self.evaluate(inner)?.is_some()),
            ExprKind::Not(inner) => Ok(!self.condition(inner)?),
            ExprKind::And(conditions) => all(conditions.iter().map(|condition| self.condition(condition))),
            ExprKind::Or(conditions) => any(conditions.iter().map(|condition| self.condition(condition))),
            ExprKind::Compare { op, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                match op {
                    Comparison::Eq => left.equals(&right),
                    Comparison::Ne => left.equals(&right).map(|equal| !equal),
                    _ => left.order(&right).map(|order| op.holds(order)),
                }
            }
            ExprKind::Share { op, part, whole, bound } => self.share(*op, part, whole, bound),
            ExprKind::In { item, list } => {
                let elements = self.value(list)?.list()?.elements(self.context.project);
                let item = self.value(item);
                any(elements.map(|element| item.clone()?.equals(&element?)))
            }
            ExprKind::Matches { text, pattern } => {
                let (text, pattern) = (self.value(text)?, self.value(pattern)?);
                match pattern {
                    Value::Scalar(Const::Pattern(pattern)) => Ok(pattern.matches(text.text()?)),
                    _ => Err(Unknown::ill_typed()),
                }
            }
            ExprKind::Quantified { quantifier, local, list, body } => {
                let elements = self.value(list)?.list()?.elements(self.context.project);
                let bodies =
                    elements.map(|element| self.with(*local, element.map(Some), |inside| inside.condition(body)));
                match quantifier {
                    Quantifier::All => all(bodies),
                    Quantifier::Any => any(bodies),
                }
            }
            _ => self.value(expr)?.boolean(),
        }
    }

    /// The value where the type says that there is one.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Result<Value<'a>, Unknown> {
        self.evaluate(expr)?.ok_or_else(|| Unknown::new("a value is absent"))
    }

    fn local(&self, local: LocalId) -> Evaluated<'a> {
        let bound = self.scope.iter().rev().find(|(id, _)| *id == local);
        bound.map_or_else(|| Err(Unknown::ill_typed()), |(_, outcome)| outcome.clone())
    }

    /// Binds a name until [`Evaluator::leave`] goes back to before it.
    pub(super) fn bind(&mut self, local: LocalId, outcome: Evaluated<'a>) {
        self.scope.push((local, outcome));
    }

    /// How many names are in scope.
    pub(super) fn enter(&self) -> usize {
        self.scope.len()
    }

    /// Forgets the names bound since [`Evaluator::enter`].
    pub(super) fn leave(&mut self, names: usize) {
        self.scope.truncate(names);
    }

    fn with<T>(&mut self, local: LocalId, outcome: Evaluated<'a>, inside: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.enter();
        self.bind(local, outcome);
        let result = inside(self);
        self.leave(outer);
        result
    }

    fn field(&mut self, base: &'a Expr, record: RecordId, index: u32) -> Evaluated<'a> {
        match self.evaluate(base)? {
            Some(base) => self.field_of(base, record, index),
            None => Ok(None),
        }
    }

    fn key(&mut self, expr: &'a Expr, map: &'a Expr, key: &'a Expr) -> Evaluated<'a> {
        let Some(map) = self.evaluate(map)? else { return Ok(None) };
        let key = self.value(key)?.text()?;
        self.entry_of(&map.object()?, key, &expr.ty)
    }

    fn element(&mut self, list: &'a Expr, index: &'a Expr) -> Evaluated<'a> {
        let Some(list) = self.evaluate(list)? else { return Ok(None) };
        let index = self.value(index)?.int()?;
        match usize::try_from(index) {
            Ok(index) => list.list()?.get(self.context.project, index).transpose(),
            Err(_) => Ok(None),
        }
    }

    fn collect(
        &mut self,
        local: LocalId,
        list: &'a Expr,
        filter: Option<&'a Expr>,
        element: &'a Expr,
    ) -> Result<Vec<Result<Value<'a>, Unknown>>, Unknown> {
        let mut collected = Vec::new();
        for item in self.value(list)?.list()?.elements(self.context.project) {
            let mapped = self.with(local, item.map(Some), |inside| {
                let wanted = filter.map_or(Ok(true), |filter| inside.condition(filter))?;
                Ok(wanted.then(|| inside.value(element)))
            })?;
            collected.extend(mapped);
        }
        Ok(collected)
    }

    fn age(&mut self, time: &'a Expr) -> Result<Duration, Unknown> {
        let Value::Scalar(Const::Time(time)) = self.value(time)? else { return Err(Unknown::ill_typed()) };
        let now = self.context.now.ok_or_else(|| Unknown::new("the time of the evaluation is not given"))?;
        let age = now.since(time);
        if age.millis() < -MOST_AHEAD_MILLIS {
            return Err(Unknown::new(format!("`{time}` is more than 5 minutes after the evaluation, at `{now}`")));
        }
        Ok(age)
    }

    fn share(&mut self, op: Comparison, part: &'a Expr, whole: &'a Expr, bound: &'a Expr) -> Truth {
        let (part, whole) = (self.value(part)?.int()?, self.value(whole)?.int()?);
        let Value::Scalar(Const::Ratio(bound)) = self.value(bound)? else { return Err(Unknown::ill_typed()) };
        let order = ratio_cmp(part, whole, bound);
        order
            .map(|order| op.holds(order))
            .ok_or_else(|| Unknown::new(format!("there is no share of {part} in {whole}")))
    }
}

/// Kleene's and: the order of the conditions does not matter.
fn all(conditions: impl Iterator<Item = Truth>) -> Truth {
    decided_by(false, conditions)
}

/// Kleene's or: the order of the conditions does not matter.
fn any(conditions: impl Iterator<Item = Truth>) -> Truth {
    decided_by(true, conditions)
}

/// One `decisive` condition decides; else the first unknown one makes it unknown.
fn decided_by(decisive: bool, conditions: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    for condition in conditions {
        match condition {
            Ok(truth) if truth == decisive => return Ok(decisive),
            Ok(_) => {}
            Err(reason) => unknown = unknown.or(Some(reason)),
        }
    }
    unknown.map_or(Ok(!decisive), Err)
}

fn count(value: &Value<'_>) -> Result<i64, Unknown> {
    let count = match value {
        Value::List(list) => list.len(),
        Value::Object(map) => map.entries.len(),
        Value::Text(_) | Value::Scalar(_) | Value::Beyond(..) => return Err(Unknown::ill_typed()),
    };
    i64::try_from(count).map_err(|_| Unknown::ill_typed())
}

fn declared(assets: Vec<AssetId>) -> Value<'static> {
    Value::List(List::Made(assets.into_iter().map(|asset| Ok(Value::Scalar(Const::Asset(asset)))).collect()))
}
