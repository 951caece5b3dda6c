//! Text bytes to lines: binary files are recognised, UTF-16 and the line breaks of every system are accepted.

use memchr::{memchr, memchr2};

use super::decode::Decoder;
use super::error::{InputError, Place};
use super::limits::LINE_LIMIT;
use super::problem::Problem;
use super::signature;
use super::utf16::Utf16;

/// Bytes at the start of the text from which a foreign format is recognised.
const OPENING: usize = 16;

const HALF_A_CHARACTER: Problem = Problem::NotUtf8 {
    found: "UTF-16 with half a character",
};

/// Reads a file piece by piece, plain or gzipped, and hands on its lines that are not blank.
#[derive(Debug)]
pub(super) struct TextReader {
    decoder: Decoder,
    lines: Lines,
}

impl TextReader {
    pub fn new(file: &str) -> Self {
        Self {
            decoder: Decoder::new(),
            lines: Lines::new(file),
        }
    }

    /// Takes the next bytes; `row` gets each complete line with its number, counted from 1.
    pub fn push(
        &mut self,
        chunk: &[u8],
        row: &mut impl FnMut(u64, &str) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        let Self { decoder, lines } = self;
        decoder
            .push(chunk, &mut |text| lines.push(text, row).map_err(Failure::Input))
            .map_err(|failure| failure.at(&lines.file))
    }

    /// Hands on the last line, which may lack its line break, and tells how the text was encoded.
    pub fn finish(self, row: &mut impl FnMut(u64, &str) -> Result<(), InputError>) -> Result<Encoding, InputError> {
        let Self { decoder, mut lines } = self;
        decoder
            .finish(&mut |text| lines.push(text, row).map_err(Failure::Input))
            .map_err(|failure| failure.at(&lines.file))?;
        lines.finish(row)
    }
}

/// How a text was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
}

/// An error of unpacking, which has no place, or of parsing.
enum Failure {
    Packing(Problem),
    Input(InputError),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Packing(problem)
    }
}

impl Failure {
    fn at(self, file: &str) -> InputError {
        match self {
            Self::Packing(problem) => InputError::new(Place::file(file), problem),
            Self::Input(error) => error,
        }
    }
}

/// Splits text into lines. A line is a row: cells of these formats never hold line breaks, so the line numbers in
/// messages are exact.
#[derive(Debug)]
struct Lines {
    file: String,
    /// The line that is being read, counted from 1.
    number: u64,
    /// What came before the current piece of text: the opening of the file at first, then the unfinished line.
    held: Vec<u8>,
    opened: bool,
    /// Of a text in UTF-16, what becomes UTF-8 before it is split.
    utf16: Option<Utf16>,
    /// Whether the last byte was a carriage return, so that a line feed belongs to it.
    after_return: bool,
}

impl Lines {
    fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            number: 1,
            held: Vec::new(),
            opened: false,
            utf16: None,
            after_return: false,
        }
    }

    fn push(
        &mut self,
        mut text: &[u8],
        row: &mut impl FnMut(u64, &str) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        if !self.opened {
            let wanted = (OPENING - self.held.len()).min(text.len());
            let (opening, rest) = text.split_at(wanted);
            self.held.extend_from_slice(opening);
            if self.held.len() < OPENING {
                return Ok(());
            }
            self.open(row)?;
            text = rest;
        }
        self.decode(text, row)
    }

    fn finish(mut self, row: &mut impl FnMut(u64, &str) -> Result<(), InputError>) -> Result<Encoding, InputError> {
        if !self.opened {
            self.open(row)?;
        }
        if self.utf16.as_ref().is_some_and(|utf16| !utf16.is_whole()) {
            return Err(self.error(HALF_A_CHARACTER));
        }
        let line = std::mem::take(&mut self.held);
        self.line(&line, row)?;
        Ok(match self.utf16 {
            Some(_) => Encoding::Utf16,
            None => Encoding::Utf8,
        })
    }

    /// Splits text in the encoding of the file.
    fn decode(
        &mut self,
        text: &[u8],
        row: &mut impl FnMut(u64, &str) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        let Some(utf16) = &mut self.utf16 else {
            return self.split(text, row);
        };
        let (text, is_whole) = utf16.push(text);
        self.split(text.as_bytes(), row)?;
        if is_whole {
            Ok(())
        } else {
            Err(self.error(HALF_A_CHARACTER))
        }
    }

    /// Looks at the start of the text, which is held, and splits it.
    fn open(&mut self, row: &mut impl FnMut(u64, &str) -> Result<(), InputError>) -> Result<(), InputError> {
        self.opened = true;
        let opening = std::mem::take(&mut self.held);
        self.utf16 = Utf16::recognise(&opening);
        if self.utf16.is_some() {
            return self.decode(&opening[Utf16::MARK..], row);
        }
        if let Some(problem) = signature::foreign(&opening) {
            return Err(InputError::new(Place::file(&self.file), problem));
        }
        // A byte order mark is no part of the first cell.
        let text = opening.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&opening);
        self.split(text, row)
    }

    fn split(
        &mut self,
        mut text: &[u8],
        row: &mut impl FnMut(u64, &str) -> Result<(), InputError>,
    ) -> Result<(), InputError> {
        if let Some(&first) = text.first()
            && std::mem::take(&mut self.after_return)
            && first == b'\n'
        {
            text = &text[1..];
        }
        while let Some(end) = memchr2(b'\n', b'\r', text) {
            let line = &text[..end];
            if self.held.is_empty() {
                self.line(line, row)?;
            } else {
                self.held.extend_from_slice(line);
                let mut held = std::mem::take(&mut self.held);
                self.line(&held, row)?;
                held.clear();
                self.held = held;
            }
            self.number += 1;
            let returned = text[end] == b'\r';
            text = &text[end + 1..];
            if returned {
                match text.first() {
                    Some(b'\n') => text = &text[1..],
                    Some(_) => {}
                    None => self.after_return = true,
                }
            }
        }
        if self.held.len() + text.len() > LINE_LIMIT {
            return Err(self.error(Problem::LineTooLong));
        }
        self.held.extend_from_slice(text);
        Ok(())
    }

    fn line(&self, line: &[u8], row: &mut impl FnMut(u64, &str) -> Result<(), InputError>) -> Result<(), InputError> {
        if memchr(0, line).is_some() {
            return Err(self.error(signature::BINARY));
        }
        if line.len() > LINE_LIMIT {
            return Err(self.error(Problem::LineTooLong));
        }
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(self.error(Problem::NotUtf8 {
                found: "bytes that are not UTF-8",
            }));
        };
        // Spreadsheets leave rows of nothing but separators below a table.
        if line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b',' | b';')) {
            return Ok(());
        }
        row(self.number, line)
    }

    fn error(&self, problem: Problem) -> InputError {
        InputError::new(Place::line(&self.file, self.number), problem)
    }
}
