//! Conditions of the core on their two rails.

use super::cel::{Cel, Macro};
use super::lower::{Bound, Lowering};
use crate::core::{Comparison, Const, Expr, ExprKind, LocalId, Type};
use crate::syntax::ast::Quantifier;

impl<'a> Lowering<'a> {
    /// What makes a condition surely true.
    pub(super) fn surely(&mut self, expr: &'a Expr) -> Cel {
        self.condition(expr, true)
    }

    /// What makes a condition surely false.
    pub(super) fn surely_not(&mut self, expr: &'a Expr) -> Cel {
        self.condition(expr, false)
    }

    /// That a condition is one or the other.
    pub(super) fn decided(&mut self, expr: &'a Expr) -> Cel {
        let before = std::mem::replace(&mut self.unsure, false);
        let (yes, no) = (self.surely(expr), self.surely_not(expr));
        let is_sure = !self.unsure;
        self.unsure |= before;
        if is_sure { Cel::TRUE } else { Cel::any([yes, no]) }
    }

    pub(super) fn condition(&mut self, expr: &'a Expr, rail: bool) -> Cel {
        match &expr.kind {
            ExprKind::Const(Const::Bool(value)) => Cel::Bool(*value == rail),
            ExprKind::Not(inner) => self.condition(inner, !rail),
            ExprKind::And(parts) => self.connected(parts, rail, rail),
            ExprKind::Or(parts) => self.connected(parts, rail, !rail),
            ExprKind::Has(path) => {
                let value = self.value(path);
                if rail { value.present() } else { value.absent() }
            }
            ExprKind::Compare { op, left, right } => {
                let op = if rail { *op } else { op.opposite() };
                self.comparison(op, left, right)
            }
            ExprKind::In { item, list } => self.membership(item, list, rail),
            ExprKind::Matches { text, pattern } => self.matched(text, pattern, rail),
            ExprKind::Quantified { quantifier, local, list, body } => {
                let is_all = (*quantifier == Quantifier::All) == rail;
                self.for_each(*local, list, is_all, &mut |lowering| lowering.condition(body, rail))
            }
            // `has(x) && x`, or `!has(x) || x`: what stands in its place is part of the question.
            ExprKind::Coalesce(first, second) if matches!(second.as_const(), Some(Const::Bool(_))) => {
                let default = second.as_const() == Some(&Const::Bool(rail));
                let value = self.value(first);
                let term = if rail { value.term.clone() } else { value.term.clone().negated() };
                match default {
                    true => Cel::all([value.known, Cel::any([value.there.negated(), term])]),
                    false => Cel::all([value.present(), term]),
                }
            }
            _ => {
                let value = self.value(expr);
                let term = if rail { value.term.clone() } else { value.term.clone().negated() };
                Cel::all([value.present(), term])
            }
        }
    }

    /// `all`: every part on the rail; otherwise some part.
    pub(super) fn connected(&mut self, parts: &'a [Expr], rail: bool, all: bool) -> Cel {
        let parts: Vec<Cel> = parts.iter().map(|part| self.condition(part, rail)).collect();
        if all { Cel::all(parts) } else { Cel::any(parts) }
    }

    pub(super) fn comparison(&mut self, op: Comparison, left: &'a Expr, right: &'a Expr) -> Cel {
        let is_quantity = left.ty == Type::Quantity;
        let (left, right) = (self.value(left), self.value(right));
        let mut guards = vec![left.present(), right.present()];
        let compared = match is_quantity {
            true => {
                for side in [&left.term, &right.term] {
                    if !matches!(side, Cel::Text(_)) {
                        guards.push(Cel::Call("isQuantity", vec![side.clone()]));
                    }
                }
                let [left, right] = [left.term, right.term].map(|side| Cel::Call("quantity", vec![side]));
                left.method("compareTo", vec![right]).infix(op.symbol(), Cel::Int(0))
            }
            false => left.term.infix(op.symbol(), right.term),
        };
        guards.push(compared);
        Cel::all(guards)
    }

    pub(super) fn matched(&mut self, text: &'a Expr, pattern: &'a Expr, rail: bool) -> Cel {
        let Some(pattern) = pattern.as_pattern() else {
            return self.refused(pattern.span, "a pattern that is not known when the policy is compiled").term;
        };
        let whole = Cel::text(format!("^(?:{})$", pattern.canonical()));
        let value = self.value(text);
        let found = value.term.clone().method("matches", vec![whole]);
        Cel::all([value.present(), if rail { found } else { found.negated() }])
    }

    pub(super) fn membership(&mut self, item: &'a Expr, list: &'a Expr, rail: bool) -> Cel {
        match &list.kind {
            ExprKind::List(elements) => {
                let op = if rail { Comparison::Eq } else { Comparison::Ne };
                let each: Vec<Cel> = elements.iter().map(|element| self.comparison(op, item, element)).collect();
                if rail { Cel::any(each) } else { Cel::all(each) }
            }
            ExprKind::Collect { .. } => {
                let op = if rail { Comparison::Eq } else { Comparison::Ne };
                self.collected(list, !rail, &mut |lowering, element| lowering.comparison(op, item, element))
            }
            _ if item.ty == Type::Quantity => self.refused(list.span, "`in` a list of quantities").term,
            _ if list.as_const().is_none() && matches!(item.ty, Type::Enum(_)) => {
                self.refused(list.span, "`in` a list of words that the object says").term
            }
            _ => {
                let (item_type, is_const) = (item.ty.clone(), list.as_const().is_some());
                let (item, list) = (self.value(item), self.value(list));
                let there = Cel::all([item.present(), list.present()]);
                let inside = item.term.infix("in", list.term.clone());
                if rail {
                    return Cel::all([there, inside]);
                }
                // An element of another type may be anything.
                let known = if is_const { Cel::TRUE } else { self.is_of_type(&Cel::name("element"), &item_type) };
                let known = Cel::each(list.term, Macro::All, "element", known);
                self.unsure |= known != Cel::TRUE;
                Cel::all([there, known, inside.negated()])
            }
        }
    }

    /// `all` elements, or some element, for which `body` is so.
    pub(super) fn for_each(
        &mut self,
        local: LocalId,
        list: &'a Expr,
        all: bool,
        body: &mut dyn FnMut(&mut Self) -> Cel,
    ) -> Cel {
        if let Type::List(element) = &list.ty
            && matches!(**element, Type::Asset(_))
        {
            return self.over_assets(local, list, all, body);
        }
        if let ExprKind::Collect { element, .. } = &list.kind {
            return self.collected(list, all, &mut |lowering, _| {
                let before = lowering.bound.insert(local, Bound::Expr(element));
                let done = body(lowering);
                match before {
                    Some(before) => lowering.bound.insert(local, before),
                    None => lowering.bound.remove(&local),
                };
                done
            });
        }
        let list = self.value(list);
        let what = if all { Macro::All } else { Macro::Exists };
        let present = list.present();
        let (stands, term) = list.or_empty.unwrap_or((Cel::TRUE, list.term));
        let each = self.element(local, |lowering, name| Cel::each(term, what, name, body(lowering)));
        // Nothing is wrong with what is not there, and nothing is right with it.
        let each = if all { Cel::any([stands.negated(), each]) } else { Cel::all([stands, each]) };
        Cel::all([present, each])
    }

    /// The same over a list that is made from another one: its elements are those whose filter is surely true, if every filter is known.
    pub(super) fn collected(
        &mut self,
        list: &'a Expr,
        all: bool,
        body: &mut dyn FnMut(&mut Self, &'a Expr) -> Cel,
    ) -> Cel {
        let known = self.filters_known(list);
        let ExprKind::Collect { local, list, filter, element } = &list.kind else { return Cel::FALSE };
        let each = self.for_each(*local, list, all, &mut |lowering| {
            let (passes, fails) = match filter.as_deref() {
                Some(filter) => (lowering.surely(filter), lowering.surely_not(filter)),
                None => (Cel::TRUE, Cel::FALSE),
            };
            let body = body(lowering, element);
            if all { Cel::any([fails, body]) } else { Cel::all([passes, body]) }
        });
        Cel::all([known, each])
    }

    /// That it is known of each element whether it is in a list that is made from another one.
    pub(super) fn filters_known(&mut self, list: &'a Expr) -> Cel {
        match &list.kind {
            ExprKind::Collect { local, list, filter: Some(filter), .. } => {
                self.for_each(*local, list, true, &mut |lowering| lowering.decided(filter))
            }
            _ => Cel::TRUE,
        }
    }
}
