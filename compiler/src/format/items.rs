//! Declarations.

use super::printer::Printer;
use crate::source::Span;
use crate::syntax::ast::{
    Block, Control, ControlMember, Enum, Function, Import, Item, ItemKind, Module, Param, Record, Stmt, StmtKind,
    System, SystemMember,
};

impl Printer<'_> {
    pub(super) fn module(&mut self, module: &Module) {
        let mut before: Option<&Item> = None;
        for item in &module.items {
            self.above(item.span.start);
            let together = before.is_some_and(|before| self.stand_together(before, item));
            if before.is_some() && !together && !self.has_comment_above(item.span) {
                self.blank();
            }
            self.item(item);
            self.after_close(item.span.end);
            before = Some(item);
        }
    }

    /// Whether two declarations of one kind need no blank line between them: imports, and what its author wrote in one line each.
    fn stand_together(&self, before: &Item, item: &Item) -> bool {
        let one_line = |item: &Item| !self.source(item.span).contains('\n');
        match (&before.kind, &item.kind) {
            (ItemKind::Import(_), ItemKind::Import(_)) => true,
            (ItemKind::Record(first), ItemKind::Record(second)) => {
                first.kind == second.kind && one_line(before) && one_line(item)
            }
            _ => false,
        }
    }

    /// Whether a comment stands right above, which then has the blank line before it.
    fn has_comment_above(&self, span: Span) -> bool {
        let above = self.text.get(..span.start as usize).unwrap_or_default();
        above.trim_end_matches([' ', '\n']).rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("//"))
    }

    fn item(&mut self, item: &Item) {
        let end = item.span.end.saturating_sub(1);
        match &item.kind {
            ItemKind::Error => self.verbatim(item.span),
            ItemKind::Import(import) => self.leaf(item.span, |printer| printer.import(import)),
            ItemKind::Enum(declared) => self.leaf(item.span, |printer| printer.enumeration(declared)),
            ItemKind::Function(function) => self.leaf(item.span, |printer| printer.function(function)),
            ItemKind::Record(record) => self.record(record, end),
            ItemKind::System(system) => self.system(system, end),
            ItemKind::Control(control) => self.control(control, end),
            ItemKind::Policy(policy) => {
                let head = format!("policy {}", policy.name.node);
                self.braces(&head, end, |printer| {
                    policy.members.iter().for_each(|member| printer.policy_member(member))
                });
            }
            ItemKind::Test(test) => {
                let head = format!("test {}", self.source(test.name.span));
                self.braces(&head, end, |printer| test.members.iter().for_each(|member| printer.test_member(member)));
            }
        }
    }

    /// Something without statements or members of its own; as it stands if comments stand inside of it.
    pub(super) fn leaf(&mut self, span: Span, line: impl FnOnce(&Self) -> String) {
        if self.has_comment_in(span) {
            self.verbatim(span);
        } else {
            let line = line(self);
            self.line_at(&line, span.end);
        }
    }

    fn import(&self, import: &Import) -> String {
        let edition = import.edition.as_ref().map(|edition| format!("@{}", edition.node)).unwrap_or_default();
        let names = match &import.names {
            Some(names) => {
                format!(".{{{}}}", names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(", "))
            }
            None => String::new(),
        };
        format!("import {}{edition}{names}", import.path.text())
    }

    fn enumeration(&self, declared: &Enum) -> String {
        let ordered = if declared.ordered { "ordered " } else { "" };
        let variants: Vec<String> = (declared.variants.iter())
            .map(|variant| match &variant.text {
                Some(text) => format!("{} = {}", variant.name.node, self.source(text.span)),
                None => variant.name.node.to_string(),
            })
            .collect();
        let head = format!("{ordered}enum {}", declared.name.node);
        let line = format!("{head} {{ {} }}", variants.join(", "));
        if variants.is_empty() {
            format!("{head} {{}}")
        } else if line.chars().count() <= self.width() {
            line
        } else {
            format!("{head} {{\n{}}}", variants.iter().map(|variant| format!("  {variant},\n")).collect::<String>())
        }
    }

    fn function(&self, function: &Function) -> String {
        let head =
            format!("fn {}({}): {}", function.name.node, self.params(&function.params), self.ty(&function.result));
        let line = format!("{head} = {}", self.expr(&function.body));
        if line.chars().count() <= self.width() {
            return line;
        }
        let body = self.fitted(&function.body, self.width() - 2).replace('\n', "\n  ");
        format!("{head} =\n  {body}")
    }

    fn params(&self, params: &[Param]) -> String {
        let param = |param: &Param| {
            let default =
                param.default.as_ref().map(|default| format!(" = {}", self.expr(default))).unwrap_or_default();
            format!("{}: {}{default}", param.name.node, self.ty(&param.ty))
        };
        params.iter().map(param).collect::<Vec<_>>().join(", ")
    }

    fn record(&mut self, record: &Record, end: u32) {
        let mut head = format!("{} {}", record.kind.keyword(), record.name.node);
        if let Some(of) = &record.of {
            head.push_str(&format!(" of {}", of.text()));
        }
        if let Some(at) = &record.at {
            head.push_str(&format!(" at {}", at.node));
        }
        // A declaration that the author wrote in one line stays in one, if it fits.
        let whole = Span { start: record.name.span.start, end, ..record.name.span };
        if !self.has_comment_in(whole) && record.members.len() <= 2 && !self.source(whole).contains('\n') {
            let members: Vec<String> = record.members.iter().filter_map(|member| self.member_line(member)).collect();
            let line = format!("{head} {{ {} }}", members.join("  "));
            if members.len() == record.members.len() && !members.is_empty() && line.chars().count() <= self.width() {
                return self.line(&line);
            }
        }
        self.braces(&head, end, |printer| record.members.iter().for_each(|member| printer.member(member)));
    }

    fn system(&mut self, system: &System, end: u32) {
        let head = format!("system {}: {}", system.name.node, system.of.text());
        self.braces(&head, end, |printer| {
            for member in &system.members {
                match member {
                    SystemMember::Attribute(attribute) => printer.attribute(attribute),
                    SystemMember::Asset(asset) => {
                        printer.above(asset.span.start);
                        let head = format!("{} {}", asset.kind.node, asset.name.node);
                        let end = asset.span.end.saturating_sub(1);
                        printer.braces(&head, end, |printer| {
                            asset.attributes.iter().for_each(|attribute| printer.attribute(attribute));
                        });
                        printer.after_close(asset.span.end);
                    }
                    SystemMember::Error(span) => {
                        printer.above(span.start);
                        printer.verbatim(*span);
                    }
                }
            }
        });
    }

    fn control(&mut self, control: &Control, end: u32) {
        let params = match control.params.as_slice() {
            [] => String::new(),
            params => {
                let line = format!("({})", self.params(params));
                if control.name.node.len() + line.chars().count() + "control  {".len() <= self.width() {
                    line
                } else {
                    let lines: String = params
                        .iter()
                        .map(|param| format!("  {},\n", self.params(std::slice::from_ref(param))))
                        .collect();
                    format!("(\n{lines})")
                }
            }
        };
        let head = format!("control {}{params}", control.name.node);
        self.braces(&head, end, |printer| {
            for member in &control.members {
                match member {
                    ControlMember::Attribute(attribute) => printer.attribute(attribute),
                    ControlMember::Block(block) => printer.block(block),
                    ControlMember::Error(span) => {
                        printer.above(span.start);
                        printer.verbatim(*span);
                    }
                }
            }
        });
    }

    fn block(&mut self, block: &Block) {
        self.above(block.span.start);
        let mut head = format!("{} on {}", block.stage.node.keyword(), block.subject.text());
        if let Some(alias) = &block.alias {
            head.push_str(&format!(" as {}", alias.node));
        }
        let head = self.with_filter(head, block.filter.as_deref());
        let end = block.span.end.saturating_sub(1);
        self.braces(&head, end, |printer| printer.statements(&block.body));
        self.after_close(block.span.end);
    }

    fn with_filter(&self, head: String, filter: Option<&crate::syntax::ast::Expr>) -> String {
        match filter {
            None => head,
            Some(filter) => {
                let line = format!("{head} where {}", self.expr(filter));
                if line.chars().count() + 2 <= self.width() {
                    line
                } else {
                    format!(
                        "{head}\n  where {}",
                        self.fitted(filter, self.width().saturating_sub(10)).replace('\n', "\n  ")
                    )
                }
            }
        }
    }

    fn statements(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.above(stmt.span.start);
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Error => self.verbatim(span),
            StmtKind::Let { name, value, message } => self.leaf(span, |printer| {
                let head = format!("let {} = {}", name.node, printer.fitted(value, printer.width()));
                match message {
                    Some(message) => printer.with_else(head, printer.source(message.span), ""),
                    None => head,
                }
            }),
            StmtKind::Require { condition, message, after } => self.leaf(span, |printer| {
                let head = format!("require {}", printer.fitted(condition, printer.width() - "require ".len()));
                let after =
                    after.as_ref().map(|after| format!(" after {}", printer.source(after.span))).unwrap_or_default();
                printer.with_else(head, printer.source(message.span), &after)
            }),
            StmtKind::Quota { message, .. } => self.leaf(span, |printer| {
                let all = Span { end: message.span.start, ..span };
                let head = printer.source(all).split_whitespace().collect::<Vec<_>>().join(" ");
                let head = head.strip_suffix(" else").map(str::to_owned).unwrap_or(head);
                printer.with_else(head, printer.source(message.span), "")
            }),
            StmtKind::For { name, list, filter, body } => {
                let head = format!("for {} in {}", name.node, self.expr(list));
                let head = self.with_filter(head, filter.as_deref());
                self.nested(&head, span, body);
            }
            StmtKind::When { condition, then, otherwise } => {
                let head = format!("when {}", self.fitted(condition, self.width().saturating_sub(7)));
                if otherwise.is_empty() {
                    self.nested(&head, span, then);
                } else {
                    let end = self.closing(then.last().map_or(condition.span.end, |stmt| stmt.span.end));
                    self.open(&head);
                    self.statements(then);
                    self.close("} else {", end);
                    self.reopen();
                    self.statements(otherwise);
                    self.close("}", span.end.saturating_sub(1));
                    self.after_close(span.end);
                }
            }
        }
    }

    fn nested(&mut self, head: &str, span: Span, body: &[Stmt]) {
        self.braces(head, span.end.saturating_sub(1), |printer| printer.statements(body));
        self.after_close(span.end);
    }

    /// The statement and its message: in one line, or the message on the next.
    fn with_else(&self, head: String, message: &str, after: &str) -> String {
        let line = format!("{head} else {message}{after}");
        if !head.contains('\n') && line.chars().count() <= self.width() {
            line
        } else {
            format!("{head}\n  else {message}{after}")
        }
    }
}
