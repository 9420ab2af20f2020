//! Scope that whoever is judged chooses: a `where` on a label, an annotation or a header. Whoever leaves it out escapes the rule.

use super::Context;
use crate::core::{Block, Control, Expr, ExprKind, LocalId, Place, Project, RecordId, Shape};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::collections::BTreeMap;

/// The keys below which a document only says what its author likes to say, by the place where it is judged: what is asked for stays the
/// same without them. Every other field is part of what is asked for, so nobody can change it for nothing.
const SELF_SAID: &[(Place, &[&str])] = &[
    (Place::Admission, &["labels", "annotations", "generateName"]),
    (Place::Network, &["labels", "annotations"]),
    (Place::Gateway, &["headers", "header"]),
];

/// Finds them in every control of the project.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let own = context.project.controls.iter().filter(|control| (context.is_own)(control.span));
    own.flat_map(|control| control.blocks.iter().filter_map(|block| of_block(context.project, control, block)))
        .collect()
}

fn of_block(project: &Project, control: &Control, block: &Block) -> Option<Diagnostic> {
    let subject = project.record(block.subject);
    let Shape::Subject { place, .. } = subject.shape else { return None };
    let (_, keys) = SELF_SAID.iter().find(|(known, _)| *known == place)?;
    let mut search = Search { project, keys, lists: BTreeMap::new(), found: None };
    search.visit(block.filter.as_ref()?);
    let Claim { span, record, index } = search.found?;
    let field = &project.record(record).fields[index as usize];
    let message = format!(
        "whoever asks for a `{}` writes its `{}`, and so chooses whether `{}` applies",
        subject.name, field.name, control.name
    );
    Some(
        Diagnostic::warning(&codes::SELF_SELECTED, message, span)
            .label(field.span, "this field is self-chosen")
            .note("say the scope by what the policy covers: its systems, with their namespaces and hosts")
            .note("or require the value first, in a block without `where`"),
    )
}

/// A value that its author chose freely.
struct Claim {
    span: Span,
    record: RecordId,
    index: u32,
}

struct Search<'a> {
    project: &'a Project,
    keys: &'a [&'a str],
    /// The list that each element's name comes from.
    lists: BTreeMap<LocalId, &'a Expr>,
    found: Option<Claim>,
}

impl<'a> Search<'a> {
    /// Looks for the first such value, the longest path to it first.
    fn visit(&mut self, expr: &'a Expr) {
        if self.found.is_some() {
            return;
        }
        let is_path = matches!(expr.kind, ExprKind::Field { .. } | ExprKind::Key { .. } | ExprKind::Element { .. });
        if is_path && let Some((record, index)) = self.claim(expr) {
            self.found = Some(Claim { span: expr.span, record, index });
            return;
        }
        if let ExprKind::Quantified { local, list, .. } | ExprKind::Collect { local, list, .. } = &expr.kind {
            self.lists.insert(*local, list);
        }
        expr.children(&mut |child| self.visit(child));
    }

    /// The field of a path that is read below such a key.
    fn claim(&self, expr: &Expr) -> Option<(RecordId, u32)> {
        match &expr.kind {
            ExprKind::Field { base, record, index } => {
                let field = &self.project.record(*record).fields[*index as usize];
                let is_claim = field.origin.is_below(self.keys);
                if is_claim { Some((*record, *index)) } else { self.claim(base) }
            }
            ExprKind::Key { map: base, .. } | ExprKind::Element { list: base, .. } | ExprKind::Coalesce(base, _) => {
                self.claim(base)
            }
            ExprKind::Local(local) => self.claim(self.lists.get(local)?),
            _ => None,
        }
    }
}
