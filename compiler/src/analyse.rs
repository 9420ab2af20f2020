//! What can be said of a sound project before any evidence is seen. Analyses read the core and change nothing.

mod constant;
mod coverage;
mod design;
mod evidence;
mod interval;
mod scope;
mod unused;
mod vacuous;

pub use coverage::{Coverage, State, coverage};

use crate::core::Project;
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::value::Time;

/// What the analyses are told besides the project.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The project.
    pub project: &'a Project,
    /// Whether a place is in the project's own files, not in the library's.
    pub is_own: &'a dyn Fn(Span) -> bool,
    /// The instant at which waivers are judged. Without one a waived finding is only a note, so that what is said does not depend on the
    /// day.
    pub now: Option<Time>,
}

/// Everything that the analyses find.
pub fn analyse(context: Context<'_>) -> Vec<Diagnostic> {
    let mut found = constant::find(context);
    found.extend(design::find(context));
    found.extend(evidence::find(context));
    found.extend(scope::find(context));
    found.extend(vacuous::find(context));
    found.extend(coverage::find(context));
    found.extend(unused::find(context));
    found
}
