//! The index `.fai`: locations of the bases of each record of a FASTA file.
//!
//! ```text
//! chrI    230218    6    80    81      name, bases, byte of the first, bases of a line, bytes of a line
//! ```
//!
//! Own reader: the engine that a page loads first has no noodles.

use std::collections::HashMap;

use crate::input::Budget;
use crate::sequence::Names;
use crate::sequence::error::{SequenceError, SequenceProblem};

/// A record of a FASTA file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Bases.
    pub length: u64,
    /// Offset of the first base in the text.
    pub offset: u64,
    /// Bases per line.
    pub bases: u64,
    /// Bytes per line, with its line break.
    pub width: u64,
}

impl Entry {
    /// The offset of a base, or for the number of bases, of the end of the last base.
    pub fn byte(&self, base: u64) -> u64 {
        let bases = self.bases.max(1);
        if base == self.length && base > 0 {
            return self.byte(base - 1) + 1;
        }
        self.offset + base / bases * self.width + base % bases
    }
}

/// Reads the index of a text of `size` bytes, the file `genome`, within the budget of both.
pub fn read(file: &str, bytes: &[u8], genome: &str, size: u64, budget: &Budget) -> Result<Vec<Entry>, SequenceError> {
    let mut entries = Vec::new();
    let mut lines = HashMap::new();
    for (line, row) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        if row.is_empty() {
            continue;
        }
        let at = |record: Option<&str>, problem| SequenceError {
            record: record.map(str::to_owned),
            line: Some(line),
            ..SequenceError::file(file, problem)
        };
        let Some(entry) = entry(row) else {
            let start = String::from_utf8_lossy(&row[..row.len().min(60)]).into_owned();
            let found = format!("{start:?}");
            let expected = "a name, bases, the first one's byte, and bases and bytes of a line, separated by tabs";
            return Err(at(None, SequenceProblem::IndexFormat { found, expected }));
        };
        if !room_for(budget, entry.name.len()) {
            return Err(at(Some(&entry.name), SequenceProblem::Memory));
        }
        let whole = entry.length / entry.bases.max(1);
        let end = whole
            .checked_mul(entry.width)
            .and_then(|bytes| bytes.checked_add(entry.length % entry.bases.max(1)))
            .and_then(|bytes| bytes.checked_add(entry.offset));
        // A full last line may lack its line break.
        if end.is_none_or(|end| end > size.saturating_add(entry.width - entry.bases)) || entry.offset > size {
            let found = format!("a sequence that ends behind the file's {size} bytes of text");
            let genome = genome.to_owned();
            return Err(at(Some(&entry.name), SequenceProblem::IndexOfAnother { found, genome }));
        }
        if let Some(first) = lines.insert(entry.name.clone(), line) {
            return Err(at(Some(&entry.name), SequenceProblem::Duplicate { first }));
        }
        entries.push(entry);
    }
    if entries.is_empty() {
        return Err(SequenceError::file(file, SequenceProblem::Empty));
    }
    Ok(entries)
}

/// Draws an entry, its line by name, and the genome's memory for its name.
fn room_for(budget: &Budget, name: usize) -> bool {
    budget.draw::<Entry>(3 * name)
        && budget.hashed::<(String, u64)>(0)
        && budget.bytes(size_of::<String>() + Names::held(name))
}

fn entry(row: &[u8]) -> Option<Entry> {
    let row = std::str::from_utf8(row).ok()?;
    let mut columns = row.split('\t');
    let name = columns.next().filter(|name| !name.is_empty())?.to_owned();
    let mut number = || columns.next()?.parse::<u64>().ok();
    let (length, offset, bases, width) = (number()?, number()?, number()?, number()?);
    // Besides the line break, blanks that some programs leave at the ends of lines.
    let is_line = bases <= width && width - bases <= BLANKS && (bases > 0 || length == 0);
    (is_line && columns.next().is_none()).then_some(Entry {
        name,
        length,
        offset,
        bases,
        width,
    })
}

/// Writes the index of these records.
pub fn write(entries: &[Entry]) -> String {
    let row = |entry: &Entry| {
        let Entry {
            name,
            length,
            offset,
            bases,
            width,
        } = entry;
        format!("{name}\t{length}\t{offset}\t{bases}\t{width}\n")
    };
    entries.iter().map(row).collect()
}

/// Builds the index of a text that is pushed in chunks.
pub struct Builder {
    file: String,
    entries: Vec<Entry>,
    lines: HashMap<String, u64>,
    /// Counted from 1.
    line: u64,
    /// Offsets in the text of the current line and of the next chunk.
    start: u64,
    at: u64,
    /// The current header.
    header: Option<Vec<u8>>,
    /// Blanks and carriage returns after the last letter of the line.
    blank: u64,
    /// True if the record had a line shorter than the first, which must be the last.
    ended: bool,
    budget: Budget,
}

/// Largest number of bytes of a line after its bases.
const BLANKS: u64 = 64;

/// The longest header.
const HEADER: usize = 1 << 20;

impl Builder {
    pub fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            entries: Vec::new(),
            lines: HashMap::new(),
            line: 1,
            start: 0,
            at: 0,
            header: None,
            blank: 0,
            ended: false,
            budget: Budget::of_lines(),
        }
    }

    pub fn push(&mut self, text: &[u8]) -> Result<(), SequenceError> {
        self.budget.earn(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            if self.at == self.start && rest[0] == b'>' {
                self.header = Some(Vec::new());
            }
            let end = memchr::memchr(b'\n', rest);
            let piece = &rest[..end.unwrap_or(rest.len())];
            if let Some(header) = &mut self.header {
                header.extend_from_slice(&piece[..piece.len().min(HEADER.saturating_sub(header.len()))]);
            }
            let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
            let blank = piece.iter().rev().take_while(is_blank).count();
            self.blank = blank as u64 + if blank == piece.len() { self.blank } else { 0 };
            self.at += piece.len() as u64;
            rest = &rest[piece.len()..];
            if end.is_some() {
                self.at += 1;
                rest = &rest[1..];
                self.end_of_line(true)?;
            }
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<Vec<Entry>, SequenceError> {
        if self.at > self.start {
            self.end_of_line(false)?;
        }
        if self.entries.is_empty() {
            return Err(SequenceError::file(&self.file, SequenceProblem::Empty));
        }
        Ok(self.entries)
    }

    fn end_of_line(&mut self, broken: bool) -> Result<(), SequenceError> {
        let width = self.at - self.start;
        let bases = width - u64::from(broken) - self.blank;
        match self.header.take() {
            Some(header) => self.begin(&header)?,
            None => self.bases(bases, width)?,
        }
        self.line += 1;
        self.start = self.at;
        self.blank = 0;
        Ok(())
    }

    fn begin(&mut self, header: &[u8]) -> Result<(), SequenceError> {
        let name = name_of(header);
        if name.is_empty() {
            return Err(self.error(None, SequenceProblem::NoName));
        }
        if !room_for(&self.budget, name.len()) {
            return Err(self.error(Some(name), SequenceProblem::Memory));
        }
        if let Some(first) = self.lines.insert(name.clone(), self.line) {
            return Err(self.error(Some(name), SequenceProblem::Duplicate { first }));
        }
        self.entries.push(Entry {
            name,
            length: 0,
            offset: self.at,
            bases: 0,
            width: 0,
        });
        self.ended = false;
        Ok(())
    }

    fn bases(&mut self, bases: u64, width: u64) -> Result<(), SequenceError> {
        let Some(entry) = self.entries.last_mut() else {
            return Ok(());
        };
        if bases == 0 {
            self.ended |= entry.length > 0;
            if entry.length == 0 {
                entry.offset = self.at;
            }
            return Ok(());
        }
        if entry.length == 0 {
            (entry.bases, entry.width) = (bases, width);
        }
        if self.ended || bases > entry.bases {
            let name = entry.name.clone();
            return Err(self.error(Some(name), SequenceProblem::UnevenLines));
        }
        entry.length += bases;
        self.ended = bases < entry.bases || width != entry.width;
        Ok(())
    }

    fn error(&self, record: Option<String>, problem: SequenceProblem) -> SequenceError {
        SequenceError::line(&self.file, record, self.line, problem)
    }
}

/// The name in a header, which begins with `>`.
pub fn name_of(header: &[u8]) -> String {
    let header = String::from_utf8_lossy(header.strip_prefix(b">").unwrap_or(header));
    header.split_whitespace().next().unwrap_or_default().to_owned()
}
