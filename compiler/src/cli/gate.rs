//! `gatewright gate`

mod manifests;

use super::args::{About, Gate, VerdictFormat};
use super::evidence::collect;
use super::output::Output;
use super::project::{Opened, instant, open_sound};
use super::{Done, Exit, Trouble};
use crate::core::Policy;
use crate::document::file::read_bytes;
use crate::eval::{self, Effect};
use crate::report::{self, Judged, Report};
use crate::subject::Document;
use std::io::Read;
use std::path::Path;

/// The largest document that is read, in bytes.
const MAX_DOCUMENT: u64 = 256 * 1024 * 1024;

pub fn run(command: &Gate, output: &mut Output) -> Done {
    match (&command.subject_kind, &command.manifests) {
        (Some(kind), Some(path)) => manifests::run(command, kind, path, output),
        _ => on_document(command, output),
    }
}

/// One subject, on its document.
fn on_document(command: &Gate, output: &mut Output) -> Done {
    let opened = match open_sound(&command.about.project.project, output)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let policy = opened.policy(&command.policy)?;
    let now = instant(command.about.at.as_deref())?;
    let document = match &command.document {
        Some(path) => read(path)?,
        None => gathered(&opened, policy, &command.about)?,
    };
    let project = &opened.checked.project;
    let verdict = eval::judge(project, policy, &document, Some(now));
    if verdict.blocks.is_empty() && verdict.problem.is_none() {
        let message = format!("policy `{}` decides nothing about a `{}`", policy.name, document.subject);
        return Err(Trouble::new(message));
    }
    let sources = &opened.checked.sources;
    let report = Report::new(Judged { project, sources, policy, document: &document, now, verdict: &verdict });
    let text = match command.format {
        VerdictFormat::Human => report::human(&report),
        VerdictFormat::Json => json(&report)?,
        VerdictFormat::Sarif => json(&report::sarif(&report, sources))?,
    };
    output.result(&text)?;
    Ok(command.exit(report.outcome))
}

impl Gate {
    fn exit(&self, outcome: Effect) -> Exit {
        match outcome {
            Effect::Deny => Exit::Denied,
            Effect::Warn if self.fail_on.is_some() => Exit::Denied,
            _ => Exit::Fine,
        }
    }
}

fn gathered(opened: &Opened, policy: &Policy, about: &About) -> Result<Document, Trouble> {
    let at = instant(about.at.as_deref())?;
    collect(opened, Some(policy), about, at)
}

fn json(value: &impl serde::Serialize) -> Result<String, Trouble> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Trouble::new(error.to_string()))?;
    Ok(format!("{text}\n"))
}

/// A subject document that was collected before.
fn read(path: &Path) -> Result<Document, Trouble> {
    let failed = |cause: String| Trouble::new(format!("`{}` is no subject document: {cause}", path.display()));
    let text = String::from_utf8(bytes_of(path)?).map_err(|error| failed(error.to_string()))?;
    Document::from_json(&text).map_err(|error| failed(error.to_string()))
}

/// The bytes of a file, or of standard input.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Trouble> {
    if path != Path::new("-") {
        return read_bytes(path, MAX_DOCUMENT).map_err(|error| Trouble::new(error.to_string()));
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(MAX_DOCUMENT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Trouble::new(format!("standard input cannot be read: {error}")))?;
    Ok(bytes)
}
