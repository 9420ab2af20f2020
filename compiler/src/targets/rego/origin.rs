//! From a line of `policy.rego` back to the block and the statement that it decides.

use super::{NAME, heading, title};
use crate::core::{Block, Instance};
use crate::source::Span;
use crate::targets::{Input, Origin};

/// What a line (from 0) comes from.
pub(super) fn origin<'a>(input: &Input<'a>, text: &str, line: usize) -> Option<Origin<'a>> {
    let lines: Vec<&str> = text.lines().collect();
    let before = lines.get(..=line)?;
    let is_heading = |line: &&&str| line.starts_with(&heading(""));
    let section = before.iter().rfind(is_heading)?;
    let number = before.iter().filter(|line| *line == section).count();
    let of = |(instance, block): &(&Instance, &Block)| heading(&title(input, instance, block)) == **section;
    // Blocks of one title stand in the order of the plan.
    let (instance, block) = input.blocks(NAME).into_iter().filter(of).nth(number.checked_sub(1)?)?;
    Some(Origin { instance, block, statement: statement(input, block, before) })
}

/// The statement that the rule around the last line is for: its place stands over the rule, or its number in the rule's name.
fn statement(input: &Input<'_>, block: &Block, before: &[&str]) -> Option<Span> {
    let inside = |line: &&str| line.starts_with(['\t', '}', ']']);
    let head = before.iter().rposition(|line| !inside(line))?;
    let said = before.get(head)?;
    let place = match said.starts_with('#') {
        true => Some(said),
        false => head.checked_sub(1).and_then(|over| before.get(over)),
    };
    let place = place.and_then(|line| line.strip_prefix("# "));
    let number: Option<u32> = said.split([' ', '(']).next().and_then(|name| {
        let name = name.strip_suffix("_holds").or_else(|| name.strip_suffix("_fails"))?;
        name.rsplit_once('_')?.1.parse().ok()
    });
    let mut found = None;
    for stmt in &block.body {
        stmt.walk(&mut |stmt| {
            let is_it = number == Some(stmt.id) || place == Some(&input.sources.place(stmt.span));
            if found.is_none() && is_it {
                found = Some(stmt.span);
            }
        });
    }
    found
}
