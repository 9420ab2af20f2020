//! The files that are collected from.

use crate::core::policy::RawChange;
use crate::document::file::{FileError, read_bytes};
use crate::document::{self, Format, Limits};
use crate::evidence::digest::{Ignored, ModelFiles, model_digest};
use serde_json::Value;
use std::path::PathBuf;

/// Gives the collector its files, and the reasons in words where there are none.
pub trait Files {
    /// The bytes of a document of a tool, or of a record beside it; `None` if it is not there.
    ///
    /// # Errors
    /// It is there and cannot be read, or is larger than `limit` bytes.
    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, String>;

    /// The model's files; `None` if none were named.
    fn model(&self) -> Option<Result<ModelFiles, String>>;

    /// The bytes of a document with what a test changes in it; `None` if nothing is.
    fn changed(&self, _name: &str, _format: Format, _bytes: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Files on disk.
#[derive(Debug, Clone, Default)]
pub struct DiskFiles {
    /// The folder of the documents, if one was named.
    pub evidence: Option<PathBuf>,
    /// The model's folder or file, if one was named.
    pub model: Option<PathBuf>,
}

impl Files for DiskFiles {
    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        let Some(folder) = &self.evidence else { return Ok(None) };
        match read_bytes(&folder.join(name), limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(FileError::Missing(_)) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn model(&self) -> Option<Result<ModelFiles, String>> {
        let model = self.model.as_ref()?;
        Some(model_digest(model, &Ignored::default(), |_| ()).map_err(|error| error.to_string()))
    }
}

/// Files with changes to what was read from them: a test says what a document should have said.
pub struct Changed<'a> {
    /// The files.
    pub files: Box<dyn Files>,
    /// The changes.
    pub changes: &'a [RawChange],
}

impl Files for Changed<'_> {
    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        self.files.read(name, limit)
    }

    fn model(&self) -> Option<Result<ModelFiles, String>> {
        self.files.model()
    }

    fn changed(&self, name: &str, format: Format, bytes: &[u8]) -> Option<Vec<u8>> {
        let changes: Vec<&RawChange> = self.changes.iter().filter(|change| change.file == name).collect();
        if changes.is_empty() {
            return None;
        }
        // An envelope is changed as it stands in the file, not what is inside it.
        let container = if matches!(format, Format::Dsse | Format::SigstoreBundle) { Format::Json } else { format };
        let mut document = document::read(bytes, container, &Limits::default()).ok()?;
        for change in changes {
            change.at.set(&mut document, change.value.clone()).ok()?;
        }
        Some(match (container, &document) {
            (Format::Jsonl, Value::Array(lines)) => {
                lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
            }
            (Format::FrontMatter, front) => format!("---\n{front}\n---\n").into_bytes(),
            // JSON is YAML as well.
            (_, document) => document.to_string().into_bytes(),
        })
    }
}
