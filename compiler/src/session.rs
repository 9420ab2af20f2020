//! The one door to the compiler: from a [`Loader`] to a checked project.

mod cluster;
pub mod config;
pub mod disk;
mod pins;

use crate::analyse;
use crate::check::{self, Settings};
use crate::core::Project;
use crate::diagnostics::{Diagnostic, Problems, Severity, codes};
use crate::names::{self, Modules, Scopes};
use crate::source::{FileId, Loader, Sources, Span};
use crate::targets::{self, Input, Plan};
use std::collections::HashSet;

/// A project, checked as far as it could be.
#[derive(Debug)]
pub struct Checked {
    /// Every source file, the library's included.
    pub sources: Sources,
    /// The modules with their trees and comments.
    pub modules: Modules,
    /// What each module sees.
    pub scopes: Scopes,
    /// The core. It is whole only if nothing is wrong.
    pub project: Project,
    /// Which target enforces which block, for each policy of a sound project.
    pub plans: Vec<Plan>,
    /// What was found, by place.
    pub problems: Vec<Diagnostic>,
}

impl Checked {
    /// Whether something must be repaired before anything can be decided or emitted.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// Reads and checks a project. Never fails: what is wrong is in [`Checked::problems`].
pub fn check(loader: &dyn Loader, settings: Settings) -> Checked {
    let mut sources = Sources::default();
    let mut problems = Problems::default();
    let mut plans = Vec::new();
    let pinned: Vec<_> = settings.pins.iter().map(check::Pin::module).collect();
    let (modules, scopes) = names::load(loader, &pinned, &mut sources, &mut problems);
    let mut project = check::check(&modules, &scopes, &sources, settings.clone(), &mut problems);
    problems.extend(pins::unknown(&settings, &project, &mut sources));
    let (version, wrong) = cluster::version(&settings, &mut sources);
    project.cluster = version;
    problems.extend(wrong);
    // What is said of a project that is wrong would only repeat what is wrong with it.
    if !problems.has_errors() {
        let own: HashSet<FileId> =
            modules.list.iter().filter(|module| !module.is_library).map(|module| module.file).collect();
        let is_own = |span: Span| own.contains(&span.file);
        problems.extend(analyse::analyse(analyse::Context { project: &project, is_own: &is_own, now: None }));
        for policy in &project.policies {
            let (plan, mut found) = targets::plan(&project, policy);
            found.extend(targets::problems(&Input { project: &project, sources: &sources, policy, plan: &plan }));
            problems.extend(found);
            plans.push(plan);
        }
    }
    let mut problems = problems.into_sorted();
    // What looks unused beside an error is mostly what the error hides.
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        problems.retain(|problem| problem.code != &codes::UNUSED);
    }
    Checked { sources, modules, scopes, project, plans, problems }
}
