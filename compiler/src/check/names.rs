//! What a name or a path of names means in a module.

use super::{Checker, Decl};
use crate::core::{AssetId, RecordId, Shape};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::{Def, ModuleId};
use crate::source::Span;
use crate::syntax::ast::{Name, Path};

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Decl(Decl),
    Module(ModuleId),
}

impl Checker<'_> {
    /// The meaning of a name in a module.
    pub(super) fn meaning(&mut self, module: ModuleId, name: &str) -> Option<Meaning> {
        let found = self.scopes.find(module, name)?;
        self.used_imports.extend(found.import);
        Some(self.of_def(found.def))
    }

    fn of_def(&mut self, def: Def) -> Meaning {
        match def {
            Def::Item { module, item } => {
                let decl = self.decls[module.index()][item as usize];
                self.used.insert(decl);
                Meaning::Decl(decl)
            }
            Def::Module(module) => Meaning::Module(module),
            Def::Missing => Meaning::Decl(Decl::Nothing),
        }
    }

    /// The meaning of a name as a value: a module that declares something of its own name stands for that.
    pub(super) fn value_meaning(&mut self, module: ModuleId, name: &str) -> Option<Meaning> {
        match self.meaning(module, name)? {
            Meaning::Module(imported) => {
                let declared = self.scopes.declared(imported, name);
                Some(declared.map_or(Meaning::Module(imported), |def| self.of_def(def)))
            }
            decl => Some(decl),
        }
    }

    /// A declaration of a module, by name.
    pub(super) fn member(&mut self, module: ModuleId, name: &str) -> Option<Decl> {
        match self.of_def(self.scopes.declared(module, name)?) {
            Meaning::Decl(decl) => Some(decl),
            Meaning::Module(_) => None,
        }
    }

    /// The declaration that a path names; says so if there is none. `what` is what the author should have named.
    pub(super) fn declaration(&mut self, module: ModuleId, path: &Path, what: &str) -> Option<Decl> {
        let first = &path.segments[0];
        let mut meaning = match self.meaning(module, &first.node) {
            Some(Meaning::Module(_)) if path.segments.len() == 1 => self.value_meaning(module, &first.node)?,
            Some(meaning) => meaning,
            None => {
                let names = self.scopes.names(module);
                let problem = unknown(what, first).did_you_mean(&first.node, first.span, names);
                self.report(problem);
                return None;
            }
        };
        for name in &path.segments[1..] {
            meaning = match meaning {
                Meaning::Module(inner) => match self.member(inner, &name.node) {
                    Some(decl) => Meaning::Decl(decl),
                    None => {
                        let problem = unknown_in(self.modules.get(inner).name.as_str(), name).did_you_mean(
                            &name.node,
                            name.span,
                            self.scopes.own_names(inner),
                        );
                        self.report(problem);
                        return None;
                    }
                },
                Meaning::Decl(Decl::Nothing) => return None,
                Meaning::Decl(_) => {
                    let message = format!("`{}` has no part `{}` here", path.text(), name.node);
                    self.report(Diagnostic::error(&codes::UNKNOWN_NAME, message, name.span));
                    return None;
                }
            };
        }
        match meaning {
            Meaning::Decl(Decl::Nothing) => None,
            Meaning::Decl(decl) => Some(decl),
            Meaning::Module(_) => {
                let message = format!("`{}` is a module, not {what}", path.text());
                self.report(Diagnostic::error(&codes::WRONG_KIND, message, path.span));
                None
            }
        }
    }

    /// The record that a path names, if it has the shape that is wanted.
    pub(super) fn record_of(
        &mut self,
        module: ModuleId,
        path: &Path,
        what: &str,
        fits: impl Fn(&Shape) -> bool,
    ) -> Option<RecordId> {
        match self.declaration(module, path, what)? {
            Decl::Record(id) if fits(&self.project.record(id).shape) => Some(id),
            other => {
                self.report(self.wrong_kind(other, &path.text(), what, path.span));
                None
            }
        }
    }

    /// The asset that a path names: a system, or `system.asset`.
    pub(super) fn asset_of(&mut self, module: ModuleId, path: &Path) -> Option<AssetId> {
        let (system_path, member) = match path.segments.as_slice() {
            [_] => (path.clone(), None),
            [init @ .., last] => {
                let span = init[0].span.to(init[init.len() - 1].span);
                let head = Path { segments: init.to_vec(), span };
                match self.is_system(module, path) {
                    true => (path.clone(), None),
                    false => (head, Some(last)),
                }
            }
            [] => return None,
        };
        let system = match self.declaration(module, &system_path, "a system")? {
            Decl::System(id) => id,
            other => {
                self.report(self.wrong_kind(other, &system_path.text(), "a system", system_path.span));
                return None;
            }
        };
        match member {
            None => Some(system),
            Some(name) => self.system_member(system, name),
        }
    }

    fn is_system(&mut self, module: ModuleId, path: &Path) -> bool {
        let [first, second] = path.segments.as_slice() else { return false };
        match self.meaning(module, &first.node) {
            Some(Meaning::Module(inner)) => matches!(self.member(inner, &second.node), Some(Decl::System(_))),
            _ => false,
        }
    }

    /// The asset of a system by name; says so if there is none.
    pub(super) fn system_member(&mut self, system: AssetId, name: &Name) -> Option<AssetId> {
        if let Some(found) = self.members.get(&system).and_then(|members| members.get(&name.node)) {
            return Some(*found);
        }
        let found = self.project.asset(system);
        let names = self.project.assets.iter().filter(|asset| asset.system == system && asset.span != found.span);
        let problem = Diagnostic::error(
            &codes::UNKNOWN_NAME,
            format!("system `{}` declares no `{}`", found.name, name.node),
            name.span,
        )
        .label(found.span, "the system is declared here")
        .did_you_mean(&name.node, name.span, names.map(|asset| asset.name.as_str()));
        self.report(problem);
        None
    }

    /// Says that a name means something else than what is wanted.
    pub(super) fn wrong_kind(&self, decl: Decl, name: &str, what: &str, span: Span) -> Diagnostic {
        Diagnostic::error(&codes::WRONG_KIND, format!("`{name}` is {}, not {what}", self.kind_of(decl)), span)
    }

    /// What a declaration is, with its article.
    pub(super) fn kind_of(&self, decl: Decl) -> &'static str {
        match decl {
            Decl::Enum(_) => "an enum",
            Decl::Role(_) => "a role",
            Decl::Signer(_) => "a signer",
            Decl::Catalog(_) => "a catalog",
            Decl::Function(_) => "a function",
            Decl::System(_) => "a system",
            Decl::Control(_) => "a control",
            Decl::Policy(_) => "a policy",
            Decl::Nothing => "nothing",
            Decl::Record(id) => match self.project.record(id).shape {
                Shape::Part => "a type",
                Shape::Asset => "an asset kind",
                Shape::Subject { .. } => "a subject",
                Shape::Evidence(_) => "evidence",
                Shape::Metric(_) => "a metric",
            },
        }
    }
}

fn unknown(what: &str, name: &Name) -> Diagnostic {
    Diagnostic::error(&codes::UNKNOWN_NAME, format!("there is no `{}` here", name.node), name.span)
        .here(format!("{what} was expected"))
}

fn unknown_in(module: &str, name: &Name) -> Diagnostic {
    Diagnostic::error(&codes::UNKNOWN_NAME, format!("module `{module}` declares no `{}`", name.node), name.span)
}
