//! The `gatewright` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::thread;

/// Trees are bounded in depth, and a thread of this size holds the deepest that is allowed in every phase.
const STACK_BYTES: usize = 64 * 1024 * 1024;

fn main() -> ExitCode {
    let work = thread::Builder::new().stack_size(STACK_BYTES).spawn(|| gatewright::cli::run(std::env::args_os()));
    match work.map(thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        // The panic has been printed. It is never taken for a decision.
        Ok(Err(_)) | Err(_) => gatewright::cli::Exit::Usage.into(),
    }
}
