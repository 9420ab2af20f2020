//! The JSON Schema (2020-12) of a subject kind's document: what a well-collected one looks like, for editors and other readers.
//!
//! A document that does not fit may still be decided about: a value of the wrong type is unknown when it is read, and only then.

use super::{Binding, ProblemKind};
use crate::core::{Field, Origin, Project, Record, RecordId, Type};
use crate::value::MAX_EXACT;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of the documents about a subject, which is a record of [`Shape::Subject`](crate::core::Shape::Subject).
pub fn schema(project: &Project, subject: RecordId) -> Value {
    let record = project.record(subject);
    let mut schemas = Schemas { project, parts: BTreeMap::new() };
    let asset = record.fields.values().find(|field| matches!(field.origin, Origin::Asset));
    let asset = asset.map(|field| schemas.of_type(&field.ty));
    // A field that is not there is explained by a problem, so none is required.
    let fields = schemas.object(record, false);
    let mut required = vec!["gatewright", "subject", "collected_at", "fields", "problems", "origins"];
    let mut properties = json!({
        "gatewright": { "const": 1 },
        "subject": { "const": record.name.as_str() },
        "collected_at": time(),
        "fields": fields,
        "problems": { "type": "array", "items": problem() },
        "origins": { "type": "array", "items": origin() },
    });
    if let (Some(asset), Some(properties)) = (asset, properties.as_object_mut()) {
        properties.insert("asset".to_owned(), asset);
        required.insert(2, "asset");
    }
    let mut schema = json!({
        "$schema": DIALECT,
        "title": record.name.as_str(),
        "description": record.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "$defs": schemas.parts,
    });
    schema.sort_all_objects();
    schema
}

/// The schemas of the records that were met.
struct Schemas<'p> {
    project: &'p Project,
    parts: BTreeMap<String, Value>,
}

impl Schemas<'_> {
    fn object(&mut self, record: &Record, complete: bool) -> Value {
        let written = || record.fields.values().filter(|field| !matches!(field.origin, Origin::Asset));
        let properties: Map<_, _> = written().map(|field| (field.name.to_string(), self.field(field))).collect();
        let needed = |field: &&Field| complete && !field.optional && field.default.is_none();
        let required: Vec<_> = written().filter(needed).map(|field| field.name.as_str()).collect();
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    fn field(&mut self, field: &Field) -> Value {
        let mut schema = self.of_type(&field.ty);
        if let Some(schema) = schema.as_object_mut().filter(|_| !field.doc.is_empty()) {
            schema.insert("description".to_owned(), field.doc.as_str().into());
        }
        schema
    }

    /// The schema of a record's name, which stands in `$defs`: records may contain themselves.
    fn part(&mut self, id: RecordId) -> Value {
        let record = self.project.record(id);
        let name = record.qualified.to_string();
        if !self.parts.contains_key(&name) {
            self.parts.insert(name.clone(), Value::Bool(true));
            let mut schema = self.object(record, true);
            if let Some(schema) = schema.as_object_mut().filter(|_| !record.doc.is_empty()) {
                schema.insert("description".to_owned(), record.doc.as_str().into());
            }
            self.parts.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// The canonical JSON of a type; [`crate::value`] reads the same.
    fn of_type(&mut self, ty: &Type) -> Value {
        let project = self.project;
        match ty {
            Type::Bool => json!({ "type": "boolean" }),
            Type::Int => json!({ "type": "integer", "minimum": -MAX_EXACT, "maximum": MAX_EXACT }),
            Type::Duration => {
                json!({ "type": "integer", "minimum": -MAX_EXACT, "maximum": MAX_EXACT, "$comment": "milliseconds" })
            }
            Type::Bytes => json!({ "type": "integer", "minimum": 0, "maximum": MAX_EXACT, "$comment": "bytes" }),
            Type::Float => json!({ "type": "number" }),
            Type::Ratio => json!({ "type": "number", "$comment": "1 is 100%" }),
            Type::Text | Type::Quantity | Type::Rate(_) | Type::Version | Type::Cidr | Type::Pattern => {
                json!({ "type": "string" })
            }
            Type::Date => json!({ "type": "string", "format": "date" }),
            Type::Time => time(),
            Type::Digest => {
                let digests = "^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$";
                json!({ "type": "string", "pattern": digests })
            }
            Type::Enum(id) => one_of(project.enumeration(*id).variants.iter().map(|variant| variant.text.as_str())),
            Type::Record(id) => self.part(*id),
            Type::Asset(kind) => {
                let assets = project.assets.iter().filter(|asset| asset.kind == *kind);
                one_of(assets.map(|asset| asset.qualified.as_str()))
            }
            Type::Role => one_of(project.roles.iter().map(|role| role.name.as_str())),
            Type::Signer => one_of(project.signers.iter().map(|signer| signer.name.as_str())),
            Type::Threat(id) => one_of(project.catalog(*id).entries.keys().map(|id| id.as_str())),
            Type::List(element) => json!({ "type": "array", "items": self.of_type(element) }),
            Type::Map(value) => json!({ "type": "object", "additionalProperties": self.of_type(value) }),
            Type::Error => Value::Bool(true),
        }
    }
}

/// One of these words; nothing at all if there are none, as an empty `enum` is not allowed.
fn one_of<'w>(words: impl Iterator<Item = &'w str>) -> Value {
    let words: Vec<_> = words.collect();
    if words.is_empty() { Value::Bool(false) } else { json!({ "enum": words }) }
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time", "pattern": "T.*Z$" })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "properties": {
            "field": { "type": "string" },
            "kind": { "enum": ProblemKind::ALL },
            "reason": { "type": "string" },
        },
        "required": ["field", "kind", "reason"],
        "additionalProperties": false,
    })
}

fn origin() -> Value {
    json!({
        "type": "object",
        "properties": {
            "field": { "type": "string" },
            "file": { "type": "string" },
            "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "tool_version": { "type": "string" },
            "bound_by": { "enum": Binding::ALL },
        },
        "required": ["field", "file", "sha256"],
        "additionalProperties": false,
    })
}
