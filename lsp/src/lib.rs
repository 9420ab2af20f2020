//! The language server: the compiler's answers in the words of the Language Server Protocol 3.17.
//!
//! Handlers hold no logic. One task, [`world::World`], owns what is known; handlers send it [`world::Event`]s in the order in which they
//! arrive and wait for its answers. So edits are never mixed up, and a failure costs one answer.
#![forbid(unsafe_code)]

mod convert;
pub mod world;

use tokio::sync::{mpsc, oneshot};
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    CodeActionParams, CodeActionProviderCapability, CodeActionResponse, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentFormattingParams,
    InitializeParams, InitializeResult, OneOf, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextEdit,
};
use tower_lsp::{Client, LanguageServer};
use world::{Event, World};

/// The server that an editor speaks with.
pub struct Backend {
    events: mpsc::UnboundedSender<Event>,
}

impl Backend {
    /// Starts the task that owns what is known; it ends when this value is dropped.
    pub fn new(client: Client) -> Self {
        let (events, received) = mpsc::unbounded_channel();
        tokio::spawn(World::new(client).run(received));
        Self { events }
    }

    /// A world that has ended answers nothing, and the editor is shutting down then.
    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Event) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.tell(question(answer));
        answered.await.ok()
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let roots = params.workspace_folders.unwrap_or_default().into_iter().map(|folder| folder.uri);
        let root = roots.chain(params.root_uri).next();
        self.tell(Event::Root(root));
        Ok(InitializeResult {
            capabilities: ServerCapabilities {
                text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
                document_formatting_provider: Some(OneOf::Left(true)),
                code_action_provider: Some(CodeActionProviderCapability::Simple(true)),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: env!("CARGO_PKG_NAME").into(),
                version: Some(env!("CARGO_PKG_VERSION").into()),
            }),
        })
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.tell(Event::Text { uri: document.uri, version: document.version, text: document.text });
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        // The whole text is sent each time, so the last change is all there is to know.
        if let Some(change) = params.content_changes.into_iter().next_back() {
            let document = params.text_document;
            self.tell(Event::Text { uri: document.uri, version: document.version, text: change.text });
        }
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {
        self.tell(Event::Saved);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(Event::Closed(params.text_document.uri));
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        Ok(self.ask(|answer| Event::Format { uri: params.text_document.uri, answer }).await.flatten())
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        Ok(self.ask(|answer| Event::Actions { uri: params.text_document.uri, range: params.range, answer }).await)
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
