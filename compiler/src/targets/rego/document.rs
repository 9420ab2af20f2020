//! The top-level fields of subject documents as rules, and the tables that the values of fields are judged by.

use super::lower::{Lowering, snake_case};
use super::print::{Head, Rule};
use super::term::{Goal, Term};
use crate::core::{AssetId, Evidence, Field, Origin, Record, RecordId, Shape, Type};

impl Lowering<'_> {
    /// The rules of the fields that are read, and of the documents of tools that must be believed.
    pub(super) fn part_rules(&mut self) -> Vec<Rule> {
        let mut rules = Vec::new();
        for ((record, index), name) in self.parts.clone() {
            let project = self.project;
            let record = project.record(record);
            let Some((_, field)) = record.fields.get_index(index as usize) else { continue };
            let first = rules.len();
            self.part_rule(&name, field, &mut rules);
            if let Some(rule) = rules.get_mut(first) {
                rule.comments = describe(&field.doc);
            }
        }
        for (evidence, name) in self.believed.clone() {
            let project = self.project;
            let record = project.record(evidence);
            if let Shape::Evidence(evidence) = &record.shape {
                rules.extend(self.believed_rules(&name, record, evidence));
            }
        }
        rules
    }

    fn part_rule(&mut self, name: &str, field: &Field, rules: &mut Vec<Rule>) {
        let value = |term: Term| Head::Value(name.to_owned(), term);
        if let (Origin::Asset, Type::Asset(kind)) = (&field.origin, &field.ty) {
            let asset = Term::word("input").field("asset");
            let table = self.assets(*kind);
            rules.push(Rule::new(value(Term::call("runtime.key_of", [table, asset])), Vec::new()));
            return;
        }
        let found = Term::call("runtime.part", [Term::text(&field.name), self.accepted(&field.ty)]);
        let of = match &field.default {
            Some(default) => Term::call("runtime.otherwise", [found.clone(), self.plain(default)]),
            None => found.clone(),
        };
        let judged = self.typed(&field.ty, of, field.span);
        match self.evidence_of(&field.ty) {
            Some(evidence) => {
                let believed = self.believed_name(evidence);
                let report = Term::Var("report".to_owned());
                let body = vec![
                    Goal::Assign("report".to_owned(), judged),
                    Goal::Is(Term::Call(believed, vec![report.clone()])),
                ];
                rules.push(Rule::new(value(report), body));
            }
            None => rules.push(Rule::new(value(judged), Vec::new())),
        }
        if field.optional && field.default.is_none() {
            let absent = Goal::Is(Term::infix(found, "==", Term::word("null")));
            rules.push(Rule::new(value(Term::word("null")), vec![absent]));
        }
    }

    /// The weaknesses of a document that the policy accepts.
    fn accepted(&self, ty: &Type) -> Term {
        let accepted = self.policy.accepted.iter().filter(|accepted| Type::Record(accepted.evidence) == *ty);
        let mut words: Vec<&str> = accepted.map(|accepted| accepted.weakness.keyword()).collect();
        words.sort_unstable();
        words.dedup();
        Term::Array(words.into_iter().map(Term::text).collect())
    }

    fn evidence_of(&self, ty: &Type) -> Option<RecordId> {
        match ty {
            Type::Record(id) if matches!(self.project.record(*id).shape, Shape::Evidence(_)) => Some(*id),
            _ => None,
        }
    }

    fn believed_name(&mut self, evidence: RecordId) -> String {
        if let Some(name) = self.believed.get(&evidence) {
            return name.clone();
        }
        let record = snake_case(&self.project.record(evidence).name);
        let name = self.names.rule(&format!("believed_{record}"));
        self.believed.insert(evidence, name.clone());
        name
    }

    /// The function that holds for a document of a tool that may be believed.
    fn believed_rules(&mut self, name: &str, record: &Record, evidence: &Evidence) -> Vec<Rule> {
        self.start(None);
        let report = "report".to_owned();
        self.subject = Term::Var(report.clone());
        self.inside_evidence = true;
        (self.prefix, self.purpose) = (name.to_owned(), "case");
        let valid = self.rail(&evidence.valid, true);
        let mut rules: Vec<Rule> = self
            .bodies(&valid)
            .into_iter()
            .map(|body| {
                let mut read = Vec::new();
                super::term::goals_variables(&body, &mut read);
                let argument = if read.contains(&report) { &report } else { "_" };
                Rule::new(Head::True(format!("{name}({argument})")), body)
            })
            .collect();
        if rules.is_empty() {
            rules.push(Rule::new(Head::True(format!("{name}(_)")), vec![Goal::Is(Term::word("false"))]));
        }
        if let Some(rule) = rules.first_mut() {
            rule.comments = vec![format!("Whether `{}` of {} may be believed.", evidence.file, evidence.tool)];
            let _ = record;
        }
        rules.extend(self.finish());
        (self.subject, self.inside_evidence) = (Term::word("input"), false);
        rules
    }

    /// The tables: declared assets, words of enums, roles and signers.
    pub(super) fn table_rules(&mut self) -> Vec<Rule> {
        let mut rules = Vec::new();
        if !self.attributes.is_empty() {
            let kinds: Vec<RecordId> = self.attributes.keys().copied().collect();
            let tables: Vec<(String, Term)> =
                kinds.into_iter().map(|kind| (self.kind(kind), self.asset_table(kind))).collect();
            let mut rule = Rule::new(Head::Value("assets".to_owned(), Term::Object(tables)), Vec::new());
            rule.comments = vec!["What the declared assets say of themselves, as far as it is read here.".to_owned()];
            rules.push(rule);
        }
        for (ty, name) in std::mem::take(&mut self.tables.words) {
            let words = self.words_of(&ty);
            let ordered = matches!(&ty, Type::Enum(id) if self.project.enumeration(*id).ordered);
            let table = if ordered {
                let ranks = words.into_iter().zip(0..).map(|(word, rank)| (word, Term::word(rank.to_string())));
                Term::Object(ranks.collect())
            } else {
                set(words.iter().map(|word| Term::text(word)).collect())
            };
            rules.push(Rule::new(Head::Value(name, table), Vec::new()));
        }
        for (ty, name) in std::mem::take(&mut self.tables.variants) {
            if let Type::Enum(id) = ty {
                let variants = &self.project.enumeration(id).variants;
                let names = variants.iter().map(|variant| (variant.text.to_string(), Term::text(&variant.name)));
                rules.push(Rule::new(Head::Value(name, Term::Object(names.collect())), Vec::new()));
            }
        }
        rules
    }

    fn asset_table(&mut self, kind: RecordId) -> Term {
        let project = self.project;
        let attributes: Vec<u32> = self.attributes.get(&kind).into_iter().flatten().copied().collect();
        let declared = (0..project.assets.len()).map(AssetId::new).filter(|id| project.asset(*id).kind == kind);
        let mut entries = Vec::new();
        for id in declared {
            let asset = project.asset(id);
            let mut values = Vec::new();
            for index in &attributes {
                let Some((name, _)) = project.record(kind).fields.get_index(*index as usize) else { continue };
                if let Some(value) = self.attribute_value(asset, *index) {
                    values.push((name.to_string(), self.plain(value)));
                }
            }
            entries.push((asset.qualified.to_string(), Term::Object(values)));
        }
        Term::Object(entries)
    }

    fn words_of(&self, ty: &Type) -> Vec<String> {
        let project = self.project;
        match ty {
            Type::Enum(id) => {
                project.enumeration(*id).variants.iter().map(|variant| variant.text.to_string()).collect()
            }
            Type::Role => project.roles.iter().map(|role| role.name.to_string()).collect(),
            Type::Signer => project.signers.iter().map(|signer| signer.name.to_string()).collect(),
            Type::Threat(id) => project.catalog(*id).entries.keys().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

/// A set, which has another spelling where it is empty.
pub(super) fn set(terms: Vec<Term>) -> Term {
    if terms.is_empty() { Term::word("set()") } else { Term::Set(terms) }
}

/// The first sentence of a doc comment, as a comment.
fn describe(doc: &str) -> Vec<String> {
    let first = doc.lines().next().unwrap_or_default().trim();
    if first.is_empty() { Vec::new() } else { vec![first.to_owned()] }
}
