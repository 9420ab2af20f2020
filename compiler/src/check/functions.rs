//! Declared functions: pure, not recursive, and put in place where they are called.

use super::env::{Bound, Env};
use super::types::error_expr;
use super::{Checker, Decl};
use crate::core::{Expr, ExprKind, Local, LocalId, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{self, Arg, ItemKind};
use smol_str::SmolStr;
use std::sync::Arc;

/// How far a function was checked.
#[derive(Debug, Clone, Default)]
pub(super) enum Function {
    /// Not yet.
    #[default]
    New,
    /// Its body is being checked: calling it now would be recursion.
    Open(Span),
    /// Checked.
    Done(Arc<Signature>),
}

/// A checked function. Its parameters are the locals of its body, in order.
#[derive(Debug)]
pub(super) struct Signature {
    name: SmolStr,
    params: Vec<(SmolStr, Type)>,
    /// The locals of the body, the parameters first.
    locals: Vec<Local>,
    body: Expr,
    size: usize,
    span: Span,
}

/// The largest expression that calls may grow to, in nodes.
const MAX_NODES: usize = 20_000;

impl Checker<'_> {
    /// Checks every function.
    pub(super) fn functions(&mut self) {
        for (module, decl, item) in self.items() {
            if let (Decl::Function(index), ItemKind::Function(_)) = (decl, &item.kind) {
                self.function(module, index, item);
            }
        }
    }

    fn function(&mut self, module: ModuleId, index: usize, item: &ast::Item) {
        let ItemKind::Function(written) = &item.kind else { return };
        if !matches!(self.functions[index], Function::New) {
            return;
        }
        self.functions[index] = Function::Open(written.name.span);
        let mut env = Env::constant(module, None);
        let mut params = Vec::new();
        for param in &written.params {
            let (ty, optional) = self.ty(module, &param.ty);
            if optional {
                let message =
                    "a parameter of a function may not be optional: say what absence means where it is called";
                self.report(Diagnostic::error(&codes::BAD_TYPE, message, param.ty.span));
            }
            if let Some(default) = &param.default {
                let message = "a parameter of a function has no default; only a control's has";
                self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, default.span));
            }
            self.bind(&mut env, &param.name, ty.clone());
            params.push((param.name.node.clone(), ty));
        }
        let result = self.present_type(module, &written.result);
        let body = self.value(&mut env, &written.body, Some(&result));
        let body = self.expect_type(body, &result);
        self.unused_bindings(&env, |_| "parameter");
        let mut size = 0;
        body.walk(&mut |_| size += 1);
        self.functions[index] = Function::Done(Arc::new(Signature {
            name: written.name.node.clone(),
            params,
            locals: env.locals,
            body,
            size,
            span: written.name.span,
        }));
    }

    pub(super) fn call_function(&mut self, env: &mut Env, index: usize, args: &[Arg], span: Span) -> Expr {
        if matches!(self.functions[index], Function::New)
            && let Some((module, _, item)) = self.items().find(|(_, decl, _)| *decl == Decl::Function(index))
        {
            self.function(module, index, item);
        }
        let signature = match &self.functions[index] {
            Function::Done(signature) => Arc::clone(signature),
            Function::Open(declared) => {
                let declared = *declared;
                self.report(
                    Diagnostic::error(
                        &codes::RECURSION,
                        "a function may not call itself, directly or by another",
                        span,
                    )
                    .label(declared, "declared here")
                    .note("every policy must come to an end within a bound that is known when it is compiled"),
                );
                return error_expr(span);
            }
            Function::New => return error_expr(span),
        };
        let Some(arguments) = self.arguments_of(env, &signature, args, span) else { return error_expr(span) };
        let grown: usize = arguments
            .iter()
            .map(|argument| {
                let mut size = 0;
                argument.walk(&mut |_| size += 1);
                size
            })
            .sum::<usize>()
            .saturating_mul(signature.size.max(1));
        if grown > MAX_NODES {
            let message = "calls inside calls make this expression too large";
            self.report(Diagnostic::error(&codes::TOO_LARGE, message, span).note("name the parts with `let`"));
            return error_expr(span);
        }
        // The body's own locals get fresh numbers in the surroundings.
        let first = env.locals.len() as u32;
        env.locals.extend(signature.locals.iter().skip(signature.params.len()).cloned());
        let mut body = signature.body.clone();
        body.put_in_place(&arguments, first);
        Expr { span, ..body }
    }

    fn arguments_of(&mut self, env: &mut Env, signature: &Signature, args: &[Arg], span: Span) -> Option<Vec<Expr>> {
        if let Some(named) = args.iter().find_map(|arg| arg.name.as_ref()) {
            let message = format!("`{}` takes its arguments without names", signature.name);
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, named.span));
            return None;
        }
        if args.len() != signature.params.len() {
            let wanted = signature.params.len();
            let message = format!("`{}` takes {wanted} arguments, not {}", signature.name, args.len());
            self.report(
                Diagnostic::error(&codes::WRONG_ARGUMENTS, message, span).label(signature.span, "declared here"),
            );
            return None;
        }
        let mut arguments = Vec::with_capacity(args.len());
        for (arg, (_, ty)) in args.iter().zip(&signature.params) {
            let value = self.value(env, &arg.value, Some(ty));
            let value = self.expect_type(value, ty);
            if value.ty == Type::Error {
                return None;
            }
            arguments.push(value);
        }
        Some(arguments)
    }

    /// Says which names of an environment were never used.
    pub(super) fn unused_bindings(&mut self, env: &Env, what: impl Fn(&str) -> &'static str) {
        for binding in env.bindings.iter().filter(|binding| !binding.used && binding.kind != Bound::Subject) {
            self.unused_name(what(&binding.name), &binding.name, binding.span);
        }
    }

    /// Says that a name is never used, unless it starts with `_`.
    pub(super) fn unused_name(&mut self, what: &str, name: &str, span: Span) {
        if !name.starts_with('_') {
            let message = format!("{what} `{name}` is never used");
            self.report(Diagnostic::warning(&codes::UNUSED, message, span));
        }
    }
}

impl Expr {
    /// Puts the arguments in place of the first locals, and numbers the others from `first`.
    fn put_in_place(&mut self, arguments: &[Expr], first: u32) {
        let renumbered = |local: LocalId| LocalId(first + local.0 - arguments.len() as u32);
        match &mut self.kind {
            ExprKind::Local(local) => {
                match arguments.get(local.0 as usize) {
                    Some(argument) => *self = argument.clone(),
                    None => *local = renumbered(*local),
                }
                return;
            }
            ExprKind::Quantified { local, .. } | ExprKind::Collect { local, .. } => *local = renumbered(*local),
            _ => {}
        }
        self.children_mut(&mut |child| child.put_in_place(arguments, first));
    }
}
