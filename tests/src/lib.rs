//! What the tests of the workspace share, and what writes the parts of the standard library that are derived from facts.
#![forbid(unsafe_code)]

#[cfg(feature = "engines")]
pub mod admission;
pub mod big;
pub mod catalogs;
pub mod differential;
pub mod editors;
pub mod fixture;
#[cfg(feature = "engines")]
pub mod kubernetes;
pub mod kubernetes_types;
pub mod opa;
pub mod workloads;
