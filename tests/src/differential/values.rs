//! JSON values for a type: right ones, those at the edges of what a policy compares with, and wrong ones.

use fastrand::Rng;
use gatewright::core::{Const, Expr, ExprKind, Policy, Project, Record, RecordId, Shape, Type};
use gatewright::value::{MAX_EXACT, Scalar, Time};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the policy compares values with: the edges are there.
#[derive(Default)]
pub(super) struct Pools {
    texts: Vec<String>,
    patterns: Vec<String>,
    ints: Vec<i64>,
    numbers: Vec<f64>,
    durations: Vec<i64>,
    others: BTreeMap<String, Vec<Value>>,
}

impl Pools {
    /// Collects the constants of a policy's blocks, and of the validity of the evidence that the subject has.
    pub(super) fn new(project: &Project, policy: &Policy, subject: RecordId) -> Self {
        let mut pools = Self::default();
        for block in policy.instances.iter().flat_map(|instance| &instance.blocks) {
            block.walk_expressions(&mut |expr| pools.learn(project, expr));
        }
        for field in project.record(subject).fields.values() {
            if let Type::Record(id) = field.ty
                && let Shape::Evidence(evidence) = &project.record(id).shape
            {
                evidence.valid.walk(&mut |expr| pools.learn(project, expr));
            }
        }
        for asset in &project.assets {
            asset.values.iter().flatten().for_each(|value| pools.add(project, value));
        }
        pools
    }

    fn learn(&mut self, project: &Project, expr: &Expr) {
        if let ExprKind::Const(value) = &expr.kind {
            self.add(project, value);
        }
    }

    fn add(&mut self, project: &Project, value: &Const) {
        match value {
            Const::Text(text) => self.texts.push(text.to_string()),
            Const::Pattern(pattern) => self.patterns.push(pattern.canonical().to_owned()),
            Const::Int(int) => self.ints.push(*int),
            Const::Float(float) => self.numbers.push(*float),
            Const::Ratio(ratio) => self.numbers.push(ratio.to_f64()),
            Const::Duration(duration) => self.durations.push(duration.millis()),
            Const::Bytes(bytes) => self.ints.push(bytes.count()),
            Const::List(items) => items.iter().for_each(|item| self.add(project, item)),
            Const::Date(_)
            | Const::Time(_)
            | Const::Version(_)
            | Const::Digest(_)
            | Const::Cidr(_)
            | Const::Quantity(_) => {
                let kind = kind_of(value).to_owned();
                self.others.entry(kind).or_default().push(project.const_json(value));
            }
            _ => {}
        }
    }
}

fn kind_of(value: &Const) -> &'static str {
    match value {
        Const::Date(_) => "date",
        Const::Time(_) => "time",
        Const::Version(_) => "version",
        Const::Digest(_) => "digest",
        Const::Cidr(_) => "cidr",
        _ => "quantity",
    }
}

/// Makes the values of one document.
pub(super) struct Maker<'a> {
    pub(super) project: &'a Project,
    pub(super) pools: &'a Pools,
    pub(super) random: &'a mut Rng,
    pub(super) now: Time,
    /// How likely each value is to be missing or wrong, from 0 to 1.
    pub(super) trouble: f64,
    /// Values that were made for this document, so that the same one can stand in two places.
    pub(super) seen: BTreeMap<String, Vec<Value>>,
}

impl Maker<'_> {
    /// The value of a field, or `None` for a key that is not there.
    pub(super) fn field(&mut self, ty: &Type, may_be_absent: bool) -> Option<Value> {
        let absent = if may_be_absent { 0.25 } else { 0.0 };
        if self.random.f64() < self.trouble {
            return match self.random.u8(0..4) {
                0 => None,
                1 => Some(Value::Null),
                _ => Some(self.wrong()),
            };
        }
        (self.random.f64() >= absent).then(|| self.value(ty))
    }

    fn wrong(&mut self) -> Value {
        let wrong = [
            Value::Null,
            json!(true),
            json!(false),
            json!(0),
            json!(-1),
            json!(1.5),
            json!(1.0),
            json!(1e300),
            json!(-0.0),
            json!(MAX_EXACT),
            json!(MAX_EXACT + 1),
            json!(u64::MAX),
            json!(""),
            json!("x"),
            json!("0"),
            json!("2026-13-40"),
            json!("2026-11-23"),
            json!("2026-11-23T09:00:00"),
            json!("2026-11-23T09:00:00+01:00"),
            json!("2026-11-23T09:00:60Z"),
            json!("md5:d41d8cd98f00b204e9800998ecf8427e"),
            json!("sha256:ABC"),
            json!("v1.2.3"),
            json!("1.2"),
            json!([]),
            json!([null]),
            json!([1, "a"]),
            json!({}),
            json!({"a": null}),
            json!([[]]),
        ];
        self.pick(&wrong).clone()
    }

    fn pick<'v, T>(&mut self, from: &'v [T]) -> &'v T {
        &from[self.random.usize(0..from.len())]
    }

    fn value(&mut self, ty: &Type) -> Value {
        let key = self.project.type_name(ty);
        let scalar = !matches!(ty, Type::List(_) | Type::Map(_) | Type::Record(_));
        if scalar
            && self.random.f64() < 0.4
            && let Some(seen) = self.seen.get(&key).filter(|seen| !seen.is_empty())
        {
            return seen[self.random.usize(0..seen.len())].clone();
        }
        let value = self.fresh(ty);
        if scalar {
            self.seen.entry(key).or_default().push(value.clone());
        }
        value
    }

    pub(super) fn fresh(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Bool => json!(self.random.bool()),
            Type::Int | Type::Bytes => self.int(),
            Type::Float | Type::Ratio => self.number(),
            Type::Duration => self.duration(),
            Type::Text => json!(self.text()),
            Type::Time => self.time(),
            Type::Date => self.other("date", &["2026-11-23", "2026-11-22", "2024-02-29", "1999-12-31"]),
            Type::Version => {
                self.other("version", &["1.0.0", "1.4.2", "1.4.2-rc.1", "1.4.2+build.5", "0.9.10", "10.0.0"])
            }
            Type::Digest => self.digest(),
            Type::Cidr => self.other("cidr", &["10.0.0.0/8", "192.168.0.0/16", "::/0", "fd00::/8"]),
            Type::Quantity => self.other("quantity", &["500m", "1", "2Gi", "1e3"]),
            Type::Enum(id) => {
                let variants = &self.project.enumeration(*id).variants;
                json!(variants[self.random.usize(0..variants.len())].text.as_str())
            }
            Type::Signer => self.name(self.project.signers.iter().map(|signer| signer.name.to_string()).collect()),
            Type::Role => self.name(self.project.roles.iter().map(|role| role.name.to_string()).collect()),
            Type::Asset(kind) => {
                let of_kind = self.project.assets.iter().filter(|asset| asset.kind == *kind);
                self.name(of_kind.map(|asset| asset.qualified.to_string()).collect())
            }
            Type::List(element) => {
                let length = *self.pick(&[0, 1, 1, 2, 2, 3, 11]);
                (0..length).map(|_| self.field(element, false).unwrap_or(Value::Null)).collect()
            }
            Type::Map(value) => {
                let mut map = Map::new();
                for _ in 0..*self.pick(&[0, 1, 2, 3]) {
                    let key = self.text();
                    if let Some(value) = self.field(value, false) {
                        map.insert(key, value);
                    }
                }
                Value::Object(map)
            }
            Type::Record(id) => self.record(self.project.record(*id)),
            Type::Rate(_) | Type::Pattern | Type::Threat(_) | Type::Error => Value::Null,
        }
    }

    /// An object with the fields of a record.
    pub(super) fn record(&mut self, record: &Record) -> Value {
        let mut object = Map::new();
        for field in record.fields.values() {
            let may_be_absent = field.optional || field.default.is_some();
            if let Some(value) = self.field(&field.ty, may_be_absent) {
                object.insert(field.name.to_string(), value);
            }
        }
        Value::Object(object)
    }

    fn int(&mut self) -> Value {
        if !self.pools.ints.is_empty() && self.random.f64() < 0.7 {
            let edge = *self.pick(&self.pools.ints);
            return json!(edge.saturating_add(self.random.i64(-1..=1)));
        }
        match self.random.u8(0..10) {
            0 => json!(MAX_EXACT),
            1 => json!(-MAX_EXACT),
            2 => json!(1.0),
            3 => json!(-1),
            _ => json!(self.random.i64(0..4)),
        }
    }

    fn number(&mut self) -> Value {
        if !self.pools.numbers.is_empty() && self.random.f64() < 0.7 {
            let edge = *self.pick(&self.pools.numbers);
            return json!(*self.pick(&[edge, edge + 1e-9, edge - 1e-9, edge.next_up(), edge.next_down()]));
        }
        json!(*self.pick(&[0.0, 1.0, 0.5, -0.25, 1e-7, 1e21, 0.1, 0.30000000000000004, 100.0]))
    }

    fn duration(&mut self) -> Value {
        if !self.pools.durations.is_empty() && self.random.f64() < 0.7 {
            return json!(self.pick(&self.pools.durations) + self.random.i64(-1..=1));
        }
        json!(*self.pick(&[0, 1, 999, 1000, 86_400_000, -1, 90_000]))
    }

    fn time(&mut self) -> Value {
        let mut offsets: Vec<i64> = self.pools.durations.iter().map(|millis| -millis).collect();
        // Five minutes ahead is the most that a clock may differ (design §4).
        offsets.extend([0, 300_000, -300_000, -86_400_000, 1_000_000_000]);
        let offset = *self.pick(&offsets);
        let nudge = *self.pick(&[0i64, 0, 1, -1, 1_000_000, -1_000_000]);
        let nanos = self.now.epoch_nanos().saturating_add(offset.saturating_mul(1_000_000)).saturating_add(nudge);
        Time::from_epoch_nanos(nanos).map_or(Value::Null, |time| time.to_json())
    }

    fn digest(&mut self) -> Value {
        let digits = |digit: char, count: usize| digit.to_string().repeat(count);
        let made = [
            format!("sha256:{}", digits('a', 64)),
            format!("sha256:{}", digits('0', 64)),
            format!("sha512:{}", digits('a', 128)),
            format!("sha384:{}", digits('b', 96)),
        ];
        let made: Vec<&str> = made.iter().map(String::as_str).collect();
        self.other("digest", &made)
    }

    fn other(&mut self, kind: &str, made: &[&str]) -> Value {
        let pool = self.pools.others.get(kind).map_or(&[][..], Vec::as_slice);
        if !pool.is_empty() && self.random.f64() < 0.6 {
            return self.pick(pool).clone();
        }
        json!(*self.pick(made))
    }

    fn name(&mut self, mut names: Vec<String>) -> Value {
        names.push("nobody".into());
        json!(self.pick(&names))
    }

    fn text(&mut self) -> String {
        let choice = self.random.f64();
        if !self.pools.patterns.is_empty() && choice < 0.35 {
            let pattern = self.pick(&self.pools.patterns).clone();
            if let Some(text) = self.matching(&pattern) {
                // Half of them spoilt by one more character, which a search would not see.
                return match self.random.u8(0..4) {
                    0 => format!("{text}\n"),
                    1 => format!("x{text}"),
                    _ => text,
                };
            }
        }
        if !self.pools.texts.is_empty() && choice < 0.8 {
            return self.pick(&self.pools.texts).clone();
        }
        let long = "ä".repeat(201);
        let exact = "b".repeat(200);
        (*self.pick(&[
            "",
            "a",
            "ABC",
            "tab\tline\n",
            "\u{202e}evil",
            "𝄞",
            "{brace}",
            "\"quote\\",
            "`tick`",
            &long,
            &exact,
        ]))
        .to_owned()
    }

    fn matching(&mut self, pattern: &str) -> Option<String> {
        let mut seed = [0; 32];
        self.random.fill(&mut seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let strategy = proptest::string::string_regex(pattern).ok()?;
        Some(strategy.new_tree(&mut runner).ok()?.current())
    }
}
