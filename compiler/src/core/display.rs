//! Types and constants as people read them.

use super::{Const, Project, Type};

impl Project {
    /// The type as it is written in source.
    pub fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "Bool".into(),
            Type::Int => "Int".into(),
            Type::Float => "Float".into(),
            Type::Ratio => "Ratio".into(),
            Type::Text => "Text".into(),
            Type::Date => "Date".into(),
            Type::Time => "Time".into(),
            Type::Duration => "Duration".into(),
            Type::Bytes => "Bytes".into(),
            Type::Quantity => "Quantity".into(),
            Type::Rate(counted) => format!("Rate<{}>", counted.keyword()),
            Type::Version => "Version".into(),
            Type::Digest => "Digest".into(),
            Type::Cidr => "Cidr".into(),
            Type::Pattern => "Pattern".into(),
            Type::Enum(id) => self.enumeration(*id).name.to_string(),
            Type::Record(id) | Type::Asset(id) => self.record(*id).name.to_string(),
            Type::Role => "Role".into(),
            Type::Signer => "Signer".into(),
            Type::Threat(id) => format!("an entry of {}", self.catalog(*id).name),
            Type::List(element) => format!("[{}]", self.type_name(element)),
            Type::Map(value) => format!("{{Text: {}}}", self.type_name(value)),
            Type::Error => "unknown".into(),
        }
    }

    /// The constant as it is written in source, or as near as can be.
    pub fn const_text(&self, value: &Const) -> String {
        match value {
            Const::Bool(value) => value.to_string(),
            Const::Int(value) => value.to_string(),
            Const::Float(value) => value.to_string(),
            Const::Ratio(value) => value.to_string(),
            Const::Text(value) => format!("{value:?}"),
            Const::Date(value) => value.to_string(),
            Const::Time(value) => value.to_string(),
            Const::Duration(value) => value.to_string(),
            Const::Bytes(value) => value.to_string(),
            Const::Quantity(value) => value.to_string(),
            Const::Rate(value) => value.to_string(),
            Const::Version(value) => value.to_string(),
            Const::Digest(value) => value.to_string(),
            Const::Cidr(value) => value.to_string(),
            Const::Pattern(value) => value.to_string(),
            Const::Enum(id, variant) => self.enumeration(*id).variants[*variant as usize].name.to_string(),
            Const::Asset(id) => self.asset(*id).qualified.to_string(),
            Const::Role(id) => self.role(*id).name.to_string(),
            Const::Signer(id) => self.signer(*id).name.to_string(),
            Const::Threat(id, entry) => {
                let catalog = self.catalog(*id);
                let entry = catalog.entries.get_index(*entry as usize).map_or("?", |(id, _)| id.as_str());
                format!("{}[{entry:?}]", catalog.name)
            }
            Const::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.const_text(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Const::EmptyMap => "{}".into(),
        }
    }
}
