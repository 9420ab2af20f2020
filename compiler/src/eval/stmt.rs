//! What each statement decides; the statements and their meaning are in [`crate::core::expr`].

use super::Outcome;
use super::expr::Evaluator;
use super::place::Unknown;
use super::trace::{Answer, Branch};
use crate::core::{Block, Expr, LocalId, Message, Stmt, StmtKind};
use crate::syntax::ast::Decision;
use std::collections::BTreeSet;

/// How many reasons an outcome gives at most: the first ones, in the order of the text.
const MOST_REASONS: usize = 10;

/// What became of statements. Together they are what the greatest of them is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Holds,
    Unknown,
    Violated,
}

/// What was found on the way.
#[derive(Default)]
struct Findings {
    messages: BTreeSet<(u32, String)>,
    reasons: Vec<String>,
    reached: BTreeSet<Branch>,
}

/// Decides a block about one instance.
pub(super) struct Decider<'a> {
    evaluator: Evaluator<'a>,
    findings: Findings,
}

impl<'a> Decider<'a> {
    pub(super) fn new(evaluator: Evaluator<'a>) -> Self {
        Self { evaluator, findings: Findings::default() }
    }

    pub(super) fn decide(mut self, block: &'a Block) -> Outcome {
        let decision = match self.filter(None, block.filter.as_ref()) {
            Ok(false) => Decision::NotApplicable,
            Err(reason) => {
                self.unknown(&reason);
                Decision::Indeterminate
            }
            Ok(true) => match self.statements(&block.body) {
                State::Holds => Decision::Pass,
                State::Unknown => Decision::Indeterminate,
                State::Violated => Decision::Violated,
            },
        };
        let mut texts = BTreeSet::new();
        let messages = self.findings.messages.into_iter().map(|(_, text)| text);
        Outcome {
            decision,
            messages: messages.filter(|text| texts.insert(text.clone())).collect(),
            reasons: self.findings.reasons,
            reached: self.findings.reached,
        }
    }

    /// Every statement is decided, whatever became of the others.
    fn statements(&mut self, statements: &'a [Stmt]) -> State {
        let names = self.evaluator.enter();
        let state = statements.iter().map(|stmt| self.statement(stmt)).max();
        self.evaluator.leave(names);
        state.unwrap_or(State::Holds)
    }

    fn statement(&mut self, stmt: &'a Stmt) -> State {
        match &stmt.kind {
            StmtKind::Require { condition, message, .. } => match self.condition(Some(stmt.id), condition) {
                Ok(true) => State::Holds,
                Ok(false) => self.violated(stmt.id, message),
                Err(reason) => self.unknown(&reason),
            },
            StmtKind::Let { local, value } => {
                let outcome = self.evaluator.evaluate(value);
                self.evaluator.bind(*local, outcome);
                State::Holds
            }
            StmtKind::Bind { local, value, message, then } => self.let_or_else(stmt.id, *local, value, message, then),
            StmtKind::For { local, list, filter, body } => self.each(stmt.id, *local, list, filter.as_ref(), body),
            StmtKind::When { condition, then, otherwise } => match self.condition(Some(stmt.id), condition) {
                Ok(true) => self.statements(then),
                Ok(false) => self.statements(otherwise),
                Err(reason) => self.either(&reason, then, otherwise),
            },
            StmtKind::Quota { .. } => self.unknown(&Unknown::new("a quota is decided over a sequence of requests")),
        }
    }

    fn let_or_else(
        &mut self,
        id: u32,
        local: LocalId,
        value: &'a Expr,
        message: &'a Message,
        then: &'a [Stmt],
    ) -> State {
        let outcome = self.evaluator.evaluate(value);
        let here = match &outcome {
            Ok(Some(_)) => {
                self.reached(Some(id), Answer::True);
                State::Holds
            }
            Ok(None) => {
                self.reached(Some(id), Answer::False);
                return self.violated(id, message);
            }
            Err(reason) => {
                self.reached(Some(id), Answer::Unknown);
                self.unknown(reason)
            }
        };
        let names = self.evaluator.enter();
        self.evaluator.bind(local, outcome);
        let state = self.statements(then);
        self.evaluator.leave(names);
        here.max(state)
    }

    fn each(&mut self, id: u32, local: LocalId, list: &'a Expr, filter: Option<&'a Expr>, body: &'a [Stmt]) -> State {
        let list = match self.evaluator.value(list).and_then(|list| list.list()) {
            Ok(list) => list,
            Err(reason) => return self.unknown(&reason),
        };
        let mut state = State::Holds;
        for element in list.elements(self.evaluator.context.project) {
            let names = self.evaluator.enter();
            self.evaluator.bind(local, element.map(Some));
            state = state.max(match self.filter(Some(id), filter) {
                Ok(true) => self.statements(body),
                Ok(false) => State::Holds,
                Err(reason) => self.unknown(&reason),
            });
            self.evaluator.leave(names);
        }
        state
    }

    /// A `when` of which it is not known which branch it takes: what the branches find is not a finding.
    fn either(&mut self, reason: &Unknown, then: &'a [Stmt], otherwise: &'a [Stmt]) -> State {
        let findings = std::mem::take(&mut self.findings);
        let state = self.statements(then).max(self.statements(otherwise));
        self.findings = findings;
        if state == State::Holds { State::Holds } else { self.unknown(reason) }
    }

    fn filter(&mut self, statement: Option<u32>, filter: Option<&'a Expr>) -> Result<bool, Unknown> {
        match filter {
            Some(filter) => self.condition(statement, filter),
            None => {
                self.reached(statement, Answer::True);
                Ok(true)
            }
        }
    }

    fn condition(&mut self, statement: Option<u32>, condition: &'a Expr) -> Result<bool, Unknown> {
        let truth = self.evaluator.condition(condition);
        self.reached(
            statement,
            match truth {
                Ok(true) => Answer::True,
                Ok(false) => Answer::False,
                Err(_) => Answer::Unknown,
            },
        );
        truth
    }

    fn reached(&mut self, statement: Option<u32>, answer: Answer) {
        self.findings.reached.insert(Branch { statement, answer });
    }

    fn violated(&mut self, id: u32, message: &'a Message) -> State {
        let text = self.evaluator.render(message);
        self.findings.messages.insert((id, text));
        State::Violated
    }

    fn unknown(&mut self, reason: &Unknown) -> State {
        let reasons = &mut self.findings.reasons;
        if reasons.len() < MOST_REASONS && !reasons.iter().any(|known| known == reason.reason()) {
            reasons.push(reason.reason().to_owned());
        }
        State::Unknown
    }
}
