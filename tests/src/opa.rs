//! The real OPA, and conftest, over emitted artifacts.

use crate::differential::Engine;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// The path of an engine, from the variable that `tests/engines/run` sets for it.
///
/// # Errors
/// The variable is not set: an engine that is missing is a failure, never a skipped test.
pub fn engine(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("`{variable}` is not set: run tests/engines/run"))
}

/// Runs a command and gives its output; an exit status other than the wanted one is an error with everything that was printed.
///
/// # Errors
/// The command cannot be started, or ends with another status.
pub fn run(command: &mut Command, wanted: i32) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.code() == Some(wanted) {
        return Ok(output);
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!("{command:?} ended with {}:\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}

/// OPA with the artifacts of one policy in it.
pub struct Opa {
    command: PathBuf,
    artifacts: PathBuf,
    package: String,
    scratch: tempfile::TempDir,
}

impl Opa {
    /// OPA over the folder of a policy's `ci.rego`.
    ///
    /// # Errors
    /// OPA is not there, or no folder for its input can be made.
    pub fn new(artifacts: &Path, policy: &str) -> Result<Self, String> {
        Ok(Self {
            command: engine("GATEWRIGHT_OPA")?,
            artifacts: artifacts.to_path_buf(),
            package: format!("data.gatewright.{policy}"),
            scratch: tempfile::tempdir().map_err(|error| error.to_string())?,
        })
    }
}

impl Engine for Opa {
    fn name(&self) -> &str {
        "OPA"
    }

    /// One call for all: OPA takes a moment to start, and none to decide once more.
    fn decide(&mut self, documents: &[Value], now: &str) -> Result<Vec<Value>, String> {
        let data = self.scratch.path().join("data.json");
        let text = json!({ "gatewright": { "now": now }, "cases": documents }).to_string();
        fs::write(&data, text).map_err(|error| error.to_string())?;
        let query =
            format!("[decision | some case in data.cases; decision := {}.decision with input as case]", self.package);
        let mut command = Command::new(&self.command);
        command.args(["eval", "--strict-builtin-errors", "--format", "json", "--data"]).arg(&data);
        // The schemas beside the policy are no data of it.
        command.args(["--ignore", "*.schema.json", "--data"]).arg(&self.artifacts).arg(query);
        let output = run(&mut command, 0)?;
        let answer: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        match &answer["result"][0]["expressions"][0]["value"] {
            Value::Array(decisions) => Ok(decisions.clone()),
            _ => Err(format!("OPA gave no decisions: {answer}")),
        }
    }
}
