//! Writes what editors need of the language's words.

use gatewright_tests::editors;

fn main() -> std::io::Result<()> {
    std::fs::write(editors::vim_syntax_path(), editors::vim_syntax())
}
