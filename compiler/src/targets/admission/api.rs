//! The parts of `admissionregistration.k8s.io/v1` and kustomize that are emitted, in the order in which people write them.
//! Source: `k8s.io/api/admissionregistration/v1/types.go`.

use serde::{Serialize, Serializer};
use serde_saphyr::FoldStr;
use std::collections::BTreeMap;

/// How many characters a line has at most, where it can be broken.
const LINE: usize = 120;

/// An object of the API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object<T> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: T,
}

impl<T> Object<T> {
    pub(super) fn new(kind: &'static str, metadata: Metadata, spec: T) -> Self {
        Self { api_version: "admissionregistration.k8s.io/v1", kind, metadata, spec }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicySpec {
    pub(super) failure_policy: &'static str,
    pub(super) match_constraints: MatchConstraints,
    pub(super) match_conditions: Vec<Variable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<Variable>,
    pub(super) validations: Vec<Rule>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) audit_annotations: Vec<AuditAnnotation>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatchConstraints {
    pub(super) match_policy: &'static str,
    pub(super) resource_rules: Vec<ResourceRule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceRule {
    pub(super) api_groups: [String; 1],
    pub(super) api_versions: [String; 1],
    pub(super) operations: [&'static str; 2],
    pub(super) resources: Vec<String>,
    pub(super) scope: &'static str,
}

/// A named expression: a variable, or a condition of matching.
#[derive(Debug, Serialize)]
pub(super) struct Variable {
    pub(super) name: String,
    #[serde(serialize_with = "folded")]
    pub(super) expression: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    #[serde(serialize_with = "folded")]
    pub(super) expression: String,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "folded_if_there")]
    pub(super) message_expression: Option<String>,
    pub(super) reason: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditAnnotation {
    pub(super) key: &'static str,
    pub(super) value_expression: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BindingSpec {
    pub(super) policy_name: String,
    pub(super) validation_actions: [&'static str; 1],
    pub(super) match_resources: MatchResources,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatchResources {
    pub(super) namespace_selector: Selector,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Selector {
    pub(super) match_expressions: [Expression; 1],
}

#[derive(Debug, Serialize)]
pub(super) struct Expression {
    pub(super) key: &'static str,
    pub(super) operator: &'static str,
    pub(super) values: Vec<String>,
}

/// The list of files that `kubectl apply -k` takes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kustomization {
    api_version: &'static str,
    kind: &'static str,
    resources: Vec<String>,
}

impl Kustomization {
    pub(super) fn new(resources: Vec<String>) -> Self {
        Self { api_version: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources }
    }
}

/// A long expression, over several lines.
fn folded<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    // Only where every break falls on a single blank does the reader get the same text again.
    if text.len() < LINE || text.contains("  ") || text.starts_with(' ') || text.ends_with(' ') {
        return serializer.serialize_str(text);
    }
    FoldStr(text).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "serde gives a field by reference")]
fn folded_if_there<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    folded(text.as_deref().unwrap_or_default(), serializer)
}

/// An object as YAML.
pub(super) fn yaml(object: &impl Serialize) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: LINE, min_fold_chars: LINE };
    // Objects of texts, lists and maps with text keys are what YAML can hold.
    serde_saphyr::to_string_with_options(object, options).unwrap_or_default()
}
