//! What the server knows: the open texts, and what the compiler last said of the project.

use crate::convert;
use gatewright::session::disk::DiskLoader;
use gatewright::session::{self, Checked};
use gatewright::source::{Loader, MemoryLoader, Overlay, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tokio::sync::{mpsc, oneshot};
use tokio::task;
use tower_lsp::Client;
use tower_lsp::lsp_types::{CodeActionOrCommand, CodeActionResponse, MessageType, Range, TextEdit, Url};

/// Something that happens in the editor, or that it asks.
#[derive(Debug)]
pub enum Event {
    /// The folder that the editor opened.
    Root(Option<Url>),
    /// A file was opened or changed.
    Text {
        /// The file.
        uri: Url,
        /// Which version of the text, as the editor counts.
        version: i32,
        /// The whole text.
        text: String,
    },
    /// A file was written to disk; others may have changed there too.
    Saved,
    /// A file was closed: what is on disk counts again.
    Closed(Url),
    /// Format a file.
    Format {
        /// The file.
        uri: Url,
        /// The edits; `None` if the file cannot be formatted.
        answer: oneshot::Sender<Option<Vec<TextEdit>>>,
    },
    /// Which repairs are there?
    Actions {
        /// The file.
        uri: Url,
        /// The place.
        range: Range,
        /// The repairs.
        answer: oneshot::Sender<CodeActionResponse>,
    },
}

/// The one owner of the server's state.
pub struct World {
    client: Client,
    root: Option<PathBuf>,
    open: BTreeMap<Url, (i32, String)>,
    checked: Option<Checked>,
    /// Files that the editor shows diagnostics of.
    shown: BTreeSet<Url>,
}

impl World {
    /// Knows nothing yet.
    pub fn new(client: Client) -> Self {
        Self { client, root: None, open: BTreeMap::new(), checked: None, shown: BTreeSet::new() }
    }

    /// Handles events in order, until nobody can send any more. Edits that have piled up are checked once.
    pub async fn run(mut self, mut events: mpsc::UnboundedReceiver<Event>) {
        while let Some(event) = events.recv().await {
            let mut changed = self.handle(event).await;
            while let Ok(event) = events.try_recv() {
                // A question is about the text as it is then.
                if changed && matches!(event, Event::Format { .. } | Event::Actions { .. }) {
                    self.check().await;
                    changed = false;
                }
                changed |= self.handle(event).await;
            }
            if changed {
                self.check().await;
            }
        }
    }

    /// Whether the project has to be checked again.
    async fn handle(&mut self, event: Event) -> bool {
        match event {
            Event::Root(root) => self.root = root.and_then(|root| root.to_file_path().ok()),
            Event::Text { uri, version, text } => {
                self.open.insert(uri, (version, text));
            }
            Event::Saved => {}
            Event::Closed(uri) => {
                self.open.remove(&uri);
            }
            Event::Format { uri, answer } => {
                // The editor may have gone away; then nobody wants the answer.
                let _ = answer.send(self.format(&uri));
                return false;
            }
            Event::Actions { uri, range, answer } => {
                let _ = answer.send(self.actions(&uri, range));
                return false;
            }
        }
        true
    }

    fn format(&self, uri: &Url) -> Option<Vec<TextEdit>> {
        let (_, text) = self.open.get(uri)?;
        let file = Sources::default().add("open.gate", text.as_str());
        let formatted = gatewright::format::format(file, text).ok()?;
        Some(if formatted == *text { Vec::new() } else { vec![convert::replace_all(text, formatted)] })
    }

    fn actions(&self, uri: &Url, wanted: Range) -> CodeActionResponse {
        let Some(checked) = &self.checked else { return Vec::new() };
        let address = |name: &str| self.address(name);
        let mut actions = Vec::new();
        for problem in &checked.problems {
            let span = problem.primary.span;
            let place = convert::range(&checked.sources, span);
            let is_here = address(&checked.sources.file(span.file).name).as_ref() == Some(uri);
            if is_here && place.start <= wanted.end && wanted.start <= place.end {
                let of = convert::diagnostic(problem, &checked.sources, &address);
                let repairs =
                    problem.fixes.iter().filter_map(|fix| convert::action(fix, of.clone(), &checked.sources, &address));
                actions.extend(repairs.map(CodeActionOrCommand::CodeAction));
            }
        }
        actions
    }

    /// The address of a file of the project; the library's files have none.
    fn address(&self, name: &str) -> Option<Url> {
        let root = self.root.as_ref()?;
        (!name.starts_with("std/")).then(|| Url::from_file_path(root.join(name)).ok()).flatten()
    }

    async fn check(&mut self) {
        let folder = self.root.clone().or_else(|| {
            let first = self.open.keys().next()?.to_file_path().ok()?;
            first.parent().map(Path::to_path_buf)
        });
        let Some(folder) = folder else { return };
        let texts: Vec<(PathBuf, String)> =
            (self.open.iter()).filter_map(|(uri, (_, text))| Some((uri.to_file_path().ok()?, text.clone()))).collect();
        // Checking takes all of one core for a moment, and may fail: neither must stop the server.
        let work = task::spawn_blocking(move || check(&folder, texts));
        match work.await {
            Ok(Ok((root, checked))) => {
                self.root = Some(root);
                self.checked = Some(checked);
                self.publish().await;
            }
            Ok(Err(message)) => self.client.log_message(MessageType::ERROR, message).await,
            Err(_) => {
                let message = "the compiler failed on this text; please report it with the text";
                self.client.log_message(MessageType::ERROR, message).await;
            }
        }
    }

    async fn publish(&mut self) {
        let Some(checked) = &self.checked else { return };
        let address = |name: &str| self.address(name);
        let mut found: BTreeMap<Url, Vec<_>> = BTreeMap::new();
        for problem in &checked.problems {
            if let Some(uri) = address(&checked.sources.file(problem.primary.span.file).name) {
                found.entry(uri).or_default().push(convert::diagnostic(problem, &checked.sources, &address));
            }
        }
        let shown: BTreeSet<Url> = found.keys().cloned().collect();
        let files: BTreeSet<Url> = shown.iter().chain(&self.shown).chain(self.open.keys()).cloned().collect();
        for uri in files {
            let version = self.open.get(&uri).map(|(version, _)| *version);
            let diagnostics = found.remove(&uri).unwrap_or_default();
            self.client.publish_diagnostics(uri, diagnostics, version).await;
        }
        self.shown = shown;
    }
}

/// Checks the project of a folder with the open texts in place of what is on disk.
fn check(folder: &Path, texts: Vec<(PathBuf, String)>) -> Result<(PathBuf, Checked), String> {
    let disk = DiskLoader::open(folder).map_err(|error| error.to_string())?;
    let settings = disk.settings()?.settings();
    let mut open = MemoryLoader::default();
    for (path, text) in texts {
        let path = path.canonicalize().unwrap_or(path);
        if let Ok(inside) = path.strip_prefix(disk.root()) {
            let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            open = open.with(parts.join("/"), text);
        }
    }
    let loader: &dyn Loader = &disk;
    Ok((disk.root().to_path_buf(), session::check(&Overlay::new(loader, &open), settings)))
}
