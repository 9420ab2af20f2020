//! Emitted admission policies in the real API server: it takes them without a warning, and decides as the evaluator does.

use gatewright::cluster;
use gatewright::core::{Policy, Project};
use gatewright::eval::{self, Effect};
use gatewright::session::Checked;
use gatewright::syntax::ast::Decision;
use gatewright::targets::artifact;
use gatewright::value::Time;
use gatewright_tests::fixture;
use gatewright_tests::kubernetes::{Cluster, JSON};
use gatewright_tests::workloads::{KINDS, workload};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

/// What the server writes under an audited failure.
const FAILURES: &str = "validation.policy.admission.k8s.io/validation_failure";

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn checked(project: &str) -> Checked {
    let checked = fixture::check(project).expect("the project can be read");
    assert!(!checked.has_errors(), "{project} has errors: {:#?}", checked.problems);
    checked
}

/// The objects that are emitted for a policy: each pair with the name of the control instance.
fn emitted(checked: &Checked, position: usize) -> Vec<(String, Vec<Value>)> {
    let policy = &checked.project.policies[position];
    let built = artifact::build(&checked.project, &checked.sources, policy, &checked.plans[position]);
    let built = built.expect("every block of the policy can be said in CEL");
    let files = built.iter().filter(|file| file.path.starts_with("kubernetes.admission/"));
    let files = files.filter(|file| !file.path.ends_with("kustomization.yaml"));
    files
        .map(|file| {
            let objects = cluster::objects(file.text.as_bytes(), &Default::default()).expect("the file is YAML");
            let control = objects[0]["metadata"]["labels"]["gatewright.dev/control"].as_str().expect("a label");
            (control.replace('-', "_"), objects)
        })
        .collect()
}

fn apply(cluster: &Cluster, object: &Value) {
    cluster.apply(object).expect("the server answers").accepted().expect("the object is accepted");
}

fn namespace(cluster: &Cluster, name: &str) {
    apply(cluster, &json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } }));
}

fn create(cluster: &Cluster, object: &Value, namespace: &str) -> gatewright_tests::kubernetes::Answer {
    let path = format!("{}?dryRun=All", path(object, namespace));
    cluster.request("POST", &path, Some(object), JSON).expect("the server answers")
}

/// The kinds whose pods can be changed as a whole.
const CHANGED: &[&str] = &["CronJob", "DaemonSet", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];

fn path(object: &Value, namespace: &str) -> String {
    let kind = object["kind"].as_str().unwrap_or_default();
    let (version, _, path) = KINDS.iter().find(|(_, known, _)| *known == kind).expect("a known kind");
    let root = if *version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") };
    format!("{root}/namespaces/{namespace}/{path}")
}

/// Stores the first generated object of a kind that the server takes, to be changed later.
fn store(cluster: &Cluster, (_, kind, _): &(&str, &str, &str), namespace: &str) {
    let stored = (0..).map(workload).filter(|object| object["kind"] == *kind).find(|object| {
        let answer = cluster.request("POST", &path(object, namespace), Some(&named(object, "stored")), JSON);
        answer.expect("the server answers").status == 201
    });
    assert!(stored.is_some());
}

fn named(object: &Value, name: &str) -> Value {
    let mut object = object.clone();
    object["metadata"]["name"] = json!(name);
    object
}

/// The answer to replacing the stored object, without doing so.
fn change(cluster: &Cluster, object: &Value, namespace: &str) -> gatewright_tests::kubernetes::Answer {
    let path = format!("{}/stored?dryRun=All", path(object, namespace));
    cluster.request("PUT", &path, Some(&named(object, "stored")), JSON).expect("the server answers")
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Time::from_epoch_nanos(i64::try_from(since.as_nanos()).expect("before 2262")).expect("a time")
}

/// What the evaluator says of each instance: the decision, whether it stops, and the messages.
///
/// A waiver is honoured when an object is created, and not when it is changed: there the server has no clock.
fn expected(
    project: &Project,
    policy: &Policy,
    object: &Value,
    is_new: bool,
) -> BTreeMap<String, (Decision, bool, Vec<String>)> {
    let subject = cluster::subjects(project, object);
    let [subject] = subject.as_slice() else { panic!("{} subjects", subject.len()) };
    let Some(document) = cluster::document(project, policy, *subject, object, now()) else { return BTreeMap::new() };
    let verdict = eval::judge(project, policy, &document, Some(now()));
    let blocks = verdict.blocks.into_iter();
    blocks
        .map(|block| {
            let stops = !matches!(block.effect, Effect::Pass) && (block.effect != Effect::Waived || !is_new);
            (block.name.to_string(), (block.outcome.decision, stops, block.outcome.messages))
        })
        .collect()
}

/// The failures that the server audited: the messages of each policy object.
fn found(cluster: &Cluster, audit_id: &str) -> BTreeMap<String, Vec<String>> {
    let annotations = cluster.audit_annotations(audit_id).expect("writes are audited");
    let failures = annotations.get(FAILURES).map_or("[]", String::as_str);
    let failures: Vec<Value> = serde_json::from_str(failures).expect("the annotation is JSON");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for failure in failures {
        let text = |key: &str| failure[key].as_str().unwrap_or_default().to_owned();
        found.entry(text("policy")).or_default().push(text("message"));
    }
    found
}

/// Every object of a project's policies in the server, with bindings that only audit: so one request shows what every block says.
/// Gives the control instance of each policy object.
fn install(cluster: &Cluster, checked: &Checked, position: usize) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (instance, objects) in emitted(checked, position) {
        let [policy, binding] = objects.as_slice() else { panic!("a policy and its binding") };
        let mut binding = binding.clone();
        binding["spec"]["validationActions"] = json!(["Audit"]);
        let mut policy = policy.clone();
        // An error of CEL must show, whatever the mode.
        policy["spec"]["failurePolicy"] = json!("Fail");
        apply(cluster, &policy);
        apply(cluster, &binding);
        let name = policy["metadata"]["name"].as_str().expect("a name").to_owned();
        assert_eq!(cluster.await_policy(&name), Ok(vec![]), "the type checker has nothing to say of {name}");
        names.insert(name, instance);
    }
    cluster.await_changes().expect("the policies take effect");
    names
}

#[test]
fn the_server_decides_as_the_evaluator() {
    let cluster = Cluster::start().expect("the cluster starts");
    let covered = ["ranking", "fraud", "shared"];
    for name in covered.iter().chain(&["outside"]) {
        namespace(&cluster, name);
    }
    let checked = checked("tests/suite/conformance/workloads");
    let names = install(&cluster, &checked, 0);
    let (project, policy) = (&checked.project, &checked.project.policies[0]);
    let first = number("GATEWRIGHT_SEED", 0);
    let cases = number("GATEWRIGHT_CASES", 300);
    println!("seeds {first}..{}", first + cases);
    let mut tally: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let (mut refused, mut differences) = (0, Vec::new());
    for place in covered {
        KINDS.iter().filter(|kind| CHANGED.contains(&kind.1)).for_each(|kind| store(&cluster, kind, place));
    }
    for seed in first..first + cases {
        let object = workload(seed);
        if create(&cluster, &object, "outside").status != 201 {
            refused += 1;
            continue;
        }
        let place = covered[seed as usize % covered.len()];
        let mut answers = vec![(create(&cluster, &object, place), true)];
        if CHANGED.contains(&object["kind"].as_str().unwrap_or_default()) {
            answers.push((change(&cluster, &object, place), false));
        }
        for (answer, is_new) in answers {
            assert!(matches!(answer.status, 200 | 201), "nothing is denied here: {}", answer.body);
            // What the policies see is what the server answers: with its defaults.
            let expected = expected(project, policy, &answer.body, is_new);
            let found = found(&cluster, &answer.audit_id);
            for (name, instance) in &names {
                let Some((decision, stops, messages)) = expected.get(instance) else {
                    panic!("{instance} is not decided")
                };
                *tally.entry((instance.clone(), decision.keyword())).or_default() += 1;
                let said = found.get(name);
                if said.is_some() != *stops || !told_alike(said, *decision, messages) {
                    let decision = decision.keyword();
                    differences.push(format!(
                        "seed {seed}, new: {is_new}, {name}: the evaluator says {decision} {messages:?}, the server {said:?}\n{:#}",
                        answer.body
                    ));
                }
            }
        }
    }
    println!("{refused} of {cases} objects are none to the server; {tally:#?}");
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences[0]);
    assert!(refused * 2 < cases, "the server refused {refused} of {cases}");
    for instance in names.values().collect::<BTreeSet<_>>() {
        for decision in ["pass", "violated"] {
            assert!(
                tally.contains_key(&(instance.clone(), decision)),
                "`{instance}` was never `{decision}`: {tally:#?}"
            );
        }
    }
}

/// Each part of what the server says of a violated block is a message of the evaluator, as far as it can be shown; no engine owes more than
/// the verdict of what cannot be decided.
fn told_alike(said: Option<&Vec<String>>, decision: Decision, messages: &[String]) -> bool {
    let (Some(said), Decision::Violated) = (said, decision) else { return true };
    said.iter().all(|text| {
        // The server takes blanks at the ends of a message away.
        let known = |part: &str| messages.iter().any(|message| message.trim() == part.trim() || cut(message, part));
        text.split("; ").all(known) || text.contains('…') || text.contains("cannot be decided")
    })
}

/// Whether the evaluator only cut a long text.
fn cut(message: &str, whole: &str) -> bool {
    message.split_once('…').is_some_and(|(start, end)| whole.starts_with(start) && whole.ends_with(end))
}

/// The emitted objects of the example, as they are.
fn install_example(cluster: &Cluster) {
    let checked = checked("examples/fraud-detection");
    for (_, objects) in emitted(&checked, 0) {
        objects.iter().for_each(|object| apply(cluster, object));
    }
    cluster.await_changes().expect("the policies take effect");
}

/// The manifest of a file beside the library's tests, in a namespace.
fn manifest(name: &str, namespace: &str) -> Value {
    let text = std::fs::read(fixture::repository().join("stdlib/tests/pods").join(name)).expect("the file is there");
    let mut objects = cluster::objects(&text, &Default::default()).expect("the file is YAML");
    let mut object = objects.swap_remove(0);
    object["metadata"]["namespace"] = json!(namespace);
    object
}

fn patch(cluster: &Cluster, path: &str, change: &Value) -> gatewright_tests::kubernetes::Answer {
    cluster.request("PATCH", path, Some(change), "application/merge-patch+json").expect("the server answers")
}

/// Design §7, on objects that were there before the policies.
#[test]
fn what_was_there_before_can_be_run_down() {
    let cluster = Cluster::start().expect("the cluster starts");
    namespace(&cluster, "fraud-prod");
    let deployments = "/apis/apps/v1/namespaces/fraud-prod/deployments";
    let pods = "/api/v1/namespaces/fraud-prod/pods";
    let mut deployment = manifest("good.yaml", "fraud-prod");
    deployment["spec"]["template"]["spec"]["hostNetwork"] = json!(true);
    cluster.request("POST", deployments, Some(&deployment), JSON).expect("an answer").accepted().expect("accepted");
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "old", "finalizers": ["example.org/keep"] },
        "spec": { "containers": [{ "name": "main", "image": "busybox" }] },
    });
    cluster.request("POST", pods, Some(&pod), JSON).expect("an answer").accepted().expect("accepted");
    install_example(&cluster);

    let scorer = format!("{deployments}/scorer");
    let scaled = patch(&cluster, &format!("{scorer}/scale"), &json!({ "spec": { "replicas": 0 } }));
    assert_eq!(scaled.status, 200, "scaling is not judged: {}", scaled.body);
    let status = patch(&cluster, &format!("{scorer}/status"), &json!({ "status": { "observedGeneration": 1 } }));
    assert_eq!(status.status, 200, "status is not judged: {}", status.body);
    let changed = patch(&cluster, &scorer, &json!({ "metadata": { "labels": { "changed": "yes" } } }));
    assert_eq!(changed.status, 403, "a change is judged: {}", changed.body);
    let repaired = patch(&cluster, &scorer, &json!({ "spec": { "template": { "spec": { "hostNetwork": null } } } }));
    // The example's registry is another one, so the images are still not those of a chosen registry.
    assert!(repaired.message().contains("production.images-pinned"), "{}", repaired.body);

    let old = format!("{pods}/old");
    let debugger = json!({ "spec": { "ephemeralContainers": [{ "name": "debugger", "image": "busybox" }] } });
    let debug = cluster.request(
        "PATCH",
        &format!("{old}/ephemeralcontainers"),
        Some(&debugger),
        "application/strategic-merge-patch+json",
    );
    assert_eq!(debug.expect("an answer").status, 403, "what is added to a running pod is judged");
    cluster.request("DELETE", &old, None, JSON).expect("an answer").accepted().expect("deleting is not judged");
    let gone = patch(&cluster, &old, &json!({ "metadata": { "finalizers": null } }));
    assert_eq!(gone.status, 200, "what is being deleted can go: {}", gone.body);

    let system = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "proxy" },
        "spec": { "hostNetwork": true, "containers": [{ "name": "main", "image": "busybox" }] } });
    let system = create(&cluster, &system, "kube-system");
    assert_eq!(system.status, 201, "the cluster's own namespaces are not judged: {}", system.body);
}

/// `enforce` refuses with a message, `warn` tells, `audit` writes; an object that is as it should be goes through in silence.
#[test]
fn modes_do_what_they_say() {
    let cluster = Cluster::start().expect("the cluster starts");
    for name in ["fraud-prod", "ranking"] {
        namespace(&cluster, name);
    }
    install_example(&cluster);
    let mut good = manifest("good.yaml", "fraud-prod");
    for list in ["initContainers", "containers"] {
        let image = &mut good["spec"]["template"]["spec"][list][0]["image"];
        *image = json!(image.as_str().expect("an image").replace("registry.toy.example", "registry.acme.example"));
    }
    let fine = create(&cluster, &good, "fraud-prod");
    assert_eq!((fine.status, &fine.warnings), (201, &vec![]), "{}", fine.body);

    let bad = create(&cluster, &manifest("bad.yaml", "fraud-prod"), "fraud-prod");
    assert_eq!(bad.status, 403, "{}", bad.body);
    let checked = checked("tests/suite/conformance/workloads");
    for (_, objects) in emitted(&checked, 0) {
        objects.iter().for_each(|object| apply(&cluster, object));
    }
    cluster.await_changes().expect("the policies take effect");
    let pod = json!({ "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "probe", "labels": { "approved": "yes", "team": "ml", "careful": "yes" } },
        "spec": {
            "securityContext": { "runAsUser": 1000 },
            "containers": [{
                "name": "bad",
                "image": format!("registry.acme.example/x@sha256:{}", "a".repeat(64)),
                "resources": { "limits": { "cpu": "1", "memory": "1Gi" }, "requests": { "cpu": "500m" } },
            }],
        } });
    let warned = create(&cluster, &pod, "ranking");
    assert_eq!(warned.status, 201, "{}", warned.body);
    let names = "Validation failed for ValidatingAdmissionPolicy 'cluster-policy.names' with binding \
                 'cluster-policy.names': no account for ml";
    assert_eq!(warned.warnings, [names]);
    let annotations = cluster.audit_annotations(&warned.audit_id).expect("writes are audited");
    let note = |policy: &str| annotations.get(&format!("cluster-policy.{policy}/violations")).map(String::as_str);
    assert_eq!(note("names"), Some("no account for ml"));
    assert_eq!(note("lists"), Some("a container is called bad"));
}
