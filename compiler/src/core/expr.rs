//! Blocks, statements and expressions, and what each of them means.
//!
//! # Outcomes
//!
//! Evaluating an expression for one instance gives one of three outcomes:
//!
//! - **a value** of the expression's type;
//! - **absent**: nothing is there. Only expressions whose [`Expr::optional`] is set can be absent, and the checker lets them stand only
//!   where a form below says what absence does;
//! - **unknown**: it cannot be known, with a reason. Unknown is contagious except where a form says otherwise.
//!
//! Values are read lazily. A field, an element or an index judges the type of what it reads, and of nothing below: an unread wrong value
//! has no effect. Wrong-typed is *unknown*. Each type says in [`crate::value`] which JSON it accepts; JSON `null` is absent, except as an
//! element of a list, where it is wrong-typed; text that is no variant of an enum is wrong-typed.
//!
//! A condition is an expression of type `Bool`: true, false or unknown. Optional operands of a `require` (design §4) are made explicit
//! when the core is built: `a.b == 1` with `b` optional is `has a.b and a.b == 1`. So no form below needs a rule for "false if absent".
//!
//! # Decisions
//!
//! A block's decision for one instance (design §4) follows from its filter and its statements; see [`Block`] and [`StmtKind`].

use super::types::{Const, RecordId, Type};
use crate::pattern::Pattern;
use crate::source::Span;
use crate::syntax::ast::{Quantifier, Sharing, Stage, SumOp};
use crate::value::{Decimal, Duration};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a control requires of one kind of subject.
///
/// - filter false: `not_applicable`, whatever the statements;
/// - filter unknown: `indeterminate`;
/// - otherwise the statements decide: `violated` if any is violated, else `indeterminate` if any is unknown, else `pass`.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its number within the control, from 0; stable as long as the blocks before it stay.
    pub index: u32,
    /// When in the life of the system.
    pub stage: Stage,
    /// What it is about: a subject, an asset kind (at `source`), or a metric set.
    pub subject: RecordId,
    /// The name of the instance in the block.
    pub name: SmolStr,
    /// Which instances it applies to.
    pub filter: Option<Expr>,
    /// The rules.
    pub body: Vec<Stmt>,
    /// The names of the locals, by id.
    pub locals: Vec<Local>,
    /// The head of the block: `operations on pod`.
    pub span: Span,
}

/// A name that a block binds.
#[derive(Debug, Clone)]
pub struct Local {
    /// The name.
    pub name: SmolStr,
    /// The type of its value.
    pub ty: Type,
    /// Where it is bound.
    pub span: Span,
}

/// Identifies a [`Local`] of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalId(pub u32);

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// Its number within the block, in the order of the text, from 0. Messages are ordered by it.
    pub id: u32,
    /// What it says.
    pub kind: StmtKind,
    /// The whole statement.
    pub span: Span,
}

/// The kinds of statement. A statement *holds*, is *violated* (with messages), or is *unknown*.
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// Holds if the condition is true, is violated if it is false, unknown if it is unknown.
    Require {
        /// What must hold.
        condition: Expr,
        /// What is said when it does not.
        message: Message,
        /// At `monitor`: how long it must have failed.
        after: Option<Duration>,
    },
    /// Names a value for the statements that follow in the same list. Always holds: an unknown value has its effect where it is used.
    Let {
        /// The name.
        local: LocalId,
        /// Its value; never absent.
        value: Expr,
    },
    /// Names a value that must be there. Absent: violated with the message, and `then` is not decided. Present: as `then`.
    /// Unknown: unknown, and `then` is decided with the name unknown.
    /// `then` holds the statements that use the name, or a name made from it; those that do not stand after this one. A statement
    /// that needs several names stands under the first, with copies of the bindings of the others: so one [`Stmt::id`] may stand in
    /// several places, where it means the same.
    Bind {
        /// The name.
        local: LocalId,
        /// Its value; may be absent.
        value: Expr,
        /// What is said when it is absent.
        message: Message,
        /// The statements that need it.
        then: Vec<Stmt>,
    },
    /// For each element whose filter is true: the body. The list unknown: unknown. An element's filter unknown: unknown for that element.
    /// Violated if any element's body is, else unknown if any is, else holds; so an empty list holds.
    For {
        /// The element.
        local: LocalId,
        /// The list.
        list: Expr,
        /// Which elements.
        filter: Option<Expr>,
        /// What is decided for each.
        body: Vec<Stmt>,
    },
    /// True: as `then`; false: as `otherwise`. Unknown: holds if both branches hold, else unknown.
    When {
        /// Which branch.
        condition: Expr,
        /// If it is true.
        then: Vec<Stmt>,
        /// If it is false.
        otherwise: Vec<Stmt>,
    },
    /// At `gateway`: a token bucket for each key, full at the start. Only a sequence of requests decides it; for one instance it is unknown.
    Quota {
        /// What is taken from the bucket.
        amount: Expr,
        /// Whose bucket.
        key: Expr,
        /// Its size and how fast it refills.
        limit: Expr,
        /// Whether replicas count together; `None` leaves it to the target.
        sharing: Option<Sharing>,
        /// What is said to those over it.
        message: Message,
    },
}

/// What is said to people. Rendering never changes a decision.
#[derive(Debug, Clone)]
pub struct Message {
    /// Text and holes, in order.
    pub parts: Vec<Part>,
    /// The literal.
    pub span: Span,
}

/// A part of a [`Message`].
#[derive(Debug, Clone)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// The value, `(absent)` or `(unknown)`; [`crate::value::render`] says how each type prints.
    Value(Expr),
    /// A label of a series, at `monitor`.
    Label(SmolStr),
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// Its form.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
    /// Where it was written.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// The constant.
    Const(Const),
    /// A list of these elements. Elements are never absent; an unknown element stays unknown until it is read.
    List(Vec<Expr>),
    /// The instance that is decided about.
    Subject,
    /// The value bound to the name.
    Local(LocalId),
    /// A parameter of the control. Only in [`Control::blocks`](super::Control); policies put the argument in its place.
    Param(u32),
    /// A field. The base absent: absent. The base unknown: unknown.
    /// Nothing there, or null: the field's default; without one, absent if the field is optional, else unknown.
    /// Wrong-typed: unknown. A field whose type is evidence: unknown while the document is not bound to the instance, not of a known
    /// version or not valid (unless the policy accepts that weakening), with that reason.
    Field {
        /// The object.
        base: Box<Expr>,
        /// The record that declares the field.
        record: RecordId,
        /// The field's position in the record.
        index: u32,
    },
    /// `m[key]`. The base absent: absent. Nothing there: absent. The base or the key unknown: unknown.
    Key {
        /// The map.
        map: Box<Expr>,
        /// The key, a `Text`.
        key: Box<Expr>,
    },
    /// `xs[i]`, from 0. The base absent, or no such element: absent. The base or the index unknown: unknown.
    Element {
        /// The list.
        list: Box<Expr>,
        /// The position, an `Int`; negative is no element.
        index: Box<Expr>,
    },
    /// Present: that value; absent: the second; unknown: unknown.
    Coalesce(Box<Expr>, Box<Expr>),
    /// Present: true; absent: false; unknown: unknown.
    Has(Box<Expr>),
    /// Kleene's not.
    Not(Box<Expr>),
    /// Kleene's and, over any number: false if any is false, else unknown if any is unknown, else true.
    And(Vec<Expr>),
    /// Kleene's or, over any number: true if any is true, else unknown if any is unknown, else false.
    Or(Vec<Expr>),
    /// Compares two values of one type; an operand that is unknown or absent makes it unknown. Digests of different algorithms: unknown.
    Compare {
        /// How.
        op: Comparison,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// Compares `part / whole` with a bound, exactly. `whole` not above 0, or `part` below 0: unknown.
    Share {
        /// How.
        op: Comparison,
        /// An `Int`.
        part: Box<Expr>,
        /// An `Int`.
        whole: Box<Expr>,
        /// What the share is compared with.
        bound: Box<Expr>,
    },
    /// As `Or` of `item == element` for every element of the list. The list unknown: unknown.
    In {
        /// The item.
        item: Box<Expr>,
        /// The list.
        list: Box<Expr>,
    },
    /// Whether the whole text matches.
    Matches {
        /// The text.
        text: Box<Expr>,
        /// The pattern, a constant or a parameter.
        pattern: Box<Expr>,
    },
    /// As `And` (all) or `Or` (any) of the body for every element; the list unknown: unknown.
    Quantified {
        /// Which.
        quantifier: Quantifier,
        /// The element.
        local: LocalId,
        /// The list.
        list: Box<Expr>,
        /// What is asked of each.
        body: Box<Expr>,
    },
    /// The elements whose filter is true, mapped. The list unknown, or the filter unknown for any element: unknown.
    Collect {
        /// The element.
        local: LocalId,
        /// The list.
        list: Box<Expr>,
        /// Which elements.
        filter: Option<Box<Expr>>,
        /// What each becomes.
        element: Box<Expr>,
    },
    /// How many elements a list has, or entries a map; nothing of them is read. Absent: absent.
    Count(Box<Expr>),
    /// `now` minus the time, in whole milliseconds, rounded down. A time more than five minutes after `now`: unknown.
    Age(Box<Expr>),
    /// Terms added or taken away, within one dimension. The compiler has bounded the result: it cannot overflow.
    Sum(Vec<(SumOp, Expr)>),
    /// The value times a whole number.
    Scale(Box<Expr>, i64),
    /// At `source`: every asset that can be reached from this one by following these attributes, once each, in the order of declaration.
    Reach {
        /// Where it starts; not itself part of the result unless it can be reached.
        from: Box<Expr>,
        /// The attributes followed.
        through: Vec<SmolStr>,
    },
    /// At `source`: every declared asset that names this one in an attribute, in the order of declaration.
    UsersOf(Box<Expr>),
    /// At `monitor`: a function of the monitoring system over a metric; its values are that system's own. Unknown everywhere else.
    Series(Box<Series>),
}

/// A function of a monitoring system over a metric.
#[derive(Debug, Clone)]
pub struct Series {
    /// The function.
    pub function: SeriesFunction,
    /// The metric.
    pub metric: RecordId,
    /// The window.
    pub over: Duration,
    /// The labels that make an instance.
    pub by: Vec<SmolStr>,
}

/// Functions over a window of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesFunction {
    /// By how much a counter grew.
    Increase,
    /// How fast a counter grew, in a second.
    Rate,
    /// The mean of a gauge.
    Avg,
    /// The least of a gauge.
    Min,
    /// The greatest of a gauge.
    Max,
}

/// Comparisons of two values of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

impl Comparison {
    /// Whether the comparison holds between two values in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Eq => order.is_eq(),
            Comparison::Ne => order.is_ne(),
            Comparison::Lt => order.is_lt(),
            Comparison::Le => order.is_le(),
            Comparison::Gt => order.is_gt(),
            Comparison::Ge => order.is_ge(),
        }
    }

    /// The comparison that holds exactly when this one does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Comparison::Eq => Comparison::Ne,
            Comparison::Ne => Comparison::Eq,
            Comparison::Lt => Comparison::Ge,
            Comparison::Le => Comparison::Gt,
            Comparison::Gt => Comparison::Le,
            Comparison::Ge => Comparison::Lt,
        }
    }

    /// As it is written, in the language and in every engine's.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Eq => "==",
            Comparison::Ne => "!=",
            Comparison::Lt => "<",
            Comparison::Le => "<=",
            Comparison::Gt => ">",
            Comparison::Ge => ">=",
        }
    }
}

impl Expr {
    /// A constant of a type.
    pub fn constant(value: Const, ty: Type, span: Span) -> Self {
        Self { kind: ExprKind::Const(value), ty, optional: false, span }
    }

    /// The constant, if it is one.
    pub fn as_const(&self) -> Option<&Const> {
        match &self.kind {
            ExprKind::Const(value) => Some(value),
            _ => None,
        }
    }

    /// The pattern of a constant of type `Pattern`.
    pub fn as_pattern(&self) -> Option<&Arc<Pattern>> {
        match self.as_const() {
            Some(Const::Pattern(pattern)) => Some(pattern),
            _ => None,
        }
    }

    /// The decimal of a constant of type `Ratio`.
    pub fn as_ratio(&self) -> Option<&Decimal> {
        match self.as_const() {
            Some(Const::Ratio(ratio)) => Some(ratio),
            _ => None,
        }
    }
}
