//! The Gatewright compiler.
#![forbid(unsafe_code)]
