" Gatewright has one format: two blanks for each level, `//` for comments.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1
setlocal expandtab shiftwidth=2 softtabstop=2 textwidth=100 commentstring=//\ %s
let b:undo_ftplugin = "setlocal expandtab< shiftwidth< softtabstop< textwidth< commentstring<"
