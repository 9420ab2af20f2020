//! Patterns: `re"…"` and `glob"…"`.
//!
//! A pattern matches the **whole** text. It is written in the part of RE2's syntax that every engine reads alike, and is turned into one
//! canonical text in which nothing is left to an engine's settings: classes are spelled out in ASCII, `.` is `[^\n]`, groups capture
//! nothing. Emitters write `^(?:canonical)$`, which Go, RE2, Rust, CEL, Rego and Prometheus give the same meaning; a glob becomes such a
//! text too. What the engines disagree about is refused, each thing with its reason and place.

mod class;
mod form;
mod glob;
mod lint;
mod reason;
mod subset;

#[cfg(test)]
mod properties;

pub use lint::{Lint, LintKind, lint};
pub use reason::Reason;

use form::Form;
use regex::{Regex, RegexBuilder};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// The longest pattern, in bytes.
pub const LENGTH_LIMIT: usize = 4096;
/// The deepest nesting of groups and classes.
pub const DEPTH_LIMIT: u32 = 100;
/// The largest count of a repetition, where the counts of nested repetitions are multiplied. RE2 and Go refuse more.
pub const REPETITION_LIMIT: u32 = 1000;
/// How many bytes a compiled pattern may take here. Whatever fits also fits the default budgets of RE2 and Go.
const COMPILED_LIMIT: usize = 8 << 20;

/// How a pattern was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `re"…"`
    Regex,
    /// `glob"…"`
    Glob,
}

/// A checked pattern. Two are equal if their canonical texts are, however they were written.
#[derive(Clone)]
pub struct Pattern {
    kind: Kind,
    source: String,
    canonical: String,
    compiled: Regex,
}

/// Why a pattern is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The bytes of the pattern's text that are at fault.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub reason: Reason,
    /// The repair, where there is exactly one sensible one.
    pub suggestion: Option<Suggestion>,
}

/// A change of a pattern's text that a program can make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does, in the imperative.
    pub title: &'static str,
    /// The bytes of the pattern's text that are replaced.
    pub range: Range<usize>,
    /// The new text; empty to delete.
    pub replacement: String,
}

impl Pattern {
    /// Reads what stands between the quotes of `re"…"`. The list of refusals is in the order of the text and never empty.
    pub fn parse_regex(source: &str) -> Result<Pattern, Vec<Refusal>> {
        check_text(source, Kind::Regex)?;
        Pattern::compile(Kind::Regex, source, &subset::parse(source)?)
    }

    /// Reads what stands between the quotes of `glob"…"`: `*` is any text without `/`, `**` any text, `?` one character but `/`, and
    /// everything else is itself. There is no escape.
    pub fn parse_glob(source: &str) -> Result<Pattern, Vec<Refusal>> {
        check_text(source, Kind::Glob)?;
        Pattern::compile(Kind::Glob, source, &glob::parse(source)?)
    }

    fn compile(kind: Kind, source: &str, form: &Form) -> Result<Pattern, Vec<Refusal>> {
        let canonical = form.to_string();
        let mut builder = RegexBuilder::new(&format!(r"\A(?:{canonical})\z"));
        let compiled = builder.size_limit(COMPILED_LIMIT).build().map_err(|error| {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => Reason::TooLarge,
                other => Reason::Syntax(other.to_string()),
            };
            vec![Refusal { range: 0..source.len(), reason, suggestion: None }]
        })?;
        Ok(Pattern { kind, source: source.to_owned(), canonical, compiled })
    }

    /// How it was written.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What stands between the quotes.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text that means the same in every engine once it is anchored, as in `^(?:canonical)$`. It holds no quotation mark, backtick or
    /// control character, and is itself a pattern of the language.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether the whole text matches. Takes time linear in the text.
    pub fn matches(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Pattern {}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({self})")
    }
}

impl fmt::Display for Pattern {
    /// The literal, as it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.kind {
            Kind::Regex => "re",
            Kind::Glob => "glob",
        };
        write!(f, "{prefix}\"{}\"", self.source)
    }
}

/// Refuses what no pattern may hold: too much text, its own closing mark, and characters that a reader cannot see.
fn check_text(source: &str, kind: Kind) -> Result<(), Vec<Refusal>> {
    if source.len() > LENGTH_LIMIT {
        return Err(vec![Refusal { range: 0..source.len(), reason: Reason::TooLong, suggestion: None }]);
    }
    let refused: Vec<Refusal> = source
        .char_indices()
        .filter_map(|(start, character)| {
            let reason = match character {
                '"' => Reason::Quote,
                hidden if crate::value::render::escape(hidden).is_some() => Reason::Control(hidden),
                _ => return None,
            };
            let range = start..start + character.len_utf8();
            let escape = || Suggestion {
                title: "write an escape",
                range: range.clone(),
                replacement: form::escaped(character, form::Context::Literal),
            };
            Some(Refusal { range: range.clone(), reason, suggestion: (kind == Kind::Regex).then(escape) })
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(source: &str) -> Pattern {
        Pattern::parse_regex(source).expect(source)
    }

    #[test]
    fn the_whole_text_must_match() {
        let image = regex(r"registry\.acme\.example/.+@sha256:[0-9a-f]{64}");
        let pinned = format!("registry.acme.example/scorer@sha256:{}", "0f".repeat(32));
        assert!(image.matches(&pinned));
        assert!(!image.matches(&format!("{pinned}\n")));
        assert!(!image.matches(&format!("evil.example/{pinned}")));
        assert!(!regex("a|b").matches("ab"));
        assert!(regex("").matches(""));
        assert!(!regex(".*").matches("a\nb"));
        assert!(regex(r"[\s\S]*").matches("a\nb"));
    }

    #[test]
    fn classes_are_ascii() {
        assert!(!regex(r"\d").matches("٣"));
        assert!(!regex(r"\w").matches("é"));
        assert!(!regex(r"\s").matches("\u{a0}"));
        assert!(!regex(r"\s").matches("\u{b}"), "RE2's white space has no vertical tab");
        assert!(regex(r"[[:space:]]").matches("\u{b}"));
        assert!(regex(r"\W").matches("é"));
    }

    #[test]
    fn equality_is_canonical() {
        assert_eq!(regex("a.c"), regex(r"a[^\n]c"));
        assert_eq!(regex("(?:a|b)+x{1}"), regex("(a|b){1,}x"));
        assert_eq!(regex("[^/]*"), Pattern::parse_glob("*").expect("a glob"));
        assert_ne!(regex("ab"), regex("ba"));
        assert_eq!(regex(r"a\.b").to_string(), r#"re"a\.b""#);
    }

    #[test]
    fn hostile_patterns_are_bounded() {
        let reason = |source: &str| Pattern::parse_regex(source).expect_err("refused")[0].reason.clone();
        assert_eq!(reason(&"a".repeat(LENGTH_LIMIT + 1)), Reason::TooLong);
        assert_eq!(reason(&".{1000}".repeat(500)), Reason::TooLarge);
        assert_eq!(reason("((a{100}){100}){100}"), Reason::RepetitionLimit);
        assert_eq!(reason(&format!("{}a{}", "(".repeat(2000), ")".repeat(2000))), Reason::TooDeep);
        assert_eq!(reason(&"[".repeat(4000)), Reason::ClassUnclosed);
        assert_eq!(reason(&format!("a{}", "*".repeat(4000))), Reason::TooDeep);
        assert!(Pattern::parse_regex(".{1000}").is_ok());
        assert!(Pattern::parse_regex(&"a|".repeat(2000)).is_ok());
    }

    #[test]
    fn hidden_characters_are_refused() {
        let refused = Pattern::parse_regex("a\u{202e}b\"").expect_err("refused");
        assert_eq!(refused[0].reason, Reason::Control('\u{202e}'));
        assert_eq!(refused[0].range, 1..4);
        assert_eq!(refused[0].suggestion.as_ref().map(|s| s.replacement.as_str()), Some(r"\x{202e}"));
        assert_eq!(refused[1].suggestion.as_ref().map(|s| s.replacement.as_str()), Some(r"\x22"));
        assert!(Pattern::parse_glob("a\nb").expect_err("refused")[0].suggestion.is_none());
    }
}
