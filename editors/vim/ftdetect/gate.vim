autocmd BufNewFile,BufRead *.gate setfiletype gate
