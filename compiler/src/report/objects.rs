//! Verdicts about the objects of a stream of manifests, and what of it was not judged.

use super::{Report, human, sarif};
use crate::core::Policy;
use crate::eval::Effect;
use crate::source::Sources;
use crate::value::{Scalar, Time};
use serde::Serialize;
use serde_json::Value;
use smol_str::SmolStr;

/// What `gatewright gate --as workload --format json` prints.
#[derive(Debug, Serialize)]
pub struct ObjectsReport {
    /// The version of this format.
    pub gatewright: u32,
    /// The policy.
    pub policy: SmolStr,
    /// The instant of the decisions, in UTC.
    pub now: String,
    /// What follows: the strictest of what follows for the objects.
    pub outcome: Effect,
    /// One for each object that is judged, in the order of the stream.
    pub objects: Vec<Report>,
    /// The others.
    pub not_judged: Vec<Unjudged>,
}

/// An object that is not judged. It has not passed.
#[derive(Debug, Serialize)]
pub struct Unjudged {
    /// The object.
    pub object: String,
    /// Why.
    pub reason: String,
}

impl ObjectsReport {
    /// Puts what was found together.
    pub fn new(policy: &Policy, now: Time, objects: Vec<Report>, not_judged: Vec<Unjudged>) -> Self {
        Self {
            gatewright: 1,
            policy: policy.name.clone(),
            now: now.to_json().as_str().unwrap_or_default().to_owned(),
            outcome: objects.iter().map(|report| report.outcome).max().unwrap_or(Effect::Pass),
            objects,
            not_judged,
        }
    }

    /// As text for people.
    pub fn human(&self) -> String {
        human::objects(self)
    }

    /// As a SARIF log.
    pub fn sarif(&self, sources: &Sources) -> Value {
        sarif::log(&self.objects.iter().collect::<Vec<_>>(), &self.now, sources)
    }
}
