//! Policies: which controls apply to which systems, how strictly, and what is waived; and the tests of a project.

use super::expr::Block;
use super::types::{AssetId, CatalogId, Const, RecordId, RoleId};
use crate::source::Span;
use crate::syntax::ast::{Decision, Mode};
use crate::value::{Date, Time};
use smol_str::SmolStr;

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The name; also the folder below `dist/`.
    pub name: SmolStr,
    /// The doc comment.
    pub doc: String,
    /// The systems it covers, in the order of the text.
    pub covers: Vec<AssetId>,
    /// The control instances, by name.
    pub instances: Vec<Instance>,
    /// The waivers, in the order of the text.
    pub waivers: Vec<Waiver>,
    /// The weakenings it accepts.
    pub accepted: Vec<Accepted>,
    /// What it requires of the coverage of catalogs.
    pub coverage: Vec<CoverageGoal>,
    /// The targets, in the order of the text, with their places.
    pub targets: Vec<(SmolStr, Span)>,
    /// Targets that may take a part of what falls to them.
    pub partial: Vec<SmolStr>,
    /// The name's place.
    pub span: Span,
}

/// A control as a policy applies it: its parameters have become constants.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The name in this policy: the control's, or what `as` says.
    pub name: SmolStr,
    /// The control, by its position in the project.
    pub control: usize,
    /// How strictly.
    pub mode: Mode,
    /// One for each parameter of the control.
    pub arguments: Vec<Const>,
    /// The control's blocks with the arguments in place of the parameters.
    pub blocks: Vec<Block>,
    /// The line of the policy.
    pub span: Span,
}

/// A dated exception.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The position of the control instance in the policy.
    pub instance: usize,
    /// The asset; a system stands for all of its assets.
    pub asset: AssetId,
    /// The first day.
    pub granted: Date,
    /// The last day; the waiver holds to its end.
    pub until: Date,
    /// Who approved it.
    pub approved_by: RoleId,
    /// Why.
    pub reason: SmolStr,
    /// Where it is tracked.
    pub ticket: Option<SmolStr>,
    /// The waiver.
    pub span: Span,
}

impl Waiver {
    /// Whether the waiver holds at an instant: from the start of `granted` to the end of `until`.
    pub fn holds(&self, now: Time) -> bool {
        self.granted.start() <= now && self.until.end().is_none_or(|end| now < end)
    }
}

/// A weakening that a policy states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// What is accepted.
    pub weakness: Weakness,
    /// The evidence it is accepted of.
    pub evidence: RecordId,
    /// The line of the policy.
    pub span: Span,
}

/// The weaknesses of a document that a policy can accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weakness {
    /// Nothing ties the document to what it speaks about.
    Unbound,
    /// The tool's version is not in the declared range, or not stated.
    Version,
}

impl Weakness {
    /// The word after `accept`, and in subject documents.
    pub fn keyword(self) -> &'static str {
        match self {
            Weakness::Unbound => "unbound",
            Weakness::Version => "version",
        }
    }
}

/// `require coverage(catalog) except […]`
#[derive(Debug, Clone)]
pub struct CoverageGoal {
    /// The catalog.
    pub catalog: CatalogId,
    /// The least share of the threats that apply, in percent; 100 where none is written.
    pub at_least: crate::value::Decimal,
    /// Entries that are accepted, by position.
    pub except: Vec<u32>,
    /// The line of the policy.
    pub span: Span,
}

/// A test in the language.
#[derive(Debug, Clone)]
pub struct Test {
    /// The name.
    pub name: SmolStr,
    /// The module that holds it.
    pub module: SmolStr,
    /// What is under test: a policy of the project by position, or one control applied alone.
    pub policy: TestPolicy,
    /// The instant of the evaluation.
    pub now: Option<Time>,
    /// The subjects, in the order of the text.
    pub subjects: Vec<GivenSubject>,
    /// What is expected, in the order of the text.
    pub expected: Vec<Expected>,
    /// The name's place.
    pub span: Span,
}

/// What a [`Test`] tests.
#[derive(Debug, Clone)]
pub enum TestPolicy {
    /// A policy of the project, by position.
    Project(usize),
    /// A policy made for the test: each control that is given, enforced for every declared system.
    Made(Box<Policy>),
}

/// A subject of a [`Test`].
#[derive(Debug, Clone)]
pub struct GivenSubject {
    /// Its kind.
    pub subject: RecordId,
    /// The asset it belongs to.
    pub asset: Option<AssetId>,
    /// The folder of its documents, relative to the module's file.
    pub from: Option<SmolStr>,
    /// The folder of the model's files, relative to the module's file: `with { files = "model" }`.
    pub files: Option<SmolStr>,
    /// Changes to the documents before they are read: file, path, value.
    pub raw: Vec<RawChange>,
    /// Changes to the subject after it was collected.
    pub changes: Vec<FieldChange>,
    /// The line of the test.
    pub span: Span,
}

/// A value put into a tool's document.
#[derive(Debug, Clone)]
pub struct RawChange {
    /// The file.
    pub file: SmolStr,
    /// The place in the document.
    pub at: crate::document::path::DocPath,
    /// What stands there instead.
    pub value: serde_json::Value,
    /// The line of the test.
    pub span: Span,
}

/// A field of the subject set or removed.
#[derive(Debug, Clone)]
pub struct FieldChange {
    /// The field's names, from the subject down.
    pub path: Vec<SmolStr>,
    /// The new value as it stands in the subject document; `None` removes it.
    pub value: Option<serde_json::Value>,
    /// The same value as a constant, for attributes of assets.
    pub constant: Option<Const>,
    /// The place in the test.
    pub span: Span,
}

/// A decision that a [`Test`] expects.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The decision.
    pub decision: Decision,
    /// The control instance, by name.
    pub instance: SmolStr,
    /// A part of one of the messages or reasons.
    pub text: Option<SmolStr>,
    /// The line of the test.
    pub span: Span,
}
