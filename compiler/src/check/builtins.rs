//! Calls: the built-in functions, and those that are declared.

use super::env::Env;
use super::names::Meaning;
use super::types::error_expr;
use super::{Checker, Decl};
use crate::core::expr::{Series, SeriesFunction};
use crate::core::schema::MetricKind;
use crate::core::{Const, Expr, ExprKind, Place, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, Arg, ExprKind as Written, Literal};
use crate::value::{Cidr, Digest, Duration, Quantity, Scalar, Version};
use smol_str::SmolStr;
use std::sync::Arc;

/// The built-in functions, for "did you mean" and for editors.
pub const BUILT_IN: &[&str] = &[
    "age", "avg", "cidr", "count", "coverage", "digest", "increase", "max", "min", "quantity", "rate", "ratio",
    "reach", "users_of", "version",
];

impl Checker<'_> {
    pub(super) fn call(&mut self, env: &mut Env, callee: &ast::Expr, args: &[Arg], span: Span) -> Expr {
        let name = match &callee.kind {
            Written::Name(name) => name.clone(),
            Written::Error => return error_expr(span),
            Written::Field(base, name) => return self.call_of_module(env, base, name, args, span),
            _ => {
                let message = "only a function can be called, by its name";
                self.report(Diagnostic::error(&codes::NOT_A_FUNCTION, message, callee.span));
                return error_expr(span);
            }
        };
        match name.as_str() {
            "count" => self.count(env, args, span),
            "age" => self.age(env, args, span),
            "reach" => self.reach(env, args, span),
            "users_of" => self.users_of(env, args, span),
            "quantity" => self.text_literal::<Quantity>(args, span, Type::Quantity, Const::Quantity),
            "version" => {
                self.text_literal::<Version>(args, span, Type::Version, |value| Const::Version(Arc::new(value)))
            }
            "digest" => self.text_literal::<Digest>(args, span, Type::Digest, |value| Const::Digest(Arc::new(value))),
            "cidr" => self.text_literal::<Cidr>(args, span, Type::Cidr, Const::Cidr),
            "increase" => self.series(env, SeriesFunction::Increase, args, span),
            "rate" => self.series(env, SeriesFunction::Rate, args, span),
            "avg" => self.series(env, SeriesFunction::Avg, args, span),
            "min" => self.series(env, SeriesFunction::Min, args, span),
            "max" => self.series(env, SeriesFunction::Max, args, span),
            "ratio" => {
                let message = "`ratio(…)` may only be compared with a share, such as `ratio(failed, total) < 5%`";
                self.report(Diagnostic::error(&codes::RATIO_ALONE, message, span));
                error_expr(span)
            }
            "coverage" => {
                let message = "`coverage(…)` stands only in a `require` of a policy";
                self.report(Diagnostic::error(&codes::WRONG_PLACE, message, span));
                error_expr(span)
            }
            _ => match self.meaning(env.module, &name) {
                Some(Meaning::Decl(Decl::Function(function))) => self.call_function(env, function, args, span),
                Some(Meaning::Decl(Decl::Nothing)) => error_expr(span),
                Some(Meaning::Decl(decl)) => {
                    let problem = self.wrong_kind(decl, &name, "a function", callee.span);
                    self.report(problem);
                    error_expr(span)
                }
                Some(Meaning::Module(_)) | None => {
                    let names = BUILT_IN.iter().copied().chain(self.scopes.names(env.module));
                    let problem =
                        Diagnostic::error(&codes::UNKNOWN_NAME, format!("there is no function `{name}`"), callee.span)
                            .did_you_mean(&name, callee.span, names);
                    self.report(problem);
                    error_expr(span)
                }
            },
        }
    }

    fn call_of_module(&mut self, env: &mut Env, base: &ast::Expr, name: &ast::Name, args: &[Arg], span: Span) -> Expr {
        if let Written::Name(head) = &base.kind
            && let Some(Meaning::Module(module)) = self.meaning(env.module, head)
            && let Some(Decl::Function(function)) = self.member(module, &name.node)
        {
            return self.call_function(env, function, args, span);
        }
        let message = format!("there is no function `{}`", name.node);
        let problem = Diagnostic::error(&codes::UNKNOWN_NAME, message, name.span)
            .note("functions are called by name: `count(xs)`, not `xs.count()`");
        self.report(problem);
        error_expr(span)
    }

    /// Exactly this many positional arguments; says so if there are others.
    pub(super) fn positional<'e, const N: usize>(
        &mut self,
        what: &str,
        args: &'e [Arg],
        span: Span,
    ) -> Option<[&'e ast::Expr; N]> {
        if let Some(named) = args.iter().find_map(|arg| arg.name.as_ref()) {
            let message = format!("{what} takes its arguments without names");
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, named.span));
            return None;
        }
        let values: Vec<&ast::Expr> = args.iter().map(|arg| &arg.value).collect();
        let found = values.len();
        match <[&ast::Expr; N]>::try_from(values) {
            Ok(values) => Some(values),
            Err(_) => {
                let arguments = if N == 1 { "argument" } else { "arguments" };
                let message = format!("{what} takes {N} {arguments}, not {found}");
                self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, span));
                None
            }
        }
    }

    fn count(&mut self, env: &mut Env, args: &[Arg], span: Span) -> Expr {
        let Some([list]) = self.positional("`count`", args, span) else { return error_expr(span) };
        let list = self.value(env, list, None);
        match &list.ty {
            Type::List(_) | Type::Map(_) => {
                Expr { kind: ExprKind::Count(Box::new(list)), ty: Type::Int, optional: false, span }
            }
            Type::Error => error_expr(span),
            other => {
                let message = format!(
                    "`count` counts the elements of a list or map, and this is `{}`",
                    self.project.type_name(other)
                );
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, list.span));
                error_expr(span)
            }
        }
    }

    fn age(&mut self, env: &mut Env, args: &[Arg], span: Span) -> Expr {
        let Some([time]) = self.positional("`age`", args, span) else { return error_expr(span) };
        let time = self.value(env, time, Some(&Type::Time));
        let time = self.expect_type(time, &Type::Time);
        if time.ty == Type::Error {
            return error_expr(span);
        }
        if self.at(env, Place::Source) {
            let message = "a declaration has no clock: what is checked at `source` must not change with the day";
            self.report(Diagnostic::error(&codes::WRONG_PLACE, message, span));
            return error_expr(span);
        }
        Expr { kind: ExprKind::Age(Box::new(time)), ty: Type::Duration, optional: false, span }
    }

    /// A scalar that has no literal of its own, from a text as it stands.
    fn text_literal<T: Scalar>(&mut self, args: &[Arg], span: Span, ty: Type, make: fn(T) -> Const) -> Expr {
        let what = self.project.type_name(&ty).to_lowercase();
        let Some([text]) = self.positional(&format!("`{what}`"), args, span) else { return error_expr(span) };
        let Written::Literal(Literal::Text(written)) = &text.kind else {
            if !matches!(text.kind, Written::Error) {
                let message =
                    format!("`{what}` takes a text as it stands, so that it is checked when the policy is compiled");
                self.report(Diagnostic::error(&codes::NOT_CONSTANT, message, text.span));
            }
            return error_expr(span);
        };
        match T::parse_literal(written) {
            Ok(value) => Expr::constant(make(value), ty, span),
            Err(error) => {
                let message = format!("{written:?} is not a {what}: {error}");
                self.report(Diagnostic::error(&codes::BAD_LITERAL, message, text.span));
                error_expr(span)
            }
        }
    }

    fn only_at_source(&mut self, env: &Env, name: &str, span: Span) -> bool {
        if self.at(env, Place::Source) {
            return true;
        }
        let message = format!("`{name}` follows declarations, which only a block on a declared asset can do");
        self.report(Diagnostic::error(&codes::WRONG_PLACE, message, span));
        false
    }

    fn asset_arg(&mut self, env: &mut Env, arg: &ast::Expr) -> Option<(Expr, RecordId)> {
        let asset = self.value(env, arg, None);
        match asset.ty {
            Type::Asset(kind) => Some((asset, kind)),
            Type::Error => None,
            ref other => {
                let message = format!("expected a declared asset, found `{}`", self.project.type_name(other));
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, asset.span));
                None
            }
        }
    }

    /// `reach(x, [uses, delegates_to])`
    fn reach(&mut self, env: &mut Env, args: &[Arg], span: Span) -> Expr {
        let Some([from, through]) = self.positional("`reach`", args, span) else { return error_expr(span) };
        if !self.only_at_source(env, "reach", span) {
            return error_expr(span);
        }
        let Written::List(names) = &through.kind else {
            let message = "`reach` follows a list of attributes, such as `[uses, delegates_to]`";
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, through.span));
            return error_expr(span);
        };
        let Some((from, _)) = self.asset_arg(env, from) else { return error_expr(span) };
        let mut followed = Vec::new();
        let mut element: Option<Type> = None;
        for name in names {
            let Written::Name(attribute) = &name.kind else {
                let message = "the name of an attribute was expected";
                self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, name.span));
                return error_expr(span);
            };
            let Some(ty) = self.relation(attribute) else {
                let known: Vec<SmolStr> = self.relations();
                let problem = Diagnostic::error(
                    &codes::UNKNOWN_FIELD,
                    format!("no asset kind has an attribute `{attribute}` that names assets"),
                    name.span,
                )
                .did_you_mean(attribute, name.span, known.iter().map(SmolStr::as_str));
                self.report(problem);
                return error_expr(span);
            };
            if element.as_ref().is_some_and(|element| *element != ty) {
                let message = "these attributes lead to assets of different kinds, which have no fields in common";
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, name.span));
                return error_expr(span);
            }
            element = Some(ty);
            followed.push(attribute.clone());
        }
        let Some(element) = element else {
            let message = "`reach` needs at least one attribute to follow";
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, through.span));
            return error_expr(span);
        };
        let kind = ExprKind::Reach { from: Box::new(from), through: followed };
        Expr { kind, ty: Type::list(element), optional: false, span }
    }

    /// The kind of asset that an attribute of any asset kind leads to.
    fn relation(&self, name: &str) -> Option<Type> {
        let kinds = self.project.records.iter().filter(|record| matches!(record.shape, Shape::Asset));
        kinds.filter_map(|kind| leads_to(&kind.fields.get(name)?.ty)).next()
    }

    fn relations(&self) -> Vec<SmolStr> {
        let kinds = self.project.records.iter().filter(|record| matches!(record.shape, Shape::Asset));
        let fields = kinds.flat_map(|kind| kind.fields.values());
        fields.filter(|field| leads_to(&field.ty).is_some()).map(|field| field.name.clone()).collect()
    }

    /// `users_of(x)`: every asset that names `x`. They may be of several kinds; what all of them share is the name.
    fn users_of(&mut self, env: &mut Env, args: &[Arg], span: Span) -> Expr {
        let Some([asset]) = self.positional("`users_of`", args, span) else { return error_expr(span) };
        if !self.only_at_source(env, "users_of", span) {
            return error_expr(span);
        }
        let Some((asset, kind)) = self.asset_arg(env, asset) else { return error_expr(span) };
        let mut users = self.project.records.iter().enumerate().filter(|(_, record)| {
            matches!(record.shape, Shape::Asset)
                && record.fields.values().any(|field| leads_to(&field.ty) == Some(Type::Asset(kind)))
        });
        let (first, second) = (users.next(), users.next());
        match (first, second) {
            (Some((user, _)), None) => {
                let ty = Type::list(Type::Asset(RecordId::new(user)));
                Expr { kind: ExprKind::UsersOf(Box::new(asset)), ty, optional: false, span }
            }
            (Some((_, one)), Some((_, other))) => {
                let message =
                    format!("assets of several kinds can name this one, such as `{}` and `{}`", one.name, other.name);
                self.report(
                    Diagnostic::error(&codes::WRONG_TYPE, message, span)
                        .note("write the block on the kind that uses it, and follow the attribute from there"),
                );
                error_expr(span)
            }
            (None, _) => {
                let message = "no asset kind has an attribute that names assets of this kind";
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, span));
                error_expr(span)
            }
        }
    }

    /// `increase(metric, over = 1h, by = [label])`
    fn series(&mut self, env: &mut Env, function: SeriesFunction, args: &[Arg], span: Span) -> Expr {
        if !self.at(env, Place::Monitor) {
            let message = "functions of metrics stand only in a block `on metrics`";
            self.report(Diagnostic::error(&codes::WRONG_PLACE, message, span));
            return error_expr(span);
        }
        let (mut metric, mut over, mut by) = (None, None, Vec::new());
        for arg in args {
            match arg.name.as_ref().map(|name| name.node.as_str()) {
                None if metric.is_none() => metric = self.metric(env, &arg.value),
                Some("over") => match self.constant(env.module, None, &arg.value, &Type::Duration) {
                    Some(Const::Duration(window)) => over = Some(window),
                    _ => return error_expr(span),
                },
                Some("by") => by = self.labels(metric, &arg.value),
                _ => {
                    let message = "a function of a metric takes the metric, `over = …` and `by = […]`";
                    let at = arg.name.as_ref().map_or(arg.value.span, |name| name.span);
                    self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, at));
                    return error_expr(span);
                }
            }
        }
        let Some(metric) = metric else { return error_expr(span) };
        let Some(over) = over.filter(|over: &Duration| over.millis() > 0) else {
            let message = "say the window: `over = 1h`";
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, span));
            return error_expr(span);
        };
        let Shape::Metric(shape) = &self.project.record(metric).shape else { return error_expr(span) };
        let counts = matches!(function, SeriesFunction::Increase | SeriesFunction::Rate);
        let ty = match (function, shape.kind) {
            (SeriesFunction::Increase, MetricKind::Counter) => Type::Int,
            (SeriesFunction::Rate, MetricKind::Counter) => Type::Float,
            (_, MetricKind::Gauge) if !counts => shape.unit.clone(),
            (_, kind) => {
                let (is, wants) = match kind {
                    MetricKind::Counter => ("a counter", "`increase` or `rate`"),
                    MetricKind::Gauge => ("a gauge", "`avg`, `min` or `max`"),
                };
                let message = format!("`{}` is {is}; ask for its {wants}", self.project.record(metric).name);
                self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, span));
                return error_expr(span);
            }
        };
        env.labels.extend(by.iter().cloned());
        let series = Series { function, metric, over, by };
        Expr { kind: ExprKind::Series(Box::new(series)), ty, optional: false, span }
    }

    fn metric(&mut self, env: &Env, written: &ast::Expr) -> Option<RecordId> {
        let path = match &written.kind {
            Written::Name(name) => name.clone(),
            Written::Error => return None,
            _ => SmolStr::default(),
        };
        match self.value_meaning(env.module, &path) {
            Some(Meaning::Decl(Decl::Record(id))) if matches!(self.project.record(id).shape, Shape::Metric(_)) => {
                Some(id)
            }
            Some(Meaning::Decl(Decl::Nothing)) => None,
            _ => {
                let metrics: Vec<SmolStr> = (self.project.records.iter())
                    .filter(|record| matches!(record.shape, Shape::Metric(_)))
                    .map(|record| record.name.clone())
                    .collect();
                let problem =
                    Diagnostic::error(&codes::UNKNOWN_NAME, "the name of a metric was expected", written.span)
                        .did_you_mean(&path, written.span, metrics.iter().map(SmolStr::as_str));
                self.report(problem);
                None
            }
        }
    }

    fn labels(&mut self, metric: Option<RecordId>, written: &ast::Expr) -> Vec<SmolStr> {
        let (Some(metric), Written::List(items)) = (metric, &written.kind) else {
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, "a list of labels was expected", written.span));
            return Vec::new();
        };
        let mut labels = Vec::new();
        for item in items {
            match &item.kind {
                Written::Name(name) if self.project.record(metric).fields.contains_key(name) => {
                    labels.push(name.clone())
                }
                _ => {
                    let found = self.project.record(metric);
                    let text = self.sources.text(item.span);
                    let problem = Diagnostic::error(
                        &codes::UNKNOWN_FIELD,
                        format!("metric `{}` has no label `{text}`", found.name),
                        item.span,
                    )
                    .label(found.span, "declared here")
                    .did_you_mean(text, item.span, found.fields.keys().map(SmolStr::as_str));
                    self.report(problem);
                }
            }
        }
        labels
    }
}

/// The asset kind that a field of this type names, alone or in a list.
fn leads_to(ty: &Type) -> Option<Type> {
    match ty {
        Type::Asset(_) => Some(ty.clone()),
        Type::List(element) => leads_to(element),
        _ => None,
    }
}
