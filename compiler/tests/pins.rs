//! Ids of one edition, carried over to the one that a project pins.

mod common;

use common::{checked, files};
use gatewright::core::Const;

/// What the control of a project counters, as `edition id`.
fn counters(module_edition: &str, pinned: &str, ids: &str) -> Vec<String> {
    let text = format!(
        "import std.catalog.atlas@{module_edition}\n\
         control c {{ severity = low  mitigates = [{ids}]  design on model {{ require has model.registry else \"no\" }} }}\n\
         // file: gatewright.toml\n[catalogs]\natlas = \"{pinned}\"\n"
    );
    let checked = checked(&files(&text));
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    let control = checked.project.controls.first().expect("the control");
    let named = control.mitigates.iter().map(|threat| match threat {
        Const::Threat(catalog, entry) => {
            let catalog = checked.project.catalog(*catalog);
            let (id, _) = catalog.entries.get_index(*entry as usize).expect("an entry");
            format!("{} {id}", catalog.edition)
        }
        other => format!("{other:?}"),
    });
    named.collect()
}

#[test]
fn the_same_edition_is_kept() {
    assert_eq!(counters("5.6.1", "5.6.1", "atlas[\"AML.T0058\"]"), ["5.6.1 AML.T0058"]);
}

#[test]
fn ids_follow_their_successors() {
    let ids = "atlas[\"AML.T0010\"], atlas[\"AML.T0019\"], atlas[\"AML.T0020\"], atlas[\"AML.T0058\"]";
    let found = counters("5.6.1", "2026.09", ids);
    assert_eq!(found, ["2026.09 AML.T0010", "2026.09 AML.T0115.000", "2026.09 AML.T0020", "2026.09 AML.T0115.001"]);
}

#[test]
fn ids_go_back_to_where_they_came_from() {
    let found = counters("2026.09", "5.6.1", "atlas[\"AML.T0115.001\"], atlas[\"AML.T0010\"]");
    assert_eq!(found, ["5.6.1 AML.T0058", "5.6.1 AML.T0010"]);
}
