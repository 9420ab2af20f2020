//! Declared assets: which one an object belongs to, and what the project says of it.

use super::cel::Cel;
use super::field::at;
use super::lower::{Bound, Lowering, Val};
use crate::core::objects::Candidate;
use crate::core::{AssetId, Const, Expr, ExprKind, LocalId, Origin, Type};
use crate::source::Span;

impl<'a> Lowering<'a> {
    /// Which assets an expression may be, and when.
    pub(super) fn assets(&mut self, expr: &'a Expr) -> Option<Vec<(Cel, Option<AssetId>)>> {
        match &expr.kind {
            ExprKind::Const(Const::Asset(asset)) => Some(vec![(Cel::TRUE, Some(*asset))]),
            ExprKind::Local(local) => match self.bound.get(local).cloned() {
                Some(Bound::Asset(asset)) => Some(vec![(Cel::TRUE, Some(asset))]),
                Some(Bound::Expr(value)) => self.assets(value),
                _ => None,
            },
            ExprKind::Field { base, index, .. } if matches!(base.ty, Type::Asset(_)) => {
                let of = self.assets(base)?;
                let attribute = |asset: AssetId| match self.project.asset(asset).values.get(*index as usize) {
                    Some(Some(Const::Asset(found))) => Some(*found),
                    _ => None,
                };
                Some(of.into_iter().map(|(when, asset)| (when, asset.and_then(attribute))).collect())
            }
            ExprKind::Field { base, .. } if matches!(base.kind, ExprKind::Subject) => {
                let candidates = self.candidates.clone();
                Some(candidates.iter().map(|candidate| (self.belongs_to(candidate), Some(candidate.asset))).collect())
            }
            _ => None,
        }
    }

    /// When an object belongs to an asset. Among assets that can be told apart, at most one of these holds.
    pub(super) fn belongs_to(&mut self, candidate: &Candidate) -> Cel {
        let only = self.candidates.len() == 1;
        let parts: Vec<Cel> = (candidate.found_by.iter().enumerate())
            // The binding selects by the first of them, so where there is one candidate it is known.
            .filter(|(position, _)| !only || *position > 0)
            .map(|(_, (name, wanted))| self.has_text(name, wanted))
            .collect();
        Cel::all(parts)
    }

    /// Whether a field of the subject has this text.
    pub(super) fn has_text(&mut self, name: &str, wanted: &str) -> Cel {
        let fields = &self.project.record(self.block.subject).fields;
        let Some(Origin::Document { paths, .. }) = fields.get(name).map(|field| &field.origin) else {
            return Cel::FALSE;
        };
        let object = self.object();
        let places = paths.iter().filter_map(|path| at(&object, path));
        Cel::any(places.map(|place| Cel::all([self.stands(&place.keys, 0), place.term.infix("==", Cel::text(wanted))])))
    }

    pub(super) fn attribute(&mut self, base: &'a Expr, index: u32, span: Span) -> Val {
        let Some(assets) = self.assets(base) else {
            return self.refused(span, "an attribute of this asset");
        };
        let project = self.project;
        let attribute = |asset: &Option<AssetId>| {
            asset.and_then(|asset| project.asset(asset).values.get(index as usize)).and_then(Option::as_ref)
        };
        let values: Vec<(Cel, Option<Cel>)> = assets
            .iter()
            .map(|(when, asset)| (when.clone(), attribute(asset).and_then(|value| self.literal(value))))
            .collect();
        if assets.iter().zip(&values).any(|((_, asset), (_, term))| attribute(asset).is_some() && term.is_none()) {
            return self.refused(span, "an attribute of this type");
        }
        let there = |wanted: bool| {
            Cel::any(values.iter().filter(|(_, term)| term.is_some() == wanted).map(|(when, _)| when.clone()))
        };
        let known = Cel::any([there(true), there(false)]);
        let there = there(true);
        self.unsure |= known != Cel::TRUE;
        let mut terms = values.iter().filter_map(|(when, term)| Some((when, term.clone()?)));
        let first = terms.next();
        let term = terms.fold(first.map_or(Cel::FALSE, |(_, term)| term), |rest, (when, term)| {
            if term == rest { rest } else { Cel::choice(when.clone(), term, rest) }
        });
        Val { term, known, there, or_empty: None }
    }

    /// A quantifier over the declared assets that an attribute names: each of them in turn.
    pub(super) fn over_assets(
        &mut self,
        local: LocalId,
        list: &'a Expr,
        all: bool,
        body: &mut dyn FnMut(&mut Self) -> Cel,
    ) -> Cel {
        let ExprKind::Field { base, index, .. } = &list.kind else {
            return self.refused(list.span, "a list of declared assets that is made like this").term;
        };
        let Some(holders) = self.assets(base) else {
            return self.refused(list.span, "an attribute of this asset").term;
        };
        let project = self.project;
        let mut choices = Vec::new();
        for (when, holder) in holders {
            let named = holder.and_then(|holder| project.asset(holder).values.get(*index as usize));
            let Some(Some(Const::List(elements))) = named else { continue };
            let mut each = Vec::new();
            for element in elements.iter() {
                let Const::Asset(asset) = element else { continue };
                self.bound.insert(local, Bound::Asset(*asset));
                each.push(body(self));
                self.bound.remove(&local);
            }
            let each = if all { Cel::all(each) } else { Cel::any(each) };
            choices.push(Cel::all([when, each]));
        }
        Cel::any(choices)
    }
}
