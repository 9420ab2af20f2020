//! Where a value stands, and what is said when it cannot be known.

use crate::core::{Field, Origin, Project, Shape, Type};
use crate::value::render;
use serde_json::Value as Json;
use std::fmt::Write;
use std::rc::Rc;

/// Why something is unknown. It spreads as an error does, so `?` is how unknown is contagious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown(Rc<str>);

impl Unknown {
    pub(super) fn new(reason: impl Into<Rc<str>>) -> Self {
        Self(reason.into())
    }

    /// What only a project that was never checked can do.
    pub(super) fn ill_typed() -> Self {
        Self::new("the expression does not type-check")
    }

    pub(super) fn reason(&self) -> &str {
        &self.0
    }
}

/// The way from the subject to a list or an object: what a reason needs to name a place.
#[derive(Debug, Clone)]
pub(super) struct Place<'a>(Rc<Node<'a>>);

#[derive(Debug)]
struct Node<'a> {
    parent: Option<Place<'a>>,
    step: Step<'a>,
}

/// One step of a [`Place`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// The subject, by its name: where every place begins.
    Subject(&'a str),
    /// A field.
    Field(&'a Field),
    /// The value at a key of a map.
    Key(&'a str),
    /// An element of a list, from 0.
    Index(usize),
}

impl<'a> Place<'a> {
    pub(super) fn subject(name: &'a str) -> Self {
        Self(Rc::new(Node { parent: None, step: Step::Subject(name) }))
    }

    pub(super) fn then(&self, step: Step<'a>) -> Self {
        Self(Rc::new(Node { parent: Some(self.clone()), step }))
    }

    fn steps(&self) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(Self(node)) = place {
            steps.push(node.step);
            place = node.parent.as_ref();
        }
        steps.reverse();
        steps
    }

    /// Nothing is here, and something must be.
    pub(super) fn missing(&self, project: &Project) -> Unknown {
        let steps = self.steps();
        let name = in_language(&steps);
        match in_document(project, &steps) {
            Some(place) => Unknown::new(format!("{name} is missing ({place})")),
            None => Unknown::new(format!("{name} is missing")),
        }
    }

    /// What is here is not of the type.
    pub(super) fn wrong_typed(&self, project: &Project, ty: &Type, json: &Json) -> Unknown {
        let steps = self.steps();
        let place = in_document(project, &steps).unwrap_or_else(|| in_language(&steps));
        let secret = steps.iter().any(|step| matches!(step, Step::Field(field) if field.secret));
        Unknown::new(format!("{place} is {}, not {}", found(ty, json, secret), expected(project, ty)))
    }
}

/// The place as a policy names it: `` `release.scan.errors[3].description` ``.
fn in_language(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in steps {
        // Writing to a `String` never fails.
        let _ = match step {
            Step::Subject(name) => write!(text, "{name}"),
            Step::Field(field) => write!(text, ".{}", field.name),
            Step::Key(key) => write!(text, "[\"{}\"]", render::render_text(key)),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
    format!("`{text}`")
}

/// The place as the tool's document names it: ``modelscan.json: `errors[3].description` ``. `None` for what no document says.
fn in_document(project: &Project, steps: &[Step<'_>]) -> Option<String> {
    let file = |step: &Step<'_>| match step {
        Step::Field(Field { ty: Type::Record(id), .. }) => match &project.record(*id).shape {
            Shape::Evidence(evidence) => Some(&evidence.file),
            _ => None,
        },
        _ => None,
    };
    let (start, file) = steps.iter().enumerate().rev().find_map(|(at, step)| Some((at, file(step)?)))?;
    let mut text = String::new();
    for step in &steps[start + 1..] {
        let dot = if text.is_empty() { "" } else { "." };
        let _ = match step {
            Step::Field(Field { origin: Origin::Document { paths, .. }, .. }) => {
                let paths = paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
                write!(text, "{dot}{paths}")
            }
            Step::Key(key) => write!(text, "{dot}{}", render::render_text(key)),
            Step::Index(index) => write!(text, "[{index}]"),
            Step::Field(_) | Step::Subject(_) => return None,
        };
    }
    Some(if text.is_empty() { format!("`{file}`") } else { format!("{file}: `{text}`") })
}

/// What stands there: the value itself if it is of the right kind and may be told, else only its kind.
fn found(ty: &Type, json: &Json, secret: bool) -> String {
    let numeric = matches!(ty, Type::Int | Type::Float | Type::Ratio | Type::Duration | Type::Bytes);
    match json {
        Json::Number(number) if numeric && !secret => format!("`{number}`"),
        Json::String(text) if !numeric && !secret && is_scalar(ty) => format!("`{}`", render::render_text(text)),
        Json::Null => "null".to_owned(),
        Json::Bool(_) => "a boolean".to_owned(),
        Json::Number(_) => "a number".to_owned(),
        Json::String(_) => "text".to_owned(),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

fn is_scalar(ty: &Type) -> bool {
    !matches!(ty, Type::Bool | Type::Record(_) | Type::List(_) | Type::Map(_))
}

/// What a type asks for, in words.
fn expected(project: &Project, ty: &Type) -> String {
    match ty {
        Type::Bool => "a boolean".to_owned(),
        Type::Int => "a whole number".to_owned(),
        Type::Float => "a number".to_owned(),
        Type::Ratio => "a ratio".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Date => "a date".to_owned(),
        Type::Time => "a time in UTC".to_owned(),
        Type::Duration => "a whole number of milliseconds".to_owned(),
        Type::Bytes => "a whole number of bytes".to_owned(),
        Type::Quantity => "a quantity".to_owned(),
        Type::Rate(_) => "a rate".to_owned(),
        Type::Version => "a version".to_owned(),
        Type::Digest => "a digest".to_owned(),
        Type::Cidr => "a network prefix".to_owned(),
        Type::Pattern => "a pattern".to_owned(),
        Type::Enum(id) => format!("a variant of `{}`", project.enumeration(*id).name),
        Type::Record(_) | Type::Map(_) => "an object".to_owned(),
        Type::List(_) => "a list".to_owned(),
        Type::Asset(kind) => format!("a declared `{}`", project.record(*kind).name),
        Type::Role => "a declared role".to_owned(),
        Type::Signer => "a declared signer".to_owned(),
        Type::Threat(catalog) => format!("an entry of `{}`", project.catalog(*catalog).name),
        Type::Error => "anything".to_owned(),
    }
}
