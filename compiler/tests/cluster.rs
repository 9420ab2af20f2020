//! Manifests judged before a cluster sees them: `gatewright gate POLICY --as workload FILE`.

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const AT: &str = "2026-11-23T09:00:00Z";
const PINNED: &str =
    "registry.acme.example/scorer@sha256:1d2f1c5a6b7e8f90123456789abcdef00123456789abcdef0123456789abcdef";

/// Runs the command in a folder, with text on its standard input; its exit status must be the wanted one.
fn run(folder: &Path, arguments: &[&str], input: &str, wanted: i32) -> (String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    // A command that reads nothing closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(wanted), "gatewright {arguments:?}\n{printed}\n{said}");
    (printed, said)
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/fraud-detection")
}

/// A folder with the project of these tests.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("policy.gate"), include_str!("cluster/policy.gate")).expect("a file can be written");
    folder
}

/// Judges objects from standard input.
fn gate(policy: &str, objects: &[Value], more: &[&str], wanted: i32) -> String {
    let folder = project();
    let stream: Vec<String> = objects.iter().map(Value::to_string).collect();
    let mut arguments = vec!["gate", policy, "--as", "workload", "-", "--at", AT];
    arguments.extend(more);
    run(folder.path(), &arguments, &stream.join("\n---\n"), wanted).0
}

/// A pod with one container.
fn pod(namespace: &str, app: &str, image: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "one", "namespace": namespace, "labels": { "app.kubernetes.io/name": app } },
        "spec": { "containers": [{
            "name": "main",
            "image": image,
            "resources": { "limits": { "memory": "1Gi" } },
        }] },
    })
}

#[test]
fn the_example_is_judged() {
    let (printed, _) =
        run(&example(), &["gate", "production", "--as", "workload", "manifests/clean.yaml", "--at", AT], "", 0);
    insta::assert_snapshot!("clean", printed);
    let (printed, _) =
        run(&example(), &["gate", "production", "--as", "pod", "manifests/risky.yaml", "--at", AT], "", 1);
    insta::assert_snapshot!("risky", printed);
}

#[test]
fn verdicts_are_told_to_programs() {
    let objects = [
        pod("fraud", "online", "python:3.12"),
        pod("elsewhere", "online", "python:3.12"),
        pod("fraud", "batch", "python:3.12"),
        pod("fraud", "online", PINNED),
    ];
    for format in ["human", "json", "sarif"] {
        let printed = gate("production", &objects, &["--format", format], 1);
        if format != "human" {
            serde_json::from_str::<Value>(&printed).expect("a verdict is JSON");
        }
        insta::assert_snapshot!(format!("verdict_{format}"), printed);
    }
}

#[test]
fn every_way_to_write_manifests_is_read() {
    let bad = pod("fraud", "online", "python:3.12");
    let mut bare = bad.clone();
    let fields = bare.as_object_mut().expect("an object");
    fields.remove("kind");
    fields.remove("apiVersion");
    let list = |api_version: &str, kind: &str, item: &Value| {
        json!({ "apiVersion": api_version, "kind": kind, "metadata": {}, "items": [item] }).to_string()
    };
    let yaml = "# a comment\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n  namespace: fraud\n  labels: {app.kubernetes.io/name: online}\nspec:\n  containers:\n  - {name: main, image: 'python:3.12'}\n---\n";
    let folder = project();
    for stream in [
        bad.to_string(),
        json!([bad]).to_string(),
        list("v1", "List", &bad),
        list("v1", "PodList", &bare),
        yaml.to_owned(),
        format!("{bad}\n---\n{yaml}"),
    ] {
        let (printed, _) = run(folder.path(), &["gate", "production", "--as", "workload", "-", "--at", AT], &stream, 1);
        assert!(printed.contains("Pod fraud/one (pod of fraud.online)"), "{stream}\n{printed}");
        assert!(printed.contains("container main runs python:3.12, which is not pinned"), "{stream}\n{printed}");
    }
}

#[test]
fn objects_without_a_namespace_are_where_kubectl_puts_them() {
    let mut object = pod("", "", "python:3.12");
    object["metadata"] = json!({ "name": "one" });
    let printed = gate("production", &[object.clone()], &[], 0);
    assert!(printed.contains("- Pod default/one: the policy covers no asset"), "{printed}");
    let printed = gate("production", &[object], &["--namespace", "shadow"], 1);
    assert!(printed.contains("Pod shadow/one (pod of fraud.shadow)"), "{printed}");
}

/// What is not judged has not passed, and is said.
#[test]
fn what_is_not_judged_is_listed() {
    let mut leaving = pod("fraud", "online", "python:3.12");
    leaving["metadata"]["deletionTimestamp"] = json!(AT);
    let service =
        json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "\u{1b}[31mx", "namespace": "fraud" } });
    let named =
        json!({ "apiVersion": "acme.example/v1", "kind": "AllowList", "metadata": { "name": "x" }, "items": [1] });
    let printed = gate("production", &[leaving, service, named, pod("elsewhere", "x", "x")], &[], 0);
    insta::assert_snapshot!("not_judged", printed);
}

/// Where nobody knows which service an object belongs to nothing passes, as in the cluster.
#[test]
fn an_object_of_no_service_follows_the_modes() {
    let stranger = pod("fraud", "other", PINNED);
    let printed = gate("production", std::slice::from_ref(&stranger), &[], 1);
    assert!(
        printed.contains("not known: no declared `service` in namespace `fraud` fits the object by `app`"),
        "{printed}"
    );
    gate("told", std::slice::from_ref(&stranger), &[], 0);
    gate("told", &[stranger], &["--fail-on", "warn"], 1);
}

#[test]
fn a_waiver_holds_to_its_last_day() {
    let folder = project();
    let stream = pod("fraud", "batch", "python:3.12").to_string();
    let mut arguments = ["gate", "production", "--as", "workload", "-", "--at", "2026-12-15T23:59:59Z"];
    let (printed, _) = run(folder.path(), &arguments, &stream, 0);
    assert!(printed.contains("waived until 2026-12-15"), "{printed}");
    arguments[6] = "2026-12-16T00:00:00Z";
    run(folder.path(), &arguments, &stream, 1);
}

#[test]
fn wrong_manifests_end_with_three() {
    let folder = project();
    let said = |arguments: &[&str], input: &str| run(folder.path(), arguments, input, 3).1;
    let stream = ["gate", "production", "--as", "workload", "-"];
    for (input, wanted) in [
        ("", "standard input holds no object"),
        ("---\n# nothing\n---\n", "standard input holds no object"),
        ("{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": []}", "standard input holds no object"),
        ("hello\n", "object 1 of standard input is no object of Kubernetes"),
        ("apiVersion: v1\nmetadata: {}\n", "object 1 of standard input is no object of Kubernetes"),
        ("kind: Pod\nkind: Pod\n", "duplicate key `kind`"),
        ("{\"kind\": ", "no stream of manifests"),
    ] {
        let said = said(&stream, input);
        assert!(said.contains(wanted), "{input}: {said}");
    }
    let said = said(&["gate", "production", "--as", "pods", "-"], "");
    assert!(said.contains("did you mean `pod`?"), "{said}");
    run(folder.path(), &["gate", "production", "--as", "release", "-"], "", 3);
    run(folder.path(), &["gate", "production", "--as", "workload"], "", 3);
    run(folder.path(), &["gate", "production", "manifests.yaml"], "", 3);
    run(folder.path(), &["gate", "production", "--as", "workload", "missing.yaml"], "", 3);
    run(folder.path(), &["gate", "production", "--as", "workload", "-", "--release", "scorer@1"], "", 3);
}
