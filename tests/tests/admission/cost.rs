//! The bound of what a condition costs holds: nothing that the compiler accepts runs out of the server's budget.

use crate::{CLUSTER, namespace};
use gatewright::check::Settings;
use gatewright::diagnostics::codes;
use gatewright::session::{self, Checked};
use gatewright::source::MemoryLoader;
use gatewright_tests::admission::InForce;
use gatewright_tests::kubernetes::JSON;
use serde_json::{Value, json};

/// A control that asks, of every pair of containers, one question again and again.
fn project(questions: usize) -> Checked {
    let question = |index: usize| {
        let letters = "x".repeat(20);
        format!(
            "(c.image ?? \"\") matches re\"[a-z]+[a-z0-9.:/]*|{letters}{index}\" and (d.image ?? \"\") != \"no{index}\""
        )
    };
    let questions: Vec<String> = (0..questions).map(question).collect();
    let text = format!(
        "import std.assets.{{Predictive}}\nimport std.subjects.{{pod}}\n\nrole owner {{ contact = \"owner@acme.example\" }}\n\n\
         system shop: Predictive {{\n  owner    = owner\n  exposure = organisation\n  model ranker {{ format = onnx }}\n  \
         service front {{\n    serves    = ranker\n    namespace = \"costly\"\n  }}\n}}\n\n\
         control costly {{\n  severity = low\n  operations on pod as p {{\n    \
         require all c in p.containers: all d in p.containers: {} else \"a pair of containers is wrong\"\n  }}\n}}\n\n\
         policy costs {{\n  covers shop\n  enforce costly\n  emit kubernetes.admission\n}}\n",
        questions.join(" and ")
    );
    session::check(&MemoryLoader::default().with("policy.gate", text), Settings::default())
}

fn pod(containers: usize) -> Value {
    let image = |index: usize| format!("registry.acme.example/{}:{index}", "a".repeat(100));
    let containers: Vec<Value> =
        (0..containers).map(|index| json!({ "name": format!("c{index}"), "image": image(index) })).collect();
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "a", "namespace": "costly" },
        "spec": { "containers": containers },
    })
}

#[test]
fn what_is_accepted_can_be_paid() {
    namespace("costly");
    let costs_too_much = |questions: usize| {
        let checked = project(questions);
        let others = checked.problems.iter().filter(|problem| problem.code != &codes::TOO_COSTLY).collect::<Vec<_>>();
        assert!(others.is_empty(), "{others:?}");
        checked.has_errors()
    };
    let most =
        (1..40).take_while(|questions| !costs_too_much(*questions)).last().expect("one question is not too much");
    assert!(costs_too_much(most + 1), "there is a bound");
    println!("{most} questions about each pair are accepted");
    let checked = project(most);
    let in_force = InForce::new(&CLUSTER, &checked, "costs").expect("the server takes the policy");
    let path = "/api/v1/namespaces/costly/pods?dryRun=All";
    for containers in [1, 40] {
        let answer = CLUSTER.request("POST", path, Some(&pod(containers)), JSON).expect("an answer");
        assert_eq!(answer.status, 201, "{containers} containers: {}", answer.body);
    }
    // Beyond the bound, the most that can happen is a denial.
    for containers in [100, 200] {
        let answer = CLUSTER.request("POST", path, Some(&pod(containers)), JSON).expect("an answer");
        println!("{containers} containers: {} {}", answer.status, answer.message());
        assert!([201, 403, 422].contains(&answer.status), "{}", answer.body);
    }
    in_force.remove().expect("the policy is removed");
}
