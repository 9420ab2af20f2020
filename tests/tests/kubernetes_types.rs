//! The types of Kubernetes objects in the standard library are those of the API server.

use gatewright_tests::kubernetes_types::{library_file, render, taken, wanted};

#[test]
fn the_library_is_what_the_document_makes() {
    let text = std::fs::read_to_string(library_file()).expect("the file of the library is there");
    let wanted = wanted().expect("the list of fields can be read");
    let api = taken().expect("the part of the document can be read");
    assert!(
        text == render(&wanted, &api),
        "stdlib/kubernetes.gate differs from the document; run `cargo run -p gatewright-tests --bin generate-kubernetes`"
    );
}
