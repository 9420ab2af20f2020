//! The rules of waivers (design §4): who may grant one, for how long, and that it waives something.

use super::Checker;
use crate::core::{AssetId, Const, Policy, RoleId, Shape, Type, Waiver};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::value::Date;

/// The places of a waiver's parts.
pub(super) struct Places {
    pub(super) target: Span,
    pub(super) scope: Span,
    pub(super) until: Span,
    pub(super) approved_by: Span,
}

/// What a waiver says, as far as it could be read. What is missing was reported, and the rest is judged all the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub(super) instance: Option<usize>,
    pub(super) asset: Option<AssetId>,
    pub(super) granted: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) approved_by: Option<RoleId>,
}

impl Checker<'_> {
    /// Says everything that is wrong with a waiver; whether nothing is.
    pub(super) fn judge_waiver(&mut self, policy: &Policy, claim: &Claim, places: &Places) -> bool {
        let before = self.problems.len();
        if let (Some(granted), Some(until)) = (claim.granted, claim.until) {
            self.judge_dates(granted, until, places);
        }
        if let Some(approver) = claim.approved_by {
            let control = claim.instance.map(|instance| policy.instances[instance].control);
            self.judge_authority(approver, control, places);
            self.judge_owner(approver, control, claim.asset, places);
        }
        if let Some(asset) = claim.asset {
            self.judge_scope(policy, claim.instance, asset, places);
        }
        self.judge_overlap(policy, claim, places);
        self.problems.len() == before
    }

    fn judge_dates(&mut self, granted: Date, until: Date, places: &Places) {
        let days = until.days_since(granted);
        let limit = self.settings.max_waiver_days;
        if days < 0 {
            let message = format!("this waiver ends before it begins, on {granted}");
            self.report(Diagnostic::error(&codes::WAIVER_DATES, message, places.until));
        } else if days > limit {
            let message = format!("this waiver holds {days} days, more than the {limit} that are allowed");
            self.report(
                Diagnostic::error(&codes::WAIVER_DATES, message, places.until)
                    .note("a project may allow more: `max_waiver_days` in gatewright.toml"),
            );
        }
    }

    /// Whether the role may waive a control of this severity; of a control that is not known, whether it may waive any.
    fn judge_authority(&mut self, approver: RoleId, control: Option<usize>, places: &Places) {
        let approver = self.project.role(approver);
        let control = control.map(|control| &self.project.controls[control]);
        let severity = |variant: u32| self.project.enums[0].variants[variant as usize].name.clone();
        let message = match (approver.may_waive, control) {
            (None, _) => format!("`{}` may not waive anything", approver.name),
            (Some(most), Some(control)) if most < control.severity => format!(
                "`{}` may waive controls up to `{}`, and this one is `{}`",
                approver.name,
                severity(most),
                severity(control.severity)
            ),
            (Some(_), _) => return,
        };
        let mut problem = Diagnostic::error(&codes::NO_AUTHORITY, message, places.approved_by)
            .label(approver.span, "the role is declared here");
        if let Some(control) = control {
            let needed = severity(control.severity);
            problem = problem
                .label(control.span, format!("this control is `{needed}`"))
                .note(format!("a role that may approve it says `may_waive = {needed}` or higher"));
        }
        self.report(problem);
    }

    /// Whoever answers for the control or the system does not approve its waiver.
    fn judge_owner(&mut self, approver: RoleId, control: Option<usize>, asset: Option<AssetId>, places: &Places) {
        let owner = control.and_then(|control| self.project.controls[control].owner);
        let system_owner = asset.and_then(|asset| self.owner_of(self.project.asset(asset).system));
        for (owner, whose) in [(owner, "control"), (system_owner, "system")] {
            if owner == Some(approver) {
                let name = &self.project.role(approver).name;
                let message = format!("`{name}` owns the {whose}, so somebody else must approve its waiver");
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

    fn judge_scope(&mut self, policy: &Policy, instance: Option<usize>, id: AssetId, places: &Places) {
        let asset = self.project.asset(id);
        if !policy.covers.contains(&asset.system) {
            let message =
                format!("policy `{}` does not cover `{}`, so nothing is waived", policy.name, asset.qualified);
            self.report(Diagnostic::error(&codes::WAIVES_NOTHING, message, places.scope));
            return;
        }
        let Some(instance) = instance.map(|instance| &policy.instances[instance]) else { return };
        let kind = asset.kind;
        let is_system = asset.system == id;
        let concerns = instance.blocks.iter().any(|block| {
            is_system
                || match self.project.record(block.subject).shape {
                    Shape::Asset => block.subject == kind,
                    Shape::Subject { of, .. } => of.is_none_or(|of| of == kind),
                    _ => false,
                }
        });
        if !concerns {
            let kind = self.project.record(kind).name.clone();
            let message = format!("`{}` says nothing of a `{kind}`, so nothing is waived", instance.name);
            self.report(Diagnostic::error(&codes::WAIVES_NOTHING, message, places.scope));
        }
    }

    fn judge_overlap(&mut self, policy: &Policy, claim: &Claim, places: &Places) {
        let (Some(instance), Some(asset), Some(granted), Some(until)) =
            (claim.instance, claim.asset, claim.granted, claim.until)
        else {
            return;
        };
        let system = |asset: AssetId| self.project.asset(asset).system;
        let meets = |other: &&Waiver| {
            let assets = other.asset == asset || other.asset == system(asset) || asset == system(other.asset);
            other.instance == instance && assets && other.granted <= until && granted <= other.until
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
