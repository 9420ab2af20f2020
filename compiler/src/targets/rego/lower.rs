//! What is known while a policy is lowered: names, the helpers and tables that are needed, and what cannot be said in Rego.

use super::names::{Names, Variables, unused};
use super::print::{Head, Rule};
use super::rails::Cond;
use super::term::{Goal, Term, goals_variables};
use crate::core::{Asset, Block, Const, LocalId, Policy, Project, RecordId, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Sources, Span};
use crate::targets::Input;
use std::collections::{BTreeMap, BTreeSet};

/// What a local name of the language stands for.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    /// What stands in the document, judged wherever it is read.
    Raw(Term),
    /// A value of its type.
    Value(Term),
}

/// One policy on its way to Rego.
pub(super) struct Lowering<'a> {
    pub(super) project: &'a Project,
    pub(super) sources: &'a Sources,
    pub(super) policy: &'a Policy,
    /// The names of the module.
    pub(super) names: Names,
    /// What `ExprKind::Subject` is. Top-level fields of a subject document are rules, so there it is not used.
    pub(super) subject: Term,
    /// Whether the subject is a document of a tool, of which `valid when` speaks.
    pub(super) inside_evidence: bool,
    /// The start of the names of helpers: the block and the statement.
    pub(super) prefix: String,
    /// What the condition that is lowered decides, for the names of helpers.
    pub(super) purpose: &'static str,
    /// Variables that the rule reads behind the body that is lowered: in its message.
    pub(super) kept: Vec<String>,
    /// The whole name for the helper of the expression that is lowered next.
    pub(super) naming: Option<String>,
    /// Rules that other rules of this section call, in the order in which they were needed.
    pub(super) helpers: Vec<Rule>,
    /// What could not be said.
    pub(super) problems: Vec<Diagnostic>,
    /// The names of the top-level fields that are read.
    pub(super) parts: BTreeMap<(RecordId, u32), String>,
    /// The functions that ask whether a document of a tool may be believed.
    pub(super) believed: BTreeMap<RecordId, String>,
    /// The attributes that are read of each kind of asset.
    pub(super) attributes: BTreeMap<RecordId, BTreeSet<u32>>,
    /// The tables of words that are used.
    pub(super) tables: Tables,
    /// The names in scope.
    locals: BTreeMap<LocalId, Bound>,
    /// The variables of the block.
    variables: Variables,
    /// The name of each local's variable.
    elements: BTreeMap<LocalId, String>,
    /// Helpers of this section by their text.
    known: BTreeMap<String, Term>,
}

/// Tables of words: the names of those rules, in the order of their use.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// The words of an enum, of roles, of signers, of a catalog.
    pub(super) words: Vec<(Type, String)>,
    /// The names of an enum's variants by their words.
    pub(super) variants: Vec<(Type, String)>,
}

/// Locals that no author named are counted from here.
const OWN_LOCALS: u32 = 1 << 31;

impl<'a> Lowering<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let Input { project, sources, policy, .. } = *input;
        let blocks = policy.instances.iter().flat_map(|instance| &instance.blocks);
        let variables: Vec<String> = blocks.flat_map(|block| block_variables(block).1.into_values()).collect();
        Self {
            project,
            sources,
            policy,
            names: Names::new(variables.iter().map(String::as_str)),
            subject: Term::word("input"),
            inside_evidence: false,
            prefix: String::new(),
            purpose: "holds",
            kept: Vec::new(),
            naming: None,
            helpers: Vec::new(),
            problems: Vec::new(),
            parts: BTreeMap::new(),
            believed: BTreeMap::new(),
            attributes: BTreeMap::new(),
            tables: Tables::default(),
            locals: BTreeMap::new(),
            variables: Variables::default(),
            elements: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }

    /// Starts a section: a block, or what one document of a tool must be.
    pub(super) fn start(&mut self, block: Option<&Block>) {
        (self.variables, self.elements) = block.map(block_variables).unwrap_or_default();
        self.locals.clear();
        self.known.clear();
    }

    /// The helpers since the last time. The names that statements gave are forgotten.
    pub(super) fn finish(&mut self) -> Vec<Rule> {
        self.locals.clear();
        std::mem::take(&mut self.helpers)
    }

    /// The variable of an element, from now on in scope.
    pub(super) fn element(&mut self, local: LocalId) -> String {
        let variables = &mut self.variables;
        let name = self.elements.entry(local).or_insert_with(|| variables.own()).clone();
        self.locals.insert(local, Bound::Raw(Term::Var(name.clone())));
        name
    }

    /// A variable for an element that the language does not name.
    pub(super) fn own_element(&mut self) -> (LocalId, String) {
        let own = self.elements.keys().filter(|local| local.0 >= OWN_LOCALS).count();
        let local = LocalId(OWN_LOCALS + u32::try_from(own).unwrap_or_default());
        (local, self.element(local))
    }

    /// The name of a local, for a helper.
    pub(super) fn local_name(&self, local: LocalId) -> String {
        self.elements.get(&local).cloned().unwrap_or_else(|| "value".to_owned())
    }

    pub(super) fn bind(&mut self, local: LocalId, bound: Bound) {
        self.locals.insert(local, bound);
    }

    pub(super) fn bound(&mut self, local: LocalId, span: Span) -> Bound {
        match self.locals.get(&local) {
            Some(bound) => bound.clone(),
            None => Bound::Value(self.refuse(span, "a name that nothing binds")),
        }
    }

    /// The name of a table of words.
    pub(super) fn words(&mut self, ty: &Type) -> String {
        if let Some((_, name)) = self.tables.words.iter().find(|(known, _)| known == ty) {
            return name.clone();
        }
        let name = match ty {
            Type::Enum(id) => {
                let enumeration = self.project.enumeration(*id);
                let what = if enumeration.ordered { "ranks" } else { "words" };
                format!("{}_{what}", snake_case(&enumeration.name))
            }
            Type::Role => "roles".to_owned(),
            Type::Signer => "signers".to_owned(),
            Type::Threat(id) => format!("{}_ids", self.project.catalog(*id).name),
            _ => "words".to_owned(),
        };
        let name = self.names.rule(&name);
        self.tables.words.push((ty.clone(), name.clone()));
        name
    }

    /// The name of the table of an enum's variants.
    pub(super) fn variants(&mut self, ty: &Type) -> String {
        if let Some((_, name)) = self.tables.variants.iter().find(|(known, _)| known == ty) {
            return name.clone();
        }
        let name = match ty {
            Type::Enum(id) => format!("{}_names", snake_case(&self.project.enumeration(*id).name)),
            _ => "names".to_owned(),
        };
        let name = self.names.rule(&name);
        self.tables.variants.push((ty.clone(), name.clone()));
        name
    }

    /// The table of the declared assets of a kind.
    pub(super) fn assets(&mut self, kind: RecordId) -> Term {
        self.attributes.entry(kind).or_default();
        Term::word("assets").field(&self.kind(kind))
    }

    /// The name of an attribute, which the table then has.
    pub(super) fn attribute(&mut self, kind: RecordId, index: u32) -> String {
        self.attributes.entry(kind).or_default().insert(index);
        self.project.record(kind).fields[index as usize].name.to_string()
    }

    /// What an asset says, or its kind says for it.
    pub(super) fn attribute_value<'p>(&'p self, asset: &'p Asset, index: u32) -> Option<&'p Const> {
        let written = asset.values.get(index as usize)?.as_ref();
        written.or_else(|| self.project.record(asset.kind).fields.get_index(index as usize)?.1.default.as_ref())
    }

    /// How the module names a kind of asset: by its name, with its module where two kinds share one.
    pub(super) fn kind(&self, kind: RecordId) -> String {
        let record = self.project.record(kind);
        let same = self.project.records.iter().filter(|other| other.name == record.name);
        if same.count() > 1 { record.qualified.to_string() } else { record.name.to_string() }
    }

    /// The rule of a top-level field.
    pub(super) fn part(&mut self, record: RecordId, index: u32) -> String {
        if let Some(name) = self.parts.get(&(record, index)) {
            return name.clone();
        }
        let subject = self.project.record(record);
        let name = self.names.rule(&format!("{}_{}", subject.name, subject.fields[index as usize].name));
        self.parts.insert((record, index), name.clone());
        name
    }

    /// The name for a helper: the wanted one, or what it is behind the block and statement.
    pub(super) fn helper_name(&self, wanted: Option<String>, what: &str) -> String {
        wanted.unwrap_or_else(|| format!("{}_{what}", self.prefix))
    }

    /// A rule or function that has each value where its condition holds. At most one of them does.
    pub(super) fn define(&mut self, name: &str, definitions: Vec<(Term, Cond)>) -> Term {
        let mut bodies: Vec<(Option<Term>, Vec<Goal>)> = Vec::new();
        for (value, cond) in definitions {
            let value = if value == Term::word("true") { None } else { Some(value) };
            bodies.extend(self.bodies(&cond).into_iter().map(|body| (value.clone(), body)));
        }
        self.helper(name, bodies)
    }

    fn helper(&mut self, name: &str, bodies: Vec<(Option<Term>, Vec<Goal>)>) -> Term {
        let mut arguments = Vec::new();
        for (value, body) in &bodies {
            let mut inside = Vec::new();
            value.iter().for_each(|value| value.variables(&mut inside));
            let own = goals_variables(body, &mut inside);
            arguments.extend(inside.into_iter().filter(|name| !own.contains(name)));
        }
        let mut seen = BTreeSet::new();
        arguments.retain(|name: &String| seen.insert(name.clone()));
        let rules = |name: &str| -> Vec<Rule> {
            let rule = |(value, body): &(Option<Term>, Vec<Goal>)| {
                let start = signature(name, &arguments, value.as_ref(), body);
                let head = match value {
                    Some(value) => Head::Value(start, value.clone()),
                    None => Head::True(start),
                };
                Rule::new(head, body.clone())
            };
            bodies.iter().map(rule).collect()
        };
        let text: String = rules("helper").iter().map(Rule::text).collect();
        if let Some(known) = self.known.get(&text) {
            return known.clone();
        }
        let name = self.names.rule(name);
        // A rule without a body that can hold is never defined, and Rego refuses names that nothing defines.
        let rules = if bodies.is_empty() {
            vec![Rule::new(Head::True(name.clone()), vec![Goal::Is(Term::word("false"))])]
        } else {
            rules(&name)
        };
        self.helpers.extend(rules);
        let call = match arguments.as_slice() {
            [] => Term::word(name),
            names => Term::Call(name, names.iter().cloned().map(Term::Var).collect()),
        };
        self.known.insert(text, call.clone());
        call
    }

    /// The condition with each choice in it made a helper, under the name of what is being lowered.
    pub(super) fn settle(&mut self, cond: Cond) -> Cond {
        match cond {
            Cond::Any(parts) if !parts.is_empty() => {
                let cond = Cond::Any(parts);
                let implies = cond.read().into_iter().collect();
                let purpose = self.purpose;
                let name = self.helper_name(None, purpose);
                Cond::Holds { goal: self.define(&name, vec![(Term::word("true"), cond)]), implies }
            }
            Cond::All(parts) => Cond::All(parts.into_iter().map(|part| self.settle(part)).collect()),
            Cond::Some(variable, list, body) => Cond::Some(variable, list, Box::new(self.settle(*body))),
            Cond::Every(variable, list, body) => Cond::Every(variable, list, Box::new(self.settle(*body))),
            other => other,
        }
    }

    /// The bodies of which one must hold.
    pub(super) fn bodies(&mut self, cond: &Cond) -> Vec<Vec<Goal>> {
        match cond {
            Cond::Any(parts) => parts.iter().map(|part| self.goals(part)).collect(),
            other => vec![self.goals(other)],
        }
    }

    /// The lines of a body. A choice inside it becomes a helper.
    pub(super) fn goals(&mut self, cond: &Cond) -> Vec<Goal> {
        self.goals_in(cond, &mut Vec::new())
    }

    /// As [`Lowering::goals`], in a body that has already introduced these variables.
    fn goals_in(&mut self, cond: &Cond, declared: &mut Vec<String>) -> Vec<Goal> {
        match cond {
            Cond::Holds { goal, .. } | Cond::Present { goal, .. } => vec![Goal::Is(goal.clone())],
            Cond::All(parts) => parts.iter().flat_map(|part| self.goals_in(part, declared)).collect(),
            Cond::Any(parts) if parts.is_empty() => vec![Goal::Is(Term::word("false"))],
            Cond::Any(_) => {
                let name = self.helper_name(None, self.purpose);
                vec![Goal::Is(self.define(&name, vec![(Term::word("true"), cond.clone())]))]
            }
            Cond::Some(variable, list, body) => {
                let (variable, body) = introduced(variable, body, declared);
                let body = self.goals_in(&body, declared);
                let kept = self.kept.contains(&variable);
                if body.is_empty() && !kept {
                    return vec![Goal::Is(Term::infix(Term::call("count", [list.clone()]), ">", Term::word("0")))];
                }
                let variable = if kept { variable } else { used(&variable, &body) };
                let mut goals = vec![Goal::Some(variable, list.clone())];
                goals.extend(body);
                goals
            }
            Cond::Every(variable, list, body) => {
                let outside = declared.len();
                let (variable, body) = introduced(variable, body, declared);
                let body = self.goals_in(&body, declared);
                declared.truncate(outside);
                vec![Goal::Every(used(&variable, &body), list.clone(), body)]
            }
            // `not f(x)` is undefined in OPA where `x` is, so only a rule or a function of variables is negated.
            Cond::Unless(inner) => match &**inner {
                Cond::Holds { goal: goal @ Term::Infix(left, "==", _), .. } if left.is_short() => {
                    vec![Goal::Not(goal.clone())]
                }
                inner => {
                    let name = self.helper_name(None, "absent");
                    vec![Goal::Not(self.define(&name, vec![(Term::word("true"), inner.clone())]))]
                }
            },
        }
    }

    /// Reports that this cannot be said. Nothing is emitted then, so the term does not matter.
    pub(super) fn refuse(&mut self, span: Span, what: &str) -> Term {
        let problem = Diagnostic::error(&codes::NOT_EXPRESSIBLE, format!("`ci.rego` cannot express {what}"), span);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        Term::word("false")
    }

    /// As [`Lowering::refuse`], for a condition.
    pub(super) fn refuse_condition(&mut self, span: Span, what: &str) -> Cond {
        Cond::holds(self.refuse(span, what))
    }
}

/// The head of a function, with `_` for the arguments that this rule of it does not read; the name alone without arguments.
fn signature(name: &str, arguments: &[String], value: Option<&Term>, body: &[Goal]) -> String {
    let mut read = Vec::new();
    value.into_iter().for_each(|value| value.variables(&mut read));
    goals_variables(body, &mut read);
    let shown = |argument: &String| if read.contains(argument) { argument.clone() } else { "_".to_owned() };
    match arguments {
        [] => name.to_owned(),
        arguments => format!("{name}({})", arguments.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}

/// A variable of a body, under another name if the body has introduced one of this name for something else.
fn introduced(variable: &str, body: &Cond, declared: &mut Vec<String>) -> (String, Cond) {
    let name = unused(variable, |name| declared.iter().any(|known| known == name));
    declared.push(name.clone());
    let body = if name == variable { body.clone() } else { body.renamed(variable, &name) };
    (name, body)
}

/// The variable, or the one that stands for nothing if the body does not read it.
fn used(variable: &str, body: &[Goal]) -> String {
    let mut read = Vec::new();
    goals_variables(body, &mut read);
    if read.iter().any(|name| name == variable) { variable.to_owned() } else { "_".to_owned() }
}

/// A variable for each local of a block. Locals of one name are in scopes that do not overlap.
fn block_variables(block: &Block) -> (Variables, BTreeMap<LocalId, String>) {
    let mut variables = Variables::default();
    let named = block.locals.iter().zip(0..).map(|(local, id)| (LocalId(id), variables.shared(&local.name))).collect();
    (variables, named)
}

/// `ModelScan` as `model_scan`.
pub(super) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (index, character) in name.char_indices() {
        if character.is_ascii_uppercase() && index > 0 && !out.ends_with('_') {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}
