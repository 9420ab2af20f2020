//! `gatewright targets`: the tables that the planner reads, for people and programs.

use super::args::{TableFormat, Targets};
use super::output::Output;
use super::{Done, Exit};
use crate::core::Place;
use crate::syntax::ast::Mode;
use crate::targets::capabilities::Capabilities;
use crate::targets::{ALL, COMPILER};
use serde_json::{Value, json};

pub fn run(command: &Targets, output: &mut Output) -> Done {
    let tables: Vec<&Capabilities> =
        std::iter::once(COMPILER).chain(ALL.iter().map(|target| target.capabilities())).collect();
    let text = match command.format {
        TableFormat::Markdown => tables.iter().map(|table| markdown(table)).collect::<Vec<_>>().join("\n"),
        TableFormat::Json => format!("{:#}\n", tables.iter().map(|table| as_json(table)).collect::<Value>()),
    };
    output.result(&text)?;
    Ok(Exit::Fine)
}

fn words<T>(items: &[T], word: impl Fn(&T) -> &'static str) -> Vec<&'static str> {
    items.iter().map(word).collect()
}

fn markdown(table: &Capabilities) -> String {
    let quoted = |words: Vec<&str>| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let mut rows = vec![
        ("engines", table.engines.to_owned()),
        ("places", quoted(words(table.places, |place| Place::keyword(*place)))),
        ("modes", quoted(words(table.modes, |mode| Mode::keyword(*mode)))),
        (
            "messages",
            serde_json::to_value(table.messages)
                .ok()
                .and_then(|level| Some(level.as_str()?.to_owned()))
                .unwrap_or_default(),
        ),
        ("statements", words(table.statements, |form| form.what()).join(", ")),
        ("expressions", words(table.expressions, |form| form.what()).join(", ")),
    ];
    let types: Vec<String> = (table.types.iter())
        .map(|(form, uses)| {
            let mut can = Vec::new();
            can.extend(uses.equality.then_some("`==`"));
            can.extend(uses.order.then_some("`<`"));
            can.extend(uses.shown.then_some("messages"));
            match can.is_empty() {
                true => form.what().to_owned(),
                false => format!("{} ({})", form.what(), can.join(", ")),
            }
        })
        .collect();
    rows.push(("types", types.join("; ")));
    if !table.resources.is_empty() {
        rows.push(("resources", quoted(table.resources.to_vec())));
    }
    rows.push(("absence", table.absence.to_owned()));
    rows.push(("failure", table.failure.to_owned()));
    let limits = table.limits.join("; ");
    if !limits.is_empty() {
        rows.push(("not decided", limits));
    }
    let rows: String =
        rows.iter().map(|(name, value)| format!("| {name} | {} |\n", value.replace('|', "\\|"))).collect();
    format!("## {}\n\n| | |\n|---|---|\n{rows}", table.name)
}

fn as_json(table: &Capabilities) -> Value {
    json!({
        "name": table.name,
        "engines": table.engines,
        "places": table.places,
        "modes": table.modes,
        "messages": table.messages,
        "statements": words(table.statements, |form| form.what()),
        "expressions": words(table.expressions, |form| form.what()),
        "types": table.types.iter().map(|(form, uses)| json!({
            "type": form.what(),
            "equality": uses.equality,
            "order": uses.order,
            "messages": uses.shown,
        })).collect::<Vec<_>>(),
        "resources": table.resources,
        "absence": table.absence,
        "failure": table.failure,
        "not_decided": table.limits,
    })
}
