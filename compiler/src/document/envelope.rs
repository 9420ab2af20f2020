//! Signed envelopes as documents: DSSE (secure-systems-lab/dsse, `envelope.md`, v1) and the Sigstore bundle that may
//! hold one. This is only their shape; `evidence::signature` verifies them.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::{DocumentError, Limits, json, text};

/// The payload type of an in-toto statement in JSON.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// A DSSE envelope, its parts decoded from base64. Nothing in it can be trusted until its signature is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The media type of the payload.
    pub payload_type: String,
    /// The bytes that are signed, together with their type.
    pub payload: Vec<u8>,
    /// The signatures; at least one if the envelope was read from a document.
    pub signatures: Vec<Signature>,
}

/// One signature of an [`Envelope`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// A hint at the key, which nobody signed: never a reason to trust.
    pub keyid: Option<String>,
    /// The signature itself.
    pub sig: Vec<u8>,
}

/// Why a JSON document is not an envelope or bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A part is missing, or of another type.
    #[error("`{part}` of the envelope is not {expected}")]
    Shape {
        /// The path of the part.
        part: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A part is not base64, neither of the standard nor of the URL-safe alphabet (RFC 4648, sections 4 and 5).
    #[error("`{0}` of the envelope is not base64")]
    Base64(String),
    /// An envelope that nobody signed.
    #[error("the envelope has no signature")]
    Unsigned,
    /// The Sigstore bundle format allows one signature only.
    #[error("the envelope in a bundle has {0} signatures, and one is allowed")]
    Signatures(usize),
    /// A media type that is not a Sigstore bundle, or of a version later than 0.3.
    #[error("`{0}` is not a Sigstore bundle of version 0.1 to 0.3")]
    MediaType(String),
    /// A bundle that signs the digest of a file, and holds no statement.
    #[error("the bundle holds the signature of a file (`messageSignature`), not an envelope")]
    NoEnvelope,
    /// A payload that is no in-toto statement.
    #[error("the payload has the type `{0}`, and only `{IN_TOTO}` is read")]
    PayloadType(String),
}

impl Envelope {
    /// The envelope that a JSON document is. Keys that DSSE does not define are ignored, as it demands.
    ///
    /// # Errors
    /// [`EnvelopeError`], when it is none.
    pub fn from_json(document: &Value) -> Result<Self, EnvelopeError> {
        let payload_type = text_of(document, "payloadType")?.to_owned();
        let payload = bytes_of(document, "payload", "payload")?;
        let list = document.get("signatures").and_then(Value::as_array).ok_or_else(|| shape("signatures", "a list"))?;
        let signatures = list.iter().enumerate().map(|(index, item)| Signature::from_json(item, index));
        let signatures = signatures.collect::<Result<Vec<_>, _>>()?;
        if signatures.is_empty() {
            Err(EnvelopeError::Unsigned)
        } else {
            Ok(Self { payload_type, payload, signatures })
        }
    }

    /// The envelope inside a Sigstore bundle. The verification material of the bundle is not read: it is the signer's
    /// own word about the key.
    ///
    /// # Errors
    /// [`EnvelopeError`], when the document is no bundle with an envelope and one signature.
    pub fn from_bundle(document: &Value) -> Result<Self, EnvelopeError> {
        let media_type = text_of(document, "mediaType")?;
        if !is_bundle_type(media_type) {
            return Err(EnvelopeError::MediaType(media_type.to_owned()));
        }
        let Some(envelope) = document.get("dsseEnvelope") else {
            let other = document.get("messageSignature").is_some();
            return Err(if other { EnvelopeError::NoEnvelope } else { shape("dsseEnvelope", "an object") });
        };
        let envelope = Self::from_json(envelope)?;
        match envelope.signatures.len() {
            1 => Ok(envelope),
            count => Err(EnvelopeError::Signatures(count)),
        }
    }

    /// The payload as an in-toto statement in JSON, read as strictly as any document. Verifies nothing.
    ///
    /// # Errors
    /// [`EnvelopeError::PayloadType`], or [`DocumentError::Payload`] with the error of the payload.
    pub fn statement(&self, limits: &Limits) -> Result<Value, DocumentError> {
        if self.payload_type != IN_TOTO {
            return Err(EnvelopeError::PayloadType(self.payload_type.clone()).into());
        }
        let value = text(&self.payload).and_then(|text| json::read(text, limits));
        value.map_err(|error| DocumentError::Payload(Box::new(error)))
    }
}

impl Signature {
    fn from_json(item: &Value, index: usize) -> Result<Self, EnvelopeError> {
        let keyid = match item.get("keyid") {
            None | Some(Value::Null) => None,
            Some(Value::String(keyid)) => Some(keyid.clone()),
            Some(_) => return Err(shape(format!("signatures[{index}].keyid"), "a text")),
        };
        Ok(Self { keyid, sig: bytes_of(item, "sig", &format!("signatures[{index}].sig"))? })
    }
}

/// Sigstore bundle specification, `mediaType`: the version was a parameter before 0.3, and is part of the name since.
fn is_bundle_type(media_type: &str) -> bool {
    [
        "application/vnd.dev.sigstore.bundle+json;version=0.1",
        "application/vnd.dev.sigstore.bundle+json;version=0.2",
        "application/vnd.dev.sigstore.bundle+json;version=0.3",
        "application/vnd.dev.sigstore.bundle.v0.3+json",
    ]
    .contains(&media_type)
}

fn shape(part: impl Into<String>, expected: &'static str) -> EnvelopeError {
    EnvelopeError::Shape { part: part.into(), expected }
}

fn text_of<'v>(value: &'v Value, key: &str) -> Result<&'v str, EnvelopeError> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| shape(key, "a text"))
}

fn bytes_of(value: &Value, key: &str, part: &str) -> Result<Vec<u8>, EnvelopeError> {
    let encoded = value.get(key).and_then(Value::as_str).ok_or_else(|| shape(part, "a text"))?;
    // DSSE: a consumer must take both alphabets. One text is in one of them; padding may be left out.
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if encoded.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    GeneralPurpose::new(alphabet, config).decode(encoded).map_err(|_| EnvelopeError::Base64(part.to_owned()))
}
