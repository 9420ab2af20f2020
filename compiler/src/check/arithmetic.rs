//! Sums, differences and products: within one dimension, and never larger than every engine can count.

use super::Checker;
use super::env::Env;
use super::types::error_expr;
use crate::core::{Const, Expr, ExprKind, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ExprKind as Written, Literal, SumOp};
use crate::value::{Bytes, Duration, Int, MAX_EXACT};

impl Checker<'_> {
    pub(super) fn negate(&mut self, env: &mut Env, inner: &ast::Expr, span: Span, wanted: Option<&Type>) -> Expr {
        if let Written::Literal(literal @ Literal::Number(_)) = &inner.kind {
            return self.literal(literal, true, span, wanted);
        }
        let inner = self.value(env, inner, wanted);
        self.scaled(inner, -1, span)
    }

    pub(super) fn sum(
        &mut self,
        env: &mut Env,
        first: &ast::Expr,
        rest: &[(Spanned<SumOp>, ast::Expr)],
        span: Span,
        wanted: Option<&Type>,
    ) -> Expr {
        let first = self.value(env, first, wanted);
        let ty = first.ty.clone();
        if !self.is_addable(&first) {
            return error_expr(span);
        }
        let mut terms = vec![(SumOp::Add, first)];
        for (op, term) in rest {
            let term = self.value(env, term, Some(&ty));
            let term = self.expect_type(term, &ty);
            if term.ty == Type::Error {
                return error_expr(span);
            }
            terms.push((op.node, term));
        }
        self.bounded(Expr { kind: ExprKind::Sum(terms), ty, optional: false, span })
    }

    fn is_addable(&mut self, expr: &Expr) -> bool {
        let note = match &expr.ty {
            Type::Int | Type::Duration | Type::Bytes => return true,
            Type::Error => return false,
            Type::Time | Type::Date => "use `age(t)` for the time since an instant",
            Type::Float | Type::Ratio => "engines round fractions differently; compare with a bound instead",
            _ => "only `Int`, `Duration` and `Bytes` have arithmetic",
        };
        let message = format!("`{}` cannot be added or multiplied", self.project.type_name(&expr.ty));
        self.report(Diagnostic::error(&codes::NO_ARITHMETIC, message, expr.span).note(note));
        false
    }

    pub(super) fn product(&mut self, env: &mut Env, factors: &[ast::Expr], span: Span, wanted: Option<&Type>) -> Expr {
        let mut scale: i64 = 1;
        let mut value: Option<Expr> = None;
        for factor in factors {
            let is_number = matches!(&factor.kind, Written::Literal(Literal::Number(_)));
            let checked = self.value(env, factor, if is_number { None } else { wanted });
            match checked.as_const() {
                Some(Const::Int(number)) if checked.ty == Type::Int => match scale.checked_mul(*number) {
                    Some(product) => scale = product,
                    None => return self.too_large(span),
                },
                _ if checked.ty == Type::Error => return error_expr(span),
                _ if value.is_some() => {
                    let message = "one side of `*` must be a whole number as it stands";
                    self.report(Diagnostic::error(&codes::NO_ARITHMETIC, message, checked.span));
                    return error_expr(span);
                }
                _ => value = Some(checked),
            }
        }
        match value {
            Some(value) => self.scaled(value, scale, span),
            None => self.bounded(Expr::constant(Const::Int(scale), Type::Int, span)),
        }
    }

    fn scaled(&mut self, value: Expr, factor: i64, span: Span) -> Expr {
        if !self.is_addable(&value) {
            return error_expr(span);
        }
        let ty = value.ty.clone();
        self.bounded(Expr { kind: ExprKind::Scale(Box::new(value), factor), ty, optional: false, span })
    }

    /// The expression, if no value of its parts can make it overflow 64 bits; else says so. Constants are computed.
    fn bounded(&mut self, expr: Expr) -> Expr {
        let Some(_) = bound(&expr) else { return self.too_large(expr.span) };
        match fold(&expr) {
            Some(value) => Expr::constant(value, expr.ty, expr.span),
            None => expr,
        }
    }

    fn too_large(&mut self, span: Span) -> Expr {
        let message = "the result could be larger than engines can count";
        self.report(Diagnostic::error(&codes::OVERFLOW, message, span));
        error_expr(span)
    }
}

/// The greatest absolute value that an arithmetic expression can have; `None` if 64 bits do not hold it.
fn bound(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Const(Const::Int(value)) => value.checked_abs(),
        ExprKind::Const(Const::Duration(value)) => value.millis().checked_abs(),
        ExprKind::Const(Const::Bytes(value)) => value.count().checked_abs(),
        ExprKind::Sum(terms) => terms.iter().try_fold(0i64, |sum, (_, term)| sum.checked_add(bound(term)?)),
        ExprKind::Scale(value, factor) => bound(value)?.checked_mul(factor.checked_abs()?),
        _ => Some(MAX_EXACT),
    }
}

/// The value of arithmetic over constants, if it is one within the type.
fn fold(expr: &Expr) -> Option<Const> {
    let number = match &expr.kind {
        ExprKind::Const(value) => return Some(value.clone()),
        ExprKind::Scale(value, factor) => count(&fold(value)?)?.checked_mul(*factor)?,
        ExprKind::Sum(terms) => terms.iter().try_fold(0i64, |sum, (op, term)| {
            let term = count(&fold(term)?)?;
            match op {
                SumOp::Add => sum.checked_add(term),
                SumOp::Sub => sum.checked_sub(term),
            }
        })?,
        _ => return None,
    };
    match expr.ty {
        Type::Int => Int::new(number).map(|value| Const::Int(value.get())),
        Type::Duration => Duration::from_millis(number).map(Const::Duration),
        Type::Bytes => Bytes::new(number).map(Const::Bytes),
        _ => None,
    }
}

fn count(value: &Const) -> Option<i64> {
    match value {
        Const::Int(value) => Some(*value),
        Const::Duration(value) => Some(value.millis()),
        Const::Bytes(value) => Some(value.count()),
        _ => None,
    }
}
