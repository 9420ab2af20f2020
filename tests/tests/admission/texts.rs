//! Whatever a project writes into titles, messages and patterns, the server reads the same from the emitted YAML.

use crate::{CLUSTER, namespace};
use gatewright::check::Settings;
use gatewright::session::{self, Checked};
use gatewright::source::MemoryLoader;
use gatewright_tests::admission::{InForce, emitted, read};
use gatewright_tests::kubernetes::JSON;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Texts that YAML, CEL or a terminal could take for something else.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "it's \"quoted\"", "key: value", "a # no comment", "#", "yes", "null", "~", "1.0", "0x1F", "- item", "? key", "|", ">", "%TAG",
        "&anchor *alias", "!tag", "{{x}}", "{{{{", "[a, b]", "two  blanks", " leading", "trailing ", "back\\slash \\n", "r'raw'", "'''",
        "---", "...", "é 漢 𝄞 😀", "line\nbreak", "tab\there", "cr\rhere", "a\u{202e}b\u{2066}c", "\u{2028}", "\u{feff}bom", "\u{7f}\u{85}",
        "<b>&amp;</b>", "`tick` $(x) ${y}", "2026-11-24", "!!binary x", "`", "@at", "\u{0}nul",
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    texts.push("long word ".repeat(500));
    texts.push("x".repeat(5000));
    texts.push(format!("{} : > # 'x' \"y\"", "many words in a row".repeat(20)));
    texts
}

/// The text as a literal of the language.
fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            other => match other.is_control() || "\u{202e}\u{2066}\u{2028}\u{feff}".contains(other) {
                // Writing to a string cannot fail.
                true => drop(write!(out, "\\u{{{:x}}}", u32::from(other))),
                false => out.push(other),
            },
        }
    }
    out.push('"');
    out
}

fn project(texts: &[String]) -> Checked {
    let mut text = String::from(
        "import std.assets.{Predictive}\nimport std.subjects.{pod}\n\nrole owner { contact = \"owner@acme.example\" }\n\n\
         system shop: Predictive {\n  owner    = owner\n  exposure = organisation\n  model ranker { format = onnx }\n  \
         service front {\n    serves    = ranker\n    namespace = \"hostile\"\n  }\n}\n",
    );
    for (index, hostile) in texts.iter().enumerate() {
        let hostile = literal(hostile);
        let plain = hostile.replace("{{", "{").replace("}}", "}");
        let _ = write!(
            text,
            "\ncontrol Odd_Name{index} {{\n  title = {plain}\n  severity = low\n  operations on pod as p {{\n    \
             require p.annotations[\"x\"] != {plain} or p.name == \"other\" else {hostile}\n    \
             require (p.annotations[\"y\"] ?? \"\") != {plain} else \"{{p.name}}: \" + {hostile}\n  }}\n}}\n"
        );
    }
    let text = text.replace("p.annotations[\"x\"] != ", "(p.annotations[\"x\"] ?? \"\") != ");
    let text = text.replace("\"{p.name}: \" + \"", "\"{p.name}: ");
    let text = format!("{text}\npolicy Hostile {{\n  covers shop\n  enforce *\n  emit kubernetes.admission\n}}\n");
    let loader = MemoryLoader::default().with("policy.gate", text);
    let checked = session::check(&loader, Settings::default());
    let errors: Vec<String> = (checked.problems.iter())
        .map(|problem| gatewright::diagnostics::render(problem, &checked.sources, false))
        .collect();
    assert!(!checked.has_errors(), "{}", errors.join("\n"));
    checked
}
