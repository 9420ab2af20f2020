//! Gives every declaration its id, and reads those that stand on their own: enums, catalogs, roles and signers.

use super::attributes::{self, Attributes};
use super::{Checker, Decl};
use crate::core::objects::Objects;
use crate::core::schema::{Entry, Shape, Variant};
use crate::core::{
    Asset, AssetId, Catalog, CatalogId, Const, Enum, EnumId, Place, Record, RecordId, Role, RoleId, Signer, SignerId,
    Type,
};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, MemberKind, RecordKind, SystemMember};
use indexmap::{IndexMap, map};
use smol_str::SmolStr;
use std::collections::HashMap;

/// The name of the built-in subject of blocks about time series.
pub(super) const METRICS: &str = "metrics";

impl Checker<'_> {
    /// Gives every declaration its id, so that the order of declarations does not matter.
    pub(super) fn declare(&mut self) {
        self.project.enums = built_in_enums();
        self.project.records.push(metrics_subject());
        for (module, found) in self.modules.iter() {
            let prefix = if found.is_library { found.name.as_str() } else { "" };
            let decls = found.tree.items.iter().map(|item| self.declare_item(module, prefix, item)).collect();
            self.decls.push(decls);
        }
    }

    fn declare_item(&mut self, module: ModuleId, prefix: &str, item: &ast::Item) -> Decl {
        match &item.kind {
            ItemKind::Import(_) | ItemKind::Test(_) | ItemKind::Error => Decl::Nothing,
            ItemKind::Enum(declared) => {
                let id = EnumId::new(self.project.enums.len());
                self.project.enums.push(Enum {
                    name: declared.name.node.clone(),
                    ordered: declared.ordered,
                    variants: Vec::new(),
                    span: Some(declared.name.span),
                });
                Decl::Enum(id)
            }
            ItemKind::Function(_) => {
                self.functions.push(super::functions::Function::New);
                Decl::Function(self.functions.len() - 1)
            }
            ItemKind::Record(record) => self.declare_record(module, prefix, item, record),
            ItemKind::System(system) => Decl::System(self.declare_system(system)),
            ItemKind::Control(control) => {
                self.project.controls.push(self.empty_control(module, control));
                Decl::Control(self.project.controls.len() - 1)
            }
            ItemKind::Policy(policy) => {
                self.project.policies.push(super::policies::empty(policy));
                Decl::Policy(self.project.policies.len() - 1)
            }
        }
    }

    fn declare_record(&mut self, module: ModuleId, prefix: &str, item: &ast::Item, record: &ast::Record) -> Decl {
        let name = record.name.node.clone();
        let span = record.name.span;
        match record.kind {
            RecordKind::Role => {
                self.project.roles.push(Role { name, contact: None, may_waive: None, span });
                Decl::Role(RoleId::new(self.project.roles.len() - 1))
            }
            RecordKind::Signer => {
                self.project.signers.push(Signer { name, key: SmolStr::default(), span, key_span: span });
                Decl::Signer(SignerId::new(self.project.signers.len() - 1))
            }
            RecordKind::Catalog => {
                let catalog = Catalog {
                    name,
                    title: SmolStr::default(),
                    edition: SmolStr::default(),
                    entries: IndexMap::new(),
                    span,
                };
                self.project.catalogs.push(catalog);
                Decl::Catalog(CatalogId::new(self.project.catalogs.len() - 1))
            }
            RecordKind::Type | RecordKind::Asset | RecordKind::Subject | RecordKind::Evidence | RecordKind::Metric => {
                let qualified = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}").into() };
                // Evidence, subjects and metrics get their shape when their members are read.
                let shape = if record.kind == RecordKind::Asset { Shape::Asset } else { Shape::Part };
                let doc = self.doc(module, item);
                self.project.records.push(Record { name, qualified, span, doc, shape, fields: IndexMap::new() });
                Decl::Record(RecordId::new(self.project.records.len() - 1))
            }
        }
    }

    fn declare_system(&mut self, system: &ast::System) -> AssetId {
        let id = self.new_asset(&system.name, system.name.node.clone(), None);
        if let Some(first) = self
            .project
            .assets
            .iter()
            .find(|asset| asset.qualified == system.name.node && asset.span != system.name.span)
        {
            let first = first.span;
            self.report(
                Diagnostic::error(
                    &codes::DUPLICATE_NAME,
                    format!("there are two systems `{}` in the project", system.name.node),
                    system.name.span,
                )
                .label(first, "the other one")
                .note("documents and reports name an asset by its system, so the name must be the only one of the project"),
            );
        }
        let mut members: HashMap<SmolStr, (AssetId, Span)> = HashMap::new();
        for member in &system.members {
            let SystemMember::Asset(asset) = member else { continue };
            let qualified = format!("{}.{}", system.name.node, asset.name.node).into();
            let member = self.new_asset(&asset.name, qualified, Some(id));
            if let Some((_, first)) = members.insert(asset.name.node.clone(), (member, asset.name.span)) {
                self.report(
                    Diagnostic::error(
                        &codes::DUPLICATE_NAME,
                        format!("`{}` is declared twice in `{}`", asset.name.node, system.name.node),
                        asset.name.span,
                    )
                    .here("again here")
                    .label(first, "first here"),
                );
            }
        }
        // Only collected to be looked up, so the order does not matter.
        self.members.insert(id, members.into_iter().map(|(name, (id, _))| (name, id)).collect());
        id
    }

    fn new_asset(&mut self, name: &ast::Name, qualified: SmolStr, system: Option<AssetId>) -> AssetId {
        let id = AssetId::new(self.project.assets.len());
        self.project.assets.push(Asset {
            name: name.node.clone(),
            qualified,
            kind: RecordId::new(0),
            system: system.unwrap_or(id),
            values: Vec::new(),
            span: name.span,
            value_spans: Vec::new(),
        });
        id
    }

    /// Reads the variants of every enum.
    pub(super) fn enums(&mut self) {
        for (_, decl, item) in self.items() {
            let (Decl::Enum(id), ItemKind::Enum(declared)) = (decl, &item.kind) else { continue };
            let mut variants: Vec<Variant> = Vec::new();
            let mut first_places: HashMap<&str, Span> = HashMap::new();
            let mut first_texts: HashMap<SmolStr, Span> = HashMap::new();
            for variant in &declared.variants {
                let text = variant.text.as_ref().map_or_else(|| variant.name.node.clone(), |text| text.node.clone());
                let text_span = variant.text.as_ref().map_or(variant.name.span, |text| text.span);
                let twice = first_places
                    .insert(&variant.name.node, variant.name.span)
                    .map(|first| (variant.name.span, first, format!("`{}` is a variant already", variant.name.node)));
                let twice = twice.or_else(|| {
                    let first = first_texts.insert(text.clone(), text_span)?;
                    Some((text_span, first, format!("the text {text:?} already stands for another variant")))
                });
                if let Some((span, first, message)) = twice {
                    self.report(Diagnostic::error(&codes::DUPLICATE_NAME, message, span).label(first, "first here"));
                    continue;
                }
                variants.push(Variant { name: variant.name.node.clone(), text });
            }
            if declared.variants.is_empty() {
                let message = format!("enum `{}` has no variants, so nothing can be of this type", declared.name.node);
                self.report(Diagnostic::error(&codes::EMPTY_ENUM, message, declared.name.span));
            }
            self.project.enums[id.index()].variants = variants;
        }
    }

    /// Reads every catalog.
    pub(super) fn catalogs(&mut self) {
        for (module, decl, item) in self.items() {
            let (Decl::Catalog(id), ItemKind::Record(record)) = (decl, &item.kind) else { continue };
            let attributes = self.record_attributes(record, attributes::CATALOG);
            let title = self.text_attribute(module, &attributes, "title");
            let edition = self.text_attribute(module, &attributes, "edition");
            self.text_attribute(module, &attributes, "source");
            self.text_attribute(module, &attributes, "licence");
            let mut entries: IndexMap<SmolStr, Entry> = IndexMap::new();
            for member in &record.members {
                let MemberKind::Entry { id, attributes } = &member.kind else { continue };
                let entry = self.entry(module, id, attributes);
                match entries.entry(id.node.clone()) {
                    map::Entry::Vacant(vacant) => {
                        vacant.insert(entry);
                    }
                    map::Entry::Occupied(first) => {
                        let message = format!("`{}` is an entry already", id.node);
                        let first = first.get().span;
                        self.report(
                            Diagnostic::error(&codes::DUPLICATE_NAME, message, id.span).label(first, "first here"),
                        );
                    }
                }
            }
            let catalog = &mut self.project.catalogs[id.index()];
            catalog.title = title.unwrap_or_default();
            catalog.edition = edition.unwrap_or_default();
            catalog.entries = entries;
        }
    }

    fn entry(&mut self, module: ModuleId, id: &ast::Text, written: &[ast::Attribute]) -> Entry {
        let attributes = Attributes::read(self, "entry", id.span, written.iter(), attributes::ENTRY);
        let name = self.text_attribute(module, &attributes, "name").unwrap_or_default();
        self.text_attribute(module, &attributes, "parent");
        let platforms =
            self.constant_attribute(module, &attributes, "platform", &Type::list(Type::Enum(EnumId::PLATFORM)));
        let successors = self.constant_attribute(module, &attributes, "successors", &Type::list(Type::Text));
        let retired = self.constant_attribute(module, &attributes, "retired", &Type::Bool);
        Entry {
            name,
            platforms: self.words(platforms),
            successors: self.words(successors),
            retired: retired == Some(Const::Bool(true)),
            span: id.span,
        }
    }

    /// The texts, or names of variants, of a constant list.
    fn words(&self, list: Option<Const>) -> Vec<SmolStr> {
        let Some(Const::List(items)) = list else { return Vec::new() };
        let word = |item: &Const| match item {
            Const::Text(text) => text.clone(),
            other => self.project.const_text(other).into(),
        };
        items.iter().map(word).collect()
    }

    /// Reads every role and signer.
    pub(super) fn roles_and_signers(&mut self) {
        for (module, decl, item) in self.items() {
            let ItemKind::Record(record) = &item.kind else { continue };
            match decl {
                Decl::Role(id) => {
                    let attributes = self.record_attributes(record, attributes::ROLE);
                    let contact = self.text_attribute(module, &attributes, "contact");
                    let severity = Type::Enum(EnumId::SEVERITY);
                    let may_waive = self.constant_attribute(module, &attributes, "may_waive", &severity);
                    let role = &mut self.project.roles[id.index()];
                    role.contact = contact;
                    role.may_waive = match may_waive {
                        Some(Const::Enum(_, variant)) => Some(variant),
                        _ => None,
                    };
                }
                Decl::Signer(id) => {
                    let attributes = self.record_attributes(record, attributes::SIGNER);
                    let key = self.text_attribute(module, &attributes, "key");
                    let key_span = attributes.span("key").unwrap_or(record.name.span);
                    let signer = &mut self.project.signers[id.index()];
                    signer.key = key.unwrap_or_default();
                    signer.key_span = key_span;
                }
                _ => {}
            }
        }
    }
}

fn built_in_enums() -> Vec<Enum> {
    let built_in = |name: &str, ordered, variants: &[&str]| Enum {
        name: name.into(),
        ordered,
        variants: variants.iter().map(|name| Variant { name: (*name).into(), text: (*name).into() }).collect(),
        span: None,
    };
    vec![
        built_in("Severity", true, &["low", "medium", "high", "critical"]),
        built_in("Platform", false, &["predictive", "generative", "agentic", "enterprise"]),
    ]
}

fn metrics_subject() -> Record {
    Record {
        name: METRICS.into(),
        qualified: METRICS.into(),
        span: Span::default(),
        doc: "One label set of the time series that a block names.".into(),
        shape: Shape::Subject { place: Place::Monitor, of: None, objects: Objects::default() },
        fields: IndexMap::new(),
    }
}
