//! The one layout of source: no options, at most 100 columns where that is possible, two blanks for each level.
//!
//! The tree decides the layout; comments keep their order and stand where they stood. What has comments inside of it, where the layout has
//! no place for them, is left as it was written. Where it changed
//! anything, [`format`] reads its own output and refuses to give it out unless it says the same.

mod expr;
mod items;
mod members;
mod printer;

use crate::diagnostics::{Diagnostic, codes};
use crate::source::{FileId, Span};
use crate::syntax::{Parsed, parse, same_tree};
use printer::Printer;

/// How many columns a line has, where that is possible.
const WIDTH: usize = 100;

/// Lays out a file.
///
/// # Errors
/// What is wrong with the text, if it cannot be read; nothing is laid out then.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(file, text);
    if !parsed.problems.is_empty() {
        return Err(parsed.problems);
    }
    let mut printer = Printer::new(text, &parsed.trivia);
    printer.module(&parsed.module);
    let formatted = printer.finish();
    if formatted == text || says_the_same(file, parsed, &formatted) {
        Ok(formatted)
    } else {
        let place = Span::new(file, 0, 0);
        let problem =
            Diagnostic::error(&codes::UNFORMATTABLE, "this file cannot be laid out without changing it", place)
                .note("this is a mistake of the formatter: please report it with the file");
        Err(vec![problem])
    }
}

/// Whether the output can be read, and has the tree and the comments of the input.
fn says_the_same(file: FileId, before: Parsed, formatted: &str) -> bool {
    let after = parse(file, formatted);
    let comments =
        |parsed: &Parsed| parsed.trivia.comments.iter().map(|comment| comment.text.clone()).collect::<Vec<_>>();
    after.problems.is_empty() && comments(&before) == comments(&after) && same_tree(before.module, after.module)
}
