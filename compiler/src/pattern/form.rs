//! What a pattern means, without how it was written, and the one text for it.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use std::fmt;

/// The set of texts that a pattern matches, as far as its structure tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The empty text.
    Empty,
    /// One character of a set, which is not empty.
    Set(ClassUnicode),
    /// One after the other; at least two, none of them `Empty` or `Sequence`.
    Sequence(Vec<Form>),
    /// One of them; at least two, none of them `Choice`.
    Choice(Vec<Form>),
    /// Repeated, neither `Empty` nor exactly once nor never.
    Repeat {
        /// What is repeated.
        form: Box<Form>,
        /// How often at least.
        least: u32,
        /// How often at most.
        most: Option<u32>,
    },
}

impl Form {
    pub(super) fn character(character: char) -> Form {
        Form::Set(set([(character, character)]))
    }

    /// Any character but this one.
    pub(super) fn all_but(character: char) -> Form {
        let mut class = set([(character, character)]);
        class.negate();
        Form::Set(class)
    }

    pub(super) fn any_character() -> Form {
        Form::Set(set([('\0', char::MAX)]))
    }

    pub(super) fn sequence(parts: impl IntoIterator<Item = Form>) -> Form {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Form::Empty => {}
                Form::Sequence(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Form::Sequence(flat) } else { flat.pop().unwrap_or(Form::Empty) }
    }

    pub(super) fn choice(branches: impl IntoIterator<Item = Form>) -> Form {
        let mut flat = Vec::new();
        for branch in branches {
            match branch {
                Form::Choice(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Form::Choice(flat) } else { flat.pop().unwrap_or(Form::Empty) }
    }

    pub(super) fn repeat(form: Form, least: u32, most: Option<u32>) -> Form {
        match (form, least, most) {
            (Form::Empty, _, _) | (_, _, Some(0)) => Form::Empty,
            (form, 1, Some(1)) => form,
            (form, least, most) => Form::Repeat { form: Box::new(form), least, most },
        }
    }

    /// Whether no text but the empty one matches.
    pub(super) fn is_only_empty(&self) -> bool {
        match self {
            Form::Empty => true,
            Form::Set(_) => false,
            Form::Sequence(forms) | Form::Choice(forms) => forms.iter().all(Form::is_only_empty),
            Form::Repeat { form, .. } => form.is_only_empty(),
        }
    }
}

impl fmt::Display for Form {
    /// The canonical text: as few groups, escapes and spellings of repetition as there can be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Empty => Ok(()),
            Form::Set(class) => write_set(f, class),
            Form::Sequence(parts) => parts.iter().try_for_each(|part| match part {
                Form::Choice(_) => write!(f, "(?:{part})"),
                part => part.fmt(f),
            }),
            Form::Choice(branches) => branches.iter().enumerate().try_for_each(|(index, branch)| {
                let bar = if index > 0 { "|" } else { "" };
                write!(f, "{bar}{branch}")
            }),
            Form::Repeat { form, least, most } => {
                match **form {
                    Form::Set(_) => form.fmt(f)?,
                    _ => write!(f, "(?:{form})")?,
                }
                match (least, most) {
                    (0, Some(1)) => f.write_str("?"),
                    (0, None) => f.write_str("*"),
                    (1, None) => f.write_str("+"),
                    (least, None) => write!(f, "{{{least},}}"),
                    (least, Some(most)) if least == most => write!(f, "{{{least}}}"),
                    (least, Some(most)) => write!(f, "{{{least},{most}}}"),
                }
            }
        }
    }
}

/// A set of characters from ranges.
pub(super) fn set(ranges: impl IntoIterator<Item = (char, char)>) -> ClassUnicode {
    ClassUnicode::new(ranges.into_iter().map(|(start, end)| ClassUnicodeRange::new(start, end)))
}

/// Where a character stands, which decides what must be escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// On its own.
    Literal,
    /// Between brackets.
    Class,
}

/// The text for one character. Escapes are those that every engine reads. A quotation mark and a backtick are escaped so that the canonical
/// text fits a literal of the language and the raw strings of Go, Rego and CEL.
pub(super) fn escaped(character: char, context: Context) -> String {
    let special = match context {
        Context::Literal => r"\.+*?()|[]{}^$",
        Context::Class => r"\[]^-",
    };
    match character {
        '\t' => r"\t".to_owned(),
        '\n' => r"\n".to_owned(),
        '\r' => r"\r".to_owned(),
        '"' | '`' => format!(r"\x{:02x}", u32::from(character)),
        c if crate::value::render::escape(c).is_some() => escaped_by_code(c),
        c if special.contains(c) => format!(r"\{c}"),
        c => c.to_string(),
    }
}

/// The code point of a character, as an escape.
pub(super) fn escaped_by_code(character: char) -> String {
    format!(r"\x{{{:x}}}", u32::from(character))
}

fn write_set(f: &mut fmt::Formatter<'_>, class: &ClassUnicode) -> fmt::Result {
    let mut shown = class.clone();
    if let [range] = class.ranges()
        && range.start() == range.end()
    {
        return f.write_str(&escaped(range.start(), Context::Literal));
    }
    // A set with the last character was meant as everything but a few.
    let negated = class.ranges().last().is_some_and(|range| range.end() == char::MAX);
    if negated {
        shown.negate();
    }
    if shown.ranges().is_empty() {
        return f.write_str(r"[\s\S]");
    }
    f.write_str(if negated { "[^" } else { "[" })?;
    for range in shown.ranges() {
        let (start, end) = (range.start(), range.end());
        f.write_str(&escaped(start, Context::Class))?;
        if u32::from(end) > u32::from(start) + 1 {
            f.write_str("-")?;
        }
        if end != start {
            f.write_str(&escaped(end, Context::Class))?;
        }
    }
    f.write_str("]")
}

#[cfg(test)]
mod tests {
    use crate::pattern::Pattern;

    #[test]
    fn canonical_texts() {
        for (source, canonical) in [
            ("", ""),
            ("abc", "abc"),
            (".", r"[^\n]"),
            (r"\d\w\s", r"[0-9][0-9A-Z_a-z][\t\n\x{c}\r ]"),
            (r"\D", r"[^0-9]"),
            (r"[^\W]", r"[0-9A-Z_a-z]"),
            (r"[\s\S]", r"[\s\S]"),
            (r"[\w\W]", r"[\s\S]"),
            (r"[a]", "a"),
            (r"[.]", r"\."),
            (r"[ab]", "[ab]"),
            (r"[cab]", "[a-c]"),
            (r"[a\-z]", r"[\-az]"),
            (r"[-a]", r"[\-a]"),
            (r"[\]\[\\\^]", r"[\[-\^]"),
            (r"[^^]", r"[^\^]"),
            (r"[[:alpha:][:^ascii:]]", r"[^\x{0}-@\[-\x60{-\x{7f}]"),
            ("(a)(?:b)", "ab"),
            ("(a|b)c", "(?:a|b)c"),
            ("(a|(b|c))", "a|b|c"),
            ("(a|)", "a|"),
            ("()*", ""),
            ("(ab)*", "(?:ab)*"),
            ("((a)*)*", "(?:a*)*"),
            ("a{0,1}b{0,}c{1,}d{1}e{2,2}f{2,}g{2,3}h{0}", "a?b*c+de{2}f{2,}g{2,3}"),
            (r"\x41\x{e9}\-\/\a", r"Aé-/\x{7}"),
            (r"\x22\x60", r"\x22\x60"),
            (r"\{\}\[\]\(\)\|\^\$\.\*\+\?\\", r"\{\}\[\]\(\)\|\^\$\.\*\+\?\\"),
            ("a-b#c&d~e", "a-b#c&d~e"),
        ] {
            let pattern = Pattern::parse_regex(source).unwrap_or_else(|refused| panic!("{source}: {refused:?}"));
            assert_eq!(pattern.canonical(), canonical, "{source}");
            assert_eq!(Pattern::parse_regex(canonical).expect("canonical").canonical(), canonical, "{source}");
        }
    }
}
