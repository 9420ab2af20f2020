//! Makes a document that shows a difference as small as it can be, so that a person sees why.

use serde_json::Value;

/// Every document that is one step simpler: a part left out, or a part replaced by something plain.
pub fn simpler(document: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut places = Vec::new();
    collect(document, &mut Vec::new(), &mut places);
    for place in places.iter().filter(|place| !place.is_empty()) {
        let mut without = document.clone();
        remove(&mut without, place);
        found.push(without);
        if let Some(value) = at(document, place) {
            for plain in plainer(value) {
                let mut replaced = document.clone();
                if let Some(slot) = at_mut(&mut replaced, place) {
                    *slot = plain;
                    found.push(replaced);
                }
            }
        }
    }
    found
}

/// Repeats `simpler` while `differs` finds a document that still shows the difference. `differs` gets a batch and names one by position.
pub fn shrink(mut document: Value, mut differs: impl FnMut(&[Value]) -> Option<usize>) -> Value {
    // Each round makes the document smaller, so this is only a guard against a judge that changes its mind.
    for _ in 0..500 {
        let mut candidates = simpler(&document);
        match differs(&candidates) {
            Some(position) => document = candidates.swap_remove(position),
            None => break,
        }
    }
    document
}

#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

fn collect(value: &Value, here: &mut Vec<Step>, places: &mut Vec<Vec<Step>>) {
    // What makes it a subject document at all is kept.
    let kept = matches!(here.as_slice(), [Step::Key(key)] if key != "asset");
    if !kept {
        places.push(here.clone());
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                here.push(Step::Key(key.clone()));
                collect(value, here, places);
                here.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                here.push(Step::Index(index));
                collect(value, here, places);
                here.pop();
            }
        }
        _ => {}
    }
}

fn at<'v>(value: &'v Value, place: &[Step]) -> Option<&'v Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(*index),
    })
}

fn at_mut<'v>(value: &'v mut Value, place: &[Step]) -> Option<&'v mut Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(*index),
    })
}

fn remove(value: &mut Value, place: &[Step]) {
    let Some((last, parents)) = place.split_last() else { return };
    match (at_mut(value, parents), last) {
        (Some(Value::Object(object)), Step::Key(key)) => {
            object.remove(key);
        }
        (Some(Value::Array(items)), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}

/// Plainer values of the same kind; never longer, so that shrinking ends.
fn plainer(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) if text.chars().count() > 1 => vec![Value::from(""), Value::from("a")],
        Value::Number(number) if number.as_f64() != Some(0.0) && number.as_f64() != Some(1.0) => {
            vec![Value::from(0), Value::from(1)]
        }
        _ => Vec::new(),
    }
}
