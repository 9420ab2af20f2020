//! What is emitted for a policy, and what is said about targets.

use gatewright::check::Settings;
use gatewright::diagnostics;
use gatewright::session::{self, Checked};
use gatewright::source::MemoryLoader;
use gatewright::targets::artifact::{self, Artifact};
use gatewright::targets::digest::core_digest;

/// A project with every part that `ci.rego` has.
const FRAUD: &str = include_str!("targets/fraud.gate");

fn check(text: &str) -> Checked {
    session::check(&MemoryLoader::default().with("fraud.gate", text), Settings::default())
}

fn problems(checked: &Checked) -> String {
    checked.problems.iter().map(|problem| diagnostics::render(problem, &checked.sources, false)).collect()
}

fn build(text: &str) -> Vec<Artifact> {
    let checked = check(text);
    assert!(!checked.has_errors(), "{}", problems(&checked));
    let (policy, plan) = (&checked.project.policies[0], &checked.plans[0]);
    artifact::build(&checked.project, &checked.sources, policy, plan).expect("the plan holds")
}

fn text<'a>(artifacts: &'a [Artifact], path: &str) -> &'a str {
    artifacts.iter().find(|artifact| artifact.path == path).map(|artifact| artifact.text.as_str()).expect(path)
}

fn digest(text: &str) -> String {
    let checked = check(text);
    core_digest(&checked.project, &checked.project.policies[0])
}

/// What is said about the policy when its last line is another one.
fn with_emit(emit: &str) -> String {
    problems(&check(&FRAUD.replace("emit ci.rego", emit)))
}

#[test]
fn a_policy_as_rego() {
    let artifacts = build(FRAUD);
    insta::assert_snapshot!("policy.rego", text(&artifacts, "ci.rego/policy.rego"));
    insta::assert_snapshot!("policy_test.rego", text(&artifacts, "ci.rego/policy_test.rego"));
    insta::assert_snapshot!("manifest.json", text(&artifacts, "manifest.json"));
}

#[test]
fn every_function_that_is_called_is_defined() {
    let artifacts = build(FRAUD);
    let runtime = text(&artifacts, "ci.rego/runtime.rego");
    let called = text(&artifacts, "ci.rego/policy.rego").split("runtime.").skip(1);
    for name in called.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("")) {
        let defined = runtime
            .lines()
            .any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('(') || rest.starts_with(' ')));
        assert!(name.is_empty() || defined, "`{name}` is not defined");
    }
}

#[test]
fn the_same_policy_gives_the_same_bytes() {
    assert_eq!(build(FRAUD), build(FRAUD));
}

#[test]
fn the_core_digest_is_of_what_decides() {
    let digest_of = |from: &str, to: &str| {
        assert!(FRAUD.contains(from), "{from}");
        digest(&FRAUD.replace(from, to))
    };
    let same = digest(FRAUD);
    for (from, to) in [
        ("//! A model", "//! Another comment\n\n// and one more"),
        ("/// Only for the record.", "/// Something else."),
        ("  severity = low", "  severity   =   medium"),
        ("for issue in candidate", "for issue in  candidate"),
        ("reason      = \"the registry names versions in Q1\"", "reason      = \"they said so\""),
    ] {
        assert_eq!(digest_of(from, to), same, "{from}");
    }
    for (from, to) in [
        ("age = 3d", "age = 4d"),
        ("99.5%", "99.4%"),
        ("audit   named", "warn    named"),
        ("files >= 1", "files >= 2"),
        ("\"HIGH\"", "\"High\""),
        ("until       = 2026-12-15", "until       = 2026-12-14"),
        ("is not signed", "has no signature"),
        ("format = onnx\n", "format = pickle\n"),
        ("  accept  unbound Signature\n", "  accept  version Signature\n  accept  unbound Signature\n"),
    ] {
        assert_ne!(digest_of(from, to), same, "{from}");
    }
}

#[test]
fn no_text_of_an_author_leaves_its_literal() {
    let nasty = "a\\\"b` {{brace}} %s \\n#\u{202e}\u{2028}\u{85}\u{7f} é 😀 ]";
    let artifacts = build(
        &FRAUD
            .replace("\"no version\"", &format!("\"{nasty}\""))
            .replace(
                "candidate.version != \"\"",
                &format!("candidate.version != \"{}\"", nasty.replace("{{brace}}", "")),
            )
            .replace("/// Only for the record.", "/// Only: \u{2028} - \"x\" `y` # z \u{202e} 'q")
            .replace("\"the registry names versions in Q1\"", &format!("\"{}\"", nasty.replace("{{brace}}", ""))),
    );
    for artifact in &artifacts {
        let visible = |c: char| c == '\n' || c == '\t' || gatewright::value::render::escape(c).is_none();
        assert!(artifact.text.chars().all(visible), "{} holds what a reader cannot see", artifact.path);
    }
    let policy = text(&artifacts, "ci.rego/policy.rego");
    assert!(policy.contains(r#""a\"b` {brace} %s \n#\u202e\u2028\u0085\u007f é 😀 ]""#), "{policy}");
}

#[test]
fn a_block_that_no_target_takes_is_an_error() {
    insta::assert_snapshot!(with_emit(""));
}

#[test]
fn a_target_is_known_or_it_is_an_error() {
    insta::assert_snapshot!(with_emit("emit ci.reego, gateway.envoy, ci.rego\n  allow_partial ci.github"));
}

#[test]
fn what_no_target_can_express_is_said_at_its_place() {
    let text = FRAUD
        .replace("  files:       Int\n", "  files:       Int\n  memory:      Quantity\n")
        .replace("  development on candidate {\n", "  development on candidate {\n    require candidate.scan.memory < quantity(\"2Gi\") else \"{candidate.scan.memory}\"\n");
    insta::assert_snapshot!(problems(&check(&text)));
}
