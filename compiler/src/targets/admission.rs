//! `kubernetes.admission`: a policy's blocks about Kubernetes objects as ValidatingAdmissionPolicies, which the API server decides in CEL.
//!
//! Each block becomes one policy object with a binding for the namespaces that the policy covers, in a file of its own, and a kustomize base
//! lists the files. What the server did when each rule here was tried on it is said beside the rule.

mod api;
mod asset;
mod block;
mod capabilities;
mod cel;
mod condition;
mod cost;
mod field;
mod lower;
mod object;
mod value;
mod waiver;

use super::artifact::Artifact;
use super::capabilities::Capabilities;
use super::{Input, Origin, Target};
use crate::core::objects::Candidate;
use crate::core::{Block, Instance};
use crate::diagnostics::{Diagnostic, codes};
use api::{Kustomization, yaml};
use block::Validation;
use cel::Cel;
use lower::Lowering;

/// The target.
#[derive(Debug)]
pub struct Admission;

/// How the project's targets name it.
const NAME: &str = "kubernetes.admission";

/// Namespaces in which the cluster itself runs: a policy that stopped what is in them could stop the cluster.
const SYSTEM_NAMESPACES: &[&str] = &["kube-system", "kube-public", "kube-node-lease"];

impl Target for Admission {
    fn capabilities(&self) -> &'static Capabilities {
        &capabilities::CAPABILITIES
    }

    fn problems(&self, input: &Input<'_>) -> Vec<Diagnostic> {
        let mut problems: Vec<Diagnostic> = Vec::new();
        for (instance, block) in input.blocks(NAME) {
            let found = Lowered::new(input, instance, block).problems;
            let new: Vec<_> = found.into_iter().filter(|problem| !problems.contains(problem)).collect();
            problems.extend(new);
        }
        problems
    }

    fn origin<'a>(&self, input: &Input<'a>, file: &str, text: &str, line: usize) -> Option<Origin<'a>> {
        let Enforced { instance, block, .. } =
            enforced(input).into_iter().find(|enforced| file.strip_suffix(".yaml") == Some(&enforced.name))?;
        let validations = Lowered::new(input, instance, block).validations;
        let number = object::validation_at(text, line);
        let statement = number.and_then(|number| validations.get(number)).map(|validation| validation.span);
        Some(Origin { instance, block, statement })
    }

    fn emit(&self, input: &Input<'_>) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
        let problems = self.problems(input);
        if !problems.is_empty() {
            return Err(problems);
        }
        let file = |Enforced { name, instance, block }: &Enforced<'_>| {
            let (policy, binding) = object::objects(name, input, instance, block, Lowered::new(input, instance, block));
            Artifact::new(format!("{name}.yaml"), generated(&[yaml(&policy), yaml(&binding)])).holding(2)
        };
        let mut files: Vec<Artifact> = enforced(input).iter().map(file).collect();
        let names = files.iter().map(|file| file.path.clone()).collect();
        files.push(Artifact::new("kustomization.yaml", generated(&[yaml(&Kustomization::new(names))])));
        Ok(files)
    }
}

/// A block and the objects of the cluster that enforce it.
#[derive(Debug)]
pub struct Enforced<'a> {
    /// The name of the policy object and of its binding; the server says it in every denial.
    pub name: String,
    /// The control instance.
    pub instance: &'a Instance,
    /// The block.
    pub block: &'a Block,
}

/// The blocks that the plan gives this target, with the names of their objects.
pub fn enforced<'a>(input: &Input<'a>) -> Vec<Enforced<'a>> {
    let blocks = input.blocks(NAME);
    let named = |(instance, block): &(&'a Instance, &'a Block)| {
        let several = blocks.iter().filter(|(other, _)| std::ptr::eq(*other, *instance)).count() > 1;
        Enforced { name: object::name(&input.policy.name, instance, block, several), instance, block }
    };
    blocks.iter().map(named).collect()
}

/// A block in CEL.
struct Lowered {
    candidates: Vec<Candidate>,
    variables: Vec<(String, Cel)>,
    validations: Vec<Validation>,
    /// When an object is exempt, if a waiver may hold.
    waived: Option<Cel>,
    /// What cannot be said; then the rest means nothing.
    problems: Vec<Diagnostic>,
}

impl Lowered {
    fn new(input: &Input<'_>, instance: &Instance, block: &Block) -> Self {
        let mut lowering = Lowering::new(input.project, input.policy, block);
        let mut problems = scope_problems(input, instance, block, &lowering.candidates);
        let mut validations: Vec<Validation> = unplaced(&mut lowering).into_iter().collect();
        validations.extend(block::validations(&mut lowering));
        let waived = waiver::waived(&mut lowering, input.policy, instance);
        problems.append(&mut lowering.problems);
        problems.extend(cost::problems(&lowering.variables, &validations, block));
        let Lowering { candidates, variables, .. } = lowering;
        Self { candidates, variables, validations, waived, problems }
    }
}

/// Where a namespace is not enough to find the asset, an object that belongs to none is undecided, so it does not pass.
fn unplaced(lowering: &mut Lowering<'_>) -> Option<Validation> {
    let candidates = lowering.candidates.clone();
    if candidates.iter().all(|candidate| candidate.found_by.len() <= 1) {
        return None;
    }
    let belongs: Vec<_> = candidates.iter().map(|candidate| lowering.belongs_to(candidate)).collect();
    let text = "it is not known which declared asset the object belongs to".to_owned();
    let holds = Cel::any(belongs);
    let told = Cel::text(text.as_str());
    Some(Validation { holds, told, text, span: lowering.block.span })
}

/// What is wrong with the assets that objects are to be found by.
fn scope_problems(input: &Input<'_>, instance: &Instance, block: &Block, candidates: &[Candidate]) -> Vec<Diagnostic> {
    let project = input.project;
    let mut problems = Vec::new();
    if candidates.is_empty() {
        let subject = &project.record(block.subject).name;
        let message = format!(
            "no asset that `{}` covers says where its objects are, so no `{subject}` is judged",
            input.policy.name
        );
        problems.push(
            Diagnostic::error(&codes::NOT_TOLD_APART, message, instance.span)
                .label(block.span, "this block is about them")
                .note("give a declared service its `namespace`"),
        );
    }
    for (index, one) in candidates.iter().enumerate() {
        let declared = project.asset(one.asset);
        let place = one.found_by.first().map_or("", |(_, text)| text.as_str());
        if SYSTEM_NAMESPACES.contains(&place) {
            let message = format!("`{}` runs in `{place}`, where the cluster itself runs", declared.name);
            problems.push(
                Diagnostic::error(&codes::NOT_TOLD_APART, message, declared.span)
                    .note("a policy that stops what is there can stop the cluster, so admission leaves it out"),
            );
        }
        let same = |other: &&Candidate| {
            let differs = |(name, text): &(smol_str::SmolStr, smol_str::SmolStr)| {
                other.found_by.iter().any(|(known, found)| known == name && found != text)
            };
            !one.found_by.iter().any(differs)
        };
        if let Some(other) = candidates[..index].iter().find(same) {
            let other = project.asset(other.asset);
            let message = format!("objects of `{}` and `{}` cannot be told apart", other.name, declared.name);
            problems.push(
                Diagnostic::error(&codes::NOT_TOLD_APART, message, declared.span)
                    .label(other.span, "the other one")
                    .note("give both what tells them apart, such as an `app` each"),
            );
        }
    }
    problems
}

/// YAML documents, with a line that says where they come from.
fn generated(documents: &[String]) -> String {
    format!("# Generated by gatewright: change the policy instead.\n{}", documents.join("---\n"))
}
