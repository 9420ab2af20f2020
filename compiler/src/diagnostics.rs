//! What the compiler says: one shape for every error and warning of every phase.
//!
//! The wording stands beside the check that raises it; the code, its title and its explanation page stand in [`codes`].

pub mod codes;
mod json;
mod render;
mod suggest;

pub use codes::Code;
pub use json::to_json;
pub use render::render;
pub use suggest::nearest;

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is emitted.
    Error,
    /// Something is emitted, and the author should look.
    Warning,
    /// Only said, for example a design rule in audit mode.
    Note,
}

/// A place and what is to be said of it. An empty message only marks the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said there.
    pub message: String,
}

/// A repair that a program can make: replace each span by its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the repair does, in the imperative.
    pub title: String,
    /// Replacements; spans do not overlap.
    pub edits: Vec<Edit>,
}

/// One replacement of a [`Fix`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The new text; empty to delete.
    pub text: String,
}

/// One thing that the compiler has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable identity.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// The cause, in the author's words: lower case, no final full stop, names in backticks.
    pub message: String,
    /// The narrowest place, and what is to be said there.
    pub primary: Label,
    /// Other places that explain the cause.
    pub labels: Vec<Label>,
    /// Further sentences: why the rule exists, or what to do.
    pub notes: Vec<String>,
    /// The repair, where there is exactly one sensible one.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static Code, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Error, code, message, span)
    }

    /// A warning at `span`.
    pub fn warning(code: &'static Code, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Warning, code, message, span)
    }

    /// A diagnostic whose severity is computed.
    pub fn new(severity: Severity, code: &'static Code, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: Label { span, message: String::new() },
            labels: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn here(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Adds a related place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a sentence.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds the repair that replaces one span.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix_all(title, vec![Edit { span, text: text.into() }])
    }

    /// Adds a repair of several replacements.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }

    /// Adds "did you mean", with the repair, when a name is near to `wanted`.
    #[must_use]
    pub fn did_you_mean<'a>(self, wanted: &str, span: Span, names: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(wanted, names) {
            Some(name) => {
                let name = name.to_owned();
                self.note(format!("did you mean `{name}`?")).fix(format!("change `{wanted}` to `{name}`"), span, name)
            }
            None => self,
        }
    }
}

/// Collects what the phases find. Sorted and without repetitions only when it is read.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    found: Vec<Diagnostic>,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all of `others`.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(others);
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many were found so far, repetitions included.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All, by place, then code; one for each place, code and message.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found
            .sort_by(|a, b| (a.primary.span, a.code.id, &a.message).cmp(&(b.primary.span, b.code.id, &b.message)));
        self.found.dedup_by(|a, b| a.code == b.code && a.primary.span == b.primary.span && a.message == b.message);
        self.found
    }
}
