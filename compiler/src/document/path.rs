//! Paths into documents: how a field of a typed view says where its value stands.
//!
//! | step | meaning |
//! |---|---|
//! | `summary.scanned` | the value at a key of an object; keys are parted by `.` |
//! | `"quoted key"` | the same, for a key with blanks, dots, brackets; `\"` and `\\` inside |
//! | `runs[]` | every element of a list |
//! | `hashes[alg="SHA-256"]` | the elements of a list that have this text at this key |
//! | `servers{}` | every entry of an object, as an object with `key` and `value` |
//! | `(containers\|initContainers)[]` | each of these keys that is there, one after the other |
//!
//! There is no index and no wildcard: both would make a path mean something else when a tool adds a field.
//!
//! # Absence
//! A missing key is absent, and JSON `null` is absent. What is *not* there is never confused with what is *wrong*: a
//! step that meets a value of another type (a key of a text, `[]` of an object) is [`Selected::WrongShape`], and one
//! such element makes the whole selection wrong. And an absent list is never confused with an empty one: `errors[]` of
//! a report without `errors` is [`Selected::Absent`], not a selection of nothing.
//!
//! After a step that multiplies, absence belongs to the element: `results[].level` has one slot for each result, and
//! the slot of a result without `level` is `None`. So nothing can drop out of a list unseen; whether an absent slot is
//! allowed is for the type of the field to say. `[k="v"]` selects by equality, so an element without `k` is not
//! selected; one whose `k` is no text is a wrong shape.

mod parse;
mod select;

use std::fmt;
use std::ops::Range;

use serde_json::{Map, Value};

pub use select::{Selected, Shape, WrongShape};

/// A path into a document, with at least one step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocPath {
    steps: Vec<Step>,
}

/// One step of a [`DocPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The value at a key.
    Key(String),
    /// `[]`: every element of a list.
    Elements,
    /// `[key="text"]`: every element of a list that has this text at this key.
    ElementsWith {
        /// The key in the element.
        key: String,
        /// The text that it must have there.
        text: String,
    },
    /// `{}`: every entry of an object. Only `key` or `value` may follow.
    Entries,
    /// `(a|b)`: the value at each of these keys that is there, in this order.
    EachOf(Vec<String>),
}

impl Step {
    /// Whether the step leads to any number of values, instead of one.
    pub fn multiplies(&self) -> bool {
        !matches!(self, Self::Key(_))
    }
}

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct PathError {
    /// The bytes of the text that the error is about.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub cause: PathFault,
}

/// What is wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// No step at all.
    #[error("a path has at least one step")]
    Empty,
    /// More steps than a document can have levels.
    #[error("a path has at most {} steps", DocPath::MAX_STEPS)]
    TooLong,
    /// A `.` that no key follows.
    #[error("a key is missing here")]
    MissingKey,
    /// A key directly after `]`, `}` or `"`.
    #[error("a `.` is missing before this key")]
    MissingDot,
    /// `.[` or `.{`.
    #[error("`[…]` and `{{}}` follow without a `.`")]
    ExtraDot,
    /// A character that a plain key cannot have.
    #[error("a key with `{}` must be quoted", .0.escape_debug())]
    Unquoted(char),
    /// `*`, as JSONPath has it.
    #[error("there are no wildcards: `[]` is every element, `{{}}` every entry")]
    Wildcard,
    /// `[0]`, as JSONPath has it.
    #[error("there are no indices: select elements with `[key=\"text\"]`, or every one with `[]`")]
    Index,
    /// A quoted text without its end.
    #[error("the closing `\"` is missing")]
    OpenText,
    /// A backslash before anything but a quote or a backslash.
    #[error("only `\\\"` and `\\\\` may follow a backslash")]
    Escape,
    /// A `[` that is not `[]` or `[key="text"]`.
    #[error("expected `[]` or `[key=\"text\"]`")]
    Bracket,
    /// A `{` that is not `{}`.
    #[error("expected `{{}}`")]
    Brace,
    /// A `(` that does not start `(a|b)`.
    #[error("expected at least two keys, as in `(a|b)`")]
    Choice,
    /// Something else than `.key` or `.value` after `{}`.
    #[error("an entry has only `key` and `value`")]
    EntryPart,
}

/// Why a document could not be changed at a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The path may lead to several places.
    #[error("only a path of keys names one place, and `{0}` has other steps")]
    NotPlain(DocPath),
    /// Something on the way is no object.
    #[error(transparent)]
    WrongShape(#[from] WrongShape),
}

impl DocPath {
    /// The most steps of a path: more than any document has levels.
    pub const MAX_STEPS: usize = 256;

    /// The path that a text says.
    ///
    /// # Errors
    /// [`PathError`], with the range of the text to blame.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parse::parse(text).map(|steps| Self { steps })
    }

    /// The steps, at least one.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the path leads to any number of values: then [`DocPath::select`] never gives [`Selected::One`], and
    /// without it never [`Selected::Many`].
    pub fn is_many(&self) -> bool {
        self.steps.iter().any(Step::multiplies)
    }

    /// What stands at the path. Time and memory are linear in the document.
    pub fn select<'v>(&self, document: &'v Value) -> Selected<'v> {
        select::select(&self.steps, document)
    }

    /// Puts a value at the path, in place of what is there. Objects that are absent on the way are made.
    ///
    /// # Errors
    /// [`EditError`], and then nothing is changed.
    pub fn set(&self, document: &mut Value, value: Value) -> Result<(), EditError> {
        let keys = self.keys()?;
        self.check_objects(document)?;
        let mut place = document;
        for key in keys {
            // What is not an object here is null, which means absent.
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(object) = place else { return Ok(()) };
            place = object.entry(key).or_insert(Value::Null);
        }
        *place = value;
        Ok(())
    }

    /// Takes the value at the path out of the document, with its key. `None` if there was none.
    ///
    /// # Errors
    /// [`EditError`], and then nothing is changed.
    pub fn remove(&self, document: &mut Value) -> Result<Option<Value>, EditError> {
        let keys = self.keys()?;
        self.check_objects(document)?;
        let Some((last, parents)) = keys.split_last() else { return Ok(None) };
        let mut place = document;
        for key in parents {
            let Some(next) = place.get_mut(*key) else { return Ok(None) };
            place = next;
        }
        Ok(place.as_object_mut().and_then(|object| object.remove(*last)))
    }

    fn keys(&self) -> Result<Vec<&str>, EditError> {
        let keys = self.steps.iter().map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        });
        keys.collect::<Option<_>>().ok_or_else(|| EditError::NotPlain(self.clone()))
    }

    /// Every value before the last key is an object, or absent.
    fn check_objects(&self, document: &Value) -> Result<(), WrongShape> {
        match self.select(document) {
            Selected::WrongShape(wrong) => Err(wrong),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for DocPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    f.write_str(if index == 0 { "" } else { "." })?;
                    write_key(f, key)?;
                }
                Step::Elements => f.write_str("[]")?,
                Step::ElementsWith { key, text } => {
                    f.write_str("[")?;
                    write_key(f, key)?;
                    f.write_str("=")?;
                    write_quoted(f, text)?;
                    f.write_str("]")?;
                }
                Step::Entries => f.write_str("{}")?,
                Step::EachOf(keys) => {
                    f.write_str(if index == 0 { "(" } else { ".(" })?;
                    for (index, key) in keys.iter().enumerate() {
                        f.write_str(if index == 0 { "" } else { "|" })?;
                        write_key(f, key)?;
                    }
                    f.write_str(")")?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a key may have this character without quotes.
fn is_plain(c: char) -> bool {
    !matches!(c, '.' | '[' | ']' | '{' | '}' | '"' | '=' | '\\' | '*' | '(' | ')' | '|')
        && !c.is_whitespace()
        && !c.is_control()
}

fn write_key(out: &mut impl fmt::Write, key: &str) -> fmt::Result {
    if !key.is_empty() && key.chars().all(is_plain) { out.write_str(key) } else { write_quoted(out, key) }
}

fn write_quoted(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(c)?;
    }
    out.write_char('"')
}
