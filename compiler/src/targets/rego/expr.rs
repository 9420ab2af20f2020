//! Conditions: what makes them surely true, and surely false.
//!
//! Values stay in Rego what they are in the subject document, so a term of `Time` is text. For an expression there is
//! - [`Lowering::raw`]: what stands there, whatever its type;
//! - [`Lowering::value`]: the same, undefined unless it is of the type;
//! - [`Lowering::nullable`]: `null` where it is surely absent, undefined where that is unknown;
//! - [`Lowering::rail`]: what makes a condition surely true, or surely false.

use super::lower::Lowering;
use super::print::raw as raw_text;
use super::rails::Cond;
use super::term::Term;
use crate::core::{Comparison, Const, Expr, ExprKind, Type};
use crate::syntax::ast::Quantifier;

impl Lowering<'_> {
    /// What makes the condition surely true, or surely false.
    pub(super) fn rail(&mut self, expr: &Expr, surely: bool) -> Cond {
        match &expr.kind {
            ExprKind::Const(Const::Bool(value)) => {
                if *value == surely {
                    Cond::ALWAYS
                } else {
                    Cond::NEVER
                }
            }
            ExprKind::Not(inner) => self.rail(inner, !surely),
            ExprKind::And(parts) if surely => Cond::all(self.rails(parts, true)),
            ExprKind::And(parts) => Cond::any(self.rails(parts, false)),
            ExprKind::Or(parts) if surely => Cond::any(self.rails(parts, true)),
            ExprKind::Or(parts) => Cond::all(self.rails(parts, false)),
            ExprKind::Has(inner) if surely => self.present(inner),
            ExprKind::Has(inner) => self.absent(inner),
            ExprKind::Compare { op, left, right } => {
                self.compare(if surely { *op } else { op.opposite() }, left, right)
            }
            ExprKind::Share { op, part, whole, bound } => {
                let op = if surely { *op } else { op.opposite() };
                let arguments = [self.value(part), self.value(whole), self.value(bound)];
                let order = Term::call("runtime.share_order", arguments);
                Cond::holds(Term::infix(order, op.symbol(), Term::word("0")))
            }
            ExprKind::In { item, list } => self.membership(item, list, surely),
            ExprKind::Matches { text, pattern } => {
                let Some(Const::Pattern(pattern)) = pattern.as_const() else {
                    return self.refuse_condition(pattern.span, "a pattern that is not a constant");
                };
                let pattern = Term::word(raw_text(&format!("^(?:{})$", pattern.canonical())));
                let function = if surely { "regex.match" } else { "runtime.mismatch" };
                Cond::holds(Term::call(function, [pattern, self.value(text)]))
            }
            ExprKind::Quantified { quantifier, local, list, body } => {
                let list = self.value(list);
                let variable = self.element(*local);
                let body = self.rail(body, surely);
                match (quantifier, surely) {
                    (Quantifier::All, true) | (Quantifier::Any, false) => Cond::every(&variable, list, body),
                    (Quantifier::All, false) | (Quantifier::Any, true) => Cond::some(&variable, list, body),
                }
            }
            _ => {
                let goal = Term::infix(self.raw(expr), "==", Term::word(surely.to_string()));
                Cond::Holds { goal, implies: vec![self.value(expr)] }
            }
        }
    }

    fn rails(&mut self, conditions: &[Expr], surely: bool) -> Vec<Cond> {
        conditions.iter().map(|condition| self.rail(condition, surely)).collect()
    }

    /// That the comparison surely holds. Its opposite is then what makes it surely not hold.
    fn compare(&mut self, op: Comparison, left: &Expr, right: &Expr) -> Cond {
        let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
        let by = |lowering: &mut Self, function: &str| {
            let side = |lowering: &mut Self, side: &Expr| Term::call(function, [lowering.raw(side)]);
            Term::infix(side(lowering, left), op.symbol(), side(lowering, right))
        };
        let goal = match &left.ty {
            Type::Time => by(self, "runtime.instant"),
            Type::Cidr => by(self, "runtime.network"),
            Type::Version => {
                let order = Term::call("runtime.version_order", [self.raw(left), self.raw(right)]);
                Term::infix(order, op.symbol(), Term::word("0"))
            }
            Type::Digest if op == Comparison::Ne => {
                Term::call("runtime.other_digest", [self.value(left), self.value(right)])
            }
            Type::Enum(id) if ordered => {
                let ranks = Term::word(self.words(&Type::Enum(*id)));
                let goal = Term::infix(self.rank(&ranks, left), op.symbol(), self.rank(&ranks, right));
                return Cond::Holds { goal, implies: vec![self.value(left), self.value(right)] };
            }
            Type::Quantity
            | Type::Rate(_)
            | Type::Pattern
            | Type::Record(_)
            | Type::List(_)
            | Type::Map(_)
            | Type::Error => {
                return self.refuse_condition(left.span, "comparing values of this type");
            }
            ty if op == Comparison::Eq && is_word(ty) && (left.as_const().is_some() || right.as_const().is_some()) => {
                return self.equal_to_word(left, right);
            }
            _ => Term::infix(self.value(left), op.symbol(), self.value(right)),
        };
        Cond::holds(goal)
    }

    /// The rank of a variant; undefined for a word that is none.
    fn rank(&mut self, ranks: &Term, expr: &Expr) -> Term {
        match expr.as_const() {
            Some(Const::Enum(id, variant)) => {
                let variant = self.project.enumeration(*id).variants.get(*variant as usize);
                ranks.clone().field(variant.map_or("", |variant| variant.text.as_str()))
            }
            _ => Term::Index(Box::new(ranks.clone()), Box::new(self.raw(expr))),
        }
    }

    /// Equality with a constant that is text in documents: it implies that the other side is of the type.
    fn equal_to_word(&mut self, left: &Expr, right: &Expr) -> Cond {
        let goal = Term::infix(self.raw(left), "==", self.raw(right));
        Cond::Holds { goal, implies: vec![self.value(left), self.value(right)] }
    }

    fn membership(&mut self, item: &Expr, list: &Expr, surely: bool) -> Cond {
        let equal = if surely { Comparison::Eq } else { Comparison::Ne };
        let join = |parts: Vec<Cond>| if surely { Cond::any(parts) } else { Cond::all(parts) };
        if let Some(constants) = constants(list) {
            if is_plain(&item.ty) && constants.len() > 1 {
                let mut words: Vec<Term> = Vec::new();
                for word in constants.iter().map(|constant| self.plain(constant)) {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                let set = Term::Set(words);
                if !surely {
                    return Cond::holds(Term::call("runtime.outside", [self.value(item), set]));
                }
                let (value, raw) = (self.value(item), self.raw(item));
                let of = if is_word(&item.ty) { raw } else { value.clone() };
                return Cond::Holds { goal: Term::infix(of, "in", set), implies: vec![value] };
            }
            let each = constants.into_iter().map(|constant| {
                let constant = Expr::constant(constant, item.ty.clone(), list.span);
                self.compare(equal, item, &constant)
            });
            return join(each.collect());
        }
        if let ExprKind::List(items) = &list.kind {
            return join(items.iter().map(|element| self.compare(equal, item, element)).collect());
        }
        let values = self.value(list);
        if surely && is_word(&item.ty) {
            return Cond::holds(Term::infix(self.value(item), "in", values));
        }
        let (local, variable) = self.own_element();
        let element = Expr { kind: ExprKind::Local(local), ty: item.ty.clone(), optional: false, span: list.span };
        let body = self.compare(equal, item, &element);
        if surely { Cond::some(&variable, values, body) } else { Cond::every(&variable, values, body) }
    }
}

/// The elements of a list that is known at compile time.
fn constants(list: &Expr) -> Option<Vec<Const>> {
    match &list.kind {
        ExprKind::Const(Const::List(items)) => Some(items.to_vec()),
        ExprKind::List(items) => items.iter().map(|item| item.as_const().cloned()).collect(),
        _ => None,
    }
}

/// Whether values of the type are words in documents, so that one that equals a constant is of the type.
fn is_word(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Bool
            | Type::Text
            | Type::Date
            | Type::Digest
            | Type::Enum(_)
            | Type::Asset(_)
            | Type::Role
            | Type::Signer
            | Type::Threat(_)
    )
}

/// Whether values of the type are equal exactly if their terms are, and differ exactly if those differ.
fn is_plain(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Duration | Type::Bytes | Type::Float | Type::Ratio)
        || is_word(ty) && *ty != Type::Digest
}
