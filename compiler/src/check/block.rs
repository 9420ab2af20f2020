//! Blocks and their statements.

use super::Checker;
use super::env::Env;
use super::types::error_expr;
use crate::core::{Const, Expr, ExprKind, LocalId, Place, Stmt, StmtKind, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Literal, Name, Sharing, StmtKind as Written, Text};
use crate::value::Duration;

impl Checker<'_> {
    /// A list of statements. Names that it binds are not seen after it.
    pub(super) fn statements(&mut self, env: &mut Env, written: &[ast::Stmt]) -> Vec<Stmt> {
        let depth = env.bindings.len();
        let known = env.present.len();
        let mut checked = Vec::with_capacity(written.len());
        for stmt in written {
            let id = env.next_stmt();
            env.labels.clear();
            if let Some(kind) = self.statement(env, stmt) {
                checked.push(Stmt { id, kind, span: stmt.span });
            }
        }
        for binding in env.bindings.drain(depth..) {
            if !binding.used {
                self.unused_name("the name", &binding.name, binding.span);
            }
        }
        env.present.truncate(known);
        nest(checked)
    }

    fn statement(&mut self, env: &mut Env, stmt: &ast::Stmt) -> Option<StmtKind> {
        match &stmt.kind {
            Written::Error => None,
            Written::Let { name, value, message: None } => {
                let value = self.expr(env, value, None);
                let value = if value.optional { self.unbound_let(value, stmt.span) } else { value };
                let local = self.bind(env, name, value.ty.clone());
                Some(StmtKind::Let { local, value })
            }
            Written::Let { name, value, message: Some(message) } => Some(self.let_else(env, name, value, message)),
            Written::Require { condition, message, after } => {
                let condition = self.condition(env, condition, true);
                let message = self.message(env, message);
                let after = after.as_ref().and_then(|after| self.hold(env, after));
                Some(StmtKind::Require { condition, message, after })
            }
            Written::For { name, list, filter, body } => Some(self.for_each(env, name, list, filter.as_deref(), body)),
            Written::When { condition, then, otherwise } => {
                let condition = self.condition(env, condition, false);
                let then = env.knowing(&condition, true, |env| self.statements(env, then));
                let otherwise = env.knowing(&condition, false, |env| self.statements(env, otherwise));
                Some(StmtKind::When { condition, then, otherwise })
            }
            Written::Quota { amount, key, limit, sharing, message } => {
                self.quota(env, [amount, key, limit], sharing.as_ref(), message, stmt.span)
            }
        }
    }

    fn unbound_let(&mut self, value: Expr, stmt: Span) -> Expr {
        let problem = self
            .may_be_absent(&value)
            .note("say what is to be told when it is absent, or give it a value with `??`")
            .fix(
                "bind it or tell why not",
                stmt.after(),
                format!("\n      else \"{} is missing\"", self.sources.text(value.span).replace('"', "'")),
            );
        self.report(problem);
        Expr { optional: false, ..error_expr(value.span) }
    }

    fn let_else(&mut self, env: &mut Env, name: &Name, value: &ast::Expr, message: &Text) -> StmtKind {
        let value = self.expr(env, value, None);
        if !value.optional && value.ty != Type::Error {
            let text = self.sources.text(value.span).to_owned();
            let rest = Span { start: value.span.end, ..message.span };
            self.report(
                Diagnostic::error(
                    &codes::NEVER_ABSENT,
                    format!("`{text}` is never absent, so `else` is never said"),
                    value.span,
                )
                .fix("take the `else` away", rest, ""),
            );
        }
        let message = self.message(env, message);
        let local = self.bind(env, name, value.ty.clone());
        StmtKind::Bind { local, value, message, then: Vec::new() }
    }

    fn for_each(
        &mut self,
        env: &mut Env,
        name: &Name,
        list: &ast::Expr,
        filter: Option<&ast::Expr>,
        body: &[ast::Stmt],
    ) -> StmtKind {
        let list = self.value(env, list, None);
        let of = self.element_type(&list);
        let depth = env.bindings.len();
        let local = self.bind(env, name, of);
        let filter = filter.map(|filter| self.condition(env, filter, false));
        let body = match &filter {
            Some(condition) => env.knowing(condition, true, |env| self.statements(env, body)),
            None => self.statements(env, body),
        };
        env.bindings.truncate(depth);
        StmtKind::For { local, list, filter, body }
    }

    fn hold(&mut self, env: &Env, after: &Spanned<Literal>) -> Option<Duration> {
        if !self.at(env, Place::Monitor) {
            let message =
                "`after` says how long a time series must have failed, so it stands only in a block `on metrics`";
            self.report(
                Diagnostic::error(&codes::WRONG_PLACE, message, after.span)
                    .note("a single document or request fails at once"),
            );
            return None;
        }
        match self.literal(&after.node, false, after.span, Some(&Type::Duration)).as_const() {
            Some(Const::Duration(duration)) => Some(*duration),
            _ => None,
        }
    }

    fn quota(
        &mut self,
        env: &mut Env,
        parts: [&ast::Expr; 3],
        sharing: Option<&Spanned<Sharing>>,
        message: &Text,
        span: Span,
    ) -> Option<StmtKind> {
        if !self.at(env, Place::Gateway) {
            let message = "a quota counts requests, so it stands only in a block about requests at `gateway`";
            self.report(Diagnostic::error(&codes::WRONG_PLACE, message, span));
            return None;
        }
        let [amount, key, limit] = parts;
        let amount = self.expr(env, amount, Some(&Type::Int));
        let amount = self.expect_type(amount, &Type::Int);
        let key = self.expr(env, key, Some(&Type::Text));
        let key = self.expect_type(key, &Type::Text);
        let limit = self.value(env, limit, None);
        if !matches!(limit.ty, Type::Rate(_) | Type::Error) {
            let message = format!("expected a rate such as `100/min`, found `{}`", self.project.type_name(&limit.ty));
            self.report(Diagnostic::error(&codes::WRONG_TYPE, message, limit.span));
        }
        let message = self.message(env, message);
        Some(StmtKind::Quota { amount, key, limit, sharing: sharing.map(|sharing| sharing.node), message })
    }
}

/// Moves the statements that need a bound name into the statement that binds it (see [`StmtKind::Bind`]).
fn nest(stmts: Vec<Stmt>) -> Vec<Stmt> {
    let mut nested = Vec::with_capacity(stmts.len());
    let mut rest = std::collections::VecDeque::from(stmts);
    while let Some(mut stmt) = rest.pop_front() {
        if let StmtKind::Bind { local, then, .. } = &mut stmt.kind {
            let mut names = vec![*local];
            let (needing, others): (Vec<Stmt>, Vec<Stmt>) = rest.into_iter().partition(|stmt| {
                let needs = uses(stmt, &names);
                if needs {
                    names.extend(bound(stmt));
                }
                needs
            });
            *then = nest(with_bindings(needing, &others));
            rest = others.into();
        }
        nested.push(stmt);
    }
    nested
}

/// The statements, and before them copies of the other bindings that they use: a statement that needs several names stands under the
/// first of them, and takes the rest along.
fn with_bindings(needing: Vec<Stmt>, others: &[Stmt]) -> Vec<Stmt> {
    let mut taken = std::collections::VecDeque::from(needing);
    for other in others.iter().rev() {
        let Some(local) = bound(other) else { continue };
        if taken.iter().any(|stmt| uses(stmt, &[local])) {
            taken.push_front(other.clone());
        }
    }
    let mut taken = Vec::from(taken);
    taken.sort_by_key(|stmt| stmt.id);
    taken
}

/// The name that a statement binds for those after it.
fn bound(stmt: &Stmt) -> Option<LocalId> {
    match &stmt.kind {
        StmtKind::Let { local, .. } | StmtKind::Bind { local, .. } => Some(*local),
        _ => None,
    }
}

fn uses(stmt: &Stmt, names: &[LocalId]) -> bool {
    let mut found = false;
    stmt.walk(&mut |stmt| {
        stmt.expressions(&mut |expr| {
            expr.walk(&mut |expr| found |= matches!(&expr.kind, ExprKind::Local(local) if names.contains(local)));
        });
    });
    found
}
