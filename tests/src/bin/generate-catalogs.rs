//! Writes `stdlib/catalog/` from `tests/facts/`.

use gatewright_tests::catalogs;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = catalogs::catalog_folder();
    std::fs::create_dir_all(&folder)?;
    for facts in catalogs::load()? {
        let name = facts.file_name();
        std::fs::write(folder.join(&name), facts.render())?;
        println!("stdlib/catalog/{name}: {} entries", facts.entries.len());
    }
    Ok(())
}
