//! The digest of a policy's canonical core: two policies with the same digest decide alike, whatever their text looks like.
//!
//! It is the SHA-256 of the canonical JSON (RFC 8785) of everything that can change a decision, what follows from it, or a message:
//! the covered systems, the control instances with their modes and lowered blocks, waivers and their dates, accepted weaknesses, the shape
//! of every record that a block reads with the condition under which evidence is believed, the words of enums, roles and signers, and what
//! the declared assets say. Comments, layout, the order of declarations' files, names of locals, titles, severities, owners, threats,
//! reasons of waivers and the list of targets are not part of it.

mod encode;

use crate::core::{AssetId, Const, Expr, Policy, Project, RecordId, Shape, Type};
use encode::{block, constant, expr, field, message};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The digest, as `sha256:` and hexadecimal digits.
pub fn core_digest(project: &Project, policy: &Policy) -> String {
    let core = core(project, policy);
    // Neither maps with other keys than text nor numbers beyond a float occur.
    let text = serde_json_canonicalizer::to_vec(&core).unwrap_or_default();
    sha256(&text)
}

/// The SHA-256 of bytes, as `sha256:` and hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

fn core(project: &Project, policy: &Policy) -> Value {
    let mut uses = Uses { project, assets: BTreeSet::new(), records: BTreeSet::new(), types: BTreeMap::new() };
    for system in &policy.covers {
        let of = (0..project.assets.len()).map(AssetId::new).filter(|id| project.asset(*id).system == *system);
        of.for_each(|id| uses.asset(id));
    }
    let mut instances = Map::new();
    for instance in &policy.instances {
        for block in &instance.blocks {
            uses.record(block.subject);
            block.walk_expressions(&mut |expr| uses.expr(expr));
        }
        let blocks: Vec<Value> = instance.blocks.iter().map(|found| block(project, found)).collect();
        let control = project.controls.get(instance.control).map(|control| control.qualified.as_str());
        let entry = json!({ "control": control, "mode": instance.mode.keyword(), "blocks": blocks });
        instances.insert(instance.name.to_string(), entry);
    }
    let name = |id: AssetId| project.asset(id).qualified.to_string();
    let waivers: BTreeSet<String> = (policy.waivers.iter())
        .map(|waiver| {
            let instance = policy.instances.get(waiver.instance).map_or("", |instance| instance.name.as_str());
            format!("{instance} {} {} {}", name(waiver.asset), waiver.granted, waiver.until)
        })
        .collect();
    let accepted: BTreeSet<String> = (policy.accepted.iter())
        .map(|accepted| format!("{} {}", accepted.weakness.keyword(), project.record(accepted.evidence).qualified))
        .collect();
    json!({
        "format": 1,
        "policy": policy.name.as_str(),
        "covers": policy.covers.iter().map(|id| name(*id)).collect::<BTreeSet<_>>(),
        "instances": instances,
        "waivers": waivers,
        "accepted": accepted,
        "assets": uses.assets(),
        "records": uses.records(),
        "words": uses.types,
    })
}

/// What a policy reads.
struct Uses<'p> {
    project: &'p Project,
    assets: BTreeSet<AssetId>,
    records: BTreeSet<RecordId>,
    types: BTreeMap<String, Value>,
}

impl Uses<'_> {
    fn expr(&mut self, expr: &Expr) {
        self.ty(&expr.ty);
        if let Some(value) = expr.as_const() {
            self.constant(value);
        }
    }

    fn constant(&mut self, value: &Const) {
        match value {
            Const::Asset(id) => self.asset(*id),
            Const::List(items) => items.iter().for_each(|item| self.constant(item)),
            _ => {}
        }
    }

    fn asset(&mut self, id: AssetId) {
        if self.assets.insert(id) {
            let project = self.project;
            let asset = project.asset(id);
            self.record(asset.kind);
            asset.values.iter().flatten().for_each(|value| self.constant(value));
        }
    }

    fn record(&mut self, id: RecordId) {
        if !self.records.insert(id) {
            return;
        }
        let project = self.project;
        let record = project.record(id);
        for field in record.fields.values() {
            self.ty(&field.ty);
            field.default.iter().for_each(|value| self.constant(value));
        }
        if let Shape::Evidence(evidence) = &record.shape {
            evidence.valid.walk(&mut |expr| self.expr(expr));
        }
    }

    fn ty(&mut self, ty: &Type) {
        let project = self.project;
        let words: Vec<Value> = match ty {
            Type::Record(id) | Type::Asset(id) => return self.record(*id),
            Type::List(element) | Type::Map(element) => return self.ty(element),
            Type::Enum(id) => {
                let variants = &project.enumeration(*id).variants;
                variants.iter().map(|variant| json!([variant.name.as_str(), variant.text.as_str()])).collect()
            }
            Type::Role => project.roles.iter().map(|role| json!(role.name.as_str())).collect(),
            Type::Signer => {
                project.signers.iter().map(|signer| json!([signer.name.as_str(), signer.key.as_str()])).collect()
            }
            Type::Threat(id) => project.catalog(*id).entries.keys().map(|id| json!(id.as_str())).collect(),
            _ => return,
        };
        self.types.insert(project.type_name(ty), Value::from(words));
    }

    fn assets(&self) -> Value {
        let entry = |id: &AssetId| {
            let asset = self.project.asset(*id);
            let fields = &self.project.record(asset.kind).fields;
            let values = fields.keys().zip(&asset.values).filter_map(|(name, value)| {
                value.as_ref().map(|value| (name.to_string(), constant(self.project, value)))
            });
            let kind = self.project.record(asset.kind).qualified.as_str();
            (asset.qualified.to_string(), json!({ "kind": kind, "values": values.collect::<Map<_, _>>() }))
        };
        Value::Object(self.assets.iter().map(entry).collect())
    }

    fn records(&self) -> Value {
        let project = self.project;
        let entry = |id: &RecordId| {
            let record = project.record(*id);
            let fields: Vec<Value> = record.fields.values().map(|found| field(project, found)).collect();
            let shape = match &record.shape {
                Shape::Evidence(evidence) => json!({
                    "tool": evidence.tool.as_str(),
                    "versions": evidence.versions.as_ref().map(|(range, _)| range.to_string()),
                    "format": evidence.format.name(),
                    "file": evidence.file.as_str(),
                    "about": encode::about(&evidence.about),
                    "valid": expr(project, &evidence.valid),
                    "invalid": message(project, &evidence.invalid),
                }),
                Shape::Subject { place, of, objects } => json!({
                    "place": place.keyword(),
                    "of": of.map(|kind| project.record(kind).qualified.as_str()),
                    "resources": objects.resources.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    "by": objects.by.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
                }),
                Shape::Part | Shape::Asset | Shape::Metric(_) => Value::Null,
            };
            (record.qualified.to_string(), json!({ "fields": fields, "shape": shape }))
        };
        Value::Object(self.records.iter().map(entry).collect())
    }
}
