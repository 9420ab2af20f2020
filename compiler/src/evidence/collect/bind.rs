//! Whether a document speaks about the subject, and comes from a version of the tool that is known.

use super::{Collector, convert};
use crate::core::{About, Evidence, Field};
use crate::document::path::{DocPath, Selected};
use crate::evidence::record::{RECORD_SUFFIX, RecordStatement};
use crate::subject::{Binding, FileOrigin, ProblemKind};
use crate::value::{Version, tool_version};
use serde_json::Value;

impl Collector<'_> {
    pub(super) fn bind(
        &mut self,
        field: &Field,
        evidence: &Evidence,
        json: &Value,
        bytes: &[u8],
        origin: &mut FileOrigin,
    ) {
        let mut recorded = None;
        let bound = match &evidence.about {
            About::Unbound => {
                let reason = format!("nothing ties {} to what it speaks about", evidence.file);
                Err((ProblemKind::Unbound, reason))
            }
            About::Digest { path, reading } => {
                let stated = convert::digests(path, *reading, json);
                self.is_stated(evidence, path, &stated).map(|()| Binding::Digest)
            }
            About::Recorded => self.recorded(evidence, bytes).map(|record| {
                recorded = record.predicate.tool.version.clone();
                Binding::Record
            }),
        };
        match bound {
            Ok(binding) => origin.bound_by = Some(binding),
            Err((kind, reason)) => self.problem(&field.name, kind, reason),
        }
        self.version(field, evidence, json, recorded, origin);
    }

    /// Whether one of the stated digests is the model's.
    fn is_stated(&self, evidence: &Evidence, path: &DocPath, stated: &[Value]) -> Result<(), (ProblemKind, String)> {
        let model = self.model().map_err(|reason| {
            (ProblemKind::Computed, format!("whether {} is about this model is not known: {reason}", evidence.file))
        })?;
        if stated.iter().any(|digest| *digest == model.digest) {
            return Ok(());
        }
        let about = match stated.first().and_then(Value::as_str) {
            Some(other) => format!("is about {other}"),
            None => format!("states no digest at `{path}`"),
        };
        Err((ProblemKind::Mismatch, format!("{} {about}, and this model is {}", evidence.file, model.digest)))
    }

    /// The record beside a document, if it is about these bytes and this model.
    fn recorded(&self, evidence: &Evidence, bytes: &[u8]) -> Result<RecordStatement, (ProblemKind, String)> {
        let name = format!("{}{RECORD_SUFFIX}", evidence.file);
        let mismatch = |reason: String| (ProblemKind::Mismatch, reason);
        let found = match self.files.read(&name, self.request.limits.max_bytes) {
            Ok(Some(found)) => found,
            Ok(None) => {
                let reason = format!(
                    "{} says nothing of what it is about, and {name} is missing: run the tool with `gatewright evidence record`",
                    evidence.file
                );
                return Err((ProblemKind::Unbound, reason));
            }
            Err(reason) => return Err((ProblemKind::Unreadable, format!("{name}: {reason}"))),
        };
        let record = RecordStatement::read(&found, &self.request.limits)
            .map_err(|reason| (ProblemKind::Malformed, format!("{name}: {reason}")))?;
        if !record.is_of(&evidence.file, bytes) {
            return Err(mismatch(format!("{name} is the record of another {}", evidence.file)));
        }
        let model = self.model().map_err(|reason| {
            (ProblemKind::Computed, format!("whether {} is about this model is not known: {reason}", evidence.file))
        })?;
        let inputs: Vec<String> = record.inputs().collect();
        match inputs.iter().find(|input| **input != model.digest) {
            Some(other) => {
                Err(mismatch(format!("{} is about {other}, and this model is {}", evidence.file, model.digest)))
            }
            None if inputs.is_empty() => Err(mismatch(format!("{name} names no model that the tool looked at"))),
            None => Ok(record),
        }
    }

    fn version(
        &mut self,
        field: &Field,
        evidence: &Evidence,
        json: &Value,
        recorded: Option<String>,
        origin: &mut FileOrigin,
    ) {
        let Some((range, path)) = &evidence.versions else {
            origin.tool_version = recorded;
            return;
        };
        let stated = match path {
            Some(path) => match path.select(json) {
                Selected::One(value) => value.as_str().map(str::to_owned),
                _ => None,
            },
            None => recorded,
        };
        let known: Option<Version> = stated.as_deref().and_then(tool_version);
        let reason = match (&stated, &known) {
            (_, Some(version)) if range.contains(version) => None,
            (Some(stated), _) => {
                Some(format!("{} was written by {} {stated}, and {range} is known", evidence.file, evidence.tool))
            }
            (None, _) => Some(format!("{} does not say which version of {} wrote it", evidence.file, evidence.tool)),
        };
        origin.tool_version = stated;
        if let Some(reason) = reason {
            self.problem(&field.name, ProblemKind::Version, reason);
        }
    }
}
