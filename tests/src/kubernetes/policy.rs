//! When a policy is in force: a server takes up changes a second or more after it stored them.

use super::client::Client;
use super::{APPLY, JSON, within};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const POLICIES: &str = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
const BINDINGS: &str = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";

/// How long a change may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

static MARKERS: AtomicU64 = AtomicU64::new(0);

/// Waits until the type checker has looked at a policy, and gives its warnings.
pub(super) fn type_warnings(admin: &Client, name: &str) -> Result<Vec<Value>, String> {
    within(LIMIT, || {
        let policy = admin.request("GET", &format!("{POLICIES}/{name}"), None, JSON)?.accepted()?;
        let (wanted, seen) = (&policy["metadata"]["generation"], &policy["status"]["observedGeneration"]);
        if seen != wanted || policy["status"]["typeChecking"].is_null() {
            return Err(format!("policy `{name}` is not type checked: {}", policy["status"]));
        }
        Ok(policy["status"]["typeChecking"]["expressionWarnings"].as_array().cloned().unwrap_or_default())
    })
}

/// Waits until every policy and binding that is stored is in force, and none that is not.
///
/// Every second a server reads its copy of the bindings and then its copy of each policy, and both copies follow the
/// store in order. So when it warns because of a first marker, its copies have all that was stored before; and when it
/// warns because of a second one, which it cannot have read in that same second, it has read them all. The markers only
/// warn: a policy that denies the probe does not hide them.
pub(super) fn await_changes(admin: &Client) -> Result<(), String> {
    let name = format!("gatewright-marker-{}", MARKERS.fetch_add(1, Ordering::Relaxed));
    let bindings = [name.clone(), format!("{name}-again")];
    apply(admin, POLICIES, &name, &marker(&name))?;
    for binding in &bindings {
        apply(admin, BINDINGS, binding, &bind(binding, &name))?;
        await_binding(admin, binding, &name)?;
    }
    for path in
        bindings.map(|binding| format!("{BINDINGS}/{binding}")).into_iter().chain([format!("{POLICIES}/{name}")])
    {
        admin.request("DELETE", &path, None, JSON)?.accepted()?;
    }
    Ok(())
}

fn await_binding(admin: &Client, binding: &str, name: &str) -> Result<(), String> {
    let probe = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name } });
    within(LIMIT, || {
        let answer = admin.request("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", Some(&probe), JSON)?;
        if answer.warnings.iter().any(|warning| warning.contains(&format!("'{binding}'"))) {
            return Ok(());
        }
        Err(format!("`{binding}` is not in force: {} {}", answer.status, answer.body))
    })
}

fn apply(admin: &Client, collection: &str, name: &str, object: &Value) -> Result<(), String> {
    let path = format!("{collection}/{name}?fieldManager=gatewright&force=true");
    admin.request("PATCH", &path, Some(object), APPLY)?.accepted().map(drop)
}

fn marker(name: &str) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": name },
        "spec": {
            "matchConstraints": { "resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"],
                "resourceNames": [name],
            }] },
            "validations": [{ "expression": "false", "message": "in force" }],
        },
    })
}

fn bind(binding: &str, policy: &str) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": binding },
        "spec": { "policyName": policy, "validationActions": ["Warn"] },
    })
}
