//! Which target enforces which block. A block that no target takes is an error: nothing is silently dropped.

use super::capabilities::{Answer, Capabilities, Refusal, place_of};
use super::{ALL, compiler, planned};
use crate::core::{Block, Instance, Place, Policy, Project};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// Which target enforces which block of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One entry for each block, in the order of the instances and of their blocks.
    pub blocks: Vec<Assignment>,
    /// Blocks that a listed target stands at the right place for and does not take.
    pub exclusions: Vec<Exclusion>,
}

/// The targets of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The position of the control instance in the policy.
    pub instance: usize,
    /// The position of the block in the instance.
    pub block: usize,
    /// Where its facts are known.
    pub place: Place,
    /// The targets that enforce it, by name; the compiler first, then in the order of `emit`.
    pub targets: Vec<&'static str>,
}

/// A block that a target leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The target.
    pub target: &'static str,
    /// The position of the control instance in the policy.
    pub instance: usize,
    /// The position of the block in the instance.
    pub block: usize,
    /// What it cannot do.
    pub reasons: Vec<String>,
}

impl Plan {
    /// The blocks that a target enforces: positions of the instance and of the block in it.
    pub fn of<'p>(&'p self, target: &'p str) -> impl Iterator<Item = (usize, usize)> + 'p {
        let taken = self.blocks.iter().filter(move |block| block.targets.contains(&target));
        taken.map(|block| (block.instance, block.block))
    }
}

/// Plans a policy. What is wrong with its targets, and what none of them takes, is said at the narrowest place.
pub fn plan(project: &Project, policy: &Policy) -> (Plan, Vec<Diagnostic>) {
    let mut planner = Planner {
        project,
        policy,
        listed: Vec::new(),
        plan: Plan::default(),
        unseen: BTreeMap::new(),
        problems: Vec::new(),
    };
    planner.targets();
    for (position, instance) in policy.instances.iter().enumerate() {
        for (index, block) in instance.blocks.iter().enumerate() {
            planner.assign(position, instance, index, block);
        }
    }
    planner.unseen();
    (planner.plan, planner.problems)
}

struct Planner<'a> {
    project: &'a Project,
    policy: &'a Policy,
    /// The targets of the policy that exist, in its order.
    listed: Vec<&'static Capabilities>,
    plan: Plan,
    /// Blocks at whose place no target of the policy stands.
    unseen: BTreeMap<Place, Vec<(&'a Instance, &'a Block)>>,
    problems: Vec<Diagnostic>,
}

impl<'a> Planner<'a> {
    /// Looks the names after `emit` and `allow_partial` up.
    fn targets(&mut self) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (name, span) in &self.policy.targets {
            if !seen.insert(name) {
                continue;
            }
            match ALL.iter().find(|target| target.capabilities().name == name) {
                Some(target) => self.listed.push(target.capabilities()),
                None => self.unknown(name, *span),
            }
        }
        for name in &self.policy.partial {
            if !seen.contains(name.as_str()) {
                let message = format!("`allow_partial {name}` in a policy that does not emit `{name}`");
                let emitted = self.policy.targets.iter().map(|(name, _)| name.as_str());
                let problem = Diagnostic::error(&codes::PARTIAL_OF_NOTHING, message, self.policy.span);
                let near = crate::diagnostics::nearest(name, emitted);
                self.problems.push(
                    near.into_iter().fold(problem, |problem, near| problem.note(format!("did you mean `{near}`?"))),
                );
            }
        }
    }

    fn unknown(&mut self, name: &SmolStr, span: Span) {
        if planned::PLACES.iter().any(|(planned, _)| planned == name) {
            let message = format!("this version of the compiler does not emit `{name}`");
            let built: Vec<String> = ALL.iter().map(|target| format!("`{}`", target.capabilities().name)).collect();
            let note = format!("it emits {}; blocks at `source` are decided by the compiler itself", built.join(", "));
            self.problems.push(Diagnostic::error(&codes::TARGET_NOT_BUILT, message, span).note(note));
            return;
        }
        let names =
            ALL.iter().map(|target| target.capabilities().name).chain(planned::PLACES.iter().map(|(name, _)| *name));
        let message = format!("there is no target `{name}`");
        self.problems.push(Diagnostic::error(&codes::UNKNOWN_TARGET, message, span).did_you_mean(name, span, names));
    }

    fn assign(&mut self, position: usize, instance: &'a Instance, index: usize, block: &'a Block) {
        let place = place_of(self.project, block);
        let mut targets = Vec::new();
        let mut refused: Vec<(&'static Capabilities, Vec<Refusal>)> = Vec::new();
        for target in std::iter::once(&compiler::CAPABILITIES).chain(self.listed.iter().copied()) {
            match target.answer(self.project, block, instance.mode) {
                Answer::Elsewhere => {}
                Answer::Takes => targets.push(target.name),
                Answer::Refuses(refusals) => refused.push((target, refusals)),
            }
        }
        match (targets.is_empty(), refused.is_empty()) {
            (true, true) => self.unseen.entry(place).or_default().push((instance, block)),
            (true, false) => {
                for (target, refusals) in &refused {
                    for refusal in refusals {
                        let problem = self.not_expressible(target, instance, block, refusal);
                        let problem = self.with_repair(problem, block, instance, place);
                        self.problems.push(problem);
                    }
                }
            }
            (false, _) => {
                let strict =
                    refused.iter().filter(|(target, _)| !self.policy.partial.iter().any(|name| name == target.name));
                for (target, refusals) in strict {
                    let others: Vec<String> = targets.iter().map(|name| format!("`{name}`")).collect();
                    let note = format!(
                        "the block is enforced by {}; to accept that, write `allow_partial {}`",
                        others.join(", "),
                        target.name
                    );
                    let warnings = refusals.iter().map(|refusal| {
                        let message =
                            format!("`{}` leaves this block out: it cannot express {}", target.name, refusal.what);
                        Diagnostic::warning(&codes::LEFT_OUT, message, refusal.span)
                            .label(block.span, "in this block")
                            .note(note.clone())
                    });
                    self.problems.extend(warnings);
                }
            }
        }
        self.plan.exclusions.extend(refused.into_iter().map(|(target, refusals)| Exclusion {
            target: target.name,
            instance: position,
            block: index,
            reasons: refusals.into_iter().map(|refusal| refusal.what).collect(),
        }));
        self.plan.blocks.push(Assignment { instance: position, block: index, place, targets });
    }

    fn not_expressible(
        &self,
        target: &Capabilities,
        instance: &Instance,
        block: &Block,
        refusal: &Refusal,
    ) -> Diagnostic {
        let message = format!("`{}` cannot express {}", target.name, refusal.what);
        Diagnostic::error(&codes::NOT_EXPRESSIBLE, message, refusal.span)
            .here("and no other target of the policy takes this block")
            .label(block.span, "in this block")
            .label(instance.span, format!("applied here by the policy `{}`", self.policy.name))
    }

    /// Says for each place where no target of the policy stands which blocks are known there.
    fn unseen(&mut self) {
        const SHOWN: usize = 3;
        for (place, blocks) in std::mem::take(&mut self.unseen) {
            let [(instance, block), others @ ..] = blocks.as_slice() else { continue };
            let many = if others.is_empty() { "a block".to_owned() } else { format!("{} blocks", blocks.len()) };
            let message = format!("nothing enforces {many}: no target of the policy stands at `{}`", place.keyword());
            let span = self.policy.targets.last().map_or(self.policy.span, |(_, span)| *span);
            let mut problem = Diagnostic::error(&codes::UNENFORCED, message, span);
            for (instance, block) in blocks.iter().take(SHOWN) {
                let subject = &self.project.record(block.subject).name;
                let known = format!("`{}`: the facts of `{subject}` are known at `{}`", instance.name, place.keyword());
                problem = problem.label(block.span, known);
            }
            if blocks.len() > SHOWN {
                problem = problem.note(format!("and {} more", blocks.len() - SHOWN));
            }
            let problem = self.with_repair(problem, block, instance, place);
            self.problems.push(problem);
        }
    }

    /// Adds the nearest target that could take the block, and the repair that lists it.
    fn with_repair(&self, problem: Diagnostic, block: &Block, instance: &Instance, place: Place) -> Diagnostic {
        let listed = |name: &str| self.listed.iter().any(|target| target.name == name);
        let takes = |target: &&Capabilities| target.answer(self.project, block, instance.mode) == Answer::Takes;
        let others = ALL.iter().map(|target| target.capabilities()).filter(|target| !listed(target.name));
        let could = { others }.find(takes);
        if let Some(target) = could {
            let problem = problem.note(format!("`{0}` could: say `emit {0}`", target.name));
            return match self.policy.targets.last() {
                Some((_, last)) => {
                    problem.fix(format!("emit `{}` too", target.name), last.after(), format!(", {}", target.name))
                }
                None => problem,
            };
        }
        let later: Vec<String> = (planned::PLACES.iter())
            .filter(|(name, places)| places.contains(&place) && !listed(name))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if later.is_empty() {
            return problem.note("no target that this compiler knows stands there");
        }
        problem.note(format!(
            "targets at `{}` are {}, which this version does not emit",
            place.keyword(),
            later.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests;
