//! Which target enforces each block, and why the others do not: what [`super::plan`] decided, with the reasons, as data.

use super::capabilities::{Answer, Capabilities, place_of};
use super::plan::{Assignment, Plan};
use super::{ALL, COMPILER, Input, Target};
use crate::core::{Block, Instance, Place};
use crate::source::Span;

/// What every target says to one block of a policy.
#[derive(Debug)]
pub struct Enforcement<'a> {
    /// The control instance.
    pub instance: &'a Instance,
    /// The block.
    pub block: &'a Block,
    /// Where its facts are known.
    pub place: Place,
    /// The compiler, then every target that is built, in the order of the documentation.
    pub targets: Vec<Standing>,
}

/// What one target says to it.
#[derive(Debug)]
pub struct Standing {
    /// The target.
    pub target: &'static Capabilities,
    /// What it does.
    pub role: Role,
}

/// What a target does for a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// It enforces it.
    Enforces,
    /// It could, and the policy does not list it.
    NotListed,
    /// It does not stand where the facts are known.
    Elsewhere,
    /// It stands there, and cannot do this.
    Cannot(Vec<Reason>),
}

/// What a target cannot do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The narrowest place.
    pub span: Span,
    /// What, as a sentence without its full stop.
    pub text: String,
}

/// What the targets say to each block of the policy, in the order of its instances.
pub fn enforcement<'a>(input: &Input<'a>) -> Vec<Enforcement<'a>> {
    let instances = input.policy.instances.iter().enumerate();
    let blocks = instances.flat_map(|(position, instance)| {
        instance.blocks.iter().enumerate().map(move |(index, block)| (position, instance, index, block))
    });
    let of = |(position, instance, index, block): (usize, &'a Instance, usize, &'a Block)| {
        let place = place_of(input.project, block);
        let compiler = Standing { target: COMPILER, role: role(input, COMPILER, instance, block, true) };
        let standing = |target: &&'static dyn Target| {
            let known = target.capabilities();
            let listed = input.policy.targets.iter().any(|(name, _)| name == known.name);
            let role = match role(input, known, instance, block, listed) {
                role @ (Role::Enforces | Role::NotListed) => {
                    let alone = Assignment { instance: position, block: index, place, targets: vec![known.name] };
                    let reasons = trouble(input, *target, alone);
                    if reasons.is_empty() { role } else { Role::Cannot(reasons) }
                }
                role => role,
            };
            Standing { target: known, role }
        };
        let targets = std::iter::once(compiler).chain(ALL.iter().map(standing)).collect();
        Enforcement { instance, block, place, targets }
    };
    blocks.map(of).collect()
}

/// What the capabilities of a target say.
fn role(input: &Input<'_>, target: &Capabilities, instance: &Instance, block: &Block, listed: bool) -> Role {
    match target.answer(input.project, block, instance.mode) {
        Answer::Takes if listed => Role::Enforces,
        Answer::Takes => Role::NotListed,
        Answer::Elsewhere => Role::Elsewhere,
        Answer::Refuses(refusals) => {
            let reason = |what: &str| format!("it cannot express {what}");
            Role::Cannot(refusals.into_iter().map(|it| Reason { span: it.span, text: reason(&it.what) }).collect())
        }
    }
}

/// What a target cannot do although its capabilities allow it: what only the whole block shows.
fn trouble(input: &Input<'_>, target: &dyn Target, block: Assignment) -> Vec<Reason> {
    let plan = Plan { blocks: vec![block], exclusions: Vec::new() };
    let problems = target.problems(&Input { plan: &plan, ..*input });
    problems.into_iter().map(|problem| Reason { span: problem.primary.span, text: problem.message }).collect()
}
