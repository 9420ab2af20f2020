//! What must hold for every value of every scalar type.

use super::render::{ESCAPES, MORE, TEXT_LIMIT, render_text};
use super::*;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::fmt::Debug;

fn round_trips<T: Scalar + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let text = value.to_string();
    prop_assert!(T::parse_literal(&text).ok().as_ref() == Some(value), "literal `{text}` of {value:?}");
    let written = serde_json::to_string(&value.to_json()).expect("writes");
    let read: serde_json::Value = serde_json::from_str(&written).expect("reads");
    prop_assert!(T::from_json(&read).as_ref() == Some(value), "JSON `{written}` of {value:?}");
    Ok(())
}

fn exact() -> impl Strategy<Value = i64> {
    prop_oneof![-MAX_EXACT..=MAX_EXACT, -2000i64..2000]
}

fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>().prop_filter("finite", |value| value.is_finite()), -2.0f64..2.0]
}

fn epoch_days() -> impl Strategy<Value = i64> {
    Date::MIN.epoch_days()..=Date::MAX.epoch_days()
}

proptest! {
    #[test]
    fn ints(value in exact()) {
        round_trips(&Int::new(value).expect("in range"))?;
    }

    #[test]
    fn floats(value in finite()) {
        round_trips(&Float::new(value).expect("finite"))?;
    }

    #[test]
    fn decimals(value in finite()) {
        let decimal = Decimal::from_f64(value).expect("finite");
        prop_assert_eq!(decimal.to_f64(), value);
        round_trips(&decimal)?;
    }

    #[test]
    fn percent_literals(whole in 0u32..1_000_000, fraction in 0u32..1_000_000) {
        let literal = format!("{whole}.{fraction:06}%");
        let decimal = Decimal::parse_literal(&literal).expect("at most 12 digits");
        let millionths = i128::from(whole) * 1_000_000 + i128::from(fraction);
        let shift = 10i128.pow((decimal.exponent() + 8).unsigned_abs());
        prop_assert_eq!(i128::from(decimal.mantissa()) * shift, millionths);
        round_trips(&decimal)?;
    }

    #[test]
    fn decimals_are_ordered_as_numbers(a in finite(), b in finite()) {
        let (left, right) = (Decimal::from_f64(a).expect("finite"), Decimal::from_f64(b).expect("finite"));
        prop_assert_eq!(Some(left.cmp(&right)), a.partial_cmp(&b));
    }

    #[test]
    fn shares_compare_exactly(part in 0i64..10_000, whole in 1i64..10_000, percent in 0i64..20_000) {
        // The bound is so many hundredths of a percent.
        let bound = Decimal::parse_literal(&format!("{}.{:02}%", percent / 100, percent % 100)).expect("a ratio");
        prop_assert_eq!(ratio_cmp(part, whole, bound), Some((part * 10_000).cmp(&(whole * percent))));
    }

    #[test]
    fn shares_of_anything_compare(part in any::<i64>(), whole in any::<i64>(), bound in finite()) {
        let order = ratio_cmp(part, whole, Decimal::from_f64(bound).expect("finite"));
        prop_assert_eq!(order.is_some(), part >= 0 && whole > 0);
        if bound < 0.0 && order.is_some() {
            prop_assert_eq!(order, Some(Ordering::Greater));
        }
    }

    #[test]
    fn durations(millis in exact()) {
        round_trips(&Duration::from_millis(millis).expect("in range"))?;
    }

    #[test]
    fn sizes(count in 0..=MAX_EXACT) {
        round_trips(&Bytes::new(count).expect("in range"))?;
    }

    #[test]
    fn rates(count in 1..=MAX_EXACT, windows in 1i64..100_000, unit in prop::sample::select(vec!["s", "min", "h", "d"])) {
        round_trips(&Rate::parse_literal(&format!("{count}/{windows}{unit}")).expect("a rate"))?;
    }

    #[test]
    fn dates(days in epoch_days()) {
        let date = Date::from_epoch_days(days).expect("in range");
        prop_assert_eq!(date.epoch_days(), days);
        round_trips(&date)?;
    }

    #[test]
    fn times(days in epoch_days(), nanos in 0..86_400_000_000_000i64) {
        let time = Time::on(Date::from_epoch_days(days).expect("in range"), nanos);
        prop_assert_eq!(Time::from_epoch_nanos(time.epoch_nanos()), Some(time));
        prop_assert_eq!(time.date().epoch_days(), days);
        prop_assert_eq!(normalise_time(&time.to_string(), false), Some(time));
        round_trips(&time)?;
    }

    #[test]
    fn quantities(digits in any::<i64>(), suffix in prop::sample::select(vec!["n", "u", "m", "", "k", "M", "G", "T", "Ki", "Mi", "e-2"])) {
        let Ok(quantity) = Quantity::parse_literal(&format!("{digits}{suffix}")) else { return Ok(()) };
        round_trips(&quantity)?;
    }

    #[test]
    fn versions(text in r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}(-[a-z]{1,4}(\.(0|[1-9][0-9]{0,4}))?)?(\+[0-9a-z]{1,5})?") {
        let version = Version::parse_literal(&text).expect("a version");
        prop_assert_eq!(version.to_string(), text.as_str());
        prop_assert_eq!(tool_version(&text), Some(version.clone()));
        round_trips(&version)?;
    }

    #[test]
    fn digests(hash in prop::collection::vec(any::<u8>(), 64)) {
        for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
            let digest = Digest::from_hash(algorithm, &hash[..algorithm.bytes()]).expect("the right length");
            prop_assert_eq!(Digest::from_hex(algorithm, &digest.hex()), Ok(digest));
            round_trips(&digest)?;
        }
    }

    #[test]
    fn networks(address in any::<std::net::IpAddr>(), length in 0u8..=128) {
        let network = match Cidr::parse_literal(&format!("{address}/{length}")) {
            Ok(network) | Err(CidrError::HostBits(network)) => network,
            Err(_) => return Ok(()),
        };
        prop_assert!(network.contains(address));
        round_trips(&network)?;
    }

    /// No text makes a reader panic, and nothing but the literal's own alphabet is accepted.
    #[test]
    fn hostile_literals(text in prop_oneof![any::<String>(), "[-+0-9a-zA-Z.:/%_ TZ]{0,40}"]) {
        fn stable<T: Scalar + PartialEq + Debug>(text: &str) -> Result<(), TestCaseError> {
            match T::parse_literal(text) {
                Ok(value) => prop_assert_eq!(T::parse_literal(&value.to_string()).ok(), Some(value)),
                Err(reason) => prop_assert!(!reason.to_string().is_empty()),
            }
            Ok(())
        }
        stable::<Int>(&text)?;
        stable::<Float>(&text)?;
        stable::<Decimal>(&text)?;
        stable::<Duration>(&text)?;
        stable::<Bytes>(&text)?;
        stable::<Rate>(&text)?;
        stable::<Date>(&text)?;
        stable::<Time>(&text)?;
        stable::<Quantity>(&text)?;
        stable::<Version>(&text)?;
        stable::<Digest>(&text)?;
        stable::<Cidr>(&text)?;
        let _ = (normalise_time(&text, true), tool_version(&text), VersionRange::parse(&text));
    }

    #[test]
    fn rendered_text_is_harmless(text in any::<String>()) {
        let rendered = render_text(&text);
        prop_assert!(!rendered.chars().any(|c| ESCAPES.iter().any(|(escaped, _)| *escaped == c)));
        prop_assert_eq!(rendered.ends_with(MORE), text.chars().count() > TEXT_LIMIT || text.ends_with(MORE));
    }
}
