//! A document in the making: where expressions stand in it, what stands there, and writing it.

use super::values::some_value;
use crate::core::{AssetId, Const, Expr, ExprKind, LocalId, Origin, Project, RecordId, Shape, Type};
use crate::value::Time;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// No list is made longer, whatever a policy compares its length with.
pub(super) const LONGEST_LIST: usize = 64;

/// A step from a document's fields to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Bound<'a> {
    /// A place in the document.
    Path(Vec<Step>),
    /// The value of an expression.
    Expr(&'a Expr),
    /// A value that the document does not hold.
    Value(Value),
}

/// A document in the making.
#[derive(Clone)]
pub(super) struct Maker<'a> {
    pub(super) project: &'a Project,
    pub(super) subject: RecordId,
    pub(super) now: Time,
    /// The asset that the document is about.
    pub(super) asset: Option<AssetId>,
    /// Its fields.
    pub(super) fields: Map<String, Value>,
    /// Where the subject of the expressions stands: the document itself, or a document of a tool in it.
    pub(super) root: Vec<Step>,
    /// The names in scope.
    pub(super) names: BTreeMap<LocalId, Bound<'a>>,
}

impl<'a> Maker<'a> {
    pub(super) fn remove(&mut self, expr: &'a Expr) {
        let Some(path) = self.path(expr) else { return };
        let Some((Step::Key(key), parents)) = path.split_last() else { return };
        self.write_parents(parents);
        if let Some(Value::Object(entries)) = walk(&mut self.fields, parents) {
            entries.remove(key);
        } else if parents.is_empty() {
            self.fields.remove(key);
        }
    }

    /// The elements of a list, as names are bound to them.
    pub(super) fn elements(&self, list: &'a Expr) -> Vec<Bound<'a>> {
        let Some(Value::Array(items)) = self.read(list) else { return Vec::new() };
        match self.path(list) {
            Some(path) => (0..items.len()).map(|index| Bound::Path(with(&path, Step::Index(index)))).collect(),
            None => items.into_iter().map(Bound::Value).collect(),
        }
    }

    /// The first element of a list, which gets one if it has none.
    pub(super) fn an_element(&mut self, list: &'a Expr) -> Option<Bound<'a>> {
        if let (Some(path), Type::List(element)) = (self.path(list), &list.ty) {
            let first = with(&path, Step::Index(0));
            if self.at(&first).is_none() {
                self.write(&path, json!([some_value(self.project, element, self.now)]));
            }
            return Some(Bound::Path(first));
        }
        self.elements(list).into_iter().next()
    }

    /// The value of an expression as far as it is known without evaluating it.
    pub(super) fn read(&self, expr: &'a Expr) -> Option<Value> {
        if let Some(path) = self.path(expr) {
            return self.at(&path).cloned();
        }
        match &expr.kind {
            ExprKind::Const(value) => Some(self.project.const_json(value)),
            ExprKind::List(items) => items.iter().map(|item| self.read(item)).collect(),
            ExprKind::Local(local) => match self.names.get(local)? {
                Bound::Value(value) => Some(value.clone()),
                Bound::Expr(of) => self.read(of),
                Bound::Path(path) => self.at(path).cloned(),
            },
            ExprKind::Field { base, record, index } => {
                let field = self.project.record(*record).fields.get_index(*index as usize)?.1;
                match (&field.origin, self.read(base)) {
                    (Origin::Asset, _) => Some(json!(self.project.asset(self.asset?).qualified.as_str())),
                    (_, Some(Value::String(name))) => {
                        let asset = self.project.assets.iter().find(|asset| asset.qualified == *name)?;
                        let value = asset.values.get(*index as usize)?.as_ref().or(field.default.as_ref())?;
                        Some(self.project.const_json(value))
                    }
                    _ => None,
                }
            }
            ExprKind::Coalesce(first, second) => self.read(first).or_else(|| self.read(second)),
            ExprKind::Count(inner) => Some(json!(self.read(inner)?.as_array()?.len())),
            _ => None,
        }
    }

    /// Where an expression stands in the document.
    pub(super) fn path(&self, expr: &'a Expr) -> Option<Vec<Step>> {
        match &expr.kind {
            ExprKind::Subject => Some(self.root.clone()),
            ExprKind::Local(local) => match self.names.get(local)? {
                Bound::Path(path) => Some(path.clone()),
                Bound::Expr(of) => self.path(of),
                Bound::Value(_) => None,
            },
            ExprKind::Field { base, record, index } if !matches!(base.ty, Type::Asset(_)) => {
                let (name, field) = self.project.record(*record).fields.get_index(*index as usize)?;
                let path = self.path(base)?;
                (!matches!(field.origin, Origin::Asset)).then(|| with(&path, Step::Key(name.to_string())))
            }
            ExprKind::Key { map, key } => match key.as_const()? {
                Const::Text(key) => Some(with(&self.path(map)?, Step::Key(key.to_string()))),
                _ => None,
            },
            ExprKind::Element { list, index } => match index.as_const()? {
                Const::Int(index) => Some(with(&self.path(list)?, Step::Index(usize::try_from(*index).ok()?))),
                _ => None,
            },
            ExprKind::Coalesce(first, _) => self.path(first),
            _ => None,
        }
    }

    pub(super) fn at(&self, path: &[Step]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        let Step::Key(first) = first else { return None };
        rest.iter().try_fold(self.fields.get(first)?, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        })
    }

    pub(super) fn write(&mut self, path: &[Step], value: Value) {
        let Some((last, parents)) = path.split_last() else { return };
        self.write_parents(parents);
        match (walk(&mut self.fields, parents), last) {
            (None, Step::Key(key)) if parents.is_empty() => {
                self.fields.insert(key.clone(), value);
            }
            (Some(Value::Object(entries)), Step::Key(key)) => {
                entries.insert(key.clone(), value);
            }
            (Some(Value::Array(items)), Step::Index(index)) if *index < LONGEST_LIST => {
                items.resize(items.len().max(index + 1), Value::Null);
                items[*index] = value;
            }
            _ => {}
        }
        self.believe(path);
    }

    /// Makes the objects on the way to a value.
    pub(super) fn write_parents(&mut self, parents: &[Step]) {
        for length in 1..=parents.len() {
            let path = &parents[..length];
            if self.at(path).is_none_or(|found| !found.is_object() && !found.is_array()) {
                let missing = match parents.get(length) {
                    Some(Step::Index(_)) => json!([]),
                    _ => json!({}),
                };
                self.write(path, missing);
            }
        }
    }

    /// Makes a new document of a tool one that may be believed.
    pub(super) fn believe(&mut self, path: &[Step]) {
        let [Step::Key(name)] = path else { return };
        let project = self.project;
        let field = project.record(self.subject).fields.get(name.as_str());
        if let Some(Type::Record(id)) = field.map(|field| &field.ty)
            && let Shape::Evidence(evidence) = &project.record(*id).shape
            && self.root.is_empty()
        {
            // Names of a `valid when` are its own.
            let names = std::mem::take(&mut self.names);
            self.root = path.to_vec();
            for _ in 0..2 {
                self.make(&evidence.valid, true);
            }
            self.root = Vec::new();
            self.names = names;
        }
    }
}

fn with(path: &[Step], step: Step) -> Vec<Step> {
    path.iter().cloned().chain([step]).collect()
}

/// The value at a path; `None` for the fields themselves.
fn walk<'v>(fields: &'v mut Map<String, Value>, path: &[Step]) -> Option<&'v mut Value> {
    let (first, rest) = path.split_first()?;
    let Step::Key(first) = first else { return None };
    rest.iter().try_fold(fields.get_mut(first)?, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}
