//! What has been said about a text so far, so that nothing is said twice, and no more than a reader can use.

use crate::diagnostics::{Diagnostic, Problems, codes};

/// How many problems of one file are kept. A text with more is not source.
const MOST: usize = 1000;

/// The problems of one file, and where nothing more should be said.
#[derive(Default)]
pub(super) struct Mistakes {
    found: Vec<Diagnostic>,
    /// Starts of those that make what follows unreliable, sorted.
    serious: Vec<u32>,
}

impl Mistakes {
    /// Adds one.
    pub(super) fn push(&mut self, problem: Diagnostic) {
        if self.found.len() < MOST {
            self.found.push(problem);
        }
    }

    /// Adds one after which, from `at` on, the same line or rule is likely to make no sense.
    pub(super) fn push_serious(&mut self, problem: Diagnostic, at: u32) {
        if self.found.len() < MOST {
            let index = self.serious.partition_point(|known| *known <= at);
            self.serious.insert(index, at);
            self.found.push(problem);
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Takes back all but the first `count`; none of those taken back may be serious.
    pub(super) fn take_back(&mut self, count: usize) {
        self.found.truncate(count);
    }

    /// Whether nothing more is kept.
    pub(super) fn are_many(&self) -> bool {
        self.found.len() >= MOST
    }

    /// Adds all of `problems`.
    pub(super) fn extend(&mut self, problems: Vec<Diagnostic>) {
        for problem in problems {
            let at = problem.primary.span.start;
            if problem.code == &codes::UNBALANCED || problem.code == &codes::MISSING_COMMA {
                self.push_serious(problem, at);
            } else {
                self.push(problem);
            }
        }
    }

    /// Whether a problem that makes others likely starts in `from..=to`.
    pub(super) fn between(&self, from: u32, to: u32) -> bool {
        let index = self.serious.partition_point(|at| *at < from);
        self.serious.get(index).is_some_and(|at| *at <= to)
    }

    /// All, by place. Too deep a nesting is said once: a text that has one often has hundreds.
    pub(super) fn into_sorted(self) -> Vec<Diagnostic> {
        let mut problems = Problems::default();
        problems.extend(self.found);
        let mut problems = problems.into_sorted();
        let mut said = false;
        problems.retain(|problem| problem.code != &codes::TOO_DEEP || !std::mem::replace(&mut said, true));
        problems
    }
}
