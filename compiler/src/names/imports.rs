//! Ties the names of each module to declarations: its own, and those that it imports.

use super::library::{self, module_of};
use super::scope::{Def, Entry, Scopes};
use super::{ModuleId, Modules};
use crate::diagnostics::{Diagnostic, Problems, codes, nearest};
use crate::source::Span;
use crate::syntax::ast::{Import, ItemKind, Name};
use indexmap::map;
use smol_str::SmolStr;

/// Builds the scope of every module.
pub(super) fn resolve(modules: &Modules, problems: &mut Problems) -> Scopes {
    let mut scopes = Scopes::new(modules);
    for (id, module) in modules.iter() {
        for (index, item) in module.tree.items.iter().enumerate() {
            if let Some(name) = item.kind.name() {
                let def = Def::Item { module: id, item: index as u32 };
                declare(&mut scopes, id, name, Entry { def, span: name.span, imported: false }, problems);
            }
        }
    }
    for (id, module) in modules.iter() {
        for item in &module.tree.items {
            if let ItemKind::Import(import) = &item.kind {
                bring_in(modules, &mut scopes, id, import, problems);
            }
        }
    }
    scopes
}

fn declare(scopes: &mut Scopes, module: ModuleId, name: &Name, entry: Entry, problems: &mut Problems) {
    match scopes.modules[module.index()].entry(name.node.clone()) {
        map::Entry::Vacant(vacant) => {
            vacant.insert(entry);
        }
        map::Entry::Occupied(first) => problems.push(
            Diagnostic::error(&codes::DUPLICATE_NAME, format!("`{}` is declared twice", name.node), name.span)
                .here("again here")
                .label(first.get().span, "first here"),
        ),
    }
}

fn bring_in(modules: &Modules, scopes: &mut Scopes, into: ModuleId, import: &Import, problems: &mut Problems) {
    let Some(module) = modules.find(&module_of(import)) else {
        problems.push(unknown_module(modules, import));
        let names = import.names.as_deref().unwrap_or(std::slice::from_ref(import.path.last()));
        names.iter().for_each(|name| missing(scopes, into, name, problems));
        // The rest of the file probably uses the name that was meant.
        if let Some(meant) = meant(modules, &module_of(import)).filter(|_| import.names.is_none()) {
            let name = Name::new(meant, import.path.span);
            if !scopes.modules[into.index()].contains_key(&name.node) {
                missing(scopes, into, &name, problems);
            }
        }
        return;
    };
    scopes.edges[into.index()].push((module, import.path.span));
    match &import.names {
        None => {
            let name = import.path.last();
            let def = Def::Module(module);
            declare(scopes, into, name, Entry { def, span: name.span, imported: true }, problems);
        }
        Some(names) => {
            for name in names {
                match scopes.declared(module, &name.node) {
                    Some(def) => {
                        declare(scopes, into, name, Entry { def, span: name.span, imported: true }, problems);
                    }
                    None => {
                        problems.push(
                            Diagnostic::error(
                                &codes::UNKNOWN_IMPORT,
                                format!("module `{}` declares no `{}`", modules.get(module).name, name.node),
                                name.span,
                            )
                            .did_you_mean(&name.node, name.span, scopes.own_names(module)),
                        );
                        missing(scopes, into, name, problems);
                    }
                }
            }
        }
    }
}

/// The last name of the module that a misspelt one was probably meant to be.
fn meant(modules: &Modules, wanted: &str) -> Option<SmolStr> {
    let known: Vec<String> =
        library::names().chain(modules.list.iter().map(|module| module.name.to_string())).collect();
    let near = nearest(wanted, known.iter().map(String::as_str))?;
    let last = near.rsplit('.').next()?;
    Some(last.split('@').next().unwrap_or(last).into())
}

/// Keeps the name of something that does not exist, so that its uses are not errors of their own.
fn missing(scopes: &mut Scopes, into: ModuleId, name: &Name, problems: &mut Problems) {
    declare(scopes, into, name, Entry { def: Def::Missing, span: name.span, imported: true }, problems);
}

fn unknown_module(modules: &Modules, import: &Import) -> Diagnostic {
    let wanted = module_of(import);
    let end = import.edition.as_ref().map_or(import.path.span, |edition| edition.span);
    let span: Span = import.path.span.to(end);
    let known: Vec<String> =
        library::names().chain(modules.list.iter().map(|module| module.name.to_string())).collect();
    let path = import.path.text();
    let editions: Vec<&str> =
        known.iter().filter_map(|name| name.strip_prefix(path.as_str())?.strip_prefix('@')).collect();
    if !editions.is_empty() {
        let list = editions.iter().map(|edition| format!("`{edition}`")).collect::<Vec<_>>().join(", ");
        let message = match &import.edition {
            Some(edition) => format!("`{path}` has no edition `{}`", edition.node),
            None => format!("`{path}` has editions: say which one this file was written against"),
        };
        let problem = Diagnostic::error(&codes::UNKNOWN_EDITION, message, span).note(format!("editions: {list}"));
        return match editions.as_slice() {
            [only] => problem.fix(format!("import edition `{only}`"), span, format!("{path}@{only}")),
            _ => problem,
        };
    }
    Diagnostic::error(&codes::UNKNOWN_MODULE, format!("there is no module `{wanted}`"), span)
        .did_you_mean(&wanted, span, known.iter().map(String::as_str))
        .note("a file is a module named by its path: `controls/data.gate` is `controls.data`")
}
