" Vim syntax file. Written by `cargo run -p gatewright-tests --bin generate-editors`; do not change it by hand.
" Language: Gatewright
if exists("b:current_syntax")
  finish
endif

syntax keyword gateDeclaration import
syntax keyword gateDeclaration type
syntax keyword gateDeclaration ordered
syntax keyword gateDeclaration enum
syntax keyword gateDeclaration fn
syntax keyword gateDeclaration role
syntax keyword gateDeclaration signer
syntax keyword gateDeclaration catalog
syntax keyword gateDeclaration entry
syntax keyword gateDeclaration asset
syntax keyword gateDeclaration system
syntax keyword gateDeclaration subject
syntax keyword gateDeclaration evidence
syntax keyword gateDeclaration metric
syntax keyword gateDeclaration control
syntax keyword gateDeclaration policy
syntax keyword gateDeclaration test
syntax keyword gateDeclaration of
syntax keyword gateDeclaration at
syntax keyword gateDeclaration on
syntax keyword gateDeclaration with
syntax keyword gateDeclaration without
syntax keyword gateDeclaration per
syntax keyword gateDeclaration to
syntax keyword gateDeclaration by
syntax keyword gateDeclaration after
syntax keyword gateDeclaration except
syntax keyword gateDeclaration accept
syntax keyword gateDeclaration valid
syntax keyword gateDeclaration quota
syntax keyword gateDeclaration pass
syntax keyword gateDeclaration violated
syntax keyword gateDeclaration indeterminate
syntax keyword gateDeclaration not_applicable

syntax keyword gateStatement from
syntax keyword gateStatement default
syntax keyword gateStatement assume
syntax keyword gateStatement as
syntax keyword gateStatement computed
syntax keyword gateStatement secret
syntax keyword gateStatement design
syntax keyword gateStatement development
syntax keyword gateStatement operations
syntax keyword gateStatement feedback
syntax keyword gateStatement let
syntax keyword gateStatement require
syntax keyword gateStatement else
syntax keyword gateStatement for
syntax keyword gateStatement where
syntax keyword gateStatement when
syntax keyword gateStatement in
syntax keyword gateStatement matches
syntax keyword gateStatement and
syntax keyword gateStatement or
syntax keyword gateStatement not
syntax keyword gateStatement has
syntax keyword gateStatement all
syntax keyword gateStatement any
syntax keyword gateStatement true
syntax keyword gateStatement false
syntax keyword gateStatement covers
syntax keyword gateStatement enforce
syntax keyword gateStatement warn
syntax keyword gateStatement audit
syntax keyword gateStatement waive
syntax keyword gateStatement allow_partial
syntax keyword gateStatement emit
syntax keyword gateStatement given
syntax keyword gateStatement expect

syntax match gateComment "//.*$"
syntax match gateDoc "//[/!].*$"
syntax match gateNumber "\<\d[0-9_]*\(\.\d\+\)\?\(%\|[A-Za-z][A-Za-z0-9]*\|/[0-9]*[a-z]\+\)\?"
syntax match gateNumber "\<\d\{4}-\d\d-\d\d\(T[0-9:.]\+Z\)\?"
syntax match gateType "\<[A-Z][A-Za-z0-9_]*\>"
syntax match gateHole contained "{[^{}]*}"
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
