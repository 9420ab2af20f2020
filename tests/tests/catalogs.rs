//! The catalogs of the standard library say what the recorded facts say.

use gatewright_tests::catalogs;
use std::collections::BTreeSet;

#[test]
fn every_catalog_is_what_its_facts_make() {
    let folder = catalogs::catalog_folder();
    let mut made = BTreeSet::new();
    for facts in catalogs::load().expect("the facts are sound") {
        let name = facts.file_name();
        let found = std::fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(
            found == facts.render(),
            "stdlib/catalog/{name} differs from its facts; run `cargo run -p gatewright-tests --bin generate-catalogs`"
        );
        made.insert(name);
    }
    let found: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("the folder of the catalogs is there")
        .map(|file| file.expect("a file of the folder").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(found, made, "a catalog without facts, or facts without a catalog");
}

#[test]
fn the_counts_are_those_of_the_publisher() {
    let counts: Vec<(String, usize, usize, usize)> = catalogs::load()
        .expect("the facts are sound")
        .iter()
        .map(|facts| {
            let listed = facts.entries.iter().filter(|entry| !entry.retired);
            let (sub_techniques, techniques): (Vec<_>, Vec<_>) = listed.partition(|entry| entry.parent.is_some());
            (facts.label(), facts.tactics.len(), techniques.len(), sub_techniques.len())
        })
        .collect();
    let expected = [("atlas@2026.09".to_owned(), 16, 120, 88), ("atlas@5.6.1".to_owned(), 16, 101, 69)];
    assert_eq!(counts, expected);
}
