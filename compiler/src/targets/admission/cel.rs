//! Expressions of the Common Expression Language (CEL), and their text.
//!
//! Everything is built from data and printed here, so a text of a policy can only become a string literal. Smart constructors fold what is
//! always so, which keeps the emitted conditions as short as a person would write them.

use std::fmt;

/// An expression of CEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cel {
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string.
    Text(String),
    /// A name: `object`, `variables.containers`, the variable of a comprehension.
    Name(String),
    /// `[a, b]`
    List(Vec<Cel>),
    /// The value at a key: `a.b`, or `a['b-c']` where the key is no identifier.
    Field(Box<Cel>, String),
    /// `a[b]`
    Index(Box<Cel>, Box<Cel>),
    /// Whether the value at a key is there: `has(a.b)`, or `'b-c' in a`.
    Has(Box<Cel>, String),
    /// `f(a, b)`
    Call(&'static str, Vec<Cel>),
    /// `a.f(b)`
    Method(Box<Cel>, &'static str, Vec<Cel>),
    /// `a.all(x, b)`, and the like with more bodies.
    Each(Box<Cel>, Macro, String, Box<Cel>),
    /// `!a`
    Not(Box<Cel>),
    /// `a && b`
    All(Vec<Cel>),
    /// `a || b`
    Any(Vec<Cel>),
    /// `a == b`, and every other operator with two operands.
    Infix(Box<Cel>, &'static str, Box<Cel>),
    /// `a ? b : c`
    If(Box<Cel>, Box<Cel>, Box<Cel>),
}

/// The comprehensions that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Macro {
    All,
    Exists,
    Filter,
    Map,
}

impl Macro {
    fn name(self) -> &'static str {
        match self {
            Macro::All => "all",
            Macro::Exists => "exists",
            Macro::Filter => "filter",
            Macro::Map => "map",
        }
    }
}

/// Identifiers that the grammar keeps for itself; the value at such a key is read with `['in']`.
const RESERVED: &[&str] = &[
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
    "null", "package", "return", "true", "var", "void", "while",
];

/// Whether a key can be read as `.key`.
pub(super) fn is_identifier(key: &str) -> bool {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain && !key.is_empty() && !key.as_bytes()[0].is_ascii_digit() && !RESERVED.contains(&key)
}

impl Cel {
    pub(super) const TRUE: Cel = Cel::Bool(true);
    pub(super) const FALSE: Cel = Cel::Bool(false);

    pub(super) fn name(name: impl Into<String>) -> Self {
        Cel::Name(name.into())
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Cel::Text(text.into())
    }

    pub(super) fn field(self, key: &str) -> Self {
        Cel::Field(Box::new(self), key.to_owned())
    }

    pub(super) fn has(self, key: &str) -> Self {
        Cel::Has(Box::new(self), key.to_owned())
    }

    pub(super) fn method(self, name: &'static str, arguments: Vec<Cel>) -> Self {
        Cel::Method(Box::new(self), name, arguments)
    }

    pub(super) fn infix(self, operator: &'static str, right: Cel) -> Self {
        Cel::Infix(Box::new(self), operator, Box::new(right))
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Cel::Bool(value) => Cel::Bool(!value),
            Cel::Not(inner) => *inner,
            Cel::Infix(left, "==", right) => Cel::Infix(left, "!=", right),
            Cel::Infix(left, "!=", right) => Cel::Infix(left, "==", right),
            other => Cel::Not(Box::new(other)),
        }
    }

    /// All of them, each once; `true` if there are none.
    pub(super) fn all(parts: impl IntoIterator<Item = Cel>) -> Self {
        Self::joined(parts, true)
    }

    /// Any of them, each once; `false` if there are none.
    pub(super) fn any(parts: impl IntoIterator<Item = Cel>) -> Self {
        Self::joined(parts, false)
    }

    fn joined(parts: impl IntoIterator<Item = Cel>, all: bool) -> Self {
        let mut flat: Vec<Cel> = Vec::new();
        for part in parts {
            let inner = match part {
                Cel::All(inner) if all => inner,
                Cel::Any(inner) if !all => inner,
                Cel::Bool(value) if value == all => continue,
                Cel::Bool(value) => return Cel::Bool(value),
                other => vec![other],
            };
            for part in inner {
                if !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        if !all {
            flat = without_repeated_guards(flat);
        }
        match (flat.len(), all) {
            (0, _) => Cel::Bool(all),
            (1, _) => flat.remove(0),
            (_, true) => Cel::All(flat),
            (_, false) => Cel::Any(flat),
        }
    }

    /// `condition ? then : otherwise`
    pub(super) fn choice(condition: Cel, then: Cel, otherwise: Cel) -> Self {
        match condition {
            Cel::Bool(true) => then,
            Cel::Bool(false) => otherwise,
            condition => Cel::If(Box::new(condition), Box::new(then), Box::new(otherwise)),
        }
    }

    /// A comprehension; over a body that is always so, or never, only as much of it as is left.
    pub(super) fn each(list: Cel, what: Macro, variable: &str, body: Cel) -> Self {
        match (what, body) {
            (Macro::All, Cel::Bool(true)) => Cel::TRUE,
            (Macro::Exists, Cel::Bool(false)) => Cel::FALSE,
            (Macro::Filter, Cel::Bool(true)) => list,
            (Macro::All, Cel::Bool(false)) => Cel::Call("size", vec![list]).infix("==", Cel::Int(0)),
            (Macro::Exists, Cel::Bool(true)) => Cel::Call("size", vec![list]).infix(">", Cel::Int(0)),
            (what, body) => Cel::Each(Box::new(list), what, variable.to_owned(), Box::new(body)),
        }
    }

    /// Calls `visit` with every direct part.
    pub(super) fn children<'c>(&'c self, visit: &mut dyn FnMut(&'c Cel)) {
        match self {
            Cel::Bool(_) | Cel::Int(_) | Cel::Text(_) | Cel::Name(_) => {}
            Cel::List(parts) | Cel::All(parts) | Cel::Any(parts) | Cel::Call(_, parts) => parts.iter().for_each(visit),
            Cel::Field(base, _) | Cel::Has(base, _) | Cel::Not(base) => visit(base),
            Cel::Index(left, right) | Cel::Infix(left, _, right) | Cel::Each(left, _, _, right) => {
                visit(left);
                visit(right);
            }
            Cel::Method(base, _, arguments) => {
                visit(base);
                arguments.iter().for_each(visit);
            }
            Cel::If(condition, then, otherwise) => {
                [condition, then, otherwise].into_iter().for_each(|part| visit(part))
            }
        }
    }

    /// How tightly its operator binds; the grammar of the language definition has these levels.
    fn level(&self) -> u8 {
        match self {
            Cel::If(..) => 0,
            Cel::Any(_) => 1,
            Cel::All(_) => 2,
            Cel::Infix(_, "+" | "-", _) => 4,
            Cel::Infix(_, "*", _) => 5,
            Cel::Infix(..) => 3,
            Cel::Has(_, key) if !is_identifier(key) => 3,
            Cel::Not(_) => 6,
            Cel::Int(value) if *value < 0 => 6,
            _ => 7,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        let level = self.level();
        if level < least {
            f.write_str("(")?;
        }
        match self {
            Cel::Bool(value) => write!(f, "{value}")?,
            Cel::Int(value) => write!(f, "{value}")?,
            Cel::Text(text) => write_text(f, text)?,
            Cel::Name(name) => f.write_str(name)?,
            Cel::List(elements) => write_list(f, "[", elements, "]")?,
            Cel::Field(base, key) => {
                base.write(f, 7)?;
                match is_identifier(key) {
                    true => write!(f, ".{key}")?,
                    false => {
                        f.write_str("[")?;
                        write_text(f, key)?;
                        f.write_str("]")?;
                    }
                }
            }
            Cel::Index(base, key) => {
                base.write(f, 7)?;
                f.write_str("[")?;
                key.write(f, 0)?;
                f.write_str("]")?;
            }
            Cel::Has(base, key) if is_identifier(key) => {
                f.write_str("has(")?;
                base.write(f, 7)?;
                write!(f, ".{key})")?;
            }
            Cel::Has(base, key) => {
                write_text(f, key)?;
                f.write_str(" in ")?;
                base.write(f, 4)?;
            }
            Cel::Call(name, arguments) => {
                f.write_str(name)?;
                write_list(f, "(", arguments, ")")?;
            }
            Cel::Method(base, name, arguments) => {
                base.write(f, 7)?;
                write!(f, ".{name}")?;
                write_list(f, "(", arguments, ")")?;
            }
            Cel::Each(list, what, variable, body) => {
                list.write(f, 7)?;
                write!(f, ".{}({variable}, ", what.name())?;
                body.write(f, 0)?;
                f.write_str(")")?;
            }
            Cel::Not(inner) => {
                f.write_str("!")?;
                inner.write(f, 7)?;
            }
            Cel::All(parts) => write_joined(f, parts, " && ", 3)?,
            Cel::Any(parts) => write_joined(f, parts, " || ", 2)?,
            Cel::Infix(left, operator, right) => {
                left.write(f, level)?;
                write!(f, " {operator} ")?;
                right.write(f, level + 1)?;
            }
            Cel::If(condition, then, otherwise) => {
                condition.write(f, 1)?;
                f.write_str(" ? ")?;
                then.write(f, 1)?;
                f.write_str(" : ")?;
                otherwise.write(f, 0)?;
            }
        }
        if level < least {
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// `!a || a && b` as `!a || b`: what one part denies need not be said in another.
fn without_repeated_guards(parts: Vec<Cel>) -> Vec<Cel> {
    let denied: Vec<Cel> = (parts.iter())
        .filter_map(|part| match part {
            Cel::Not(inner) => Some((**inner).clone()),
            _ => None,
        })
        .collect();
    let shorter = |part: Cel| match part {
        Cel::All(inner) if inner.iter().any(|part| denied.contains(part)) => {
            Cel::all(inner.into_iter().filter(|part| !denied.contains(part)))
        }
        other => other,
    };
    parts.into_iter().map(shorter).collect()
}

impl fmt::Display for Cel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Cel], between: &str, least: u8) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { between })?;
        part.write(f, least)?;
    }
    Ok(())
}

fn write_list(f: &mut fmt::Formatter<'_>, open: &str, parts: &[Cel], close: &str) -> fmt::Result {
    f.write_str(open)?;
    write_joined(f, parts, ", ", 0)?;
    f.write_str(close)
}

/// A string literal. Nothing that a YAML reader or a terminal could take for structure stands in it unescaped.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    // Patterns are full of backslashes, which a raw string leaves as they are.
    let is_plain = |character: char| character != '\'' && crate::value::render::escape(character).is_none();
    if text.contains('\\') && text.chars().all(is_plain) {
        return write!(f, "r'{text}'");
    }
    f.write_str("'")?;
    for character in text.chars() {
        match character {
            '\'' => f.write_str("\\'")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            plain if crate::value::render::escape(plain).is_none() => write!(f, "{plain}")?,
            hidden if u32::from(hidden) <= 0xffff => write!(f, "\\u{:04x}", u32::from(hidden))?,
            hidden => write!(f, "\\U{:08x}", u32::from(hidden))?,
        }
    }
    f.write_str("'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(cel: Cel) -> String {
        cel.to_string()
    }

    #[test]
    fn operators_keep_their_operands() {
        let [a, b, c] = ["a", "b", "c"].map(Cel::name);
        let either = Cel::any([a.clone(), b.clone()]);
        assert_eq!(printed(Cel::all([either.clone(), c.clone()])), "(a || b) && c");
        assert_eq!(printed(Cel::any([Cel::all([a.clone(), b.clone()]), c.clone()])), "a && b || c");
        assert_eq!(printed(either.clone().negated()), "!(a || b)");
        assert_eq!(printed(a.clone().infix("==", b.clone()).negated()), "a != b");
        assert_eq!(printed(a.clone().infix("<", b.clone()).negated()), "!(a < b)");
        assert_eq!(printed(a.clone().infix("-", b.clone().infix("-", c.clone()))), "a - (b - c)");
        assert_eq!(printed(Cel::choice(a.clone(), b.clone(), c.clone()).infix("==", c.clone())), "(a ? b : c) == c");
        assert_eq!(printed(Cel::all([a.clone().has("in"), b.has("x-y").negated()])), "'in' in a && !('x-y' in b)");
        assert_eq!(printed(Cel::each(a.field("items"), Macro::All, "x", c)), "a.items.all(x, c)");
    }

    #[test]
    fn what_is_always_so_is_not_said() {
        let a = || Cel::name("a");
        assert_eq!(Cel::all([Cel::TRUE, a(), a()]), a());
        assert_eq!(Cel::any([Cel::TRUE, a()]), Cel::TRUE);
        assert_eq!(Cel::all([]), Cel::TRUE);
        let b = Cel::name("b");
        assert_eq!(printed(Cel::any([a().negated(), Cel::all([a(), b])])), "!a || b");
        assert_eq!(Cel::choice(Cel::FALSE, a(), Cel::name("b")), Cel::name("b"));
        assert_eq!(printed(Cel::each(a(), Macro::All, "x", Cel::FALSE)), "size(a) == 0");
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(printed(Cel::text(r"^a\.b$")), r"r'^a\.b$'");
        assert_eq!(printed(Cel::text("it's\n{{x}} \\ \u{202e}é")), "'it\\'s\\n{{x}} \\\\ \\u202eé'");
    }
}
