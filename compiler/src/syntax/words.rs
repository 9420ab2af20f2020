//! The first word of a piece: whether anything begins with it, and what was meant if not.

use super::builder::Source;
use super::explain::{either, found};
use super::pieces::Place;
use super::token::{Lexeme, Token, WORDS, WordClass};
use crate::diagnostics::{Diagnostic, codes, nearest};

/// How a piece begins.
pub(super) struct FirstWord {
    /// The first token, mended; `None` where nothing can begin with it.
    pub(super) token: Option<Token>,
    pub(super) problem: Option<Diagnostic>,
}

/// Words of other languages, and what they are called here.
static FOREIGN_WORDS: &[(&str, &str)] = &[
    ("if", "when"),
    ("foreach", "for"),
    ("var", "let"),
    ("const", "let"),
    ("assert", "require"),
    ("func", "fn"),
    ("function", "fn"),
    ("def", "fn"),
    ("rule", "control"),
    ("use", "import"),
    ("include", "import"),
    ("struct", "type"),
    ("record", "type"),
];

/// Judges the first word of a piece. A misspelt one is read as the word that was meant.
pub(super) fn first_word(source: Source<'_>, place: Place, tokens: &[Lexeme]) -> FirstWord {
    let Some(first) = tokens.first() else { return FirstWord { token: None, problem: None } };
    let next = tokens.get(1).map(|lexeme| lexeme.token);
    let token = first.token;
    let words = place.words();
    let names_a_block = place == Place::Control && token == Token::Name && next == Some(Token::On);
    let is_name = place.takes_names() && token.is_name() && !names_a_block;
    if place == Place::Expression || words.contains(&token) || is_name {
        return FirstWord { token: Some(token), problem: None };
    }
    let span = source.span(first.start, first.end);
    let written = source.slice(first.start, first.end);
    if place.takes_names()
        && token.class() == Some(WordClass::Statement)
        && matches!(next, Some(Token::Colon | Token::Assign))
    {
        let message = format!("`{written}` is a word of the language and names nothing");
        let advice = format!(
            "give the field another name, such as `{written}_`, and say where it comes from with `from \"{written}\"`"
        );
        let problem = Diagnostic::error(&codes::UNEXPECTED, message, span).note(advice);
        return FirstWord { token: None, problem: Some(problem) };
    }
    let spellings = || words.iter().filter_map(|word| spelling(*word));
    if token == Token::Name {
        let foreign = FOREIGN_WORDS.iter().find(|(theirs, _)| *theirs == written).map(|(_, ours)| *ours);
        let meant = foreign.filter(|ours| spellings().any(|word| word == *ours));
        let meant = meant.or_else(|| nearest(written, spellings())).filter(|meant| fits(meant, tokens));
        if let Some(meant) = meant {
            let problem =
                Diagnostic::error(&codes::MISSPELT, format!("{} with `{written}`", nothing_begins(place)), span)
                    .note(format!("did you mean `{meant}`?"))
                    .fix(format!("write `{meant}`"), span, meant);
            return FirstWord { token: Token::word(meant), problem: Some(problem) };
        }
    }
    let found = found(source, token, first.start, first.end);
    let problem = Diagnostic::error(&codes::MISSPELT, format!("{} with {found}", nothing_begins(place)), span);
    let problem = match (place, token) {
        (Place::Control, Token::Let | Token::Require | Token::For | Token::When) => {
            problem.note(format!("`{written}` stands in a block, such as `development on release {{ … }}`"))
        }
        (Place::File, _) => {
            problem.note("a declaration begins with a word such as `control`, `policy`, `system` or `test`")
        }
        _ => problem.note(format!(
            "{} with {}",
            begins(place),
            either(spellings().map(|word| format!("`{word}`")).collect())
        )),
    };
    FirstWord { token: None, problem: Some(problem) }
}

/// Whether what follows the first of `tokens` can follow `word`.
fn fits(word: &str, tokens: &[Lexeme]) -> bool {
    let token = |index: usize| tokens.get(index).map(|lexeme| lexeme.token);
    match Token::word(word) {
        Some(Token::Let) => token(2) == Some(Token::Assign),
        Some(Token::For) => token(2) == Some(Token::In),
        Some(word) if word.begins_item() => token(1).is_some_and(|next| next.is_word() || next == Token::Text),
        _ => tokens.len() > 1,
    }
}

fn nothing_begins(place: Place) -> &'static str {
    match place {
        Place::File => "no declaration begins",
        Place::Block => "no statement begins",
        Place::Policy => "no line of a policy begins",
        Place::Test => "no line of a test begins",
        Place::Control => "no member of a control begins",
        Place::Record | Place::Attributes | Place::System | Place::Expression => "no member begins",
    }
}

fn begins(place: Place) -> &'static str {
    match place {
        Place::File => "a declaration begins",
        Place::Block => "a statement begins",
        Place::Policy => "a line of a policy begins",
        Place::Test => "a line of a test begins",
        Place::Control => "a member of a control begins with a name and `=`, or",
        Place::Record => "a member begins with a name, or",
        Place::Attributes | Place::System | Place::Expression => "a member begins with a name",
    }
}

fn spelling(token: Token) -> Option<&'static str> {
    WORDS.iter().map(|word| word.text).find(|text| Token::word(text) == Some(token))
}
