//! `gatewright build`: `dist/<policy>/…` for every policy, all of it or nothing.

use super::args::Build;
use super::output::Output;
use super::project::{Opened, count, open_sound};
use super::{Done, Exit, Trouble};
use crate::targets::artifact::{self, Artifact, Stale, compare};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The file that says a folder was written by `build`.
const MANIFEST: &str = "manifest.json";

pub fn run(command: &Build, output: &mut Output) -> Done {
    let opened = match open_sound(&command.project, output)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let built = match artifacts(&opened) {
        Ok(built) => built,
        Err(problems) => {
            output.diagnostics(&problems, &opened.checked.sources);
            return Ok(Exit::Wrong);
        }
    };
    let out = opened.root.join(&command.out);
    if command.check {
        return check(&out, &built, &command.out, output);
    }
    refuse_foreign(&out, &built)?;
    for (policy, artifacts) in &built {
        write(&out, policy, artifacts)?;
        output.message(&format!("wrote {}: {}", command.out.join(policy).display(), summary(artifacts)));
    }
    remove_old(&out, &built)?;
    Ok(Exit::Fine)
}

/// The artifacts of every policy, by its name.
fn artifacts(opened: &Opened) -> Result<BTreeMap<String, Vec<Artifact>>, Vec<crate::diagnostics::Diagnostic>> {
    let checked = &opened.checked;
    let mut built = BTreeMap::new();
    let mut problems = Vec::new();
    for (policy, plan) in checked.project.policies.iter().zip(&checked.plans) {
        match artifact::build(&checked.project, &checked.sources, policy, plan) {
            Ok(artifacts) => {
                built.insert(policy.name.to_string(), artifacts);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(built) } else { Err(problems) }
}

/// `12 files; ci.rego: 4 files; kubernetes.admission: 5 files, 8 objects`
fn summary(artifacts: &[Artifact]) -> String {
    let mut targets: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for artifact in artifacts {
        if let Some((target, _)) = artifact.path.split_once('/') {
            let (files, objects) = targets.entry(target).or_default();
            *files += 1;
            *objects += artifact.objects;
        }
    }
    let part = |(target, (files, objects)): (&str, (usize, usize))| match objects {
        0 => format!("; {target}: {}", count(files, "file")),
        objects => format!("; {target}: {}, {}", count(files, "file"), count(objects, "object")),
    };
    let parts: String = targets.into_iter().map(part).collect();
    format!("{}{parts}", count(artifacts.len(), "file"))
}

/// Says what is there and should not be, or the other way round.
fn check(out: &Path, built: &BTreeMap<String, Vec<Artifact>>, shown: &Path, output: &mut Output) -> Done {
    let mut stale = 0;
    for (policy, artifacts) in built {
        for difference in compare(artifacts, &texts(&out.join(policy))?) {
            stale += 1;
            let (word, path) = match difference {
                Stale::Missing(path) => ("missing", path),
                Stale::Changed(path) => ("stale", path),
                Stale::Extra(path) => ("extra", path),
            };
            output.result(&format!("{word} {}\n", shown.join(policy).join(path).display()))?;
        }
    }
    for policy in policies(out)?.into_iter().filter(|policy| !built.contains_key(policy)) {
        stale += 1;
        output.result(&format!("extra {}\n", shown.join(policy).display()))?;
    }
    if stale == 0 {
        output.message(&format!("{} is what the policies say", shown.display()));
        return Ok(Exit::Fine);
    }
    output.error(&format!("{} is not what the policies say; run `gatewright build`", shown.display()));
    Ok(Exit::Wrong)
}

/// Writes a policy's folder beside its place, then puts it there. What was there stays whole until then.
fn write(out: &Path, policy: &str, artifacts: &[Artifact]) -> Result<(), Trouble> {
    let place = out.join(policy);
    let failed = |error: io::Error| Trouble::new(format!("`{}` cannot be written: {error}", place.display()));
    fs::create_dir_all(out).map_err(failed)?;
    let fresh = tempfile::Builder::new().prefix(".gatewright-").tempdir_in(out).map_err(failed)?;
    for artifact in artifacts {
        let path = fresh.path().join(&artifact.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, &artifact.text).and_then(|()| fs::File::open(&path)?.sync_all()).map_err(failed)?;
    }
    let old = place.exists().then(|| tempfile::Builder::new().prefix(".gatewright-").tempdir_in(out)).transpose();
    let old = old.map_err(failed)?;
    if let Some(old) = &old {
        fs::rename(&place, old.path().join("old")).map_err(failed)?;
    }
    let fresh = fresh.keep();
    open_to_all(&fresh).map_err(failed)?;
    fs::rename(&fresh, &place).map_err(|error| {
        // What was there goes back, so that the failure leaves the folder as it was.
        if let Some(old) = &old {
            let _ = fs::rename(old.path().join("old"), &place);
        }
        let _ = fs::remove_dir_all(&fresh);
        failed(error)
    })
}

/// Temporary folders are private; what is built is for everybody who can read the project.
#[cfg(unix)]
fn open_to_all(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A folder of the output that `build` did not write is not its to replace.
fn refuse_foreign(out: &Path, built: &BTreeMap<String, Vec<Artifact>>) -> Result<(), Trouble> {
    for policy in built.keys() {
        let folder = out.join(policy);
        if folder.exists() && !folder.join(MANIFEST).is_file() {
            let message = format!("`{}` was not written by `gatewright build`, so it is left alone", folder.display());
            return Err(Trouble::new(message));
        }
    }
    Ok(())
}

/// Takes the folders of policies away that are there no more.
fn remove_old(out: &Path, built: &BTreeMap<String, Vec<Artifact>>) -> Result<(), Trouble> {
    for policy in policies(out)?.into_iter().filter(|policy| !built.contains_key(policy)) {
        let folder = out.join(policy);
        fs::remove_dir_all(&folder)
            .map_err(|error| Trouble::new(format!("`{}` cannot be removed: {error}", folder.display())))?;
    }
    Ok(())
}

/// The folders of the output that `build` wrote.
fn policies(out: &Path) -> Result<Vec<String>, Trouble> {
    let failed = |error: io::Error| Trouble::new(format!("`{}` cannot be read: {error}", out.display()));
    let entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && entry.path().join(MANIFEST).is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The texts below a folder, by path; a file that is no text has an empty one, which no artifact has.
fn texts(folder: &Path) -> Result<BTreeMap<String, String>, Trouble> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let failed = |error: io::Error| Trouble::new(format!("`{}` cannot be read: {error}", next.display()));
        let entries = match fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let parts: Vec<_> = name.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                found.insert(parts.join("/"), fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    Ok(found)
}
