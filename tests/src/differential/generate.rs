//! Subject documents for a policy: mostly right ones, some with a little wrong, some with much.

use super::values::{Maker, Pools};
use fastrand::Rng;
use gatewright::core::{Origin, Policy, Project, RecordId, Shape};
use gatewright::subject::{Document, FormatVersion, Problem, ProblemKind};
use gatewright::value::Time;
use std::collections::BTreeMap;

/// Makes documents of one subject for one policy. The same seed makes the same documents.
pub struct Generator<'a> {
    project: &'a Project,
    policy: &'a Policy,
    subject: RecordId,
    now: Time,
    pools: Pools,
}

impl<'a> Generator<'a> {
    /// A generator whose times lie around `now`.
    pub fn new(project: &'a Project, policy: &'a Policy, subject: RecordId, now: Time) -> Self {
        Self { project, policy, subject, now, pools: Pools::new(project, policy, subject) }
    }

    /// The document of a seed.
    pub fn document(&self, seed: u64) -> Document {
        let mut random = Rng::with_seed(seed);
        let trouble = [0.0, 0.0, 0.03, 0.1, 0.4][random.usize(0..5)];
        let asset = self.asset(&mut random, trouble);
        let record = self.project.record(self.subject);
        let problems = self.problems(&mut random, trouble);
        let mut maker = Maker {
            project: self.project,
            pools: &self.pools,
            random: &mut random,
            now: self.now,
            trouble,
            seen: BTreeMap::new(),
        };
        let mut fields = serde_json::Map::new();
        for field in record.fields.values().filter(|field| !matches!(field.origin, Origin::Asset)) {
            let may_be_absent = field.optional || field.default.is_some();
            if let Some(value) = maker.field(&field.ty, may_be_absent) {
                fields.insert(field.name.to_string(), value);
            }
        }
        let subject = if random.f64() < trouble / 8.0 { "something_else".to_owned() } else { record.name.to_string() };
        Document {
            format: FormatVersion,
            subject,
            asset,
            collected_at: self.now,
            fields,
            problems,
            origins: Vec::new(),
        }
    }

    /// A covered asset of the subject's kind, if there is one; in trouble any asset, none, or one that is not declared.
    fn asset(&self, random: &mut Rng, trouble: f64) -> Option<String> {
        let kind = match self.project.record(self.subject).shape {
            Shape::Subject { of, .. } => of,
            _ => None,
        };
        if random.f64() < trouble / 4.0 {
            let mut names: Vec<Option<String>> =
                self.project.assets.iter().map(|asset| Some(asset.qualified.to_string())).collect();
            names.extend([None, Some("nowhere.nothing".to_owned()), Some(String::new())]);
            return names.swap_remove(random.usize(0..names.len()));
        }
        let covered: Vec<&str> = (self.project.assets.iter())
            .filter(|asset| kind == Some(asset.kind) && self.policy.covers.contains(&asset.system))
            .map(|asset| asset.qualified.as_str())
            .collect();
        (!covered.is_empty()).then(|| covered[random.usize(0..covered.len())].to_owned())
    }

    fn problems(&self, random: &mut Rng, trouble: f64) -> Vec<Problem> {
        let fields = &self.project.record(self.subject).fields;
        let mut problems = Vec::new();
        while random.f64() < trouble {
            let field = fields.get_index(random.usize(0..fields.len())).map_or("other", |(name, _)| name.as_str());
            let kind = ProblemKind::ALL[random.usize(0..ProblemKind::ALL.len())];
            problems.push(Problem { field: field.to_owned(), kind, reason: "made up".to_owned() });
        }
        problems
    }
}
