//! The record of a run: which tool wrote a report, and what it looked at. `gatewright evidence record` writes one beside each report, as
//! an in-toto Statement v1 about the report.

use super::sha256_text;
use crate::document::{self, Format, Limits};
use crate::value::{Scalar, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What follows the name of a report in the name of its record.
pub const RECORD_SUFFIX: &str = ".record.json";

/// The predicate type of a record.
pub const RECORD_TYPE: &str = "https://gatewright.dev/record/v1";

const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// A record, as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordStatement {
    #[serde(rename = "_type")]
    statement_type: String,
    /// The report: its name and digest.
    pub subject: Vec<Artifact>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    /// What was run.
    pub predicate: Run,
}

/// A file or folder, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// The name.
    pub name: String,
    /// Algorithm and hexadecimal digits; always `sha256`.
    pub digest: BTreeMap<String, String>,
}

/// One run of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Run {
    /// The tool.
    pub tool: Tool,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// How it ended. Many scanners end with 1 when they find something.
    pub exit_code: i32,
    /// When it started, in UTC.
    pub started_on: String,
    /// When it ended, in UTC.
    pub finished_on: String,
    /// What it looked at; the same before and after the run.
    pub inputs: Vec<Artifact>,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The name.
    pub name: String,
    /// The version, where whoever recorded it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl RecordStatement {
    /// The record of one report of a run.
    pub fn new(report: &str, bytes: &[u8], run: Run) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.into(),
            subject: vec![Artifact::new(report, &sha256_text(Sha256::digest(bytes)))],
            predicate_type: RECORD_TYPE.into(),
            predicate: run,
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// It cannot be read, or is something else; in words.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, String> {
        let json = document::read(bytes, Format::Json, limits).map_err(|error| error.to_string())?;
        let record: Self = serde_json::from_value(json).map_err(|error| format!("it is no record: {error}"))?;
        if record.statement_type != STATEMENT_TYPE || record.predicate_type != RECORD_TYPE {
            return Err(format!("it is `{}`, not a record", record.predicate_type));
        }
        for time in [&record.predicate.started_on, &record.predicate.finished_on] {
            Time::parse_literal(time).map_err(|error| format!("`{time}` is no time: {error}"))?;
        }
        Ok(record)
    }

    /// The text of the record.
    pub fn to_text(&self) -> String {
        // Nothing in a record is a map with keys that are not text, which is the only thing that JSON cannot hold.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }

    /// Whether this is the record of a report with this name and these bytes.
    pub fn is_of(&self, report: &str, bytes: &[u8]) -> bool {
        let digest = sha256_text(Sha256::digest(bytes));
        matches!(self.subject.as_slice(), [only] if only.name == report && only.sha256().as_ref() == Some(&digest))
    }

    /// The digests of what the tool looked at.
    pub fn inputs(&self) -> impl Iterator<Item = String> {
        self.predicate.inputs.iter().map(|input| input.sha256().unwrap_or_else(|| "something without a digest".into()))
    }
}

impl Artifact {
    /// An artifact with a digest that is written `sha256:…`.
    pub fn new(name: &str, digest: &str) -> Self {
        let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
        Self { name: name.into(), digest: BTreeMap::from([("sha256".into(), hex.into())]) }
    }

    /// The digest as `sha256:…`.
    fn sha256(&self) -> Option<String> {
        self.digest.get("sha256").map(|hex| format!("sha256:{hex}"))
    }
}
