//! Artifacts: what `build` writes, and how it differs from what is there.

use super::plan::Plan;
use super::{ALL, Input, manifest};
use crate::core::{Policy, Project};
use crate::diagnostics::Diagnostic;
use crate::source::Sources;
use crate::value::render;
use std::collections::BTreeMap;

/// A file that is written for a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its path below the policy's folder, with `/` between the parts: `ci.rego/policy.rego`.
    pub path: String,
    /// Its text, with a final newline. The same policy gives the same bytes.
    pub text: String,
    /// How many objects of a cluster it holds.
    pub objects: usize,
}

impl Artifact {
    /// A file of a target, by its name in the target's folder.
    pub fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), text, objects: 0 }
    }

    /// The same file, with so many objects of a cluster in it.
    #[must_use]
    pub fn holding(self, objects: usize) -> Self {
        Self { objects, ..self }
    }
}

/// How a folder differs from what should be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// It is not there.
    Missing(String),
    /// It has another text.
    Changed(String),
    /// Nothing says that it should be there.
    Extra(String),
}

/// Everything that is written for a policy, by path: the files of its targets and `manifest.json`.
///
/// # Errors
/// What a target cannot express, although the plan has it take the block.
pub fn build(
    project: &Project,
    sources: &Sources,
    policy: &Policy,
    plan: &Plan,
) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
    let input = Input { project, sources, policy, plan };
    let (mut artifacts, mut problems) = (Vec::new(), Vec::new());
    for target in ALL {
        let name = target.capabilities().name;
        if plan.of(name).next().is_none() {
            continue;
        }
        match target.emit(&input) {
            Ok(files) => artifacts
                .extend(files.into_iter().map(|file| Artifact { path: format!("{name}/{}", file.path), ..file })),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    artifacts.sort_by(|one, other| one.path.cmp(&other.path));
    let manifest = manifest::manifest(&input, &artifacts);
    artifacts.push(Artifact::new("manifest.json", manifest));
    Ok(artifacts)
}

/// A JSON artifact: indented, with a final newline, and with escapes for what a reader could not see or would misread.
pub(super) fn json_text(value: &serde_json::Value) -> String {
    let mut text = String::new();
    for character in format!("{value:#}\n").chars() {
        match character {
            // Between values only line ends and blanks are used, so anything else that is hidden stands in a string.
            '\n' => text.push('\n'),
            hidden if render::escape(hidden).is_some() => {
                let mut units = [0; 2];
                hidden.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
            }
            plain => text.push(plain),
        }
    }
    text
}

/// How the texts found in a policy's folder, by path, differ from its artifacts; in the order of the paths.
pub fn compare(artifacts: &[Artifact], found: &BTreeMap<String, String>) -> Vec<Stale> {
    let wanted: BTreeMap<&str, &str> =
        artifacts.iter().map(|artifact| (artifact.path.as_str(), artifact.text.as_str())).collect();
    let mut stale: BTreeMap<&str, Stale> = BTreeMap::new();
    for (path, text) in &wanted {
        match found.get(*path) {
            None => stale.insert(path, Stale::Missing((*path).to_owned())),
            Some(other) if other != text => stale.insert(path, Stale::Changed((*path).to_owned())),
            Some(_) => None,
        };
    }
    for path in found.keys().filter(|path| !wanted.contains_key(path.as_str())) {
        stale.insert(path, Stale::Extra(path.clone()));
    }
    stale.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_path() {
        let artifacts = ["a", "b", "c"].map(|path| Artifact::new(path, format!("{path}\n")));
        let found = [("a", "a\n"), ("b", "other\n"), ("d", "d\n")];
        let found = found.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let stale = [Stale::Changed("b".into()), Stale::Missing("c".into()), Stale::Extra("d".into())];
        assert_eq!(compare(&artifacts, &found), stale);
    }
}
