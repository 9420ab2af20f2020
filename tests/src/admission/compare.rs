//! Sends objects to the server, and compares for each block what it says with what the evaluator says of the object as the server sees it.

use super::{Enforced, InForce};
use crate::differential::shrink::shrink;
use crate::kubernetes::{Answer, JSON};
use gatewright::cluster;
use gatewright::eval::{self, BlockVerdict, Effect};
use gatewright::syntax::ast::{Decision, Mode};
use gatewright::value::{Scalar, Time};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A namespace that no policy covers: there the server says what it makes of an object.
pub const ELSEWHERE: &str = "conf-elsewhere";

/// What is asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A new object.
    Create,
    /// Another content for an object that is there.
    Update,
    /// The ephemeral containers of a pod that is there.
    EphemeralContainers,
}

/// A request in a namespace.
#[derive(Debug, Clone)]
pub struct Case {
    /// The seed that made the object, or the name of a file.
    pub origin: String,
    /// The namespace.
    pub namespace: String,
    /// What is asked.
    pub operation: Operation,
    /// The object; it has no namespace.
    pub object: Value,
}

/// What the server said and the evaluator did not, or the other way round.
#[derive(Debug)]
pub struct Difference {
    case: Case,
    found: Vec<String>,
}

/// For each block, how often each decision was made.
pub type Tally = BTreeMap<String, BTreeMap<&'static str, usize>>;

/// A request that was answered in its namespace.
struct Sent {
    case: Case,
    /// The object as the server sees it.
    seen: Value,
    answer: Answer,
}

impl InForce<'_> {
    /// Sends all of the cases and compares; the first difference is made small. Gives how many the server looked at.
    ///
    /// # Errors
    /// There is no answer, or no trace of a request in the audit log.
    pub fn compare(&self, cases: &[Case], tally: &mut Tally) -> Result<(usize, Vec<Difference>), String> {
        let sent = self.send_all(cases)?;
        let mut differences: Vec<Difference> = Vec::new();
        let annotations = self.annotations(&sent)?;
        for (sent, annotations) in sent.iter().zip(&annotations) {
            let found = self.differences(sent, annotations, Some(tally));
            if !found.is_empty() && differences.is_empty() {
                differences.push(self.smaller(&sent.case)?);
            }
        }
        Ok((sent.len(), differences))
    }

    /// The case with the smallest object that still shows a difference.
    fn smaller(&self, case: &Case) -> Result<Difference, String> {
        let of = |object: Value| Case { object, ..case.clone() };
        let found = |object: &Value| -> Vec<String> {
            let sent = self.send_all(&[of(object.clone())]).unwrap_or_default();
            let annotations = self.annotations(&sent).unwrap_or_default();
            sent.iter().zip(&annotations).flat_map(|(sent, said)| self.differences(sent, said, None)).collect()
        };
        let object = shrink(case.object.clone(), |objects| objects.iter().position(|object| !found(object).is_empty()));
        let found = found(&object);
        Ok(Difference { case: of(object), found })
    }

    fn send_all(&self, cases: &[Case]) -> Result<Vec<Sent>, String> {
        let mut sent = Vec::new();
        for case in cases {
            let elsewhere = self.send(case, ELSEWHERE)?;
            if elsewhere.status >= 500 {
                return Err(format!("{}: {}", elsewhere.status, elsewhere.body));
            }
            // What the server does not take anywhere is not what policies are about.
            let Ok(mut seen) = elsewhere.accepted() else { continue };
            seen["metadata"]["namespace"] = case.namespace.as_str().into();
            let answer = self.send(case, &case.namespace)?;
            sent.push(Sent { case: case.clone(), seen, answer });
        }
        Ok(sent)
    }

    /// Asks the server in a namespace, without storing anything.
    fn send(&self, case: &Case, namespace: &str) -> Result<Answer, String> {
        let mut object = case.object.clone();
        object["metadata"]["namespace"] = namespace.into();
        let (method, path) = match case.operation {
            Operation::Create => ("POST", self.cluster.collection(&object)?),
            Operation::Update => ("PUT", self.cluster.path(&object)?),
            Operation::EphemeralContainers => ("PUT", format!("{}/ephemeralcontainers", self.cluster.path(&object)?)),
        };
        // With a name of the wrong shape there is no path.
        if path.chars().any(|c| !c.is_ascii_graphic()) {
            return Ok(Answer { status: 422, body: Value::Null, warnings: Vec::new(), audit_id: String::new() });
        }
        self.cluster.request(method, &format!("{path}?dryRun=All&fieldValidation=Ignore"), Some(&object), JSON)
    }

    fn annotations(&self, sent: &[Sent]) -> Result<Vec<BTreeMap<String, String>>, String> {
        let ids: Vec<&str> = sent.iter().map(|sent| sent.answer.audit_id.as_str()).collect();
        self.cluster.audited(&ids)
    }

    /// Everything that differs.
    fn differences(
        &self,
        sent: &Sent,
        annotations: &BTreeMap<String, String>,
        mut tally: Option<&mut Tally>,
    ) -> Vec<String> {
        let said = Said::new(&sent.answer, annotations);
        let mut found = Vec::new();
        let mut denied: BTreeSet<&str> = BTreeSet::new();
        for block in &self.blocks {
            let verdict = self.verdict(block, sent);
            if let (Some(tally), Some(verdict)) = (tally.as_deref_mut(), &verdict) {
                *tally.entry(block.label()).or_default().entry(verdict.outcome.decision.keyword()).or_default() += 1;
            }
            if verdict.as_ref().is_some_and(|verdict| verdict.effect == Effect::Deny) {
                denied.insert(&block.name);
            }
            found.extend(
                said.differs(block, verdict.as_ref()).into_iter().map(|what| format!("{}: {what}", block.label())),
            );
        }
        match (denied.is_empty(), sent.answer.status) {
            (true, 200 | 201) => {}
            (false, 403) => {
                let message = sent.answer.message();
                if !denied.iter().any(|name| {
                    message
                        .contains(&format!("ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: "))
                }) {
                    found.push(format!("denied by none of {denied:?}: {message}"));
                }
            }
            (_, status) => {
                found.push(format!("denied by {denied:?}, and the status is {status}: {}", sent.answer.body))
            }
        }
        found
    }

    /// What the evaluator says of a block.
    fn verdict(&self, block: &Enforced<'_>, sent: &Sent) -> Option<BlockVerdict> {
        if !cluster::subjects(self.project, &sent.seen).contains(&block.block.subject) {
            return None;
        }
        let now = now();
        let document = cluster::document(self.project, block.policy, block.block.subject, &sent.seen, now)?;
        // A waiver is honoured when an object is made, and never later.
        let clock = (sent.case.operation == Operation::Create).then_some(now);
        let verdict = eval::judge(self.project, block.policy, &document, clock);
        let ours = |verdict: &BlockVerdict| verdict.instance == block.instance && verdict.block == block.block.index;
        verdict.blocks.into_iter().find(ours)
    }
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos())
        .ok()
        .and_then(Time::from_epoch_nanos)
        .unwrap_or_else(|| Time::parse_literal("2026-11-24T00:00:00Z").unwrap_or_else(|_| unreachable!("a time")))
}

/// What the server said, by the name of the policy.
struct Said {
    failures: BTreeMap<String, Vec<String>>,
    warnings: BTreeMap<String, Vec<String>>,
    violations: BTreeMap<String, String>,
    /// Whether there may have been more records, or warnings, than the server keeps.
    cut: (bool, bool),
}

/// How many bytes of warnings the server sends at most, and of records it keeps; a part that goes beyond is left out.
const WARNINGS: usize = 4096;
const RECORDS: usize = 10_240;
/// How long a part is at most, when the server runs out.
const PART: usize = 512;

impl Said {
    fn new(answer: &Answer, annotations: &BTreeMap<String, String>) -> Self {
        let list = annotations.get("validation.policy.admission.k8s.io/validation_failure");
        let warned: usize = answer.warnings.iter().map(String::len).sum();
        let cut = (list.map_or(0, String::len) + PART > RECORDS, warned + PART > WARNINGS);
        let (failures, warnings, violations) = Default::default();
        let mut said = Self { failures, warnings, violations, cut };
        let list: Value = list.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        for failure in list.as_array().into_iter().flatten() {
            let text = |key: &str| failure[key].as_str().unwrap_or_default().to_owned();
            said.failures.entry(text("policy")).or_default().push(text("message"));
        }
        for warning in &answer.warnings {
            let rest = warning.strip_prefix("Validation failed for ValidatingAdmissionPolicy '");
            if let Some((name, rest)) = rest.and_then(|rest| rest.split_once('\'')) {
                let text = rest.split_once("': ").map_or("", |(_, text)| text);
                said.warnings.entry(name.to_owned()).or_default().push(text.to_owned());
            }
        }
        for (key, value) in annotations {
            if let Some(name) = key.strip_suffix("/violations") {
                said.violations.insert(name.to_owned(), value.clone());
            }
        }
        said
    }

    fn differs(&self, block: &Enforced<'_>, verdict: Option<&BlockVerdict>) -> Vec<String> {
        let effect = verdict.map_or(Effect::Pass, |verdict| verdict.effect);
        let fails = !matches!(effect, Effect::Pass | Effect::Waived);
        let texts = |map: &BTreeMap<String, Vec<String>>| map.get(&block.name).cloned().unwrap_or_default();
        let (failures, warnings) = (texts(&self.failures), texts(&self.warnings));
        let annotated = self.violations.get(&block.name);
        let mut found = Vec::new();
        let mut expect = |what: &str, wanted: bool, is: bool| {
            if wanted != is {
                let decision = verdict
                    .map(|verdict| (verdict.outcome.decision, &verdict.outcome.messages, &verdict.outcome.reasons));
                found.push(format!("{what}: {is}, and the evaluator says {decision:?} {effect:?}; {failures:?} {warnings:?} {annotated:?}"));
            }
        };
        let records = fails && block.mode != Mode::Warn && !(self.cut.0 && failures.is_empty());
        let warns = fails && block.mode == Mode::Warn && !(self.cut.1 && warnings.is_empty());
        expect("recorded", records, !failures.is_empty());
        expect("warned of", warns, !warnings.is_empty());
        expect("annotated", fails && block.mode != Mode::Enforce, annotated.is_some_and(|text| !text.is_empty()));
        if let (true, true, Some(verdict)) = (found.is_empty(), fails, verdict) {
            // Warnings may be cut; what is annotated is whole.
            let said = match (block.mode, annotated) {
                (Mode::Warn | Mode::Audit, Some(text)) => vec![text.clone()],
                _ if self.cut.0 => return found,
                _ => failures,
            };
            found.extend(messages(block, verdict, &said));
        }
        found
    }
}

/// Whether the messages are the evaluator's.
fn messages(block: &Enforced<'_>, verdict: &BlockVerdict, said: &[String]) -> Option<String> {
    let outcome = &verdict.outcome;
    let told: Vec<&str> = said.iter().flat_map(|text| text.split("; ")).collect();
    let undecided = |text: &str| {
        text.starts_with("it cannot be decided whether this holds: ")
            || text.starts_with("it is not known which declared asset")
    };
    let wanted = &outcome.messages;
    let plain = |text: &str| {
        block.plain.iter().any(|plain| plain == text) && wanted.iter().any(|message| message.contains('\\'))
    };
    let is_known = |text: &&str| {
        plain(text)
            || wanted.iter().any(|message| fits(message, text))
            || (!outcome.reasons.is_empty() && undecided(text))
    };
    let stranger = told.iter().any(|text| text.starts_with("it is not known which declared asset"));
    let odd: Vec<_> = told.iter().filter(|text| !is_known(text)).collect();
    let untold: Vec<_> = (wanted.iter())
        .filter(|message| !message.contains('\\') && !told.iter().any(|text| fits(message, text)))
        .collect();
    let fine = match outcome.decision {
        Decision::Violated => odd.is_empty() && untold.is_empty(),
        Decision::Indeterminate => stranger || (!told.is_empty() && odd.is_empty()),
        _ => false,
    };
    (!fine).then(|| {
        format!("it says {told:?}\n    and the evaluator {:?} {wanted:?} {:?}", outcome.decision, outcome.reasons)
    })
}

/// Whether a text is a message of the evaluator, which cuts long values and escapes controls.
fn fits(message: &str, text: &str) -> bool {
    // The server trims.
    let message = message.trim();
    if message == text {
        return true;
    }
    let mut parts = message.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first).filter(|_| message.contains('…')) else { return false };
    parts.all(|part| match rest.find(part) {
        Some(at) => {
            rest = rest.get(at + part.len()..).unwrap_or_default();
            true
        }
        None => false,
    })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {:?} in {}", self.case.origin, self.case.operation, self.case.namespace)?;
        writeln!(f, "{}", self.case.object)?;
        self.found.iter().try_for_each(|found| writeln!(f, "  {found}"))
    }
}
