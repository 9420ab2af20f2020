//! What is decided about: a collected document, or a declared asset.

use super::expr::Evaluator;
use super::field::Collected;
use super::place::Place;
use super::stmt::Decider;
use super::value::{Object, Value};
use super::{Context, Outcome, assets};
use crate::core::{AssetId, Block, Const, RecordId, Shape};
use crate::subject::Document;
use crate::value::render::render_text;
use std::rc::Rc;

/// What a block is decided about. Cloning it is cheap, and all clones share what is known about the evidence.
#[derive(Clone)]
pub(super) struct Subject<'a> {
    value: Value<'a>,
    collected: Option<Rc<Collected<'a>>>,
}

impl<'a> Subject<'a> {
    /// A declared asset, if it is of the kind; else the reason.
    pub(super) fn asset(context: Context<'a>, kind: RecordId, asset: AssetId) -> Result<Self, String> {
        of_kind(context, asset, Some(kind))?;
        Ok(Self { value: Value::Scalar(Const::Asset(asset)), collected: None })
    }

    /// A document, if it is about such a subject and about an asset that the policy covers; else the reason.
    pub(super) fn document(context: Context<'a>, subject: RecordId, document: &'a Document) -> Result<Self, String> {
        let record = context.project.record(subject);
        if record.name != document.subject {
            let found = render_text(&document.subject);
            return Err(format!("the document is about a `{found}`, not about a `{}`", record.name));
        }
        let Shape::Subject { of, .. } = record.shape else {
            return Err(format!("no document is about a `{}`", record.name));
        };
        let asset = match (of, &document.asset) {
            (_, Some(name)) => Some(covered(context, name, of)?),
            (Some(kind), None) => {
                let nameless = || format!("the document names no `{}`", context.project.record(kind).name);
                return Err(document.stranger().map_or_else(nameless, render_text));
            }
            (None, None) => None,
        };
        let value = Value::Object(Object { entries: &document.fields, place: Place::subject(&record.name) });
        Ok(Self { value, collected: Some(Rc::new(Collected::new(document, subject, asset))) })
    }

    /// The declared asset that it is, or belongs to.
    pub(super) fn declared(&self) -> Option<AssetId> {
        match (&self.value, &self.collected) {
            (Value::Scalar(Const::Asset(asset)), _) => Some(*asset),
            (_, collected) => collected.as_ref().and_then(|collected| collected.asset),
        }
    }

    /// The decision of a block about this subject.
    pub(super) fn decide(&self, context: Context<'a>, block: &'a Block) -> Outcome {
        Decider::new(self.evaluator(context)).decide(block)
    }

    pub(super) fn evaluator(&self, context: Context<'a>) -> Evaluator<'a> {
        Evaluator::new(context, self.value.clone(), self.collected.clone())
    }
}

/// The declared asset of that name, of the kind and in a system that the policy covers.
fn covered(context: Context<'_>, name: &str, kind: Option<RecordId>) -> Result<AssetId, String> {
    let Some(asset) = assets::named(context.project, name) else {
        return Err(format!("`{}` is not a declared asset", render_text(name)));
    };
    of_kind(context, asset, kind)?;
    match context.policy {
        Some(policy) if !policy.covers.contains(&context.project.asset(asset).system) => {
            Err(format!("the policy `{}` does not cover `{name}`", policy.name))
        }
        _ => Ok(asset),
    }
}

fn of_kind(context: Context<'_>, asset: AssetId, kind: Option<RecordId>) -> Result<(), String> {
    let (project, asset) = (context.project, context.project.asset(asset));
    match kind.filter(|kind| *kind != asset.kind) {
        Some(kind) => {
            let (found, wanted) = (&project.record(asset.kind).name, &project.record(kind).name);
            Err(format!("`{}` is a `{found}`, not a `{wanted}`", asset.qualified))
        }
        None => Ok(()),
    }
}
