//! Kubernetes objects for a policy, which an API server is willing to look at: mostly what people write, with the edges of what the policy
//! compares with, and much left out.
//!
//! The view of a subject says where its fields stand, so the generator goes the way back: a value for each field, put at its path. What the
//! server demands of the objects themselves, whatever a policy wants, is a table of values below; what it refuses all the same is not used.

use super::values::{Maker, Pools};
use fastrand::Rng;
use gatewright::core::{Field, Origin, Policy, Project, Record, RecordId, Type};
use gatewright::document::path::{DocPath, Step};
use gatewright::value::{MAX_EXACT, Time};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of workload, with what every object of the kind has.
pub fn skeletons() -> Vec<Value> {
    let labels = json!({ "t": "x" });
    let template = json!({ "metadata": { "labels": labels }, "spec": {} });
    let object = |api_version: &str, kind: &str, spec: Value| {
        json!({
            "apiVersion": api_version, "kind": kind,
            "metadata": { "labels": {}, "annotations": {} }, "spec": spec,
        })
    };
    let selected = json!({ "selector": { "matchLabels": labels }, "template": template });
    let job = json!({ "template": template });
    vec![
        object("v1", "Pod", json!({})),
        object("apps/v1", "Deployment", selected.clone()),
        object("apps/v1", "StatefulSet", selected.clone()),
        object("apps/v1", "DaemonSet", selected.clone()),
        object("apps/v1", "ReplicaSet", selected),
        object("v1", "ReplicationController", json!({ "selector": labels, "template": template })),
        object("batch/v1", "Job", job.clone()),
        object("batch/v1", "CronJob", json!({ "schedule": "0 0 1 1 *", "jobTemplate": { "spec": job } })),
    ]
}

/// Where an object says what its pods are.
pub fn pod_spec(object: &Value) -> &'static str {
    match object["kind"].as_str() {
        Some("Pod") => "/spec",
        Some("CronJob") => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec/template/spec",
    }
}

/// Makes objects of the kinds of a subject. The same seed makes the same object.
pub struct ObjectGenerator<'a> {
    project: &'a Project,
    subject: RecordId,
    now: Time,
    pools: Pools,
}

impl<'a> ObjectGenerator<'a> {
    /// A generator for a subject of a policy.
    pub fn new(project: &'a Project, policy: &'a Policy, subject: RecordId, now: Time) -> Self {
        Self { project, subject, now, pools: Pools::new(project, policy, subject) }
    }

    /// An object of the kind of a skeleton. It has no namespace.
    pub fn object(&self, seed: u64, skeleton: &Value) -> Value {
        let mut random = Rng::with_seed(seed);
        let scarce = [0.1, 0.3, 0.6][random.usize(0..3)];
        let maker = Maker {
            project: self.project,
            pools: &self.pools,
            random: &mut random,
            now: self.now,
            trouble: 0.0,
            seen: BTreeMap::new(),
        };
        let mut objects = Objects { maker, project: self.project, scarce, fixed: 0 };
        let mut object = skeleton.clone();
        for field in self.project.record(self.subject).fields.values() {
            objects.put(field, &mut object);
        }
        objects.demands(&mut object);
        object
    }
}

struct Objects<'a> {
    maker: Maker<'a>,
    project: &'a Project,
    /// How likely something that may be absent is.
    scarce: f64,
    /// Counts names that have to differ.
    fixed: usize,
}

impl Objects<'_> {
    fn chance(&mut self, chance: f64) -> bool {
        self.maker.random.f64() < chance
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.maker.random.usize(0..from.len())].clone()
    }

    /// Puts a value for a field at the first of its paths whose holders the object has.
    fn put(&mut self, field: &Field, object: &mut Value) {
        let Origin::Document { paths, .. } = &field.origin else { return };
        let holders = |path: &DocPath| -> Option<String> {
            let mut pointer = String::new();
            for step in path.steps() {
                match step {
                    Step::Key(key) => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
                    _ => break,
                }
            }
            let is_list = path.steps().iter().any(|step| !matches!(step, Step::Key(_)));
            let holder = if is_list { pointer.as_str() } else { pointer.rsplit_once('/').map_or("", |(left, _)| left) };
            object.pointer(holder).is_some_and(Value::is_object).then_some(pointer)
        };
        let candidates: Vec<(&DocPath, String)> =
            paths.iter().filter_map(|path| Some((path, holders(path)?))).collect();
        let Some((path, pointer)) = candidates.first().cloned() else { return };
        let choice = if candidates.len() > 1 && self.chance(0.5) {
            candidates[candidates.len() - 1].clone()
        } else {
            (path, pointer)
        };
        let (path, pointer) = choice;
        let may_be_absent = field.optional || field.default.is_some();
        if may_be_absent && self.chance(self.scarce) {
            return;
        }
        let keys = path.steps().iter().find_map(|step| match step {
            Step::EachOf(keys) => Some(keys.clone()),
            _ => None,
        });
        let value = self.value(&field.ty, "", &field.name);
        match (keys, value) {
            (Some(keys), Value::Array(items)) => {
                let Some(Value::Object(holder)) = object.pointer_mut(&pointer) else { return };
                for (position, item) in items.into_iter().enumerate() {
                    let key = match position {
                        0 => "containers",
                        // Ephemeral containers come by a request of their own.
                        _ => keys[self.maker.random.usize(0..2)].as_str(),
                    };
                    if let Value::Array(list) = holder.entry(key).or_insert_with(|| json!([])) {
                        list.push(item);
                    }
                }
            }
            (_, value) => merge(object, &pointer, value),
        }
    }

    fn value(&mut self, ty: &Type, of: &str, key: &str) -> Value {
        if let Some(value) = self.demanded(of, key) {
            return value;
        }
        match ty {
            Type::Record(id) => self.record(self.project.record(*id)),
            Type::List(element) => {
                let length = self.pick(&[0usize, 1, 1, 2, 2, 3]);
                (0..length).map(|_| self.value(element, of, "")).collect()
            }
            Type::Map(value) => {
                let length = self.pick(&[0usize, 1, 2, 3]);
                let mut map = Map::new();
                for _ in 0..length {
                    let name = self.label_key();
                    let value = match **value {
                        Type::Text => json!(self.label_value()),
                        ref other => self.value(other, of, &name),
                    };
                    map.insert(name, value);
                }
                Value::Object(map)
            }
            Type::Int => json!(self.maker.fresh(ty).as_f64().map_or(1, |value| (value as i64).clamp(0, 65535))),
            Type::Text => json!(self.text()),
            other => self.maker.fresh(other),
        }
    }

    fn text(&mut self) -> String {
        self.maker.fresh(&Type::Text).as_str().unwrap_or_default().to_owned()
    }

    /// A text of the policy that the server takes for a name, or another one.
    fn named(&mut self) -> String {
        let text = self.text();
        let is_name = !text.is_empty()
            && text.len() < 60
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && text.starts_with(|first: char| first.is_ascii_lowercase());
        let known = ["main", "side", "sort", "rank", "ab-12", "x"];
        if is_name { text } else { self.pick(&known).to_owned() }
    }

    fn label_key(&mut self) -> String {
        self.pick(&["env", "level", "one", "two", "in", "tier", "acme.example/part"]).to_owned()
    }

    fn label_value(&mut self) -> String {
        let text = self.text();
        let sound = |text: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric();
            text.len() < 60
                && text.chars().all(|c| plain(c) || "-_.".contains(c))
                && text.starts_with(plain)
                && text.ends_with(plain)
        };
        if self.chance(0.5) {
            return self.pick(&["prod", "dev", "front", "left", "LOW", "HIGH", "MEDIUM", "", "bad", "1"]).to_owned();
        }
        if sound(&text) { text } else { "other".to_owned() }
    }

    /// An object of a record, field by field, as its own document says it.
    fn record(&mut self, record: &Record) -> Value {
        let mut object = json!({});
        let name = record.name.as_str();
        // A volume is of one kind.
        let only = (name == "Volume" || name == "EnvVarSource").then(|| {
            let sources: Vec<&str> = (record.fields.values())
                .filter(|field| matches!(field.ty, Type::Record(_)))
                .map(|field| field.name.as_str())
                .collect();
            self.pick(&sources).to_owned()
        });
        for field in record.fields.values() {
            let Origin::Document { paths, .. } = &field.origin else { continue };
            let Some([Step::Key(key)]) = paths.first().map(DocPath::steps) else { continue };
            let is_source = matches!(field.ty, Type::Record(_));
            let left_out = match &only {
                Some(only) if is_source => *only != field.name,
                _ => (field.optional || field.default.is_some()) && self.chance(self.scarce),
            };
            if left_out {
                // What is null is absent, and so is an empty list or map where the server keeps neither.
                if self.chance(0.1) {
                    object[key] = Value::Null;
                }
                continue;
            }
            object[key] = self.value(&field.ty, name, key);
        }
        object
    }

    /// What the server demands of a field, or what is worth trying there.
    fn demanded(&mut self, of: &str, key: &str) -> Option<Value> {
        let texts = |of: &[&str]| of.iter().map(|text| json!(text)).collect::<Vec<_>>();
        let choices: Vec<Value> = match (of, key) {
            ("", "name") => return Some(json!(self.named())),
            ("", "app") => texts(&["left", "right", "left", "other"]),
            ("", "annotations") => return Some(self.annotations()),
            (_, "either" | "missing") => texts(&["x", "bad", "y", ""]),
            (_, "cpu") if of.is_empty() => texts(&["1", "2", "2.5", "1e3m", "two", "", "500m"]),
            (_, "replicas" | "wrong") => [0, 1, 2, 3, 5].iter().map(|count| json!(count)).collect(),
            (_, "paused") => vec![json!(true), json!(false)],
            (_, "strategy") => texts(&["RollingUpdate", "Recreate"]),
            (_, "imagePullPolicy" | "pullPolicy") => texts(&["Always", "Always", "Never", "IfNotPresent"]),
            (_, "image" | "reference") => return Some(json!(self.image())),
            ("Container" | "Box", "name") => {
                let name = self.named();
                self.fixed += 1;
                // Names of containers differ; a common one may come once.
                let name = if self.fixed == 1 || self.chance(0.4) { name } else { format!("c{}", self.fixed) };
                return Some(json!(name));
            }
            ("Volume", "name") => {
                self.fixed += 1;
                return Some(json!(format!("v{}", self.fixed)));
            }
            ("Box", "ports") => vec![json!([]), json!([{ "containerPort": 80 }])],
            ("Box", "args") => vec![json!([]), json!(["1"])],
            ("Seconds", "terminationGracePeriodSeconds") => {
                [0, 30, 31, MAX_EXACT, MAX_EXACT + 1].iter().map(|count| json!(count)).collect()
            }
            (_, "dnsPolicy") => texts(&["ClusterFirst", "Default"]),
            (_, "hostPID" | "hostIPC" | "hostNetwork") => vec![json!(true), json!(false)],
            ("ContainerPort", "containerPort") => [80, 1023, 1024, 8080, 9000].iter().map(|port| json!(port)).collect(),
            ("ContainerPort", "hostPort" | "name") => vec![Value::Null],
            ("ContainerPort", "protocol") => texts(&["TCP", "TCP", "UDP", "SCTP"]),
            ("EnvVar", "name") => texts(&["SECRET", "A", "PASSWORD", "x.y"]),
            ("EnvVar", "valueFrom") => vec![Value::Null],
            ("ResourceRequirements", "limits" | "requests") => return Some(self.amounts(key == "requests")),
            ("SecurityContext", "procMount" | "allowPrivilegeEscalation") => vec![Value::Null],
            ("SeccompProfile", "type") => texts(&["RuntimeDefault", "Unconfined"]),
            ("SeccompProfile", "localhostProfile") => vec![Value::Null],
            ("Capabilities", "add" | "drop") => {
                vec![json!(["ALL"]), json!(["NET_ADMIN"]), json!([]), json!(["CHOWN", "ALL"])]
            }
            ("Sysctl", "name") => texts(&["kernel.shm_rmid_forced", "net.ipv4.tcp_syncookies"]),
            ("Sysctl", "value") => texts(&["0", "1"]),
            ("PodSpec", "priorityClassName" | "runtimeClassName" | "hostUsers") => vec![Value::Null],
            ("PodSpec", "restartPolicy") => vec![Value::Null],
            ("PodSpec", "sysctls") => vec![json!([]), json!([{ "name": "kernel.shm_rmid_forced", "value": "1" }])],
            ("PodSpec", "serviceAccountName") => texts(&["default", "scorer"]),
            (_, "volumeMounts") => vec![Value::Null],
            (_, "path" | "mountPath" | "subPath") => texts(&["/data", "/var/lib/x"]),
            (_, "medium") => texts(&["", "Memory"]),
            ("HostPathVolumeSource", "type") => texts(&["", "Directory"]),
            (_, "name" | "secretName" | "claimName" | "driver" | "server" | "key") => texts(&["something", "main"]),
            _ => return None,
        };
        Some(self.pick(&choices))
    }

    fn image(&mut self) -> String {
        let text = self.text();
        let is_image = !text.is_empty() && text.trim() == text && text.is_ascii() && !text.contains(char::is_control);
        let known = ["i:1.0", "i:2.0", "registry.acme.example/a:1.2", "registry.acme.example/a\tb"];
        if is_image { text } else { self.pick(&known).to_owned() }
    }

    /// Annotations may hold any text, so the odd ones are here.
    fn annotations(&mut self) -> Value {
        let mut map = Map::new();
        for _ in 0..self.pick(&[0usize, 1, 2, 3]) {
            let name =
                self.pick(&["acme.example/owner", "needed", "first", "one", "two", "cpu", "acme.example/second"]);
            let value = if self.chance(0.3) {
                self.pick(&["a@acme.example", "x", "bad", "1", "2Gi", "tab\tnew\nline", "\u{202e}evil", "br{ace}"])
                    .to_owned()
            } else {
                self.text()
            };
            map.insert(name.to_owned(), json!(value));
        }
        Value::Object(map)
    }

    /// What is asked for is at most what is allowed.
    fn amounts(&mut self, requests: bool) -> Value {
        let cpu = if requests { ["1", "1000m", "100m", "0.5"] } else { ["1", "2", "2000m", "2001m"] };
        let memory = if requests { ["1Mi", "1", "100M", "64Ki"] } else { ["512Mi", "0.5Gi", "1Gi", "1073741823"] };
        let mut map = Map::new();
        for (name, amounts) in [("cpu", cpu), ("memory", memory)] {
            if self.chance(0.7) {
                map.insert(name.to_owned(), json!(self.pick(&amounts)));
            }
        }
        Value::Object(map)
    }

    /// What the parts of an object demand of each other.
    fn demands(&mut self, object: &mut Value) {
        self.fixed += 1;
        if object["metadata"]["name"].is_null() {
            object["metadata"]["name"] = json!("unnamed");
        }
        let kind = object["kind"].as_str().unwrap_or_default().to_owned();
        let restart = match kind.as_str() {
            "Pod" => self.pick(&[json!("Always"), json!("Never"), json!("OnFailure"), Value::Null]),
            "Job" | "CronJob" => self.pick(&[json!("Never"), json!("OnFailure")]),
            _ => Value::Null,
        };
        let Some(spec) = object.pointer_mut(pod_spec(object)) else { return };
        spec["restartPolicy"] = restart;
        if !spec["containers"].is_array() || spec["containers"] == json!([]) {
            spec["containers"] = json!([{ "name": "main", "image": "i:1.0" }]);
        }
        let volumes: Vec<Value> = (spec["volumes"].as_array().into_iter().flatten())
            .filter(|volume| !volume["configMap"].is_object() || volume["configMap"]["name"].is_string())
            .map(|volume| volume["name"].clone())
            .collect();
        let mut seen = BTreeSet::new();
        for key in ["containers", "initContainers"] {
            for container in spec[key].as_array_mut().into_iter().flatten() {
                self.fixed += 1;
                if !seen.insert(container["name"].to_string()) {
                    container["name"] = json!(format!("d{}", self.fixed));
                }
                if !container["image"].is_string() {
                    container["image"] = json!("i:1.0");
                }
                for mount in &volumes {
                    if self.chance(0.5) {
                        let path = self.pick(&["/data", "/tmp"]);
                        container["volumeMounts"] =
                            json!([{ "name": mount, "mountPath": path, "readOnly": self.chance(0.5) }]);
                    }
                }
            }
        }
    }
}

/// Puts a value at a pointer; what both have as objects is put together.
fn merge(object: &mut Value, pointer: &str, value: Value) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let Some(Value::Object(holder)) = object.pointer_mut(parent) else { return };
    match (holder.get_mut(&key), value) {
        (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
        (_, value) => {
            holder.insert(key, value);
        }
    }
}
