//! Expressions of the core in CEL, on two rails: what makes a condition *surely true*, and what makes it *surely false*.
//!
//! Every condition that comes out of here is total: whatever may be missing is guarded, so an error of CEL, which an engine would take for
//! something of its own, never happens. A value comes with the conditions under which it is there, or is surely not.

use super::cel::Cel;
use crate::core::objects::{Candidate, candidates};
use crate::core::{AssetId, Block, Expr, LocalId, Policy, Project};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use std::collections::BTreeMap;

/// A value in CEL.
#[derive(Debug, Clone)]
pub(super) struct Val {
    /// The value; an error where it is unknown or not there.
    pub(super) term: Cel,
    /// When it is not unknown.
    pub(super) known: Cel,
    /// Whether it is there, if it is known.
    pub(super) there: Cel,
    /// For a list or map that is empty where nothing stands: when something does, and what.
    pub(super) or_empty: Option<(Cel, Cel)>,
}

impl Val {
    pub(super) fn sure(term: Cel) -> Self {
        Self { term, known: Cel::TRUE, there: Cel::TRUE, or_empty: None }
    }

    /// When it is surely there.
    pub(super) fn present(&self) -> Cel {
        Cel::all([self.known.clone(), self.there.clone()])
    }

    /// When it is surely absent.
    pub(super) fn absent(&self) -> Cel {
        Cel::all([self.known.clone(), self.there.clone().negated()])
    }
}

/// What a name of the language stands for.
#[derive(Debug, Clone)]
pub(super) enum Bound<'a> {
    /// An element of a list, by the variable of a comprehension.
    Element(String),
    /// A declared asset.
    Asset(AssetId),
    /// Whatever the expression is, in its place.
    Expr(&'a Expr),
}

/// One block on its way to CEL.
pub(super) struct Lowering<'a> {
    pub(super) project: &'a Project,
    pub(super) block: &'a Block,
    /// The assets that an object may belong to.
    pub(super) candidates: Vec<Candidate>,
    /// Variables of the policy object, in the order in which they need each other.
    pub(super) variables: Vec<(String, Cel)>,
    /// What cannot be said.
    pub(super) problems: Vec<Diagnostic>,
    pub(super) bound: BTreeMap<LocalId, Bound<'a>>,
    pub(super) fields: BTreeMap<u32, Val>,
    /// Whether the subject's view is one of the library.
    pub(super) is_of_library: bool,
    /// Whether something that was lowered since this was last cleared can be unknown.
    pub(super) unsure: bool,
    /// How many elements were named here.
    pub(super) own: u32,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(project: &'a Project, policy: &'a Policy, block: &'a Block) -> Self {
        Self {
            project,
            block,
            candidates: candidates(project, policy, block.subject),
            variables: Vec::new(),
            problems: Vec::new(),
            bound: BTreeMap::new(),
            fields: BTreeMap::new(),
            is_of_library: project.record(block.subject).qualified.starts_with("std."),
            unsure: false,
            own: 0,
        }
    }

    /// The object, without the types that the server's own checker would hold against the other kinds of object.
    pub(super) fn object(&mut self) -> Cel {
        let name = self.block.name.clone();
        self.variable(&name, || Cel::Call("dyn", vec![Cel::name("object")]))
    }

    pub(super) fn variable(&mut self, name: &str, value: impl FnOnce() -> Cel) -> Cel {
        if !self.variables.iter().any(|(known, _)| known == name) {
            self.variables.push((name.to_owned(), value()));
        }
        Cel::name(format!("variables.{name}"))
    }

    pub(super) fn refuse(&mut self, span: Span, what: &str) {
        let message = format!("`{}` cannot express {what}", super::NAME);
        let problem = Diagnostic::error(&codes::NOT_EXPRESSIBLE, message, span).label(self.block.span, "in this block");
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(super) fn refused(&mut self, span: Span, what: &str) -> Val {
        self.refuse(span, what);
        Val { known: Cel::FALSE, ..Val::sure(Cel::FALSE) }
    }

    /// Binds the element of a list for what `then` lowers; gives its variable.
    pub(super) fn element<T>(&mut self, local: LocalId, then: impl FnOnce(&mut Self, &str) -> T) -> T {
        let name = match self.block.locals.get(local.0 as usize) {
            Some(local) => local.name.to_string(),
            None => {
                self.own += 1;
                format!("x{}", self.own)
            }
        };
        // Names of the language are none of CEL's own words, but for these.
        let name = match name.as_str() {
            "object" | "request" | "variables" | "params" | "authorizer" => format!("{name}_"),
            _ if super::cel::is_identifier(&name) => name,
            _ => format!("{name}_"),
        };
        let before = self.bound.insert(local, Bound::Element(name.clone()));
        let done = then(self, &name);
        match before {
            Some(before) => self.bound.insert(local, before),
            None => self.bound.remove(&local),
        };
        done
    }

    /// Names a value for the statements that follow.
    pub(super) fn bind(&mut self, local: LocalId, value: &'a Expr) {
        self.bound.insert(local, Bound::Expr(value));
    }
}
