//! Lines of a text file of signal or genes, with what can be wrong with them.

use std::io::Read;

use super::error::{PrepareError, PrepareProblem};
use crate::input::{InputError, Problem, as_text};

/// Bytes at the start by which formats are recognised.
pub(super) const OPENING: usize = 64;

/// Reads a text file line by line; its encoding and packing are recognised by content.
pub(super) struct Lines<'a> {
    lines: crate::input::Lines<'a>,
    expected: &'static str,
}

impl<'a> Lines<'a> {
    /// Begins the file called `file` in messages, which say what is `expected` of it.
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

/// The fault of text that cannot be read, as a problem of a file of which something else than a table is `expected`.
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

/// Returns true if a line of an annotation or a track holds no row.
pub(super) fn is_comment(line: &str) -> bool {
    line.starts_with('#')
        || ["track", "browser"].iter().any(|word| {
            line.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with([' ', '\t']) || rest.is_empty())
        })
}

/// A text for a message, cut where it is long.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
