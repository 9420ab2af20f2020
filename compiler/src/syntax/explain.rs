//! Puts what the grammar could not read into words: what stands there, and what could stand there.

use super::builder::{Builder, Failure, Source};
use super::pieces::Place;
use super::token::{Token, WORDS};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use lalrpop_util::ParseError;

/// What is wrong where the grammar failed; `None` where the lexer has said it.
pub(super) fn failure(builder: &Builder<'_>, place: Place, piece: Span, failure: &Failure) -> Option<Diagnostic> {
    match failure {
        ParseError::UnrecognizedToken { token: (_, Token::Error, _), .. } => None,
        ParseError::UnrecognizedToken { token: (start, token, end), expected } => {
            Some(unexpected(builder, place, (*start, *token, *end), expected))
        }
        ParseError::ExtraToken { token: (start, token, end) } => {
            Some(unexpected(builder, place, (*start, *token, *end), &[]))
        }
        ParseError::UnrecognizedEof { location, expected } => Some(incomplete(builder, piece, *location, expected)),
        ParseError::InvalidToken { location } => {
            Some(Diagnostic::error(&codes::UNEXPECTED, "this cannot stand here", builder.span(*location, *location)))
        }
        ParseError::User { error } => match *error {},
    }
}

/// Whether a quantifier stands where an operand had to.
pub(super) fn is_quantifier(failure: &Failure) -> bool {
    matches!(failure, ParseError::UnrecognizedToken { token: (_, Token::All | Token::Any, _), .. })
}

fn unexpected(
    builder: &Builder<'_>,
    place: Place,
    (start, token, end): (u32, Token, u32),
    expected: &[String],
) -> Diagnostic {
    let source = builder.source;
    let end = if token == Token::Body { start + 1 } else { end };
    let span = builder.span(start, end);
    let found = found(source, token, start, end);
    let wanted = Wanted::new(expected);
    if wanted.operand && matches!(token, Token::All | Token::Any) {
        return Diagnostic::error(&codes::UNEXPECTED, format!("{found} begins a whole expression"), span)
            .note(format!("put it into parentheses: `({} … in …: …)`", source.slice(start, end)));
    }
    // A rule that breaks off before the next line, or before `else`, lacks something; what follows is not at fault.
    let before = builder.trimmed(start, start).after();
    let breaks_off = token == Token::Else || source.slice(before.end, start).contains('\n');
    if breaks_off && !wanted.words.is_empty() && !wanted.operator {
        return missing(builder, before, &wanted);
    }
    let message = match wanted.text() {
        Some(words) if !wanted.operator => format!("expected {words}, found {found}"),
        _ => format!("{found} cannot stand here"),
    };
    let mut problem = Diagnostic::error(&codes::UNEXPECTED, message, span);
    if let (true, Some(words)) = (wanted.operator, wanted.text()) {
        problem = problem.here(format!("expected {words}"));
    }
    let joins = matches!(place, Place::Control | Place::System | Place::Attributes) && wanted.words == ["`=`"];
    if joins && (token.is_name() || token.is_literal()) {
        problem = problem.fix("add `=`", before, " =");
    }
    if wanted.names() && token.class().is_some() {
        problem = problem.note(format!("{found} is a word of the language, so it cannot be a name here"));
    }
    if token == Token::Name {
        let written = source.slice(start, end);
        let known = if expected.is_empty() { followers(place) } else { &wanted.keywords };
        problem = problem.did_you_mean(written, span, known.iter().copied());
    }
    if place == Place::Policy && token == Token::OpenBrace {
        problem = problem.note("a policy has no blocks of its own");
    }
    problem
}

/// Words that may follow what is complete already; the grammar does not tell them apart from the end.
fn followers(place: Place) -> &'static [&'static str] {
    match place {
        Place::Record => &["from", "default", "assume", "as", "computed", "secret"],
        Place::Attributes | Place::System => &["from", "as"],
        Place::Control => &["from", "as", "where"],
        Place::Block => &["else", "after", "where"],
        Place::Policy => &["as", "except", "for"],
        Place::Test => &["of", "from", "with", "without"],
        Place::File | Place::Expression => &[],
    }
}

/// The text ends, or the piece does, before it is complete.
fn incomplete(builder: &Builder<'_>, piece: Span, location: u32, expected: &[String]) -> Diagnostic {
    let place = builder.trimmed(location, location).after();
    let place = if place.start < piece.start { piece.after() } else { place };
    missing(builder, place, &Wanted::new(expected))
}

fn missing(builder: &Builder<'_>, place: Span, wanted: &Wanted) -> Diagnostic {
    let words = wanted.text().unwrap_or_else(|| "something more".to_owned());
    let before = builder.tokens.partition_point(|lexeme| lexeme.end <= place.start);
    let last = builder.tokens[..before].iter().rfind(|lexeme| lexeme.start < lexeme.end);
    let message = match last {
        Some(last) => format!("expected {words} after {}", found(builder.source, last.token, last.start, last.end)),
        None => format!("expected {words}"),
    };
    Diagnostic::error(&codes::UNEXPECTED, message, place)
}

/// A token as a reader sees it.
pub(super) fn found(source: Source<'_>, token: Token, start: u32, end: u32) -> String {
    match token {
        Token::Text => "this text".to_owned(),
        Token::Regex | Token::Glob => "this pattern".to_owned(),
        Token::Body => "`{`".to_owned(),
        _ => {
            let written = source.slice(start, end);
            let short: String = written.chars().take(40).collect();
            if short.len() < written.len() { format!("`{short}…`") } else { format!("`{short}`") }
        }
    }
}

/// What could have stood there, in few words.
struct Wanted {
    words: Vec<String>,
    keywords: Vec<&'static str>,
    /// An expression may begin.
    operand: bool,
    /// An expression has ended, and may go on.
    operator: bool,
}

impl Wanted {
    fn new(expected: &[String]) -> Self {
        let has = |name: &str| expected.iter().any(|terminal| terminal.trim_matches('"') == name);
        let operand = has("NUMBER");
        let operator = has("??") || has("==");
        let mut words: Vec<String> = Vec::new();
        if operand {
            words.push("an expression".to_owned());
        }
        let keywords: Vec<&'static str> = WORDS
            .iter()
            .map(|word| word.text)
            .filter(|word| !operand && has(word) && !(has("NAME") && has("of") && has("per")))
            .collect();
        if !operand {
            let ty = has("NAME") && has("[") && has("{");
            let body = has("BODY") || has("{");
            if ty {
                words.push("a type".to_owned());
            } else {
                let marks = [":", "=", "[", "("];
                words.extend(marks.iter().filter(|mark| !operator && has(mark)).map(|mark| format!("`{mark}`")));
                words.extend(body.then(|| "`{`".to_owned()));
                words.extend(has("NAME").then(|| "a name".to_owned()));
            }
            if words.is_empty() && has(".") {
                words.push("`.`".to_owned());
            }
            if has("TEXT") {
                words.push("a text in quotes".to_owned());
            }
            if has("DURATION") {
                words.push("a duration such as `5m`".to_owned());
            }
            let connectives = ["and", "or", "in", "matches"];
            words.extend(
                keywords
                    .iter()
                    .filter(|word| !(operator && connectives.contains(word)))
                    .map(|word| format!("`{word}`")),
            );
        }
        for closer in [")", "]", "}", ">"] {
            if has(closer) && !(closer == ">" && operator) {
                words.push(format!("`{closer}`"));
            }
        }
        if operator && words.len() < 3 {
            words.push("an operator".to_owned());
        }
        Self { words, keywords, operand, operator }
    }

    fn names(&self) -> bool {
        self.words.iter().any(|word| word == "a name")
    }

    /// At most three of them, as a list.
    fn text(&self) -> Option<String> {
        if self.words.is_empty() {
            return None;
        }
        Some(either(self.words.iter().take(3).cloned().collect()))
    }
}

/// `a`, `a or b`, `a, b or c`
pub(super) fn either(mut words: Vec<String>) -> String {
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}
