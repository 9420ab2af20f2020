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
    UNFORMATTABLE = "GW115", "a file that the formatter cannot lay out";
    // 2xx: modules and names
    UNREADABLE_SOURCE = "GW201", "a source file that cannot be read";
    SOURCE_NOT_UTF8 = "GW202", "a source file that is not UTF-8";
    RESERVED_MODULE = "GW203", "a module named like the library";
    UNKNOWN_MODULE = "GW204", "an import of a module that does not exist";
    UNKNOWN_EDITION = "GW205", "an import of an edition that does not exist";
    UNKNOWN_IMPORT = "GW206", "an import of a name that its module does not declare";
    CYCLIC_IMPORT = "GW207", "modules that import each other in a circle";
    DUPLICATE_NAME = "GW208", "a name that is declared twice";
    UNKNOWN_NAME = "GW209", "a name that nothing declares";
    WRONG_KIND = "GW210", "a name of something else than what is wanted";
    SHADOWED_NAME = "GW211", "a name that is bound already";
    AMBIGUOUS_NAME = "GW212", "a name with two meanings";
    UNUSED = "GW213", "a name that is never used";
    UNKNOWN_PIN = "GW214", "a pin of a catalog or an edition that does not exist";
    BAD_CLUSTER = "GW215", "a version of Kubernetes that nothing is emitted for";
    // 3xx: types
    UNKNOWN_TYPE = "GW301", "a type that does not exist";
    BAD_TYPE = "GW302", "a type that cannot stand here";
    WRONG_TYPE = "GW303", "a value of another type than what is wanted";
    UNKNOWN_FIELD = "GW304", "a field that its owner does not have";
    UNKNOWN_VARIANT = "GW305", "a variant that its enum does not have";
    NO_EQUALITY = "GW306", "`==` between values that have none";
    NO_ORDER = "GW307", "an order between values that have none";
    NO_ARITHMETIC = "GW308", "arithmetic that engines do not share";
    OVERFLOW = "GW309", "arithmetic whose result may be too large";
    RATIO_ALONE = "GW310", "a share that is not compared";
    NOT_A_CONDITION = "GW311", "a value where a condition is wanted";
    NOT_A_PATH = "GW312", "`has` of something else than a path";
    NOT_A_FUNCTION = "GW313", "a call of something else than a function";
    WRONG_ARGUMENTS = "GW314", "arguments that do not fit";
    RECURSION = "GW315", "a function that calls itself";
    TOO_LARGE = "GW316", "an expression that grows too large";
    NOT_CONSTANT = "GW317", "a value that is not known when the policy is compiled";
    BAD_LITERAL = "GW318", "a literal that is no value";
    BAD_PATTERN = "GW319", "a pattern that engines do not share";
    SUSPICIOUS_PATTERN = "GW320", "a pattern that hardly means what it says";
    WRONG_PLACE = "GW321", "a fact or a form where it cannot be known";
    UNKNOWN_THREAT = "GW322", "an id that the catalog's edition does not have";
    NOT_CARRIED = "GW323", "an id that the pinned edition does not carry on";
    // 4xx: absence
    UNGUARDED = "GW401", "a value that may be absent where absence would grant something";
    NEVER_ABSENT = "GW402", "a question whether something is there that always is";
    // 5xx: messages
    BAD_HOLE = "GW501", "a hole that cannot be filled";
    SECRET = "GW502", "a secret in a message";
    EMPTY_TEXT = "GW503", "a text that says nothing";
    // 6xx: declarations
    UNKNOWN_ATTRIBUTE = "GW601", "an attribute that a declaration may not carry";
    MISSING_ATTRIBUTE = "GW602", "an attribute that a declaration must carry";
    DUPLICATE_ATTRIBUTE = "GW603", "an attribute that is said twice";
    UNKNOWN_WORD = "GW604", "a word that is none of those that may stand here";
    MISPLACED_TAIL = "GW605", "`from`, `as` or the like where it means nothing";
    MISPLACED_MEMBER = "GW606", "a member that another kind of declaration has";
    EMPTY_ENUM = "GW607", "an enum without variants";
    NO_VALIDITY = "GW608", "evidence that does not say when it may be believed";
    NO_ORIGIN = "GW609", "a field that nothing fills";
    BAD_DOCUMENT_PATH = "GW610", "a path into a document that cannot be read";
    UNKNOWN_ASSET_KIND = "GW611", "an asset kind that does not exist";
    EMPTY_CONTROL = "GW612", "a control or block that requires nothing";
    BAD_RESOURCE = "GW615", "a text that names no resource of Kubernetes";
    // 7xx: policies and tests
    EMPTY_POLICY = "GW701", "a policy that decides nothing";
    APPLIED_TWICE = "GW702", "one control instance applied twice";
    WILDCARD_NEEDS_ARGUMENTS = "GW703", "a wildcard over controls that need arguments";
    STRICTER_ELSEWHERE = "GW704", "a control that another policy applies more strictly";
    WAIVES_NOTHING = "GW705", "a waiver that waives nothing";
    WAIVER_DATES = "GW706", "a waiver whose dates are not allowed";
    NO_AUTHORITY = "GW707", "a waiver that its approver may not grant";
    OWN_WAIVER = "GW708", "a waiver that the owner approved";
    WAIVERS_OVERLAP = "GW709", "two waivers that overlap";
    BAD_GOAL = "GW710", "a requirement of coverage that cannot be read";
    BAD_TEST = "GW711", "a test that cannot be run";
    EMPTY_TEST = "GW712", "a test that expects nothing";
    // 8xx: what the analyses find
    CONSTANT_CONDITION = "GW801", "a condition that does not depend on its document";
    NEVER_VIOLATED = "GW802", "a rule that can never be violated";
    NEVER_HOLDS = "GW803", "a rule that can never hold";
    UNREACHABLE = "GW804", "a part that is never decided, or a filter that leaves nothing out";
    DESIGN = "GW805", "a declaration that a control forbids";
    UNBOUND = "GW806", "evidence that nothing ties to its subject, under `enforce`";
    ACCEPTS_NOTHING = "GW807", "a weakness that is accepted of evidence that is not read";
    COVERAGE = "GW808", "too few threats that an enforced control counters";
    SELF_SELECTED = "GW809", "a scope that whoever is judged chooses";
    VACUOUS = "GW810", "evidence that may have examined nothing";
    // 9xx: targets
    NOT_EXPRESSIBLE = "GW901", "an expression that no target of the policy can express";
    UNENFORCED = "GW902", "a block that no target of the policy can see";
    LEFT_OUT = "GW903", "a block that one of its targets leaves out";
    UNKNOWN_TARGET = "GW904", "a target that does not exist";
    TARGET_NOT_BUILT = "GW905", "a target that this version does not emit";
    PARTIAL_OF_NOTHING = "GW906", "`allow_partial` of a target that the policy does not emit";
    NOT_TOLD_APART = "GW910", "declared assets that a target cannot tell apart";
    TOO_COSTLY = "GW911", "a condition that costs an engine more than it allows";
}

impl Code {
    /// Whether it is about text that could be taken away: editors show such text dimmed.
    pub fn is_unnecessary(&self) -> bool {
        self == &UNUSED
    }
}

/// The code of an id, in any case.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}
