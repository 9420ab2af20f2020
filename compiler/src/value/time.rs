//! Instants.

use super::number::split_digits;
use super::{Date, DateError, Duration, Scalar};
use serde_json::Value;
use std::fmt;

/// An instant in UTC, in nanoseconds since 1970-01-01T00:00:00Z, on a day that [`Date`] has.
///
/// Its text is RFC 3339 with an upper-case `T` and `Z` and no leap seconds, and with as many digits of a second as are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// Why a time is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not `YYYY-MM-DDThh:mm:ssZ`.
    #[error("a time is written `YYYY-MM-DDThh:mm:ssZ`")]
    Malformed,
    /// The day does not exist or is out of range.
    #[error(transparent)]
    Date(DateError),
    /// An hour after 23.
    #[error("there is no hour {0}")]
    Hour(i64),
    /// A minute after 59.
    #[error("there is no minute {0}")]
    Minute(i64),
    /// A second after 59. Leap seconds are not counted: engines disagree about them.
    #[error("there is no second {0}")]
    Second(i64),
    /// More digits than nanoseconds.
    #[error("a second has at most nine digits after the point")]
    Fraction,
    /// Another zone than `Z`, or none.
    #[error("a time is in UTC and ends in `Z`")]
    Zone,
}

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_MILLI: i64 = 1_000_000;
const NANOS_PER_MINUTE: i64 = 60 * NANOS_PER_SECOND;
const NANOS_PER_DAY: i64 = 1_440 * NANOS_PER_MINUTE;

impl Time {
    /// The instant so many nanoseconds after 1970, unless it leaves the range.
    pub fn from_epoch_nanos(nanos: i64) -> Option<Time> {
        Date::from_epoch_days(nanos.div_euclid(NANOS_PER_DAY)).map(|_| Time(nanos))
    }

    /// The instant so many milliseconds after 1970, unless it leaves the range. MLflow counts so.
    pub fn from_epoch_millis(millis: i64) -> Option<Time> {
        Time::from_epoch_nanos(millis.checked_mul(NANOS_PER_MILLI)?)
    }

    /// The instant so many seconds after 1970, unless it leaves the range.
    pub fn from_epoch_seconds(seconds: i64) -> Option<Time> {
        Time::from_epoch_nanos(seconds.checked_mul(NANOS_PER_SECOND)?)
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn epoch_nanos(self) -> i64 {
        self.0
    }

    /// The day of the instant.
    pub fn date(self) -> Date {
        Date::from_epoch_days(self.0.div_euclid(NANOS_PER_DAY)).unwrap_or(Date::MAX)
    }

    /// The instant so much later, unless it leaves the range.
    pub fn checked_add(self, duration: Duration) -> Option<Time> {
        Time::from_epoch_nanos(self.0.checked_add(duration.millis().checked_mul(NANOS_PER_MILLI)?)?)
    }

    /// The instant so much earlier, unless it leaves the range.
    pub fn checked_sub(self, duration: Duration) -> Option<Time> {
        Time::from_epoch_nanos(self.0.checked_sub(duration.millis().checked_mul(NANOS_PER_MILLI)?)?)
    }

    /// How much later than `earlier`, in milliseconds rounded down; negative if before.
    pub fn since(self, earlier: Time) -> Duration {
        let nanos = i128::from(self.0) - i128::from(earlier.0);
        let millis = nanos.div_euclid(i128::from(NANOS_PER_MILLI));
        // Five centuries are some 1.6 × 10^13 ms: always in range.
        i64::try_from(millis).ok().and_then(Duration::from_millis).unwrap_or_default()
    }

    /// The instant so many nanoseconds into a day; `nanos` is less than a day.
    pub(super) fn on(date: Date, nanos: i64) -> Time {
        Time(date.epoch_days() * NANOS_PER_DAY + nanos)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.rem_euclid(NANOS_PER_DAY);
        let (seconds, fraction) = (nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.date())?;
        if fraction != 0 {
            write!(f, ".{}", format!("{fraction:09}").trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl Scalar for Time {
    type Error = TimeError;

    /// `YYYY-MM-DDThh:mm:ssZ`, with up to nine digits after a point behind the seconds.
    fn parse_literal(text: &str) -> Result<Time, TimeError> {
        let written = Written::read(text)?;
        match (written.separator, written.zone) {
            (b'T', "Z") => Ok(written.local),
            (b'T', _) => Err(TimeError::Zone),
            _ => Err(TimeError::Malformed),
        }
    }

    /// The literal as text.
    fn from_json(value: &Value) -> Option<Time> {
        Time::parse_literal(value.as_str()?).ok()
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// Reads a time as tools write it into raw reports.
///
/// That is RFC 3339 with any offset, which is converted, with `T` or a blank between day and time, in either case, and with up to nine
/// digits after the point. Without a zone the instant is not known, and `None`, unless the evidence type says that this tool means UTC.
pub fn normalise_time(text: &str, assume_utc: bool) -> Option<Time> {
    let written = Written::read(text).ok()?;
    if !matches!(written.separator, b'T' | b't' | b' ') {
        return None;
    }
    let minutes = match written.zone.as_bytes() {
        b"" => assume_utc.then_some(0)?,
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two_digits(*h1, *h2)?, two_digits(*m1, *m2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let east = hours * 60 + minutes;
            if *sign == b'+' { east } else { -east }
        }
        _ => return None,
    };
    Time::from_epoch_nanos(written.local.0 - minutes * NANOS_PER_MINUTE)
}

/// A day and a time of day as they were written, with what stands between and behind them.
struct Written<'t> {
    separator: u8,
    local: Time,
    zone: &'t str,
}

impl<'t> Written<'t> {
    fn read(text: &'t str) -> Result<Written<'t>, TimeError> {
        let (date, rest) = text.split_at_checked(10).ok_or(TimeError::Malformed)?;
        let date = Date::parse_literal(date).map_err(|error| match error {
            DateError::Malformed => TimeError::Malformed,
            error => TimeError::Date(error),
        })?;
        let (clock, rest) = rest.split_at_checked(9).ok_or(TimeError::Malformed)?;
        let [separator, h1, h2, b':', m1, m2, b':', s1, s2] = *clock.as_bytes() else {
            return Err(TimeError::Malformed);
        };
        let part = |tens, ones| two_digits(tens, ones).ok_or(TimeError::Malformed);
        let (hour, minute, second) = (part(h1, h2)?, part(m1, m2)?, part(s1, s2)?);
        match (hour, minute, second) {
            (24.., _, _) => return Err(TimeError::Hour(hour)),
            (_, 60.., _) => return Err(TimeError::Minute(minute)),
            (_, _, 60..) => return Err(TimeError::Second(second)),
            _ => {}
        }
        let (fraction, zone) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest),
            None => ("0", rest),
        };
        if fraction.is_empty() {
            return Err(TimeError::Malformed);
        }
        let nanos = format!("{fraction:0<9}").parse().ok().filter(|_| fraction.len() <= 9);
        let nanos: i64 = nanos.ok_or(TimeError::Fraction)?;
        let seconds = hour * 3_600 + minute * 60 + second;
        Ok(Written { separator, local: Time::on(date, seconds * NANOS_PER_SECOND + nanos), zone })
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<i64> {
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn time(text: &str) -> Time {
        Time::parse_literal(text).expect(text)
    }

    fn normal(text: &str, assume_utc: bool) -> Option<String> {
        normalise_time(text, assume_utc).map(|time| time.to_string())
    }

    #[test]
    fn literals() {
        for text in [
            "2026-12-31T00:00:00Z",
            "2026-11-23T09:30:59Z",
            "1969-12-31T23:59:59.999999999Z",
            "1700-01-01T00:00:00Z",
            "2199-12-31T23:59:59.999999999Z",
            "2026-01-01T00:00:00.5Z",
        ] {
            assert_eq!(time(text).to_string(), text);
        }
        assert_eq!(time("2026-01-01T00:00:00.500Z").to_string(), "2026-01-01T00:00:00.5Z");
        assert_eq!(time("1970-01-02T00:00:00.000000001Z").epoch_nanos(), NANOS_PER_DAY + 1);
    }

    #[test]
    fn each_part_has_its_reason() {
        let error = |text: &str| Time::parse_literal(text).expect_err(text);
        for text in [
            "",
            "2026-12-31",
            "2026-12-31T00:00Z",
            "2026-12-31 00:00:00Z",
            "2026-12-31t00:00:00Z",
            "2026-12-31T0:00:00Z",
        ] {
            assert_eq!(error(text), TimeError::Malformed, "{text}");
        }
        for text in
            ["2026-12-31T00:00:00", "2026-12-31T00:00:00z", "2026-12-31T00:00:00+00:00", "2026-12-31T00:00:00ZZ"]
        {
            assert_eq!(error(text), TimeError::Zone, "{text}");
        }
        assert_eq!(error("2026-12-31T24:00:00Z"), TimeError::Hour(24));
        assert_eq!(error("2026-12-31T00:60:00Z"), TimeError::Minute(60));
        assert_eq!(error("2026-12-31T23:59:60Z"), TimeError::Second(60));
        assert_eq!(error("2026-12-31T00:00:00.Z"), TimeError::Malformed);
        assert_eq!(error("2026-12-31T00:00:00.0000000000Z"), TimeError::Fraction);
        assert_eq!(error("2026-02-30T00:00:00Z").to_string(), "2026-02 has no day 30, its last is 28");
        assert_eq!(error("2026-12-3é:00:00:00Z"), TimeError::Malformed);
    }

    #[test]
    fn raw_reports_are_normalised() {
        assert_eq!(normal("2026-11-22T21:51:24.269523", true).as_deref(), Some("2026-11-22T21:51:24.269523Z"));
        assert_eq!(normal("2026-11-22 21:54:30.309838", true).as_deref(), Some("2026-11-22T21:54:30.309838Z"));
        assert_eq!(normal("2026-11-22 21:54:30.309838", false), None);
        assert_eq!(normal("2026-11-22T21:54:30+02:00", false).as_deref(), Some("2026-11-22T19:54:30Z"));
        assert_eq!(normal("2026-01-01t00:30:00-05:30", true).as_deref(), Some("2026-01-01T06:00:00Z"));
        assert_eq!(normal("2026-01-01T00:00:00z", false).as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(normal("2026-01-01T00:00:00-00:00", false).as_deref(), Some("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_no_instant_is_not_guessed() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22_21:54:30",
            "2026-11-22T21:54",
            "2026-11-22T21:54:30 UTC",
            "2026-11-22T21:54:30+0200",
            "2026-11-22T21:54:30+24:00",
            "2026-11-22T21:54:30+02:60",
            "2026-11-22T21:54:30,5",
            "2026-06-30T23:59:60Z",
            "1700-01-01T00:00:00+00:01",
            "2199-12-31T23:59:59-00:01",
        ] {
            assert_eq!(normal(text, true), None, "{text}");
        }
    }

    #[test]
    fn epochs() {
        assert_eq!(
            Time::from_epoch_seconds(1_795_424_370).map(|t| t.to_string()).as_deref(),
            Some("2026-11-23T08:59:30Z")
        );
        assert_eq!(Time::from_epoch_millis(1_500).map(|t| t.to_string()).as_deref(), Some("1970-01-01T00:00:01.5Z"));
        assert_eq!(Time::from_epoch_millis(i64::MAX), None);
        assert_eq!(Time::from_epoch_nanos(i64::MAX), None);
        assert_eq!(Time::from_epoch_nanos(i64::MIN), None);
    }

    #[test]
    fn arithmetic() {
        let noon = time("2026-11-23T12:00:00Z");
        let hour = Duration::from_millis(3_600_000).expect("in range");
        assert_eq!(noon.checked_sub(hour).map(|t| t.to_string()).as_deref(), Some("2026-11-23T11:00:00Z"));
        assert_eq!(noon.checked_add(hour).map(|t| t.since(noon)), Some(hour));
        assert_eq!(time("2026-11-23T12:00:00.0019Z").since(noon).millis(), 1);
        assert_eq!(noon.since(time("2026-11-23T12:00:00.0001Z")).millis(), -1);
        assert_eq!(noon.checked_add(Duration::from_millis(1 << 52).expect("in range")), None);
        assert_eq!(noon.date(), Date::parse_literal("2026-11-23").expect("a date"));
    }

    #[test]
    fn documents_hold_the_literal() {
        assert_eq!(Time::from_json(&json!("2026-11-23T12:00:00Z")), Some(time("2026-11-23T12:00:00Z")));
        assert_eq!(Time::from_json(&json!("2026-11-23T12:00:00+00:00")), None);
        assert_eq!(Time::from_json(&json!(1_795_424_370)), None);
    }
}
