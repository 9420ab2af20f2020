//! From text to tree. Reading never fails: [`parse`] always gives a tree, and says what it could not read.
//!
//! ```text
//! text → lexer → tokens → outline → one declaration at a time → grammar → tree
//!                                                          ↘ if that fails: balance → recover → grammar, piece by piece
//! ```

pub mod ast;
mod balance;
mod builder;
mod explain;
mod lexer;
mod mistakes;
mod outline;
mod path;
mod pieces;
mod recover;
mod spans;
mod token;
mod trivia;
mod units;
mod words;

pub use spans::{each_span, same_tree};
pub use token::{WORDS, Word, WordClass};
pub use trivia::{Comment, CommentKind, Trivia};

use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use ast::{Expr, ExprKind, Item, Module};
use builder::{Builder, Output, Source};
use lalrpop_util::lalrpop_mod;
use mistakes::Mistakes;
use token::{Lexeme, Token};

lalrpop_mod!(
    #[expect(
        clippy::all,
        clippy::pedantic,
        clippy::allow_attributes,
        clippy::unwrap_used,
        unused,
        reason = "written by the parser generator"
    )]
    grammar,
    "/syntax/grammar.rs"
);

/// One file, read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree. What could not be read is an `Error` node, or a name or text that is empty.
    pub module: Module,
    /// Its comments and blank lines.
    pub trivia: Trivia,
    /// What is wrong with it, by place.
    pub problems: Vec<Diagnostic>,
}

/// Reads a file. Never fails, in time linear in `text`; what is wrong is in `problems`.
pub fn parse(file: FileId, text: &str) -> Parsed {
    if u32::try_from(text.len()).is_err() {
        let problem = Diagnostic::error(&codes::FILE_TOO_LARGE, "this file is too large", Span::new(file, 0, 0));
        return Parsed { module: Module::default(), trivia: Trivia::default(), problems: vec![problem] };
    }
    let source = Source { file, text, base: 0 };
    let (tokens, trivia, mut mistakes) = lexer::lex(source);
    let mut items = Vec::new();
    for range in outline::declarations(source, &tokens) {
        match whole(source, &tokens[range.clone()], Token::StartItem, &mut mistakes) {
            Some(Output::Item(item)) => items.push(*item),
            _ => items.extend(recover::read::<Item>(source, &tokens[range], &mut mistakes)),
        }
    }
    Parsed { module: Module { items }, trivia, problems: mistakes.into_sorted() }
}

/// Reads `text` as one expression that stands at the start of `place`, such as a hole of a message. Its spans are places of that file.
pub fn parse_expr(place: Span, text: &str) -> (Expr, Vec<Diagnostic>) {
    let source = Source { file: place.file, text, base: place.start };
    if let Some(path) = path::read(source) {
        return (path, Vec::new());
    }
    let (tokens, _, mut mistakes) = lexer::lex(source);
    let expr = match whole(source, &tokens, Token::StartExpression, &mut mistakes) {
        Some(Output::Expr(expr)) => Some(*expr),
        _ => recover::read::<Expr>(source, &tokens, &mut mistakes).into_iter().next(),
    };
    let missing = || Expr { kind: ExprKind::Error, span: place, depth: 0 };
    if expr.is_none() {
        mistakes.push(Diagnostic::error(&codes::UNEXPECTED, "expected an expression", place));
    }
    (expr.unwrap_or_else(missing), mistakes.into_sorted())
}

/// Reads all of `tokens` in one run of the grammar; `None` where there is a mistake.
fn whole(source: Source<'_>, tokens: &[Lexeme], start: Token, mistakes: &mut Mistakes) -> Option<Output> {
    if balance::nesting(tokens) > balance::MAX_NESTING {
        return None;
    }
    let said = mistakes.count();
    let mut builder = Builder::new(source, tokens, mistakes);
    let at = tokens.first().map_or(source.base, |first| first.start);
    let triples = tokens.iter().map(|lexeme| (lexeme.start, lexeme.token, lexeme.end));
    let read = grammar::InputParser::new().parse(&mut builder, std::iter::once((at, start, at)).chain(triples).map(Ok));
    let output = read.ok().filter(|_| builder.failures.is_empty());
    if output.is_none() {
        mistakes.take_back(said);
    }
    output
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_generated_parser_stays_small() {
        let lines = include_str!(concat!(env!("OUT_DIR"), "/syntax/grammar.rs")).lines().count();
        assert!(lines < 40_000, "{lines} lines");
    }
}
