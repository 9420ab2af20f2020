//! The syntax tree: what was written, nothing more. No name is resolved here and no meaning attached.
//!
//! A tree always exists, whatever the text: a declaration, member, statement or expression that could not be read is an `Error` node,
//! which later phases pass over in silence, since the parser has already spoken.

use crate::source::{Span, Spanned};
use smol_str::SmolStr;

/// A name as it was written.
pub type Name = Spanned<SmolStr>;

/// The decoded content of a string literal. The span includes the quotes.
pub type Text = Spanned<SmolStr>;

/// Names joined by `.`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// At least one name.
    pub segments: Vec<Name>,
    /// From the first to the last name.
    pub span: Span,
}

impl Path {
    /// The path as it is written, without blanks.
    pub fn text(&self) -> String {
        self.segments.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The last name.
    pub fn last(&self) -> &Name {
        &self.segments[self.segments.len() - 1]
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Module {
    /// The declarations in the order of the text.
    pub items: Vec<Item>,
}

/// A declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What is declared.
    pub kind: ItemKind,
    /// From the first word to the closing mark.
    pub span: Span,
}

/// The kinds of declaration.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `import std.catalog.atlas@5.6.1`, `import std.assets.{Predictive}`
    Import(Import),
    /// `enum`, `ordered enum`
    Enum(Enum),
    /// `fn name(…): T = expression`
    Function(Function),
    /// Every declaration that is a list of fields and attributes under a name.
    Record(Record),
    /// `system name: Kind { … }`
    System(System),
    /// `control name(…) { … }`
    Control(Control),
    /// `policy name { … }`
    Policy(Policy),
    /// `test "name" { … }`
    Test(Test),
    /// Could not be read.
    Error,
}

impl ItemKind {
    /// The name that the declaration introduces, if it introduces one.
    pub fn name(&self) -> Option<&Name> {
        match self {
            ItemKind::Import(_) | ItemKind::Test(_) | ItemKind::Error => None,
            ItemKind::Enum(item) => Some(&item.name),
            ItemKind::Function(item) => Some(&item.name),
            ItemKind::Record(item) => Some(&item.name),
            ItemKind::System(item) => Some(&item.name),
            ItemKind::Control(item) => Some(&item.name),
            ItemKind::Policy(item) => Some(&item.name),
        }
    }
}

/// `import path@edition`, `import path.{a, b}`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The module.
    pub path: Path,
    /// The edition without its `@`.
    pub edition: Option<Name>,
    /// The names taken from it; `None` imports the module under its own last name.
    pub names: Option<Vec<Name>>,
}

/// `enum name { a, b = "TEXT" }`
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Whether the variants compare, least first.
    pub ordered: bool,
    /// The name.
    pub name: Name,
    /// The variants.
    pub variants: Vec<Variant>,
}

/// One variant of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The name in the language.
    pub name: Name,
    /// The text in documents, where it differs from the name.
    pub text: Option<Text>,
}

/// `fn name(…): T = expression`
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The name.
    pub name: Name,
    /// The parameters.
    pub params: Vec<Param>,
    /// The type of the result.
    pub result: Type,
    /// The result.
    pub body: Expr,
}

/// A parameter of a function or a control.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// The default; controls only.
    pub default: Option<Expr>,
}

/// Which word introduces a [`Record`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// A part of a document.
    Type,
    /// What a system may declare.
    Asset,
    /// What a block is about.
    Subject,
    /// A document of a tool.
    Evidence,
    /// A time series.
    Metric,
    /// Somebody who answers for something.
    Role,
    /// A key that signatures are verified with.
    Signer,
    /// Threats with ids.
    Catalog,
}

impl RecordKind {
    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            RecordKind::Type => "type",
            RecordKind::Asset => "asset",
            RecordKind::Subject => "subject",
            RecordKind::Evidence => "evidence",
            RecordKind::Metric => "metric",
            RecordKind::Role => "role",
            RecordKind::Signer => "signer",
            RecordKind::Catalog => "catalog",
        }
    }
}

/// `type`, `asset`, `subject … of … at …`, `evidence`, `metric`, `role`, `signer` or `catalog`: a name with members.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The word that introduces it.
    pub kind: RecordKind,
    /// The name.
    pub name: Name,
    /// `of path`: the asset kind of a subject.
    pub of: Option<Path>,
    /// `at name`: the place of a subject.
    pub at: Option<Name>,
    /// Fields, attributes and the rest, in the order of the text.
    pub members: Vec<Member>,
}

/// One member of a [`Record`].
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// What it is.
    pub kind: MemberKind,
    /// The whole member.
    pub span: Span,
}

/// The kinds of member.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberKind {
    /// `name: Type from "path"`
    Field(Field),
    /// `name = value`
    Attribute(Attribute),
    /// `valid when condition else "message"`
    Valid {
        /// When the document may be believed.
        condition: Expr,
        /// Why it may not.
        message: Text,
    },
    /// `entry "ID" { … }` of a catalog.
    Entry {
        /// The id.
        id: Text,
        /// Its attributes.
        attributes: Vec<Attribute>,
    },
    /// Could not be read.
    Error,
}

/// A typed member.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// Where its value comes from and how it is read.
    pub tails: Vec<Tail>,
}

/// What may follow a field's type.
#[derive(Debug, Clone, PartialEq)]
pub struct Tail {
    /// What it says.
    pub kind: TailKind,
    /// The whole tail.
    pub span: Span,
}

/// The kinds of tail.
#[derive(Debug, Clone, PartialEq)]
pub enum TailKind {
    /// `from "path" or "path"`
    From(Vec<Text>),
    /// `default expression`
    Default(Expr),
    /// `assume utc`
    Assume(Name),
    /// `as percent`
    As(Name),
    /// `computed by model_digest`
    Computed(Name),
    /// `secret`
    Secret,
}

/// `name = value`, in evidence also `name = value from "path" as unit`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The name. Only `with { … }` of a test writes more than one segment.
    pub name: Path,
    /// The value.
    pub value: Expr,
    /// `from "path"` and `as unit`.
    pub tails: Vec<Tail>,
    /// The whole attribute.
    pub span: Span,
}

/// `system name: Kind { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// The name.
    pub name: Name,
    /// The asset kind of the system itself.
    pub of: Path,
    /// Its attributes and assets.
    pub members: Vec<SystemMember>,
}

/// One member of a [`System`].
#[derive(Debug, Clone, PartialEq)]
pub enum SystemMember {
    /// `name = value`
    Attribute(Attribute),
    /// `kind name { … }`
    Asset(AssetDecl),
    /// Could not be read.
    Error(Span),
}

/// `kind name { … }` in a system.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetDecl {
    /// The asset kind.
    pub kind: Name,
    /// The name.
    pub name: Name,
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The whole declaration.
    pub span: Span,
}

/// `control name(…) { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// The name.
    pub name: Name,
    /// The parameters.
    pub params: Vec<Param>,
    /// Its attributes and blocks.
    pub members: Vec<ControlMember>,
}

/// One member of a [`Control`].
#[derive(Debug, Clone, PartialEq)]
pub enum ControlMember {
    /// `name = value`
    Attribute(Attribute),
    /// `stage on subject where … { … }`
    Block(Block),
    /// Could not be read.
    Error(Span),
}

/// `stage on subject as name where condition { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// When in the life of the system.
    pub stage: Spanned<Stage>,
    /// What it is about.
    pub subject: Path,
    /// Another name for the instance inside the block.
    pub alias: Option<Name>,
    /// Which instances it applies to.
    pub filter: Option<Box<Expr>>,
    /// The rules.
    pub body: Vec<Stmt>,
    /// The whole block.
    pub span: Span,
}

/// The four stages of a system's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The system is declared.
    Design,
    /// Its parts are made.
    Development,
    /// It runs.
    Operations,
    /// It is watched.
    Feedback,
}

impl Stage {
    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Stage::Design => "design",
            Stage::Development => "development",
            Stage::Operations => "operations",
            Stage::Feedback => "feedback",
        }
    }
}

/// A statement of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it says.
    pub kind: StmtKind,
    /// The whole statement.
    pub span: Span,
}

/// The kinds of statement.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// `let name = value`, `let name = value else "message"`
    Let {
        /// The name.
        name: Name,
        /// The value.
        value: Expr,
        /// What is said when the value is absent.
        message: Option<Text>,
    },
    /// `require condition else "message" after 5m`
    Require {
        /// What must hold.
        condition: Expr,
        /// What is said when it does not.
        message: Text,
        /// How long it must have failed.
        after: Option<Spanned<Literal>>,
    },
    /// `for name in list where filter { … }`
    For {
        /// The name of the element.
        name: Name,
        /// The list.
        list: Expr,
        /// Which elements.
        filter: Option<Box<Expr>>,
        /// What is decided for each.
        body: Vec<Stmt>,
    },
    /// `when condition { … } else { … }`
    When {
        /// Which branch.
        condition: Expr,
        /// If it is true.
        then: Vec<Stmt>,
        /// If it is false.
        otherwise: Vec<Stmt>,
    },
    /// `quota amount per key to limit shared else "message"`
    Quota {
        /// What is counted.
        amount: Box<Expr>,
        /// Whose bucket.
        key: Box<Expr>,
        /// Its size and refill.
        limit: Box<Expr>,
        /// `per instance` or `shared`; a target's default where neither is said.
        sharing: Option<Spanned<Sharing>>,
        /// What is said to those over it.
        message: Text,
    },
    /// Could not be read.
    Error,
}

/// Whether the replicas of a gateway count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sharing {
    /// Each counts for itself.
    PerInstance,
    /// All count in one place.
    Shared,
}

/// `policy name { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The name.
    pub name: Name,
    /// What it says, in the order of the text.
    pub members: Vec<PolicyMember>,
}

/// One line of a [`Policy`].
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyMember {
    /// What it says.
    pub kind: PolicyMemberKind,
    /// The whole line.
    pub span: Span,
}

/// The kinds of line.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyMemberKind {
    /// `covers system`
    Covers(Path),
    /// `enforce control(args) as name`, `warn module.*`, `audit …`
    Apply {
        /// How strictly.
        mode: Spanned<Mode>,
        /// The control, or the module of a wildcard.
        target: Path,
        /// `.*`
        wildcard: bool,
        /// The arguments, if parentheses stand there.
        args: Option<Vec<Arg>>,
        /// The name of the instance.
        alias: Option<Name>,
    },
    /// `waive control for asset { … }`
    Waive {
        /// The control instance.
        target: Path,
        /// The asset.
        scope: Path,
        /// Who, why, until when.
        attributes: Vec<Attribute>,
    },
    /// `require coverage(catalog) except [ids]`
    Require {
        /// What must hold of the coverage.
        condition: Expr,
        /// The entries left out.
        except: Option<Expr>,
    },
    /// `accept unbound Evidence`, `accept version Evidence`
    Accept {
        /// The weakening.
        what: Name,
        /// The evidence it is for.
        evidence: Path,
    },
    /// `allow_partial target.name`
    AllowPartial(Path),
    /// `emit ci.rego, kubernetes.admission`
    Emit(Vec<Path>),
    /// Could not be read.
    Error,
}

/// How strictly a control is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Only recorded.
    Audit,
    /// Told, not stopped.
    Warn,
    /// Stopped.
    Enforce,
}

impl Mode {
    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Mode::Audit => "audit",
            Mode::Warn => "warn",
            Mode::Enforce => "enforce",
        }
    }
}

/// `test "name" { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The name.
    pub name: Text,
    /// What is given and expected, in the order of the text.
    pub members: Vec<TestMember>,
}

/// One line of a [`Test`].
#[derive(Debug, Clone, PartialEq)]
pub struct TestMember {
    /// What it says.
    pub kind: TestMemberKind,
    /// The whole line.
    pub span: Span,
}

/// The kinds of line.
#[derive(Debug, Clone, PartialEq)]
pub enum TestMemberKind {
    /// `given policy name`
    GivenPolicy(Path),
    /// `given control(args)`
    GivenControl {
        /// The control.
        control: Path,
        /// Its arguments.
        args: Vec<Arg>,
    },
    /// `given accept unbound Evidence`: what the controls that are given alone accept
    GivenAccept {
        /// The weakening.
        what: Name,
        /// The evidence.
        evidence: Path,
    },
    /// `given now = time`
    GivenNow(Expr),
    /// `given subject of asset from "folder" with { … } without path`
    GivenSubject {
        /// The subject.
        subject: Path,
        /// The declared asset.
        of: Option<Path>,
        /// The folder or file of its documents.
        from: Option<Text>,
        /// What is changed after reading.
        changes: Vec<Change>,
    },
    /// `given raw "file" at "path" = value`
    GivenRaw {
        /// The file's name in the folder.
        file: Text,
        /// The place in the document.
        at: Text,
        /// What stands there instead, whatever its type.
        value: Expr,
    },
    /// `expect violated control "text"`
    Expect {
        /// The decision.
        decision: Spanned<Decision>,
        /// The control instance.
        control: Path,
        /// A part of a message.
        text: Option<Text>,
    },
    /// Could not be read.
    Error,
}

/// A change to a given subject.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// `with { path = value }`
    With(Vec<Attribute>),
    /// `without path`
    Without(Path),
}

/// The four decisions (design §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Everything required holds.
    Pass,
    /// The `where` of the block is false.
    NotApplicable,
    /// It cannot be known.
    Indeterminate,
    /// Something required does not hold.
    Violated,
}

impl Decision {
    /// The word in source, reports and emitted documents.
    pub fn keyword(self) -> &'static str {
        match self {
            Decision::Pass => "pass",
            Decision::NotApplicable => "not_applicable",
            Decision::Indeterminate => "indeterminate",
            Decision::Violated => "violated",
        }
    }
}

/// An argument: positional, or with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// The parameter's name.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// A type as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Its form.
    pub kind: TypeKind,
    /// The whole type.
    pub span: Span,
}

/// The forms of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `Int`, `std.evidence.ModelScan`
    Path(Path),
    /// `Rate<requests>`
    Applied(Path, Name),
    /// `[T]`
    List(Box<Type>),
    /// `{Text: T}`
    Map(Box<Type>, Box<Type>),
    /// `T?`
    Optional(Box<Type>),
    /// Could not be read.
    Error,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Its form.
    pub kind: ExprKind,
    /// The whole expression.
    pub span: Span,
    /// Levels of nesting below, for the parser's bound.
    pub(super) depth: u16,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `name`
    Name(SmolStr),
    /// A literal.
    Literal(Literal),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{}`
    EmptyMap,
    /// `(e)`; kept for the formatter.
    Paren(Box<Expr>),
    /// `e.name`
    Field(Box<Expr>, Name),
    /// `e[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `f(a, name = b)`
    Call(Box<Expr>, Vec<Arg>),
    /// `not e`
    Not(Box<Expr>),
    /// `-e`
    Negate(Box<Expr>),
    /// `has path`
    Has(Box<Expr>),
    /// `a and b and c`
    And(Vec<Expr>),
    /// `a or b or c`
    Or(Vec<Expr>),
    /// `a == b`
    Compare(Spanned<CompareOp>, Box<Expr>, Box<Expr>),
    /// `a ?? b ?? c`
    Coalesce(Vec<Expr>),
    /// `a + b - c`
    Sum(Box<Expr>, Vec<(Spanned<SumOp>, Expr)>),
    /// `a * b * c`
    Product(Vec<Expr>),
    /// `all x in xs: e`
    Quantified {
        /// Every element, or some.
        quantifier: Quantifier,
        /// The name of the element.
        name: Name,
        /// The list.
        list: Box<Expr>,
        /// What is asked of each.
        body: Box<Expr>,
    },
    /// `[e for x in xs where c]`
    Comprehension {
        /// The new element.
        element: Box<Expr>,
        /// The name of the old element.
        name: Name,
        /// The list.
        list: Box<Expr>,
        /// Which elements.
        filter: Option<Box<Expr>>,
    },
    /// Could not be read.
    Error,
}

/// Which elements must satisfy a quantified condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// Every one.
    All,
    /// At least one.
    Any,
}

/// Comparisons; they do not chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `matches`
    Matches,
}

impl CompareOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
            CompareOp::In => "in",
            CompareOp::Matches => "matches",
        }
    }
}

/// `+` or `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SumOp {
    /// `+`
    Add,
    /// `-`
    Sub,
}

/// A literal as it was written; its value is judged by the type checker, which has an error for each way to be wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`
    Bool(bool),
    /// `42`, `1_000`, `0.5`
    Number(SmolStr),
    /// `95%`
    Percent(SmolStr),
    /// `100/min`
    Rate(SmolStr),
    /// `2026-12-31`
    Date(SmolStr),
    /// `2026-12-31T00:00:00Z`
    Time(SmolStr),
    /// `1h30m`
    Duration(SmolStr),
    /// `4GiB`
    Bytes(SmolStr),
    /// `"text"`, decoded
    Text(SmolStr),
    /// `re"…"`, the raw pattern
    Regex(SmolStr),
    /// `glob"…"`, the raw pattern
    Glob(SmolStr),
}
