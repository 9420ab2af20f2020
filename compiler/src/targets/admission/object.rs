//! The objects of the Kubernetes API that carry a block: a ValidatingAdmissionPolicy and its binding, both of
//! `admissionregistration.k8s.io/v1`.

use super::Lowered;
use super::api::{
    AuditAnnotation, BindingSpec, Expression, MatchConstraints, MatchResources, Metadata, Object, PolicySpec,
    ResourceRule, Rule, Selector, Variable,
};
use super::cel::{Cel, Macro};
use super::waiver;
use crate::core::objects::{Candidate, Resource};
use crate::core::{Block, EnumId, Instance, Project, Shape};
use crate::syntax::ast::Mode;
use crate::targets::Input;
use crate::value::render::render_text;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What a message may hold: the server drops a warning with a tab in it, and a terminal obeys controls.
const HARMLESS: &str = r"^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$";

/// The name of the objects of a block: the policy's and the instance's, and the block's number where the instance has several. What a name of
/// the API cannot have is replaced, and a digest of the original then keeps two names apart.
pub(super) fn name(policy: &str, instance: &Instance, block: &Block, several: bool) -> String {
    let number = if several { format!("-{}", block.index + 1) } else { String::new() };
    format!("{}.{}{number}", label(policy), label(&instance.name))
}

/// A part of a DNS name (RFC 1123).
fn label(name: &str) -> String {
    let plain = name.to_ascii_lowercase().replace('_', "-");
    let sound = !plain.starts_with('-') && !plain.ends_with('-') && plain.len() <= 100;
    if sound && name.bytes().all(|byte| !byte.is_ascii_uppercase()) {
        return plain;
    }
    let digest = Sha256::digest(name.as_bytes());
    let digest: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let start: String = plain.trim_matches('-').chars().take(100).collect();
    format!("{}-{digest}", start.trim_end_matches('-')).trim_start_matches('-').to_owned()
}

/// The number (from 0) of the validation that a line of the objects' text belongs to: one of its list, or of a variable of its own.
pub(super) fn validation_at(text: &str, line: usize) -> Option<usize> {
    let (mut section, mut items, mut variable) = ("", 0_usize, "");
    for line in text.lines().take(line + 1) {
        if let Some(item) = line.strip_prefix("  - ") {
            items += 1;
            variable = item.strip_prefix("name: ").unwrap_or_default();
        } else if !line.starts_with("   ") {
            (section, items, variable) = (line, 0, "");
        }
    }
    match section {
        "  validations:" => items.checked_sub(1),
        "  variables:" => {
            let number = variable.strip_prefix("message_").or_else(|| variable.strip_prefix("holds_"))?;
            number.parse::<usize>().ok()?.checked_sub(1)
        }
        _ => None,
    }
}

/// The two objects.
pub(super) fn objects(
    name: &str,
    input: &Input<'_>,
    instance: &Instance,
    block: &Block,
    lowered: Lowered,
) -> (Object<PolicySpec>, Object<BindingSpec>) {
    let mode = instance.mode;
    let namespaces = namespaces(&lowered.candidates).into_iter().map(str::to_owned).collect();
    let (variables, validations) = rules(mode, lowered);
    let variable = |(name, value): &(String, Cel)| Variable { name: name.clone(), expression: value.to_string() };
    let policy = PolicySpec {
        failure_policy: if mode == Mode::Enforce { "Fail" } else { "Ignore" },
        match_constraints: MatchConstraints {
            match_policy: "Equivalent",
            resource_rules: resource_rules(input.project, block),
        },
        match_conditions: vec![Variable {
            name: "not-being-deleted".to_owned(),
            expression: Cel::name("object").field("metadata").has("deletionTimestamp").negated().to_string(),
        }],
        variables: variables.iter().map(variable).collect(),
        validations,
        audit_annotations: audit(mode),
    };
    let binding = BindingSpec {
        policy_name: name.to_owned(),
        validation_actions: match mode {
            Mode::Enforce => ["Deny"],
            Mode::Warn => ["Warn"],
            Mode::Audit => ["Audit"],
        },
        match_resources: MatchResources {
            namespace_selector: Selector {
                match_expressions: [Expression {
                    key: "kubernetes.io/metadata.name",
                    operator: "In",
                    values: namespaces,
                }],
            },
        },
    };
    (
        Object::new("ValidatingAdmissionPolicy", metadata(name, input, instance, block), policy),
        Object::new("ValidatingAdmissionPolicyBinding", metadata(name, input, instance, block), binding),
    )
}

/// The namespaces that the candidates claim.
pub(super) fn namespaces(candidates: &[Candidate]) -> Vec<&str> {
    let first = candidates.iter().filter_map(|candidate| candidate.found_by.first());
    first.map(|(_, namespace)| namespace.as_str()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn metadata(name: &str, input: &Input<'_>, instance: &Instance, block: &Block) -> Metadata {
    let (project, sources) = (input.project, input.sources);
    let mut annotations = vec![("applied", sources.place(instance.span)), ("source", sources.place(block.span))];
    if let Some(control) = project.controls.get(instance.control) {
        let severity = project.enumeration(EnumId::SEVERITY).variants.get(control.severity as usize);
        annotations.push(("control", control.qualified.to_string()));
        annotations.push(("title", render_text(&control.title)));
        annotations.extend(severity.map(|variant| ("severity", variant.name.to_string())));
    }
    let labels = [("policy", label(&input.policy.name)), ("control", label(&instance.name))];
    let ours = |(key, value): (&str, String)| (format!("gatewright.dev/{key}"), value);
    let managed = ("app.kubernetes.io/managed-by".to_owned(), "gatewright".to_owned());
    Metadata {
        name: name.to_owned(),
        labels: labels.into_iter().map(ours).chain([managed]).collect(),
        annotations: annotations.into_iter().map(ours).collect(),
    }
}

fn resource_rules(project: &Project, block: &Block) -> Vec<ResourceRule> {
    let Shape::Subject { objects, .. } = &project.record(block.subject).shape else {
        return Vec::new();
    };
    let mut groups: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for Resource { group, version, name, subresource } in &objects.resources {
        let path = subresource.iter().fold(name.to_string(), |path, part| format!("{path}/{part}"));
        groups.entry((group, version)).or_default().push(path);
    }
    let rule = |((group, version), resources): ((&str, &str), Vec<String>)| ResourceRule {
        api_groups: [group.to_owned()],
        api_versions: [version.to_owned()],
        operations: ["CREATE", "UPDATE"],
        resources,
        scope: "Namespaced",
    };
    groups.into_iter().map(rule).collect()
}

/// One rule for each validation. Messages stand in variables, whose length the API does not bound; under `warn` and `audit` so do the
/// conditions, because the annotation asks them again.
fn rules(mode: Mode, lowered: Lowered) -> (Vec<(String, Cel)>, Vec<Rule>) {
    let mut variables = lowered.variables;
    let variable = |name: &str| Cel::name(format!("variables.{name}"));
    let waived = lowered.waived.map(|waived| {
        variables.push((waiver::VARIABLE.to_owned(), waived));
        variable(waiver::VARIABLE)
    });
    let (mut found, mut said) = (Vec::new(), Vec::new());
    for (validation, number) in lowered.validations.into_iter().zip(1..) {
        let mut holds = Cel::any(waived.clone().into_iter().chain([validation.holds]));
        let mut told = validation.told;
        if !matches!(told, Cel::Text(_)) {
            let name = format!("message_{number}");
            let text = variable(&name);
            variables.push((name, told));
            let harmless = text.clone().method("matches", vec![Cel::text(HARMLESS)]);
            told = Cel::choice(harmless, text, Cel::text(validation.text.as_str()));
        }
        if mode != Mode::Enforce {
            let name = format!("holds_{number}");
            let condition = variable(&name);
            variables.push((name, holds));
            said.push(Cel::choice(condition.clone(), Cel::text(""), told.clone()));
            holds = condition;
        }
        found.push(Rule {
            expression: holds.to_string(),
            message: validation.text,
            message_expression: (!matches!(told, Cel::Text(_))).then(|| told.to_string()),
            reason: "Forbidden",
        });
    }
    if !said.is_empty() {
        let told = Cel::each(Cel::List(said), Macro::Filter, "text", Cel::name("text").infix("!=", Cel::text("")));
        variables.push(("violations".to_owned(), told.method("join", vec![Cel::text("; ")])));
    }
    (variables, found)
}

/// One annotation for each block, with everything that does not hold: the server keeps one value for a key. It is empty, and so left out,
/// where all holds.
fn audit(mode: Mode) -> Vec<AuditAnnotation> {
    match mode {
        Mode::Enforce => Vec::new(),
        _ => vec![AuditAnnotation { key: "violations", value_expression: "variables.violations" }],
    }
}
