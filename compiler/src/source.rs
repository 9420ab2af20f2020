//! Source text and places in it. Every phase speaks of places with a [`Span`]; only rendering turns one into lines and columns.

mod lines;
mod loader;
pub use lines::{LineIndex, Position};
pub use loader::{Loader, MAX_SOURCE_BYTES, MemoryLoader, Overlay, ReadError};

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Identifies one file of a [`Sources`]; cheap to copy and to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(u32);

/// A range of bytes in one file. `start <= end`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file that the range is in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of the bytes `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end: end.max(start) }
    }

    /// The smallest span that holds both. Both must be of one file; the file of `self` is kept.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start of `self`: where something is inserted before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The empty span at the end of `self`: where something is inserted after it.
    #[must_use]
    pub fn after(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// The span of `range`, counted from the start of `self`.
    #[must_use]
    pub fn inner(self, range: Range<usize>) -> Self {
        let at = |offset: usize| self.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.end);
        Self { file: self.file, start: at(range.start), end: at(range.end) }
    }

    /// The range as indices into the file's text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `offset` is inside, or at either end.
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub node: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

/// One file: the name that messages show and its text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The name shown to users: a path relative to the project with `/` between its parts, or `std/…` for the library.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// Made when it is first asked for: most files of a sound project have nothing to be said about them.
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// The line starts of this file.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// All files of one compilation. Files are only added.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and gives it an id.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { name: name.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// The file of an id that this value gave out.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text that a span covers; empty where the span does not fit the file.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or_default()
    }

    /// Every file with its id, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// `name:line:column` of the start of a span, as people and tools read it (both from 1).
    pub fn place(&self, span: Span) -> String {
        let file = self.file(span.file);
        let at = file.lines().position(&file.text, span.start);
        format!("{}:{}:{}", file.name, at.line + 1, at.column + 1)
    }
}
