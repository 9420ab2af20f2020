//! What each module declares and imports.

use super::{ModuleId, Modules};
use crate::source::Span;
use indexmap::IndexMap;
use smol_str::SmolStr;

/// A name's meaning: a declaration, by its module and its position there, or a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Def {
    /// `modules.get(module).tree.items[item]`
    Item {
        /// The module that declares it.
        module: ModuleId,
        /// Its position in the tree.
        item: u32,
    },
    /// A module, imported as a whole.
    Module(ModuleId),
    /// What an import names that does not exist. It was said there, so uses of the name are passed over in silence.
    Missing,
}

/// A name in a scope.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it means.
    pub def: Def,
    /// Where it is declared or imported.
    pub span: Span,
    /// Whether an import brought it.
    pub imported: bool,
}

/// The scope of every module.
#[derive(Debug, Default)]
pub struct Scopes {
    pub(super) modules: Vec<IndexMap<SmolStr, Entry>>,
    pub(super) prelude: Option<ModuleId>,
    /// Which module imports which, with the place of the import.
    pub(super) edges: Vec<Vec<(ModuleId, Span)>>,
}

/// What looking up a name found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What the name means.
    pub def: Def,
    /// The import that brought it, if one did.
    pub import: Option<Span>,
}

impl Scopes {
    /// The meaning of a name in a module: its own declarations and imports, then the prelude.
    pub fn find(&self, module: ModuleId, name: &str) -> Option<Found> {
        if let Some(entry) = self.modules[module.index()].get(name) {
            return Some(Found { def: entry.def, import: entry.imported.then_some(entry.span) });
        }
        self.declared(self.prelude?, name).map(|def| Found { def, import: None })
    }

    /// The declaration of a name in a module, its imports left out.
    pub fn declared(&self, module: ModuleId, name: &str) -> Option<Def> {
        let entry = self.modules[module.index()].get(name)?;
        (!entry.imported).then_some(entry.def)
    }

    /// Every name that a module sees.
    pub fn names(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        let own = self.modules[module.index()].keys();
        let prelude = self.prelude.into_iter().flat_map(|prelude| self.own_names(prelude));
        own.map(SmolStr::as_str).chain(prelude)
    }

    /// Every name that a module declares.
    pub fn own_names(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        let entries = self.modules[module.index()].iter();
        entries.filter(|(_, entry)| !entry.imported).map(|(name, _)| name.as_str())
    }

    /// The imports of a module that exist: name and place.
    pub fn imports(&self, module: ModuleId) -> impl Iterator<Item = (&str, Span)> {
        let entries = self.modules[module.index()].iter();
        let found = entries.filter(|(_, entry)| entry.imported && entry.def != Def::Missing);
        found.map(|(name, entry)| (name.as_str(), entry.span))
    }

    pub(super) fn new(modules: &Modules) -> Self {
        Self {
            modules: modules.list.iter().map(|_| IndexMap::new()).collect(),
            prelude: modules.find(super::PRELUDE),
            edges: modules.list.iter().map(|_| Vec::new()).collect(),
        }
    }
}
