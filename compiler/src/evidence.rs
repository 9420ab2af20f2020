//! Facts that are computed, and never believed from a report: what a model's files are, who signed a statement, what
//! the statement says. Plain data; the language's types are built on it elsewhere.

pub mod canonical;
pub mod collect;
pub mod digest;
pub mod record;
pub mod signature;
pub mod statement;

use sha2::{Digest as _, Sha256};

/// `sha256:` and the digest in lower-case hexadecimal: how a digest is written everywhere.
fn sha256_text(digest: impl AsRef<[u8]>) -> String {
    format!("sha256:{}", hex(digest))
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest behind `hex`, if it is one of SHA-256 as in-toto writes it: 64 lower-case hexadecimal digits.
fn sha256_bytes(hex: &str) -> Option<[u8; 32]> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let digits: &[u8; 64] = hex.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

/// The digest of a model: SHA-256 over the raw digests of its files, one after the other. OpenSSF model signing v1.0
/// makes it the digest of the statement's subject.
fn root_digest<'d>(digests: impl IntoIterator<Item = &'d [u8; 32]>) -> String {
    let mut hasher = Sha256::new();
    for digest in digests {
        hasher.update(digest);
    }
    sha256_text(hasher.finalize())
}
