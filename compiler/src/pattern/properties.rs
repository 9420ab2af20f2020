//! What must hold for every pattern.

use super::{Pattern, Refusal, lint};
use proptest::prelude::*;

/// Texts that are mostly patterns of the subset.
fn regex() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        "[a-c./@-]",
        r"\\[.dDwWsS\\|*-]",
        Just(".".to_owned()),
        r"\[\^?[a-c0-9_.|&~]{1,4}\]",
        r"\[\^?[a-c]-[d-z]\\[dws]\]",
        r"\\x\{[1-9a-f][0-9a-f]{0,3}\}",
        Just("[[:punct:]]".to_owned()),
        "[é€𝄞]",
    ];
    atom.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
            (inner, r"[*+?]|\{[0-3]\}|\{[0-2],\}|\{[0-2],[2-3]\}")
                .prop_map(|(inner, times)| format!("(?:{inner}){times}")),
        ]
    })
}

/// Texts that the patterns above are likely to match.
fn subject() -> impl Strategy<Value = String> {
    "[a-c./@_0-9\n é𝄞-]{0,8}"
}

fn unrestricted(source: &str) -> Option<regex::Regex> {
    // The classes of the language are ASCII, which this says in Rust's own terms.
    let ascii = source.replace(r"\d", "[0-9]").replace(r"\w", "[0-9A-Za-z_]").replace(r"\s", r"[\t\n\x0c\r ]");
    let ascii = ascii.replace(r"\D", "[^0-9]").replace(r"\W", "[^0-9A-Za-z_]").replace(r"\S", r"[^\t\n\x0c\r ]");
    regex::Regex::new(&format!(r"\A(?:{ascii})\z")).ok()
}

/// The textbook matcher, with no thought for time.
fn glob_matches(glob: &[char], text: &[char]) -> bool {
    match glob {
        [] => text.is_empty(),
        ['*', '*', rest @ ..] => (0..=text.len()).any(|end| glob_matches(rest, &text[end..])),
        ['*', rest @ ..] => {
            let reach = text.iter().take_while(|c| **c != '/').count();
            (0..=reach).any(|end| glob_matches(rest, &text[end..]))
        }
        ['?', rest @ ..] => text.first().is_some_and(|c| *c != '/') && glob_matches(rest, &text[1..]),
        [literal, rest @ ..] => text.first() == Some(literal) && glob_matches(rest, &text[1..]),
    }
}

fn ranges_are_sound(source: &str, refusals: &[Refusal]) -> Result<(), TestCaseError> {
    prop_assert!(!refusals.is_empty());
    for refusal in refusals {
        prop_assert!(source.get(refusal.range.clone()).is_some(), "{source:?} {refusal:?}");
        if let Some(suggestion) = &refusal.suggestion {
            prop_assert!(source.get(suggestion.range.clone()).is_some(), "{source:?} {refusal:?}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_canonical_text_is_its_own_canonical_text(source in regex()) {
        let pattern = Pattern::parse_regex(&source);
        prop_assume!(pattern.is_ok());
        let pattern = pattern.expect("accepted");
        let again = Pattern::parse_regex(pattern.canonical());
        prop_assert_eq!(again.as_ref().map(|p| p.canonical()), Ok(pattern.canonical()), "{}", source);
    }

    #[test]
    fn canonical_and_source_match_alike(source in regex(), texts in prop::collection::vec(subject(), 8)) {
        let pattern = Pattern::parse_regex(&source);
        prop_assume!(pattern.is_ok());
        let pattern = pattern.expect("accepted");
        let Some(reference) = unrestricted(&source) else { return Ok(()) };
        for text in texts {
            prop_assert_eq!(pattern.matches(&text), reference.is_match(&text), "{} ({}) on {:?}", source, pattern.canonical(), text);
        }
    }

    #[test]
    fn globs_match_as_the_textbook_says(glob in "([ab/.]|\\*{1,2}|\\?){0,6}", text in "[ab/.\n]{0,8}") {
        let Ok(pattern) = Pattern::parse_glob(&glob) else { return Ok(()) };
        let expected = glob_matches(&glob.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
        prop_assert_eq!(pattern.matches(&text), expected);
        prop_assert_eq!(Pattern::parse_regex(pattern.canonical()), Ok(pattern));
    }

    #[test]
    fn hostile_texts_are_answered(source in prop_oneof![any::<String>(), r"[-\\\[\](){}^$.*+?|&~a-c0-9:<>=!PpQ,'é ]{0,40}"]) {
        for parse in [Pattern::parse_regex, Pattern::parse_glob] {
            match parse(&source) {
                Ok(pattern) => {
                    prop_assert!(Pattern::parse_regex(pattern.canonical()).is_ok(), "{}", pattern.canonical());
                    for lint in lint(&pattern) {
                        prop_assert!(source.get(lint.range).is_some());
                        let Some(suggestion) = lint.suggestion else { continue };
                        let mut repaired = source.clone();
                        repaired.replace_range(suggestion.range, &suggestion.replacement);
                        prop_assert!(Pattern::parse_regex(&repaired).is_ok(), "{} became {}", source, repaired);
                    }
                }
                Err(refusals) => ranges_are_sound(&source, &refusals)?,
            }
        }
    }
}
