//! Objects that were there before a policy can go on, be scaled and be removed; only what changes them is judged.

use crate::{CLUSTER, checked, namespace};
use gatewright_tests::admission::InForce;
use gatewright_tests::kubernetes::{Answer, JSON, MERGE};
use serde_json::{Value, json};

const NAMESPACES: &[&str] = &["old-alone", "old-both", "old-late"];

fn pod(namespace: &str, name: &str, labels: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": name, "namespace": namespace, "labels": labels },
        "spec": { "containers": [{ "name": "main", "image": "i:1.0" }] },
    })
}

fn deployment(namespace: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "old", "namespace": namespace },
        "spec": {
            "replicas": 1,
            "selector": { "matchLabels": { "t": "x" } },
            "template": {
                "metadata": { "labels": { "t": "x" } },
                "spec": { "containers": [{ "name": "main", "image": "i:1.0" }] },
            },
        },
    })
}

fn send(method: &str, object: &Value, part: &str, body: Option<&Value>, content_type: &str) -> Answer {
    let path = CLUSTER.path(object).expect("a path");
    CLUSTER.request(method, &format!("{path}{part}"), body, content_type).expect("an answer")
}

fn create(object: &Value, query: &str) -> Answer {
    let path = CLUSTER.collection(object).expect("a path");
    CLUSTER.request("POST", &format!("{path}{query}"), Some(object), JSON).expect("an answer")
}

fn allowed(answer: &Answer) {
    assert!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.body);
    assert_eq!(answer.warnings, Vec::<String>::new());
}

fn denied(answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", answer.body);
    let told = "ValidatingAdmissionPolicy 'existing.labelled' with binding 'existing.labelled' denied request: ";
    assert!(answer.message().contains(told), "{}", answer.message());
}

#[test]
fn what_was_there_before_goes_on() {
    NAMESPACES.iter().copied().for_each(namespace);
    let old = |name: &str| pod("old-alone", name, json!({}));
    let mut kept = old("kept");
    kept["metadata"]["finalizers"] = json!(["acme.example/keep"]);
    let left = pod("old-both", "left", json!({ "app.kubernetes.io/name": "left" }));
    for object in [&old("a"), &old("evicted"), &kept, &left, &deployment("old-alone")] {
        create(object, "").accepted().expect("it is stored");
    }
    let checked = checked("tests/suite/conformance/existing");
    let in_force = InForce::new(&CLUSTER, &checked, "existing").expect("the server takes the policy");

    // A change is judged, and so is a container that is added to a running pod.
    denied(&send("PATCH", &old("a"), "", Some(&json!({ "metadata": { "labels": { "x": "y" } } })), MERGE));
    let mut debugged = send("GET", &old("a"), "", None, JSON).accepted().expect("it is there");
    debugged["spec"]["ephemeralContainers"] = json!([{ "name": "debug", "image": "i:2.0" }]);
    denied(&send("PUT", &old("a"), "/ephemeralcontainers", Some(&debugged), JSON));

    // Its status, its scale and its end are not.
    let status = json!({ "status": { "phase": "Running" } });
    allowed(&send("PATCH", &old("a"), "/status", Some(&status), MERGE));
    let scale = json!({ "spec": { "replicas": 5 } });
    allowed(&send("PATCH", &deployment("old-alone"), "/scale", Some(&scale), MERGE));
    denied(&send("PATCH", &deployment("old-alone"), "", Some(&scale), MERGE));
    let eviction = json!({ "apiVersion": "policy/v1", "kind": "Eviction", "metadata": { "name": "evicted", "namespace": "old-alone" } });
    allowed(&send("POST", &old("evicted"), "/eviction", Some(&eviction), JSON));

    // Nothing keeps an object that is to go.
    allowed(&send("DELETE", &kept, "", None, JSON));
    let waiting = send("GET", &kept, "", None, JSON);
    assert!(waiting.body["metadata"]["deletionTimestamp"].is_string(), "{}", waiting.body);
    allowed(&send("PATCH", &kept, "", Some(&json!({ "metadata": { "finalizers": null } })), MERGE));
    assert_eq!(send("GET", &kept, "", None, JSON).status, 404);

    // Where the cluster itself runs, and where no service is declared, nothing is judged.
    for namespace in ["kube-system", "default"] {
        allowed(&create(&pod(namespace, "any", json!({})), "?dryRun=All"));
    }

    // A waiver holds by the server's time, whatever the sender says, and only when an object is made.
    denied(&create(&old("b"), "?dryRun=All"));
    let mut pretended = old("b");
    pretended["metadata"]["creationTimestamp"] = json!("2020-02-01T00:00:00Z");
    denied(&create(&pretended, "?dryRun=All"));
    denied(&create(&pod("old-late", "b", json!({})), "?dryRun=All"));
    let of = |app: &str| pod("old-both", "b", json!({ "app.kubernetes.io/name": app }));
    allowed(&create(&of("left"), "?dryRun=All"));
    denied(&create(&of("right"), "?dryRun=All"));
    denied(&create(&of("other"), "?dryRun=All"));
    denied(&send("PATCH", &left, "", Some(&json!({ "metadata": { "labels": { "x": "y" } } })), MERGE));
    allowed(&create(&pod("old-alone", "b", json!({ "env": "prod" })), "?dryRun=All"));

    in_force.remove().expect("the policy is removed");
}
