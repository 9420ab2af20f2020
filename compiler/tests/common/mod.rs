//! Projects written in one text: an example of an explanation page, or a golden case.
//!
//! A line `// file: name` starts a further file, in whose place it stands as an empty line. `gatewright.toml` is the project's choice.
//! `// file: name as latin1` stands in the bytes of that encoding, and `// file: name/` is a folder; such a project is read from disk.

use gatewright::check::Settings;
use gatewright::session::config::{CONFIG_FILE, Config};
use gatewright::session::disk::DiskLoader;
use gatewright::session::{self, Checked};
use gatewright::source::MemoryLoader;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The file that a text is, up to the first `// file:`.
const MAIN: &str = "main.gate";

/// A file of an example.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub text: String,
    latin1: bool,
}

/// The files of an example.
pub fn files(example: &str) -> Vec<File> {
    let file = |name: &str, latin1| File { name: name.to_owned(), text: String::new(), latin1 };
    let mut files = vec![file(MAIN, false)];
    for line in example.lines() {
        if let Some(name) = line.strip_prefix("// file: ") {
            let name = name.trim();
            files.push(match name.strip_suffix(" as latin1") {
                Some(name) => file(name, true),
                None => file(name, false),
            });
        } else if let Some(last) = files.last_mut() {
            last.text.push_str(line);
            last.text.push('\n');
        }
    }
    files.retain(|file| file.name.ends_with('/') || !file.text.trim().is_empty());
    files
}

/// Checks the project that these files make.
pub fn checked(files: &[File]) -> Checked {
    if files.iter().any(|file| file.latin1 || file.name.ends_with('/')) {
        return from_disk(files);
    }
    let config = files.iter().find(|file| file.name == CONFIG_FILE);
    let settings = config.map_or_else(Settings::default, |file| {
        Config::parse(&file.text).expect("the choices of an example can be read").settings()
    });
    let loader =
        files.iter().fold(MemoryLoader::default(), |loader, file| loader.with(file.name.clone(), file.text.clone()));
    session::check(&loader, settings)
}

fn from_disk(files: &[File]) -> Checked {
    let root = folder();
    for file in files {
        let path = root.join(&file.name);
        fs::create_dir_all(path.parent().unwrap_or(&root)).expect("a folder can be made");
        if file.name.ends_with('/') {
            fs::create_dir_all(&path).expect("a folder can be made");
        } else if file.latin1 {
            let bytes: Vec<u8> =
                file.text.chars().map(|c| u8::try_from(u32::from(c)).expect("a character of Latin-1")).collect();
            fs::write(path, bytes).expect("a file can be written");
        } else {
            fs::write(path, &file.text).expect("a file can be written");
        }
    }
    let loader = DiskLoader::below(&root).expect("the example can be opened");
    let settings = loader.settings().expect("the choices of an example can be read").settings();
    let checked = session::check(&loader, settings);
    fs::remove_dir_all(&root).expect("a folder can be removed");
    checked
}

/// A folder of this test's own.
fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("example-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}
