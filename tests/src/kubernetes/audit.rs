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
    let text = fs::read_to_string(log).map_err(|error| error.to_string())?;
    // The last line may be half written.
    let events = text.lines().filter(|line| line.contains(audit_id)).filter_map(|line| serde_json::from_str(line).ok());
    let event = (events.into_iter())
        .find(|event: &Value| event["auditID"] == audit_id && event["stage"] == "ResponseComplete")
        .ok_or_else(|| format!("request `{audit_id}` is not in the audit log"))?;
    let annotations = event["annotations"].as_object().cloned().unwrap_or_default();
    Ok((annotations.into_iter()).map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned())).collect())
}
