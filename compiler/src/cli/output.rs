//! Printing: results to standard output, everything else to standard error, colours only on a terminal.

use super::Trouble;
use crate::diagnostics::{self, Diagnostic};
use crate::source::Sources;
use std::env;
use std::io::{self, BufWriter, IsTerminal, Stderr, Stdout, Write};

/// Where a command prints.
pub struct Output {
    results: BufWriter<Stdout>,
    messages: Stderr,
    colour: bool,
}

impl Output {
    /// The process' own streams.
    pub fn standard() -> Self {
        let no_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = io::stderr().is_terminal() && !no_colour;
        Self { results: BufWriter::new(io::stdout()), messages: io::stderr(), colour }
    }

    /// Prints a result.
    pub fn result(&mut self, text: &str) -> Result<(), Trouble> {
        quiet_pipe(self.results.write_all(text.as_bytes()))
    }

    /// Writes out what was printed.
    pub fn finish(&mut self) -> Result<(), Trouble> {
        quiet_pipe(self.results.flush())
    }

    /// Says something about the work.
    pub fn message(&mut self, text: &str) {
        // Where even this cannot be written, the exit status has to say it.
        let _ = writeln!(self.messages, "{text}");
    }

    /// Says what went wrong.
    pub fn error(&mut self, text: &str) {
        self.message(&format!("error: {text}"));
    }

    /// Prints diagnostics for people.
    pub fn diagnostics(&mut self, problems: &[Diagnostic], sources: &Sources) {
        for problem in problems {
            let text = diagnostics::render(problem, sources, self.colour);
            self.message(&text);
        }
    }
}

/// A reader that went away, such as `head`, is no trouble.
fn quiet_pipe(written: io::Result<()>) -> Result<(), Trouble> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
