//! Diagnostics for people: the source line, the place underlined, the notes and the repair.

use super::{Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Sources, Span};
use codespan_reporting::diagnostic::{Diagnostic as Report, Label as ReportLabel, LabelStyle, Severity as Level};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config};
use std::ops::Range;

/// Renders one diagnostic as text for a terminal; with colours if `colour` says so.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let report = report(diagnostic, sources);
    let config = Config { tab_width: 2, ..Config::default() };
    let rendered = if colour {
        let mut buffer = term::termcolor::Buffer::ansi();
        term::emit_to_write_style(&mut buffer, &config, sources, &report)
            .map(|()| String::from_utf8_lossy(buffer.as_slice()).into_owned())
    } else {
        term::emit_into_string(&config, sources, &report)
    };
    rendered.unwrap_or_else(|_| format!("{}: {}\n", diagnostic.code.id, diagnostic.message))
}

fn report(diagnostic: &Diagnostic, sources: &Sources) -> Report<FileId> {
    let label =
        |style, span: Span, message: &str| ReportLabel::new(style, span.file, span.range()).with_message(message);
    let primary = label(LabelStyle::Primary, diagnostic.primary.span, &diagnostic.primary.message);
    let related = diagnostic.labels.iter().map(|related| label(LabelStyle::Secondary, related.span, &related.message));
    let repairs = diagnostic.fixes.iter().map(|fix| match fix.edits.as_slice() {
        [edit] if !edit.text.contains('\n') && !sources.text(edit.span).contains('\n') => {
            format!("fix: {} ({})", fix.title, sources.place(edit.span))
        }
        _ => format!("fix: {}", fix.title),
    });
    Report::new(match diagnostic.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
    })
    .with_code(diagnostic.code.id)
    .with_message(&diagnostic.message)
    .with_labels(std::iter::once(primary).chain(related).collect())
    .with_notes(diagnostic.notes.iter().cloned().chain(repairs).collect())
}

impl<'a> Files<'a> for Sources {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id).name)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id).text)
    }

    fn line_index(&'a self, id: FileId, offset: usize) -> Result<usize, Error> {
        Ok(self.file(id).lines().line(offset as u32))
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, Error> {
        let file: &SourceFile = self.file(id);
        let lines = file.lines();
        let start = lines.start(line).ok_or(Error::LineTooLarge { given: line, max: lines.count() })?;
        let end = lines.start(line + 1).map_or(file.text.len(), |next| next as usize);
        Ok(start as usize..end)
    }
}
