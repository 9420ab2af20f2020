//! The phases of the compiler know only the phases before them.

use gatewright_tests::fixture::{files, repository};
use std::collections::BTreeMap;
use std::fs;

/// For each module of the compiler, the modules that it may use besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostics", &["source"]),
    ("value", &[]),
    ("pattern", &["value"]),
    ("document", &[]),
    ("syntax", &["diagnostics", "source"]),
    ("names", &["diagnostics", "source", "syntax"]),
    ("core", &["document", "pattern", "source", "syntax", "value"]),
    ("check", &["core", "diagnostics", "document", "names", "pattern", "source", "syntax", "value"]),
    ("subject", &["core", "document", "value"]),
    ("eval", &["core", "document", "pattern", "source", "subject", "syntax", "value"]),
    ("analyse", &["core", "diagnostics", "eval", "pattern", "source", "syntax", "value"]),
    ("targets", &["core", "diagnostics", "document", "eval", "pattern", "source", "subject", "syntax", "value"]),
    ("evidence", &["core", "document", "subject", "value"]),
    ("cluster", &["core", "document", "evidence", "subject", "value"]),
    ("format", &["diagnostics", "source", "syntax"]),
    (
        "testing",
        &["cluster", "core", "diagnostics", "document", "eval", "evidence", "source", "subject", "syntax", "value"],
    ),
    ("session", &["analyse", "check", "core", "diagnostics", "names", "source", "syntax", "targets"]),
    ("report", &["core", "diagnostics", "eval", "source", "subject", "syntax", "value"]),
];

/// The modules of the crate that a line of code names.
fn used(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn no_phase_reaches_forward() {
    let root = repository().join("compiler/src");
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in files(&root).expect("the compiler's folder can be read").iter().filter(|name| name.ends_with(".rs")) {
        let module = file.split(['/', '.']).next().unwrap_or_default();
        if matches!(module, "lib" | "main" | "cli") {
            continue;
        }
        let Some(allowed) = allowed.get(module) else {
            wrong.push(format!("{file}: module `{module}` is not in the table of layers"));
            continue;
        };
        let text = fs::read_to_string(root.join(file)).expect("a source file can be read");
        // Tests may build what they need with later phases.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if file.contains("/tests") {
            continue;
        }
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for name in used(line)
                .filter(|name| *name != module && !allowed.contains(name) && name.starts_with(char::is_lowercase))
            {
                wrong.push(format!("{file}:{}: `{module}` uses `{name}`", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
