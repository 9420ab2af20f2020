//! The words and marks of the language: one table, which the lexer, the formatter and the editors share.

use logos::Logos;

/// What a word of the language may also be used for. Every word may stand after a `.` and in import and target paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordClass {
    /// Begins or belongs to a declaration; may also name a field, an attribute, an argument or a value.
    Declaration,
    /// Begins or belongs to a statement, an expression or the tail of a field; names nothing.
    Statement,
}

/// A word with a meaning of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub text: &'static str,
    /// Whether it may also be a name.
    pub class: WordClass,
}

macro_rules! tokens {
    (words { $($word:ident $text:tt $class:ident,)* } marks { $($mark:ident $sign:tt,)* }) => {
        /// One token. It carries no text: its place does.
        #[derive(Logos, Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[logos(skip r"[ \t\r]+")]
        pub(crate) enum Token {
            $(#[token($text)] $word,)*
            $(#[token($sign)] $mark,)*

            #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
            Name,
            #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?", priority = 10)]
            Number,
            #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?%")]
            Percent,
            #[regex(r"[0-9][0-9_]*/[0-9]*(ms|s|min|h|d)")]
            Rate,
            #[regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")]
            Date,
            #[regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}T[0-9][0-9:.]*(Z|[+-][0-9:]+)?")]
            Time,
            #[regex(r"([0-9]+(ms|s|m|h|d))+", priority = 20)]
            Duration,
            #[regex(r"[0-9][0-9_]*(B|KiB|MiB|GiB|TiB)", priority = 20)]
            Bytes,
            #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
            #[regex(r#"'[^'\n]*'"#)]
            Text,
            #[regex(r#"re"[^"\n]*""#)]
            Regex,
            #[regex(r#"glob"[^"\n]*""#)]
            Glob,
            #[regex(r"@[0-9A-Za-z][0-9A-Za-z._-]*")]
            Edition,

            /// Could not be read, and has been reported.
            Error,

            // Seen by the lexer alone.
            #[token("\n")]
            LineBreak,
            #[regex(r"//[^\n]*", allow_greedy = true)]
            Comment,
            /// A comment of another language.
            #[regex(r"#[^\n]*", allow_greedy = true)]
            HashComment,
            /// A mark of another language.
            #[token("&&")] #[token("||")] #[token("!")] #[token("===")] #[token("!==")]
            #[token("<>")] #[token("=<")] #[token("=>")] #[token(";")]
            Foreign,
            /// A number with letters that are no unit.
            #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[A-Za-z_][A-Za-z0-9_]*", priority = 5)]
            OddNumber,
            #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#)]
            #[regex(r#"(re|glob)"[^"\n]*"#)]
            Unterminated,

            // Put before the tokens of a fragment; they choose what the grammar reads.
            StartItem,
            StartMember,
            StartAttribute,
            StartSystemMember,
            StartControlMember,
            StartStatement,
            StartPolicyMember,
            StartTestMember,
            StartExpression,
            /// A whole `{ … }`, whose content is read by itself.
            Body,
        }

        /// Every word with a meaning of its own.
        pub static WORDS: &[Word] = &[$(Word { text: $text, class: WordClass::$class }),*];

        impl Token {
            /// The class of a word; `None` for names, literals and marks.
            pub(crate) fn class(self) -> Option<WordClass> {
                match self {
                    $(Token::$word => Some(WordClass::$class),)*
                    _ => None,
                }
            }

            /// The word with this spelling.
            pub(crate) fn word(text: &str) -> Option<Token> {
                match text {
                    $($text => Some(Token::$word),)*
                    _ => None,
                }
            }
        }
    };
}

tokens! {
    words {
        Import "import" Declaration,
        Type "type" Declaration,
        Ordered "ordered" Declaration,
        Enum "enum" Declaration,
        Fn "fn" Declaration,
        Role "role" Declaration,
        Signer "signer" Declaration,
        Catalog "catalog" Declaration,
        Entry "entry" Declaration,
        Asset "asset" Declaration,
        System "system" Declaration,
        Subject "subject" Declaration,
        Evidence "evidence" Declaration,
        Metric "metric" Declaration,
        Control "control" Declaration,
        Policy "policy" Declaration,
        Test "test" Declaration,
        Of "of" Declaration,
        At "at" Declaration,
        On "on" Declaration,
        With "with" Declaration,
        Without "without" Declaration,
        Per "per" Declaration,
        To "to" Declaration,
        By "by" Declaration,
        After "after" Declaration,
        Except "except" Declaration,
        Accept "accept" Declaration,
        Valid "valid" Declaration,
        Quota "quota" Declaration,
        Pass "pass" Declaration,
        Violated "violated" Declaration,
        Indeterminate "indeterminate" Declaration,
        NotApplicable "not_applicable" Declaration,
        From "from" Statement,
        Default "default" Statement,
        Assume "assume" Statement,
        As "as" Statement,
        Computed "computed" Statement,
        Secret "secret" Statement,
        Design "design" Statement,
        Development "development" Statement,
        Operations "operations" Statement,
        Feedback "feedback" Statement,
        Let "let" Statement,
        Require "require" Statement,
        Else "else" Statement,
        For "for" Statement,
        Where "where" Statement,
        When "when" Statement,
        In "in" Statement,
        Matches "matches" Statement,
        And "and" Statement,
        Or "or" Statement,
        Not "not" Statement,
        Has "has" Statement,
        All "all" Statement,
        Any "any" Statement,
        True "true" Statement,
        False "false" Statement,
        Covers "covers" Statement,
        Enforce "enforce" Statement,
        Warn "warn" Statement,
        Audit "audit" Statement,
        Waive "waive" Statement,
        AllowPartial "allow_partial" Statement,
        Emit "emit" Statement,
        Given "given" Statement,
        Expect "expect" Statement,
    }
    marks {
        OpenBrace "{",
        CloseBrace "}",
        OpenBracket "[",
        CloseBracket "]",
        OpenParen "(",
        CloseParen ")",
        Comma ",",
        Colon ":",
        Dot ".",
        Question "?",
        Coalesce "??",
        Assign "=",
        Equal "==",
        NotEqual "!=",
        Less "<",
        LessEqual "<=",
        Greater ">",
        GreaterEqual ">=",
        Plus "+",
        Minus "-",
        Star "*",
    }
}

/// A token, where it stands, and whether it is the first on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) first_on_line: bool,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    /// Whether it may stand where a name is declared or used.
    pub(crate) fn is_name(self) -> bool {
        self == Token::Name || self.class() == Some(WordClass::Declaration)
    }

    /// Whether it is a word of any kind.
    pub(crate) fn is_word(self) -> bool {
        self == Token::Name || self.class().is_some()
    }

    /// Whether it begins a declaration.
    pub(crate) fn begins_item(self) -> bool {
        ITEM_WORDS.contains(&self)
    }

    /// Whether a value may end with it.
    pub(crate) fn ends_operand(self) -> bool {
        use Token::{CloseBrace, CloseBracket, CloseParen, Question};
        self.is_name()
            || self.is_literal()
            || matches!(self, CloseParen | CloseBracket | CloseBrace | Question | Token::Error)
    }

    /// Whether it is a literal.
    pub(crate) fn is_literal(self) -> bool {
        use Token::{Bytes, Date, Duration, False, Glob, Number, Percent, Rate, Regex, Text, Time, True};
        matches!(self, Bytes | Date | Duration | False | Glob | Number | Percent | Rate | Regex | Text | Time | True)
    }
}

/// The words that begin a declaration.
pub(crate) static ITEM_WORDS: &[Token] = &[
    Token::Import,
    Token::Type,
    Token::Ordered,
    Token::Enum,
    Token::Fn,
    Token::Role,
    Token::Signer,
    Token::Catalog,
    Token::Asset,
    Token::System,
    Token::Subject,
    Token::Evidence,
    Token::Metric,
    Token::Control,
    Token::Policy,
    Token::Test,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_lexed_as_itself() {
        for word in WORDS {
            let token = Token::word(word.text);
            assert!(token.is_some());
            assert_eq!(Token::lexer(word.text).next(), token.map(Ok), "{}", word.text);
        }
    }
}
