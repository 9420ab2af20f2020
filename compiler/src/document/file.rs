//! Opening a file that somebody else named: only a regular file, never one that can hang or has no end.

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing is there.
    #[error("`{}` does not exist", .0.display())]
    Missing(PathBuf),
    /// A folder stands where a file should.
    #[error("`{}` is a directory, not a file", .0.display())]
    Directory(PathBuf),
    /// A device, socket or pipe.
    #[error("`{}` is a {kind}, not a regular file", .path.display())]
    Special {
        /// The path as it was given.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// A link, where links are not followed.
    #[error("`{}` is a symbolic link", .0.display())]
    Link(PathBuf),
    /// Links that lead to each other.
    #[error("`{}` is a loop of symbolic links", .0.display())]
    LinkLoop(PathBuf),
    /// The system does not let us read it.
    #[error("no permission to read `{}`", .0.display())]
    Denied(PathBuf),
    /// More bytes than the caller wants.
    #[error("`{}` has {size} bytes, and at most {limit} are read", .path.display())]
    TooLarge {
        /// The path as it was given.
        path: PathBuf,
        /// Its size in bytes, as far as it is known.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Any other failure of the system.
    #[error("`{}` could not be read: {cause}", .path.display())]
    Io {
        /// The path as it was given.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
}

impl FileError {
    /// The error for what the system said of `path`.
    pub fn new(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => Self::Missing(path),
            io::ErrorKind::PermissionDenied => Self::Denied(path),
            io::ErrorKind::IsADirectory => Self::Directory(path),
            _ if is_link_loop(&cause) => Self::LinkLoop(path),
            _ => Self::Io { path, cause },
        }
    }
}

/// What to do with a path that is a symbolic link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// Open what it leads to.
    Follow,
    /// Answer [`FileError::Link`].
    Refuse,
}

/// Opens a regular file for reading, and says how many bytes it has. Never waits for a writer.
///
/// # Errors
/// [`FileError`], but never [`FileError::TooLarge`].
pub fn open(path: &Path, links: Links) -> Result<(File, u64), FileError> {
    let fail = |cause| FileError::new(path, cause);
    let found = match links {
        Links::Follow => fs::metadata(path),
        Links::Refuse => fs::symlink_metadata(path),
    };
    // Before opening, because opening a device may do something; and after it, because the path may lead elsewhere by then.
    check_regular(path, found.map_err(fail)?.file_type())?;
    let mut options = OpenOptions::new();
    options.read(true);
    never_wait(&mut options, links);
    let file = options.open(path).map_err(fail)?;
    let opened = file.metadata().map_err(fail)?;
    check_regular(path, opened.file_type())?;
    Ok((file, opened.len()))
}

/// The bytes of a regular file of at most `limit` bytes; links are followed. A larger one is refused by its size, and
/// one that grows meanwhile is not read beyond the limit.
///
/// # Errors
/// [`FileError`], but never [`FileError::Link`].
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let (file, size) = open(path, Links::Follow)?;
    let too_large = |size| FileError::TooLarge { path: path.to_owned(), size, limit };
    if size > limit {
        return Err(too_large(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default().saturating_add(1));
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|cause| FileError::new(path, cause))?;
    let size = bytes.len() as u64;
    if size > limit { Err(too_large(size)) } else { Ok(bytes) }
}

/// Refuses whatever is not a regular file; a link is none.
pub(crate) fn check_regular(path: &Path, kind: FileType) -> Result<(), FileError> {
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(FileError::Directory(path.to_owned()))
    } else if kind.is_symlink() {
        Err(FileError::Link(path.to_owned()))
    } else {
        Err(FileError::Special { path: path.to_owned(), kind: special_kind(kind) })
    }
}

#[cfg(unix)]
fn special_kind(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "named pipe"
    } else if kind.is_socket() {
        "socket"
    } else {
        "device"
    }
}

#[cfg(not(unix))]
fn special_kind(_: FileType) -> &'static str {
    "special file"
}

/// A pipe that took the file's place since it was looked at does not block, and a link that did is not followed.
#[cfg(unix)]
fn never_wait(options: &mut OpenOptions, links: Links) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = match links {
        Links::Follow => OFlags::NONBLOCK,
        Links::Refuse => OFlags::NONBLOCK | OFlags::NOFOLLOW,
    };
    options.custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn never_wait(_: &mut OpenOptions, _: Links) {}

#[cfg(unix)]
fn is_link_loop(cause: &io::Error) -> bool {
    cause.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_link_loop(_: &io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_by_the_system_keeps_its_cause() {
        let error = |kind| FileError::new(Path::new("scan.json"), io::Error::from(kind)).to_string();
        assert_eq!(error(io::ErrorKind::PermissionDenied), "no permission to read `scan.json`");
        assert_eq!(error(io::ErrorKind::NotFound), "`scan.json` does not exist");
        assert!(error(io::ErrorKind::TimedOut).starts_with("`scan.json` could not be read: "));
    }
}
