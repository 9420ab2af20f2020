//! The part of the syntax that every engine reads alike.
//!
//! The text is parsed by `regex-syntax`, whose syntax is RE2's and more, and the tree is checked for the "more". It is the tree of the text
//! and not of its meaning, because only that says which bytes each part came from.

use super::class::perl;
use super::form::{Form, escaped_by_code};
use super::{DEPTH_LIMIT, REPETITION_LIMIT, Reason, Refusal, Suggestion};
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, Error, ErrorKind, Group, GroupKind, HexLiteralKind, Literal, LiteralKind,
    Repetition, RepetitionKind, RepetitionRange, Span,
};
use std::ops::Range;

/// The meaning of a pattern's text, or everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Form, Vec<Refusal>> {
    let ast = syntax(text)?;
    let mut reader = Reader { text, refusals: Vec::new() };
    let form = reader.form(&ast, REPETITION_LIMIT);
    reader.refusals.sort_by_key(|refusal| (refusal.range.start, refusal.range.end));
    form.filter(|_| reader.refusals.is_empty()).ok_or(reader.refusals)
}

/// The tree of a pattern's text.
pub(super) fn syntax(text: &str) -> Result<Ast, Vec<Refusal>> {
    let parsed = ParserBuilder::new().nest_limit(DEPTH_LIMIT).build().parse(text);
    parsed.map_err(|error| vec![misspelt(text, &error)])
}

/// The meaning of a part of an accepted pattern.
pub(super) fn meaning(text: &str, part: &Ast) -> Option<Form> {
    Reader { text, refusals: Vec::new() }.form(part, REPETITION_LIMIT)
}

/// The bytes of a span.
pub(super) fn bytes(span: &Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

/// Turns a tree into its meaning. Each step answers `None` after a refusal, and its caller goes on to find the others.
pub(super) struct Reader<'t> {
    text: &'t str,
    refusals: Vec<Refusal>,
}

impl Reader<'_> {
    /// `budget` is what remains of [`REPETITION_LIMIT`] inside the counted repetitions around the tree.
    fn form(&mut self, ast: &Ast, budget: u32) -> Option<Form> {
        match ast {
            Ast::Empty(_) => Some(Form::Empty),
            Ast::Flags(flags) => self.refuse(&flags.span, Reason::Flags),
            Ast::Literal(literal) => self.literal(literal).map(Form::character),
            Ast::Dot(_) => Some(Form::all_but('\n')),
            Ast::Assertion(assertion) => self.assertion(assertion),
            Ast::ClassUnicode(class) => self.refuse(&class.span, Reason::UnicodeClass),
            Ast::ClassPerl(class) => Some(Form::Set(perl(class))),
            Ast::ClassBracketed(class) => self.class(class).map(Form::Set),
            Ast::Repetition(repetition) => self.repetition(repetition, budget),
            Ast::Group(group) => self.group(group, budget),
            Ast::Alternation(branches) => self.forms(&branches.asts, budget).map(Form::choice),
            Ast::Concat(parts) => self.forms(&parts.asts, budget).map(Form::sequence),
        }
    }

    fn forms(&mut self, asts: &[Ast], budget: u32) -> Option<Vec<Form>> {
        let forms: Vec<Option<Form>> = asts.iter().map(|ast| self.form(ast, budget)).collect();
        forms.into_iter().collect()
    }

    /// A single character, anywhere.
    pub(super) fn literal(&mut self, literal: &Literal) -> Option<char> {
        match &literal.kind {
            LiteralKind::HexFixed(HexLiteralKind::X) | LiteralKind::HexBrace(HexLiteralKind::X) => Some(literal.c),
            LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) => {
                let replacement = escaped_by_code(literal.c);
                let suggestion = Suggestion { title: "write `\\x{…}`", range: bytes(&literal.span), replacement };
                self.refuse_with(&literal.span, Reason::UnicodeEscape, Some(suggestion))
            }
            LiteralKind::Octal => self.refuse(&literal.span, Reason::Octal),
            LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous | LiteralKind::Special(_) => {
                Some(literal.c)
            }
        }
    }

    fn assertion(&mut self, assertion: &Assertion) -> Option<Form> {
        match assertion.kind {
            AssertionKind::StartLine | AssertionKind::EndLine | AssertionKind::StartText | AssertionKind::EndText => {
                self.refuse_with(
                    &assertion.span,
                    Reason::Anchor,
                    Some(delete("remove the anchor", bytes(&assertion.span))),
                )
            }
            _ => self.refuse(&assertion.span, Reason::WordBoundary),
        }
    }

    fn group(&mut self, group: &Group, budget: u32) -> Option<Form> {
        let inner = self.form(&group.ast, budget);
        match &group.kind {
            GroupKind::CaptureIndex(_) => inner,
            GroupKind::NonCapturing(flags) if flags.items.is_empty() => inner,
            GroupKind::NonCapturing(flags) => self.refuse(&flags.span, Reason::Flags),
            GroupKind::CaptureName { name, .. } => {
                // The head ends with the `>` after the name.
                let head = group.span.start.offset..name.span.end.offset + 1;
                let suggestion = Suggestion { title: "remove the name", range: head, replacement: "(".to_owned() };
                self.refuse_with(&name.span, Reason::NamedGroup, Some(suggestion))
            }
        }
    }

    fn repetition(&mut self, repetition: &Repetition, budget: u32) -> Option<Form> {
        let operator = bytes(&repetition.op.span);
        let written = self.text.get(operator.clone()).unwrap_or_default();
        let (least, most) = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => (*least, None),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        // The rule of RE2 and Go: the larger bound counts, and a repetition inside is counted as often.
        let count = match &repetition.op.kind {
            RepetitionKind::Range(_) => most.unwrap_or(least).max(1),
            _ => 1,
        };
        let inner = self.form(&repetition.ast, budget / count);
        if matches!(*repetition.ast, Ast::Repetition(_)) {
            let reason = if written == "+" { Reason::Possessive } else { Reason::NestedRepetition };
            return self.refuse(&repetition.op.span, reason);
        }
        if !repetition.greedy {
            let lazy = delete("remove the `?`", operator.end.saturating_sub(1)..operator.end);
            return self.refuse_with(&repetition.op.span, Reason::Lazy, Some(lazy));
        }
        if written.starts_with('{') && !is_plain_count(written) {
            return self.refuse(&repetition.op.span, Reason::RepetitionForm);
        }
        if count > budget {
            return self.refuse(&repetition.op.span, Reason::RepetitionLimit);
        }
        inner.map(|form| Form::repeat(form, least, most))
    }

    pub(super) fn refuse<T>(&mut self, span: &Span, reason: Reason) -> Option<T> {
        self.refuse_with(span, reason, None)
    }

    pub(super) fn refuse_with<T>(&mut self, span: &Span, reason: Reason, suggestion: Option<Suggestion>) -> Option<T> {
        self.refusals.push(Refusal { range: bytes(span), reason, suggestion });
        None
    }
}

fn delete(title: &'static str, range: Range<usize>) -> Suggestion {
    Suggestion { title, range, replacement: String::new() }
}

/// Whether a count is one for Go as well, which takes `{ 3 }`, `{,3}` and `{03}` for literal text.
fn is_plain_count(written: &str) -> bool {
    let inner = written.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or_default();
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let plain =
        |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()) && (digits.len() < 2 || !digits.starts_with('0'));
    !least.is_empty() && plain(least) && plain(most)
}

/// The refusal for a text that has no tree.
fn misspelt(text: &str, error: &Error) -> Refusal {
    let mut range = bytes(error.span());
    let before = text.get(..range.start).unwrap_or_default();
    let written = text.get(range.clone()).unwrap_or_default().to_owned();
    let reason = match error.kind() {
        ErrorKind::ClassEscapeInvalid => Reason::ClassEscape,
        ErrorKind::ClassRangeInvalid => Reason::ClassRange,
        ErrorKind::ClassRangeLiteral => Reason::ClassRangeBound,
        ErrorKind::ClassUnclosed => Reason::ClassUnclosed,
        ErrorKind::DecimalInvalid => Reason::RepetitionLimit,
        ErrorKind::DecimalEmpty | ErrorKind::RepetitionCountDecimalEmpty | ErrorKind::RepetitionCountUnclosed => {
            Reason::RepetitionForm
        }
        ErrorKind::RepetitionCountInvalid => Reason::RepetitionOrder,
        ErrorKind::RepetitionMissing => Reason::RepetitionMissing,
        ErrorKind::EscapeHexEmpty | ErrorKind::EscapeHexInvalid | ErrorKind::EscapeHexInvalidDigit => Reason::HexEscape,
        ErrorKind::EscapeUnexpectedEof => Reason::EscapeUnfinished,
        ErrorKind::EscapeUnrecognized => Reason::Escape(written),
        ErrorKind::FlagUnrecognized | ErrorKind::FlagUnexpectedEof if before.ends_with("(?") => {
            range.start -= "(?".len();
            if written == ">" { Reason::AtomicGroup } else { Reason::GroupForm }
        }
        ErrorKind::FlagDanglingNegation
        | ErrorKind::FlagDuplicate { .. }
        | ErrorKind::FlagRepeatedNegation { .. }
        | ErrorKind::FlagUnexpectedEof
        | ErrorKind::FlagUnrecognized => Reason::Flags,
        ErrorKind::GroupNameDuplicate { .. }
        | ErrorKind::GroupNameEmpty
        | ErrorKind::GroupNameInvalid
        | ErrorKind::GroupNameUnexpectedEof => Reason::NamedGroup,
        ErrorKind::GroupUnclosed => Reason::GroupUnclosed,
        ErrorKind::GroupUnopened => Reason::GroupUnopened,
        ErrorKind::NestLimitExceeded(_) => Reason::TooDeep,
        ErrorKind::SpecialWordBoundaryUnclosed
        | ErrorKind::SpecialWordBoundaryUnrecognized
        | ErrorKind::SpecialWordOrRepetitionUnexpectedEof => Reason::WordBoundary,
        ErrorKind::UnicodeClassInvalid => Reason::UnicodeClass,
        ErrorKind::UnsupportedBackreference if written.starts_with("\\0") => Reason::Octal,
        ErrorKind::UnsupportedBackreference => Reason::BackReference,
        ErrorKind::UnsupportedLookAround => Reason::LookAround,
        other => Reason::Syntax(other.to_string()),
    };
    Refusal { range: visible(text, range), reason, suggestion: None }
}

/// A place without bytes is shown by the character after it, or at the end of the text by the one before.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    let (before, after) = text.split_at_checked(range.start).unwrap_or((text, ""));
    match (range.is_empty(), after.chars().next(), before.chars().next_back()) {
        (true, Some(next), _) => range.start..range.start + next.len_utf8(),
        (true, None, Some(last)) => range.start - last.len_utf8()..range.start,
        _ => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    /// The first refusal: the bytes it names and why.
    fn refused(text: &str) -> (String, Reason) {
        let refusals = Pattern::parse_regex(text).expect_err(text);
        (text[refusals[0].range.clone()].to_owned(), refusals[0].reason.clone())
    }

    #[test]
    fn each_difference_has_its_reason_and_place() {
        for (text, bytes, reason) in [
            ("a^b", "^", Reason::Anchor),
            (r"a\z", r"\z", Reason::Anchor),
            (r"\bx", r"\b", Reason::WordBoundary),
            (r"x\b{start}", r"\b{start}", Reason::WordBoundary),
            (r"\<x", r"\<", Reason::WordBoundary),
            ("a(?i)b", "(?i)", Reason::Flags),
            ("a(?i:b)", "i", Reason::Flags),
            ("(?iq)", "q", Reason::Flags),
            ("(?P<n>a)", "n", Reason::NamedGroup),
            ("(?<n>a)", "n", Reason::NamedGroup),
            ("a(?=b)", "(?=", Reason::LookAround),
            ("a(?!b)", "(?!", Reason::LookAround),
            ("a(?<=b)", "(?<=", Reason::LookAround),
            ("a(?<!b)", "(?<!", Reason::LookAround),
            ("a(?>b)", "(?>", Reason::AtomicGroup),
            ("a(?#b)", "(?#", Reason::GroupForm),
            ("a(?", "(", Reason::GroupUnclosed),
            ("(ab", "(", Reason::GroupUnclosed),
            ("ab)", ")", Reason::GroupUnopened),
            (r"(a)\1", r"\1", Reason::BackReference),
            (r"a\012", r"\0", Reason::Octal),
            (r"a\pLb", r"\pL", Reason::UnicodeClass),
            (r"[\p{Greek}]", r"\p{Greek}", Reason::UnicodeClass),
            (r"\u0041", r"\u0041", Reason::UnicodeEscape),
            (r"[\U00000041]", r"\U00000041", Reason::UnicodeEscape),
            (r"\x{110000}", "110000", Reason::HexEscape),
            (r"a\Z", r"\Z", Reason::Escape(r"\Z".to_owned())),
            (r"\Qa\E", r"\Q", Reason::Escape(r"\Q".to_owned())),
            (r"a\", r"\", Reason::EscapeUnfinished),
            ("[a-z&&[^x]]", "a-z&&[^x]", Reason::ClassOperation),
            ("[a-z--x]", "a-z--x", Reason::ClassOperation),
            ("[a~~b]", "a~~b", Reason::ClassOperation),
            ("[a[b]]", "[b]", Reason::NestedClass),
            ("[[.a.]]", "[.a.]", Reason::NestedClass),
            ("[]a]", "]", Reason::ClassBracket),
            ("[]-a]", "]", Reason::ClassBracket),
            ("[a-z-9]", "-", Reason::ClassHyphen),
            ("[--9]", "-", Reason::ClassHyphen),
            (r"[^\s\S]", r"[^\s\S]", Reason::ClassEmpty),
            ("[z-a]", "z-a", Reason::ClassRange),
            (r"[a-\d]", r"\d", Reason::ClassRangeBound),
            (r"[\b]", r"\b", Reason::ClassEscape),
            ("[ab", "[", Reason::ClassUnclosed),
            ("[]", "[]", Reason::ClassUnclosed),
            ("a*?", "*?", Reason::Lazy),
            ("a{2}?", "{2}?", Reason::Lazy),
            ("a*+", "+", Reason::Possessive),
            ("a++", "+", Reason::Possessive),
            ("a**", "*", Reason::NestedRepetition),
            ("a{2}{3}", "{3}", Reason::NestedRepetition),
            ("a{1001}", "{1001}", Reason::RepetitionLimit),
            ("a{99999999999}", "99999999999", Reason::RepetitionLimit),
            ("(a{100}){11}", "{100}", Reason::RepetitionLimit),
            ("a{ 2}", "{ 2}", Reason::RepetitionForm),
            ("a{02}", "{02}", Reason::RepetitionForm),
            ("a{x}", "x", Reason::RepetitionForm),
            ("a{,3}", ",", Reason::RepetitionForm),
            ("a{2", "{2", Reason::RepetitionForm),
            ("a{3,2}", "{3,2}", Reason::RepetitionOrder),
            ("*a", "*", Reason::RepetitionMissing),
            ("(|*)", "*", Reason::RepetitionMissing),
        ] {
            assert_eq!(refused(text), (bytes.to_owned(), reason), "{text}");
        }
    }

    #[test]
    fn what_engines_share_is_accepted() {
        for text in [
            "a{1000}",
            "(a{100}){10}",
            "(a*)*",
            "(a{2})+",
            "[a-]",
            "[-a]",
            "[^-a]",
            r"[\w.-]",
            r"[\]a]",
            "[a^]",
            "[a&b~c]",
            "a}",
            "a]",
            "()",
            "a|",
            r"\%\-\/",
            r"\x41\x{1F600}",
            "[[:^digit:]]",
            "[Z-[]",
            "(?:a)",
        ] {
            assert!(Pattern::parse_regex(text).is_ok(), "{text}: {:?}", Pattern::parse_regex(text));
        }
    }

    #[test]
    fn all_refusals_are_reported_at_once() {
        let refusals = Pattern::parse_regex(r"^a.*?\pL[a[b]]$").expect_err("refused");
        let reasons: Vec<&Reason> = refusals.iter().map(|refusal| &refusal.reason).collect();
        let expected = [Reason::Anchor, Reason::Lazy, Reason::UnicodeClass, Reason::NestedClass, Reason::Anchor];
        assert_eq!(reasons, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn suggestions_repair() {
        for (text, repaired) in [
            ("^ab", "ab"),
            ("ab$", "ab"),
            ("a.*?", "a.*"),
            ("a{2,3}?b", "a{2,3}b"),
            ("(?P<name>a)", "(a)"),
            ("x(?<n>a)", "x(a)"),
            (r"\u0041", r"\x{41}"),
            ("[]a]", r"[\]a]"),
            ("[a-z-9]", r"[a-z\-9]"),
        ] {
            let refusals = Pattern::parse_regex(text).expect_err(text);
            let suggestion = refusals[0].suggestion.clone().expect(text);
            let mut fixed = text.to_owned();
            fixed.replace_range(suggestion.range, &suggestion.replacement);
            assert_eq!(fixed, repaired);
            assert!(Pattern::parse_regex(&fixed).is_ok(), "{fixed}");
        }
    }
}
