//! `gatewright check --explain-enforcement`: which target enforces each block, and why the others do not.

use crate::core::{Place, Policy};
use crate::session::Checked;
use crate::targets::Input;
use crate::targets::enforcement::{Enforcement, Role, enforcement};
use serde_json::{Value, json};
use std::fmt::Write;

/// Every policy that has a plan: there is none while names or types are wrong.
fn policies(checked: &Checked) -> impl Iterator<Item = (&Policy, Vec<Enforcement<'_>>)> {
    checked.project.policies.iter().zip(&checked.plans).map(|(policy, plan)| {
        let input = Input { project: &checked.project, sources: &checked.sources, policy, plan };
        (policy, enforcement(&input))
    })
}

/// The text for people.
pub(super) fn human(checked: &Checked) -> String {
    let mut text = String::new();
    for (policy, blocks) in policies(checked) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "policy {}", policy.name);
        for block in &blocks {
            let _ = write!(text, "\n{}", entry(checked, block));
        }
        text.push('\n');
    }
    text
}

fn entry(checked: &Checked, it: &Enforcement<'_>) -> String {
    let (project, sources) = (&checked.project, &checked.sources);
    let subject = &project.record(it.block.subject).name;
    let mut text = format!(
        "{} ({}): {} on {subject}, known at `{}`, {}\n",
        it.instance.name,
        it.instance.mode.keyword(),
        it.block.stage.keyword(),
        it.place.keyword(),
        sources.place(it.block.span),
    );
    for standing in &it.targets {
        let name = standing.target.name;
        let _ = match &standing.role {
            Role::Enforces => writeln!(text, "  + {name} enforces it, and tells {}", standing.target.messages.what()),
            Role::NotListed => writeln!(text, "  - {name} could: say `emit {name}`"),
            Role::Elsewhere => writeln!(text, "  - {name} does not: it stands at {}", places(standing.target.places)),
            Role::Cannot(reasons) => {
                let _ = writeln!(text, "  - {name} cannot:");
                for reason in reasons {
                    let _ = writeln!(text, "    {}: {}", sources.place(reason.span), reason.text);
                    for line in sources.text(reason.span).lines().take(1) {
                        let _ = writeln!(text, "      {line}");
                    }
                }
                Ok(())
            }
        };
    }
    text
}

fn places(places: &[Place]) -> String {
    places.iter().map(|place| format!("`{}`", place.keyword())).collect::<Vec<_>>().join(", ")
}

/// The same for programs: one entry for each block.
pub(super) fn as_json(checked: &Checked) -> Value {
    let (project, sources) = (&checked.project, &checked.sources);
    let mut entries = Vec::new();
    for (policy, blocks) in policies(checked) {
        for it in blocks {
            let targets: Vec<Value> = it
                .targets
                .iter()
                .map(|standing| {
                    let reasons: &[_] = match &standing.role {
                        Role::Cannot(reasons) => reasons,
                        _ => &[],
                    };
                    json!({
                        "target": standing.target.name,
                        "role": word(&standing.role),
                        "places": standing.target.places,
                        "messages": standing.target.messages,
                        "reasons": reasons.iter().map(|reason| json!({
                            "source": sources.place(reason.span),
                            "expression": sources.text(reason.span),
                            "reason": reason.text,
                        })).collect::<Vec<_>>(),
                    })
                })
                .collect();
            entries.push(json!({
                "policy": policy.name.as_str(),
                "instance": it.instance.name.as_str(),
                "control": project.controls.get(it.instance.control).map(|control| control.qualified.as_str()),
                "block": it.block.index,
                "stage": it.block.stage,
                "subject": project.record(it.block.subject).name.as_str(),
                "place": it.place,
                "mode": it.instance.mode,
                "source": sources.place(it.block.span),
                "applied": sources.place(it.instance.span),
                "targets": targets,
            }));
        }
    }
    Value::Array(entries)
}

fn word(role: &Role) -> &'static str {
    match role {
        Role::Enforces => "enforces",
        Role::NotListed => "not_listed",
        Role::Elsewhere => "elsewhere",
        Role::Cannot(_) => "cannot",
    }
}
