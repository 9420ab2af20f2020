//! What an accepted pattern says and its author hardly meant.

use super::form::{Context, escaped};
use super::subset::{bytes, meaning, syntax};
use super::{Kind, Pattern, Suggestion, class};
use regex_syntax::ast::{Alternation, Ast, ClassBracketed, ClassSetItem, LiteralKind};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// A suspicion about a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// The bytes of the pattern's text that look wrong.
    pub range: Range<usize>,
    /// What looks wrong about them.
    pub kind: LintKind,
    /// The repair, where there is exactly one sensible one.
    pub suggestion: Option<Suggestion>,
}

/// What can look wrong about a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintKind {
    /// `acme.example`, `.*.onnx`: the dot matches any character.
    UnescapedDot,
    /// `[onnx|safetensors]`: a set of letters, not a choice of words.
    ClassForGroup,
    /// `(a|)`: nothing is one of the choices.
    EmptyAlternative,
    /// `(a|b|a)`: a choice that was there before.
    DuplicateAlternative,
    /// Nothing but the empty text matches.
    OnlyEmpty,
}

impl fmt::Display for LintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LintKind::UnescapedDot => {
                "this `.` matches any character: write `\\.` for a dot, or `[^\\n]` if any is meant"
            }
            LintKind::ClassForGroup => "this class matches one of its letters, not one of the words",
            LintKind::EmptyAlternative => "nothing at all is one of these alternatives: write `?` if that is meant",
            LintKind::DuplicateAlternative => "this alternative was already there",
            LintKind::OnlyEmpty => "this pattern matches nothing but the empty text",
        })
    }
}

/// Everything that looks wrong about a pattern, in the order of its text.
pub fn lint(pattern: &Pattern) -> Vec<Lint> {
    let text = pattern.source();
    let mut found = Vec::new();
    match (pattern.kind(), syntax(text)) {
        (Kind::Regex, Ok(ast)) if !meaning(text, &ast).is_some_and(|form| form.is_only_empty()) => {
            Linter { text, found: &mut found }.visit(&ast);
        }
        (Kind::Glob, _) if !text.is_empty() => {}
        _ => found.push(Lint { range: 0..text.len(), kind: LintKind::OnlyEmpty, suggestion: None }),
    }
    found.sort_by_key(|lint| (lint.range.start, lint.range.end));
    found
}

struct Linter<'t, 'f> {
    text: &'t str,
    found: &'f mut Vec<Lint>,
}

impl Linter<'_, '_> {
    fn visit(&mut self, ast: &Ast) {
        match ast {
            Ast::Repetition(repetition) => match &*repetition.ast {
                // What is repeated would change with the repair, so there is no single one.
                Ast::ClassBracketed(class) => self.class(class, false),
                inner => self.visit(inner),
            },
            Ast::Group(group) => self.visit(&group.ast),
            Ast::ClassBracketed(class) => self.class(class, true),
            Ast::Alternation(choice) => {
                self.alternation(choice);
                choice.asts.iter().for_each(|branch| self.visit(branch));
            }
            Ast::Concat(concat) => {
                for (index, part) in concat.asts.iter().enumerate() {
                    let before = index.checked_sub(1).and_then(|index| concat.asts.get(index));
                    match (before, part, concat.asts.get(index + 1)) {
                        (Some(before), Ast::Dot(span), Some(after)) => self.dot(before, bytes(span), after),
                        _ => self.visit(part),
                    }
                }
            }
            _ => {}
        }
    }

    /// A bare dot before a word and after a word, or after something that stands for one.
    fn dot(&mut self, before: &Ast, range: Range<usize>, after: &Ast) {
        let stands_for_a_word = match before {
            Ast::Repetition(_) | Ast::Group(_) | Ast::ClassBracketed(_) | Ast::ClassPerl(_) => true,
            other => starts_word(other),
        };
        if stands_for_a_word && starts_word(after) {
            let suggestion =
                Suggestion { title: "escape the dot", range: range.clone(), replacement: r"\.".to_owned() };
            self.found.push(Lint { range, kind: LintKind::UnescapedDot, suggestion: Some(suggestion) });
        }
    }

    /// A class with `|` between what look like words.
    fn class(&mut self, class: &ClassBracketed, repairable: bool) {
        let Some(words) = words(class) else { return };
        let range = bytes(&class.span);
        let words: Vec<String> =
            words.iter().map(|word| word.chars().map(|c| escaped(c, Context::Literal)).collect()).collect();
        let suggestion =
            Suggestion { title: "write a group", range: range.clone(), replacement: format!("({})", words.join("|")) };
        self.found.push(Lint { range, kind: LintKind::ClassForGroup, suggestion: repairable.then_some(suggestion) });
    }

    fn alternation(&mut self, choice: &Alternation) {
        let mut seen = BTreeSet::new();
        let mut end_of_previous = None;
        for branch in &choice.asts {
            let range = bytes(branch.span());
            if let Ast::Empty(_) = branch {
                // The bar beside the empty place; the place itself has no bytes to show.
                let bar = range.start.checked_sub(1).filter(|_| end_of_previous.is_some()).unwrap_or(range.start);
                self.found.push(Lint { range: bar..bar + 1, kind: LintKind::EmptyAlternative, suggestion: None });
            } else if let Some(form) = meaning(self.text, branch)
                && !seen.insert(form.to_string())
            {
                let suggestion = Suggestion {
                    title: "remove the repetition",
                    range: end_of_previous.unwrap_or(range.start)..range.end,
                    replacement: String::new(),
                };
                self.found.push(Lint {
                    range: range.clone(),
                    kind: LintKind::DuplicateAlternative,
                    suggestion: Some(suggestion),
                });
            }
            end_of_previous = Some(range.end);
        }
    }
}

/// Whether the tree starts with a letter or digit that stands for itself, on every branch.
fn starts_word(ast: &Ast) -> bool {
    match ast {
        Ast::Literal(literal) => literal.kind == LiteralKind::Verbatim && literal.c.is_alphanumeric(),
        Ast::Group(group) => starts_word(&group.ast),
        Ast::Alternation(choice) => choice.asts.iter().all(starts_word),
        Ast::Concat(concat) => concat.asts.first().is_some_and(starts_word),
        _ => false,
    }
}

/// The words of a class that was meant as a group: plain characters with `|` between them, among them a letter twice, which no set of
/// characters needs, or a part that is too long to be anything but a word.
fn words(class: &ClassBracketed) -> Option<Vec<String>> {
    let members: Option<String> = class::items(class)?
        .iter()
        .map(|item| match item {
            ClassSetItem::Literal(literal) => Some(literal.c),
            _ => None,
        })
        .collect();
    let members = members.filter(|_| !class.negated)?;
    let letters = || members.chars().filter(|c| c.is_alphanumeric());
    let repeated = letters().collect::<BTreeSet<_>>().len() < letters().count();
    let words: Vec<String> = members.split('|').map(str::to_owned).collect();
    let is_word = |word: &String| {
        word.chars().any(char::is_alphanumeric) && word.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c))
    };
    let long = words.iter().any(|word| word.chars().count() > 2);
    (words.len() > 1 && words.iter().all(is_word) && (repeated || long)).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, each with the bytes it names and the repaired text.
    fn found(source: &str) -> Vec<(LintKind, String, Option<String>)> {
        let pattern = Pattern::parse_regex(source).expect(source);
        let repaired = |suggestion: Suggestion| {
            let mut text = source.to_owned();
            text.replace_range(suggestion.range, &suggestion.replacement);
            assert!(Pattern::parse_regex(&text).is_ok(), "{text}");
            text
        };
        let lints = lint(&pattern).into_iter();
        lints.map(|lint| (lint.kind, source[lint.range].to_owned(), lint.suggestion.map(repaired))).collect()
    }

    fn repairs(source: &str) -> Vec<Option<String>> {
        found(source).into_iter().map(|(_, _, repaired)| repaired).collect()
    }

    #[test]
    fn dots_in_names() {
        assert_eq!(
            found("registry.acme.example/.+"),
            [
                (LintKind::UnescapedDot, ".".to_owned(), Some(r"registry\.acme.example/.+".to_owned())),
                (LintKind::UnescapedDot, ".".to_owned(), Some(r"registry.acme\.example/.+".to_owned())),
            ]
        );
        assert_eq!(repairs(".*.onnx"), [Some(r".*\.onnx".to_owned())]);
        assert_eq!(repairs(".+.(safetensors|onnx)"), [Some(r".+\.(safetensors|onnx)".to_owned())]);
        assert_eq!(repairs(r"[a-z]+.example"), [Some(r"[a-z]+\.example".to_owned())]);
        assert_eq!(repairs(r"(a|b.c)"), [Some(r"(a|b\.c)".to_owned())]);
        for fine in [
            r"registry\.acme\.example/.+",
            ".*",
            "a.*b",
            "a.+",
            ".*secret.*",
            "a/./b",
            "..a",
            r"a[^\n]b",
            ".gitignore",
            r"\d.\d",
        ] {
            assert_eq!(found(fine), [], "{fine}");
        }
    }

    #[test]
    fn classes_meant_as_groups() {
        assert_eq!(
            found("[safetensors|onnx]"),
            [(LintKind::ClassForGroup, "[safetensors|onnx]".to_owned(), Some("(safetensors|onnx)".to_owned()))]
        );
        assert_eq!(repairs(r".*[.pt|.bin]"), [Some(r".*(\.pt|\.bin)".to_owned())]);
        assert_eq!(repairs("[cpu|gpu]+"), [None]);
        assert_eq!(repairs("[bin|gz]"), [Some("(bin|gz)".to_owned())]);
        assert_eq!(repairs("[r|rw]"), [Some("(r|rw)".to_owned())]);
        for fine in ["[a|b]", "[ab|cd]", "[,|;]", "[^ab|cd]", "[a-z|]", "[|]", "[ab]", r"[\w|ab]"] {
            assert_eq!(found(fine), [], "{fine}");
        }
    }

    #[test]
    fn alternatives() {
        assert_eq!(found("(a|)"), [(LintKind::EmptyAlternative, "|".to_owned(), None)]);
        assert_eq!(found("|a"), [(LintKind::EmptyAlternative, "|".to_owned(), None)]);
        assert_eq!(found("a||b"), [(LintKind::EmptyAlternative, "|".to_owned(), None)]);
        assert_eq!(
            found("(onnx|pt|[o]nnx)"),
            [(LintKind::DuplicateAlternative, "[o]nnx".to_owned(), Some("(onnx|pt)".to_owned()))]
        );
        assert_eq!(repairs("a|b|a|a"), [Some("a|b|a".to_owned()), Some("a|b|a".to_owned())]);
        assert_eq!(found("a|b|ab"), []);
    }

    #[test]
    fn patterns_without_text() {
        for source in ["", "()", "a{0}", "(|)", "(a{0}|)*"] {
            assert_eq!(found(source), [(LintKind::OnlyEmpty, source.to_owned(), None)], "{source}");
        }
        let glob = |text| lint(&Pattern::parse_glob(text).expect("a glob"));
        assert_eq!(glob("").len(), 1);
        assert_eq!(glob("registry.acme.example/*"), []);
    }
}
