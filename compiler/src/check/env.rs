//! What an expression can see: the names that are bound around it, and what is known to be present.

use super::presence::PathKey;
use crate::core::{AssetId, ExprKind, Local, LocalId, Place, RecordId, Type};
use crate::names::ModuleId;
use crate::source::Span;
use smol_str::SmolStr;

/// The surroundings of an expression.
pub(super) struct Env {
    /// The module it is written in.
    pub(super) module: ModuleId,
    /// Where its facts can be known; `None` outside of blocks.
    pub(super) place: Option<Place>,
    /// The system it is written in, whose assets can be named bare.
    pub(super) system: Option<AssetId>,
    /// The names around it, innermost last.
    pub(super) bindings: Vec<Binding>,
    /// Every name that the block has bound so far.
    pub(super) locals: Vec<Local>,
    /// Paths that are known to be present here.
    pub(super) present: Vec<PathKey>,
    /// The number of the next statement.
    pub(super) next_stmt: u32,
    /// The labels of the series that the statement reads, at `monitor`.
    pub(super) labels: Vec<SmolStr>,
}

/// A name that is bound around an expression.
pub(super) struct Binding {
    pub(super) name: SmolStr,
    pub(super) kind: Bound,
    pub(super) ty: Type,
    pub(super) span: Span,
    pub(super) used: bool,
}

/// What a name is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// The instance that is decided about.
    Subject,
    Local(LocalId),
    Param(u32),
}

impl Bound {
    pub(super) fn expr(self) -> ExprKind {
        match self {
            Bound::Subject => ExprKind::Subject,
            Bound::Local(id) => ExprKind::Local(id),
            Bound::Param(index) => ExprKind::Param(index),
        }
    }
}

impl Env {
    /// Around a constant: nothing is bound.
    pub(super) fn constant(module: ModuleId, system: Option<AssetId>) -> Self {
        Self {
            module,
            place: None,
            system,
            bindings: Vec::new(),
            locals: Vec::new(),
            present: Vec::new(),
            next_stmt: 0,
            labels: Vec::new(),
        }
    }

    /// Around the expressions of a block about a subject.
    pub(super) fn block(module: ModuleId, place: Place, name: &SmolStr, subject: Type, span: Span) -> Self {
        let mut env = Self::constant(module, None);
        env.place = Some(place);
        env.push(name.clone(), Bound::Subject, subject, span);
        env
    }

    /// Around the condition of `valid when`: the fields of the document are names.
    pub(super) fn document(module: ModuleId, record: RecordId) -> Self {
        let mut env = Self::constant(module, None);
        env.place = Some(Place::Gate);
        env.push(SmolStr::default(), Bound::Subject, Type::Record(record), Span::default());
        env
    }

    pub(super) fn push(&mut self, name: SmolStr, kind: Bound, ty: Type, span: Span) {
        self.bindings.push(Binding { name, kind, ty, span, used: false });
    }

    /// Binds a new local.
    pub(super) fn bind(&mut self, name: SmolStr, ty: Type, span: Span) -> LocalId {
        let id = LocalId(self.locals.len() as u32);
        self.locals.push(Local { name: name.clone(), ty: ty.clone(), span });
        self.push(name, Bound::Local(id), ty, span);
        id
    }

    /// The innermost binding of a name, marked as used.
    pub(super) fn find(&mut self, name: &str) -> Option<&Binding> {
        let binding = self.bindings.iter_mut().rev().find(|binding| binding.name == name)?;
        binding.used = true;
        Some(binding)
    }

    /// The subject's binding, if the surroundings have one.
    pub(super) fn subject(&self) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.kind == Bound::Subject)
    }

    pub(super) fn next_stmt(&mut self) -> u32 {
        self.next_stmt += 1;
        self.next_stmt - 1
    }
}
