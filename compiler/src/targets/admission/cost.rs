//! A bound of what a condition costs the API server.
//!
//! The server counts the work of each evaluation, and stops at a budget: one expression may cost 1,000,000 units, all of a policy's 10,000,000
//! (`PerCallLimit` and `RuntimeCELCostBudget` of `k8s.io/apiserver`, package `apis/cel`). Beyond it the request is refused. The weights here are
//! those of its cost estimator, on lists and texts of the sizes below; larger objects are refused, which is safe.

use super::block::Validation;
use super::cel::{Cel, Macro};
use crate::core::Block;
use crate::diagnostics::{Diagnostic, codes};

/// How many elements a list may have.
const ELEMENTS: u64 = 40;
/// How many characters a text may have.
const CHARACTERS: u64 = 128;
/// What one expression may cost.
const PER_EXPRESSION: u64 = 1_000_000;
/// What all expressions of a policy may cost together.
const PER_POLICY: u64 = 10_000_000;

/// The conditions that cost too much, at the statement that makes them.
pub(super) fn problems(variables: &[(String, Cel)], validations: &[Validation], block: &Block) -> Vec<Diagnostic> {
    let shared: u64 = variables.iter().map(|(_, value)| cost(value)).fold(0, u64::saturating_add);
    let mut all = shared;
    let mut problems = Vec::new();
    for validation in validations {
        let cost = cost(&validation.holds).saturating_add(shared);
        all = all.saturating_add(cost);
        if cost > PER_EXPRESSION {
            let message = format!(
                "with {ELEMENTS} elements in each list, this costs the API server up to {cost} units, and it allows {PER_EXPRESSION}"
            );
            problems.push(
                Diagnostic::error(&codes::TOO_COSTLY, message, validation.span)
                    .label(block.span, "in this block")
                    .note("each list inside another multiplies the cost: ask about one list at a time"),
            );
        }
    }
    if problems.is_empty() && all > PER_POLICY {
        let message = format!("this block costs the API server up to {all} units, and it allows {PER_POLICY}");
        problems.push(Diagnostic::error(&codes::TOO_COSTLY, message, block.span).note("part it into several blocks"));
    }
    problems
}

/// The most that an expression can cost.
fn cost(cel: &Cel) -> u64 {
    let mut parts: u64 = 0;
    match cel {
        Cel::Each(list, what, _, body) => {
            let body = cost(body).saturating_add(match what {
                Macro::All | Macro::Exists => 3,
                Macro::Filter | Macro::Map => 14,
            });
            return cost(list).saturating_add(elements(list).saturating_mul(body));
        }
        Cel::If(condition, then, otherwise) => {
            return cost(condition).saturating_add(cost(then).max(cost(otherwise)));
        }
        cel => cel.children(&mut |part| parts = parts.saturating_add(cost(part))),
    }
    parts.saturating_add(own(cel))
}

fn own(cel: &Cel) -> u64 {
    const TEXT: u64 = CHARACTERS.div_ceil(10);
    match cel {
        Cel::Method(_, "matches", arguments) => {
            let pattern = arguments.first().map_or(CHARACTERS, |pattern| match pattern {
                Cel::Text(text) => text.chars().count() as u64,
                _ => CHARACTERS,
            });
            TEXT.saturating_mul(pattern.div_ceil(4))
        }
        Cel::Method(_, "join", _) => ELEMENTS * TEXT,
        Cel::Infix(_, "in", list) => elements(list).saturating_mul(TEXT),
        Cel::Infix(left, "==" | "!=", right) => compared(left).min(compared(right)),
        Cel::Infix(_, "+", _) => TEXT,
        Cel::Call("quantity" | "isQuantity" | "string" | "timestamp", _) => TEXT,
        Cel::List(_) => 10,
        Cel::Bool(_) | Cel::Int(_) | Cel::Text(_) | Cel::Not(_) | Cel::All(_) | Cel::Any(_) => 0,
        _ => 1,
    }
}

/// What comparing with an operand costs: the shorter of two texts.
fn compared(operand: &Cel) -> u64 {
    match operand {
        Cel::Text(text) => 1 + text.len() as u64 / 10,
        Cel::Int(_) | Cel::Bool(_) | Cel::Name(_) => 1,
        _ => CHARACTERS.div_ceil(10),
    }
}

fn elements(list: &Cel) -> u64 {
    match list {
        Cel::List(elements) => elements.len() as u64,
        _ => ELEMENTS,
    }
}
