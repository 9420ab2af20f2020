//! Controls: attributes, parameters and blocks.

use super::attributes::{self, Attributes};
use super::env::{Bound, Env};
use super::names::Meaning;
use super::{Checker, Decl};
use crate::core::schema::Param;
use crate::core::{Block, Const, Control, EnumId, Place, RecordId, RoleId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::syntax::ast::{self, ControlMember, ExprKind as Written, ItemKind};
use smol_str::SmolStr;

impl Checker<'_> {
    /// A control that only has its names yet.
    pub(super) fn empty_control(&self, module: ModuleId, control: &ast::Control) -> Control {
        let module = self.modules.get(module).name.clone();
        Control {
            name: control.name.node.clone(),
            qualified: format!("{module}.{}", control.name.node).into(),
            module,
            title: String::new(),
            doc: String::new(),
            severity: 0,
            owner: None,
            mitigates: Vec::new(),
            requirements: Vec::new(),
            params: Vec::new(),
            blocks: Vec::new(),
            span: control.name.span,
        }
    }

    /// Checks every control.
    pub(super) fn controls(&mut self) {
        for (module, decl, item) in self.items() {
            if let (Decl::Control(index), ItemKind::Control(control)) = (decl, &item.kind) {
                let doc = self.doc(module, item);
                self.control(module, index, control, doc);
            }
        }
    }

    fn control(&mut self, module: ModuleId, index: usize, control: &ast::Control, doc: String) {
        let written = control.members.iter().filter_map(|member| match member {
            ControlMember::Attribute(attribute) => Some(attribute),
            _ => None,
        });
        let attributes = Attributes::read(self, "control", control.name.span, written, attributes::CONTROL);
        let title = self.text_attribute(module, &attributes, "title");
        let severity = self.constant_attribute(module, &attributes, "severity", &Type::Enum(EnumId::SEVERITY));
        let owner = self.constant_attribute(module, &attributes, "owner", &Type::Role);
        let requirements = self.constant_attribute(module, &attributes, "requirements", &Type::list(Type::Text));
        let mitigates = self.mitigates(module, &attributes);
        let (params, mut used) = self.params(module, &control.params);
        let mut blocks = Vec::new();
        for member in &control.members {
            if let ControlMember::Block(block) = member {
                let next = blocks.len() as u32;
                blocks.extend(self.block(module, next, &params, block, &mut used));
            }
        }
        let broken = control.members.iter().any(|member| matches!(member, ControlMember::Error(_)));
        if !control.members.iter().any(|member| matches!(member, ControlMember::Block(_))) && !broken {
            let message = format!("control `{}` requires nothing", control.name.node);
            self.report(
                Diagnostic::error(&codes::EMPTY_CONTROL, message, control.name.span)
                    .note("add a block, such as `development on release { require … else \"…\" }`"),
            );
        }
        for (param, used) in params.iter().zip(used) {
            if !used && !broken {
                self.unused_name("parameter", &param.name, param.span);
            }
        }
        let control = &mut self.project.controls[index];
        control.title = title.map_or_else(|| first_sentence(&doc, &control.name), |title| title.to_string());
        control.doc = doc;
        control.severity = match severity {
            Some(Const::Enum(_, variant)) => variant,
            _ => 0,
        };
        control.owner = match owner {
            Some(Const::Role(role)) => Some(role),
            _ => None::<RoleId>,
        };
        control.requirements = match requirements {
            Some(Const::List(items)) => items.iter().filter_map(text).collect(),
            _ => Vec::new(),
        };
        control.mitigates = mitigates;
        control.params = params;
        control.blocks = blocks;
    }

    /// The entries of catalogs that a control says it counters, in the editions that the project pins; they may be of several catalogs.
    fn mitigates(&mut self, module: ModuleId, attributes: &Attributes<'_>) -> Vec<Const> {
        let Some(attribute) = attributes.get("mitigates") else { return Vec::new() };
        self.refuse_tails(&attribute.tails, "control");
        let Written::List(items) = &attribute.value.kind else {
            let message = "`mitigates` is a list of entries of catalogs";
            self.report(Diagnostic::error(&codes::WRONG_TYPE, message, attribute.value.span));
            return Vec::new();
        };
        let mut threats: Vec<Const> = Vec::new();
        let mut carried: Vec<Const> = Vec::new();
        for item in items {
            let mut env = Env::constant(module, None);
            let checked = self.value(&mut env, item, None);
            match (&checked.ty, checked.as_const()) {
                (Type::Error, _) => {}
                (Type::Threat(_), Some(threat)) if threats.contains(threat) => {
                    let message = "this entry stands here already";
                    self.report(Diagnostic::error(&codes::DUPLICATE_NAME, message, item.span));
                }
                (Type::Threat(_), Some(threat)) => {
                    threats.push(threat.clone());
                    let here = self.carried(module, threat, item);
                    carried.extend(here.into_iter().filter(|threat| !carried.contains(threat)).collect::<Vec<_>>());
                }
                (other, _) => {
                    let message = format!("expected an entry of a catalog, found `{}`", self.project.type_name(other));
                    self.report(
                        Diagnostic::error(&codes::WRONG_TYPE, message, item.span)
                            .note("import a catalog and name the entry by its id: `atlas[\"AML.T0010\"]`"),
                    );
                }
            }
        }
        carried
    }

    fn params(&mut self, module: ModuleId, written: &[ast::Param]) -> (Vec<Param>, Vec<bool>) {
        let mut params: Vec<Param> = Vec::new();
        for param in written {
            if let Some(first) = params.iter().find(|known| known.name == param.name.node) {
                let message = format!("`{}` is a parameter already", param.name.node);
                let first = first.span;
                self.report(
                    Diagnostic::error(&codes::DUPLICATE_NAME, message, param.name.span).label(first, "first here"),
                );
            }
            let (ty, optional) = self.ty(module, &param.ty);
            if optional {
                let message = "a parameter may not be optional: give it a default instead";
                self.report(Diagnostic::error(&codes::BAD_TYPE, message, param.ty.span));
            }
            let default = param.default.as_ref().and_then(|default| self.constant(module, None, default, &ty));
            params.push(Param { name: param.name.node.clone(), ty, default, span: param.name.span });
        }
        let used = vec![false; params.len()];
        (params, used)
    }

    fn block(
        &mut self,
        module: ModuleId,
        index: u32,
        params: &[Param],
        block: &ast::Block,
        used: &mut [bool],
    ) -> Option<Block> {
        let (record, place) = self.block_subject(module, &block.subject)?;
        let found = self.project.record(record);
        let subject = if matches!(found.shape, Shape::Asset) { Type::Asset(record) } else { Type::Record(record) };
        let own_name = found.name.clone();
        let (name, name_span) = match &block.alias {
            Some(alias) => (alias.node.clone(), alias.span),
            None => (own_name, block.subject.span),
        };
        let mut env = Env::block(module, place, &name, subject, name_span);
        for (position, param) in params.iter().enumerate() {
            env.push(param.name.clone(), Bound::Param(position as u32), param.ty.clone(), param.span);
        }
        let filter = block.filter.as_deref().map(|filter| self.condition(&mut env, filter, false));
        let body = match &filter {
            Some(filter) => env.knowing(filter, true, |env| self.statements(env, &block.body)),
            None => self.statements(&mut env, &block.body),
        };
        if block.body.is_empty() {
            let message = "this block requires nothing";
            self.report(Diagnostic::error(&codes::EMPTY_CONTROL, message, block.stage.span.to(block.subject.span)));
        }
        for binding in &env.bindings {
            if let Bound::Param(position) = binding.kind {
                used[position as usize] |= binding.used;
            }
        }
        Some(Block {
            index,
            stage: block.stage.node,
            subject: record,
            name,
            filter,
            body,
            locals: env.locals,
            span: block.stage.span.to(block.subject.span),
        })
    }

    /// The subject that a block is about, and the place where its facts are known.
    fn block_subject(&mut self, module: ModuleId, path: &ast::Path) -> Option<(RecordId, Place)> {
        let name = &path.segments[0].node;
        if name.is_empty() {
            // Nothing could be read here, and that was said.
            return None;
        }
        if path.segments.len() == 1 && self.scopes.find(module, name).is_none() {
            if name == super::declarations::METRICS {
                return Some((RecordId::METRICS, Place::Monitor));
            }
            let subjects: Vec<SmolStr> = (self.project.records.iter())
                .filter(|record| matches!(record.shape, Shape::Asset | Shape::Subject { .. }))
                .map(|record| record.name.clone())
                .collect();
            let mut problem = crate::diagnostics::Diagnostic::error(
                &codes::UNKNOWN_NAME,
                format!("there is no subject `{name}` here"),
                path.span,
            )
            .did_you_mean(name, path.span, subjects.iter().map(SmolStr::as_str));
            if subjects.contains(name) {
                problem = problem.note("it is declared in another module: import it");
            } else if problem.fixes.is_empty() {
                problem = problem
                    .note("a block is about a declared subject such as `release`, or an asset kind such as `model`");
            }
            self.report(problem);
            return None;
        }
        let decl = match self.meaning(module, name) {
            Some(Meaning::Decl(decl)) if path.segments.len() == 1 => decl,
            _ => self.declaration(module, path, "a subject")?,
        };
        if let Decl::Record(id) = decl {
            match self.project.record(id).shape {
                Shape::Asset => return Some((id, Place::Source)),
                Shape::Subject { place, .. } => return Some((id, place)),
                _ => {}
            }
        }
        if decl != Decl::Nothing {
            let problem = self.wrong_kind(decl, &path.text(), "a subject or an asset kind", path.span);
            self.report(problem);
        }
        None
    }
}

fn text(value: &Const) -> Option<SmolStr> {
    match value {
        Const::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The first sentence of a doc comment, or the name with blanks.
fn first_sentence(doc: &str, name: &str) -> String {
    let line = doc.split("\n\n").next().unwrap_or("").replace('\n', " ");
    let sentence = line.split_once(". ").map_or(line.as_str(), |(first, _)| first).trim().trim_end_matches('.');
    if sentence.is_empty() { name.replace('_', " ") } else { sentence.to_owned() }
}
