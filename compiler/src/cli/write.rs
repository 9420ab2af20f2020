//! Writing files so that nobody ever sees half of one: to a temporary file beside it, then renamed.

use super::Trouble;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Writes a file. A file that is there keeps its permissions.
pub fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let failed = |error: std::io::Error| Trouble::new(format!("`{}` cannot be written: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if let Ok(there) = fs::metadata(path) {
        fs::set_permissions(file.path(), there.permissions()).map_err(failed)?;
    } else {
        set_default_permissions(file.path()).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Temporary files are private; what is built is for everybody who can read the project.
#[cfg(unix)]
fn set_default_permissions(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_default_permissions(_: &Path) -> std::io::Result<()> {
    Ok(())
}
