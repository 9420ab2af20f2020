//! Evidence: which tool's document it is, how it is tied to its subject, and when it may be believed.

use super::Checker;
use super::Decl;
use super::attributes::{self, Attributes};
use super::env::Env;
use super::types::error_expr;
use crate::core::schema::{About, Evidence, Reading};
use crate::core::{Const, ExprKind, Message, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::document::{Format, path::DocPath};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{self, Attribute, ExprKind as Written, ItemKind, MemberKind, TailKind};
use crate::value::VersionRange;

/// The words after `format =`.
const FORMATS: &[(&str, Format)] = &[
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("yaml", Format::Yaml),
    ("front_matter", Format::FrontMatter),
    ("dsse", Format::Dsse),
    ("sigstore_bundle", Format::SigstoreBundle),
];

impl Checker<'_> {
    /// The attributes of evidence. What it is valid for is read when its fields are known.
    pub(super) fn evidence(&mut self, module: ModuleId, record: &ast::Record) -> Evidence {
        let attributes = self.record_attributes(record, attributes::EVIDENCE);
        let span = record.name.span;
        let about = self.about(&attributes);
        let versions = self.versions(&attributes, matches!(about, Some(About::Recorded)));
        if !record.members.iter().any(|member| matches!(member.kind, MemberKind::Valid { .. })) {
            let message = format!("`{}` does not say when it may be believed", record.name.node);
            self.report(
                Diagnostic::error(&codes::NO_VALIDITY, message, span)
                    .note("a tool that read nothing also reports nothing; say what it must have looked at")
                    .note("add `valid when scanned >= 1 else \"nothing was scanned\"`"),
            );
        }
        let file = self.text_attribute(module, &attributes, "file").unwrap_or_default();
        if file.contains(['/', '\\']) || file == ".." {
            let message = "the file of a document is a name, without folders";
            self.report(Diagnostic::error(&codes::BAD_LITERAL, message, attributes.span("file").unwrap_or(span)));
        }
        Evidence {
            tool: self.text_attribute(module, &attributes, "tool").unwrap_or_default(),
            versions,
            format: self.word_attribute(&attributes, "format", FORMATS).unwrap_or(Format::Json),
            file,
            run: self.run(module, &attributes),
            about: about.unwrap_or(About::Unbound),
            valid: error_expr(span),
            invalid: Message { parts: Vec::new(), span },
        }
    }

    /// The command that makes the document; its holes are `{file}` and `{model}`.
    fn run(&mut self, module: ModuleId, attributes: &Attributes<'_>) -> Option<smol_str::SmolStr> {
        let text = self.text_attribute(module, attributes, "run")?;
        let span = attributes.span("run")?;
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once('{') {
            let hole = after.split('}').next().unwrap_or_default();
            if !matches!(hole, "file" | "model") {
                let message = format!("a command has no `{{{hole}}}` to fill in");
                self.report(
                    Diagnostic::error(&codes::BAD_HOLE, message, span)
                        .note("it has `{model}`, the model's folder, and `{file}`"),
                );
                break;
            }
            rest = after;
        }
        Some(text)
    }

    /// `about = recorded | unbound | digest from "path" as sha256`
    fn about(&mut self, attributes: &Attributes<'_>) -> Option<About> {
        #[derive(Clone, Copy, PartialEq)]
        enum How {
            Recorded,
            Unbound,
            Digest,
        }
        let attribute = attributes.get("about")?;
        let words = [("recorded", How::Recorded), ("unbound", How::Unbound), ("digest", How::Digest)];
        let how = self.word(&attribute.value, "about", &words)?;
        if how != How::Digest {
            self.refuse_tails(&attribute.tails, "this attribute");
            return Some(if how == How::Recorded { About::Recorded } else { About::Unbound });
        }
        let reading = attribute.tails.iter().find_map(|tail| match &tail.kind {
            TailKind::As(word) => Some(word),
            _ => None,
        });
        let reading = match reading {
            Some(word) => self.reading(word),
            None => Reading::Plain,
        };
        match self.tail_path(attribute) {
            Some(path) => Some(About::Digest { path, reading }),
            None => {
                let message = "say where the document states the digest: `about = digest from \"path\"`";
                self.report(Diagnostic::error(&codes::MISSING_ATTRIBUTE, message, attribute.span));
                None
            }
        }
    }

    /// `versions = ">=0.8, <0.9" from "path"`
    fn versions(&mut self, attributes: &Attributes<'_>, recorded: bool) -> Option<(VersionRange, Option<DocPath>)> {
        let attribute = attributes.get("versions")?;
        let path = self.tail_path(attribute);
        if path.is_none() && !recorded {
            let message = "nothing states the tool's version";
            self.report(
                Diagnostic::error(&codes::MISSING_ATTRIBUTE, message, attribute.span)
                    .note("say where the document states it, `versions = \"…\" from \"path\"`, or let it be recorded: `about = recorded`"),
            );
        }
        let Written::Literal(ast::Literal::Text(text)) = &attribute.value.kind else {
            let message = "a range of versions is a text, such as `\">=0.8, <0.9\"`";
            self.report(Diagnostic::error(&codes::WRONG_TYPE, message, attribute.value.span));
            return None;
        };
        match VersionRange::parse(text) {
            Ok(range) => Some((range, path)),
            Err(error) => {
                self.report(Diagnostic::error(&codes::BAD_LITERAL, error.to_string(), attribute.value.span));
                None
            }
        }
    }

    fn tail_path(&mut self, attribute: &Attribute) -> Option<DocPath> {
        attribute
            .tails
            .iter()
            .find_map(|tail| match &tail.kind {
                TailKind::From(texts) => texts.first(),
                _ => None,
            })
            .and_then(|text| self.doc_path(text))
    }

    /// Reads when each kind of evidence may be believed.
    pub(super) fn validity(&mut self) {
        for (module, decl, item) in self.items() {
            let (Decl::Record(id), ItemKind::Record(record)) = (decl, &item.kind) else { continue };
            if record.kind != ast::RecordKind::Evidence {
                continue;
            }
            let mut first: Option<Span> = None;
            for member in &record.members {
                let MemberKind::Valid { condition, message } = &member.kind else { continue };
                if let Some(first) = first {
                    let again = "say everything in one condition, joined by `and`";
                    self.report(
                        Diagnostic::error(&codes::DUPLICATE_ATTRIBUTE, "`valid when` is said twice", member.span)
                            .label(first, "first here")
                            .note(again),
                    );
                    continue;
                }
                first = Some(member.span);
                self.valid_when(module, id, condition, message);
            }
        }
    }

    fn valid_when(&mut self, module: ModuleId, id: RecordId, condition: &ast::Expr, message: &ast::Text) {
        let mut env = Env::document(module, id);
        // What is not there is not believed, so absence may be false here as in a `require`.
        let valid = self.condition(&mut env, condition, true);
        let invalid = self.message(&mut env, message);
        if let ExprKind::Const(Const::Bool(_)) = valid.kind
            && valid.ty == Type::Bool
        {
            let message = "this does not depend on the document";
            self.report(Diagnostic::error(&codes::CONSTANT_CONDITION, message, valid.span));
        }
        if let Shape::Evidence(evidence) = &mut self.project.records[id.index()].shape {
            evidence.valid = valid;
            evidence.invalid = invalid;
        }
    }
}
