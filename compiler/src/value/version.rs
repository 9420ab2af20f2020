//! Semantic versions, and the looser ones that tools state.

use super::Scalar;
use super::number::{MAX_EXACT, all_digits};
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A semantic version (Semantic Versioning 2.0.0), as in `1.4.2` or `2.0.0-rc.1`.
///
/// Equality and order are precedence (§10, §11): build metadata is printed and does not count. Numbers are at most [`MAX_EXACT`], within
/// what every engine's integers hold.
#[derive(Clone, Debug)]
pub struct Version(semver::Version);

/// Why a version is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not a semantic version; the text says where.
    #[error("this is not a semantic version such as `1.4.2`: {0}")]
    Malformed(String),
    /// A number beyond [`MAX_EXACT`].
    #[error("a number of this version is larger than 9007199254740991 (2^53 − 1)")]
    TooLarge,
}

impl Version {
    /// Whether this is a pre-release, as `2.0.0-rc.1` is.
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        self.0.cmp_precedence(&other.0)
    }
}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.major, self.0.minor, self.0.patch, &self.0.pre).hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Scalar for Version {
    type Error = VersionError;

    /// Three numbers, and a pre-release and build metadata if there are any.
    fn parse_literal(text: &str) -> Result<Version, VersionError> {
        let version = semver::Version::parse(text).map_err(|error| VersionError::Malformed(error.to_string()))?;
        let exact = |number: u64| number <= MAX_EXACT.unsigned_abs();
        let pre_numbers = version.pre.split('.').filter(|part| all_digits(part));
        let mut small = pre_numbers.map(|part| part.parse().is_ok_and(exact));
        if [version.major, version.minor, version.patch].into_iter().all(exact) && small.all(|small| small) {
            Ok(Version(version))
        } else {
            Err(VersionError::TooLarge)
        }
    }

    /// The literal as text.
    fn from_json(value: &Value) -> Option<Version> {
        Version::parse_literal(value.as_str()?).ok()
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// Reads the version that a tool states of itself, which is often not a semantic one.
///
/// A leading `v` is dropped, and a missing minor or patch number is zero: `v0.2.54`, `0.8`, `5`. Everything else must be a semantic
/// version. A scheme that orders otherwise, such as Python's `1.2.3.post1` and `1.2.3rc1`, gives `None`: guessing could let a version
/// that was never looked at pass for one that was.
pub fn tool_version(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let short = text.split('.').all(all_digits);
    match text.matches('.').count() {
        0 if short => Version::parse_literal(&format!("{text}.0.0")).ok(),
        1 if short => Version::parse_literal(&format!("{text}.0")).ok(),
        _ => Version::parse_literal(text).ok(),
    }
}

/// A set of versions, as in `>=0.8, <0.9`: all comparators must hold.
///
/// The comparators are those of Cargo: `=`, `>`, `>=`, `<`, `<=`, `~`, `^` and `*`, where a number left out stands for any. A pre-release
/// is in the range only if a comparator names a pre-release of the same three numbers: `0.9.0-rc.1` is in `>=0.9.0-rc.0` and not in
/// `>=0.8`, since nobody looked at it when they wrote that.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionRange(semver::VersionReq);

/// Why a range of versions is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionRangeError {
    /// Not comparators with commas between them; the text says where.
    #[error("this is not a range of versions such as `>=0.8, <0.9`: {0}")]
    Malformed(String),
    /// A version without a comparator. Some readers take `0.8` for `=0.8`, others for `^0.8`.
    #[error("`{0}` needs a comparator, as in `={0}` or `>={0}`")]
    Bare(String),
}

impl VersionRange {
    /// Reads comparators with commas between them.
    pub fn parse(text: &str) -> Result<VersionRange, VersionRangeError> {
        let range = semver::VersionReq::parse(text).map_err(|error| VersionRangeError::Malformed(error.to_string()))?;
        let mut parts = text.split(',').map(str::trim).zip(&range.comparators);
        match parts.find(|(part, comparator)| comparator.op == semver::Op::Caret && !part.starts_with('^')) {
            Some((part, _)) => Err(VersionRangeError::Bare(part.to_owned())),
            None => Ok(VersionRange(range)),
        }
    }

    /// Whether the version is in the range.
    pub fn contains(&self, version: &Version) -> bool {
        self.0.matches(&version.0)
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn version(text: &str) -> Version {
        Version::parse_literal(text).expect(text)
    }

    #[test]
    fn literals_are_strict() {
        for text in ["1.4.2", "0.0.0", "2.0.0-rc.1", "1.0.0+build.5", "1.0.0-a.b+c"] {
            assert_eq!(version(text).to_string(), text);
        }
        for text in ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.3 ", "1.2.3.post1"] {
            assert!(matches!(Version::parse_literal(text), Err(VersionError::Malformed(_))), "{text}");
        }
        assert_eq!(Version::parse_literal("9007199254740992.0.0"), Err(VersionError::TooLarge));
        assert_eq!(Version::parse_literal("1.0.0-99999999999999999999"), Err(VersionError::TooLarge));
        assert_eq!(Version::from_json(&json!(1.2)), None);
    }

    #[test]
    fn order_is_precedence() {
        let sorted =
            ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0"];
        assert!(sorted.map(version).is_sorted_by(|a, b| a < b));
        assert_eq!(version("1.0.0+a"), version("1.0.0+b"));
        assert!(version("2.0.0-rc.1").is_prerelease());
    }

    #[test]
    fn tools_state_versions_loosely() {
        let read = |text: &str| tool_version(text).map(|version| version.to_string());
        assert_eq!(read("0.8").as_deref(), Some("0.8.0"));
        assert_eq!(read("5").as_deref(), Some("5.0.0"));
        assert_eq!(read("v0.2.54").as_deref(), Some("0.2.54"));
        assert_eq!(read("1.2.3-rc.1+x").as_deref(), Some("1.2.3-rc.1+x"));
        for text in [
            "",
            "v",
            "vv1",
            "V1.2.3",
            "1.2.3.4",
            "1.2.3.post1",
            "1.2.3rc1",
            "1.2-rc1",
            "2026.01.05",
            "1.",
            ".1",
            "latest",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn ranges() {
        let range = VersionRange::parse(">=0.8,<0.9").expect("a range");
        assert_eq!(range.to_string(), ">=0.8, <0.9");
        assert!(range.contains(&version("0.8.8")));
        assert!(!range.contains(&version("0.9.0")));
        assert!(!range.contains(&version("0.9.0-rc.1")));
        assert!(VersionRange::parse(">=0.9.0-rc.0").expect("a range").contains(&version("0.9.0-rc.1")));
        assert!(!VersionRange::parse("*").expect("a range").contains(&version("1.0.0-rc.1")));
        assert!(VersionRange::parse("^1.2").expect("a range").contains(&version("1.9.0")));
        assert_eq!(VersionRange::parse(">=0.7, 0.8"), Err(VersionRangeError::Bare("0.8".to_owned())));
        for text in ["", ">=", "latest", ">=0.8 <0.9", ">=0.8,"] {
            assert!(matches!(VersionRange::parse(text), Err(VersionRangeError::Malformed(_))), "{text}");
        }
    }
}
