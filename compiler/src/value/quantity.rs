//! Kubernetes resource quantities.
//!
//! The grammar and its meaning are those of `k8s.io/apimachinery/pkg/api/resource`: `<sign>? <digits and a point> <suffix>?`, with a
//! binary suffix (`Ki` … `Ei`), a decimal one (`n`, `u`, `m`, `k` … `E`) or a decimal exponent (`e3`, `E-3`).

use super::Scalar;
use super::number::split_digits;
use serde_json::Value;
use std::fmt;

/// An amount of a resource, as in `500m` CPU or `64Mi` memory, exact to the nano.
///
/// Quantities are equal if they are the same amount, however they were written. The text is the shortest of the decimal and the binary
/// spelling, decimal if both are as long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    nanos: i128,
}

/// Why a quantity is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No number in front.
    #[error("a quantity is a number and a suffix, as in `500m` or `64Mi`")]
    Malformed,
    /// Letters that are no suffix.
    #[error("`{0}` is not a suffix of quantities")]
    Suffix(String),
    /// More than the arithmetic holds, some 10^29.
    #[error("this quantity is too large")]
    TooLarge,
    /// Kubernetes would store another amount: it rounds what is finer than a nano, and caps binary quantities at 2^63 − 1.
    #[error("Kubernetes stores this quantity as `{0}`")]
    Inexact(Quantity),
}

/// Powers of ten with their suffixes, from large to small.
const DECIMAL: [(&str, i32); 10] =
    [("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0), ("m", -3), ("u", -6), ("n", -9)];
/// Powers of two with their suffixes, from large to small.
const BINARY: [(&str, u32); 6] = [("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];

const NANOS: i128 = 1_000_000_000;
const LARGEST_BINARY: i128 = i64::MAX as i128;

impl Quantity {
    /// Reads a field of a manifest as the API server does: text, where blanks around it do not count, or a JSON number. Unlike there,
    /// text without any digit is refused.
    pub fn from_manifest(value: &Value) -> Option<Quantity> {
        match value {
            Value::String(text) => read(text.trim()).ok().map(|read| read.quantity),
            Value::Number(number) => read(&number.to_string()).ok().map(|read| read.quantity),
            _ => None,
        }
    }

    fn decimal_text(self) -> String {
        let unit = |exponent: i32| 10i128.pow((exponent + 9).unsigned_abs());
        let fitting = DECIMAL.iter().find(|(_, exponent)| self.nanos != 0 && self.nanos % unit(*exponent) == 0);
        fitting.map_or("0".to_owned(), |(suffix, exponent)| format!("{}{suffix}", self.nanos / unit(*exponent)))
    }

    fn binary_text(self) -> Option<String> {
        let whole = self.nanos / NANOS;
        let plain = self.nanos % NANOS == 0 && whole != 0 && whole.abs() <= LARGEST_BINARY;
        let (suffix, bits) = BINARY.iter().find(|(_, bits)| plain && whole % (1 << bits) == 0)?;
        Some(format!("{}{suffix}", whole / (1 << bits)))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = self.decimal_text();
        match self.binary_text() {
            Some(binary) if binary.len() < decimal.len() => f.write_str(&binary),
            _ => f.write_str(&decimal),
        }
    }
}

impl Scalar for Quantity {
    type Error = QuantityError;

    /// The grammar of Kubernetes, for amounts that it stores exactly.
    fn parse_literal(text: &str) -> Result<Quantity, QuantityError> {
        match read(text)? {
            Read { quantity, exact: true } => Ok(quantity),
            Read { quantity, exact: false } => Err(QuantityError::Inexact(quantity)),
        }
    }

    /// Text in the grammar of Kubernetes, with its rounding away from zero and its cap on binary quantities.
    fn from_json(value: &Value) -> Option<Quantity> {
        read(value.as_str()?).ok().map(|read| read.quantity)
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// What Kubernetes makes of a text, and whether that is what the text says.
struct Read {
    quantity: Quantity,
    exact: bool,
}

fn read(text: &str) -> Result<Read, QuantityError> {
    let magnitude = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = split_digits(magnitude);
    let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), split_digits);
    if whole.is_empty() && fraction.is_empty() {
        return Err(QuantityError::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let digits = match digits.trim_start_matches('0') {
        "" => return suffix_scale(suffix).map(|_| Read { quantity: Quantity::default(), exact: true }),
        digits => digits.parse::<i128>().map_err(|_| QuantityError::TooLarge)?,
    };
    let places = i64::try_from(fraction.len()).map_err(|_| QuantityError::TooLarge)?;
    let scale = suffix_scale(suffix)?;
    let (factor, exponent) = match scale {
        Scale::Decimal(exponent) => (1, exponent),
        Scale::Binary(bits) => (1 << bits, 0),
    };
    let number = digits.checked_mul(factor).ok_or(QuantityError::TooLarge)?;
    let (mut nanos, mut exact) = shifted(number, exponent.saturating_sub(places).saturating_add(9))?;
    if matches!(scale, Scale::Binary(_)) && nanos > LARGEST_BINARY * NANOS {
        (nanos, exact) = (LARGEST_BINARY * NANOS, false);
    }
    Ok(Read { quantity: Quantity { nanos: if text.starts_with('-') { -nanos } else { nanos } }, exact })
}

/// `number × 10^power` rounded up to a whole number, and whether nothing was rounded.
fn shifted(number: i128, power: i64) -> Result<(i128, bool), QuantityError> {
    let scale = u32::try_from(power.unsigned_abs()).ok().and_then(|power| 10i128.checked_pow(power));
    match scale {
        Some(scale) if power >= 0 => Ok((number.checked_mul(scale).ok_or(QuantityError::TooLarge)?, true)),
        None if power >= 0 => Err(QuantityError::TooLarge),
        Some(scale) => Ok((number / scale + i128::from(number % scale != 0), number % scale == 0)),
        None => Ok((1, false)),
    }
}

enum Scale {
    /// A power of ten.
    Decimal(i64),
    /// A power of two.
    Binary(u32),
}

fn suffix_scale(suffix: &str) -> Result<Scale, QuantityError> {
    if let Some((_, exponent)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Ok(Scale::Decimal(i64::from(*exponent)));
    }
    if let Some((_, bits)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Ok(Scale::Binary(*bits));
    }
    // Go keeps 32 bits of the exponent; one that does not fit is refused here.
    let exponent = suffix.strip_prefix(['e', 'E']).and_then(|exponent| exponent.parse::<i32>().ok());
    exponent.map(|exponent| Scale::Decimal(i64::from(exponent))).ok_or_else(|| QuantityError::Suffix(suffix.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse_literal(text).expect(text)
    }

    #[test]
    fn literals_are_amounts() {
        for text in ["500m", "64Mi", "1Gi", "4G", "100n", "0", "-2", "128E", "1536Mi", "3", "1k"] {
            assert_eq!(quantity(text).to_string(), text);
        }
        for (text, same) in [
            ("0.5", "500m"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("1E3", "1k"),
            ("1E", "1000P"),
            ("12e-1", "1200m"),
            ("+1", "1"),
            ("-0", "0"),
            ("00.50", "500m"),
            ("5.", "5"),
            (".5", "500m"),
            ("0Ei", "0"),
            ("0.1Ki", "102400m"),
        ] {
            assert_eq!(quantity(text), quantity(same), "{text}");
        }
        assert!(quantity("1G") < quantity("1Gi"));
        assert!(quantity("-1") < quantity("1n"));
    }

    #[test]
    fn each_mistake_has_its_reason() {
        let error = |text: &str| Quantity::parse_literal(text).expect_err(text);
        for text in ["", "-", "m", "Ki", ".", "--1", "é"] {
            assert_eq!(error(text), QuantityError::Malformed, "{text}");
        }
        for (text, suffix) in [
            ("1e", "e"),
            ("1i", "i"),
            ("1KB", "KB"),
            ("1 Gi", " Gi"),
            ("1.1.M", ".M"),
            ("1+1.0M", "+1.0M"),
            ("1e1.5", "e1.5"),
            ("1e99999999999", "e99999999999"),
            ("1µ", "µ"),
        ] {
            assert_eq!(error(text), QuantityError::Suffix(suffix.to_owned()), "{text}");
        }
        for text in ["1e40", "1000000000000E", "1e2147483647", &"9".repeat(60)] {
            assert_eq!(error(text), QuantityError::TooLarge, "{text}");
        }
        assert_eq!(error("0.1n").to_string(), "Kubernetes stores this quantity as `1n`");
        assert_eq!(error("8Ei").to_string(), "Kubernetes stores this quantity as `9223372036854775807`");
        assert_eq!(error("-1e-2147483648").to_string(), "Kubernetes stores this quantity as `-1n`");
    }

    #[test]
    fn documents_are_read_as_kubernetes_does() {
        let read = |value| Quantity::from_json(&value).map(|quantity| quantity.to_string());
        assert_eq!(read(json!("250m")).as_deref(), Some("250m"));
        assert_eq!(read(json!("1.0000000001")).as_deref(), Some("1000000001n"));
        assert_eq!(read(json!("-0.1n")).as_deref(), Some("-1n"));
        assert_eq!(read(json!("16Ei")).as_deref(), Some("9223372036854775807"));
        assert_eq!(read(json!(1)), None);
        assert_eq!(read(json!(" 1")), None);
        assert_eq!(Quantity::from_manifest(&json!(" 1 ")), Some(quantity("1")));
        assert_eq!(Quantity::from_manifest(&json!(0.5)), Some(quantity("500m")));
        assert_eq!(Quantity::from_manifest(&json!(2)), Some(quantity("2")));
        assert_eq!(Quantity::from_manifest(&json!(1e21)), Some(quantity("1000E")));
        assert_eq!(Quantity::from_manifest(&json!(true)), None);
    }
}
