//! The programs of a cluster, each with a keeper that ends it.

use super::within;
use crate::opa::engine;
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{array, fs};

/// Runs a program until it ends or standard input does, and then removes the folder in `REMOVE`. The other end of
/// standard input is in the process of the test, so nothing outlives that, not even when it is killed.
const KEEPER: &str = r#"
exec 3<&0
"$@" 3<&- &
program=$!
{ read -r line <&3; kill -KILL "$program"; } &
watcher=$!
wait "$program"
status=$?
kill "$watcher" 2>&-
[ -z "$REMOVE" ] || rm -rf -- "$REMOVE"
exit "$status"
"#;

/// A running program, which ends when this is dropped.
pub(super) struct Program {
    keeper: Child,
    log: PathBuf,
}

impl Program {
    /// Starts a program whose output goes to a log in the folder.
    fn start(folder: &Path, name: &str, arguments: &[&OsStr], remove: &OsStr) -> Result<Self, String> {
        let path = engine(&format!("GATEWRIGHT_{}", name.to_uppercase().replace('-', "_")))?;
        let log = folder.join(format!("{name}.log"));
        let keeper = File::create(&log).and_then(|file| {
            let errors = file.try_clone()?;
            Command::new("sh")
                .args(["-c", KEEPER, name])
                .arg(path)
                .args(arguments)
                .env("REMOVE", remove)
                .stdin(Stdio::piped())
                .stdout(file)
                .stderr(errors)
                // An interrupt at the terminal is for the test; the keeper ends the program when the test is gone.
                .process_group(0)
                .spawn()
        });
        Ok(Self { keeper: keeper.map_err(|error| format!("{name}: {error}"))?, log })
    }

    /// Tries until it succeeds, the time is over, or the program has ended.
    pub(super) fn within<T>(
        &mut self,
        limit: Duration,
        mut attempt: impl FnMut() -> Result<T, String>,
    ) -> Result<T, String> {
        let log = self.log.clone();
        let outcome = within(limit, || match self.keeper.try_wait() {
            Ok(None) => attempt().map(Ok),
            Ok(Some(status)) => Ok(Err(format!("it ended with {status}"))),
            Err(error) => Ok(Err(error.to_string())),
        });
        outcome.and_then(|value| value).map_err(|error| format!("{error}\n{}", tail(&log)))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The end of a log.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}

/// Two ports that nobody listens on.
pub(super) fn free_ports() -> Result<[u16; 2], String> {
    let listeners: [io::Result<TcpListener>; 2] = array::from_fn(|_| TcpListener::bind(("127.0.0.1", 0)));
    let [one, other] = listeners.map(|listener| listener.and_then(|bound| bound.local_addr()).map(|at| at.port()));
    one.and_then(|one| Ok([one, other?])).map_err(|error| error.to_string())
}

/// A new key pair for the tokens of service accounts, which the server does not start without: private, public.
pub(super) fn keys() -> Result<[String; 2], String> {
    let bytes: [u8; 32] = array::from_fn(|_| fastrand::u8(1..=0x7f));
    let key = p256::SecretKey::from_slice(&bytes).map_err(|error| error.to_string())?;
    let private = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| error.to_string())?;
    let public = key.public_key().to_public_key_pem(LineEnding::LF).map_err(|error| error.to_string())?;
    Ok([private.to_string(), public])
}

/// Starts etcd, whose keeper removes the folder in the end.
pub(super) fn etcd(folder: &Path, port: u16) -> Result<Program, String> {
    let here = format!("http://127.0.0.1:{port}");
    let arguments = [
        option("--data-dir=", folder.join("etcd")),
        format!("--listen-client-urls={here}"),
        format!("--advertise-client-urls={here}"),
        // It has no peers, so nobody needs to know this port.
        "--listen-peer-urls=http://127.0.0.1:0".to_owned(),
        // What is stored is thrown away soon.
        "--unsafe-no-fsync".to_owned(),
    ];
    start(folder, "etcd", &arguments, folder.as_os_str())
}

/// Starts the API server.
pub(super) fn api_server(folder: &Path, etcd_port: u16, port: u16) -> Result<Program, String> {
    let arguments = [
        format!("--etcd-servers=http://127.0.0.1:{etcd_port}"),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--secure-port={port}"),
        option("--cert-dir=", folder.join("certificates")),
        option("--token-auth-file=", folder.join("tokens.csv")),
        "--authorization-mode=RBAC".to_owned(),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        option("--service-account-key-file=", folder.join("accounts.pub")),
        option("--service-account-signing-key-file=", folder.join("accounts.key")),
        "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
        "--endpoint-reconciler-type=none".to_owned(),
        "--allow-privileged=true".to_owned(),
        // It wants a service account in each namespace, which only a controller makes.
        "--disable-admission-plugins=ServiceAccount".to_owned(),
        option("--audit-policy-file=", folder.join("audit.yaml")),
        option("--audit-log-path=", folder.join("audit.log")),
        "--audit-log-mode=blocking-strict".to_owned(),
    ];
    start(folder, "kube-apiserver", &arguments, OsStr::new(""))
}

/// Starts the controller that type checks policies.
pub(super) fn vap_status(folder: &Path, server: &str, certificate: &Path) -> Result<Program, String> {
    let arguments = [
        format!("--server={server}"),
        option("--ca=", certificate),
        option("--token-file=", folder.join("admin.token")),
    ];
    start(folder, "vap-status", &arguments, OsStr::new(""))
}

fn start(folder: &Path, name: &str, arguments: &[String], remove: &OsStr) -> Result<Program, String> {
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    Program::start(folder, name, &arguments, remove)
}

fn option(name: &str, path: impl AsRef<Path>) -> String {
    format!("{name}{}", path.as_ref().display())
}
