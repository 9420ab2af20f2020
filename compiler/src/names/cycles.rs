//! Modules that import each other in a circle.

use super::scope::Scopes;
use super::{ModuleId, Modules};
use crate::diagnostics::{Diagnostic, Problems, codes};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Says each circle once, at the import that closes it.
pub(super) fn report(modules: &Modules, scopes: &Scopes, problems: &mut Problems) {
    let mut states = vec![State::New; modules.list.len()];
    for (start, _) in modules.iter() {
        // An explicit stack: a chain of imports may be as long as the project.
        let mut path: Vec<(ModuleId, usize)> = Vec::new();
        if states[start.index()] == State::New {
            states[start.index()] = State::Open;
            path.push((start, 0));
        }
        while let Some((module, next)) = path.last().copied() {
            let Some((imported, span)) = scopes.edges[module.index()].get(next).copied() else {
                states[module.index()] = State::Done;
                path.pop();
                continue;
            };
            if let Some(top) = path.last_mut() {
                top.1 += 1;
            }
            match states[imported.index()] {
                State::New => {
                    states[imported.index()] = State::Open;
                    path.push((imported, 0));
                }
                State::Done => {}
                State::Open => {
                    let circle = path.iter().map(|(module, _)| *module).skip_while(|module| *module != imported);
                    let names: Vec<&str> =
                        circle.chain([imported]).map(|module| modules.get(module).name.as_str()).collect();
                    problems.push(
                        Diagnostic::error(&codes::CYCLIC_IMPORT, "modules import each other in a circle", span)
                            .here("this import closes the circle")
                            .note(names.join(" → "))
                            .note("move what both need into a third module"),
                    );
                }
            }
        }
    }
}
