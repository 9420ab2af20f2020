//! Sizes in bytes.

use super::Scalar;
use super::number::{Int, NumberError, in_largest_unit, natural, split_digits, split_sign};
use serde_json::Value;
use std::fmt;

/// Units from small to large, in bytes.
const UNITS: [(&str, i64); 5] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)];

/// A size in bytes, as in `4GiB`. Its text is a whole number of the largest unit that divides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(Int);

/// Why a size is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    /// Not one number with one unit.
    #[error("a size is a whole number with its unit and no blanks, as in `4GiB`")]
    Malformed,
    /// Its number is wrong.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Letters that are no unit.
    #[error("`{0}` is not a unit of size: the units are `B`, `KiB`, `MiB`, `GiB` and `TiB`")]
    Unit(String),
    /// Beyond the range of [`Int`], 8 PiB.
    #[error("this size is too large to count in bytes")]
    TooLarge,
}

impl Bytes {
    /// The size of so many bytes, unless that leaves the range of [`Int`].
    pub fn new(count: i64) -> Option<Bytes> {
        Int::new(count).map(Bytes)
    }

    /// The number of bytes.
    pub fn count(self) -> i64 {
        self.0.get()
    }

    /// `self + other`, unless it leaves the range.
    pub fn checked_add(self, other: Bytes) -> Option<Bytes> {
        self.0.checked_add(other.0).map(Bytes)
    }

    /// `self - other`, unless it leaves the range. The result may be negative.
    pub fn checked_sub(self, other: Bytes) -> Option<Bytes> {
        self.0.checked_sub(other.0).map(Bytes)
    }

    /// `self * factor`, unless it leaves the range.
    pub fn checked_mul(self, factor: Int) -> Option<Bytes> {
        self.0.checked_mul(factor).map(Bytes)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = in_largest_unit(self.0.get(), &UNITS);
        write!(f, "{count}{unit}")
    }
}

impl Scalar for Bytes {
    type Error = BytesError;

    /// A whole number with one unit, after an optional `-`.
    fn parse_literal(text: &str) -> Result<Bytes, BytesError> {
        let (negative, magnitude) = split_sign(text);
        let (digits, unit) = split_digits(magnitude);
        if digits.is_empty() || unit.is_empty() || !unit.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(BytesError::Malformed);
        }
        let known = UNITS.into_iter().find(|(name, _)| *name == unit);
        let (_, size) = known.ok_or_else(|| BytesError::Unit(unit.to_owned()))?;
        let count = natural(digits)?;
        let bytes = Int::new(size).and_then(|size| count.checked_mul(size)).ok_or(BytesError::TooLarge)?;
        Ok(Bytes(if negative { bytes.negated() } else { bytes }))
    }

    /// A whole number of bytes. Tools write −1 for a size that they do not know, which must not pass for a small one: a negative number
    /// is wrong-typed, though arithmetic can reach one.
    fn from_json(value: &Value) -> Option<Bytes> {
        Int::from_json(value).filter(|count| count.get() >= 0).map(Bytes)
    }

    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_print_in_their_largest_unit() {
        for text in ["4GiB", "512MiB", "1B", "0B", "8191TiB", "1025KiB", "-1KiB"] {
            assert_eq!(Bytes::parse_literal(text).expect(text).to_string(), text);
        }
        assert_eq!(Bytes::parse_literal("1024KiB").expect("parses").to_string(), "1MiB");
        assert_eq!(Bytes::parse_literal("2KiB").map(Bytes::count), Ok(2048));
    }

    #[test]
    fn each_mistake_has_its_reason() {
        for text in ["", "4", "GiB", "4 GiB", "1.5GiB", "1GiB512MiB"] {
            assert_eq!(Bytes::parse_literal(text), Err(BytesError::Malformed), "{text}");
        }
        for text in ["GB", "gib", "k", "PiB"] {
            assert_eq!(Bytes::parse_literal(&format!("4{text}")), Err(BytesError::Unit(text.to_owned())));
        }
        assert_eq!(Bytes::parse_literal("8192TiB"), Err(BytesError::TooLarge));
        assert_eq!(Bytes::parse_literal("04GiB"), Err(BytesError::Number(NumberError::LeadingZero)));
    }

    #[test]
    fn documents_count_bytes() {
        assert_eq!(Bytes::from_json(&json!(4096)).map(|size| size.to_string()).as_deref(), Some("4KiB"));
        assert_eq!(Bytes::from_json(&json!(-1)), None);
        assert_eq!(Bytes::from_json(&json!("4KiB")), None);
    }
}
