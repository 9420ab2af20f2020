//! Gives every bracket of a broken declaration its partner, and mends what single tokens show: a missing comma in a list, `=` where two
//! values are compared. After this a mistake between two braces cannot reach what stands outside them.

use super::builder::Source;
use super::mistakes::Mistakes;
use super::token::{Lexeme, Token};
use crate::diagnostics::{Diagnostic, codes};

/// How deeply brackets of all kinds may nest. Bounds every recursion over trees.
pub(super) const MAX_NESTING: usize = 64;

/// Balanced tokens, nested at most [`MAX_NESTING`] deep.
pub(super) struct Balanced {
    pub(super) tokens: Vec<Lexeme>,
    /// For the index of each opening bracket, the index of its partner.
    pub(super) partners: Vec<usize>,
    pub(super) problems: Vec<Diagnostic>,
}

/// Balances the tokens of one declaration.
pub(super) fn balance(source: Source<'_>, tokens: &[Lexeme], mistakes: &Mistakes) -> Balanced {
    let count = |token| tokens.iter().filter(|lexeme| lexeme.token == token).count();
    let last_close = tokens.iter().rfind(|lexeme| lexeme.token == Token::CloseBrace);
    let mut balancer = Balancer {
        source,
        mistakes,
        by_indent: !braces_match(tokens),
        excess: count(Token::CloseBrace).saturating_sub(count(Token::OpenBrace)),
        last_close: last_close.map(|last| (last.first_on_line, column(source, *last))),
        line_indent: 0,
        line_start: 0,
        too_deep: 0,
        in_condition: false,
        open: Vec::new(),
        found: Balanced { tokens: Vec::with_capacity(tokens.len() + 8), partners: Vec::new(), problems: Vec::new() },
    };
    for (index, lexeme) in tokens.iter().enumerate() {
        balancer.step(*lexeme, &tokens[index + 1..]);
    }
    balancer.close_all();
    balancer.pair();
    balancer.found
}

/// How deeply the brackets of `tokens` nest, if they match.
pub(super) fn nesting(tokens: &[Lexeme]) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for lexeme in tokens {
        match lexeme.token {
            Token::OpenBrace | Token::OpenBracket | Token::OpenParen => depth += 1,
            Token::CloseBrace | Token::CloseBracket | Token::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Whether every brace has a partner, whatever stands between.
fn braces_match(tokens: &[Lexeme]) -> bool {
    let mut depth = 0_usize;
    for lexeme in tokens {
        match lexeme.token {
            Token::OpenBrace => depth += 1,
            Token::CloseBrace if depth == 0 => return false,
            Token::CloseBrace => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// How many bytes stand before a token on its line.
fn column(source: Source<'_>, lexeme: Lexeme) -> u32 {
    let before = source.slice(source.base, lexeme.start);
    before.len().saturating_sub(before.rfind('\n').map_or(0, |at| at + 1)) as u32
}

/// What a bracket encloses, as far as its first neighbour shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Elements with commas between.
    List,
    /// Anything else.
    Other,
}

struct Open {
    lexeme: Lexeme,
    content: Content,
    /// The column of the first token on the line where it stands.
    indent: u32,
    /// Where that token starts.
    line_start: u32,
    /// The column of the first line inside.
    inner_indent: Option<u32>,
    /// Whether a condition was being read outside.
    in_condition: bool,
}

struct Balancer<'a> {
    source: Source<'a>,
    mistakes: &'a Mistakes,
    /// Braces do not match: where they end is seen from the layout.
    by_indent: bool,
    /// How many closing braces there are too many.
    excess: usize,
    /// Whether the last closing brace is the first token of its line, and the column of that line.
    last_close: Option<(bool, u32)>,
    line_indent: u32,
    /// Where the first token of this line starts.
    line_start: u32,
    /// How deep inside brackets that nest too deeply.
    too_deep: usize,
    /// Between a word such as `require` and what ends its condition: `=` is no part of it.
    in_condition: bool,
    open: Vec<Open>,
    found: Balanced,
}

impl Balancer<'_> {
    fn step(&mut self, lexeme: Lexeme, rest: &[Lexeme]) {
        if self.passes_over(lexeme) {
            return;
        }
        if lexeme.first_on_line {
            self.line_indent = column(self.source, lexeme);
            self.line_start = lexeme.start;
            if self.by_indent {
                self.close_by_indent(lexeme);
            }
        }
        let after_dot = self.last().is_some_and(|last| last.token == Token::Dot);
        if (lexeme.first_on_line || !after_dot) && self.ends_brackets(lexeme, rest) {
            self.close_inner();
        }
        match lexeme.token {
            Token::OpenBrace | Token::OpenBracket | Token::OpenParen => self.opens(lexeme),
            Token::CloseBrace => self.closes_brace(lexeme),
            Token::CloseBracket | Token::CloseParen => self.closes(lexeme),
            _ => self.plain(lexeme, rest),
        }
    }

    fn last(&self) -> Option<&Lexeme> {
        self.found.tokens.last()
    }

    fn last_end(&self, lexeme: Lexeme) -> u32 {
        self.last().map_or(lexeme.start, |last| last.end)
    }

    fn report(&mut self, problem: Diagnostic) {
        self.found.problems.push(problem);
    }

    fn push(&mut self, token: Token, at: u32) {
        self.found.tokens.push(Lexeme { token, first_on_line: false, start: at, end: at });
    }

    /// Passes over what stands in brackets that nest too deeply; one error is left of it.
    fn passes_over(&mut self, lexeme: Lexeme) -> bool {
        let opens = matches!(lexeme.token, Token::OpenBrace | Token::OpenBracket | Token::OpenParen);
        let closes = matches!(lexeme.token, Token::CloseBrace | Token::CloseBracket | Token::CloseParen);
        if self.too_deep == 0 {
            if !opens || self.open.len() < MAX_NESTING {
                return false;
            }
            let span = self.source.span(lexeme.start, lexeme.end);
            self.report(
                Diagnostic::error(&codes::TOO_DEEP, "brackets are nested too deeply", span)
                    .note(format!("at most {MAX_NESTING} brackets may stand inside each other")),
            );
            self.found.tokens.push(Lexeme { token: Token::Error, ..lexeme });
        }
        self.too_deep += usize::from(opens);
        self.too_deep -= usize::from(closes);
        true
    }

    // ------------------------------------------------------------ single tokens

    fn plain(&mut self, lexeme: Lexeme, rest: &[Lexeme]) {
        let mut lexeme = lexeme;
        let after_dot = self.last().is_some_and(|last| last.token == Token::Dot && !lexeme.first_on_line);
        match lexeme.token {
            _ if after_dot => {}
            Token::Require | Token::When | Token::Where => self.in_condition = true,
            Token::Else | Token::Let | Token::For | Token::Except | Token::With => self.in_condition = false,
            Token::Assign if self.in_condition => {
                let span = self.source.span(lexeme.start, lexeme.end);
                self.report(Diagnostic::error(&codes::ASSIGNMENT, "two values are compared with `==`", span).fix(
                    "write `==`",
                    span,
                    "==",
                ));
                lexeme.token = Token::Equal;
            }
            token if token.is_name() || token.is_literal() => {
                let names_a_member =
                    rest.first().is_some_and(|next| matches!(next.token, Token::Assign | Token::Colon));
                if lexeme.first_on_line && names_a_member && self.last().is_some_and(|last| last.token.ends_operand()) {
                    self.in_condition = false;
                }
                self.comma_before(lexeme);
            }
            _ => {}
        }
        self.found.tokens.push(lexeme);
    }

    /// Puts the comma that is missing between two elements of a list.
    fn comma_before(&mut self, lexeme: Lexeme) {
        let Some(last) = self.last().copied() else { return };
        let in_list = self.open.last().is_some_and(|open| open.content == Content::List);
        let doubtful = self.mistakes.between(self.line_start, lexeme.start);
        if in_list && last.token.ends_operand() && last.token != Token::Error && !doubtful {
            let place = self.source.span(last.end, last.end);
            self.report(
                Diagnostic::error(&codes::MISSING_COMMA, "a comma is missing between these two", place)
                    .label(self.source.span(lexeme.start, lexeme.end), "the next element")
                    .fix("add a comma", place, ","),
            );
            self.push(Token::Comma, last.end);
        }
    }

    // ------------------------------------------------------------ brackets

    fn opens(&mut self, lexeme: Lexeme) {
        let tokens = &self.found.tokens;
        let before = |count: usize| tokens.len().checked_sub(count).map(|index| tokens[index].token);
        let after_operand = before(1).is_some_and(Token::ends_operand);
        let content = match lexeme.token {
            Token::OpenBracket if !after_operand => Content::List,
            Token::OpenParen if after_operand => Content::List,
            Token::OpenBrace if before(1) == Some(Token::Dot) || before(2) == Some(Token::Enum) => Content::List,
            _ => Content::Other,
        };
        let in_condition = self.in_condition;
        self.in_condition = in_condition && lexeme.token == Token::OpenParen && content == Content::Other;
        self.open.push(Open {
            lexeme,
            content,
            indent: self.line_indent,
            line_start: self.line_start,
            inner_indent: None,
            in_condition,
        });
        self.found.tokens.push(lexeme);
    }

    fn closes(&mut self, lexeme: Lexeme) {
        let wanted = if lexeme.token == Token::CloseParen { Token::OpenParen } else { Token::OpenBracket };
        let inside = self.open.iter().rev().take_while(|open| open.lexeme.token != Token::OpenBrace);
        let Some(above) = inside.map(|open| open.lexeme.token).position(|token| token == wanted) else {
            return self.stray(lexeme);
        };
        for _ in 0..above {
            self.close_missing();
        }
        self.close(lexeme);
    }

    fn closes_brace(&mut self, lexeme: Lexeme) {
        let Some(innermost) = self.open.iter().rposition(|open| open.lexeme.token == Token::OpenBrace) else {
            return self.stray(lexeme);
        };
        let indent = self.open[innermost].indent;
        let outermost = self.open[..innermost].iter().all(|open| open.lexeme.token != Token::OpenBrace);
        let misplaced = !lexeme.first_on_line || self.line_indent > indent;
        if self.by_indent && outermost && misplaced && self.excess > 0 && self.last_close == Some((true, indent)) {
            self.excess -= 1;
            return self.stray(lexeme);
        }
        while self.open.len() > innermost + 1 {
            self.close_missing();
        }
        self.close(lexeme);
    }

    fn close(&mut self, lexeme: Lexeme) {
        if let Some(open) = self.open.pop() {
            self.in_condition = open.in_condition;
        }
        if lexeme.token == Token::CloseBrace {
            self.in_condition = false;
        }
        self.found.tokens.push(lexeme);
    }

    fn stray(&mut self, lexeme: Lexeme) {
        let span = self.source.span(lexeme.start, lexeme.end);
        let mark = self.source.slice(lexeme.start, lexeme.end);
        self.report(Diagnostic::error(&codes::UNBALANCED, format!("this `{mark}` closes nothing"), span).fix(
            format!("remove `{mark}`"),
            span,
            "",
        ));
    }

    /// Ends the innermost bracket, which lacks its partner, after the last token.
    fn close_missing(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.in_condition = open.in_condition;
        let at = self.last_end(open.lexeme);
        let (mark, token) = match open.lexeme.token {
            Token::OpenParen => (")", Token::CloseParen),
            Token::OpenBracket => ("]", Token::CloseBracket),
            _ => ("}", Token::CloseBrace),
        };
        let span = self.source.span(open.lexeme.start, open.lexeme.end);
        // A string without end may have swallowed the partner.
        let swallowed = self.mistakes.between(open.line_start, at);
        if !swallowed {
            let written = self.source.slice(span.start, span.end);
            let problem = Diagnostic::error(&codes::UNBALANCED, format!("this `{written}` is never closed"), span);
            let place = self.source.span(at, at);
            self.report(if token == Token::CloseBrace {
                problem
            } else {
                problem.fix(format!("add `{mark}`"), place, mark)
            });
        }
        self.push(token, at);
    }

    /// Ends the brackets inside the innermost braces.
    fn close_inner(&mut self) {
        while self.open.last().is_some_and(|open| open.lexeme.token != Token::OpenBrace) {
            self.close_missing();
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close_missing();
        }
    }

    /// Whether no list and no parenthesis reaches over this token.
    fn ends_brackets(&self, lexeme: Lexeme, rest: &[Lexeme]) -> bool {
        let Some(open) = self.open.last().filter(|open| open.lexeme.token != Token::OpenBrace) else { return false };
        match lexeme.token {
            Token::Else | Token::Let | Token::Require | Token::When => true,
            Token::Design | Token::Development | Token::Operations | Token::Feedback => lexeme.first_on_line,
            Token::Covers | Token::Enforce | Token::Warn | Token::Audit | Token::Waive | Token::AllowPartial => {
                lexeme.first_on_line
            }
            Token::Emit | Token::Given | Token::Expect => lexeme.first_on_line,
            token if token.is_name() && !lexeme.first_on_line => {
                let names_a_member =
                    rest.first().is_some_and(|next| matches!(next.token, Token::Assign | Token::Colon));
                let after_element = self.last().is_some_and(|last| last.token.ends_operand());
                names_a_member && after_element && open.lexeme.token == Token::OpenBracket
            }
            token if token.is_name() => {
                let names_a_member =
                    rest.first().is_some_and(|next| matches!(next.token, Token::Assign | Token::Colon));
                let after_element =
                    self.last().is_some_and(|last| last.token.ends_operand() || last.token == Token::Comma);
                let outside = self.line_indent <= open.indent;
                let body = rest.get(1).is_some_and(|next| next.token == Token::OpenBrace);
                (names_a_member && after_element && outside) || (body && outside)
            }
            _ => false,
        }
    }

    /// Where braces do not match: ends those whose content was indented and is no longer.
    fn close_by_indent(&mut self, lexeme: Lexeme) {
        let column = self.line_indent;
        if let Some(open) = self.open.last_mut() {
            open.inner_indent.get_or_insert(column);
        }
        let closes = lexeme.token == Token::CloseBrace;
        while let Some(innermost) = self.open.iter().rposition(|open| open.lexeme.token == Token::OpenBrace) {
            let open = &self.open[innermost];
            let indented = open.inner_indent.is_some_and(|inner| inner > open.indent);
            let left = if closes { column < open.indent } else { column <= open.indent };
            if innermost == 0 || !indented || !left {
                return;
            }
            self.close_inner();
            self.close_missing();
        }
    }

    /// Finds the partner of every opening bracket.
    fn pair(&mut self) {
        let mut open = Vec::new();
        self.found.partners = vec![usize::MAX; self.found.tokens.len()];
        for (index, lexeme) in self.found.tokens.iter().enumerate() {
            match lexeme.token {
                Token::OpenBrace | Token::OpenBracket | Token::OpenParen => open.push(index),
                Token::CloseBrace | Token::CloseBracket | Token::CloseParen => {
                    if let Some(start) = open.pop() {
                        self.found.partners[start] = index;
                    }
                }
                _ => {}
            }
        }
    }
}
