//! Whether a value is there: `has`, `??` and what an optional value does.

use super::lower::Lowering;
use super::rails::Cond;
use super::term::Term;
use crate::core::{Expr, ExprKind};

impl Lowering<'_> {
    /// Whether a value is there and of its type.
    pub(super) fn present(&mut self, expr: &Expr) -> Cond {
        let (value, raw) = (self.value(expr), self.raw(expr));
        // The rule of a top-level field has judged it already.
        let part = matches!(&expr.kind, ExprKind::Field { base, .. } if self.is_part(base));
        let goal = Term::infix(if part { raw.clone() } else { value.clone() }, "!=", Term::word("null"));
        Cond::Present { value, raw, goal }
    }

    /// Whether it is surely absent.
    pub(super) fn absent(&mut self, expr: &Expr) -> Cond {
        if !expr.optional {
            return Cond::NEVER;
        }
        match &expr.kind {
            ExprKind::Coalesce(first, second) => Cond::all([self.absent(first), self.absent(second)]),
            ExprKind::Count(inner) => self.absent(inner),
            ExprKind::Field { base, record, index } if base.optional && !self.may_lack(*record, *index) => {
                self.absent(base)
            }
            ExprKind::Field { base, record, index } if !base.optional && !self.is_part(base) => {
                let (record, index) = (*record, *index);
                let of = if self.is_asset(base) { self.asset_entry(base, record) } else { self.raw(base) };
                let name = Term::text(&self.field_name(base, record, index));
                Cond::holds(Term::call("runtime.lacks", [of, name]))
            }
            ExprKind::Key { map, key } if !map.optional => {
                Cond::holds(Term::call("runtime.lacks", [self.raw(map), self.value(key)]))
            }
            _ => Cond::holds(Term::infix(self.nullable(expr), "==", Term::word("null"))),
        }
    }

    /// `null` where it is surely absent, else what stands there; undefined where that is unknown.
    fn nullable(&mut self, expr: &Expr) -> Term {
        if !expr.optional {
            return self.value(expr);
        }
        match &expr.kind {
            ExprKind::Field { base, record, index } if self.is_asset(base) => {
                let name = Term::text(&self.attribute(*record, *index));
                let table = self.assets(*record);
                Term::call("runtime.optional_attribute", [table, self.nullable(base), name])
            }
            ExprKind::Field { base, .. } if self.is_part(base) => self.raw(expr),
            ExprKind::Field { base, record, index } => {
                let field = self.field(*record, *index);
                let (name, has_default) = (Term::text(&field.name), field.default.is_some());
                match (base.optional, self.may_lack(*record, *index)) {
                    (false, _) => Term::call("runtime.field", [self.raw(base), name]),
                    (true, true) => Term::call("runtime.optional_field", [self.nullable(base), name]),
                    (true, false) if has_default => self.choice(expr, base),
                    (true, false) => Term::call("runtime.required_field", [self.nullable(base), name]),
                }
            }
            ExprKind::Key { map, key } if map.optional => {
                Term::call("runtime.optional_field", [self.nullable(map), self.value(key)])
            }
            ExprKind::Key { map, key } => Term::call("runtime.field", [self.raw(map), self.value(key)]),
            ExprKind::Element { list, index } if list.optional => {
                Term::call("runtime.optional_element", [self.nullable(list), self.value(index)])
            }
            ExprKind::Element { list, index } => Term::call("runtime.element", [self.value(list), self.value(index)]),
            _ => self.choice(expr, expr),
        }
    }

    /// A helper that is the value where it is there, and `null` where `absent` surely is absent.
    fn choice(&mut self, expr: &Expr, absent: &Expr) -> Term {
        let present = (self.value(expr), Cond::ALWAYS);
        let absent = (Term::word("null"), self.absent(absent));
        self.define(&self.helper_name(None, "value"), vec![present, absent])
    }
}
