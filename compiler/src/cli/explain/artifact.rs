//! A line of an artifact: `dist/production/ci.rego/policy.rego:120`.

use super::super::Trouble;
use super::super::project::Opened;
use super::place::Place;
use crate::targets::artifact;
use crate::targets::{ALL, Input};
use std::fs;
use std::path::{Path, PathBuf};

/// The file that stands in each policy's folder.
const MANIFEST: &str = "manifest.json";

/// What a line of an artifact comes from; `None` if the text names no line of a file.
pub(super) fn line<'a>(opened: &'a Opened, what: &str) -> Result<Option<Place<'a>>, Trouble> {
    let Some((file, line)) = named(opened, what) else { return Ok(None) };
    let shown = what.trim();
    let failed = |cause: &str| Trouble::new(format!("`{shown}` {cause}"));
    let folder = file.ancestors().skip(1).find(|folder| folder.join(MANIFEST).is_file());
    let folder = folder.ok_or_else(|| failed("is no line of what `gatewright build` writes"))?;
    let checked = &opened.checked;
    let policies = checked.project.policies.iter().zip(&checked.plans);
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (policy, plan) = { policies }
        .find(|(policy, _)| policy.name == name)
        .ok_or_else(|| failed(&format!("is of `{name}`, which is no sound policy of the project")))?;
    let parts: Vec<_> = file.strip_prefix(folder).unwrap_or(&file).iter().map(|part| part.to_string_lossy()).collect();
    let path = parts.join("/");
    let built = artifact::build(&checked.project, &checked.sources, policy, plan)
        .map_err(|_| failed("cannot be compared: the policy cannot be built"))?;
    let text = fs::read_to_string(&file).map_err(|error| failed(&format!("cannot be read: {error}")))?;
    if !built.iter().any(|artifact| artifact.path == path && artifact.text == text) {
        return Err(failed("is not what the policy says now; run `gatewright build`"));
    }
    let input = Input { project: &checked.project, sources: &checked.sources, policy, plan };
    let origin = path.split_once('/').and_then(|(target, name)| {
        let target = ALL.iter().find(|known| known.capabilities().name == target)?;
        target.origin(&input, name, &text, line.checked_sub(1)?)
    });
    let origin = origin.ok_or_else(|| failed("belongs to no single block"))?;
    let statements = origin.statement.into_iter().collect();
    Ok(Some(Place { policy, instance: origin.instance, block: origin.block, statements }))
}

/// The file and the line (from 1) of `path:line` or `path:line:column`, looked for here and in the project.
fn named(opened: &Opened, what: &str) -> Option<(PathBuf, usize)> {
    let (rest, last) = what.trim().rsplit_once(':')?;
    let last: usize = last.parse().ok()?;
    let found = |path: &str| {
        let path = Path::new(path);
        let known = |path: &Path| fs::canonicalize(path).ok().filter(|path| path.is_file());
        known(path).or_else(|| known(&opened.root.join(path)))
    };
    if let Some(file) = found(rest) {
        return Some((file, last));
    }
    let (rest, line) = rest.rsplit_once(':')?;
    Some((found(rest)?, line.parse().ok()?))
}
