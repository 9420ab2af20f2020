//! How values stand in messages.
//!
//! A scalar prints as its [`Display`](std::fmt::Display), `Bool` as `true` or `false`, an enum as its variant's name. Text and lists are
//! bounded and harmless: whoever writes a report or a manifest also chooses its text, and must not be able to flood a log, forge a line in
//! it or hide what follows.
//!
//! Emitters write the same rules in other languages, so each is one step over data: cut the raw text, then replace single characters.

/// Stands for a value that is not there.
pub const ABSENT: &str = "(absent)";
/// Stands for a value that cannot be known.
pub const UNKNOWN: &str = "(unknown)";
/// Stands for a list without elements.
pub const EMPTY: &str = "(none)";
/// Follows text that was cut.
pub const MORE: &str = "…";
/// How many code points of a text are shown.
pub const TEXT_LIMIT: usize = 200;
/// How many elements of a list are shown.
pub const LIST_LIMIT: usize = 10;

/// The characters that are escaped, in order, and what stands for them: the C0 and C1 controls and DEL, the line and paragraph separators,
/// and the controls of bidirectional text, which can reorder what a reader sees (Unicode Standard Annex #9).
///
/// A backslash is not escaped: Windows paths and patterns stay legible, and nothing reads a message back.
pub const ESCAPES: &[(char, &str)] = &[
    ('\u{0}', r"\u{0}"),
    ('\u{1}', r"\u{1}"),
    ('\u{2}', r"\u{2}"),
    ('\u{3}', r"\u{3}"),
    ('\u{4}', r"\u{4}"),
    ('\u{5}', r"\u{5}"),
    ('\u{6}', r"\u{6}"),
    ('\u{7}', r"\u{7}"),
    ('\u{8}', r"\u{8}"),
    ('\t', r"\t"),
    ('\n', r"\n"),
    ('\u{b}', r"\u{b}"),
    ('\u{c}', r"\u{c}"),
    ('\r', r"\r"),
    ('\u{e}', r"\u{e}"),
    ('\u{f}', r"\u{f}"),
    ('\u{10}', r"\u{10}"),
    ('\u{11}', r"\u{11}"),
    ('\u{12}', r"\u{12}"),
    ('\u{13}', r"\u{13}"),
    ('\u{14}', r"\u{14}"),
    ('\u{15}', r"\u{15}"),
    ('\u{16}', r"\u{16}"),
    ('\u{17}', r"\u{17}"),
    ('\u{18}', r"\u{18}"),
    ('\u{19}', r"\u{19}"),
    ('\u{1a}', r"\u{1a}"),
    ('\u{1b}', r"\u{1b}"),
    ('\u{1c}', r"\u{1c}"),
    ('\u{1d}', r"\u{1d}"),
    ('\u{1e}', r"\u{1e}"),
    ('\u{1f}', r"\u{1f}"),
    ('\u{7f}', r"\u{7f}"),
    ('\u{80}', r"\u{80}"),
    ('\u{81}', r"\u{81}"),
    ('\u{82}', r"\u{82}"),
    ('\u{83}', r"\u{83}"),
    ('\u{84}', r"\u{84}"),
    ('\u{85}', r"\u{85}"),
    ('\u{86}', r"\u{86}"),
    ('\u{87}', r"\u{87}"),
    ('\u{88}', r"\u{88}"),
    ('\u{89}', r"\u{89}"),
    ('\u{8a}', r"\u{8a}"),
    ('\u{8b}', r"\u{8b}"),
    ('\u{8c}', r"\u{8c}"),
    ('\u{8d}', r"\u{8d}"),
    ('\u{8e}', r"\u{8e}"),
    ('\u{8f}', r"\u{8f}"),
    ('\u{90}', r"\u{90}"),
    ('\u{91}', r"\u{91}"),
    ('\u{92}', r"\u{92}"),
    ('\u{93}', r"\u{93}"),
    ('\u{94}', r"\u{94}"),
    ('\u{95}', r"\u{95}"),
    ('\u{96}', r"\u{96}"),
    ('\u{97}', r"\u{97}"),
    ('\u{98}', r"\u{98}"),
    ('\u{99}', r"\u{99}"),
    ('\u{9a}', r"\u{9a}"),
    ('\u{9b}', r"\u{9b}"),
    ('\u{9c}', r"\u{9c}"),
    ('\u{9d}', r"\u{9d}"),
    ('\u{9e}', r"\u{9e}"),
    ('\u{9f}', r"\u{9f}"),
    ('\u{61c}', r"\u{61c}"),
    ('\u{200e}', r"\u{200e}"),
    ('\u{200f}', r"\u{200f}"),
    ('\u{2028}', r"\u{2028}"),
    ('\u{2029}', r"\u{2029}"),
    ('\u{202a}', r"\u{202a}"),
    ('\u{202b}', r"\u{202b}"),
    ('\u{202c}', r"\u{202c}"),
    ('\u{202d}', r"\u{202d}"),
    ('\u{202e}', r"\u{202e}"),
    ('\u{2066}', r"\u{2066}"),
    ('\u{2067}', r"\u{2067}"),
    ('\u{2068}', r"\u{2068}"),
    ('\u{2069}', r"\u{2069}"),
];

/// What stands for a character in messages, if it does not stand for itself.
pub fn escape(character: char) -> Option<&'static str> {
    let found = ESCAPES.binary_search_by_key(&character, |(escaped, _)| *escaped).ok()?;
    ESCAPES.get(found).map(|(_, text)| *text)
}

/// Text in a message: its first [`TEXT_LIMIT`] code points, each escaped by [`ESCAPES`], then [`MORE`] if there are more.
pub fn render_text(text: &str) -> String {
    let mut rendered = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == TEXT_LIMIT {
            rendered.push_str(MORE);
            break;
        }
        match escape(character) {
            Some(escaped) => rendered.push_str(escaped),
            None => rendered.push(character),
        }
    }
    rendered
}

/// A list in a message: its first [`LIST_LIMIT`] elements, rendered, with commas between, then how many more there are of `total`;
/// [`EMPTY`] if there are none.
pub fn render_list(elements: impl Iterator<Item = String>, total: usize) -> String {
    if total == 0 {
        return EMPTY.to_owned();
    }
    let shown: Vec<String> = elements.take(LIST_LIMIT).collect();
    let mut rendered = shown.join(", ");
    if total > shown.len() {
        rendered.push_str(&format!(", {MORE} and {} more", total - shown.len()));
    }
    rendered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(ESCAPES.is_sorted_by(|a, b| a.0 < b.0));
        for (character, text) in ESCAPES {
            let expected = match character {
                '\t' | '\n' | '\r' => character.escape_default().to_string(),
                other => format!("\\u{{{:x}}}", u32::from(*other)),
            };
            assert_eq!(*text, expected);
        }
        let bidi = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        for character in '\0'..=char::MAX {
            let harmful = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') || bidi(character);
            assert_eq!(escape(character).is_some(), harmful, "{character:?}");
        }
    }

    #[test]
    fn text_is_cut_before_it_is_escaped() {
        assert_eq!(render_text("a\\b é\n\u{9b}"), r"a\b é\n\u{9b}");
        assert_eq!(render_text(&"é".repeat(200)), "é".repeat(200));
        assert_eq!(render_text(&"é".repeat(201)), format!("{}…", "é".repeat(200)));
        assert_eq!(render_text(&"\n".repeat(201)), format!("{}…", r"\n".repeat(200)));
        assert_eq!(render_text(""), "");
    }

    #[test]
    fn lists_show_ten_elements() {
        let list = |count: usize| render_list((1..=count).map(|n| n.to_string()), count);
        assert_eq!(list(0), "(none)");
        assert_eq!(list(1), "1");
        assert_eq!(list(10), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
        assert_eq!(list(12), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … and 2 more");
    }
}
