//! From names to the core: types, values and meaning of everything that was declared.
//!
//! Each declaration is checked once, in an order in which what it needs is already known: shapes, functions, assets, controls, policies,
//! tests. Checking never stops at an error: what could not be understood has [`Type::Error`](crate::core::Type::Error), which fits
//! everything, so that one mistake is one message.

mod arithmetic;
mod assets;
mod attributes;
mod block;
mod builtins;
mod compare;
mod condition;
mod controls;
mod declarations;
mod env;
mod evidence;
mod expr;
mod functions;
mod literal;
mod message;
mod names;
mod objects;
mod pins;
mod policies;
mod presence;
mod records;
mod tests;
mod types;
mod unused;
mod waivers;

pub use pins::Pin;

use crate::core::{AssetId, CatalogId, EnumId, Project, RecordId, RoleId, SignerId};
use crate::diagnostics::{Diagnostic, Problems};
use crate::names::{ModuleId, Modules, Scopes};
use crate::pattern::{Lint, Pattern};
use crate::source::{Sources, Span};
use crate::syntax::ast::Item;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// What a declaration became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Decl {
    Enum(EnumId),
    Record(RecordId),
    Role(RoleId),
    Signer(SignerId),
    Catalog(CatalogId),
    Function(usize),
    System(AssetId),
    Control(usize),
    Policy(usize),
    /// An import, a test, or something that could not be read.
    Nothing,
}

/// What a project may choose, in `gatewright.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many days a waiver may hold.
    pub max_waiver_days: i64,
    /// In which editions of catalogs it reports.
    pub pins: Vec<Pin>,
    /// The version of Kubernetes that it says, and where in `gatewright.toml`, in bytes.
    pub cluster: Option<(SmolStr, Range<usize>)>,
    /// The text of `gatewright.toml`, which these places are of.
    pub config: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_waiver_days: 90, pins: Vec::new(), cluster: None, config: String::new() }
    }
}

/// Checks every module and returns the core; what is wrong goes to `problems`.
pub fn check(
    modules: &Modules,
    scopes: &Scopes,
    sources: &Sources,
    settings: Settings,
    problems: &mut Problems,
) -> Project {
    let mut checker = Checker::new(modules, scopes, sources, settings);
    checker.declare();
    checker.enums();
    checker.catalogs();
    checker.roles_and_signers();
    checker.records();
    checker.functions();
    checker.validity();
    checker.assets();
    checker.controls();
    checker.policies();
    checker.tests();
    checker.unused();
    problems.extend(checker.problems.into_sorted());
    checker.project
}

/// A pattern, and what looks wrong about it.
type Judged = (Arc<Pattern>, Rc<[Lint]>);

struct Checker<'a> {
    modules: &'a Modules,
    scopes: &'a Scopes,
    sources: &'a Sources,
    settings: Settings,
    problems: Problems,
    project: Project,
    /// What each item of each module became.
    decls: Vec<Vec<Decl>>,
    functions: Vec<functions::Function>,
    /// The assets of each system, by name.
    members: HashMap<AssetId, HashMap<SmolStr, AssetId>>,
    /// The patterns that were compiled, by text and kind of literal, and what looks wrong about each.
    patterns: HashMap<(SmolStr, usize), Judged>,
    /// Imports that some name came through.
    used_imports: HashSet<Span>,
    /// Declarations that some name led to.
    used: HashSet<Decl>,
}

impl<'a> Checker<'a> {
    fn new(modules: &'a Modules, scopes: &'a Scopes, sources: &'a Sources, settings: Settings) -> Self {
        Self {
            modules,
            scopes,
            sources,
            settings,
            problems: Problems::default(),
            project: Project::default(),
            decls: Vec::new(),
            functions: Vec::new(),
            members: HashMap::new(),
            patterns: HashMap::new(),
            used_imports: HashSet::new(),
            used: HashSet::new(),
        }
    }

    fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Every item with its module and what it became.
    fn items(&self) -> impl Iterator<Item = (ModuleId, Decl, &'a Item)> + use<'a> {
        let modules = self.modules;
        let decls = self.decls.clone();
        modules.iter().flat_map(move |(id, module)| {
            let decls = decls[id.index()].clone();
            module.tree.items.iter().zip(decls).map(move |(item, decl)| (id, decl, item))
        })
    }

    /// The doc comment above an item.
    fn doc(&self, module: ModuleId, item: &Item) -> String {
        self.modules.get(module).trivia.docs_before(item.span)
    }
}
