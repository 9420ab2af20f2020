//! Which module each name comes from: reads every module of a project, follows the imports, and ties names to declarations.
//!
//! A file is a module, named by its path: `controls/data.gate` is `controls.data`. Modules of the library are `std.…`; a name with an
//! edition, `std.catalog.atlas@5.6.1`, is the file `catalog/atlas@5.6.1.gate`.

mod cycles;
mod imports;
mod library;
mod scope;

pub use library::catalogs;
pub use scope::{Def, Found, Scopes};

use crate::diagnostics::{Diagnostic, Problems, codes};
use crate::source::{FileId, Loader, ReadError, Sources, Span};
use crate::syntax::{self, Trivia, ast};
use smol_str::SmolStr;
use std::collections::HashMap;

/// The module whose declarations every module sees without an import.
pub const PRELUDE: &str = "std.assets";

/// Identifies a module of [`Modules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(u32);

impl ModuleId {
    /// The position in [`Modules::list`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One file, read.
#[derive(Debug)]
pub struct Module {
    /// The name, such as `std.supply_chain` or `policy`; with `@edition` where the file has one.
    pub name: SmolStr,
    /// Whether it belongs to the library.
    pub is_library: bool,
    /// The file.
    pub file: FileId,
    /// The tree.
    pub tree: ast::Module,
    /// The comments.
    pub trivia: Trivia,
}

/// Every module of a project, and those of the library that it imports.
#[derive(Debug, Default)]
pub struct Modules {
    /// The modules; the library's come as they are first imported.
    pub list: Vec<Module>,
    by_name: HashMap<SmolStr, ModuleId>,
}

impl Modules {
    /// The module of an id.
    pub fn get(&self, id: ModuleId) -> &Module {
        &self.list[id.index()]
    }

    /// The module of a name.
    pub fn find(&self, name: &str) -> Option<ModuleId> {
        self.by_name.get(name).copied()
    }

    /// Every module with its id.
    pub fn iter(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.list.iter().enumerate().map(|(index, module)| (ModuleId(index as u32), module))
    }

    fn add(&mut self, name: SmolStr, is_library: bool, file: FileId, text: &str, problems: &mut Problems) -> ModuleId {
        let parsed = syntax::parse(file, text);
        problems.extend(parsed.problems);
        let id = ModuleId(self.list.len() as u32);
        self.by_name.insert(name.clone(), id);
        self.list.push(Module { name, is_library, file, tree: parsed.module, trivia: parsed.trivia });
        id
    }
}

/// Reads every module of a project and what they import, and says what is wrong with files and imports.
/// `wanted` names further modules of the library; one that is not there is passed over.
pub fn load(
    loader: &dyn Loader,
    wanted: &[SmolStr],
    sources: &mut Sources,
    problems: &mut Problems,
) -> (Modules, Scopes) {
    let mut modules = Modules::default();
    for path in loader.files() {
        match loader.read(&path) {
            Ok(text) => {
                let file = sources.add(path.as_str(), text.as_str());
                let name = module_name(&path);
                if name == "std" || name.starts_with("std.") {
                    problems.push(reserved_module(file, &path));
                }
                modules.add(name, false, file, &text, problems);
            }
            Err(error) => problems.push(unreadable(sources, &path, &error)),
        }
    }
    library::load(&mut modules, wanted, sources, problems);
    let scopes = imports::resolve(&modules, problems);
    cycles::report(&modules, &scopes, problems);
    (modules, scopes)
}

/// The name of the module in a file: the path without `.gate`, with `.` for `/`.
fn module_name(path: &str) -> SmolStr {
    path.strip_suffix(".gate").unwrap_or(path).replace('/', ".").into()
}

fn unreadable(sources: &mut Sources, path: &str, error: &ReadError) -> Diagnostic {
    let file = sources.add(path, "");
    let code = match error {
        ReadError::Io(_) => &codes::UNREADABLE_SOURCE,
        ReadError::NotUtf8(_) => &codes::SOURCE_NOT_UTF8,
        ReadError::TooLarge(_) => &codes::FILE_TOO_LARGE,
    };
    Diagnostic::error(code, format!("`{path}` cannot be read: {error}"), Span::new(file, 0, 0))
}

fn reserved_module(file: FileId, path: &str) -> Diagnostic {
    Diagnostic::error(
        &codes::RESERVED_MODULE,
        format!("`{path}` would be a module of the library"),
        Span::new(file, 0, 0),
    )
    .note("modules named `std` belong to the library; give the file or its folder another name")
}
