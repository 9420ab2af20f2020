//! How long reading, checking and formatting take, by the size of the project: time must grow with the size and no faster. Beside it,
//! what an engine for Rego in Rust (`regorus`) takes to read and to compile the same rules.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gatewright::check::Settings;
use gatewright::format;
use gatewright::session;
use gatewright::source::{MemoryLoader, Sources};
use gatewright::syntax;
use gatewright_tests::big;
use regorus::Engine;
use std::hint::black_box;

/// How many controls; the last makes about 30,000 lines.
const SIZES: [usize; 3] = [150, 500, 1500];

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for size in SIZES {
        let (text, rego) = (big::controls(size), big::rego(size));
        let file = Sources::default().add("big.gate", text.as_str());
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("gatewright", size), |bencher| {
            bencher.iter(|| syntax::parse(file, black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("regorus", size), |bencher| bencher.iter(|| read(black_box(&rego))));
    }
}

fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    for size in SIZES {
        let loader = MemoryLoader::default().with("big.gate", big::controls(size));
        let rego = big::rego(size);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("gatewright", size), |bencher| {
            bencher.iter(|| session::check(black_box(&loader), Settings::default()));
        });
        group.bench_function(BenchmarkId::new("regorus", size), |bencher| {
            bencher
                .iter(|| read(black_box(&rego)).compile_with_entrypoint(&"data.big.deny".into()).expect("it is sound"));
        });
    }
}

fn layout(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("format");
    for size in SIZES {
        let text = big::controls(size);
        let file = Sources::default().add("big.gate", text.as_str());
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("gatewright", size), |bencher| {
            bencher.iter(|| format::format(file, black_box(&text)));
        });
    }
}

fn read(rego: &str) -> Engine {
    let mut engine = Engine::new();
    engine.add_policy("big.rego".into(), rego.into()).expect("it is sound");
    engine
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = parse, check, layout
}
criterion_main!(benches);
