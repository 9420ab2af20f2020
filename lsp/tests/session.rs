//! A whole session with the server, without a process: what it says while a file is typed, and what it offers.

use futures::StreamExt;
use gatewright_lsp::Backend;
use serde_json::{Value, json};
use std::fs;
use tower::{Service, ServiceExt};
use tower_lsp::jsonrpc::Request;
use tower_lsp::{ClientSocket, LspService};

struct Editor {
    service: LspService<Backend>,
    socket: ClientSocket,
    uri: String,
}

impl Editor {
    async fn open(folder: &std::path::Path, text: &str) -> Self {
        let (service, socket) = LspService::new(Backend::new);
        let root = format!("file://{}", folder.canonicalize().expect("the folder is there").display());
        let mut editor = Self { service, socket, uri: format!("{root}/main.gate") };
        editor.ask("initialize", json!({ "capabilities": {}, "rootUri": root })).await;
        editor.tell("initialized", json!({})).await;
        let document = json!({ "uri": editor.uri, "languageId": "gate", "version": 1, "text": text });
        editor.tell("textDocument/didOpen", json!({ "textDocument": document })).await;
        editor
    }

    async fn send(&mut self, request: Request) -> Option<Value> {
        let service = self.service.ready().await.expect("the server is there");
        let response = service.call(request).await.expect("the server answers");
        response.and_then(|response| response.result().cloned())
    }

    async fn ask(&mut self, method: &'static str, params: Value) -> Value {
        self.send(Request::build(method).params(params).id(1).finish()).await.unwrap_or(Value::Null)
    }

    async fn tell(&mut self, method: &'static str, params: Value) {
        self.send(Request::build(method).params(params).finish()).await;
    }

    /// The diagnostics that the server shows of the file next.
    async fn shown(&mut self) -> Vec<Value> {
        while let Some(message) = self.socket.next().await {
            if message.method() == "textDocument/publishDiagnostics" {
                let params = message.params().cloned().unwrap_or_default();
                if params["uri"] == json!(self.uri) {
                    return params["diagnostics"].as_array().cloned().unwrap_or_default();
                }
            }
        }
        Vec::new()
    }
}

const WRONG: &str = "control sourced {\n  severity = hihg\n\n  design on model {\n    require has model.registry else \"𝄞 {model.name}\"\n  }\n}\n";

#[tokio::test]
async fn an_error_is_shown_repaired_and_gone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("gatewright.toml"), "name = \"test\"\n").expect("a file can be written");
    fs::write(folder.path().join("main.gate"), WRONG).expect("a file can be written");
    let mut editor = Editor::open(folder.path(), WRONG).await;
    let shown = editor.shown().await;
    assert_eq!(shown.len(), 1, "{shown:#?}");
    assert_eq!(shown[0]["code"], "GW305");
    assert_eq!(shown[0]["range"]["start"], json!({ "line": 1, "character": 13 }));

    let uri = editor.uri.clone();
    let context = json!({ "diagnostics": [] });
    let params = json!({ "textDocument": { "uri": uri }, "range": shown[0]["range"], "context": context });
    let actions = editor.ask("textDocument/codeAction", params).await;
    assert_eq!(actions[0]["edit"]["changes"][&uri][0]["newText"], "high", "{actions:#}");

    let fixed = WRONG.replace("hihg", "high");
    let change = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": fixed }] });
    editor.tell("textDocument/didChange", change).await;
    assert_eq!(editor.shown().await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_nothing_uses_is_dimmed_and_can_go() {
    let text = "/// Nobody has it.\nenum Colour { red, green }\n\nrole ciso { may_waive = critical }\n";
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("gatewright.toml"), "name = \"test\"\n").expect("a file can be written");
    fs::write(folder.path().join("main.gate"), text).expect("a file can be written");
    let mut editor = Editor::open(folder.path(), text).await;
    let shown = editor.shown().await;
    assert_eq!(shown.len(), 1, "{shown:#?}");
    assert_eq!(shown[0]["code"], "GW213");
    assert_eq!(shown[0]["tags"], json!([1]));

    let uri = editor.uri.clone();
    let context = json!({ "diagnostics": [] });
    let params = json!({ "textDocument": { "uri": uri }, "range": shown[0]["range"], "context": context });
    let actions = editor.ask("textDocument/codeAction", params).await;
    let edit = &actions[0]["edit"]["changes"][&uri][0];
    assert_eq!(edit["newText"], "", "{actions:#}");
    assert_eq!(edit["range"]["start"], json!({ "line": 0, "character": 0 }));
    assert_eq!(edit["range"]["end"], json!({ "line": 3, "character": 0 }));
}

#[tokio::test]
async fn a_file_is_formatted() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let text = "control   sourced {\nseverity=high\ndesign on model { require has model.registry else \"x\" }\n}\n";
    fs::write(folder.path().join("main.gate"), text).expect("a file can be written");
    let mut editor = Editor::open(folder.path(), text).await;
    editor.shown().await;
    let uri = editor.uri.clone();
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let edits =
        editor.ask("textDocument/formatting", json!({ "textDocument": { "uri": uri }, "options": options })).await;
    let new = edits[0]["newText"].as_str().unwrap_or_default();
    assert!(new.starts_with("control sourced {\n  severity = high\n"), "{new}");
}
