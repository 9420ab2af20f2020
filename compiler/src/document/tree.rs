//! Builds a [`Value`] from any serde reader, and refuses on the way what [`serde_json`] itself lets pass: a duplicate
//! key, nesting and memory over the limits. JSON and YAML share it, so both mean the same.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{DocumentError, Limits, Position};

/// What the tree refused. The reader around it knows where that was.
pub(super) enum Fault {
    DuplicateKey(String),
    TooDeep,
    TooMuchMemory,
    NotJson(String),
}

/// One reading: the limits, the memory spent so far, and the fault that ended it.
pub(super) struct Tree<'l> {
    limits: &'l Limits,
    spent: Cell<u64>,
    fault: RefCell<Option<Fault>>,
}

impl<'l> Tree<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, spent: Cell::new(0), fault: RefCell::new(None) }
    }

    /// Reads one value that stands inside `depth` lists or objects.
    pub(super) fn read<'de, D: Deserializer<'de>>(&self, reader: D, depth: usize) -> Result<Value, D::Error> {
        Node { tree: self, depth }.deserialize(reader)
    }

    /// The error of a reading that failed: the tree's own fault, or else what the reader said.
    pub(super) fn error(&self, at: Position, cause: impl FnOnce() -> String) -> DocumentError {
        match self.fault.take() {
            Some(Fault::DuplicateKey(key)) => DocumentError::DuplicateKey { key, at },
            Some(Fault::TooDeep) => DocumentError::TooDeep { limit: self.limits.max_depth, at },
            Some(Fault::TooMuchMemory) => DocumentError::TooMuchMemory { limit: self.limits.max_memory, at },
            Some(Fault::NotJson(what)) => DocumentError::NotJson { what, at },
            None => DocumentError::Syntax { cause: cause(), at },
        }
    }

    /// Ends the reading. The reader only carries the error out, so its text does not matter.
    fn refuse<E: Error>(&self, fault: Fault) -> E {
        self.fault.replace(Some(fault));
        E::custom("refused")
    }

    fn charge<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let spent = self.spent.get().saturating_add(bytes as u64);
        self.spent.set(spent);
        if spent > self.limits.max_memory { Err(self.refuse(Fault::TooMuchMemory)) } else { Ok(()) }
    }

    fn text<E: Error>(&self, text: String) -> Result<String, E> {
        self.charge(text.len() + HEAP_BLOCK)?;
        Ok(text)
    }
}

/// What the allocator adds to each block, with rounding.
const HEAP_BLOCK: usize = 16;

/// An element of a list, in a vector that grows by doubling.
const ELEMENT: usize = 2 * size_of::<Value>();

/// A node of the ordered map behind an object has room for eleven entries, and is left half full by splitting.
const ENTRIES_PER_NODE: usize = 6;
const MAP_NODE: usize = 11 * (size_of::<String>() + size_of::<Value>()) + HEAP_BLOCK;

/// A value inside `depth` lists or objects.
#[derive(Clone, Copy)]
struct Node<'t, 'l> {
    tree: &'t Tree<'l>,
    depth: usize,
}

impl Node<'_, '_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.depth >= self.tree.limits.max_depth {
            return Err(self.tree.refuse(Fault::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.deserialize(reader)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| self.tree.refuse(Fault::NotJson(format!("the number `{value}`"))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        self.tree.text(text).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let node = self.inside()?;
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(node)? {
            self.tree.charge(ELEMENT)?;
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let node = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key_seed(Key(self.tree))? {
            if object.contains_key(&key) {
                return Err(self.tree.refuse(Fault::DuplicateKey(key)));
            }
            if object.len().is_multiple_of(ENTRIES_PER_NODE) {
                self.tree.charge(MAP_NODE)?;
            }
            object.insert(key, entries.next_value_seed(node)?);
        }
        Ok(Value::Object(object))
    }
}

/// A key of an object: a text and nothing else. Turning `1` or `true` into a text would be a guess.
struct Key<'t, 'l>(&'t Tree<'l>);

impl Key<'_, '_> {
    fn refuse<E: Error>(self, key: impl fmt::Display) -> E {
        self.0.refuse(Fault::NotJson(format!("the key `{key}` is not a text")))
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<String, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_, '_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is a text")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        self.visit_string(key.to_owned())
    }

    fn visit_string<E: Error>(self, key: String) -> Result<String, E> {
        self.0.text(key)
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Err(self.refuse("null"))
    }

    fn visit_bool<E: Error>(self, key: bool) -> Result<String, E> {
        Err(self.refuse(key))
    }

    fn visit_i64<E: Error>(self, key: i64) -> Result<String, E> {
        Err(self.refuse(key))
    }

    fn visit_u64<E: Error>(self, key: u64) -> Result<String, E> {
        Err(self.refuse(key))
    }

    fn visit_f64<E: Error>(self, key: f64) -> Result<String, E> {
        Err(self.refuse(key))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.refuse("[…]"))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.refuse("{…}"))
    }
}
