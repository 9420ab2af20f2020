//! `gatewright evidence`

use super::args::{About, Evidence, Record};
use super::output::Output;
use super::project::{Opened, instant, open, open_sound};
use super::write::replace;
use super::{Done, Exit, Trouble};
use crate::core::Policy;
use crate::document::Limits;
use crate::document::file::read_bytes;
use crate::evidence::collect::{self, DiskFiles, Request};
use crate::evidence::digest::{Ignored, model_digest};
use crate::evidence::record::{Artifact, RECORD_SUFFIX, RecordStatement, Run, Tool};
use crate::evidence::signature::PublicKey;
use crate::subject::{self, Document};
use crate::value::{Scalar, Time};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn run(command: &Evidence, output: &mut Output) -> Done {
    match command {
        Evidence::Collect { about, output: file } => {
            let opened = match open_sound(&about.project.project, output)? {
                Ok(opened) => opened,
                Err(exit) => return Ok(exit),
            };
            let at = instant(about.at.as_deref())?;
            let text = collect(&opened, None, about, at)?.to_canonical_json();
            match file {
                Some(file) => replace(file, &text)?,
                None => output.result(&text)?,
            }
            Ok(Exit::Fine)
        }
        Evidence::Record(command) => record(command, output),
        Evidence::Schema { project, subject } => {
            let opened = open(&project.project)?;
            let record = opened.subject(subject)?;
            let schema = subject::schema(&opened.checked.project, record);
            output.result(&format!("{schema:#}\n"))?;
            Ok(Exit::Fine)
        }
    }
}

/// Collects the subject document that the command line names.
pub fn collect(opened: &Opened, policy: Option<&Policy>, about: &About, at: Time) -> Result<Document, Trouble> {
    let (subject, rest) = named(about)?;
    let (asset, version) = match rest.split_once('@') {
        Some((asset, version)) => (asset, Some(version)),
        None => (rest, None),
    };
    let subject = opened.subject(subject)?;
    let asset = opened.asset(asset, subject, policy)?;
    let keys = keys(opened)?;
    let request = Request {
        project: &opened.checked.project,
        subject,
        asset: Some(asset),
        version,
        at,
        keys: &keys,
        limits: Limits::default(),
    };
    let files = DiskFiles { evidence: about.evidence.clone(), model: about.files.clone() };
    Ok(collect::collect(&request, &files))
}

/// The kind of subject, and `asset@version`.
fn named(about: &About) -> Result<(&str, &str), Trouble> {
    match (&about.release, &about.subject) {
        (Some(release), _) => Ok(("release", release)),
        (None, Some(subject)) => subject.split_once('=').ok_or_else(|| {
            Trouble::new(format!("--subject `{subject}` does not say of which kind it is: write kind=asset@version"))
        }),
        (None, None) => Err(Trouble::new("say what to decide about: --release MODEL@VERSION")),
    }
}

/// The public keys of the declared signers.
pub fn keys(opened: &Opened) -> Result<Vec<(SmolStr, PublicKey)>, Trouble> {
    /// No public key is longer.
    const MAX_KEY: u64 = 64 * 1024;
    let signers = opened.checked.project.signers.iter();
    signers
        .map(|signer| {
            let failed = |cause: String| Trouble::new(format!("the key of signer `{}`: {cause}", signer.name));
            let bytes = read_bytes(&opened.root.join(signer.key.as_str()), MAX_KEY)
                .map_err(|_| failed(format!("`{}` cannot be read", signer.key)))?;
            let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
            let key = PublicKey::from_pem(&text).map_err(|error| failed(error.to_string()))?;
            Ok((signer.name.clone(), key))
        })
        .collect()
}

/// Runs the tool between two looks at the model, then writes what it did beside each report.
fn record(command: &Record, output: &mut Output) -> Done {
    let before = digest(&command.files)?;
    let started_on = now()?;
    let Some((program, arguments)) = command.command.split_first() else {
        return Err(Trouble::new("say which command to run, after `--`"));
    };
    let status = Command::new(program).args(arguments).status();
    let status = status.map_err(|error| Trouble::new(format!("`{program}` cannot be run: {error}")))?;
    let finished_on = now()?;
    let after = digest(&command.files)?;
    if before != after {
        return Err(Trouble::new("the model changed while the tool was running, so the reports are about neither"));
    }
    let Some(exit_code) = status.code() else {
        return Err(Trouble::new(format!("`{program}` was ended by a signal, so its reports are not believed")));
    };
    let name = command.tool.clone().unwrap_or_else(|| {
        Path::new(program).file_name().map_or_else(|| program.clone(), |name| name.to_string_lossy().into_owned())
    });
    let run = Run {
        tool: Tool { name, version: command.tool_version.clone() },
        command: command.command.clone(),
        exit_code,
        started_on,
        finished_on,
        inputs: vec![Artifact::new("model", &before)],
    };
    for report in &command.output {
        let bytes = read_bytes(report, Limits::default().max_bytes).map_err(|error| Trouble::new(error.to_string()))?;
        let name = report.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let statement = RecordStatement::new(&name, &bytes, run.clone());
        let path = PathBuf::from(format!("{}{RECORD_SUFFIX}", report.display()));
        replace(&path, &statement.to_text())?;
        output.message(&format!("recorded {}", path.display()));
    }
    if exit_code != 0 {
        output.message(&format!("`{program}` ended with {exit_code}; the record says so"));
    }
    Ok(Exit::Fine)
}

fn digest(model: &Path) -> Result<String, Trouble> {
    let files = model_digest(model, &Ignored::default(), |_| ()).map_err(|error| Trouble::new(error.to_string()))?;
    Ok(files.digest)
}

fn now() -> Result<String, Trouble> {
    let now = instant(None)?.to_json();
    Ok(now.as_str().unwrap_or_default().to_owned())
}
