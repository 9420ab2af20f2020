//! The version of Kubernetes that a project emits for, and what is wrong with it, said in `gatewright.toml`.

use super::config::CONFIG_FILE;
use crate::check::Settings;
use crate::core::ClusterVersion;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Sources, Span};

/// The version that is chosen; the default where none is, or one that means nothing.
pub(super) fn version(settings: &Settings, sources: &mut Sources) -> (ClusterVersion, Option<Diagnostic>) {
    let Some((text, place)) = &settings.cluster else { return (ClusterVersion::default(), None) };
    match ClusterVersion::parse(text) {
        Ok(version) => (version, None),
        Err(error) => {
            let file = sources.add(CONFIG_FILE, settings.config.as_str());
            let at = Span::new(file, place.start as u32, place.end as u32);
            let newest = ClusterVersion::NEWEST;
            let problem = Diagnostic::error(&codes::BAD_CLUSTER, error.to_string(), at).note(format!(
                "name the oldest version among the clusters, from {} to {newest}",
                ClusterVersion::OLDEST
            ));
            (ClusterVersion::default(), Some(problem))
        }
    }
}
