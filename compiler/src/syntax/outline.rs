//! Splits the tokens of a file into declarations, so that one that is broken cannot swallow the next. A text without mistakes is split
//! between its declarations, whatever its layout; in one with mistakes, a declaration starts where a line starts with its words.

use super::builder::Source;
use super::token::{Lexeme, Token};
use std::ops::Range;

/// The tokens of each declaration, in order; together all tokens.
pub(super) fn declarations(source: Source<'_>, tokens: &[Lexeme]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    for (index, lexeme) in tokens.iter().enumerate() {
        let here = Here { source, tokens, index };
        if index > start && (if depth == 0 { here.begins() } else { here.surely_begins() }) {
            found.push(start..index);
            start = index;
            depth = 0;
        }
        match lexeme.token {
            Token::OpenBrace | Token::OpenBracket | Token::OpenParen => depth += 1,
            Token::CloseBrace | Token::CloseBracket | Token::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if start < tokens.len() {
        found.push(start..tokens.len());
    }
    found
}

struct Here<'a> {
    source: Source<'a>,
    tokens: &'a [Lexeme],
    index: usize,
}

impl Here<'_> {
    fn lexeme(&self) -> Lexeme {
        self.tokens[self.index]
    }

    /// The token `count` further on; `None` past the end.
    fn next(&self, count: usize) -> Option<Token> {
        self.tokens.get(self.index + count).map(|lexeme| lexeme.token)
    }

    fn previous(&self) -> Option<Token> {
        self.index.checked_sub(1).map(|index| self.tokens[index].token)
    }

    fn at_margin(&self) -> bool {
        let Lexeme { first_on_line, start, .. } = self.lexeme();
        first_on_line && (start == self.source.base || self.source.slice(start - 1, start) == "\n")
    }

    fn next_is_on_this_line(&self) -> bool {
        self.tokens.get(self.index + 1).is_some_and(|next| !next.first_on_line)
    }

    /// Outside all brackets: whether a declaration starts here.
    fn begins(&self) -> bool {
        let Lexeme { token, first_on_line, .. } = self.lexeme();
        let previous = self.previous();
        let after_body = previous == Some(Token::CloseBrace);
        let after_dot = self.index > 1 && self.tokens[self.index - 2].token == Token::Dot;
        let complete = after_dot || previous.is_some_and(|token| token.ends_operand() || token == Token::Edition);
        if !complete || (!after_dot && matches!(previous, Some(Token::Of | Token::At))) {
            return self.surely_begins();
        }
        if !(first_on_line || after_body) {
            return self.has_head() && !previous.is_some_and(Token::begins_item);
        }
        if token.begins_item() {
            let of_this_item = token == Token::Enum && previous == Some(Token::Ordered);
            let named =
                self.next(1).is_none_or(|next| next.is_word() || next == Token::Text) || !self.next_is_on_this_line();
            return named && !of_this_item;
        }
        // Perhaps a misspelt word of a declaration.
        token == Token::Name
            && self.at_margin()
            && (after_body || matches!(self.next(1), Some(Token::Name | Token::Text)) && self.next_is_on_this_line())
    }

    /// Inside brackets that may lack their end: whether a declaration starts here and nothing else can.
    fn surely_begins(&self) -> bool {
        self.at_margin() && self.has_head() && self.previous() != Some(Token::Dot)
    }

    /// Whether the tokens here are the first of a declaration and of nothing else.
    fn has_head(&self) -> bool {
        if !self.lexeme().token.begins_item() {
            return false;
        }
        let named = self.next(1) == Some(Token::Name);
        match self.lexeme().token {
            Token::Import => named && self.next_is_on_this_line(),
            Token::Ordered => self.next(1) == Some(Token::Enum),
            Token::Test => self.next(1) == Some(Token::Text),
            Token::Fn => named && self.next(2) == Some(Token::OpenParen),
            Token::Control => named && matches!(self.next(2), Some(Token::OpenParen | Token::OpenBrace)),
            Token::System => named && matches!(self.next(2), Some(Token::Colon | Token::OpenBrace)),
            Token::Subject => named && matches!(self.next(2), Some(Token::Of | Token::At | Token::OpenBrace)),
            _ => named && self.next(2) == Some(Token::OpenBrace),
        }
    }
}
