//! Opening and checking the project that a command works on.

use super::output::Output;
use super::{Exit, Trouble};
use crate::core::{AssetId, Policy, RecordId, Shape};
use crate::diagnostics::{Severity, nearest};
use crate::session::disk::DiskLoader;
use crate::session::{self, Checked};
use crate::value::{Scalar, Time};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A project, opened and checked.
pub struct Opened {
    /// Its root folder.
    pub root: PathBuf,
    /// What the compiler says of it. The process ends when the command is done: taking a large tree apart before would be for nothing.
    pub checked: ManuallyDrop<Checked>,
}

/// Opens and checks the project of a folder.
pub fn open(folder: &Path) -> Result<Opened, Trouble> {
    let loader = DiskLoader::open(folder).map_err(|error| Trouble::new(error.to_string()))?;
    let config = loader.settings().map_err(Trouble::new)?;
    let checked = session::check(&loader, config.settings());
    Ok(Opened { root: loader.root().to_path_buf(), checked: ManuallyDrop::new(checked) })
}

/// Opens a project that must have no errors; otherwise prints what is wrong with it, and `Err` holds how to end.
pub fn open_sound(folder: &Path, output: &mut Output) -> Result<Result<Opened, Exit>, Trouble> {
    let opened = open(folder)?;
    if !opened.checked.has_errors() {
        return Ok(Ok(opened));
    }
    let errors: Vec<_> =
        opened.checked.problems.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect();
    output.diagnostics(&errors, &opened.checked.sources);
    output.error(&format!("the project has {}", count(errors.len(), "error")));
    Ok(Err(Exit::Wrong))
}

/// `1 error`, `2 errors`
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

impl Opened {
    /// The policy of a name.
    pub fn policy(&self, name: &str) -> Result<&Policy, Trouble> {
        let policies = &self.checked.project.policies;
        policies.iter().find(|policy| policy.name == name).ok_or_else(|| {
            let names = policies.iter().map(|policy| policy.name.as_str());
            unknown("policy", name, names)
        })
    }

    /// The kind of subject of a name, at the gate.
    pub fn subject(&self, name: &str) -> Result<RecordId, Trouble> {
        let is_subject = |shape: &Shape| matches!(shape, Shape::Subject { .. });
        let records = &self.checked.project.records;
        let found = records.iter().position(|record| record.name == name && is_subject(&record.shape));
        found.map(RecordId::new).ok_or_else(|| {
            let names = records.iter().filter(|record| is_subject(&record.shape)).map(|record| record.name.as_str());
            unknown("subject", name, names)
        })
    }

    /// The declared asset of a kind, by `name` or `system.name`, among the systems of a policy or of the whole project.
    pub fn asset(&self, name: &str, subject: RecordId, policy: Option<&Policy>) -> Result<AssetId, Trouble> {
        let project = &self.checked.project;
        let kind = match project.record(subject).shape {
            Shape::Subject { of: Some(kind), .. } => kind,
            _ => {
                return Err(Trouble::new(format!("a `{}` belongs to no declared asset", project.record(subject).name)));
            }
        };
        let covered = |system: AssetId| policy.is_none_or(|policy| policy.covers.contains(&system));
        let candidates: Vec<AssetId> = (0..project.assets.len())
            .map(AssetId::new)
            .filter(|id| project.asset(*id).kind == kind && covered(project.asset(*id).system))
            .collect();
        let named: Vec<AssetId> = (candidates.iter().copied())
            .filter(|id| project.asset(*id).qualified == name || project.asset(*id).name == name)
            .collect();
        match named.as_slice() {
            [only] => Ok(*only),
            [] => {
                let names = candidates.iter().map(|id| project.asset(*id).name.as_str());
                Err(unknown(&project.record(kind).name, name, names))
            }
            several => {
                let names: Vec<String> =
                    several.iter().map(|id| format!("`{}`", project.asset(*id).qualified)).collect();
                Err(Trouble::new(format!("`{name}` is several assets: name one of {}", names.join(", "))))
            }
        }
    }
}

/// Says that nothing has a name, and what has a similar one.
pub fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> Trouble {
    let names: Vec<&str> = names.collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if names.is_empty() => String::new(),
        None => format!("; there is {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    Trouble::new(format!("there is no {what} `{name}`{hint}"))
}

/// The instant to decide at: what `--at` says, or the system's clock.
pub fn instant(at: Option<&str>) -> Result<Time, Trouble> {
    match at {
        Some(text) => Time::parse_literal(text).map_err(|error| Trouble::new(format!("--at `{text}`: {error}"))),
        None => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let nanos = i64::try_from(since.as_nanos()).ok().and_then(Time::from_epoch_nanos);
            nanos.ok_or_else(|| Trouble::new("the system's clock is outside of what can be decided at; use --at"))
        }
    }
}
