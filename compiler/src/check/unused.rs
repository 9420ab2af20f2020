//! Imports that nothing was taken from.

use super::Checker;
use crate::diagnostics::{Diagnostic, codes};

impl Checker<'_> {
    /// Says which imports of the project are never used.
    pub(super) fn unused(&mut self) {
        let mut problems = Vec::new();
        for (id, module) in self.modules.iter() {
            if module.is_library {
                continue;
            }
            for (name, span) in self.scopes.imports(id) {
                if !self.used_imports.contains(&span) {
                    let message = format!("import `{name}` is never used");
                    problems.push(Diagnostic::warning(&codes::UNUSED, message, span));
                }
            }
        }
        problems.into_iter().for_each(|problem| self.report(problem));
    }
}
