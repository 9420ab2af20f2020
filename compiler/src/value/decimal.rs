//! Shares of a whole, written in percent.

use super::Scalar;
use super::number::{all_digits, split_sign, superfluous_zero};
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;

/// A value of type `Ratio`: the exact decimal `mantissa × 10^exponent`, where 1 is `100%`.
///
/// Every value is the shortest decimal that reads back as one particular 64-bit float, because a subject document carries it as a JSON
/// number. So nothing is lost between literal, document and engine, and comparing decimals, floats or JSON numbers gives one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    exponent: i32,
}

/// Why a ratio is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a decimal number followed by `%`.
    #[error("a ratio is a decimal number and `%`, as in `95%` or `0.5%`")]
    Malformed,
    /// A zero before other digits.
    #[error("a number does not start with a superfluous zero")]
    LeadingZero,
    /// More digits than the numbers of JSON keep.
    #[error("this ratio has more digits than a 64-bit float keeps: use at most 15")]
    TooPrecise,
}

impl Decimal {
    /// The shortest decimal of a float, with the digits that its JSON has (where two are equally short, printers choose differently);
    /// `None` for an infinity and NaN.
    pub fn from_f64(value: f64) -> Option<Decimal> {
        let text = serde_json::Number::from_f64(value)?.to_string();
        let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let mantissa = significant.parse().unwrap_or_default();
        if mantissa == 0 {
            return Some(Decimal::default());
        }
        let zeros = i32::try_from(digits.len() - significant.len()).ok()?;
        let places = i32::try_from(fraction.len()).ok()?;
        Some(Decimal { mantissa, exponent: exponent.parse::<i32>().ok()? + zeros - places })
    }

    /// The float whose shortest decimal this is.
    pub fn to_f64(self) -> f64 {
        nearest_float(self.mantissa, self.exponent).unwrap_or_default()
    }

    /// The significant digits, at most 17, without trailing zeros.
    pub fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// The power of ten.
    pub fn exponent(self) -> i32 {
        self.exponent
    }

    /// Reads a field that counts to 100 instead of to 1 (`as percent`). The point moves in the decimal: dividing the float would turn 7
    /// into 0.07000000000000001.
    pub fn from_percent(value: &Value) -> Option<Decimal> {
        let Decimal { mantissa, exponent } = Decimal::from_json(value)?;
        Decimal::from_f64(nearest_float(mantissa, exponent - 2)?)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        self.to_f64().total_cmp(&other.to_f64())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let places = (-2 - self.exponent).max(0).unsigned_abs() as usize;
        let zeros = if self.mantissa == 0 { 0 } else { (self.exponent + 2).max(0).unsigned_abs() as usize };
        let padded = format!("{digits:0>width$}{}", "0".repeat(zeros), width = places + 1);
        match padded.split_at(padded.len() - places) {
            (whole, "") => write!(f, "{sign}{whole}%"),
            (whole, fraction) => write!(f, "{sign}{whole}.{fraction}%"),
        }
    }
}

impl Scalar for Decimal {
    type Error = DecimalError;

    /// Digits, an optional fraction, `%`, after an optional `-`.
    fn parse_literal(text: &str) -> Result<Decimal, DecimalError> {
        let (negative, number) = split_sign(text);
        let number = number.strip_suffix('%').ok_or(DecimalError::Malformed)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if !all_digits(whole) || !all_digits(fraction) {
            return Err(DecimalError::Malformed);
        }
        if superfluous_zero(whole) {
            return Err(DecimalError::LeadingZero);
        }
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Decimal::default());
        }
        let magnitude: i64 = significant.parse().map_err(|_| DecimalError::TooPrecise)?;
        let zeros = digits.len() - significant.len();
        let exponent = zeros as i64 - fraction.len() as i64 - 2;
        let decimal = Decimal {
            mantissa: if negative { -magnitude } else { magnitude },
            exponent: i32::try_from(exponent).map_err(|_| DecimalError::TooPrecise)?,
        };
        let kept = nearest_float(decimal.mantissa, decimal.exponent).and_then(Decimal::from_f64);
        kept.filter(|kept| *kept == decimal).ok_or(DecimalError::TooPrecise)
    }

    /// Any number: what a tool calls a ratio is not bounded to 0 … 1.
    fn from_json(value: &Value) -> Option<Decimal> {
        Decimal::from_f64(value.as_f64()?)
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_f64())
    }
}

/// Compares `part / whole` with `bound` by exact cross-multiplication.
///
/// `None` is indeterminate: there is no share of nothing (`whole <= 0`), and a negative count is not a part.
pub fn ratio_cmp(part: i64, whole: i64, bound: Decimal) -> Option<Ordering> {
    if whole <= 0 || part < 0 {
        return None;
    }
    // One side is scaled by a power of ten. The other is below 2^63 × 10^17 < 2^120, so where the scaled side leaves 128 bits it has the
    // larger magnitude and its sign decides.
    let part = i128::from(part);
    let share = i128::from(whole) * i128::from(bound.mantissa);
    let power = bound.exponent.unsigned_abs();
    Some(if bound.exponent < 0 {
        scaled(part, power).map_or(Ordering::Greater, |part| part.cmp(&share))
    } else {
        scaled(share, power).map_or(0.cmp(&bound.mantissa), |share| part.cmp(&share))
    })
}

fn scaled(value: i128, power: u32) -> Option<i128> {
    if value == 0 { Some(0) } else { 10i128.checked_pow(power)?.checked_mul(value) }
}

fn nearest_float(mantissa: i64, exponent: i32) -> Option<f64> {
    format!("{mantissa}e{exponent}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ratio(text: &str) -> Decimal {
        Decimal::parse_literal(text).expect(text)
    }

    fn float(value: f64) -> Decimal {
        Decimal::from_f64(value).expect("finite")
    }

    #[test]
    fn literals() {
        for text in ["95%", "0.5%", "33.3%", "0%", "10%", "100%", "150%", "-5%", "0.000001%", "1000000%"] {
            assert_eq!(ratio(text).to_string(), text);
        }
        assert_eq!(ratio("95.0%").to_string(), "95%");
        assert_eq!(ratio("-0%"), ratio("0%"));
        assert_eq!(ratio("95%").to_json(), json!(0.95));
        assert_eq!(ratio("33.3%"), Decimal { mantissa: 333, exponent: -3 });
        for wrong in ["", "%", "95", "95 %", ".5%", "5.%", "1e2%", "9 5%", "+5%"] {
            assert_eq!(Decimal::parse_literal(wrong), Err(DecimalError::Malformed), "{wrong}");
        }
        assert_eq!(Decimal::parse_literal("05%"), Err(DecimalError::LeadingZero));
        let tiny = format!("0.{}1%", "0".repeat(400));
        for wrong in ["33.3333333333333333333%", "12345678901234567890%", &tiny] {
            assert_eq!(Decimal::parse_literal(wrong), Err(DecimalError::TooPrecise), "{wrong}");
        }
    }

    #[test]
    fn decimals_of_floats_are_the_shortest() {
        assert_eq!(float(0.95), Decimal { mantissa: 95, exponent: -2 });
        assert_eq!(float(-1500.0), Decimal { mantissa: -15, exponent: 2 });
        assert_eq!(float(-0.0), Decimal { mantissa: 0, exponent: 0 });
        assert_eq!(float(0.1 + 0.2), Decimal { mantissa: 30_000_000_000_000_004, exponent: -17 });
        // Two decimals are equally short and equally near: the one that JSON has is taken.
        let tie = 1_793_264_920_723_063.2;
        let json = serde_json::to_string(&tie).expect("a number");
        assert_eq!(float(tie).mantissa().to_string(), json.replace('.', ""));
        assert_eq!(Decimal::from_f64(f64::INFINITY), None);
    }

    #[test]
    fn percentages_in_documents() {
        assert_eq!(Decimal::from_percent(&json!(7)), Some(ratio("7%")));
        assert_eq!(Decimal::from_percent(&json!(33.3)), Some(ratio("33.3%")));
        assert_eq!(Decimal::from_percent(&json!("33.3")), None);
        assert_eq!(Decimal::from_json(&json!(12.5)), Some(ratio("1250%")));
        assert_eq!(Decimal::from_json(&json!(null)), None);
    }

    #[test]
    fn cross_multiplication_is_exact() {
        use Ordering::{Equal, Greater, Less};
        assert_eq!(ratio_cmp(95, 100, ratio("95%")), Some(Equal));
        assert_eq!(ratio_cmp(1, 3, ratio("33.3%")), Some(Greater));
        assert_eq!(ratio_cmp(1, 3, ratio("33.4%")), Some(Less));
        assert_eq!(ratio_cmp(0, 10, ratio("0%")), Some(Equal));
        assert_eq!(ratio_cmp(30, 1, ratio("3000%")), Some(Equal));
        assert_eq!(ratio_cmp(i64::MAX, i64::MAX, ratio("100%")), Some(Equal));
        assert_eq!(ratio_cmp(i64::MAX, 1, ratio("0.000000000001%")), Some(Greater));
        assert_eq!(ratio_cmp(0, 5, ratio("-1%")), Some(Greater));
        assert_eq!(ratio_cmp(1, i64::MAX, float(1e-300)), Some(Greater));
        assert_eq!(ratio_cmp(0, i64::MAX, float(1e-300)), Some(Less));
        assert_eq!(ratio_cmp(i64::MAX, 1, float(1e300)), Some(Less));
        assert_eq!(ratio_cmp(i64::MAX, 1, float(-1e300)), Some(Greater));
    }

    #[test]
    fn a_share_of_nothing_is_unknown() {
        assert_eq!(ratio_cmp(0, 0, ratio("95%")), None);
        assert_eq!(ratio_cmp(1, -1, ratio("95%")), None);
        assert_eq!(ratio_cmp(-1, 10, ratio("95%")), None);
    }
}
