//! Messages: text with holes. A hole is a path or `count(path)`; `{{` is a brace.

use super::Checker;
use super::compare::is_name;
use super::env::Env;
use crate::core::{Expr, ExprKind, Message, Part, Place, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::{
    self,
    ast::{self, ExprKind as Written, Text},
};

impl Checker<'_> {
    /// A message with its holes checked in the surroundings.
    pub(super) fn message(&mut self, env: &mut Env, text: &Text) -> Message {
        let sources = self.sources;
        let raw = sources.text(text.span);
        if raw.is_empty() {
            // The parser has said that a message is missing.
            return Message { parts: Vec::new(), span: text.span };
        }
        let inside = raw.strip_prefix('"').map_or("", |rest| rest.strip_suffix('"').unwrap_or(rest));
        if inside.trim().is_empty() {
            let message = "an empty message tells its reader nothing";
            self.report(Diagnostic::error(&codes::EMPTY_TEXT, message, text.span));
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut chars = inside.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            match char {
                '\\' => unescape(&mut chars, &mut plain),
                '{' | '}' if chars.peek().is_some_and(|(_, next)| *next == char) => {
                    chars.next();
                    plain.push(char);
                }
                '{' => {
                    let rest = &inside[at + 1..];
                    let Some(length) = rest.find('}') else {
                        let span = text.span.inner(at + 1..at + 2);
                        self.report(
                            Diagnostic::error(&codes::BAD_HOLE, "this hole is not closed", span)
                                .note("close it with `}`, or write `{{` for a brace"),
                        );
                        break;
                    };
                    while chars.next_if(|(next, _)| *next < at + 2 + length).is_some() {}
                    // One byte for the quote before the text.
                    let span = text.span.inner(at + 2..at + 2 + length);
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.extend(self.hole(env, &rest[..length], span));
                }
                '}' => {
                    let span = text.span.inner(at + 1..at + 2);
                    self.report(Diagnostic::error(&codes::BAD_HOLE, "a brace that closes nothing", span).fix(
                        "write it twice to mean a brace",
                        span,
                        "}}",
                    ));
                }
                _ => plain.push(char),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Message { parts, span: text.span }
    }

    fn hole(&mut self, env: &mut Env, text: &str, span: Span) -> Option<Part> {
        if env.place == Some(Place::Monitor) && env.labels.iter().any(|label| label == text) {
            return Some(Part::Label(text.into()));
        }
        let (written, problems) = syntax::parse_expr(span, text);
        if !problems.is_empty() {
            self.bad_hole(text, span);
            return None;
        }
        let (written, counted) = match &written.kind {
            Written::Call(callee, args) if is_name(callee, "count") && args.len() == 1 => (&args[0].value, true),
            _ => (&written, false),
        };
        if !is_path(written) {
            self.bad_hole(text, span);
            return None;
        }
        let value = self.expr(env, written, None);
        if value.ty == Type::Error {
            return None;
        }
        self.printable(&value, counted)?;
        Some(Part::Value(match counted {
            true => Expr { optional: value.optional, kind: ExprKind::Count(Box::new(value)), ty: Type::Int, span },
            false => value,
        }))
    }

    fn bad_hole(&mut self, text: &str, span: Span) {
        let message = "a hole holds a path, such as `{release.version}`, or `{count(path)}`";
        let problem = Diagnostic::error(&codes::BAD_HOLE, message, span);
        self.report(match text.trim().is_empty() {
            true => problem.note("write `{{` and `}}` for braces"),
            false => problem.note("name the value with `let` and put its name into the hole"),
        });
    }

    /// Says why a value cannot stand in a message, if it cannot.
    fn printable(&mut self, value: &Expr, counted: bool) -> Option<()> {
        if !counted && let Some(field) = self.secret_field(value) {
            self.report(
                Diagnostic::error(&codes::SECRET, "a secret cannot stand in a message", value.span)
                    .label(field, "declared `secret` here")
                    .note("messages are written to logs, reports and other people's screens"),
            );
            return None;
        }
        let element = match &value.ty {
            Type::List(element) => element,
            other => other,
        };
        let (ok, note) = match (counted, &value.ty, element) {
            (true, Type::List(_) | Type::Map(_), _) => (true, ""),
            (true, _, _) => (false, "only a list or a map has a count"),
            (false, Type::Map(_), _) => (false, "write `{count(…)}`, or name one of its values"),
            (false, _, Type::Record(_)) => (false, "name one of its fields"),
            (false, _, Type::List(_)) => (false, "a list of lists has no text"),
            _ => (true, ""),
        };
        if ok {
            return Some(());
        }
        let message = format!("`{}` cannot stand in a message", self.project.type_name(&value.ty));
        self.report(Diagnostic::error(&codes::BAD_HOLE, message, value.span).note(note));
        None
    }

    /// The place of a `secret` field that the value is read through.
    fn secret_field(&self, value: &Expr) -> Option<Span> {
        let mut found = None;
        value.walk(&mut |expr| {
            if let ExprKind::Field { record, index, .. } = &expr.kind {
                let field = &self.project.record(*record).fields[*index as usize];
                if field.secret {
                    found = Some(field.span);
                }
            }
        });
        found
    }
}

/// Whether an expression is a path `a.b.c`.
fn is_path(expr: &ast::Expr) -> bool {
    match &expr.kind {
        Written::Name(_) => true,
        Written::Field(base, _) => is_path(base),
        _ => false,
    }
}

/// Reads what follows a backslash. The lexer has refused every escape that is not one.
fn unescape(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, into: &mut String) {
    match chars.next().map(|(_, char)| char) {
        Some('n') => into.push('\n'),
        Some('t') => into.push('\t'),
        Some('r') => into.push('\r'),
        Some('u') => {
            let digits: String = chars.by_ref().skip(1).map(|(_, char)| char).take_while(|char| *char != '}').collect();
            into.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
        }
        Some(other) => into.push(other),
        None => {}
    }
}
