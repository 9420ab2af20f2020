//! `gatewright explain`

mod artifact;
mod denial;
mod place;

use super::args::Explain;
use super::output::Output;
use super::project::open;
use super::{Done, Exit, Trouble};
use crate::core::{Control, Project};
use crate::diagnostics::codes;
use crate::session::Checked;

pub fn run(command: &Explain, output: &mut Output) -> Done {
    let what = command.what.join(" ");
    if let Some(code) = codes::find(what.trim()) {
        output.result(code.page)?;
        return Ok(Exit::Fine);
    }
    let opened = open(&command.project.project)?;
    let checked = &opened.checked;
    let named: Vec<&Control> = (checked.project.controls.iter())
        .filter(|control| {
            control.name == what || control.qualified == what || control.qualified.ends_with(&format!(".{what}"))
        })
        .collect();
    if !named.is_empty() {
        for control in named {
            output.result(&about(checked, control))?;
        }
        return Ok(Exit::Fine);
    }
    let found = match artifact::line(&opened, &what)? {
        Some(place) => vec![place],
        None => denial::find(checked, &what),
    };
    if found.is_empty() {
        return Err(Trouble::new(format!("`{what}` is no code, no control of the project, and no message of one")));
    }
    for place in found {
        output.result(&place.explained(checked))?;
        if let Some(control) = checked.project.controls.get(place.instance.control) {
            output.result(&about(checked, control))?;
        }
    }
    Ok(Exit::Fine)
}

/// Everything about a control that its readers need.
fn about(checked: &Checked, control: &Control) -> String {
    let project = &checked.project;
    let severity = &project.enums[0].variants[control.severity as usize].name;
    let mut lines = vec![
        format!("control {}: {}", control.qualified, control.title),
        format!("  severity: {severity}"),
        format!("  declared: {}", checked.sources.place(control.span)),
    ];
    if let Some(owner) = control.owner {
        let role = project.role(owner);
        let contact = role.contact.as_deref().map(|contact| format!(", {contact}")).unwrap_or_default();
        lines.push(format!("  owner: {}{contact}", role.name));
    }
    for param in &control.params {
        let default =
            param.default.as_ref().map(|value| format!(" = {}", project.const_text(value))).unwrap_or_default();
        lines.push(format!("  parameter: {}: {}{default}", param.name, project.type_name(&param.ty)));
    }
    for threat in &control.mitigates {
        lines.push(format!("  counters (its author's claim): {}", threat_text(project, threat)));
    }
    lines.extend(control.requirements.iter().map(|requirement| format!("  requirement: {requirement}")));
    for block in &control.blocks {
        let subject = &project.record(block.subject).name;
        lines.push(format!("  decides: {} on {subject}, {}", block.stage.keyword(), checked.sources.place(block.span)));
    }
    for policy in &project.policies {
        let here = policy
            .instances
            .iter()
            .filter(|instance| project.controls[instance.control].qualified == control.qualified);
        for instance in here {
            let place = checked.sources.place(instance.span);
            lines.push(format!(
                "  applied: {} by policy {} as {}, {place}",
                instance.mode.keyword(),
                policy.name,
                instance.name
            ));
        }
    }
    if !control.doc.is_empty() {
        lines.push(String::new());
        lines.push(indented(control.doc.trim_end()));
    }
    lines.push(String::new());
    lines.join("\n") + "\n"
}

fn threat_text(project: &Project, threat: &crate::core::Const) -> String {
    match threat {
        crate::core::Const::Threat(catalog, entry) => {
            let catalog = project.catalog(*catalog);
            match catalog.entries.get_index(*entry as usize) {
                Some((id, entry)) => format!("{id} {} ({} {})", entry.name, catalog.title, catalog.edition),
                None => String::new(),
            }
        }
        other => project.const_text(other),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
