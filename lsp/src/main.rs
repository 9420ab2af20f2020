//! Speaks the Language Server Protocol on standard input and output.
#![forbid(unsafe_code)]

use gatewright_lsp::Backend;
use tower_lsp::{LspService, Server};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let (service, socket) = LspService::new(Backend::new);
    Server::new(tokio::io::stdin(), tokio::io::stdout(), socket).serve(service).await;
}
