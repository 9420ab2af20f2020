//! Declarations of the project that nothing uses: usually a typo somewhere else.

use super::Context;
use crate::core::policy::TestPolicy;
use crate::core::{RecordId, Shape};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::collections::BTreeSet;

/// Controls that no policy applies, if the project has a policy at all, and no test.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    if !project.policies.iter().any(|policy| (context.is_own)(policy.span)) {
        return Vec::new();
    }
    let mut applied: BTreeSet<usize> =
        project.policies.iter().flat_map(|policy| &policy.instances).map(|instance| instance.control).collect();
    for test in &project.tests {
        if let TestPolicy::Made(policy) = &test.policy {
            applied.extend(policy.instances.iter().map(|instance| instance.control));
        }
    }
    let controls = project.controls.iter().enumerate();
    let unapplied = controls.filter(|(index, control)| !applied.contains(index) && (context.is_own)(control.span));
    let mut found: Vec<Diagnostic> = unapplied
        .map(|(_, control)| unused(&format!("no policy applies control `{}`", control.name), control.span))
        .collect();
    let read: BTreeSet<_> =
        project.controls.iter().flat_map(|control| &control.blocks).map(|block| block.subject).collect();
    for (index, record) in project.records.iter().enumerate() {
        let is_built_in = index == RecordId::METRICS.index();
        let is_subject = matches!(record.shape, Shape::Subject { .. }) && !is_built_in && (context.is_own)(record.span);
        if is_subject && !read.iter().any(|id| id.index() == index) {
            found.push(unused(&format!("no control decides about `{}`", record.name), record.span));
        }
    }
    found
}

fn unused(message: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(&codes::UNUSED, message, span)
}
