//! Threat catalogs: from the recorded facts of a publisher to a catalog file of the standard library.
//!
//! Each file in `tests/facts/` is one edition of one catalog, trimmed to ids, names and edges, with its source and licence.
//! A catalog file is never edited by hand: `cargo run -p gatewright-tests --bin generate-catalogs` writes all of them,
//! and a test fails when a file and its facts differ.

use gatewright::source::Sources;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// One edition of a catalog, as recorded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The name of the catalog in the language.
    pub name: String,
    /// The publisher's title.
    pub title: String,
    /// The publisher's edition.
    pub edition: String,
    /// Where the facts were taken from.
    pub source: String,
    /// The licence of the source, as an SPDX identifier.
    pub licence: String,
    /// What an adversary wants: the columns of a matrix.
    pub tactics: Vec<Named>,
    /// The publisher's own countermeasures.
    pub mitigations: Vec<Named>,
    /// The threats, by id.
    pub entries: Vec<Entry>,
}

/// An id with its published name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// One threat.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The id.
    pub id: String,
    /// The published name; that of a sub-technique is read after its parent's.
    pub name: String,
    /// The technique that this one is a kind of.
    pub parent: Option<String>,
    /// Ids of [`Facts::tactics`]; a sub-technique has its parent's.
    #[serde(default)]
    pub tactics: Vec<String>,
    /// The kinds of system it applies to; none is all.
    #[serde(default)]
    pub platform: Vec<String>,
    /// Ids of [`Facts::mitigations`].
    #[serde(default)]
    pub mitigated_by: Vec<String>,
    /// Whether this edition no longer lists it.
    #[serde(default)]
    pub retired: bool,
    /// The entries that took its place; itself, where an earlier edition has it under another name.
    #[serde(default)]
    pub successors: Vec<String>,
}

/// Why facts are of no use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not of the expected shape.
    #[error("`{}` does not hold the facts of a catalog", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: Box<serde_saphyr::Error>,
    },
    /// An id stands twice.
    #[error("`{id}` stands twice in {catalog}")]
    Twice {
        /// The catalog and its edition.
        catalog: String,
        /// The id.
        id: String,
    },
    /// An edge leads nowhere.
    #[error("`{from}` names `{to}`, which {catalog} does not list")]
    Edge {
        /// The catalog and its edition.
        catalog: String,
        /// The entry.
        from: String,
        /// What it names.
        to: String,
    },
}

impl Facts {
    /// The name and edition: `atlas@5.6.1`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.edition)
    }

    /// The name of the catalog's file in `stdlib/catalog/`.
    pub fn file_name(&self) -> String {
        format!("{}.gate", self.label())
    }

    /// Every id stands once, and every edge leads to something that is listed.
    fn check(&self) -> Result<(), Error> {
        let mut kinds = BTreeMap::new();
        let ids = (self.tactics.iter().map(|item| (&item.id, Kind::Tactic)))
            .chain(self.mitigations.iter().map(|item| (&item.id, Kind::Mitigation)))
            .chain(self.entries.iter().map(|item| (&item.id, Kind::Entry)));
        for (id, kind) in ids {
            if kinds.insert(id.as_str(), kind).is_some() {
                return Err(Error::Twice { catalog: self.label(), id: id.clone() });
            }
        }
        for entry in &self.entries {
            let edges = (entry.parent.iter().map(|to| (to, Kind::Entry)))
                .chain(entry.successors.iter().map(|to| (to, Kind::Entry)))
                .chain(entry.tactics.iter().map(|to| (to, Kind::Tactic)))
                .chain(entry.mitigated_by.iter().map(|to| (to, Kind::Mitigation)));
            for (to, kind) in edges {
                if kinds.get(to.as_str()) != Some(&kind) {
                    return Err(Error::Edge { catalog: self.label(), from: entry.id.clone(), to: to.clone() });
                }
            }
        }
        Ok(())
    }

    /// The catalog in the language, formatted.
    pub fn render(&self) -> String {
        let mut out = format!(
            "//! {} {}: the ids that `mitigates` may name, with the names their publisher gave them.\n\
             //!\n\
             //! Generated from `tests/facts/{}.yaml`, which says what was changed. Do not edit.\n\n\
             catalog {} {{\n  title   = {}\n  edition = {}\n  source  = {}\n  licence = {}\n",
            self.title,
            self.edition,
            self.label(),
            self.name,
            quoted(&self.title),
            quoted(&self.edition),
            quoted(&self.source),
            quoted(&self.licence),
        );
        for entry in &self.entries {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\n  entry {} {{ {} }}", quoted(&entry.id), attributes(entry).join("  "));
        }
        out.push_str("\n}\n");
        // Escaped text always reads, so this only fails if the formatter does; the test of the catalogs shows it then.
        let file = Sources::default().add("catalog.gate", out.as_str());
        gatewright::format::format(file, &out).unwrap_or(out)
    }
}

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tactic,
    Mitigation,
    Entry,
}

/// The attributes of an entry that the language knows, in its order.
fn attributes(entry: &Entry) -> Vec<String> {
    let mut attributes = vec![format!("name = {}", quoted(&entry.name))];
    if !entry.platform.is_empty() {
        attributes.push(format!("platform = [{}]", entry.platform.join(", ")));
    }
    if let Some(parent) = &entry.parent {
        attributes.push(format!("parent = {}", quoted(parent)));
    }
    if !entry.successors.is_empty() {
        let successors: Vec<String> = entry.successors.iter().map(|id| quoted(id)).collect();
        attributes.push(format!("successors = [{}]", successors.join(", ")));
    }
    if entry.retired {
        attributes.push("retired = true".to_owned());
    }
    attributes
}

/// A text literal of the language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The folder of the facts.
pub fn facts_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("facts")
}

/// The folder of the catalogs that are made from them.
pub fn catalog_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib/catalog")
}

/// Every edition of every catalog on record, in the order of the file names.
///
/// # Errors
///
/// When a file cannot be read or does not hold the facts of a catalog, when an id stands twice, and when an edge leads nowhere.
pub fn load() -> Result<Vec<Facts>, Error> {
    let folder = facts_folder();
    let unreadable = |path: &Path, source| Error::Read { path: path.to_owned(), source };
    let mut paths = Vec::new();
    for file in std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, error))? {
        paths.push(file.map_err(|error| unreadable(&folder, error))?.path());
    }
    // Facts of another kind stand in folders of their own.
    paths.retain(|path| path.is_file());
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            let facts: Facts = serde_saphyr::from_str(&text)
                .map_err(|source| Error::Shape { path: path.clone(), source: Box::new(source) })?;
            facts.check().map(|()| facts)
        })
        .collect()
}
