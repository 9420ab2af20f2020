//! JSON and JSON lines, over the streaming reader of `serde_json`.

use serde_json::Value;

use super::tree::Tree;
use super::{DocumentError, Limits, Position};

/// The characters that JSON skips between tokens (RFC 8259, section 2).
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// One JSON value.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Value, DocumentError> {
    if text.trim_matches(BLANKS).is_empty() {
        return Err(DocumentError::Empty);
    }
    value(text, 1, &Tree::new(limits), 0)
}

/// The list of the values, one on each line that is not blank. A file without any says nothing, and is an error.
pub(super) fn read_lines(text: &str, limits: &Limits) -> Result<Value, DocumentError> {
    let tree = Tree::new(limits);
    let mut records = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if !line.trim_matches(BLANKS).is_empty() {
            records.push(value(line, index + 1, &tree, 1)?);
        }
    }
    if records.is_empty() { Err(DocumentError::Empty) } else { Ok(Value::Array(records)) }
}

/// One value, which is the whole of `text`; `text` starts in line `first_line` of its document.
fn value(text: &str, first_line: usize, tree: &Tree<'_>, depth: usize) -> Result<Value, DocumentError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // The tree keeps count: its limit is the same in every format.
    reader.disable_recursion_limit();
    let at = |error: &serde_json::Error| position(text, first_line, error);
    let value = tree.read(&mut reader, depth).map_err(|error| tree.error(at(&error), || cause(&error)))?;
    reader.end().map_err(|error| DocumentError::Trailing { at: at(&error) })?;
    Ok(value)
}

/// The reader's message without its own line and column.
fn cause(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&suffix).unwrap_or(&message).to_owned()
}

/// The reader counts columns in bytes; a person counts characters.
fn position(text: &str, first_line: usize, error: &serde_json::Error) -> Position {
    let line = error.line().max(1) - 1;
    let bytes = text.split('\n').nth(line).unwrap_or_default().as_bytes().iter().take(error.column());
    let characters = bytes.filter(|byte| (**byte & 0xC0) != 0x80).count();
    Position { line: first_line + line, column: characters.max(1) }
}
