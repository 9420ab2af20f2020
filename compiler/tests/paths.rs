//! The path language of evidence: its text, what it selects, and what it changes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gatewright::document::path::{DocPath, EditError, PathFault, Selected, Shape};
use proptest::prelude::*;
use serde_json::{Value, json};

fn path(text: &str) -> DocPath {
    DocPath::parse(text).unwrap()
}

/// What a path selects, in one line: `absent`, a value, a list of slots with `-` for an empty one, or the error.
fn select(document: &Value, text: &str) -> String {
    match path(text).select(document) {
        Selected::Absent => "absent".into(),
        Selected::One(value) => value.to_string(),
        Selected::Many(slots) => {
            let slots: Vec<_> = slots.iter().map(|slot| slot.as_ref().map_or("-".into(), |v| v.to_string())).collect();
            format!("[{}]", slots.join(" "))
        }
        Selected::WrongShape(wrong) => wrong.to_string(),
    }
}

#[test]
fn a_path_is_printed_as_it_is_written() {
    for text in [
        "summary.total_issues_by_severity.CRITICAL",
        "$schema",
        "\"a.b\".\"\".\"q\\\"u\\\\\"",
        "[]",
        "[].x",
        "[entry_type=\"eval\"].p",
        "components[type=\"machine-learning-model\"].hashes[alg=\"SHA-256\"].content",
        "a[\"k.1\"=\"\"]",
        "servers{}.value.tools[].name",
        "{}.key",
        "a[][]",
        "spdx-id.0.ключ",
    ] {
        assert_eq!(path(text).to_string(), text);
    }
    assert_eq!(path("\"plain\"[\"k\"=\"v\"]").to_string(), "plain[k=\"v\"]");
}

#[test]
fn what_is_no_path_is_located() {
    let fault = |text: &str| {
        let error = DocPath::parse(text).unwrap_err();
        (text[error.range].to_owned(), error.cause)
    };
    let blamed = |part: &str, cause| (part.to_owned(), cause);
    assert_eq!(fault(""), blamed("", PathFault::Empty));
    assert_eq!(fault("a..b"), blamed(".", PathFault::MissingKey));
    assert_eq!(fault(".a"), blamed(".", PathFault::MissingKey));
    assert_eq!(fault("a."), blamed("", PathFault::MissingKey));
    assert_eq!(fault("a[]b"), blamed("b", PathFault::MissingDot));
    assert_eq!(fault("\"a\"b"), blamed("b", PathFault::MissingDot));
    assert_eq!(fault("a.[]"), blamed(".[", PathFault::ExtraDot));
    assert_eq!(fault("a.{}"), blamed(".{", PathFault::ExtraDot));
    assert_eq!(fault("a.b c"), blamed(" ", PathFault::Unquoted(' ')));
    assert_eq!(fault("a]"), blamed("]", PathFault::Unquoted(']')));
    assert_eq!(fault("a.*"), blamed("*", PathFault::Wildcard));
    assert_eq!(fault("a[*]"), blamed("[*", PathFault::Wildcard));
    assert_eq!(fault("a[0].b"), blamed("[0]", PathFault::Index));
    assert_eq!(fault("a[-1]"), blamed("[-1]", PathFault::Index));
    assert_eq!(fault("a[k]"), blamed("[k]", PathFault::Bracket));
    assert_eq!(fault("a[k=v]"), blamed("[k=v", PathFault::Bracket));
    assert_eq!(fault("a[k=\"v\""), blamed("[k=\"v\"", PathFault::Bracket));
    assert_eq!(fault("a[k=\"v"), blamed("\"v", PathFault::OpenText));
    assert_eq!(fault("a{x}"), blamed("{x", PathFault::Brace));
    assert_eq!(fault("\"a\\n\""), blamed("\\n", PathFault::Escape));
    assert_eq!(fault("a{}.name"), blamed(".name", PathFault::EntryPart));
    assert_eq!(fault("a{}[]"), blamed("[]", PathFault::EntryPart));
    assert_eq!(fault(&"a.".repeat(100_000)).1, PathFault::TooLong);
    assert_eq!(
        DocPath::parse("a[0]").unwrap_err().to_string(),
        "there are no indices: select elements with `[key=\"text\"]`, or every one with `[]`"
    );
}

#[test]
fn what_is_missing_or_null_is_absent() {
    let report = json!({"a": {"b": 1, "n": null}, "empty": [], "": 2});
    assert_eq!(select(&report, "a.b"), "1");
    assert_eq!(select(&report, "\"\""), "2");
    for missing in ["x", "a.x", "a.n", "a.n.x", "x.y.z", "x[]", "a.n[]", "x{}", "x[k=\"v\"]", "x[].y"] {
        assert_eq!(select(&report, missing), "absent");
    }
    assert_eq!(select(&report, "empty"), "[]");
    assert_eq!(select(&report, "empty[]"), "[]");
    assert!(matches!(path("empty[]").select(&report), Selected::Many(slots) if slots.is_empty()));
    assert_eq!(select(&Value::Null, "a"), "absent");
    assert_eq!(select(&Value::Null, "[]"), "absent");
}

#[test]
fn what_is_absent_in_an_element_leaves_its_slot_empty() {
    let report =
        json!({"results": [{"level": "error"}, {}, {"level": null}, null, {"level": "note", "tags": ["x", null]}]});
    assert_eq!(select(&report, "results[].level"), r#"["error" - - - "note"]"#);
    assert_eq!(select(&report, "results[].tags[]"), r#"[- - - - "x" -]"#);
    assert_eq!(select(&json!([1, null]), "[]"), "[1 -]");
    assert_eq!(select(&report, "results[level=\"error\"]"), r#"[{"level":"error"}]"#);
    assert_eq!(select(&report, "results[level=\"none\"].level"), "[]");
    assert_eq!(select(&report, "results[level=\"note\"].other"), "[-]");
}

#[test]
fn entries_are_objects_of_key_and_value() {
    let report = json!({"servers": {"b.c": {"tools": [1, 2]}, "a": null}});
    assert_eq!(select(&report, "servers{}"), r#"[{"key":"a","value":null} {"key":"b.c","value":{"tools":[1,2]}}]"#);
    assert_eq!(select(&report, "servers{}.key"), r#"["a" "b.c"]"#);
    assert_eq!(select(&report, "servers{}.value"), r#"[- {"tools":[1,2]}]"#);
    assert_eq!(select(&report, "servers{}.value.tools[]"), "[- 1 2]");
    assert_eq!(select(&report, "servers{}.key.x"), "`servers.a` is a text, not an object");
}

#[test]
fn what_has_another_type_is_never_absent() {
    let report = json!({"a": "text", "list": [{"k": {"x": 1}}, {"k": 5}], "object": {"x": 1}});
    assert_eq!(select(&report, "a.b"), "`a` is a text, not an object");
    assert_eq!(select(&report, "a[]"), "`a` is a text, not a list");
    assert_eq!(select(&report, "object[]"), "`object` is an object, not a list");
    assert_eq!(select(&report, "object.x{}"), "`object.x` is a number, not an object");
    assert_eq!(select(&report, "list{}"), "`list` is a list, not an object");
    assert_eq!(select(&report, "list.k"), "`list` is a list, not an object");
    assert_eq!(select(&report, "list[].k.x"), "`list[1].k` is a number, not an object");
    assert_eq!(select(&json!([{"k": "v"}, {"k": 1}]), "[k=\"v\"]"), "`[1].k` is a number, not a text");
    assert_eq!(select(&json!([true]), "[k=\"v\"]"), "`[0]` is a Bool, not an object");
    assert_eq!(select(&json!([]), "a"), "the document is a list, not an object");
    assert_eq!(Shape::of(&Value::Null), None);
}

#[test]
fn a_document_is_changed_at_a_path_of_keys() {
    let mut report = json!({"summary": {"scanned": 1}, "gone": null});
    path("summary.scanned").set(&mut report, json!("x")).unwrap();
    path("summary.new.deep").set(&mut report, json!(1)).unwrap();
    path("gone.x").set(&mut report, json!(2)).unwrap();
    assert_eq!(report, json!({"summary": {"scanned": "x", "new": {"deep": 1}}, "gone": {"x": 2}}));

    assert_eq!(path("summary.new").remove(&mut report).unwrap(), Some(json!({"deep": 1})));
    assert_eq!(path("summary.new.deep").remove(&mut report).unwrap(), None);
    assert_eq!(path("gone").remove(&mut report).unwrap(), Some(json!({"x": 2})));
    assert_eq!(report, json!({"summary": {"scanned": "x"}}));

    let before = report.clone();
    let error = path("summary.scanned.x.y").set(&mut report, json!(1)).unwrap_err();
    assert_eq!(error.to_string(), "`summary.scanned` is a text, not an object");
    assert!(matches!(path("summary.scanned.x").remove(&mut report), Err(EditError::WrongShape(_))));
    assert!(matches!(path("list[].x").set(&mut report, json!(1)), Err(EditError::NotPlain(_))));
    assert!(matches!(path("list{}").remove(&mut report), Err(EditError::NotPlain(_))));
    assert_eq!(report, before);
}

/// The text of any path, by its grammar.
fn any_path() -> impl Strategy<Value = String> {
    let quoted = any::<String>().prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    let key = prop_oneof!["[a-zA-Z0-9_$@:/-]{1,8}", "[\\PC&&[^.\\[\\]{}()|\"=\\\\*\\s]]{1,4}", quoted.clone()].boxed();
    let filter = (key.clone(), quoted).prop_map(|(key, text)| format!("[{key}={text}]"));
    let more = prop_oneof![
        4 => key.clone().prop_map(|key| format!(".{key}")),
        1 => Just("[]".to_owned()),
        1 => filter,
        1 => Just("{}.value".to_owned()),
        1 => Just("{}.key".to_owned()),
        1 => (key.clone(), key.clone()).prop_map(|(one, other)| format!(".({one}|{other})")),
    ];
    (key, prop::collection::vec(more, 0..8), any::<bool>())
        .prop_map(|(first, rest, entries)| format!("{first}{}{}", rest.concat(), if entries { "{}" } else { "" }))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printing_a_path_gives_back_the_path(text in any_path()) {
        let path = DocPath::parse(&text).unwrap();
        let printed = path.to_string();
        prop_assert_eq!(DocPath::parse(&printed).unwrap(), path.clone());
        prop_assert_eq!(path.is_many(), path.steps().iter().any(|step| step.multiplies()));
    }

    #[test]
    fn an_error_is_inside_the_text(text in r#"[ab.\[\]{}"=\\*é ]{0,12}"#) {
        if let Err(error) = DocPath::parse(&text) {
            prop_assert!(text.get(error.range).is_some());
        }
    }

    #[test]
    fn what_is_set_is_selected(keys in prop::collection::vec(any::<String>(), 1..6), value in 0..9) {
        let quoted = |key: &String| format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
        let path = DocPath::parse(&keys.iter().map(quoted).collect::<Vec<_>>().join(".")).unwrap();
        let mut document = json!({});
        path.set(&mut document, json!(value)).unwrap();
        let expected = json!(value);
        prop_assert_eq!(path.select(&document), Selected::One(std::borrow::Cow::Borrowed(&expected)));
        prop_assert_eq!(path.remove(&mut document).unwrap(), Some(json!(value)));
        prop_assert_eq!(path.select(&document), Selected::Absent);
    }
}

#[test]
fn a_choice_of_keys_is_all_that_are_there() {
    let pod = json!({ "spec": { "containers": [{ "name": "a" }, { "name": "b" }], "ephemeralContainers": [{ "name": "c" }], "initContainers": null } });
    assert_eq!(select(&pod, "spec.(initContainers|containers|ephemeralContainers)[].name"), r#"["a" "b" "c"]"#);
    assert_eq!(select(&pod, "spec.(x|y)[]"), "[]");
    assert_eq!(select(&pod, "template.(x|y)[]"), "absent");
    assert_eq!(select(&pod, "(spec|y).containers[].name"), r#"["a" "b"]"#);
    assert_eq!(select(&pod, "spec.containers.(x|y)"), "`spec.containers` is a list, not an object");
    for wrong in ["a.(b)", "(b", "(b|c", "a(b|c)", "a.(b|)", "(a|b)c"] {
        assert!(DocPath::parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(path("a.(b|\"c d\")[].(e|f)").to_string(), "a.(b|\"c d\")[].(e|f)");
}
