//! Every span of a tree: to compare two trees whatever their layout, and to check that places are where they should be.

use super::ast::*;
use crate::source::{Span, Spanned};

/// Whether two trees say the same, wherever it is written.
pub fn same_tree(mut left: Module, mut right: Module) -> bool {
    erase(&mut left);
    erase(&mut right);
    left == right
}

/// Calls `visit` for every span of the tree with its depth: a node before its parts, and deeper parts with a larger number.
pub fn each_span(module: &mut Module, visit: &mut dyn FnMut(&mut Span, usize)) {
    module.items.spans(0, visit);
}

fn erase(module: &mut Module) {
    each_span(module, &mut |span, _| (span.start, span.end) = (0, 0));
}

trait Spans {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize));
}

impl<T> Spans for Spanned<T> {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
        visit(&mut self.span, depth);
    }
}

impl<T: Spans> Spans for Vec<T> {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
        self.iter_mut().for_each(|node| node.spans(depth, visit));
    }
}

impl<T: Spans> Spans for Option<T> {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
        self.iter_mut().for_each(|node| node.spans(depth, visit));
    }
}

impl<T: Spans> Spans for Box<T> {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
        self.as_mut().spans(depth, visit);
    }
}

impl<A: Spans, B: Spans> Spans for (A, B) {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
        self.0.spans(depth, visit);
        self.1.spans(depth, visit);
    }
}

impl Spans for Span {
    fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
        visit(self, depth);
    }
}

/// Nodes with a span of their own, and their parts.
macro_rules! nodes {
    ($($node:ident { $($part:ident),* })*) => {
        $(impl Spans for $node {
            fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
                visit(&mut self.span, depth);
                $(self.$part.spans(depth + 1, visit);)*
            }
        })*
    };
}

/// Nodes without one.
macro_rules! groups {
    ($($node:ident { $($part:ident),* })*) => {
        $(impl Spans for $node {
            fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
                $(self.$part.spans(depth, visit);)*
            }
        })*
    };
}

/// Forms of a node, and their parts; every form is named.
macro_rules! forms {
    ($($node:ident { $($form:pat => [$($part:ident),*],)* })*) => {
        $(impl Spans for $node {
            fn spans(&mut self, depth: usize, visit: &mut dyn FnMut(&mut Span, usize)) {
                use $node::*;
                match self {
                    $($form => { $($part.spans(depth, visit);)* })*
                }
            }
        })*
    };
}

nodes! {
    Path { segments }
    Item { kind }
    Member { kind }
    Tail { kind }
    Attribute { name, value, tails }
    AssetDecl { kind, name, attributes }
    Block { stage, subject, alias, filter, body }
    Stmt { kind }
    PolicyMember { kind }
    TestMember { kind }
    Type { kind }
    Expr { kind }
}

groups! {
    Import { path, edition, names }
    Enum { name, variants }
    Variant { name, text }
    Function { name, params, result, body }
    Param { name, ty, default }
    Record { name, of, at, members }
    Field { name, ty, tails }
    System { name, of, members }
    Control { name, params, members }
    Policy { name, members }
    Test { name, members }
    Arg { name, value }
}

forms! {
    ItemKind {
        Import(item) => [item],
        Enum(item) => [item],
        Function(item) => [item],
        Record(item) => [item],
        System(item) => [item],
        Control(item) => [item],
        Policy(item) => [item],
        Test(item) => [item],
        Error => [],
    }
    MemberKind {
        Field(member) => [member],
        Attribute(member) => [member],
        Valid { condition, message } => [condition, message],
        Entry { id, attributes } => [id, attributes],
        Error => [],
    }
    TailKind {
        From(places) => [places],
        Default(value) => [value],
        Assume(name) | As(name) | Computed(name) => [name],
        Secret => [],
    }
    SystemMember {
        Attribute(member) => [member],
        Asset(member) => [member],
        Error(span) => [span],
    }
    ControlMember {
        Attribute(member) => [member],
        Block(member) => [member],
        Error(span) => [span],
    }
    StmtKind {
        Let { name, value, message } => [name, value, message],
        Require { condition, message, after } => [condition, message, after],
        For { name, list, filter, body } => [name, list, filter, body],
        When { condition, then, otherwise } => [condition, then, otherwise],
        Quota { amount, key, limit, sharing, message } => [amount, key, limit, sharing, message],
        Error => [],
    }
    PolicyMemberKind {
        Covers(path) => [path],
        Apply { mode, target, args, alias, .. } => [mode, target, args, alias],
        Waive { target, scope, attributes } => [target, scope, attributes],
        Require { condition, except } => [condition, except],
        Accept { what, evidence } => [what, evidence],
        AllowPartial(path) => [path],
        Emit(paths) => [paths],
        Error => [],
    }
    TestMemberKind {
        GivenPolicy(path) => [path],
        GivenControl { control, args } => [control, args],
        GivenAccept { what, evidence } => [what, evidence],
        GivenNow(value) => [value],
        GivenSubject { subject, of, from, changes } => [subject, of, from, changes],
        GivenRaw { file, at, value } => [file, at, value],
        Expect { decision, control, text } => [decision, control, text],
        Error => [],
    }
    Change {
        With(attributes) => [attributes],
        Without(path) => [path],
    }
    TypeKind {
        Path(path) => [path],
        Applied(path, unit) => [path, unit],
        List(inner) | Optional(inner) => [inner],
        Map(key, value) => [key, value],
        Error => [],
    }
    ExprKind {
        Name(_) | Literal(_) | EmptyMap | Error => [],
        List(list) | And(list) | Or(list) | Coalesce(list) | Product(list) => [list],
        Paren(inner) | Not(inner) | Negate(inner) | Has(inner) => [inner],
        Field(inner, name) => [inner, name],
        Index(inner, key) => [inner, key],
        Call(callee, args) => [callee, args],
        Compare(op, left, right) => [left, op, right],
        Sum(first, rest) => [first, rest],
        Quantified { name, list, body, .. } => [name, list, body],
        Comprehension { element, name, list, filter } => [element, name, list, filter],
    }
}
