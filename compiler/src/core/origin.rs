//! Questions about where a field's value comes from.

use super::schema::Origin;
use crate::document::path::Step;

impl Origin {
    /// Whether the value is read at, or below, one of these keys of a document.
    pub fn is_below(&self, keys: &[&str]) -> bool {
        let Origin::Document { paths, .. } = self else { return false };
        paths.iter().flat_map(|path| path.steps()).any(|step| match step {
            Step::Key(key) => keys.contains(&key.as_str()),
            Step::EachOf(of) => of.iter().any(|key| keys.contains(&key.as_str())),
            Step::Elements | Step::ElementsWith { .. } | Step::Entries => false,
        })
    }
}
