//! `gatewright check`

mod enforcement;

use super::args::{Check, Format};
use super::output::Output;
use super::project::{count, open};
use super::{Done, Exit};
use crate::diagnostics::{Severity, to_json};
use serde_json::{Value, json};

pub fn run(command: &Check, output: &mut Output) -> Done {
    let opened = open(&command.project)?;
    let checked = &opened.checked;
    let number = |severity| checked.problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    match command.format {
        Format::Human => {
            output.diagnostics(&checked.problems, &checked.sources);
            if command.explain_enforcement {
                output.result(&enforcement::human(checked))?;
            }
            output.message(&format!("checked {}: {}", files(checked), summary(errors, warnings)));
        }
        Format::Json => {
            let problems: Value = checked.problems.iter().map(|problem| to_json(problem, &checked.sources)).collect();
            let said = match command.explain_enforcement {
                true => json!({ "problems": problems, "enforcement": enforcement::as_json(checked) }),
                false => problems,
            };
            output.result(&format!("{said:#}\n"))?;
        }
    }
    let fails = errors > 0 || (warnings > 0 && command.fail_on.is_some());
    Ok(if fails { Exit::Wrong } else { Exit::Fine })
}

fn files(checked: &crate::session::Checked) -> String {
    count(checked.modules.list.iter().filter(|module| !module.is_library).count(), "file")
}

fn summary(errors: usize, warnings: usize) -> String {
    match (errors, warnings) {
        (0, 0) => "nothing to say".into(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}
