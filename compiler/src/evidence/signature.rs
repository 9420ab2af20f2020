//! Verifying who signed an envelope, with a public key that the policy names. Nothing inside the envelope or bundle
//! chooses the key: its key id, hint or certificate is the signer's own word.

use ed25519_dalek::pkcs8::DecodePublicKey as _;
use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::der::{Decode as _, Document};
use p256::pkcs8::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use crate::document::envelope::Envelope;

/// The largest payload that is verified, in bytes. A statement over a million files is below it.
pub const MAX_PAYLOAD: usize = 256 << 20;

/// The most signatures of an envelope, so that the work is bounded.
pub const MAX_SIGNATURES: usize = 64;

/// The largest public key text, in bytes. Those that are read have less than 300.
const MAX_PEM: usize = 16 << 10;

/// A public key that signatures are verified with.
///
/// The hash belongs to the curve: SHA-256 for P-256 and SHA-384 for P-384, as `model-signing` 1.1.1 signs
/// (`get_ec_key_hash`) and as FIPS 186-5 pairs them by strength. A signature of a P-384 key over SHA-256, which older
/// signers made, does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA over NIST P-256, with SHA-256.
    P256(p256::ecdsa::VerifyingKey),
    /// ECDSA over NIST P-384, with SHA-384.
    P384(p384::ecdsa::VerifyingKey),
    /// Ed25519 (RFC 8032).
    Ed25519(ed25519_dalek::VerifyingKey),
}

/// Why a text is not a public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM, or more than one PEM block.
    #[error("the key is not one PEM block")]
    Pem,
    /// PEM of something else than a public key.
    #[error("the PEM block is a `{0}`, and a `PUBLIC KEY` is needed")]
    Label(String),
    /// A private key. Whoever can read the policy could sign with it.
    #[error("the key is a private key: keep it secret, and give the public key instead")]
    Private,
    /// A key of another kind.
    #[error("the key is of a kind that is not supported: only P-256, P-384 and Ed25519 are")]
    Algorithm,
    /// Bytes that are no key of the kind they say.
    #[error("the key is not valid")]
    Invalid,
}

/// Why an envelope was not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Nobody signed it.
    #[error("the envelope has no signature")]
    Unsigned,
    /// None of the signatures is by the key over this payload of this type.
    #[error("no signature is by this key over this content")]
    NotByKey,
    /// More than [`MAX_SIGNATURES`].
    #[error("the envelope has {0} signatures, and at most {MAX_SIGNATURES} are tried")]
    TooMany(usize),
    /// More than [`MAX_PAYLOAD`].
    #[error("the payload has {0} bytes, and at most {MAX_PAYLOAD} are verified")]
    TooLarge(usize),
}

/// What a key has signed: the proof that [`verify_envelope`] succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedPayload<'e> {
    payload_type: &'e str,
    payload: &'e [u8],
}

impl<'e> VerifiedPayload<'e> {
    /// The media type, which is signed too.
    pub fn payload_type(&self) -> &'e str {
        self.payload_type
    }

    /// The signed bytes.
    pub fn payload(&self) -> &'e [u8] {
        self.payload
    }
}

impl PublicKey {
    /// The key in a PEM text `-----BEGIN PUBLIC KEY-----` (RFC 7468, section 13).
    ///
    /// # Errors
    /// [`KeyError`], when there is none, or one of another kind.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("PRIVATE KEY-----") {
            return Err(KeyError::Private);
        }
        if pem.len() > MAX_PEM || pem.matches("-----BEGIN").count() != 1 {
            return Err(KeyError::Pem);
        }
        let (label, der) = Document::from_pem(pem.trim()).map_err(|_| KeyError::Pem)?;
        match label {
            "PUBLIC KEY" => Self::from_der(der.as_bytes()),
            label => Err(KeyError::Label(label.to_owned())),
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        // RFC 5480, section 2.1; RFC 8410, section 3.
        const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
        const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
        const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
        const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Invalid)?;
        let curve = info.algorithm.parameters_oid().ok();
        let key = match (info.algorithm.oid, curve) {
            (EC, Some(P256)) => p256::ecdsa::VerifyingKey::from_public_key_der(der).map(Self::P256),
            (EC, Some(P384)) => p384::ecdsa::VerifyingKey::from_public_key_der(der).map(Self::P384),
            (ED25519, _) => ed25519_dalek::VerifyingKey::from_public_key_der(der).map(Self::Ed25519),
            _ => return Err(KeyError::Algorithm),
        };
        key.map_err(|_| KeyError::Invalid)
    }

    /// Whether `signature` is by this key over `message`. An ECDSA signature may be DER, as OpenSSL and
    /// `model-signing` write it, or the two numbers one after the other.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => {
                use p256::ecdsa::Signature;
                let read = [Signature::from_der(signature), Signature::from_slice(signature)];
                read.into_iter().flatten().any(|signature| key.verify(message, &signature).is_ok())
            }
            Self::P384(key) => {
                use p384::ecdsa::Signature;
                let read = [Signature::from_der(signature), Signature::from_slice(signature)];
                read.into_iter().flatten().any(|signature| key.verify(message, &signature).is_ok())
            }
            // Strict: a weak key would verify anything.
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
        }
    }
}

/// Verifies that a key has signed the payload and its type. One signature by the key is enough, whoever else signed.
///
/// # Errors
/// [`SignatureError`], when it has not, or the envelope is too large to try.
pub fn verify_envelope<'e>(envelope: &'e Envelope, key: &PublicKey) -> Result<VerifiedPayload<'e>, SignatureError> {
    let Envelope { payload_type, payload, signatures } = envelope;
    match signatures.len() {
        0 => return Err(SignatureError::Unsigned),
        count if count > MAX_SIGNATURES => return Err(SignatureError::TooMany(count)),
        _ => {}
    }
    let size = payload.len().saturating_add(payload_type.len());
    if size > MAX_PAYLOAD {
        return Err(SignatureError::TooLarge(size));
    }
    let message = pre_authentication_encoding(payload_type, payload);
    if signatures.iter().any(|signature| key.verifies(&message, &signature.sig)) {
        Ok(VerifiedPayload { payload_type, payload })
    } else {
        Err(SignatureError::NotByKey)
    }
}

/// The bytes that a DSSE signature is over (secure-systems-lab/dsse, `protocol.md`, v1: PAE).
fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the DSSE specification, `protocol.md`.
    #[test]
    fn what_is_signed_is_the_type_and_the_payload() {
        let encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
