//! `gatewright fmt`

use super::args::Fmt;
use super::output::Output;
use super::project::count;
use super::write::replace;
use super::{Done, Exit, Trouble};
use crate::format::format;
use crate::session::disk::DiskLoader;
use crate::source::{Loader, Sources};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

pub fn run(command: &Fmt, output: &mut Output) -> Done {
    if command.paths.iter().any(|path| path == Path::new("-")) {
        return standard_input(output);
    }
    let mut exit = Exit::Fine;
    let (mut changed, mut total) = (0, 0);
    for path in command.paths.iter().map(|path| files(path)).collect::<Result<Vec<_>, _>>()?.concat() {
        total += 1;
        let text = read(&path)?;
        match formatted(&path, &text, output) {
            None => exit = Exit::Wrong,
            Some(new) if new == text => {}
            Some(new) => {
                changed += 1;
                if command.check {
                    output.result(&format!("{}\n", path.display()))?;
                    exit = exit.max(Exit::Denied);
                } else {
                    replace(&path, &new)?;
                }
            }
        }
    }
    let what = if command.check { "would change" } else { "changed" };
    output.message(&format!("{} of {} {what}", changed, count(total, "file")));
    Ok(exit)
}

fn standard_input(output: &mut Output) -> Done {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| Trouble::new(format!("standard input: {error}")))?;
    match formatted(Path::new("standard input"), &text, output) {
        Some(new) => {
            output.result(&new)?;
            Ok(Exit::Fine)
        }
        None => Ok(Exit::Wrong),
    }
}

/// The new text, or `None` if the file has errors, which are printed.
fn formatted(path: &Path, text: &str, output: &mut Output) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), text);
    format(file, text).map_err(|problems| output.diagnostics(&problems, &sources)).ok()
}

fn read(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|error| Trouble::new(format!("`{}` cannot be read: {error}", path.display())))
}

/// The source files of a path: itself, or those below a folder.
fn files(path: &Path) -> Result<Vec<PathBuf>, Trouble> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let loader = DiskLoader::below(path).map_err(|error| Trouble::new(error.to_string()))?;
    Ok(loader.files().into_iter().map(|file| path.join(file)).collect())
}
