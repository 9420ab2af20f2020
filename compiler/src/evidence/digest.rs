//! The digest of a model: the one that OpenSSF model signing (`model-signing` 1.x, method `files`, hash `sha256`)
//! signs as the digest of the statement's subject.
//!
//! The tool hashes each file with SHA-256, sorts the files by their paths, and hashes the raw digests in that order.
//! It compares paths part by part (Python's `PurePath`), so `a/b` comes before `a-b`. Names are not hashed: two models
//! whose files differ in name only can have one digest, and so a signature must be compared file by file (see
//! [`ModelSigning::differences`](super::statement::ModelSigning::differences)).

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{hex, root_digest};
use crate::document::file::{self, FileError, Links};

/// The files of a model, and the digest of them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFiles {
    /// `sha256:…`, over the digests of the files.
    pub digest: String,
    /// The files, in the order in which their digests were hashed. Never empty.
    pub files: Vec<ModelFile>,
}

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// The path in the model's folder, with `/`. It is `.` for a model that is one file.
    pub name: String,
    /// The digest in lower-case hexadecimal, as the tool writes it, without `sha256:`.
    pub sha256: String,
    /// How many bytes were hashed.
    pub size: u64,
}

/// The paths that are no part of a model: themselves, and everything below them. Each starts at the model's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored(Vec<Vec<String>>);

impl Ignored {
    /// Nothing is ignored.
    pub fn nothing() -> Self {
        Self(Vec::new())
    }

    /// Ignores one more path, which is relative to the model's folder and has `/` between its parts. The signer adds
    /// the signature file here, if that is in the folder. A path that leaves the folder ignores nothing.
    #[must_use]
    pub fn and(mut self, path: &str) -> Self {
        if !path.starts_with('/') {
            self.0.push(path.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect());
        }
        self
    }

    fn has(&self, parts: &[String]) -> bool {
        self.0.iter().any(|ignored| parts.starts_with(ignored))
    }
}

impl Default for Ignored {
    /// What the tool ignores unless told otherwise: Git's own files, at the top of the folder only.
    fn default() -> Self {
        [".git", ".gitattributes", ".github", ".gitignore"].into_iter().fold(Self::nothing(), Self::and)
    }
}

/// Why a model has no digest.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// A file or folder could not be read. A symbolic link is one such: what it leads to may change unseen.
    #[error(transparent)]
    File(#[from] FileError),
    /// A name that no statement can hold.
    #[error("the name of `{}` is not UTF-8", .0.display())]
    Name(PathBuf),
    /// No file at all. The tool would sign this; but a digest over nothing is the same for every empty folder.
    #[error("`{}` holds no file of a model", .0.display())]
    Empty(PathBuf),
}

/// Hashes a model, a folder or one file. The memory needed does not depend on the size of the files. `progress` is
/// told the number of bytes hashed since it was last called.
///
/// # Errors
/// [`DigestError`], for the first thing in the way; there is no digest of a part of a model.
pub fn model_digest(model: &Path, ignored: &Ignored, mut progress: impl FnMut(u64)) -> Result<ModelFiles, DigestError> {
    // Without a trailing `/`, which would follow a link.
    let model: PathBuf = model.components().collect();
    let mut files = Vec::new();
    let mut digests = Vec::new();
    for (parts, path) in list(&model, ignored)? {
        let (digest, size) = hash(&path, &mut progress)?;
        let name = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
        files.push(ModelFile { name, sha256: hex(digest), size });
        digests.push(digest);
    }
    if files.is_empty() {
        return Err(DigestError::Empty(model));
    }
    Ok(ModelFiles { digest: root_digest(&digests), files })
}

/// The files of the model as (parts of the name, path), sorted by name. Links are never followed, so it ends.
fn list(model: &Path, ignored: &Ignored) -> Result<Vec<(Vec<String>, PathBuf)>, DigestError> {
    let mut files = Vec::new();
    let mut open = vec![(Vec::new(), model.to_owned())];
    while let Some((parts, path)) = open.pop() {
        if ignored.has(&parts) {
            continue;
        }
        let fail = |cause| FileError::new(&path, cause);
        let kind = fs::symlink_metadata(&path).map_err(fail)?.file_type();
        if !kind.is_dir() {
            // Now, and not only when it is opened: hashing what comes before it may take an hour.
            file::check_regular(&path, kind)?;
            files.push((parts, path));
            continue;
        }
        for entry in fs::read_dir(&path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let Ok(name) = entry.file_name().into_string() else { return Err(DigestError::Name(entry.path())) };
            let mut below = parts.clone();
            below.push(name);
            open.push((below, entry.path()));
        }
    }
    // By parts, as Python sorts paths. UTF-8 bytes sort like its code points.
    files.sort();
    Ok(files)
}

/// The SHA-256 of a file, and how many bytes it had.
fn hash(path: &Path, progress: &mut impl FnMut(u64)) -> Result<([u8; 32], u64), FileError> {
    let (mut file, _) = file::open(path, Links::Refuse)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finalize().into(), size)),
            Ok(read) => read,
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(FileError::new(path, cause)),
        };
        hasher.update(&buffer[..read]);
        size += read as u64;
        progress(read as u64);
    }
}
