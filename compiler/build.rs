//! Turns `src/syntax/grammar.lalrpop` into the parser, and the files of `../stdlib` into a table of the binary.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    lalrpop::Configuration::new().use_cargo_dir_conventions().emit_rerun_directives(true).process()?;
    embed_library()
}

/// Writes `stdlib.rs`: path without `.gate`, and text, of every module of the library, sorted by path.
fn embed_library() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../stdlib").canonicalize()?;
    let mut files = Vec::new();
    modules(&root, &mut files)?;
    let mut entries = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&root)?.with_extension("");
        // `with_extension` takes only `.gate` away: an edition such as `@5.6.1` stands before it.
        let name = relative.to_str().ok_or("a module of the library has a name that is not UTF-8")?.replace('\\', "/");
        entries.push((name, file));
    }
    entries.sort();
    let table: String =
        entries.iter().map(|(name, file)| format!("    ({name:?}, include_str!({file:?})),\n")).collect();
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("stdlib.rs"), format!("&[\n{table}]\n"))?;
    Ok(())
}

/// The `.gate` files below a folder, without those of its tests.
fn modules(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests") {
                modules(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "gate") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
