//! The one table of diagnostic codes. A code never changes its meaning and is never used again.
//!
//! `gatewright explain CODE` prints the page `compiler/errors/CODE.md`; its examples are compiled by the tests, and a test fails when a
//! code has no page or a page has no code.

/// The identity of a diagnostic.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// What users see and search for, such as `GW201`.
    pub id: &'static str,
    /// The rule in a few words.
    pub title: &'static str,
    /// What it means, with a failing and a fixed example, in Markdown.
    pub page: &'static str,
}

macro_rules! codes {
    ($($(#[$group:meta])* $name:ident = $id:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Code = Code {
                id: $id,
                title: $title,
                page: include_str!(concat!("../../errors/", $id, ".md")),
            };
        )*
        /// Every code, in the order of the table.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    // 1xx: syntax
    UNKNOWN_CHARACTER = "GW101", "a character that no token starts with";
    UNTERMINATED = "GW102", "a string or pattern that does not end on its line";
    UNEXPECTED = "GW103", "a word or mark that cannot stand here";
    TOO_DEEP = "GW104", "expressions or blocks nested too deeply";
    BAD_ESCAPE = "GW105", "an escape that strings do not have";
    FILE_TOO_LARGE = "GW106", "a source file over the size limit";
    FOREIGN = "GW107", "a mark or word of another language";
    UNBALANCED = "GW108", "a bracket without its partner";
    NO_MESSAGE = "GW109", "a condition without a message";
    CHAINED = "GW110", "two comparisons in a row";
    ASSIGNMENT = "GW111", "`=` where two values are compared";
    MISSPELT = "GW112", "a word that begins nothing here";
    BAD_UNIT = "GW113", "a number with a unit that does not exist";
    MISSING_COMMA = "GW114", "two elements of a list without a comma between them";
}

/// The code of an id, in any case.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}
