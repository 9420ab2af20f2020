//! Between the compiler's bytes and the protocol's lines and UTF-16 units. No other file knows either side's counting.

use gatewright::diagnostics::{Diagnostic, Fix, Severity};
use gatewright::source::{SourceFile, Sources, Span};
use std::collections::HashMap;
use tower_lsp::lsp_types::{
    self as lsp, CodeAction, CodeActionKind, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, TextEdit, Url, WorkspaceEdit,
};

/// The position of a byte offset.
fn position(file: &SourceFile, offset: u32) -> Position {
    let line = file.lines().line(offset);
    let start = file.lines().start(line).unwrap_or_default() as usize;
    let before = file.text.get(start..offset as usize).unwrap_or_default();
    Position { line: line as u32, character: before.encode_utf16().count() as u32 }
}

/// The range of a span.
pub(crate) fn range(sources: &Sources, span: Span) -> Range {
    let file = sources.file(span.file);
    Range { start: position(file, span.start), end: position(file, span.end) }
}

/// The edit that replaces a whole text.
pub(crate) fn replace_all(old: &str, new: String) -> TextEdit {
    let lines = old.split('\n').count() as u32 - 1;
    let last = old.rsplit('\n').next().unwrap_or_default();
    let end = Position { line: lines, character: last.encode_utf16().count() as u32 };
    TextEdit { range: Range { start: Position::default(), end }, new_text: new }
}

/// A diagnostic. `uri` gives the address of a file, if editors can open it.
pub(crate) fn diagnostic(
    problem: &Diagnostic,
    sources: &Sources,
    uri: &dyn Fn(&str) -> Option<Url>,
) -> lsp::Diagnostic {
    let related = problem.labels.iter().filter_map(|label| {
        let location = Location { uri: uri(&sources.file(label.span.file).name)?, range: range(sources, label.span) };
        Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
    });
    let mut message = problem.message.clone();
    for line in std::iter::once(&problem.primary.message).chain(&problem.notes).filter(|line| !line.is_empty()) {
        message.push('\n');
        message.push_str(line);
    }
    lsp::Diagnostic {
        range: range(sources, problem.primary.span),
        severity: Some(match problem.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(problem.code.id.into())),
        source: Some("gatewright".into()),
        message,
        related_information: Some(related.collect()),
        tags: problem.code.is_unnecessary().then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..lsp::Diagnostic::default()
    }
}

/// A repair as the editor offers it; `None` if it changes a file that cannot be edited.
pub(crate) fn action(
    fix: &Fix,
    of: lsp::Diagnostic,
    sources: &Sources,
    uri: &dyn Fn(&str) -> Option<Url>,
) -> Option<CodeAction> {
    let mut changes: HashMap<Url, Vec<TextEdit>> = HashMap::new();
    for edit in &fix.edits {
        let file = uri(&sources.file(edit.span.file).name)?;
        changes
            .entry(file)
            .or_default()
            .push(TextEdit { range: range(sources, edit.span), new_text: edit.text.clone() });
    }
    Some(CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![of]),
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        is_preferred: Some(true),
        ..CodeAction::default()
    })
}
