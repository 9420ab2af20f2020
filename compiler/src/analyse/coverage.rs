//! Which threats of a catalog a policy counters, for each system: computed from what is enforced, never from what is intended.
//!
//! That a control counters a threat is its author's claim. Whether the control is enforced, where, and for which system is computed.

use super::Context;
use crate::core::policy::CoverageGoal;
use crate::core::{AssetId, Const, Instance, Place, Policy, Project, Shape};
use crate::diagnostics::{Diagnostic, codes};
use crate::syntax::ast::Mode;

/// How far a threat is covered in one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing that is enforced claims to counter it.
    Uncovered,
    /// The policy accepts it.
    Accepted,
    /// A control would, and is waived for the whole system.
    Waived,
    /// A control watches for it, or only warns or records.
    Detected,
    /// A control is enforced that claims to stop it.
    Prevented,
}

/// The coverage of one catalog in one system.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The system.
    pub system: AssetId,
    /// For each entry that applies to the system, by position: how far it is covered.
    pub entries: Vec<(u32, State)>,
}

/// The coverage of a goal's catalog, for each system that a policy covers.
pub fn coverage(project: &Project, policy: &Policy, goal: &CoverageGoal) -> Vec<Coverage> {
    let catalog = project.catalog(goal.catalog);
    let of_system = |system: &AssetId| {
        let platform = project.platforms.get(&project.asset(*system).kind);
        let entries = catalog.entries.values().enumerate();
        let applying = entries.filter(|(_, entry)| {
            let applies =
                platform.is_none_or(|platform| entry.platforms.is_empty() || entry.platforms.contains(platform));
            applies && !entry.retired
        });
        let entries =
            applying.map(|(position, _)| (position as u32, state(project, policy, goal, *system, position as u32)));
        Coverage { system: *system, entries: entries.collect() }
    };
    policy.covers.iter().map(of_system).collect()
}

fn state(project: &Project, policy: &Policy, goal: &CoverageGoal, system: AssetId, entry: u32) -> State {
    let accepted = if goal.except.contains(&entry) { State::Accepted } else { State::Uncovered };
    let instances = policy.instances.iter().enumerate();
    let claiming = instances.filter(|(_, instance)| {
        let threats = &project.controls[instance.control].mitigates;
        threats.contains(&Const::Threat(goal.catalog, entry))
    });
    let states = claiming.filter_map(|(position, instance)| {
        let places: Vec<Place> = places(project, instance, system);
        let waived = policy.waivers.iter().any(|waiver| waiver.instance == position && waiver.asset == system);
        if places.is_empty() {
            None
        } else if waived {
            Some(State::Waived)
        } else if instance.mode == Mode::Enforce && places.iter().any(|place| *place != Place::Monitor) {
            Some(State::Prevented)
        } else {
            Some(State::Detected)
        }
    });
    states.chain([accepted]).max().unwrap_or(accepted)
}

/// The places of the blocks that concern something that the system declares.
fn places(project: &Project, instance: &Instance, system: AssetId) -> Vec<Place> {
    let declares = |kind| project.assets.iter().any(|asset| asset.system == system && asset.kind == kind);
    let place = |block: &crate::core::Block| match project.record(block.subject).shape {
        Shape::Asset => declares(block.subject).then_some(Place::Source),
        Shape::Subject { place, of, .. } => of.is_none_or(declares).then_some(place),
        _ => None,
    };
    instance.blocks.iter().filter_map(place).collect()
}

/// The goals that are not met.
pub(super) fn find(context: Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    let mut found = Vec::new();
    for policy in &project.policies {
        for goal in &policy.coverage {
            found.extend(coverage(project, policy, goal).iter().filter_map(|coverage| missed(project, goal, coverage)));
        }
    }
    found
}

fn missed(project: &Project, goal: &CoverageGoal, coverage: &Coverage) -> Option<Diagnostic> {
    let system = &project.asset(coverage.system).name;
    let catalog = project.catalog(goal.catalog);
    let asked: Vec<&(u32, State)> = coverage.entries.iter().filter(|(_, state)| *state != State::Accepted).collect();
    if asked.is_empty() {
        let message = format!("no entry of {} applies to `{system}`, so nothing is required", catalog.title);
        return Some(Diagnostic::error(&codes::COVERAGE, message, goal.span));
    }
    let prevented = asked.iter().filter(|(_, state)| *state == State::Prevented).count();
    let enough = crate::value::ratio_cmp(prevented as i64, asked.len() as i64, goal.at_least)
        .is_some_and(std::cmp::Ordering::is_ge);
    if enough {
        return None;
    }
    let message = format!(
        "{prevented} of {} entries of {} that apply to `{system}` are countered by an enforced control, and {} are required",
        asked.len(),
        catalog.title,
        goal.at_least
    );
    let open = asked.iter().filter(|(_, state)| *state != State::Prevented);
    let named: Vec<String> = open
        .clone()
        .take(10)
        .filter_map(|(position, _)| catalog.entries.get_index(*position as usize))
        .map(|(id, entry)| format!("{id} {}", entry.name))
        .collect();
    let more = open.count().saturating_sub(named.len());
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    Some(
        Diagnostic::error(&codes::COVERAGE, message, goal.span)
            .note(format!("not countered: {}{more}", named.join(", ")))
            .note("enforce a control that counters them, or say which are accepted: `except [catalog[\"ID\"]]`"),
    )
}
