//! The parser on whole files: what it says of mistakes, and that nothing can make it fail.

use gatewright::diagnostics::render;
use gatewright::source::Sources;
use gatewright::syntax::parse;
use std::fmt::Write;

/// The diagnostics of a text as a user sees them.
fn diagnostics(name: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    parse(file, text).problems.iter().fold(String::new(), |mut said, problem| {
        let _ = write!(said, "{}", render(problem, &sources, false));
        said
    })
}

#[test]
fn texts_without_mistakes_are_read_whole() {
    insta::glob!("syntax/good/*.gate", |path| {
        let text = std::fs::read_to_string(path).expect("a test file");
        assert_eq!(diagnostics("test.gate", &text), "", "{}", path.display());
    });
}

#[test]
fn mistakes_are_explained() {
    insta::glob!("syntax/bad/*.gate", |path| {
        let text = std::fs::read_to_string(path).expect("a test file");
        insta::with_settings!({ description => text.as_str(), omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(diagnostics("test.gate", &text));
        });
    });
}
