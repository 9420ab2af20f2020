//! Lines: their indentation, the blank lines and comments between them, and the columns of lines that stand together.

use crate::source::Span;
use crate::syntax::{Comment, Trivia};

/// What has been laid out so far.
pub(super) struct Printer<'a> {
    pub(super) text: &'a str,
    trivia: &'a Trivia,
    /// Comments that are not printed yet.
    comments: &'a [Comment],
    out: String,
    level: usize,
    /// Lines that stand together and share a column.
    rows: Vec<Row>,
    /// Nothing stands above between the same braces.
    first: bool,
}

/// A line of two parts, of which the second stands in a column.
struct Row {
    head: String,
    rest: String,
    comment: String,
}

impl<'a> Printer<'a> {
    pub(super) fn new(text: &'a str, trivia: &'a Trivia) -> Self {
        let out = String::with_capacity(text.len() + text.len() / 8);
        Self { text, trivia, comments: &trivia.comments, out, level: 0, rows: Vec::new(), first: true }
    }

    /// The whole output, with what comments are left.
    pub(super) fn finish(mut self) -> String {
        self.comments_before(self.text.len() as u32 + 1);
        self.flush();
        self.out
    }

    /// The source of a span.
    pub(super) fn source(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// How many columns a line at this level has.
    pub(super) fn width(&self) -> usize {
        super::WIDTH.saturating_sub(self.level * 2)
    }

    /// Writes the comments before `offset`, each on its own line, with the blank lines between them; then the blank line before `offset`.
    pub(super) fn above(&mut self, offset: u32) {
        self.comments_before(offset);
        // The table of blank lines starts with the first token.
        let top = self.text.get(..offset as usize).is_some_and(|before| before.trim_end_matches(' ').ends_with("\n\n"));
        if top || self.trivia.is_after_blank(offset) {
            self.blank();
        }
    }

    fn comments_before(&mut self, offset: u32) {
        while let Some((comment, rest)) = self.comments.split_first()
            && comment.span.start < offset
        {
            self.comments = rest;
            if comment.after_blank {
                self.blank();
            }
            self.line(&comment.text);
        }
    }

    /// Writes the comments that are left before a closing brace at `offset`.
    pub(super) fn below(&mut self, offset: u32) {
        self.comments_before(offset);
        self.flush();
    }

    /// Whether a comment stands inside of a span.
    pub(super) fn has_comment_in(&self, span: Span) -> bool {
        let next = self.comments.partition_point(|comment| comment.span.start < span.start);
        self.comments.get(next).is_some_and(|comment| comment.span.start < span.end)
    }

    /// Takes the comment that ends the line on which `end` is.
    fn behind(&mut self, end: u32) -> Option<&'a str> {
        let (comment, rest) = self.comments.split_first()?;
        let between = self.text.get(end as usize..comment.span.start as usize)?;
        if comment.own_line || between.contains('\n') || !between.trim().is_empty() {
            return None;
        }
        self.comments = rest;
        Some(&comment.text)
    }

    /// A blank line, unless nothing stands above between the same braces.
    pub(super) fn blank(&mut self) {
        self.flush();
        if !self.first && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A line of its own; its further lines are indented by who wrote them.
    pub(super) fn line(&mut self, line: &str) {
        self.flush();
        self.put(line);
    }

    fn put(&mut self, line: &str) {
        for (number, part) in line.split('\n').enumerate() {
            if !part.is_empty() {
                if number == 0 || !self.is_verbatim(line) {
                    self.out.extend(std::iter::repeat_n(' ', self.level * 2));
                }
                self.out.push_str(part);
            }
            self.out.push('\n');
        }
        self.first = false;
    }

    /// Text that was taken from the source as it stands has its own indentation.
    fn is_verbatim(&self, line: &str) -> bool {
        let start = self.text.as_ptr() as usize;
        let here = line.as_ptr() as usize;
        (start..start + self.text.len()).contains(&here)
    }

    /// A line, and the comment behind it.
    pub(super) fn line_at(&mut self, line: &str, end: u32) {
        match self.behind(end) {
            Some(comment) => self.line(&format!("{line}  {comment}")),
            None => self.line(line),
        }
    }

    /// A line whose second part stands in one column with those of its neighbours.
    pub(super) fn row(&mut self, head: String, rest: String, end: u32) {
        let comment = self.behind(end).map(|comment| format!("  {comment}")).unwrap_or_default();
        let is_short = !rest.contains('\n') && head.len() + rest.len() < self.width();
        if is_short {
            self.rows.push(Row { head, rest, comment });
            self.first = false;
        } else {
            self.line(&format!("{head} {rest}{comment}"));
        }
    }

    /// Writes the lines that stand together.
    pub(super) fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let widest = rows.iter().map(|row| row.head.chars().count()).max().unwrap_or(0);
        let longest = rows.iter().map(|row| row.rest.chars().count()).max().unwrap_or(0);
        // Columns that make a line too long are no help.
        let column = if widest + 1 + longest <= self.width() { widest } else { 0 };
        for Row { head, rest, comment } in rows {
            let pad = column.saturating_sub(head.chars().count());
            let line = format!("{head}{:pad$} {rest}{comment}", "");
            self.put(line.trim_end());
        }
    }

    /// What stands as it was written, because comments stand inside of it.
    pub(super) fn verbatim(&mut self, span: Span) {
        self.flush();
        let next = self.comments.partition_point(|comment| comment.span.start < span.end);
        self.comments = &self.comments[next..];
        let text = self.source(span);
        self.put(text);
        if let Some(comment) = self.behind(span.end) {
            self.out.pop();
            self.out.push_str("  ");
            self.out.push_str(comment);
            self.out.push('\n');
        }
    }

    /// `head { … }` with what `content` writes between the braces; `end` is the offset of the closing brace.
    pub(super) fn braces(&mut self, head: &str, end: u32, content: impl FnOnce(&mut Self)) {
        self.open(head);
        content(self);
        self.close("}", end);
    }

    pub(super) fn open(&mut self, head: &str) {
        self.line(&format!("{head} {{"));
        self.level += 1;
        self.first = true;
    }

    /// Closes what [`open`](Self::open) opened.
    pub(super) fn close(&mut self, mark: &str, end: u32) {
        self.below(end);
        self.level -= 1;
        let empty = self.first;
        self.first = false;
        if empty && mark == "}" && self.out.ends_with("{\n") {
            self.out.pop();
            self.out.push_str("}\n");
        } else {
            self.put(mark);
        }
    }

    /// Starts the other branch, whose brace was just written.
    pub(super) fn reopen(&mut self) {
        self.level += 1;
        self.first = true;
    }

    /// Writes the comment that ends the line of a closing brace.
    pub(super) fn after_close(&mut self, end: u32) {
        if let Some(comment) = self.behind(end) {
            self.out.pop();
            self.out.push_str("  ");
            self.out.push_str(comment);
            self.out.push('\n');
        }
    }

    /// The offset of the closing brace after `from`, past comments.
    pub(super) fn closing(&self, from: u32) -> u32 {
        let mut at = from as usize;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'}' => break,
                b'/' if bytes.get(at + 1) == Some(&b'/') => {
                    at += self.text[at..].find('\n').unwrap_or(self.text.len() - at);
                }
                _ => at += 1,
            }
        }
        at as u32
    }
}
