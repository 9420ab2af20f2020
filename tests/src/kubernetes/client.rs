//! Requests to an API server.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;
use ureq::http::{HeaderMap, Request};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// What an API server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; a text if it is no JSON.
    pub body: Value,
    /// The texts of the `Warning` headers.
    pub warnings: Vec<String>,
    /// The name of this request in the audit log.
    pub audit_id: String,
}

impl Answer {
    /// The body of an answer that is no refusal.
    ///
    /// # Errors
    /// The request was refused: what the server said.
    pub fn accepted(self) -> Result<Value, String> {
        if (200..300).contains(&self.status) { Ok(self.body) } else { Err(format!("{}: {}", self.status, self.body)) }
    }

    /// What the server says of a refusal.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// A user's connection to an API server.
pub(super) struct Client {
    agent: ureq::Agent,
    base: String,
    token: String,
}

impl Client {
    /// A client that trusts no certificate but those in the file.
    pub(super) fn new(base: &str, token: &str, certificates: &Path) -> Result<Self, String> {
        let text = fs::read(certificates).map_err(|error| error.to_string())?;
        let trusted: Vec<Certificate<'static>> = (parse_pem(&text))
            .filter_map(|item| if let Ok(PemItem::Certificate(one)) = item { Some(one) } else { None })
            .collect();
        let tls = TlsConfig::builder().root_certs(RootCerts::from(trusted)).build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Ok(Self { agent: config.new_agent(), base: base.to_owned(), token: token.to_owned() })
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        content_type: &str,
    ) -> Result<Answer, String> {
        self.request_text(method, path, body.map(Value::to_string).as_deref(), content_type)
    }

    /// The same with a body that is sent as it is written.
    pub(super) fn request_text(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        content_type: &str,
    ) -> Result<Answer, String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Accept", "application/json");
        let sent = match body {
            Some(body) => (request.header("Content-Type", content_type).body(body.to_owned()))
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request)),
            None => request.body(()).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
        };
        let failed = |error: ureq::Error| format!("{method} {path}: {error}");
        let mut response = sent.map_err(failed)?;
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().map_err(failed)?;
        Ok(Answer {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
            warnings: texts(response.headers(), "Warning").iter().map(|header| warning(header)).collect(),
            audit_id: texts(response.headers(), "Audit-Id").into_iter().next().unwrap_or_default(),
        })
    }
}

fn texts(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).into_iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// The text of a header such as `299 - "a \"quoted\" text"`.
fn warning(header: &str) -> String {
    let quoted = header.split_once('"').map_or(header, |(_, rest)| rest);
    let mut text = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => text.extend(letters.next()),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::warning;

    #[test]
    fn a_warning_is_unquoted() {
        assert_eq!(warning(r#"299 - "a \"quoted\" \\ text" "Tue, 24 Nov 2026 00:00:00 GMT""#), r#"a "quoted" \ text"#);
    }
}
