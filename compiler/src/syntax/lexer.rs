//! From text to tokens. Reports what no token starts with, and hands on a token in its place, so that the parser need not speak again.

use super::builder::Source;
use super::mistakes::Mistakes;
use super::token::{Lexeme, Token};
use super::trivia::{Comment, CommentKind, Trivia};
use super::units::{self, UNITS};
use crate::diagnostics::{Diagnostic, codes, nearest};
use crate::source::Span;
use logos::{Lexer, Logos};

/// Splits a text into tokens. Comments and blank lines stand aside; what no token starts with is among the mistakes.
pub(super) fn lex(source: Source<'_>) -> (Vec<Lexeme>, Trivia, Mistakes) {
    let text = source.text;
    let mut lexer = Token::lexer(text);
    if text.starts_with('\u{FEFF}') {
        lexer.bump('\u{FEFF}'.len_utf8());
    }
    let mut state = State {
        source,
        tokens: Vec::with_capacity(text.len() / 5),
        trivia: Trivia::default(),
        mistakes: Mistakes::default(),
        line_breaks: 1,
        waiting: 0,
        line_first: 0,
    };
    while let Some(token) = lexer.next() {
        state.step(token.unwrap_or(Token::Error), &mut lexer);
    }
    state.settle_comments(source.base.saturating_add(text.len() as u32));
    (state.tokens, state.trivia, state.mistakes)
}

struct State<'a> {
    source: Source<'a>,
    tokens: Vec<Lexeme>,
    trivia: Trivia,
    mistakes: Mistakes,
    /// Line breaks since the last token or comment.
    line_breaks: u32,
    /// How many comments wait for the next token.
    waiting: usize,
    /// The index of the first token on this line.
    line_first: usize,
}

impl<'a> State<'a> {
    fn step(&mut self, token: Token, lexer: &mut Lexer<'a, Token>) {
        let span = self.span(lexer);
        match token {
            Token::LineBreak => self.line_breaks += 1,
            Token::Comment => self.comment(span, lexer.slice()),
            Token::HashComment => {
                let mark = span.inner(0..1);
                self.report(Diagnostic::error(&codes::FOREIGN, "a comment starts with `//`, not with `#`", mark).fix(
                    "write `//`",
                    mark,
                    "//",
                ));
            }
            Token::Foreign => self.foreign(span, lexer.slice()),
            Token::Text => {
                self.text(span, lexer.slice());
                self.push(Token::Text, span);
            }
            Token::Unterminated => self.unterminated(span, lexer.slice()),
            Token::OddNumber => {
                self.odd_number(span, lexer.slice());
                self.push(Token::Error, span);
            }
            Token::Error => self.unknown(lexer),
            Token::Number => self.number(span, lexer),
            token => self.push(token, span),
        }
    }

    fn span(&self, lexer: &Lexer<'a, Token>) -> Span {
        let range = lexer.span();
        let at = |offset: usize| self.source.base.saturating_add(offset as u32);
        self.source.span(at(range.start), at(range.end))
    }

    fn report(&mut self, problem: Diagnostic) {
        self.mistakes.push(problem);
    }

    fn push(&mut self, token: Token, span: Span) {
        if self.waiting > 0 {
            self.settle_comments(span.start);
        }
        if self.line_breaks > 1 && !self.tokens.is_empty() {
            self.trivia.after_blank.push(span.start);
        }
        let first_on_line = self.line_breaks > 0;
        if first_on_line {
            self.line_first = self.tokens.len();
        }
        self.line_breaks = 0;
        self.tokens.push(Lexeme { token, first_on_line, start: span.start, end: span.end });
    }

    /// Says of the comments since the last token which token comes next.
    fn settle_comments(&mut self, next: u32) {
        let comments = &mut self.trivia.comments;
        let from = comments.len() - self.waiting;
        for comment in &mut comments[from..] {
            comment.next = next;
        }
        self.waiting = 0;
    }

    fn comment(&mut self, span: Span, text: &str) {
        let text = text.trim_end();
        let kind = match text.as_bytes() {
            [b'/', b'/', b'/', b'/', ..] => CommentKind::Line,
            [b'/', b'/', b'/', ..] => CommentKind::Doc,
            [b'/', b'/', b'!', ..] => CommentKind::Module,
            _ => CommentKind::Line,
        };
        let first = self.tokens.is_empty() && self.trivia.comments.is_empty();
        self.trivia.comments.push(Comment {
            kind,
            span: span.inner(0..text.len()),
            text: text.into(),
            own_line: self.line_breaks > 0,
            after_blank: self.line_breaks > 1 && !first,
            next: span.end,
        });
        self.waiting += 1;
        self.line_breaks = 0;
    }

    fn foreign(&mut self, span: Span, text: &str) {
        let (token, ours) = match text {
            "&&" => (Token::And, "and"),
            "||" => (Token::Or, "or"),
            "!" => (Token::Not, "not"),
            "===" => (Token::Equal, "=="),
            "!==" | "<>" => (Token::NotEqual, "!="),
            "=<" => (Token::LessEqual, "<="),
            "=>" => (Token::GreaterEqual, ">="),
            _ => {
                self.report(
                    Diagnostic::error(&codes::FOREIGN, format!("no `{text}` is needed at the end of a line"), span)
                        .fix(format!("remove `{text}`"), span, ""),
                );
                return;
            }
        };
        let repair = if text == "!" { "not ".to_owned() } else { ours.to_owned() };
        self.report(Diagnostic::error(&codes::FOREIGN, format!("`{text}` is written `{ours}`"), span).fix(
            format!("write `{ours}`"),
            span,
            repair,
        ));
        self.push(token, span);
    }

    /// Checks the quotes and the escapes of a string.
    fn text(&mut self, span: Span, text: &str) {
        if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return self.double_quotes(span, inner);
        }
        self.escapes(span, text);
    }

    fn escapes(&mut self, span: Span, text: &str) {
        let mut from = 0;
        while let Some(offset) = text.get(from..).and_then(|rest| rest.find('\\')) {
            let at = from + offset;
            let (_, length) = unescape(&text[at..]);
            if let Err(length) = length {
                let place = span.inner(at..at + length);
                let written = &text[at..at + length];
                self.report(
                    Diagnostic::error(&codes::BAD_ESCAPE, format!("strings have no escape `{written}`"), place).note(
                        r#"the escapes are `\"`, `\\`, `\n`, `\t`, `\r` and `\u{…}` with a code point in hexadecimal"#,
                    ),
                );
            }
            from = at + length.unwrap_or_else(|length| length);
        }
    }

    fn unterminated(&mut self, span: Span, text: &str) {
        let trimmed = text.trim_end();
        let (what, token) = match text.as_bytes().first() {
            Some(b'r') => ("pattern", Token::Regex),
            Some(b'g') => ("pattern", Token::Glob),
            _ => ("string", Token::Text),
        };
        let place = span.inner(0..trimmed.len());
        // Which quote is missing nobody knows: the whole line is in doubt.
        let line_first = self.tokens.get(self.line_first).filter(|_| self.line_breaks == 0);
        self.mistakes.push_serious(
            Diagnostic::error(&codes::UNTERMINATED, format!("this {what} does not end on its line"), place)
                .note(format!("a {what} ends with `\"` on the line it starts on")),
            line_first.map_or(span.start, |first| first.start),
        );
        if token == Token::Text {
            self.escapes(place, trimmed);
        }
        self.push(token, place);
    }

    /// A number; with its unit, where that stands apart from it.
    fn number(&mut self, span: Span, lexer: &mut Lexer<'a, Token>) {
        let Some(apart) = units::apart(lexer.slice(), lexer.remainder()) else { return self.push(Token::Number, span) };
        let repaired = format!("{}{}", lexer.slice(), apart.unit);
        lexer.bump(apart.length);
        let span = self.span(lexer);
        let message = format!("a number and its unit are one word: `{repaired}`");
        self.report(Diagnostic::error(&codes::BAD_UNIT, message, span).fix(
            format!("write `{repaired}`"),
            span,
            repaired,
        ));
        self.push(Token::Error, span);
    }

    fn odd_number(&mut self, span: Span, text: &str) {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '.').len();
        let unit = &text[digits..];
        let place = span.inner(digits..text.len());
        let mut problem = Diagnostic::error(&codes::BAD_UNIT, format!("`{unit}` is not a unit"), place)
            .note("units are `ms`, `s`, `m`, `h` and `d` of time, `B`, `KiB`, `MiB`, `GiB` and `TiB` of size, `%`, and `/s`, `/min`, `/h` and `/d` of rates");
        let known = match unit {
            "min" | "mins" | "minute" | "minutes" => Some("m"),
            "sec" | "secs" | "second" | "seconds" => Some("s"),
            "hr" | "hrs" | "hour" | "hours" => Some("h"),
            "day" | "days" => Some("d"),
            _ => nearest(unit, UNITS).filter(|near| near.eq_ignore_ascii_case(unit)),
        };
        if let Some(known) = known {
            problem = problem.fix(format!("write `{known}`"), place, known);
        }
        self.report(problem);
    }

    /// A character that no token starts with. Letters of other scripts are reported with the whole word they stand in, once.
    fn unknown(&mut self, lexer: &mut Lexer<'a, Token>) {
        let is_letter = |c: char| c.is_alphanumeric() || c == '_';
        let letters = lexer.slice().chars().all(is_letter);
        if letters {
            let more: usize = lexer.remainder().chars().take_while(|c| is_letter(*c)).map(char::len_utf8).sum();
            lexer.bump(more);
        }
        let mut span = self.span(lexer);
        let joined = self.tokens.last().is_some_and(|last| last.end == span.start && last.token.is_word());
        if letters {
            if let Some(last) = self.tokens.last_mut().filter(|_| joined) {
                last.token = Token::Name;
                last.end = span.end;
                span.start = last.start;
            } else {
                self.push(Token::Name, span);
            }
            let message = "names are written with the letters a to z and A to Z, digits and `_`";
            self.report(Diagnostic::error(&codes::UNKNOWN_CHARACTER, message, span));
            return;
        }
        if let Some(span) = self.typographic(lexer) {
            self.push(Token::Text, span);
            return;
        }
        let text: String = lexer.slice().chars().flat_map(char::escape_debug).collect();
        let again = self.tokens.last_mut().filter(|last| last.token == Token::Error && last.end == span.start);
        if let Some(last) = again {
            last.end = span.end;
            return;
        }
        let problem = Diagnostic::error(&codes::UNKNOWN_CHARACTER, format!("no token starts with `{text}`"), span);
        self.mistakes.push_serious(problem, span.start);
        self.push(Token::Error, span);
    }

    /// A string in the quotes of a word processor, up to the closing one on the same line.
    fn typographic(&mut self, lexer: &mut Lexer<'a, Token>) -> Option<Span> {
        let closing: &[char] = match lexer.slice() {
            "“" | "”" => &['”', '“'],
            "„" => &['“', '”'],
            "‘" => &['’'],
            "«" => &['»'],
            _ => return None,
        };
        let line = lexer.remainder().lines().next().unwrap_or_default();
        let at = line.find(closing)?;
        let inner = &line[..at];
        lexer.bump(at + line[at..].chars().next().map_or(0, char::len_utf8));
        let span = self.span(lexer);
        self.double_quotes(span, inner);
        Some(span)
    }

    fn double_quotes(&mut self, span: Span, inner: &str) {
        let escaped = inner.replace('\\', "\\\\").replace('"', "\\\"");
        self.report(Diagnostic::error(&codes::FOREIGN, "a string stands in straight double quotes", span).fix(
            "use straight double quotes",
            span,
            format!("\"{escaped}\""),
        ));
    }
}

/// The character that the escape at the start of `text` stands for, and its length; the length of what is wrong where it is none.
fn unescape(text: &str) -> (Option<char>, Result<usize, usize>) {
    let mut chars = text.chars();
    chars.next();
    let Some(mark) = chars.next() else { return (None, Err(text.len())) };
    let plain = match mark {
        '"' | '\\' => Some(mark),
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        _ => None,
    };
    if plain.is_some() {
        return (plain, Ok(2));
    }
    if mark != 'u' || chars.next() != Some('{') {
        return (None, Err(1 + mark.len_utf8()));
    }
    let digits: String = chars.take_while(char::is_ascii_hexdigit).collect();
    let length = 3 + digits.len();
    if !text[length..].starts_with('}') {
        return (None, Err(length));
    }
    let decoded = if digits.len() <= 6 { u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) } else { None };
    (decoded, decoded.map(|_| length + 1).ok_or(length + 1))
}

/// What a string token says: without quotes, escapes decoded. A bad escape stays as it is written.
pub(super) fn decode(token: &str) -> String {
    let mut chars = token.chars();
    let escapes = chars.next() == Some('"');
    if !escapes {
        chars.next_back();
        return chars.as_str().to_owned();
    }
    let mut decoded = String::with_capacity(token.len());
    let mut rest = chars.as_str();
    while let Some(at) = rest.find(['\\', '"']) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('"') {
            return decoded;
        }
        let (escaped, found) = unescape(rest);
        let length = found.unwrap_or_else(|length| length);
        match escaped {
            Some(escaped) => decoded.push(escaped),
            None => decoded.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded
}
