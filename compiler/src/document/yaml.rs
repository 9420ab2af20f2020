//! YAML, and the YAML at the head of a Markdown file. What readers of YAML 1.1 and 1.2 understand differently is never
//! guessed: `yes`, `0755` and `1_000` stay texts, so a field that wants a Bool or a number is wrong-typed, and merge
//! keys are refused.

use serde_json::Value;
use serde_saphyr::{
    DuplicateKeyPolicy, Error, MergeKeyPolicy, MessageFormatter, NonFiniteFloatPolicy, Options, UserMessageFormatter,
};

use super::tree::Tree;
use super::{DocumentError, Limits, Position};

/// A YAML byte costs many times the work of a JSON byte, and reports in YAML are small: these bounds are its own.
const MAX_NODES: usize = 1_000_000;

/// How many parts aliases may repeat in all. Whoever writes a report by machine hardly uses any.
const MAX_REPEATED: usize = 100_000;

/// The parser takes some 30 KiB of stack for a level in an unoptimised build; the stack of a thread may have 2 MiB.
const MAX_DEPTH: usize = 64;

/// One YAML document. Aliases are followed, within bounds.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Value, DocumentError> {
    value(text, 0, limits)
}

/// Every YAML document of a text; those that say nothing are left out. A line `---` parts documents wherever it stands: a block of text is
/// indented.
pub(super) fn read_all(text: &str, limits: &Limits) -> Result<Vec<Value>, DocumentError> {
    let is_marker = |line: &str| {
        line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    let (mut starts, mut at) = (vec![(0, 0)], 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if is_marker(line) && at > 0 {
            starts.push((at, number));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let mut found = Vec::new();
    for ((start, line), end) in starts.iter().zip(ends) {
        match value(&text[*start..end], *line, limits) {
            Err(DocumentError::Empty) => {}
            read => found.push(read?),
        }
    }
    Ok(found)
}

/// The document between a first line `---` and the next line `---`.
pub(super) fn read_front_matter(text: &str, limits: &Limits) -> Result<Value, DocumentError> {
    if text.trim().is_empty() {
        return Err(DocumentError::Empty);
    }
    let is_fence = |line: &str| line.trim_end() == "---";
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if !is_fence(first) {
        return Err(DocumentError::NoFrontMatter);
    }
    let body = &text[first.len()..];
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        if is_fence(line) {
            return value(&body[..end], 1, limits);
        }
        end += line.len();
    }
    Err(DocumentError::OpenFrontMatter)
}

/// One document, which starts after `lines_before` lines of its file.
fn value(text: &str, lines_before: usize, limits: &Limits) -> Result<Value, DocumentError> {
    let limits = Limits { max_depth: limits.max_depth.min(MAX_DEPTH), ..*limits };
    let tree = Tree::new(&limits);
    let read =
        serde_saphyr::with_deserializer_from_str_with_options(text, options(&limits), |reader| tree.read(reader, 0));
    let error = match read {
        // A file of blanks and comments is null, and says nothing.
        Ok(Value::Null) | Err(Error::Eof { .. }) => return Err(DocumentError::Empty),
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let at = position(&error, lines_before);
    Err(match unwrapped(&error) {
        Error::DuplicateMappingKey { key: Some(key), .. } => DocumentError::DuplicateKey { key: key.clone(), at },
        Error::MultipleDocuments { .. } => DocumentError::Trailing { at },
        error if is_limit(error) => DocumentError::TooComplex { at },
        error => tree.error(at, || UserMessageFormatter.format_message(error).into_owned()),
    })
}

fn options(limits: &Limits) -> Options {
    // One level more than the limit, so that it is the tree which refuses, as it does for JSON.
    let max_depth = limits.max_depth.saturating_add(1);
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: max_depth,
            flow_nesting_limit: max_depth,
            max_nodes: MAX_NODES,
            max_events: 3 * MAX_NODES,
            max_recorded_anchor_events: MAX_REPEATED,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPEATED },
        // The tree finds duplicates too, but knows only where their object starts.
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        emit_comments: false,
        with_snippet: false,
    }
}

/// Whether the reader stopped at one of its own limits.
fn is_limit(error: &Error) -> bool {
    matches!(
        error,
        Error::Budget { .. }
            | Error::AliasReplayCounterOverflow { .. }
            | Error::AliasReplayLimitExceeded { .. }
            | Error::AliasExpansionLimitExceeded { .. }
            | Error::AliasReplayStackDepthExceeded { .. }
    )
}

/// The error itself, of one that was found while an alias was followed.
fn unwrapped(error: &Error) -> &Error {
    match error {
        Error::AliasError { error, .. } => error,
        error => error,
    }
}

fn position(error: &Error, lines_before: usize) -> Position {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    // What has no place, such as too many aliases, is about the whole document.
    let (line, column) = error.location().map_or((1, 1), |at| (number(at.line()), number(at.column())));
    Position { line: lines_before.saturating_add(line), column }
}
