//! The forms of the core as JSON, without their places in the text. Each is a list that starts with the form's name.

use crate::core::{About, Block, Const, Expr, ExprKind, Field, Message, Origin, Part, Project, Stmt, StmtKind};
use crate::syntax::ast::{Quantifier, Sharing, SumOp};
use serde_json::{Value, json};

pub(super) fn block(project: &Project, block: &Block) -> Value {
    json!({
        "stage": block.stage.keyword(),
        "subject": project.record(block.subject).qualified.as_str(),
        "filter": block.filter.as_ref().map(|filter| expr(project, filter)),
        "body": statements(project, &block.body),
    })
}

fn statements(project: &Project, statements: &[Stmt]) -> Vec<Value> {
    statements.iter().map(|stmt| statement(project, stmt)).collect()
}

fn statement(project: &Project, stmt: &Stmt) -> Value {
    let of = |value: &Expr| expr(project, value);
    match &stmt.kind {
        StmtKind::Require { condition, message: text, after } => {
            json!(["require", of(condition), message(project, text), after.map(|after| after.millis())])
        }
        StmtKind::Let { local, value } => json!(["let", local.0, of(value)]),
        StmtKind::Bind { local, value, message: text, then } => {
            json!(["bind", local.0, of(value), message(project, text), statements(project, then)])
        }
        StmtKind::For { local, list, filter, body } => {
            json!(["for", local.0, of(list), filter.as_ref().map(of), statements(project, body)])
        }
        StmtKind::When { condition, then, otherwise } => {
            json!(["when", of(condition), statements(project, then), statements(project, otherwise)])
        }
        StmtKind::Quota { amount, key, limit, sharing, message: text } => {
            let sharing = sharing.map(|sharing| match sharing {
                Sharing::PerInstance => "per instance",
                Sharing::Shared => "shared",
            });
            json!(["quota", of(amount), of(key), of(limit), sharing, message(project, text)])
        }
    }
}

pub(super) fn message(project: &Project, message: &Message) -> Value {
    let part = |part: &Part| match part {
        Part::Text(text) => json!(text),
        Part::Value(value) => json!([expr(project, value)]),
        Part::Label(label) => json!(["label", label.as_str()]),
    };
    message.parts.iter().map(part).collect()
}

pub(super) fn constant(project: &Project, value: &Const) -> Value {
    match value {
        // As it is written, so that a length of time and a number are told apart.
        Const::List(items) => items.iter().map(|item| constant(project, item)).collect(),
        Const::Pattern(pattern) => json!(["pattern", pattern.canonical()]),
        value => Value::from(project.const_text(value)),
    }
}

pub(super) fn expr(project: &Project, of: &Expr) -> Value {
    let one = |inner: &Expr| expr(project, inner);
    let all = |inner: &[Expr]| -> Vec<Value> { inner.iter().map(one).collect() };
    match &of.kind {
        ExprKind::Const(value) => json!(["const", project.type_name(&of.ty), constant(project, value)]),
        ExprKind::List(items) => json!(["list", all(items)]),
        ExprKind::Subject => json!(["subject"]),
        ExprKind::Local(local) => json!(["local", local.0]),
        ExprKind::Param(index) => json!(["param", index]),
        ExprKind::Field { base, record, index } => {
            let record = project.record(*record);
            let name = record.fields.get_index(*index as usize).map(|(name, _)| name.as_str());
            json!(["field", one(base), record.qualified.as_str(), name])
        }
        ExprKind::Key { map, key } => json!(["key", one(map), one(key)]),
        ExprKind::Element { list, index } => json!(["element", one(list), one(index)]),
        ExprKind::Coalesce(first, second) => json!(["coalesce", one(first), one(second)]),
        ExprKind::Has(inner) => json!(["has", one(inner)]),
        ExprKind::Not(inner) => json!(["not", one(inner)]),
        ExprKind::And(parts) => json!(["and", all(parts)]),
        ExprKind::Or(parts) => json!(["or", all(parts)]),
        ExprKind::Compare { op, left, right } => json!(["compare", op.symbol(), one(left), one(right)]),
        ExprKind::Share { op, part, whole, bound } => json!(["share", op.symbol(), one(part), one(whole), one(bound)]),
        ExprKind::In { item, list } => json!(["in", one(item), one(list)]),
        ExprKind::Matches { text, pattern } => json!(["matches", one(text), one(pattern)]),
        ExprKind::Quantified { quantifier, local, list, body } => {
            let quantifier = match quantifier {
                Quantifier::All => "all",
                Quantifier::Any => "any",
            };
            json!([quantifier, local.0, one(list), one(body)])
        }
        ExprKind::Collect { local, list, filter, element } => {
            json!(["collect", local.0, one(list), filter.as_deref().map(one), one(element)])
        }
        ExprKind::Count(inner) => json!(["count", one(inner)]),
        ExprKind::Age(inner) => json!(["age", one(inner)]),
        ExprKind::Sum(terms) => {
            let term = |(op, term): &(SumOp, Expr)| json!([if *op == SumOp::Add { "+" } else { "-" }, one(term)]);
            json!(["sum", terms.iter().map(term).collect::<Vec<_>>()])
        }
        ExprKind::Scale(inner, factor) => json!(["scale", one(inner), factor.to_string()]),
        ExprKind::Reach { from, through } => {
            json!(["reach", one(from), through.iter().map(|name| name.as_str()).collect::<Vec<_>>()])
        }
        ExprKind::UsersOf(inner) => json!(["users_of", one(inner)]),
        ExprKind::Series(series) => {
            let by: Vec<&str> = series.by.iter().map(|label| label.as_str()).collect();
            let metric = project.record(series.metric).qualified.as_str();
            json!(["series", format!("{:?}", series.function), metric, series.over.millis(), by])
        }
    }
}

pub(super) fn field(project: &Project, field: &Field) -> Value {
    let default = field.default.as_ref().map(|value| constant(project, value));
    json!([field.name.as_str(), project.type_name(&field.ty), field.optional, default, origin(&field.origin)])
}

fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::Document { paths, reading } => {
            json!([paths.iter().map(ToString::to_string).collect::<Vec<_>>(), format!("{reading:?}")])
        }
        Origin::Computed(computed) => json!(format!("{computed:?}")),
        Origin::Declared => json!("declared"),
        Origin::Evidence => json!("evidence"),
        Origin::Asset => json!("asset"),
        Origin::Given => json!("given"),
        Origin::Label => json!("label"),
    }
}

pub(super) fn about(about: &About) -> Value {
    match about {
        About::Digest { path, reading } => json!(["digest", path.to_string(), format!("{reading:?}")]),
        About::Recorded => json!("recorded"),
        About::Unbound => json!("unbound"),
    }
}
