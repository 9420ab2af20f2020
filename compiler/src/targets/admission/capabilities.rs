//! What `kubernetes.admission` can enforce.

use crate::core::Place;
use crate::syntax::ast::Mode;
use crate::targets::capabilities::{Capabilities, ExprForm, MessageLevel, StmtForm, TypeForm, Uses};

const ORDERED: Uses = Uses { equality: true, order: true, shown: true };
const WORDS: Uses = Uses { equality: true, order: false, shown: true };
const AMOUNTS: Uses = Uses { equality: true, order: true, shown: false };
const NAMES: Uses = Uses { equality: true, order: false, shown: false };
const PARTS: Uses = Uses { equality: false, order: false, shown: false };

pub(super) static CAPABILITIES: Capabilities = Capabilities {
    name: super::NAME,
    engines: "ValidatingAdmissionPolicy v1: Kubernetes 1.30",
    places: &[Place::Admission],
    modes: &[Mode::Audit, Mode::Warn, Mode::Enforce],
    messages: MessageLevel::First,
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
        ExprForm::In,
        ExprForm::Matches,
        ExprForm::Quantified,
        ExprForm::Collect,
        ExprForm::Count,
        ExprForm::Sum,
        ExprForm::Scale,
    ],
    types: &[
        (TypeForm::Bool, WORDS),
        (TypeForm::Int, ORDERED),
        (TypeForm::Text, WORDS),
        (TypeForm::Quantity, AMOUNTS),
        (TypeForm::Pattern, PARTS),
        (TypeForm::Enum, NAMES),
        (TypeForm::Record, PARTS),
        (TypeForm::Asset, PARTS),
        (TypeForm::List, PARTS),
        (TypeForm::Map, PARTS),
    ],
    // The server checks and defaults these before it asks, so their values have the types that the compiler knows.
    resources: &[
        "v1/pods",
        "v1/pods/ephemeralcontainers",
        "v1/replicationcontrollers",
        "apps/v1/daemonsets",
        "apps/v1/deployments",
        "apps/v1/replicasets",
        "apps/v1/statefulsets",
        "batch/v1/cronjobs",
        "batch/v1/jobs",
    ],
    absence: "never passes where the policy reads it unguarded; a key that may be missing is guarded by `has()`",
    failure: "the API server refuses the request (`failurePolicy: Fail`) under `enforce`, and lets it through under `warn` and `audit`",
    limits: &[
        "a waiver is honoured when an object is created, by the server's own time; a later change is judged without it",
        "objects that are being deleted, and the subresources `status` and `scale`, are not judged",
        "of several denials the server reports one; what another control says of the object is not told then",
        "values are judged as the server stores them: defaults are filled in, and empty texts, lists and maps are absent",
        "a message whose values hold control characters is told without values; long texts are told whole, up to 5 KiB of message",
        "the server lets 1,000,000 units of cost pass for each condition; the compiler bounds it for 40 elements of each list and texts of 128 characters, and a larger object may be refused",
    ],
};
