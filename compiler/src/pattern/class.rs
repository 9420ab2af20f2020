//! Character classes.

use super::form::set;
use super::subset::Reader;
use super::{Reason, Suggestion};
use regex_syntax::ast::{
    ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, Literal, LiteralKind,
};
use regex_syntax::hir::ClassUnicode;

/// `\d`, `\s`, `\w` and their negations, as RE2 has them: ASCII only, and white space without the vertical tab.
pub(super) fn perl(class: &ClassPerl) -> ClassUnicode {
    let positive = match class.kind {
        ClassPerlKind::Digit => set([('0', '9')]),
        ClassPerlKind::Space => set([('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')]),
        ClassPerlKind::Word => set([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
    };
    negated_if(class.negated, positive)
}

/// `[:alpha:]` and its kin.
fn posix(class: &ClassAscii) -> ClassUnicode {
    let ranges: &[(char, char)] = match class.kind {
        ClassAsciiKind::Alnum => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        ClassAsciiKind::Alpha => &[('A', 'Z'), ('a', 'z')],
        ClassAsciiKind::Ascii => &[('\0', '\x7f')],
        ClassAsciiKind::Blank => &[('\t', '\t'), (' ', ' ')],
        ClassAsciiKind::Cntrl => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        ClassAsciiKind::Digit => &[('0', '9')],
        ClassAsciiKind::Graph => &[('!', '~')],
        ClassAsciiKind::Lower => &[('a', 'z')],
        ClassAsciiKind::Print => &[(' ', '~')],
        ClassAsciiKind::Punct => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ClassAsciiKind::Space => &[('\t', '\r'), (' ', ' ')],
        ClassAsciiKind::Upper => &[('A', 'Z')],
        ClassAsciiKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ClassAsciiKind::Xdigit => &[('0', '9'), ('A', 'F'), ('a', 'f')],
    };
    negated_if(class.negated, set(ranges.iter().copied()))
}

fn negated_if(negated: bool, mut class: ClassUnicode) -> ClassUnicode {
    if negated {
        class.negate();
    }
    class
}

/// The items of a class, unless it is an operation on classes.
pub(super) fn items(class: &ClassBracketed) -> Option<&[ClassSetItem]> {
    match &class.kind {
        ClassSet::Item(ClassSetItem::Union(union)) => Some(&union.items),
        ClassSet::Item(item) => Some(std::slice::from_ref(item)),
        ClassSet::BinaryOp(_) => None,
    }
}

impl Reader<'_> {
    /// `[…]`; `None` after a refusal.
    pub(super) fn class(&mut self, class: &ClassBracketed) -> Option<ClassUnicode> {
        let Some(items) = items(class) else {
            return self.refuse(class.kind.span(), Reason::ClassOperation);
        };
        let mut members = ClassUnicode::empty();
        let mut complete = true;
        for (index, item) in items.iter().enumerate() {
            let at_edge = index == 0 || index + 1 == items.len();
            match self.item(item, at_edge) {
                Some(part) => members.union(&part),
                None => complete = false,
            }
        }
        let members = negated_if(class.negated, members);
        if !complete {
            None
        } else if members.ranges().is_empty() {
            self.refuse(&class.span, Reason::ClassEmpty)
        } else {
            Some(members)
        }
    }

    fn item(&mut self, item: &ClassSetItem, at_edge: bool) -> Option<ClassUnicode> {
        match item {
            ClassSetItem::Literal(literal) => self.member(literal, at_edge).map(|c| set([(c, c)])),
            ClassSetItem::Range(range) => {
                let (start, end) = (self.literal(&range.start), self.literal(&range.end));
                Some(set([(start?, end?)]))
            }
            ClassSetItem::Ascii(class) => Some(posix(class)),
            ClassSetItem::Perl(class) => Some(perl(class)),
            ClassSetItem::Unicode(class) => self.refuse(&class.span, Reason::UnicodeClass),
            ClassSetItem::Bracketed(class) => self.refuse(&class.span, Reason::NestedClass),
            // Neither stands in a class that is no operation.
            ClassSetItem::Empty(span) => self.refuse(span, Reason::ClassEmpty),
            ClassSetItem::Union(union) => self.refuse(&union.span, Reason::NestedClass),
        }
    }

    /// A single character of a class. RE2 reads `[]-a]` and `[--a]` as ranges and Rust does not, so the characters that could start one
    /// are escaped unless their place makes them plain.
    fn member(&mut self, literal: &Literal, at_edge: bool) -> Option<char> {
        let (reason, title) = match (&literal.kind, literal.c) {
            (LiteralKind::Verbatim, ']') => (Reason::ClassBracket, "escape the bracket"),
            (LiteralKind::Verbatim, '-') if !at_edge => (Reason::ClassHyphen, "escape the hyphen"),
            _ => return self.literal(literal),
        };
        let range = literal.span.start.offset..literal.span.end.offset;
        let suggestion = Suggestion { title, range, replacement: format!(r"\{}", literal.c) };
        self.refuse_with(&literal.span, reason, Some(suggestion))
    }
}
