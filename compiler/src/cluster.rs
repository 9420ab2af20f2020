//! Objects of a Kubernetes cluster, as manifests say them, to the subject documents on which everything decides.

use crate::core::objects::candidates;
use crate::core::{Place, Policy, Project, RecordId, Shape};
use crate::document::{self, DocumentError, Limits};
use crate::evidence::collect::convert;
use crate::subject::{Document, FormatVersion, Problem, ProblemKind};
use crate::value::Time;
use serde_json::{Map, Value};

/// The namespace of objects that name none, as `kubectl` has it.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Puts an object that names no namespace into one.
pub fn place(object: &mut Value, namespace: &str) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        let named = metadata.entry("namespace").or_insert(Value::Null);
        if named.is_null() {
            *named = Value::from(namespace);
        }
    }
}

/// How an object is called in a report: `Deployment fraud-prod/scorer`.
pub fn name_of(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("(none)").to_owned();
    let metadata = &object["metadata"];
    let name = if metadata["name"].is_null() { text(&metadata["generateName"]) } else { text(&metadata["name"]) };
    match metadata["namespace"].as_str() {
        Some(namespace) => format!("{} {namespace}/{name}", text(&object["kind"])),
        None => format!("{} {name}", text(&object["kind"])),
    }
}

/// The objects of a stream of manifests, in their order: documents of YAML or JSON, and the items of lists.
///
/// # Errors
/// The text is no such stream.
pub fn objects(bytes: &[u8], limits: &Limits) -> Result<Vec<Value>, DocumentError> {
    let mut found = Vec::new();
    document::read_stream(bytes, limits)?.into_iter().for_each(|value| unpack(value, &mut found));
    Ok(found)
}

/// `kind: List`, `kind: PodList` and JSON lists are what is in them.
fn unpack(mut value: Value, found: &mut Vec<Value>) {
    let is_list = value["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| unpack(item, found)),
        _ if is_list && value["items"].is_array() => unpack(value["items"].take(), found),
        object => found.push(object),
    }
}

/// The subjects that an object is an instance of.
pub fn subjects(project: &Project, object: &Value) -> Vec<RecordId> {
    let (Some(api_version), Some(kind)) = (object["apiVersion"].as_str(), object["kind"].as_str()) else {
        return Vec::new();
    };
    let is_instance = |id: &RecordId| match &project.record(*id).shape {
        Shape::Subject { place: Place::Admission, objects, .. } => {
            objects.resources.iter().any(|resource| resource.holds(api_version, kind))
        }
        _ => false,
    };
    (0..project.records.len()).map(RecordId::new).filter(is_instance).collect()
}

/// The subject document of an object, if the policy covers it: an asset of the policy's systems claims its namespace, or whatever else is the
/// first thing that finds an asset. Then it belongs to the one asset that it fits; none, or several, is a problem of the document.
pub fn document(project: &Project, policy: &Policy, subject: RecordId, object: &Value, at: Time) -> Option<Document> {
    let record = project.record(subject);
    let fields = convert::record(project, record, object);
    let candidates = candidates(project, policy, subject);
    let has = |(name, wanted): &(smol_str::SmolStr, smol_str::SmolStr)| {
        fields.get(name.as_str()).and_then(Value::as_str) == Some(wanted.as_str())
    };
    if !candidates.iter().any(|candidate| candidate.found_by.first().is_some_and(has)) {
        return None;
    }
    let fitting: Vec<_> = candidates.iter().filter(|candidate| candidate.found_by.iter().all(has)).collect();
    let asset = match fitting.as_slice() {
        [only] => Some(project.asset(only.asset).qualified.to_string()),
        _ => None,
    };
    Some(Document {
        format: FormatVersion,
        subject: record.name.to_string(),
        problems: asset.is_none().then(|| stranger(&fields, fitting.len())).into_iter().collect(),
        asset,
        collected_at: at,
        fields,
        origins: Vec::new(),
    })
}

fn stranger(fields: &Map<String, Value>, fitting: usize) -> Problem {
    let namespace = fields.get("namespace").and_then(Value::as_str).unwrap_or_default();
    let reason = match fitting {
        0 => format!("no declared service in `{namespace}` fits the object"),
        several => format!("{several} declared services in `{namespace}` fit the object"),
    };
    Problem { field: "asset".to_owned(), kind: ProblemKind::Mismatch, reason }
}
