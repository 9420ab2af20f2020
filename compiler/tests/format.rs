//! The layout keeps the meaning and every comment, and is its own layout.

use gatewright::format::format;
use gatewright::source::Sources;
use gatewright::syntax::parse;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static SOURCES: LazyLock<Vec<String>> = LazyLock::new(sources);

/// Every source file of the repository that has no syntax errors.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut folders: Vec<PathBuf> = ["stdlib", "examples", "compiler/templates", "compiler/tests/check", "tests/suite"]
        .map(|name| root.join(name))
        .to_vec();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "gate")
                && !path.to_string_lossy().contains("atlas")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    let texts = found.iter().map(|path| fs::read_to_string(path).expect("a source file can be read"));
    texts.filter(|text| reads(text)).collect()
}

fn reads(text: &str) -> bool {
    let file = Sources::default().add("test.gate", text);
    parse(file, text).problems.is_empty()
}

/// The layout, which must be its own layout. That it says the same is judged by the formatter itself.
fn laid_out(text: &str) -> Result<String, String> {
    let file = Sources::default().add("test.gate", text);
    let once = format(file, text).map_err(|problems| format!("{}\n{text}", problems[0].message))?;
    let file = Sources::default().add("test.gate", once.as_str());
    let twice = format(file, &once).map_err(|problems| format!("again: {}\n{once}", problems[0].message))?;
    if once == twice { Ok(once) } else { Err(format!("once:\n{once}\ntwice:\n{twice}")) }
}

#[test]
fn every_file_of_the_repository_is_laid_out() {
    assert!(SOURCES.len() > 30, "only {} files", SOURCES.len());
    for text in SOURCES.iter() {
        laid_out(text).unwrap_or_else(|error| panic!("{error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Blanks become line breaks, more blanks, or comments, anywhere: what can still be read can still be laid out.
    #[test]
    fn comments_and_blanks_anywhere_are_kept(which in any::<prop::sample::Index>(), places in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize), 1..6)) {
        let mut text = SOURCES[which.index(SOURCES.len())].clone();
        for (place, what) in places {
            let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
            if blanks.is_empty() {
                break;
            }
            let at = blanks[place.index(blanks.len())];
            let new = ["\n", "   ", " // a comment\n", "\n\n// on its own\n\n"][what];
            let mut changed = text.clone();
            changed.replace_range(at..=at, new);
            if reads(&changed) {
                text = changed;
            }
        }
        if let Err(error) = laid_out(&text) {
            prop_assert!(false, "{error}");
        }
    }
}
