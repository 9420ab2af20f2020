//! The cluster that other tests stand on: it runs policies, reports what they say, and is gone in the end.

use gatewright_tests::kubernetes::{Cluster, JSON};
use serde_json::{Value, json};
use std::panic;
use std::time::Duration;

fn config_map(data: &Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "probe" }, "data": data })
}

fn create(cluster: &Cluster, data: &Value) -> gatewright_tests::kubernetes::Answer {
    let object = config_map(data);
    let path = "/api/v1/namespaces/default/configmaps?dryRun=All";
    cluster.request("POST", path, Some(&object), JSON).expect("the server answers")
}

fn policy(name: &str, expression: &str, message: &str) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": name },
        "spec": {
            "matchConstraints": { "resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"],
            }] },
            "validations": [{ "expression": expression, "message": message }],
            "auditAnnotations": [{ "key": "judged", "valueExpression": "object.metadata.name + ' was judged'" }],
        },
    })
}

fn bind(policy: &str, actions: &[&str]) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": format!("{policy}-binding") },
        "spec": { "policyName": policy, "validationActions": actions },
    })
}

fn apply(cluster: &Cluster, object: &Value) {
    cluster.apply(object).expect("the server answers").accepted().expect("the object is accepted");
}

#[test]
fn policies_deny_warn_and_annotate() {
    let cluster = Cluster::start().expect("the cluster starts");
    apply(&cluster, &policy("secrets", "!('password' in object.data)", "[T-1] no passwords"));
    apply(&cluster, &bind("secrets", &["Deny", "Audit"]));
    apply(&cluster, &policy("models", "!('model' in object.data)", "[T-2] models \"elsewhere\""));
    apply(&cluster, &bind("models", &["Warn", "Audit"]));
    assert_eq!(cluster.await_policy("secrets"), Ok(vec![]), "the type checker has nothing to say");
    assert_eq!(cluster.await_policy("models"), Ok(vec![]), "the type checker has nothing to say");

    let fine = create(&cluster, &json!({ "other": "x" }));
    assert_eq!((fine.status, &fine.warnings), (201, &vec![]), "{}", fine.body);

    let denied = create(&cluster, &json!({ "password": "x" }));
    assert_eq!(denied.status, 422, "{}", denied.body);
    assert_eq!(
        denied.message(),
        "configmaps \"probe\" is forbidden: ValidatingAdmissionPolicy 'secrets' with binding 'secrets-binding' denied \
         request: [T-1] no passwords"
    );

    let warned = create(&cluster, &json!({ "model": "x" }));
    assert_eq!(warned.status, 201, "{}", warned.body);
    assert_eq!(
        warned.warnings,
        [
            "Validation failed for ValidatingAdmissionPolicy 'models' with binding 'models-binding': [T-2] models \"elsewhere\""
        ]
    );
    let annotations = cluster.audit_annotations(&warned.audit_id).expect("writes are audited");
    assert_eq!(annotations.get("models/judged").map(String::as_str), Some("probe was judged"));
    let failures = annotations.get("validation.policy.admission.k8s.io/validation_failure").expect("it failed");
    let failures: Value = serde_json::from_str(failures).expect("the annotation is JSON");
    assert_eq!(
        failures,
        json!([{
            "message": "[T-2] models \"elsewhere\"", "policy": "models", "binding": "models-binding",
            "expressionIndex": 0, "validationActions": ["Warn", "Audit"],
        }])
    );

    // A policy that can never be right is accepted, and the type checker says so.
    apply(&cluster, &policy("wrong", "object.dota.size() == 0", "never"));
    let warnings = cluster.await_policy("wrong").expect("it is type checked");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(warnings[0]["fieldRef"], "spec.validations[0].expression");
    assert!(
        warnings[0]["warning"].as_str().is_some_and(|text| text.contains("undefined field 'dota'")),
        "{warnings:?}"
    );
}

#[test]
fn the_server_is_the_pinned_one_and_authorizes() {
    let cluster = Cluster::start().expect("the cluster starts");
    let pins = include_str!("../engines/engines.tsv");
    let pinned = pins.lines().find_map(|line| line.strip_prefix("kube-apiserver\t")).expect("it is pinned");
    let version = cluster.request("GET", "/version", None, JSON).expect("the server answers").body;
    assert_eq!(version["gitVersion"].as_str(), pinned.split('\t').next());
    let minor = version["minor"].as_str().expect("a minor version");
    assert!(pinned.starts_with(&format!("v1.{minor}.")), "policies go by the minor version: {version}");

    let path = "/api/v1/namespaces/default/configmaps";
    let refused = cluster.request_as_developer("POST", path, Some(&config_map(&json!({}))), JSON).expect("an answer");
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.message().contains("User \"developer\" cannot create"), "{}", refused.body);
}

#[test]
fn nothing_is_left_of_a_cluster() {
    let outcome = panic::catch_unwind(|| {
        let cluster = Cluster::start().expect("the cluster starts");
        let folder = cluster.folder().to_path_buf();
        assert!(folder.join("audit.log").exists());
        panic::panic_any((folder, cluster.address()));
    });
    let (folder, address) = *outcome
        .expect_err("it panics")
        .downcast::<(std::path::PathBuf, std::net::SocketAddr)>()
        .expect("what was thrown");
    let refused = std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5));
    assert!(refused.is_err(), "somebody still listens on {address}");
    assert!(!folder.exists(), "{} is still there", folder.display());
}
