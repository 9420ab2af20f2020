//! Conditions of one rail: something that is surely so, or not.
//!
//! A condition of the language is true, false or unknown. It is lowered twice, to what makes it *surely true* and to what makes it *surely
//! false*; unknown is neither. So nothing here needs a third value, and Rego's *undefined* always means "not surely".

use super::term::Term;
use std::collections::BTreeSet;

/// Something that is surely so, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cond {
    /// The term is defined and true.
    Holds {
        /// The term.
        goal: Term,
        /// Terms that are then defined too, although they do not stand in it.
        implies: Vec<Term>,
    },
    /// A value is there.
    Present {
        /// The value, judged by its type.
        value: Term,
        /// The value as the document has it.
        raw: Term,
        /// What is written.
        goal: Term,
    },
    /// All of them; always, if there are none.
    All(Vec<Cond>),
    /// One of them; never, if there are none.
    Any(Vec<Cond>),
    /// For some element of a list.
    Some(String, Term, Box<Cond>),
    /// For every element of a list that is known.
    Every(String, Term, Box<Cond>),
    /// It is not surely so.
    Unless(Box<Cond>),
}

impl Cond {
    pub(super) const ALWAYS: Cond = Cond::All(Vec::new());
    pub(super) const NEVER: Cond = Cond::Any(Vec::new());

    pub(super) fn holds(goal: Term) -> Self {
        Cond::Holds { goal, implies: Vec::new() }
    }

    pub(super) fn is_always(&self) -> bool {
        matches!(self, Cond::All(conditions) if conditions.is_empty())
    }

    pub(super) fn is_never(&self) -> bool {
        matches!(self, Cond::Any(conditions) if conditions.is_empty())
    }

    /// All of the conditions, each once; that a value is there is not said where another condition reads it.
    pub(super) fn all(conditions: impl IntoIterator<Item = Cond>) -> Self {
        let mut flat: Vec<Cond> = Vec::new();
        for condition in conditions {
            let parts = match condition {
                Cond::All(parts) => parts,
                other => vec![other],
            };
            for part in parts {
                if part.is_never() {
                    return Cond::NEVER;
                }
                if !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        let mut index = 0;
        while index < flat.len() {
            let others = flat.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, part)| part);
            if flat[index].is_read_by(others) {
                flat.remove(index);
            } else {
                index += 1;
            }
        }
        match flat.len() {
            1 => flat.remove(0),
            _ => Cond::All(flat),
        }
    }

    /// Any of the conditions, each once.
    pub(super) fn any(conditions: impl IntoIterator<Item = Cond>) -> Self {
        let mut flat: Vec<Cond> = Vec::new();
        for condition in conditions {
            let parts = match condition {
                Cond::Any(parts) => parts,
                other => vec![other],
            };
            for part in parts {
                if part.is_always() {
                    return Cond::ALWAYS;
                }
                if !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        match flat.len() {
            1 => flat.remove(0),
            _ => Cond::Any(flat),
        }
    }

    pub(super) fn some(variable: &str, list: Term, body: Cond) -> Self {
        match body {
            body if body.is_never() => Cond::NEVER,
            body => Cond::Some(variable.to_owned(), list, Box::new(body)),
        }
    }

    pub(super) fn every(variable: &str, list: Term, body: Cond) -> Self {
        match body {
            body if body.is_never() => Cond::holds(Term::infix(Term::call("count", [list]), "==", Term::word("0"))),
            // A list is not false, so this only asks whether it is known.
            body if body.is_always() => Cond::holds(list),
            body => Cond::Every(variable.to_owned(), list, Box::new(body)),
        }
    }

    /// That it is not surely so.
    pub(super) fn unless(condition: Cond) -> Self {
        match condition {
            condition if condition.is_never() => Cond::ALWAYS,
            condition if condition.is_always() => Cond::NEVER,
            condition => Cond::Unless(Box::new(condition)),
        }
    }

    /// The terms that are defined whenever this holds.
    pub(super) fn read(&self) -> BTreeSet<Term> {
        let needed = |of: &[&Term]| {
            let mut terms = BTreeSet::new();
            for term in of {
                term.needed(&mut |term| {
                    terms.insert(term.clone());
                    terms.extend(judged_inside(term));
                });
            }
            terms
        };
        match self {
            Cond::Holds { goal, implies } => needed(&std::iter::once(goal).chain(implies).collect::<Vec<_>>()),
            Cond::Present { value, raw, .. } => needed(&[value, raw]),
            Cond::All(parts) => parts.iter().flat_map(Cond::read).collect(),
            Cond::Any(parts) => {
                let mut parts = parts.iter().map(Cond::read);
                let first = parts.next().unwrap_or_default();
                parts.fold(first, |common, part| common.intersection(&part).cloned().collect())
            }
            Cond::Some(_, list, body) => {
                let mut terms = needed(&[list]);
                terms.extend(body.read());
                terms
            }
            Cond::Every(_, list, _) => needed(&[list]),
            Cond::Unless(_) => BTreeSet::new(),
        }
    }

    /// The condition with another variable in place of one that it does not introduce.
    pub(super) fn renamed(&self, from: &str, to: &str) -> Self {
        let all = |parts: &[Cond]| parts.iter().map(|part| part.renamed(from, to)).collect();
        match self {
            Cond::Holds { goal, implies } => Cond::Holds {
                goal: goal.renamed(from, to),
                implies: implies.iter().map(|term| term.renamed(from, to)).collect(),
            },
            Cond::Present { value, raw, goal } => Cond::Present {
                value: value.renamed(from, to),
                raw: raw.renamed(from, to),
                goal: goal.renamed(from, to),
            },
            Cond::All(parts) => Cond::All(all(parts)),
            Cond::Any(parts) => Cond::Any(all(parts)),
            Cond::Some(name, list, body) => {
                Cond::Some(name.clone(), list.renamed(from, to), Box::new(body.renamed(from, to)))
            }
            Cond::Every(name, list, body) => {
                Cond::Every(name.clone(), list.renamed(from, to), Box::new(body.renamed(from, to)))
            }
            Cond::Unless(inner) => Cond::Unless(Box::new(inner.renamed(from, to))),
        }
    }

    /// Whether this only says that a value is there, and one of the others cannot hold without it.
    pub(super) fn is_read_by<'c>(&self, mut others: impl Iterator<Item = &'c Cond>) -> bool {
        let Cond::Present { value, raw, .. } = self else { return false };
        let inside = |term: &Term| match term {
            Term::Field(base, _) | Term::Index(base, _) => **base == *raw,
            Term::Call(function, arguments) => READS.contains(&function.as_str()) && arguments.first() == Some(raw),
            _ => false,
        };
        others.any(|other| {
            !matches!(other, Cond::Present { .. }) && other.read().iter().any(|term| term == value || inside(term))
                || matches!(other, Cond::Present { value: of, .. } if needs(of, &inside))
        })
    }
}

/// Functions of the runtime that are undefined unless their first argument is an object.
const READS: [&str; 3] = ["runtime.field", "runtime.field_or", "runtime.lacks"];

/// The terms that a function of the runtime judges by itself before it looks further.
fn judged_inside(term: &Term) -> Vec<Term> {
    let Term::Call(function, arguments) = term else { return Vec::new() };
    let reader = match function.as_str() {
        "runtime.age" | "runtime.instant" => "runtime.time_text",
        "runtime.version_order" => "runtime.version",
        "runtime.network" => "runtime.cidr",
        _ => return Vec::new(),
    };
    arguments.iter().map(|argument| Term::call(reader, [argument.clone()])).collect()
}

/// Whether a term needs one like this.
fn needs(term: &Term, like: &dyn Fn(&Term) -> bool) -> bool {
    let mut found = false;
    term.needed(&mut |term| found |= like(term));
    found
}
