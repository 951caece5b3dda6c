//! Lines of a text file, plain or gzipped, with their numbers.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::error::{PrepareError, PrepareProblem, of_io};
use crate::input::LINE_LIMIT;

/// Bytes at the start by which formats are recognised.
pub(super) const OPENING: usize = 32;

/// Reads a text file line by line; gzip is recognised by content.
pub(super) struct Lines<'a> {
    file: String,
    text: BufReader<Box<dyn Read + 'a>>,
    packed: bool,
    line: Vec<u8>,
    number: u64,
}

impl<'a> Lines<'a> {
    /// Begins the file called `file` in messages.
    pub fn open(file: &str, mut source: impl Read + 'a) -> Result<Self, PrepareError> {
        let mut opening = Vec::with_capacity(2);
        source
            .by_ref()
            .take(2)
            .read_to_end(&mut opening)
            .map_err(|error| PrepareError::file(file, of_io(&error)))?;
        let packed = opening == [0x1f, 0x8b];
        let whole = Cursor::new(opening).chain(source);
        let text: Box<dyn Read + 'a> = if packed {
            Box::new(MultiGzDecoder::new(whole))
        } else {
            Box::new(whole)
        };
        Ok(Self {
            file: file.to_owned(),
            text: BufReader::with_capacity(1 << 16, text),
            packed,
            line: Vec::new(),
            number: 0,
        })
    }

    /// The next line that is not blank, without its line break, and its number counted from 1.
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, PrepareError> {
        loop {
            self.line.clear();
            let limit = LINE_LIMIT as u64 + 1;
            let read = self
                .text
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut self.line)
                .map_err(|error| self.failure(&error))?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.line.len() > LINE_LIMIT {
                return Err(self.error(PrepareProblem::LineTooLong));
            }
            while let Some(b'\n' | b'\r') = self.line.last() {
                self.line.pop();
            }
            if !self.line.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        match std::str::from_utf8(&self.line) {
            Ok(line) if !line.contains('\0') => Ok(Some((self.number, line))),
            _ => Err(PrepareError::line(
                &self.file,
                self.number,
                PrepareProblem::Format {
                    found: "bytes that are not text".to_owned(),
                    expected: "text in UTF-8, plain or gzipped",
                    remedy: "Check that the file is what its name says.",
                },
            )),
        }
    }

    /// A problem of the current line.
    pub fn error(&self, problem: PrepareProblem) -> PrepareError {
        PrepareError::line(&self.file, self.number, problem)
    }

    fn failure(&self, error: &io::Error) -> PrepareError {
        let problem = match error.kind() {
            io::ErrorKind::UnexpectedEof if self.packed => PrepareProblem::GzipTruncated,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData if self.packed => PrepareProblem::GzipCorrupt,
            _ => of_io(error),
        };
        PrepareError::file(&self.file, problem)
    }
}

/// Whether a line of an annotation or a track holds no row.
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
