//! Subjects at `admission`: which resources of the Kubernetes API they are, and by what an object finds its declared asset.

use super::attributes::{self, Attributes};
use super::{Checker, Decl};
use crate::core::objects::{Objects, Resource};
use crate::core::{Const, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, ItemKind, MemberKind, RecordKind};
use smol_str::SmolStr;

impl Checker<'_> {
    /// What the attributes of a subject at `admission` say of its objects. `by` is looked at when the fields are known.
    pub(super) fn objects(&mut self, module: ModuleId, record: &ast::Record) -> Objects {
        let attributes = self.record_attributes(record, attributes::OBJECTS);
        let resources = self.texts(module, &attributes, "resources").into_iter().filter_map(|(text, span)| {
            let resource = Resource::parse(&text);
            resource.map_err(|error| self.report(Diagnostic::error(&codes::BAD_RESOURCE, error.to_string(), span))).ok()
        });
        let resources = resources.collect();
        let by = self.texts(module, &attributes, "by").into_iter().map(|(name, _)| name).collect();
        Objects { resources, by }
    }

    /// The elements of a list of texts, with their places.
    fn texts(&mut self, module: ModuleId, attributes: &Attributes<'_>, name: &str) -> Vec<(SmolStr, Span)> {
        let Some(attribute) = attributes.get(name) else { return Vec::new() };
        let Some(Const::List(values)) = self.constant_attribute(module, attributes, name, &Type::list(Type::Text))
        else {
            return Vec::new();
        };
        let whole = attribute.value.span;
        let spans: Vec<Span> = match &attribute.value.kind {
            ExprKind::List(elements) => elements.iter().map(|element| element.span).collect(),
            _ => Vec::new(),
        };
        let place = |index: usize| spans.get(index).copied().unwrap_or(whole);
        let text = |(index, value): (usize, &Const)| match value {
            Const::Text(text) => Some((text.clone(), place(index))),
            _ => None,
        };
        values.iter().enumerate().filter_map(text).collect()
    }

    /// What is compared to find an object's asset must be a `Text` of both.
    pub(super) fn found_by(&mut self) {
        for (_, decl, item) in self.items() {
            let (Decl::Record(id), ItemKind::Record(record)) = (decl, &item.kind) else { continue };
            let Shape::Subject { of: Some(kind), .. } = self.project.record(id).shape else { continue };
            if record.kind != RecordKind::Subject {
                continue;
            }
            let by = record.members.iter().find_map(|member| match &member.kind {
                MemberKind::Attribute(attribute) if attribute.name.text() == "by" => Some(attribute),
                _ => None,
            });
            let Some(ExprKind::List(elements)) = by.map(|by| &by.value.kind) else { continue };
            for element in elements {
                if let ExprKind::Literal(ast::Literal::Text(name)) = &element.kind {
                    self.text_of_both(id, kind, name, element.span);
                }
            }
        }
    }

    fn text_of_both(&mut self, subject: RecordId, kind: RecordId, name: &str, span: Span) {
        for record in [subject, kind] {
            let record = self.project.record(record);
            let problem = match record.fields.get(name) {
                Some(field) if matches!(field.ty, Type::Text | Type::Error) => continue,
                Some(field) => Diagnostic::error(
                    &codes::WRONG_TYPE,
                    format!("`{name}` of `{}` is not a `Text`, so no object is found by it", record.name),
                    span,
                )
                .label(field.span, "declared here"),
                None => Diagnostic::error(
                    &codes::UNKNOWN_FIELD,
                    format!("`{}` has no `{name}`, so no object is found by it", record.name),
                    span,
                )
                .did_you_mean(name, span, record.fields.keys().map(SmolStr::as_str)),
            };
            return self.report(problem);
        }
    }
}
