//! The reference evaluator: what a policy means.
//!
//! Every target is compared with it, so it is written to be read. [`crate::core::expr`] says in words what each form means; the modules
//! here say the same in code, one form after the other, and no cleverer than that.
//!
//! It decides about plain data: no clock, no file, no environment. It is total: whatever a document holds is a value, absent or
//! unknown, and unknown never passes. Time is linear in the lists that a policy goes through.

mod amount;
mod assets;
mod expr;
mod field;
mod judge;
mod place;
mod render;
mod stmt;
mod subject;
mod trace;
mod value;

use crate::core::{AssetId, Block, Policy, Project, Type};
use crate::subject::{Document, ProblemKind};
use crate::syntax::ast::Decision;
use crate::value::Time;
use std::collections::BTreeSet;
use subject::Subject;

pub use judge::{BlockVerdict, Effect, Verdict, judge, judge_assets};
pub use trace::{Answer, Branch, Trace};

/// What a decision depends on besides the block and the subject.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The project.
    pub project: &'a Project,
    /// The policy: what it covers and which weaknesses it accepts. Without one, every system is covered and nothing is accepted.
    pub policy: Option<&'a Policy>,
    /// The instant of the evaluation. Without one, the age of anything is unknown.
    pub now: Option<Time>,
}

/// The decision of a block about one subject, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The decision (design §4).
    pub decision: Decision,
    /// What is violated: each text once, in the order of the statements, and by code point within one. Empty unless it is violated.
    pub messages: Vec<String>,
    /// What could not be known: the first ten reasons, in the order of the text. A violated block may have reasons as well.
    pub reasons: Vec<String>,
    /// The branches that were reached.
    pub reached: BTreeSet<Branch>,
}

impl Context<'_> {
    /// Whether the policy accepts this kind of problem with evidence of this type.
    fn accepts(&self, problem: ProblemKind, evidence: &Type) -> bool {
        let (Some(policy), Some(weakness), Type::Record(evidence)) = (self.policy, problem.weakness(), evidence) else {
            return false;
        };
        policy.accepted.iter().any(|accepted| accepted.weakness == weakness && accepted.evidence == *evidence)
    }
}

impl Outcome {
    fn indeterminate(reason: String) -> Self {
        Self {
            decision: Decision::Indeterminate,
            messages: Vec::new(),
            reasons: vec![reason],
            reached: BTreeSet::new(),
        }
    }
}

/// Decides a block about a subject document. A document about another subject, or about an asset that the policy does not cover, is
/// indeterminate.
pub fn decide(context: Context<'_>, block: &Block, document: &Document) -> Outcome {
    decide_about(context, block, &Subject::document(context, block.subject, document))
}

/// Decides a block about a declared asset, at `source`. An asset of another kind is indeterminate.
pub fn decide_asset(context: Context<'_>, block: &Block, asset: AssetId) -> Outcome {
    decide_about(context, block, &Subject::asset(context, block.subject, asset))
}

fn decide_about<'a>(context: Context<'a>, block: &'a Block, subject: &Result<Subject<'a>, String>) -> Outcome {
    match subject {
        Ok(subject) => subject.decide(context, block),
        Err(reason) => Outcome::indeterminate(reason.clone()),
    }
}

#[cfg(test)]
mod tests;
