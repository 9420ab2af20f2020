//! Pins of catalogs that lead nowhere, said in `gatewright.toml`.

use super::config::CONFIG_FILE;
use crate::check::{Pin, Settings};
use crate::core::Project;
use crate::diagnostics::{Diagnostic, codes};
use crate::names;
use crate::source::{FileId, Sources, Span};
use std::collections::BTreeSet;
use std::ops::Range;

/// Says which pins name a catalog or an edition that there is not.
pub(super) fn unknown(settings: &Settings, project: &Project, sources: &mut Sources) -> Vec<Diagnostic> {
    let is_known = |pin: &&Pin| {
        project.catalogs.iter().any(|catalog| catalog.name == pin.catalog && catalog.edition == pin.edition)
    };
    let wrong: Vec<&Pin> = settings.pins.iter().filter(|pin| !is_known(pin)).collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let file = sources.add(CONFIG_FILE, settings.config.as_str());
    wrong.into_iter().map(|pin| problem(pin, project, file)).collect()
}

fn problem(pin: &Pin, project: &Project, file: FileId) -> Diagnostic {
    let library: Vec<String> = names::catalogs().collect();
    let shipped = library.iter().filter_map(|name| name.split_once('@'));
    let known: BTreeSet<(&str, &str)> = project
        .catalogs
        .iter()
        .map(|catalog| (catalog.name.as_str(), catalog.edition.as_str()))
        .chain(shipped)
        .collect();
    let editions: Vec<&str> =
        known.iter().filter(|(name, _)| *name == pin.catalog).map(|(_, edition)| *edition).collect();
    let span = |range: &Range<usize>| Span::new(file, range.start as u32, range.end as u32);
    if editions.is_empty() {
        let at = span(&pin.catalog_place);
        return Diagnostic::error(&codes::UNKNOWN_PIN, format!("there is no catalog `{}`", pin.catalog), at)
            .did_you_mean(&pin.catalog, at, known.iter().map(|(name, _)| *name));
    }
    let at = span(&pin.edition_place);
    let list = editions.iter().map(|edition| format!("`{edition}`")).collect::<Vec<_>>().join(", ");
    let message = format!("the catalog `{}` has no edition `{}`", pin.catalog, pin.edition);
    let problem = Diagnostic::error(&codes::UNKNOWN_PIN, message, at).note(format!("editions: {list}"));
    match editions.as_slice() {
        [only] => problem.fix(format!("pin edition `{only}`"), at, format!("{only:?}")),
        _ => problem,
    }
}
