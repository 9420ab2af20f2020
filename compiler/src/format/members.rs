//! The members of declarations: attributes, fields, and the lines of policies and tests.

use super::expr::paths;
use super::printer::Printer;
use crate::source::Span;
use crate::syntax::ast::{
    Attribute, Change, Field, Member, MemberKind, Path, PolicyMember, PolicyMemberKind, Tail, TailKind, TestMember,
    TestMemberKind,
};

impl Printer<'_> {
    /// `name = value`, in one column with its neighbours.
    pub(super) fn attribute(&mut self, attribute: &Attribute) {
        self.above(attribute.span.start);
        if self.has_comment_in(attribute.span) {
            return self.verbatim(attribute.span);
        }
        let head = attribute.name.text();
        let rest = format!("= {}", self.value(attribute, self.width().saturating_sub(head.len() + 3)));
        self.row(head, rest, attribute.span.end);
    }

    fn value(&self, attribute: &Attribute, width: usize) -> String {
        format!("{}{}", self.fitted(&attribute.value, width), self.tails(&attribute.tails))
    }

    fn tails(&self, tails: &[Tail]) -> String {
        let tail = |tail: &Tail| match &tail.kind {
            TailKind::From(texts) => {
                let texts: Vec<&str> = texts.iter().map(|text| self.source(text.span)).collect();
                format!(" from {}", texts.join(" or "))
            }
            TailKind::Default(value) => format!(" default {}", self.expr(value)),
            TailKind::Assume(word) => format!(" assume {}", word.node),
            TailKind::As(word) => format!(" as {}", word.node),
            TailKind::Computed(word) => format!(" computed by {}", word.node),
            TailKind::Secret => " secret".to_owned(),
        };
        tails.iter().map(tail).collect()
    }

    /// A member of a record.
    pub(super) fn member(&mut self, member: &Member) {
        if let MemberKind::Attribute(attribute) = &member.kind {
            return self.attribute(attribute);
        }
        self.above(member.span.start);
        if self.has_comment_in(member.span) {
            return self.verbatim(member.span);
        }
        match &member.kind {
            MemberKind::Field(field) => {
                let (head, rest) = self.field(field);
                self.row(head, rest, member.span.end);
            }
            MemberKind::Valid { condition, message } => {
                let head = format!("valid when {}", self.fitted(condition, self.width() - "valid when ".len()));
                let line = format!("{head} else {}", self.source(message.span));
                let fits = !head.contains('\n') && line.chars().count() <= self.width();
                let line = if fits { line } else { format!("{head}\n  else {}", self.source(message.span)) };
                self.line_at(&line, member.span.end);
            }
            MemberKind::Entry { id, attributes } => {
                let attributes: Vec<String> = attributes
                    .iter()
                    .map(|attribute| format!("{} = {}", attribute.name.text(), self.value(attribute, 80)))
                    .collect();
                let line = format!("entry {} {{ {} }}", self.source(id.span), attributes.join("  "));
                self.line_at(&line, member.span.end);
            }
            MemberKind::Attribute(_) | MemberKind::Error => self.verbatim(member.span),
        }
    }

    /// A member that fits into the line of its declaration.
    pub(super) fn member_line(&self, member: &Member) -> Option<String> {
        match &member.kind {
            MemberKind::Attribute(attribute) => {
                Some(format!("{} = {}", attribute.name.text(), self.value(attribute, 100)))
            }
            MemberKind::Field(field) => {
                let (head, rest) = self.field(field);
                Some(format!("{head} {rest}"))
            }
            _ => None,
        }
    }

    fn field(&self, field: &Field) -> (String, String) {
        (format!("{}:", field.name.node), format!("{}{}", self.ty(&field.ty), self.tails(&field.tails)))
    }

    pub(super) fn policy_member(&mut self, member: &PolicyMember) {
        self.above(member.span.start);
        let end = member.span.end;
        if let PolicyMemberKind::Waive { target, scope, attributes } = &member.kind {
            let head = format!("waive {} for {}", target.text(), scope.text());
            self.braces(&head, end.saturating_sub(1), |printer| {
                attributes.iter().for_each(|attribute| printer.attribute(attribute));
            });
            return self.after_close(end);
        }
        if self.has_comment_in(member.span) {
            return self.verbatim(member.span);
        }
        let (head, rest) = match &member.kind {
            PolicyMemberKind::Covers(path) => ("covers".to_owned(), path.text()),
            PolicyMemberKind::Apply { mode, target, wildcard, args, alias } => {
                let mut rest = target.text();
                if *wildcard {
                    rest.push_str(".*");
                }
                if let Some(args) = args {
                    rest.push_str(&format!("({})", self.args(args)));
                }
                if let Some(alias) = alias {
                    rest.push_str(&format!(" as {}", alias.node));
                }
                (mode.node.keyword().to_owned(), rest)
            }
            PolicyMemberKind::Require { condition, except } => {
                let except = except.as_ref().map(|list| format!(" except {}", self.expr(list))).unwrap_or_default();
                ("require".to_owned(), format!("{}{except}", self.expr(condition)))
            }
            PolicyMemberKind::Accept { what, evidence } => {
                ("accept".to_owned(), format!("{} {}", what.node, evidence.text()))
            }
            PolicyMemberKind::AllowPartial(target) => ("allow_partial".to_owned(), target.text()),
            PolicyMemberKind::Emit(targets) => ("emit".to_owned(), paths(targets)),
            PolicyMemberKind::Waive { .. } | PolicyMemberKind::Error => return self.verbatim(member.span),
        };
        self.row(head, rest, end);
    }

    pub(super) fn test_member(&mut self, member: &TestMember) {
        self.above(member.span.start);
        self.leaf(member.span, |printer| printer.test_line(&member.kind, member.span));
    }

    fn test_line(&self, kind: &TestMemberKind, span: Span) -> String {
        match kind {
            TestMemberKind::GivenPolicy(path) => format!("given policy {}", path.text()),
            TestMemberKind::GivenControl { control, args } => format!("given {}({})", control.text(), self.args(args)),
            TestMemberKind::GivenAccept { what, evidence } => format!("given accept {} {}", what.node, evidence.text()),
            TestMemberKind::GivenNow(time) => format!("given now = {}", self.expr(time)),
            TestMemberKind::GivenSubject { subject, of, from, changes } => {
                let mut line = format!("given {}", subject.text());
                if let Some(of) = of {
                    line.push_str(&format!(" of {}", Path::text(of)));
                }
                if let Some(from) = from {
                    line.push_str(&format!(" from {}", self.source(from.span)));
                }
                for change in changes {
                    let change = self.change(change);
                    let last = line.rsplit('\n').next().map_or(0, |last| last.chars().count());
                    line.push_str(if last + 1 + change.chars().count() <= self.width() { " " } else { "\n  " });
                    line.push_str(&change);
                }
                line
            }
            TestMemberKind::GivenRaw { file, at, value } => {
                format!("given raw {} at {} = {}", self.source(file.span), self.source(at.span), self.expr(value))
            }
            TestMemberKind::Expect { decision, control, text } => {
                let text = text.as_ref().map(|text| format!(" {}", self.source(text.span))).unwrap_or_default();
                format!("expect {} {}{text}", decision.node.keyword(), control.text())
            }
            TestMemberKind::Error => self.source(span).to_owned(),
        }
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::Without(path) => format!("without {}", path.text()),
            Change::With(attributes) => {
                let attributes: Vec<String> = attributes
                    .iter()
                    .map(|attribute| format!("{} = {}", attribute.name.text(), self.value(attribute, 100)))
                    .collect();
                format!("with {{ {} }}", attributes.join("  "))
            }
        }
    }
}
