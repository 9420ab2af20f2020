//! Differential testing: every engine must decide as the reference evaluator does, on documents that no tool would write.
//!
//! [`generate`] makes subject documents from the types of a project and the constants of a policy; [`compare`] decides them with the
//! evaluator and an [`Engine`] and says where they differ; [`shrink`] makes a differing document as small as it can. The generator knows
//! no engine and no control, so every target plugs into it.

pub mod compare;
pub mod generate;
pub mod objects;
pub mod shrink;
mod values;

use serde_json::Value;

/// Something that decides subject documents: a real engine with an emitted artifact in it.
pub trait Engine {
    /// The name, for messages.
    fn name(&self) -> &str;

    /// The decision document of each subject document, in order. `now` is RFC 3339 text.
    ///
    /// # Errors
    /// The engine could not be run, or did not answer for every document.
    fn decide(&mut self, documents: &[Value], now: &str) -> Result<Vec<Value>, String>;
}
