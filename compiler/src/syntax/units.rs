//! Blanks between a number and its unit: `7 d`, `95 %`, `100 / min`.

/// The units that a number may have.
pub(super) const UNITS: [&str; 10] = ["ms", "s", "m", "h", "d", "B", "KiB", "MiB", "GiB", "TiB"];

/// What a rate may be counted in.
const PERIODS: [&str; 4] = ["s", "min", "h", "d"];

/// A unit that stands apart from its number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Apart {
    /// How many bytes from the end of the number to the end of the unit.
    pub(super) length: usize,
    /// The unit as it should follow the number.
    pub(super) unit: String,
}

/// The unit that stands apart from a number, in the text after the number. A name that is given a value is none: `{ limit = 7  m = 3 }`.
pub(super) fn apart(number: &str, rest: &str) -> Option<Apart> {
    let line = rest.lines().next().unwrap_or_default();
    let after = line.trim_start_matches(BLANKS);
    let blank = after.len() < line.len();
    let (unit, tail) = if let Some(tail) = after.strip_prefix('%').filter(|_| blank) {
        ("%".to_owned(), tail)
    } else if let Some(period) = after.strip_prefix('/') {
        let period = period.trim_start_matches(BLANKS);
        let digits = period.len() - period.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (count, word) = period.split_at_checked(digits)?;
        let (word, tail) = name(word.trim_start_matches(BLANKS), &PERIODS)?;
        if number.contains('.') {
            return None;
        }
        (format!("/{count}{word}"), tail)
    } else {
        let (word, tail) = name(after, &UNITS).filter(|_| blank && !number.contains('.'))?;
        (word.to_owned(), tail)
    };
    let next = tail.trim_start_matches(BLANKS);
    let is_name = next.starts_with([':', '.', '(']) || (next.starts_with('=') && !next.starts_with("=="));
    (!is_name).then(|| Apart { length: line.len() - tail.len(), unit })
}

const BLANKS: [char; 2] = [' ', '\t'];

/// The word at the start, if it is one of those, and what follows.
fn name<'t>(text: &'t str, known: &[&str]) -> Option<(&'t str, &'t str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| known.contains(word))
}

#[cfg(test)]
mod tests {
    use super::apart;

    fn unit(number: &str, rest: &str) -> Option<String> {
        apart(number, rest).map(|found| found.unit)
    }

    #[test]
    fn a_unit_may_stand_apart() {
        assert_eq!(unit("7", " d else").as_deref(), Some("d"));
        assert_eq!(unit("4", "  GiB").as_deref(), Some("GiB"));
        assert_eq!(unit("99.5", " %").as_deref(), Some("%"));
        assert_eq!(unit("100", " / min").as_deref(), Some("/min"));
        assert_eq!(unit("100", "/ 10 min }").as_deref(), Some("/10min"));
        assert_eq!(unit("7", " d == x").as_deref(), Some("d"));
        assert_eq!(apart("7", " d else").map(|found| found.length), Some(2));
    }

    #[test]
    fn a_name_is_no_unit() {
        for rest in ["", " else", "\n  d", " m = 3", " d: Text", " days", " / 7", " d.x", "]", ", d"] {
            assert_eq!(unit("7", rest), None, "{rest:?}");
        }
        assert_eq!(unit("1.5", " d"), None);
    }
}
