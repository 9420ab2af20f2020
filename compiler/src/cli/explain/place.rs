//! A block of a policy that somebody met, in words: what it requires, where it is applied, what is waived.

use crate::core::{Block, Instance, Policy, Stmt, StmtKind};
use crate::session::Checked;
use crate::source::Span;
use std::fmt::Write;

/// A block of a policy, and the statements of it that are meant.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    pub(super) policy: &'a Policy,
    pub(super) instance: &'a Instance,
    pub(super) block: &'a Block,
    /// Where statements stand; none means all requirements of the block.
    pub(super) statements: Vec<Span>,
}

impl Place<'_> {
    /// What its reader needs, but for what is known of the control anyway.
    pub(super) fn explained(&self, checked: &Checked) -> String {
        let sources = &checked.sources;
        let subject = &checked.project.record(self.block.subject).name;
        let mut text = format!(
            "policy {}: {} ({}), {} on {subject}\n",
            self.policy.name,
            self.instance.name,
            self.instance.mode.keyword(),
            self.block.stage.keyword()
        );
        for statement in self.required() {
            text.push_str(&quoted(checked, "required", statement.0));
            text.push_str("  to satisfy it, this must ");
            text.push_str(if statement.2 { "be there:\n" } else { "hold:\n" });
            let condition = sources.text(statement.1);
            condition.lines().for_each(|line| text.push_str(&format!("    {}\n", line.trim())));
        }
        text.push_str(&quoted(checked, "applied", self.instance.span));
        text.push_str(&self.waivers(checked));
        text.push('\n');
        text
    }

    /// The requirements that are meant: the place, what must hold, and whether it must be there.
    fn required(&self) -> Vec<(Span, Span, bool)> {
        let mut found: Vec<(Span, Span, bool)> = Vec::new();
        each_requirement(self.block, &mut |stmt| {
            let meant = |span: &Span| span.start <= stmt.span.start && stmt.span.end <= span.end;
            let is_new = found.iter().all(|(span, ..)| *span != stmt.span);
            if is_new && (self.statements.is_empty() || self.statements.iter().any(meant)) {
                match &stmt.kind {
                    StmtKind::Require { condition, .. } => found.push((stmt.span, condition.span, false)),
                    StmtKind::Bind { value, .. } => found.push((stmt.span, value.span, true)),
                    _ => {}
                }
            }
        });
        found
    }

    fn waivers(&self, checked: &Checked) -> String {
        let is_ours =
            |instance: usize| self.policy.instances.get(instance).is_some_and(|it| it.name == self.instance.name);
        let mut text = String::new();
        for waiver in self.policy.waivers.iter().filter(|waiver| is_ours(waiver.instance)) {
            let ticket = waiver.ticket.as_deref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "  waived for {} from {} to {} by {}: {}{ticket}, {}",
                checked.project.asset(waiver.asset).qualified,
                waiver.granted,
                waiver.until,
                checked.project.role(waiver.approved_by).name,
                waiver.reason,
                checked.sources.place(waiver.span)
            );
        }
        if text.is_empty() { "  not waived for anything\n".to_owned() } else { text }
    }
}

/// The statements of a block that can be violated.
pub(super) fn each_requirement<'a>(block: &'a Block, visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in &block.body {
        stmt.walk(&mut |stmt| {
            if matches!(stmt.kind, StmtKind::Require { .. } | StmtKind::Bind { .. }) {
                visit(stmt);
            }
        });
    }
}

/// A place with the line that stands there.
fn quoted(checked: &Checked, what: &str, span: Span) -> String {
    let file = checked.sources.file(span.file);
    let line = file.lines().position(&file.text, span.start).line as usize;
    let written = file.text.lines().nth(line).unwrap_or_default().trim_end();
    format!("  {what} at {}\n    {:>4} | {written}\n", checked.sources.place(span), line + 1)
}
