//! A namespace with policies that bind nowhere else, so that tests may share a cluster.

use super::{Answer, Cluster, JSON};
use serde_json::{Value, json};

/// A namespace of a cluster, and the policies for it.
pub struct Scene<'cluster> {
    cluster: &'cluster Cluster,
    name: String,
}

/// What an audited policy says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The name of the policy.
    pub policy: String,
    /// The position of the validation that failed.
    pub validation: usize,
    /// The message, or the error.
    pub message: String,
}

impl<'cluster> Scene<'cluster> {
    /// Makes a namespace. The name also starts the names of the policies, so it is used once in a cluster.
    ///
    /// # Errors
    /// The namespace cannot be made.
    pub fn new(cluster: &'cluster Cluster, name: &str) -> Result<Self, String> {
        let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        cluster.apply(&namespace)?.accepted()?;
        Ok(Self { cluster, name: name.to_owned() })
    }

    /// The full name of a policy of this scene.
    pub fn policy_name(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    /// Stores a policy and its binding to this namespace; [`Cluster::await_changes`] then puts them in force.
    ///
    /// # Errors
    /// The server refuses one of them.
    pub fn policy(&self, name: &str, actions: &[&str], spec: Value) -> Result<(), String> {
        let name = self.policy_name(name);
        self.cluster.apply(&policy(&name, spec))?.accepted()?;
        self.cluster.apply(&self.binding(&name, actions))?.accepted()?;
        Ok(())
    }

    /// Asks whether the server would store a policy.
    ///
    /// # Errors
    /// There is no answer. A refusal is an answer.
    pub fn judge_policy(&self, name: &str, spec: Value) -> Result<Answer, String> {
        let object = policy(&self.policy_name(name), spec);
        let path = self.cluster.collection(&object)?;
        self.cluster.request("POST", &format!("{path}?dryRun=All"), Some(&object), JSON)
    }

    /// Removes a policy and its binding.
    ///
    /// # Errors
    /// They are not there.
    pub fn remove_policy(&self, name: &str) -> Result<(), String> {
        let name = self.policy_name(name);
        for object in [self.binding(&name, &[]), policy(&name, json!({}))] {
            self.cluster.request("DELETE", &self.cluster.path(&object)?, None, JSON)?.accepted()?;
        }
        Ok(())
    }

    fn binding(&self, name: &str, actions: &[&str]) -> Value {
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": { "name": name },
            "spec": {
                "policyName": name,
                "validationActions": actions,
                "matchResources": {
                    "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": self.name } },
                },
            },
        })
    }

    /// Creates an object in this namespace. The query may be `dryRun=All`.
    ///
    /// # Errors
    /// There is no answer. A refusal is an answer.
    pub fn create(&self, object: &Value, query: &str) -> Result<Answer, String> {
        let object = self.here(object);
        let path = self.cluster.collection(&object)?;
        self.cluster.request("POST", &format!("{path}?{query}"), Some(&object), JSON)
    }

    /// Sends a request about an object of this namespace, or about a subresource such as `/status`.
    ///
    /// # Errors
    /// There is no answer. A refusal is an answer.
    pub fn request(
        &self,
        method: &str,
        object: &Value,
        subresource: &str,
        body: Option<&Value>,
        content_type: &str,
    ) -> Result<Answer, String> {
        let path = self.cluster.path(&self.here(object))?;
        self.cluster.request(method, &format!("{path}{subresource}"), body, content_type)
    }

    /// The validations that failed, of policies with the action `Audit`.
    ///
    /// # Errors
    /// The request does not come up in the audit log.
    pub fn failures(&self, answer: &Answer) -> Result<Vec<Failure>, String> {
        let annotations = self.cluster.audit_annotations(&answer.audit_id)?;
        let text = annotations.get("validation.policy.admission.k8s.io/validation_failure");
        let list: Value = serde_json::from_str(text.map_or("[]", String::as_str)).map_err(|error| error.to_string())?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let failure = |value: &Value| Failure {
            policy: text(&value["policy"]),
            validation: value["expressionIndex"].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or_default(),
            message: text(&value["message"]),
        };
        Ok(list.as_array().map(|failures| failures.iter().map(failure).collect()).unwrap_or_default())
    }

    fn here(&self, object: &Value) -> Value {
        let mut object = object.clone();
        object["metadata"]["namespace"] = json!(self.name);
        object
    }
}

fn policy(name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": name },
        "spec": spec,
    })
}
