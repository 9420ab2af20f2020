//! Writes `stdlib/kubernetes.gate`; with the path of an API server's OpenAPI document of `api/v1`, takes the types from it first.

use gatewright_tests::kubernetes_types::{api_file, library_file, render, take, taken, wanted};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = wanted()?;
    if let Some(path) = std::env::args().nth(1) {
        let document = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        let api = take(&wanted, &document)?;
        std::fs::write(api_file(), format!("{}\n", serde_json::to_string_pretty(&api)?))?;
    }
    let api = taken()?;
    std::fs::write(library_file(), render(&wanted, &api))?;
    println!("stdlib/kubernetes.gate: {} types of Kubernetes {}", api.len(), wanted.version);
    Ok(())
}
