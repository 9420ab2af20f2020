//! Weak evidence behind strong words: documents that nothing ties to their subject, under `enforce`; and weaknesses that are accepted for
//! nothing.

use super::Context;
use crate::core::policy::{TestPolicy, Weakness};
use crate::core::{About, Instance, Policy, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast::Mode;
use std::collections::BTreeSet;

/// What policies make of the weaknesses of their evidence.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        context.project.policies.iter().flat_map(|policy| of_policy(context, policy)).collect();
    for test in &context.project.tests {
        if let TestPolicy::Made(made) = &test.policy {
            let read = made.instances.iter().flat_map(|instance| evidence_of(context, instance)).collect();
            found.extend(nothing(context, made, &read, "the controls of this test read"));
        }
    }
    found
}

/// What is accepted of evidence that is not read. `who` reads it not.
fn nothing(context: Context<'_>, policy: &Policy, read: &BTreeSet<RecordId>, who: &str) -> Vec<Diagnostic> {
    let unread = policy.accepted.iter().filter(|accepted| !read.contains(&accepted.evidence));
    let said = unread.map(|accepted| {
        let record = context.project.record(accepted.evidence);
        let message = format!("{who} no `{}`, so nothing is accepted", record.name);
        Diagnostic::warning(&codes::ACCEPTS_NOTHING, message, accepted.span)
    });
    said.collect()
}

fn of_policy(context: Context<'_>, policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut read: BTreeSet<RecordId> = BTreeSet::new();
    let mut told: BTreeSet<RecordId> = BTreeSet::new();
    for instance in &policy.instances {
        let evidence = evidence_of(context, instance);
        for id in evidence.iter().filter(|_| instance.mode == Mode::Enforce) {
            let accepted = policy
                .accepted
                .iter()
                .any(|accepted| accepted.weakness == Weakness::Unbound && accepted.evidence == *id);
            if !accepted && is_unbound(context, *id) && told.insert(*id) {
                let record = context.project.record(*id);
                found.push(
                    Diagnostic::error(
                        &codes::UNBOUND,
                        format!(
                            "`{}` is enforced on `{}`, which nothing ties to what it speaks about",
                            instance.name, record.name
                        ),
                        instance.span,
                    )
                    .label(record.span, "declared with `about = unbound`")
                    .note("a report about another model would be believed")
                    .fix(
                        "accept the weakness in the policy",
                        instance.span.after(),
                        format!("\n  accept unbound {}", record.name),
                    ),
                );
            }
        }
        read.extend(evidence);
    }
    found.extend(nothing(context, policy, &read, &format!("policy `{}` reads", policy.name)));
    found
}

/// The evidence that the blocks of an instance read.
fn evidence_of(context: Context<'_>, instance: &Instance) -> BTreeSet<RecordId> {
    let mut found = BTreeSet::new();
    for block in &instance.blocks {
        block.walk_expressions(&mut |expr| {
            if let Type::Record(id) = expr.ty
                && matches!(context.project.record(id).shape, Shape::Evidence(_))
            {
                found.insert(id);
            }
        });
    }
    found
}

fn is_unbound(context: Context<'_>, id: RecordId) -> bool {
    match &context.project.record(id).shape {
        Shape::Evidence(evidence) => matches!(evidence.about, About::Unbound),
        _ => false,
    }
}
