//! Why a pattern is refused.

use super::{DEPTH_LIMIT, LENGTH_LIMIT, REPETITION_LIMIT};

/// What a pattern cannot say, in words that fit a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// `^`, `$`, `\A`, `\z`
    #[error("a pattern always matches the whole text, so it has no anchors")]
    Anchor,
    /// `\b`, `\B`, `\<`, `\>`
    #[error("engines disagree about what a word is, so there are no word boundaries")]
    WordBoundary,
    /// `(?i)`, `(?s:…)`
    #[error("a pattern has no flags: say what is meant in the pattern itself")]
    Flags,
    /// `(?P<name>…)`, `(?<name>…)`
    #[error("nothing reads the parts of a match, so groups have no names")]
    NamedGroup,
    /// `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`
    #[error("look-around is not part of RE2: use a second pattern and `and` or `not`")]
    LookAround,
    /// `(?>…)`
    #[error("atomic groups are not part of RE2")]
    AtomicGroup,
    /// `(?` and something else
    #[error("a group starts with `(` or `(?:`")]
    GroupForm,
    /// `(a`
    #[error("this group is not closed: write `\\(` for a parenthesis")]
    GroupUnclosed,
    /// `a)`
    #[error("no group is open here: write `\\)` for a parenthesis")]
    GroupUnopened,
    /// `\1`
    #[error("back-references are not part of RE2")]
    BackReference,
    /// `\0`, `\012`
    #[error("engines disagree about octal escapes: write `\\x{{…}}`")]
    Octal,
    /// `\u0041`, `\U00000041`
    #[error("only some engines read this escape: write `\\x{{…}}`")]
    UnicodeEscape,
    /// `\x`, `\x{110000}`
    #[error("a code point is written as `\\x` and two hexadecimal digits, or `\\x{{…}}`")]
    HexEscape,
    /// `\Z`, `\e`
    #[error("`{0}` is no escape that every engine reads")]
    Escape(String),
    /// `a\`
    #[error("this escape is not finished: write `\\\\` for a backslash")]
    EscapeUnfinished,
    /// `\pL`
    #[error("engines have different editions of Unicode, so there are no Unicode classes: list the characters")]
    UnicodeClass,
    /// `[a-z&&[^x]]`, `[a--b]`, `[a~~b]`
    #[error("operations on classes are not part of RE2: list the characters")]
    ClassOperation,
    /// `[a[b]]`
    #[error("engines disagree about `[` in a class: write `\\[`")]
    NestedClass,
    /// `[]a]`
    #[error("engines disagree about `]` at the start of a class: write `\\]`")]
    ClassBracket,
    /// `[a-z-9]`, `[--9]`
    #[error("engines disagree about `-` in the middle of a class: write `\\-`")]
    ClassHyphen,
    /// `[^\s\S]`
    #[error("this class holds no character")]
    ClassEmpty,
    /// `[z-a]`
    #[error("this range ends before it starts")]
    ClassRange,
    /// `[a-\d]`
    #[error("a range goes from one character to another")]
    ClassRangeBound,
    /// `[\b]`
    #[error("this escape does not stand for a character of a class")]
    ClassEscape,
    /// `[a`
    #[error("this class is not closed: write `\\[` for a bracket")]
    ClassUnclosed,
    /// `a*?`
    #[error("the whole text matches or does not, so a repetition is not lazy")]
    Lazy,
    /// `a*+`
    #[error("possessive repetition is not part of RE2")]
    Possessive,
    /// `a**`
    #[error("one repetition follows another: put the first into a group")]
    NestedRepetition,
    /// `a{1001}`, `(a{100}){100}`
    #[error("repetitions count to {REPETITION_LIMIT} at most, and nested ones multiply")]
    RepetitionLimit,
    /// `a{,3}`, `a{ 3 }`, `a{x}`
    #[error("a counted repetition is written `{{2}}`, `{{2,}}` or `{{2,3}}`: write `\\{{` for a brace")]
    RepetitionForm,
    /// `a{3,2}`
    #[error("this repetition ends before it starts")]
    RepetitionOrder,
    /// `*a`
    #[error("there is nothing to repeat")]
    RepetitionMissing,
    /// `***` in a glob
    #[error("a glob has `*` and `**`, not more")]
    GlobStars,
    /// `"`
    #[error("a quotation mark ends the pattern")]
    Quote,
    /// A control character, or one that reorders text.
    #[error("this character (U+{:04X}) cannot be seen: write its escape", u32::from(*.0))]
    Control(char),
    /// More than [`LENGTH_LIMIT`] bytes.
    #[error("a pattern is at most {LENGTH_LIMIT} bytes long")]
    TooLong,
    /// Deeper than [`DEPTH_LIMIT`].
    #[error("a pattern is nested {DEPTH_LIMIT} levels deep at most")]
    TooDeep,
    /// The compiled pattern takes too much memory.
    #[error("this pattern takes too much memory: repeat less")]
    TooLarge,
    /// What the syntax knows no better word for.
    #[error("this is not a pattern: {0}")]
    Syntax(String),
}
