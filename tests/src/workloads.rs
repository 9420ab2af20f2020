//! Workloads as teams, and those who mean harm, might send them to a cluster; the server takes nearly all of them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// The kinds that carry a pod, with their API version, path, and where the pod's template stands.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("v1", "Pod", "pods"),
    ("v1", "ReplicationController", "replicationcontrollers"),
    ("apps/v1", "DaemonSet", "daemonsets"),
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "ReplicaSet", "replicasets"),
    ("apps/v1", "StatefulSet", "statefulsets"),
    ("batch/v1", "Job", "jobs"),
    ("batch/v1", "CronJob", "cronjobs"),
];

/// A workload made from a seed, without a namespace.
pub fn workload(seed: u64) -> Value {
    let mut random = Rng::with_seed(seed);
    let (api_version, kind, _) = KINDS[random.usize(..KINDS.len())];
    let mut spec = pod_spec(&mut random);
    if matches!(kind, "Job" | "CronJob") {
        spec["restartPolicy"] = json!("Never");
    }
    let labelled = json!({ "app": "x" });
    let template = json!({ "metadata": { "labels": labelled }, "spec": spec });
    let selector = json!({ "matchLabels": labelled });
    let spec = match kind {
        "Pod" => template["spec"].clone(),
        "ReplicationController" => json!({ "selector": labelled, "template": template }),
        "Job" => json!({ "template": template }),
        "CronJob" => json!({ "schedule": "0 0 * * *", "jobTemplate": { "spec": { "template": template } } }),
        "StatefulSet" => json!({ "selector": selector, "serviceName": "x", "template": template }),
        _ => json!({ "selector": selector, "template": template }),
    };
    json!({ "apiVersion": api_version, "kind": kind, "metadata": metadata(&mut random), "spec": spec })
}

fn metadata(random: &mut Rng) -> Value {
    let mut labels = Map::new();
    let texts = ["ml", "team", "robot-ml", "Front", "x", "", "yes"];
    for key in ["team", "tier", "net", "approved", "careful"] {
        if random.bool() {
            labels.insert(key.to_owned(), json!(texts[random.usize(..texts.len())]));
        }
    }
    if random.u8(..4) > 0 {
        let apps = ["front", "back", "else"];
        labels.insert("app.kubernetes.io/name".to_owned(), json!(apps[random.usize(..apps.len())]));
    }
    let mut metadata = json!({ "name": "probe" });
    maybe(random, &mut metadata, "labels", |_| Value::Object(labels.clone()));
    maybe(random, &mut metadata, "annotations", |random| match random.bool() {
        true => json!({ "note": "it's \"quoted\"\nand {{odd}}" }),
        false => json!({}),
    });
    metadata
}

fn maybe(random: &mut Rng, object: &mut Value, key: &str, value: impl FnOnce(&mut Rng) -> Value) {
    match random.u8(..8) {
        0..3 => {}
        3 => object[key] = Value::Null,
        _ => object[key] = value(random),
    }
}

fn pick(random: &mut Rng, values: &[Value]) -> Value {
    values[random.usize(..values.len())].clone()
}

fn pod_spec(random: &mut Rng) -> Value {
    let names = ["main", "second", "debug", "bad", "ml", "a-1", "third"];
    let count = random.usize(1..4);
    let start = random.usize(..names.len());
    let containers: Vec<Value> = (0..count).map(|at| container(random, names[(start + at) % names.len()])).collect();
    let mut spec = json!({ "containers": containers });
    maybe(random, &mut spec, "initContainers", |random| match random.bool() {
        true => json!([container(random, "init")]),
        false => json!([]),
    });
    for flag in ["hostNetwork", "hostPID", "hostIPC", "automountServiceAccountToken"] {
        maybe(random, &mut spec, flag, |random| json!(random.bool()));
    }
    if spec["hostPID"] != json!(true) {
        maybe(random, &mut spec, "shareProcessNamespace", |random| json!(random.bool()));
    }
    maybe(random, &mut spec, "serviceAccountName", |random| {
        pick(random, &[json!("ml"), json!("robot-ml"), json!(""), json!("default")])
    });
    maybe(random, &mut spec, "runtimeClassName", |random| pick(random, &[json!("gvisor"), json!("runc")]));
    maybe(random, &mut spec, "priorityClassName", |random| pick(random, &[json!("low"), json!("none"), json!("")]));
    maybe(random, &mut spec, "securityContext", |random| {
        let mut context = json!({});
        maybe(random, &mut context, "runAsUser", |random| {
            pick(random, &[json!(0), json!(999), json!(1000), json!(1001)])
        });
        maybe(random, &mut context, "runAsNonRoot", |random| json!(random.bool()));
        context
    });
    maybe(random, &mut spec, "volumes", |random| {
        let volume = |random: &mut Rng, at: usize| match random.bool() {
            true => {
                json!({ "name": format!("v{at}"), "hostPath": { "path": pick(random, &[json!("/"), json!("/it's")]) } })
            }
            false => json!({ "name": format!("v{at}"), "emptyDir": {} }),
        };
        let count = random.usize(..4);
        (0..count).map(|at| volume(random, at)).collect()
    });
    spec
}

fn container(random: &mut Rng, name: &str) -> Value {
    let digest = "a".repeat(64);
    let images = [
        json!("busybox"),
        json!("nginx"),
        json!(format!("registry.acme.example/x@sha256:{digest}")),
        json!(format!("registry_acme.example/x@sha256:{digest}")),
        json!(format!("registry.acme.example/x@sha256:{digest}0")),
        json!("it's a \"test\" \\ $x"),
        json!(format!("long/{}", "x".repeat(300))),
        json!("tab\tand\nline"),
        json!("ünïcode"),
    ];
    let mut container = json!({ "name": name, "image": pick(random, &images) });
    maybe(random, &mut container, "imagePullPolicy", |random| {
        pick(random, &[json!("Never"), json!("Always"), json!("IfNotPresent")])
    });
    maybe(random, &mut container, "ports", |random| {
        let ports = [80, 1024, 1025, 59_999, 60_000];
        let start = random.usize(..ports.len());
        (0..random.usize(..3)).map(|at| json!({ "containerPort": ports[(start + at) % ports.len()] })).collect()
    });
    maybe(random, &mut container, "env", |random| {
        (0..random.usize(..4))
            .map(|at| json!({ "name": format!("E{at}"), "value": if at == 0 { "" } else { "v" } }))
            .collect()
    });
    maybe(random, &mut container, "securityContext", |random| {
        let mut context = json!({});
        maybe(random, &mut context, "privileged", |random| json!(random.bool()));
        maybe(random, &mut context, "runAsUser", |random| json!(random.i64(0..3)));
        maybe(random, &mut context, "capabilities", |random| {
            let mut capabilities = json!({});
            maybe(random, &mut capabilities, "add", |random| {
                let all = ["CHOWN", "NET_BIND_SERVICE", "SYS_ADMIN"];
                all.iter().filter(|_| random.bool()).copied().collect()
            });
            capabilities
        });
        context
    });
    maybe(random, &mut container, "resources", |random| {
        let mut resources = json!({});
        maybe(random, &mut resources, "limits", |random| {
            let mut limits = json!({});
            maybe(random, &mut limits, "cpu", |random| {
                pick(random, &[json!("1500m"), json!("1.5"), json!(1), json!("1499m"), json!("0.0001k")])
            });
            maybe(random, &mut limits, "memory", |random| {
                pick(random, &[json!("2Gi"), json!("2147483648"), json!("2147483649"), json!("2G"), json!("1e3")])
            });
            limits
        });
        maybe(random, &mut resources, "requests", |random| {
            let mut requests = json!({});
            maybe(random, &mut requests, "cpu", |random| pick(random, &[json!("500m"), json!("0.5"), json!("501m")]));
            requests
        });
        resources
    });
    container
}
