//! What each target can enforce, as data.
//!
//! The planner, the documentation and the tests of every emitter read these tables, so a form is supported exactly if a table says so.

use crate::core::{Block, Comparison, Expr, ExprKind, Part, Place, Project, Shape, Stmt, StmtKind, Type};
use crate::source::Span;
use crate::syntax::ast::Mode;
use std::collections::BTreeSet;

/// What a target can enforce.
#[derive(Debug)]
pub struct Capabilities {
    /// The name after `emit`.
    pub name: &'static str,
    /// The engines that run what is emitted, with the first version that does.
    pub engines: &'static str,
    /// The places where it stands.
    pub places: &'static [Place],
    /// The modes that it knows.
    pub modes: &'static [Mode],
    /// What it tells those whom it stops.
    pub messages: MessageLevel,
    /// The statements that it can decide.
    pub statements: &'static [StmtForm],
    /// The expressions that it can evaluate.
    pub expressions: &'static [ExprForm],
    /// The types whose values it can read, and what it can do with them.
    pub types: &'static [(TypeForm, Uses)],
    /// The resources of the Kubernetes API whose objects it can judge, as subjects name them; of importance at `admission` alone.
    pub resources: &'static [&'static str],
    /// What it does where a fact is not there.
    pub absence: &'static str,
    /// What happens when it cannot be run, or fails.
    pub failure: &'static str,
    /// What it does not decide, for the manifest.
    pub limits: &'static [&'static str],
}

/// How much of the messages a target tells (design §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageLevel {
    /// Every message, with its values.
    All,
    /// The first one.
    First,
    /// Texts without values.
    Static,
    /// Nothing.
    None,
}

impl MessageLevel {
    /// In words that fit "tells …".
    pub fn what(self) -> &'static str {
        match self {
            MessageLevel::All => "every message",
            MessageLevel::First => "the first message",
            MessageLevel::Static => "texts without values",
            MessageLevel::None => "nothing",
        }
    }
}

/// What can be done with values of a type.
#[derive(Debug, Clone, Copy)]
pub struct Uses {
    /// `==`, `!=` and `in`.
    pub equality: bool,
    /// `<` and the like, as far as the type has them.
    pub order: bool,
    /// A hole in a message.
    pub shown: bool,
}

macro_rules! forms {
    ($(#[$doc:meta])* $name:ident of $of:ty { $($form:ident = $what:literal: $pattern:pat,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = $what] $form,)*
        }

        impl $name {
            /// Every form.
            pub const ALL: &'static [$name] = &[$($name::$form),*];

            /// The form of one.
            pub fn of(of: &$of) -> Self {
                match of {
                    $($pattern => $name::$form,)*
                }
            }

            /// In words that fit "cannot express …".
            pub fn what(self) -> &'static str {
                match self {
                    $($name::$form => $what,)*
                }
            }
        }
    };
}

forms! {
    /// The forms of a statement.
    StmtForm of StmtKind {
        Require = "a requirement": StmtKind::Require { .. },
        Let = "a name for a value": StmtKind::Let { .. },
        Bind = "a name for a value that must be there": StmtKind::Bind { .. },
        For = "a loop": StmtKind::For { .. },
        When = "a branch": StmtKind::When { .. },
        Quota = "a quota, which only a sequence of requests decides": StmtKind::Quota { .. },
    }
}

forms! {
    /// The forms of an expression.
    ExprForm of ExprKind {
        Const = "a constant": ExprKind::Const(_),
        List = "a list": ExprKind::List(_),
        Subject = "the subject": ExprKind::Subject,
        Local = "a name": ExprKind::Local(_),
        Param = "a parameter without an argument": ExprKind::Param(_),
        Field = "a field": ExprKind::Field { .. },
        Key = "the value at a key": ExprKind::Key { .. },
        Element = "the element at a position": ExprKind::Element { .. },
        Coalesce = "`??`": ExprKind::Coalesce(..),
        Has = "`has`": ExprKind::Has(_),
        Not = "`not`": ExprKind::Not(_),
        And = "`and`": ExprKind::And(_),
        Or = "`or`": ExprKind::Or(_),
        Compare = "a comparison": ExprKind::Compare { .. },
        Share = "`ratio`": ExprKind::Share { .. },
        In = "`in`": ExprKind::In { .. },
        Matches = "`matches`": ExprKind::Matches { .. },
        Quantified = "`all` and `any`": ExprKind::Quantified { .. },
        Collect = "a list made from another": ExprKind::Collect { .. },
        Count = "`count`": ExprKind::Count(_),
        Age = "`age`, which needs a clock": ExprKind::Age(_),
        Sum = "a sum": ExprKind::Sum(_),
        Scale = "a product": ExprKind::Scale(..),
        Reach = "`reach`, which follows declared relations": ExprKind::Reach { .. },
        UsersOf = "`users_of`, which follows declared relations": ExprKind::UsersOf(_),
        Series = "a function of a metric": ExprKind::Series(_),
    }
}

forms! {
    /// The forms of a type.
    TypeForm of Type {
        Bool = "a `Bool`": Type::Bool,
        Int = "an `Int`": Type::Int,
        Float = "a `Float`": Type::Float,
        Ratio = "a `Ratio`": Type::Ratio,
        Text = "a `Text`": Type::Text,
        Date = "a `Date`": Type::Date,
        Time = "a `Time`": Type::Time,
        Duration = "a `Duration`": Type::Duration,
        Bytes = "a size": Type::Bytes,
        Quantity = "a `Quantity`": Type::Quantity,
        Rate = "a `Rate`": Type::Rate(_),
        Version = "a `Version`": Type::Version,
        Digest = "a `Digest`": Type::Digest,
        Cidr = "a `Cidr`": Type::Cidr,
        Pattern = "a `Pattern`": Type::Pattern,
        Enum = "a variant of an enum": Type::Enum(_),
        Record = "a record": Type::Record(_),
        Asset = "a declared asset": Type::Asset(_),
        Role = "a role": Type::Role,
        Signer = "a signer": Type::Signer,
        Threat = "a threat": Type::Threat(_),
        List = "a list": Type::List(_),
        Map = "a map": Type::Map(_),
        Error = "a value of no type": Type::Error,
    }
}

/// Something that a target cannot do, at the narrowest place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub span: Span,
    /// What, in words that fit "cannot express …".
    pub what: String,
}

/// What a target says to a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It takes it.
    Takes,
    /// Its facts are not known where the target stands.
    Elsewhere,
    /// It stands there, and cannot do this.
    Refuses(Vec<Refusal>),
}

impl Capabilities {
    /// Whether it takes a block.
    pub fn answer(&self, project: &Project, block: &Block, mode: Mode) -> Answer {
        if !self.stands_at(place_of(project, block)) {
            return Answer::Elsewhere;
        }
        match self.refusals(project, block, mode) {
            refusals if refusals.is_empty() => Answer::Takes,
            refusals => Answer::Refuses(refusals),
        }
    }

    /// Whether it stands where the block's facts are known.
    pub fn stands_at(&self, place: Place) -> bool {
        self.places.contains(&place)
    }

    /// Everything in a block that it cannot do; empty if it can take the block.
    pub fn refusals(&self, project: &Project, block: &Block, mode: Mode) -> Vec<Refusal> {
        let mut found = Vec::new();
        if !self.modes.contains(&mode) {
            found.push(Refusal { span: block.span, what: format!("the mode `{}`", mode.keyword()) });
        }
        found.extend(self.refuse_resources(project, block));
        block.filter.iter().for_each(|filter| self.refuse_inside(filter, &mut found));
        for stmt in &block.body {
            stmt.walk(&mut |stmt| self.refuse_stmt(stmt, &mut found));
        }
        // A document of a tool is read together with the condition under which it may be believed.
        let mut documents = BTreeSet::new();
        block.walk_expressions(&mut |expr| {
            if let Type::Record(id) = expr.ty
                && let Shape::Evidence(evidence) = &project.record(id).shape
                && documents.insert(id)
            {
                self.refuse_inside(&evidence.valid, &mut found);
            }
        });
        // One reason is enough for a place.
        let mut places = BTreeSet::new();
        found.retain(|refusal| places.insert(refusal.span));
        found
    }

    /// Objects of the cluster whose types it does not know, said at the block's head.
    fn refuse_resources(&self, project: &Project, block: &Block) -> Option<Refusal> {
        let Shape::Subject { place: Place::Admission, objects, .. } = &project.record(block.subject).shape else {
            return None;
        };
        let named = objects.resources.iter().map(ToString::to_string);
        let unknown: Vec<String> = named.filter(|name| !self.resources.contains(&name.as_str())).collect();
        let what = format!("objects of `{}`, whose types it does not know", unknown.join("`, `"));
        (!unknown.is_empty()).then_some(Refusal { span: block.span, what })
    }

    fn refuse_stmt(&self, stmt: &Stmt, found: &mut Vec<Refusal>) {
        let form = StmtForm::of(&stmt.kind);
        if !self.statements.contains(&form) {
            found.push(Refusal { span: stmt.span, what: form.what().to_owned() });
            return;
        }
        stmt.expressions(&mut |expr| self.refuse_inside(expr, found));
        for hole in holes(&stmt.kind) {
            let shown = self.uses(&hole.ty).is_some_and(|uses| uses.shown);
            if !shown && hole.as_const().is_none() {
                let what = format!("{} in a message", TypeForm::of(&hole.ty).what());
                found.push(Refusal { span: hole.span, what });
            }
        }
    }

    /// What it cannot do in an expression. Inside something that it cannot do nothing more is said.
    fn refuse_inside(&self, expr: &Expr, found: &mut Vec<Refusal>) {
        match self.refusal(expr) {
            Some(what) => found.push(Refusal { span: expr.span, what }),
            None => expr.children(&mut |child| self.refuse_inside(child, found)),
        }
    }

    fn refusal(&self, expr: &Expr) -> Option<String> {
        let form = ExprForm::of(&expr.kind);
        if !self.expressions.contains(&form) {
            return Some(form.what().to_owned());
        }
        let compares = |of: &Expr, order: bool| {
            let uses = self.uses(&of.ty);
            let can = uses.is_some_and(|uses| if order { uses.order } else { uses.equality });
            (!can).then(|| format!("comparing values that are each {}", TypeForm::of(&of.ty).what()))
        };
        match &expr.kind {
            ExprKind::Compare { op, left, .. } => compares(left, !matches!(op, Comparison::Eq | Comparison::Ne)),
            ExprKind::In { item, .. } => compares(item, false),
            ExprKind::Const(_) => None,
            _ => match self.uses(&expr.ty) {
                Some(_) => None,
                None => Some(format!("reading {}", TypeForm::of(&expr.ty).what())),
            },
        }
    }

    fn uses(&self, ty: &Type) -> Option<Uses> {
        let form = TypeForm::of(ty);
        self.types.iter().find(|(known, _)| *known == form).map(|(_, uses)| *uses)
    }
}

/// The values in a statement's message.
fn holes(kind: &StmtKind) -> impl Iterator<Item = &Expr> {
    let message = match kind {
        StmtKind::Require { message, .. } | StmtKind::Bind { message, .. } | StmtKind::Quota { message, .. } => {
            Some(message)
        }
        StmtKind::Let { .. } | StmtKind::For { .. } | StmtKind::When { .. } => None,
    };
    message.into_iter().flat_map(|message| &message.parts).filter_map(|part| match part {
        Part::Value(value) => Some(value),
        Part::Text(_) | Part::Label(_) => None,
    })
}

/// The place where a block's facts are known.
pub fn place_of(project: &Project, block: &Block) -> Place {
    match &project.record(block.subject).shape {
        Shape::Subject { place, .. } => *place,
        Shape::Metric(_) => Place::Monitor,
        Shape::Asset | Shape::Part | Shape::Evidence(_) => Place::Source,
    }
}
