//! Values as terms.
//!
//! They stay in Rego what they are in the subject document, so a term of `Time` is text.

use super::lower::{Bound, Lowering};
use super::rails::Cond;
use super::term::{Goal, Term};
use crate::core::{Const, Expr, ExprKind, Field, LocalId, Origin, RecordId, Type};
use crate::source::Span;
use crate::syntax::ast::SumOp;
use crate::value::Duration;

impl Lowering<'_> {
    /// What stands there, whatever its type.
    pub(super) fn raw(&mut self, expr: &Expr) -> Term {
        match &expr.kind {
            ExprKind::Local(local) => match self.bound(*local, expr.span) {
                Bound::Raw(term) | Bound::Value(term) => term,
            },
            ExprKind::Field { base, record, index } => {
                let (record, index) = (*record, *index);
                if self.is_part(base) {
                    return Term::word(self.part(record, index));
                }
                if self.is_asset(base) {
                    let name = self.attribute(record, index);
                    let entry = self.asset_entry(base, record);
                    // OPA refuses a reference that no entry of the table has.
                    let known = self
                        .project
                        .assets
                        .iter()
                        .any(|asset| asset.kind == record && self.attribute_value(asset, index).is_some());
                    return if known {
                        entry.field(&name)
                    } else {
                        Term::call("runtime.required_field", [entry, Term::text(&name)])
                    };
                }
                let field = self.field(record, index);
                let name = field.name.clone();
                let base = self.raw(base);
                match self.field(record, index).default.clone() {
                    Some(default) => Term::call("runtime.field_or", [base, Term::text(&name), self.literal(&default)]),
                    None => base.field(&name),
                }
            }
            ExprKind::Key { map, key } => {
                let map = self.raw(map);
                match key.as_const() {
                    Some(Const::Text(key)) => map.field(key),
                    _ => Term::Index(Box::new(map), Box::new(self.value(key))),
                }
            }
            ExprKind::Element { list, index } => Term::Index(Box::new(self.value(list)), Box::new(self.value(index))),
            ExprKind::Subject => self.subject.clone(),
            _ => self.value(expr),
        }
    }

    /// The value; undefined where it is absent, unknown or wrong-typed.
    pub(super) fn value(&mut self, expr: &Expr) -> Term {
        // The name is for the helper of this expression, not for one inside it.
        let name = self.naming.take();
        match &expr.kind {
            ExprKind::Const(value) => self.literal(value),
            ExprKind::Local(local) => match self.bound(*local, expr.span) {
                Bound::Value(term) => term,
                Bound::Raw(term) => self.typed(&expr.ty, term, expr.span),
            },
            ExprKind::Field { base, record, index } => {
                let raw = self.raw(expr);
                let judged = self.is_asset(base) || self.is_part(base) && !self.may_lack(*record, *index);
                if judged { raw } else { self.typed(&expr.ty, raw, expr.span) }
            }
            ExprKind::Key { .. } | ExprKind::Element { .. } => {
                let raw = self.raw(expr);
                self.typed(&expr.ty, raw, expr.span)
            }
            ExprKind::Subject => self.subject.clone(),
            ExprKind::Coalesce(first, second) => self.coalesce(name, expr, first, second),
            ExprKind::Count(inner) => Term::call("count", [self.value(inner)]),
            ExprKind::Age(time) => Term::call("runtime.age", [self.raw(time)]),
            ExprKind::Sum(terms) => self.sum(expr, terms),
            ExprKind::Scale(..) if !self.is_whole(expr) => {
                self.refuse(expr.span, "arithmetic on fractions, which Rego engines round differently")
            }
            // The compiler has bounded every result to 64 bits, and Rego counts further.
            ExprKind::Scale(inner, factor) => Term::infix(self.value(inner), "*", Term::word(factor.to_string())),
            ExprKind::List(items) => Term::Array(items.iter().map(|item| self.list_item(item)).collect()),
            ExprKind::Collect { local, list, filter, element } => {
                self.collect(name, *local, list, filter.as_deref(), element)
            }
            ExprKind::Reach { .. } | ExprKind::UsersOf(_) => {
                self.refuse(expr.span, "relations between assets, which are decided at `source`")
            }
            ExprKind::Series(_) => self.refuse(expr.span, "a metric"),
            ExprKind::Param(_) => self.refuse(expr.span, "a parameter without its argument"),
            ExprKind::Has(_)
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::Share { .. }
            | ExprKind::In { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Quantified { .. } => {
                let (yes, no) = (self.rail(expr, true), self.rail(expr, false));
                self.define(
                    &self.helper_name(name, "answer"),
                    vec![(Term::word("true"), yes), (Term::word("false"), no)],
                )
            }
        }
    }

    pub(super) fn coalesce(&mut self, name: Option<String>, expr: &Expr, first: &Expr, second: &Expr) -> Term {
        // Where the second is a constant, the reader can put it in.
        if let Some(default) = second.as_const().map(|default| self.literal(default)) {
            let found = match &first.kind {
                ExprKind::Field { base, .. } if self.is_part(base) => {
                    Some(Term::call("runtime.otherwise", [self.raw(first), default]))
                }
                ExprKind::Field { base, record, index }
                    if !base.optional && !self.is_asset(base) && self.may_lack(*record, *index) =>
                {
                    let name = Term::text(&self.field(*record, *index).name);
                    Some(Term::call("runtime.field_or", [self.raw(base), name, default]))
                }
                ExprKind::Key { map, key } if !map.optional => {
                    Some(Term::call("runtime.field_or", [self.raw(map), self.value(key), default]))
                }
                _ => None,
            };
            if let Some(found) = found {
                return self.typed(&expr.ty, found, expr.span);
            }
        }
        let first_is = (self.value(first), Cond::ALWAYS);
        let second_is = (self.value(second), self.absent(first));
        self.define(&self.helper_name(name, "value"), vec![first_is, second_is])
    }

    fn sum(&mut self, expr: &Expr, terms: &[(SumOp, Expr)]) -> Term {
        if !self.is_whole(expr) {
            return self.refuse(expr.span, "arithmetic on fractions, which Rego engines round differently");
        }
        let mut total: Option<Term> = None;
        for (op, term) in terms {
            let value = self.value(term);
            total = Some(match (total, op) {
                (None, SumOp::Add) => value,
                (None, SumOp::Sub) => Term::infix(Term::word("0"), "-", value),
                (Some(total), SumOp::Add) => Term::infix(total, "+", value),
                (Some(total), SumOp::Sub) => Term::infix(total, "-", value),
            });
        }
        total.unwrap_or_else(|| Term::word("0"))
    }

    /// An element of a list that the language makes. What cannot be known becomes `null`, which is wrong-typed wherever it is read.
    pub(super) fn list_item(&mut self, item: &Expr) -> Term {
        match &item.kind {
            ExprKind::Const(value) => self.plain(value),
            _ => {
                let value = self.value(item);
                Term::call("runtime.or_null", [Term::Each(Box::new(value), vec![Goal::Is(Term::word("true"))])])
            }
        }
    }

    fn collect(
        &mut self,
        name: Option<String>,
        local: LocalId,
        list: &Expr,
        filter: Option<&Expr>,
        element: &Expr,
    ) -> Term {
        let list = self.value(list);
        let variable = self.element(local);
        let mapped = match &element.kind {
            ExprKind::Local(same) if *same == local => Term::Var(variable.clone()),
            _ => self.list_item(element),
        };
        let (wanted, known) = match filter {
            Some(filter) => {
                let (yes, no) = (self.rail(filter, true), self.rail(filter, false));
                let known = Cond::every(&variable, list.clone(), Cond::any([yes.clone(), no]));
                (yes, known)
            }
            None => (Cond::ALWAYS, Cond::holds(list.clone())),
        };
        let mut body = vec![Goal::Some(variable, list)];
        body.extend(self.goals(&wanted));
        self.define(&self.helper_name(name, "list"), vec![(Term::Each(Box::new(mapped), body), known)])
    }

    /// The term, undefined unless it is of the type.
    pub(super) fn typed(&mut self, ty: &Type, term: Term, span: Span) -> Term {
        let reader = match ty {
            Type::Bool => "runtime.bool",
            Type::Int | Type::Duration => "runtime.int",
            Type::Bytes => "runtime.bytes",
            Type::Float | Type::Ratio => "runtime.float",
            Type::Text => "runtime.text",
            Type::Date => "runtime.date",
            Type::Time => "runtime.time_text",
            Type::Version => "runtime.version",
            Type::Digest => "runtime.digest",
            Type::Cidr => "runtime.cidr",
            Type::Record(_) | Type::Map(_) => "runtime.record",
            Type::List(_) => "runtime.list",
            Type::Asset(kind) => return Term::call("runtime.key_of", [self.assets(*kind), term]),
            Type::Enum(id) if self.project.enumeration(*id).ordered => {
                return Term::call("runtime.key_of", [Term::word(self.words(ty)), term]);
            }
            Type::Enum(_) | Type::Role | Type::Signer | Type::Threat(_) => {
                return Term::call("runtime.one_of", [Term::word(self.words(ty)), term]);
            }
            Type::Quantity | Type::Rate(_) | Type::Pattern | Type::Error => {
                return self.refuse(span, "reading a value of this type");
            }
        };
        Term::call(reader, [term])
    }

    /// A constant, as an expert would write it.
    pub(super) fn literal(&mut self, value: &Const) -> Term {
        match value {
            Const::Duration(duration) => duration_term(*duration),
            other => self.plain(other),
        }
    }

    /// A constant, as it stands in a document.
    pub(super) fn plain(&self, value: &Const) -> Term {
        Term::json(&self.project.const_json(value))
    }

    pub(super) fn field(&self, record: RecordId, index: u32) -> &Field {
        &self.project.record(record).fields[index as usize]
    }

    /// The entry of an asset in the table of its kind.
    pub(super) fn asset_entry(&mut self, asset: &Expr, kind: RecordId) -> Term {
        let (table, asset) = (self.assets(kind), self.raw(asset));
        match self.project.assets.iter().any(|asset| asset.kind == kind) {
            true => Term::Index(Box::new(table), Box::new(asset)),
            false => Term::call("runtime.required_field", [table, asset]),
        }
    }

    /// The name of a field, which the table of assets then has.
    pub(super) fn field_name(&mut self, base: &Expr, record: RecordId, index: u32) -> String {
        if self.is_asset(base) { self.attribute(record, index) } else { self.field(record, index).name.to_string() }
    }

    /// Whether the value is there wherever the block is decided at all: what a declared asset says of itself, and constants.
    pub(super) fn is_sure(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Const(_) => true,
            ExprKind::Field { base, record, index } if self.is_asset(base) => {
                self.is_sure(base) && !self.may_lack(*record, *index)
            }
            ExprKind::Field { base, record, index } => {
                self.is_part(base) && matches!(self.field(*record, *index).origin, Origin::Asset)
            }
            _ => false,
        }
    }

    /// Whether a field of a value that is there may be absent.
    pub(super) fn may_lack(&self, record: RecordId, index: u32) -> bool {
        let field = self.field(record, index);
        field.optional && field.default.is_none()
    }

    /// Whether the fields of this are the top-level fields of the subject document.
    pub(super) fn is_part(&self, base: &Expr) -> bool {
        matches!(base.kind, ExprKind::Subject) && !self.inside_evidence
    }

    pub(super) fn is_asset(&self, base: &Expr) -> bool {
        matches!(base.ty, Type::Asset(_))
    }

    pub(super) fn is_whole(&self, expr: &Expr) -> bool {
        matches!(expr.ty, Type::Int | Type::Duration | Type::Bytes)
    }
}

/// A length of time in its largest unit.
fn duration_term(duration: Duration) -> Term {
    const UNITS: [(&str, i64); 4] = [
        ("runtime.days", 86_400_000),
        ("runtime.hours", 3_600_000),
        ("runtime.minutes", 60_000),
        ("runtime.seconds", 1_000),
    ];
    let millis = duration.millis();
    match UNITS.iter().find(|(_, size)| millis != 0 && millis % size == 0) {
        Some((unit, size)) => Term::call(unit, [Term::word((millis / size).to_string())]),
        None => Term::word(millis.to_string()),
    }
}
