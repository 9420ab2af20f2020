//! Expressions of the core in CEL, on two rails: what makes a condition *surely true*, and what makes it *surely false*.
//!
//! Every condition that comes out of here is total: whatever may be missing is guarded, so an error of CEL, which an engine would take for
//! something of its own, never happens. A value comes with the conditions under which it is there, or is surely not.

use super::cel::{Cel, Macro};
use crate::core::objects::{Candidate, candidates};
use crate::core::schema::Reading;
use crate::core::{
    AssetId, Block, Comparison, Const, Expr, ExprKind, LocalId, Origin, Policy, Project, RecordId, Type,
};
use crate::diagnostics::{Diagnostic, codes};
use crate::document::path::{DocPath, Step};
use crate::source::Span;
use crate::syntax::ast::{Quantifier, SumOp};
use crate::value::MAX_EXACT;
use std::collections::BTreeMap;

/// A value in CEL.
#[derive(Debug, Clone)]
pub(super) struct Val {
    /// The value; an error where it is unknown or not there.
    pub(super) term: Cel,
    /// When it is not unknown.
    pub(super) known: Cel,
    /// Whether it is there, if it is known.
    there: Cel,
    /// For a list or map that is empty where nothing stands: when something does, and what.
    or_empty: Option<(Cel, Cel)>,
}

impl Val {
    fn sure(term: Cel) -> Self {
        Self { term, known: Cel::TRUE, there: Cel::TRUE, or_empty: None }
    }

    /// When it is surely there.
    pub(super) fn present(&self) -> Cel {
        Cel::all([self.known.clone(), self.there.clone()])
    }

    /// When it is surely absent.
    pub(super) fn absent(&self) -> Cel {
        Cel::all([self.known.clone(), self.there.clone().negated()])
    }
}

/// What a name of the language stands for.
#[derive(Debug, Clone)]
enum Bound<'a> {
    /// An element of a list, by the variable of a comprehension.
    Element(String),
    /// A declared asset.
    Asset(AssetId),
    /// Whatever the expression is, in its place.
    Expr(&'a Expr),
}

/// One block on its way to CEL.
pub(super) struct Lowering<'a> {
    pub(super) project: &'a Project,
    pub(super) block: &'a Block,
    /// The assets that an object may belong to.
    pub(super) candidates: Vec<Candidate>,
    /// Variables of the policy object, in the order in which they need each other.
    pub(super) variables: Vec<(String, Cel)>,
    /// What cannot be said.
    pub(super) problems: Vec<Diagnostic>,
    bound: BTreeMap<LocalId, Bound<'a>>,
    fields: BTreeMap<u32, Val>,
    /// Whether the subject's view is one of the library.
    is_of_library: bool,
    /// Whether something that was lowered since this was last cleared can be unknown.
    pub(super) unsure: bool,
    /// How many elements were named here.
    own: u32,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(project: &'a Project, policy: &'a Policy, block: &'a Block) -> Self {
        Self {
            project,
            block,
            candidates: candidates(project, policy, block.subject),
            variables: Vec::new(),
            problems: Vec::new(),
            bound: BTreeMap::new(),
            fields: BTreeMap::new(),
            is_of_library: project.record(block.subject).qualified.starts_with("std."),
            unsure: false,
            own: 0,
        }
    }

    /// The object, without the types that the server's own checker would hold against the other kinds of object.
    fn object(&mut self) -> Cel {
        let name = self.block.name.clone();
        self.variable(&name, || Cel::Call("dyn", vec![Cel::name("object")]))
    }

    fn variable(&mut self, name: &str, value: impl FnOnce() -> Cel) -> Cel {
        if !self.variables.iter().any(|(known, _)| known == name) {
            self.variables.push((name.to_owned(), value()));
        }
        Cel::name(format!("variables.{name}"))
    }

    pub(super) fn refuse(&mut self, span: Span, what: &str) {
        let message = format!("`{}` cannot express {what}", super::NAME);
        let problem = Diagnostic::error(&codes::NOT_EXPRESSIBLE, message, span).label(self.block.span, "in this block");
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn refused(&mut self, span: Span, what: &str) -> Val {
        self.refuse(span, what);
        Val { known: Cel::FALSE, ..Val::sure(Cel::FALSE) }
    }

    /// Binds the element of a list for what `then` lowers; gives its variable.
    pub(super) fn element<T>(&mut self, local: LocalId, then: impl FnOnce(&mut Self, &str) -> T) -> T {
        let name = match self.block.locals.get(local.0 as usize) {
            Some(local) => local.name.to_string(),
            None => {
                self.own += 1;
                format!("x{}", self.own)
            }
        };
        // Names of the language are none of CEL's own words, but for these.
        let name = match name.as_str() {
            "object" | "request" | "variables" | "params" | "authorizer" => format!("{name}_"),
            _ if super::cel::is_identifier(&name) => name,
            _ => format!("{name}_"),
        };
        let before = self.bound.insert(local, Bound::Element(name.clone()));
        let done = then(self, &name);
        match before {
            Some(before) => self.bound.insert(local, before),
            None => self.bound.remove(&local),
        };
        done
    }

    /// Names a value for the statements that follow.
    pub(super) fn bind(&mut self, local: LocalId, value: &'a Expr) {
        self.bound.insert(local, Bound::Expr(value));
    }

    // ------------------------------------------------------------ conditions

    /// What makes a condition surely true.
    pub(super) fn surely(&mut self, expr: &'a Expr) -> Cel {
        self.condition(expr, true)
    }

    /// What makes a condition surely false.
    pub(super) fn surely_not(&mut self, expr: &'a Expr) -> Cel {
        self.condition(expr, false)
    }

    /// That a condition is one or the other.
    pub(super) fn decided(&mut self, expr: &'a Expr) -> Cel {
        let before = std::mem::replace(&mut self.unsure, false);
        let (yes, no) = (self.surely(expr), self.surely_not(expr));
        let is_sure = !self.unsure;
        self.unsure |= before;
        if is_sure { Cel::TRUE } else { Cel::any([yes, no]) }
    }

    fn condition(&mut self, expr: &'a Expr, rail: bool) -> Cel {
        match &expr.kind {
            ExprKind::Const(Const::Bool(value)) => Cel::Bool(*value == rail),
            ExprKind::Not(inner) => self.condition(inner, !rail),
            ExprKind::And(parts) => self.connected(parts, rail, rail),
            ExprKind::Or(parts) => self.connected(parts, rail, !rail),
            ExprKind::Has(path) => {
                let value = self.value(path);
                if rail { value.present() } else { value.absent() }
            }
            ExprKind::Compare { op, left, right } => {
                let op = if rail { *op } else { op.opposite() };
                self.comparison(op, left, right)
            }
            ExprKind::In { item, list } => self.membership(item, list, rail),
            ExprKind::Matches { text, pattern } => self.matched(text, pattern, rail),
            ExprKind::Quantified { quantifier, local, list, body } => {
                let is_all = (*quantifier == Quantifier::All) == rail;
                self.for_each(*local, list, is_all, &mut |lowering| lowering.condition(body, rail))
            }
            // `has(x) && x`, or `!has(x) || x`: what stands in its place is part of the question.
            ExprKind::Coalesce(first, second) if matches!(second.as_const(), Some(Const::Bool(_))) => {
                let default = second.as_const() == Some(&Const::Bool(rail));
                let value = self.value(first);
                let term = if rail { value.term.clone() } else { value.term.clone().negated() };
                match default {
                    true => Cel::all([value.known, Cel::any([value.there.negated(), term])]),
                    false => Cel::all([value.present(), term]),
                }
            }
            _ => {
                let value = self.value(expr);
                let term = if rail { value.term.clone() } else { value.term.clone().negated() };
                Cel::all([value.present(), term])
            }
        }
    }

    /// `all`: every part on the rail; otherwise some part.
    fn connected(&mut self, parts: &'a [Expr], rail: bool, all: bool) -> Cel {
        let parts: Vec<Cel> = parts.iter().map(|part| self.condition(part, rail)).collect();
        if all { Cel::all(parts) } else { Cel::any(parts) }
    }

    fn comparison(&mut self, op: Comparison, left: &'a Expr, right: &'a Expr) -> Cel {
        let is_quantity = left.ty == Type::Quantity;
        let (left, right) = (self.value(left), self.value(right));
        let mut guards = vec![left.present(), right.present()];
        let compared = match is_quantity {
            true => {
                for side in [&left.term, &right.term] {
                    if !matches!(side, Cel::Text(_)) {
                        guards.push(Cel::Call("isQuantity", vec![side.clone()]));
                    }
                }
                let [left, right] = [left.term, right.term].map(|side| Cel::Call("quantity", vec![side]));
                left.method("compareTo", vec![right]).infix(op.symbol(), Cel::Int(0))
            }
            false => left.term.infix(op.symbol(), right.term),
        };
        guards.push(compared);
        Cel::all(guards)
    }

    fn matched(&mut self, text: &'a Expr, pattern: &'a Expr, rail: bool) -> Cel {
        let Some(pattern) = pattern.as_pattern() else {
            return self.refused(pattern.span, "a pattern that is not known when the policy is compiled").term;
        };
        let whole = Cel::text(format!("^(?:{})$", pattern.canonical()));
        let value = self.value(text);
        let found = value.term.clone().method("matches", vec![whole]);
        Cel::all([value.present(), if rail { found } else { found.negated() }])
    }

    fn membership(&mut self, item: &'a Expr, list: &'a Expr, rail: bool) -> Cel {
        match &list.kind {
            ExprKind::List(elements) => {
                let op = if rail { Comparison::Eq } else { Comparison::Ne };
                let each: Vec<Cel> = elements.iter().map(|element| self.comparison(op, item, element)).collect();
                if rail { Cel::any(each) } else { Cel::all(each) }
            }
            ExprKind::Collect { .. } => {
                let op = if rail { Comparison::Eq } else { Comparison::Ne };
                self.collected(list, !rail, &mut |lowering, element| lowering.comparison(op, item, element))
            }
            _ if item.ty == Type::Quantity => self.refused(list.span, "`in` a list of quantities").term,
            _ if list.as_const().is_none() && matches!(item.ty, Type::Enum(_)) => {
                self.refused(list.span, "`in` a list of words that the object says").term
            }
            _ => {
                let (item_type, is_const) = (item.ty.clone(), list.as_const().is_some());
                let (item, list) = (self.value(item), self.value(list));
                let there = Cel::all([item.present(), list.present()]);
                let inside = item.term.infix("in", list.term.clone());
                if rail {
                    return Cel::all([there, inside]);
                }
                // An element of another type may be anything.
                let known = if is_const { Cel::TRUE } else { self.is_of_type(&Cel::name("element"), &item_type) };
                let known = Cel::each(list.term, Macro::All, "element", known);
                self.unsure |= known != Cel::TRUE;
                Cel::all([there, known, inside.negated()])
            }
        }
    }

    /// `all` elements, or some element, for which `body` is so.
    pub(super) fn for_each(
        &mut self,
        local: LocalId,
        list: &'a Expr,
        all: bool,
        body: &mut dyn FnMut(&mut Self) -> Cel,
    ) -> Cel {
        if let Type::List(element) = &list.ty
            && matches!(**element, Type::Asset(_))
        {
            return self.over_assets(local, list, all, body);
        }
        if let ExprKind::Collect { element, .. } = &list.kind {
            return self.collected(list, all, &mut |lowering, _| {
                let before = lowering.bound.insert(local, Bound::Expr(element));
                let done = body(lowering);
                match before {
                    Some(before) => lowering.bound.insert(local, before),
                    None => lowering.bound.remove(&local),
                };
                done
            });
        }
        let list = self.value(list);
        let what = if all { Macro::All } else { Macro::Exists };
        let present = list.present();
        let (stands, term) = list.or_empty.unwrap_or((Cel::TRUE, list.term));
        let each = self.element(local, |lowering, name| Cel::each(term, what, name, body(lowering)));
        // Nothing is wrong with what is not there, and nothing is right with it.
        let each = if all { Cel::any([stands.negated(), each]) } else { Cel::all([stands, each]) };
        Cel::all([present, each])
    }

    /// The same over a list that is made from another one: its elements are those whose filter is surely true, if every filter is known.
    fn collected(&mut self, list: &'a Expr, all: bool, body: &mut dyn FnMut(&mut Self, &'a Expr) -> Cel) -> Cel {
        let known = self.filters_known(list);
        let ExprKind::Collect { local, list, filter, element } = &list.kind else { return Cel::FALSE };
        let each = self.for_each(*local, list, all, &mut |lowering| {
            let (passes, fails) = match filter.as_deref() {
                Some(filter) => (lowering.surely(filter), lowering.surely_not(filter)),
                None => (Cel::TRUE, Cel::FALSE),
            };
            let body = body(lowering, element);
            if all { Cel::any([fails, body]) } else { Cel::all([passes, body]) }
        });
        Cel::all([known, each])
    }

    /// That it is known of each element whether it is in a list that is made from another one.
    pub(super) fn filters_known(&mut self, list: &'a Expr) -> Cel {
        match &list.kind {
            ExprKind::Collect { local, list, filter: Some(filter), .. } => {
                self.for_each(*local, list, true, &mut |lowering| lowering.decided(filter))
            }
            _ => Cel::TRUE,
        }
    }

    // ------------------------------------------------------------ values

    pub(super) fn value(&mut self, expr: &'a Expr) -> Val {
        match &expr.kind {
            ExprKind::Const(value) => self.constant(value, expr.span),
            ExprKind::Local(local) => match self.bound.get(local).cloned() {
                Some(Bound::Element(name)) => self.judged(Val::sure(Cel::name(name)), &expr.ty),
                Some(Bound::Expr(value)) => self.value(value),
                _ => self.refused(expr.span, "this name here"),
            },
            ExprKind::Field { base, record, index } => self.field(base, *record, *index, expr),
            ExprKind::Key { map, key } => {
                let (map, key) = (self.value(map), self.value(key));
                let known = Cel::all([map.known.clone(), Cel::any([map.there.clone().negated(), key.present()])]);
                let (stands, term) = map.or_empty.unwrap_or((Cel::TRUE, map.term));
                let inside = key.term.clone().infix("in", term.clone());
                let value = Val {
                    term: Cel::Index(Box::new(term), Box::new(key.term)),
                    known,
                    there: Cel::all([map.there, stands, inside]),
                    or_empty: None,
                };
                self.judged(value, &expr.ty)
            }
            ExprKind::Element { list, index } => {
                let (list, index) = (self.value(list), self.value(index));
                let known = Cel::all([list.known.clone(), Cel::any([list.there.clone().negated(), index.present()])]);
                let (stands, term) = list.or_empty.unwrap_or((Cel::TRUE, list.term));
                let size = Cel::Call("size", vec![term.clone()]);
                let starts = match index.term {
                    Cel::Int(index) => Cel::Bool(index >= 0),
                    ref index => Cel::Int(0).infix("<=", index.clone()),
                };
                let inside = Cel::all([starts, index.term.clone().infix("<", size)]);
                let value = Val {
                    term: Cel::Index(Box::new(term), Box::new(index.term)),
                    known,
                    there: Cel::all([list.there, stands, inside]),
                    or_empty: None,
                };
                self.judged(value, &expr.ty)
            }
            ExprKind::Coalesce(first, second) => {
                let (first, second) = (self.value(first), self.value(second));
                Val {
                    term: Cel::choice(first.there.clone(), first.term, second.term),
                    known: Cel::all([first.known, Cel::any([first.there.clone(), second.known])]),
                    there: Cel::any([first.there, second.there]),
                    or_empty: None,
                }
            }
            ExprKind::Count(of) => self.count(of),
            ExprKind::Sum(terms) => self.sum(terms),
            ExprKind::Scale(of, factor) => {
                let of = self.value(of);
                Val { term: of.term.clone().infix("*", Cel::Int(*factor)), or_empty: None, ..of }
            }
            ExprKind::List(elements) => {
                let values: Vec<Val> = elements.iter().map(|element| self.value(element)).collect();
                let known = Cel::all(values.iter().map(Val::present));
                Val { known, ..Val::sure(Cel::List(values.into_iter().map(|value| value.term).collect())) }
            }
            _ if expr.ty == Type::Bool => {
                let known = self.decided(expr);
                Val { known, ..Val::sure(self.surely(expr)) }
            }
            _ => self.refused(expr.span, "a value that is made like this"),
        }
    }

    fn count(&mut self, of: &'a Expr) -> Val {
        if let ExprKind::Collect { local, list, filter, .. } = &of.kind {
            let Some(filter) = filter.as_deref() else { return self.count(list) };
            let known = self.for_each(*local, list, true, &mut |lowering| lowering.decided(filter));
            let base = self.value(list);
            let kept = self
                .element(*local, |lowering, name| Cel::each(base.term, Macro::Filter, name, lowering.surely(filter)));
            return Val { known, ..Val::sure(Cel::Call("size", vec![kept])) };
        }
        if let ExprKind::Const(Const::List(elements)) = &of.kind {
            return Val::sure(Cel::Int(elements.len() as i64));
        }
        let of = self.value(of);
        Val { term: Cel::Call("size", vec![of.term.clone()]), or_empty: None, ..of }
    }

    fn sum(&mut self, terms: &'a [(SumOp, Expr)]) -> Val {
        let mut known = Vec::new();
        let mut sum: Option<Cel> = None;
        for (op, term) in terms {
            let value = self.value(term);
            known.push(value.present());
            sum = Some(match (sum, op) {
                (None, SumOp::Add) => value.term,
                (None, SumOp::Sub) => Cel::Int(0).infix("-", value.term),
                (Some(sum), SumOp::Add) => sum.infix("+", value.term),
                (Some(sum), SumOp::Sub) => sum.infix("-", value.term),
            });
        }
        Val { known: Cel::all(known), ..Val::sure(sum.unwrap_or(Cel::Int(0))) }
    }

    fn constant(&mut self, value: &Const, span: Span) -> Val {
        match self.literal(value) {
            Some(term) => Val::sure(term),
            None => self.refused(span, "a constant of this type"),
        }
    }

    fn literal(&self, value: &Const) -> Option<Cel> {
        Some(match value {
            Const::Bool(value) => Cel::Bool(*value),
            Const::Int(value) => Cel::Int(*value),
            Const::Text(text) => Cel::text(text.as_str()),
            Const::EmptyMap => Cel::name("{}"),
            Const::Quantity(_) | Const::Enum(..) => Cel::text(self.project.const_json(value).as_str()?),
            Const::List(elements) => {
                Cel::List(elements.iter().map(|element| self.literal(element)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    fn field(&mut self, base: &'a Expr, record: RecordId, index: u32, expr: &Expr) -> Val {
        if matches!(base.ty, Type::Asset(_)) {
            return self.attribute(base, index, expr.span);
        }
        let is_subject = matches!(base.kind, ExprKind::Subject) && record == self.block.subject;
        if let Some(known) = self.fields.get(&index).filter(|_| is_subject).cloned() {
            self.unsure |= known.known != Cel::TRUE;
            return known;
        }
        let project = self.project;
        let Some((name, field)) = project.record(record).fields.get_index(index as usize) else {
            return self.refused(expr.span, "this field");
        };
        let Origin::Document { paths, reading: Reading::Plain } = &field.origin else {
            return self.refused(expr.span, "a field that is not read as it stands");
        };
        let holder = if is_subject { Val::sure(self.object()) } else { self.value(base) };
        let required = field.default.is_none() && !field.optional;
        let found: Option<Vec<Place>> = paths.iter().map(|path| at(&holder.term, path)).collect();
        let Some(found) = found else {
            return self.refused(expr.span, "a field at such a path");
        };
        let (stands, term) = self.first(found, required, name, is_subject);
        let value = match &field.default {
            Some(default) => match self.literal(default) {
                Some(default) => Val {
                    or_empty: matches!(field.ty, Type::List(_) | Type::Map(_)).then(|| (stands.clone(), term.clone())),
                    term: Cel::choice(stands, term, default),
                    ..holder
                },
                None => self.refused(expr.span, "a default of this type"),
            },
            None if field.optional => {
                Val { term, there: Cel::all([holder.there.clone(), stands]), or_empty: None, ..holder }
            }
            None => Val {
                term,
                known: Cel::all([holder.known.clone(), Cel::any([holder.there.clone().negated(), stands])]),
                or_empty: None,
                ..holder
            },
        };
        let value = self.judged(value, &field.ty);
        if is_subject {
            self.fields.insert(index, value.clone());
        }
        value
    }

    /// When a field stands at one of its places, and the first value that does.
    ///
    /// The views of the library are made from what the API server requires of its objects, so there it is enough to ask for what tells the
    /// places apart, and for nothing where the server requires the field.
    fn first(&mut self, mut found: Vec<Place>, required: bool, name: &str, is_subject: bool) -> (Cel, Cel) {
        let sure = required && self.is_of_library;
        if let [only] = found.as_mut_slice() {
            let stands = if sure { Cel::TRUE } else { self.stands(&only.keys, 0) };
            return (stands, std::mem::replace(&mut only.term, Cel::FALSE));
        }
        let shared = match self.is_of_library {
            true => (0..).take_while(|at| common(&found, *at)).count(),
            false => 0,
        };
        let last = if sure { found.pop() } else { None };
        let rest = last.map_or_else(|| Cel::name("null"), |last| last.term);
        let null = rest == Cel::name("null");
        let whole = found.into_iter().rfold(rest, |rest, place| {
            let keys = place.keys.get(shared..).unwrap_or_default();
            // The first key that is not shared tells the places apart; behind it the server requires all.
            let keys = if self.is_of_library { keys.get(..1).unwrap_or(keys) } else { keys };
            Cel::choice(self.stands(keys, shared), place.term, rest)
        });
        let term = if is_subject { self.variable(name, || whole) } else { whole };
        (if null { term.clone().infix("!=", Cel::name("null")) } else { Cel::TRUE }, term)
    }

    /// Whether each of these keys is there. The first keys of an object that the server serves are always there.
    fn stands(&self, keys: &[(Cel, String)], depth: usize) -> Cel {
        let always = |position: usize, key: &str| {
            self.is_of_library && position + depth == 0 && matches!(key, "metadata" | "spec")
        };
        let asked = keys.iter().enumerate().filter(|(position, (_, key))| !always(*position, key));
        Cel::all(asked.map(|(_, (holder, key))| holder.clone().has(key)))
    }

    /// What an object says is of the types that the API server itself gives it, and those are the types of the library. A view that the
    /// project declares may differ, and a word may be no variant of its enum: such a value is unknown.
    fn judged(&mut self, value: Val, ty: &Type) -> Val {
        let guard = self.is_of_type(&value.term, ty);
        let known = Cel::all([value.known, Cel::any([value.there.clone().negated(), guard])]);
        self.unsure |= known != Cel::TRUE;
        Val { known, ..value }
    }

    fn is_of_type(&self, term: &Cel, ty: &Type) -> Cel {
        let is = |name: &str| Cel::Call("type", vec![term.clone()]).infix("==", Cel::name(name));
        match ty {
            Type::Enum(id) => {
                let words = &self.project.enumeration(*id).variants;
                let words = words.iter().map(|variant| Cel::text(variant.text.as_str())).collect();
                term.clone().infix("in", Cel::List(words))
            }
            _ if self.is_of_library => Cel::TRUE,
            Type::Text => is("string"),
            Type::Quantity => Cel::all([is("string"), Cel::Call("isQuantity", vec![term.clone()])]),
            Type::Int => Cel::all([
                is("int"),
                Cel::Int(-MAX_EXACT).infix("<=", term.clone()),
                term.clone().infix("<=", Cel::Int(MAX_EXACT)),
            ]),
            Type::Bool => is("bool"),
            Type::List(_) => is("list"),
            _ => is("map"),
        }
    }

    // ------------------------------------------------------------ declared assets

    /// Which assets an expression may be, and when.
    fn assets(&mut self, expr: &'a Expr) -> Option<Vec<(Cel, Option<AssetId>)>> {
        match &expr.kind {
            ExprKind::Const(Const::Asset(asset)) => Some(vec![(Cel::TRUE, Some(*asset))]),
            ExprKind::Local(local) => match self.bound.get(local).cloned() {
                Some(Bound::Asset(asset)) => Some(vec![(Cel::TRUE, Some(asset))]),
                Some(Bound::Expr(value)) => self.assets(value),
                _ => None,
            },
            ExprKind::Field { base, index, .. } if matches!(base.ty, Type::Asset(_)) => {
                let of = self.assets(base)?;
                let attribute = |asset: AssetId| match self.project.asset(asset).values.get(*index as usize) {
                    Some(Some(Const::Asset(found))) => Some(*found),
                    _ => None,
                };
                Some(of.into_iter().map(|(when, asset)| (when, asset.and_then(attribute))).collect())
            }
            ExprKind::Field { base, .. } if matches!(base.kind, ExprKind::Subject) => {
                let candidates = self.candidates.clone();
                Some(candidates.iter().map(|candidate| (self.belongs_to(candidate), Some(candidate.asset))).collect())
            }
            _ => None,
        }
    }

    /// When an object belongs to an asset. Among assets that can be told apart, at most one of these holds.
    pub(super) fn belongs_to(&mut self, candidate: &Candidate) -> Cel {
        let only = self.candidates.len() == 1;
        let parts: Vec<Cel> = (candidate.found_by.iter().enumerate())
            // The binding selects by the first of them, so where there is one candidate it is known.
            .filter(|(position, _)| !only || *position > 0)
            .map(|(_, (name, wanted))| self.has_text(name, wanted))
            .collect();
        Cel::all(parts)
    }

    /// Whether a field of the subject has this text.
    fn has_text(&mut self, name: &str, wanted: &str) -> Cel {
        let fields = &self.project.record(self.block.subject).fields;
        let Some(Origin::Document { paths, .. }) = fields.get(name).map(|field| &field.origin) else {
            return Cel::FALSE;
        };
        let object = self.object();
        let places = paths.iter().filter_map(|path| at(&object, path));
        Cel::any(places.map(|place| Cel::all([self.stands(&place.keys, 0), place.term.infix("==", Cel::text(wanted))])))
    }

    fn attribute(&mut self, base: &'a Expr, index: u32, span: Span) -> Val {
        let Some(assets) = self.assets(base) else {
            return self.refused(span, "an attribute of this asset");
        };
        let project = self.project;
        let attribute = |asset: &Option<AssetId>| {
            asset.and_then(|asset| project.asset(asset).values.get(index as usize)).and_then(Option::as_ref)
        };
        let values: Vec<(Cel, Option<Cel>)> = assets
            .iter()
            .map(|(when, asset)| (when.clone(), attribute(asset).and_then(|value| self.literal(value))))
            .collect();
        if assets.iter().zip(&values).any(|((_, asset), (_, term))| attribute(asset).is_some() && term.is_none()) {
            return self.refused(span, "an attribute of this type");
        }
        let there = |wanted: bool| {
            Cel::any(values.iter().filter(|(_, term)| term.is_some() == wanted).map(|(when, _)| when.clone()))
        };
        let known = Cel::any([there(true), there(false)]);
        let there = there(true);
        self.unsure |= known != Cel::TRUE;
        let mut terms = values.iter().filter_map(|(when, term)| Some((when, term.clone()?)));
        let first = terms.next();
        let term = terms.fold(first.map_or(Cel::FALSE, |(_, term)| term), |rest, (when, term)| {
            if term == rest { rest } else { Cel::choice(when.clone(), term, rest) }
        });
        Val { term, known, there, or_empty: None }
    }

    /// A quantifier over the declared assets that an attribute names: each of them in turn.
    fn over_assets(
        &mut self,
        local: LocalId,
        list: &'a Expr,
        all: bool,
        body: &mut dyn FnMut(&mut Self) -> Cel,
    ) -> Cel {
        let ExprKind::Field { base, index, .. } = &list.kind else {
            return self.refused(list.span, "a list of declared assets that is made like this").term;
        };
        let Some(holders) = self.assets(base) else {
            return self.refused(list.span, "an attribute of this asset").term;
        };
        let project = self.project;
        let mut choices = Vec::new();
        for (when, holder) in holders {
            let named = holder.and_then(|holder| project.asset(holder).values.get(*index as usize));
            let Some(Some(Const::List(elements))) = named else { continue };
            let mut each = Vec::new();
            for element in elements.iter() {
                let Const::Asset(asset) = element else { continue };
                self.bound.insert(local, Bound::Asset(*asset));
                each.push(body(self));
                self.bound.remove(&local);
            }
            let each = if all { Cel::all(each) } else { Cel::any(each) };
            choices.push(Cel::all([when, each]));
        }
        Cel::any(choices)
    }
}

/// Where a value stands in an object.
struct Place {
    /// The keys on the way, each with what holds it.
    keys: Vec<(Cel, String)>,
    /// The value.
    term: Cel,
}

/// Whether all of the places have the same key at a position, and all but the last of them another one behind it.
fn common(places: &[Place], at: usize) -> bool {
    let key = |place: &Place| place.keys.get(at).map(|(_, key)| key.clone());
    let first = places.first().and_then(key);
    first.is_some() && places.iter().all(|place| key(place) == first)
}

/// The value at a path of an object; `None` for steps that CEL has no short word for.
fn at(object: &Cel, path: &DocPath) -> Option<Place> {
    let mut place = Place { keys: Vec::new(), term: object.clone() };
    let mut steps = path.steps().iter();
    while let Some(step) = steps.next() {
        match step {
            Step::Key(key) => {
                place.keys.push((place.term.clone(), key.clone()));
                place.term = place.term.field(key);
            }
            // The lists at each of these keys, one after the other.
            Step::EachOf(keys) => {
                if steps.next() != Some(&Step::Elements) || steps.next().is_some() {
                    return None;
                }
                let base = &place.term;
                let list =
                    |key: &String| Cel::choice(base.clone().has(key), base.clone().field(key), Cel::List(Vec::new()));
                let mut lists = keys.iter().map(list);
                let first = lists.next()?;
                place.term = lists.fold(first, |all, list| all.infix("+", list));
                return Some(place);
            }
            Step::Elements | Step::ElementsWith { .. } | Step::Entries => return None,
        }
    }
    Some(place)
}
