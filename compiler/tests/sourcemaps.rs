//! From what engines print, and from lines of artifacts, back to the policy: `gatewright explain TEXT`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the command in a folder; its exit status must be the wanted one.
fn run(folder: &Path, arguments: &[&str], wanted: i32) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the command can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(wanted), "gatewright {arguments:?}\n{printed}\n{said}");
    (printed, said)
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/fraud-detection")
}

fn explain(text: &str) -> String {
    run(&example(), &["explain", text], 0).0
}

/// The places of the requirements that an explanation names.
fn required(explained: &str) -> Vec<&str> {
    explained.lines().filter_map(|line| line.strip_prefix("  required at ")).collect()
}

/// The places of the requirement with this text in a file of the library.
fn place(file: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib").join(file);
    let source = fs::read_to_string(path).expect("the library can be read");
    let (line, found) = source.lines().enumerate().find(|(_, line)| line.contains(text)).expect(text);
    format!("std/{file}:{}:{}", line + 1, found.len() - found.trim_start().len() + 1)
}

const NOT_CHOSEN: &str = "container main runs python:3.12, which is not of a chosen registry; mirror it into one";

#[test]
fn a_denial_of_the_server_is_explained() {
    let denial = format!(
        "error: pods \"x\" is forbidden: ValidatingAdmissionPolicy 'production.images-pinned' with binding 'production.images-pinned' denied request: {NOT_CHOSEN}"
    );
    insta::assert_snapshot!("denial", explain(&denial));
    let warning = format!(
        "Warning: Validation failed for ValidatingAdmissionPolicy 'production.images-pinned' with binding 'production.images-pinned': {NOT_CHOSEN}"
    );
    assert_eq!(explain(&warning), explain(&denial));
}

/// An undecided block, or one whose object belongs to no service, has no message of one requirement: all of them are shown.
#[test]
fn a_denial_without_a_message_of_the_policy_shows_every_requirement() {
    let text = "ValidatingAdmissionPolicy 'production.images-pinned' with binding 'production.images-pinned' denied request: it is not known which declared asset the object belongs to";
    let wanted = [
        place("serving.gate", "require c.image matches re"),
        place("serving.gate", "require c.image matches registries"),
    ];
    assert_eq!(required(&explain(text)), wanted);
}

#[test]
fn entries_of_the_audit_log_are_explained() {
    let wanted = [place("serving.gate", "require c.image matches registries")];
    let own = serde_json::json!({
        "kind": "Event",
        "annotations": { "production.images-pinned/violations": NOT_CHOSEN, "authorization.k8s.io/decision": "allow" },
    });
    let failures = serde_json::json!([{
        "message": NOT_CHOSEN,
        "policy": "production.images-pinned",
        "binding": "production.images-pinned",
        "expressionIndex": 1,
        "validationActions": ["Audit"],
    }]);
    let server = serde_json::json!({
        "kind": "Event",
        "annotations": { "validation.policy.admission.k8s.io/validation_failure": failures.to_string() },
    });
    for entry in [own, server] {
        let explained = explain(&entry.to_string());
        assert!(explained.contains("policy production: images_pinned (enforce), operations on pod"), "{explained}");
        assert_eq!(required(&explained), wanted, "{entry}");
    }
}

#[test]
fn what_opa_and_conftest_print_is_explained() {
    let message = "fraud_v3 1.4.3 is not signed; sign it in the release pipeline and put model.sig with the evidence";
    let block = |instance: &str, effect: &str, messages: &[&str]| serde_json::json!({ "instance": instance, "block": 0, "effect": effect, "messages": messages });
    let decision = serde_json::json!({ "result": [{ "expressions": [{ "value": {
        "policy": "production",
        "blocks": [block("model_signed", "deny", &[message]), block("model_scan_clean", "pass", &[])],
    } }] }] });
    let explained = explain(&decision.to_string());
    assert!(explained.starts_with("policy production: model_signed (enforce), development on release"), "{explained}");
    assert_eq!(required(&explained), [place("supply_chain.gate", "let signature = release.signature")]);
    assert!(!explained.contains("model_scan_clean"), "{explained}");
    let conftest = "FAIL - release.json - gatewright.production - device-features has no licence in the bill of materials; add its terms, or leave the part out of the model";
    insta::assert_snapshot!("conftest", explain(conftest));
}

/// Every line of the two kinds of artifacts leads to what is written there.
#[test]
fn lines_of_artifacts_are_explained() {
    let line_of = |path: &str, wanted: &str| {
        let text = fs::read_to_string(example().join(path)).expect("the artifact can be read");
        let line = text.lines().position(|line| line.contains(wanted)).expect(wanted);
        explain(&format!("{path}:{}", line + 1))
    };
    let (pinned, chosen) = (
        place("serving.gate", "require c.image matches re"),
        place("serving.gate", "require c.image matches registries"),
    );
    let yaml = "dist/production/kubernetes.admission/production.images-pinned.yaml";
    for (text, wanted) in [
        ("- name: message_1", vec![&pinned]),
        ("which is not of a chosen", vec![&chosen]),
        ("- expression: variables.containers.all(c, has(c.image) && c.image.matches(r'^(?:registry", vec![&chosen]),
        ("name: production.images-pinned", vec![&pinned, &chosen]),
        ("- name: containers", vec![&pinned, &chosen]),
        ("- fraud-prod", vec![&pinned, &chosen]),
    ] {
        assert_eq!(required(&line_of(yaml, text)).iter().collect::<Vec<_>>(), wanted, "{text}");
    }
    let rego = "dist/production/ci.rego/policy.rego";
    let explained = line_of(rego, "training_provenance_development_violations contains [0");
    assert_eq!(required(&explained).len(), 1, "{explained}");
    assert!(explained.contains("to satisfy it, this must be there:\n    release.provenance"), "{explained}");
    let explained = line_of(rego, "training_provenance_development_1_fails if runtime.lacks");
    assert!(explained.contains("    provenance.verified_by in signers"), "{explained}");
    assert_eq!(required(&explained).len(), 1, "{explained}");
}

#[test]
fn lines_that_lead_nowhere_are_said() {
    let said = |text: &str| run(&example(), &["explain", text], 3).1;
    for (text, wanted) in [
        ("dist/production/ci.rego/policy.rego:1", "belongs to no single block"),
        ("dist/production/ci.rego/runtime.rego:9", "belongs to no single block"),
        ("dist/production/ci.rego/policy.rego:999999", "belongs to no single block"),
        ("dist/production/kubernetes.admission/kustomization.yaml:2", "belongs to no single block"),
        ("policy.gate:3", "is no line of what `gatewright build` writes"),
        ("dist/production/none.yaml:3", "is no code, no control"),
        ("ValidatingAdmissionPolicy 'production.images-pinned-too' denied request: no", "is no code, no control"),
    ] {
        let said = said(text);
        assert!(said.contains(wanted), "{text}: {said}");
    }
}

#[test]
fn a_stale_artifact_is_not_explained() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for name in ["gatewright.toml", "system.gate", "policy.gate", "tests.gate"] {
        fs::copy(example().join(name), folder.path().join(name)).expect("a file can be copied");
    }
    let (_, said) = run(folder.path(), &["build"], 0);
    assert!(said.contains("; ci.rego: 4 files; kubernetes.admission: 5 files, 8 objects"), "{said}");
    let name = "dist/production/kubernetes.admission/production.images-pinned.yaml";
    let path = folder.path().join(name);
    let text = fs::read_to_string(&path).expect("the artifact can be read");
    run(folder.path(), &["explain", &format!("{name}:70")], 0);
    fs::write(&path, text.replace("Fail", "Ignore")).expect("the artifact can be written");
    let (_, said) = run(folder.path(), &["explain", &format!("{name}:70")], 3);
    assert!(said.contains("is not what the policy says now"), "{said}");
}

#[test]
fn waivers_are_told_with_their_dates() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("policy.gate"), include_str!("cluster/policy.gate")).expect("a file can be written");
    let (printed, _) = run(folder.path(), &["explain", "container a runs b, which is not pinned"], 0);
    let wanted = "waived for fraud.batch from 2026-10-01 to 2026-12-15 by ciso: the vendor publishes tags only, SEC-7, policy.gate:48:";
    assert!(printed.contains(wanted), "{printed}");
}

#[test]
fn enforcement_is_explained_block_by_block() {
    let (printed, said) = run(&example(), &["check", "--explain-enforcement"], 0);
    assert!(said.contains("nothing to say"), "{said}");
    insta::assert_snapshot!("enforcement", printed);
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("main.gate"), include_str!("cluster/unexpressible.gate"))
        .expect("a file can be written");
    let (printed, said) = run(folder.path(), &["check", "--explain-enforcement"], 2);
    assert!(said.contains("GW902"), "{said}");
    insta::assert_snapshot!("enforcement_refused", printed);
    let (printed, _) = run(folder.path(), &["check", "--explain-enforcement", "--format", "json"], 2);
    let json: serde_json::Value = serde_json::from_str(&printed).expect("the answer is JSON");
    assert!(json["problems"].as_array().is_some_and(|problems| !problems.is_empty()), "{printed}");
    insta::assert_snapshot!("enforcement_json", format!("{:#}\n", json["enforcement"]));
}
