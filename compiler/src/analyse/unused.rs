//! Declarations of the project that no rule makes anything of: usually a typo somewhere else.

use super::Context;
use crate::core::policy::TestPolicy;
use crate::core::{Block, ExprKind, Field, Origin, Project, Record, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::collections::BTreeSet;

/// Controls that no policy applies and no test, and subjects, fields of subjects and evidence that no control reads; if the project has a
/// policy at all.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    if !project.policies.iter().any(|policy| (context.is_own)(policy.span)) {
        return Vec::new();
    }
    let mut found = controls(context);
    let blocks = || project.controls.iter().flat_map(|control| &control.blocks);
    let decided: BTreeSet<RecordId> = blocks().map(|block| block.subject).collect();
    let read: BTreeSet<(RecordId, u32)> = blocks().flat_map(fields_of).collect();
    for (index, record) in project.records.iter().enumerate() {
        let id = RecordId::new(index);
        if id == RecordId::METRICS || !(context.is_own)(record.span) {
            continue;
        }
        match record.shape {
            Shape::Subject { .. } if !decided.contains(&id) => {
                found.push(unused(&format!("no control decides about `{}`", record.name), record.span));
            }
            Shape::Subject { .. } => found.extend(unread(id, record, &read)),
            Shape::Evidence(_) if !is_collected(project, id) => {
                let message = format!("no subject has evidence `{}`, so nothing reads it", record.name);
                found.push(unused(&message, record.span));
            }
            _ => {}
        }
    }
    found
}

fn controls(context: Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    let mut applied: BTreeSet<usize> =
        project.policies.iter().flat_map(|policy| &policy.instances).map(|instance| instance.control).collect();
    for test in &project.tests {
        if let TestPolicy::Made(policy) = &test.policy {
            applied.extend(policy.instances.iter().map(|instance| instance.control));
        }
    }
    let controls = project.controls.iter().enumerate();
    let unapplied = controls.filter(|(index, control)| !applied.contains(index) && (context.is_own)(control.span));
    unapplied
        .map(|(_, control)| unused(&format!("no policy applies control `{}`", control.name), control.span))
        .collect()
}

/// Every field that a block reads.
fn fields_of(block: &Block) -> Vec<(RecordId, u32)> {
    let mut found = Vec::new();
    block.walk_expressions(&mut |expr| {
        if let ExprKind::Field { record, index, .. } = &expr.kind {
            found.push((*record, *index));
        }
    });
    found
}

/// The fields of a subject that documents fill and nothing reads. What the collector computes ties evidence to its subject, so it is used.
fn unread(id: RecordId, subject: &Record, read: &BTreeSet<(RecordId, u32)>) -> Vec<Diagnostic> {
    let fields = subject.fields.values().enumerate();
    let filled = fields.filter(|(_, field)| matches!(field.origin, Origin::Evidence | Origin::Document { .. }));
    // What an object's asset is found by is read for every object.
    let finds =
        |field: &Field| matches!(&subject.shape, Shape::Subject { objects, .. } if objects.by.contains(&field.name));
    filled
        .filter(|(index, field)| !read.contains(&(id, *index as u32)) && !finds(field))
        .map(|(_, field)| unused(&format!("no control reads `{}` of `{}`", field.name, subject.name), field.span))
        .collect()
}

/// Whether some subject has a field of this evidence; whether that field is read is said there.
fn is_collected(project: &Project, evidence: RecordId) -> bool {
    project.records.iter().flat_map(|record| record.fields.values()).any(|field| field.ty == Type::Record(evidence))
}

fn unused(message: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(&codes::UNUSED, message, span)
}
