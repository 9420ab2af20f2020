//! Values of the core, with the conditions under which they are known and there.

use super::cel::{Cel, Macro};
use super::lower::{Bound, Lowering, Val};
use crate::core::{Const, Expr, ExprKind, Type};
use crate::source::Span;
use crate::syntax::ast::SumOp;

impl<'a> Lowering<'a> {
    pub(super) fn value(&mut self, expr: &'a Expr) -> Val {
        match &expr.kind {
            ExprKind::Const(value) => self.constant(value, expr.span),
            ExprKind::Local(local) => match self.bound.get(local).cloned() {
                Some(Bound::Element(name)) => self.judged(Val::sure(Cel::name(name)), &expr.ty),
                Some(Bound::Expr(value)) => self.value(value),
                _ => self.refused(expr.span, "this name here"),
            },
            ExprKind::Field { base, record, index } => self.field(base, *record, *index, expr),
            ExprKind::Key { map, key } => {
                let (map, key) = (self.value(map), self.value(key));
                let known = Cel::all([map.known.clone(), Cel::any([map.there.clone().negated(), key.present()])]);
                let (stands, term) = map.or_empty.unwrap_or((Cel::TRUE, map.term));
                let inside = key.term.clone().infix("in", term.clone());
                let value = Val {
                    term: Cel::Index(Box::new(term), Box::new(key.term)),
                    known,
                    there: Cel::all([map.there, stands, inside]),
                    or_empty: None,
                };
                self.judged(value, &expr.ty)
            }
            ExprKind::Element { list, index } => {
                let (list, index) = (self.value(list), self.value(index));
                let known = Cel::all([list.known.clone(), Cel::any([list.there.clone().negated(), index.present()])]);
                let (stands, term) = list.or_empty.unwrap_or((Cel::TRUE, list.term));
                let size = Cel::Call("size", vec![term.clone()]);
                let starts = match index.term {
                    Cel::Int(index) => Cel::Bool(index >= 0),
                    ref index => Cel::Int(0).infix("<=", index.clone()),
                };
                let inside = Cel::all([starts, index.term.clone().infix("<", size)]);
                let value = Val {
                    term: Cel::Index(Box::new(term), Box::new(index.term)),
                    known,
                    there: Cel::all([list.there, stands, inside]),
                    or_empty: None,
                };
                self.judged(value, &expr.ty)
            }
            ExprKind::Coalesce(first, second) => {
                let (first, second) = (self.value(first), self.value(second));
                Val {
                    term: Cel::choice(first.there.clone(), first.term, second.term),
                    known: Cel::all([first.known, Cel::any([first.there.clone(), second.known])]),
                    there: Cel::any([first.there, second.there]),
                    or_empty: None,
                }
            }
            ExprKind::Count(of) => self.count(of),
            ExprKind::Sum(terms) => self.sum(terms),
            ExprKind::Scale(of, factor) => {
                let of = self.value(of);
                Val { term: of.term.clone().infix("*", Cel::Int(*factor)), or_empty: None, ..of }
            }
            ExprKind::List(elements) => {
                let values: Vec<Val> = elements.iter().map(|element| self.value(element)).collect();
                let known = Cel::all(values.iter().map(Val::present));
                Val { known, ..Val::sure(Cel::List(values.into_iter().map(|value| value.term).collect())) }
            }
            _ if expr.ty == Type::Bool => {
                let known = self.decided(expr);
                Val { known, ..Val::sure(self.surely(expr)) }
            }
            _ => self.refused(expr.span, "a value that is made like this"),
        }
    }

    pub(super) fn count(&mut self, of: &'a Expr) -> Val {
        if let ExprKind::Collect { local, list, filter, .. } = &of.kind {
            let Some(filter) = filter.as_deref() else { return self.count(list) };
            let known = self.for_each(*local, list, true, &mut |lowering| lowering.decided(filter));
            let base = self.value(list);
            let kept = self
                .element(*local, |lowering, name| Cel::each(base.term, Macro::Filter, name, lowering.surely(filter)));
            return Val { known, ..Val::sure(Cel::Call("size", vec![kept])) };
        }
        if let ExprKind::Const(Const::List(elements)) = &of.kind {
            return Val::sure(Cel::Int(elements.len() as i64));
        }
        let of = self.value(of);
        Val { term: Cel::Call("size", vec![of.term.clone()]), or_empty: None, ..of }
    }

    pub(super) fn sum(&mut self, terms: &'a [(SumOp, Expr)]) -> Val {
        let mut known = Vec::new();
        let mut sum: Option<Cel> = None;
        for (op, term) in terms {
            let value = self.value(term);
            known.push(value.present());
            sum = Some(match (sum, op) {
                (None, SumOp::Add) => value.term,
                (None, SumOp::Sub) => Cel::Int(0).infix("-", value.term),
                (Some(sum), SumOp::Add) => sum.infix("+", value.term),
                (Some(sum), SumOp::Sub) => sum.infix("-", value.term),
            });
        }
        Val { known: Cel::all(known), ..Val::sure(sum.unwrap_or(Cel::Int(0))) }
    }

    pub(super) fn constant(&mut self, value: &Const, span: Span) -> Val {
        match self.literal(value) {
            Some(term) => Val::sure(term),
            None => self.refused(span, "a constant of this type"),
        }
    }

    pub(super) fn literal(&self, value: &Const) -> Option<Cel> {
        Some(match value {
            Const::Bool(value) => Cel::Bool(*value),
            Const::Int(value) => Cel::Int(*value),
            Const::Text(text) => Cel::text(text.as_str()),
            Const::EmptyMap => Cel::name("{}"),
            Const::Quantity(_) | Const::Enum(..) => Cel::text(self.project.const_json(value).as_str()?),
            Const::List(elements) => {
                Cel::List(elements.iter().map(|element| self.literal(element)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}
