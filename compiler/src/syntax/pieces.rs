//! Where one member or statement ends and the next begins, seen from words and lines alone. Only broken declarations are split this way.

use super::token::{ITEM_WORDS, Lexeme, Token};
use std::ops::Range;

/// What the pieces between two braces are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Declarations.
    File,
    /// Fields and attributes of a `type`, `evidence` and the like.
    Record,
    /// Attributes alone.
    Attributes,
    /// Attributes and assets.
    System,
    /// Attributes and blocks.
    Control,
    /// Statements.
    Block,
    /// Lines of a policy.
    Policy,
    /// Lines of a test.
    Test,
    /// One expression.
    Expression,
}

impl Place {
    /// The words that a piece begins with.
    pub(super) fn words(self) -> &'static [Token] {
        use Token::*;
        match self {
            Place::File => ITEM_WORDS,
            Place::Record => &[Valid, Entry],
            Place::Control => &[Design, Development, Operations, Feedback],
            Place::Block => &[Let, Require, For, When, Quota],
            Place::Policy => &[Covers, Enforce, Warn, Audit, Waive, Require, Accept, AllowPartial, Emit],
            Place::Test => &[Given, Expect],
            Place::Attributes | Place::System | Place::Expression => &[],
        }
    }

    /// Whether a piece may begin with a name.
    pub(super) fn takes_names(self) -> bool {
        matches!(self, Place::Record | Place::Attributes | Place::System | Place::Control)
    }
}

/// Splits the tokens in `range` into pieces.
pub(super) fn split(place: Place, tokens: &[Lexeme], partners: &[usize], range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    let mut index = range.start;
    let mut after_body = false;
    while index < range.end {
        let cursor = Cursor { place, tokens, index, end: range.end, after_body };
        if index > start && cursor.begins(start) {
            found.push(start..index);
            start = index;
        }
        after_body = tokens[index].token == Token::OpenBrace;
        let partner = partners.get(index).copied().filter(|partner| (index..range.end).contains(partner));
        index = partner.unwrap_or(index) + 1;
    }
    if start < range.end {
        found.push(start..range.end);
    }
    found
}

struct Cursor<'a> {
    place: Place,
    tokens: &'a [Lexeme],
    index: usize,
    end: usize,
    /// The token before closes braces.
    after_body: bool,
}

impl Cursor<'_> {
    fn token(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.index + ahead).filter(|_| self.index + ahead < self.end).map(|lexeme| lexeme.token)
    }

    fn begins(&self, start: usize) -> bool {
        let Lexeme { token, first_on_line, .. } = self.tokens[self.index];
        let before = self.tokens[self.index - 1].token;
        let in_head = self.place == Place::File && !self.after_body;
        if self.place == Place::Expression || in_head || (before == Token::Dot && !first_on_line) {
            return false;
        }
        let complete = before.ends_operand() || before == Token::Secret;
        if self.place.words().contains(&token) {
            return match token {
                Token::Valid => self.token(1) == Some(Token::When) && (complete || first_on_line),
                Token::Entry => self.token(1) == Some(Token::Text) && (complete || first_on_line),
                token if token.is_name() => first_on_line || self.after_body,
                _ => !(self.place == Place::Block && token == Token::For && before == Token::Text && !first_on_line),
            };
        }
        if self.place.takes_names() && self.names_a_member() {
            return complete || (first_on_line && before != Token::In);
        }
        if self.place == Place::System && self.is_asset() && complete && self.index > start + 1 {
            return true;
        }
        let hard = is_hard(token) && first_on_line;
        hard || (first_on_line && complete && token == Token::Name)
            || (self.after_body && (token == Token::Name || is_hard(token)))
    }

    /// `name =`, `name.name =` or `name :`
    fn names_a_member(&self) -> bool {
        if !self.token(0).is_some_and(Token::is_name) {
            return false;
        }
        let mut ahead = 1;
        while self.token(ahead) == Some(Token::Dot) && self.token(ahead + 1).is_some_and(Token::is_word) {
            ahead += 2;
        }
        match self.token(ahead) {
            Some(Token::Assign) => true,
            Some(Token::Colon) => ahead == 1 && self.place == Place::Record,
            _ => false,
        }
    }

    /// `kind name {`
    fn is_asset(&self) -> bool {
        self.token(0) == Some(Token::Name)
            && self.token(1).is_some_and(Token::is_name)
            && self.token(2) == Some(Token::OpenBrace)
    }
}

/// Words that begin a line of some place and continue nothing.
fn is_hard(token: Token) -> bool {
    use Token::*;
    matches!(
        token,
        Let | Require
            | Design
            | Development
            | Operations
            | Feedback
            | Covers
            | Enforce
            | Warn
            | Audit
            | Waive
            | AllowPartial
            | Emit
            | Given
            | Expect
    )
}
