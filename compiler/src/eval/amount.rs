//! Sums and multiples of `Int`, `Duration` and `Bytes`, exactly.

use super::place::Unknown;
use super::value::Value;
use crate::core::{Const, Type};
use crate::syntax::ast::SumOp;
use crate::value::{Bytes, Duration};

/// Adds the terms up.
pub(super) fn sum<'a>(
    ty: &Type,
    terms: impl Iterator<Item = Result<(SumOp, Value<'a>), Unknown>>,
) -> Result<Value<'a>, Unknown> {
    let mut total = 0;
    for term in terms {
        let (op, value) = term?;
        let amount = value.amount().ok_or_else(Unknown::ill_typed)?;
        total = match op {
            SumOp::Add => total + i128::from(amount),
            SumOp::Sub => total - i128::from(amount),
        };
    }
    typed(ty, total)
}

/// The value times a whole number.
pub(super) fn scale<'a>(ty: &Type, value: &Value<'a>, factor: i64) -> Result<Value<'a>, Unknown> {
    let amount = value.amount().ok_or_else(Unknown::ill_typed)?;
    typed(ty, i128::from(amount) * i128::from(factor))
}

/// The amount as a value of its type. The compiler has bounded every sum to 64 bits.
fn typed<'a>(ty: &Type, amount: i128) -> Result<Value<'a>, Unknown> {
    let amount = i64::try_from(amount).map_err(|_| Unknown::new("the sum is larger than 64 bits hold"))?;
    let (scalar, unit) = match ty {
        Type::Int => (Some(Const::Int(amount)), ""),
        Type::Duration => (Duration::from_millis(amount).map(Const::Duration), "ms"),
        Type::Bytes => (Bytes::new(amount).map(Const::Bytes), "B"),
        _ => return Err(Unknown::ill_typed()),
    };
    Ok(scalar.map_or(Value::Beyond(amount, unit), Value::Scalar))
}
