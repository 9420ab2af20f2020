//! Declarations and imports of the project that nothing was taken from.

use super::{Checker, Decl};
use crate::core::{Computed, ExprKind, Origin};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::CommentKind;
use crate::syntax::ast::{Item, ItemKind, RecordKind};

impl Checker<'_> {
    /// Says which imports and declarations of the project are never used.
    pub(super) fn unused(&mut self) {
        self.unused_imports();
        self.unused_declarations();
    }

    fn unused_imports(&mut self) {
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

    /// Types, enums, functions, roles and signers that no name leads to. The modules of the project are all there is: nobody imports them
    /// from elsewhere.
    fn unused_declarations(&mut self) {
        let keys_matter = self.verifies_signatures();
        for (module, decl, item) in self.items() {
            let Some((what, name)) = named(item) else { continue };
            let matters = match decl {
                Decl::Nothing => true,
                Decl::Signer(_) => keys_matter,
                // Who may waive is settled before there is a waiver.
                Decl::Role(id) => self.project.role(id).may_waive.is_some(),
                _ => false,
            };
            let is_library = self.modules.get(module).is_library;
            if matters || is_library || self.used.contains(&decl) || name.node.starts_with('_') {
                continue;
            }
            let message = format!("{what} `{}` is never used", name.node);
            let problem = Diagnostic::warning(&codes::UNUSED, message, name.span).fix(
                format!("take {what} `{}` away", name.node),
                self.whole(module, item),
                "",
            );
            self.report(problem);
        }
    }

    /// Whether some rule reads a signer that the collector finds by trying every declared key: then each key has an effect, named or not.
    fn verifies_signatures(&self) -> bool {
        let mut found = false;
        for block in self.project.controls.iter().flat_map(|control| &control.blocks) {
            block.walk_expressions(&mut |expr| {
                if let ExprKind::Field { record, index, .. } = &expr.kind {
                    let field = &self.project.record(*record).fields[*index as usize];
                    found |= matches!(field.origin, Origin::Computed(Computed::VerifySignature));
                }
            });
        }
        found
    }

    /// An item with the doc comment above it and the end of its last line, so that nothing is left when it is taken away.
    fn whole(&self, module: ModuleId, item: &Item) -> Span {
        let trivia = &self.modules.get(module).trivia;
        let text = &self.sources.file(item.span.file).text;
        let mut start = item.span.start;
        if !trivia.is_after_blank(start) {
            for comment in trivia.comments_before(item.span.start).iter().rev() {
                if comment.kind != CommentKind::Doc || !comment.own_line {
                    break;
                }
                start = comment.span.start;
                if comment.after_blank {
                    break;
                }
            }
        }
        let rest = text.get(item.span.end as usize..).unwrap_or_default();
        // A comment behind the item stays, and with it the line.
        let gap = rest.len() - rest.trim_start().len();
        let breaks = rest.get(..gap).and_then(|gap| gap.rfind('\n')).map_or(0, |last| last + 1);
        Span { start, end: item.span.end + breaks as u32, ..item.span }
    }
}

/// What is declared, for the kinds that have no effect of their own.
fn named(item: &Item) -> Option<(&'static str, &crate::syntax::ast::Name)> {
    match &item.kind {
        ItemKind::Enum(declared) => Some(("enum", &declared.name)),
        ItemKind::Function(function) => Some(("function", &function.name)),
        ItemKind::Record(record) => match record.kind {
            RecordKind::Type | RecordKind::Role | RecordKind::Signer => Some((record.kind.keyword(), &record.name)),
            _ => None,
        },
        _ => None,
    }
}
