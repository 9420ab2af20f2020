//! Rego as data: terms, and the goals of a rule's body.

use super::print::quoted;

/// A Rego term. It is *undefined* where the value is absent or unknown, and so is every term that it is a part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// The name of a rule, or a literal without parts.
    Word(String),
    /// A local variable of the rule that the term stands in.
    Var(String),
    /// `base.name`, or `base["name"]` where the name is none that may follow a dot.
    Field(Box<Term>, String),
    /// `base[index]`
    Index(Box<Term>, Box<Term>),
    /// `function(arguments)`
    Call(String, Vec<Term>),
    /// `left operator right`
    Infix(Box<Term>, &'static str, Box<Term>),
    /// `[a, b]`
    Array(Vec<Term>),
    /// `{a, b}`; not empty.
    Set(Vec<Term>),
    /// `{"a": b}`
    Object(Vec<(String, Term)>),
    /// `[head | body]`: an empty array where the body fails or the head is undefined.
    Each(Box<Term>, Vec<Goal>),
}

/// One line of a rule's body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Goal {
    /// The term is defined and not false.
    Is(Term),
    /// The term is undefined or false.
    Not(Term),
    /// `name := term`
    Assign(String, Term),
    /// `some name in list`
    Some(String, Term),
    /// `every name in list { body }`
    Every(String, Term, Vec<Goal>),
}

impl Term {
    pub(super) fn word(text: impl Into<String>) -> Self {
        Term::Word(text.into())
    }

    /// A string literal.
    pub(super) fn text(text: &str) -> Self {
        Term::Word(quoted(text))
    }

    /// A literal.
    pub(super) fn json(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Term::Word(value.to_string()),
            Value::String(text) => Term::text(text),
            Value::Array(items) => Term::Array(items.iter().map(Term::json).collect()),
            Value::Object(entries) => {
                Term::Object(entries.iter().map(|(key, value)| (key.clone(), Term::json(value))).collect())
            }
        }
    }

    pub(super) fn call(function: &str, arguments: impl IntoIterator<Item = Term>) -> Self {
        Term::Call(function.to_owned(), arguments.into_iter().collect())
    }

    pub(super) fn infix(left: Term, operator: &'static str, right: Term) -> Self {
        Term::Infix(Box::new(left), operator, Box::new(right))
    }

    pub(super) fn field(self, name: &str) -> Self {
        Term::Field(Box::new(self), name.to_owned())
    }

    pub(super) fn object<'k>(entries: impl IntoIterator<Item = (&'k str, Term)>) -> Self {
        Term::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// Calls `visit` with this term and each part without which it is undefined.
    pub(super) fn needed<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        visit(self);
        match self {
            Term::Word(_) | Term::Var(_) | Term::Each(..) => {}
            Term::Field(base, _) => base.needed(visit),
            Term::Index(left, right) | Term::Infix(left, _, right) => {
                left.needed(visit);
                right.needed(visit);
            }
            Term::Call(_, terms) | Term::Array(terms) | Term::Set(terms) => {
                terms.iter().for_each(|term| term.needed(visit));
            }
            Term::Object(entries) => entries.iter().for_each(|(_, term)| term.needed(visit)),
        }
    }

    /// Adds the local variables that it reads, but for those it introduces itself.
    pub(super) fn variables(&self, found: &mut Vec<String>) {
        match self {
            Term::Word(_) => {}
            Term::Var(name) => {
                if !found.contains(name) {
                    found.push(name.clone());
                }
            }
            Term::Field(base, _) => base.variables(found),
            Term::Index(left, right) | Term::Infix(left, _, right) => {
                left.variables(found);
                right.variables(found);
            }
            Term::Call(_, terms) | Term::Array(terms) | Term::Set(terms) => {
                terms.iter().for_each(|term| term.variables(found));
            }
            Term::Object(entries) => entries.iter().for_each(|(_, term)| term.variables(found)),
            Term::Each(head, body) => {
                let mut inside = Vec::new();
                head.variables(&mut inside);
                let own = goals_variables(body, &mut inside);
                found.extend(
                    inside
                        .into_iter()
                        .filter(|name| !own.contains(name))
                        .filter(|name| !found.contains(name))
                        .collect::<Vec<_>>(),
                );
            }
        }
    }
}

impl Term {
    /// Whether it may stand before a collection that is broken into lines.
    pub(super) fn is_short(&self) -> bool {
        matches!(self, Term::Word(_) | Term::Var(_))
    }

    /// Whether it is a rule or function of that name, or of that name with a number.
    pub(super) fn is_helper(&self, wanted: &str) -> bool {
        matches!(self, Term::Word(name) | Term::Call(name, _) if name.starts_with(wanted))
    }

    /// The term with another variable in place of one.
    pub(super) fn renamed(&self, from: &str, to: &str) -> Self {
        let all = |terms: &[Term]| terms.iter().map(|term| term.renamed(from, to)).collect();
        let boxed = |term: &Term| Box::new(term.renamed(from, to));
        match self {
            Term::Var(name) if name == from => Term::Var(to.to_owned()),
            Term::Word(_) | Term::Var(_) => self.clone(),
            Term::Field(base, name) => Term::Field(boxed(base), name.clone()),
            Term::Index(left, right) => Term::Index(boxed(left), boxed(right)),
            Term::Call(function, terms) => Term::Call(function.clone(), all(terms)),
            Term::Infix(left, operator, right) => Term::Infix(boxed(left), operator, boxed(right)),
            Term::Array(terms) => Term::Array(all(terms)),
            Term::Set(terms) => Term::Set(all(terms)),
            Term::Object(entries) => {
                Term::Object(entries.iter().map(|(key, value)| (key.clone(), value.renamed(from, to))).collect())
            }
            Term::Each(head, body) => Term::Each(boxed(head), body.iter().map(|goal| goal.renamed(from, to)).collect()),
        }
    }
}

impl Goal {
    fn renamed(&self, from: &str, to: &str) -> Self {
        match self {
            Goal::Is(term) => Goal::Is(term.renamed(from, to)),
            Goal::Not(term) => Goal::Not(term.renamed(from, to)),
            Goal::Assign(name, term) => Goal::Assign(name.clone(), term.renamed(from, to)),
            Goal::Some(name, list) => Goal::Some(name.clone(), list.renamed(from, to)),
            Goal::Every(name, list, body) => {
                let body = body.iter().map(|goal| goal.renamed(from, to)).collect();
                Goal::Every(name.clone(), list.renamed(from, to), body)
            }
        }
    }
}

/// Adds the variables that the goals read; gives those that they introduce.
pub(super) fn goals_variables(goals: &[Goal], found: &mut Vec<String>) -> Vec<String> {
    let mut own = Vec::new();
    for goal in goals {
        match goal {
            Goal::Is(term) | Goal::Not(term) => term.variables(found),
            Goal::Assign(name, term) | Goal::Some(name, term) => {
                term.variables(found);
                own.push(name.clone());
            }
            Goal::Every(name, list, body) => {
                list.variables(found);
                let mut inside = Vec::new();
                let mut bound = goals_variables(body, &mut inside);
                bound.push(name.clone());
                for variable in inside {
                    if !bound.contains(&variable) && !found.contains(&variable) {
                        found.push(variable);
                    }
                }
            }
        }
    }
    found.retain(|name| !own.contains(name));
    own
}
