//! `manifest.json`: what was emitted for a policy, what each block is enforced by, and what is not decided where.

use super::artifact::{Artifact, json_text};
use super::digest::{core_digest, sha256};
use super::plan::Assignment;
use super::{ALL, Input, compiler};
use crate::core::{EnumId, Instance, Place};
use serde_json::{Value, json};

/// The version of the manifest's format.
const FORMAT: u32 = 1;

/// The text of the manifest. It holds no time, no absolute path and nothing of the machine.
pub fn manifest(input: &Input<'_>, artifacts: &[Artifact]) -> String {
    let (project, policy, sources) = (input.project, input.policy, input.sources);
    let asset = |id| project.asset(id).qualified.as_str();
    let instance_name = |position: usize| policy.instances.get(position).map(|instance| instance.name.as_str());
    let waivers: Vec<Value> = (policy.waivers.iter())
        .map(|waiver| {
            json!({
                "instance": instance_name(waiver.instance),
                "asset": asset(waiver.asset),
                "granted": waiver.granted.to_string(),
                "until": waiver.until.to_string(),
                "approved_by": project.role(waiver.approved_by).name.as_str(),
                "reason": waiver.reason.as_str(),
                "ticket": waiver.ticket.as_deref(),
                "source": sources.place(waiver.span),
            })
        })
        .collect();
    let accepted: Vec<Value> = (policy.accepted.iter())
        .map(|accepted| {
            json!({
                "weakness": accepted.weakness.keyword(),
                "evidence": project.record(accepted.evidence).qualified.as_str(),
                "source": sources.place(accepted.span),
            })
        })
        .collect();
    let exclusions: Vec<Value> = (input.plan.exclusions.iter())
        .map(|exclusion| {
            let block = input.block(exclusion.instance, exclusion.block);
            json!({
                "target": exclusion.target,
                "instance": instance_name(exclusion.instance),
                "block": block.map(|block| block.index),
                "reasons": exclusion.reasons,
            })
        })
        .collect();
    let manifest = json!({
        "gatewright": FORMAT,
        "compiler": env!("CARGO_PKG_VERSION"),
        "policy": policy.name.as_str(),
        "source": sources.place(policy.span),
        "core": core_digest(project, policy),
        "covers": policy.covers.iter().map(|id| asset(*id)).collect::<Vec<_>>(),
        "targets": targets(input),
        "artifacts": artifacts.iter().map(|artifact| json!({
            "path": artifact.path,
            "sha256": sha256(artifact.text.as_bytes()),
        })).collect::<Vec<_>>(),
        "blocks": input.plan.blocks.iter().filter_map(|block| enforced(input, block)).collect::<Vec<_>>(),
        "waivers": waivers,
        "accepted": accepted,
        "exclusions": exclusions,
    });
    json_text(&manifest)
}

fn enforced(input: &Input<'_>, assignment: &Assignment) -> Option<Value> {
    let (project, sources) = (input.project, input.sources);
    let instance: &Instance = input.policy.instances.get(assignment.instance)?;
    let block = instance.blocks.get(assignment.block)?;
    let control = project.controls.get(instance.control)?;
    let severity = project.enumeration(EnumId::SEVERITY).variants.get(control.severity as usize)?;
    Some(json!({
        "control": control.qualified.as_str(),
        "instance": instance.name.as_str(),
        "block": block.index,
        "stage": block.stage.keyword(),
        "subject": project.record(block.subject).name.as_str(),
        "place": assignment.place.keyword(),
        "mode": instance.mode.keyword(),
        "severity": severity.name.as_str(),
        "enforced_by": assignment.targets,
        "source": sources.place(block.span),
        "applied": sources.place(instance.span),
    }))
}

/// The targets that enforce something, with what they do not decide.
fn targets(input: &Input<'_>) -> Vec<Value> {
    let known = std::iter::once(&compiler::CAPABILITIES).chain(ALL.iter().map(|target| target.capabilities()));
    let used = known.filter(|target| input.plan.of(target.name).next().is_some());
    used.map(|target| {
        let mut entry = json!({
            "name": target.name,
            "engines": target.engines,
            "messages": target.messages,
            "absence": target.absence,
            "failure": target.failure,
            "not_decided": target.limits,
        });
        if target.stands_at(Place::Admission) {
            entry["kubernetes"] = input.project.cluster.to_string().into();
        }
        entry
    })
    .collect()
}
