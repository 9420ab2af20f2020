//! What an engine printed, back to the blocks that it comes from: a denial or a warning of the API server, an entry of its audit log, what
//! OPA, conftest or `gatewright gate` say, or a message alone.

use super::place::{Place, each_requirement};
use crate::core::{Block, Part, StmtKind};
use crate::session::Checked;
use crate::source::Span;
use crate::targets::{Input, admission};
use serde_json::Value;

/// What a text speaks of. Names of objects say the block itself; so do decisions in JSON; else the message has to.
pub(super) fn find<'a>(checked: &'a Checked, text: &str) -> Vec<Place<'a>> {
    let mut said = Said::default();
    said.read(text);
    let named = by_object(checked, &said);
    if !named.is_empty() {
        return named;
    }
    let decided = by_decision(checked, &said);
    if decided.is_empty() { by_message(checked, &said) } else { decided }
}

/// A decision that a JSON document tells of.
struct Decision {
    policy: Option<String>,
    instance: String,
    block: Option<u64>,
    /// Every text in it.
    texts: Vec<String>,
}

/// What a text holds, JSON inside of JSON included.
#[derive(Default)]
struct Said {
    texts: Vec<String>,
    decisions: Vec<Decision>,
}

impl Said {
    fn read(&mut self, text: &str) {
        match serde_json::from_str::<Value>(text) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => self.walk(&value, None),
            _ => self.texts.push(text.to_owned()),
        }
    }

    fn walk(&mut self, value: &Value, policy: Option<&str>) {
        match value {
            Value::String(text) => self.read(text),
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, policy)),
            Value::Object(entries) => {
                let text = |key: &str| entries.get(key).and_then(Value::as_str);
                let policy = text("policy").or(policy);
                let passes = matches!(text("effect"), Some("pass"))
                    || matches!(text("decision"), Some("pass" | "not_applicable"));
                let inner = self.texts.len();
                entries.keys().for_each(|key| self.texts.push(key.clone()));
                entries.values().for_each(|value| self.walk(value, policy));
                if let Some(instance) = text("instance").filter(|_| !passes) {
                    self.decisions.push(Decision {
                        policy: policy.map(str::to_owned),
                        instance: instance.to_owned(),
                        block: entries.get("block").and_then(Value::as_u64),
                        texts: self.texts.get(inner..).unwrap_or_default().to_vec(),
                    });
                }
            }
            _ => {}
        }
    }
}

/// The blocks whose objects in the cluster are named.
fn by_object<'a>(checked: &'a Checked, said: &Said) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    for (policy, plan) in checked.project.policies.iter().zip(&checked.plans) {
        let input = Input { project: &checked.project, sources: &checked.sources, policy, plan };
        for enforced in admission::enforced(&input) {
            if said.texts.iter().any(|text| names(text, &enforced.name)) {
                let (instance, block) = (enforced.instance, enforced.block);
                found.push(Place { policy, instance, block, statements: saying(block, &said.texts) });
            }
        }
    }
    found
}

fn by_decision<'a>(checked: &'a Checked, said: &Said) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    for decision in &said.decisions {
        let is_meant = |name: &str| decision.policy.as_ref().is_none_or(|policy| policy == name);
        for policy in checked.project.policies.iter().filter(|policy| is_meant(&policy.name)) {
            for instance in policy.instances.iter().filter(|instance| instance.name == decision.instance) {
                for block in &instance.blocks {
                    let statements = saying(block, &decision.texts);
                    let is_it = match decision.block {
                        Some(number) => u64::from(block.index) == number,
                        None => !statements.is_empty() || instance.blocks.len() == 1,
                    };
                    if is_it {
                        found.push(Place { policy, instance, block, statements });
                    }
                }
            }
        }
    }
    found
}

fn by_message<'a>(checked: &'a Checked, said: &Said) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    for policy in &checked.project.policies {
        for instance in &policy.instances {
            for block in &instance.blocks {
                let statements = saying(block, &said.texts);
                if !statements.is_empty() {
                    found.push(Place { policy, instance, block, statements });
                }
            }
        }
    }
    found
}

/// Whether a text has a name, and not as a part of a longer one.
fn names(text: &str, name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    text.match_indices(name).any(|(start, _)| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let mut after = text.get(start + name.len()..).unwrap_or_default().chars();
        // A full stop may end a sentence.
        let goes_on = match after.next() {
            Some('.') => after.next().is_some_and(inside),
            next => next.is_some_and(inside),
        };
        !before.is_some_and(inside) && !goes_on
    })
}

/// The requirements of a block whose message could be in one of these texts.
fn saying(block: &Block, texts: &[String]) -> Vec<Span> {
    let mut found = Vec::new();
    each_requirement(block, &mut |stmt| {
        if let StmtKind::Require { message, .. } | StmtKind::Bind { message, .. } = &stmt.kind
            && texts.iter().any(|text| could_be(&message.parts, text))
        {
            found.push(stmt.span);
        }
    });
    found
}

/// Whether a text has the fixed parts of a message, in order; a part that is a value may be anything.
fn could_be(parts: &[Part], text: &str) -> bool {
    let mut rest = text;
    let mut said = 0;
    for part in parts {
        let Part::Text(fixed) = part else { continue };
        let Some((_, after)) = rest.split_once(fixed.as_str()) else { return false };
        rest = after;
        said += fixed.trim().len();
    }
    // A message that is almost only values fits everything, which explains nothing.
    said >= 3
}
