//! Names of rules, functions and variables: readable, valid, and never twice.

use super::print::is_identifier;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Names that a rule or variable must not take: roots, functions that are built in, and what every module of ours uses.
const TAKEN: [&str; 34] = [
    "abs",
    "and",
    "array",
    "base64",
    "bits",
    "ceil",
    "concat",
    "count",
    "crypto",
    "data",
    "endswith",
    "floor",
    "format_int",
    "glob",
    "graph",
    "http",
    "input",
    "io",
    "json",
    "lower",
    "max",
    "min",
    "net",
    "object",
    "or",
    "print",
    "product",
    "regex",
    "round",
    "runtime",
    "sort",
    "sprintf",
    "strings",
    "sum",
];

/// More of them: the names that a policy's module always defines, and the rest of what is built in.
const ALSO_TAKEN: [&str; 42] = [
    "allow",
    "assets",
    "blocks",
    "contains",
    "decision",
    "deny",
    "document",
    "hex",
    "indexof",
    "internal",
    "intersection",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "minus",
    "mul",
    "message",
    "now",
    "numbers",
    "opa",
    "plus",
    "rand",
    "regal",
    "rego",
    "rem",
    "replace",
    "scope",
    "semver",
    "shown",
    "split",
    "startswith",
    "substring",
    "time",
    "to_number",
    "trim",
    "units",
    "walk",
    "warn",
];

/// What variables for elements that no author named are called.
const ELEMENT: &str = "element";

/// The names of one module.
#[derive(Debug)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A module in which these names, which authors gave to values, are kept for variables.
    pub(super) fn new<'n>(variables: impl IntoIterator<Item = &'n str>) -> Self {
        let fixed = TAKEN.iter().chain(&ALSO_TAKEN).map(|name| (*name).to_owned());
        Self { taken: fixed.chain(variables.into_iter().map(identifier)).collect() }
    }

    /// A name for a rule: the wanted one, or with the first number that makes it new.
    pub(super) fn rule(&mut self, wanted: &str) -> String {
        let wanted = identifier(wanted);
        // Variables for elements have the name with any number behind it, so a rule needs another one.
        let wanted = if is_element(&wanted) { format!("the_{wanted}") } else { wanted };
        let name = unused(&wanted, |name| self.taken.contains(name));
        self.taken.insert(name.clone());
        name
    }

    /// A start for names that end in each of these.
    pub(super) fn family(&mut self, wanted: &str, endings: &[&str]) -> String {
        let wanted = identifier(wanted);
        let name = unused(&wanted, |name| endings.iter().any(|ending| self.taken.contains(&format!("{name}{ending}"))));
        self.taken.extend(endings.iter().map(|ending| format!("{name}{ending}")));
        name
    }
}

/// The names of the variables of one block.
#[derive(Debug, Default)]
pub(super) struct Variables {
    taken: BTreeSet<String>,
}

impl Variables {
    /// The variable of a name that an author gave; one for all that have it.
    pub(super) fn shared(&mut self, wanted: &str) -> String {
        let name = identifier(wanted);
        let reserved = TAKEN.contains(&name.as_str()) || ALSO_TAKEN.contains(&name.as_str());
        let name = if reserved { format!("the_{name}") } else { name };
        self.taken.insert(name.clone());
        name
    }

    /// A variable for an element that no author named.
    pub(super) fn own(&mut self) -> String {
        let name = unused(ELEMENT, |name| self.taken.contains(name));
        self.taken.insert(name.clone());
        name
    }
}

/// Whether [`Variables::own`] may give out the name.
fn is_element(name: &str) -> bool {
    name.strip_prefix(ELEMENT).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
}

/// The name, with the first number that makes it new if it is taken.
pub(super) fn unused(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{wanted}_{number}"));
    let mut candidates = std::iter::once(wanted.to_owned()).chain(numbered);
    // There are more numbers than names.
    candidates.find(|name| !taken(name)).unwrap_or_default()
}

/// The text as an identifier: other characters become `_`, and a word that is none gets a letter in front.
fn identifier(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if is_identifier(&plain) { plain } else { format!("the_{}", plain.trim_start_matches('_')) }
}

/// The last part of a policy's package.
///
/// `data.gatewright` also holds the package `runtime` and the instant `now`, and a keyword cannot follow a dot. Such a name gets a `_`
/// at its end, however many it has there already, so two policies never share a package.
pub(super) fn package(policy: &SmolStr) -> String {
    let stem = policy.trim_end_matches('_');
    let reserved = matches!(stem, "runtime" | "now") || !is_identifier(stem);
    if reserved { format!("{policy}_") } else { policy.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_new_and_valid() {
        let mut names = Names::new(["c", "input"]);
        assert_eq!(names.rule("c"), "c_2");
        assert_eq!(names.rule("supply_chain.bom"), "supply_chain_bom");
        assert_eq!(names.rule("supply_chain_bom"), "supply_chain_bom_2");
        assert_eq!(names.rule("count"), "count_2");
        assert_eq!(names.rule("default"), "the_default");
        assert_eq!(names.rule("7d"), "the_7d");
        let mut variables = Variables::default();
        assert_eq!(variables.shared("input"), "the_input");
        assert_eq!(variables.shared("_"), "the_");
        assert_eq!(variables.shared("x"), "x");
        assert_eq!(variables.shared("x"), "x");
        assert_eq!(variables.shared("element"), "element");
        assert_eq!(variables.own(), "element_2");
        assert_eq!(names.rule("element_7"), "the_element_7");
        assert_eq!(names.rule("element"), "the_element");
    }

    #[test]
    fn packages_are_told_apart() {
        let package = |name: &str| package(&SmolStr::new(name));
        assert_eq!(package("production"), "production");
        assert_eq!(package("runtime"), "runtime_");
        assert_eq!(package("runtime_"), "runtime__");
        assert_eq!(package("now"), "now_");
        assert_eq!(package("default"), "default_");
        assert_eq!(package("team_"), "team_");
    }
}
