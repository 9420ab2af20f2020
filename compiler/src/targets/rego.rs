//! `ci.rego`: a policy's gate blocks as Rego v1, for OPA and conftest.
//!
//! `policy.rego` decides about one subject document exactly as `gatewright gate` does, with every message. `runtime.rego` reads, prints and
//! judges; it is the same for every policy. `policy_test.rego` runs under `opa test`, and `subject.<name>.schema.json` describes the input.

mod block;
mod capabilities;
mod document;
mod expr;
mod lower;
mod message;
mod names;
mod origin;
mod presence;
mod print;
mod rails;
mod runtime;
mod stmt;
mod term;
mod tests;
mod value;

use super::artifact::{Artifact, json_text};
use super::capabilities::Capabilities;
use super::{Input, Origin, Target};
use crate::core::{AssetId, Block, Instance, RecordId};
use crate::diagnostics::Diagnostic;
use document::set;
use lower::Lowering;
use print::{Head, Rule, quoted};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use term::{Goal, Term};

/// The target.
#[derive(Debug)]
pub struct Rego;

/// The file that decides.
const MODULE: &str = "policy.rego";

/// How the project's targets name it.
const NAME: &str = "ci.rego";

impl Target for Rego {
    fn capabilities(&self) -> &'static Capabilities {
        &capabilities::CAPABILITIES
    }

    fn origin<'a>(&self, input: &Input<'a>, file: &str, text: &str, line: usize) -> Option<Origin<'a>> {
        if file == MODULE { origin::origin(input, text, line) } else { None }
    }

    fn emit(&self, input: &Input<'_>) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
        let (module, tests) = policy_modules(input)?;
        let mut artifacts = vec![
            Artifact::new(MODULE, module),
            Artifact::new("policy_test.rego", tests),
            Artifact::new("runtime.rego", runtime::runtime()),
        ];
        let subjects: BTreeSet<RecordId> = input.blocks(NAME).iter().map(|(_, block)| block.subject).collect();
        for subject in subjects {
            let name = &input.project.record(subject).name;
            let schema = crate::subject::schema(input.project, subject);
            artifacts.push(Artifact::new(format!("subject.{name}.schema.json"), json_text(&schema)));
        }
        Ok(artifacts)
    }
}

/// The texts of `policy.rego` and its tests, or everything that cannot be said.
fn policy_modules(input: &Input<'_>) -> Result<(String, String), Vec<Diagnostic>> {
    let mut lowering = Lowering::new(input);
    let blocks = input.blocks(NAME);
    let lowered: Vec<_> = blocks.iter().map(|(instance, block)| (*block, lowering.block(instance, block))).collect();
    let names: Vec<&str> = lowered.iter().map(|(_, lowered)| lowered.name.as_str()).collect();
    let mut sections = vec![
        ("the decision".to_owned(), decision_rules(&names)),
        ("what the policy covers, and what is waived".to_owned(), vec![scope_rule(&lowering, &blocks)]),
    ];
    let parts = lowering.part_rules();
    let tables = lowering.table_rules();
    if !lowering.problems.is_empty() {
        return Err(lowering.problems);
    }
    sections.push(("what is read of the subject document".to_owned(), parts));
    for ((instance, block), (_, lowered)) in blocks.iter().zip(&lowered) {
        let title = title(input, instance, block);
        sections.push((title, lowered.rules.clone()));
    }
    sections.push(("words and declarations".to_owned(), tables));

    let mut text = header(input, &blocks);
    for (title, rules) in sections {
        if rules.is_empty() {
            continue;
        }
        // Writing to a `String` never fails.
        let _ = write!(text, "\n{}\n", heading(&title));
        for rule in rules {
            let _ = write!(text, "\n{}", rule.text());
        }
    }
    let tests = tests::tests(input, &names::package(&input.policy.name), &blocks, &names);
    Ok((text, tests))
}

/// What stands over the rules of a block.
fn title(input: &Input<'_>, instance: &Instance, block: &Block) -> String {
    let subject = &input.project.record(block.subject).name;
    format!("{}: {} on {subject}", instance.name, block.stage.keyword())
}

/// The line over a section.
fn heading(title: &str) -> String {
    print::comment(&format!("{} {title}", "-".repeat(64)))
}

fn header(input: &Input<'_>, blocks: &[(&Instance, &Block)]) -> String {
    let policy = input.policy;
    let subjects: BTreeMap<&str, ()> =
        blocks.iter().map(|(_, block)| (input.project.record(block.subject).name.as_str(), ())).collect();
    let mut lines =
        vec!["METADATA".to_owned(), format!("title: {}", quoted(&format!("Gatewright policy {}", policy.name)))];
    lines.extend(print::yaml_text("description", &policy.doc));
    lines.push("custom:".to_owned());
    lines.push(format!("  source: {}", quoted(&input.sources.place(policy.span))));
    lines.push("  subjects:".to_owned());
    lines.extend(subjects.keys().map(|subject| format!("    - {}", quoted(subject))));
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}", print::comment(&line));
    }
    let _ = writeln!(text, "package gatewright.{}\n\nimport data.gatewright.runtime\n", names::package(&policy.name));
    for line in TRUST {
        let _ = writeln!(text, "{}", print::comment(line));
    }
    text
}

/// What a reader must know before relying on the module.
const TRUST: [&str; 6] = [
    "The input is a subject document, as `gatewright evidence collect` writes it. What it says of digests, signatures",
    "and the binding of reports was computed by the collector and is believed here: let both run in one job, or sign",
    "the document in between.",
    "",
    "Ask for `decision`, which is defined for every input, or let conftest ask for `deny` and `warn`.",
    "This file is generated: change the policy instead.",
];

/// The rules that others ask for.
fn decision_rules(names: &[&str]) -> Vec<Rule> {
    let word = |word: &str| Term::word(word);
    let order = Term::Array(names.iter().map(|name| Term::text(name)).collect());
    let verdict = || Term::Var("verdict".to_owned());
    let field = |name: &str| verdict().field(name);
    let mut decision = Rule::new(
        Head::Value(
            "decision".to_owned(),
            Term::object([
                ("policy", word("scope").field("policy")),
                ("subject", word("runtime.subject")),
                ("asset", word("runtime.asset")),
                ("now", word("runtime.evaluated_at")),
                ("allow", word("allow")),
                ("problem", word("problem")),
                ("blocks", word("blocks")),
            ]),
        ),
        Vec::new(),
    );
    decision.comments =
        ["METADATA", "title: The decision about a subject document", "entrypoint: true"].map(str::to_owned).to_vec();
    let told = |set: &str, effect: &str| {
        let body = vec![
            Goal::Some("verdict".to_owned(), word("blocks")),
            Goal::Is(Term::infix(field("effect"), "==", Term::text(effect))),
            Goal::Some("finding".to_owned(), Term::call("runtime.told", [verdict()])),
        ];
        Rule::new(Head::Contains(set.to_owned(), Term::Var("finding".to_owned())), body)
    };
    let mut refused = Rule::new(
        Head::Contains("deny".to_owned(), Term::object([("msg", word("problem"))])),
        vec![Goal::Is(Term::infix(word("problem"), "!=", word("null")))],
    );
    refused.comments = vec!["For conftest: what stops a release, and what is only told.".to_owned()];
    let allowed = vec![
        Goal::Is(Term::infix(word("problem"), "==", word("null"))),
        Goal::Every(
            "verdict".to_owned(),
            word("blocks"),
            vec![Goal::Is(Term::infix(field("effect"), "!=", Term::text("deny")))],
        ),
    ];
    let one = Term::Index(Box::new(word("verdicts")), Box::new(Term::Var("name".to_owned())));
    let listed = vec![Goal::Some("name".to_owned(), order), Goal::Assign("verdict".to_owned(), one)];
    let blocks = Term::Each(Box::new(verdict()), listed);
    vec![
        decision,
        Rule::new(Head::Default("allow".to_owned(), word("false")), Vec::new()),
        Rule::new(Head::True("allow".to_owned()), allowed),
        Rule::new(Head::Value("problem".to_owned(), Term::call("runtime.problem", [word("scope")])), Vec::new()),
        Rule::new(Head::Value("blocks".to_owned(), blocks), Vec::new()),
        refused,
        told("deny", "deny"),
        told("warn", "warn"),
    ]
}

/// The table of what the policy covers.
fn scope_rule(lowering: &Lowering<'_>, blocks: &[(&Instance, &Block)]) -> Rule {
    let (project, policy) = (lowering.project, lowering.policy);
    let kind =
        |kind: Option<RecordId>| kind.map_or_else(|| Term::word("null"), |kind| Term::text(&lowering.kind(kind)));
    let mut subjects: BTreeMap<String, Vec<Term>> = BTreeMap::new();
    for (_, block) in blocks {
        let kinds = subjects.entry(project.record(block.subject).name.to_string()).or_default();
        let kind = kind(lowering.asset_kind(block.subject));
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let every = || (0..project.assets.len()).map(AssetId::new);
    let covered = every().filter(|id| policy.covers.contains(&project.asset(*id).system));
    let assets = covered.map(|id| (project.asset(id).qualified.to_string(), kind(Some(project.asset(id).kind))));
    let waivers = policy.waivers.iter().map(|waiver| {
        let of = every().filter(|id| *id == waiver.asset || project.asset(*id).system == waiver.asset);
        let instance = policy.instances.get(waiver.instance).map_or("", |instance| instance.name.as_str());
        Term::object([
            ("instance", Term::text(instance)),
            ("assets", set(of.map(|id| Term::text(&project.asset(id).qualified)).collect())),
            ("granted", Term::text(&waiver.granted.to_string())),
            ("until", Term::text(&waiver.until.to_string())),
            ("reason", Term::text(&waiver.reason)),
        ])
    });
    let scope = Term::object([
        ("policy", Term::text(&policy.name)),
        ("subjects", Term::Object(subjects.into_iter().map(|(name, kinds)| (name, Term::Array(kinds))).collect())),
        ("assets", Term::Object(assets.collect())),
        ("waivers", Term::Array(waivers.collect())),
    ]);
    Rule::new(Head::Value("scope".to_owned(), scope), Vec::new())
}
