//! The text of rules, as `opa fmt` leaves it.
//!
//! [`quoted`] and [`comment`] are the only ways by which text of an author reaches a module.

use super::term::{Goal, Term};
use std::fmt::Write;

/// Lines are broken where they would be longer and can be broken.
const WIDTH: usize = 110;

/// A rule, or one of the rules that together define a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Comment lines before it.
    pub comments: Vec<String>,
    /// Everything before the body: `name`, `name(args)`, `name := value`, `name contains value`.
    pub head: Head,
    /// What must hold; empty for always.
    pub body: Vec<Goal>,
}

/// What a [`Rule`] defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Head {
    /// `default name := value`
    Default(String, Term),
    /// `name`, true where the body holds.
    True(String),
    /// `name := value`
    Value(String, Term),
    /// `name contains value`
    Contains(String, Term),
}

impl Term {
    /// The text on one line.
    pub(super) fn inline(&self) -> String {
        let list = |terms: &[Term]| terms.iter().map(Term::inline).collect::<Vec<_>>().join(", ");
        match self {
            Term::Word(text) | Term::Var(text) => text.clone(),
            Term::Field(base, name) if is_identifier(name) => format!("{}.{name}", base.inline()),
            Term::Field(base, name) => format!("{}[{}]", base.inline(), quoted(name)),
            Term::Index(base, index) => format!("{}[{}]", base.inline(), index.inline()),
            Term::Call(function, arguments) => format!("{function}({})", list(arguments)),
            Term::Infix(left, operator, right) => {
                format!("{} {operator} {}", left.operand(operator), right.operand(operator))
            }
            Term::Array(terms) => format!("[{}]", list(terms)),
            Term::Set(terms) => format!("{{{}}}", list(terms)),
            Term::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{}: {}", quoted(key), value.inline()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Term::Each(head, body) => {
                let body = body.iter().map(Goal::inline).collect::<Vec<_>>().join("; ");
                format!("[{} | {body}]", head.inline())
            }
        }
    }

    /// The text as an operand of `outer`. Only arithmetic that is compared stands without parentheses.
    fn operand(&self, outer: &str) -> String {
        match self {
            Term::Infix(_, inner, _) if !is_comparison(outer) || is_comparison(inner) => format!("({})", self.inline()),
            _ => self.inline(),
        }
    }

    /// The text behind `used` characters of a line that is indented by `depth` tabs; broken into lines if it is too long.
    fn broken(&self, depth: usize, used: usize) -> String {
        let inline = self.inline();
        if depth * 4 + used + inline.chars().count() <= WIDTH {
            return inline;
        }
        let lines = |open: &str, terms: &[Term], close: &str| {
            let mut text = open.to_owned();
            for term in terms {
                let _ = write!(text, "\n{}{},", tabs(depth + 1), term.broken(depth + 1, 1));
            }
            format!("{text}\n{}{close}", tabs(depth))
        };
        match self {
            Term::Call(function, arguments) => match arguments.split_last() {
                // A collection at the end is broken alone.
                Some((last @ (Term::Array(_) | Term::Object(_)), others)) if others.iter().all(Term::is_short) => {
                    let mut start = format!("{function}(");
                    for other in others {
                        let _ = write!(start, "{}, ", other.inline());
                    }
                    format!("{start}{})", last.broken(depth, WIDTH))
                }
                // The only argument begins and ends on the lines of the call.
                Some((only, [])) => format!("{function}({})", only.broken(depth, WIDTH)),
                _ => lines(&format!("{function}("), arguments, ")"),
            },
            Term::Array(terms) if !terms.is_empty() => lines("[", terms, "]"),
            Term::Set(terms) => lines("{", terms, "}"),
            Term::Object(entries) if !entries.is_empty() => {
                let mut text = "{".to_owned();
                for (key, value) in entries {
                    let key = quoted(key);
                    let value = value.broken(depth + 1, key.chars().count() + 3);
                    let _ = write!(text, "\n{}{key}: {value},", tabs(depth + 1));
                }
                format!("{text}\n{}}}", tabs(depth))
            }
            Term::Each(head, body) => {
                let mut text = format!("[{} |\n", head.inline());
                body.iter().for_each(|goal| goal.lines(depth + 1, &mut text));
                format!("{text}{}]", tabs(depth))
            }
            _ => inline,
        }
    }
}

impl Goal {
    /// The text on one line.
    fn inline(&self) -> String {
        match self {
            Goal::Is(term) => term.inline(),
            Goal::Not(term) => format!("not {}", term.inline()),
            Goal::Assign(name, term) => format!("{name} := {}", term.inline()),
            Goal::Some(name, list) => format!("some {name} in {}", list.inline()),
            Goal::Every(name, list, body) => {
                let body = body.iter().map(Goal::inline).collect::<Vec<_>>().join("; ");
                format!("every {name} in {} {{ {body} }}", list.inline())
            }
        }
    }

    fn lines(&self, depth: usize, out: &mut String) {
        let indent = tabs(depth);
        // Writing to a `String` never fails.
        let _ = match self {
            Goal::Is(term) => writeln!(out, "{indent}{}", term.broken(depth, 0)),
            Goal::Not(term) => writeln!(out, "{indent}not {}", term.broken(depth, 4)),
            Goal::Assign(name, term) => writeln!(out, "{indent}{name} := {}", term.broken(depth, name.len() + 4)),
            Goal::Some(name, list) => writeln!(out, "{indent}some {name} in {}", list.broken(depth, name.len() + 9)),
            Goal::Every(name, list, body) => {
                let _ = writeln!(out, "{indent}every {name} in {} {{", list.inline());
                body.iter().for_each(|goal| goal.lines(depth + 1, out));
                writeln!(out, "{indent}}}")
            }
        };
    }

    /// Whether it may stand behind `if` without braces.
    fn is_short(&self) -> bool {
        matches!(self, Goal::Is(_) | Goal::Not(_))
    }
}

impl Rule {
    /// A rule without comments.
    pub(super) fn new(head: Head, body: Vec<Goal>) -> Self {
        Self { comments: Vec::new(), head, body }
    }

    /// The text, with a final newline.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.comments {
            let _ = writeln!(out, "{}", comment(line));
        }
        let one_line = if self.body.is_empty() { Some(String::new()) } else { self.short_body() };
        let (start, value) = match &self.head {
            Head::Default(name, value) => (format!("default {name} := "), Some(value)),
            Head::True(name) if self.body.is_empty() => (format!("{name} := true"), None),
            Head::True(name) => (name.clone(), None),
            // What `opa fmt` makes of it.
            Head::Value(name, Term::Word(word)) if word == "true" && !self.body.is_empty() => (name.clone(), None),
            Head::Value(name, value) => (format!("{name} := "), Some(value)),
            Head::Contains(name, value) => (format!("{name} contains "), Some(value)),
        };
        let inline = format!("{start}{}", value.map(Term::inline).unwrap_or_default());
        if let Some(body) = one_line.filter(|body| inline.chars().count() + body.chars().count() <= WIDTH) {
            let _ = writeln!(out, "{inline}{body}");
            return out;
        }
        let head =
            format!("{start}{}", value.map(|value| value.broken(0, start.chars().count() + 5)).unwrap_or_default());
        if self.body.is_empty() {
            let _ = writeln!(out, "{head}");
            return out;
        }
        let _ = writeln!(out, "{head} if {{");
        self.body.iter().for_each(|goal| goal.lines(1, &mut out));
        out.push_str("}\n");
        out
    }

    fn short_body(&self) -> Option<String> {
        match self.body.as_slice() {
            [goal] if goal.is_short() => Some(format!(" if {}", goal.inline())),
            _ => None,
        }
    }
}

fn is_comparison(operator: &str) -> bool {
    !matches!(operator, "+" | "-" | "*" | "/" | "%")
}

fn tabs(depth: usize) -> String {
    "\t".repeat(depth)
}

/// Words that may not follow a dot in every Rego engine, and that name no rule or variable.
const KEYWORDS: [&str; 15] = [
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null", "package", "some",
    "true", "with",
];

/// Whether the text may name a rule or a variable, and follow a dot.
pub(super) fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
        && text != "_"
        && !KEYWORDS.contains(&text)
}

/// Whether the text could hide or reorder what a reader of the module sees, or end a line.
fn is_hidden(character: char) -> bool {
    crate::value::render::escape(character).is_some() || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A string literal of Rego, which is also one of JSON and of YAML.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let mut units = [0; 2];
                for unit in hidden.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

/// A raw string literal where the text fits one, else a quoted one. Patterns are written so.
pub(super) fn raw(text: &str) -> String {
    let fits = !text.contains('`') && !text.chars().any(is_hidden);
    if fits { format!("`{text}`") } else { quoted(text) }
}

/// Prose as an entry of YAML, in lines that are not too long; nothing for no prose.
pub(super) fn yaml_text(key: &str, prose: &str) -> Vec<String> {
    const LINE: usize = 100;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in prose.split_whitespace() {
        if !line.is_empty() && line.chars().count() + word.chars().count() >= LINE {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.extend(Some(line).filter(|line| !line.is_empty()));
    let start = (!lines.is_empty()).then(|| format!("{key}: >-"));
    start.into_iter().chain(lines.into_iter().map(|line| format!("  {line}"))).collect()
}

/// A comment line. A character that could end the line, or hide the rest, becomes a blank.
pub(super) fn comment(line: &str) -> String {
    let safe: String = line.chars().map(|character| if is_hidden(character) { ' ' } else { character }).collect();
    format!("# {safe}").trim_end().to_owned()
}
