//! Globs.

use super::form::Form;
use super::{Reason, Refusal, Suggestion};

/// The meaning of a glob: `**` is any text, `*` any text without `/`, `?` one character but `/`. Every other character is itself; unlike
/// `.` in a regular expression, the wildcards match a newline too, as they do in shells and in Go.
pub(super) fn parse(text: &str) -> Result<Form, Vec<Refusal>> {
    let mut parts = Vec::new();
    let mut refused = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let stars = rest.bytes().take_while(|byte| *byte == b'*').count();
        let start = text.len() - rest.len();
        let width = stars.max(first.len_utf8());
        parts.push(match (first, stars) {
            (_, 0) if first == '?' => Form::all_but('/'),
            (_, 0) => Form::character(first),
            (_, 1) => Form::repeat(Form::all_but('/'), 0, None),
            _ => Form::repeat(Form::any_character(), 0, None),
        });
        if stars > 2 {
            let range = start..start + stars;
            let suggestion = Suggestion { title: "write `**`", range: range.clone(), replacement: "**".to_owned() };
            refused.push(Refusal { range, reason: Reason::GlobStars, suggestion: Some(suggestion) });
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    if refused.is_empty() { Ok(Form::sequence(parts)) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn glob(text: &str) -> Pattern {
        Pattern::parse_glob(text).expect(text)
    }

    #[test]
    fn canonical_texts() {
        assert_eq!(glob("models/*.onnx").canonical(), r"models/[^/]*\.onnx");
        assert_eq!(glob("**.pkl").canonical(), r"[\s\S]*\.pkl");
        assert_eq!(glob("a?[b]{c}").canonical(), r"a[^/]\[b\]\{c\}");
        assert_eq!(glob(r"a\b").canonical(), r"a\\b");
        assert_eq!(glob("").canonical(), "");
    }

    #[test]
    fn wildcards() {
        assert!(glob("models/*.onnx").matches("models/fraud.onnx"));
        assert!(glob("models/*.onnx").matches("models/.onnx"));
        assert!(!glob("models/*.onnx").matches("models/v3/fraud.onnx"));
        assert!(glob("models/**.onnx").matches("models/v3/fraud.onnx"));
        assert!(glob("**.pkl").matches("a\nb.pkl"));
        assert!(glob("?").matches("é"));
        assert!(!glob("?").matches("/"));
        assert!(!glob("a/**/b").matches("a/b"));
    }

    #[test]
    fn three_stars_are_refused() {
        let refused = Pattern::parse_glob("é***/****").expect_err("refused");
        assert_eq!(refused.iter().map(|refusal| refusal.range.clone()).collect::<Vec<_>>(), [2..5, 6..10]);
        assert_eq!(refused[0].reason, Reason::GlobStars);
    }
}
