//! Fields of objects: where they stand, and what is known of them.

use super::cel::Cel;
use super::lower::{Lowering, Val};
use crate::core::schema::Reading;
use crate::core::{Expr, ExprKind, Origin, RecordId, Type};
use crate::document::path::{DocPath, Step};
use crate::value::MAX_EXACT;

impl<'a> Lowering<'a> {
    pub(super) fn field(&mut self, base: &'a Expr, record: RecordId, index: u32, expr: &Expr) -> Val {
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
    pub(super) fn first(&mut self, mut found: Vec<Place>, required: bool, name: &str, is_subject: bool) -> (Cel, Cel) {
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
    pub(super) fn stands(&self, keys: &[(Cel, String)], depth: usize) -> Cel {
        let always = |position: usize, key: &str| {
            self.is_of_library && position + depth == 0 && matches!(key, "metadata" | "spec")
        };
        let asked = keys.iter().enumerate().filter(|(position, (_, key))| !always(*position, key));
        Cel::all(asked.map(|(_, (holder, key))| holder.clone().has(key)))
    }

    /// What an object says is of the types that the API server itself gives it, and those are the types of the library. A view that the
    /// project declares may differ, and a word may be no variant of its enum: such a value is unknown.
    pub(super) fn judged(&mut self, value: Val, ty: &Type) -> Val {
        let guard = self.is_of_type(&value.term, ty);
        let known = Cel::all([value.known, Cel::any([value.there.clone().negated(), guard])]);
        self.unsure |= known != Cel::TRUE;
        Val { known, ..value }
    }

    pub(super) fn is_of_type(&self, term: &Cel, ty: &Type) -> Cel {
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
}

/// Where a value stands in an object.
pub(super) struct Place {
    /// The keys on the way, each with what holds it.
    pub(super) keys: Vec<(Cel, String)>,
    /// The value.
    pub(super) term: Cel,
}

/// Whether all of the places have the same key at a position, and all but the last of them another one behind it.
fn common(places: &[Place], at: usize) -> bool {
    let key = |place: &Place| place.keys.get(at).map(|(_, key)| key.clone());
    let first = places.first().and_then(key);
    first.is_some() && places.iter().all(|place| key(place) == first)
}

/// The value at a path of an object; `None` for steps that CEL has no short word for.
pub(super) fn at(object: &Cel, path: &DocPath) -> Option<Place> {
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
