//! The Gatewright compiler.
//!
//! Data flows one way; a later phase never reaches back into an earlier one:
//!
//! ```text
//! source → syntax → names → check → core → { eval, analyse, targets }
//! ```
#![forbid(unsafe_code)]

pub mod diagnostics;
pub mod document;
pub mod evidence;
pub mod pattern;
pub mod source;
pub mod syntax;
pub mod value;
