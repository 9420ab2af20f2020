//! A block: whether it applies, whether its statements hold, what they find violated, and the verdict made of that.

use super::lower::Lowering;
use super::print::{Head, Rule, quoted, yaml_text};
use super::term::Term;
use crate::core::{Block, Const, Control, EnumId, Instance, Project, RecordId, Shape};

/// What the names of a block's rules end in.
const SUFFIXES: [&str; 4] = ["", "_applies", "_holds", "_violations"];

/// A lowered block.
pub(super) struct Lowered {
    /// The name that its rules start with.
    pub(super) name: String,
    /// Its rules.
    pub(super) rules: Vec<Rule>,
}

impl Lowering<'_> {
    /// Lowers one block.
    pub(super) fn block(&mut self, instance: &Instance, block: &Block) -> Lowered {
        let wanted = format!("{}_{}", instance.name, block.stage.keyword());
        let subject = &self.project.record(block.subject).name;
        let same = instance.blocks.iter().filter(|other| other.stage == block.stage).count() > 1;
        let wanted = if same { format!("{wanted}_{subject}") } else { wanted };
        let name = self.names.family(&wanted, &SUFFIXES);
        self.start(Some(block));
        let applies = self.applies(&name, block);
        let holds = self.statements_hold(&name, &block.body);
        let holds_body = self.bodies(&holds);
        let helpers_of_holding = self.finish();
        let violations = self.violations(&name, &block.body);
        let helpers_of_violations = self.finish();

        let finding = |rule: &str, fixed: Option<&str>| match fixed {
            Some(fixed) => Term::word(fixed),
            None => Term::word(format!("{name}_{rule}")),
        };
        let findings = Term::object([
            ("applies", finding("applies", applies.is_empty().then_some("true"))),
            ("holds", finding("holds", holds.is_always().then_some("true"))),
            ("violations", finding("violations", violations.is_empty().then_some("set()"))),
        ]);
        let mut verdict = Rule::new(
            Head::Value(
                format!("verdicts[{}]", quoted(&name)),
                Term::call("runtime.verdict", [Term::word("scope"), self.describe_block(instance, block), findings]),
            ),
            Vec::new(),
        );
        verdict.comments = self.metadata(instance, block);

        let mut rules = vec![verdict];
        rules.extend(applies);
        if !holds.is_always() {
            let holding = format!("{name}_holds");
            rules.push(Rule::new(Head::Default(holding.clone(), Term::word("false")), Vec::new()));
            if !holds.is_never() {
                rules.extend(holds_body.into_iter().map(|body| Rule::new(Head::True(holding.clone()), body)));
            }
        }
        rules.extend(helpers_of_holding);
        rules.extend(violations);
        rules.extend(helpers_of_violations);
        Lowered { name, rules }
    }

    /// The rules that say whether the block applies: `null` while that is unknown. None if it always does.
    fn applies(&mut self, name: &str, block: &Block) -> Vec<Rule> {
        let Some(filter) = &block.filter else { return Vec::new() };
        (self.prefix, self.purpose) = (name.to_owned(), "case");
        let applies = format!("{name}_applies");
        let mut rules = vec![Rule::new(Head::Default(applies.clone(), Term::word("null")), Vec::new())];
        for surely in [true, false] {
            let rail = self.rail(filter, surely);
            if rail.is_never() {
                continue;
            }
            let value = Head::Value(applies.clone(), Term::word(surely.to_string()));
            if rail.is_always() {
                return vec![Rule::new(value, Vec::new())];
            }
            rules.extend(self.bodies(&rail).into_iter().map(|body| Rule::new(value.clone(), body)));
        }
        rules.extend(self.finish());
        rules
    }

    /// What stands in the block's verdict.
    fn describe_block(&self, instance: &Instance, block: &Block) -> Term {
        let project = self.project;
        let control = project.controls.get(instance.control);
        let text = |text: &str| Term::text(text);
        let asset = match self.asset_kind(block.subject) {
            Some(kind) => text(&self.kind(kind)),
            None => Term::word("null"),
        };
        Term::object([
            ("control", text(control.map_or("", |control| control.qualified.as_str()))),
            ("instance", text(&instance.name)),
            ("block", Term::word(block.index.to_string())),
            ("stage", text(block.stage.keyword())),
            ("subject", text(&project.record(block.subject).name)),
            ("asset", asset),
            ("mode", text(instance.mode.keyword())),
            ("severity", text(severity(project, control))),
            ("source", text(&self.sources.place(block.span))),
        ])
    }

    /// The kind of asset that a subject is of.
    pub(super) fn asset_kind(&self, subject: RecordId) -> Option<RecordId> {
        match self.project.record(subject).shape {
            Shape::Subject { of, .. } => of,
            _ => None,
        }
    }

    fn metadata(&self, instance: &Instance, block: &Block) -> Vec<String> {
        let project = self.project;
        let control = project.controls.get(instance.control);
        let mut lines = vec!["METADATA".to_owned(), "scope: rule".to_owned()];
        let mut entry = |key: &str, value: &str| lines.push(format!("{key}: {}", quoted(value)));
        if let Some(control) = control {
            entry("title", &control.title);
            if control.doc.trim().trim_end_matches('.') != control.title {
                lines.extend(yaml_text("description", &control.doc));
            }
        }
        lines.push("custom:".to_owned());
        let mut entry = |key: &str, value: &str| lines.push(format!("  {key}: {}", quoted(value)));
        entry("control", control.map_or("", |control| control.qualified.as_str()));
        entry("severity", severity(project, control));
        entry("mode", instance.mode.keyword());
        entry("source", &self.sources.place(block.span));
        let threats: Vec<String> = control
            .into_iter()
            .flat_map(|control| &control.mitigates)
            .filter_map(|threat| self.threat(threat))
            .collect();
        if !threats.is_empty() {
            lines.push("  threats:".to_owned());
            lines.extend(threats.iter().map(|threat| format!("    - {}", quoted(threat))));
        }
        lines
    }

    /// A threat by its catalog, edition and id.
    fn threat(&self, threat: &Const) -> Option<String> {
        let Const::Threat(catalog, entry) = threat else { return None };
        let catalog = self.project.catalog(*catalog);
        let (id, _) = catalog.entries.get_index(*entry as usize)?;
        Some(format!("{}@{} {id}", catalog.name, catalog.edition))
    }
}

/// The severity of a control, as a word.
pub(super) fn severity<'p>(project: &'p Project, control: Option<&Control>) -> &'p str {
    let variants = &project.enumeration(EnumId::SEVERITY).variants;
    control.and_then(|control| variants.get(control.severity as usize)).map_or("", |variant| variant.name.as_str())
}
