//! Emitted admission policies in force on a real API server, and what it says beside what the evaluator says.

mod compare;

pub use compare::{Case, Difference, Operation, Tally};

use crate::kubernetes::{Answer, Cluster, JSON};
use gatewright::cluster::objects;
use gatewright::core::{Block, Instance, Policy, Project};
use gatewright::document::Limits;
use gatewright::session::Checked;
use gatewright::syntax::ast::Mode;
use gatewright::targets::artifact;
use serde_json::Value;

/// The target.
pub const TARGET: &str = "kubernetes.admission";

/// A block in force.
pub struct Enforced<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The position of its control in the policy.
    pub instance: usize,
    /// The block.
    pub block: &'a Block,
    /// How strictly it is applied.
    pub mode: Mode,
    /// The name of its objects.
    pub name: String,
    /// What its validations say without values.
    pub plain: Vec<String>,
}

impl Enforced<'_> {
    /// The control's name, and the block's number.
    pub fn label(&self) -> String {
        let name = self.policy.instances.get(self.instance).map_or("", |instance: &Instance| instance.name.as_str());
        format!("{}.{name}/{}", self.policy.name, self.block.index)
    }
}

/// The blocks of a project in force.
pub struct InForce<'a> {
    cluster: &'a Cluster,
    project: &'a Project,
    /// Every block.
    pub blocks: Vec<Enforced<'a>>,
}

impl<'a> InForce<'a> {
    /// Emits a policy of a project and gives its objects to the server as they are written, except that it also records what it denies: of
    /// several denials it reports only one.
    ///
    /// # Errors
    /// Something is not emitted, not accepted, or not right in the eyes of the server's type checker.
    pub fn new(cluster: &'a Cluster, checked: &'a Checked, policy: &str) -> Result<Self, String> {
        let mut found = Self { cluster, project: &checked.project, blocks: Vec::new() };
        let policies = checked.project.policies.iter().zip(&checked.plans);
        for (policy, plan) in policies.filter(|(known, _)| known.name == policy) {
            let files = emitted(checked, policy)?;
            for ((instance, index), file) in plan.of(TARGET).zip(&files) {
                let control = policy.instances.get(instance).ok_or("an instance")?;
                let block = control.blocks.get(index).ok_or("a block")?;
                let (name, plain) = apply(cluster, file)?;
                let mode = control.mode;
                found.blocks.push(Enforced { policy, instance, block, mode, name, plain });
            }
        }
        cluster.await_changes()?;
        for block in &found.blocks {
            let warnings = cluster.type_warnings(&block.name)?;
            if !warnings.is_empty() {
                return Err(format!("the type checker about `{}`: {}", block.name, Value::Array(warnings)));
            }
        }
        Ok(found)
    }

    /// Takes the policy out of force.
    ///
    /// # Errors
    /// It was not in force, or the server does not answer.
    pub fn remove(self) -> Result<(), String> {
        let group = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
        for block in &self.blocks {
            for path in [format!("{group}ybindings/{}", block.name), format!("{group}ies/{}", block.name)] {
                self.cluster.request("DELETE", &path, None, JSON)?.accepted()?;
            }
        }
        self.cluster.await_changes()
    }
}

/// The texts of a policy's files for the target, in the order of its blocks.
///
/// # Errors
/// Something cannot be emitted, or a file is not where `kustomization.yaml` says.
pub fn emitted(checked: &Checked, policy: &Policy) -> Result<Vec<String>, String> {
    let position = checked.project.policies.iter().position(|other| std::ptr::eq(other, policy)).ok_or("a policy")?;
    let plan = checked.plans.get(position).ok_or("a plan")?;
    let built = artifact::build(&checked.project, &checked.sources, policy, plan)
        .map_err(|problems| format!("{} problems", problems.len()))?;
    let file = |name: &str| {
        let path = format!("{TARGET}/{name}");
        let found = built.iter().find(|artifact| artifact.path == path);
        found.map(|artifact| artifact.text.clone()).ok_or_else(|| format!("`{path}` is not emitted"))
    };
    let list = read(&file("kustomization.yaml")?)?.pop().unwrap_or_default();
    if list["kind"] != "Kustomization" {
        return Err(format!("no list of files: {list}"));
    }
    let names = list["resources"].as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(file).collect()
}

/// The objects of a file, as our own reader of YAML has them.
///
/// # Errors
/// It is no YAML.
pub fn read(text: &str) -> Result<Vec<Value>, String> {
    objects(text.as_bytes(), &Limits::default()).map_err(|error| error.to_string())
}

/// Gives the objects of a file to the server; their name, and the plain messages.
fn apply(cluster: &Cluster, file: &str) -> Result<(String, Vec<String>), String> {
    // The server records what it denies as well, so that every block can be compared.
    let file = file.replace("  validationActions:\n  - Deny\n", "  validationActions:\n  - Deny\n  - Audit\n");
    let [policy, binding] = read(&file)?.try_into().map_err(|found| format!("two objects, not {found:?}"))?;
    for (object, text) in [&policy, &binding].into_iter().zip(file.split("\n---\n")) {
        let answer: Answer = cluster.apply_text(object, text)?;
        let stored = answer.accepted()?;
        same(object, &stored)?;
    }
    let texts = policy["spec"]["validations"].as_array().into_iter().flatten();
    let plain = texts.map(|rule| rule["message"].as_str().unwrap_or_default().to_owned()).collect();
    Ok((policy["metadata"]["name"].as_str().unwrap_or_default().to_owned(), plain))
}

/// Everything that was written is there as it was written.
fn same(written: &Value, stored: &Value) -> Result<(), String> {
    match (written, stored) {
        (Value::Object(written), Value::Object(_)) => {
            written.iter().try_for_each(|(key, value)| same(value, &stored[key]))
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            left.iter().zip(right).try_for_each(|(left, right)| same(left, right))
        }
        _ if written == stored => Ok(()),
        _ => Err(format!("written: {written}\nstored: {stored}")),
    }
}
