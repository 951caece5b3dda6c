//! Lines of text files of signal or genes.

use std::io::Read;

use super::error::{PrepareError, PrepareProblem};
use crate::input::{InputError, Problem, as_text};

/// Number of first bytes by which formats are recognised.
pub(super) const OPENING: usize = 64;

/// Reads a text file line by line; encoding and compression are recognised by content.
pub(super) struct Lines<'a> {
    lines: crate::input::Lines<'a>,
    expected: &'static str,
}

impl<'a> Lines<'a> {
    /// Opens the file called `file` in messages, which name the `expected` content.
    pub fn open(file: &str, expected: &'static str, source: impl Read + 'a) -> Self {
        let lines = crate::input::Lines::new(file, source);
        Self { lines, expected }
    }

    /// The next line that is not blank, without its line break, and its number counted from 1.
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, PrepareError> {
        let Self { lines, expected } = self;
        lines.next().map_err(|error| unread(error, expected))
    }
}

/// Converts an error of reading text to a problem of a file whose `expected` content is not a table.
pub(super) fn unread(error: InputError, expected: &'static str) -> PrepareError {
    let (file, line, problem) = error.into_parts();
    let problem = match problem {
        Problem::GzipTruncated => PrepareProblem::GzipTruncated,
        Problem::LineTooLong => PrepareProblem::LineTooLong,
        Problem::Io(reason) => PrepareProblem::Io(reason),
        Problem::NotUtf8 { found } => PrepareProblem::Format {
            found: found.to_owned(),
            expected: "text in UTF-8 or UTF-16, plain or gzipped",
            remedy: "Save it as UTF-8.",
        },
        Problem::Binary { kind, remedy } => PrepareProblem::Format {
            found: kind.to_owned(),
            expected,
            remedy: as_text(remedy),
        },
        _ => PrepareProblem::GzipCorrupt,
    };
    PrepareError {
        line,
        ..PrepareError::file(&file, problem)
    }
}

/// Returns true for a line without a row, in an annotation or a track.
pub(super) fn is_comment(line: &str) -> bool {
    line.starts_with('#')
        || ["track", "browser"].iter().any(|word| {
            line.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with([' ', '\t']) || rest.is_empty())
        })
}

/// A text for a message, truncated if long.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
