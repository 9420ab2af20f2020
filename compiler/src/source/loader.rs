//! Where the text of a project comes from. The compiler itself reads no file: it asks a [`Loader`].

/// Gives the compiler its source files.
pub trait Loader {
    /// The project's source files: paths relative to its root, with `/` between the parts, sorted.
    fn files(&self) -> Vec<String>;

    /// The text of one of these files.
    fn read(&self, path: &str) -> Result<String, ReadError>;
}

/// Why a source file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The system said no.
    #[error("{0}")]
    Io(String),
    /// Not text.
    #[error("it is not UTF-8: the byte at offset {0} does not belong there")]
    NotUtf8(usize),
    /// Larger than [`MAX_SOURCE_BYTES`].
    #[error("it has {0} bytes, more than the {MAX_SOURCE_BYTES} that a source file may have")]
    TooLarge(u64),
}

/// The largest source file that is read, in bytes.
pub const MAX_SOURCE_BYTES: u64 = 16 * 1024 * 1024;

/// Sources in memory, for tests and for files that an editor has open.
#[derive(Debug, Clone, Default)]
pub struct MemoryLoader {
    files: std::collections::BTreeMap<String, String>,
}

impl MemoryLoader {
    /// Adds or replaces a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }
}

impl Loader for MemoryLoader {
    fn files(&self) -> Vec<String> {
        self.files.keys().filter(|path| path.ends_with(".gate")).cloned().collect()
    }

    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.files.get(path).cloned().ok_or_else(|| ReadError::Io("no such file".into()))
    }
}

/// Some files in memory over those of another loader: what an editor has open, and what is on disk.
pub struct Overlay<'a> {
    base: &'a dyn Loader,
    open: &'a MemoryLoader,
}

impl<'a> Overlay<'a> {
    /// The files of `open`, and those of `base` that it does not have.
    pub fn new(base: &'a dyn Loader, open: &'a MemoryLoader) -> Self {
        Self { base, open }
    }
}

impl Loader for Overlay<'_> {
    fn files(&self) -> Vec<String> {
        let mut files = self.base.files();
        files.extend(self.open.files());
        files.sort();
        files.dedup();
        files
    }

    fn read(&self, path: &str) -> Result<String, ReadError> {
        if self.open.files.contains_key(path) { self.open.read(path) } else { self.base.read(path) }
    }
}
