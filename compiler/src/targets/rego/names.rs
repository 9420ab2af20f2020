//! Names of rules, functions and variables: readable, valid, and never twice.

use super::print::is_identifier;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// The roots of documents, and the first parts of the names of all functions that are built into OPA 1.22. A rule of that name would hide
/// the function, even behind an operator: `plus` is what `+` calls.
const BUILT_IN: [&str; 99] = [
    "abs",
    "all",
    "and",
    "any",
    "array",
    "assign",
    "base64",
    "base64url",
    "bits",
    "cast_array",
    "cast_boolean",
    "cast_null",
    "cast_object",
    "cast_set",
    "cast_string",
    "ceil",
    "concat",
    "contains",
    "count",
    "crypto",
    "data",
    "div",
    "endswith",
    "eq",
    "equal",
    "floor",
    "format_int",
    "glob",
    "graph",
    "graphql",
    "gt",
    "gte",
    "hex",
    "http",
    "indexof",
    "indexof_n",
    "input",
    "internal",
    "intersection",
    "io",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "json",
    "lower",
    "lt",
    "lte",
    "max",
    "min",
    "minus",
    "mul",
    "neq",
    "net",
    "numbers",
    "object",
    "opa",
    "or",
    "plus",
    "print",
    "product",
    "providers",
    "rand",
    "re_match",
    "regex",
    "rego",
    "rem",
    "replace",
    "round",
    "semver",
    "set_diff",
    "sort",
    "split",
    "sprintf",
    "startswith",
    "strings",
    "substring",
    "sum",
    "time",
    "to_number",
    "trace",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_space",
    "trim_suffix",
    "type_name",
    "union",
    "units",
    "upper",
    "uri",
    "urlquery",
    "uuid",
    "walk",
    "yaml",
];

/// Names that a policy's module gives to something else.
const OWN: [&str; 13] = [
    "allow", "assets", "blocks", "decision", "deny", "message", "problem", "report", "runtime", "scope", "shown",
    "verdicts", "warn",
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
        let fixed = BUILT_IN.iter().chain(&OWN).map(|name| (*name).to_owned());
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
        let reserved = BUILT_IN.contains(&name.as_str()) || OWN.contains(&name.as_str());
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
