//! Projects on disk: the one place of the library that reads source files.

use super::config::{CONFIG_FILE, Config};
use crate::source::{Loader, MAX_SOURCE_BYTES, ReadError};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Folders that hold no sources of the project.
const SKIPPED: &[&str] = &["dist", "target", "node_modules"];

/// A project in a folder.
#[derive(Debug, Clone)]
pub struct DiskLoader {
    root: PathBuf,
    files: Vec<String>,
}

/// Why a project cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder is not there, or may not be read.
    #[error("`{path}` cannot be opened: {cause}")]
    Folder {
        /// The folder, as it was given.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// It is a file.
    #[error("`{0}` is not a folder; name the folder of a project")]
    NotAFolder(String),
}

impl DiskLoader {
    /// Opens the project that `folder` belongs to: the nearest folder upward with a `gatewright.toml`, or else `folder` itself.
    ///
    /// # Errors
    /// [`OpenError`]: the folder cannot be read.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let failed = |cause| OpenError::Folder { path: folder.display().to_string(), cause };
        let folder = fs::canonicalize(folder).map_err(failed)?;
        if !folder.is_dir() {
            return Err(OpenError::NotAFolder(folder.display().to_string()));
        }
        let root = folder.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()).unwrap_or(&folder);
        Self::below(root)
    }

    /// The source files below a folder, whatever project they belong to.
    ///
    /// # Errors
    /// [`OpenError`]: the folder cannot be read.
    pub fn below(folder: &Path) -> Result<Self, OpenError> {
        let failed = |cause| OpenError::Folder { path: folder.display().to_string(), cause };
        Ok(Self { root: folder.to_path_buf(), files: sources(folder).map_err(failed)? })
    }

    /// The root of the project.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of `gatewright.toml`, if there is one.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn config(&self) -> Result<Option<String>, ReadError> {
        if !self.root.join(CONFIG_FILE).exists() {
            return Ok(None);
        }
        self.read(CONFIG_FILE).map(Some)
    }

    /// What the project chose; see [`Config`].
    ///
    /// # Errors
    /// The file cannot be read, or says something that it may not.
    pub fn settings(&self) -> Result<Config, String> {
        match self.config() {
            Ok(None) => Ok(Config::default()),
            Ok(Some(text)) => Config::parse(&text).map_err(|error| error.to_string()),
            Err(error) => Err(format!("`{CONFIG_FILE}` cannot be read: {error}")),
        }
    }
}

impl Loader for DiskLoader {
    fn files(&self) -> Vec<String> {
        self.files.clone()
    }

    fn read(&self, path: &str) -> Result<String, ReadError> {
        let file = self.root.join(path);
        let kind = fs::metadata(&file).map_err(said)?;
        if !kind.is_file() {
            let what = if kind.is_dir() { "it is a folder" } else { "it is not a regular file" };
            return Err(ReadError::Io(what.into()));
        }
        if kind.len() > MAX_SOURCE_BYTES {
            return Err(ReadError::TooLarge(kind.len()));
        }
        let mut bytes = Vec::new();
        // A file may grow between the two calls.
        File::open(&file).map_err(said)?.take(MAX_SOURCE_BYTES + 1).read_to_end(&mut bytes).map_err(said)?;
        if bytes.len() as u64 > MAX_SOURCE_BYTES {
            return Err(ReadError::TooLarge(bytes.len() as u64));
        }
        String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
    }
}

fn said(error: io::Error) -> ReadError {
    ReadError::Io(error.to_string())
}

/// The source files below a folder, sorted. Links to folders are not followed, so a circle of them does no harm.
fn sources(root: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let walk =
        WalkDir::new(root).follow_links(false).into_iter().filter_entry(|entry| entry.depth() == 0 || is_ours(entry));
    for entry in walk {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "gate")
            && let Ok(path) = entry.path().strip_prefix(root)
        {
            let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a folder belongs to this project: not hidden, not made by a tool, and no project of its own.
fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    if name.starts_with('.') {
        return false;
    }
    !entry.file_type().is_dir() || !(SKIPPED.contains(&&*name) || entry.path().join(CONFIG_FILE).is_file())
}
