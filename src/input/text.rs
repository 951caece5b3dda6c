//! Lines of text files: plain or gzip, in UTF-8 or UTF-16, with any line breaks.

use std::io::Read;

use memchr::{memchr, memchr2};

use super::decode::Decoder;
use super::error::{InputError, Place};
use super::limits::LINE_LIMIT;
use super::problem::Problem;
use super::signature;
use super::utf16::Utf16;

/// Bytes of a file read at a time: deflate compresses up to about 1,000 to 1, so that these expand to 4 MiB, and three
/// times that while they are moved.
pub(crate) const PIECE: usize = 4 << 10;

const HALF_A_CHARACTER: Problem = Problem::NotUtf8 {
    found: "UTF-16 with half a character",
};

/// Encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
}

/// Converts decompressed bytes to UTF-8: removes byte order marks, and recognises binary content.
#[derive(Debug, Default)]
pub(crate) struct Unicode {
    opened: bool,
    /// The first bytes, until there are enough; then the last piece, if converted.
    held: Vec<u8>,
    utf16: Option<Utf16>,
    /// True if a character is incomplete at the end.
    is_half: bool,
}

impl Unicode {
    /// The text of the next bytes.
    pub fn push<'a>(&'a mut self, bytes: &'a [u8]) -> Result<&'a [u8], Problem> {
        if self.opened {
            return match self.utf16 {
                Some(_) => self.decode(bytes),
                None => Ok(bytes),
            };
        }
        self.held.extend_from_slice(bytes);
        match self.held.len() < signature::opening(&self.held) {
            true => Ok(&[]),
            false => self.open(),
        }
    }

    /// The rest at the end of the file.
    pub fn finish(&mut self) -> Result<&[u8], Problem> {
        let is_whole = |utf16: &Option<Utf16>| utf16.as_ref().is_none_or(Utf16::is_whole);
        if self.opened {
            self.held.clear();
        } else {
            self.open()?;
        }
        match !self.is_half && is_whole(&self.utf16) {
            true => Ok(&self.held),
            false => Err(HALF_A_CHARACTER),
        }
    }

    fn open(&mut self) -> Result<&[u8], Problem> {
        self.opened = true;
        let opening = std::mem::take(&mut self.held);
        self.utf16 = Utf16::recognise(&opening);
        if self.utf16.is_some() {
            return self.decode(&opening[Utf16::MARK..]);
        }
        if let Some(problem) = signature::foreign(&opening) {
            return Err(problem);
        }
        self.held = opening;
        if self.held.starts_with(b"\xef\xbb\xbf") {
            self.held.drain(..3);
        }
        Ok(&self.held)
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<&[u8], Problem> {
        if self.is_half {
            return Err(HALF_A_CHARACTER);
        }
        self.held.clear();
        if let Some(utf16) = &mut self.utf16 {
            self.is_half = !utf16.push(bytes, &mut self.held);
        }
        Ok(&self.held)
    }
}

/// Reads a file in pieces, and returns its lines that are not blank, with their numbers.
#[derive(Debug)]
pub(crate) struct TextReader {
    file: String,
    decoder: Option<Decoder>,
    unicode: Unicode,
    /// Text from which lines are taken.
    text: Vec<u8>,
    /// Ends, in the text, of the current line and of its line break.
    line: (usize, usize),
    next: usize,
    /// The text is searched for line breaks up to here.
    searched: usize,
    /// Number of the next line, counted from 1.
    number: u64,
    /// True if the last byte was a carriage return, which a line feed may follow.
    after_return: bool,
    longest: usize,
    /// True to return blank lines as well.
    blank: bool,
    failure: Option<Problem>,
    /// A comment that is not UTF-8.
    remark: String,
}

impl TextReader {
    /// Begins the file called `file` in messages.
    pub fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            decoder: Some(Decoder::new()),
            unicode: Unicode::default(),
            text: Vec::new(),
            line: (0, 0),
            next: 0,
            searched: 0,
            number: 1,
            after_return: false,
            longest: LINE_LIMIT,
            blank: false,
            failure: None,
            remark: String::new(),
        }
    }

    /// With lines of at most `longest` bytes.
    pub fn with_limit(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// Adds the next bytes, at most a [`PIECE`]; errors are reported after the lines before them.
    pub fn push(&mut self, piece: &[u8]) {
        self.text.drain(..self.next);
        self.searched -= self.next;
        self.next = 0;
        let Self {
            decoder,
            unicode,
            text,
            failure,
            ..
        } = self;
        let Some(decoder) = decoder.as_mut().filter(|_| failure.is_none()) else {
            return;
        };
        let mut keep = |bytes: &[u8]| {
            text.extend_from_slice(unicode.push(bytes)?);
            Ok(())
        };
        *failure = decoder.push(piece, &mut keep).err();
    }

    /// Ends the input.
    pub fn end(&mut self) {
        let Some(decoder) = self.decoder.take().filter(|_| self.failure.is_none()) else {
            return;
        };
        let Self {
            unicode, text, failure, ..
        } = self;
        let mut keep = |bytes: &[u8]| {
            text.extend_from_slice(unicode.push(bytes)?);
            Ok(())
        };
        let ended = decoder
            .finish(&mut keep)
            .and_then(|()| unicode.finish().map(|left| text.extend_from_slice(left)));
        *failure = ended.err();
    }

    /// Advances to the next line that is not blank; returns false if more bytes are needed, or at the end.
    pub fn advance(&mut self) -> Result<bool, InputError> {
        loop {
            if self.next < self.text.len() && std::mem::take(&mut self.after_return) && self.text[self.next] == b'\n' {
                self.next += 1;
                self.searched = self.searched.max(self.next);
            }
            let found = memchr2(b'\n', b'\r', &self.text[self.searched..]).map(|at| self.searched + at);
            let end = found.unwrap_or(self.text.len());
            self.searched = end;
            if end - self.next > self.longest {
                return Err(self.error(Problem::LineTooLong));
            }
            if found.is_none() {
                if let Some(problem) = self.failure.clone() {
                    let is_of_line = matches!(problem, Problem::NotUtf8 { .. });
                    return Err(match is_of_line {
                        true => self.error(problem),
                        false => InputError::new(Place::file(&self.file), problem),
                    });
                }
                if self.decoder.is_some() || self.next == end {
                    return Ok(false);
                }
            }
            self.line = (self.next, end);
            self.next = end;
            if found.is_some() {
                self.after_return = self.text[end] == b'\r';
                self.next += 1;
            }
            self.searched = self.next;
            self.number += 1;
            let line = &self.text[self.line.0..end];
            // Spreadsheets leave rows of separators below a table.
            if !self.blank && line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b',' | b';')) {
                continue;
            }
            return Ok(true);
        }
    }

    /// The line that [`advance`](Self::advance) reached, without its line break, and its number.
    pub fn line(&mut self) -> Result<(u64, &str), InputError> {
        let number = self.number - 1;
        let line = &self.text[self.line.0..self.line.1];
        let problem = match std::str::from_utf8(line) {
            _ if memchr(0, line).is_some() => signature::BINARY,
            Ok(line) => return Ok((number, line)),
            Err(_) if line.starts_with(b"#") => {
                self.remark = String::from_utf8_lossy(line).into_owned();
                return Ok((number, &self.remark));
            }
            Err(_) => Problem::NotUtf8 {
                found: "bytes that are not UTF-8",
            },
        };
        Err(InputError::new(Place::line(&self.file, number), problem))
    }

    /// The encoding of the text so far.
    pub(super) fn encoding(&self) -> Encoding {
        match self.unicode.utf16 {
            Some(_) => Encoding::Utf16,
            None => Encoding::Utf8,
        }
    }

    fn error(&self, problem: Problem) -> InputError {
        InputError::new(Place::line(&self.file, self.number), problem)
    }
}

/// The lines of a source.
pub(crate) struct Lines<'a> {
    text: TextReader,
    source: Box<dyn Read + 'a>,
    piece: Vec<u8>,
}

impl<'a> Lines<'a> {
    /// Begins the file called `file` in messages.
    pub fn new(file: &str, source: impl Read + 'a) -> Self {
        Self {
            text: TextReader::new(file),
            source: Box::new(source),
            piece: vec![0; PIECE],
        }
    }

    /// With lines of at most `longest` bytes.
    pub fn with_limit(self, longest: usize) -> Self {
        let text = self.text.with_limit(longest);
        Self { text, ..self }
    }

    /// The next line that is not blank, without its line break, and its number counted from 1.
    pub fn next(&mut self) -> Result<Option<(u64, &str)>, InputError> {
        while !self.text.advance()? {
            if self.text.decoder.is_none() {
                return Ok(None);
            }
            match self.source.read(&mut self.piece) {
                Ok(0) => self.text.end(),
                Ok(read) => self.text.push(&self.piece[..read]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let place = Place::file(&self.text.file);
                    return Err(InputError::new(place, Problem::Io(error.to_string())));
                }
            }
        }
        self.text.line().map(Some)
    }
}

/// Largest text that is read as a whole.
const WHOLE: usize = 1 << 30;

/// The whole text of a file, with line feeds as line breaks.
///
/// # Errors
/// [`InputError`] if it is not text.
pub fn read_text(file: &str, bytes: &[u8]) -> Result<String, InputError> {
    let mut lines = Lines::new(file, bytes).with_limit(WHOLE);
    lines.text.blank = true;
    let mut text = String::new();
    while let Some((_, line)) = lines.next()? {
        text.push_str(line);
        text.push('\n');
    }
    Ok(text)
}
