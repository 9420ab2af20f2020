//! Going through the core: children of an expression, expressions of statements, and putting arguments in the place of parameters.

use super::expr::{Block, Expr, ExprKind, Message, Part, Stmt, StmtKind};
use super::types::Const;

impl Expr {
    /// Calls `visit` with each direct child.
    pub fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Subject | ExprKind::Local(_) | ExprKind::Param(_) | ExprKind::Series(_) => {}
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => items.iter().for_each(visit),
            ExprKind::Field { base: inner, .. }
            | ExprKind::Has(inner)
            | ExprKind::Not(inner)
            | ExprKind::Count(inner)
            | ExprKind::Age(inner)
            | ExprKind::Scale(inner, _)
            | ExprKind::Reach { from: inner, .. }
            | ExprKind::UsersOf(inner) => visit(inner),
            ExprKind::Key { map: left, key: right }
            | ExprKind::Element { list: left, index: right }
            | ExprKind::Coalesce(left, right)
            | ExprKind::Compare { left, right, .. }
            | ExprKind::In { item: left, list: right }
            | ExprKind::Matches { text: left, pattern: right }
            | ExprKind::Quantified { list: left, body: right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::Share { part, whole, bound, .. } => {
                visit(part);
                visit(whole);
                visit(bound);
            }
            ExprKind::Collect { list, filter, element, .. } => {
                visit(list);
                filter.iter().for_each(|filter| visit(filter));
                visit(element);
            }
            ExprKind::Sum(terms) => terms.iter().for_each(|(_, term)| visit(term)),
        }
    }

    /// Calls `visit` with this expression and everything below it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.children(&mut |child| child.walk(visit));
    }

    /// Calls `visit` with each direct child, to change it.
    pub fn children_mut(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        match &mut self.kind {
            ExprKind::Const(_) | ExprKind::Subject | ExprKind::Local(_) | ExprKind::Param(_) | ExprKind::Series(_) => {}
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => items.iter_mut().for_each(visit),
            ExprKind::Field { base: inner, .. }
            | ExprKind::Has(inner)
            | ExprKind::Not(inner)
            | ExprKind::Count(inner)
            | ExprKind::Age(inner)
            | ExprKind::Scale(inner, _)
            | ExprKind::Reach { from: inner, .. }
            | ExprKind::UsersOf(inner) => visit(inner),
            ExprKind::Key { map: left, key: right }
            | ExprKind::Element { list: left, index: right }
            | ExprKind::Coalesce(left, right)
            | ExprKind::Compare { left, right, .. }
            | ExprKind::In { item: left, list: right }
            | ExprKind::Matches { text: left, pattern: right }
            | ExprKind::Quantified { list: left, body: right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::Share { part, whole, bound, .. } => {
                visit(part);
                visit(whole);
                visit(bound);
            }
            ExprKind::Collect { list, filter, element, .. } => {
                visit(list);
                filter.iter_mut().for_each(|filter| visit(filter));
                visit(element);
            }
            ExprKind::Sum(terms) => terms.iter_mut().for_each(|(_, term)| visit(term)),
        }
    }

    fn instantiate(&mut self, arguments: &[Const]) {
        if let ExprKind::Param(index) = self.kind
            && let Some(argument) = arguments.get(index as usize)
        {
            self.kind = ExprKind::Const(argument.clone());
        }
        self.children_mut(&mut |child| child.instantiate(arguments));
    }
}

impl Stmt {
    /// Calls `visit` with each expression of this statement, those of its messages included, but not those of statements inside it.
    pub fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        let message = match &self.kind {
            StmtKind::Require { condition, message, .. } => {
                visit(condition);
                Some(message)
            }
            StmtKind::Let { value, .. } => {
                visit(value);
                None
            }
            StmtKind::Bind { value, message, .. } => {
                visit(value);
                Some(message)
            }
            StmtKind::For { list, filter, .. } => {
                visit(list);
                filter.iter().for_each(&mut *visit);
                None
            }
            StmtKind::When { condition, .. } => {
                visit(condition);
                None
            }
            StmtKind::Quota { amount, key, limit, message, .. } => {
                visit(amount);
                visit(key);
                visit(limit);
                Some(message)
            }
        };
        for part in message.iter().flat_map(|message| &message.parts) {
            if let Part::Value(value) = part {
                visit(value);
            }
        }
    }

    /// The lists of statements inside this one.
    pub fn bodies(&self) -> impl Iterator<Item = &[Stmt]> {
        let (first, second): (&[Stmt], &[Stmt]) = match &self.kind {
            StmtKind::Require { .. } | StmtKind::Let { .. } | StmtKind::Quota { .. } => (&[], &[]),
            StmtKind::Bind { then, .. } => (then, &[]),
            StmtKind::For { body, .. } => (body, &[]),
            StmtKind::When { then, otherwise, .. } => (then, otherwise),
        };
        [first, second].into_iter()
    }

    /// Calls `visit` with this statement and every one inside it, in the order of the text.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Stmt)) {
        visit(self);
        for inner in self.bodies().flatten() {
            inner.walk(visit);
        }
    }

    fn instantiate(&mut self, arguments: &[Const]) {
        let text = |message: &mut Message| {
            for part in &mut message.parts {
                if let Part::Value(value) = part {
                    value.instantiate(arguments);
                }
            }
        };
        match &mut self.kind {
            StmtKind::Require { condition, message, .. } => {
                condition.instantiate(arguments);
                text(message);
            }
            StmtKind::Let { value, .. } => value.instantiate(arguments),
            StmtKind::Bind { value, message, then, .. } => {
                value.instantiate(arguments);
                text(message);
                then.iter_mut().for_each(|inner| inner.instantiate(arguments));
            }
            StmtKind::For { list, filter, body, .. } => {
                list.instantiate(arguments);
                filter.iter_mut().for_each(|filter| filter.instantiate(arguments));
                body.iter_mut().for_each(|inner| inner.instantiate(arguments));
            }
            StmtKind::When { condition, then, otherwise } => {
                condition.instantiate(arguments);
                then.iter_mut().chain(otherwise).for_each(|inner| inner.instantiate(arguments));
            }
            StmtKind::Quota { amount, key, limit, message, .. } => {
                amount.instantiate(arguments);
                key.instantiate(arguments);
                limit.instantiate(arguments);
                text(message);
            }
        }
    }
}

impl Block {
    /// The block with each parameter replaced by its argument.
    #[must_use]
    pub fn instantiate(&self, arguments: &[Const]) -> Block {
        let mut block = self.clone();
        block.filter.iter_mut().for_each(|filter| filter.instantiate(arguments));
        block.body.iter_mut().for_each(|stmt| stmt.instantiate(arguments));
        block
    }

    /// Calls `visit` with every expression of the block, outermost first.
    pub fn walk_expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.filter.iter().for_each(|filter| filter.walk(visit));
        for stmt in &self.body {
            stmt.walk(&mut |stmt| stmt.expressions(&mut |expr| expr.walk(visit)));
        }
    }
}
