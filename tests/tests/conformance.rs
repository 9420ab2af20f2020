//! Emitted Rego in the real OPA and the real conftest: it passes their own checks, and decides as the evaluator does.

use gatewright::core::{Place, Policy, Project, RecordId, Shape};
use gatewright::session::Checked;
use gatewright::targets::artifact;
use gatewright::value::{Scalar, Time};
use gatewright_tests::differential::compare::{Subject, compare, compare_kept, expected};
use gatewright_tests::differential::generate::Generator;
use gatewright_tests::opa::{Opa, engine, run};
use gatewright_tests::{fixture, opa};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The instant of every decision.
const NOW: &str = "2026-11-23T09:00:00Z";

/// The projects whose policies are compared.
const PROJECTS: &[&str] = &["tests/suite/conformance/forms", "examples/fraud-detection", "stdlib/tests"];

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn checked(project: &str) -> Checked {
    let checked = fixture::check(project).expect("the project can be read");
    let errors: Vec<String> = (checked.problems.iter())
        .map(|problem| gatewright::diagnostics::render(problem, &checked.sources, false))
        .collect();
    assert!(!checked.has_errors(), "{project} has errors:\n{}", errors.join("\n"));
    checked
}

/// Writes the artifacts of a policy and gives the folder of its `ci.rego`.
fn emit(checked: &Checked, position: usize, folder: &Path) -> PathBuf {
    let policy = &checked.project.policies[position];
    let built = artifact::build(&checked.project, &checked.sources, policy, &checked.plans[position]);
    for artifact in built.expect("every block of the policy can be said in Rego") {
        let path = folder.join(&artifact.path);
        fs::create_dir_all(path.parent().expect("artifacts are files in folders")).expect("a folder can be made");
        fs::write(path, artifact.text).expect("a file can be written");
    }
    folder.join("ci.rego")
}

/// Runs `test` for every policy of every project that has blocks about documents, with its emitted folder.
fn for_each_policy(mut test: impl FnMut(&Checked, &Policy, &Path)) {
    let mut tested = 0;
    for project in PROJECTS {
        let checked = checked(project);
        for (position, policy) in checked.project.policies.iter().enumerate() {
            if !policy.targets.iter().any(|(name, _)| name == "ci.rego") {
                continue;
            }
            let folder = tempfile::tempdir().expect("a folder can be made");
            let artifacts = emit(&checked, position, folder.path());
            test(&checked, policy, &artifacts);
            tested += 1;
        }
    }
    assert!(tested >= 2, "only {tested} policies were tested");
}

/// The subjects that `ci.rego` decides about: those whose facts are known at the gate.
fn subjects(project: &Project, policy: &Policy) -> BTreeSet<RecordId> {
    let blocks = policy.instances.iter().flat_map(|instance| &instance.blocks);
    let at_gate =
        |record: &RecordId| matches!(project.record(*record).shape, Shape::Subject { place: Place::Gate, .. });
    blocks.map(|block| block.subject).filter(at_gate).collect()
}

fn opa() -> Command {
    Command::new(engine("GATEWRIGHT_OPA").expect("OPA is installed"))
}

#[test]
fn opa_accepts_what_is_emitted() {
    for_each_policy(|_, policy, artifacts| {
        println!("policy {}", policy.name);
        opa::run(opa().args(["check", "--strict", "--ignore", "*.json"]).arg(artifacts), 0)
            .expect("opa check --strict");
        let unformatted = run(opa().args(["fmt", "--list", "--fail"]).arg(artifacts), 0).expect("opa fmt");
        assert_eq!(String::from_utf8_lossy(&unformatted.stdout), "", "opa fmt would change these");
        opa::run(opa().args(["test", "--fail-on-empty", "--ignore", "*.json"]).arg(artifacts), 0).expect("opa test");
    });
}

#[test]
fn opa_decides_as_the_evaluator() {
    let first = number("GATEWRIGHT_SEED", 0);
    let cases = number("GATEWRIGHT_CASES", 1500);
    let now = Time::parse_literal(NOW).expect("a time");
    for_each_policy(|checked, policy, artifacts| {
        for record in subjects(&checked.project, policy) {
            let subject = Subject { project: &checked.project, policy, record, now };
            let mut engine = Opa::new(artifacts, &policy.name).expect("OPA is installed");
            let (tally, difference) = compare(subject, &mut engine, first..first + cases).expect("OPA answers");
            println!("policy {}: seeds {first}..{}: {tally:?}", policy.name, first + cases);
            if let Some(difference) = difference {
                panic!("OPA and the evaluator differ on policy {}\n{difference}", policy.name);
            }
            assert!(tally.get("pass").is_some_and(|count| *count > 0), "nothing ever passed: {tally:?}");
            assert!(tally.get("violated").is_some_and(|count| *count > 0), "nothing was ever violated: {tally:?}");
            assert!(tally.get("indeterminate").is_some_and(|count| *count > 0), "nothing was ever unknown: {tally:?}");
        }
    });
}

/// `tests/suite/conformance/kept/POLICY/*.json`: documents on which an engine once differed.
#[test]
fn differences_that_were_found_stay_settled() {
    let kept = fixture::repository().join("tests/suite/conformance/kept");
    let now = Time::parse_literal(NOW).expect("a time");
    for_each_policy(|checked, policy, artifacts| {
        let folder = kept.join(policy.name.as_str());
        let names = fixture::files(&folder).unwrap_or_default();
        let documents: Vec<Value> = (names.iter())
            .map(|name| {
                let text = fs::read_to_string(folder.join(name)).expect("a kept document can be read");
                serde_json::from_str(&text).expect("a kept document is JSON")
            })
            .collect();
        for record in subjects(&checked.project, policy) {
            let name = checked.project.record(record).name.as_str();
            let about: Vec<Value> = documents.iter().filter(|document| document["subject"] == name).cloned().collect();
            let subject = Subject { project: &checked.project, policy, record, now };
            let mut engine = Opa::new(artifacts, &policy.name).expect("OPA is installed");
            if let Some(difference) = compare_kept(subject, &mut engine, &about).expect("OPA answers") {
                panic!("OPA and the evaluator differ again on policy {}\n{difference}", policy.name);
            }
        }
    });
}

/// conftest stops what the evaluator denies, and lets through what it allows.
#[test]
fn conftest_stops_what_is_denied() {
    let conftest = engine("GATEWRIGHT_CONFTEST").expect("conftest is installed");
    let now = Time::parse_literal(NOW).expect("a time");
    for_each_policy(|checked, policy, artifacts| {
        let scratch = tempfile::tempdir().expect("a folder can be made");
        let data = scratch.path().join("data.json");
        fs::write(&data, format!("{{\"gatewright\": {{\"now\": \"{NOW}\"}}}}")).expect("a file can be written");
        for record in subjects(&checked.project, policy) {
            let subject = Subject { project: &checked.project, policy, record, now };
            let generator = Generator::new(&checked.project, policy, record, now);
            for seed in 0..12 {
                let document = generator.document(seed);
                let input = scratch.path().join("document.json");
                fs::write(&input, document.to_canonical_json()).expect("a file can be written");
                let allowed = expected(subject, &document)["allow"] == true;
                let mut command = Command::new(&conftest);
                command.args(["test", "--namespace", &format!("gatewright.{}", policy.name), "--policy"]);
                for file in ["policy.rego", "runtime.rego"] {
                    command.arg(artifacts.join(file)).arg("--policy");
                }
                command.arg(artifacts.join("runtime.rego")).arg("--data").arg(&data).arg(&input);
                run(&mut command, i32::from(!allowed)).expect("conftest agrees");
            }
        }
    });
}
