//! Diagnostics for programs: one JSON object each, with places as lines and columns and as bytes.

use super::{Diagnostic, Label, Severity};
use crate::source::{Sources, Span};
use serde_json::{Value, json};

/// One diagnostic as a JSON object. Lines and columns count from 1, columns in code points; `start` and `end` are bytes.
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    json!({
        "code": diagnostic.code.id,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": diagnostic.message,
        "place": label(&diagnostic.primary, sources),
        "related": diagnostic.labels.iter().map(|related| label(related, sources)).collect::<Vec<_>>(),
        "notes": diagnostic.notes,
        "fixes": diagnostic.fixes.iter().map(|fix| json!({
            "title": fix.title,
            "edits": fix.edits.iter().map(|edit| json!({
                "place": place(edit.span, sources),
                "text": edit.text,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn label(label: &Label, sources: &Sources) -> Value {
    let mut value = place(label.span, sources);
    if !label.message.is_empty() {
        value["message"] = Value::from(label.message.as_str());
    }
    value
}

fn place(span: Span, sources: &Sources) -> Value {
    let file = sources.file(span.file);
    let from = file.lines().position(&file.text, span.start);
    let to = file.lines().position(&file.text, span.end);
    json!({
        "file": &*file.name,
        "line": from.line + 1,
        "column": from.column + 1,
        "end_line": to.line + 1,
        "end_column": to.column + 1,
        "start": span.start,
        "end": span.end,
    })
}
