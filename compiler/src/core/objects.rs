//! Kubernetes objects as instances of a subject: which resources of the API they are, and how one finds its declared asset.

use super::schema::Shape;
use super::types::{AssetId, Const, RecordId};
use super::{Policy, Project};
use smol_str::SmolStr;
use std::fmt;

/// Which objects of a cluster are instances of a subject at `admission`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Objects {
    /// The resources of the API, in the order of the text.
    pub resources: Vec<Resource>,
    /// Names of `Text` fields of the subject that are also attributes of the asset kind: an object belongs to the one declared asset whose
    /// attributes, as far as it has them, are the object's values. An asset without the first of them is never found.
    pub by: Vec<SmolStr>,
}

/// A resource of the Kubernetes API, written `apps/v1/deployments`, or `v1/pods/ephemeralcontainers` for a subresource of the core group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// The API group; empty is the core group.
    pub group: SmolStr,
    /// The version, such as `v1`.
    pub version: SmolStr,
    /// The plural name, such as `deployments`.
    pub name: SmolStr,
    /// The part of the object that is written alone, such as `ephemeralcontainers`.
    pub subresource: Option<SmolStr>,
}

/// Why a text names no resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a resource is `group/version/resource`, or `version/resource` in the core group, as in `apps/v1/deployments` and `v1/pods`"
)]
pub struct BadResource;

impl Resource {
    /// The resource that a text names.
    ///
    /// # Errors
    /// It has too few or too many parts, or one that no API has.
    pub fn parse(text: &str) -> Result<Self, BadResource> {
        let is_word = |word: &&str| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
            !word.is_empty() && word.bytes().all(plain)
        };
        let parts: Vec<&str> = text.split('/').collect();
        let (group, rest) = match parts.split_first() {
            Some((first, rest)) if !is_version(first) => (*first, rest),
            _ => ("", parts.as_slice()),
        };
        if !parts.iter().all(is_word) {
            return Err(BadResource);
        }
        let (version, name, subresource) = match rest {
            [version, name] => (version, name, None),
            [version, name, subresource] => (version, name, Some(SmolStr::from(*subresource))),
            _ => return Err(BadResource),
        };
        if !is_version(version) {
            return Err(BadResource);
        }
        Ok(Self { group: group.into(), version: (*version).into(), name: (*name).into(), subresource })
    }

    /// `apps/v1`, or `v1` in the core group: the `apiVersion` of its objects.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_string() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether an object with this `apiVersion` and `kind` is one of this resource. The name of a resource is guessed from the kind as
    /// `UnsafeGuessKindToResource` of the API machinery does.
    pub fn holds(&self, api_version: &str, kind: &str) -> bool {
        self.subresource.is_none() && self.api_version() == api_version && self.name == plural(kind)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.api_version(), self.name)?;
        self.subresource.iter().try_for_each(|part| write!(f, "/{part}"))
    }
}

/// A declared asset that objects of a subject may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The asset.
    pub asset: AssetId,
    /// What an object of it has at the fields that find it; fields that the asset says nothing of are left out.
    pub found_by: Vec<(SmolStr, SmolStr)>,
}

/// The assets of the systems that a policy covers to which an object of a subject may belong, in the order of the declarations.
pub fn candidates(project: &Project, policy: &Policy, subject: RecordId) -> Vec<Candidate> {
    let Shape::Subject { of: Some(kind), objects, .. } = &project.record(subject).shape else { return Vec::new() };
    let fields = &project.record(*kind).fields;
    let candidate = |asset: AssetId| {
        let declared = project.asset(asset);
        let value = |name: &SmolStr| match declared.values.get(fields.get_index_of(name)?) {
            Some(Some(Const::Text(text))) => Some((name.clone(), text.clone())),
            _ => None,
        };
        let found_by: Vec<_> = objects.by.iter().filter_map(value).collect();
        let has_first = objects.by.first().is_some_and(|first| found_by.iter().any(|(name, _)| name == first));
        (declared.kind == *kind && policy.covers.contains(&declared.system) && has_first)
            .then_some(Candidate { asset, found_by })
    };
    (0..project.assets.len()).map(AssetId::new).filter_map(candidate).collect()
}

/// `v1`, `v1beta2`
fn is_version(word: &str) -> bool {
    let mut rest = word.strip_prefix('v').unwrap_or_default().chars();
    rest.next().is_some_and(|first| first.is_ascii_digit())
}

fn plural(kind: &str) -> String {
    let singular = kind.to_ascii_lowercase();
    match singular.strip_suffix('y') {
        _ if singular.ends_with('s') => format!("{singular}es"),
        Some(stem) => format!("{stem}ies"),
        None => format!("{singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_printed_as_they_are_written() {
        for text in [
            "v1/pods",
            "v1/pods/ephemeralcontainers",
            "apps/v1/deployments",
            "serving.kserve.io/v1beta1/inferenceservices",
        ] {
            assert_eq!(Resource::parse(text).map(|resource| resource.to_string()).as_deref(), Ok(text));
        }
        for wrong in [
            "",
            "pods",
            "v1",
            "apps/deployments",
            "a/b/c/d/e",
            "v1//pods",
            "v1/Pods",
            "v1/pods/a/b",
            "v1/pods ",
            "x/v/y",
        ] {
            assert_eq!(Resource::parse(wrong), Err(BadResource), "{wrong}");
        }
    }

    #[test]
    fn objects_are_known_by_their_kind() {
        let holds = |resource: &str, api_version: &str, kind: &str| {
            Resource::parse(resource).is_ok_and(|resource| resource.holds(api_version, kind))
        };
        assert!(holds("v1/pods", "v1", "Pod"));
        assert!(holds("batch/v1/cronjobs", "batch/v1", "CronJob"));
        assert!(holds("networking.k8s.io/v1/networkpolicies", "networking.k8s.io/v1", "NetworkPolicy"));
        assert!(holds("networking.k8s.io/v1/ingresses", "networking.k8s.io/v1", "Ingress"));
        assert!(!holds("v1/pods", "v1", "PodTemplate"));
        assert!(!holds("apps/v1/deployments", "extensions/v1beta1", "Deployment"));
        assert!(!holds("v1/pods/ephemeralcontainers", "v1", "Pod"));
    }
}
