//! `gatewright gate --as`: the objects of manifests, judged before a cluster sees them.

use super::{Done, Gate, Opened, Output, Trouble, VerdictFormat, bytes_of, instant, json, open_sound};
use crate::cluster;
use crate::core::{Place, RecordId, Shape};
use crate::document::{DocumentError, Limits};
use crate::eval;
use crate::report::{Judged, ObjectsReport, Report, Unjudged};
use crate::value::render::render_text;
use serde_json::Value;
use std::path::Path;

/// What stands after `--as` for every kind of subject.
const EVERY: &str = "workload";

pub(super) fn run(command: &Gate, kind: &str, path: &Path, output: &mut Output) -> Done {
    let opened = match open_sound(&command.about.project.project, output)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let policy = opened.policy(&command.policy)?;
    let wanted = subject(&opened, kind)?;
    let now = instant(command.about.at.as_deref())?;
    let (project, sources) = (&opened.checked.project, &opened.checked.sources);
    let (mut judged, mut others) = (Vec::new(), Vec::new());
    for mut object in objects(path)? {
        // Whatever no subject is may be of a kind that has no namespace.
        if !cluster::subjects(project, &object).is_empty() {
            cluster::place(&mut object, &command.namespace);
        }
        let name = render_text(&cluster::name_of(&object));
        match cluster::documents(project, policy, wanted, &object, now) {
            Err(reason) => others.push(Unjudged { object: name, reason }),
            Ok(documents) => judged.extend(documents.iter().map(|document| {
                let verdict = eval::judge(project, policy, document, Some(now));
                let report = Report::new(Judged { project, sources, policy, document, now, verdict: &verdict });
                Report { object: Some(name.clone()), ..report }
            })),
        }
    }
    let report = ObjectsReport::new(policy, now, judged, others);
    let text = match command.format {
        VerdictFormat::Human => report.human(),
        VerdictFormat::Json => json(&report)?,
        VerdictFormat::Sarif => json(&report.sarif(sources))?,
    };
    output.result(&text)?;
    Ok(command.exit(report.outcome))
}

/// The only subject that is asked for; `None` is every one.
fn subject(opened: &Opened, kind: &str) -> Result<Option<RecordId>, Trouble> {
    if kind == EVERY {
        return Ok(None);
    }
    let id = opened.subject(kind)?;
    match opened.checked.project.record(id).shape {
        Shape::Subject { place: Place::Admission, .. } => Ok(Some(id)),
        _ => Err(Trouble::new(format!("a `{kind}` is no object of a cluster: its facts are not known at `admission`"))),
    }
}

/// The objects of the manifests. A stream without any is a mistake, such as a chart that was not rendered.
fn objects(path: &Path) -> Result<Vec<Value>, Trouble> {
    let shown = if path == Path::new("-") { "standard input".to_owned() } else { format!("`{}`", path.display()) };
    let found = match cluster::objects(&bytes_of(path)?, &Limits::default()) {
        Ok(found) if !found.is_empty() => found,
        Ok(_) | Err(DocumentError::Empty) => return Err(Trouble::new(format!("{shown} holds no object"))),
        Err(error) => return Err(Trouble::new(format!("{shown} is no stream of manifests: {error}"))),
    };
    let stranger = found.iter().position(|object| cluster::kind_of(object).is_none());
    match stranger.map(|position| position + 1) {
        Some(number) => Err(Trouble::new(format!(
            "object {number} of {shown} is no object of Kubernetes: it has no `apiVersion` and `kind`"
        ))),
        None => Ok(found),
    }
}
