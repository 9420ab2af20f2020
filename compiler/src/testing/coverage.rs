//! Which branches of the project's own controls no test reached.

use crate::core::{Block, Project, Stmt, StmtKind};
use crate::eval::{Answer, Branch, Trace};
use crate::source::Span;
use smol_str::SmolStr;

/// A branch that no test reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    /// The control.
    pub control: SmolStr,
    /// The statement, or the head of the block.
    pub span: Span,
    /// What no test showed, in words.
    pub what: &'static str,
}

/// The branches of controls that no test reached, in the order of the text. `is_own` says which controls count.
pub fn unreached(project: &Project, trace: &Trace, is_own: &dyn Fn(Span) -> bool) -> Vec<Unreached> {
    let mut found = Vec::new();
    for (index, control) in project.controls.iter().enumerate().filter(|(_, control)| is_own(control.span)) {
        for block in &control.blocks {
            let reached = trace.reached.get(&(index, block.index));
            let has =
                |statement, answer| reached.is_some_and(|branches| branches.contains(&Branch { statement, answer }));
            let mut say = |span, what| found.push(Unreached { control: control.name.clone(), span, what });
            if reached.is_none() {
                say(block.span, "no test decides this block");
                continue;
            }
            filter(block, &has, &mut say);
            // A binding may stand in several places (see `StmtKind::Bind`), and is one statement of the text.
            let mut seen = std::collections::BTreeSet::new();
            for stmt in &block.body {
                stmt.walk(&mut |stmt| {
                    if seen.insert(stmt.id) {
                        statement(stmt, &has, &mut say);
                    }
                });
            }
        }
    }
    found
}

fn filter(block: &Block, has: &dyn Fn(Option<u32>, Answer) -> bool, say: &mut dyn FnMut(Span, &'static str)) {
    if block.filter.is_some() && !has(None, Answer::False) {
        say(block.span, "no test shows a subject that this block leaves out");
    }
}

fn statement(stmt: &Stmt, has: &dyn Fn(Option<u32>, Answer) -> bool, say: &mut dyn FnMut(Span, &'static str)) {
    let id = Some(stmt.id);
    let (yes, no) = match &stmt.kind {
        StmtKind::Require { .. } => ("no test shows this to hold", "no test shows this to be violated"),
        StmtKind::Bind { .. } => ("no test has this value", "no test shows this to be absent"),
        StmtKind::When { .. } => ("no test takes the first branch", "no test takes the other branch"),
        StmtKind::For { .. } => ("no test has an element here", ""),
        StmtKind::Let { .. } | StmtKind::Quota { .. } => return,
    };
    if !has(id, Answer::True) {
        say(stmt.span, yes);
    }
    if !no.is_empty() && !has(id, Answer::False) {
        say(stmt.span, no);
    }
}
