//! The command line (design §8): the only part that reads the environment and the clock, and writes files.
//!
//! Results go to standard output, everything else to standard error.

mod args;
mod build;
mod check;
mod evidence;
mod explain;
mod fmt;
mod gate;
mod init;
mod output;
mod project;
mod targets;
mod test;
mod write;

use args::{Arguments, Command};
use clap::{CommandFactory, Parser};
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Fine.
    Fine,
    /// A policy said no.
    Denied,
    /// The policy, or what was built from it, is wrong or stale.
    Wrong,
    /// The command was used wrongly, or a file could not be read or written.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Denied => 1,
            Exit::Wrong => 2,
            Exit::Usage => 3,
        })
    }
}

/// Why a command could not do its work. It ends with [`Exit::Usage`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

impl Trouble {
    /// Trouble in words for the user: lower case, no final full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// What a command gives.
pub type Done = Result<Exit, Trouble>;

/// Runs the command that the arguments name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nothing is left to be done if the words cannot be printed.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() };
        }
    };
    let mut output = Output::standard();
    let done = dispatch(&arguments, &mut output).and_then(|exit| output.finish().map(|()| exit));
    match done {
        Ok(exit) => exit.into(),
        Err(trouble) => {
            output.error(&trouble.0);
            Exit::Usage.into()
        }
    }
}

fn dispatch(arguments: &Arguments, output: &mut Output) -> Done {
    match &arguments.command {
        Command::Check(command) => check::run(command, output),
        Command::Build(command) => build::run(command, output),
        Command::Gate(command) => gate::run(command, output),
        Command::Test(command) => test::run(command, output),
        Command::Fmt(command) => fmt::run(command, output),
        Command::Explain(command) => explain::run(command, output),
        Command::Init(command) => init::run(command, output),
        Command::Evidence(command) => evidence::run(command, output),
        Command::Targets(command) => targets::run(command, output),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "gatewright", &mut text);
            output.result(&String::from_utf8_lossy(&text))?;
            Ok(Exit::Fine)
        }
    }
}
