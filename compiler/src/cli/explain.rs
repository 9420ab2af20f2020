//! `gatewright explain`

use super::args::Explain;
use super::output::Output;
use super::project::open;
use super::{Done, Exit, Trouble};
use crate::core::{Control, Part, Project, StmtKind};
use crate::diagnostics::codes;
use crate::session::Checked;
use crate::source::Span;

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
    let said = sayings(checked, &what);
    if said.is_empty() {
        return Err(Trouble::new(format!("`{what}` is no code, no control of the project, and no message of one")));
    }
    for (control, span) in said {
        let place = checked.sources.place(span);
        output.result(&format!("{place} says this:\n\n{}\n\n", indented(checked.sources.text(span))))?;
        output.result(&about(checked, control))?;
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

/// The requirements whose message could be this text.
fn sayings<'a>(checked: &'a Checked, text: &str) -> Vec<(&'a Control, Span)> {
    let mut found = Vec::new();
    for control in &checked.project.controls {
        for stmt in control.blocks.iter().flat_map(|block| &block.body) {
            stmt.walk(&mut |stmt| {
                if let StmtKind::Require { message, .. } | StmtKind::Bind { message, .. } = &stmt.kind
                    && could_be(&message.parts, text)
                {
                    found.push((control, stmt.span));
                }
            });
        }
    }
    found
}

/// Whether a text has the fixed parts of a message, in order; a part that is a value may be anything.
fn could_be(parts: &[Part], text: &str) -> bool {
    let mut rest = text;
    let mut said = 0;
    for part in parts {
        let Part::Text(fixed) = part else { continue };
        let Some(at) = rest.find(fixed.as_str()) else { return false };
        rest = &rest[at + fixed.len()..];
        said += fixed.trim().len();
    }
    // A message that is almost only values fits everything, which explains nothing.
    said >= 3
}
