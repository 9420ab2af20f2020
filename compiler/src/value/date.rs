//! Calendar days.

use super::{Scalar, Time};
use jiff::SignedDuration;
use jiff::civil;
use serde_json::Value;
use std::fmt;

/// A day of the proleptic Gregorian calendar from 1700-01-01 to 2199-12-31, in UTC.
///
/// The bounds keep every instant of the day within 64-bit nanoseconds, which is how a Rego engine holds time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// Why a date is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not `YYYY-MM-DD`.
    #[error("a date is written `YYYY-MM-DD`")]
    Malformed,
    /// A year outside 1700 … 2199.
    #[error("the year {0} is outside 1700 to 2199")]
    Year(i16),
    /// A month outside 1 … 12.
    #[error("there is no month {0}")]
    Month(i8),
    /// A day that its month does not have.
    #[error("{year:04}-{month:02} has no day {day}, its last is {last}")]
    Day {
        /// The year.
        year: i16,
        /// The month.
        month: i8,
        /// The day that was written.
        day: i8,
        /// The last day of that month.
        last: i8,
    },
}

const EPOCH: civil::Date = civil::date(1970, 1, 1);
const SECONDS_PER_DAY: i64 = 86_400;

impl Date {
    /// The earliest day.
    pub const MIN: Date = Date(civil::date(1700, 1, 1));
    /// The latest day.
    pub const MAX: Date = Date(civil::date(2199, 12, 31));

    /// The day of a year, a month from 1 and a day from 1.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Date, DateError> {
        if !(Date::MIN.0.year()..=Date::MAX.0.year()).contains(&year) {
            return Err(DateError::Year(year));
        }
        let first = civil::Date::new(year, month, 1).map_err(|_| DateError::Month(month))?;
        let last = first.days_in_month();
        civil::Date::new(year, month, day).map(Date).map_err(|_| DateError::Day { year, month, day, last })
    }

    /// The day so many days after 1970-01-01, unless it leaves the range.
    pub fn from_epoch_days(days: i64) -> Option<Date> {
        let distance = SignedDuration::from_secs(days.checked_mul(SECONDS_PER_DAY)?);
        EPOCH.checked_add(distance).ok().map(Date).filter(|date| (Date::MIN..=Date::MAX).contains(date))
    }

    /// How many days after 1970-01-01.
    pub fn epoch_days(self) -> i64 {
        self.0.duration_since(EPOCH).as_secs() / SECONDS_PER_DAY
    }

    /// The day so many days later, or earlier if negative, unless it leaves the range.
    pub fn checked_add_days(self, days: i64) -> Option<Date> {
        Date::from_epoch_days(self.epoch_days().checked_add(days)?)
    }

    /// How many days later than `earlier`, negative if before.
    pub fn days_since(self, earlier: Date) -> i64 {
        self.epoch_days() - earlier.epoch_days()
    }

    /// The first instant of the day.
    pub fn start(self) -> Time {
        Time::on(self, 0)
    }

    /// The first instant of the day after, where something that holds "until" this day ends; `None` on the last day of the range. To ask
    /// whether an instant is not past this day, compare days: `now.date() <= until`.
    pub fn end(self) -> Option<Time> {
        self.checked_add_days(1).map(Date::start)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl Scalar for Date {
    type Error = DateError;

    /// `YYYY-MM-DD`.
    fn parse_literal(text: &str) -> Result<Date, DateError> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return Err(DateError::Malformed);
        };
        let number = |digits: &[u8]| digits.iter().try_fold(0, |number, &byte| Some(number * 10 + digit(byte)?));
        let (Some(year), Some(month), Some(day)) =
            (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
        else {
            return Err(DateError::Malformed);
        };
        // Two digits always fit.
        Date::new(year, month as i8, day as i8)
    }

    /// The literal as text.
    fn from_json(value: &Value) -> Option<Date> {
        Date::parse_literal(value.as_str()?).ok()
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

fn digit(byte: u8) -> Option<i16> {
    byte.is_ascii_digit().then(|| i16::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn date(text: &str) -> Date {
        Date::parse_literal(text).expect(text)
    }

    #[test]
    fn literals() {
        for text in ["2026-12-31", "2024-02-29", "1700-01-01", "2199-12-31", "2000-02-29"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in
            ["", "2026-1-01", "2026/01/01", "2026-01-01T", " 2026-01-01", "2026-01-0é", "+026-01-01", "20260101"]
        {
            assert_eq!(Date::parse_literal(text), Err(DateError::Malformed), "{text}");
        }
    }

    #[test]
    fn each_part_has_its_reason() {
        let reason = |text: &str| Date::parse_literal(text).expect_err(text).to_string();
        assert_eq!(reason("2026-13-01"), "there is no month 13");
        assert_eq!(reason("2026-00-01"), "there is no month 0");
        assert_eq!(reason("2026-02-30"), "2026-02 has no day 30, its last is 28");
        assert_eq!(reason("1900-02-29"), "1900-02 has no day 29, its last is 28");
        assert_eq!(reason("2026-04-00"), "2026-04 has no day 0, its last is 30");
        assert_eq!(reason("2200-01-01"), "the year 2200 is outside 1700 to 2199");
        assert_eq!(reason("0000-01-01"), "the year 0 is outside 1700 to 2199");
    }

    #[test]
    fn days_are_counted() {
        assert_eq!(date("1970-01-01").epoch_days(), 0);
        assert_eq!(date("2026-12-31").checked_add_days(1), Some(date("2027-01-01")));
        assert_eq!(date("2024-03-01").checked_add_days(-1), Some(date("2024-02-29")));
        assert_eq!(date("2026-12-15").days_since(date("2026-10-01")), 75);
        assert_eq!(Date::MAX.checked_add_days(1), None);
        assert_eq!(Date::MIN.checked_add_days(i64::MIN), None);
        assert_eq!(Date::MAX.checked_add_days(i64::MAX), None);
    }

    #[test]
    fn a_day_ends_where_the_next_starts() {
        assert_eq!(date("2026-12-31").start().to_string(), "2026-12-31T00:00:00Z");
        assert_eq!(date("2026-12-31").end().map(|end| end.to_string()).as_deref(), Some("2027-01-01T00:00:00Z"));
        assert_eq!(Date::MAX.end(), None);
    }

    #[test]
    fn documents_hold_text() {
        assert_eq!(Date::from_json(&json!("2026-12-31")), Some(date("2026-12-31")));
        assert_eq!(Date::from_json(&json!("2026-12-31T00:00:00Z")), None);
        assert_eq!(Date::from_json(&json!(20261231)), None);
    }
}
