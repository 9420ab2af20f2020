//! What is refused before any policy looks, and what an object looks like to one.

use crate::{CLUSTER, container, enforce, matching, on, pod, scene, tell, told, try_create};
use gatewright_tests::kubernetes::{MERGE, Scene};
use serde_json::{Value, json};

/// A wrong type never reaches a policy on a resource of Kubernetes itself, however lenient the sender wants the server to be.
#[test]
fn wrong_types_are_refused_first() {
    let scene = scene("wrong-types");
    tell(&scene, on(&["pods"]), "'judged'");
    let one = |field: &str, value: Value| {
        let mut containers = container();
        containers[0][field] = value;
        pod("p", json!({ "containers": containers }))
    };
    let mut label = pod("p", json!({ "containers": container() }));
    label["metadata"]["labels"] = json!({ "a": 1 });
    let wrong = [
        one("image", json!(5)),
        one("securityContext", json!({ "privileged": "true" })),
        one("ports", json!([{ "containerPort": 80.5 }])),
        one("ports", json!([{ "containerPort": 80.0 }])),
        one("command", json!("sh")),
        pod("p", json!({ "containers": { "name": "c" } })),
        label,
    ];
    for object in &wrong {
        for validation in ["Strict", "Warn", "Ignore"] {
            let answer = scene.create(object, &format!("dryRun=All&fieldValidation={validation}")).expect("an answer");
            assert_eq!((answer.status, answer.warnings), (400, vec![]), "{validation}: {object}");
        }
    }
    for invalid in [one("image", Value::Null), pod("p", json!({})), pod("p", json!({ "containers": [null] }))] {
        let answer = try_create(&scene, &invalid);
        assert_eq!((answer.status, answer.warnings), (422, vec![]), "validity comes before policies: {invalid}");
    }
}

/// A field that the server does not know is refused, or dropped before policies look: as the sender wishes.
#[test]
fn unknown_fields_are_never_seen() {
    let scene = scene("unknown-fields");
    tell(&scene, on(&["pods"]), "string(has(object.spec.bogus))");
    let object = pod("p", json!({ "containers": container(), "bogus": 1 }));
    let create = |validation: &str| {
        scene.create(&object, &format!("dryRun=All&fieldValidation={validation}")).expect("an answer")
    };
    assert_eq!(create("Strict").status, 400);
    assert_eq!(told(&create("Warn")), ["", "false"], "the first warning is about the field");
    assert_eq!(told(&create("Ignore")), ["false"]);
}

/// Policies see defaults, and nothing that is null or empty; a false that can also be absent is there.
#[test]
fn objects_are_seen_with_defaults_and_without_empty_values() {
    let scene = scene("defaults");
    let shown = ["imagePullPolicy", "command", "env", "resources", "securityContext"];
    let shown = shown.map(|field| format!("string(has(object.spec.containers[0].{field}))")).join(" + ' ' + ");
    let labels = "string(has(object.metadata.labels))";
    let privileged = "(has(object.spec.containers[0].securityContext) && \
                      has(object.spec.containers[0].securityContext.privileged) ? 'there' : 'absent')";
    tell(&scene, on(&["pods"]), &format!("{shown} + ' ' + {labels} + ' ' + {privileged}"));
    let told_of = |context: Value| {
        let spec = json!({ "name": "c", "image": "i", "command": [], "env": null, "securityContext": context });
        let mut object = pod("p", json!({ "containers": [spec] }));
        object["metadata"]["labels"] = json!({});
        told(&try_create(&scene, &object)).join("")
    };
    assert_eq!(told_of(Value::Null), "true false false true false false absent");
    assert_eq!(told_of(json!({ "privileged": null })), "true false false true true false absent");
    assert_eq!(told_of(json!({ "privileged": false })), "true false false true true false there");
}

/// A kind of object with fields of every sort, for the tests below.
fn define(group: &str) {
    let properties = json!({
        "text": { "type": "string" },
        "maybe": { "type": "string", "nullable": true },
        "count": { "type": "integer" },
        "ratio": { "type": "number" },
        "with-dash": { "type": "string" },
        "in": { "type": "string" },
        "namespace": { "type": "string" },
        "any": { "x-kubernetes-preserve-unknown-fields": true },
    });
    let spec = json!({ "type": "object", "properties": properties });
    let schema = json!({ "openAPIV3Schema": { "type": "object", "properties": { "spec": spec } } });
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("things.{group}") },
        "spec": {
            "group": group, "scope": "Namespaced",
            "names": { "plural": "things", "singular": "thing", "kind": "Thing" },
            "versions": [{ "name": "v1", "served": true, "storage": true, "schema": schema }],
        },
    });
    CLUSTER.apply(&definition).expect("an answer").accepted().expect("it is accepted");
}

fn thing(group: &str, spec: Value) -> Value {
    json!({ "apiVersion": format!("{group}/v1"), "kind": "Thing", "metadata": { "name": "t" }, "spec": spec })
}

/// Custom resources: nulls go where the schema does not allow them and stay where it does; wrong types are refused first.
#[test]
fn custom_resources_keep_some_nulls() {
    let (scene, group) = (scene("custom-nulls"), "nulls.example");
    define(group);
    tell(&scene, matching(group, &["things"]), "'%s'.format([object.spec])");
    let told_of = |spec: Value| told(&try_create(&scene, &thing(group, spec))).join("");
    assert_eq!(told_of(json!({ "text": null, "any": null })), "{}");
    assert_eq!(told_of(json!({ "maybe": null })), "{\"maybe\":null}");
    assert_eq!(told_of(json!({ "any": { "a": null } })), "{\"any\":{\"a\":null}}");
    assert_eq!(told_of(json!({ "any": [1, null, "x"] })), "{\"any\":[1, null, \"x\"]}");
    for wrong in [json!({ "text": 5 }), json!({ "count": 1.5 }), json!({ "count": 12_345_678_901_234_567_890_u64 })] {
        let answer = try_create(&scene, &thing(group, wrong));
        assert_eq!((answer.status, answer.warnings), (422, vec![]), "{}", answer.body);
    }
}

/// Custom resources: `1.0` is a double, even where the schema wants an integer, until the object is stored: then it is an
/// integer.
#[test]
fn whole_numbers_change_their_type_when_stored() {
    let (scene, group) = (scene("whole-numbers"), "numbers.example");
    define(group);
    tell(
        &scene,
        matching(group, &["things"]),
        "string(type(object.spec.count) == int) + ' ' + string(type(object.spec.any) == int) + ' ' + \
         string(object.spec.count == 1 && object.spec.any == 1)",
    );
    let object = thing(group, json!({ "count": 1.0, "any": 1.0 }));
    assert_eq!(told(&scene.create(&object, "").expect("an answer")), ["false false true"]);
    let labels = json!({ "metadata": { "labels": { "x": "y" } } });
    assert_eq!(
        told(&scene.request("PATCH", &object, "", Some(&labels), MERGE).expect("an answer")),
        ["true true true"]
    );
}

/// Which of some expressions hold for an object.
fn holding<'text>(scene: &Scene, group: &str, expressions: &[&'text str], spec: Value) -> Vec<&'text str> {
    let validations: Vec<Value> =
        expressions.iter().map(|expression| json!({ "expression": expression, "message": "it is false" })).collect();
    enforce(scene, &["Audit"], json!({ "matchConstraints": matching(group, &["things"]), "validations": validations }));
    let answer = try_create(scene, &thing(group, spec));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let failures = scene.failures(&answer).expect("audited");
    (expressions.iter().enumerate())
        .filter(|(at, _)| failures.iter().all(|failure| failure.validation != *at))
        .map(|(_, expression)| *expression)
        .collect()
}

/// A field whose name is no identifier is reached by index or in back-quotes; the escapes of validation rules in
/// definitions, such as `with__dash__dash`, are other fields here.
#[test]
fn odd_field_names_are_not_escaped() {
    let (scene, group) = (scene("odd-names"), "names.example");
    define(group);
    let reached = [
        "has(object.spec.`with-dash`)",
        "object.spec['with-dash'] == 'x'",
        "'with-dash' in object.spec",
        "object.spec['in'] == 'x'",
        "object.spec.namespace == 'x'",
    ];
    let missed = ["has(object.spec.with__dash__dash)", "has(object.spec.__in__)", "has(object.spec.__namespace__)"];
    let spec = json!({ "with-dash": "x", "in": "x", "namespace": "x" });
    let expressions: Vec<&str> = reached.into_iter().chain(missed).collect();
    assert_eq!(holding(&scene, group, &expressions, spec), reached);
    let constraints = matching(group, &["things"]);
    let refused = scene.judge_policy(
        "reserved",
        json!({ "matchConstraints": constraints, "validations": [{ "expression": "object.spec.in == 'x'" }] }),
    );
    assert_eq!(refused.expect("an answer").status, 422, "`in` is a word of the language");
}

/// A field of any type: its type can be asked, equality never errs, and `has` of a member is false for a scalar but errs
/// for a list.
#[test]
fn a_field_of_any_type_can_be_asked_for_it() {
    let (scene, group) = (scene("any-type"), "any.example");
    define(group);
    let expressions = [
        "type(object.spec.any) == int",
        "type(object.spec.any) == double",
        "type(object.spec.any) == string",
        "type(object.spec.any) == bool",
        "type(object.spec.any) == list",
        "type(object.spec.any) == map",
        "!has(object.spec.any.a)",
        "object.spec.any != 'else'",
        "object.spec.any > 0",
        "object.spec.any.size() == 1",
        "object.spec.any.all(x, true)",
    ];
    let [int, double, string, bool, list, map, no_a, other, positive, sized, all] = expressions;
    for (value, wanted) in [
        (json!(1), vec![int, no_a, other, positive]),
        (json!(1.5), vec![double, no_a, other, positive]),
        (json!("x"), vec![string, no_a, other, sized]),
        (json!(true), vec![bool, no_a, other]),
        (json!([1]), vec![list, other, sized, all]),
        (json!({ "b": 1 }), vec![map, no_a, other, sized, all]),
        (json!({ "a": null }), vec![map, other, sized, all]),
    ] {
        let holding = holding(&scene, group, &expressions, json!({ "any": value.clone() }));
        assert_eq!(holding, wanted, "{value}");
    }
}
