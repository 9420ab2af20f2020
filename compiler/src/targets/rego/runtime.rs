//! The module that every policy shares.

use super::print::{Head, Rule, raw};
use super::term::Term;
use crate::value::render::ESCAPES;

/// The functions. What they read and print is what [`crate::value`] says, in another language.
const FUNCTIONS: &str = include_str!("runtime.rego");

/// The text of `runtime.rego`.
pub(super) fn runtime() -> String {
    let escapes = ESCAPES.iter().map(|(character, text)| (character.to_string(), Term::word(raw(text))));
    let mut table = Rule::new(Head::Value("escapes".to_owned(), Term::Object(escapes.collect())), Vec::new());
    table.comments = vec!["What stands for a character in a message.".to_owned()];
    format!("{FUNCTIONS}\n{}", table.text())
}
