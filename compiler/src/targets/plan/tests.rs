//! Two targets at one place, one of which can do less: this version emits only one at each place, so the second is made here.

use super::{Plan, Planner};
use crate::check::Settings;
use crate::core::Policy;
use crate::diagnostics::{Diagnostic, codes};
use crate::session::{self, Checked};
use crate::source::MemoryLoader;
use crate::targets::ALL;
use crate::targets::capabilities::{Capabilities, ExprForm};
use std::collections::BTreeMap;

const TEXT: &str = r#"
import std.supply_chain

role team { contact = "team@acme.example" }

system fraud: Predictive {
  owner    = team
  exposure = internet

  model scorer { format = onnx }
}

policy p {
  covers  fraud
  enforce supply_chain.model_scan_clean
  emit    ci.rego
}
"#;

/// A target that stands where the first one does, and has no clock.
fn without_clock() -> &'static Capabilities {
    static FORMS: [ExprForm; ExprForm::ALL.len()] = {
        let mut forms = [ExprForm::Const; ExprForm::ALL.len()];
        let mut index = 0;
        while index < forms.len() {
            if !matches!(ExprForm::ALL[index], ExprForm::Age) {
                forms[index] = ExprForm::ALL[index];
            }
            index += 1;
        }
        forms
    };
    let known = ALL.first().expect("a target").capabilities();
    Box::leak(Box::new(Capabilities {
        name: "ci.timeless",
        engines: known.engines,
        places: known.places,
        modes: known.modes,
        messages: known.messages,
        statements: known.statements,
        expressions: &FORMS,
        types: known.types,
        resources: known.resources,
        absence: known.absence,
        failure: known.failure,
        limits: known.limits,
    }))
}

fn planned(checked: &Checked, policy: &Policy) -> (Plan, Vec<Diagnostic>) {
    let mut planner = Planner {
        project: &checked.project,
        policy,
        listed: Vec::new(),
        plan: Plan::default(),
        unseen: BTreeMap::new(),
        problems: Vec::new(),
    };
    planner.targets();
    planner.listed.push(without_clock());
    for (position, instance) in policy.instances.iter().enumerate() {
        for (index, block) in instance.blocks.iter().enumerate() {
            planner.assign(position, instance, index, block);
        }
    }
    (planner.plan, planner.problems)
}

#[test]
fn what_one_target_leaves_out_is_said_until_it_is_accepted() {
    let checked = session::check(&MemoryLoader::default().with("main.gate", TEXT), Settings::default());
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    let mut policy = checked.project.policies.first().expect("the policy").clone();
    let (plan, problems) = planned(&checked, &policy);
    assert!(plan.blocks.iter().all(|block| block.targets == ["ci.rego"]), "{plan:?}");
    assert!(plan.exclusions.iter().any(|left| left.target == "ci.timeless"), "{plan:?}");
    let said = problems.first().expect("a warning");
    assert!(problems.iter().all(|problem| problem.code == &codes::LEFT_OUT), "{problems:?}");
    assert_eq!(said.message, "`ci.timeless` leaves this block out: it cannot express `age`, which needs a clock");
    assert!(checked.sources.text(said.primary.span).starts_with("age("), "{said:?}");

    policy.partial.push("ci.timeless".into());
    let (plan, problems) = planned(&checked, &policy);
    assert!(plan.exclusions.iter().any(|left| left.target == "ci.timeless"), "{plan:?}");
    assert!(!problems.iter().any(|problem| problem.code == &codes::LEFT_OUT), "{problems:?}");
}
