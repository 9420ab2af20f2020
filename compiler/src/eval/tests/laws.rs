//! Laws that hold for every condition and every document.

use super::super::place::Unknown;
use super::forms::*;
use super::run::{context, document, told, truth};
use crate::core::{Block, Comparison, Expr, Stmt, Type};
use crate::subject::Document;
use crate::syntax::ast::{Decision, Quantifier};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// Without the reason, which may be another one.
fn known(condition: &Expr, document: &Document) -> Option<bool> {
    truth(condition, document).map_err(|_: Unknown| ()).ok()
}

/// Conditions over required fields, all of which may be missing or of the wrong type.
fn conditions() -> impl Strategy<Value = Expr> {
    let number = || prop_oneof![Just(get("n")), Just(count(get("ns"))), (-1i64..3).prop_map(int)];
    let leaf = prop_oneof![
        any::<bool>().prop_map(boolean),
        prop_oneof![Just("flag"), Just("a"), Just("b"), Just("c")].prop_map(get),
        (number(), number()).prop_map(|(left, right)| eq(left, right)),
        (number(), number()).prop_map(|(left, right)| compare(Comparison::Le, left, right)),
        number().prop_map(|number| is_in(number, get("ns"))),
        (number(), number()).prop_map(|(part, whole)| share(Comparison::Ge, part, whole, "50%")),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(not),
            proptest::collection::vec(inner.clone(), 0..4).prop_map(and),
            proptest::collection::vec(inner.clone(), 0..4).prop_map(or),
            (inner.clone(), any::<bool>(), -1i64..3).prop_map(|(inner, every, least)| {
                let quantifier = if every { Quantifier::All } else { Quantifier::Any };
                quantified(quantifier, get("ns"), or([inner, compare(Comparison::Gt, x(Type::Int), int(least))]))
            }),
        ]
    })
}

fn blocks() -> impl Strategy<Value = Block> {
    let leaf = conditions().prop_map(|condition| require(condition, say("no")));
    let stmt = leaf.prop_recursive(3, 8, 3, |inner| {
        let body = || proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            (conditions(), body(), body()).prop_map(|(condition, then, otherwise)| when(condition, then, otherwise)),
            (proptest::option::of(conditions()), body())
                .prop_map(|(filter, body): (Option<Expr>, Vec<Stmt>)| for_each(get("ns"), filter, body)),
        ]
    });
    (proptest::option::of(conditions()), proptest::collection::vec(stmt, 0..4))
        .prop_map(|(filter, body)| block(filter, body))
}

/// Values for the fields of the conditions, each of which may be missing or of the wrong type.
fn documents() -> impl Strategy<Value = Document> {
    let flag = || prop_oneof![any::<bool>().prop_map(Json::from), Just(Json::Null), Just(json!("x"))];
    let number = || prop_oneof![(-1i64..3).prop_map(Json::from), Just(Json::Null), Just(json!("x"))];
    let numbers = prop_oneof![proptest::collection::vec(number(), 0..4).prop_map(Json::from), Just(Json::Null)];
    (flag(), flag(), flag(), flag(), number(), numbers)
        .prop_map(|(flag, a, b, c, n, ns)| document(json!({ "flag": flag, "a": a, "b": b, "c": c, "n": n, "ns": ns })))
}

proptest! {
    #[test]
    fn the_order_of_and_and_or_does_not_matter(
        (items, shuffled) in proptest::collection::vec(conditions(), 0..5)
            .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle())),
        document in documents(),
    ) {
        prop_assert_eq!(known(&and(items.clone()), &document), known(&and(shuffled.clone()), &document));
        prop_assert_eq!(known(&or(items), &document), known(&or(shuffled), &document));
    }

    #[test]
    fn and_and_or_are_associative(a in conditions(), b in conditions(), c in conditions(), document in documents()) {
        let flat = known(&and([a.clone(), b.clone(), c.clone()]), &document);
        prop_assert_eq!(flat, known(&and([a.clone(), and([b.clone(), c.clone()])]), &document));
        let flat = known(&or([a.clone(), b.clone(), c.clone()]), &document);
        prop_assert_eq!(flat, known(&or([or([a, b]), c]), &document));
    }

    #[test]
    fn de_morgan(a in conditions(), b in conditions(), document in documents()) {
        let left = not(and([a.clone(), b.clone()]));
        let right = or([not(a.clone()), not(b.clone())]);
        prop_assert_eq!(known(&left, &document), known(&right, &document));
        let all = not(quantified(Quantifier::All, get("ns"), a.clone()));
        let any = quantified(Quantifier::Any, get("ns"), not(a.clone()));
        prop_assert_eq!(known(&all, &document), known(&any, &document));
        prop_assert_eq!(known(&not(not(a.clone())), &document), known(&a, &document));
    }

    #[test]
    fn distribution(a in conditions(), b in conditions(), c in conditions(), document in documents()) {
        let left = and([a.clone(), or([b.clone(), c.clone()])]);
        let right = or([and([a.clone(), b]), and([a, c])]);
        prop_assert_eq!(known(&left, &document), known(&right, &document));
    }

    /// `in` is `any`, and `any` is `or` over the elements.
    #[test]
    fn membership_is_a_quantifier(n in -1i64..3, document in documents()) {
        let quantified = quantified(Quantifier::Any, get("ns"), eq(int(n), x(Type::Int)));
        prop_assert_eq!(known(&is_in(int(n), get("ns")), &document), known(&quantified, &document));
    }

    /// Learning less never turns one answer into the other.
    #[test]
    fn what_is_lost_can_only_make_a_condition_unknown(condition in conditions(), document in documents(), lost in lost()) {
        let less = without(&document, lost);
        if let Some(answer) = known(&condition, &less) {
            prop_assert_eq!(known(&condition, &document), Some(answer));
        }
    }

    /// Losing a fact never lets a block pass that was violated, nor violates one that passed.
    #[test]
    fn what_is_lost_can_only_make_a_block_indeterminate(block in blocks(), document in documents(), lost in lost()) {
        let less = super::super::decide(context(), &block, &without(&document, lost));
        if less.decision != Decision::Indeterminate {
            let more = super::super::decide(context(), &block, &document);
            prop_assert_eq!(less.decision, more.decision, "{}", told(&more));
        }
    }

    #[test]
    fn a_decision_has_its_reasons(block in blocks(), document in documents()) {
        let outcome = super::super::decide(context(), &block, &document);
        prop_assert_eq!(outcome.decision == Decision::Violated, !outcome.messages.is_empty());
        prop_assert!(outcome.decision != Decision::Indeterminate || !outcome.reasons.is_empty());
        prop_assert!(outcome.decision == Decision::Indeterminate || outcome.decision == Decision::Violated || outcome.reasons.is_empty());
        prop_assert_eq!(&outcome, &super::super::decide(context(), &block, &document));
    }
}

fn lost() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("flag"), Just("a"), Just("b"), Just("c"), Just("n"), Just("ns")]
}

fn without(document: &Document, field: &str) -> Document {
    let mut less = document.clone();
    less.fields.remove(field);
    less
}
