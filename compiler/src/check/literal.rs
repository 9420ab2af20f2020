//! The value of each literal, and an error for each way to be wrong.

use super::Checker;
use super::types::error_expr;
use crate::core::{Const, Counted, Expr, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::pattern::{self, Pattern, Refusal, Suggestion};
use crate::source::Span;
use crate::syntax::ast::Literal;
use crate::value::{Bytes, Date, Decimal, Duration, Float, Int, Rate, Scalar, Time};
use smol_str::SmolStr;
use std::ops::Range;
use std::sync::Arc;

type ParsePattern = fn(&str) -> Result<Pattern, Vec<Refusal>>;

impl Checker<'_> {
    /// A literal as an expression. A number is an `Int`, or a `Float` where one is wanted or where it has a fraction.
    pub(super) fn literal(&mut self, literal: &Literal, negative: bool, span: Span, wanted: Option<&Type>) -> Expr {
        let checked = match literal {
            Literal::Bool(value) => Ok((Const::Bool(*value), Type::Bool)),
            Literal::Number(text) => number(text, negative, wanted),
            Literal::Percent(text) => scalar::<Decimal>(text).map(|value| (Const::Ratio(value), Type::Ratio)),
            Literal::Rate(text) => scalar::<Rate>(text).map(|value| (Const::Rate(value), rate_type(wanted))),
            Literal::Date(text) => scalar::<Date>(text).map(|value| (Const::Date(value), Type::Date)),
            Literal::Time(text) => scalar::<Time>(text).map(|value| (Const::Time(value), Type::Time)),
            Literal::Duration(text) => scalar::<Duration>(text).map(|value| (Const::Duration(value), Type::Duration)),
            Literal::Bytes(text) => scalar::<Bytes>(text).map(|value| (Const::Bytes(value), Type::Bytes)),
            Literal::Text(text) => Ok((Const::Text(text.clone()), Type::Text)),
            Literal::Regex(text) => return self.pattern(text, Pattern::parse_regex, span, "re\"".len()),
            Literal::Glob(text) => return self.pattern(text, Pattern::parse_glob, span, "glob\"".len()),
        };
        match checked {
            Ok((value, ty)) => Expr::constant(value, ty, span),
            Err(reason) => {
                let written = self.sources.text(span).to_owned();
                self.report(Diagnostic::error(
                    &codes::BAD_LITERAL,
                    format!("`{written}` is not a value: {reason}"),
                    span,
                ));
                error_expr(span)
            }
        }
    }

    /// A pattern, with what the subset and the lints say of it. `skip` is what stands before the pattern in the literal.
    fn pattern(&mut self, text: &SmolStr, parse: ParsePattern, span: Span, skip: usize) -> Expr {
        // Compiling a pattern is the slowest thing that checking does, and the same ones come back again and again.
        let key = (text.clone(), skip);
        let parsed = match self.patterns.get(&key) {
            Some(known) => Ok(known.clone()),
            None => parse(text).map(|pattern| {
                let lints = pattern::lint(&pattern).into();
                (Arc::new(pattern), lints)
            }),
        };
        let inside = |range: Range<usize>| span.inner(range.start + skip..range.end + skip);
        let suggested = |problem: Diagnostic, suggestion: Option<Suggestion>| match suggestion {
            Some(suggestion) => problem.fix(suggestion.title, inside(suggestion.range), suggestion.replacement),
            None => problem,
        };
        match parsed {
            Ok((pattern, lints)) => {
                for lint in lints.iter() {
                    let problem = Diagnostic::warning(
                        &codes::SUSPICIOUS_PATTERN,
                        lint.kind.to_string(),
                        inside(lint.range.clone()),
                    );
                    self.report(suggested(problem, lint.suggestion.clone()));
                }
                self.patterns.insert(key, (Arc::clone(&pattern), lints));
                Expr::constant(Const::Pattern(pattern), Type::Pattern, span)
            }
            Err(refusals) => {
                for refusal in refusals {
                    let problem = Diagnostic::error(
                        &codes::BAD_PATTERN,
                        refusal.reason.to_string(),
                        inside(refusal.range.clone()),
                    );
                    self.report(suggested(problem, refusal.suggestion));
                }
                error_expr(span)
            }
        }
    }
}

fn scalar<T: Scalar>(text: &str) -> Result<T, String> {
    T::parse_literal(text).map_err(|error| error.to_string())
}

fn number(text: &SmolStr, negative: bool, wanted: Option<&Type>) -> Result<(Const, Type), String> {
    let text = if negative { format!("-{text}") } else { text.to_string() };
    if text.contains('.') || matches!(wanted, Some(Type::Float)) {
        return scalar::<Float>(&text).map(|value| (Const::Float(value.get()), Type::Float));
    }
    scalar::<Int>(&text).map(|value| (Const::Int(value.get()), Type::Int))
}

/// A rate literal does not say what it counts: the type that is wanted does.
fn rate_type(wanted: Option<&Type>) -> Type {
    match wanted {
        Some(Type::Rate(counted)) => Type::Rate(*counted),
        _ => Type::Rate(Counted::Requests),
    }
}
