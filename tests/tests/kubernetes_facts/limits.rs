//! How much a policy may cost.

use crate::{config_map, enforce, on, pod, scene, try_create};
use gatewright_tests::kubernetes::{Answer, Scene};
use serde_json::{Value, json};

/// An image reference that is pinned, 91 characters long.
fn image() -> String {
    format!("oci://r.example/a/b@sha256:{}", "0".repeat(64))
}

const PINNED: &str =
    "object.spec.containers.all(c, c.image.matches('^oci://r[.]example/([a-z0-9]+/)*[a-z0-9]+@sha256:[0-9a-f]{64}$'))";

fn containers(count: usize, last: &str) -> Value {
    let mut containers: Vec<Value> =
        (0..count).map(|number| json!({ "name": format!("c{number}"), "image": image() })).collect();
    containers.push(json!({ "name": "last", "image": last }));
    pod("p", json!({ "containers": containers }))
}

fn judge(scene: &Scene, count: usize, last: &str) -> Answer {
    try_create(scene, &containers(count, last))
}

fn spec(failure: &str, expression: &str, validations: usize) -> Value {
    let validation = json!({ "expression": expression, "message": "no" });
    json!({
        "failurePolicy": failure, "matchConstraints": on(&["pods"]), "validations": vec![validation; validations],
    })
}

/// A pattern over every image is within its budget for thousands of containers; beyond that it is an error, so with
/// `failurePolicy: Ignore` nobody is stopped.
#[test]
fn one_expression_has_a_budget() {
    let scene = scene("expression-budget");
    enforce(&scene, &["Deny"], spec("Fail", PINNED, 1));
    assert_eq!(judge(&scene, 5_000, &image()).status, 201);
    assert_eq!(judge(&scene, 5_000, "bad").status, 422);
    let over = judge(&scene, 8_000, &image());
    assert_eq!(over.status, 422, "{}", over.body);
    assert!(
        over.message().ends_with("resulted in error: operation cancelled: actual cost limit exceeded"),
        "{}",
        over.body
    );
    enforce(&scene, &["Deny"], spec("Ignore", PINNED, 1));
    assert_eq!(judge(&scene, 8_000, "bad").status, 201, "nobody looked");
}

/// All validations of a policy share a budget of ten such expressions, and a variable is paid for once.
#[test]
fn one_policy_has_a_budget() {
    let scene = scene("policy-budget");
    enforce(&scene, &["Deny"], spec("Fail", PINNED, 10));
    assert_eq!(judge(&scene, 5_900, &image()).status, 201);
    enforce(&scene, &["Deny"], spec("Fail", PINNED, 12));
    let over = judge(&scene, 5_900, &image());
    assert_eq!(over.status, 422, "{}", over.body);
    assert!(
        over.message()
            .ends_with("validation failed due to running out of cost budget, no further validation rules will be run"),
        "{}",
        over.body
    );
    let mut shared = spec("Fail", "variables.pinned", 30);
    shared["variables"] = json!([{ "name": "pinned", "expression": PINNED }]);
    enforce(&scene, &["Deny"], shared);
    assert_eq!(judge(&scene, 5_900, &image()).status, 201);
}

/// Comparing every element with every other one is affordable for hundreds only; what looks at each once, for many more
/// than any object has.
#[test]
fn pairs_are_dear_and_single_looks_are_cheap() {
    let scene = scene("pairs");
    let pairs = "object.spec.containers.all(c, object.spec.containers.all(d, c.name != d.name || c.image == d.image))";
    enforce(&scene, &["Deny"], spec("Fail", pairs, 1));
    assert_eq!(judge(&scene, 300, &image()).status, 201);
    assert_eq!(judge(&scene, 400, &image()).status, 422);
    for cheap in [
        "object.spec.containers.all(c, c.image.startsWith('oci://'))",
        "object.spec.containers.all(c, !(c.image in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']))",
        "object.spec.containers.map(c, c.image).all(i, i != 'x')",
    ] {
        enforce(&scene, &["Deny"], spec("Fail", cheap, 1));
        assert_eq!(judge(&scene, 15_000, &image()).status, 201, "{cheap}");
    }
}

/// What the server refuses to store, whatever it means.
#[test]
fn the_form_of_a_policy_is_limited() {
    let scene = scene("policy-form");
    let base = spec("Fail", "true", 1);
    let with = |field: &str, value: Value| {
        let mut spec = base.clone();
        spec[field] = value;
        scene.judge_policy("form", spec).expect("an answer")
    };
    let conditions = |count: usize| {
        (0..count).map(|at| json!({ "name": format!("c{at}"), "expression": "true" })).collect::<Value>()
    };
    let annotations = |count: usize| {
        (0..count).map(|at| json!({ "key": format!("k{at}"), "valueExpression": "'x'" })).collect::<Value>()
    };
    let validations = |count: usize| vec![base["validations"][0].clone(); count];
    assert_eq!(with("matchConditions", conditions(64)).status, 201);
    assert_eq!(with("matchConditions", conditions(65)).status, 422);
    assert_eq!(with("auditAnnotations", annotations(20)).status, 201);
    assert_eq!(with("auditAnnotations", annotations(21)).status, 422);
    assert_eq!(with("validations", json!(validations(1000))).status, 201, "there is no limit on their number");
    assert_eq!(with("validations", json!([{ "expression": "true", "message": "a\nb" }])).status, 422);
    let forward = json!([{ "name": "a", "expression": "variables.b" }, { "name": "b", "expression": "1" }]);
    assert_eq!(with("variables", forward).status, 422, "a variable sees only those before it");
    assert_eq!(with("variables", json!([{ "name": "a-b", "expression": "1" }])).status, 422);
}

/// Denying and warning at once is refused.
#[test]
fn a_binding_denies_or_warns() {
    let scene = scene("deny-and-warn");
    let refused = scene.policy("both", &["Deny", "Warn"], spec("Fail", "true", 1)).expect_err("it is refused");
    assert!(refused.contains("must not contain both Deny and Warn"), "{refused}");
    assert_eq!(try_create(&scene, &config_map("m", json!({}))).status, 201);
}
