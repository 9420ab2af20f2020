//! Values of a type: some value, and ones that compare with another in a given way.

use crate::core::{Comparison, Project, Type};
use crate::value::{Date, Duration, Scalar, Time};
use regex_syntax::hir::{Hir, HirKind};
use serde_json::{Map, Value, json};

/// Some value of the type, as it stands in a subject document.
pub(super) fn some_value(project: &Project, ty: &Type, now: Time) -> Value {
    match ty {
        Type::Bool => json!(true),
        Type::Int | Type::Float | Type::Ratio | Type::Duration | Type::Bytes => json!(1),
        Type::Text | Type::Pattern => json!("text"),
        Type::Date => now.date().to_json(),
        Type::Time => now.to_json(),
        Type::Quantity => json!("1"),
        Type::Rate(_) => json!("1/min"),
        Type::Version => json!("1.0.0"),
        Type::Digest => digest('0'),
        Type::Cidr => json!("10.0.0.0/8"),
        Type::Enum(id) => word(project.enumeration(*id).variants.first().map(|variant| variant.text.as_str())),
        Type::Asset(kind) => {
            let mut assets = project.assets.iter().filter(|asset| asset.kind == *kind);
            word(assets.next().map(|asset| asset.qualified.as_str()))
        }
        Type::Role => word(project.roles.first().map(|role| role.name.as_str())),
        Type::Signer => word(project.signers.first().map(|signer| signer.name.as_str())),
        Type::Threat(id) => word(project.catalog(*id).entries.keys().next().map(|id| id.as_str())),
        Type::Record(_) | Type::Map(_) => Value::Object(Map::new()),
        Type::List(_) => json!([]),
        Type::Error => Value::Null,
    }
}

fn word(word: Option<&str>) -> Value {
    json!(word.unwrap_or("text"))
}

fn digest(digit: char) -> Value {
    json!(format!("sha256:{}", digit.to_string().repeat(64)))
}

/// A value of the type for which `value op other` holds, if one comes to mind.
pub(super) fn value_that(project: &Project, ty: &Type, op: Comparison, other: &Value) -> Option<Value> {
    match op {
        Comparison::Eq | Comparison::Le | Comparison::Ge => Some(other.clone()),
        Comparison::Ne => another(project, ty, other),
        Comparison::Lt => stepped(project, ty, other, -1),
        Comparison::Gt => stepped(project, ty, other, 1),
    }
}

/// A value of the type that is none of these.
pub(super) fn none_of(project: &Project, ty: &Type, others: &[Value]) -> Option<Value> {
    let start = others.first().cloned().unwrap_or_else(|| json!("text"));
    let mut found = another(project, ty, &start)?;
    for _ in 0..others.len() {
        if !others.contains(&found) {
            break;
        }
        found = another(project, ty, &found)?;
    }
    (!others.contains(&found)).then_some(found)
}

fn another(project: &Project, ty: &Type, other: &Value) -> Option<Value> {
    let words: Vec<&str> = match ty {
        Type::Bool => return Some(json!(!other.as_bool()?)),
        Type::Text => return Some(json!(format!("not {}", other.as_str()?))),
        Type::Digest => {
            let digits = [digest('1'), digest('2')];
            return digits.into_iter().find(|digest| digest != other);
        }
        Type::Cidr => {
            let networks = [json!("192.0.2.0/24"), json!("198.51.100.0/24")];
            return networks.into_iter().find(|network| network != other);
        }
        Type::Enum(id) => project.enumeration(*id).variants.iter().map(|variant| variant.text.as_str()).collect(),
        Type::Signer => project.signers.iter().map(|signer| signer.name.as_str()).collect(),
        Type::Role => project.roles.iter().map(|role| role.name.as_str()).collect(),
        _ => return stepped(project, ty, other, 1),
    };
    // The next one, so that asking again goes through all of them.
    let at = words.iter().position(|word| other == word).unwrap_or_default();
    words.get((at + 1) % words.len().max(1)).filter(|word| other != *word).map(|word| json!(word))
}

/// A value a little above or below another.
fn stepped(project: &Project, ty: &Type, other: &Value, step: i64) -> Option<Value> {
    match ty {
        Type::Int | Type::Duration | Type::Bytes => Some(json!(other.as_i64()?.checked_add(step)?)),
        Type::Float | Type::Ratio => Some(json!(other.as_f64()? + step as f64 / 100.0)),
        Type::Date => {
            let date = Date::from_json(other)?;
            Some(Date::from_epoch_days(date.epoch_days() + step)?.to_json())
        }
        Type::Time => Some(Time::from_json(other)?.checked_add(Duration::from_millis(step * 1_000)?)?.to_json()),
        Type::Version => Some(json!(if step > 0 { "9999.0.0" } else { "0.0.0-0" })),
        Type::Enum(id) => {
            let variants = &project.enumeration(*id).variants;
            let at = variants.iter().position(|variant| other == variant.text.as_str())?;
            let next = usize::try_from(i64::try_from(at).ok()? + step).ok()?;
            variants.get(next).map(|variant| json!(variant.text.as_str()))
        }
        _ => None,
    }
}

/// A short text that the canonical text of a pattern matches.
pub(super) fn matching(canonical: &str) -> Option<String> {
    let form = regex_syntax::parse(canonical).ok()?;
    let mut text = String::new();
    write_match(&form, &mut text)?;
    Some(text)
}

fn write_match(form: &Hir, text: &mut String) -> Option<()> {
    match form.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
            let has = |wanted: char| class.iter().any(|range| range.start() <= wanted && wanted <= range.end());
            let common = ['a', '0', 'A', '-', ' '].into_iter().find(|wanted| has(*wanted));
            text.push(common.or_else(|| class.iter().next().map(|range| range.start()))?);
        }
        HirKind::Class(regex_syntax::hir::Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                write_match(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => write_match(&capture.sub, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write_match(part, text))?,
        HirKind::Alternation(branches) => write_match(branches.first()?, text)?,
    }
    Some(())
}
