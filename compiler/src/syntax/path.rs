//! Reads a path of plain names, `release.scan.critical`, without the grammar: what nearly every hole of a message holds.

use super::ast::{Expr, ExprKind, Name};
use super::builder::{MAX_DEPTH, Source};
use super::token::Token;
use smol_str::SmolStr;

/// The whole text as a path, as the grammar would read it. `None` leaves everything else, mistakes too, to the grammar.
pub(super) fn read(source: Source<'_>) -> Option<Expr> {
    let mut at = source.base;
    let mut path: Option<Expr> = None;
    for word in source.text.split('.') {
        if !is_word(word) {
            return None;
        }
        let span = source.span(at, at.checked_add(u32::try_from(word.len()).ok()?)?);
        let name = SmolStr::new(word);
        path = Some(match path {
            None if Token::word(word).is_some_and(|token| !token.is_name()) => return None,
            None => Expr { kind: ExprKind::Name(name), span, depth: 0 },
            Some(base) if base.depth >= MAX_DEPTH => return None,
            Some(base) => Expr {
                span: base.span.to(span),
                depth: base.depth + 1,
                kind: ExprKind::Field(Box::new(base), Name::new(name, span)),
            },
        });
        at = span.end.checked_add(1)?;
    }
    path
}

fn is_word(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().all(is_inner) && text.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
