//! Policies: what they cover, which controls they apply, what they waive.

use super::attributes::{self, Attributes};
use super::names::Meaning;
use super::{Checker, Decl};
use crate::core::policy::{CoverageGoal, Weakness};
use crate::core::{Accepted, AssetId, CatalogId, Const, Instance, Policy, Shape, Type, Waiver};
use crate::diagnostics::{Diagnostic, codes};
use crate::names::ModuleId;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Arg, CompareOp, ExprKind as Written, ItemKind, Mode, Path, PolicyMemberKind};
use crate::value::Decimal;
use crate::value::Scalar as _;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// A line that applies controls.
struct Applied<'e> {
    mode: Mode,
    args: &'e [Arg],
    alias: Option<&'e ast::Name>,
    span: Span,
}

/// A policy that only has its name yet.
pub(super) fn empty(policy: &ast::Policy) -> Policy {
    Policy {
        name: policy.name.node.clone(),
        doc: String::new(),
        covers: Vec::new(),
        instances: Vec::new(),
        waivers: Vec::new(),
        accepted: Vec::new(),
        coverage: Vec::new(),
        targets: Vec::new(),
        partial: Vec::new(),
        span: policy.name.span,
    }
}

impl Checker<'_> {
    /// Checks every policy.
    pub(super) fn policies(&mut self) {
        for (module, decl, item) in self.items() {
            if let (Decl::Policy(index), ItemKind::Policy(policy)) = (decl, &item.kind) {
                let mut checked = self.policy(module, policy);
                checked.doc = self.doc(module, item);
                self.same_policy_twice(&checked);
                self.project.policies[index] = checked;
            }
        }
        self.strictest();
    }

    /// Artifacts are named by policy, so a name is the only one of the project.
    fn same_policy_twice(&mut self, policy: &Policy) {
        let other = self.project.policies.iter().find(|other| other.name == policy.name && other.span < policy.span);
        if let Some(first) = other.map(|other| other.span) {
            let message = format!("there are two policies `{}` in the project", policy.name);
            self.report(
                Diagnostic::error(&codes::DUPLICATE_NAME, message, policy.span)
                    .label(first, "the other one")
                    .note(format!("both would be written to `dist/{}`", policy.name)),
            );
        }
    }

    fn policy(&mut self, module: ModuleId, written: &ast::Policy) -> Policy {
        let mut policy = empty(written);
        for member in &written.members {
            if let PolicyMemberKind::Covers(path) = &member.kind
                && let Some(asset) = self.asset_of(module, path)
            {
                self.cover(&mut policy, asset, path.span);
            }
        }
        // Named lines first: they override wildcards wherever they stand.
        let mut names = HashMap::new();
        for member in &written.members {
            if let PolicyMemberKind::Apply { mode, target, wildcard: false, args, alias } = &member.kind {
                let args = args.as_deref().unwrap_or_default();
                let line = Applied { mode: mode.node, args, alias: alias.as_ref(), span: member.span };
                self.apply_named(module, &mut policy, &mut names, target, &line);
            }
        }
        for member in &written.members {
            if let PolicyMemberKind::Apply { mode, target, wildcard: true, .. } = &member.kind {
                self.apply_wildcard(module, &mut policy, target, mode);
            }
        }
        for member in &written.members {
            match &member.kind {
                PolicyMemberKind::Waive { target, scope, attributes } => {
                    let waiver = self.waiver(module, &policy, target, scope, attributes, member.span);
                    policy.waivers.extend(waiver);
                }
                PolicyMemberKind::Require { condition, except } => {
                    policy.coverage.extend(self.coverage_goal(module, condition, except.as_ref(), member.span));
                }
                PolicyMemberKind::Accept { what, evidence } => {
                    policy.accepted.extend(self.accepted(module, what, evidence, member.span));
                }
                PolicyMemberKind::AllowPartial(target) => policy.partial.push(target.text().into()),
                PolicyMemberKind::Emit(targets) => self.emit(&mut policy, targets),
                PolicyMemberKind::Covers(_) | PolicyMemberKind::Apply { .. } | PolicyMemberKind::Error => {}
            }
        }
        self.complete(written, &policy);
        policy
    }

    fn cover(&mut self, policy: &mut Policy, asset: AssetId, span: Span) {
        let found = self.project.asset(asset);
        if found.system != asset {
            let system = self.project.asset(found.system).name.clone();
            self.report(Diagnostic::error(&codes::WRONG_KIND, "a policy covers a whole system", span).fix(
                format!("cover `{system}`"),
                span,
                system.as_str(),
            ));
        } else if policy.covers.contains(&asset) {
            let message = format!("`{}` is covered already", found.name);
            self.report(Diagnostic::error(&codes::DUPLICATE_NAME, message, span));
        } else {
            policy.covers.push(asset);
        }
    }

    /// Says what a policy lacks to mean anything.
    fn complete(&mut self, written: &ast::Policy, policy: &Policy) {
        let has = |wanted: fn(&PolicyMemberKind) -> bool| {
            written.members.iter().any(|member| wanted(&member.kind) || matches!(member.kind, PolicyMemberKind::Error))
        };
        let missing = if !has(|kind| matches!(kind, PolicyMemberKind::Covers(_))) {
            Some(("covers no system, so nothing is ever decided by it", "add `covers a_system`"))
        } else if !has(|kind| matches!(kind, PolicyMemberKind::Apply { .. })) {
            Some(("applies no control", "add `enforce a_control` or `enforce a_module.*`"))
        } else {
            None
        };
        if let Some((what, note)) = missing {
            let message = format!("policy `{}` {what}", policy.name);
            self.report(Diagnostic::error(&codes::EMPTY_POLICY, message, policy.span).note(note));
        }
    }

    /// `enforce control(…)`; `names` are the instances so far, by name.
    fn apply_named(
        &mut self,
        module: ModuleId,
        policy: &mut Policy,
        names: &mut HashMap<SmolStr, Span>,
        target: &Path,
        line: &Applied<'_>,
    ) {
        let control = match self.declaration(module, target, "a control") {
            None => return,
            Some(Decl::Control(control)) => control,
            Some(other) => {
                let problem = self.wrong_kind(other, &target.text(), "a control", target.span);
                self.report(problem);
                return;
            }
        };
        let Some(arguments) = self.arguments(module, control, line.args, target.span) else { return };
        let name = line.alias.map_or_else(|| self.project.controls[control].name.clone(), |alias| alias.node.clone());
        let name_span = line.alias.map_or(target.span, |alias| alias.span);
        if let Some(first) = names.get(&name).copied() {
            let message = format!("policy `{}` applies `{name}` already", policy.name);
            self.report(Diagnostic::error(&codes::APPLIED_TWICE, message, name_span).label(first, "first here").note(
                "to apply one control twice with other arguments, name one of them: `enforce control(…) as name`",
            ));
            return;
        }
        names.insert(name.clone(), line.span);
        policy.instances.push(self.instance(name, control, line.mode, arguments, line.span));
    }

    pub(super) fn instance(
        &self,
        name: SmolStr,
        control: usize,
        mode: Mode,
        arguments: Vec<Const>,
        span: Span,
    ) -> Instance {
        let blocks = self.project.controls[control].blocks.iter().map(|block| block.instantiate(&arguments)).collect();
        Instance { name, control, mode, arguments, blocks, span }
    }

    /// `enforce module.*`
    fn apply_wildcard(&mut self, module: ModuleId, policy: &mut Policy, target: &Path, mode: &Spanned<Mode>) {
        let found = match self.meaning(module, &target.segments[0].node) {
            Some(Meaning::Module(found)) if target.segments.len() == 1 => found,
            Some(Meaning::Decl(Decl::Nothing)) => return,
            Some(_) => {
                let message = format!("`{}.*` asks for a module, and `{}` is not one", target.text(), target.text());
                self.report(Diagnostic::error(&codes::WRONG_KIND, message, target.span));
                return;
            }
            None => {
                let names = self.scopes.names(module);
                let problem = Diagnostic::error(
                    &codes::UNKNOWN_NAME,
                    format!("there is no module `{}` here", target.text()),
                    target.span,
                )
                .did_you_mean(&target.text(), target.span, names)
                .note("import it first");
                self.report(problem);
                return;
            }
        };
        let controls: Vec<usize> = (self.decls[found.index()].iter())
            .filter_map(|decl| match decl {
                Decl::Control(control) => Some(*control),
                _ => None,
            })
            .collect();
        if controls.is_empty() {
            let message = format!("module `{}` declares no control", target.text());
            self.report(Diagnostic::error(&codes::EMPTY_POLICY, message, target.span));
        }
        let elsewhere = policy.instances.iter().filter(|instance| instance.span != target.span);
        let named: HashSet<usize> = elsewhere.map(|instance| instance.control).collect();
        let mut incomplete = Vec::new();
        for control in controls.into_iter().filter(|control| !named.contains(control)) {
            let declared = &self.project.controls[control];
            let defaults: Option<Vec<Const>> = declared.params.iter().map(|param| param.default.clone()).collect();
            match defaults {
                Some(arguments) => {
                    let name = declared.name.clone();
                    policy.instances.push(self.instance(name, control, mode.node, arguments, target.span));
                }
                None => incomplete.push(format!("`{}`", declared.name)),
            }
        }
        if !incomplete.is_empty() {
            let message = format!("`{}.*` cannot choose arguments for {}", target.text(), incomplete.join(", "));
            self.report(
                Diagnostic::error(&codes::WILDCARD_NEEDS_ARGUMENTS, message, target.span)
                    .note("a wildcard takes only controls whose parameters all have defaults; give the others a line of their own"),
            );
        }
    }

    /// A constant for each parameter of a control.
    pub(super) fn arguments(
        &mut self,
        module: ModuleId,
        control: usize,
        args: &[Arg],
        span: Span,
    ) -> Option<Vec<Const>> {
        let control = &self.project.controls[control];
        let (name, declared, params) = (control.name.clone(), control.span, control.params.clone());
        let mut given: Vec<Option<Const>> = vec![None; params.len()];
        let mut ok = true;
        for (position, arg) in args.iter().enumerate() {
            let index = match &arg.name {
                Some(name) => params.iter().position(|param| param.name == name.node),
                None => (position < params.len()).then_some(position),
            };
            let Some(index) = index else {
                let problem = match &arg.name {
                    Some(wanted) => Diagnostic::error(
                        &codes::WRONG_ARGUMENTS,
                        format!("`{name}` has no parameter `{}`", wanted.node),
                        wanted.span,
                    )
                    .did_you_mean(
                        &wanted.node,
                        wanted.span,
                        params.iter().map(|param| param.name.as_str()),
                    ),
                    None => {
                        let message = format!("`{name}` takes {} arguments", params.len());
                        Diagnostic::error(&codes::WRONG_ARGUMENTS, message, arg.value.span)
                    }
                };
                self.report(problem.label(declared, "declared here"));
                ok = false;
                continue;
            };
            if given[index].is_some() {
                let message = format!("`{}` is given twice", params[index].name);
                self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, arg.value.span));
                ok = false;
            }
            given[index] = self.constant(module, None, &arg.value, &params[index].ty);
            ok &= given[index].is_some();
        }
        if !ok {
            return None;
        }
        let missing: Vec<String> = (params.iter().zip(&given))
            .filter(|(param, value)| value.is_none() && param.default.is_none())
            .map(|(param, _)| format!("`{}`", param.name))
            .collect();
        if !missing.is_empty() {
            let message = format!("`{name}` needs {}", missing.join(", "));
            self.report(Diagnostic::error(&codes::WRONG_ARGUMENTS, message, span).label(declared, "declared here"));
            return None;
        }
        given.into_iter().zip(params).map(|(value, param)| value.or(param.default)).collect()
    }

    /// `accept unbound Evidence`
    pub(super) fn accepted(
        &mut self,
        module: ModuleId,
        what: &ast::Name,
        evidence: &Path,
        span: Span,
    ) -> Option<Accepted> {
        let weakness = [Weakness::Unbound, Weakness::Version].into_iter().find(|known| known.keyword() == what.node);
        let evidence = self.record_of(module, evidence, "evidence", |shape| matches!(shape, Shape::Evidence(_)));
        let Some(weakness) = weakness else {
            let words = [Weakness::Unbound.keyword(), Weakness::Version.keyword()];
            let message = format!("`{}` is nothing that a policy can accept", what.node);
            self.report(
                Diagnostic::error(&codes::UNKNOWN_WORD, message, what.span)
                    .did_you_mean(&what.node, what.span, words)
                    .note("a policy can accept `unbound` evidence, or a tool's `version` out of range"),
            );
            return None;
        };
        Some(Accepted { weakness, evidence: evidence?, span })
    }

    fn emit(&mut self, policy: &mut Policy, targets: &[Path]) {
        for target in targets {
            let name: SmolStr = target.text().into();
            if policy.targets.iter().any(|(known, _)| *known == name) {
                let message = format!("`{name}` is emitted already");
                self.report(Diagnostic::error(&codes::DUPLICATE_NAME, message, target.span));
                continue;
            }
            policy.targets.push((name, target.span));
        }
    }

    /// `require coverage(catalog) >= 80% except [...]`
    fn coverage_goal(
        &mut self,
        module: ModuleId,
        condition: &ast::Expr,
        except: Option<&ast::Expr>,
        span: Span,
    ) -> Option<CoverageGoal> {
        let (call, at_least) = match &condition.kind {
            Written::Error => return None,
            Written::Compare(op, call, bound) if op.node == CompareOp::Ge => (&**call, Some(&**bound)),
            _ => (condition, None),
        };
        let catalog = match &call.kind {
            Written::Call(callee, args) if super::compare::is_name(callee, "coverage") => {
                let [name] = self.positional("`coverage`", args, call.span)?;
                match &name.kind {
                    Written::Name(name) => match self.value_meaning(module, name) {
                        Some(Meaning::Decl(Decl::Catalog(catalog))) => Some(catalog),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => {
                let message = "a policy can require `coverage(catalog)`, or `coverage(catalog) >= 80%`";
                self.report(Diagnostic::error(&codes::BAD_GOAL, message, condition.span));
                return None;
            }
        };
        let Some(catalog) = catalog else {
            let message = "the name of an imported catalog was expected";
            self.report(Diagnostic::error(&codes::BAD_GOAL, message, call.span));
            return None;
        };
        let at_least = match at_least {
            Some(bound) => match self.constant(module, None, bound, &Type::Ratio)? {
                Const::Ratio(bound) => bound,
                _ => return None,
            },
            None => Decimal::parse_literal("100%").ok()?,
        };
        let except = match except {
            Some(list) => self.excepted(module, list, catalog)?,
            None => Vec::new(),
        };
        let catalog = self.pinned(catalog);
        Some(CoverageGoal { catalog, at_least, except, span })
    }

    /// The entries after `except`, in the edition that the project pins.
    fn excepted(&mut self, module: ModuleId, list: &ast::Expr, catalog: CatalogId) -> Option<Vec<u32>> {
        let Const::List(items) = self.constant(module, None, list, &Type::list(Type::Threat(catalog)))? else {
            return None;
        };
        let written: Vec<&ast::Expr> = match &list.kind {
            Written::List(written) => written.iter().collect(),
            _ => vec![list; items.len()],
        };
        let pairs = items.iter().zip(written);
        let carried: Vec<Const> = pairs.flat_map(|(item, written)| self.carried(module, item, written)).collect();
        Some(carried.iter().filter_map(position).collect())
    }

    fn waiver(
        &mut self,
        module: ModuleId,
        policy: &Policy,
        target: &Path,
        scope: &Path,
        written: &[ast::Attribute],
        span: Span,
    ) -> Option<Waiver> {
        let attributes = Attributes::read(self, "waiver", target.span, written.iter(), attributes::WAIVER);
        let granted = self.constant_attribute(module, &attributes, "granted", &Type::Date);
        let until = self.constant_attribute(module, &attributes, "until", &Type::Date);
        let approver = self.constant_attribute(module, &attributes, "approved_by", &Type::Role);
        let reason = self.text_attribute(module, &attributes, "reason");
        let ticket = self.text_attribute(module, &attributes, "ticket");
        let instance = self.waived_instance(module, policy, target);
        let asset = self.asset_of(module, scope);
        let date = |value: Option<Const>| match value {
            Some(Const::Date(date)) => Some(date),
            _ => None,
        };
        let approved_by = match approver {
            Some(Const::Role(role)) => Some(role),
            _ => None,
        };
        let claim = super::waivers::Claim { instance, asset, granted: date(granted), until: date(until), approved_by };
        let places = super::waivers::Places {
            target: target.span,
            scope: scope.span,
            until: attributes.span("until").unwrap_or(span),
            approved_by: attributes.span("approved_by").unwrap_or(span),
        };
        let sound = self.judge_waiver(policy, &claim, &places);
        let waiver = Waiver {
            instance: claim.instance?,
            asset: claim.asset?,
            granted: claim.granted?,
            until: claim.until?,
            approved_by: claim.approved_by?,
            reason: reason?,
            ticket,
            span,
        };
        sound.then_some(waiver)
    }

    /// The instance of the policy that a waiver names, by its name or by its control's path.
    fn waived_instance(&mut self, module: ModuleId, policy: &Policy, target: &Path) -> Option<usize> {
        if target.segments.len() == 1 {
            let name = &target.segments[0].node;
            let named = policy.instances.iter().position(|instance| instance.name == *name);
            if named.is_some() {
                return named;
            }
            if self.scopes.find(module, name).is_none() {
                let names = policy.instances.iter().map(|instance| instance.name.as_str());
                let message = format!("policy `{}` applies no `{name}`, so nothing is waived", policy.name);
                let problem = Diagnostic::error(&codes::WAIVES_NOTHING, message, target.span).did_you_mean(
                    name,
                    target.span,
                    names,
                );
                self.report(problem);
                return None;
            }
        }
        let control = match self.declaration(module, target, "a control")? {
            Decl::Control(control) => control,
            other => {
                let problem = self.wrong_kind(other, &target.text(), "a control", target.span);
                self.report(problem);
                return None;
            }
        };
        let mut of_control = policy.instances.iter().enumerate().filter(|(_, instance)| instance.control == control);
        match (of_control.next(), of_control.next()) {
            (Some((index, _)), None) => Some(index),
            (Some((_, one)), Some((_, other))) => {
                let message =
                    format!("`{}` is applied as `{}` and as `{}`: name one", target.text(), one.name, other.name);
                self.report(Diagnostic::error(&codes::WAIVES_NOTHING, message, target.span));
                None
            }
            (None, _) => {
                let message =
                    format!("policy `{}` does not apply `{}`, so nothing is waived", policy.name, target.text());
                self.report(Diagnostic::error(&codes::WAIVES_NOTHING, message, target.span));
                None
            }
        }
    }

    /// Where two policies apply one control alike to one system, the stricter mode holds in both.
    fn strictest(&mut self) {
        let mut raised = Vec::new();
        let by_control: Vec<HashMap<usize, Vec<&Instance>>> =
            self.project.policies.iter().map(|policy| by_control(&policy.instances)).collect();
        for (index, policy) in self.project.policies.iter().enumerate() {
            for (other_index, other) in self.project.policies.iter().enumerate() {
                let shared = policy.covers.iter().find(|system| other.covers.contains(system));
                let Some(shared) = shared.filter(|_| index != other_index) else { continue };
                for (position, instance) in policy.instances.iter().enumerate() {
                    let alike = by_control[other_index].get(&instance.control).into_iter().flatten();
                    let stricter = alike
                        .copied()
                        .find(|stricter| stricter.arguments == instance.arguments && stricter.mode > instance.mode);
                    if let Some(stricter) = stricter {
                        raised.push((index, position, stricter.mode, stricter.span, other.name.clone(), *shared));
                    }
                }
            }
        }
        for (policy, instance, mode, span, other, system) in raised {
            let found = &mut self.project.policies[policy].instances[instance];
            if mode <= found.mode {
                continue;
            }
            let message = format!(
                "policy `{other}` applies `{}` to the same system as `{}`, which is stricter and holds here too",
                found.name,
                mode.keyword()
            );
            let at = found.span;
            found.mode = mode;
            let system = self.project.asset(system).span;
            self.report(
                Diagnostic::warning(&codes::STRICTER_ELSEWHERE, message, at)
                    .label(span, "the stricter line")
                    .label(system, "the system that both cover"),
            );
        }
    }
}

/// The instances of each control, in their order.
fn by_control(instances: &[Instance]) -> HashMap<usize, Vec<&Instance>> {
    let mut found: HashMap<usize, Vec<&Instance>> = HashMap::new();
    for instance in instances {
        found.entry(instance.control).or_default().push(instance);
    }
    found
}

fn position(value: &Const) -> Option<u32> {
    match value {
        Const::Threat(_, position) => Some(*position),
        _ => None,
    }
}
