//! What a conjunction of comparisons with constants leaves possible for one value.

use crate::core::{Comparison, Const, Type};
use std::cmp::Ordering;

/// What is still possible for a value of one type.
#[derive(Debug, Clone, Default)]
pub(super) struct Possible {
    low: Option<(Number, bool)>,
    high: Option<(Number, bool)>,
    /// The only values that are possible, if `==` or `in` said so.
    only: Option<Vec<Const>>,
    excluded: Vec<Const>,
}

/// A constant with an order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    /// Of a type in which every value has a next one.
    Whole(i128),
    /// Of a type in which there is always one in between.
    Dense(f64),
}

impl Number {
    fn of(value: &Const) -> Option<Self> {
        Some(match value {
            Const::Int(value) => Number::Whole(i128::from(*value)),
            Const::Duration(value) => Number::Whole(i128::from(value.millis())),
            Const::Bytes(value) => Number::Whole(i128::from(value.count())),
            Const::Date(value) => Number::Whole(i128::from(value.epoch_days())),
            Const::Time(value) => Number::Whole(i128::from(value.epoch_nanos())),
            Const::Enum(_, rank) => Number::Whole(i128::from(*rank)),
            Const::Float(value) => Number::Dense(*value),
            Const::Ratio(value) => Number::Dense(value.to_f64()),
            _ => return None,
        })
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Number::Whole(one), Number::Whole(other)) => Some(one.cmp(&other)),
            (Number::Dense(one), Number::Dense(other)) => one.partial_cmp(&other),
            _ => None,
        }
    }
}

impl Possible {
    /// Everything that a type has; `count` and sizes start at 0, an enum has its variants.
    pub(super) fn of_type(ty: &Type, is_count: bool, variants: Option<usize>) -> Self {
        let mut possible = Self::default();
        if is_count || *ty == Type::Bytes {
            possible.low = Some((Number::Whole(0), true));
        }
        if let Some(variants) = variants {
            possible.low = Some((Number::Whole(0), true));
            possible.high = Some((Number::Whole(variants as i128 - 1), true));
        }
        possible
    }

    /// Keeps what also compares so.
    pub(super) fn compare(&mut self, op: Comparison, value: &Const) {
        match op {
            Comparison::Eq => self.among(std::slice::from_ref(value)),
            Comparison::Ne => self.excluded.push(value.clone()),
            Comparison::Lt => self.below(value, false),
            Comparison::Le => self.below(value, true),
            Comparison::Gt => self.above(value, false),
            Comparison::Ge => self.above(value, true),
        }
    }

    /// Keeps what is also one of these.
    pub(super) fn among(&mut self, values: &[Const]) {
        self.only = Some(match self.only.take() {
            Some(only) => only.into_iter().filter(|value| values.contains(value)).collect(),
            None => values.to_vec(),
        });
    }

    /// Keeps what is also none of these.
    pub(super) fn not_among(&mut self, values: &[Const]) {
        self.excluded.extend_from_slice(values);
    }

    fn below(&mut self, value: &Const, inclusive: bool) {
        let Some(number) = Number::of(value) else { return };
        let tighter = self.high.is_none_or(|(high, was)| match number.compare(high) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => was && !inclusive,
            _ => false,
        });
        if tighter {
            self.high = Some((number, inclusive));
        }
    }

    fn above(&mut self, value: &Const, inclusive: bool) {
        let Some(number) = Number::of(value) else { return };
        let tighter = self.low.is_none_or(|(low, was)| match number.compare(low) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => was && !inclusive,
            _ => false,
        });
        if tighter {
            self.low = Some((number, inclusive));
        }
    }

    /// Whether nothing is possible.
    pub(super) fn is_empty(&self) -> bool {
        if let Some(only) = &self.only {
            return !only.iter().any(|value| !self.excluded.contains(value) && self.is_inside(value));
        }
        let (Some((low, from)), Some((high, to))) = (self.low, self.high) else { return false };
        match (low, high) {
            (Number::Whole(low), Number::Whole(high)) => {
                let first = if from { low } else { low + 1 };
                let last = if to { high } else { high - 1 };
                // A short range may be excluded value by value.
                first > last || (last - first < 64 && (first..=last).all(|number| self.is_excluded(number)))
            }
            _ => match low.compare(high) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => !(from && to),
                _ => false,
            },
        }
    }

    fn is_excluded(&self, number: i128) -> bool {
        self.excluded.iter().any(|value| Number::of(value) == Some(Number::Whole(number)))
    }

    fn is_inside(&self, value: &Const) -> bool {
        let Some(number) = Number::of(value) else { return true };
        let above = self.low.is_none_or(|(low, inclusive)| match number.compare(low) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => inclusive,
            Some(Ordering::Less) => false,
            None => true,
        });
        let below = self.high.is_none_or(|(high, inclusive)| match number.compare(high) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => inclusive,
            Some(Ordering::Greater) => false,
            None => true,
        });
        above && below
    }
}
