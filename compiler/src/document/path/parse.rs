//! The text of a path to its steps.

use super::{DocPath, PathError, PathFault, Step, is_plain};

pub(super) fn parse(text: &str) -> Result<Vec<Step>, PathError> {
    let mut parser = Parser { text, at: 0 };
    let mut steps: Vec<Step> = Vec::new();
    while parser.peek().is_some() {
        let start = parser.at;
        let step = parser.step(steps.is_empty())?;
        let blame = |cause| PathError { range: start..parser.at, cause };
        if steps.len() == DocPath::MAX_STEPS {
            return Err(blame(PathFault::TooLong));
        }
        if steps.last() == Some(&Step::Entries) && !matches!(&step, Step::Key(key) if key == "key" || key == "value") {
            return Err(blame(PathFault::EntryPart));
        }
        steps.push(step);
    }
    if steps.is_empty() { Err(PathError { range: 0..text.len(), cause: PathFault::Empty }) } else { Ok(steps) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// An error about everything from `start` to the next character, which is included.
    fn fail<T>(&self, start: usize, cause: PathFault) -> Result<T, PathError> {
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        Err(PathError { range: start..end, cause })
    }

    fn step(&mut self, first: bool) -> Result<Step, PathError> {
        let start = self.at;
        match self.peek() {
            Some('[') => self.bracket(),
            Some('{') => {
                self.take('{');
                if self.take('}') { Ok(Step::Entries) } else { self.fail(start, PathFault::Brace) }
            }
            Some('.') if !first => {
                self.take('.');
                match self.peek() {
                    Some('[' | '{') => self.fail(start, PathFault::ExtraDot),
                    Some('(') => self.choice(),
                    _ => self.key().map(Step::Key),
                }
            }
            Some('(') if first => self.choice(),
            Some(_) if first => self.key().map(Step::Key),
            Some(c) if is_plain(c) || c == '"' => self.fail(start, PathFault::MissingDot),
            _ => self.fail(start, self.stray()),
        }
    }

    /// What is wrong with the next character, where a key or the end of one should be.
    fn stray(&self) -> PathFault {
        match self.peek() {
            None | Some('.') => PathFault::MissingKey,
            Some('*') => PathFault::Wildcard,
            Some(c) => PathFault::Unquoted(c),
        }
    }

    fn key(&mut self) -> Result<String, PathError> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
        if length == 0 {
            return self.fail(self.at, self.stray());
        }
        self.at += length;
        Ok(rest[..length].to_owned())
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        let start = self.at;
        self.take('"');
        let mut text = String::new();
        loop {
            let escape = self.at;
            match self.peek() {
                None => return self.fail(start, PathFault::OpenText),
                Some('"') => {
                    self.take('"');
                    return Ok(text);
                }
                Some('\\') => {
                    self.take('\\');
                    match self.peek() {
                        Some(c @ ('"' | '\\')) => {
                            self.take(c);
                            text.push(c);
                        }
                        _ => return self.fail(escape, PathFault::Escape),
                    }
                }
                Some(c) => {
                    self.take(c);
                    text.push(c);
                }
            }
        }
    }

    /// `(a|b)`, with two keys at least.
    fn choice(&mut self) -> Result<Step, PathError> {
        let start = self.at;
        self.take('(');
        let mut keys = vec![self.key()?];
        while self.take('|') {
            keys.push(self.key()?);
        }
        if keys.len() < 2 || !self.take(')') {
            return self.fail(start, PathFault::Choice);
        }
        Ok(Step::EachOf(keys))
    }

    /// `[]` or `[key="text"]`.
    fn bracket(&mut self) -> Result<Step, PathError> {
        let start = self.at;
        self.take('[');
        if self.take(']') {
            return Ok(Step::Elements);
        }
        if self.peek() == Some('*') {
            return self.fail(start, PathFault::Wildcard);
        }
        if self.peek().is_none_or(|c| !is_plain(c) && c != '"') {
            return self.fail(start, PathFault::Bracket);
        }
        let key = self.key()?;
        if self.take('=') {
            if self.peek() != Some('"') {
                return self.fail(start, PathFault::Bracket);
            }
            let text = self.quoted()?;
            if self.take(']') {
                return Ok(Step::ElementsWith { key, text });
            }
        } else if self.peek() == Some(']') && key.trim_start_matches('-').chars().all(|c| c.is_ascii_digit()) {
            return self.fail(start, PathFault::Index);
        }
        self.fail(start, PathFault::Bracket)
    }
}
