//! The rules of waivers (design §4): who may grant one, for how long, and that it waives something.

use super::Checker;
use crate::core::{AssetId, Const, Policy, RoleId, Shape, Type, Waiver};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// The places of a waiver's parts.
pub(super) struct Places {
    pub(super) target: Span,
    pub(super) scope: Span,
    pub(super) until: Span,
    pub(super) approved_by: Span,
}

impl Checker<'_> {
    /// Says everything that is wrong with a waiver; whether nothing is.
    pub(super) fn judge_waiver(&mut self, policy: &Policy, waiver: &Waiver, places: &Places) -> bool {
        let before = self.problems.len();
        self.judge_dates(waiver, places);
        self.judge_approver(policy, waiver, places);
        self.judge_scope(policy, waiver, places);
        self.judge_overlap(policy, waiver, places);
        self.problems.len() == before
    }

    fn judge_dates(&mut self, waiver: &Waiver, places: &Places) {
        let days = waiver.until.days_since(waiver.granted);
        let limit = self.settings.max_waiver_days;
        if days < 0 {
            let message = format!("this waiver ends before it begins, on {}", waiver.granted);
            self.report(Diagnostic::error(&codes::WAIVER_DATES, message, places.until));
        } else if days > limit {
            let message = format!("this waiver holds {days} days, more than the {limit} that are allowed");
            self.report(
                Diagnostic::error(&codes::WAIVER_DATES, message, places.until)
                    .note("a project may allow more: `max_waiver_days` in gatewright.toml"),
            );
        }
    }

    fn judge_approver(&mut self, policy: &Policy, waiver: &Waiver, places: &Places) {
        let control = &self.project.controls[policy.instances[waiver.instance].control];
        let approver = self.project.role(waiver.approved_by);
        let severity = |variant: u32| self.project.enums[0].variants[variant as usize].name.clone();
        let needed = severity(control.severity);
        let problem = match approver.may_waive {
            None => Some(format!("`{}` may not waive anything", approver.name)),
            Some(most) if most < control.severity => Some(format!(
                "`{}` may waive controls up to `{}`, and this one is `{needed}`",
                approver.name,
                severity(most)
            )),
            Some(_) => None,
        };
        let (role_span, control_span, approver_name) = (approver.span, control.span, approver.name.clone());
        if let Some(message) = problem {
            self.report(
                Diagnostic::error(&codes::NO_AUTHORITY, message, places.approved_by)
                    .label(role_span, "the role is declared here")
                    .label(control_span, format!("this control is `{needed}`"))
                    .note(format!("a role that may approve it says `may_waive = {needed}` or higher")),
            );
        }
        let owner = self.project.controls[policy.instances[waiver.instance].control].owner;
        let system_owner = self.owner_of(self.project.asset(waiver.asset).system);
        for (owner, whose) in [(owner, "control"), (system_owner, "system")] {
            if owner == Some(waiver.approved_by) {
                let message = format!("`{approver_name}` owns the {whose}, so somebody else must approve its waiver");
                self.report(Diagnostic::error(&codes::OWN_WAIVER, message, places.approved_by));
                return;
            }
        }
    }

    /// The role in the `owner` attribute of a system, if its kind has one.
    fn owner_of(&self, system: AssetId) -> Option<RoleId> {
        let asset = self.project.asset(system);
        let (index, _, field) = self.project.record(asset.kind).fields.get_full("owner")?;
        match (&field.ty, asset.values.get(index)) {
            (Type::Role, Some(Some(Const::Role(role)))) => Some(*role),
            _ => None,
        }
    }

    fn judge_scope(&mut self, policy: &Policy, waiver: &Waiver, places: &Places) {
        let asset = self.project.asset(waiver.asset);
        if !policy.covers.contains(&asset.system) {
            let message =
                format!("policy `{}` does not cover `{}`, so nothing is waived", policy.name, asset.qualified);
            self.report(Diagnostic::error(&codes::WAIVES_NOTHING, message, places.scope));
            return;
        }
        let kind = asset.kind;
        let is_system = asset.system == waiver.asset;
        let concerns = policy.instances[waiver.instance].blocks.iter().any(|block| {
            is_system
                || match self.project.record(block.subject).shape {
                    Shape::Asset => block.subject == kind,
                    Shape::Subject { of, .. } => of.is_none_or(|of| of == kind),
                    _ => false,
                }
        });
        if !concerns {
            let kind = self.project.record(kind).name.clone();
            let name = &policy.instances[waiver.instance].name;
            let message = format!("`{name}` says nothing of a `{kind}`, so nothing is waived");
            self.report(Diagnostic::error(&codes::WAIVES_NOTHING, message, places.scope));
        }
    }

    fn judge_overlap(&mut self, policy: &Policy, waiver: &Waiver, places: &Places) {
        let system = |asset: AssetId| self.project.asset(asset).system;
        let meets = |other: &&Waiver| {
            let assets = other.asset == waiver.asset
                || other.asset == system(waiver.asset)
                || waiver.asset == system(other.asset);
            other.instance == waiver.instance
                && assets
                && other.granted <= waiver.until
                && waiver.granted <= other.until
        };
        if let Some(first) = policy.waivers.iter().find(meets) {
            let first = first.span;
            self.report(
                Diagnostic::error(
                    &codes::WAIVERS_OVERLAP,
                    "two waivers of one control hold for one asset at one time",
                    places.target,
                )
                .label(first, "the other one"),
            );
        }
    }
}
