//! Short names for the forms of the core.

use super::project::{DATASET, FINDING, MODEL, PROJECT, RELEASE, REQUESTS, record};
use crate::core::expr::{Series, SeriesFunction};
use crate::core::{
    Block, Comparison, Const, Expr, ExprKind, Local, LocalId, Message, Part, RecordId, Stmt, StmtKind, Type,
};
use crate::source::Span;
use crate::syntax::ast::{Quantifier, Stage, SumOp};
use crate::value::Scalar;
use smol_str::SmolStr;

/// The one local that most tests need.
pub const X: LocalId = LocalId(0);

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, optional: false, span: Span::default() }
}

fn condition(kind: ExprKind) -> Expr {
    expr(kind, Type::Bool)
}

pub fn subject_of(index: usize) -> Expr {
    expr(ExprKind::Subject, Type::Record(record(index)))
}

/// A field of the release, and of what that holds: `part.level`.
pub fn get(path: &str) -> Expr {
    of(subject_of(RELEASE), path)
}

/// A field of a declared asset that is the subject itself.
pub fn get_model(path: &str) -> Expr {
    of(this_model(), path)
}

pub fn this_model() -> Expr {
    expr(ExprKind::Subject, Type::Asset(record(MODEL)))
}

/// A field of an expression, and of what that holds.
pub fn of(base: Expr, path: &str) -> Expr {
    path.split('.').fold(base, |base, name| {
        let (Type::Record(id) | Type::Asset(id)) = base.ty else { panic!("`{name}` of {:?}", base.ty) };
        let (index, _, field) = PROJECT.record(id).fields.get_full(name).expect(name);
        let optional = field.optional || base.optional;
        let kind = ExprKind::Field { base: Box::new(base), record: id, index: index as u32 };
        Expr { kind, ty: field.ty.clone(), optional, span: Span::default() }
    })
}

pub fn lit(value: Const, ty: Type) -> Expr {
    Expr::constant(value, ty, Span::default())
}

pub fn int(value: i64) -> Expr {
    lit(Const::Int(value), Type::Int)
}

pub fn boolean(value: bool) -> Expr {
    lit(Const::Bool(value), Type::Bool)
}

pub fn text(value: &str) -> Expr {
    lit(Const::Text(value.into()), Type::Text)
}

pub fn parsed<T: Scalar>(literal: &str, wrap: impl Fn(T) -> Const, ty: Type) -> Expr {
    match T::parse_literal(literal) {
        Ok(value) => lit(wrap(value), ty),
        Err(error) => panic!("{literal}: {error}"),
    }
}

/// `X` as an element of a list.
pub fn x(ty: Type) -> Expr {
    expr(ExprKind::Local(X), ty)
}

pub fn part() -> Expr {
    x(Type::Record(record(FINDING)))
}

pub fn compare(op: Comparison, left: Expr, right: Expr) -> Expr {
    condition(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
}

pub fn eq(left: Expr, right: Expr) -> Expr {
    compare(Comparison::Eq, left, right)
}

pub fn not(inner: Expr) -> Expr {
    condition(ExprKind::Not(Box::new(inner)))
}

pub fn and(inner: impl IntoIterator<Item = Expr>) -> Expr {
    condition(ExprKind::And(inner.into_iter().collect()))
}

pub fn or(inner: impl IntoIterator<Item = Expr>) -> Expr {
    condition(ExprKind::Or(inner.into_iter().collect()))
}

pub fn has(inner: Expr) -> Expr {
    condition(ExprKind::Has(Box::new(inner)))
}

pub fn coalesce(first: Expr, second: Expr) -> Expr {
    let ty = first.ty.clone();
    expr(ExprKind::Coalesce(Box::new(first), Box::new(second)), ty)
}

pub fn is_in(item: Expr, list: Expr) -> Expr {
    condition(ExprKind::In { item: Box::new(item), list: Box::new(list) })
}

pub fn matches(text: Expr, pattern: Expr) -> Expr {
    condition(ExprKind::Matches { text: Box::new(text), pattern: Box::new(pattern) })
}

pub fn share(op: Comparison, part: Expr, whole: Expr, bound: &str) -> Expr {
    let bound = parsed(bound, Const::Ratio, Type::Ratio);
    condition(ExprKind::Share { op, part: Box::new(part), whole: Box::new(whole), bound: Box::new(bound) })
}

fn element_type(list: &Expr) -> Type {
    match &list.ty {
        Type::List(element) | Type::Map(element) => Type::clone(element),
        other => panic!("not a list: {other:?}"),
    }
}

pub fn element(list: Expr, index: Expr) -> Expr {
    let ty = element_type(&list);
    Expr { optional: true, ..expr(ExprKind::Element { list: Box::new(list), index: Box::new(index) }, ty) }
}

pub fn key(map: Expr, key: Expr) -> Expr {
    let ty = element_type(&map);
    Expr { optional: true, ..expr(ExprKind::Key { map: Box::new(map), key: Box::new(key) }, ty) }
}

pub fn list(items: Vec<Expr>) -> Expr {
    let ty = Type::list(items.first().map_or(Type::Int, |item| item.ty.clone()));
    expr(ExprKind::List(items), ty)
}

/// `all X in list: body`, `any X in list: body`
pub fn quantified(quantifier: Quantifier, list: Expr, body: Expr) -> Expr {
    condition(ExprKind::Quantified { quantifier, local: X, list: Box::new(list), body: Box::new(body) })
}

/// `[element for X in list where filter]`
pub fn collect(element: Expr, list: Expr, filter: Option<Expr>) -> Expr {
    let ty = Type::list(element.ty.clone());
    let (list, filter, element) = (Box::new(list), filter.map(Box::new), Box::new(element));
    expr(ExprKind::Collect { local: X, list, filter, element }, ty)
}

pub fn count(of: Expr) -> Expr {
    expr(ExprKind::Count(Box::new(of)), Type::Int)
}

pub fn age(of: Expr) -> Expr {
    expr(ExprKind::Age(Box::new(of)), Type::Duration)
}

pub fn sum(terms: Vec<(SumOp, Expr)>) -> Expr {
    let ty = terms.first().map_or(Type::Int, |(_, term)| term.ty.clone());
    expr(ExprKind::Sum(terms), ty)
}

pub fn scale(value: Expr, factor: i64) -> Expr {
    let ty = value.ty.clone();
    expr(ExprKind::Scale(Box::new(value), factor), ty)
}

pub fn reach(from: Expr, through: &[&str]) -> Expr {
    let through = through.iter().map(|name| SmolStr::from(*name)).collect();
    expr(ExprKind::Reach { from: Box::new(from), through }, Type::list(Type::Asset(record(DATASET))))
}

pub fn users_of(asset: Expr) -> Expr {
    expr(ExprKind::UsersOf(Box::new(asset)), Type::list(Type::Asset(record(MODEL))))
}

pub fn series() -> Expr {
    let over = Scalar::parse_literal("1h").expect("a duration");
    let series = Series { function: SeriesFunction::Increase, metric: record(REQUESTS), over, by: vec![] };
    expr(ExprKind::Series(Box::new(series)), Type::Int)
}

pub fn param() -> Expr {
    expr(ExprKind::Param(0), Type::Int)
}

pub fn message(parts: Vec<Part>) -> Message {
    Message { parts, span: Span::default() }
}

pub fn text_part(text: &str) -> Part {
    Part::Text(text.to_owned())
}

/// The text.
pub fn say(text: &str) -> Message {
    message(vec![text_part(text)])
}

/// The text, then the value.
pub fn say_of(text: &str, value: Expr) -> Message {
    message(vec![text_part(text), Part::Value(value)])
}

pub fn stmt(kind: StmtKind) -> Stmt {
    Stmt { id: 0, kind, span: Span::default() }
}

pub fn require(condition: Expr, message: Message) -> Stmt {
    stmt(StmtKind::Require { condition, message, after: None })
}

/// A block on releases; statements are numbered in the order of the text.
pub fn block(filter: Option<Expr>, body: Vec<Stmt>) -> Block {
    block_on(record(RELEASE), filter, body)
}

pub fn block_on(subject: RecordId, filter: Option<Expr>, mut body: Vec<Stmt>) -> Block {
    number(&mut body, &mut 0);
    let locals = vec![Local { name: "x".into(), ty: Type::Int, span: Span::default() }];
    Block {
        index: 0,
        stage: Stage::Development,
        subject,
        name: "release".into(),
        filter,
        body,
        locals,
        span: Span::default(),
    }
}

fn number(body: &mut [Stmt], next: &mut u32) {
    for stmt in body {
        stmt.id = *next;
        *next += 1;
        match &mut stmt.kind {
            StmtKind::Bind { then, .. } => number(then, next),
            StmtKind::For { body, .. } => number(body, next),
            StmtKind::When { then, otherwise, .. } => {
                number(then, next);
                number(otherwise, next);
            }
            StmtKind::Require { .. } | StmtKind::Let { .. } | StmtKind::Quota { .. } => {}
        }
    }
}

pub fn let_in(local: LocalId, value: Expr) -> Stmt {
    stmt(StmtKind::Let { local, value })
}

/// `let X = value else "message"`, with the statements that use it.
pub fn bind(value: Expr, message: Message, then: Vec<Stmt>) -> Stmt {
    stmt(StmtKind::Bind { local: X, value, message, then })
}

/// `for X in list where filter { body }`
pub fn for_each(list: Expr, filter: Option<Expr>, body: Vec<Stmt>) -> Stmt {
    stmt(StmtKind::For { local: X, list, filter, body })
}

pub fn when(condition: Expr, then: Vec<Stmt>, otherwise: Vec<Stmt>) -> Stmt {
    stmt(StmtKind::When { condition, then, otherwise })
}
