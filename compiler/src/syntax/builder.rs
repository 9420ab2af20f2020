//! Builds the tree: what the grammar calls for each rule. Keeps the bound on depth, and notes what was missing.

use super::ast::*;
use super::lexer::decode;
use super::mistakes::Mistakes;
use super::token::{Lexeme, Token};
use crate::diagnostics::{Diagnostic, Edit, codes};
use crate::source::{FileId, Span, Spanned};
use lalrpop_util::{ErrorRecovery, ParseError};
use smol_str::SmolStr;
use std::convert::Infallible;
use std::ops::Deref;

/// How deeply expressions may nest. Bounds every recursion over them.
pub(super) const MAX_DEPTH: u16 = 128;

/// What the parser could not read.
pub(super) type Failure = ParseError<u32, Token, Infallible>;

/// An expression on its way up through the levels of precedence: small to move.
pub(super) type Node = Box<Expr>;

/// What stands in a box.
pub(super) type Inside<T> = <T as Deref>::Target;

type Recovery = ErrorRecovery<u32, Token, Infallible>;

/// What the grammar read; which one is chosen by the first token.
pub(super) enum Output {
    Item(Box<Item>),
    Member(Box<Member>),
    Attribute(Box<Attribute>),
    SystemMember(Box<SystemMember>),
    ControlMember(Box<ControlMember>),
    Stmt(Box<Stmt>),
    PolicyMember(Box<PolicyMember>),
    TestMember(Box<TestMember>),
    Expr(Box<Expr>),
}

/// The text that is read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    /// Where `text` starts in the file.
    pub(super) base: u32,
}

impl<'a> Source<'a> {
    /// The text between two offsets of the file.
    pub(super) fn slice(&self, start: u32, end: u32) -> &'a str {
        let at = |offset: u32| offset.saturating_sub(self.base) as usize;
        self.text.get(at(start)..at(end)).unwrap_or_default()
    }

    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }
}

/// The state of one run of the grammar.
pub(super) struct Builder<'a> {
    pub(super) source: Source<'a>,
    /// The tokens that are read, in order. Where a declaration is broken, its brackets have been balanced.
    pub(super) tokens: &'a [Lexeme],
    /// For the index of each opening bracket, the index of its partner; empty where a declaration is read in one go.
    pub(super) partners: &'a [usize],
    /// What has been said, and what is.
    pub(super) mistakes: &'a mut Mistakes,
    /// What the grammar passed over.
    pub(super) failures: Vec<Failure>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: Source<'a>, tokens: &'a [Lexeme], mistakes: &'a mut Mistakes) -> Self {
        Self { source, tokens, partners: &[], mistakes, failures: Vec::new() }
    }

    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        self.source.span(start, end)
    }

    /// A span that ends with the last token before `end`: where the last part of a rule may be absent, the grammar gives the start of
    /// the next token.
    pub(super) fn trimmed(&self, start: u32, end: u32) -> Span {
        let before = self.tokens.partition_point(|lexeme| lexeme.end <= end);
        let end = before.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(end, |last| last.end);
        self.span(start, end)
    }

    // ------------------------------------------------------------ names and literals

    pub(super) fn word(&self, start: u32, end: u32) -> SmolStr {
        SmolStr::new(self.source.slice(start, end))
    }

    pub(super) fn name(&self, start: u32, end: u32) -> Name {
        Name::new(self.word(start, end), self.span(start, end))
    }

    pub(super) fn edition(&self, start: u32, end: u32) -> Name {
        self.name(start + 1, end)
    }

    pub(super) fn text(&self, start: u32, end: u32) -> Text {
        let written = self.source.slice(start, end);
        let plain =
            written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains('\\'));
        let decoded = plain.map_or_else(|| SmolStr::from(decode(written)), SmolStr::new);
        Text::new(decoded, self.span(start, end))
    }

    pub(super) fn pattern(&self, start: u32, end: u32) -> SmolStr {
        let written = self.source.slice(start, end);
        let raw = written.split_once('"').map_or("", |(_, raw)| raw);
        SmolStr::new(raw.strip_suffix('"').unwrap_or(raw))
    }

    pub(super) fn duration(&self, start: u32, end: u32) -> Spanned<Literal> {
        Spanned::new(Literal::Duration(self.word(start, end)), self.span(start, end))
    }

    pub(super) fn path(&self, first: Name) -> Path {
        Path { span: first.span, segments: vec![first] }
    }

    pub(super) fn join(&self, mut path: Path, name: Name) -> Path {
        path.span = path.span.to(name.span);
        path.segments.push(name);
        path
    }

    pub(super) fn attribute(&self, name: Path, value: Expr, tails: Vec<Tail>) -> Attribute {
        let end = tails.last().map_or(value.span, |tail| tail.span);
        Attribute { span: name.span.to(end), name, value, tails }
    }

    pub(super) fn ty(&self, start: u32, kind: TypeKind, end: u32) -> Box<Type> {
        Box::new(Type { kind, span: self.span(start, end) })
    }

    pub(super) fn import(&self, path: Path, edition: Option<Name>, names: Option<Vec<Name>>) -> Box<ItemKind> {
        Box::new(ItemKind::Import(Import { path, edition, names }))
    }

    // ------------------------------------------------------------ what is missing

    fn note(&mut self, recovery: Recovery) -> Span {
        let place = match &recovery.error {
            ParseError::UnrecognizedEof { location, .. } => self.span(*location, *location),
            ParseError::UnrecognizedToken { token: (start, _, _), .. }
            | ParseError::ExtraToken { token: (start, _, _) } => self.trimmed(*start, *start).after(),
            ParseError::InvalidToken { location } => self.span(*location, *location),
            ParseError::User { error } => match *error {},
        };
        self.failures.push(recovery.error);
        place
    }

    pub(super) fn missing<T: Default>(&mut self, recovery: Recovery) -> T {
        self.note(recovery);
        T::default()
    }

    pub(super) fn missing_name(&mut self, recovery: Recovery) -> Name {
        let place = self.note(recovery);
        Name::new(SmolStr::default(), place)
    }

    pub(super) fn missing_text(&mut self, recovery: Recovery) -> Text {
        self.missing_name(recovery)
    }

    pub(super) fn missing_path(&mut self, recovery: Recovery) -> Path {
        let name = self.missing_name(recovery);
        self.path(name)
    }

    pub(super) fn missing_type(&mut self, recovery: Recovery) -> Type {
        let span = self.note(recovery);
        Type { kind: TypeKind::Error, span }
    }

    pub(super) fn missing_expr(&mut self, start: u32, recovery: Recovery, end: u32) -> Node {
        self.note(recovery);
        Box::new(Expr { kind: ExprKind::Error, span: self.trimmed(start, end), depth: 0 })
    }

    /// The message that a condition lacks: empty, and reported unless the condition is itself broken.
    pub(super) fn no_message(&mut self, word: &str, condition: &Expr) -> Text {
        let place = condition.span.after();
        let doubtful = self.mistakes.between(condition.span.start, condition.span.end);
        if self.failures.is_empty() && !matches!(condition.kind, ExprKind::Error) && !doubtful {
            let what = format!("`{word}` needs a message for those it stops");
            self.mistakes.push(
                Diagnostic::error(&codes::NO_MESSAGE, what, place).here("expected `else` and a message in quotes").fix(
                    "add a message",
                    place,
                    " else \"\"",
                ),
            );
        }
        Text::new(SmolStr::default(), place)
    }

    pub(super) fn named(&self, mut names: Vec<Name>) -> Vec<Name> {
        names.retain(|name| !name.node.is_empty());
        names
    }

    pub(super) fn known_variants(&self, mut variants: Vec<Variant>) -> Vec<Variant> {
        variants.retain(|variant| !variant.name.node.is_empty());
        variants
    }

    pub(super) fn known_params(&self, mut params: Vec<Param>) -> Vec<Param> {
        params.retain(|param| !param.name.node.is_empty());
        params
    }

    // ------------------------------------------------------------ words that are no keywords

    /// Reports a name that had to be `word`.
    pub(super) fn only_word(&mut self, name: &Name, word: &str) {
        if name.node != word {
            let message = format!("expected `{word}`, found `{}`", name.node);
            self.mistakes.push(Diagnostic::error(&codes::UNEXPECTED, message, name.span).did_you_mean(
                &name.node,
                name.span,
                [word],
            ));
        }
    }

    pub(super) fn per_instance(&mut self, name: Name, start: u32, end: u32) -> Spanned<Sharing> {
        self.only_word(&name, "instance");
        Spanned::new(Sharing::PerInstance, self.span(start, end))
    }

    pub(super) fn shared(&mut self, name: Name) -> Spanned<Sharing> {
        self.only_word(&name, "shared");
        Spanned::new(Sharing::Shared, name.span)
    }

    // ------------------------------------------------------------ expressions

    pub(super) fn name_expr(&self, name: Name) -> Node {
        Box::new(Expr { kind: ExprKind::Name(name.node), span: name.span, depth: 0 })
    }

    /// An expression over `start..end`; an error where it would be too deep.
    pub(super) fn expr(&mut self, start: u32, kind: ExprKind, end: u32) -> Node {
        let span = self.span(start, end);
        self.bounded(kind, span)
    }

    fn bounded(&mut self, kind: ExprKind, span: Span) -> Node {
        let depth = deepest_child(&kind).map_or(0, |depth| depth + 1);
        if depth <= MAX_DEPTH {
            return Box::new(Expr { kind, span, depth });
        }
        self.mistakes.push(
            Diagnostic::error(&codes::TOO_DEEP, "this expression is nested too deeply", span)
                .note(format!("at most {MAX_DEPTH} expressions may stand inside each other"))
                .note("give a part of it a name with `let`, or move it to a `fn`"),
        );
        Box::new(Expr { kind: ExprKind::Error, span, depth: 0 })
    }

    /// Adds an operand to a chain of one operator, or starts the chain.
    fn chain(
        &mut self,
        left: Node,
        right: Expr,
        open: fn(&mut ExprKind) -> Option<&mut Vec<Expr>>,
        start: fn(Vec<Expr>) -> ExprKind,
    ) -> Node {
        let mut left = left;
        let span = left.span.to(right.span);
        if let Some(operands) = open(&mut left.kind) {
            left.depth = left.depth.max(right.depth + 1);
            left.span = span;
            operands.push(right);
            return self.checked(left);
        }
        self.bounded(start(vec![*left, right]), span)
    }

    pub(super) fn or(&mut self, left: Node, right: Expr) -> Node {
        self.chain(left, right, |kind| if let ExprKind::Or(list) = kind { Some(list) } else { None }, ExprKind::Or)
    }

    pub(super) fn and(&mut self, left: Node, right: Expr) -> Node {
        self.chain(left, right, |kind| if let ExprKind::And(list) = kind { Some(list) } else { None }, ExprKind::And)
    }

    pub(super) fn coalesce(&mut self, left: Node, right: Expr) -> Node {
        self.chain(
            left,
            right,
            |kind| if let ExprKind::Coalesce(list) = kind { Some(list) } else { None },
            ExprKind::Coalesce,
        )
    }

    pub(super) fn product(&mut self, left: Node, right: Expr) -> Node {
        self.chain(
            left,
            right,
            |kind| if let ExprKind::Product(list) = kind { Some(list) } else { None },
            ExprKind::Product,
        )
    }

    pub(super) fn sum(&mut self, mut left: Node, op: Spanned<SumOp>, right: Expr) -> Node {
        let span = left.span.to(right.span);
        if let ExprKind::Sum(_, rest) = &mut left.kind {
            left.depth = left.depth.max(right.depth + 1);
            left.span = span;
            rest.push((op, right));
            return self.checked(left);
        }
        self.bounded(ExprKind::Sum(left, vec![(op, right)]), span)
    }

    pub(super) fn compare(&mut self, left: Node, op: Spanned<CompareOp>, right: Node) -> Node {
        let span = left.span.to(right.span);
        if let ExprKind::Compare(first, _, middle) = &left.kind {
            let problem = self.chained(first.node, middle.span, &op);
            self.mistakes.push(problem);
            return Box::new(Expr { kind: ExprKind::Error, span, depth: 0 });
        }
        self.bounded(ExprKind::Compare(op, left, right), span)
    }

    fn chained(&self, first: CompareOp, middle: Span, second: &Spanned<CompareOp>) -> Diagnostic {
        let problem = Diagnostic::error(&codes::CHAINED, "comparisons do not chain", second.span)
            .note("join two comparisons with `and`, or put one of them in parentheses");
        let rising = |op| matches!(op, CompareOp::Lt | CompareOp::Le);
        let falling = |op| matches!(op, CompareOp::Gt | CompareOp::Ge);
        if (rising(first) && rising(second.node)) || (falling(first) && falling(second.node)) {
            let operand = self.source.slice(middle.start, middle.end);
            let edit = Edit { span: second.span.before(), text: format!("and {operand} ") };
            return problem.fix_all("write both comparisons", vec![edit]);
        }
        problem
    }

    /// An error in its place where it is too deep.
    fn checked(&mut self, expr: Node) -> Node {
        if expr.depth <= MAX_DEPTH { expr } else { self.bounded(expr.kind, expr.span) }
    }
}

/// The depth of the deepest expression right inside.
fn deepest_child(kind: &ExprKind) -> Option<u16> {
    let of = |list: &[Expr]| list.iter().map(|expr| expr.depth).max();
    match kind {
        ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::EmptyMap | ExprKind::Error => None,
        ExprKind::List(list)
        | ExprKind::And(list)
        | ExprKind::Or(list)
        | ExprKind::Coalesce(list)
        | ExprKind::Product(list) => of(list),
        ExprKind::Paren(inner)
        | ExprKind::Field(inner, _)
        | ExprKind::Not(inner)
        | ExprKind::Negate(inner)
        | ExprKind::Has(inner) => Some(inner.depth),
        ExprKind::Index(left, right) | ExprKind::Compare(_, left, right) => Some(left.depth.max(right.depth)),
        ExprKind::Call(callee, args) => args.iter().map(|arg| arg.value.depth).chain([callee.depth]).max(),
        ExprKind::Sum(first, rest) => rest.iter().map(|(_, expr)| expr.depth).chain([first.depth]).max(),
        ExprKind::Quantified { list, body, .. } => Some(list.depth.max(body.depth)),
        ExprKind::Comprehension { element, list, filter, .. } => {
            filter.iter().map(|filter| filter.depth).chain([element.depth, list.depth]).max()
        }
    }
}
