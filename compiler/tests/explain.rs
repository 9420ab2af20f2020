//! Every code has a page, and its examples show what it says: the first fails with this code alone, the second with nothing.

mod common;

use common::{checked, files};
use gatewright::diagnostics::{codes, render};
use gatewright::source::Sources;
use gatewright::syntax;
use std::fs;
use std::path::Path;

/// Codes that no source text can show, with the reason; each is shown by a test of its own.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[
    ("GW106", "the size of a file"),
    ("GW115", "a mistake of the formatter"),
    ("GW903", "two targets at one place, and there is only one so far: a test of the planner makes the second"),
];

/// The `gate` blocks of a page.
fn blocks(page: &str) -> Vec<&str> {
    page.split("```gate\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// The codes that an example gives, and everything that is said. An example of syntax is only read: it is too short to mean something.
fn said(example: &str, is_syntax: bool) -> (Vec<&'static str>, String) {
    let (problems, sources) = if is_syntax {
        let mut sources = Sources::default();
        let file = sources.add("main.gate", example);
        (syntax::parse(file, example).problems, sources)
    } else {
        let checked = checked(&files(example));
        (checked.problems, checked.sources)
    };
    let codes = problems.iter().map(|problem| problem.code.id).collect();
    let text = problems.iter().map(|problem| render(problem, &sources, false)).collect();
    (codes, text)
}

#[test]
fn every_page_shows_its_code() {
    let mut wrong = Vec::new();
    for code in codes::ALL {
        let title = format!("# {}: {}\n", code.id, code.title);
        if !code.page.starts_with(&title) {
            wrong.push(format!("{}: the page starts with another title than the table's", code.id));
        }
        if WITHOUT_EXAMPLE.iter().any(|(id, _)| *id == code.id) {
            continue;
        }
        let is_syntax = code.id.starts_with("GW1");
        let blocks = blocks(code.page);
        let [failing, fixed] = blocks.as_slice() else {
            wrong.push(format!("{}: the page has {} examples, not two", code.id, blocks.len()));
            continue;
        };
        let (found, text) = said(failing, is_syntax);
        if found.is_empty() || found.iter().any(|id| *id != code.id) {
            wrong.push(format!("{}: the failing example gives {found:?}\n{text}", code.id));
        }
        let (found, text) = said(fixed, is_syntax);
        if !found.is_empty() {
            wrong.push(format!("{}: the fixed example gives {found:?}\n{text}", code.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_has_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("errors");
    for entry in fs::read_dir(folder).expect("the folder of pages can be read") {
        let name = entry.expect("an entry can be read").file_name().to_string_lossy().into_owned();
        let id = name.strip_suffix(".md").unwrap_or(&name);
        assert!(codes::find(id).is_some(), "errors/{name} is the page of no code");
    }
}
