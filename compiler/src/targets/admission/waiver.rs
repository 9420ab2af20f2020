//! Waivers where the only clock is the server's stamp on a new object.

use super::cel::Cel;
use super::lower::Lowering;
use crate::core::{Instance, Policy, Project, Waiver};

/// The variable that says whether a waiver holds.
pub(super) const VARIABLE: &str = "waived";

/// When a waiver of the instance holds for an object: it is being created, belongs to the asset, and its `creationTimestamp`, which the server
/// sets before it asks, lies within the waiver's days. `None` without waivers.
pub(super) fn waived(lowering: &mut Lowering<'_>, policy: &Policy, instance: &Instance) -> Option<Cel> {
    let position = policy.instances.iter().position(|other| std::ptr::eq(other, instance))?;
    let waivers = policy.waivers.iter().filter(|waiver| waiver.instance == position);
    let each: Vec<Cel> = waivers.map(|waiver| holds(lowering, waiver)).collect();
    match Cel::any(each) {
        Cel::Bool(false) => None,
        holds => {
            let created = Cel::name("request.operation").infix("==", Cel::text("CREATE"));
            Some(Cel::all([created, holds]))
        }
    }
}

fn holds(lowering: &mut Lowering<'_>, waiver: &Waiver) -> Cel {
    let project: &Project = lowering.project;
    let candidates = lowering.candidates.clone();
    let covered = candidates
        .iter()
        .filter(|candidate| candidate.asset == waiver.asset || project.asset(candidate.asset).system == waiver.asset);
    let belongs: Vec<Cel> = covered.map(|candidate| lowering.belongs_to(candidate)).collect();
    let time = |text: String| Cel::Call("timestamp", vec![Cel::text(text)]);
    let created = Cel::Call("timestamp", vec![Cel::name("object.metadata.creationTimestamp")]);
    let granted = time(waiver.granted.start().to_string()).infix("<=", created.clone());
    let end = waiver.until.end().map_or(Cel::TRUE, |end| created.infix("<", time(end.to_string())));
    Cel::all([Cel::any(belongs), granted, end])
}
