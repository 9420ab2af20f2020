//! How long checking and formatting take, by the size of the project: time must grow with the size and no faster.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gatewright::check::Settings;
use gatewright::session;
use gatewright::source::{MemoryLoader, Sources};
use gatewright::syntax;
use gatewright_tests::big;
use std::hint::black_box;

fn sizes() -> impl Iterator<Item = (usize, String)> {
    [150, 500, 1500].into_iter().map(big::controls).map(|text| (text.lines().count(), text))
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (lines, text) in sizes() {
        let file = Sources::default().add("big.gate", text.as_str());
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter(|| syntax::parse(file, black_box(&text)));
        });
    }
}

fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    for (lines, text) in sizes() {
        let loader = MemoryLoader::default().with("big.gate", text);
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(lines), |bencher| {
            bencher.iter(|| session::check(black_box(&loader), Settings::default()));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = parse, check
}
criterion_main!(benches);
