//! Conditions: `and`, `or`, `not`, `has`, quantifiers.
//!
//! An optional value may stand unguarded only in the condition of a `require`, and from there through `and`, `or`, parentheses and the
//! bodies of `all` and `any` (design §4). The parameter `open` says whether this is such a position. There `a.b == 1` with `b` optional
//! becomes `has a.b and a.b == 1`; everywhere else it is an error, because false would grant something.

use super::Checker;
use super::env::Env;
use super::types::error_expr;
use crate::core::{Expr, ExprKind, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Written};

impl Checker<'_> {
    /// A condition; the result is a `Bool` that is never absent.
    pub(super) fn condition(&mut self, env: &mut Env, written: &ast::Expr, open: bool) -> Expr {
        let span = written.span;
        match &written.kind {
            Written::Paren(inner) => Expr { span, ..self.condition(env, inner, open) },
            Written::And(items) => self.connective(env, items, true, open, span),
            Written::Or(items) => self.connective(env, items, false, open, span),
            Written::Not(inner) => {
                let inner = self.condition(env, inner, false);
                boolean(ExprKind::Not(Box::new(inner)), span)
            }
            Written::Has(path) => self.has(env, path, span),
            Written::Compare(op, left, right) => self.compare(env, op, left, right, open, span),
            Written::Quantified { quantifier, name, list, body } => {
                let list = self.value(env, list, None);
                let of = self.element_type(&list);
                let depth = env.bindings.len();
                let local = self.bind(env, name, of);
                let body = self.condition(env, body, open);
                env.bindings.truncate(depth);
                let kind =
                    ExprKind::Quantified { quantifier: *quantifier, local, list: Box::new(list), body: Box::new(body) };
                boolean(kind, span)
            }
            _ => {
                let checked = self.expr(env, written, Some(&Type::Bool));
                let checked = self.expect_condition(checked);
                match checked.optional {
                    true if open => guarded(vec![checked.clone()], checked),
                    true => self.present(checked),
                    false => checked,
                }
            }
        }
    }

    fn expect_condition(&mut self, checked: Expr) -> Expr {
        if matches!(checked.ty, Type::Bool | Type::Error) {
            return checked;
        }
        let found = self.project.type_name(&checked.ty);
        let text = self.sources.text(checked.span).to_owned();
        let problem =
            Diagnostic::error(&codes::NOT_A_CONDITION, format!("`{text}` is `{found}`, not a condition"), checked.span);
        let problem = match (&checked.ty, checked.optional) {
            (_, true) => problem.fix("ask whether it is there", checked.span, format!("has {text}")),
            (Type::List(_), _) => {
                problem.fix("ask whether it has elements", checked.span, format!("count({text}) > 0"))
            }
            (Type::Int, _) => problem.note("compare it with a number"),
            _ => problem,
        };
        self.report(problem);
        error_expr(checked.span)
    }

    fn connective(&mut self, env: &mut Env, items: &[ast::Expr], is_and: bool, open: bool, span: Span) -> Expr {
        let before = env.present.len();
        let mut checked = Vec::with_capacity(items.len());
        for item in items {
            let item = self.condition(env, item, open);
            super::presence::learn(&item, is_and, &mut env.present);
            checked.push(item);
        }
        env.present.truncate(before);
        boolean(if is_and { ExprKind::And(checked) } else { ExprKind::Or(checked) }, span)
    }

    fn has(&mut self, env: &mut Env, path: &ast::Expr, span: Span) -> Expr {
        let checked = self.expr(env, path, None);
        if checked.ty == Type::Error {
            return error_expr(span);
        }
        let text = self.sources.text(checked.span).to_owned();
        match checked.kind {
            ExprKind::Field { .. } | ExprKind::Key { .. } | ExprKind::Element { .. } if checked.optional => {}
            ExprKind::Field { .. } | ExprKind::Local(_) | ExprKind::Param(_) | ExprKind::Subject => {
                let mut problem = Diagnostic::error(
                    &codes::NEVER_ABSENT,
                    format!("`{text}` is never absent, so `has` is always true"),
                    span,
                )
                .note("a required field that is missing makes the decision indeterminate by itself");
                if let ExprKind::Field { record, index, .. } = &checked.kind {
                    let field = &self.project.record(*record).fields[*index as usize];
                    problem = problem.label(field.span, "declared here, not optional or with a default");
                }
                self.report(problem);
                return error_expr(span);
            }
            ExprKind::Key { .. } | ExprKind::Element { .. } => {
                let message = format!("`{text}` is known to be present here");
                self.report(Diagnostic::error(&codes::NEVER_ABSENT, message, span));
                return error_expr(span);
            }
            _ => {
                let message = "`has` asks for a path, such as `has release.signature`";
                self.report(Diagnostic::error(&codes::NOT_A_PATH, message, checked.span));
                return error_expr(span);
            }
        }
        boolean(ExprKind::Has(Box::new(checked)), span)
    }
}

/// A condition of this form.
pub(super) fn boolean(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, ty: Type::Bool, optional: false, span }
}

/// `has a and has b and condition`
pub(super) fn guarded(absent: Vec<Expr>, mut condition: Expr) -> Expr {
    let span = condition.span;
    condition.optional = false;
    let mut items: Vec<Expr> = absent
        .into_iter()
        .map(|value| Expr { span: value.span, ..boolean(ExprKind::Has(Box::new(value)), span) })
        .collect();
    items.push(condition);
    boolean(ExprKind::And(items), span)
}
