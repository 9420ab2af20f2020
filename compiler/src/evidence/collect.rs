//! Collecting: from the documents of tools to the one subject document on which everything decides.
//!
//! Nothing is decided here. What cannot be read, is about something else, or comes from an unknown version becomes a problem of its field
//! (see [`Problem`]); a value of a wrong type stays as it is, so that whoever reads it sees that it is wrong.

mod bind;
pub(crate) mod convert;
mod files;

pub use files::{Changed, DiskFiles, Files};

use super::digest::ModelFiles;
use super::signature::PublicKey;
use super::{canonical, signature};
use crate::core::{AssetId, Computed, Evidence, Field, Origin, Project, RecordId, Shape, Type};
use crate::document::envelope::Envelope;
use crate::document::{self, Format, Limits};
use crate::subject::{Document, FileOrigin, FormatVersion, Problem, ProblemKind};
use crate::value::Time;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use smol_str::SmolStr;

/// What is to be collected.
pub struct Request<'a> {
    /// The project.
    pub project: &'a Project,
    /// The kind of subject.
    pub subject: RecordId,
    /// The declared asset that it belongs to.
    pub asset: Option<AssetId>,
    /// The version that is asked about.
    pub version: Option<&'a str>,
    /// When it is collected.
    pub at: Time,
    /// The public keys of the declared signers, in the order of their declaration.
    pub keys: &'a [(SmolStr, PublicKey)],
    /// How much of a document is read.
    pub limits: Limits,
}

/// Collects everything that is known about one subject.
pub fn collect(request: &Request<'_>, files: &dyn Files) -> Document {
    let record = request.project.record(request.subject);
    let mut collector = Collector {
        request,
        files,
        model: files.model(),
        fields: Map::new(),
        problems: Vec::new(),
        origins: Vec::new(),
    };
    for field in record.fields.values() {
        match &field.origin {
            Origin::Given => {
                if let Some(version) = request.version {
                    collector.fields.insert(field.name.to_string(), Value::from(version));
                }
            }
            Origin::Computed(computed) => collector.computed(field, *computed),
            Origin::Evidence => collector.evidence(field),
            Origin::Asset | Origin::Declared | Origin::Document { .. } | Origin::Label => {}
        }
    }
    Document {
        format: FormatVersion,
        subject: record.name.to_string(),
        asset: request.asset.map(|asset| request.project.asset(asset).qualified.to_string()),
        collected_at: request.at,
        fields: collector.fields,
        problems: collector.problems,
        origins: collector.origins,
    }
}

struct Collector<'a> {
    request: &'a Request<'a>,
    files: &'a dyn Files,
    /// The model's files; `None` if none were named, `Err` with the reason if they cannot be read.
    model: Option<Result<ModelFiles, String>>,
    fields: Map<String, Value>,
    problems: Vec<Problem>,
    origins: Vec<FileOrigin>,
}

impl Collector<'_> {
    fn problem(&mut self, field: &str, kind: ProblemKind, reason: impl Into<String>) {
        self.problems.push(Problem { field: field.to_owned(), kind, reason: reason.into() });
    }

    /// The model's files, or why they are not known.
    fn model(&self) -> Result<&ModelFiles, String> {
        match &self.model {
            Some(Ok(model)) => Ok(model),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err("the model's files were not named".into()),
        }
    }

    fn computed(&mut self, field: &Field, computed: Computed) {
        let value = self.model().map(|model| match computed {
            Computed::ModelDigest => Some(Value::from(model.digest.as_str())),
            Computed::FileList => Some(file_list(model)),
            // Facts of a document, not of a subject; the checker refuses them here.
            Computed::VerifySignature | Computed::Sha256Canonical => None,
        });
        match value {
            Ok(value) => {
                value.map(|value| self.fields.insert(field.name.to_string(), value));
            }
            Err(reason) => self.problem(&field.name, ProblemKind::Computed, reason),
        }
    }

    fn evidence(&mut self, field: &Field) {
        let Type::Record(id) = field.ty else { return };
        let Shape::Evidence(evidence) = &self.request.project.record(id).shape else { return };
        let bytes = match self.files.read(&evidence.file, self.request.limits.max_bytes) {
            Ok(Some(bytes)) => bytes,
            Ok(None) if field.optional => return,
            Ok(None) => {
                let reason = format!("{} is missing{}", evidence.file, how_to_make(evidence));
                return self.problem(&field.name, ProblemKind::Missing, reason);
            }
            Err(reason) => {
                return self.problem(&field.name, ProblemKind::Unreadable, format!("{}: {reason}", evidence.file));
            }
        };
        let mut origin = FileOrigin {
            field: field.name.to_string(),
            file: evidence.file.to_string(),
            sha256: super::hex(Sha256::digest(&bytes)),
            tool_version: None,
            bound_by: None,
        };
        // What a record is about are the bytes that the tool wrote.
        let changed = self.files.changed(&evidence.file, evidence.format, &bytes);
        let text = changed.as_deref().unwrap_or(&bytes);
        match document::read(text, evidence.format, &self.request.limits) {
            Ok(json) => {
                self.bind(field, evidence, &json, &bytes, &mut origin);
                let value = self.view(id, evidence, &json, text);
                self.fields.insert(field.name.to_string(), value);
            }
            Err(error) => {
                self.problem(&field.name, ProblemKind::Malformed, format!("{}: {error}", evidence.file));
            }
        }
        self.origins.push(origin);
    }

    /// The fields of a document, by the names of the language.
    fn view(&self, id: RecordId, evidence: &Evidence, json: &Value, bytes: &[u8]) -> Value {
        let record = self.request.project.record(id);
        let mut view = convert::record(self.request.project, record, json);
        for field in record.fields.values() {
            let value = match field.origin {
                Origin::Computed(Computed::VerifySignature) => self.signer(evidence.format, bytes),
                Origin::Computed(Computed::Sha256Canonical) => canonical::sha256_canonical(json).ok().map(Value::from),
                _ => continue,
            };
            // A document cannot vouch for itself: whatever it says at this name is not read.
            view.remove(field.name.as_str());
            value.map(|value| view.insert(field.name.to_string(), value));
        }
        Value::Object(view)
    }

    /// The first declared signer whose key verifies the document's signature.
    fn signer(&self, format: Format, bytes: &[u8]) -> Option<Value> {
        let json = document::read(bytes, Format::Json, &self.request.limits).ok()?;
        let envelope = match format {
            Format::Dsse => Envelope::from_json(&json),
            Format::SigstoreBundle => Envelope::from_bundle(&json),
            Format::Json | Format::Jsonl | Format::Yaml | Format::FrontMatter => return None,
        };
        let envelope = envelope.ok()?;
        let mut verified =
            self.request.keys.iter().filter(|(_, key)| signature::verify_envelope(&envelope, key).is_ok());
        verified.next().map(|(name, _)| Value::from(name.as_str()))
    }
}

fn file_list(model: &ModelFiles) -> Value {
    let file = |file: &super::digest::ModelFile| serde_json::json!({ "name": file.name, "sha256": format!("sha256:{}", file.sha256), "size": file.size });
    model.files.iter().map(file).collect()
}

fn how_to_make(evidence: &Evidence) -> String {
    match &evidence.run {
        Some(run) => format!("; make it with `{run}`"),
        None => String::new(),
    }
}
