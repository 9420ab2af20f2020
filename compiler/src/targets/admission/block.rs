//! A block as the validations of one policy object: one for each requirement, with what is said when it does not hold.

use super::cel::{Cel, Macro};
use super::lower::Lowering;
use crate::core::{Expr, ExprKind, LocalId, Message, Part, Stmt, StmtKind};
use crate::source::Span;
use crate::value::render::{ABSENT, UNKNOWN, escape};

/// A requirement in CEL.
#[derive(Debug)]
pub(super) struct Validation {
    /// What surely holds.
    pub(super) holds: Cel,
    /// What is said when it does not, with its values.
    pub(super) told: Cel,
    /// The same without values.
    pub(super) text: String,
    /// The statement.
    pub(super) span: Span,
}

/// What stands around a requirement.
enum Frame<'a> {
    /// A filter of the block, or of one element: it must be known; where it is false nothing is asked.
    Filter(&'a Expr),
    /// A branch: what is in it counts unless the condition surely leads elsewhere.
    Branch { condition: &'a Expr, taken: bool },
    /// A name whose value may be absent, which is told elsewhere.
    Bound(&'a Expr),
    /// A list that is made from another one: whether each element is in it must be known.
    Made(&'a Expr),
    /// For each element of a list.
    Each { local: LocalId, list: &'a Expr },
}

/// The requirement at the heart.
#[derive(Clone, Copy)]
enum Heart<'a> {
    Condition(&'a Expr),
    Present(&'a Expr),
}

/// The validations of a block, in the order of the text.
pub(super) fn validations<'a>(lowering: &mut Lowering<'a>) -> Vec<Validation> {
    let block = lowering.block;
    let mut walk = Walk { lowering, frames: Vec::new(), found: Vec::new(), seen: Vec::new() };
    walk.frames.extend(block.filter.as_ref().map(Frame::Filter));
    walk.statements(&block.body);
    walk.found
}

struct Walk<'w, 'a> {
    lowering: &'w mut Lowering<'a>,
    frames: Vec<Frame<'a>>,
    found: Vec<Validation>,
    /// Statements that stand here already: a binding may stand in several places (see [`StmtKind::Bind`]).
    seen: Vec<u32>,
}

impl<'a> Walk<'_, 'a> {
    fn statements(&mut self, statements: &'a [Stmt]) {
        for stmt in statements {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        let depth = self.frames.len();
        match &stmt.kind {
            StmtKind::Require { condition, message, .. } => self.require(stmt, Heart::Condition(condition), message),
            StmtKind::Let { local, value } => self.lowering.bind(*local, value),
            StmtKind::Bind { local, value, message, then } => {
                self.require(stmt, Heart::Present(value), message);
                self.lowering.bind(*local, value);
                self.frames.push(Frame::Bound(value));
                self.statements(then);
            }
            StmtKind::For { local, list, filter, body } => {
                self.each(*local, list);
                self.frames.extend(filter.as_ref().map(Frame::Filter));
                self.statements(body);
            }
            StmtKind::When { condition, then, otherwise } => {
                for (branch, taken) in [(then, true), (otherwise, false)] {
                    self.frames.push(Frame::Branch { condition, taken });
                    self.statements(branch);
                    self.frames.truncate(depth);
                }
            }
            StmtKind::Quota { .. } => self.lowering.refuse(stmt.span, "a quota"),
        }
        self.frames.truncate(depth);
    }

    /// For each element of a list; of a made one, for each element of the other list that its filter lets through.
    fn each(&mut self, local: LocalId, list: &'a Expr) {
        let ExprKind::Collect { local: inner, list: from, filter, element } = &list.kind else {
            self.frames.push(Frame::Each { local, list });
            return;
        };
        self.frames.push(Frame::Made(list));
        self.each(*inner, from);
        self.frames.extend(filter.as_deref().map(Frame::Filter));
        self.lowering.bind(local, element);
    }

    fn require(&mut self, stmt: &Stmt, heart: Heart<'a>, message: &'a Message) {
        if matches!(heart, Heart::Present(_)) {
            if self.seen.contains(&stmt.id) {
                return;
            }
            self.seen.push(stmt.id);
        }
        let frames = std::mem::take(&mut self.frames);
        self.lowering.unsure = false;
        let holds = holds(self.lowering, &frames, heart);
        let is_decided = !self.lowering.unsure;
        let fails = fails(self.lowering, &frames, heart);
        let told = told(self.lowering, &frames, heart, message);
        let text = self.plain(message);
        // Where nothing can be unknown, what does not hold is violated.
        let told = match is_decided {
            true => told,
            false => Cel::choice(fails, told, Cel::text(format!("it cannot be decided whether this holds: {text}"))),
        };
        self.frames = frames;
        self.found.push(Validation { holds, told, text, span: stmt.span });
    }

    /// The message without values: each hole as it is written.
    fn plain(&self, message: &Message) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => in_one_line(text),
            Part::Value(value) => match value.as_const() {
                Some(value) => crate::targets::shown_constant(self.lowering.project, value),
                None => "…".to_owned(),
            },
            Part::Label(_) => UNKNOWN.to_owned(),
        };
        message.parts.iter().map(part).collect()
    }
}

/// When a requirement surely holds, with all that stands around it.
fn holds<'a>(lowering: &mut Lowering<'a>, frames: &[Frame<'a>], heart: Heart<'a>) -> Cel {
    let Some((frame, rest)) = frames.split_first() else {
        return match heart {
            Heart::Condition(condition) => lowering.surely(condition),
            Heart::Present(value) => lowering.value(value).present(),
        };
    };
    match frame {
        Frame::Filter(filter) => {
            let (out, known) = (lowering.surely_not(filter), lowering.decided(filter));
            Cel::any([out, Cel::all([known, holds(lowering, rest, heart)])])
        }
        Frame::Branch { condition, taken } => {
            let elsewhere = if *taken { lowering.surely_not(condition) } else { lowering.surely(condition) };
            Cel::any([elsewhere, holds(lowering, rest, heart)])
        }
        Frame::Made(list) => Cel::all([lowering.filters_known(list), holds(lowering, rest, heart)]),
        Frame::Bound(value) => {
            let absent = lowering.value(value).absent();
            Cel::any([absent, holds(lowering, rest, heart)])
        }
        Frame::Each { local, list } => {
            lowering.for_each(*local, list, true, &mut |lowering| holds(lowering, rest, heart))
        }
    }
}

/// When it is surely violated.
fn fails<'a>(lowering: &mut Lowering<'a>, frames: &[Frame<'a>], heart: Heart<'a>) -> Cel {
    let Some((frame, rest)) = frames.split_first() else {
        return match heart {
            Heart::Condition(condition) => lowering.surely_not(condition),
            Heart::Present(value) => lowering.value(value).absent(),
        };
    };
    let guard = match frame {
        Frame::Filter(filter) => lowering.surely(filter),
        Frame::Branch { condition, taken: true } => lowering.surely(condition),
        Frame::Branch { condition, taken: false } => lowering.surely_not(condition),
        Frame::Bound(value) => lowering.value(value).present(),
        Frame::Made(list) => lowering.filters_known(list),
        Frame::Each { local, list } => {
            return lowering.for_each(*local, list, false, &mut |lowering| fails(lowering, rest, heart));
        }
    };
    Cel::all([guard, fails(lowering, rest, heart)])
}

/// What is said: the message, or those of all elements that fail.
fn told<'a>(lowering: &mut Lowering<'a>, frames: &[Frame<'a>], heart: Heart<'a>, message: &'a Message) -> Cel {
    let each = frames.iter().position(|frame| matches!(frame, Frame::Each { .. }));
    let Some((position, Frame::Each { local, list })) = each.and_then(|at| Some((at, frames.get(at)?))) else {
        return text(lowering, message);
    };
    let rest = &frames[position + 1..];
    let list = lowering.value(list).term;
    lowering.element(*local, |lowering, name| {
        let failing = Cel::each(list, Macro::Filter, name, fails(lowering, rest, heart));
        let said = Cel::each(failing, Macro::Map, name, told(lowering, rest, heart, message));
        said.method("join", vec![Cel::text("; ")])
    })
}

/// The text of a message, whatever is missing.
fn text<'a>(lowering: &mut Lowering<'a>, message: &'a Message) -> Cel {
    let mut parts: Vec<Cel> = Vec::new();
    for part in &message.parts {
        let next = match part {
            Part::Text(text) => Cel::text(in_one_line(text)),
            Part::Label(_) => Cel::text(UNKNOWN),
            Part::Value(value) => match value.as_const() {
                Some(value) => Cel::text(crate::targets::shown_constant(lowering.project, value)),
                None => shown(lowering, value),
            },
        };
        match (parts.last_mut(), next) {
            (Some(Cel::Text(before)), Cel::Text(more)) => before.push_str(&more),
            (_, next) => parts.push(next),
        }
    }
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_else(|| Cel::text(""));
    parts.fold(first, |text, part| text.infix("+", part))
}

/// A text of the policy without what the server refuses in a message, or drops a warning for.
fn in_one_line(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\r' => " ".to_owned(),
        other => escape(other).map_or_else(|| other.to_string(), str::to_owned),
    };
    text.chars().map(shown).collect()
}

fn shown<'a>(lowering: &mut Lowering<'a>, expr: &'a Expr) -> Cel {
    let value = lowering.value(expr);
    let missing = Cel::choice(value.known.clone(), Cel::text(ABSENT), Cel::text(UNKNOWN));
    Cel::choice(value.present(), Cel::Call("string", vec![value.term]), missing)
}
