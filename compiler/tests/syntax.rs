//! The parser on whole files: what it says of mistakes, and that nothing can make it fail.

use gatewright::diagnostics::{codes, render};
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

/// The blocks of Gatewright in an explanation page.
fn examples(page: &str) -> Vec<&str> {
    page.split("```gate\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn pages_of_syntax_codes_show_their_mistake_and_its_repair() {
    for code in codes::ALL.iter().filter(|code| code.id.starts_with("GW1")) {
        let (wrong, right) = match examples(code.page)[..] {
            [wrong, right] => (wrong, right),
            [] if matches!(code.id, "GW106" | "GW115") => continue,
            _ => panic!("{} has not two examples", code.id),
        };
        let mut sources = Sources::default();
        let file = sources.add("page.gate", wrong);
        let said: Vec<_> = parse(file, wrong).problems.iter().map(|problem| problem.code.id).collect();
        assert_eq!(said, [code.id]);
        assert_eq!(diagnostics("page.gate", right), "", "{}", code.id);
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "the title of {}", code.id);
    }
}
