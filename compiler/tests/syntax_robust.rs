//! Nothing can make the parser fail: every text gives a tree whose places fit the text and each other.

use gatewright::source::{Sources, Span};
use gatewright::syntax::{WORDS, each_span, parse};
use proptest::prelude::*;

const FILES: [&str; 5] = [
    include_str!("syntax/good/fraud.gate"),
    include_str!("syntax/good/every_form.gate"),
    include_str!("syntax/bad/brackets.gate"),
    include_str!("syntax/bad/half_typed.gate"),
    include_str!("syntax/bad/words.gate"),
];

/// Parses `text` and checks what holds of every text. Gives the number of problems.
#[track_caller]
fn check(text: &str) -> usize {
    let mut sources = Sources::default();
    let file = sources.add("test.gate", text);
    let mut parsed = parse(file, text);
    let fits = |span: Span| {
        span.start <= span.end && text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize)
    };
    let mut parents: Vec<Span> = Vec::new();
    each_span(&mut parsed.module, &mut |span, depth| {
        assert!(fits(*span), "{span:?} does not fit in {text:?}");
        parents.truncate(depth);
        if let Some(parent) = parents.last() {
            assert!(
                parent.start <= span.start && span.end <= parent.end,
                "{span:?} is not inside {parent:?} in {text:?}"
            );
        }
        while parents.len() < depth {
            parents.push(*span);
        }
        parents.push(*span);
    });
    let tree = format!("{:?}", parsed.module);
    let broken = tree.contains("kind: Error") || tree.contains("Error(Span");
    assert!(!broken || !parsed.problems.is_empty(), "nothing is said of {text:?}");
    let items: Vec<_> = parsed.module.items.iter().map(|item| item.span).collect();
    assert!(items.windows(2).all(|pair| pair[0].end <= pair[1].start), "declarations overlap in {text:?}");
    for problem in &parsed.problems {
        let labels = problem.labels.iter().map(|label| label.span);
        let edits = problem.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        assert!([problem.primary.span].into_iter().chain(labels).chain(edits).all(fits), "{problem:?} in {text:?}");
    }
    for comment in &parsed.trivia.comments {
        assert!(fits(comment.span) && text[comment.span.range()] == *comment.text);
    }
    parsed.problems.len()
}

fn soup() -> impl Strategy<Value = String> {
    let marks = [
        "{", "}", "[", "]", "(", ")", ",", ":", ".", "?", "??", "=", "==", "<", ">=", "+", "-", "*", ";", "!", "&&",
        "§",
    ];
    let literals = [
        "1",
        "30d",
        "\"a\"",
        "\"a",
        "re\"x\"",
        "95%",
        "3/s",
        "2026-01-01",
        "@1",
        "// c\n",
        "/// d\n",
        "\n",
        "\n\n",
        "x",
        "y",
    ];
    let words = WORDS.iter().map(|word| word.text).chain(marks).chain(literals).collect::<Vec<_>>();
    prop::collection::vec((prop::sample::select(words), prop::sample::select(vec![" ", " ", "\n", ""])), 0..120)
        .prop_map(|parts| parts.into_iter().flat_map(|(word, blank)| [word, blank]).collect())
}

/// A part of a valid file removed, doubled or moved.
fn mutated() -> impl Strategy<Value = String> {
    (0..FILES.len(), any::<prop::sample::Index>(), 0..40_usize, any::<prop::sample::Index>(), 0..3_u8).prop_map(
        |(file, at, length, to, how)| {
            let text: Vec<char> = FILES[file].chars().collect();
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            let part = &text[at..end];
            let mut rest: Vec<char> = text[..at].iter().chain(&text[end..]).copied().collect();
            if how > 0 {
                let to = to.index(rest.len().max(1));
                rest.splice(to..to, part.iter().copied());
            }
            if how > 1 {
                rest.splice(at.min(rest.len())..at.min(rest.len()), part.iter().copied());
            }
            rest.into_iter().collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_tokens_give_a_tree(text in soup()) {
        check(&text);
    }

    #[test]
    fn random_text_gives_a_tree(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn mutated_files_give_a_tree(text in mutated()) {
        check(&text);
    }
}

#[test]
fn truncated_files_give_a_tree() {
    for text in FILES {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            check(&text[..at]);
        }
    }
}

#[test]
fn deep_and_long_texts_give_a_tree() {
    let statement = |condition: &str| format!("control c {{ design on m {{ require {condition} else \"m\" }} }}");
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("x[", "]"),
        ("not ", ""),
        ("-", ""),
        ("(not -", ")"),
        ("all x in xs: ", ""),
        ("has ", ""),
        ("[x for x in ", "]"),
    ] {
        for count in [10_usize, 60, 200, 5_000] {
            check(&statement(&format!("{}x{}", open.repeat(count), close.repeat(count))));
            check(&statement(&format!("{}x", open.repeat(count))));
            check(&statement(&format!("x{}", close.repeat(count))));
        }
    }
    for part in [".a", "[0]", "()", " and x", " or x", " + x", " * x", " ?? x", " == x", " x", ", x", " = x", "?"] {
        check(&statement(&format!("x{}", part.repeat(5_000))));
    }
    for line in [
        "when x {\n",
        "for x in xs {\n",
        "x = [\n",
        "x = (\n",
        "}\n",
        "] } )\n",
        "control a {\n",
        "require\n",
        "let a =\n",
        "x: {\n",
        "a b ",
    ] {
        check(&line.repeat(5_000));
        check(&format!("control c {{\n design on m {{\n{}}}\n", line.repeat(5_000)));
        check(&format!("type t {{\n{}}}\n", line.repeat(5_000)));
    }
    check(&format!("type t {{ x: {}Int{} }}", "[".repeat(5_000), "]".repeat(5_000)));
    check(&format!("type t {{ x: {}Int{} }}", "{Text: ".repeat(5_000), "}".repeat(5_000)));
}

#[test]
fn one_mistake_is_said_once() {
    for (text, problems) in [
        ("control a {\n  severity = \n}\n", 1),
        ("control a {", 1),
        ("control a {\ncontrol b {}\n", 1),
        ("control a { design on m { require x. } }", 1),
        ("control a { design on m { let a =\n let b = 1 } }", 1),
        ("control a { design on m { require x } }", 1),
        ("type t { x: [Int }", 1),
        ("contorl a { severity = high }", 1),
        ("control a { design on m { when x { require y else \"m\" } }\ncontrol b {}\n", 1),
        ("policy p { enforce a(b = }", 1),
        ("test \"t\" { given x with { a = } }", 1),
        ("control a { design on m { require a < b < c < d else \"m\" } }", 1),
        ("fn f(x: Int): Int = \ncontrol b {}", 1),
        ("import std.\ncontrol b {}", 1),
        ("import std.{a b}", 1),
        ("enum e { a, = \"x\", b }", 1),
        ("control a(x: = 1) {}", 1),
        ("control a { = }", 1),
    ] {
        assert_eq!(check(text), problems, "{text}");
    }
}
