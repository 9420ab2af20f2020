//! Projects of the repository, read for a test.

use gatewright::check::Settings;
use gatewright::session::config::{CONFIG_FILE, Config};
use gatewright::session::{self, Checked};
use gatewright::source::MemoryLoader;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Every file below a folder, as paths relative to it with `/`, sorted; folders that are projects of their own are left out.
///
/// # Errors
/// A folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

/// Checks the project in a folder of the repository.
///
/// # Errors
/// A file cannot be read.
pub fn check(folder: &str) -> io::Result<Checked> {
    let root = repository().join(folder);
    let settings = match fs::read_to_string(root.join(CONFIG_FILE)) {
        Ok(text) => Config::parse(&text).map_err(io::Error::other)?.settings(),
        Err(_) => Settings::default(),
    };
    let mut loader = MemoryLoader::default();
    for name in files(&root)?.into_iter().filter(|name| name.ends_with(".gate")) {
        let text = fs::read_to_string(root.join(&name))?;
        loader = loader.with(name, text);
    }
    Ok(session::check(&loader, settings))
}
