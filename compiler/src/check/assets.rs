//! Declared systems and assets: a value for every attribute of their kind.

use super::Checker;
use super::Decl;
use super::attributes::duplicate_attribute;
use crate::core::{AssetId, Const, RecordId};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{Attribute, ItemKind, Name, SystemMember};
use smol_str::SmolStr;
use std::collections::HashMap;

impl Checker<'_> {
    /// Reads the attributes of every system and asset.
    pub(super) fn assets(&mut self) {
        for (module, decl, item) in self.items() {
            let (Decl::System(id), ItemKind::System(system)) = (decl, &item.kind) else { continue };
            let own = system.members.iter().filter_map(|member| match member {
                SystemMember::Attribute(attribute) => Some(attribute),
                _ => None,
            });
            let broken = system.members.iter().any(|member| matches!(member, SystemMember::Error(_)));
            self.asset(module, id, id, &system.name, own, broken);
            for member in &system.members {
                let SystemMember::Asset(asset) = member else { continue };
                let found = self.members.get(&id).and_then(|members| members.get(&asset.name.node)).copied();
                if let Some(found) = found {
                    self.asset(module, id, found, &asset.name, asset.attributes.iter(), false);
                }
            }
        }
    }

    fn asset<'e>(
        &mut self,
        module: ModuleId,
        system: AssetId,
        id: AssetId,
        name: &Name,
        written: impl Iterator<Item = &'e Attribute>,
        broken: bool,
    ) {
        let kind = self.project.asset(id).kind;
        if kind == RecordId::METRICS {
            // The kind is unknown, and that was said.
            return;
        }
        let mut first: HashMap<SmolStr, Span> = HashMap::new();
        let count = self.project.record(kind).fields.len();
        let mut values: Vec<Option<Const>> = vec![None; count];
        let mut spans = vec![name.span; count];
        let mut said = vec![false; count];
        for attribute in written {
            let key = attribute.name.last();
            let index = self.project.record(kind).fields.get_index_of(&key.node);
            let Some(index) = index.filter(|index| *index > 0 && attribute.name.segments.len() == 1) else {
                let problem = self.unknown_asset_attribute(kind, key);
                self.report(problem);
                continue;
            };
            if let Some(first) = first.insert(key.node.clone(), key.span) {
                self.report(duplicate_attribute(&key.node, key.span, first));
                continue;
            }
            self.refuse_tails(&attribute.tails, "declaration");
            let ty = self.project.record(kind).fields[index].ty.clone();
            said[index] = true;
            spans[index] = attribute.value.span;
            values[index] = self.constant(module, Some(system), &attribute.value, &ty);
        }
        values[0] = Some(Const::Text(name.node.clone()));
        for (index, field) in self.project.record(kind).fields.values().enumerate().skip(1) {
            if said[index] {
                continue;
            }
            values[index] = field.default.clone();
            if field.default.is_none() && !field.optional && !broken {
                let kind_name = &self.project.record(kind).name;
                let ty = self.project.type_name(&field.ty);
                let problem = Diagnostic::error(
                    &codes::MISSING_ATTRIBUTE,
                    format!("`{}` does not say its `{}`", name.node, field.name),
                    name.span,
                )
                .label(field.span, format!("every `{kind_name}` says it"))
                .note(format!("add `{} = …`, of type `{ty}`", field.name));
                self.problems.push(problem);
            }
        }
        let asset = &mut self.project.assets[id.index()];
        asset.values = values;
        asset.value_spans = spans;
    }

    fn unknown_asset_attribute(&self, kind: RecordId, key: &Name) -> Diagnostic {
        let found = self.project.record(kind);
        let names: Vec<&str> = found.fields.keys().skip(1).map(SmolStr::as_str).collect();
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = match key.node.as_str() {
            "name" => "the name of an asset stands in its head".to_owned(),
            other => format!("`{}` has no attribute `{other}`", found.name),
        };
        Diagnostic::error(&codes::UNKNOWN_ATTRIBUTE, message, key.span)
            .did_you_mean(&key.node, key.span, names.iter().copied())
            .label(found.span, "its kind is declared here")
            .note(format!("attributes: {list}"))
    }
}
