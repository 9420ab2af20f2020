//! From the value that a tool wrote to the value of the field.
//!
//! What converts is canonical; what does not is left as it is if it is of a wrong type as it stands, and otherwise becomes a value that is
//! of a wrong type for every reader. So a field that cannot be read is unknown, and never absent or something else.

use crate::core::schema::Reading;
use crate::core::{Field, Origin, Project, Record, Type};
use crate::document::path::{DocPath, Selected};
use crate::document::{self, Format, Limits};
use crate::value::{Algorithm, Decimal, Digest, Duration, Scalar, Time, normalise_time};
use serde_json::{Map, Number, Value, json};
use std::borrow::Cow;

/// The fields of an object, by the names of the language. Fields that no document says are left out.
pub(crate) fn record(project: &Project, record: &Record, document: &Value) -> Map<String, Value> {
    let mut view = Map::new();
    for field in record.fields.values() {
        let Origin::Document { paths, reading } = &field.origin else { continue };
        if let Some(value) = first_present(project, field, paths, *reading, document) {
            view.insert(field.name.to_string(), value);
        }
    }
    view
}

fn first_present(
    project: &Project,
    field: &Field,
    paths: &[DocPath],
    reading: Reading,
    document: &Value,
) -> Option<Value> {
    paths.iter().find_map(|path| match path.select(document) {
        Selected::Absent | Selected::One(Cow::Borrowed(Value::Null)) => None,
        Selected::One(value) => Some(convert(project, &field.ty, reading, &value)),
        Selected::Many(slots) => many(project, &field.ty, reading, &slots),
        Selected::WrongShape(wrong) => Some(unreadable(&field.ty, &wrong.to_string())),
    })
}

/// The value of a path that multiplies: a list, or for a field that is no list the one value that was found.
fn many(project: &Project, ty: &Type, reading: Reading, slots: &[Option<Cow<'_, Value>>]) -> Option<Value> {
    if let Type::List(element) = ty {
        let element = |slot: &Option<Cow<'_, Value>>| match slot {
            Some(value) => convert(project, element, reading, value),
            None => Value::Null,
        };
        return Some(slots.iter().map(element).collect());
    }
    match slots {
        [] | [None] => None,
        [Some(value)] => Some(convert(project, ty, reading, value)),
        several => Some(unreadable(ty, &format!("{} values stand where one should", several.len()))),
    }
}

fn convert(project: &Project, ty: &Type, reading: Reading, value: &Value) -> Value {
    match (ty, value) {
        (_, Value::Null) => Value::Null,
        (_, Value::String(text)) if reading == Reading::Json => {
            match document::read(text.as_bytes(), Format::Json, &Limits::default()) {
                Ok(inner) => convert(project, ty, Reading::Plain, &inner),
                Err(error) => unreadable(ty, &error.to_string()),
            }
        }
        (Type::List(element), Value::Array(items)) => {
            items.iter().map(|item| convert(project, element, reading, item)).collect()
        }
        (Type::Map(inner), Value::Object(entries)) => {
            entries.iter().map(|(key, value)| (key.clone(), convert(project, inner, reading, value))).collect()
        }
        (Type::Record(id), Value::Object(_)) => Value::Object(record(project, project.record(*id), value)),
        (Type::List(_) | Type::Map(_) | Type::Record(_), other) => other.clone(),
        (scalar, value) => read(scalar, reading, value),
    }
}

fn read(ty: &Type, reading: Reading, value: &Value) -> Value {
    let converted = match reading {
        Reading::Plain if *ty == Type::Time => return time(value, false),
        Reading::AssumeUtc => return time(value, true),
        Reading::Plain | Reading::Json => return value.clone(),
        Reading::EpochSeconds => epoch(value, 1_000_000_000),
        Reading::EpochMillis => epoch(value, 1_000_000),
        Reading::Percent => Decimal::from_percent(value).map(|ratio| ratio.to_json()),
        Reading::Seconds => millis(value, 1000),
        Reading::Millis => millis(value, 1),
        Reading::Sha256 => hex(Algorithm::Sha256, value),
        Reading::Sha384 => hex(Algorithm::Sha384, value),
        Reading::Sha512 => hex(Algorithm::Sha512, value),
        Reading::Number => number(value),
    };
    converted.unwrap_or_else(|| unreadable(ty, "the value cannot be read as declared"))
}

/// A time in canonical form; text that is none stays as it is, and is of a wrong type then.
fn time(value: &Value, assume_utc: bool) -> Value {
    let time = value.as_str().and_then(|text| normalise_time(text, assume_utc));
    time.map_or_else(|| value.clone(), |time| time.to_json())
}

fn epoch(value: &Value, nanos_per_unit: i64) -> Option<Value> {
    let time = match value.as_i64() {
        Some(whole) => Time::from_epoch_nanos(whole.checked_mul(nanos_per_unit)?)?,
        // Tools that write a fraction write what a double holds, and a microsecond is all that it holds.
        None => {
            let micros = (value.as_f64()? * (nanos_per_unit as f64 / 1000.0)).round();
            if micros.abs() > 9e15 {
                return None;
            }
            Time::from_epoch_nanos((micros as i64).checked_mul(1000)?)?
        }
    };
    Some(time.to_json())
}

/// A number of units of so many milliseconds; it must come to whole milliseconds.
fn millis(value: &Value, per_unit: i64) -> Option<Value> {
    let millis = match value.as_i64() {
        Some(whole) => whole.checked_mul(per_unit)?,
        None => {
            let exact = value.as_f64()? * per_unit as f64;
            if exact.fract() != 0.0 || exact.abs() > 9e15 {
                return None;
            }
            exact as i64
        }
    };
    Duration::from_millis(millis).map(|duration| duration.to_json())
}

fn hex(algorithm: Algorithm, value: &Value) -> Option<Value> {
    Digest::from_hex(algorithm, &value.as_str()?.to_ascii_lowercase()).ok().map(|digest| digest.to_json())
}

/// A number that was written as text, as JSON writes numbers.
fn number(value: &Value) -> Option<Value> {
    value.as_str()?.parse::<Number>().ok().map(Value::Number)
}

/// A value of a wrong type for every reader of this type; it says why, for people who look into the document.
fn unreadable(ty: &Type, reason: &str) -> Value {
    let reason = json!({ "unreadable": reason });
    match ty {
        // An object is what these are, so it has to be something else.
        Type::Record(_) | Type::Map(_) => json!([reason]),
        _ => reason,
    }
}

/// The digests that a document states at a path, in canonical form.
pub(super) fn digests(path: &DocPath, reading: Reading, document: &Value) -> Vec<Value> {
    let one = |value: &Value| read(&Type::Digest, reading, value);
    match path.select(document) {
        Selected::One(value) => vec![one(&value)],
        Selected::Many(slots) => slots.iter().flatten().map(|value| one(value)).collect(),
        Selected::Absent | Selected::WrongShape(_) => Vec::new(),
    }
}
