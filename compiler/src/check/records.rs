//! Fields: their types, and where each value comes from.

use super::attributes::{self, with_article};
use super::names::Meaning;
use super::{Checker, Decl};
use crate::core::objects::Objects;
use crate::core::schema::{Metric, MetricKind, Reading};
use crate::core::{Computed, Const, Field, Origin, Place, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::document::path::DocPath;
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, MemberKind, RecordKind, TailKind, Text};
use indexmap::IndexMap;
use smol_str::SmolStr;

/// The one field of a subject at `gate` that whoever asks for a decision names.
const VERSION: &str = "version";

/// The words after `as`.
const READINGS: &[(&str, Reading)] = &[
    ("percent", Reading::Percent),
    ("seconds", Reading::Seconds),
    ("millis", Reading::Millis),
    ("epoch_seconds", Reading::EpochSeconds),
    ("epoch_millis", Reading::EpochMillis),
    ("sha256", Reading::Sha256),
    ("sha384", Reading::Sha384),
    ("sha512", Reading::Sha512),
    ("number", Reading::Number),
    ("json", Reading::Json),
];

/// The words after `computed by`, with the kind of record that may have such a field, and its type.
const COMPUTED: &[(&str, Computed, RecordKind)] = &[
    ("model_digest", Computed::ModelDigest, RecordKind::Subject),
    ("file_list", Computed::FileList, RecordKind::Subject),
    ("verify_signature", Computed::VerifySignature, RecordKind::Evidence),
    ("sha256_canonical", Computed::Sha256Canonical, RecordKind::Evidence),
];

impl Checker<'_> {
    /// Reads the fields of every record.
    pub(super) fn records(&mut self) {
        // Shapes first: what a type means depends on them.
        for (module, decl, item) in self.items() {
            if let (Decl::Record(id), ItemKind::Record(record)) = (decl, &item.kind) {
                self.shape(module, id, record);
            }
        }
        for (module, decl, item) in self.items() {
            if let (Decl::Record(id), ItemKind::Record(record)) = (decl, &item.kind) {
                self.fields(module, id, record);
            }
        }
        self.found_by();
        for (module, decl, item) in self.items() {
            if let (Decl::System(id), ItemKind::System(system)) = (decl, &item.kind) {
                self.asset_kinds(module, id, system);
            }
        }
        // Defaults may name declared assets, roles and signers, so they come after every field is known.
        for (module, decl, item) in self.items() {
            if let (Decl::Record(id), ItemKind::Record(record)) = (decl, &item.kind) {
                self.defaults(module, id, record);
            }
        }
    }

    fn shape(&mut self, module: ModuleId, id: RecordId, record: &ast::Record) {
        let shape = match record.kind {
            RecordKind::Subject => self.subject_shape(module, record),
            RecordKind::Evidence => Shape::Evidence(Box::new(self.evidence(module, record))),
            RecordKind::Metric => Shape::Metric(self.metric_shape(module, record)),
            RecordKind::Asset => {
                let attributes = self.record_attributes(record, attributes::ASSET);
                let platform = Type::Enum(crate::core::EnumId::PLATFORM);
                if let Some(platform) = self.constant_attribute(module, &attributes, "platform", &platform) {
                    let word = self.project.const_text(&platform).into();
                    self.project.platforms.insert(id, word);
                }
                return;
            }
            _ => {
                self.record_attributes(record, attributes::TYPE);
                return;
            }
        };
        self.project.records[id.index()].shape = shape;
    }

    fn subject_shape(&mut self, module: ModuleId, record: &ast::Record) -> Shape {
        let of = record
            .of
            .as_ref()
            .and_then(|path| self.record_of(module, path, "an asset kind", |shape| matches!(shape, Shape::Asset)));
        let place = match &record.at {
            None => Place::Gate,
            Some(word) => match Place::ALL.iter().find(|place| place.keyword() == word.node) {
                Some(place) => *place,
                None => {
                    let names = Place::ALL.iter().map(|place| place.keyword());
                    let list = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                    let message = format!("there is no place `{}`", word.node);
                    self.report(
                        Diagnostic::error(&codes::UNKNOWN_WORD, message, word.span)
                            .did_you_mean(&word.node, word.span, names)
                            .note(format!("places: {list}")),
                    );
                    Place::Gate
                }
            },
        };
        let objects = match place {
            Place::Admission => self.objects(module, record),
            _ => {
                self.record_attributes(record, attributes::SUBJECT);
                Objects::default()
            }
        };
        Shape::Subject { place, of, objects }
    }

    fn metric_shape(&mut self, module: ModuleId, record: &ast::Record) -> Metric {
        let attributes = self.record_attributes(record, attributes::METRIC);
        let kinds = [("counter", MetricKind::Counter), ("gauge", MetricKind::Gauge)];
        let units = [("count", Type::Int), ("share", Type::Ratio), ("seconds", Type::Float), ("number", Type::Float)];
        let kind = self.word_attribute(&attributes, "kind", &kinds).unwrap_or(MetricKind::Counter);
        let names: Vec<(&str, usize)> = units.iter().enumerate().map(|(index, (name, _))| (*name, index)).collect();
        let unit = self.word_attribute(&attributes, "unit", &names).map_or(Type::Float, |index| units[index].1.clone());
        let series = self.text_attribute(module, &attributes, "series").unwrap_or_default();
        let born = self.constant_attribute(module, &attributes, "born_at_zero", &Type::Bool);
        Metric { series, kind, unit, born_at_zero: born == Some(Const::Bool(true)) }
    }

    fn fields(&mut self, module: ModuleId, id: RecordId, record: &ast::Record) {
        let mut fields: IndexMap<SmolStr, Field> = IndexMap::new();
        if record.kind == RecordKind::Asset {
            fields.insert("name".into(), name_field(record.name.span));
        }
        if let Shape::Subject { of: Some(kind), .. } = self.project.record(id).shape {
            let kind_name = self.project.record(kind).name.clone();
            let span = record.of.as_ref().map_or(record.name.span, |path| path.span);
            let doc = format!("The declared {kind_name} that it belongs to.");
            fields.insert(kind_name.clone(), plain_field(kind_name, Type::Asset(kind), Origin::Asset, span, doc));
        }
        for member in &record.members {
            match &member.kind {
                MemberKind::Field(field) => {
                    let doc = self.modules.get(module).trivia.docs_before(member.span);
                    let checked = self.declared_field(module, id, record.kind, field, doc);
                    if let Some(first) = fields.get(&field.name.node) {
                        let message = format!("`{}` has a field `{}` already", record.name.node, field.name.node);
                        let first = first.span;
                        self.report(
                            Diagnostic::error(&codes::DUPLICATE_NAME, message, field.name.span).label(first, "here"),
                        );
                        continue;
                    }
                    fields.insert(field.name.node.clone(), checked);
                }
                MemberKind::Valid { .. } if record.kind != RecordKind::Evidence => {
                    let message = "only evidence says when it may be believed";
                    self.report(Diagnostic::error(&codes::MISPLACED_MEMBER, message, member.span));
                }
                MemberKind::Entry { .. } if record.kind != RecordKind::Catalog => {
                    let message = "only a catalog has entries";
                    self.report(Diagnostic::error(&codes::MISPLACED_MEMBER, message, member.span));
                }
                _ => {}
            }
        }
        self.project.records[id.index()].fields = fields;
    }

    fn declared_field(
        &mut self,
        module: ModuleId,
        id: RecordId,
        of: RecordKind,
        field: &ast::Field,
        doc: String,
    ) -> Field {
        let (ty, optional) = self.ty(module, &field.ty);
        let mut paths: Option<(Vec<DocPath>, Span)> = None;
        let mut reading = (Reading::Plain, None::<Span>);
        let mut computed = None;
        let mut secret = false;
        for tail in &field.tails {
            match &tail.kind {
                TailKind::From(texts) => {
                    let parsed = texts.iter().filter_map(|text| self.doc_path(text)).collect();
                    paths = Some((parsed, tail.span));
                }
                TailKind::Assume(word) => {
                    if self.word_is(word, "utc") {
                        reading = (Reading::AssumeUtc, Some(tail.span));
                    }
                }
                TailKind::As(word) => reading = (self.reading(word), Some(tail.span)),
                TailKind::Computed(word) => computed = self.computed(word, of, &ty).map(|how| (how, tail.span)),
                TailKind::Secret => secret = true,
                TailKind::Default(_) => {}
            }
        }
        if let (reading, Some(span)) = reading {
            self.reading_fits(reading, &ty, span);
        }
        let from_document = match &self.project.record(id).shape {
            Shape::Subject { place, .. } => *place != Place::Gate,
            _ => matches!(of, RecordKind::Evidence | RecordKind::Type),
        };
        if let Some((_, span)) = &paths
            && !from_document
        {
            let message = format!("a field of {} is not read from a document", with_article(of.keyword()));
            self.report(Diagnostic::error(&codes::MISPLACED_TAIL, message, *span));
        }
        let origin = match (computed, of) {
            (Some((how, _)), _) => Origin::Computed(how),
            (None, _) if from_document => {
                let paths = paths.map_or_else(|| own_path(&field.name.node), |(paths, _)| paths);
                Origin::Document { paths, reading: reading.0 }
            }
            (None, RecordKind::Subject) => self.subject_origin(&field.name, &ty),
            (None, RecordKind::Metric) => Origin::Label,
            (None, _) => Origin::Declared,
        };
        self.field_type_fits(of, &ty, field.ty.span);
        if let Shape::Subject { place, .. } = self.project.record(id).shape {
            self.is_collected(place, field, &ty, &origin);
        }
        Field { name: field.name.node.clone(), ty, optional, default: None, origin, secret, span: field.name.span, doc }
    }

    /// What a field of a subject is filled with: its type says it.
    fn subject_origin(&mut self, name: &ast::Name, ty: &Type) -> Origin {
        match ty {
            Type::Record(id) if matches!(self.project.record(*id).shape, Shape::Evidence(_)) => {
                return Origin::Evidence;
            }
            Type::Error => {}
            _ if name.node == VERSION => {}
            _ => {
                let message = format!("nothing fills `{}`", name.node);
                self.report(
                    Diagnostic::error(&codes::NO_ORIGIN, message, name.span)
                        .note("at `gate`, a field of a subject is evidence, `computed by` the collector, or the `version` that is asked about"),
                );
            }
        }
        Origin::Given
    }

    /// The collector works at the gate: elsewhere nothing brings a tool's document or computes a fact.
    fn is_collected(&mut self, place: Place, field: &ast::Field, ty: &Type, origin: &Origin) {
        let is_evidence = match ty {
            Type::Record(id) => matches!(self.project.record(*id).shape, Shape::Evidence(_)),
            _ => false,
        };
        let what = match origin {
            _ if place == Place::Gate => return,
            Origin::Computed(_) => "nothing is computed",
            _ if is_evidence => "there are no documents of tools",
            _ => return,
        };
        let message = format!("nothing fills `{}`: {what} at `{}`", field.name.node, place.keyword());
        self.report(
            Diagnostic::error(&codes::NO_ORIGIN, message, field.name.span)
                .note("evidence is collected, and facts are computed, for a subject at `gate`: require it there"),
        );
    }

    fn field_type_fits(&mut self, of: RecordKind, ty: &Type, span: Span) {
        let evidence = |ty: &Type| match ty {
            Type::Record(id) => matches!(self.project.record(*id).shape, Shape::Evidence(_)),
            _ => false,
        };
        let inside = match ty {
            Type::List(element) | Type::Map(element) => element,
            other => other,
        };
        if evidence(inside) && (of != RecordKind::Subject || !evidence(ty)) {
            let message = "evidence is a whole document, so only a field of a subject can be of this type";
            self.report(Diagnostic::error(&codes::BAD_TYPE, message, span));
        } else if *ty == Type::Pattern || matches!(ty, Type::Rate(_)) && of != RecordKind::Asset {
            let message = format!("a document has no `{}`", self.project.type_name(ty));
            self.report(Diagnostic::error(&codes::BAD_TYPE, message, span).note("it can be a parameter of a control"));
        } else if of == RecordKind::Metric && !matches!(ty, Type::Text | Type::Error) {
            let message = "a label of a metric is always `Text`";
            self.report(Diagnostic::error(&codes::BAD_TYPE, message, span).fix("write `Text`", span, "Text"));
        }
    }

    fn word_is(&mut self, word: &ast::Name, wanted: &str) -> bool {
        if word.node == wanted {
            return true;
        }
        let message = format!("only `{wanted}` can stand here");
        self.report(Diagnostic::error(&codes::UNKNOWN_WORD, message, word.span).fix(
            format!("write `{wanted}`"),
            word.span,
            wanted,
        ));
        false
    }

    pub(super) fn reading(&mut self, word: &ast::Name) -> Reading {
        if let Some((_, reading)) = READINGS.iter().find(|(name, _)| *name == word.node) {
            return *reading;
        }
        let names = READINGS.iter().map(|(name, _)| *name);
        let list = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!("a value cannot be read as `{}`", word.node);
        self.report(
            Diagnostic::error(&codes::UNKNOWN_WORD, message, word.span)
                .did_you_mean(&word.node, word.span, names)
                .note(format!("ways to read: {list}")),
        );
        Reading::Plain
    }

    fn reading_fits(&mut self, reading: Reading, ty: &Type, span: Span) {
        let element = match ty {
            Type::List(element) => element,
            other => other,
        };
        let ok = match reading {
            Reading::Plain | Reading::Json => true,
            Reading::AssumeUtc | Reading::EpochSeconds | Reading::EpochMillis => *element == Type::Time,
            Reading::Percent => *element == Type::Ratio,
            Reading::Seconds | Reading::Millis => *element == Type::Duration,
            Reading::Sha256 | Reading::Sha384 | Reading::Sha512 => *element == Type::Digest,
            Reading::Number => matches!(element, Type::Int | Type::Float | Type::Ratio),
        };
        if !ok && *element != Type::Error {
            let text = self.sources.text(span).to_owned();
            let message = format!("`{text}` does not give a `{}`", self.project.type_name(element));
            self.report(Diagnostic::error(&codes::MISPLACED_TAIL, message, span));
        }
    }

    fn computed(&mut self, word: &ast::Name, of: RecordKind, ty: &Type) -> Option<Computed> {
        let Some((_, how, owner)) = COMPUTED.iter().find(|(name, _, _)| *name == word.node) else {
            let names = COMPUTED.iter().map(|(name, _, _)| *name);
            let list = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = format!("nothing computes `{}`", word.node);
            self.report(
                Diagnostic::error(&codes::UNKNOWN_WORD, message, word.span)
                    .did_you_mean(&word.node, word.span, names)
                    .note(format!("computed facts: {list}")),
            );
            return None;
        };
        let wanted = match how {
            Computed::ModelDigest | Computed::Sha256Canonical => *ty == Type::Digest,
            Computed::FileList => matches!(ty, Type::List(element) if matches!(**element, Type::Record(_))),
            Computed::VerifySignature => *ty == Type::Signer,
        };
        let message = if of != *owner {
            format!(
                "`{}` computes a fact of {}, not of {}",
                word.node,
                with_article(owner.keyword()),
                with_article(of.keyword())
            )
        } else if !wanted && *ty != Type::Error {
            format!("`{}` does not give a `{}`", word.node, self.project.type_name(ty))
        } else {
            return Some(*how);
        };
        self.report(Diagnostic::error(&codes::MISPLACED_TAIL, message, word.span));
        None
    }

    /// A path in a document.
    pub(super) fn doc_path(&mut self, text: &Text) -> Option<DocPath> {
        match DocPath::parse(&text.node) {
            Ok(path) => Some(path),
            Err(error) => {
                // Only a text without escapes keeps its offsets.
                let plain = self.sources.text(text.span).len() == text.node.len() + 2;
                let span = if plain { text.span.inner(error.range.start + 1..error.range.end + 1) } else { text.span };
                self.report(Diagnostic::error(&codes::BAD_DOCUMENT_PATH, error.to_string(), span));
                None
            }
        }
    }

    fn defaults(&mut self, module: ModuleId, id: RecordId, record: &ast::Record) {
        for member in &record.members {
            let MemberKind::Field(field) = &member.kind else { continue };
            for tail in &field.tails {
                let TailKind::Default(value) = &tail.kind else { continue };
                let Some(declared) = self.project.record(id).fields.get(&field.name.node) else { continue };
                let ty = declared.ty.clone();
                if declared.optional {
                    let question = field.ty.span;
                    let message = "a field with a default is never absent, so `?` means nothing";
                    self.report(Diagnostic::error(&codes::BAD_TYPE, message, question).fix(
                        "take `?` away",
                        Span { start: question.end.saturating_sub(1), ..question },
                        "",
                    ));
                }
                let default = self.constant(module, None, value, &ty);
                if let Some(field) = self.project.records[id.index()].fields.get_mut(&field.name.node) {
                    field.default = default;
                    field.optional = false;
                }
            }
        }
    }

    /// The kind of every asset that a system declares.
    fn asset_kinds(&mut self, module: ModuleId, id: crate::core::AssetId, system: &ast::System) {
        let is_asset = |shape: &Shape| matches!(shape, Shape::Asset);
        let Some(kind) = self.record_of(module, &system.of, "an asset kind", is_asset) else { return };
        self.project.assets[id.index()].kind = kind;
        // The kinds that stand in the system are also looked up where the system's own kind is declared.
        let home = self.module_of_record(kind);
        for member in &system.members {
            let ast::SystemMember::Asset(asset) = member else { continue };
            let found = match self.meaning(module, &asset.kind.node) {
                Some(Meaning::Decl(Decl::Record(found))) => Some(found),
                _ => match home.and_then(|home| self.member(home, &asset.kind.node)) {
                    Some(Decl::Record(found)) => Some(found),
                    _ => None,
                },
            };
            let found = found.filter(|found| is_asset(&self.project.record(*found).shape));
            let Some(found) = found else {
                let kinds: Vec<SmolStr> = (self.project.records.iter())
                    .filter(|record| is_asset(&record.shape))
                    .map(|record| record.name.clone())
                    .collect();
                let problem = Diagnostic::error(
                    &codes::UNKNOWN_ASSET_KIND,
                    format!("there is no asset kind `{}`", asset.kind.node),
                    asset.kind.span,
                )
                .did_you_mean(&asset.kind.node, asset.kind.span, kinds.iter().map(SmolStr::as_str));
                self.report(problem);
                continue;
            };
            let member = self.members.get(&id).and_then(|members| members.get(&asset.name.node)).copied();
            if let Some(member) = member {
                self.project.assets[member.index()].kind = found;
            }
        }
    }

    fn module_of_record(&self, record: RecordId) -> Option<ModuleId> {
        let file = self.project.record(record).span.file;
        self.modules.iter().find(|(_, module)| module.file == file).map(|(id, _)| id)
    }
}

fn own_path(name: &str) -> Vec<DocPath> {
    DocPath::parse(name).into_iter().collect()
}

fn name_field(span: Span) -> Field {
    plain_field("name".into(), Type::Text, Origin::Declared, span, "The name that it is declared under.".into())
}

fn plain_field(name: SmolStr, ty: Type, origin: Origin, span: Span, doc: String) -> Field {
    Field { name, ty, optional: false, default: None, origin, secret: false, span, doc }
}
