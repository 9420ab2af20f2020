//! The subject document: everything that is known about one subject, in the names of the language. `gatewright evidence collect` writes it,
//! and the gate and Rego decide on it, so its bytes are canonical: one subject, one text.

mod schema;

use crate::core::policy::Weakness;
use crate::document::{self, Format, Limits};
use crate::value::{Scalar, Time};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use schema::schema;

/// A subject document. Its JSON has exactly these keys, and `"gatewright": 1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of this format.
    #[serde(rename = "gatewright")]
    pub format: FormatVersion,
    /// The kind of subject, such as `release`.
    pub subject: String,
    /// The declared asset that it belongs to, such as `fraud_scoring.fraud_v3`; `None` for a subject that belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// When the documents were collected. No decision depends on it.
    #[serde(with = "time")]
    pub collected_at: Time,
    /// The values, by the names of the language. Nothing is judged before it is read.
    pub fields: Map<String, Value>,
    /// What is wrong with fields of the subject.
    pub problems: Vec<Problem>,
    /// Which files the fields come from.
    pub origins: Vec<FileOrigin>,
}

/// The version of the format: 1, and nothing else is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FormatVersion;

/// Why a field of the subject is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// The field of the subject.
    pub field: String,
    /// What kind of trouble it is.
    pub kind: ProblemKind,
    /// The trouble in words, for people.
    pub reason: String,
}

impl Problem {
    /// The name that stands for the asset which the subject belongs to.
    const ASSET: &'static str = "asset";

    /// It is not known which asset the subject belongs to.
    pub fn asset(reason: String) -> Self {
        Self { field: Self::ASSET.to_owned(), kind: ProblemKind::Mismatch, reason }
    }
}

/// The kinds of [`Problem`]. A policy can accept those that are a [`Weakness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// There is no such document.
    Missing,
    /// The file could not be read.
    Unreadable,
    /// It could be read, and is not what its format says.
    Malformed,
    /// It speaks of something else.
    Mismatch,
    /// What the collector computes could not be computed.
    Computed,
    /// Nothing ties it to what it speaks about.
    Unbound,
    /// The tool's version is not one that the declaration was written for, or not known.
    Version,
}

impl ProblemKind {
    /// Every kind.
    pub const ALL: [ProblemKind; 7] = [
        ProblemKind::Missing,
        ProblemKind::Unreadable,
        ProblemKind::Malformed,
        ProblemKind::Mismatch,
        ProblemKind::Computed,
        ProblemKind::Unbound,
        ProblemKind::Version,
    ];

    /// What a policy has to accept to go on in spite of it.
    pub fn weakness(self) -> Option<Weakness> {
        match self {
            ProblemKind::Unbound => Some(Weakness::Unbound),
            ProblemKind::Version => Some(Weakness::Version),
            _ => None,
        }
    }
}

/// Which file a field of the subject comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOrigin {
    /// The field of the subject.
    pub field: String,
    /// The file, by its name in the evidence folder.
    pub file: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal digits.
    pub sha256: String,
    /// The tool's version, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_version: Option<String>,
    /// What ties it to what it speaks about, if anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_by: Option<Binding>,
}

/// What ties a document to what it speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// It states the digest itself.
    Digest,
    /// The record of `gatewright evidence record` states it.
    Record,
}

impl Binding {
    /// Every one.
    pub const ALL: [Binding; 2] = [Binding::Digest, Binding::Record];
}

/// Why a text is not a subject document.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// It is not JSON that is read.
    #[error(transparent)]
    Json(#[from] document::DocumentError),
    /// It is JSON of another shape.
    #[error("at `{path}`: {cause}")]
    Shape {
        /// Where: `.` is the whole document.
        path: String,
        /// What is wrong there.
        cause: String,
    },
}

impl Document {
    /// Reads a subject document; anything that it should not say is an error.
    ///
    /// # Errors
    /// [`SubjectError`]: not JSON (duplicate keys, depth and size are bounded as for every document), or of another shape.
    pub fn from_json(text: &str) -> Result<Self, SubjectError> {
        let json = document::read(text.as_bytes(), Format::Json, &Limits::default())?;
        objects(&json)?;
        serde_path_to_error::deserialize(json)
            .map_err(|error| SubjectError::Shape { path: error.path().to_string(), cause: error.inner().to_string() })
    }

    /// Why it is not known which asset the subject belongs to, if that is said.
    pub fn stranger(&self) -> Option<&str> {
        let problem = self.problems.iter().find(|problem| problem.field == Problem::ASSET && self.asset.is_none());
        problem.map(|problem| problem.reason.as_str())
    }

    /// The canonical text: sorted keys, two blanks for each level, a final newline.
    pub fn to_canonical_json(&self) -> String {
        // Nothing in a document is a map with keys that are not text, which is the only thing that JSON cannot hold.
        let mut json = serde_json::to_value(self).unwrap_or_default();
        drop_nulls(&mut json);
        json.sort_all_objects();
        format!("{json:#}\n")
    }
}

/// Refuses lists where objects are due: serde would read a struct from the list of its fields.
fn objects(json: &Value) -> Result<(), SubjectError> {
    let shape = |path: String| SubjectError::Shape { path, cause: "expected an object".to_owned() };
    if !json.is_object() {
        return Err(shape(".".to_owned()));
    }
    for key in ["problems", "origins"] {
        let entries = json.get(key).and_then(Value::as_array).into_iter().flatten().enumerate();
        for (position, entry) in entries {
            if !entry.is_object() {
                return Err(shape(format!("{key}[{position}]")));
            }
        }
    }
    Ok(())
}

/// Null is absent (design §4), so it is not written; in a list it is an element, of no type.
fn drop_nulls(json: &mut Value) {
    match json {
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            entries.values_mut().for_each(drop_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(1)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // `1.0` is the number 1, here as everywhere.
        match f64::deserialize(deserializer)? {
            1.0 => Ok(FormatVersion),
            other => Err(D::Error::custom(format!("version {other} of the format is not known, only 1 is"))),
        }
    }
}

/// A [`Time`] as its text.
mod time {
    use super::{Deserialize, Deserializer, Error, Scalar, Serializer, Time};

    pub(super) fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(time)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        Time::parse_literal(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
