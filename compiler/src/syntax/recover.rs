//! Reads a broken declaration piece by piece: its head, then each member, then each statement. A mistake costs the piece it stands in.

use super::ast::*;
use super::balance::balance;
use super::builder::{Builder, Failure, Output, Source};
use super::explain;
use super::grammar::InputParser;
use super::mistakes::Mistakes;
use super::pieces;
use super::pieces::Place;
use super::token::{Lexeme, Token};
use super::words;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::mem;
use std::ops::Range;

/// What can be read by itself.
pub(super) trait Piece: Sized {
    /// The token that makes the grammar read one.
    const START: Token;
    /// Where it stands.
    const PLACE: Place;

    fn of(output: Output) -> Option<Self>;

    /// What stands in the tree for one that could not be read.
    fn broken(span: Span) -> Option<Self>;
}

macro_rules! pieces {
    ($($node:ident $start:ident $place:ident $span:pat => $broken:expr;)*) => {
        $(impl Piece for $node {
            const START: Token = Token::$start;
            const PLACE: Place = Place::$place;

            fn of(output: Output) -> Option<Self> {
                if let Output::$node(node) = output { Some(*node) } else { None }
            }

            fn broken($span: Span) -> Option<Self> {
                $broken
            }
        })*
    };
}

pieces! {
    Item StartItem File span => Some(Item { kind: ItemKind::Error, span });
    Member StartMember Record span => Some(Member { kind: MemberKind::Error, span });
    Attribute StartAttribute Attributes _ => None;
    SystemMember StartSystemMember System span => Some(SystemMember::Error(span));
    ControlMember StartControlMember Control span => Some(ControlMember::Error(span));
    Stmt StartStatement Block span => Some(Stmt { kind: StmtKind::Error, span });
    PolicyMember StartPolicyMember Policy span => Some(PolicyMember { kind: PolicyMemberKind::Error, span });
    TestMember StartTestMember Test span => Some(TestMember { kind: TestMemberKind::Error, span });
    Expr StartExpression Expression span => Some(Expr { kind: ExprKind::Error, span, depth: 0 });
}

/// Reads `tokens`, one declaration with mistakes; more than one node where something follows it.
pub(super) fn read<T: Piece>(source: Source<'_>, tokens: &[Lexeme], mistakes: &mut Mistakes) -> Vec<T> {
    let balanced = balance(source, tokens, mistakes);
    mistakes.extend(balanced.problems);
    let mut builder = Builder::new(source, &balanced.tokens, mistakes);
    builder.partners = &balanced.partners;
    let nodes = builder.pieces(0..balanced.tokens.len());
    if let (0, Some(first), Some(last)) = (mistakes.count(), tokens.first(), tokens.last()) {
        let span = source.span(first.start, last.end);
        mistakes.push(Diagnostic::error(&codes::UNEXPECTED, "this cannot be read", span));
    }
    nodes
}

impl Builder<'_> {
    /// The content of the braces that open at `at`.
    pub(super) fn body<T: Piece>(&mut self, at: u32) -> Vec<T> {
        let from = self.tokens.partition_point(|lexeme| lexeme.start < at);
        let brace =
            self.tokens[from..].iter().position(|lexeme| lexeme.token == Token::OpenBrace).map(|index| from + index);
        match brace.and_then(|open| Some((open, *self.partners.get(open)?))) {
            Some((open, close)) if open < close && close <= self.tokens.len() => self.pieces(open + 1..close),
            _ => Vec::new(),
        }
    }

    fn pieces<T: Piece>(&mut self, range: Range<usize>) -> Vec<T> {
        let mut nodes = Vec::new();
        for piece in pieces::split(T::PLACE, self.tokens, self.partners, range) {
            nodes.extend(self.piece::<T>(piece));
        }
        nodes
    }

    fn piece<T: Piece>(&mut self, range: Range<usize>) -> Option<T> {
        let tokens = self.tokens;
        let (first, last) = (tokens.get(range.start)?, tokens.get(range.end - 1)?);
        let span = self.span(first.start, last.end);
        let word = words::first_word(self.source, T::PLACE, &tokens[range.clone()]);
        if let Some(problem) = word.problem.filter(|_| !self.mistakes.between(span.start, first.end)) {
            self.mistakes.push(problem);
        }
        let Some(first) = word.token else { return T::broken(span) };
        let collapsed = self.collapse(range, first);
        let outer = mem::take(&mut self.failures);
        let start = (span.start, T::START, span.start);
        let read = InputParser::new().parse(self, std::iter::once(start).chain(collapsed).map(Ok));
        let mut failures = mem::replace(&mut self.failures, outer);
        let node = read.map_err(|failure| failures.push(failure)).ok().and_then(T::of);
        self.explain(T::PLACE, span, &failures);
        node.or_else(|| T::broken(span))
    }

    /// The tokens of a piece as the grammar reads them: its first word mended, each body one token.
    fn collapse(&self, range: Range<usize>, first: Token) -> Vec<(u32, Token, u32)> {
        let mut triples = Vec::with_capacity(range.len());
        let mut index = range.start;
        let flat = matches!(first, Token::Enum | Token::Ordered);
        while index < range.end {
            let lexeme = self.tokens[index];
            let close = self.partners.get(index).copied().filter(|close| *close < range.end);
            match close {
                Some(close) if lexeme.token == Token::OpenBrace && !flat && !self.is_inline(range.start, index) => {
                    triples.push((lexeme.start, Token::Body, self.tokens[close].end));
                    index = close + 1;
                }
                _ => {
                    let token = if index == range.start { first } else { lexeme.token };
                    triples.push((lexeme.start, token, lexeme.end));
                    index += 1;
                }
            }
        }
        triples
    }

    /// Whether the brace at `index` is part of a type, of an import or of an expression.
    fn is_inline(&self, start: usize, index: usize) -> bool {
        use Token::{Assign, Coalesce, Colon, Comma, Default, Dot, OpenBrace, OpenBracket, OpenParen};
        index > start
            && matches!(
                self.tokens[index - 1].token,
                Assign | Coalesce | Colon | Comma | Default | Dot | OpenBrace | OpenBracket | OpenParen
            )
    }

    /// Says what is wrong with a piece: nothing twice at one place, and nothing where the lexer has spoken.
    fn explain(&mut self, place: Place, span: Span, failures: &[Failure]) {
        if self.mistakes.are_many() {
            return;
        }
        let mut said = None;
        let mut misplaced: Option<u32> = None;
        for failure in failures {
            let Some(problem) = explain::failure(self, place, span, failure) else { continue };
            let at = problem.primary.span.start;
            // The rest of a quantifier that stands in the wrong place makes no sense either.
            let follows = misplaced.is_some_and(|from| !self.source.slice(from, at).contains('\n'));
            if said == Some(at) || follows || self.mistakes.between(span.start, at) {
                continue;
            }
            said = Some(at);
            misplaced = explain::is_quantifier(failure).then_some(at).or(misplaced);
            self.mistakes.push(problem);
        }
    }
}
