//! Reading fields: each type with values that it accepts and that it does not, and the reasons.

use super::forms::{coalesce, get, has, int, key, text};
use super::run::{good_scan, shown};
use serde_json::{Value as Json, json};

/// Reads a field that holds this.
fn read(field: &str, value: Json) -> String {
    shown(&get(field), json!({ field: value }))
}

#[test]
fn each_type_reads_its_canonical_json() {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let cases = [
        ("flag", json!(true), "true"),
        ("n", json!(3), "3"),
        ("n", json!(3.0), "3"),
        ("n", json!(-9007199254740991i64), "-9007199254740991"),
        ("x", json!(1), "1.0"),
        ("x", json!(1e300), "1e+300"),
        ("share", json!(0.955), "95.5%"),
        ("text", json!("a\nb"), "a\\nb"),
        ("day", json!("2026-12-31"), "2026-12-31"),
        ("at", json!("2026-12-31T01:02:03.5Z"), "2026-12-31T01:02:03.5Z"),
        ("wait", json!(5_400_000), "90m"),
        ("size", json!(4096), "4KiB"),
        ("cpu", json!("500m"), "500m"),
        ("rate", json!("100/min"), "100/min"),
        ("ver", json!("1.2.3-rc.1"), "1.2.3-rc.1"),
        ("hash", json!(digest), digest.as_str()),
        ("net", json!("10.0.0.0/8"), "10.0.0.0/8"),
        ("severity", json!("high"), "high"),
        ("format", json!("PKL"), "pickle"),
        ("who", json!("ciso"), "ciso"),
        ("key", json!("pipeline"), "pipeline"),
        ("dataset", json!("bank.raw"), "raw"),
        ("threat", json!("T2"), "T2"),
        ("ns", json!([1, 2]), "1, 2"),
        ("ns", json!([]), "(none)"),
    ];
    for (field, value, expected) in cases {
        assert_eq!(read(field, value), expected, "{field}");
    }
}

#[test]
fn the_wrong_type_is_unknown() {
    let cases = [
        ("flag", json!("true"), "`release.flag` is text, not a boolean"),
        ("flag", json!(1), "`release.flag` is a number, not a boolean"),
        ("n", json!("3"), "`release.n` is text, not a whole number"),
        ("n", json!(3.5), "`release.n` is `3.5`, not a whole number"),
        ("n", json!(9007199254740992i64), "`release.n` is `9007199254740992`, not a whole number"),
        ("n", json!([]), "`release.n` is a list, not a whole number"),
        ("x", json!("1"), "`release.x` is text, not a number"),
        ("share", json!("95%"), "`release.share` is text, not a ratio"),
        ("text", json!(3), "`release.text` is a number, not text"),
        ("text", json!({}), "`release.text` is an object, not text"),
        ("day", json!("2026-02-30"), "`release.day` is `2026-02-30`, not a date"),
        ("at", json!("2026-12-31T01:02:03"), "`release.at` is `2026-12-31T01:02:03`, not a time in UTC"),
        ("wait", json!("90m"), "`release.wait` is text, not a whole number of milliseconds"),
        ("size", json!(-1), "`release.size` is `-1`, not a whole number of bytes"),
        ("cpu", json!(1), "`release.cpu` is a number, not a quantity"),
        ("rate", json!("fast"), "`release.rate` is `fast`, not a rate"),
        ("ver", json!("1.2"), "`release.ver` is `1.2`, not a version"),
        ("hash", json!("md5:00"), "`release.hash` is `md5:00`, not a digest"),
        ("net", json!("10.0.0.1/8"), "`release.net` is `10.0.0.1/8`, not a network prefix"),
        ("severity", json!("awful"), "`release.severity` is `awful`, not a variant of `Severity`"),
        ("format", json!("pickle"), "`release.format` is `pickle`, not a variant of `Format`"),
        ("who", json!("nobody"), "`release.who` is `nobody`, not a declared role"),
        ("key", json!("other"), "`release.key` is `other`, not a declared signer"),
        ("dataset", json!("bank.fraud"), "`release.dataset` is `bank.fraud`, not a declared `dataset`"),
        ("dataset", json!("raw"), "`release.dataset` is `raw`, not a declared `dataset`"),
        ("threat", json!("T9"), "`release.threat` is `T9`, not an entry of `atlas`"),
        ("ns", json!({}), "`release.ns` is an object, not a list"),
        ("part", json!([]), "`release.part` is a list, not an object"),
        ("labels", json!("x"), "`release.labels` is text, not an object"),
    ];
    for (field, value, expected) in cases {
        assert_eq!(read(field, value), format!("? {expected}"), "{field}");
    }
}

#[test]
fn nothing_and_null_are_the_same() {
    for fields in [json!({}), json!({ "n": null, "m": null, "d": null, "labels": null, "extra": null })] {
        assert_eq!(shown(&get("n"), fields.clone()), "? `release.n` is missing");
        assert_eq!(shown(&get("m"), fields.clone()), "(absent)");
        assert_eq!(shown(&get("d"), fields.clone()), "7");
        assert_eq!(shown(&get("words"), fields.clone()), "(none)");
        assert_eq!(shown(&get("extra.level"), fields.clone()), "(absent)");
        assert_eq!(shown(&key(get("labels"), text("a")), fields), "(absent)");
    }
}

#[test]
fn a_default_stands_only_for_absence() {
    assert_eq!(read("d", json!(8)), "8");
    assert_eq!(read("d", json!("8")), "? `release.d` is text, not a whole number");
}

#[test]
fn a_field_of_something_unknown_is_unknown() {
    assert_eq!(shown(&get("part.level"), json!({})), "? `release.part` is missing");
    assert_eq!(shown(&get("part.level"), json!({ "part": {} })), "? `release.part.level` is missing");
    assert_eq!(shown(&get("extra.level"), json!({ "extra": 1 })), "? `release.extra` is a number, not an object");
    assert_eq!(shown(&get("extra.name"), json!({ "extra": {} })), "(absent)");
}

#[test]
fn what_is_not_read_has_no_effect() {
    let fields = json!({ "part": { "level": 1, "name": 5, "tags": "none", "more": null }, "n": "x" });
    assert_eq!(shown(&get("part.level"), fields), "1");
}

#[test]
fn reasons_name_the_place_in_the_document() {
    let level = |found: Json| {
        let scan = json!({ "scanned": 1, "critical": 0, "found": found });
        shown(&super::forms::element(get("scan.found"), int(0)), json!({ "scan": scan }))
    };
    assert_eq!(level(json!("x")), "? scan.json: `results[]` is text, not a list");
    assert_eq!(level(json!([1])), "? scan.json: `results[][0]` is a number, not an object");
    let mut scan = good_scan();
    scan["critical"] = json!("none");
    assert_eq!(
        shown(&get("scan.critical"), json!({ "scan": scan })),
        "? scan.json: `summary.CRITICAL or critical` is text, not a whole number"
    );
    assert_eq!(shown(&get("scan"), json!({})), "? `release.scan` is missing (`scan.json`)");
    assert_eq!(shown(&get("scan"), json!({ "scan": 1 })), "? `scan.json` is a number, not an object");
    scan["critical"] = Json::Null;
    assert_eq!(
        shown(&get("scan.critical"), json!({ "scan": scan })),
        "? `release.scan.critical` is missing (scan.json: `summary.CRITICAL or critical`)"
    );
}

#[test]
fn reasons_do_not_tell_secrets() {
    let token = |value: Json| shown(&get("part.token"), json!({ "part": { "token": value } }));
    assert_eq!(token(json!(1.5)), "? `release.part.token` is a number, not a whole number");
    assert_eq!(token(json!("hunter2")), "? `release.part.token` is text, not a whole number");
}

#[test]
fn reasons_are_harmless() {
    let reason = read("at", json!("\u{1b}[2J".repeat(100)));
    assert!(reason.starts_with("? `release.at` is `\\u{1b}[2J"), "{reason}");
    assert!(reason.chars().count() < 800 && !reason.contains('\u{1b}'), "{reason}");
    assert_eq!(
        shown(&key(get("counts"), text("a\nb")), json!({ "counts": { "a\nb": "x" } })),
        "? `release.counts[\"a\\nb\"]` is text, not a whole number"
    );
}

#[test]
fn keys_of_maps() {
    let at = |name: &str, counts: Json| shown(&key(get("counts"), text(name)), json!({ "counts": counts }));
    assert_eq!(at("a", json!({ "a": 1 })), "1");
    assert_eq!(at("b", json!({ "a": 1 })), "(absent)");
    assert_eq!(at("a", json!({ "a": null })), "(absent)");
    assert_eq!(at("a", json!({ "a": "1" })), "? `release.counts[\"a\"]` is text, not a whole number");
    assert_eq!(at("a", json!(null)), "(absent)");
    assert_eq!(at("a", json!([])), "? `release.counts` is a list, not an object");
    let unknown_key = key(get("counts"), get("text"));
    assert_eq!(shown(&unknown_key, json!({ "counts": {} })), "? `release.text` is missing");
    assert_eq!(shown(&unknown_key, json!({ "text": "a" })), "(absent)");
}

#[test]
fn has_and_coalesce() {
    let ask = |m: Json| shown(&has(get("m")), json!({ "m": m }));
    assert_eq!(ask(json!(1)), "true");
    assert_eq!(ask(json!(null)), "false");
    assert_eq!(ask(json!("x")), "? `release.m` is text, not a whole number");
    assert_eq!(shown(&has(get("extra.name")), json!({})), "false");
    assert_eq!(shown(&has(get("part.name")), json!({})), "? `release.part` is missing");

    let or_else = |m: Json| shown(&coalesce(get("m"), int(4)), json!({ "m": m }));
    assert_eq!(or_else(json!(1)), "1");
    assert_eq!(or_else(json!(null)), "4");
    assert_eq!(or_else(json!("x")), "? `release.m` is text, not a whole number");
    assert_eq!(shown(&coalesce(get("m"), get("n")), json!({})), "? `release.n` is missing");
    assert_eq!(shown(&coalesce(get("m"), get("extra.level")), json!({})), "(absent)");
}
