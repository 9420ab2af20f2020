//! Types, constants, and the ids that tie the tables of a project together.

use crate::pattern::Pattern;
use crate::value::{Bytes, Cidr, Date, Decimal, Digest, Duration, Quantity, Rate, Time, Version};
use smol_str::SmolStr;
use std::sync::Arc;

macro_rules! ids {
    ($($name:ident: $what:literal;)*) => {
        $(
            #[doc = concat!("Identifies ", $what, " of a [`Project`](super::Project).")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(u32);

            impl $name {
                /// The id of a position in the project's list.
                pub fn new(index: usize) -> Self {
                    Self(index as u32)
                }

                /// The position in the project's list.
                pub fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

ids! {
    EnumId: "an enum";
    RecordId: "a record";
    CatalogId: "a catalog";
    RoleId: "a role";
    SignerId: "a signer";
    AssetId: "a declared asset";
}

impl EnumId {
    /// The built-in ordered enum of severities: `low`, `medium`, `high`, `critical`. It is the first enum of every project.
    pub const SEVERITY: EnumId = EnumId(0);
    /// The built-in enum of the kinds of system that a catalog's entry applies to. It is the second enum of every project.
    pub const PLATFORM: EnumId = EnumId(1);
}

impl RecordId {
    /// The built-in subject of blocks about time series. It is the first record of every project.
    pub const METRICS: RecordId = RecordId(0);
}

/// The type of a value that is there. Absence is not a type: a field, an index and an expression each say apart whether they may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `true`, `false`.
    Bool,
    /// A whole number within ±(2^53−1).
    Int,
    /// A finite IEEE 754 double; without `==`.
    Float,
    /// A share; `1` is 100%.
    Ratio,
    /// Unicode text.
    Text,
    /// A calendar day in UTC.
    Date,
    /// An instant in UTC.
    Time,
    /// A length of time, in milliseconds.
    Duration,
    /// A size in bytes.
    Bytes,
    /// A Kubernetes resource quantity.
    Quantity,
    /// So many of something in a window.
    Rate(Counted),
    /// A semantic version, compared by precedence.
    Version,
    /// A hash with its algorithm.
    Digest,
    /// A network prefix.
    Cidr,
    /// A pattern; constants only.
    Pattern,
    /// One of the variants of an enum.
    Enum(EnumId),
    /// An object with known fields.
    Record(RecordId),
    /// A declared asset of a kind.
    Asset(RecordId),
    /// A declared role.
    Role,
    /// A declared signer.
    Signer,
    /// An entry of a catalog.
    Threat(CatalogId),
    /// `[T]`
    List(Arc<Type>),
    /// `{Text: T}`
    Map(Arc<Type>),
    /// The type of an expression that was already reported; fits everything.
    Error,
}

impl Type {
    /// `[element]`
    pub fn list(element: Type) -> Self {
        Type::List(Arc::new(element))
    }
}

/// What a [`Type::Rate`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// Requests.
    Requests,
    /// Tokens of a language model.
    Tokens,
}

impl Counted {
    /// The word in `Rate<…>`.
    pub fn keyword(self) -> &'static str {
        match self {
            Counted::Requests => "requests",
            Counted::Tokens => "tokens",
        }
    }
}

/// A value known at compile time.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    /// A [`Type::Bool`].
    Bool(bool),
    /// A [`Type::Int`].
    Int(i64),
    /// A [`Type::Float`].
    Float(f64),
    /// A [`Type::Ratio`].
    Ratio(Decimal),
    /// A [`Type::Text`].
    Text(SmolStr),
    /// A [`Type::Date`].
    Date(Date),
    /// A [`Type::Time`].
    Time(Time),
    /// A [`Type::Duration`].
    Duration(Duration),
    /// A [`Type::Bytes`].
    Bytes(Bytes),
    /// A [`Type::Quantity`].
    Quantity(Quantity),
    /// A [`Type::Rate`].
    Rate(Rate),
    /// A [`Type::Version`].
    Version(Arc<Version>),
    /// A [`Type::Digest`].
    Digest(Arc<Digest>),
    /// A [`Type::Cidr`].
    Cidr(Cidr),
    /// A [`Type::Pattern`].
    Pattern(Arc<Pattern>),
    /// A variant of an enum, by its position.
    Enum(EnumId, u32),
    /// A [`Type::Asset`].
    Asset(AssetId),
    /// A [`Type::Role`].
    Role(RoleId),
    /// A [`Type::Signer`].
    Signer(SignerId),
    /// An entry of a catalog, by its position.
    Threat(CatalogId, u32),
    /// A [`Type::List`].
    List(Arc<[Const]>),
    /// The empty [`Type::Map`]; the only map that can be written.
    EmptyMap,
}
