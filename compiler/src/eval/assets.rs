//! Declared assets: their attributes, and the relations between them.

use crate::core::{AssetId, Const, Project};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// The asset of this qualified name: `system` or `system.name`.
pub(super) fn named(project: &Project, qualified: &str) -> Option<AssetId> {
    project.assets.iter().position(|asset| asset.qualified == qualified).map(AssetId::new)
}

/// The value of an attribute, by its position in the kind.
pub(super) fn attribute(project: &Project, asset: AssetId, index: usize) -> Option<&Const> {
    project.asset(asset).values.get(index)?.as_ref()
}

/// Every asset that can be reached by following these attributes any number of times, at least once; cycles end.
pub(super) fn reach(project: &Project, from: AssetId, through: &[SmolStr]) -> Vec<AssetId> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(asset) = next.pop() {
        let fields = &project.record(project.asset(asset).kind).fields;
        for index in through.iter().filter_map(|name| fields.get_index_of(name)) {
            mentioned(attribute(project, asset, index), &mut |id| {
                if reached.insert(id) {
                    next.push(id);
                }
            });
        }
    }
    reached.into_iter().collect()
}

/// Every asset that names this one in an attribute.
pub(super) fn users_of(project: &Project, used: AssetId) -> Vec<AssetId> {
    let uses = |user: &AssetId| {
        let mut found = false;
        for index in 0..project.asset(*user).values.len() {
            mentioned(attribute(project, *user, index), &mut |id| found |= id == used);
        }
        found
    };
    (0..project.assets.len()).map(AssetId::new).filter(uses).collect()
}

/// The assets that a value names.
fn mentioned(value: Option<&Const>, visit: &mut dyn FnMut(AssetId)) {
    match value {
        Some(Const::Asset(id)) => visit(*id),
        Some(Const::List(items)) => items.iter().for_each(|item| mentioned(Some(item), visit)),
        _ => {}
    }
}
