//! What stands at a path.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::{Step, write_key};

/// What stands at a path of a document. The rules of absence are those of the [module](super).
#[derive(Debug, Clone, PartialEq)]
pub enum Selected<'v> {
    /// The value is not there; of a path that multiplies, the list or object to multiply is not there.
    Absent,
    /// The value at a path without a multiplying step; never null.
    One(Cow<'v, Value>),
    /// One slot for each element, in the order of the document (entries: in the order of their keys). A slot is
    /// `None` where the element, or what the path names in it, is absent.
    Many(Vec<Option<Cow<'v, Value>>>),
    /// A step met a value of another type.
    WrongShape(WrongShape),
}

/// A step of a path met a value of another type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is {found}, not {wanted}", place(.at))]
pub struct WrongShape {
    /// Where: keys and indices, such as `runs[0].results`. Empty for the document itself.
    pub at: String,
    /// What stands there.
    pub found: Shape,
    /// What the step needs.
    pub wanted: Shape,
}

/// The type of a JSON value that is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Shape {
    /// The type of a value; `None` of null, which is absent.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::Bool(_) => Some(Self::Bool),
            Value::Number(_) => Some(Self::Number),
            Value::String(_) => Some(Self::Text),
            Value::Array(_) => Some(Self::List),
            Value::Object(_) => Some(Self::Object),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "a Bool",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

fn place(at: &str) -> String {
    if at.is_empty() { "the document".to_owned() } else { format!("`{at}`") }
}

pub(super) fn select<'v>(steps: &[Step], document: &'v Value) -> Selected<'v> {
    let mut walk = Walk { slots: Vec::new(), trail: Vec::new(), multiplied: false, absent: false };
    match walk.descend(steps, Node::Value(document)) {
        Err(wrong) => Selected::WrongShape(wrong),
        Ok(()) if walk.absent => Selected::Absent,
        Ok(()) if walk.multiplied => Selected::Many(walk.slots),
        Ok(()) => walk.slots.pop().flatten().map_or(Selected::Absent, Selected::One),
    }
}

/// A value of the document, or a part of the `{}` step that the document does not hold as a value.
#[derive(Clone, Copy)]
enum Node<'v> {
    Value(&'v Value),
    Entry(&'v str, &'v Value),
    EntryKey(&'v str),
}

/// A part of the concrete place in the document, for messages.
enum Crumb<'s> {
    Key(&'s str),
    Index(usize),
}

struct Walk<'s, 'v> {
    slots: Vec<Option<Cow<'v, Value>>>,
    trail: Vec<Crumb<'s>>,
    /// Some multiplying step has been taken: from here on, absence is an empty slot.
    multiplied: bool,
    absent: bool,
}

impl<'s, 'v: 's> Walk<'s, 'v> {
    fn descend(&mut self, steps: &'s [Step], node: Node<'v>) -> Result<(), WrongShape> {
        if let Node::Value(Value::Null) = node {
            self.nothing();
            return Ok(());
        }
        let Some((step, rest)) = steps.split_first() else {
            self.slots.push(Some(node.into_value()));
            return Ok(());
        };
        match step {
            Step::Key(key) => match node {
                Node::Entry(name, _) if key == "key" => self.descend(rest, Node::EntryKey(name)),
                Node::Entry(_, value) => self.descend(rest, Node::Value(value)),
                node => match self.object(node)?.get(key) {
                    Some(value) => self.inside(Crumb::Key(key), rest, Node::Value(value)),
                    None => {
                        self.nothing();
                        Ok(())
                    }
                },
            },
            Step::Elements => {
                let elements = self.list(node)?;
                self.multiplied = true;
                for (index, element) in elements.iter().enumerate() {
                    self.inside(Crumb::Index(index), rest, Node::Value(element))?;
                }
                Ok(())
            }
            Step::ElementsWith { key, text } => {
                let elements = self.list(node)?;
                self.multiplied = true;
                for (index, element) in elements.iter().enumerate() {
                    self.trail.push(Crumb::Index(index));
                    if self.has(element, key, text)? {
                        self.descend(rest, Node::Value(element))?;
                    }
                    self.trail.pop();
                }
                Ok(())
            }
            Step::EachOf(keys) => self.each_of(keys, rest, node),
            Step::Entries => {
                let mut entries: Vec<_> = self.object(node)?.iter().collect();
                // An object of serde_json may keep the order of the text; the meaning must not depend on that.
                entries.sort_by_key(|(key, _)| *key);
                self.multiplied = true;
                for (key, value) in entries {
                    self.inside(Crumb::Key(key), rest, Node::Entry(key, value))?;
                }
                Ok(())
            }
        }
    }

    /// Keys that are not there lead to nothing, not to an empty slot: `(a|b)` names what may be there.
    fn each_of(&mut self, keys: &'s [String], rest: &'s [Step], node: Node<'v>) -> Result<(), WrongShape> {
        let object = self.object(node)?;
        self.multiplied = true;
        for key in keys {
            if let Some(value) = object.get(key).filter(|value| !value.is_null()) {
                self.inside(Crumb::Key(key), rest, Node::Value(value))?;
            }
        }
        Ok(())
    }

    fn inside(&mut self, crumb: Crumb<'s>, rest: &'s [Step], node: Node<'v>) -> Result<(), WrongShape> {
        self.trail.push(crumb);
        self.descend(rest, node)?;
        self.trail.pop();
        Ok(())
    }

    fn nothing(&mut self) {
        if self.multiplied {
            self.slots.push(None);
        } else {
            self.absent = true;
        }
    }

    /// Whether a list's element has this text at this key.
    fn has(&mut self, element: &'v Value, key: &'s str, text: &str) -> Result<bool, WrongShape> {
        if element.is_null() {
            return Ok(false);
        }
        match self.object(Node::Value(element))?.get(key) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::String(found)) => Ok(found == text),
            Some(other) => {
                self.trail.push(Crumb::Key(key));
                Err(self.wrong(Node::Value(other), Shape::Text))
            }
        }
    }

    fn object(&self, node: Node<'v>) -> Result<&'v Map<String, Value>, WrongShape> {
        match node {
            Node::Value(Value::Object(object)) => Ok(object),
            node => Err(self.wrong(node, Shape::Object)),
        }
    }

    fn list(&self, node: Node<'v>) -> Result<&'v [Value], WrongShape> {
        match node {
            Node::Value(Value::Array(list)) => Ok(list),
            node => Err(self.wrong(node, Shape::List)),
        }
    }

    fn wrong(&self, node: Node<'v>, wanted: Shape) -> WrongShape {
        let found = match node {
            Node::Value(value) => Shape::of(value),
            Node::Entry(..) => Some(Shape::Object),
            Node::EntryKey(_) => Some(Shape::Text),
        };
        // Null is taken as absent before any step looks at a value.
        WrongShape { at: self.place(), found: found.unwrap_or(wanted), wanted }
    }

    fn place(&self) -> String {
        let mut place = String::new();
        for crumb in &self.trail {
            match crumb {
                Crumb::Key(key) => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    // Writing to a String cannot fail.
                    let _ = write_key(&mut place, key);
                }
                Crumb::Index(index) => place.push_str(&format!("[{index}]")),
            }
        }
        place
    }
}

impl<'v> Node<'v> {
    fn into_value(self) -> Cow<'v, Value> {
        match self {
            Self::Value(value) => Cow::Borrowed(value),
            Self::EntryKey(key) => Cow::Owned(Value::String(key.to_owned())),
            Self::Entry(key, value) => Cow::Owned(Value::Object(Map::from_iter([
                ("key".to_owned(), Value::String(key.to_owned())),
                ("value".to_owned(), value.clone()),
            ]))),
        }
    }
}
