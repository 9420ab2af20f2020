//! Targets that are designed and not built. Their names are known, so that a policy is told so instead of being passed as enforced.

use crate::core::Place;

/// The names, and the places where they will stand.
pub const PLACES: &[(&str, &[Place])] = &[
    ("ci.github", &[Place::Gate]),
    ("ci.gitlab", &[Place::Gate]),
    ("kubernetes.kyverno", &[Place::Admission]),
    ("kubernetes.network_policy", &[Place::Network]),
    ("gateway.envoy", &[Place::Gateway]),
    ("gateway.istio", &[Place::Gateway]),
    ("feedback.prometheus", &[Place::Monitor]),
];
