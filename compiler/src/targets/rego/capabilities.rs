//! What `ci.rego` can enforce.

use crate::core::Place;
use crate::syntax::ast::Mode;
use crate::targets::capabilities::{Capabilities, ExprForm, MessageLevel, StmtForm, TypeForm, Uses};

const EVERY_USE: Uses = Uses { equality: true, order: true, shown: true };
const WORDS: Uses = Uses { equality: true, order: false, shown: true };
const PARTS: Uses = Uses { equality: false, order: false, shown: false };

pub(super) static CAPABILITIES: Capabilities = Capabilities {
    name: super::NAME,
    engines: "Rego v1: OPA 1.0, conftest 0.56",
    places: &[Place::Gate],
    modes: &[Mode::Audit, Mode::Warn, Mode::Enforce],
    messages: MessageLevel::All,
    statements: &[StmtForm::Require, StmtForm::Let, StmtForm::Bind, StmtForm::For, StmtForm::When],
    expressions: &[
        ExprForm::Const,
        ExprForm::List,
        ExprForm::Subject,
        ExprForm::Local,
        ExprForm::Field,
        ExprForm::Key,
        ExprForm::Element,
        ExprForm::Coalesce,
        ExprForm::Has,
        ExprForm::Not,
        ExprForm::And,
        ExprForm::Or,
        ExprForm::Compare,
        ExprForm::Share,
        ExprForm::In,
        ExprForm::Matches,
        ExprForm::Quantified,
        ExprForm::Collect,
        ExprForm::Count,
        ExprForm::Age,
        ExprForm::Sum,
        ExprForm::Scale,
    ],
    types: &[
        (TypeForm::Bool, WORDS),
        (TypeForm::Int, EVERY_USE),
        (TypeForm::Float, EVERY_USE),
        (TypeForm::Ratio, EVERY_USE),
        (TypeForm::Text, WORDS),
        (TypeForm::Date, EVERY_USE),
        (TypeForm::Time, EVERY_USE),
        (TypeForm::Duration, EVERY_USE),
        (TypeForm::Bytes, EVERY_USE),
        (TypeForm::Version, EVERY_USE),
        (TypeForm::Digest, WORDS),
        (TypeForm::Cidr, WORDS),
        (TypeForm::Enum, EVERY_USE),
        (TypeForm::Asset, WORDS),
        (TypeForm::Role, WORDS),
        (TypeForm::Signer, WORDS),
        (TypeForm::Threat, WORDS),
        (TypeForm::List, Uses { shown: true, ..PARTS }),
        (TypeForm::Record, PARTS),
        (TypeForm::Map, PARTS),
    ],
    resources: &[],
    absence: "as the language has it: absent, null and wrong-typed values never pass",
    failure: "the decision is undefined or the tool fails: let what asks for it stop then",
    limits: &[
        "whether what the subject document says is true: digests, signatures and bindings were checked by the collector",
        "whether the document has a key twice: the engine keeps one of them",
        "numbers beyond a 64-bit float in fields that no rule reads",
        "the reasons of an indeterminate decision",
    ],
};
