//! Expressions and types, in one line or, where that is too long, in several.

use super::printer::Printer;
use crate::syntax::ast::{Arg, Expr, ExprKind, Path, Quantifier, SumOp, Type, TypeKind};

impl Printer<'_> {
    /// In one line.
    pub(super) fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Name(name) => name.to_string(),
            ExprKind::Literal(_) | ExprKind::Error => self.source(expr.span).to_owned(),
            ExprKind::List(items) => format!("[{}]", self.joined(items, ", ")),
            ExprKind::EmptyMap => "{}".into(),
            ExprKind::Paren(inner) => format!("({})", self.expr(inner)),
            ExprKind::Field(base, name) => format!("{}.{}", self.expr(base), name.node),
            ExprKind::Index(base, index) => format!("{}[{}]", self.expr(base), self.expr(index)),
            ExprKind::Call(callee, args) => format!("{}({})", self.expr(callee), self.args(args)),
            ExprKind::Not(inner) => format!("not {}", self.expr(inner)),
            ExprKind::Negate(inner) => format!("-{}", self.expr(inner)),
            ExprKind::Has(inner) => format!("has {}", self.expr(inner)),
            ExprKind::And(items) => self.joined(items, " and "),
            ExprKind::Or(items) => self.joined(items, " or "),
            ExprKind::Coalesce(items) => self.joined(items, " ?? "),
            ExprKind::Product(items) => self.joined(items, " * "),
            ExprKind::Compare(op, left, right) => {
                format!("{} {} {}", self.expr(left), op.node.symbol(), self.expr(right))
            }
            ExprKind::Sum(first, rest) => {
                let mut sum = self.expr(first);
                for (op, term) in rest {
                    sum.push_str(if op.node == SumOp::Add { " + " } else { " - " });
                    sum.push_str(&self.expr(term));
                }
                sum
            }
            ExprKind::Quantified { quantifier, name, list, body } => {
                let word = if *quantifier == Quantifier::All { "all" } else { "any" };
                format!("{word} {} in {}: {}", name.node, self.expr(list), self.expr(body))
            }
            ExprKind::Comprehension { element, name, list, filter } => {
                let filter = filter.as_ref().map(|filter| format!(" where {}", self.expr(filter))).unwrap_or_default();
                format!("[{} for {} in {}{filter}]", self.expr(element), name.node, self.expr(list))
            }
        }
    }

    fn joined(&self, items: &[Expr], by: &str) -> String {
        items.iter().map(|item| self.expr(item)).collect::<Vec<_>>().join(by)
    }

    pub(super) fn args(&self, args: &[Arg]) -> String {
        let arg = |arg: &Arg| match &arg.name {
            Some(name) => format!("{} = {}", name.node, self.expr(&arg.value)),
            None => self.expr(&arg.value),
        };
        args.iter().map(arg).collect::<Vec<_>>().join(", ")
    }

    /// In one line if it fits into `width` columns, else broken where that reads best. Further lines are indented by two blanks.
    pub(super) fn fitted(&self, expr: &Expr, width: usize) -> String {
        let line = self.expr(expr);
        if line.chars().count() <= width {
            return line;
        }
        match &expr.kind {
            ExprKind::And(items) => self.broken(items, "and"),
            ExprKind::Or(items) => self.broken(items, "or"),
            ExprKind::List(items) if !items.is_empty() => {
                let items: String = items.iter().map(|item| format!("  {},\n", self.expr(item))).collect();
                format!("[\n{items}]")
            }
            _ => line,
        }
    }

    fn broken(&self, items: &[Expr], word: &str) -> String {
        items.iter().map(|item| self.expr(item)).collect::<Vec<_>>().join(&format!("\n  {word} "))
    }

    pub(super) fn ty(&self, ty: &Type) -> String {
        match &ty.kind {
            TypeKind::Path(path) => path.text(),
            TypeKind::Applied(path, argument) => format!("{}<{}>", path.text(), argument.node),
            TypeKind::List(element) => format!("[{}]", self.ty(element)),
            TypeKind::Map(key, value) => format!("{{{}: {}}}", self.ty(key), self.ty(value)),
            TypeKind::Optional(inner) => format!("{}?", self.ty(inner)),
            TypeKind::Error => self.source(ty.span).to_owned(),
        }
    }
}

/// Paths joined by `, `.
pub(super) fn paths(paths: &[Path]) -> String {
    paths.iter().map(Path::text).collect::<Vec<_>>().join(", ")
}
