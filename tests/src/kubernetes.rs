//! A real Kubernetes API server over a real etcd, with no nodes: enough for admission, which is all that is tested.

mod audit;
mod client;
mod policy;
mod program;
mod scene;

pub use client::Answer;
pub use scene::{Failure, Scene};

use client::Client;
use program::Program;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, iter, thread};

/// How often a cluster is started anew: its ports are free when they are chosen, and may be taken a moment later.
const ATTEMPTS: u32 = 3;

/// How long a cluster may take to start on a busy machine.
const START: Duration = Duration::from_secs(120);

/// How long a change may take until it can be seen.
const SETTLE: Duration = Duration::from_secs(20);

/// Who may sign in: the name, the id and the groups, as in the API server's token file.
const USERS: &[(&str, &str)] = &[("admin", "system:masters"), ("developer", "developers")];

/// A kind of document that a body can be.
pub const JSON: &str = "application/json";

/// A server-side apply.
pub const APPLY: &str = "application/apply-patch+yaml";

/// A JSON merge patch.
pub const MERGE: &str = "application/merge-patch+json";

/// A running cluster, which ends when this is dropped, or when the process that has it ends in any other way.
pub struct Cluster {
    // They are dropped in this order.
    _controller: Program,
    _server: Program,
    _etcd: Program,
    admin: Client,
    developer: Client,
    folder: PathBuf,
    address: SocketAddr,
}

impl Cluster {
    /// Starts a cluster and waits until it is ready.
    ///
    /// # Errors
    /// An engine is not installed, or does not become ready.
    pub fn start() -> Result<Self, String> {
        let mut last = Self::start_once();
        for _ in 1..ATTEMPTS {
            if last.is_ok() {
                break;
            }
            last = Self::start_once();
        }
        last
    }

    fn start_once() -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let path = folder.path().to_path_buf();
        let [etcd_port, port] = program::free_ports()?;
        let tokens = write_settings(&path)?;
        let etcd = program::etcd(&path, etcd_port)?;
        // From here on, the keeper of etcd removes the folder.
        let _ = folder.keep();
        let mut server = program::api_server(&path, etcd_port, port)?;
        let certificate = path.join("certificates/apiserver.crt");
        let base = format!("https://127.0.0.1:{port}");
        server.within(START, || {
            if certificate.exists() { Ok(()) } else { Err("there is no certificate yet".to_owned()) }
        })?;
        let client = |token: &String| Client::new(&base, token, &certificate);
        let (admin, developer) = match tokens.as_slice() {
            [admin, developer] => (client(admin)?, client(developer)?),
            _ => return Err("there is a token for each of two users".to_owned()),
        };
        server.within(START, || ready(&admin))?;
        let controller = program::vap_status(&path, &base, &certificate)?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Ok(Self { _controller: controller, _server: server, _etcd: etcd, admin, developer, folder: path, address })
    }

    /// The folder of its data and logs, which goes when it does.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its API server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request as a user who may do everything.
    ///
    /// # Errors
    /// There is no answer, or it is no Kubernetes answer. A refusal is an answer.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        content_type: &str,
    ) -> Result<Answer, String> {
        self.admin.request(method, path, body, content_type)
    }

    /// Sends a request as the user `developer` of the group `developers`, who may do what roles say.
    ///
    /// # Errors
    /// There is no answer, or it is no Kubernetes answer. A refusal is an answer.
    pub fn request_as_developer(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        content_type: &str,
    ) -> Result<Answer, String> {
        self.developer.request(method, path, body, content_type)
    }

    /// Creates or changes an object by server-side apply.
    ///
    /// # Errors
    /// The server does not serve such objects, or does not answer. A refusal is an answer.
    pub fn apply(&self, object: &Value) -> Result<Answer, String> {
        let path = self.path(object)?;
        self.request("PATCH", &format!("{path}?fieldManager=gatewright&force=true"), Some(object), APPLY)
    }

    /// The same with the object's text: the server reads the YAML.
    ///
    /// # Errors
    /// The server does not serve such objects, or does not answer. A refusal is an answer.
    pub fn apply_text(&self, object: &Value, text: &str) -> Result<Answer, String> {
        let path = format!("{}?fieldManager=gatewright&force=true", self.path(object)?);
        self.admin.request_text("PATCH", &path, Some(text), APPLY)
    }

    /// The path of an object, from what the server says it serves.
    ///
    /// # Errors
    /// The server does not serve such objects, or does not answer.
    pub fn path(&self, object: &Value) -> Result<String, String> {
        Ok(format!("{}/{}", self.collection(object)?, text(object, "/metadata/name")))
    }

    /// The path of all objects of a kind, in the namespace of this one.
    ///
    /// # Errors
    /// The server does not serve such objects, or does not answer.
    pub fn collection(&self, object: &Value) -> Result<String, String> {
        let version = text(object, "/apiVersion");
        let group = if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
        // A definition that was just stored is served a moment later.
        let resource = within(SETTLE, || {
            let served = self.request("GET", &group, None, JSON)?;
            let resources = served.body["resources"].as_array().cloned().unwrap_or_default();
            let wanted =
                |resource: &Value| resource["kind"] == object["kind"] && !text(resource, "/name").contains('/');
            (resources.into_iter().find(wanted)).ok_or_else(|| format!("`{version}` serves no {}", object["kind"]))
        })?;
        let place = match (resource["namespaced"] == true, text(object, "/metadata/namespace")) {
            (false, _) => String::new(),
            (true, "") => "/namespaces/default".to_owned(),
            (true, namespace) => format!("/namespaces/{namespace}"),
        };
        Ok(format!("{group}{place}/{}", text(&resource, "/name")))
    }

    /// The annotations of a request in the audit log; none if nothing was annotated.
    ///
    /// # Errors
    /// The request does not come up in the audit log, where every write does.
    pub fn audit_annotations(&self, audit_id: &str) -> Result<BTreeMap<String, String>, String> {
        within(SETTLE, || audit::annotations(&self.folder.join("audit.log"), audit_id))
    }

    /// The annotations of several requests, in their order.
    ///
    /// # Errors
    /// One of the requests does not come up in the audit log, where every write does.
    pub fn audited(&self, audit_ids: &[&str]) -> Result<Vec<BTreeMap<String, String>>, String> {
        within(SETTLE, || audit::all(&self.folder.join("audit.log"), audit_ids))
    }

    /// Waits until a policy, and everything applied before, is in force, and gives what the type checker says of it.
    ///
    /// # Errors
    /// There is no such policy, or it does not come into force.
    pub fn await_policy(&self, name: &str) -> Result<Vec<Value>, String> {
        let warnings = self.type_warnings(name)?;
        policy::await_changes(&self.admin)?;
        Ok(warnings)
    }

    /// What the type checker says of a policy.
    ///
    /// # Errors
    /// There is no such policy, or it is not looked at.
    pub fn type_warnings(&self, name: &str) -> Result<Vec<Value>, String> {
        policy::type_warnings(&self.admin, name)
    }

    /// Waits until every change to policies that was made before is in force, such as that one is gone.
    ///
    /// # Errors
    /// The changes do not come into force.
    pub fn await_changes(&self) -> Result<(), String> {
        policy::await_changes(&self.admin)
    }
}

fn text<'value>(value: &'value Value, pointer: &str) -> &'value str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn ready(admin: &Client) -> Result<(), String> {
    let answer = admin.request("GET", "/readyz", None, JSON)?;
    let namespace = admin.request("GET", "/api/v1/namespaces/default", None, JSON)?;
    if (answer.status, namespace.status) == (200, 200) { Ok(()) } else { Err(format!("not ready: {}", answer.body)) }
}

/// Writes the files that the servers are started with, and gives the token of each user.
fn write_settings(folder: &Path) -> Result<Vec<String>, String> {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).map_err(|error| error.to_string());
    let tokens: Vec<String> =
        USERS.iter().map(|_| iter::repeat_with(fastrand::alphanumeric).take(32).collect()).collect();
    let lines = (USERS.iter().zip(&tokens)).map(|((name, group), token)| format!("{token},{name},{name},{group}\n"));
    write("tokens.csv", &lines.collect::<String>())?;
    write("admin.token", tokens.first().map(String::as_str).unwrap_or_default())?;
    let [private, public] = program::keys()?;
    write("accounts.key", &private)?;
    write("accounts.pub", &public)?;
    write("audit.yaml", audit::POLICY)?;
    Ok(tokens)
}

/// Tries until it succeeds or the time is over; then the last error.
fn within<T>(limit: Duration, mut attempt: impl FnMut() -> Result<T, String>) -> Result<T, String> {
    let start = Instant::now();
    loop {
        match attempt() {
            Ok(value) => return Ok(value),
            Err(error) if start.elapsed() > limit => return Err(format!("not within {limit:?}: {error}")),
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}
