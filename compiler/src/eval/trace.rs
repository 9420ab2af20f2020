//! Which branches of a policy were reached: what `gatewright test` counts as covered.

use super::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a question that a block asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// The condition of a `require` or `when` was true; what a `let … else` names was there; a `where` let something in.
    True,
    /// The condition was false; nothing was there; a `where` kept something out.
    False,
    /// It was unknown.
    Unknown,
}

/// A question of a block, and an answer that it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch {
    /// The statement, by [`Stmt::id`](crate::core::Stmt); `None` is the `where` of the block itself.
    pub statement: Option<u32>,
    /// The answer. A `for` without `where` lets in every element.
    pub answer: Answer,
}

/// The branches reached by any number of decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// By the control's position in the project and the block's number in it.
    pub reached: BTreeMap<(usize, u32), BTreeSet<Branch>>,
}

impl Trace {
    /// Adds what one decision reached, by the control's position in the project and the block's number in it.
    pub fn add(&mut self, control: usize, block: u32, outcome: &Outcome) {
        self.reached.entry((control, block)).or_default().extend(&outcome.reached);
    }

    /// Adds what other decisions reached.
    pub fn merge(&mut self, other: Trace) {
        for (block, branches) in other.reached {
            self.reached.entry(block).or_default().extend(branches);
        }
    }
}
