//! Words that several targets emit.

use crate::core::{Const, Project};
use crate::value::Float;
use crate::value::render::{UNKNOWN, render_list, render_text};

/// A constant as it stands in a message.
pub(super) fn shown_constant(project: &Project, value: &Const) -> String {
    match value {
        Const::Text(text) => render_text(text),
        Const::Bool(value) => value.to_string(),
        Const::Int(value) => value.to_string(),
        Const::Float(value) => Float::new(*value).map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string()),
        Const::Ratio(value) => value.to_string(),
        Const::Date(value) => value.to_string(),
        Const::Time(value) => value.to_string(),
        Const::Duration(value) => value.to_string(),
        Const::Bytes(value) => value.to_string(),
        Const::Quantity(value) => value.to_string(),
        Const::Rate(value) => value.to_string(),
        Const::Version(value) => render_text(&value.to_string()),
        Const::Digest(value) => value.to_string(),
        Const::Cidr(value) => value.to_string(),
        Const::Pattern(value) => value.to_string(),
        Const::Enum(id, variant) => {
            let variant = project.enumeration(*id).variants.get(*variant as usize);
            variant.map_or_else(|| UNKNOWN.to_owned(), |variant| variant.name.to_string())
        }
        Const::Asset(id) => project.asset(*id).name.to_string(),
        Const::Role(id) => project.role(*id).name.to_string(),
        Const::Signer(id) => project.signer(*id).name.to_string(),
        Const::Threat(id, entry) => {
            let entry = project.catalog(*id).entries.get_index(*entry as usize);
            entry.map_or_else(|| UNKNOWN.to_owned(), |(id, _)| id.to_string())
        }
        Const::List(items) => render_list(items.iter().map(|item| shown_constant(project, item)), items.len()),
        Const::EmptyMap => "{…}".to_owned(),
    }
}
