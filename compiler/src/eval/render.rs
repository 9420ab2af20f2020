//! Messages. Rendering never fails and never changes a decision.

use super::expr::Evaluator;
use super::value::Value;
use crate::core::{Const, Message, Part, Project};
use crate::value::Float;
use crate::value::render::{ABSENT, UNKNOWN, render_list, render_text};

impl<'a> Evaluator<'a> {
    /// What a message says about this instance.
    pub(super) fn render(&mut self, message: &'a Message) -> String {
        let mut text = String::new();
        for part in &message.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Value(expr) => text.push_str(&match self.evaluate(expr) {
                    Ok(Some(value)) => show(self.context.project, &value),
                    Ok(None) => ABSENT.to_owned(),
                    Err(_) => UNKNOWN.to_owned(),
                }),
                // Only the monitoring system knows which series it looks at.
                Part::Label(_) => text.push_str(UNKNOWN),
            }
        }
        text
    }
}

fn show<'a>(project: &'a Project, value: &Value<'a>) -> String {
    match value {
        Value::Text(text) => render_text(text),
        Value::Scalar(scalar) => show_scalar(project, scalar),
        Value::Beyond(amount, unit) => format!("{amount}{unit}"),
        Value::List(list) => {
            let elements = list.clone().elements(project);
            let shown =
                elements.map(|element| element.map_or_else(|_| UNKNOWN.to_owned(), |element| show(project, &element)));
            render_list(shown, list.len())
        }
        // The checker refuses an object in a message.
        Value::Object(_) => "{…}".to_owned(),
    }
}

/// Declared things by their short names, an enum by its variant's name in the language, everything else as its literal.
fn show_scalar(project: &Project, scalar: &Const) -> String {
    match scalar {
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
        Const::Text(_) | Const::List(_) | Const::EmptyMap => show(project, &Value::constant(scalar)),
    }
}
