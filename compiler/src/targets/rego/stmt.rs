//! Statements: what makes a list of them hold, and the rules that find what is violated.

use super::lower::{Bound, Lowering};
use super::print::{Head, Rule};
use super::rails::Cond;
use super::term::{Goal, Term};
use crate::core::{Expr, ExprKind, LocalId, Message, Stmt, StmtKind};

/// What must be so for a statement to be decided at all, from the outside in.
#[derive(Clone)]
enum Guard {
    /// The statement stands in this loop.
    Each(String, Term),
    /// The statement stands in this branch, or the element is wanted.
    When(Cond),
    /// The statement stands after a name whose value may be absent: it is decided unless that is surely absent.
    Bound {
        /// That the value is there.
        present: Cond,
        /// That it is surely absent.
        absent: Cond,
    },
}

impl Lowering<'_> {
    /// What makes all of the statements surely hold.
    pub(super) fn statements_hold(&mut self, block: &str, statements: &[Stmt]) -> Cond {
        let parts: Vec<Cond> = statements.iter().map(|stmt| self.statement_holds(block, stmt)).collect();
        Cond::all(parts)
    }

    fn statement_holds(&mut self, block: &str, stmt: &Stmt) -> Cond {
        let holds = self.holding(block, stmt);
        self.enter(block, stmt, "holds");
        self.settle(holds)
    }

    fn holding(&mut self, block: &str, stmt: &Stmt) -> Cond {
        self.enter(block, stmt, "holds");
        match &stmt.kind {
            StmtKind::Require { condition, .. } => self.rail(condition, true),
            StmtKind::Let { local, value } => {
                self.bind_let(block, *local, value);
                Cond::ALWAYS
            }
            StmtKind::Bind { local, value, then, .. } => {
                let present = self.present(value);
                self.bind_let(block, *local, value);
                let rest = self.statements_hold(block, then);
                Cond::all([present, rest])
            }
            StmtKind::For { local, list, filter, body } => {
                let list = self.value(list);
                let variable = self.element(*local);
                let sides = filter.as_ref().map(|filter| (self.rail(filter, true), self.rail(filter, false)));
                let body = self.statements_hold(block, body);
                let each = match sides {
                    Some((wanted, unwanted)) => Cond::any([unwanted, Cond::all([wanted, body])]),
                    None => body,
                };
                Cond::every(&variable, list, each)
            }
            StmtKind::When { condition, then, otherwise } => {
                let (yes, no) = (self.rail(condition, true), self.rail(condition, false));
                let then = self.statements_hold(block, then);
                let otherwise = self.statements_hold(block, otherwise);
                match (then.is_always(), otherwise.is_always()) {
                    (true, true) => Cond::ALWAYS,
                    (false, true) => Cond::any([no, then]),
                    (true, false) => Cond::any([yes, otherwise]),
                    (false, false) => Cond::any([
                        Cond::all([yes, then.clone()]),
                        Cond::all([no, otherwise.clone()]),
                        Cond::all([then, otherwise]),
                    ]),
                }
            }
            StmtKind::Quota { amount, .. } => {
                self.refuse_condition(amount.span, "a quota, which only a sequence of requests decides")
            }
        }
    }

    /// The rules that find what is violated, in the order of the text.
    pub(super) fn violations(&mut self, block: &str, statements: &[Stmt]) -> Vec<Rule> {
        let mut rules = Vec::new();
        self.find(block, statements, &[], &mut rules);
        // A statement that needs a name stands inside the one that gives it, so it is not met in the order of the text.
        rules.sort_by_key(|(id, _)| *id);
        rules.into_iter().map(|(_, rule)| rule).collect()
    }

    fn find(&mut self, block: &str, statements: &[Stmt], guards: &[Guard], rules: &mut Vec<(u32, Rule)>) {
        for stmt in statements {
            self.enter(block, stmt, "fails");
            match &stmt.kind {
                StmtKind::Require { condition, message, .. } => {
                    let fails = self.rail(condition, false);
                    self.violation(block, stmt, guards, fails, message, rules);
                }
                StmtKind::Let { local, value } => self.bind_let(block, *local, value),
                StmtKind::Bind { local, value, message, then } => {
                    let (present, absent) = (self.present(value), self.absent(value));
                    self.violation(block, stmt, guards, absent.clone(), message, rules);
                    self.bind_let(block, *local, value);
                    let guard = Guard::Bound { present, absent };
                    self.find(block, then, &[guards, &[guard]].concat(), rules);
                }
                StmtKind::For { local, list, filter, body } => {
                    let list = self.value(list);
                    let mut inside = guards.to_vec();
                    inside.push(Guard::Each(self.element(*local), list));
                    if let Some(filter) = filter {
                        inside.push(Guard::When(self.rail(filter, true)));
                    }
                    self.find(block, body, &inside, rules);
                }
                StmtKind::When { condition, then, otherwise } => {
                    for (branch, surely) in [(then, true), (otherwise, false)] {
                        self.enter(block, stmt, "fails");
                        let guard = Guard::When(self.rail(condition, surely));
                        self.find(block, branch, &[guards, &[guard]].concat(), rules);
                    }
                }
                StmtKind::Quota { amount, .. } => {
                    self.refuse(amount.span, "a quota, which only a sequence of requests decides");
                }
            }
        }
    }

    fn violation(
        &mut self,
        block: &str,
        stmt: &Stmt,
        guards: &[Guard],
        fails: Cond,
        message: &Message,
        rules: &mut Vec<(u32, Rule)>,
    ) {
        self.enter(block, stmt, "fails");
        let mut found = fails;
        for guard in guards.iter().rev() {
            found = match guard {
                Guard::Each(variable, list) => Cond::some(variable, list.clone(), found),
                Guard::When(cond) => Cond::all([cond.clone(), found]),
                // A violation that reads the value cannot be found where it is absent.
                Guard::Bound { present, .. } if present.is_read_by(std::iter::once(&found)) => found,
                Guard::Bound { absent, .. } => Cond::all([Cond::unless(absent.clone()), found]),
            };
        }
        if found.is_never() {
            return;
        }
        let text = self.message(message, &found);
        text.variables(&mut self.kept);
        let body = if found.is_always() { Vec::new() } else { self.goals(&found) };
        self.kept.clear();
        let id = Term::word(stmt.id.to_string());
        let name = format!("{block}_violations");
        let constant = matches!(text, Term::Word(_));
        let mut rule = if constant {
            Rule::new(Head::Contains(name, Term::Array(vec![id, text])), body)
        } else {
            let value = Term::Array(vec![id, Term::Var("message".to_owned())]);
            let assign = Goal::Assign("message".to_owned(), text);
            Rule::new(Head::Contains(name, value), body.into_iter().chain([assign]).collect())
        };
        rule.comments = vec![self.sources.place(stmt.span)];
        rules.push((stmt.id, rule));
    }

    /// The text of a message, where `found` holds.
    pub(super) fn message(&mut self, message: &Message, found: &Cond) -> Term {
        let read = found.read();
        self.text_of(message, &read)
    }

    /// Names a value. A path is put where the name stands; anything else becomes a helper with that name.
    fn bind_let(&mut self, block: &str, local: LocalId, value: &Expr) {
        let name = format!("{block}_{}", self.local_name(local));
        self.naming = Some(name.clone());
        let term = self.value(value);
        self.naming = None;
        let bound = match &value.kind {
            ExprKind::Field { .. } | ExprKind::Local(_) | ExprKind::Key { .. } | ExprKind::Subject => {
                let raw = self.raw(value);
                if raw == term { Bound::Value(term) } else { Bound::Raw(raw) }
            }
            ExprKind::Const(_) => Bound::Value(term),
            _ if term.is_helper(&name) => Bound::Value(term),
            _ => Bound::Value(self.define(&name, vec![(term, Cond::ALWAYS)])),
        };
        self.bind(local, bound);
    }

    fn enter(&mut self, block: &str, stmt: &Stmt, purpose: &'static str) {
        self.prefix = format!("{block}_{}", stmt.id);
        self.purpose = purpose;
    }
}
