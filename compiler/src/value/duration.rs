//! Lengths of time.

use super::Scalar;
use super::number::{Int, NumberError, in_largest_unit, natural, split_digits, split_sign};
use serde_json::Value;
use std::fmt;

/// Units from small to large, in milliseconds.
const UNITS: [(&str, i64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// A length of time in whole milliseconds, as in `1h30m`. A day is 24 hours.
///
/// Its text is a whole number of the largest unit that divides it (`90m`), which Prometheus reads as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(Int);

/// Why a duration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not numbers with units.
    #[error("a duration is whole numbers with their units and no blanks, as in `1h30m`")]
    Malformed,
    /// One of its numbers is wrong.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Letters that are no unit.
    #[error("`{0}` is not a unit of time: the units are `d`, `h`, `m`, `s` and `ms`")]
    Unit(String),
    /// A unit that stands twice.
    #[error("the unit `{0}` stands twice")]
    Repeated(&'static str),
    /// A larger unit after a smaller one.
    #[error("units go from large to small: `{later}` cannot follow `{earlier}`")]
    Order {
        /// The unit that was first.
        earlier: &'static str,
        /// The larger unit after it.
        later: &'static str,
    },
    /// Beyond the range of [`Int`] in milliseconds, some 285,000 years.
    #[error("this duration is too long to count in milliseconds")]
    TooLong,
}

impl Duration {
    /// The duration of so many milliseconds, unless that leaves the range of [`Int`].
    pub fn from_millis(millis: i64) -> Option<Duration> {
        Int::new(millis).map(Duration)
    }

    /// The length in milliseconds.
    pub fn millis(self) -> i64 {
        self.0.get()
    }

    /// `self + other`, unless it leaves the range.
    pub fn checked_add(self, other: Duration) -> Option<Duration> {
        self.0.checked_add(other.0).map(Duration)
    }

    /// `self - other`, unless it leaves the range. The result may be negative.
    pub fn checked_sub(self, other: Duration) -> Option<Duration> {
        self.0.checked_sub(other.0).map(Duration)
    }

    /// `self * factor`, unless it leaves the range.
    pub fn checked_mul(self, factor: Int) -> Option<Duration> {
        self.0.checked_mul(factor).map(Duration)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match in_largest_unit(self.0.get(), &UNITS) {
            (0, _) => f.write_str("0s"),
            (count, unit) => write!(f, "{count}{unit}"),
        }
    }
}

impl Scalar for Duration {
    type Error = DurationError;

    /// Whole numbers with units from large to small, each unit once, after an optional `-`.
    fn parse_literal(text: &str) -> Result<Duration, DurationError> {
        let (negative, mut rest) = split_sign(text);
        let mut total = Int::default();
        let mut previous: Option<(&'static str, i64)> = None;
        while previous.is_none() || !rest.is_empty() {
            let (digits, tail) = split_digits(rest);
            let (letters, tail) = tail.split_at(tail.bytes().take_while(u8::is_ascii_alphabetic).count());
            if digits.is_empty() || letters.is_empty() {
                return Err(DurationError::Malformed);
            }
            let (unit, size) = find_unit(letters)?;
            match previous {
                Some((earlier, _)) if earlier == unit => return Err(DurationError::Repeated(unit)),
                Some((earlier, smaller)) if smaller < size => {
                    return Err(DurationError::Order { earlier, later: unit });
                }
                _ => previous = Some((unit, size)),
            }
            let count = natural(digits)?;
            let part = Int::new(size).and_then(|size| count.checked_mul(size));
            total = part.and_then(|part| total.checked_add(part)).ok_or(DurationError::TooLong)?;
            rest = tail;
        }
        Ok(Duration(if negative { total.negated() } else { total }))
    }

    /// Whole milliseconds.
    fn from_json(value: &Value) -> Option<Duration> {
        Int::from_json(value).map(Duration)
    }

    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

fn find_unit(letters: &str) -> Result<(&'static str, i64), DurationError> {
    let known = UNITS.into_iter().find(|(name, _)| *name == letters);
    known.ok_or_else(|| DurationError::Unit(letters.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn show(text: &str) -> String {
        match Duration::parse_literal(text) {
            Ok(duration) => duration.to_string(),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn literals_print_in_their_largest_unit() {
        for text in ["90m", "36h", "7d", "1500ms", "1s", "0s", "-90m"] {
            assert_eq!(show(text), text);
        }
        assert_eq!(show("1h30m"), "90m");
        assert_eq!(show("1d12h"), "36h");
        assert_eq!(show("1s500ms"), "1500ms");
        assert_eq!(show("0ms"), "0s");
        assert_eq!(show("1h90m"), "150m");
        assert_eq!(Duration::parse_literal("1h30m").map(Duration::millis), Ok(5_400_000));
    }

    #[test]
    fn each_mistake_has_its_reason() {
        for text in ["", "-", "30", "d", "1.5h", "30 d", "1h 30m", "1h30", "1d٣h"] {
            assert_eq!(Duration::parse_literal(text), Err(DurationError::Malformed), "{text}");
        }
        assert_eq!(show("30m1h"), "! units go from large to small: `h` cannot follow `m`");
        assert_eq!(show("1h1h"), "! the unit `h` stands twice");
        assert_eq!(show("1ms1s"), "! units go from large to small: `s` cannot follow `ms`");
        assert_eq!(show("5min"), "! `min` is not a unit of time: the units are `d`, `h`, `m`, `s` and `ms`");
        assert_eq!(show("07d"), "! a number does not start with a superfluous zero");
        assert_eq!(Duration::parse_literal("9007199254740991d"), Err(DurationError::TooLong));
        assert_eq!(Duration::parse_literal("9007199254740991ms").map(Duration::millis), Ok(9_007_199_254_740_991));
        assert_eq!(Duration::parse_literal("9007199254740s992ms"), Err(DurationError::TooLong));
    }

    #[test]
    fn documents_count_milliseconds() {
        assert_eq!(Duration::from_json(&json!(1500)).map(|d| d.to_string()).as_deref(), Some("1500ms"));
        assert_eq!(Duration::from_json(&json!(1.5)), None);
        assert_eq!(Duration::from_json(&json!("1h")), None);
    }
}
