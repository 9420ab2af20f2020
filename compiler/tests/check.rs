//! Wrong policies, and what is said of each: the source, then every diagnostic as a user sees it.

mod common;

use common::{checked, files};
use gatewright::diagnostics::{Edit, render};
use std::fs;

#[test]
fn wrong_policies_are_explained() {
    insta::glob!("check/*.gate", |path| {
        let text = fs::read_to_string(path).expect("a case can be read");
        let checked = checked(&files(&text));
        let said: String = checked.problems.iter().map(|problem| render(problem, &checked.sources, false)).collect();
        assert!(!said.is_empty(), "{} is not wrong", path.display());
        insta::with_settings!({ description => text.as_str(), omit_expression => true }, {
            insta::assert_snapshot!(said);
        });
    });
}

/// Every repair of a case takes its own diagnostic away.
#[test]
fn repairs_repair() {
    insta::glob!("check/*.gate", |path| {
        let text = fs::read_to_string(path).expect("a case can be read");
        let written = files(&text);
        let before = checked(&written);
        for problem in &before.problems {
            for fix in &problem.fixes {
                let mut edits: Vec<&Edit> = fix.edits.iter().collect();
                edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
                let mut repaired = written.clone();
                for edit in edits {
                    let name = &before.sources.file(edit.span.file).name;
                    let file = repaired.iter_mut().find(|file| *file.name == **name).expect("a file of the case");
                    file.text.replace_range(edit.span.range(), &edit.text);
                }
                let same = |other: &gatewright::diagnostics::Diagnostic| {
                    other.code == problem.code
                        && other.message == problem.message
                        && other.primary.span.start == problem.primary.span.start
                };
                let after = checked(&repaired);
                assert!(
                    !after.problems.iter().any(same),
                    "{}: `{}` does not repair {}\n{repaired:?}",
                    path.display(),
                    fix.title,
                    problem.code.id
                );
            }
        }
    });
}
