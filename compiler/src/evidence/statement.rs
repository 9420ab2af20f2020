//! What a signed statement says: in-toto Statement v1, and the predicate of OpenSSF model signing v1.0. Parts that are
//! not defined there are ignored, as both demand; parts that are defined must be right.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::digest::{Ignored, ModelFiles};
use super::signature::VerifiedPayload;
use super::{root_digest, sha256_bytes};
use crate::document::envelope::IN_TOTO;
use crate::document::{self, DocumentError, Format, Limits};

/// An in-toto statement, version 1 (in-toto/attestation, `spec/v1/statement.md`): a claim about artifacts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    statement_type: String,
    /// The artifacts that the claim is about. Never empty.
    pub subject: Vec<Subject>,
    /// The URI of what is claimed.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// The claim; null if the statement has none.
    #[serde(default)]
    pub predicate: Value,
}

/// An artifact that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subject {
    /// What the signer calls it. A name proves nothing.
    #[serde(default)]
    pub name: Option<String>,
    /// Its digests in hexadecimal, by algorithm.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// The SHA-256 as `sha256:…`, if the statement has one that is well-formed.
    pub fn sha256(&self) -> Option<String> {
        let hex = self.digest.get("sha256")?;
        sha256_bytes(hex).map(|_| format!("sha256:{hex}"))
    }
}

/// The predicate of OpenSSF model signing v1.0: the files of a model when it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModelSigning {
    /// How the files were listed and hashed.
    pub serialization: Serialization,
    /// The files, in the order in which their digests were hashed.
    pub resources: Vec<Resource>,
}

/// How a signer listed and hashed the files of a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Serialization {
    /// `files`, or `shards` for parts of files.
    pub method: String,
    /// The hash of each file: `sha256`, `blake2b` or `blake3`.
    pub hash_type: String,
    /// Whether symbolic links were followed.
    #[serde(default)]
    pub allow_symlinks: bool,
    /// The paths that were left out, in the model's folder.
    #[serde(default)]
    pub ignore_paths: Vec<String>,
}

/// A file of a signed model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Resource {
    /// The path in the model's folder, with `/`; `.` for a model that is one file.
    pub name: String,
    /// The hash.
    pub algorithm: String,
    /// The digest in hexadecimal.
    pub digest: String,
}

/// A difference between a signed model and files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The file has other content than was signed.
    Changed(String),
    /// The file was signed, and is not there.
    Missing(String),
    /// The file is there, and was not signed.
    Unsigned(String),
}

/// Why a payload is not the statement it should be.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The payload is of another media type.
    #[error("the payload has the type `{0}`, and only `{IN_TOTO}` is read")]
    PayloadType(String),
    /// The payload is no JSON document.
    #[error("in the payload: {0}")]
    Document(#[from] DocumentError),
    /// A part is missing, or of another type.
    #[error("the statement is not well-formed: {0}")]
    Shape(#[from] serde_json::Error),
    /// A statement of another kind or version.
    #[error("`{0}` is not an in-toto statement of version 1")]
    StatementType(String),
    /// A statement about nothing.
    #[error("the statement has no subject")]
    NoSubject,
    /// The statement claims something else.
    #[error("the statement is a `{found}`, not a `{wanted}`")]
    PredicateType {
        /// The predicate type that it has.
        found: String,
        /// The one that was asked for.
        wanted: &'static str,
    },
    /// A model signature is about one model.
    #[error("the statement has {0} subjects, and the signature of a model has one")]
    Subjects(usize),
    /// A model that was hashed in a way that is not computed here.
    #[error("the model was hashed as `{method}` with `{hash}`, and only `files` with `sha256` is compared")]
    Serialization {
        /// The method.
        method: String,
        /// The hash of the files.
        hash: String,
    },
    /// A digest that is not 64 lower-case hexadecimal digits.
    #[error("the digest of `{0}` is not a SHA-256")]
    Digest(String),
    /// The same file twice.
    #[error("the statement has two digests of `{0}`")]
    TwoDigests(String),
    /// The subject's digest is not that of the files.
    #[error("the digest of the model, `{subject}`, is not that of its files, `{files}`")]
    Inconsistent {
        /// What the subject says.
        subject: String,
        /// What follows from the files.
        files: String,
    },
}

impl Statement {
    /// The `_type` of version 1.
    pub const TYPE: &str = "https://in-toto.io/Statement/v1";

    /// The statement that a key has signed.
    ///
    /// # Errors
    /// [`StatementError`], when the payload is something else.
    pub fn from_verified(payload: &VerifiedPayload<'_>, limits: &Limits) -> Result<Self, StatementError> {
        if payload.payload_type() != IN_TOTO {
            return Err(StatementError::PayloadType(payload.payload_type().to_owned()));
        }
        Self::from_json(document::read(payload.payload(), Format::Json, limits)?)
    }

    /// The statement in a JSON value, such as [`document::read`] gives for an envelope. Nobody may have signed it.
    ///
    /// # Errors
    /// [`StatementError`], when it is something else.
    pub fn from_json(value: Value) -> Result<Self, StatementError> {
        let statement: Self = serde_json::from_value(value)?;
        if statement.statement_type != Self::TYPE {
            return Err(StatementError::StatementType(statement.statement_type));
        }
        if statement.subject.is_empty() { Err(StatementError::NoSubject) } else { Ok(statement) }
    }
}

impl ModelSigning {
    /// The predicate type of version 1.0.
    pub const PREDICATE_TYPE: &str = "https://model_signing/signature/v1.0";

    /// The files that a statement is about, when their digests agree with its subject: the checks of the tool's own
    /// verifier (`dsse_payload_to_manifest`), and no file twice.
    ///
    /// # Errors
    /// [`StatementError`], when the statement is of another kind, or contradicts itself.
    pub fn from_statement(statement: &Statement) -> Result<Self, StatementError> {
        if statement.predicate_type != Self::PREDICATE_TYPE {
            let found = statement.predicate_type.clone();
            return Err(StatementError::PredicateType { found, wanted: Self::PREDICATE_TYPE });
        }
        let [subject] = statement.subject.as_slice() else {
            return Err(StatementError::Subjects(statement.subject.len()));
        };
        let signed = Self::deserialize(&statement.predicate)?;
        let files = signed.digest()?;
        let name = || subject.name.clone().unwrap_or_default();
        let subject = subject.sha256().ok_or_else(|| StatementError::Digest(name()))?;
        if subject == files { Ok(signed) } else { Err(StatementError::Inconsistent { subject, files }) }
    }

    /// The digest that follows from the files, as `sha256:…`.
    fn digest(&self) -> Result<String, StatementError> {
        let Serialization { method, hash_type, .. } = &self.serialization;
        if method != "files" || hash_type != "sha256" {
            return Err(StatementError::Serialization { method: method.clone(), hash: hash_type.clone() });
        }
        let mut names = BTreeSet::new();
        let mut digests = Vec::with_capacity(self.resources.len());
        for resource in &self.resources {
            if !names.insert(&resource.name) {
                return Err(StatementError::TwoDigests(resource.name.clone()));
            }
            let digest = sha256_bytes(&resource.digest).filter(|_| resource.algorithm == "sha256");
            digests.push(digest.ok_or_else(|| StatementError::Digest(resource.name.clone()))?);
        }
        Ok(root_digest(&digests))
    }

    /// The paths that the signer left out, so that the same model can be hashed in the same way. They are signed: to
    /// trust the signature is to accept them. The tool's defaults are among them, as in its own verifier.
    pub fn ignored(&self) -> Ignored {
        self.serialization.ignore_paths.iter().fold(Ignored::default(), |ignored, path| ignored.and(path))
    }

    /// Every difference between the signed files and these, by kind and name; none if the model is the signed one.
    /// Names count, which the model's digest does not hold.
    pub fn differences(&self, model: &ModelFiles) -> Vec<Difference> {
        let signed: BTreeMap<_, _> = self.resources.iter().map(|file| (&file.name, &file.digest)).collect();
        let found: BTreeMap<_, _> = model.files.iter().map(|file| (&file.name, &file.sha256)).collect();
        let lost = signed.iter().filter_map(|(name, digest)| match found.get(name) {
            None => Some(Difference::Missing((*name).clone())),
            Some(now) => (now != digest).then(|| Difference::Changed((*name).clone())),
        });
        let added = found.keys().filter(|name| !signed.contains_key(*name));
        let mut all: Vec<_> = lost.chain(added.map(|name| Difference::Unsigned((*name).clone()))).collect();
        all.sort();
        all
    }
}
