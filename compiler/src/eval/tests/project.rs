//! A small project made by hand: a bank with a model, and a subject with a field of each type.

use super::forms::{compare, int, message, subject_of, text_part};
use crate::core::objects::Objects;
use crate::core::schema::{Entry, Metric, MetricKind, Reading, Variant};
use crate::core::{
    About, Asset, AssetId, Catalog, CatalogId, Comparison, Computed, Const, Counted, Enum, EnumId, Evidence, Expr,
    ExprKind, Field, Origin, Part, Place, Project, Record, RecordId, Role, Shape, Signer, Type,
};
use crate::document::{Format, path::DocPath};
use crate::source::Span;
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::{Arc, LazyLock};

pub static PROJECT: LazyLock<Project> = LazyLock::new(project);

// The records, in the order of the project.
pub const DATASET: usize = 0;
pub const MODEL: usize = 1;
pub const FINDING: usize = 2;
pub const SCAN: usize = 3;
pub const RELEASE: usize = 4;
pub const REQUESTS: usize = 5;
pub const BANK: usize = 6;

pub fn record(index: usize) -> RecordId {
    RecordId::new(index)
}

pub fn asset_id(qualified: &str) -> AssetId {
    super::super::assets::named(&PROJECT, qualified).expect(qualified)
}

fn variants(words: &[(&str, &str)]) -> Vec<Variant> {
    words.iter().map(|(name, text)| Variant { name: (*name).into(), text: (*text).into() }).collect()
}

fn field(name: &str, ty: Type, origin: Origin) -> Field {
    let name = SmolStr::from(name);
    Field { name, ty, optional: false, default: None, origin, secret: false, span: Span::default(), doc: String::new() }
}

fn at(name: &str, ty: Type, path: &str) -> Field {
    let paths = path.split(" or ").map(|path| DocPath::parse(path).expect(path)).collect();
    field(name, ty, Origin::Document { paths, reading: Reading::Plain })
}

fn optional(field: Field) -> Field {
    Field { optional: true, ..field }
}

fn with_default(field: Field, default: Const) -> Field {
    Field { default: Some(default), ..field }
}

fn a_record(name: &str, shape: Shape, fields: Vec<Field>) -> Record {
    let fields = fields.into_iter().map(|field| (field.name.clone(), field)).collect();
    Record {
        name: name.into(),
        qualified: format!("test.{name}").into(),
        span: Span::default(),
        doc: String::new(),
        shape,
        fields,
    }
}

fn no_items() -> Const {
    Const::List(Arc::from([]))
}

fn records() -> Vec<Record> {
    let named = || field("name", Type::Text, Origin::Declared);
    let datasets = || Type::list(Type::Asset(record(DATASET)));
    let dataset = vec![
        named(),
        with_default(field("made_from", datasets(), Origin::Declared), no_items()),
        optional(field("note", Type::Text, Origin::Declared)),
    ];
    let model = vec![
        named(),
        field("format", Type::Enum(EnumId::new(1)), Origin::Declared),
        field("trained_on", datasets(), Origin::Declared),
        optional(field("guarded_by", Type::Asset(record(MODEL)), Origin::Declared)),
    ];
    let finding = vec![
        at("level", Type::Int, "level"),
        optional(at("name", Type::Text, "details.name")),
        at("tags", Type::list(Type::Text), "tags[].word"),
        Field { secret: true, ..optional(at("token", Type::Int, "token")) },
    ];
    let scan = vec![
        at("scanned", Type::Int, "summary.scanned"),
        at("critical", Type::Int, "summary.CRITICAL or critical"),
        at("found", Type::list(Type::Record(record(FINDING))), "results[]"),
        optional(field("by", Type::Signer, Origin::Computed(Computed::VerifySignature))),
    ];
    vec![
        a_record("dataset", Shape::Asset, dataset),
        a_record("model", Shape::Asset, model),
        a_record("Finding", Shape::Part, finding),
        a_record("Scan", Shape::Evidence(Box::new(evidence())), scan),
        a_record(
            "release",
            Shape::Subject { place: Place::Gate, of: Some(record(MODEL)), objects: Objects::default() },
            release(),
        ),
        a_record("requests", Shape::Metric(metric()), vec![]),
        a_record("Bank", Shape::Asset, vec![named()]),
    ]
}

fn evidence() -> Evidence {
    // The id of the record is not known to `get` before the project is made.
    let read = |index, ty| Expr {
        kind: ExprKind::Field { base: Box::new(subject_of(SCAN)), record: record(SCAN), index },
        ty,
        optional: false,
        span: Span::default(),
    };
    Evidence {
        tool: "scanner".into(),
        versions: None,
        format: Format::Json,
        file: "scan.json".into(),
        run: None,
        about: About::Recorded,
        valid: compare(Comparison::Ge, read(0, Type::Int), int(1)),
        invalid: message(vec![
            Part::Text("the scanner read ".into()),
            Part::Value(read(0, Type::Int)),
            text_part(" files"),
        ]),
    }
}

fn metric() -> Metric {
    Metric { series: "requests_total".into(), kind: MetricKind::Counter, unit: Type::Int, born_at_zero: true }
}

/// A field of each type, some of them optional.
fn release() -> Vec<Field> {
    let given = |name, ty| field(name, ty, Origin::Given);
    vec![
        field("model", Type::Asset(record(MODEL)), Origin::Asset),
        field("scan", Type::Record(record(SCAN)), Origin::Evidence),
        optional(field("rescan", Type::Record(record(SCAN)), Origin::Evidence)),
        given("flag", Type::Bool),
        given("a", Type::Bool),
        given("b", Type::Bool),
        given("c", Type::Bool),
        given("n", Type::Int),
        optional(given("m", Type::Int)),
        with_default(given("d", Type::Int), Const::Int(7)),
        given("x", Type::Float),
        given("share", Type::Ratio),
        given("text", Type::Text),
        optional(given("word", Type::Text)),
        given("day", Type::Date),
        given("at", Type::Time),
        given("wait", Type::Duration),
        given("size", Type::Bytes),
        given("cpu", Type::Quantity),
        given("rate", Type::Rate(Counted::Requests)),
        given("ver", Type::Version),
        given("hash", Type::Digest),
        given("net", Type::Cidr),
        given("severity", Type::Enum(EnumId::SEVERITY)),
        given("format", Type::Enum(EnumId::new(1))),
        given("who", Type::Role),
        given("key", Type::Signer),
        given("dataset", Type::Asset(record(DATASET))),
        given("threat", Type::Threat(CatalogId::new(0))),
        given("ns", Type::list(Type::Int)),
        optional(given("ms", Type::list(Type::Int))),
        with_default(given("words", Type::list(Type::Text)), no_items()),
        given("hashes", Type::list(Type::Digest)),
        given("parts", Type::list(Type::Record(record(FINDING)))),
        given("part", Type::Record(record(FINDING))),
        optional(given("extra", Type::Record(record(FINDING)))),
        with_default(given("labels", Type::Map(Arc::new(Type::Text))), Const::EmptyMap),
        optional(given("counts", Type::Map(Arc::new(Type::Int)))),
    ]
}

fn project() -> Project {
    let entry = |name: &str| Entry {
        name: name.into(),
        platforms: vec![],
        successors: vec![],
        retired: false,
        span: Span::default(),
    };
    let severities = variants(&[("low", "low"), ("medium", "medium"), ("high", "high"), ("critical", "critical")]);
    Project {
        enums: vec![
            Enum { name: "Severity".into(), ordered: true, variants: severities, span: None },
            Enum {
                name: "Format".into(),
                ordered: false,
                variants: variants(&[("onnx", "ONNX"), ("pickle", "PKL")]),
                span: None,
            },
        ],
        records: records(),
        catalogs: vec![Catalog {
            name: "atlas".into(),
            title: "Atlas".into(),
            edition: "1".into(),
            entries: IndexMap::from([("T1".into(), entry("one")), ("T2".into(), entry("two"))]),
            span: Span::default(),
        }],
        roles: vec![Role { name: "ciso".into(), contact: None, may_waive: None, span: Span::default() }],
        signers: vec![Signer {
            name: "pipeline".into(),
            key: "k.pub".into(),
            span: Span::default(),
            key_span: Span::default(),
        }],
        assets: assets(),
        ..Project::default()
    }
}

/// `raw → clean → joined → joined` are made from each other; `bank.fraud` is trained on `joined` and guarded by `bank.guard`.
fn assets() -> Vec<Asset> {
    let list = |ids: &[usize]| {
        Some(Const::List(ids.iter().map(|id| Const::Asset(AssetId::new(*id))).collect::<Vec<_>>().into()))
    };
    let asset = |qualified: &str, kind, system, values: Vec<Option<Const>>| {
        let name = SmolStr::from(qualified.rsplit('.').next().unwrap_or_default());
        let mut all = vec![Some(Const::Text(name.clone()))];
        all.extend(values);
        Asset {
            name,
            qualified: qualified.into(),
            kind: record(kind),
            system: AssetId::new(system),
            value_spans: vec![Span::default(); all.len()],
            values: all,
            span: Span::default(),
        }
    };
    let onnx = || Some(Const::Enum(EnumId::new(1), 0));
    let guard = Some(Const::Asset(AssetId::new(5)));
    vec![
        asset("bank", BANK, 0, vec![]),
        asset("bank.raw", DATASET, 0, vec![None, Some(Const::Text("from the till".into()))]),
        asset("bank.clean", DATASET, 0, vec![list(&[1]), None]),
        asset("bank.joined", DATASET, 0, vec![list(&[2, 3]), None]),
        asset("bank.fraud", MODEL, 0, vec![onnx(), list(&[3]), guard]),
        asset("bank.guard", MODEL, 0, vec![onnx(), list(&[]), None]),
        asset("shop", BANK, 6, vec![]),
        asset("shop.sales", MODEL, 6, vec![onnx(), list(&[]), None]),
    ]
}
