//! The editors' files say what the compiler's table of words says.

use gatewright_tests::editors;
use std::fs;

#[test]
fn the_vim_syntax_has_every_word() {
    let written = fs::read_to_string(editors::vim_syntax_path()).expect("the syntax file is there");
    assert_eq!(written, editors::vim_syntax(), "run `cargo run -p gatewright-tests --bin generate-editors`");
}
