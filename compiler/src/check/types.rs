//! Types as they are written, and whether one fits where another is wanted.

use super::{Checker, Decl};
use crate::core::{Const, Counted, Expr, ExprKind, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::syntax::ast::{self, TypeKind};

/// The types that have a name of their own.
pub(super) const BUILT_IN: &[(&str, Type)] = &[
    ("Bool", Type::Bool),
    ("Int", Type::Int),
    ("Float", Type::Float),
    ("Ratio", Type::Ratio),
    ("Text", Type::Text),
    ("Date", Type::Date),
    ("Time", Type::Time),
    ("Duration", Type::Duration),
    ("Bytes", Type::Bytes),
    ("Quantity", Type::Quantity),
    ("Version", Type::Version),
    ("Digest", Type::Digest),
    ("Cidr", Type::Cidr),
    ("Pattern", Type::Pattern),
    ("Role", Type::Role),
    ("Signer", Type::Signer),
    ("Severity", Type::Enum(crate::core::EnumId::SEVERITY)),
    ("Platform", Type::Enum(crate::core::EnumId::PLATFORM)),
];

impl Checker<'_> {
    /// A type, and whether it was written with `?`.
    pub(super) fn ty(&mut self, module: ModuleId, written: &ast::Type) -> (Type, bool) {
        match &written.kind {
            TypeKind::Optional(inner) => (self.present_type(module, inner), true),
            _ => (self.present_type(module, written), false),
        }
    }

    /// A type that may not be optional.
    pub(super) fn present_type(&mut self, module: ModuleId, written: &ast::Type) -> Type {
        match &written.kind {
            TypeKind::Error => Type::Error,
            TypeKind::List(element) => Type::list(self.present_type(module, element)),
            TypeKind::Map(key, value) => {
                let key_type = self.present_type(module, key);
                if !matches!(key_type, Type::Text | Type::Error) {
                    let message = "the keys of a map are always `Text`";
                    self.report(Diagnostic::error(&codes::BAD_TYPE, message, key.span).fix(
                        "write `Text`",
                        key.span,
                        "Text",
                    ));
                }
                Type::Map(std::sync::Arc::new(self.present_type(module, value)))
            }
            TypeKind::Optional(inner) => {
                let message = "only a whole field or parameter may be optional, not a part of its type";
                self.report(Diagnostic::error(&codes::BAD_TYPE, message, written.span).fix(
                    "take `?` away",
                    crate::source::Span { start: inner.span.end, ..written.span },
                    "",
                ));
                self.present_type(module, inner)
            }
            TypeKind::Applied(path, argument) => match (path.text().as_str(), argument.node.as_str()) {
                ("Rate", "requests") => Type::Rate(Counted::Requests),
                ("Rate", "tokens") => Type::Rate(Counted::Tokens),
                ("Rate", other) => {
                    let message = format!("a rate counts `requests` or `tokens`, not `{other}`");
                    self.report(Diagnostic::error(&codes::BAD_TYPE, message, argument.span).did_you_mean(
                        other,
                        argument.span,
                        ["requests", "tokens"],
                    ));
                    Type::Error
                }
                (other, _) => {
                    let message = format!("`{other}` takes nothing between `<` and `>`; only `Rate` does");
                    self.report(Diagnostic::error(&codes::BAD_TYPE, message, written.span));
                    Type::Error
                }
            },
            TypeKind::Path(path) => self.named_type(module, path),
        }
    }

    fn named_type(&mut self, module: ModuleId, path: &ast::Path) -> Type {
        let first = &path.segments[0];
        if path.segments.len() == 1 {
            if let Some((_, ty)) = BUILT_IN.iter().find(|(name, _)| *name == first.node) {
                return ty.clone();
            }
            if first.node == "Rate" {
                let message = "a rate says what it counts";
                self.report(
                    Diagnostic::error(&codes::BAD_TYPE, message, path.span)
                        .note("write `Rate<requests>` or `Rate<tokens>`"),
                );
                return Type::Error;
            }
            if self.scopes.find(module, &first.node).is_none() {
                let names = BUILT_IN.iter().map(|(name, _)| *name).chain(self.scopes.names(module));
                let problem =
                    Diagnostic::error(&codes::UNKNOWN_TYPE, format!("there is no type `{}`", first.node), first.span)
                        .did_you_mean(&first.node, first.span, names);
                self.report(problem);
                return Type::Error;
            }
        }
        let Some(decl) = self.declaration(module, path, "a type") else { return Type::Error };
        match decl {
            Decl::Enum(id) => Type::Enum(id),
            Decl::Catalog(id) => Type::Threat(id),
            Decl::Record(id) => match self.project.record(id).shape {
                Shape::Part | Shape::Evidence(_) => Type::Record(id),
                Shape::Asset => Type::Asset(id),
                Shape::Subject { .. } | Shape::Metric(_) => {
                    self.report(self.wrong_kind(decl, &path.text(), "a type", path.span));
                    Type::Error
                }
            },
            other => {
                self.report(self.wrong_kind(other, &path.text(), "a type", path.span));
                Type::Error
            }
        }
    }

    /// The expression, if its type is the wanted one; else says so and gives an expression that fits everything.
    pub(super) fn expect_type(&mut self, mut expr: Expr, wanted: &Type) -> Expr {
        if !fits(&expr.ty, wanted) {
            let problem = self.mismatch(&expr, wanted);
            self.report(problem);
            expr.ty = Type::Error;
        }
        expr
    }

    fn mismatch(&self, expr: &Expr, wanted: &Type) -> Diagnostic {
        let found = self.project.type_name(&expr.ty);
        let expected = self.project.type_name(wanted);
        let problem =
            Diagnostic::error(&codes::WRONG_TYPE, format!("expected `{expected}`, found `{found}`"), expr.span);
        match (wanted, &expr.ty, expr.as_const()) {
            (Type::Ratio, Type::Int | Type::Float, Some(value)) => problem
                .note(format!("a share is written with a percent sign, such as `{}%`", self.project.const_text(value))),
            (Type::Duration, Type::Int, Some(value)) => {
                let value = self.project.const_text(value);
                problem.note(format!("a length of time has its unit, such as `{value}d`, `{value}h` or `{value}m`"))
            }
            (Type::Bytes, Type::Int, Some(value)) => {
                let value = self.project.const_text(value);
                problem.note(format!("a size has its unit, such as `{value}KiB`, `{value}MiB` or `{value}GiB`"))
            }
            (Type::Pattern, Type::Text, Some(_)) => {
                let text = self.sources.text(expr.span);
                problem.fix("make it a pattern", expr.span, format!("re{text}"))
            }
            (Type::Enum(id), Type::Text, Some(Const::Text(text))) => {
                let found = self.project.enumeration(*id);
                match found.variant(text).or_else(|| found.variant_of_text(text)) {
                    Some(variant) => {
                        let name = found.variants[variant as usize].name.clone();
                        problem.fix(format!("write the variant `{name}`"), expr.span, name)
                    }
                    None => problem,
                }
            }
            (Type::Text, Type::Pattern, Some(_)) => {
                let text = self.sources.text(expr.span).trim_start_matches("re").trim_start_matches("glob").to_owned();
                problem.fix("make it a text", expr.span, text)
            }
            (Type::Version | Type::Digest | Type::Cidr | Type::Quantity, Type::Text, Some(_)) => {
                let text = self.sources.text(expr.span);
                let function = expected.to_lowercase();
                problem.fix(format!("say that it is a {function}"), expr.span, format!("{function}({text})"))
            }
            (Type::List(element), found, _) if fits(found, element) => {
                let text = self.sources.text(expr.span);
                problem.fix("make it a list", expr.span, format!("[{text}]"))
            }
            _ => problem,
        }
    }
}

/// Whether a value of type `found` can stand where `wanted` is expected.
pub(super) fn fits(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Error, _) | (_, Type::Error) => true,
        (Type::List(found), Type::List(wanted)) | (Type::Map(found), Type::Map(wanted)) => fits(found, wanted),
        (found, wanted) => found == wanted,
    }
}

/// An expression that fits everything, in place of one that was already reported.
pub(super) fn error_expr(span: crate::source::Span) -> Expr {
    Expr { kind: ExprKind::Const(crate::core::Const::Bool(false)), ty: Type::Error, optional: false, span }
}
