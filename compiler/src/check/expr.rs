//! Expressions that give a value: names, fields, elements and lists.
//!
//! Conditions are in [`condition`](super::condition) and [`compare`](super::compare), calls in [`builtins`](super::builtins), sums and
//! products in [`arithmetic`](super::arithmetic).

use super::env::{Bound, Env};
use super::names::Meaning;
use super::types::error_expr;
use super::{Checker, Decl};
use crate::core::{AssetId, Const, Expr, ExprKind, Place, RecordId, Shape, Type};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Written, Literal, Name};
use smol_str::SmolStr;
use std::sync::Arc;

impl Checker<'_> {
    /// An expression that must not be absent; says so if it may be.
    pub(super) fn value(&mut self, env: &mut Env, written: &ast::Expr, wanted: Option<&Type>) -> Expr {
        let checked = self.expr(env, written, wanted);
        self.present(checked)
    }

    /// The expression, if it cannot be absent; else says so.
    pub(super) fn present(&mut self, mut checked: Expr) -> Expr {
        if checked.optional && checked.ty != Type::Error {
            let problem = self
                .may_be_absent(&checked)
                .note("give it a value with `??`, ask for it with `has`, or bind it with `let … else`");
            self.report(problem);
            checked.ty = Type::Error;
        }
        checked.optional = false;
        checked
    }

    /// Says that an expression may be absent where it must not be.
    pub(super) fn may_be_absent(&self, expr: &Expr) -> Diagnostic {
        let text = self.sources.text(expr.span);
        Diagnostic::error(&codes::UNGUARDED, format!("`{text}` may be absent here"), expr.span)
    }

    /// An expression, which may be absent. `wanted` only helps where the text alone does not say the type.
    pub(super) fn expr(&mut self, env: &mut Env, written: &ast::Expr, wanted: Option<&Type>) -> Expr {
        let span = written.span;
        match &written.kind {
            Written::Error => error_expr(span),
            Written::Paren(inner) => Expr { span, ..self.expr(env, inner, wanted) },
            Written::Literal(literal) => self.literal(literal, false, span, wanted),
            Written::Name(name) => self.name(env, name, span, wanted),
            Written::List(items) => self.list(env, items, span, wanted),
            Written::EmptyMap => self.empty_map(span, wanted),
            Written::Field(base, name) => self.field(env, base, name, span, wanted),
            Written::Index(base, index) => self.index(env, base, index, span),
            Written::Call(callee, args) => self.call(env, callee, args, span),
            Written::Negate(inner) => self.negate(env, inner, span, wanted),
            Written::Coalesce(items) => self.coalesce(env, items, span, wanted),
            Written::Sum(first, rest) => self.sum(env, first, rest, span, wanted),
            Written::Product(factors) => self.product(env, factors, span, wanted),
            Written::Comprehension { element, name, list, filter } => {
                self.comprehension(env, element, name, list, filter.as_deref(), span)
            }
            Written::Not(_)
            | Written::Has(_)
            | Written::And(_)
            | Written::Or(_)
            | Written::Compare(..)
            | Written::Quantified { .. } => self.condition(env, written, false),
        }
    }

    /// A name: a variant of the wanted enum first, then what is bound around it, then what the module sees.
    fn name(&mut self, env: &mut Env, name: &SmolStr, span: Span, wanted: Option<&Type>) -> Expr {
        if let Some(Type::Enum(id)) = wanted
            && let Some(variant) = self.project.enumeration(*id).variant(name)
        {
            if let Some(binding) = env.find(name) {
                let bound = binding.span;
                let of = self.project.enumeration(*id).name.clone();
                self.report(
                    Diagnostic::error(
                        &codes::AMBIGUOUS_NAME,
                        format!("`{name}` is a variant of `{of}` and a name bound here"),
                        span,
                    )
                    .label(bound, "bound here")
                    .fix("say that the variant is meant", span, format!("{of}.{name}")),
                );
                return error_expr(span);
            }
            return Expr::constant(Const::Enum(*id, variant), Type::Enum(*id), span);
        }
        if let Some(binding) = env.find(name) {
            let expr = Expr { kind: binding.kind.expr(), ty: binding.ty.clone(), optional: false, span };
            return env.narrow(expr);
        }
        if let Some(field) = self.bare_field(env, name, span) {
            return field;
        }
        if let Some(asset) = env.system.and_then(|system| self.members.get(&system)?.get(name).copied()) {
            return self.asset_const(asset, span);
        }
        match self.value_meaning(env.module, name) {
            Some(Meaning::Decl(decl)) => self.decl_value(env, decl, name, span, wanted),
            Some(Meaning::Module(_)) => {
                let message = format!("`{name}` is a module, not a value");
                self.report(Diagnostic::error(&codes::WRONG_KIND, message, span));
                error_expr(span)
            }
            None => {
                let problem = self.unknown_name(env, name, span, wanted);
                self.report(problem);
                error_expr(span)
            }
        }
    }

    /// A field of the document, in `valid when`.
    fn bare_field(&mut self, env: &mut Env, name: &SmolStr, span: Span) -> Option<Expr> {
        let subject = env.subject().filter(|subject| subject.name.is_empty())?;
        let Type::Record(record) = subject.ty else { return None };
        let index = self.project.record(record).fields.get_index_of(name)?;
        let base = Expr { kind: ExprKind::Subject, ty: Type::Record(record), optional: false, span };
        Some(self.read_field(env, base, record, index, span))
    }

    fn decl_value(&mut self, env: &Env, decl: Decl, name: &str, span: Span, wanted: Option<&Type>) -> Expr {
        match decl {
            Decl::Nothing => error_expr(span),
            Decl::Role(id) => Expr::constant(Const::Role(id), Type::Role, span),
            Decl::Signer(id) => Expr::constant(Const::Signer(id), Type::Signer, span),
            Decl::System(id) => self.asset_const(id, span),
            Decl::Record(id) => {
                let problem = self.elsewhere(env, id, name, span);
                self.report(problem);
                error_expr(span)
            }
            Decl::Enum(_) | Decl::Catalog(_) | Decl::Function(_) | Decl::Control(_) | Decl::Policy(_) => {
                let mut problem = self.wrong_kind(decl, name, "a value", span);
                if let Decl::Function(_) = decl {
                    problem = problem.note(format!("call it: `{name}(…)`"));
                }
                if let Some(Type::Enum(wanted)) = wanted {
                    let names = self.project.enumeration(*wanted).variants.iter().map(|variant| variant.name.as_str());
                    problem = problem.did_you_mean(name, span, names);
                }
                self.report(problem);
                error_expr(span)
            }
        }
    }

    /// Says that a record is no value, or that a fact is known elsewhere.
    fn elsewhere(&self, env: &Env, record: RecordId, name: &str, span: Span) -> Diagnostic {
        let found = self.project.record(record);
        match (&found.shape, env.place, env.subject()) {
            (Shape::Subject { place, .. }, Some(here), Some(subject)) => Diagnostic::error(
                &codes::WRONG_PLACE,
                format!("`{name}` is known at `{}`, not at `{}`", place.keyword(), here.keyword()),
                span,
            )
            .label(subject.span, format!("this block is about `{}`", subject.name))
            .note(format!("require it in a block `on {name}`")),
            (Shape::Metric(_), _, _) => Diagnostic::error(
                &codes::WRONG_KIND,
                format!("`{name}` is a metric; a value is a function of it over a window"),
                span,
            )
            .note(format!("such as `increase({name}, over = 1h, by = [label])`")),
            _ => self.wrong_kind(Decl::Record(record), name, "a value", span),
        }
    }

    fn unknown_name(&self, env: &Env, name: &str, span: Span, wanted: Option<&Type>) -> Diagnostic {
        if let Some(Type::Enum(id)) = wanted {
            let found = self.project.enumeration(*id);
            let names: Vec<&str> = found.variants.iter().map(|variant| variant.name.as_str()).collect();
            let problem =
                Diagnostic::error(&codes::UNKNOWN_VARIANT, format!("`{}` has no variant `{name}`", found.name), span)
                    .did_you_mean(name, span, names.iter().copied());
            let problem = match found.span {
                Some(declared) => problem.label(declared, "the enum is declared here"),
                None => problem,
            };
            let list = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            return problem.note(format!("variants: {list}"));
        }
        let bound = env.bindings.iter().map(|binding| binding.name.as_str()).filter(|name| !name.is_empty());
        let members = env.system.and_then(|system| self.members.get(&system));
        let mut names: Vec<&str> = bound.chain(self.scopes.names(env.module)).collect();
        names.extend(members.into_iter().flat_map(|members| members.keys().map(SmolStr::as_str)));
        if let Some(Type::Record(record)) =
            env.subject().filter(|subject| subject.name.is_empty()).map(|subject| &subject.ty)
        {
            names.extend(self.project.record(*record).fields.keys().map(SmolStr::as_str));
        }
        names.sort_unstable();
        names.dedup();
        Diagnostic::error(&codes::UNKNOWN_NAME, format!("there is no `{name}` here"), span)
            .did_you_mean(name, span, names)
    }

    pub(super) fn asset_const(&self, asset: AssetId, span: Span) -> Expr {
        Expr::constant(Const::Asset(asset), Type::Asset(self.project.asset(asset).kind), span)
    }

    fn list(&mut self, env: &mut Env, items: &[ast::Expr], span: Span, wanted: Option<&Type>) -> Expr {
        let mut element = match wanted {
            Some(Type::List(element)) => Some((**element).clone()),
            _ => None,
        };
        let mut checked = Vec::with_capacity(items.len());
        for item in items {
            let item = self.value(env, item, element.as_ref());
            let item = match &element {
                Some(element) => self.expect_type(item, element),
                None => item,
            };
            if item.ty == Type::Error {
                checked.push(item);
                continue;
            }
            element.get_or_insert_with(|| item.ty.clone());
            checked.push(item);
        }
        if checked.iter().any(|item| item.ty == Type::Error) {
            return error_expr(span);
        }
        let Some(element) = element else {
            return Expr {
                ty: Type::list(Type::Error),
                ..Expr::constant(Const::List(Arc::new([])), Type::Error, span)
            };
        };
        let constants: Option<Vec<Const>> = checked.iter().map(|item| item.as_const().cloned()).collect();
        let ty = Type::list(element);
        match constants {
            Some(constants) => Expr::constant(Const::List(constants.into()), ty, span),
            None => Expr { kind: ExprKind::List(checked), ty, optional: false, span },
        }
    }

    fn empty_map(&mut self, span: Span, wanted: Option<&Type>) -> Expr {
        match wanted {
            Some(ty @ Type::Map(_)) => Expr::constant(Const::EmptyMap, ty.clone(), span),
            _ => {
                let message = "`{}` is the empty map, and no map is wanted here";
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, span));
                error_expr(span)
            }
        }
    }

    fn field(&mut self, env: &mut Env, base: &ast::Expr, name: &Name, span: Span, wanted: Option<&Type>) -> Expr {
        if name.node.is_empty() {
            // Nothing was written after the dot yet, and that was said.
            return error_expr(span);
        }
        if let Some(found) = self.qualified(env, base, name, span, wanted) {
            return found;
        }
        let base = self.expr(env, base, None);
        let (record, index) = match &base.ty {
            Type::Error => return error_expr(span),
            Type::Record(record) | Type::Asset(record) => {
                (*record, self.project.record(*record).fields.get_index_of(&name.node))
            }
            other => {
                let message = format!("`{}` has no fields, so no `{}`", self.project.type_name(other), name.node);
                self.report(Diagnostic::error(&codes::UNKNOWN_FIELD, message, name.span));
                return error_expr(span);
            }
        };
        let Some(index) = index else {
            let problem = self.unknown_field(record, name);
            self.report(problem);
            return error_expr(span);
        };
        self.read_field(env, base, record, index, span)
    }

    fn read_field(&mut self, env: &Env, base: Expr, record: RecordId, index: usize, span: Span) -> Expr {
        let field = &self.project.record(record).fields[index];
        let optional = base.optional || field.optional;
        let ty = field.ty.clone();
        let kind = ExprKind::Field { base: Box::new(base), record, index: index as u32 };
        env.narrow(Expr { kind, ty, optional, span })
    }

    fn unknown_field(&self, record: RecordId, name: &Name) -> Diagnostic {
        let found = self.project.record(record);
        let message = format!("`{}` has no field `{}`", found.name, name.node);
        let problem = Diagnostic::error(&codes::UNKNOWN_FIELD, message, name.span);
        let names: Vec<&str> = found.fields.keys().map(SmolStr::as_str).collect();
        let problem = problem.did_you_mean(&name.node, name.span, names.iter().copied());
        let list = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        problem.label(found.span, format!("its fields: {list}"))
    }

    /// `Enum.variant`, `system.asset` and `module.name`: a path whose head is a name that is not bound.
    fn qualified(
        &mut self,
        env: &mut Env,
        base: &ast::Expr,
        name: &Name,
        span: Span,
        wanted: Option<&Type>,
    ) -> Option<Expr> {
        let decl = match &base.kind {
            Written::Name(head) => {
                let bound = env.bindings.iter().any(|binding| binding.name == *head)
                    || env
                        .system
                        .and_then(|system| self.members.get(&system))
                        .is_some_and(|members| members.contains_key(head));
                if bound {
                    return None;
                }
                match self.meaning(env.module, head)? {
                    Meaning::Module(module) => {
                        return Some(match self.member(module, &name.node) {
                            Some(decl) => self.decl_value(env, decl, &name.node, span, wanted),
                            None => {
                                let message =
                                    format!("module `{}` declares no `{}`", self.modules.get(module).name, name.node);
                                let problem = Diagnostic::error(&codes::UNKNOWN_NAME, message, name.span).did_you_mean(
                                    &name.node,
                                    name.span,
                                    self.scopes.own_names(module),
                                );
                                self.report(problem);
                                error_expr(span)
                            }
                        });
                    }
                    Meaning::Decl(decl) => decl,
                }
            }
            Written::Field(module, middle) => {
                let Written::Name(head) = &module.kind else { return None };
                let Meaning::Module(module) = self.meaning(env.module, head)? else { return None };
                self.member(module, &middle.node)?
            }
            _ => return None,
        };
        match decl {
            Decl::Nothing => Some(error_expr(span)),
            Decl::Enum(id) => Some(match self.project.enumeration(id).variant(&name.node) {
                Some(variant) => Expr::constant(Const::Enum(id, variant), Type::Enum(id), span),
                None => {
                    let problem = self.unknown_name(env, &name.node, name.span, Some(&Type::Enum(id)));
                    self.report(problem);
                    error_expr(span)
                }
            }),
            Decl::System(id) => {
                let is_member = self.members.get(&id).is_some_and(|members| members.contains_key(&name.node));
                let kind = self.project.asset(id).kind;
                if !is_member && self.project.record(kind).fields.contains_key(&name.node) {
                    return None;
                }
                Some(match self.system_member(id, name) {
                    Some(asset) => self.asset_const(asset, span),
                    None => error_expr(span),
                })
            }
            _ => None,
        }
    }

    fn index(&mut self, env: &mut Env, base: &ast::Expr, index: &ast::Expr, span: Span) -> Expr {
        if let Some(threat) = self.threat(env, base, index, span) {
            return threat;
        }
        let base = self.expr(env, base, None);
        let optional = true;
        match base.ty.clone() {
            Type::Error => error_expr(span),
            Type::List(element) => {
                let index = self.value(env, index, Some(&Type::Int));
                let index = Box::new(self.expect_type(index, &Type::Int));
                let kind = ExprKind::Element { list: Box::new(base), index };
                env.narrow(Expr { kind, ty: (*element).clone(), optional, span })
            }
            Type::Map(value) => {
                let key = self.value(env, index, Some(&Type::Text));
                let key = Box::new(self.expect_type(key, &Type::Text));
                let kind = ExprKind::Key { map: Box::new(base), key };
                env.narrow(Expr { kind, ty: (*value).clone(), optional, span })
            }
            other => {
                let message = format!("`{}` is neither a list nor a map", self.project.type_name(&other));
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, base.span));
                error_expr(span)
            }
        }
    }

    /// `catalog["id"]`
    fn threat(&mut self, env: &mut Env, base: &ast::Expr, index: &ast::Expr, span: Span) -> Option<Expr> {
        let decl = match &base.kind {
            Written::Name(name) if !env.bindings.iter().any(|binding| binding.name == *name) => {
                match self.value_meaning(env.module, name)? {
                    Meaning::Decl(decl) => decl,
                    Meaning::Module(_) => return None,
                }
            }
            _ => return None,
        };
        let Decl::Catalog(catalog) = decl else { return None };
        let Written::Literal(Literal::Text(id)) = &index.kind else {
            let message =
                "a catalog is indexed by a text as it stands, so that the id is known when the policy is compiled";
            self.report(Diagnostic::error(&codes::NOT_CONSTANT, message, index.span));
            return Some(error_expr(span));
        };
        let found = self.project.catalog(catalog);
        if let Some(position) = found.entries.get_index_of(id) {
            return Some(Expr::constant(Const::Threat(catalog, position as u32), Type::Threat(catalog), span));
        }
        let message = format!("{} {} has no `{id}`", found.title, found.edition);
        let quoted: Vec<String> = found.entries.keys().map(|known| format!("{known:?}")).collect();
        let problem = Diagnostic::error(&codes::UNKNOWN_THREAT, message, index.span).did_you_mean(
            &format!("{id:?}"),
            index.span,
            quoted.iter().map(String::as_str),
        );
        self.report(problem);
        Some(error_expr(span))
    }

    fn coalesce(&mut self, env: &mut Env, items: &[ast::Expr], span: Span, wanted: Option<&Type>) -> Expr {
        let mut checked: Vec<Expr> = Vec::with_capacity(items.len());
        let mut ty = wanted.cloned();
        for (position, item) in items.iter().enumerate() {
            let item = self.expr(env, item, ty.as_ref());
            let item = match (&ty, position) {
                (Some(ty), 1..) => self.expect_type(item, ty),
                _ => item,
            };
            if position + 1 < items.len() && !item.optional && item.ty != Type::Error {
                let text = self.sources.text(item.span).to_owned();
                let rest = Span { start: item.span.end, ..span };
                self.report(
                    Diagnostic::error(
                        &codes::NEVER_ABSENT,
                        format!("`{text}` is never absent, so `??` does nothing"),
                        item.span,
                    )
                    .fix("take the rest away", rest, ""),
                );
            }
            if position == 0 && item.ty != Type::Error {
                ty = Some(item.ty.clone());
            }
            checked.push(item);
        }
        checked
            .into_iter()
            .rev()
            .reduce(|second, first| Expr {
                ty: if first.ty == Type::Error { Type::Error } else { second.ty.clone() },
                optional: second.optional,
                span,
                kind: ExprKind::Coalesce(Box::new(first), Box::new(second)),
            })
            .unwrap_or_else(|| error_expr(span))
    }

    fn comprehension(
        &mut self,
        env: &mut Env,
        element: &ast::Expr,
        name: &Name,
        list: &ast::Expr,
        filter: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let list = self.value(env, list, None);
        let of = self.element_type(&list);
        let depth = env.bindings.len();
        let local = self.bind(env, name, of);
        let filter = filter.map(|filter| self.condition(env, filter, false));
        let element = match &filter {
            Some(condition) => env.knowing(condition, true, |env| self.value(env, element, None)),
            None => self.value(env, element, None),
        };
        env.bindings.truncate(depth);
        let ty = if element.ty == Type::Error { Type::Error } else { Type::list(element.ty.clone()) };
        let kind =
            ExprKind::Collect { local, list: Box::new(list), filter: filter.map(Box::new), element: Box::new(element) };
        Expr { kind, ty, optional: false, span }
    }

    /// The type of the elements of a list; says so if it is not one.
    pub(super) fn element_type(&mut self, list: &Expr) -> Type {
        match &list.ty {
            Type::List(element) => (**element).clone(),
            Type::Error => Type::Error,
            other => {
                let message = format!("expected a list, found `{}`", self.project.type_name(other));
                self.report(Diagnostic::error(&codes::WRONG_TYPE, message, list.span));
                Type::Error
            }
        }
    }

    /// Binds a name in a block; says so if the name is taken.
    pub(super) fn bind(&mut self, env: &mut Env, name: &Name, ty: Type) -> crate::core::LocalId {
        if let Some(taken) = env.bindings.iter().rev().find(|binding| binding.name == name.node) {
            let what = if taken.kind == Bound::Subject { "the subject of this block" } else { "bound already" };
            let first = taken.span;
            self.report(
                Diagnostic::error(&codes::SHADOWED_NAME, format!("`{}` is {what}", name.node), name.span)
                    .label(first, "here"),
            );
        }
        env.bind(name.node.clone(), ty, name.span)
    }

    /// Whether reading it makes sense in this place.
    pub(super) fn at(&self, env: &Env, place: Place) -> bool {
        env.place == Some(place)
    }
}
