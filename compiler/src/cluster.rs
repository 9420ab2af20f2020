//! Objects of a Kubernetes cluster, as manifests say them, to the subject documents on which everything decides.

use crate::core::objects::candidates;
use crate::core::{Place, Policy, Project, Record, RecordId, Shape};
use crate::document::{self, DocumentError, Limits};
use crate::evidence::collect::convert;
use crate::subject::{Document, FormatVersion, Problem};
use crate::value::Time;
use crate::value::render::render_text;
use serde_json::{Map, Value};
use smol_str::SmolStr;

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

/// `kind: List`, `kind: PodList` and JSON lists are what is in them. A list has no name of its own; an object of a kind that only ends so has.
fn unpack(mut value: Value, found: &mut Vec<Value>) {
    let of = value["kind"].as_str().and_then(|kind| kind.strip_suffix("List")).map(str::to_owned);
    let is_list = of.is_some() && value["metadata"]["name"].is_null() && value["items"].is_array();
    match (value.get_mut("items").map(Value::take), value) {
        (_, Value::Array(items)) => items.into_iter().for_each(|item| unpack(item, found)),
        (Some(Value::Array(items)), list) if is_list => {
            let typed = |item| typed(item, &list["apiVersion"], of.as_deref().unwrap_or_default());
            items.into_iter().for_each(|item| unpack(typed(item), found));
        }
        (Some(items), mut object) => {
            object["items"] = items;
            found.push(object);
        }
        (None, object) => found.push(object),
    }
}

/// An item of `kind: PodList`, as the API itself writes it, leaves out that it is a pod.
fn typed(mut item: Value, api_version: &Value, kind: &str) -> Value {
    if let Some(fields) = item.as_object_mut().filter(|_| !kind.is_empty()) {
        fields.entry("apiVersion").or_insert_with(|| api_version.clone());
        fields.entry("kind").or_insert_with(|| Value::from(kind));
    }
    item
}

/// What the API says that an object is: its `apiVersion` and `kind`. `None` is no object of Kubernetes.
pub fn kind_of(object: &Value) -> Option<(&str, &str)> {
    Some((object["apiVersion"].as_str()?, object["kind"].as_str()?))
}

/// The subjects that an object is an instance of.
pub fn subjects(project: &Project, object: &Value) -> Vec<RecordId> {
    let Some((api_version, kind)) = kind_of(object) else { return Vec::new() };
    let is_instance = |id: &RecordId| match &project.record(*id).shape {
        Shape::Subject { place: Place::Admission, objects, .. } => {
            objects.resources.iter().any(|resource| resource.holds(api_version, kind))
        }
        _ => false,
    };
    (0..project.records.len()).map(RecordId::new).filter(is_instance).collect()
}

/// The subject documents of an object that a policy judges, or why it judges none. `wanted` is the only subject that is asked for.
///
/// # Errors
/// The reason, in words.
pub fn documents(
    project: &Project,
    policy: &Policy,
    wanted: Option<RecordId>,
    object: &Value,
    at: Time,
) -> Result<Vec<Document>, String> {
    let names = |ids: &[RecordId]| {
        ids.iter().map(|id| format!("`{}`", project.record(*id).name)).collect::<Vec<_>>().join(", ")
    };
    let (api_version, kind) = kind_of(object).unwrap_or_default();
    let mut subjects = subjects(project, object);
    if subjects.is_empty() {
        return Err(format!("no subject is of the kind `{}` (`{}`)", render_text(kind), render_text(api_version)));
    }
    if let Some(wanted) = wanted.filter(|wanted| !subjects.contains(wanted)) {
        return Err(format!("it is {}, and only `{}` is asked for", names(&subjects), project.record(wanted).name));
    }
    subjects.retain(|id| wanted.is_none_or(|wanted| wanted == *id));
    let blocks = || policy.instances.iter().flat_map(|instance| &instance.blocks);
    let decided = |id: &RecordId| blocks().any(|block| block.subject == *id);
    if !subjects.iter().any(decided) {
        return Err(format!("the policy decides nothing about {}", names(&subjects)));
    }
    // The server lets whatever is being deleted go (see the target's match conditions).
    if !object["metadata"]["deletionTimestamp"].is_null() {
        return Err("it is being deleted".to_owned());
    }
    subjects.retain(decided);
    let found: Vec<Document> = subjects.iter().filter_map(|id| document(project, policy, *id, object, at)).collect();
    match found.is_empty() {
        true => Err("the policy covers no asset that it could belong to".to_owned()),
        false => Ok(found),
    }
}

/// The subject document of an object, if the policy covers it: an asset of the policy's systems claims its namespace, or whatever else is the
/// first thing that finds an asset. Then it belongs to the one asset that it fits; none, or several, is a problem of the document.
pub fn document(project: &Project, policy: &Policy, subject: RecordId, object: &Value, at: Time) -> Option<Document> {
    let record = project.record(subject);
    let fields = convert::record(project, record, object);
    let candidates = candidates(project, policy, subject);
    let has = |(name, wanted): &(SmolStr, SmolStr)| {
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
        problems: asset.is_none().then(|| stranger(project, record, &fields, fitting.len())).into_iter().collect(),
        asset,
        collected_at: at,
        fields,
        origins: Vec::new(),
    })
}

/// Why no asset, or no single one, is found.
fn stranger(project: &Project, record: &Record, fields: &Map<String, Value>, fitting: usize) -> Problem {
    let Shape::Subject { of, objects, .. } = &record.shape else { return Problem::asset(String::new()) };
    let kind = of.map_or("asset", |kind| project.record(kind).name.as_str());
    let first = objects.by.first().map_or("", SmolStr::as_str);
    let place = fields.get(first).and_then(Value::as_str).unwrap_or_default();
    let others: Vec<String> = objects.by.iter().skip(1).map(|name| format!("`{name}`")).collect();
    let by = if others.is_empty() { String::new() } else { format!(" by {}", others.join(", ")) };
    Problem::asset(match fitting {
        0 => format!("no declared `{kind}` in {first} `{place}` fits the object{by}"),
        several => format!("{several} declared `{kind}`s in {first} `{place}` fit the object{by}"),
    })
}
