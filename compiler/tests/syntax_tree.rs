//! The tree itself: precedence, and what is left of declarations with mistakes.

use gatewright::source::{FileId, Sources, Span};
use gatewright::syntax::ast::*;
use gatewright::syntax::{Parsed, WORDS, parse, parse_expr, same_tree};

fn file(text: &str) -> FileId {
    Sources::default().add("test.gate", text)
}

fn read(text: &str) -> Parsed {
    parse(file(text), text)
}

/// An expression with every grouping in parentheses.
fn shape(expr: &Expr) -> String {
    let list = |exprs: &[Expr], between: &str| exprs.iter().map(shape).collect::<Vec<_>>().join(between);
    match &expr.kind {
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Literal(literal) => match literal {
            Literal::Bool(value) => value.to_string(),
            Literal::Number(text)
            | Literal::Percent(text)
            | Literal::Rate(text)
            | Literal::Date(text)
            | Literal::Time(text)
            | Literal::Duration(text)
            | Literal::Bytes(text) => text.to_string(),
            Literal::Text(text) => format!("{text:?}"),
            Literal::Regex(text) => format!("re:{text}"),
            Literal::Glob(text) => format!("glob:{text}"),
        },
        ExprKind::List(exprs) => format!("[{}]", list(exprs, ", ")),
        ExprKind::EmptyMap => "{}".to_owned(),
        ExprKind::Paren(inner) => shape(inner),
        ExprKind::Field(inner, name) => format!("{}.{}", shape(inner), name.node),
        ExprKind::Index(inner, key) => format!("{}[{}]", shape(inner), shape(key)),
        ExprKind::Call(callee, args) => {
            let args: Vec<_> = args
                .iter()
                .map(|arg| match &arg.name {
                    Some(name) => format!("{} = {}", name.node, shape(&arg.value)),
                    None => shape(&arg.value),
                })
                .collect();
            format!("{}({})", shape(callee), args.join(", "))
        }
        ExprKind::Not(inner) => format!("(not {})", shape(inner)),
        ExprKind::Negate(inner) => format!("(-{})", shape(inner)),
        ExprKind::Has(inner) => format!("(has {})", shape(inner)),
        ExprKind::And(exprs) => format!("({})", list(exprs, " and ")),
        ExprKind::Or(exprs) => format!("({})", list(exprs, " or ")),
        ExprKind::Compare(op, left, right) => format!("({} {} {})", shape(left), op.node.symbol(), shape(right)),
        ExprKind::Coalesce(exprs) => format!("({})", list(exprs, " ?? ")),
        ExprKind::Sum(first, rest) => {
            let rest: String = rest
                .iter()
                .map(|(op, expr)| format!(" {} {}", if op.node == SumOp::Add { "+" } else { "-" }, shape(expr)))
                .collect();
            format!("({}{rest})", shape(first))
        }
        ExprKind::Product(exprs) => format!("({})", list(exprs, " * ")),
        ExprKind::Quantified { quantifier, name, list, body } => {
            format!("({quantifier:?} {} in {}: {})", name.node, shape(list), shape(body))
        }
        ExprKind::Comprehension { element, name, list, filter } => {
            let filter = filter.as_ref().map_or(String::new(), |filter| format!(" where {}", shape(filter)));
            format!("[{} for {} in {}{filter}]", shape(element), name.node, shape(list))
        }
        ExprKind::Error => "?".to_owned(),
    }
}

#[track_caller]
fn expr(text: &str) -> String {
    let (expr, problems) = parse_expr(Span::new(file(text), 0, text.len() as u32), text);
    assert!(problems.is_empty(), "{problems:?}");
    shape(&expr)
}

#[test]
fn operators_bind_as_designed() {
    for (text, shape) in [
        ("a ?? b == c and not d or e", "((((a ?? b) == c) and (not d)) or e)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("-a.b[0](c) * 2 + 3 - -4", "(((-a.b[0](c)) * 2) + 3 - (-4))"),
        ("a in b ?? [] and c matches re\"x\\\"", "((a in (b ?? [])) and (c matches re:x\\))"),
        ("has a.b and has c", "((has a.b) and (has c))"),
        ("all x in xs ?? ys: x and y or z", "(All x in (xs ?? ys): ((x and y) or z))"),
        ("(any x in xs: x) and b", "((Any x in xs: x) and b)"),
        ("all x in xs: any y in x.ys: y", "(All x in xs: (Any y in x.ys: y))"),
        ("[x.y for x in xs where x.z > 1]", "[x.y for x in xs where (x.z > 1)]"),
        ("f(role, type = system, all x in xs: x)", "f(role, type = system, (All x in xs: x))"),
        ("a.all.in.control == control", "(a.all.in.control == control)"),
        ("a and b and c or d or e", "((a and b and c) or d or e)"),
        ("(a and b) and c", "((a and b) and c)"),
        ("\"a\\u{e9}\\n\\\"{b}{{\"", "\"aé\\n\\\"{b}{{\""),
        ("2026-12-31T00:00:00.5Z", "2026-12-31T00:00:00.5Z"),
        (
            "[30d, 1h30m, 4GiB, 95%, 33.3%, 100/min, 100/10min, 200000/h, 2026-12-31, 1_000, 0.5]",
            "[30d, 1h30m, 4GiB, 95%, 33.3%, 100/min, 100/10min, 200000/h, 2026-12-31, 1_000, 0.5]",
        ),
        ("{}", "{}"),
    ] {
        assert_eq!(expr(text), shape, "{text}");
    }
}

#[test]
fn an_expression_inside_a_message_keeps_its_place() {
    let text = "\"is {model.name}\"";
    let place = Span::new(file(text), 5, 15);
    let (expr, problems) = parse_expr(place, "model.name");
    assert!(problems.is_empty());
    assert_eq!(expr.span, place);
    let (_, problems) = parse_expr(place, "model.");
    assert_eq!(problems[0].primary.span.start, 11);
    assert_eq!(parse_expr(place, "").1.len(), 1);
}

#[test]
fn comments_document_what_follows() {
    let parsed = read(
        "//! One.\n//! Two.\n\n/// A role.\n///  Indented.\nrole a {}\n\n/// Far.\n\nrole b {}\n// no\nrole c {} /// after\n",
    );
    let docs: Vec<_> = parsed.module.items.iter().map(|item| parsed.trivia.docs_before(item.span)).collect();
    assert_eq!(docs, ["A role.\n Indented.", "", ""]);
    assert_eq!(parsed.trivia.module_docs(), "One.\nTwo.");
}

fn control(item: &Item) -> &Control {
    match &item.kind {
        ItemKind::Control(control) => control,
        kind => panic!("not a control: {kind:?}"),
    }
}

/// The statements of the first block of the first control.
fn statements(parsed: &Parsed) -> &[Stmt] {
    control(&parsed.module.items[0])
        .members
        .iter()
        .find_map(|member| if let ControlMember::Block(block) = member { Some(&block.body[..]) } else { None })
        .expect("a block")
}

#[test]
fn a_half_typed_statement_keeps_what_is_there() {
    let parsed = read(
        "control a { design on model {\n let x =\n let y\n require model.\n require model.name.\n require x else \"m\"\n} }",
    );
    let shapes: Vec<_> = statements(&parsed)
        .iter()
        .map(|stmt| match &stmt.kind {
            StmtKind::Let { name, value, .. } => format!("let {} = {}", name.node, shape(value)),
            StmtKind::Require { condition, message, .. } => {
                format!("require {} else {}", shape(condition), message.node)
            }
            kind => format!("{kind:?}"),
        })
        .collect();
    assert_eq!(
        shapes,
        ["let x = ?", "let y = ?", "require model. else ", "require model.name. else ", "require x else m"]
    );
    assert_eq!(parsed.problems.len(), 4);
}

#[test]
fn a_declaration_without_end_does_not_swallow_the_next() {
    let parsed = read(
        "control a {\n  design on model {\n    require x else \"m\"\n\ncontrol b {\n  severity = high\n}\n\npolicy c {\n",
    );
    let names: Vec<_> = parsed.module.items.iter().filter_map(|item| Some(item.kind.name()?.node.as_str())).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(statements(&parsed).len(), 1);
    assert_eq!(parsed.problems.len(), 3);
}

#[test]
fn a_block_without_end_does_not_swallow_the_next() {
    let parsed = read(
        "control a {\n  design on model {\n    require x else \"m\"\n  feedback on metrics {\n    require y else \"m\"\n  }\n}\n",
    );
    assert_eq!(control(&parsed.module.items[0]).members.len(), 2);
    assert_eq!(parsed.problems.len(), 1);
}

#[test]
fn misspelt_words_are_read_as_meant() {
    let parsed =
        read("contorl a {\n  desing on model {\n    reqiure x else \"m\"\n    if y { require z else \"n\" }\n  }\n}\n");
    assert!(matches!(statements(&parsed)[0].kind, StmtKind::Require { .. }));
    assert!(matches!(statements(&parsed)[1].kind, StmtKind::When { .. }));
    assert_eq!(parsed.problems.len(), 4);
    assert!(parsed.problems.iter().all(|problem| problem.fixes.len() == 1));
}

#[test]
fn the_layout_of_a_text_without_mistakes_does_not_matter() {
    for text in [include_str!("syntax/good/every_form.gate"), include_str!("syntax/good/fraud.gate")] {
        let parsed = read(text);
        let tokens = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let joined: String = tokens.clone().flat_map(|line| [line.trim(), " "]).collect();
        // A break before every word outside quotes, at the margin.
        let mut quoted = false;
        let broken: String = joined
            .chars()
            .map(|c| {
                quoted ^= c == '"';
                if c == ' ' && !quoted { '\n' } else { c }
            })
            .collect();
        for other in [joined.as_str(), broken.as_str()] {
            assert!(same_tree(parsed.module.clone(), read(other).module));
        }
        assert!(parsed.problems.is_empty());
    }
}

#[test]
fn a_path_alone_is_read_as_the_grammar_reads_it() {
    let deep = vec!["a"; 140].join(".");
    let words = WORDS.iter().flat_map(|word| [word.text.to_owned(), format!("a.{}.b", word.text)]);
    let odd =
        ["a", "_a9.B", "a..b", ".a", "a.", "9a", "a.9", "a-b", "é", "a.b.c", &deep[..253], &deep[..255], &deep[..257]];
    for text in words.chain(odd.map(str::to_owned)) {
        let read = |text: &str| parse_expr(Span::new(file(text), 7, 7 + text.len() as u32), text);
        // With a blank behind it, a text is never a path alone.
        let (alone, problems) = read(&text);
        let (with_blank, said) = read(&format!("{text} "));
        assert_eq!(problems.is_empty(), said.is_empty(), "{text}");
        if said.is_empty() {
            assert_eq!(alone, with_blank, "{text}");
        }
    }
}
