//! What a policy sees, and what its author and the sender of a request get to see.

use crate::{CLUSTER, config_map, enforce, on, scene, tell, told, try_create};
use gatewright_tests::kubernetes::{JSON, MERGE};
use serde_json::json;
use std::thread;
use std::time::Duration;

/// On creation the time of creation is now, even when the sender says otherwise and when nothing is stored; on a change it
/// stays. That is the only clock there is.
#[test]
fn the_creation_time_is_set_before_policies() {
    let scene = scene("creation-time");
    tell(
        &scene,
        on(&["configmaps"]),
        "request.operation + ' ' + object.metadata.creationTimestamp + ' ' + \
         string(type(object.metadata.creationTimestamp) == string) + ' ' + string(has(object.metadata.uid))",
    );
    let mut object = config_map("one", json!({}));
    object["metadata"]["creationTimestamp"] = json!("2001-01-01T00:00:00Z");
    let dry = try_create(&scene, &object);
    let stamp = dry.body["metadata"]["creationTimestamp"].as_str().expect("a time").to_owned();
    assert!(stamp.as_str() > "2026-01-01", "{stamp}");
    assert_eq!(told(&dry), [format!("CREATE {stamp} true true")]);

    let created = scene.create(&object, "").expect("an answer");
    let stamp = created.body["metadata"]["creationTimestamp"].as_str().expect("a time").to_owned();
    assert_eq!(told(&created), [format!("CREATE {stamp} true true")]);
    thread::sleep(Duration::from_millis(1100));
    object["data"] = json!({ "k": "v" });
    let changed = scene.request("PUT", &object, "", Some(&object), JSON).expect("an answer");
    assert_eq!(told(&changed), [format!("UPDATE {stamp} true true")]);
}

/// One denial is reported: the first validation that failed, of one of the policies. Every failure is warned of and audited,
/// also when the request is denied.
#[test]
fn one_denial_is_reported_and_all_else_is_kept() {
    let scene = scene("one-denial");
    let validations = json!([
        { "expression": "!('one' in object.data)", "message": "[T-1] one" },
        { "expression": "!('two' in object.data)", "message": "[T-2] two", "reason": "Forbidden" },
    ]);
    let spec = json!({ "matchConstraints": on(&["configmaps"]), "validations": validations });
    scene.policy("deny", &["Deny", "Audit"], spec.clone()).expect("accepted");
    scene.policy("also", &["Deny"], spec.clone()).expect("accepted");
    scene.policy("warn", &["Warn", "Audit"], spec).expect("accepted");
    CLUSTER.await_changes().expect("in force");

    let both = try_create(&scene, &config_map("m", json!({ "one": "", "two": "" })));
    assert_eq!((both.status, &both.body["reason"]), (422, &json!("Invalid")));
    let denials = ["deny", "also"].map(|name| {
        let name = scene.policy_name(name);
        format!("ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: [T-1] one")
    });
    let cause = both.body["details"]["causes"][0]["message"].as_str().expect("a cause");
    assert!(denials.iter().any(|denial| denial == cause), "{cause}");
    assert_eq!(both.message(), format!("configmaps \"m\" is forbidden: {cause}"));
    let warn = scene.policy_name("warn");
    let warning =
        |text: &str| format!("Validation failed for ValidatingAdmissionPolicy '{warn}' with binding '{warn}': {text}");
    assert_eq!(both.warnings, [warning("[T-1] one"), warning("[T-2] two")]);
    let mut failures: Vec<_> = (scene.failures(&both).expect("audited").into_iter())
        .map(|failure| (failure.policy, failure.validation, failure.message))
        .collect();
    failures.sort();
    let failure = |policy: &str, at: usize, text: &str| (scene.policy_name(policy), at, text.to_owned());
    assert_eq!(
        failures,
        [
            failure("deny", 0, "[T-1] one"),
            failure("deny", 1, "[T-2] two"),
            failure("warn", 0, "[T-1] one"),
            failure("warn", 1, "[T-2] two"),
        ]
    );

    let second = try_create(&scene, &config_map("m", json!({ "two": "" })));
    assert_eq!((second.status, &second.body["reason"]), (403, &json!("Forbidden")), "the reason gives the status");
}

/// An error in a validation hides its message, and the identity in it, behind the whole expression.
#[test]
fn an_error_hides_the_message() {
    let scene = scene("error-message");
    let validation = json!({ "expression": "object.data['x'] == 'y'", "message": "[T-3] never seen" });
    enforce(
        &scene,
        &["Warn", "Audit"],
        json!({ "matchConstraints": on(&["configmaps"]), "validations": [validation] }),
    );
    let answer = try_create(&scene, &config_map("m", json!({ "other": "" })));
    let error = "expression 'object.data['x'] == 'y'' resulted in error: no such key: x";
    assert_eq!(told(&answer), [error]);
    assert_eq!(scene.failures(&answer).expect("audited")[0].message, error);
}

/// An audit annotation that cannot be computed denies, though the policy only warns; it has to be a string for sure.
#[test]
fn a_failing_audit_annotation_denies() {
    let scene = scene("audit-annotation");
    let spec = |value: &str| {
        json!({
            "matchConstraints": on(&["configmaps"]),
            "validations": [{ "expression": "true" }],
            "auditAnnotations": [{ "key": "k", "valueExpression": value }, { "key": "empty", "valueExpression": "''" }],
        })
    };
    let refused = scene.judge_policy("loose", spec("object.data['x']")).expect("an answer");
    assert_eq!(refused.status, 422);
    assert!(refused.message().contains("must evaluate to one of [string null_type] but got dyn"), "{}", refused.body);

    enforce(&scene, &["Warn"], spec("string(object.data['x'])"));
    let denied = try_create(&scene, &config_map("m", json!({ "y": "" })));
    assert_eq!(denied.status, 422);
    assert!(
        denied.message().ends_with("'string(object.data['x'])' resulted in error: no such key: x"),
        "{}",
        denied.body
    );
    let long = try_create(&scene, &config_map("m", json!({ "x": "z".repeat(20_000) })));
    assert_eq!(long.status, 201);
    let annotations = CLUSTER.audit_annotations(&long.audit_id).expect("audited");
    let name = scene.policy_name("policy");
    assert_eq!(annotations.get(&format!("{name}/k")).map(String::len), Some(10_240), "it is cut");
    assert!(!annotations.contains_key(&format!("{name}/empty")), "an empty one is left out");
}

/// A message with a line break or above five kilobytes is replaced; one with another control character makes the warning
/// vanish; equal warnings are sent once; from four kilobytes on, each is cut to 256 characters.
#[test]
fn warnings_lose_what_does_not_fit() {
    let scene = scene("warning-texts");
    let made =
        json!({ "expression": "false", "message": "plain", "messageExpression": "'<' + object.data['m'] + '>'" });
    let longer =
        json!({ "expression": "false", "message": "plain", "messageExpression": "'[' + object.data['m'] + ']'" });
    let validations = json!([made, made, longer]);
    enforce(&scene, &["Warn"], json!({ "matchConstraints": on(&["configmaps"]), "validations": validations }));
    let told = |text: &str| {
        let answer = try_create(&scene, &config_map("m", json!({ "m": text })));
        told(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(told("é漢 \"q\\"), ["<é漢 \"q\\>", "[é漢 \"q\\]"]);
    assert_eq!(told("a\nb"), ["plain"]);
    assert_eq!(told(&"z".repeat(6000)), ["plain"]);
    assert_eq!(told("a\tb"), Vec::<String>::new(), "nobody is warned");
    let long = try_create(&scene, &config_map("m", json!({ "m": "z".repeat(3000) })));
    assert_eq!(long.warnings.iter().map(String::len).collect::<Vec<_>>(), [256, 256]);
}

/// The fields of a request that are there, and the one that is only there for a subresource.
#[test]
fn the_subresource_is_absent_for_the_object_itself() {
    let scene = scene("request-fields");
    let fields = ["subResource", "name", "namespace", "dryRun", "options", "userInfo.username", "userInfo.extra"];
    let told_fields = fields.map(|field| format!("'{field}=' + string(has(request.{field}))")).join(" + ' ' + ");
    tell(&scene, on(&["configmaps"]), &told_fields);
    assert_eq!(
        told(&try_create(&scene, &config_map("m", json!({})))),
        [
            "subResource=false name=true namespace=true dryRun=true options=true userInfo.username=true userInfo.extra=false"
        ]
    );
}

/// Server-side apply reaches policies as an update even if it changes nothing; so does a merge patch.
#[test]
fn a_patch_that_changes_nothing_is_judged() {
    let scene = scene("no-change");
    tell(&scene, on(&["configmaps"]), "request.operation + ' ' + string(oldObject == null)");
    let object = config_map("m", json!({ "k": "v" }));
    assert_eq!(told(&scene.create(&object, "").expect("an answer")), ["CREATE true"]);
    let patch = json!({ "data": { "k": "v" } });
    assert_eq!(told(&scene.request("PATCH", &object, "", Some(&patch), MERGE).expect("an answer")), ["UPDATE false"]);
}
