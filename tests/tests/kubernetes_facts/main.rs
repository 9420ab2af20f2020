//! What a real Kubernetes does with admission policies, where the compiler or its documentation relies on it. Each test
//! says one thing that the server does; when a new version does otherwise, the test fails and what relies on it has to
//! change.

mod admission;
mod cel;
mod limits;
mod matching;
mod values;

use gatewright_tests::kubernetes::{Answer, Cluster, Scene};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// One cluster for all: it ends with this process.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start().expect("the cluster starts"));

/// A namespace for one test.
fn scene(name: &str) -> Scene<'static> {
    Scene::new(&CLUSTER, name).expect("the namespace is made")
}

/// Constraints that match objects of a resource of the core group when they are created or changed.
fn on(resources: &[&str]) -> Value {
    matching("", resources)
}

fn matching(group: &str, resources: &[&str]) -> Value {
    json!({ "resourceRules": [{
        "apiGroups": [group], "apiVersions": ["v1"], "resources": resources, "operations": ["CREATE", "UPDATE"],
    }] })
}

/// Puts one policy in force.
fn enforce(scene: &Scene, actions: &[&str], spec: Value) {
    scene.policy("policy", actions, spec).expect("the policy is accepted");
    CLUSTER.await_changes().expect("the policy comes into force");
}

/// Puts a policy in force that warns of every request, with a message that an expression makes.
fn tell(scene: &Scene, constraints: Value, message: &str) {
    let validation = json!({ "expression": "false", "message": "no message", "messageExpression": message });
    enforce(scene, &["Warn"], json!({ "matchConstraints": constraints, "validations": [validation] }));
}

/// What the policies of [`tell`] said of a request that was accepted.
fn told(answer: &Answer) -> Vec<&str> {
    assert!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.body);
    answer.warnings.iter().map(|text| text.split_once("': ").map_or("", |(_, told)| told)).collect()
}

fn config_map(name: &str, data: Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": data })
}

fn pod(name: &str, spec: Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name }, "spec": spec })
}

fn container() -> Value {
    json!([{ "name": "c", "image": "i" }])
}

/// Creates an object without storing it.
fn try_create(scene: &Scene, object: &Value) -> Answer {
    scene.create(object, "dryRun=All").expect("the server answers")
}
