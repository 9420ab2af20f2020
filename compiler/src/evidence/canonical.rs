//! A digest of what a JSON document says, however it is written: SHA-256 over its canonical form (RFC 8785, JCS).

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::sha256_text;

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// RFC 8785 is over I-JSON, whose numbers are doubles: two integers beyond 2^53 could get one digest.
    #[error("the integer {0} is beyond ±(2^53−1), so it has no canonical form")]
    Integer(serde_json::Number),
    /// The writer failed.
    #[error("the value has no canonical form: {0}")]
    Write(#[from] serde_json::Error),
}

/// `sha256:…` of the canonical form of a value.
///
/// # Errors
/// [`CanonicalError::Integer`] for a value that has no canonical form of its own.
pub fn sha256_canonical(value: &Value) -> Result<String, CanonicalError> {
    check_integers(value)?;
    Ok(sha256_text(Sha256::digest(serde_json_canonicalizer::to_vec(value)?)))
}

const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Documents have bounded depth, so the recursion has too.
fn check_integers(value: &Value) -> Result<(), CanonicalError> {
    match value {
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if size.is_some_and(|size| size > MAX_INTEGER) {
                return Err(CanonicalError::Integer(number.clone()));
            }
            Ok(())
        }
        Value::Array(list) => list.iter().try_for_each(check_integers),
        Value::Object(object) => object.values().try_for_each(check_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn canonical(text: &str) -> String {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        serde_json_canonicalizer::to_string(&value).unwrap_or_default()
    }

    /// RFC 8785, sections 3.2.2 and 3.2.3.
    #[test]
    fn the_examples_of_the_rfc() {
        let numbers = r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#;
        assert_eq!(
            canonical(numbers),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        let keys = r#"{"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7}"#;
        assert_eq!(canonical(keys), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    #[test]
    fn how_a_value_is_written_does_not_matter() {
        let one = sha256_canonical(&json!({"b": 1, "a": [1.0, "é"]}));
        let other = serde_json::from_str(" {\"a\":[1,\"\\u00e9\"] , \"b\": 1e0}").unwrap_or_default();
        assert_eq!(one.ok(), sha256_canonical(&other).ok());
        // printf '{}' | sha256sum
        let empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(sha256_canonical(&json!({})).ok().as_deref(), Some(empty));
    }

    #[test]
    fn an_integer_that_no_double_holds_is_refused() {
        assert!(sha256_canonical(&json!([9_007_199_254_740_991_i64, -9_007_199_254_740_991_i64])).is_ok());
        for integer in [json!(9_007_199_254_740_992_i64), json!(-9_007_199_254_740_992_i64), json!(u64::MAX)] {
            assert!(matches!(sha256_canonical(&json!({"a": [integer]})), Err(CanonicalError::Integer(_))));
        }
    }
}
