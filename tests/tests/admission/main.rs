//! Emitted admission policies on a real API server: it takes them, its type checker has nothing to say, and it decides as the evaluator does.

mod cost;
mod existing;
mod texts;

use gatewright::core::{RecordId, Shape};
use gatewright::session::Checked;
use gatewright::value::{Scalar, Time};
use gatewright_tests::admission::{Case, InForce, Operation, Tally, read};
use gatewright_tests::differential::objects::{ObjectGenerator, skeletons};
use gatewright_tests::kubernetes::{Cluster, JSON};
use gatewright_tests::{fixture, kubernetes_types};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Instant;
use std::{env, fs};

/// One cluster for all: it ends with this process.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start().expect("the cluster starts"));

/// The namespaces of the declared services, and one that no service is in.
const NAMESPACES: &[&str] = &["conf-front", "conf-back", "conf-both", "conf-both"];

const PROJECT: &str = "tests/suite/conformance/cluster";

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn checked(project: &str) -> Checked {
    let checked = fixture::check(project).expect("the project can be read");
    let errors: Vec<String> = (checked.problems.iter())
        .map(|problem| gatewright::diagnostics::render(problem, &checked.sources, false))
        .collect();
    assert!(!checked.has_errors(), "{project} has errors:\n{}", errors.join("\n"));
    checked
}

fn namespace(name: &str) {
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
    CLUSTER.apply(&namespace).expect("an answer").accepted().expect("the namespace is made");
}

/// Objects that are there before the policies: something to change.
fn stored() -> Vec<Value> {
    let mut stored = Vec::new();
    for mut object in skeletons() {
        object["metadata"]["name"] = json!("base");
        let restart = if object["apiVersion"] == "batch/v1" { "Never" } else { "Always" };
        let pointer = gatewright_tests::differential::objects::pod_spec(&object);
        let spec = object.pointer_mut(pointer).expect("the skeleton has a pod");
        *spec = json!({ "restartPolicy": restart, "containers": [{ "name": "main", "image": "i:1.0" }] });
        for namespace in ["conf-elsewhere", "conf-front", "conf-back", "conf-both"] {
            let mut object = object.clone();
            object["metadata"]["namespace"] = json!(namespace);
            let path = CLUSTER.collection(&object).expect("a path");
            CLUSTER.request("POST", &path, Some(&object), JSON).expect("an answer").accepted().expect("it is stored");
        }
        stored.push(object);
    }
    stored
}

/// The same content for the stored object of its kind. Where most of that is fixed, only what can be changed.
fn update(object: &Value, stored: &[Value]) -> Value {
    let base = stored.iter().find(|base| base["kind"] == object["kind"]).expect("there is one of each kind");
    let mut update = object.clone();
    if matches!(object["kind"].as_str(), Some("Pod" | "Job" | "StatefulSet")) {
        update = base.clone();
        update["metadata"]["labels"] = object["metadata"]["labels"].clone();
        update["metadata"]["annotations"] = object["metadata"]["annotations"].clone();
        if object["kind"] == "Pod" {
            update["spec"]["containers"][0]["image"] = object["spec"]["containers"][0]["image"].clone();
        }
    }
    update["metadata"]["name"] = json!("base");
    update
}

/// A pod that is there, with a container that is added to it.
fn added(object: &Value) -> Option<Value> {
    let mut container = object["spec"]["containers"][0].clone();
    for key in ["ports", "resources"] {
        container.as_object_mut()?.remove(key);
    }
    container["volumeMounts"] = Value::Null;
    container["name"] = json!("extra");
    Some(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "base" },
        "spec": { "containers": [{ "name": "main", "image": "i:1.0" }], "ephemeralContainers": [container] },
    }))
}

fn generated(checked: &Checked, stored: &[Value]) -> Vec<Case> {
    let first = number("GATEWRIGHT_SEED", 0);
    let count = number("GATEWRIGHT_CASES", 300);
    println!("seeds {first}..{}", first + count);
    let policy = &checked.project.policies[0];
    let now = Time::parse_literal("2026-11-24T09:00:00Z").expect("a time");
    let record = |name: &str| {
        let found = checked
            .project
            .records
            .iter()
            .position(|record| record.name == name && matches!(record.shape, Shape::Subject { .. }));
        RecordId::new(found.expect("the subject is declared"))
    };
    let pods = ObjectGenerator::new(&checked.project, policy, record("pod"), now);
    let rollouts = ObjectGenerator::new(&checked.project, policy, record("rollout"), now);
    let skeletons = skeletons();
    let mut cases = Vec::new();
    for seed in first..first + count {
        let at = usize::try_from(seed).unwrap_or_default();
        let object = match seed % 4 {
            0 => rollouts.object(seed, &skeletons[1]),
            _ => pods.object(seed, &skeletons[at % skeletons.len()]),
        };
        let namespace = NAMESPACES[(at / 8) % NAMESPACES.len()];
        let case = |operation: Operation, object: Value| Case {
            origin: format!("seed {seed}"),
            namespace: namespace.to_owned(),
            operation,
            object,
        };
        cases.push(case(Operation::Update, update(&object, stored)));
        if seed % 8 == 0 {
            cases.extend(added(&object).map(|object| case(Operation::EphemeralContainers, object)));
        }
        cases.push(case(Operation::Create, object));
    }
    cases
}

/// Objects of files, created in every namespace.
fn written(folder: &str, stored: &[Value]) -> Vec<Case> {
    let root = fixture::repository().join(folder);
    let mut cases = Vec::new();
    for name in fixture::files(&root).unwrap_or_default() {
        let text = fs::read_to_string(root.join(&name)).expect("a file can be read");
        for object in read(&text).expect("the file holds objects") {
            for namespace in &NAMESPACES[..3] {
                let case = |operation: Operation, object: Value| Case {
                    origin: format!("{name}: {}", gatewright::cluster::name_of(&object)),
                    namespace: (*namespace).to_owned(),
                    operation,
                    object,
                };
                cases.push(case(Operation::Create, object.clone()));
                cases.push(case(Operation::Update, update(&object, stored)));
            }
        }
    }
    cases
}

#[test]
fn the_server_decides_as_the_evaluator() {
    ["conf-front", "conf-back", "conf-both", "conf-elsewhere"].into_iter().for_each(namespace);
    let stored = stored();
    let checked = checked(PROJECT);
    let mut cases = written(&format!("{PROJECT}/objects"), &stored);
    cases.extend(written("tests/suite/conformance/kept/admission", &stored));
    cases.extend(generated(&checked, &stored));
    // One after the other: what the server says of a request is bounded.
    for policy in &checked.project.policies {
        agree(&checked, &policy.name, &cases);
    }
}

/// Puts a policy in force and compares.
fn agree(checked: &Checked, policy: &str, cases: &[Case]) {
    let start = Instant::now();
    let in_force = InForce::new(&CLUSTER, checked, policy).expect("the server takes the policy");
    println!("{policy} is in force after {:?}", start.elapsed());
    let mut tally = Tally::new();
    let (looked_at, differences) = in_force.compare(cases, &mut tally).expect("the server answers");
    println!("after {:?}, {looked_at} of {} requests were looked at", start.elapsed(), cases.len());
    tally.iter().for_each(|(block, counts)| println!("{block}: {counts:?}"));
    let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert!(texts.is_empty(), "the server and the evaluator differ:\n{}", texts.join("\n"));
    assert!(looked_at * 2 > cases.len(), "most requests are looked at");
    for block in &in_force.blocks {
        let counts = tally.get(&block.label()).cloned().unwrap_or_default();
        for decision in ["pass", "violated"] {
            let is_made = counts.get(decision).is_some_and(|count| *count > 0);
            assert!(is_made, "{} is never `{decision}`: {counts:?}", block.label());
        }
    }
    in_force.remove().expect("the policy is removed");
}

/// The library's types are those of the running server.
#[test]
fn the_types_are_those_of_the_server() {
    let document = CLUSTER.request("GET", "/openapi/v3/api/v1", None, JSON).expect("an answer").accepted().expect("it");
    let wanted = kubernetes_types::wanted().expect("the list of fields can be read");
    let found = kubernetes_types::take(&wanted, &document).expect("every type is there");
    // The server's own sentences differ: they name the values of an enum.
    let types = |api: kubernetes_types::Api| -> Vec<(String, String, String, bool)> {
        let fields = api.into_iter().flat_map(|(name, found)| {
            found.fields.into_iter().map(move |(field, is)| (name.clone(), field, is.ty, is.required))
        });
        fields.collect()
    };
    let taken = kubernetes_types::taken().expect("the part of the document can be read");
    assert_eq!(types(found), types(taken));
}
