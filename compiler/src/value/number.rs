//! Whole numbers and floating-point numbers.

use super::Scalar;
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The largest magnitude of an [`Int`]: 2^53 − 1.
///
/// Beyond it a 64-bit float no longer tells neighbouring integers apart, and several engines hold every JSON number in one (RFC 8259 §6,
/// RFC 7493 §2.2).
pub const MAX_EXACT: i64 = (1 << 53) - 1;

/// Why a number is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Something other than digits.
    #[error("this is not a number")]
    Malformed,
    /// A fraction or an exponent where a whole number is needed.
    #[error("this must be a whole number")]
    NotWhole,
    /// A zero before other digits, which some readers take for octal.
    #[error("a number does not start with a superfluous zero")]
    LeadingZero,
    /// An underscore that does not stand between two digits.
    #[error("`_` stands only between two digits")]
    Separator,
    /// A whole number beyond [`MAX_EXACT`].
    #[error("a whole number lies within ±9007199254740991 (2^53 − 1)")]
    TooLarge,
    /// A floating-point number beyond the range of 64 bits.
    #[error("this number does not fit a 64-bit float")]
    NotFinite,
}

/// A whole number within ±[`MAX_EXACT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int(i64);

impl Int {
    /// The smallest value.
    pub const MIN: Int = Int(-MAX_EXACT);
    /// The largest value.
    pub const MAX: Int = Int(MAX_EXACT);

    /// The number, unless it lies outside the range.
    pub fn new(value: i64) -> Option<Int> {
        (-MAX_EXACT..=MAX_EXACT).contains(&value).then_some(Int(value))
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }

    /// `self + other`, unless it leaves the range.
    pub fn checked_add(self, other: Int) -> Option<Int> {
        Int::new(self.0.checked_add(other.0)?)
    }

    /// `self - other`, unless it leaves the range.
    pub fn checked_sub(self, other: Int) -> Option<Int> {
        Int::new(self.0.checked_sub(other.0)?)
    }

    /// `self * other`, unless it leaves the range.
    pub fn checked_mul(self, other: Int) -> Option<Int> {
        Int::new(self.0.checked_mul(other.0)?)
    }

    /// `-self`. The range is symmetric, so this always exists.
    #[must_use]
    pub fn negated(self) -> Int {
        Int(-self.0)
    }
}

impl fmt::Display for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Scalar for Int {
    type Error = NumberError;

    /// Digits, with `_` allowed between them, after an optional `-`.
    fn parse_literal(text: &str) -> Result<Int, NumberError> {
        let (negative, digits) = split_sign(text);
        if digits.contains(['.', 'e', 'E']) {
            return Err(NumberError::NotWhole);
        }
        let magnitude = natural(&without_separators(digits)?)?;
        Ok(if negative { magnitude.negated() } else { magnitude })
    }

    /// A number without fraction: `1.0` and `1e3` are whole. JSON has one number type, so a writer's notation must not change a decision.
    fn from_json(value: &Value) -> Option<Int> {
        if let Some(whole) = value.as_i64() {
            return Int::new(whole);
        }
        let float = value.as_f64()?;
        let exact = float.fract() == 0.0 && float.abs() <= MAX_EXACT as f64;
        exact.then_some(Int(float as i64))
    }

    fn to_json(&self) -> Value {
        Value::from(self.0)
    }
}

/// A finite 64-bit floating-point number. There is no negative zero.
///
/// The language has no `==` on it. Equality and order exist here because both are total once infinities, NaN and the second zero are gone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Float(f64);

impl Float {
    /// The number, unless it is infinite or NaN.
    pub fn new(value: f64) -> Option<Float> {
        // Adding positive zero turns −0.0 into 0.0 and changes nothing else.
        value.is_finite().then_some(Float(value + 0.0))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Float) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Float) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Float) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Float {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl fmt::Display for Float {
    /// Exactly the JSON text, which an engine that prints the number of the subject document prints as well.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_json().fmt(f)
    }
}

impl Scalar for Float {
    type Error = NumberError;

    /// Digits with an optional fraction and exponent, after an optional `-`; `_` is allowed between digits.
    fn parse_literal(text: &str) -> Result<Float, NumberError> {
        let (negative, magnitude) = split_sign(text);
        let plain = without_separators(magnitude)?;
        let (number, exponent) = plain.split_once(['e', 'E']).unwrap_or((&plain, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if ![whole, fraction, exponent].into_iter().all(all_digits) {
            return Err(NumberError::Malformed);
        }
        if superfluous_zero(whole) {
            return Err(NumberError::LeadingZero);
        }
        let value: f64 = plain.parse().map_err(|_| NumberError::Malformed)?;
        Float::new(if negative { -value } else { value }).ok_or(NumberError::NotFinite)
    }

    /// Any number.
    fn from_json(value: &Value) -> Option<Float> {
        Float::new(value.as_f64()?)
    }

    fn to_json(&self) -> Value {
        Value::from(self.0)
    }
}

/// Takes a leading minus sign off.
pub(super) fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

/// Splits leading digits off.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// Whether the text is one ASCII digit or more, and nothing else.
pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether digits start with a zero that says nothing.
pub(super) fn superfluous_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}

/// Reads plain digits.
pub(super) fn natural(digits: &str) -> Result<Int, NumberError> {
    if !all_digits(digits) {
        return Err(NumberError::Malformed);
    }
    if superfluous_zero(digits) {
        return Err(NumberError::LeadingZero);
    }
    digits.parse().ok().and_then(Int::new).ok_or(NumberError::TooLarge)
}

/// The last of `units` that divides the number, and how often. Units go from small to large; zero takes the first.
pub(super) fn in_largest_unit<'u>(number: i64, units: &[(&'u str, i64)]) -> (i64, &'u str) {
    let fitting = units.iter().rev().find(|(_, size)| number != 0 && number % size == 0);
    fitting.or(units.first()).map_or((number, ""), |(name, size)| (number / size, name))
}

fn without_separators(text: &str) -> Result<String, NumberError> {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let parts: Vec<&str> = text.split('_').collect();
    let between_digits = |pair: &[&str]| is_digit(pair[0].chars().next_back()) && is_digit(pair[1].chars().next());
    if parts.windows(2).all(between_digits) { Ok(parts.concat()) } else { Err(NumberError::Separator) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn int(text: &str) -> Result<i64, NumberError> {
        Int::parse_literal(text).map(Int::get)
    }

    #[test]
    fn int_literals() {
        assert_eq!(int("0"), Ok(0));
        assert_eq!(int("1_000_000"), Ok(1_000_000));
        assert_eq!(int("-9007199254740991"), Ok(-MAX_EXACT));
        assert_eq!(int("9007199254740992"), Err(NumberError::TooLarge));
        assert_eq!(int("99999999999999999999999999"), Err(NumberError::TooLarge));
        assert_eq!(int("007"), Err(NumberError::LeadingZero));
        assert_eq!(int("1.5"), Err(NumberError::NotWhole));
        assert_eq!(int("1__0"), Err(NumberError::Separator));
        assert_eq!(int("1_"), Err(NumberError::Separator));
        for wrong in ["", "-", "+1", "--1", "٣", "1 "] {
            assert_eq!(int(wrong), Err(NumberError::Malformed), "{wrong}");
        }
    }

    #[test]
    fn ints_in_documents() {
        let read = |text: &str| Int::from_json(&serde_json::from_str(text).expect("valid JSON")).map(Int::get);
        assert_eq!(read("1"), Some(1));
        assert_eq!(read("1.0"), Some(1));
        assert_eq!(read("1e3"), Some(1000));
        assert_eq!(read("-0.0"), Some(0));
        assert_eq!(read("9007199254740991"), Some(MAX_EXACT));
        for wrong in ["1.5", "9007199254740992", "9007199254740993.0", "1e300", "\"1\"", "true", "null", "[]"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn arithmetic_stays_in_range() {
        let two = Int::new(2).expect("in range");
        assert_eq!(Int::MAX.checked_add(two), None);
        assert_eq!(Int::MIN.checked_sub(two), None);
        assert_eq!(Int::MAX.checked_mul(two), None);
        assert_eq!(two.checked_mul(two).map(Int::get), Some(4));
    }

    #[test]
    fn float_literals() {
        let float = |text: &str| Float::parse_literal(text).map(|value| value.to_string());
        assert_eq!(float("0.1").as_deref(), Ok("0.1"));
        assert_eq!(float("1").as_deref(), Ok("1.0"));
        assert_eq!(float("1_000.5").as_deref(), Ok("1000.5"));
        assert_eq!(float("-0.0").as_deref(), Ok("0.0"));
        assert_eq!(float("1e400"), Err(NumberError::NotFinite));
        for wrong in ["", ".5", "5.", "1.e3", "inf", "NaN", "1e", "0x10", "1 ", "1.2.3"] {
            assert_eq!(float(wrong), Err(NumberError::Malformed), "{wrong}");
        }
        assert_eq!(float("01.5"), Err(NumberError::LeadingZero));
    }

    #[test]
    fn floats_print_as_json_does() {
        for value in [0.1, 1e16, 1e-7, 123_456_789.125, 1e300, f64::MIN_POSITIVE, -2.5] {
            let float = Float::new(value).expect("finite");
            assert_eq!(float.to_string(), serde_json::to_string(&value).expect("writes"));
        }
        assert_eq!(Float::from_json(&json!(3)).map(|value| value.to_string()).as_deref(), Some("3.0"));
        assert_eq!(Float::from_json(&json!("3")), None);
        assert_eq!(Float::new(f64::NAN), None);
    }

    #[test]
    fn documents_are_read_to_the_last_bit() {
        // Needs the exact parser of `serde_json`: the fast one is one unit off here.
        let text = "122.416294033786585";
        let value = serde_json::from_str(text).expect("valid JSON");
        assert_eq!(Float::from_json(&value), Float::parse_literal(text).ok());
    }
}
