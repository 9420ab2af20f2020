//! What editors need of the language's words: written from the compiler's own table, so that they cannot drift.

use gatewright::syntax::{WORDS, WordClass};
use std::path::PathBuf;

/// The path of the Vim syntax file.
pub fn vim_syntax_path() -> PathBuf {
    crate::fixture::repository().join("editors/vim/syntax/gate.vim")
}

/// The Vim syntax file: keywords from the compiler's table, and the forms of literals.
pub fn vim_syntax() -> String {
    let words = |class: WordClass| {
        let words = WORDS.iter().filter(|word| word.class == class).map(|word| word.text);
        words.map(|word| format!("syntax keyword {} {word}\n", group(class))).collect::<String>()
    };
    let declarations = words(WordClass::Declaration);
    let statements = words(WordClass::Statement);
    format!(
        r#"" Vim syntax file. Written by `cargo run -p gatewright-tests --bin generate-editors`; do not change it by hand.
" Language: Gatewright
if exists("b:current_syntax")
  finish
endif

{declarations}
{statements}
syntax match gateComment "//.*$"
syntax match gateDoc "//[/!].*$"
syntax match gateNumber "\<\d[0-9_]*\(\.\d\+\)\?\(%\|[A-Za-z][A-Za-z0-9]*\|/[0-9]*[a-z]\+\)\?"
syntax match gateNumber "\<\d\{{4}}-\d\d-\d\d\(T[0-9:.]\+Z\)\?"
syntax match gateType "\<[A-Z][A-Za-z0-9_]*\>"
syntax match gateHole contained "{{[^{{}}]*}}"
syntax region gateString start=+"+ skip=+\\.+ end=+"+ oneline contains=gateHole
syntax region gatePattern start=+\<\(re\|glob\)"+ end=+"+ oneline

highlight default link gateComment Comment
highlight default link gateDoc SpecialComment
highlight default link gateDeclaration Structure
highlight default link gateStatement Statement
highlight default link gateNumber Number
highlight default link gateType Type
highlight default link gateHole Special
highlight default link gateString String
highlight default link gatePattern Special

let b:current_syntax = "gate"
"#
    )
}

fn group(class: WordClass) -> &'static str {
    match class {
        WordClass::Declaration => "gateDeclaration",
        WordClass::Statement => "gateStatement",
    }
}
