//! What a project declares: the shape of documents and assets, and where each fact comes from.

use super::expr::{Block, Expr, Message};
use super::objects::Objects;
use super::types::{AssetId, Const, RecordId, RoleId, Type};
use crate::document::{Format, path::DocPath};
use crate::source::Span;
use crate::value::VersionRange;
use indexmap::IndexMap;
use smol_str::SmolStr;

/// A closed set of words.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The name.
    pub name: SmolStr,
    /// Whether the variants compare; the first is the least.
    pub ordered: bool,
    /// The variants.
    pub variants: Vec<Variant>,
    /// The name's place; `None` for a built-in enum.
    pub span: Option<Span>,
}

/// One word of an [`Enum`].
#[derive(Debug, Clone)]
pub struct Variant {
    /// The name in the language, and in messages.
    pub name: SmolStr,
    /// The text in documents.
    pub text: SmolStr,
}

impl Enum {
    /// The position of the variant with this name in the language.
    pub fn variant(&self, name: &str) -> Option<u32> {
        self.variants.iter().position(|variant| variant.name == name).map(|index| index as u32)
    }

    /// The position of the variant with this text in documents.
    pub fn variant_of_text(&self, text: &str) -> Option<u32> {
        self.variants.iter().position(|variant| variant.text == text).map(|index| index as u32)
    }
}

/// An object with named, typed fields.
#[derive(Debug, Clone)]
pub struct Record {
    /// The name.
    pub name: SmolStr,
    /// The name with its module, such as `std.evidence.ModelScan`.
    pub qualified: SmolStr,
    /// The name's place.
    pub span: Span,
    /// The doc comment.
    pub doc: String,
    /// What kind of thing it is, with what only that kind has.
    pub shape: Shape,
    /// The fields, by name, in the order of the text.
    pub fields: IndexMap<SmolStr, Field>,
}

/// The kinds of [`Record`].
#[derive(Debug, Clone)]
pub enum Shape {
    /// A part of a document.
    Part,
    /// What a system may declare.
    Asset,
    /// What a block is about.
    Subject {
        /// Where its facts can be known.
        place: Place,
        /// The kind of asset that an instance belongs to, and the field that holds it.
        of: Option<RecordId>,
        /// At `admission`: which objects of the cluster are instances.
        objects: Objects,
    },
    /// A document of a tool.
    Evidence(Box<Evidence>),
    /// A time series; its labels are its fields.
    Metric(Metric),
}

/// Where a fact can be known (design §3, "Places").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the declarations themselves.
    Source,
    /// In documents, before a release.
    Gate,
    /// In a Kubernetes object, before it is stored.
    Admission,
    /// In a connection.
    Network,
    /// In a request or response that passes.
    Gateway,
    /// In time series.
    Monitor,
}

impl Place {
    /// Every place, in the order of a system's life.
    pub const ALL: [Place; 6] =
        [Place::Source, Place::Gate, Place::Admission, Place::Network, Place::Gateway, Place::Monitor];

    /// The word after `at`.
    pub fn keyword(self) -> &'static str {
        match self {
            Place::Source => "source",
            Place::Gate => "gate",
            Place::Admission => "admission",
            Place::Network => "network",
            Place::Gateway => "gateway",
            Place::Monitor => "monitor",
        }
    }
}

/// One field of a [`Record`].
#[derive(Debug, Clone)]
pub struct Field {
    /// The name.
    pub name: SmolStr,
    /// The type of the value, where there is one.
    pub ty: Type,
    /// Whether the value may be absent. A field with a default is not optional.
    pub optional: bool,
    /// The value that stands for absence.
    pub default: Option<Const>,
    /// Where the value comes from.
    pub origin: Origin,
    /// Whether the value may stand in a message.
    pub secret: bool,
    /// The name's place.
    pub span: Span,
    /// The doc comment.
    pub doc: String,
}

/// Where a field's value comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// Written in the declaration of an asset.
    Declared,
    /// Read at the first of these paths that is present.
    Document {
        /// In the order in which they are tried.
        paths: Vec<DocPath>,
        /// How the document's value becomes the field's.
        reading: Reading,
    },
    /// Made by the collector, never by a document.
    Computed(Computed),
    /// A whole document of a tool; the field's type is a record of [`Shape::Evidence`].
    Evidence,
    /// The declared asset that the instance belongs to.
    Asset,
    /// Named by whoever asks for a decision: `fraud_v3@1.4.2`.
    Given,
    /// A label of a metric.
    Label,
}

/// How a value of a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// As it stands.
    #[default]
    Plain,
    /// A time without zone is UTC.
    AssumeUtc,
    /// A number of seconds since 1970.
    EpochSeconds,
    /// A number of milliseconds since 1970.
    EpochMillis,
    /// A number that counts to 100.
    Percent,
    /// A number of seconds.
    Seconds,
    /// A number of milliseconds.
    Millis,
    /// Hexadecimal digits of a SHA-256.
    Sha256,
    /// Hexadecimal digits of a SHA-384.
    Sha384,
    /// Hexadecimal digits of a SHA-512.
    Sha512,
    /// A number written as text.
    Number,
    /// JSON written as text.
    Json,
}

/// The closed list of facts that no document may claim (design §3, "Computed facts").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computed {
    /// The digest of the model's files, as OpenSSF model signing defines it.
    ModelDigest,
    /// The model's files: name, digest, size.
    FileList,
    /// The declared signer whose key verifies this document's signature.
    VerifySignature,
    /// The SHA-256 of the canonical JSON (RFC 8785) of this document.
    Sha256Canonical,
}

/// A document of a tool.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The tool.
    pub tool: SmolStr,
    /// The tool's versions that the declaration was written against, and where a document states its own;
    /// without a path the record of `gatewright evidence record` states it.
    pub versions: Option<(VersionRange, Option<DocPath>)>,
    /// How the file is read.
    pub format: Format,
    /// The file's name in the evidence folder.
    pub file: SmolStr,
    /// The command that makes it, with `{model}` and `{file}` to fill in.
    pub run: Option<SmolStr>,
    /// How the document is tied to what it speaks about.
    pub about: About,
    /// When it may be believed. The document itself is [`ExprKind::Subject`](super::ExprKind::Subject) here.
    pub valid: Expr,
    /// Why it may not.
    pub invalid: Message,
}

/// How a document is tied to the digest of what it speaks about.
#[derive(Debug, Clone)]
pub enum About {
    /// It states the digest itself.
    Digest {
        /// Where; one of the values found must be the subject's digest.
        path: DocPath,
        /// How it is written there.
        reading: Reading,
    },
    /// The record of `gatewright evidence record` states it.
    Recorded,
    /// Nothing states it.
    Unbound,
}

/// A time series.
#[derive(Debug, Clone)]
pub struct Metric {
    /// The name in the monitoring system.
    pub series: SmolStr,
    /// `counter` or `gauge`.
    pub kind: MetricKind,
    /// The type of one sample.
    pub unit: Type,
    /// Whether each series starts at 0 before its first event.
    pub born_at_zero: bool,
}

/// What the samples of a [`Metric`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows, and is reset to 0.
    Counter,
    /// Goes up and down.
    Gauge,
}

/// A list of threats of one edition.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The name.
    pub name: SmolStr,
    /// The title.
    pub title: SmolStr,
    /// The edition.
    pub edition: SmolStr,
    /// The entries by id.
    pub entries: IndexMap<SmolStr, Entry>,
    /// The name's place.
    pub span: Span,
}

/// One entry of a [`Catalog`].
#[derive(Debug, Clone)]
pub struct Entry {
    /// The published name.
    pub name: SmolStr,
    /// The kinds of system it applies to; empty is all.
    pub platforms: Vec<SmolStr>,
    /// The entries that took its place; itself, where an earlier edition has it under another name.
    pub successors: Vec<SmolStr>,
    /// Whether it was retired in this edition.
    pub retired: bool,
    /// The id's place.
    pub span: Span,
}

/// Somebody who answers for something.
#[derive(Debug, Clone)]
pub struct Role {
    /// The name.
    pub name: SmolStr,
    /// How to reach them.
    pub contact: Option<SmolStr>,
    /// The highest severity of a control that they may waive, as a variant of the built-in `Severity`.
    pub may_waive: Option<u32>,
    /// The name's place.
    pub span: Span,
}

/// A key that signatures are verified with.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The name.
    pub name: SmolStr,
    /// The public key's file, relative to the project.
    pub key: SmolStr,
    /// The name's place.
    pub span: Span,
    /// The place of the key's path.
    pub key_span: Span,
}

/// A declared system, or an asset of one.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The name.
    pub name: SmolStr,
    /// `system` or `system.name`: how documents and reports name it.
    pub qualified: SmolStr,
    /// Its kind.
    pub kind: RecordId,
    /// The system that declares it; a system is its own.
    pub system: AssetId,
    /// A value for each field of the kind; `None` is absent.
    pub values: Vec<Option<Const>>,
    /// The name's place.
    pub span: Span,
    /// The place of each value; the name's, where none is written.
    pub value_spans: Vec<Span>,
}

/// A control before a policy applies it.
#[derive(Debug, Clone)]
pub struct Control {
    /// The name.
    pub name: SmolStr,
    /// The name with its module.
    pub qualified: SmolStr,
    /// The module, whose wildcard takes it.
    pub module: SmolStr,
    /// The title, or the first sentence of the doc comment.
    pub title: String,
    /// The doc comment.
    pub doc: String,
    /// How bad a violation is: a variant of the built-in `Severity`.
    pub severity: u32,
    /// Who answers for it.
    pub owner: Option<RoleId>,
    /// The threats that its author says it counters.
    pub mitigates: Vec<Const>,
    /// Requirements of frameworks, as its author states them.
    pub requirements: Vec<SmolStr>,
    /// The parameters, in order.
    pub params: Vec<Param>,
    /// The blocks; a parameter is an [`ExprKind::Param`](super::ExprKind::Param) here.
    pub blocks: Vec<Block>,
    /// The name's place.
    pub span: Span,
}

/// A parameter of a [`Control`].
#[derive(Debug, Clone)]
pub struct Param {
    /// The name.
    pub name: SmolStr,
    /// The type.
    pub ty: Type,
    /// The default.
    pub default: Option<Const>,
    /// The name's place.
    pub span: Span,
}
