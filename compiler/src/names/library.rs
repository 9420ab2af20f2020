//! The library, as it was when the compiler was built.

use super::{Module, Modules, PRELUDE};
use crate::diagnostics::Problems;
use crate::source::Sources;
use crate::syntax::ast::{Import, ItemKind};
use smol_str::SmolStr;

/// Path below `stdlib/` without `.gate`, and text, sorted by path.
pub static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

/// The text of a module `std.…` of the library.
fn text(name: &str) -> Option<(&'static str, &'static str)> {
    let (module, edition) = name.split_once('@').unwrap_or((name, ""));
    let mut path = module.strip_prefix("std.")?.replace('.', "/");
    if !edition.is_empty() {
        path = format!("{path}@{edition}");
    }
    let index = FILES.binary_search_by_key(&path.as_str(), |(path, _)| path).ok()?;
    Some(FILES[index])
}

/// Adds the prelude and every module of the library that is imported, directly or by another such module.
pub(super) fn load(modules: &mut Modules, further: &[SmolStr], sources: &mut Sources, problems: &mut Problems) {
    let mut wanted: Vec<SmolStr> = vec![PRELUDE.into()];
    wanted.extend(modules.list.iter().flat_map(imported));
    wanted.extend_from_slice(further);
    while let Some(name) = wanted.pop() {
        if modules.find(&name).is_some() {
            continue;
        }
        if let Some((path, text)) = text(&name) {
            let file = sources.add(format!("std/{path}.gate"), text);
            let id = modules.add(name, true, file, text, problems);
            wanted.extend(imported(modules.get(id)));
        }
    }
}

/// The names of modules that a module's imports may mean.
fn imported(module: &Module) -> Vec<SmolStr> {
    let imports = module.tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Import(import) => Some(module_of(import)),
        _ => None,
    });
    imports.collect()
}

/// The name of the module that an import names.
pub(super) fn module_of(import: &Import) -> SmolStr {
    match &import.edition {
        Some(edition) => format!("{}@{}", import.path.text(), edition.node).into(),
        None => import.path.text().into(),
    }
}

/// Every module of the library: the names that an import may use.
pub(super) fn names() -> impl Iterator<Item = String> {
    FILES.iter().map(|(path, _)| format!("std.{}", path.replace('/', ".")))
}

/// Every catalog of the library with its edition: `atlas@5.6.1`.
pub fn catalogs() -> impl Iterator<Item = String> {
    FILES.iter().filter_map(|(path, _)| path.strip_prefix("catalog/").map(str::to_owned))
}
