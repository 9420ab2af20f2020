//! Comparisons: operands of one type, guarded where they may be absent.

use super::Checker;
use super::condition::{boolean, guarded};
use super::env::Env;
use super::types::{error_expr, fits};
use crate::core::{Comparison, Const, Expr, ExprKind, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, CompareOp, ExprKind as Written, Literal};

impl Checker<'_> {
    pub(super) fn compare(
        &mut self,
        env: &mut Env,
        op: &Spanned<CompareOp>,
        left: &ast::Expr,
        right: &ast::Expr,
        open: bool,
        span: Span,
    ) -> Expr {
        let ratio = |side: &ast::Expr| matches!(&side.kind, Written::Call(callee, _) if is_name(callee, "ratio"));
        if ratio(left) || ratio(right) {
            return self.share(env, op, left, right, span);
        }
        let (left, right) = self.operands(env, op.node, left, right);
        if left.ty == Type::Error || right.ty == Type::Error {
            return error_expr(span);
        }
        let kind = match op.node {
            CompareOp::In => self.is_in(&left, &right),
            CompareOp::Matches => self.matches(&left, &right),
            CompareOp::Eq => self.equals(Comparison::Eq, &left, &right, op.span),
            CompareOp::Ne => self.equals(Comparison::Ne, &left, &right, op.span),
            CompareOp::Lt => self.orders(Comparison::Lt, &left, &right, op.span),
            CompareOp::Le => self.orders(Comparison::Le, &left, &right, op.span),
            CompareOp::Gt => self.orders(Comparison::Gt, &left, &right, op.span),
            CompareOp::Ge => self.orders(Comparison::Ge, &left, &right, op.span),
        };
        let Some(kind) = kind else { return error_expr(span) };
        // False where it is absent is only safe if false can only deny.
        let may_open = open && op.node != CompareOp::Ne && left.ty != Type::Bool;
        let mut absent = Vec::new();
        for operand in [left, right] {
            if !operand.optional {
                continue;
            }
            if !may_open {
                let problem = self.unguarded_operand(&operand, op.node, span);
                self.report(problem);
                return error_expr(span);
            }
            absent.push(operand);
        }
        let condition = boolean(kind, span);
        if absent.is_empty() { condition } else { guarded(absent, condition) }
    }

    fn unguarded_operand(&self, operand: &Expr, op: CompareOp, comparison: Span) -> Diagnostic {
        let text = self.sources.text(operand.span).to_owned();
        let why = match op {
            CompareOp::Ne => "`!=` would grant what is not there",
            _ if operand.ty == Type::Bool => "an absent `Bool` is neither true nor false",
            _ => "only the condition of a `require` may leave absence to be false; here it would grant something",
        };
        self.may_be_absent(operand).note(why).fix(
            "ask for it first",
            comparison,
            format!("(has {text} and {})", self.sources.text(comparison)),
        )
    }

    /// Both operands; the one whose type the text does not say is checked second, with the other's type in mind.
    fn operands(&mut self, env: &mut Env, op: CompareOp, left: &ast::Expr, right: &ast::Expr) -> (Expr, Expr) {
        if op == CompareOp::In {
            if self.needs_help(env, left) {
                let right = self.expr(env, right, None);
                let element = match &right.ty {
                    Type::List(element) => Some((**element).clone()),
                    _ => None,
                };
                return (self.expr(env, left, element.as_ref()), right);
            }
            let left = self.expr(env, left, None);
            let wanted = Type::list(left.ty.clone());
            let right = self.expr(env, right, (left.ty != Type::Error).then_some(&wanted));
            return (left, right);
        }
        if op == CompareOp::Matches {
            return (self.expr(env, left, Some(&Type::Text)), self.expr(env, right, Some(&Type::Pattern)));
        }
        if self.needs_help(env, left) && !self.needs_help(env, right) {
            let right = self.expr(env, right, None);
            let wanted = (right.ty != Type::Error).then(|| right.ty.clone());
            return (self.expr(env, left, wanted.as_ref()), right);
        }
        let left = self.expr(env, left, None);
        let wanted = (left.ty != Type::Error).then(|| left.ty.clone());
        (left, self.expr(env, right, wanted.as_ref()))
    }

    /// Whether an operand says its type only together with the other: a literal, a list, or a name that may be a variant.
    fn needs_help(&self, env: &Env, written: &ast::Expr) -> bool {
        match &written.kind {
            Written::Paren(inner) | Written::Negate(inner) => self.needs_help(env, inner),
            Written::Literal(literal) => matches!(literal, Literal::Number(_) | Literal::Rate(_)),
            Written::List(_) | Written::EmptyMap => true,
            Written::Name(name) => {
                let bound = env.bindings.iter().any(|binding| binding.name == *name);
                let document = env.subject().is_some_and(|subject| subject.name.is_empty());
                !bound && !document && self.scopes.find(env.module, name).is_none()
            }
            _ => false,
        }
    }

    fn equals(&mut self, op: Comparison, left: &Expr, right: &Expr, at: Span) -> Option<ExprKind> {
        self.same_type(left, right)?;
        let reason = match &left.ty {
            Type::Float => "fractions are rounded differently by each engine; use `<` or `>=` with a bound",
            Type::Pattern => "use `matches` to compare a text with a pattern",
            Type::List(_) | Type::Map(_) => "compare elements: `all x in xs: …`, `x in xs`, `count(xs)`",
            Type::Record(_) => "compare its fields",
            Type::Rate(_) => "a rate is a limit, not a fact",
            _ => return Some(compare(op, left, right)),
        };
        let message = format!("`{}` has no `{}`", self.project.type_name(&left.ty), op.symbol());
        self.report(Diagnostic::error(&codes::NO_EQUALITY, message, at).note(reason));
        None
    }

    fn orders(&mut self, op: Comparison, left: &Expr, right: &Expr, at: Span) -> Option<ExprKind> {
        self.same_type(left, right)?;
        let ordered = match &left.ty {
            Type::Enum(id) => self.project.enumeration(*id).ordered,
            Type::Int
            | Type::Float
            | Type::Ratio
            | Type::Date
            | Type::Time
            | Type::Duration
            | Type::Bytes
            | Type::Quantity
            | Type::Version => true,
            _ => false,
        };
        if ordered {
            return Some(compare(op, left, right));
        }
        let mut problem = Diagnostic::error(
            &codes::NO_ORDER,
            format!("`{}` has no order, so no `{}`", self.project.type_name(&left.ty), op.symbol()),
            at,
        );
        if let Type::Enum(id) = &left.ty
            && let Some(declared) = self.project.enumeration(*id).span
        {
            problem = problem.label(declared, "declare it as `ordered enum`, least first");
        }
        self.report(problem);
        None
    }

    fn same_type(&mut self, left: &Expr, right: &Expr) -> Option<()> {
        if fits(&right.ty, &left.ty) {
            return Some(());
        }
        // The constant is the likelier mistake.
        let (wrong, wanted) =
            if left.as_const().is_some() && right.as_const().is_none() { (left, &right.ty) } else { (right, &left.ty) };
        self.expect_type(wrong.clone(), wanted);
        None
    }

    fn is_in(&mut self, item: &Expr, list: &Expr) -> Option<ExprKind> {
        let element = match &list.ty {
            Type::List(element) => element,
            other => {
                let mut problem = Diagnostic::error(
                    &codes::WRONG_TYPE,
                    format!("`in` asks for a list, and this is `{}`", self.project.type_name(other)),
                    list.span,
                );
                if let Type::Map(_) = other {
                    let text = self.sources.text(list.span);
                    let item = self.sources.text(item.span);
                    problem = problem.note(format!("to ask for a key, write `has {text}[{item}]`"));
                }
                self.report(problem);
                return None;
            }
        };
        if !fits(&item.ty, element) {
            self.expect_type(item.clone(), element);
            return None;
        }
        if matches!(
            item.ty,
            Type::Float | Type::Pattern | Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Rate(_)
        ) {
            let message = format!("`{}` has no `==`, so no `in`", self.project.type_name(&item.ty));
            self.report(Diagnostic::error(&codes::NO_EQUALITY, message, item.span));
            return None;
        }
        Some(ExprKind::In { item: Box::new(item.clone()), list: Box::new(list.clone()) })
    }

    fn matches(&mut self, text: &Expr, pattern: &Expr) -> Option<ExprKind> {
        let text = self.expect_type(text.clone(), &Type::Text);
        let pattern = self.expect_type(pattern.clone(), &Type::Pattern);
        if text.ty == Type::Error || pattern.ty == Type::Error {
            return None;
        }
        if !matches!(pattern.kind, ExprKind::Const(_) | ExprKind::Param(_)) {
            self.report(Diagnostic::error(&codes::NOT_CONSTANT, "a pattern is a literal or a parameter", pattern.span));
            return None;
        }
        Some(ExprKind::Matches { text: Box::new(text), pattern: Box::new(pattern) })
    }

    /// `ratio(part, whole) < bound`
    fn share(
        &mut self,
        env: &mut Env,
        op: &Spanned<CompareOp>,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Expr {
        let (call, bound, mirrored) = match &left.kind {
            Written::Call(callee, args) if is_name(callee, "ratio") => (args, right, false),
            _ => match &right.kind {
                Written::Call(_, args) => (args, left, true),
                _ => return error_expr(span),
            },
        };
        let op = match (op.node, mirrored) {
            (CompareOp::Eq, _) => Comparison::Eq,
            (CompareOp::Ne, _) => Comparison::Ne,
            (CompareOp::Lt, false) | (CompareOp::Gt, true) => Comparison::Lt,
            (CompareOp::Le, false) | (CompareOp::Ge, true) => Comparison::Le,
            (CompareOp::Gt, false) | (CompareOp::Lt, true) => Comparison::Gt,
            (CompareOp::Ge, false) | (CompareOp::Le, true) => Comparison::Ge,
            (CompareOp::In | CompareOp::Matches, _) => {
                let message = format!("a share has no `{}`", op.node.symbol());
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, op.span));
                return error_expr(span);
            }
        };
        let [part, whole] = call.as_slice() else {
            let message = "`ratio` takes the part and the whole";
            self.report(Diagnostic::error(
                &codes::WRONG_ARGUMENTS,
                message,
                if mirrored { right.span } else { left.span },
            ));
            return error_expr(span);
        };
        let number = |checker: &mut Self, env: &mut Env, arg: &ast::Arg| {
            let value = checker.value(env, &arg.value, Some(&Type::Int));
            checker.expect_type(value, &Type::Int)
        };
        let part = number(self, env, part);
        let whole = number(self, env, whole);
        let bound = self.value(env, bound, Some(&Type::Ratio));
        let bound = self.expect_type(bound, &Type::Ratio);
        if [&part, &whole, &bound].iter().any(|operand| operand.ty == Type::Error) {
            return error_expr(span);
        }
        if !matches!(bound.kind, ExprKind::Const(Const::Ratio(_)) | ExprKind::Param(_)) {
            let message = "a share is compared with a literal or a parameter";
            self.report(Diagnostic::error(&codes::NOT_CONSTANT, message, bound.span));
            return error_expr(span);
        }
        boolean(ExprKind::Share { op, part: Box::new(part), whole: Box::new(whole), bound: Box::new(bound) }, span)
    }
}

fn compare(op: Comparison, left: &Expr, right: &Expr) -> ExprKind {
    ExprKind::Compare { op, left: Box::new(left.clone()), right: Box::new(right.clone()) }
}

/// Whether an expression is this bare name.
pub(super) fn is_name(expr: &ast::Expr, name: &str) -> bool {
    matches!(&expr.kind, Written::Name(found) if found == name)
}
