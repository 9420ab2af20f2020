//! Which requests reach a policy.

use crate::{CLUSTER, config_map, container, matching, on, pod, scene, tell, told, try_create};
use gatewright_tests::kubernetes::{JSON, MERGE};
use serde_json::{Value, json};

/// What was asked for.
const REQUEST: &str = "request.operation + ' ' + request.resource.resource + \
                       (has(request.subResource) ? '/' + request.subResource : '') + ' ' + object.kind";

fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "d" },
        "spec": {
            "selector": { "matchLabels": { "a": "b" } },
            "template": { "metadata": { "labels": { "a": "b" } }, "spec": { "containers": container() } },
        },
    })
}

/// Scaling and status updates pass by a policy on the resource, and reach one that names them.
#[test]
fn scale_and_status_are_resources_of_their_own() {
    let scene = scene("deployment-parts");
    let object = deployment();
    tell(&scene, matching("apps", &["deployments"]), REQUEST);
    assert_eq!(told(&scene.create(&object, "").expect("an answer")), ["CREATE deployments Deployment"]);
    let send =
        |part: &str, patch: Value| scene.request("PATCH", &object, part, Some(&patch), MERGE).expect("an answer");
    let labels = json!({ "metadata": { "labels": { "x": "y" } } });
    assert_eq!(told(&send("", labels)), ["UPDATE deployments Deployment"]);
    let parts = [
        ("/scale", json!({ "spec": { "replicas": 2 } }), "Scale"),
        ("/status", json!({ "status": { "replicas": 2 } }), "Deployment"),
    ];
    for (part, patch, _) in &parts {
        assert_eq!(told(&send(part, patch.clone())), Vec::<&str>::new(), "{part}");
    }
    tell(&scene, matching("apps", &["deployments/scale", "deployments/status"]), REQUEST);
    for (part, patch, kind) in parts {
        assert_eq!(told(&send(part, patch)), [format!("UPDATE deployments{part} {kind}")]);
    }
}

/// Ephemeral containers get into a pod past a policy on pods; `pods/*` sees them, and evictions, and pods themselves.
#[test]
fn ephemeral_containers_are_a_resource_of_their_own() {
    let scene = scene("pod-parts");
    let object = pod("p", json!({ "containers": container() }));
    let ephemeral = |name: &str| json!({ "spec": { "ephemeralContainers": [{ "name": name, "image": "x" }] } });
    let strategic = "application/strategic-merge-patch+json";
    let send = |name: &str| {
        scene.request("PATCH", &object, "/ephemeralcontainers", Some(&ephemeral(name)), strategic).expect("an answer")
    };
    tell(&scene, on(&["pods"]), REQUEST);
    assert_eq!(told(&scene.create(&object, "").expect("an answer")), ["CREATE pods Pod"]);
    assert_eq!(told(&send("one")), Vec::<&str>::new());
    tell(&scene, on(&["pods/*"]), REQUEST);
    assert_eq!(told(&send("two")), ["UPDATE pods/ephemeralcontainers Pod"]);
    let eviction = json!({ "apiVersion": "policy/v1", "kind": "Eviction", "metadata": { "name": "p" } });
    let evicted = scene.request("POST", &object, "/eviction?dryRun=All", Some(&eviction), JSON).expect("an answer");
    assert_eq!(told(&evicted), ["CREATE pods/eviction Eviction"]);
    let another = pod("q", json!({ "containers": container() }));
    assert_eq!(told(&try_create(&scene, &another)), ["CREATE pods Pod"]);
}

/// An object that waits for its finalizers is judged when they are removed, so a policy that denies it would keep it for
/// ever, unless a match condition lets it go.
#[test]
fn an_object_on_its_way_out_is_judged() {
    let scene = scene("finalizers");
    let mut object = config_map("m", json!({}));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    let free = json!({ "metadata": { "finalizers": null } });
    let send = |method: &str, body: Option<&Value>| scene.request(method, &object, "", body, MERGE).expect("an answer");
    assert_eq!(scene.create(&object, "").expect("an answer").status, 201);
    assert_eq!(send("DELETE", None).status, 200);
    let mut spec = json!({
        "matchConstraints": on(&["configmaps"]),
        "validations": [{ "expression": "false", "message": "stays" }],
    });
    crate::enforce(&scene, &["Deny"], spec.clone());
    let held = send("PATCH", Some(&free));
    assert_eq!(held.status, 422, "{}", held.body);
    spec["matchConditions"] = json!([{ "name": "alive", "expression": "!has(object.metadata.deletionTimestamp)" }]);
    crate::enforce(&scene, &["Deny"], spec);
    assert_eq!(send("PATCH", Some(&free)).status, 200);
    assert_eq!(send("GET", None).status, 404, "it is gone");
    assert_eq!(try_create(&scene, &config_map("n", json!({}))).status, 422, "the living are still judged");
}

/// A request in another version of the same resource is converted for the policy, unless it asks for exact matches.
#[test]
fn other_versions_are_converted() {
    let scene = scene("versions");
    let version = |name: &str, stored: bool| {
        let spec = json!({ "type": "object", "properties": { "uri": { "type": "string" } } });
        let schema = json!({ "openAPIV3Schema": { "type": "object", "properties": { "spec": spec } } });
        json!({ "name": name, "served": true, "storage": stored, "schema": schema })
    };
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "weights.versions.example" },
        "spec": {
            "group": "versions.example", "scope": "Namespaced",
            "names": { "plural": "weights", "singular": "weight", "kind": "Weight" },
            "versions": [version("v1", true), version("v1beta1", false)],
        },
    });
    CLUSTER.apply(&definition).expect("an answer").accepted().expect("it is accepted");
    let object = |version: &str| json!({ "apiVersion": format!("versions.example/{version}"), "kind": "Weight", "metadata": { "name": "w" }, "spec": {} });
    let constraints = matching("versions.example", &["weights"]);
    tell(&scene, constraints.clone(), "object.apiVersion + ' ' + request.requestKind.version");
    assert_eq!(told(&try_create(&scene, &object("v1"))), ["versions.example/v1 v1"]);
    assert_eq!(told(&try_create(&scene, &object("v1beta1"))), ["versions.example/v1 v1beta1"]);
    let mut exact = constraints;
    exact["matchPolicy"] = json!("Exact");
    tell(&scene, exact, "'exact'");
    assert_eq!(told(&try_create(&scene, &object("v1"))), ["exact"]);
    assert_eq!(told(&try_create(&scene, &object("v1beta1"))), Vec::<&str>::new());
}
