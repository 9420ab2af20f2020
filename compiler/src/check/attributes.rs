//! Which attributes a declaration may carry, and reading them. The tables here are the one place that says it.

use super::Checker;
use crate::core::{Const, Type};
use crate::diagnostics::{Diagnostic, codes, nearest};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Literal, MemberKind, Record, Tail};
use indexmap::IndexMap;
use smol_str::SmolStr;

/// An attribute that a declaration may carry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spec {
    name: &'static str,
    mandatory: bool,
    /// What the author is to write, for messages.
    example: &'static str,
}

const fn must(name: &'static str, example: &'static str) -> Spec {
    Spec { name, mandatory: true, example }
}

const fn may(name: &'static str, example: &'static str) -> Spec {
    Spec { name, mandatory: false, example }
}

pub(super) const ROLE: &[Spec] = &[may("contact", "\"team@example.org\""), may("may_waive", "high")];

pub(super) const SIGNER: &[Spec] = &[must("key", "\"keys/signer.pub\"")];

pub(super) const CATALOG: &[Spec] = &[
    must("title", "\"MITRE ATLAS\""),
    must("edition", "\"5.6.1\""),
    must("source", "\"who publishes it\""),
    must("licence", "\"Apache-2.0\""),
];

pub(super) const ENTRY: &[Spec] = &[
    must("name", "\"its published name\""),
    may("parent", "\"the id of a wider entry\""),
    may("platform", "[predictive]"),
    may("successors", "[\"the id that took its place\"]"),
    may("retired", "true"),
    may("tactics", "[\"an id\"]"),
];

/// Of an asset kind that systems are of.
pub(super) const ASSET: &[Spec] = &[may("platform", "predictive")];

pub(super) const SUBJECT: &[Spec] = &[];

/// Of a subject at `admission`.
pub(super) const OBJECTS: &[Spec] = &[must("resources", "[\"apps/v1/deployments\"]"), may("by", "[\"namespace\"]")];

pub(super) const TYPE: &[Spec] = &[];

pub(super) const EVIDENCE: &[Spec] = &[
    must("tool", "\"modelscan\""),
    may("versions", "\">=0.8, <0.9\" from \"path.in.document\""),
    must("format", "json"),
    must("file", "\"report.json\""),
    may("run", "\"tool --output {file} {model}\""),
    must("about", "recorded"),
];

pub(super) const METRIC: &[Spec] =
    &[must("series", "\"requests_total\""), must("kind", "counter"), may("unit", "count"), may("born_at_zero", "true")];

pub(super) const CONTROL: &[Spec] = &[
    may("title", "\"What it makes sure of\""),
    must("severity", "high"),
    may("mitigates", "[atlas[\"AML.T0010\"]]"),
    may("requirements", "[\"NIST AI RMF MAP 4.1\"]"),
    may("owner", "a_role"),
];

pub(super) const WAIVER: &[Spec] = &[
    must("granted", "2026-10-01"),
    must("until", "2026-12-15"),
    must("approved_by", "a_role"),
    must("reason", "\"why it is acceptable until then\""),
    may("ticket", "\"SEC-1\""),
];

/// The attributes that a declaration carries, each one that it may carry, each once.
pub(super) struct Attributes<'a> {
    /// The word that introduces the declaration.
    what: &'static str,
    written: IndexMap<&'a str, &'a Attribute>,
}

impl<'a> Attributes<'a> {
    /// Reads the attributes of a declaration and says which are unknown, twice there, or missing.
    pub(super) fn read(
        checker: &mut Checker<'_>,
        what: &'static str,
        name: Span,
        written: impl Iterator<Item = &'a Attribute>,
        specs: &[Spec],
    ) -> Self {
        let mut attributes = Self { what, written: IndexMap::new() };
        // Attributes that a misspelt one was probably meant to be: they are not missing as well.
        let mut meant: Vec<&str> = Vec::new();
        for attribute in written {
            let key = attribute.name.last();
            if !specs.iter().any(|spec| spec.name == key.node) || attribute.name.segments.len() > 1 {
                let names = specs.iter().map(|spec| spec.name);
                let span = attribute.name.span;
                meant.extend(nearest(&key.node, names.clone()));
                checker.report(
                    Diagnostic::error(
                        &codes::UNKNOWN_ATTRIBUTE,
                        format!("{} has no attribute `{}`", with_article(what), attribute.name.text()),
                        span,
                    )
                    .did_you_mean(&key.node, span, names.clone())
                    .note(match specs {
                        [] => format!("{} has no attributes", with_article(what)),
                        _ => format!(
                            "attributes: {}",
                            names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                        ),
                    }),
                );
                continue;
            }
            if let Some(first) = attributes.written.insert(&key.node, attribute) {
                checker.report(duplicate_attribute(&key.node, key.span, first.name.span));
            }
        }
        for spec in specs.iter().filter(|spec| spec.mandatory) {
            if !attributes.written.contains_key(spec.name) && !meant.contains(&spec.name) {
                checker.report(
                    Diagnostic::error(
                        &codes::MISSING_ATTRIBUTE,
                        format!("this {what} does not say its `{}`", spec.name),
                        name,
                    )
                    .note(format!("add `{} = {}`", spec.name, spec.example)),
                );
            }
        }
        attributes
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Attribute> {
        self.written.get(name).copied()
    }

    /// The place of an attribute's value.
    pub(super) fn span(&self, name: &str) -> Option<Span> {
        self.get(name).map(|attribute| attribute.value.span)
    }
}

/// Says that an attribute stands twice.
pub(super) fn duplicate_attribute(name: &str, again: Span, first: Span) -> Diagnostic {
    Diagnostic::error(&codes::DUPLICATE_ATTRIBUTE, format!("`{name}` is said twice"), again)
        .here("again here")
        .label(first, "first here")
}

/// A word with its article.
pub(super) fn with_article(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {what}")
}

impl Checker<'_> {
    /// The attributes of a record-like declaration.
    pub(super) fn record_attributes<'r>(&mut self, record: &'r Record, specs: &[Spec]) -> Attributes<'r> {
        let written = record.members.iter().filter_map(|member| match &member.kind {
            MemberKind::Attribute(attribute) => Some(attribute),
            _ => None,
        });
        Attributes::read(self, record.kind.keyword(), record.name.span, written, specs)
    }

    /// The text of an attribute, if it is there and a text.
    pub(super) fn text_attribute(
        &mut self,
        module: ModuleId,
        attributes: &Attributes<'_>,
        name: &str,
    ) -> Option<SmolStr> {
        match self.constant_attribute(module, attributes, name, &Type::Text)? {
            Const::Text(text) if text.trim().is_empty() => {
                let span = attributes.span(name)?;
                self.report(Diagnostic::error(&codes::EMPTY_TEXT, format!("`{name}` is empty"), span));
                None
            }
            Const::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an attribute, if it is there and a constant of the type. Tails are refused.
    pub(super) fn constant_attribute(
        &mut self,
        module: ModuleId,
        attributes: &Attributes<'_>,
        name: &str,
        ty: &Type,
    ) -> Option<Const> {
        let attribute = attributes.get(name)?;
        self.refuse_tails(&attribute.tails, attributes.what);
        self.constant(module, None, &attribute.value, ty)
    }

    /// One of a closed list of words, such as `json`.
    pub(super) fn word_attribute<T: Copy>(
        &mut self,
        attributes: &Attributes<'_>,
        name: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let attribute = attributes.get(name)?;
        self.word(&attribute.value, name, words)
    }

    /// The meaning of a word of a closed list; says so if it is another.
    pub(super) fn word<T: Copy>(&mut self, value: &Expr, what: &str, words: &[(&str, T)]) -> Option<T> {
        let list = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let written =
            match &value.kind {
                ExprKind::Error => return None,
                ExprKind::Name(word) => word.as_str(),
                ExprKind::Literal(Literal::Text(text)) if words.iter().any(|(word, _)| word == text) => {
                    self.report(
                        Diagnostic::error(&codes::UNKNOWN_WORD, format!("`{what}` is a word, not a text"), value.span)
                            .fix("take the quotes away", value.span, text.as_str()),
                    );
                    return None;
                }
                _ => "",
            };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == written) {
            return Some(*meaning);
        }
        self.report(
            Diagnostic::error(&codes::UNKNOWN_WORD, format!("`{what}` is one of {list}"), value.span).did_you_mean(
                written,
                value.span,
                words.iter().map(|(word, _)| *word),
            ),
        );
        None
    }

    /// Says that `from …` and the like mean nothing here.
    pub(super) fn refuse_tails(&mut self, tails: &[Tail], what: &str) {
        if let Some(tail) = tails.first() {
            self.report(
                Diagnostic::error(
                    &codes::MISPLACED_TAIL,
                    format!("this means nothing in {}", with_article(what)),
                    tail.span,
                )
                .fix("take it away", tail.span, ""),
            );
        }
    }

    /// A constant of a type; says so if the expression is not one.
    pub(super) fn constant(
        &mut self,
        module: ModuleId,
        system: Option<crate::core::AssetId>,
        value: &Expr,
        ty: &Type,
    ) -> Option<Const> {
        let mut env = super::env::Env::constant(module, system);
        let checked = self.value(&mut env, value, Some(ty));
        let checked = self.expect_type(checked, ty);
        if checked.ty == Type::Error {
            return None;
        }
        match checked.kind {
            crate::core::ExprKind::Const(constant) => Some(constant),
            _ => {
                let message = "this must be known when the policy is compiled";
                self.report(Diagnostic::error(&codes::NOT_CONSTANT, message, value.span));
                None
            }
        }
    }
}
