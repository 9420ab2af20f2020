//! Messages: their text with the values in it. A message never decides, so each hole is a term that is always defined.

use super::lower::Lowering;
use super::term::{Goal, Term};
use crate::core::{Expr, ExprKind, Message, Part, Type};
use crate::targets::shown_constant;
use crate::value::render::{ABSENT, UNKNOWN};
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// The text of a message. Terms in `read` are known to be defined.
    pub(super) fn text_of(&mut self, message: &Message, read: &BTreeSet<Term>) -> Term {
        let (mut plain, mut format, mut holes) = (String::new(), String::new(), Vec::new());
        for part in &message.parts {
            let text = match part {
                Part::Text(literal) => literal.clone(),
                Part::Value(Expr { kind: ExprKind::Const(value), .. }) => shown_constant(self.project, value),
                // Only the monitoring system knows which series it looks at.
                Part::Label(_) => UNKNOWN.to_owned(),
                Part::Value(expr) => {
                    format.push_str("%s");
                    holes.push(self.hole(expr, read));
                    continue;
                }
            };
            format.push_str(&text.replace('%', "%%"));
            plain.push_str(&text);
        }
        if holes.is_empty() {
            return Term::text(&plain);
        }
        if format == "%s" {
            return holes.remove(0);
        }
        Term::call("sprintf", [Term::text(&format), Term::Array(holes)])
    }

    /// What stands for a value, whether it is there or not.
    fn hole(&mut self, expr: &Expr, read: &BTreeSet<Term>) -> Term {
        let shown = self.shown(expr);
        if self.is_sure(expr) || read.contains(&self.value(expr)) {
            return shown;
        }
        // A comprehension is empty where its body is undefined, and never undefined itself.
        let text = Term::Var("shown".to_owned());
        let known = Term::Each(Box::new(text), vec![Goal::Assign("shown".to_owned(), shown)]);
        let absent = self.absent(expr);
        if absent.is_never() {
            return Term::call("runtime.known", [known]);
        }
        let absent = Term::Each(Box::new(Term::text(ABSENT)), self.goals(&absent));
        Term::call("runtime.known", [Term::call("array.concat", [known, absent])])
    }

    /// The text of a value; undefined where it is absent or unknown.
    fn shown(&mut self, expr: &Expr) -> Term {
        let (function, of) = match &expr.ty {
            Type::Bool => ("runtime.shown_bool", self.value(expr)),
            Type::Int => ("runtime.shown_int", self.value(expr)),
            Type::Float => ("runtime.shown_float", self.raw(expr)),
            Type::Ratio => ("runtime.shown_ratio", self.raw(expr)),
            Type::Duration => ("runtime.shown_duration", self.value(expr)),
            Type::Bytes => ("runtime.shown_bytes", self.value(expr)),
            Type::Text => ("runtime.shown_text", self.raw(expr)),
            Type::Version => ("runtime.shown_text", self.value(expr)),
            Type::Time => ("runtime.shown_time", self.raw(expr)),
            Type::Cidr => ("runtime.shown_network", self.raw(expr)),
            Type::Date | Type::Digest | Type::Role | Type::Signer | Type::Threat(_) => return self.value(expr),
            Type::Enum(id) => {
                let plain = self.project.enumeration(*id).variants.iter().all(|variant| variant.name == variant.text);
                if plain {
                    return self.value(expr);
                }
                let names = Term::word(self.variants(&expr.ty));
                return Term::Index(Box::new(names), Box::new(self.raw(expr)));
            }
            Type::Asset(kind) => {
                // The first attribute of every kind is the asset's own name.
                let name = self.attribute(*kind, 0);
                return Term::Index(Box::new(self.assets(*kind)), Box::new(self.raw(expr))).field(&name);
            }
            Type::List(element) => {
                let (local, variable) = self.own_element();
                let element =
                    Expr { kind: ExprKind::Local(local), ty: (**element).clone(), optional: false, span: expr.span };
                let list = self.value(expr);
                let shown = self.hole(&element, &BTreeSet::new());
                let elements = Term::Each(Box::new(shown), vec![Goal::Some(variable, list.clone())]);
                // The list itself is an argument, so that one that is unknown is not shown as empty.
                return Term::call("runtime.shown_list", [list, elements]);
            }
            Type::Record(_) | Type::Map(_) | Type::Quantity | Type::Rate(_) | Type::Pattern | Type::Error => {
                return self.refuse(expr.span, "a value of this type in a message");
            }
        };
        Term::call(function, [of])
    }
}
