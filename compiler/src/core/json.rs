//! Constants as they stand in a subject document.

use super::{Const, Project};
use crate::value::Scalar;
use serde_json::Value;

impl Project {
    /// The constant in canonical JSON: what a document has where it holds this value.
    pub fn const_json(&self, value: &Const) -> Value {
        match value {
            Const::Bool(value) => Value::from(*value),
            Const::Int(value) => Value::from(*value),
            Const::Float(value) => Value::from(*value),
            Const::Ratio(value) => value.to_json(),
            Const::Text(value) => Value::from(value.as_str()),
            Const::Date(value) => value.to_json(),
            Const::Time(value) => value.to_json(),
            Const::Duration(value) => value.to_json(),
            Const::Bytes(value) => value.to_json(),
            Const::Quantity(value) => value.to_json(),
            Const::Rate(value) => value.to_json(),
            Const::Version(value) => value.to_json(),
            Const::Digest(value) => value.to_json(),
            Const::Cidr(value) => value.to_json(),
            Const::Pattern(value) => Value::from(value.canonical()),
            Const::Enum(id, variant) => Value::from(self.enumeration(*id).variants[*variant as usize].text.as_str()),
            Const::Asset(id) => Value::from(self.asset(*id).qualified.as_str()),
            Const::Role(id) => Value::from(self.role(*id).name.as_str()),
            Const::Signer(id) => Value::from(self.signer(*id).name.as_str()),
            Const::Threat(id, entry) => {
                let entry = self.catalog(*id).entries.get_index(*entry as usize);
                entry.map_or(Value::Null, |(id, _)| Value::from(id.as_str()))
            }
            Const::List(items) => items.iter().map(|item| self.const_json(item)).collect(),
            Const::EmptyMap => Value::Object(serde_json::Map::new()),
        }
    }
}
