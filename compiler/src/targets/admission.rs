//! `kubernetes.admission`: a policy's blocks about Kubernetes objects as ValidatingAdmissionPolicies, which the API server decides in CEL.
//!
//! Each block becomes one policy object with a binding for the namespaces that the policy covers, in a file of its own, and a kustomize base
//! lists the files. What the server did when each rule here was tried on it is said beside the rule.

mod api;
mod block;
mod capabilities;
mod cel;
mod cost;
mod lower;
mod object;
mod waiver;

use super::artifact::Artifact;
use super::capabilities::Capabilities;
use super::{Input, Target};
use crate::core::objects::Candidate;
use crate::core::{Block, Instance};
use crate::diagnostics::{Diagnostic, codes};
use api::{Kustomization, yaml};
use lower::Lowering;
use object::Parts;

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

    fn emit(&self, input: &Input<'_>) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
        let (mut files, mut problems) = (Vec::new(), Vec::new());
        let blocks = input.blocks(NAME);
        for (instance, block) in &blocks {
            let several = blocks.iter().filter(|(other, _)| std::ptr::eq(*other, *instance)).count() > 1;
            match lowered(input, instance, block, several) {
                Ok((name, text)) => files.push(Artifact::new(format!("{name}.yaml"), text)),
                Err(found) => {
                    problems.extend(found.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>())
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let names = files.iter().map(|file| file.path.clone()).collect();
        files.push(Artifact::new("kustomization.yaml", generated(&[yaml(&Kustomization::new(names))])));
        Ok(files)
    }
}

fn lowered(
    input: &Input<'_>,
    instance: &Instance,
    block: &Block,
    several: bool,
) -> Result<(String, String), Vec<Diagnostic>> {
    let mut lowering = Lowering::new(input.project, input.policy, block);
    let mut problems = scope_problems(input, instance, block, &lowering.candidates);
    let mut validations: Vec<_> = unplaced(&mut lowering).into_iter().collect();
    validations.extend(block::validations(&mut lowering));
    let waived = waiver::waived(&mut lowering, input.policy, instance);
    problems.append(&mut lowering.problems);
    problems.extend(cost::problems(&lowering.variables, &validations, block));
    if !problems.is_empty() {
        return Err(problems);
    }
    let name = object::name(&input.policy.name, instance, block, several);
    let mut parts = Parts {
        input,
        instance,
        block,
        name: name.clone(),
        candidates: &lowering.candidates.clone(),
        variables: lowering.variables,
        validations,
        waived,
    };
    let (policy, binding) = object::objects(&mut parts);
    Ok((name, generated(&[yaml(&policy), yaml(&binding)])))
}

/// Where a namespace is not enough to find the asset, an object that belongs to none is undecided, so it does not pass.
fn unplaced(lowering: &mut Lowering<'_>) -> Option<block::Validation> {
    let candidates = lowering.candidates.clone();
    if candidates.iter().all(|candidate| candidate.found_by.len() <= 1) {
        return None;
    }
    let belongs: Vec<_> = candidates.iter().map(|candidate| lowering.belongs_to(candidate)).collect();
    let text = "it is not known which declared asset the object belongs to".to_owned();
    let holds = cel::Cel::any(belongs);
    let told = cel::Cel::text(text.as_str());
    Some(block::Validation { holds, told, text, span: lowering.block.span })
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
