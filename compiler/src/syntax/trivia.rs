//! What the parser never sees: comments and blank lines. They stand in a table beside the tree, in the order of the text.

use crate::source::Span;
use smol_str::SmolStr;

/// What a comment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentKind {
    /// `//`: for those who read the source.
    Line,
    /// `///`: documents the declaration or member below.
    Doc,
    /// `//!`: documents the module.
    Module,
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What it is for.
    pub kind: CommentKind,
    /// From its first mark to the end of its line, without blanks there.
    pub span: Span,
    /// The whole comment with its marks.
    pub text: SmolStr,
    /// Nothing stands before it on its line.
    pub own_line: bool,
    /// A blank line stands before it.
    pub after_blank: bool,
    /// Where the next token starts; the end of the text after the last one.
    pub next: u32,
}

impl Comment {
    /// The text without its marks and the blank after them.
    pub fn body(&self) -> &str {
        let marks = match self.kind {
            CommentKind::Line => 2,
            CommentKind::Doc | CommentKind::Module => 3,
        };
        let body = self.text.get(marks..).unwrap_or_default();
        body.strip_prefix(' ').unwrap_or(body)
    }
}

/// The comments and blank lines of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trivia {
    /// All comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// Starts of the tokens that have a blank line right before them, in the order of the text.
    pub after_blank: Vec<u32>,
}

impl Trivia {
    /// The `///` lines right above what starts at `span`, joined by line breaks; empty where there are none.
    pub fn docs_before(&self, span: Span) -> String {
        if self.is_after_blank(span.start) {
            return String::new();
        }
        let comments = self.comments_before(span.start);
        let mut first = comments.len();
        while let Some(comment) = first.checked_sub(1).and_then(|index| comments.get(index)) {
            if comment.kind != CommentKind::Doc || !comment.own_line {
                break;
            }
            first -= 1;
            if comment.after_blank {
                break;
            }
        }
        lines(&comments[first..])
    }

    /// The `//!` lines at the top of the file, joined by line breaks; empty where there are none.
    pub fn module_docs(&self) -> String {
        let count = self.comments.iter().take_while(|comment| comment.kind == CommentKind::Module).count();
        lines(&self.comments[..count])
    }

    /// The comments between the token before `start` and the token that starts there.
    pub fn comments_before(&self, start: u32) -> &[Comment] {
        let from = self.comments.partition_point(|comment| comment.next < start);
        let to = self.comments.partition_point(|comment| comment.next <= start);
        &self.comments[from..to]
    }

    /// Whether a blank line stands right before the token that starts at `start`.
    pub fn is_after_blank(&self, start: u32) -> bool {
        self.after_blank.binary_search(&start).is_ok()
    }
}

fn lines(comments: &[Comment]) -> String {
    comments.iter().map(Comment::body).collect::<Vec<_>>().join("\n")
}
