//! Rates: so many of something in a window of time.

use super::number::{Int, NumberError, all_digits, in_largest_unit, natural, split_digits};
use super::{Duration, Scalar};
use serde_json::Value;
use std::fmt;

/// Units of the window from small to large, in milliseconds.
const UNITS: [(&str, i64); 4] = [("s", 1_000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// A count in a window, as in `100/min` or `100/10min`. What is counted is part of the type in the language, not of the value.
///
/// Two rates are equal only with the same window: `60/min` and `1/s` allow different bursts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    count: Int,
    window: Duration,
}

/// Why a rate is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Not a number, a slash and a window.
    #[error("a rate is a whole number, `/` and a window, as in `100/min` or `100/10min`")]
    Malformed,
    /// One of its numbers is wrong.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Letters that are no unit.
    #[error("`{0}` is not a unit for the window of a rate: the units are `s`, `min`, `h` and `d`")]
    Unit(String),
    /// A count of zero.
    #[error("a rate of zero lets nothing through")]
    ZeroCount,
    /// A window of no length.
    #[error("the window of a rate cannot be zero")]
    ZeroWindow,
    /// A window beyond the range of [`Duration`].
    #[error("the window of this rate is too long")]
    TooLong,
}

impl Rate {
    /// How many, at least one.
    pub fn count(self) -> i64 {
        self.count.get()
    }

    /// The window, a whole number of seconds, at least one.
    pub fn window(self) -> Duration {
        self.window
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match in_largest_unit(self.window.millis(), &UNITS) {
            (1, unit) => write!(f, "{}/{unit}", self.count),
            (windows, unit) => write!(f, "{}/{windows}{unit}", self.count),
        }
    }
}

impl Scalar for Rate {
    type Error = RateError;

    /// A whole number, `/`, an optional whole number, and a unit.
    fn parse_literal(text: &str) -> Result<Rate, RateError> {
        let (count, window) = text.split_once('/').ok_or(RateError::Malformed)?;
        let (windows, unit) = split_digits(window);
        if !all_digits(count) || unit.is_empty() || !unit.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(RateError::Malformed);
        }
        let known = UNITS.into_iter().find(|(name, _)| *name == unit);
        let (_, size) = known.ok_or_else(|| RateError::Unit(unit.to_owned()))?;
        let count = natural(count)?;
        let windows = natural(if windows.is_empty() { "1" } else { windows })?;
        let unit = Duration::from_millis(size);
        let window = unit.and_then(|unit| unit.checked_mul(windows)).ok_or(RateError::TooLong)?;
        match (count.get(), windows.get()) {
            (0, _) => Err(RateError::ZeroCount),
            (_, 0) => Err(RateError::ZeroWindow),
            _ => Ok(Rate { count, window }),
        }
    }

    /// The canonical literal as text.
    fn from_json(value: &Value) -> Option<Rate> {
        let text = value.as_str()?;
        Rate::parse_literal(text).ok().filter(|rate| rate.to_string() == text)
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_print_in_their_largest_window() {
        for text in ["100/min", "100/10min", "200000/h", "1/s", "5/90s", "10/d"] {
            assert_eq!(Rate::parse_literal(text).expect(text).to_string(), text);
        }
        assert_eq!(Rate::parse_literal("100/60s"), Rate::parse_literal("100/min"));
        assert_eq!(Rate::parse_literal("100/24h").expect("parses").to_string(), "100/d");
        assert_ne!(Rate::parse_literal("60/min"), Rate::parse_literal("1/s"));
    }

    #[test]
    fn each_mistake_has_its_reason() {
        for text in ["", "100", "100/", "/min", "100/10", "100 / min", "100/min/s", "-1/min", "1.5/min"] {
            assert_eq!(Rate::parse_literal(text), Err(RateError::Malformed), "{text}");
        }
        assert_eq!(Rate::parse_literal("100/m"), Err(RateError::Unit("m".to_owned())));
        assert_eq!(Rate::parse_literal("0/min"), Err(RateError::ZeroCount));
        assert_eq!(Rate::parse_literal("1/0min"), Err(RateError::ZeroWindow));
        assert_eq!(Rate::parse_literal("1/9007199254740991d"), Err(RateError::TooLong));
        assert_eq!(Rate::parse_literal("01/min"), Err(RateError::Number(NumberError::LeadingZero)));
    }

    #[test]
    fn documents_hold_the_canonical_text() {
        assert_eq!(Rate::from_json(&json!("100/min")).map(Rate::count), Some(100));
        assert_eq!(Rate::from_json(&json!("100/60s")), None);
        assert_eq!(Rate::from_json(&json!(100)), None);
    }
}
