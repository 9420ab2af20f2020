//! `gatewright test`

use super::args::{Format, Test};
use super::evidence::keys;
use super::output::Output;
use super::project::{Opened, count, open_sound};
use super::{Done, Exit, Trouble};
use crate::eval::Trace;
use crate::evidence::collect::{DiskFiles, Files};
use crate::testing::{self, Outcome, Unreached, World};
use serde_json::{Value, json};
use std::path::Path;

pub fn run(command: &Test, output: &mut Output) -> Done {
    let opened = match open_sound(&command.project, output)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let keys = keys(&opened)?;
    let root = opened.root.clone();
    let files = move |module: &str, folder: Option<&str>, model: Option<&str>| -> Box<dyn Files> {
        let home = home(&root, module);
        Box::new(DiskFiles { evidence: folder.map(|path| home.join(path)), model: model.map(|path| home.join(path)) })
    };
    let now = testing::default_now().ok_or_else(|| Trouble::new("the default instant cannot be read"))?;
    let project = &opened.checked.project;
    let world = World { project, keys: &keys, files: &files, now };
    let mut trace = Trace::default();
    let wanted = |name: &str| command.filter.as_deref().is_none_or(|part| name.contains(part));
    let outcomes: Vec<Outcome> = (project.tests.iter())
        .filter(|test| wanted(&test.name))
        .map(|test| testing::run(&world, test, &mut trace))
        .collect();
    if outcomes.is_empty() {
        return Err(Trouble::new(match &command.filter {
            Some(part) => format!("no test has `{part}` in its name"),
            None => "the project has no tests; a test starts with `test \"what it shows\" {`".into(),
        }));
    }
    // A part of the tests reaches a part of the branches, so it says nothing about the rest.
    let missed = if command.filter.is_none() { missed(&opened, &trace) } else { Vec::new() };
    match command.format {
        Format::Human => print(&opened, &outcomes, &missed, output)?,
        Format::Json => {
            let text = format!("{:#}\n", as_json(&opened, &outcomes, &missed));
            output.result(&text)?;
        }
    }
    let failed = outcomes.iter().any(|outcome| !outcome.failures.is_empty());
    Ok(if failed { Exit::Denied } else { Exit::Fine })
}

/// The folder of a module's file.
fn home(root: &Path, module: &str) -> std::path::PathBuf {
    match module.rsplit_once('.') {
        Some((folders, _)) => root.join(folders.replace('.', "/")),
        None => root.to_path_buf(),
    }
}

fn missed(opened: &Opened, trace: &Trace) -> Vec<Unreached> {
    let checked = &opened.checked;
    let is_own = |span: crate::source::Span| {
        checked.modules.list.iter().any(|module| module.file == span.file && !module.is_library)
    };
    testing::unreached(&checked.project, trace, &is_own)
}

fn print(opened: &Opened, outcomes: &[Outcome], missed: &[Unreached], output: &mut Output) -> Result<(), Trouble> {
    let sources = &opened.checked.sources;
    for outcome in outcomes {
        let word = if outcome.failures.is_empty() { "passed" } else { "failed" };
        output.result(&format!("{word} {}: {}\n", outcome.module, outcome.name))?;
        for failure in &outcome.failures {
            output.result(&format!("  {}: {}\n", sources.place(failure.span), failure.message))?;
            for line in &failure.said {
                output.result(&format!("    - {line}\n"))?;
            }
        }
    }
    if !missed.is_empty() {
        output.result("\nnot shown by any test:\n")?;
        for unreached in missed {
            output.result(&format!(
                "  {} {}: {}\n",
                sources.place(unreached.span),
                unreached.control,
                unreached.what
            ))?;
        }
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count();
    output.result(&format!("\n{} passed, {failed} failed\n", count(outcomes.len() - failed, "test")))
}

fn as_json(opened: &Opened, outcomes: &[Outcome], missed: &[Unreached]) -> Value {
    let sources = &opened.checked.sources;
    json!({
        "tests": outcomes.iter().map(|outcome| json!({
            "module": outcome.module.as_str(),
            "name": outcome.name.as_str(),
            "place": sources.place(outcome.span),
            "passed": outcome.failures.is_empty(),
            "failures": outcome.failures.iter().map(|failure| json!({
                "place": sources.place(failure.span),
                "message": failure.message,
                "said": failure.said,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "unreached": missed.iter().map(|unreached| json!({
            "control": unreached.control.as_str(),
            "place": sources.place(unreached.span),
            "what": unreached.what,
        })).collect::<Vec<_>>(),
    })
}
