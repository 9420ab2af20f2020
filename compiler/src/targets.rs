//! Targets: what turns a policy into the configuration of the engines that enforce it.
//!
//! [`capabilities`] say as data what a target can do; [`plan`] assigns each block to the targets that can take it, or says why none can;
//! [`artifact::build`] emits. Lowering is total: a target gives an artifact, or a diagnostic at a place. It never approximates.

pub mod admission;
pub mod artifact;
pub mod capabilities;
mod compiler;
pub mod digest;
pub mod enforcement;
mod manifest;
mod plan;
mod planned;
mod rego;
mod witness;
mod words;

pub use plan::{Assignment, Exclusion, Plan, plan};
pub use planned::PLACES as PLANNED;
use words::shown_constant;

use crate::core::{Block, Instance, Policy, Project};
use crate::diagnostics::Diagnostic;
use crate::source::{Sources, Span};
use artifact::Artifact;
use capabilities::Capabilities;

/// Every target that this compiler emits, in the order of the documentation.
pub static ALL: &[&dyn Target] = &[&rego::Rego, &admission::Admission];

/// The compiler as a target: what it decides at `source`, whether a policy lists it or not.
pub static COMPILER: &Capabilities = &compiler::CAPABILITIES;

/// What an emitter is given.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its source files, for the places in artifacts.
    pub sources: &'a Sources,
    /// The policy.
    pub policy: &'a Policy,
    /// Which target takes which block of it.
    pub plan: &'a Plan,
}

impl<'a> Input<'a> {
    /// The blocks that a target takes, with their control instances.
    pub fn blocks(&self, target: &str) -> Vec<(&'a Instance, &'a Block)> {
        let of = |(instance, block): (usize, usize)| {
            let instance = self.policy.instances.get(instance)?;
            Some((instance, instance.blocks.get(block)?))
        };
        self.plan.of(target).filter_map(of).collect()
    }

    fn block(&self, instance: usize, block: usize) -> Option<&'a Block> {
        self.policy.instances.get(instance)?.blocks.get(block)
    }
}

/// What the targets of a policy cannot express of the blocks that its plan gives them.
pub fn problems(input: &Input<'_>) -> Vec<Diagnostic> {
    let used = ALL.iter().filter(|target| input.plan.of(target.capabilities().name).next().is_some());
    used.flat_map(|target| target.problems(input)).collect()
}

/// What a part of an artifact comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The control instance.
    pub instance: &'a Instance,
    /// The block.
    pub block: &'a Block,
    /// The statement, where the part belongs to one alone.
    pub statement: Option<Span>,
}

/// Something that enforces blocks.
pub trait Target: Sync {
    /// What it can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// What it cannot express of the blocks that the plan gives it although its capabilities allow them: what depends on the whole block, or
    /// on what the policy covers.
    fn problems(&self, _input: &Input<'_>) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// What a line (from 0) of one of its files comes from; `None` for a line that no block has to itself.
    fn origin<'a>(&self, input: &Input<'a>, file: &str, text: &str, line: usize) -> Option<Origin<'a>>;

    /// The files for the blocks that the plan gives it, by their names in the target's folder.
    ///
    /// # Errors
    /// Every place that it cannot express; a plan made from its capabilities has none.
    fn emit(&self, input: &Input<'_>) -> Result<Vec<Artifact>, Vec<Diagnostic>>;
}
