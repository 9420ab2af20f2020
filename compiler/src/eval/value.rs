//! Values: borrowed from the document and the project, and judged by type only when they are read.

use super::assets;
use super::place::{Place, Step, Unknown};
use crate::core::{AssetId, Const, Project, RoleId, SignerId, Type};
use crate::value::{Float, Int, Scalar};
use serde_json::{Map, Value as Json};
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

/// A value that is there.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    /// A text; those of documents may be large, so it is never copied.
    Text(&'a str),
    /// Any other scalar, or a declared thing.
    Scalar(Const),
    /// A sum of durations (in ms) or sizes (in B) beyond what its type holds. It still compares exactly.
    Beyond(i64, &'static str),
    /// A record or a map of the document, of which nothing has been read.
    Object(Object<'a>),
    /// A list, of whose elements nothing has been read.
    List(List<'a>),
}

/// A record or a map of the document.
#[derive(Debug, Clone)]
pub(super) struct Object<'a> {
    pub(super) entries: &'a Map<String, Json>,
    pub(super) place: Place<'a>,
}

/// A list, by where its elements come from.
#[derive(Debug, Clone)]
pub(super) enum List<'a> {
    /// From the document; each is judged when it is read.
    Document { elements: &'a [Json], ty: &'a Type, place: Place<'a> },
    /// From a constant.
    Const(&'a [Const]),
    /// Made by an expression. An element that is unknown stays so until it is read.
    Made(Rc<[Result<Value<'a>, Unknown>]>),
}

static NO_ENTRIES: LazyLock<Map<String, Json>> = LazyLock::new(Map::new);

impl<'a> Value<'a> {
    /// The value of a constant.
    pub(super) fn constant(value: &'a Const) -> Self {
        match value {
            Const::Text(text) => Value::Text(text),
            Const::List(items) => Value::List(List::Const(items)),
            Const::EmptyMap => Value::Object(Object { entries: &NO_ENTRIES, place: Place::subject("{}") }),
            scalar => Value::Scalar(scalar.clone()),
        }
    }

    /// The value that stands one step below a place; wrong-typed is unknown. Nothing inside an object or a list is read.
    pub(super) fn read(
        project: &'a Project,
        ty: &'a Type,
        json: &'a Json,
        parent: &Place<'a>,
        step: Step<'a>,
    ) -> Result<Self, Unknown> {
        let value = match (ty, json) {
            (Type::Text, Json::String(text)) => Some(Value::Text(text)),
            (Type::Record(_) | Type::Map(_), Json::Object(entries)) => {
                Some(Value::Object(Object { entries, place: parent.then(step) }))
            }
            (Type::List(ty), Json::Array(elements)) => {
                Some(Value::List(List::Document { elements, ty, place: parent.then(step) }))
            }
            _ => scalar(project, ty, json).map(Value::Scalar),
        };
        value.ok_or_else(|| parent.then(step).wrong_typed(project, ty, json))
    }

    pub(super) fn boolean(&self) -> Result<bool, Unknown> {
        match self {
            Value::Scalar(Const::Bool(value)) => Ok(*value),
            _ => Err(Unknown::ill_typed()),
        }
    }

    pub(super) fn int(&self) -> Result<i64, Unknown> {
        match self {
            Value::Scalar(Const::Int(value)) => Ok(*value),
            _ => Err(Unknown::ill_typed()),
        }
    }

    pub(super) fn text(&self) -> Result<&'a str, Unknown> {
        match self {
            Value::Text(text) => Ok(text),
            _ => Err(Unknown::ill_typed()),
        }
    }

    pub(super) fn asset(&self) -> Result<AssetId, Unknown> {
        match self {
            Value::Scalar(Const::Asset(asset)) => Ok(*asset),
            _ => Err(Unknown::ill_typed()),
        }
    }

    pub(super) fn object(self) -> Result<Object<'a>, Unknown> {
        match self {
            Value::Object(object) => Ok(object),
            _ => Err(Unknown::ill_typed()),
        }
    }

    pub(super) fn list(self) -> Result<List<'a>, Unknown> {
        match self {
            Value::List(list) => Ok(list),
            _ => Err(Unknown::ill_typed()),
        }
    }

    /// How much it is, if it is a whole number of something.
    pub(super) fn amount(&self) -> Option<i64> {
        match self {
            Value::Scalar(Const::Int(value)) => Some(*value),
            Value::Scalar(Const::Duration(value)) => Some(value.millis()),
            Value::Scalar(Const::Bytes(value)) => Some(value.count()),
            Value::Beyond(value, _) => Some(*value),
            _ => None,
        }
    }

    /// Whether two values of one type are equal.
    pub(super) fn equals(&self, other: &Self) -> Result<bool, Unknown> {
        if let (Some(left), Some(right)) = (self.amount(), other.amount()) {
            return Ok(left == right);
        }
        match (self, other) {
            (Value::Text(left), Value::Text(right)) => Ok(left == right),
            (Value::Scalar(Const::Digest(left)), Value::Scalar(Const::Digest(right))) => {
                left.matches(right).ok_or_else(|| {
                    let (left, right) = (left.algorithm(), right.algorithm());
                    Unknown::new(format!("a {left} digest and a {right} digest cannot be compared"))
                })
            }
            (Value::Scalar(left), Value::Scalar(right)) => Ok(left == right),
            _ => Err(Unknown::ill_typed()),
        }
    }

    /// The order of two values of one type that has an order.
    pub(super) fn order(&self, other: &Self) -> Result<Ordering, Unknown> {
        if let (Some(left), Some(right)) = (self.amount(), other.amount()) {
            return Ok(left.cmp(&right));
        }
        let (Value::Scalar(left), Value::Scalar(right)) = (self, other) else { return Err(Unknown::ill_typed()) };
        let order = match (left, right) {
            (Const::Float(left), Const::Float(right)) => return left.partial_cmp(right).ok_or_else(Unknown::ill_typed),
            (Const::Ratio(left), Const::Ratio(right)) => left.cmp(right),
            (Const::Date(left), Const::Date(right)) => left.cmp(right),
            (Const::Time(left), Const::Time(right)) => left.cmp(right),
            (Const::Quantity(left), Const::Quantity(right)) => left.cmp(right),
            (Const::Version(left), Const::Version(right)) => left.cmp(right),
            (Const::Enum(one, left), Const::Enum(other, right)) if one == other => left.cmp(right),
            _ => return Err(Unknown::ill_typed()),
        };
        Ok(order)
    }
}

impl<'a> List<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            List::Document { elements, .. } => elements.len(),
            List::Const(elements) => elements.len(),
            List::Made(elements) => elements.len(),
        }
    }

    /// Reads one element. `None`: there is no such element.
    pub(super) fn get(&self, project: &'a Project, index: usize) -> Option<Result<Value<'a>, Unknown>> {
        match self {
            List::Document { elements, ty, place } => {
                elements.get(index).map(|json| Value::read(project, ty, json, place, Step::Index(index)))
            }
            List::Const(elements) => elements.get(index).map(|element| Ok(Value::constant(element))),
            List::Made(elements) => elements.get(index).cloned(),
        }
    }

    /// Reads the elements one after the other.
    pub(super) fn elements(self, project: &'a Project) -> impl Iterator<Item = Result<Value<'a>, Unknown>> {
        (0..self.len()).map_while(move |index| self.get(project, index))
    }
}

/// A value of a type that is judged whole. `None` is wrong-typed.
fn scalar(project: &Project, ty: &Type, json: &Json) -> Option<Const> {
    Some(match ty {
        Type::Bool => Const::Bool(json.as_bool()?),
        Type::Int => Const::Int(Int::from_json(json)?.get()),
        Type::Float => Const::Float(Float::from_json(json)?.get()),
        Type::Ratio => Const::Ratio(Scalar::from_json(json)?),
        Type::Date => Const::Date(Scalar::from_json(json)?),
        Type::Time => Const::Time(Scalar::from_json(json)?),
        Type::Duration => Const::Duration(Scalar::from_json(json)?),
        Type::Bytes => Const::Bytes(Scalar::from_json(json)?),
        Type::Quantity => Const::Quantity(Scalar::from_json(json)?),
        Type::Rate(_) => Const::Rate(Scalar::from_json(json)?),
        Type::Version => Const::Version(Arc::new(Scalar::from_json(json)?)),
        Type::Digest => Const::Digest(Arc::new(Scalar::from_json(json)?)),
        Type::Cidr => Const::Cidr(Scalar::from_json(json)?),
        Type::Enum(id) => Const::Enum(*id, project.enumeration(*id).variant_of_text(json.as_str()?)?),
        Type::Asset(kind) => {
            let asset = assets::named(project, json.as_str()?)?;
            Const::Asset(Some(asset).filter(|asset| project.asset(*asset).kind == *kind)?)
        }
        Type::Role => {
            let name = json.as_str()?;
            Const::Role(RoleId::new(project.roles.iter().position(|role| role.name == name)?))
        }
        Type::Signer => {
            let name = json.as_str()?;
            Const::Signer(SignerId::new(project.signers.iter().position(|signer| signer.name == name)?))
        }
        Type::Threat(id) => {
            let entry = project.catalog(*id).entries.get_index_of(json.as_str()?)?;
            Const::Threat(*id, u32::try_from(entry).ok()?)
        }
        Type::Text | Type::Pattern | Type::Record(_) | Type::List(_) | Type::Map(_) | Type::Error => return None,
    })
}
