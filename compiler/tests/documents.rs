//! Reading documents: what is accepted, and the error for what is not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use gatewright::document::file::FileError;
use gatewright::document::{DocumentError, Format, Limits, Position, read, read_file};
use proptest::prelude::*;
use serde_json::{Value, json};

fn parse(text: &str, format: Format) -> Result<Value, DocumentError> {
    read(text.as_bytes(), format, &Limits::default())
}

/// The error of a text, in words.
fn error(text: &str, format: Format) -> String {
    parse(text, format).unwrap_err().to_string()
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

#[test]
fn the_reports_of_real_tools_are_read() {
    let read = |name: &str, format| read_file(&data(name), format, &Limits::default()).unwrap();
    assert_eq!(read("reports/modelscan.json", Format::Json)["summary"]["scanned"]["total_scanned"], 1);
    assert_eq!(read("reports/MLmodel", Format::Yaml)["utc_time_created"], "2026-11-22 21:54:30.309838");
    assert_eq!(read("reports/card.md", Format::FrontMatter)["tags"], json!(["ai-risk:low"]));
    assert_eq!(read("signing/clean.sig", Format::SigstoreBundle)["subject"][0]["name"], "clean");
    assert_eq!(read("signing/ed25519.dsse.json", Format::Dsse)["predicate"]["note"], "ü?>~");
}

#[test]
fn json_is_one_value_and_nothing_else() {
    assert_eq!(parse("\u{FEFF} null \r\n", Format::Json).unwrap(), Value::Null);
    for empty in ["", " \n\t\r\n", "\u{FEFF}"] {
        assert!(matches!(parse(empty, Format::Json), Err(DocumentError::Empty)));
    }
    assert_eq!(error("{}\n {}", Format::Json), "there is more text after the value, at line 2, column 2");
    assert_eq!(error("[1,\n 2", Format::Json), "EOF while parsing a list, at line 2, column 2");
    assert_eq!(error("[\"ü\", NaN]", Format::Json), "expected value, at line 1, column 7");
    assert_eq!(error("[1e999]", Format::Json), "number out of range, at line 1, column 6");
    assert!(error(r#"["\ud800"]"#, Format::Json).contains("unexpected end of hex escape"));
}

#[test]
fn a_duplicate_key_is_found_wherever_it_stands() {
    let duplicate = "{\"ü\": 1,\n \"b\": [{\"c\": {\"k\\u0065y\": {}, \"key\": {}}}]}";
    assert_eq!(error(duplicate, Format::Json), "duplicate key `key`, at line 2, column 35");
    assert_eq!(
        error("{\"a\\u001b\":1,\"a\\u001b\":1}", Format::Json),
        r"duplicate key `a\u{1b}`, at line 1, column 22"
    );
    assert_eq!(error("a: 1\nb: {c: 1, \"c\": 2}", Format::Yaml), "duplicate key `c`, at line 2, column 11");
    assert_eq!(error("---\na: 1\na: 2\n---\n", Format::FrontMatter), "duplicate key `a`, at line 3, column 1");
    assert_eq!(error("{}\n{\"a\":1,\"a\":1}", Format::Jsonl), "duplicate key `a`, at line 2, column 10");
    parse(r#"{"a": {"a": 1}, "A": [{"a": 1}, {"a": 1}]}"#, Format::Json).unwrap();
}

#[test]
fn bytes_that_are_not_utf_8_are_located() {
    let read = |bytes: &[u8]| read(bytes, Format::Json, &Limits::default());
    assert!(matches!(read(b"[\"\xC3\xBC\xFF\"]"), Err(DocumentError::InvalidUtf8 { offset: 4 })));
    assert!(matches!(read(b"\xEF\xBB\xBF\x80"), Err(DocumentError::InvalidUtf8 { offset: 3 })));
    assert!(matches!(read(b"\xFF\xFE[\0]\0"), Err(DocumentError::Utf16)));
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    parse(&nested(128), Format::Json).unwrap();
    assert!(matches!(parse(&nested(129), Format::Json), Err(DocumentError::TooDeep { limit: 128, .. })));
    parse(&nested(64), Format::Yaml).unwrap();
    assert!(matches!(parse(&nested(65), Format::Yaml), Err(DocumentError::TooDeep { limit: 64, .. })));
    parse(&nested(127), Format::Jsonl).unwrap();
    assert!(matches!(parse(&nested(128), Format::Jsonl), Err(DocumentError::TooDeep { .. })));
    assert!(matches!(parse(&"[".repeat(1_000_000), Format::Json), Err(DocumentError::TooDeep { .. })));
    assert!(matches!(parse(&"{\"a\":".repeat(1_000_000), Format::Json), Err(DocumentError::TooDeep { .. })));
    assert!(matches!(parse(&"- ".repeat(100_000), Format::Yaml), Err(DocumentError::TooDeep { .. })));
}

#[test]
fn a_document_of_tiny_objects_is_stopped_by_its_memory() {
    let limits = Limits { max_memory: 1 << 20, ..Limits::default() };
    let tiny = format!("[{}0]", "{\"\":0},".repeat(10_000));
    assert!(matches!(read(tiny.as_bytes(), Format::Json, &limits), Err(DocumentError::TooMuchMemory { .. })));
    assert!(matches!(read(&tiny.as_bytes()[..7_000], Format::Jsonl, &limits), Err(DocumentError::Syntax { .. })));
    let lines = "{\"\":0}\n".repeat(10_000);
    assert!(matches!(read(lines.as_bytes(), Format::Jsonl, &limits), Err(DocumentError::TooMuchMemory { .. })));
    let long = format!("[\"{}\"]", "x".repeat(1 << 20));
    assert!(matches!(read(long.as_bytes(), Format::Json, &limits), Err(DocumentError::TooMuchMemory { .. })));
}

#[test]
fn jsonl_is_a_list_of_the_lines() {
    assert_eq!(parse("{\"a\":1}\r\n\n  \n[2]", Format::Jsonl).unwrap(), json!([{"a": 1}, [2]]));
    assert_eq!(parse("1\n2\n", Format::Jsonl).unwrap(), json!([1, 2]));
    assert!(matches!(parse("\n\n", Format::Jsonl), Err(DocumentError::Empty)));
    assert_eq!(error("1\n\n{\"a\":\n1}", Format::Jsonl), "EOF while parsing a value, at line 3, column 5");
    assert_eq!(error("1 2", Format::Jsonl), "there is more text after the value, at line 1, column 3");
}

#[test]
fn yaml_is_what_every_reader_agrees_on() {
    let text = "yes: no\nzero: 0755\nsep: 1_000\ntime: 12:30\nint: 0x10\nfloat: 1e3\nnone: ~\n'1': &x [a]\nalias: *x\n";
    let value = json!({"yes": "no", "zero": "0755", "sep": "1_000", "time": "12:30", "int": 16, "float": 1000.0,
        "none": null, "1": ["a"], "alias": ["a"]});
    assert_eq!(parse(text, Format::Yaml).unwrap(), value);
}

#[test]
fn yaml_that_json_cannot_hold_is_refused() {
    for (text, message) in [
        ("1: a", "the key `1` is not a text, which JSON cannot hold, at line 1, column 1"),
        ("a: {true: b}", "the key `true` is not a text, which JSON cannot hold, at line 1, column 5"),
        ("? [b]\n: 2", "the key `[…]` is not a text, which JSON cannot hold, at line 1, column 3"),
        ("~: a", "the key `null` is not a text, which JSON cannot hold, at line 1, column 1"),
        ("a: .nan", "the number `NaN`, which JSON cannot hold, at line 1, column 4"),
        ("a: 1e999", "the number `inf`, which JSON cannot hold, at line 1, column 4"),
    ] {
        assert_eq!(error(text, Format::Yaml), message);
    }
    for (text, message) in [
        ("<<: {a: 1}", "merge key not allowed here, at line 1, column 1"),
        ("a: !!python/object:x.Y {}", "unsupported tag `!!python/object:x.Y`, at line 1, column 24"),
        ("a: !secret b", "unsupported tag `!secret`, at line 1, column 12"),
        ("a: *b", "reference to unknown value, at line 1, column 4"),
        ("a: [1", "unclosed bracket '[', at line 1, column 4"),
        ("a: 1\n---\nb: 2", "there is more text after the value, at line 3, column 1"),
    ] {
        assert_eq!(error(text, Format::Yaml), message);
    }
    for empty in ["", "# nothing\n", "---\n", "null"] {
        assert!(matches!(parse(empty, Format::Yaml), Err(DocumentError::Empty)), "{empty:?}");
    }
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert!(matches!(parse(&bomb, Format::Yaml), Err(DocumentError::TooComplex { .. })));
    let wide = format!("a: &a [{}]\nb: [{}]", "x,".repeat(10_000), "*a,".repeat(1_000));
    assert!(matches!(parse(&wide, Format::Yaml), Err(DocumentError::TooComplex { .. })));
    assert!(parse("a: &a [*a]", Format::Yaml).is_err());
}

#[test]
fn front_matter_is_the_head_of_a_markdown_file() {
    let card = "---\r\na: 1\r\n--- \r\n# Text\n---\n{";
    assert_eq!(parse(card, Format::FrontMatter).unwrap(), json!({"a": 1}));
    assert!(matches!(parse("# Text\n---\na: 1\n---\n", Format::FrontMatter), Err(DocumentError::NoFrontMatter)));
    assert!(matches!(parse("---\na: 1\n", Format::FrontMatter), Err(DocumentError::OpenFrontMatter)));
    assert!(matches!(parse("---\n---\ntext", Format::FrontMatter), Err(DocumentError::Empty)));
    assert!(matches!(parse("", Format::FrontMatter), Err(DocumentError::Empty)));
    let broken = parse("---\na: 1\nb: [\n---\n", Format::FrontMatter).unwrap_err();
    assert!(matches!(broken, DocumentError::Syntax { at: Position { line: 3.., .. }, .. }), "{broken}");
}

#[test]
fn an_envelope_is_read_strictly() {
    let envelope = |change: &dyn Fn(&mut Value)| {
        let mut envelope =
            json!({"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [{"sig": "AA=="}]});
        change(&mut envelope);
        parse(&envelope.to_string(), Format::Dsse)
    };
    let message = |change: &dyn Fn(&mut Value)| envelope(change).unwrap_err().to_string();
    assert_eq!(envelope(&|_| {}).unwrap(), json!({}));
    assert_eq!(envelope(&|e| e["payload"] = "eyJhIjoiPz4ifQ".into()).unwrap(), json!({"a": "?>"}));
    assert_eq!(
        envelope(&|e| e["payload"] = "eyJhIjoi_z4ifQ==".into()).unwrap_err().to_string(),
        "in the payload of the envelope: the document is not UTF-8: byte 6 is invalid"
    );
    assert_eq!(message(&|e| e["payload"] = "a+_=".into()), "`payload` of the envelope is not base64");
    assert_eq!(message(&|e| e["payload"] = json!(1)), "`payload` of the envelope is not a text");
    assert_eq!(message(&|e| e["signatures"] = json!([])), "the envelope has no signature");
    assert_eq!(message(&|e| e["signatures"] = json!({})), "`signatures` of the envelope is not a list");
    assert_eq!(
        message(&|e| e["signatures"][0] = json!({"sig": "?"})),
        "`signatures[0].sig` of the envelope is not base64"
    );
    assert_eq!(
        message(&|e| e["signatures"][0]["keyid"] = json!(1)),
        "`signatures[0].keyid` of the envelope is not a text"
    );
    assert!(message(&|e| e["payloadType"] = "text/plain".into()).starts_with("the payload has the type `text/plain`"));
    // {"a":1,"a":1}
    assert_eq!(
        message(&|e| e["payload"] = "eyJhIjoxLCJhIjoxfQ==".into()),
        "in the payload of the envelope: duplicate key `a`, at line 1, column 10"
    );
}

#[test]
fn a_bundle_is_read_strictly() {
    let bundle = |change: &dyn Fn(&mut Value)| {
        let mut bundle: Value = serde_json::from_str(&fs::read_to_string(data("signing/clean.sig")).unwrap()).unwrap();
        change(&mut bundle);
        parse(&bundle.to_string(), Format::SigstoreBundle).unwrap_err().to_string()
    };
    assert_eq!(
        bundle(&|b| b["mediaType"] = "application/json".into()),
        "`application/json` is not a Sigstore bundle of version 0.1 to 0.3"
    );
    assert!(
        bundle(&|b| *b = json!({"mediaType": b["mediaType"], "messageSignature": {}})).contains("messageSignature")
    );
    assert!(bundle(&|b| b["dsseEnvelope"] = json!(null)).contains("`payloadType`"));
    let twice = |b: &mut Value| b["dsseEnvelope"]["signatures"] = json!([{"sig": ""}, {"sig": ""}]);
    assert!(bundle(&twice).contains("has 2 signatures"));
}

#[test]
fn a_file_is_looked_at_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let failure = |name: &str| match read_file(&at(name), Format::Json, &Limits { max_bytes: 8, ..Limits::default() }) {
        Err(DocumentError::File(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(failure("missing"), FileError::Missing(_)));
    assert!(matches!(failure("."), FileError::Directory(_)));
    // Sparse: it has no blocks to read, and is refused by its size alone.
    fs::File::create(at("big")).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(failure("big"), FileError::TooLarge { size: 0x100_0000_0000, limit: 8, .. }));
    fs::write(at("fits"), "12345678").unwrap();
    assert_eq!(
        read_file(&at("fits"), Format::Json, &Limits { max_bytes: 8, ..Limits::default() }).unwrap(),
        12_345_678
    );
    assert!(matches!(
        read(b"123456789", Format::Json, &Limits { max_bytes: 8, ..Limits::default() }),
        Err(DocumentError::TooLarge { size: 9, limit: 8 })
    ));
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::symlink;
        symlink("fits", at("link")).unwrap();
        assert_eq!(read_file(&at("link"), Format::Json, &Limits::default()).unwrap(), 12_345_678);
        symlink("loop", at("loop")).unwrap();
        assert!(matches!(failure("loop"), FileError::LinkLoop(_)));
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(matches!(failure("pipe"), FileError::Special { kind: "named pipe", .. }));
        let zeros = read_file(Path::new("/dev/zero"), Format::Json, &Limits::default());
        assert!(matches!(zeros, Err(DocumentError::File(FileError::Special { kind: "device", .. }))));
        let inside = read_file(&at("fits/inside"), Format::Json, &Limits::default()).unwrap_err();
        assert!(matches!(inside, DocumentError::File(FileError::Io { .. })), "{inside}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_without_duplicates_is_read_as_serde_json_reads_it(value in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        prop_assert_eq!(parse(&text, Format::Json).unwrap(), value);
    }

    #[test]
    fn whatever_serde_json_refuses_is_refused(text in r#"[\[\]{}:,"a0-9eE.+ \\u-]{0,24}"#) {
        if serde_json::from_str::<Value>(&text).is_err() {
            prop_assert!(parse(&text, Format::Json).is_err());
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        for format in Format::ALL {
            let _ = read(&bytes, format, &Limits::default());
            let _ = parse(&text, format);
        }
    }

    #[test]
    fn a_second_key_is_always_a_duplicate(mut value in any_json(), key in any::<String>()) {
        let Some(object) = value.as_object_mut() else { return Ok(()) };
        object.insert(key.clone(), Value::Null);
        let text = value.to_string();
        let doubled = format!("{},{}:0}}", &text[..text.len() - 1], Value::from(key));
        let refused = matches!(parse(&doubled, Format::Json), Err(DocumentError::DuplicateKey { .. }));
        prop_assert!(refused);
    }
}
