//! The types of Kubernetes objects: from the API server's own OpenAPI document to `stdlib/kubernetes.gate`.
//!
//! `tests/facts/kubernetes/wanted.yaml` says which fields are taken, and `api.json` beside it is that part of the document of the pinned
//! version. The file of the library is never edited by hand: `cargo run -p gatewright-tests --bin generate-kubernetes` writes it, and with
//! the document's path as an argument it takes the part anew. Tests fail when they differ, also from what a running server says.

use crate::fixture::repository;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Which part of the document is taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The version of Kubernetes.
    pub version: String,
    /// What stands before the name of a type.
    pub schema: String,
    /// The fields of each type.
    pub types: BTreeMap<String, Vec<String>>,
}

/// A type of the document, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiType {
    /// What it is, in a sentence of the document.
    pub description: String,
    /// The fields, by name.
    pub fields: BTreeMap<String, ApiField>,
}

/// A field of an [`ApiType`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiField {
    /// What it is, in a sentence of the document.
    pub description: String,
    /// Its type, such as `string`, `Capabilities`, `[integer]` or `{Quantity}`.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether every object has it.
    pub required: bool,
}

/// The types, by name.
pub type Api = BTreeMap<String, ApiType>;

fn folder() -> PathBuf {
    repository().join("tests/facts/kubernetes")
}

/// The file of the library.
pub fn library_file() -> PathBuf {
    repository().join("stdlib/kubernetes.gate")
}

/// The part of the document that was taken.
pub fn api_file() -> PathBuf {
    folder().join("api.json")
}

/// What is to be taken.
///
/// # Errors
/// The list cannot be read.
pub fn wanted() -> Result<Wanted, String> {
    let text = std::fs::read_to_string(folder().join("wanted.yaml")).map_err(|error| error.to_string())?;
    serde_saphyr::from_str(&text).map_err(|error| error.to_string())
}

/// The part of the document that was taken.
///
/// # Errors
/// The file cannot be read.
pub fn taken() -> Result<Api, String> {
    let text = std::fs::read_to_string(api_file()).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// Takes the wanted part of an OpenAPI document, version 3, as an API server gives it.
///
/// # Errors
/// Something wanted is not in the document, or is of a type that the language has no word for.
pub fn take(wanted: &Wanted, document: &Value) -> Result<Api, String> {
    let schemas = &document["components"]["schemas"];
    let take = |(name, fields): (&String, &Vec<String>)| {
        let schema = &schemas[format!("{}.{name}", wanted.schema)];
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let field = |field: &String| {
            let found = &schema["properties"][field];
            let ty =
                type_of(found).ok_or_else(|| format!("{name}.{field} is not in the document, or of no known type"))?;
            let required = required.contains(&field.as_str());
            Ok((field.clone(), ApiField { description: sentence(found, field), ty, required }))
        };
        let fields = fields.iter().map(field).collect::<Result<_, String>>()?;
        Ok((name.clone(), ApiType { description: sentence(schema, name), fields }))
    };
    wanted.types.iter().map(take).collect()
}

/// `string`, `integer`, `boolean`, a name, `[T]` or `{T}`.
fn type_of(schema: &Value) -> Option<String> {
    let reference = |schema: &Value| Some(schema["$ref"].as_str()?.rsplit('.').next()?.to_owned());
    if let Some(name) = reference(schema).or_else(|| reference(&schema["allOf"][0])) {
        return Some(name);
    }
    Some(match schema["type"].as_str()? {
        "array" => format!("[{}]", type_of(&schema["items"])?),
        "object" => format!("{{{}}}", type_of(&schema["additionalProperties"])?),
        word @ ("string" | "integer" | "boolean") => word.to_owned(),
        _ => return None,
    })
}

/// The first sentence of a description, on one line.
fn sentence(schema: &Value, name: &str) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").map_or(line.trim_end_matches('.').len(), |end| end);
    let first = line[..end].trim_end_matches(':');
    if first.is_empty() { format!("The `{name}` of the object.") } else { format!("{first}.") }
}

/// The file of the library.
pub fn render(wanted: &Wanted, api: &Api) -> String {
    let mut text = format!(
        "//! The parts of Kubernetes objects that controls ask for, as the API server of Kubernetes {} types them.\n//!\n\
         //! Generated from the server's OpenAPI document (Apache-2.0), whose sentences these are. A list or a map that an\n\
         //! object leaves out is empty; anything else that it may leave out is absent.\n",
        wanted.version
    );
    for (name, found) in api {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n/// {}\ntype {name} {{\n", wrapped(&found.description, "///"));
        for (index, (field, found)) in found.fields.iter().enumerate() {
            let ty = word(&found.ty);
            let tail = match (found.required, found.ty.chars().next()) {
                (true, _) => "",
                (false, Some('[')) => " default []",
                (false, Some('{')) => " default {}",
                (false, _) => "?",
            };
            let (question, default) = if tail == "?" { ("?", "") } else { ("", tail) };
            let ours = match snake_case(field) {
                // A word that may follow a field cannot name one.
                word if word == "secret" => "secret_source".to_owned(),
                word => word,
            };
            let from = if ours == *field { String::new() } else { format!(" from \"{field}\"") };
            let gap = if index == 0 { "" } else { "\n" };
            let doc = wrapped(&found.description, "  ///");
            let _ = write!(text, "{gap}  /// {doc}\n  {ours}: {ty}{question}{from}{default}\n");
        }
        text.push_str("}\n");
    }
    text
}

/// The type in the language.
fn word(ty: &str) -> String {
    let inner = |ty: &str| word(&ty[1..ty.len() - 1]);
    match ty {
        "string" => "Text".to_owned(),
        "integer" => "Int".to_owned(),
        "boolean" => "Bool".to_owned(),
        list if list.starts_with('[') => format!("[{}]", inner(list)),
        map if map.starts_with('{') => format!("{{Text: {}}}", inner(map)),
        name => name.to_owned(),
    }
}

/// `hostPID` as `host_pid`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut was_upper = true;
    for character in name.chars() {
        if character.is_ascii_uppercase() && !was_upper {
            out.push('_');
        }
        was_upper = character.is_ascii_uppercase();
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// The text in lines of at most 118 characters, each but the first behind the mark.
fn wrapped(text: &str, mark: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && mark.len() + lines[last].len() + word.len() + 2 > 118 {
            lines.push(word.to_owned());
        } else {
            let gap = if lines[last].is_empty() { "" } else { " " };
            lines[last].push_str(&format!("{gap}{word}"));
        }
    }
    lines.join(&format!("\n{mark} "))
}
