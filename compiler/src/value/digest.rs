//! Cryptographic digests.

use super::Scalar;
use serde_json::Value;
use std::fmt;

/// A hash function that still resists collisions. MD5 and SHA-1 do not, so they are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl Algorithm {
    const ALL: [Algorithm; 3] = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];

    /// The name before the colon.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }

    /// The length of the hash in bytes.
    pub fn bytes(self) -> usize {
        match self {
            Algorithm::Sha256 => 32,
            Algorithm::Sha384 => 48,
            Algorithm::Sha512 => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A hash and its algorithm, as in `sha256:` and 64 lower-case hexadecimal digits.
///
/// Rust's `==` is false between algorithms. In the language that comparison is indeterminate: see [`Digest::matches`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    /// The hash, followed by zeros where the algorithm's is shorter.
    hash: [u8; 64],
}

/// Why a digest is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// No algorithm before a colon.
    #[error("a digest names its algorithm, as in `sha256:…`")]
    NoAlgorithm,
    /// An algorithm whose collisions can be made.
    #[error("`{0}` does not identify anything: collisions can be made")]
    Broken(String),
    /// An algorithm that is not known.
    #[error("`{0}` is not a digest algorithm: use `sha256`, `sha384` or `sha512`")]
    Algorithm(String),
    /// Not lower-case hexadecimal digits.
    #[error("a digest is written in lower-case hexadecimal digits")]
    NotHex,
    /// A hash that is too short or too long.
    #[error("`{algorithm}` has {} hexadecimal digits, not {digits}", algorithm.bytes() * 2)]
    Length {
        /// The algorithm.
        algorithm: Algorithm,
        /// How many digits were written.
        digits: usize,
    },
}

impl Digest {
    /// The digest of these bytes, which are the hash and not its hexadecimal text; `None` if they do not have the algorithm's length.
    pub fn from_hash(algorithm: Algorithm, hash: &[u8]) -> Option<Digest> {
        let mut padded = [0; 64];
        padded.get_mut(..algorithm.bytes()).filter(|space| space.len() == hash.len())?.copy_from_slice(hash);
        Some(Digest { algorithm, hash: padded })
    }

    /// The digest whose hash is written in lower-case hexadecimal digits, without the algorithm's name.
    pub fn from_hex(algorithm: Algorithm, text: &str) -> Result<Digest, DigestError> {
        let nibble = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let nibbles: Option<Vec<u8>> = text.bytes().map(nibble).collect();
        let nibbles = nibbles.ok_or(DigestError::NotHex)?;
        let hash: Vec<u8> =
            nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect();
        let even = nibbles.len() % 2 == 0;
        let digest = Digest::from_hash(algorithm, &hash).filter(|_| even);
        digest.ok_or(DigestError::Length { algorithm, digits: nibbles.len() })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The hash, as long as the algorithm's.
    pub fn hash(&self) -> &[u8] {
        &self.hash[..self.algorithm.bytes()]
    }

    /// The hash in lower-case hexadecimal digits, without the algorithm's name.
    pub fn hex(&self) -> String {
        self.hash().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether both are the same hash; `None`, indeterminate, if the algorithms differ.
    pub fn matches(&self, other: &Digest) -> Option<bool> {
        (self.algorithm == other.algorithm).then_some(self == other)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm, self.hex())
    }
}

impl Scalar for Digest {
    type Error = DigestError;

    /// The algorithm, a colon, lower-case hexadecimal digits.
    fn parse_literal(text: &str) -> Result<Digest, DigestError> {
        let (name, hex) = text.split_once(':').ok_or(DigestError::NoAlgorithm)?;
        match Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name) {
            Some(algorithm) => Digest::from_hex(algorithm, hex),
            None if matches!(name, "md5" | "sha1" | "sha-1") => Err(DigestError::Broken(name.to_owned())),
            None if name.is_empty() => Err(DigestError::NoAlgorithm),
            None => Err(DigestError::Algorithm(name.to_owned())),
        }
    }

    /// The literal as text.
    fn from_json(value: &Value) -> Option<Digest> {
        Digest::parse_literal(value.as_str()?).ok()
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sha256(byte: &str) -> String {
        format!("sha256:{}", byte.repeat(32))
    }

    #[test]
    fn literals() {
        for text in [sha256("0f"), format!("sha384:{}", "ab".repeat(48)), format!("sha512:{}", "90".repeat(64))] {
            assert_eq!(Digest::parse_literal(&text).expect(&text).to_string(), text);
            assert_eq!(Digest::from_json(&json!(text)).map(|digest| digest.to_json()), Some(json!(text)));
        }
    }

    #[test]
    fn each_mistake_has_its_reason() {
        let error = |text: &str| Digest::parse_literal(text).expect_err(text);
        assert_eq!(error(&"0f".repeat(32)), DigestError::NoAlgorithm);
        assert_eq!(error(":00"), DigestError::NoAlgorithm);
        assert_eq!(error("md5:00"), DigestError::Broken("md5".to_owned()));
        assert_eq!(error("sha1:00"), DigestError::Broken("sha1".to_owned()));
        assert_eq!(error("SHA256:00"), DigestError::Algorithm("SHA256".to_owned()));
        assert_eq!(error(&sha256("0F")), DigestError::NotHex);
        assert_eq!(error(&sha256("é")), DigestError::NotHex);
        assert_eq!(error("sha256:abc").to_string(), "`sha256` has 64 hexadecimal digits, not 3");
        assert_eq!(error("sha256:").to_string(), "`sha256` has 64 hexadecimal digits, not 0");
        assert_eq!(Digest::from_json(&json!({"sha256": "00"})), None);
    }

    #[test]
    fn algorithms_do_not_compare() {
        let short = Digest::parse_literal(&sha256("00")).expect("a digest");
        let long = Digest::from_hash(Algorithm::Sha512, &[0; 64]).expect("a digest");
        assert_eq!(short.matches(&long), None);
        assert_eq!(short.matches(&short), Some(true));
        assert_eq!(Digest::from_hash(Algorithm::Sha256, &[0; 31]), None);
    }
}
