//! The Gatewright compiler.
//!
//! Data flows one way; a later phase never reaches back into an earlier one:
//!
//! ```text
//! source → syntax → names → check → core → { eval, analyse, targets }
//! ```
#![forbid(unsafe_code)]

pub mod analyse;
pub mod check;
pub mod cli;
pub mod cluster;
pub mod core;
pub mod diagnostics;
pub mod document;
pub mod eval;
pub mod evidence;
pub mod format;
pub mod names;
pub mod pattern;
pub mod report;
pub mod session;
pub mod source;
pub mod subject;
pub mod syntax;
pub mod targets;
pub mod testing;
pub mod value;
