//! The scalar values of the language.
//!
//! Every engine that a policy reaches must read, compare and print a value alike. So each scalar type fixes three spellings and nothing
//! else: the literal in source, the text in a message, and the JSON in a canonical subject document. The first two are one spelling.
//!
//! Arithmetic never wraps and never rounds silently: it answers `None` where the result is outside the type.

use std::fmt::Display;

mod bytes;
mod cidr;
mod date;
mod decimal;
mod digest;
mod duration;
mod number;
mod quantity;
mod rate;
pub mod render;
mod time;
mod version;

#[cfg(test)]
mod properties;

pub use bytes::{Bytes, BytesError};
pub use cidr::{Cidr, CidrError};
pub use date::{Date, DateError};
pub use decimal::{Decimal, DecimalError, ratio_cmp};
pub use digest::{Algorithm, Digest, DigestError};
pub use duration::{Duration, DurationError};
pub use number::{Float, Int, MAX_EXACT, NumberError};
pub use quantity::{Quantity, QuantityError};
pub use rate::{Rate, RateError};
pub use time::{Time, TimeError, normalise_time};
pub use version::{Version, VersionError, VersionRange, VersionRangeError, tool_version};

/// What every scalar type can do.
///
/// [`Display`] writes the canonical literal, which is also the text in messages: `T::parse_literal(&value.to_string())` gives the value
/// back.
pub trait Scalar: Sized + Display {
    /// Why a literal is refused, in words that fit a diagnostic.
    type Error: std::error::Error;

    /// Reads the spelling used in source: units in the literal, no blanks.
    fn parse_literal(text: &str) -> Result<Self, Self::Error>;

    /// Reads the value from a canonical subject document. `None` means wrong-typed, which makes the field `indeterminate` when it is read.
    fn from_json(value: &serde_json::Value) -> Option<Self>;

    /// Writes the value for a canonical subject document.
    fn to_json(&self) -> serde_json::Value;
}
