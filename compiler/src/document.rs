//! Reading what a tool wrote. A report decides whether a model is released, so a document is read strictly or not at
//! all: whatever two readers could understand differently (a duplicate key, a number that no float holds, text after
//! the end) is an error, and the work is bounded whatever the bytes are.

pub mod envelope;
pub mod file;
mod json;
pub mod path;
mod tree;
mod yaml;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde_json::Value;

use envelope::{Envelope, EnvelopeError};
use file::FileError;

/// How the bytes of a document are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON value (RFC 8259).
    Json,
    /// One JSON value on each line; the result is the list of them. Blank lines are allowed.
    Jsonl,
    /// One YAML 1.2 document whose value JSON can hold.
    Yaml,
    /// The YAML between the two `---` lines at the start of a Markdown file.
    FrontMatter,
    /// A DSSE envelope; the result is the in-toto statement inside. Reading it verifies no signature.
    Dsse,
    /// A Sigstore bundle that holds a DSSE envelope; the result is the statement inside. Reading it verifies no signature.
    SigstoreBundle,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Json, Self::Jsonl, Self::Yaml, Self::FrontMatter, Self::Dsse, Self::SigstoreBundle];

    /// The name in a policy: `json`, `jsonl`, `yaml`, `front_matter`, `dsse` or `sigstore_bundle`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Yaml => "yaml",
            Self::FrontMatter => "front_matter",
            Self::Dsse => "dsse",
            Self::SigstoreBundle => "sigstore_bundle",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no [`Format`] has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a document format")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// What a document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest document, in bytes. Default: 256 MiB.
    pub max_bytes: u64,
    /// The most lists and objects inside each other; never more than 64 in YAML. Each takes room on the stack, of which
    /// a thread with 2 MiB has enough for the default: 128.
    pub max_depth: usize,
    /// The most memory that the values read may take, in bytes, by an estimate on the safe side. It stops documents
    /// such as `[{"":0},{"":0},…]`, which take some eighty times their own size. Default: 2 GiB.
    pub max_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 256 << 20, max_depth: 128, max_memory: 2 << 30 }
    }
}

/// A place in the text of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a document was not read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file itself could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// More bytes than [`Limits::max_bytes`].
    #[error("the document has {size} bytes, and at most {limit} are read")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The text begins with the mark of UTF-16.
    #[error("the document is UTF-16, and only UTF-8 is read")]
    Utf16,
    /// A byte that UTF-8 does not allow.
    #[error("the document is not UTF-8: byte {offset} is invalid")]
    InvalidUtf8 {
        /// The offset of the first such byte in the document, from 0.
        offset: usize,
    },
    /// Nothing but blanks (and, in YAML, comments).
    #[error("the document is empty")]
    Empty,
    /// The text does not follow the grammar of its format.
    #[error("{cause}, at {at}")]
    Syntax {
        /// What the parser says.
        cause: String,
        /// Where it stopped.
        at: Position,
    },
    /// A key that its object already has: readers differ in which of the two they take.
    #[error("duplicate key `{}`, at {at}", .key.escape_debug())]
    DuplicateKey {
        /// The key.
        key: String,
        /// Where the second one ends.
        at: Position,
    },
    /// Deeper than [`Limits::max_depth`].
    #[error("more than {limit} lists and objects are inside each other, at {at}")]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where it was passed.
        at: Position,
    },
    /// Values that take more than [`Limits::max_memory`].
    #[error("the values of the document would take more than {limit} bytes of memory, at {at}")]
    TooMuchMemory {
        /// The limit in bytes.
        limit: u64,
        /// Where it was passed.
        at: Position,
    },
    /// A YAML document with too many values or too much text, or whose aliases grow out of all proportion.
    #[error("the YAML document is too large, or its aliases expand too far, at {at}")]
    TooComplex {
        /// Where the limit was passed.
        at: Position,
    },
    /// Something that YAML can say and JSON cannot, such as a key that is not a text.
    #[error("{what}, which JSON cannot hold, at {at}")]
    NotJson {
        /// What it is.
        what: String,
        /// Where it stands.
        at: Position,
    },
    /// More text after the value.
    #[error("there is more text after the value, at {at}")]
    Trailing {
        /// Where it starts.
        at: Position,
    },
    /// A Markdown file whose first line is not `---`.
    #[error("the document has no front matter: its first line is not `---`")]
    NoFrontMatter,
    /// A front matter without an end.
    #[error("the front matter that starts in line 1 has no closing `---` line")]
    OpenFrontMatter,
    /// The document is JSON, but not the envelope or bundle it should be.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The payload of an envelope could not be read.
    #[error("in the payload of the envelope: {0}")]
    Payload(#[source] Box<DocumentError>),
}

/// The value of a document. Its numbers are finite, and its objects have no duplicate keys.
///
/// # Errors
/// Every [`DocumentError`] but [`DocumentError::File`].
pub fn read(bytes: &[u8], format: Format, limits: &Limits) -> Result<Value, DocumentError> {
    let size = bytes.len() as u64;
    if size > limits.max_bytes {
        return Err(DocumentError::TooLarge { size, limit: limits.max_bytes });
    }
    let text = text(bytes)?;
    match format {
        Format::Json => json::read(text, limits),
        Format::Jsonl => json::read_lines(text, limits),
        Format::Yaml => yaml::read(text, limits),
        Format::FrontMatter => yaml::read_front_matter(text, limits),
        Format::Dsse => Envelope::from_json(&json::read(text, limits)?)?.statement(limits),
        Format::SigstoreBundle => Envelope::from_bundle(&json::read(text, limits)?)?.statement(limits),
    }
}

/// Every document of a stream, as `helm template` (YAML, parted by `---`) and `kubectl get -o json` (one JSON value) write it. Documents
/// that say nothing are left out.
///
/// # Errors
/// As for [`read`].
pub fn read_stream(bytes: &[u8], limits: &Limits) -> Result<Vec<Value>, DocumentError> {
    let size = bytes.len() as u64;
    if size > limits.max_bytes {
        return Err(DocumentError::TooLarge { size, limit: limits.max_bytes });
    }
    let text = text(bytes)?;
    match text.trim_start().starts_with(['{', '[']) {
        // `{…}` and `[…]` are YAML too, and only YAML can go on after them.
        true => match json::read(text, limits) {
            Err(DocumentError::Trailing { .. }) => yaml::read_all(text, limits),
            read => read.map(|value| vec![value]),
        },
        false => yaml::read_all(text, limits),
    }
}

/// The value of the document in a file; links are followed. A file that is too large is refused before it is read.
///
/// # Errors
/// Every [`DocumentError`].
pub fn read_file(path: &Path, format: Format, limits: &Limits) -> Result<Value, DocumentError> {
    read(&file::read_bytes(path, limits.max_bytes)?, format, limits)
}

/// The text of a document, without a byte order mark.
fn text(bytes: &[u8]) -> Result<&str, DocumentError> {
    if bytes.starts_with(b"\xFE\xFF") || bytes.starts_with(b"\xFF\xFE") {
        return Err(DocumentError::Utf16);
    }
    let text = str::from_utf8(bytes).map_err(|error| DocumentError::InvalidUtf8 { offset: error.valid_up_to() })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!("JSON".parse::<Format>(), Err(UnknownFormat("JSON".into())));
    }
}
