//! Editions of catalogs: a module names threats in the edition it was written against, and the project reports in the edition it pins.

use super::Checker;
use crate::core::schema::Entry;
use crate::core::{Catalog, CatalogId, Const};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind as Written};
use smol_str::SmolStr;
use std::ops::Range;

/// The edition of a catalog in which a project reports: a line below `[catalogs]` in `gatewright.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The name of the catalog.
    pub catalog: SmolStr,
    /// The edition.
    pub edition: SmolStr,
    /// Where the name stands in `gatewright.toml`, in bytes.
    pub catalog_place: Range<usize>,
    /// Where the edition stands there.
    pub edition_place: Range<usize>,
}

impl Pin {
    /// The module of the library that would hold it.
    pub fn module(&self) -> SmolStr {
        format!("std.catalog.{}@{}", self.catalog, self.edition).into()
    }
}

impl Checker<'_> {
    /// The edition in which the project reports what is said in this one.
    pub(super) fn pinned(&self, catalog: CatalogId) -> CatalogId {
        let name = &self.project.catalog(catalog).name;
        let Some(pin) = self.settings.pins.iter().find(|pin| pin.catalog == *name) else { return catalog };
        let is_it = |found: &Catalog| found.name == *name && found.edition == pin.edition;
        if is_it(self.project.catalog(catalog)) {
            return catalog;
        }
        self.project.catalogs.iter().position(is_it).map_or(catalog, CatalogId::new)
    }

    /// An entry as the pinned edition has it: one, several, or none, and then says so. `written` is the entry in `module`.
    pub(super) fn carried(&mut self, module: ModuleId, threat: &Const, written: &Expr) -> Vec<Const> {
        let Const::Threat(from, position) = threat else { return Vec::new() };
        let to = self.pinned(*from);
        let (old, new) = (self.project.catalog(*from), self.project.catalog(to));
        if *from == to {
            return vec![threat.clone()];
        }
        let Some((id, entry)) = old.entries.get_index(*position as usize) else { return Vec::new() };
        let mut ids = successors(old, new, id, entry);
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            let problem = no_edge(old, new, id, entry, id_of(written), self.modules.get(module).is_library);
            self.report(problem);
        }
        ids.into_iter().map(|entry| Const::Threat(to, entry)).collect()
    }
}

/// The place of the id in `catalog["id"]`.
fn id_of(written: &Expr) -> Span {
    match &written.kind {
        Written::Index(_, id) => id.span,
        _ => written.span,
    }
}

fn no_edge(old: &Catalog, new: &Catalog, id: &str, entry: &Entry, at: Span, is_library: bool) -> Diagnostic {
    // The author of the project cannot repair the library.
    let severity = if is_library { Severity::Note } else { Severity::Error };
    let message = format!("nothing in {} {} took the place of `{id}` of {}", new.title, new.edition, old.edition);
    let mut problem = Diagnostic::new(severity, &codes::NOT_CARRIED, message, at)
        .note(format!("the project reports in edition {}: `[catalogs]` in gatewright.toml", new.edition));
    if let Some(other) = new.entries.get(id).filter(|other| other.name != entry.name) {
        problem = problem.note(format!("there `{id}` is “{}”, and here it is “{}”", other.name, entry.name));
    }
    if is_library {
        problem.note("so this control counts for no entry of that edition by this id")
    } else {
        problem.note("name what it counters in the pinned edition: import that one here")
    }
}

/// What stands in the place of an entry of one edition in another, by position there.
///
/// An id alone says nothing: publishers give old ids to new threats. It is the same entry where the name is the same too, or where the
/// newer edition names it as its own successor.
fn successors(old: &Catalog, new: &Catalog, id: &SmolStr, entry: &Entry) -> Vec<u32> {
    let listed = |id: &SmolStr| new.entries.get_index_of(id).map(|position| position as u32);
    if let Some((position, _, same)) = new.entries.get_full(id) {
        let ids = match same.retired {
            true if same.name == entry.name => in_place_of(new, same),
            false if same.name == entry.name || same.successors.contains(id) => vec![position as u32],
            _ => Vec::new(),
        };
        if !ids.is_empty() {
            return ids;
        }
    }
    // The module's own edition may say where its entries went,
    let forward: Vec<u32> = entry.successors.iter().filter(|next| *next != id).filter_map(listed).collect();
    if !forward.is_empty() {
        return forward;
    }
    // or, where the pinned edition is the older one, from where they came.
    let came_from = |(older, from): &(&SmolStr, &Entry)| {
        from.successors.contains(id) && new.entries.get(*older).is_some_and(|known| known.name == from.name)
    };
    old.entries.iter().filter(came_from).filter_map(|(older, _)| listed(older)).collect()
}

/// The entries that took the place of a retired one, through others that were retired as well.
fn in_place_of(catalog: &Catalog, retired: &Entry) -> Vec<u32> {
    let mut found = Vec::new();
    let mut seen: Vec<&SmolStr> = Vec::new();
    let mut next: Vec<&SmolStr> = retired.successors.iter().collect();
    while let Some(id) = next.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        match catalog.entries.get_full(id) {
            Some((_, _, entry)) if entry.retired => next.extend(&entry.successors),
            Some((position, _, _)) => found.push(position as u32),
            None => {}
        }
    }
    found
}
