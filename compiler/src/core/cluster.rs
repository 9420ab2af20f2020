//! Versions of Kubernetes for which something is emitted.

use std::fmt;

/// The oldest version of the clusters that a project emits for. The default is the newest that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClusterVersion {
    minor: u16,
}

/// Why a text names no such version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadClusterVersion {
    /// It is no version of Kubernetes.
    #[error("this is no version of Kubernetes, which is written like `{}`", ClusterVersion::NEWEST)]
    NoVersion,
    /// It has no ValidatingAdmissionPolicy of `v1`.
    #[error("nothing is emitted for a Kubernetes older than {}", ClusterVersion::OLDEST)]
    TooOld,
    /// The compiler was made before it.
    #[error("this compiler knows Kubernetes up to {}", ClusterVersion::NEWEST)]
    TooNew,
}

impl ClusterVersion {
    /// The first with ValidatingAdmissionPolicies of `v1`.
    pub const OLDEST: Self = Self { minor: 30 };

    /// The newest on which what is emitted was tried.
    pub const NEWEST: Self = Self { minor: 37 };

    /// Reads `1.37`.
    ///
    /// # Errors
    /// [`BadClusterVersion`].
    pub fn parse(text: &str) -> Result<Self, BadClusterVersion> {
        let minor = text.strip_prefix("1.").filter(|minor| minor.bytes().all(|byte| byte.is_ascii_digit()));
        let minor = minor.filter(|minor| !minor.starts_with('0') || *minor == "0");
        let minor = minor.and_then(|minor| minor.parse().ok()).ok_or(BadClusterVersion::NoVersion)?;
        match (Self { minor }) {
            version if version < Self::OLDEST => Err(BadClusterVersion::TooOld),
            version if version > Self::NEWEST => Err(BadClusterVersion::TooNew),
            version => Ok(version),
        }
    }
}

impl Default for ClusterVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for ClusterVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_they_are_printed() {
        for text in ["1.30", "1.33", "1.37"] {
            assert_eq!(ClusterVersion::parse(text).map(|version| version.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "1", "1.", "v1.33", "1.33.2", "1.+33", "2.33", "1.033", "1.99999999"] {
            assert_eq!(ClusterVersion::parse(text), Err(BadClusterVersion::NoVersion), "{text}");
        }
        assert_eq!(ClusterVersion::parse("1.29"), Err(BadClusterVersion::TooOld));
        assert_eq!(ClusterVersion::parse("1.38"), Err(BadClusterVersion::TooNew));
    }
}
