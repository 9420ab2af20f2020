//! Reading fields: absence, types, and whether a document may be believed.

use super::expr::{Evaluated, Evaluator};
use super::place::{Place, Step, Unknown};
use super::value::{Object, Value};
use super::{Context, assets};
use crate::core::{AssetId, Const, Evidence, Field, Origin, RecordId, Shape, Type};
use crate::subject::Document;
use crate::value::render::render_text;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a collected document says about the fields of its subject.
pub(super) struct Collected<'a> {
    /// The document.
    document: &'a Document,
    /// The subject's record: its fields are the ones that `problems` names.
    subject: RecordId,
    /// The declared asset that the document belongs to.
    pub(super) asset: Option<AssetId>,
    /// Whether the evidence at each field may be believed, once that was asked.
    believed: RefCell<BTreeMap<u32, Result<(), Unknown>>>,
}

impl<'a> Collected<'a> {
    pub(super) fn new(document: &'a Document, subject: RecordId, asset: Option<AssetId>) -> Self {
        Self { document, subject, asset, believed: RefCell::default() }
    }

    /// A problem with the field that the policy does not accept.
    fn check(&self, context: Context<'_>, field: &Field) -> Result<(), Unknown> {
        let problems = &self.document.problems;
        let problem =
            problems.iter().find(|problem| field.name == problem.field && !context.accepts(problem.kind, &field.ty));
        problem.map_or(Ok(()), |problem| Err(Unknown::new(render_text(&problem.reason))))
    }
}

impl<'a> Evaluator<'a> {
    /// A field of a value that is there.
    pub(super) fn field_of(&mut self, base: Value<'a>, record: RecordId, index: u32) -> Evaluated<'a> {
        let project = self.context.project;
        let Some((_, field)) = project.record(record).fields.get_index(index as usize) else {
            return Err(Unknown::ill_typed());
        };
        if let Value::Scalar(Const::Asset(asset)) = base {
            return match assets::attribute(project, asset, index as usize) {
                Some(value) => Ok(Some(Value::constant(value))),
                None => without(field, || {
                    Place::subject(&project.asset(asset).qualified).then(Step::Field(field)).missing(project)
                }),
            };
        }
        let object = base.object()?;
        let collected = self.collected.as_ref().filter(|collected| collected.subject == record);
        if let Some(collected) = collected {
            if let Origin::Asset = field.origin {
                return collected
                    .asset
                    .map(|asset| Some(Value::Scalar(Const::Asset(asset))))
                    .ok_or_else(Unknown::ill_typed);
            }
            collected.check(self.context, field)?;
        }
        let Some(json) = object.entries.get(field.name.as_str()).filter(|json| !json.is_null()) else {
            return without(field, || object.place.then(Step::Field(field)).missing(project));
        };
        let value = Value::read(project, &field.ty, json, &object.place, Step::Field(field))?;
        if let Type::Record(id) = field.ty
            && let Shape::Evidence(evidence) = &project.record(id).shape
        {
            self.believe(index, evidence, &value)?;
        }
        Ok(Some(value))
    }

    /// The value at a key of a map.
    pub(super) fn entry_of(&self, map: &Object<'a>, key: &'a str, ty: &'a Type) -> Evaluated<'a> {
        let json = map.entries.get(key).filter(|json| !json.is_null());
        json.map(|json| Value::read(self.context.project, ty, json, &map.place, Step::Key(key))).transpose()
    }

    /// Whether a document of a tool may be believed. Only a subject has such fields, and `valid when` speaks of its own document alone:
    /// so this is asked once for each field, and never inside itself.
    fn believe(&self, index: u32, evidence: &'a Evidence, document: &Value<'a>) -> Result<(), Unknown> {
        let Some(collected) = &self.collected else {
            return Err(Unknown::new(format!("the document of `{}` is not part of a subject", evidence.tool)));
        };
        let mut believed = collected.believed.borrow_mut();
        let believed = believed.entry(index).or_insert_with(|| {
            let mut inside = Evaluator::new(self.context, document.clone(), None);
            match inside.condition(&evidence.valid) {
                Ok(true) => Ok(()),
                Ok(false) => Err(Unknown::new(inside.render(&evidence.invalid))),
                Err(why) => Err(Unknown::new(format!("{}: {}", inside.render(&evidence.invalid), why.reason()))),
            }
        });
        believed.clone()
    }
}

/// What a field is where nothing stands.
fn without<'a>(field: &'a Field, missing: impl FnOnce() -> Unknown) -> Evaluated<'a> {
    match &field.default {
        Some(default) => Ok(Some(Value::constant(default))),
        None if field.optional => Ok(None),
        None => Err(missing()),
    }
}
