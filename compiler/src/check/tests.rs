//! Tests in the language: what is given, what is expected.

use super::Checker;
use super::Decl;
use super::policies::empty;
use crate::core::policy::{Expected, FieldChange, GivenSubject, RawChange, TestPolicy};
use crate::core::{AssetId, Computed, Const, Origin, Policy, RecordId, Shape, Test, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::Span;
use crate::syntax::ast::{self, Change, ExprKind as Written, ItemKind, Literal, Mode, Path, TestMemberKind, Text};
use serde_json::Value;
use smol_str::SmolStr;

impl Checker<'_> {
    /// Checks every test.
    pub(super) fn tests(&mut self) {
        let mut names: std::collections::HashMap<(ModuleId, SmolStr), Span> = std::collections::HashMap::new();
        for (module, _, item) in self.items() {
            let ItemKind::Test(written) = &item.kind else { continue };
            if let Some(first) = names.insert((module, written.name.node.clone()), written.name.span) {
                let message = "this file has a test of this name already";
                self.report(Diagnostic::error(&codes::DUPLICATE_NAME, message, written.name.span).label(first, "here"));
            }
            let test = self.test(module, written);
            self.project.tests.extend(test);
        }
    }

    fn test(&mut self, module: ModuleId, written: &ast::Test) -> Option<Test> {
        let policy = self.tested_policy(module, written)?;
        let mut test = Test {
            name: written.name.node.clone(),
            module: self.modules.get(module).name.clone(),
            policy,
            now: None,
            subjects: Vec::new(),
            expected: Vec::new(),
            span: written.name.span,
        };
        for member in &written.members {
            match &member.kind {
                TestMemberKind::GivenNow(time) => {
                    if let Some(Const::Time(now)) = self.constant(module, None, time, &Type::Time) {
                        test.now = Some(now);
                    }
                }
                TestMemberKind::GivenSubject { subject, of, from, changes } => {
                    let of = of.as_ref();
                    let given = self.given_subject(module, &test, subject, of, from.as_ref(), changes, member.span);
                    test.subjects.extend(given);
                }
                TestMemberKind::GivenRaw { file, at, value } => self.given_raw(&mut test, file, at, value, member.span),
                TestMemberKind::Expect { decision, control, text } => {
                    let instance = self.expected_instance(module, &test, control)?;
                    test.expected.push(Expected {
                        decision: decision.node,
                        instance,
                        text: text.as_ref().map(|text| text.node.clone()),
                        span: member.span,
                    });
                }
                TestMemberKind::GivenPolicy(_)
                | TestMemberKind::GivenControl { .. }
                | TestMemberKind::GivenAccept { .. }
                | TestMemberKind::Error => {}
            }
        }
        let broken = written.members.iter().any(|member| matches!(member.kind, TestMemberKind::Error));
        if test.expected.is_empty() && !broken {
            let message = "this test expects nothing, so it cannot fail";
            self.report(
                Diagnostic::error(&codes::EMPTY_TEST, message, written.name.span)
                    .note("add `expect pass control`, or `expect violated control \"a part of the message\"`"),
            );
        }
        Some(test)
    }

    /// The policy of the project that is given, or one made of the controls that are.
    fn tested_policy(&mut self, module: ModuleId, written: &ast::Test) -> Option<TestPolicy> {
        let name = ast::Name::new(SmolStr::new_static("test"), written.name.span);
        let mut made = empty(&ast::Policy { name, members: Vec::new() });
        made.covers = (0..self.project.assets.len())
            .map(AssetId::new)
            .filter(|id| self.project.asset(*id).system == *id)
            .collect();
        let mut project = None;
        let mut broken = false;
        for member in &written.members {
            match &member.kind {
                TestMemberKind::GivenPolicy(path) => match self.declaration(module, path, "a policy") {
                    Some(Decl::Policy(policy)) if project.is_none() => project = Some(policy),
                    Some(Decl::Policy(_)) => {
                        let message = "a test is of one policy";
                        self.report(Diagnostic::error(&codes::BAD_TEST, message, member.span));
                    }
                    Some(other) => {
                        broken = true;
                        let problem = self.wrong_kind(other, &path.text(), "a policy", path.span);
                        self.report(problem);
                    }
                    None => broken = true,
                },
                TestMemberKind::GivenControl { control, args } => {
                    broken |= self.given_control(module, &mut made, control, args, member.span).is_none();
                }
                TestMemberKind::GivenAccept { what, evidence } => {
                    let accepted = self.accepted(module, what, evidence, member.span);
                    broken |= accepted.is_none();
                    made.accepted.extend(accepted);
                }
                TestMemberKind::Error => broken = true,
                _ => {}
            }
        }
        if let (Some(_), Some(accepted)) = (project, made.accepted.first()) {
            let message = "a policy says itself what it accepts";
            self.report(
                Diagnostic::error(&codes::BAD_TEST, message, accepted.span)
                    .note("only controls that are given alone need it: `given control(arguments)`"),
            );
            return None;
        }
        match (project, made.instances.is_empty()) {
            _ if broken => None,
            (Some(policy), true) => Some(TestPolicy::Project(policy)),
            (None, false) => Some(TestPolicy::Made(Box::new(made))),
            (Some(_), false) => {
                let message = "a test is either of a policy or of controls alone";
                self.report(Diagnostic::error(&codes::BAD_TEST, message, written.name.span));
                None
            }
            (None, true) => {
                let message = "this test does not say what it tests";
                self.report(
                    Diagnostic::error(&codes::BAD_TEST, message, written.name.span)
                        .note("add `given policy name`, or `given control(arguments)`"),
                );
                None
            }
        }
    }

    fn given_control(
        &mut self,
        module: ModuleId,
        made: &mut Policy,
        path: &Path,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<()> {
        let control = match self.declaration(module, path, "a control")? {
            Decl::Control(control) => control,
            other => {
                let problem = self.wrong_kind(other, &path.text(), "a control", path.span);
                self.report(problem);
                return None;
            }
        };
        let arguments = self.arguments(module, control, args, path.span)?;
        let name = self.project.controls[control].name.clone();
        made.instances.push(self.instance(name, control, Mode::Enforce, arguments, span));
        Some(())
    }

    fn policy_of<'t>(&'t self, test: &'t Test) -> &'t Policy {
        match &test.policy {
            TestPolicy::Project(index) => &self.project.policies[*index],
            TestPolicy::Made(policy) => policy,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one line of a test")]
    fn given_subject(
        &mut self,
        module: ModuleId,
        test: &Test,
        subject: &Path,
        of: Option<&Path>,
        from: Option<&Text>,
        changes: &[Change],
        span: Span,
    ) -> Option<GivenSubject> {
        let record = self.record_of(module, subject, "a subject or an asset kind", |shape| {
            matches!(shape, Shape::Subject { .. } | Shape::Asset)
        })?;
        let kind = match self.project.record(record).shape {
            Shape::Subject { of, .. } => of,
            _ => Some(record),
        };
        let asset = match of {
            Some(path) => Some(self.asset_of(module, path)?),
            None => self.only_asset(test, kind, subject)?,
        };
        if let (Some(asset), Some(kind)) = (asset, kind)
            && self.project.asset(asset).kind != kind
        {
            let found = self.project.record(self.project.asset(asset).kind).name.clone();
            let message = format!(
                "a `{}` belongs to a `{}`, and this is a `{found}`",
                subject.text(),
                self.project.record(kind).name
            );
            self.report(Diagnostic::error(&codes::BAD_TEST, message, of.map_or(span, |path| path.span)));
            return None;
        }
        let mut fields = Vec::new();
        let mut files = None;
        for change in changes {
            match change {
                Change::With(attributes) => {
                    for attribute in attributes {
                        if let Some(folder) = self.model_folder(record, attribute) {
                            files = Some(folder);
                            continue;
                        }
                        fields.extend(self.field_change(module, record, &attribute.name, Some(&attribute.value)));
                    }
                }
                Change::Without(path) => fields.extend(self.field_change(module, record, path, None)),
            }
        }
        let from = from.map(|text| text.node.clone());
        Some(GivenSubject { subject: record, asset, from, files, raw: Vec::new(), changes: fields, span })
    }

    /// The folder in `files = "folder"`: the collector computes the list of files, and their digest, from it.
    fn model_folder(&self, subject: RecordId, attribute: &ast::Attribute) -> Option<SmolStr> {
        let [name] = attribute.name.segments.as_slice() else { return None };
        let field = self.project.record(subject).fields.get(&name.node)?;
        match (&field.origin, &attribute.value.kind) {
            (Origin::Computed(Computed::FileList), Written::Literal(Literal::Text(folder))) => Some(folder.clone()),
            _ => None,
        }
    }

    /// The one asset of a kind that the tested policy covers.
    fn only_asset(&mut self, test: &Test, kind: Option<RecordId>, subject: &Path) -> Option<Option<AssetId>> {
        let Some(kind) = kind else { return Some(None) };
        let covers = &self.policy_of(test).covers;
        let found: Vec<AssetId> = (0..self.project.assets.len())
            .map(AssetId::new)
            .filter(|id| self.project.asset(*id).kind == kind && covers.contains(&self.project.asset(*id).system))
            .collect();
        if let [only] = found.as_slice() {
            return Some(Some(*only));
        }
        let kind = self.project.record(kind).name.clone();
        let message = match found.len() {
            0 => format!("no covered system declares a `{kind}`"),
            count => format!("{count} declared assets are a `{kind}`: say which one is meant"),
        };
        self.report(
            Diagnostic::error(&codes::BAD_TEST, message, subject.span)
                .note(format!("write `given {} of system.asset …`", subject.text())),
        );
        None
    }

    /// A change to a field; the path must lead to a field that is declared.
    fn field_change(
        &mut self,
        module: ModuleId,
        subject: RecordId,
        path: &Path,
        value: Option<&ast::Expr>,
    ) -> Option<FieldChange> {
        let mut record = subject;
        let mut ty = Type::Error;
        for (position, name) in path.segments.iter().enumerate() {
            let found = self.project.record(record);
            let Some(field) = found.fields.get(&name.node) else {
                let names: Vec<SmolStr> = found.fields.keys().cloned().collect();
                let message = format!("`{}` has no field `{}`", found.name, name.node);
                let problem = Diagnostic::error(&codes::UNKNOWN_FIELD, message, name.span).did_you_mean(
                    &name.node,
                    name.span,
                    names.iter().map(SmolStr::as_str),
                );
                self.report(problem);
                return None;
            };
            ty = field.ty.clone();
            match ty {
                Type::Record(inner) => record = inner,
                _ if position + 1 < path.segments.len() => {
                    let message = format!("`{}` has no fields that can be set one by one", name.node);
                    self.report(Diagnostic::error(&codes::UNKNOWN_FIELD, message, path.segments[position + 1].span));
                    return None;
                }
                _ => {}
            }
        }
        let constant = match value {
            None => None,
            Some(value) => Some(self.constant(module, None, value, &ty)?),
        };
        let value = constant.as_ref().map(|constant| self.project.const_json(constant));
        let path_names = path.segments.iter().map(|name| name.node.clone()).collect();
        Some(FieldChange { path: path_names, value, constant, span: path.span })
    }

    fn given_raw(&mut self, test: &mut Test, file: &Text, at: &Text, value: &ast::Expr, span: Span) {
        let path = self.doc_path(at);
        let value = self.raw_value(value);
        let (Some(path), Some(value)) = (path, value) else { return };
        let Some(subject) = test.subjects.last_mut() else {
            let message = "this changes a document of a subject, and none is given before it";
            self.report(Diagnostic::error(&codes::BAD_TEST, message, span));
            return;
        };
        subject.raw.push(RawChange { file: file.node.clone(), at: path, value, span });
    }

    /// A literal as JSON, whatever type the document should have there.
    fn raw_value(&mut self, value: &ast::Expr) -> Option<Value> {
        let number = |text: &SmolStr| serde_json::from_str::<Value>(&text.replace('_', "")).ok();
        let found = match &value.kind {
            Written::Literal(Literal::Text(text)) => Some(Value::from(text.as_str())),
            Written::Literal(Literal::Bool(flag)) => Some(Value::from(*flag)),
            Written::Literal(Literal::Number(text)) => number(text),
            Written::Negate(inner) => match &inner.kind {
                Written::Literal(Literal::Number(text)) => number(&format!("-{text}").into()),
                _ => None,
            },
            Written::Name(name) if name == "null" => Some(Value::Null),
            Written::EmptyMap => Some(Value::Object(serde_json::Map::new())),
            Written::List(items) => {
                items.iter().map(|item| self.raw_value(item)).collect::<Option<Vec<_>>>().map(Value::from)
            }
            Written::Error => return None,
            _ => None,
        };
        if found.is_none() {
            let message = "a raw value is a text, a number, `true`, `false`, `null`, `{}` or a list of these";
            self.report(Diagnostic::error(&codes::BAD_TEST, message, value.span));
        }
        found
    }

    fn expected_instance(&mut self, module: ModuleId, test: &Test, path: &Path) -> Option<SmolStr> {
        let policy = self.policy_of(test);
        if path.segments.len() == 1
            && let Some(instance) = policy.instances.iter().find(|instance| instance.name == path.segments[0].node)
        {
            return Some(instance.name.clone());
        }
        let names: Vec<SmolStr> = policy.instances.iter().map(|instance| instance.name.clone()).collect();
        if path.segments.len() > 1
            && let Some(Decl::Control(control)) = self.declaration(module, path, "a control")
        {
            let policy = self.policy_of(test);
            let found = policy.instances.iter().find(|instance| instance.control == control);
            if let Some(instance) = found {
                return Some(instance.name.clone());
            }
        }
        let text = path.text();
        let problem = Diagnostic::error(&codes::BAD_TEST, format!("the tested policy applies no `{text}`"), path.span)
            .did_you_mean(&text, path.span, names.iter().map(SmolStr::as_str));
        self.report(problem);
        None
    }
}
