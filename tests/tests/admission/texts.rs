//! Whatever a project writes into titles, messages and patterns, the server reads the same from the emitted YAML.

use crate::{CLUSTER, namespace};
use gatewright::check::Settings;
use gatewright::diagnostics::Severity;
use gatewright::session::{self, Checked};
use gatewright::source::MemoryLoader;
use gatewright::value::render::{escape, render_text};
use gatewright_tests::admission::{InForce, emitted, read};
use gatewright_tests::kubernetes::JSON;
use serde_json::json;
use std::fmt::Write as _;

/// Texts that YAML, CEL or a terminal could take for something else.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "it's \"quoted\"",
        "key: value",
        "a # no comment",
        "#",
        "yes",
        "null",
        "~",
        "1.0",
        "0x1F",
        "- item",
        "? key",
        "|",
        ">",
        "%TAG",
        "&anchor *alias",
        "!tag",
        "{{x}}",
        "{{{{",
        "[a, b]",
        "two  blanks",
        " leading",
        "trailing ",
        "back\\slash \\n",
        "r'raw'",
        "'''",
        "---",
        "...",
        "é 漢 𝄞 😀",
        "line\nbreak",
        "tab\there",
        "cr\rhere",
        "a\u{202e}b\u{2066}c",
        "a\u{2028}b",
        "\u{feff}bom",
        "\u{7f}\u{85}",
        "<b>&amp;</b>",
        "`tick` $(x) ${y}",
        "2026-11-24",
        "!!binary x",
        "`",
        "@at",
        "\u{0}nul",
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    texts.push("long word ".repeat(500));
    texts.push("x".repeat(6000));
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
    let policy = "import forms\nimport std.assets.{Predictive}\n\nrole owner { contact = \"owner@acme.example\" }\n\n\
         system shop: Predictive {\n  owner    = owner\n  exposure = organisation\n  model ranker { format = onnx }\n  \
         service front {\n    serves    = ranker\n    namespace = \"hostile\"\n  }\n}\n\n\
         policy Hostile_Names {\n  covers shop\n  enforce forms.*\n  emit kubernetes.admission\n}\n";
    let mut forms = String::from("import std.subjects.{pod}\n");
    for (index, hostile) in texts.iter().enumerate() {
        let message = literal(hostile);
        let plain = message.replace("{{", "{").replace("}}", "}");
        let begun = message.strip_prefix('"').unwrap_or_default();
        let _ = write!(
            forms,
            "\ncontrol Odd_Name{index} {{\n  title = {plain}\n  severity = low\n  operations on pod as p {{\n    \
             require (p.annotations[\"one\"] ?? \"\") != {plain} else {message}\n    \
             require (p.annotations[\"two\"] ?? \"\") != {plain} else \"{{p.name}}: {begun}\n  }}\n}}\n"
        );
    }
    let loader = MemoryLoader::default().with("policy.gate", policy).with("forms.gate", forms);
    let checked = session::check(&loader, Settings::default());
    let errors: Vec<String> = (checked.problems.iter())
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| gatewright::diagnostics::render(problem, &checked.sources, false))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    checked
}

/// What is emitted is what the server stores, and what its answers say is the message, in one line and without controls.
#[test]
fn hostile_texts_reach_the_server_as_they_are() {
    namespace("hostile");
    let texts = hostile();
    let checked = project(&texts);
    let policy = &checked.project.policies[0];
    let files = emitted(&checked, policy).expect("everything is emitted");
    assert_eq!(files.len(), texts.len());
    for (file, text) in files.iter().zip(&texts) {
        let objects = read(file).expect("YAML");
        let title = &objects[0]["metadata"]["annotations"]["gatewright.dev/title"];
        assert_eq!(title.as_str(), Some(render_text(text).as_str()));
    }

    // `InForce::new` compares what is stored with what was written.
    let in_force = InForce::new(&CLUSTER, &checked, &policy.name).expect("the server takes the policy");
    for (text, block) in texts.iter().zip(&in_force.blocks) {
        for (key, before) in [("one", ""), ("two", "a: ")] {
            let pod = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": { "name": "a", "namespace": "hostile", "annotations": { key: text } },
                "spec": { "containers": [{ "name": "main", "image": "i:1.0" }] },
            });
            let path = "/api/v1/namespaces/hostile/pods?dryRun=All";
            let answer = CLUSTER.request("POST", path, Some(&pod), JSON).expect("an answer");
            let name = &block.name;
            assert_eq!(answer.status, 403, "{text:?} {}", answer.body);
            let told = format!("ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: ");
            let said = answer.message().split_once(&told).map(|(_, said)| said);
            let whole = format!("{before}{text}");
            let wanted = escaped(&whole);
            // The server trims, and what is longer than five kilobytes or has invisible characters is told without values.
            let without_values = key == "two" && (whole.len() > 5120 || text.contains('\u{feff}'));
            let wanted = if without_values { escaped(&format!("…: {text}")) } else { wanted };
            assert_eq!(said, Some(wanted.trim()), "{key} {text:?}");
        }
    }
    in_force.remove().expect("the policy is removed");
}

/// Characters that no message may hold, as the evaluator shows them.
fn escaped(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    text.chars().map(|character| escape(character).map_or_else(|| character.to_string(), str::to_owned)).collect()
}
