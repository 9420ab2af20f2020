//! The audit log of a cluster.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Who wrote what, and the annotations that policies leave; reads are of no use here.
pub(super) const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: None
";

/// The annotations of a request that has ended.
pub(super) fn annotations(log: &Path, audit_id: &str) -> Result<BTreeMap<String, String>, String> {
    all(log, &[audit_id])?.pop().ok_or_else(|| "a request has annotations".to_owned())
}

/// The annotations of several requests that have ended, in their order.
pub(super) fn all(log: &Path, audit_ids: &[&str]) -> Result<Vec<BTreeMap<String, String>>, String> {
    let text = fs::read_to_string(log).map_err(|error| error.to_string())?;
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let only = if let [only] = audit_ids { only } else { "" };
    // The last line may be half written.
    let lines = text.lines().filter(|line| line.contains(only));
    for event in lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let id = event["auditID"].as_str().unwrap_or_default();
        if event["stage"] == "ResponseComplete" && audit_ids.contains(&id) {
            let texts = event["annotations"].as_object().cloned().unwrap_or_default().into_iter();
            let texts = texts.map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()));
            found.insert(id.to_owned(), texts.collect());
        }
    }
    let missing = |id: &str| format!("request `{id}` is not in the audit log");
    audit_ids.iter().map(|id| found.get(*id).cloned().ok_or_else(|| missing(id))).collect()
}
