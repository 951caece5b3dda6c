//! FASTA with an index: bases are located by counting lines.

use std::collections::HashSet;
use std::io::{Read, Seek};
use std::ops::Range;

use super::blocks::Blocks;
use super::fai::{self, Builder, Entry};
use super::source::Source;
use super::{GenomeError, GenomeFormat, Turn};
use crate::input::Budget;
use crate::sequence::codes::{UNKNOWN, encode};
use crate::sequence::error::{SequenceError, SequenceProblem};
use crate::sequence::fasta::{IUPAC, OPENING, foreign, wrong_letter};

/// Bytes read at a time.
const PIECE: usize = 1 << 16;

/// Bytes before a sequence in which its header is searched.
const HEADER: u64 = 4 << 10;

/// The text, plain or in blocks.
pub enum Text<R> {
    Plain(Source<R>),
    Blocks(Blocks<R>),
}

impl<R: Read + Seek> Text<R> {
    fn file(&self) -> &str {
        match self {
            Self::Plain(source) => &source.file,
            Self::Blocks(blocks) => blocks.file(),
        }
    }

    fn size(&self) -> u64 {
        match self {
            Self::Plain(source) => source.size,
            Self::Blocks(blocks) => blocks.size(),
        }
    }

    /// Budget for an index of `index` bytes of this text.
    fn budget(&self, index: usize) -> Budget {
        let (size, held) = match self {
            Self::Plain(source) => (source.size, 0),
            Self::Blocks(blocks) => (blocks.packed(), blocks.held()),
        };
        let budget = Budget::of(size.saturating_add(index as u64));
        let _ = budget.bytes(held);
        budget
    }

    fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), SequenceError> {
        match self {
            Self::Plain(source) => source.read_at(at, buffer),
            Self::Blocks(blocks) => blocks.read_at(at, buffer),
        }
    }

    /// Up to `most` bytes from `at` on, fewer at the end of the text.
    fn up_to(&mut self, at: u64, most: u64) -> Result<Vec<u8>, SequenceError> {
        let mut bytes = vec![0; self.size().saturating_sub(at).min(most) as usize];
        self.read_at(at, &mut bytes)?;
        Ok(bytes)
    }
}

/// A FASTA file with its index.
pub struct Indexed<R> {
    text: Text<R>,
    /// Name of the `.fai`, if any.
    index_file: Option<String>,
    entries: Vec<Entry>,
    /// Records whose header was checked against the index.
    checked: HashSet<usize>,
}

impl<R: Read + Seek> Indexed<R> {
    /// Opens a text with the name and content of its `.fai`, or by reading it once.
    pub fn open(mut text: Text<R>, fai: Option<(&str, &[u8])>, turn: Turn<'_>) -> Result<Self, GenomeError> {
        let opening = text.up_to(0, OPENING as u64)?;
        let problem = match foreign(&opening) {
            _ if opening.is_empty() => Some(SequenceProblem::Empty),
            Some((found, remedy)) => Some(SequenceProblem::Format { found, remedy }),
            None if opening.trim_ascii_start().starts_with(b">") || opening.starts_with(b";") => None,
            None => Some(SequenceProblem::Format {
                found: "text that does not begin with >",
                remedy: "Choose the genome: FASTA, plain or packed with bgzip, or 2bit.",
            }),
        };
        if let Some(problem) = problem {
            return Err(SequenceError::file(text.file(), problem).into());
        }
        let entries = match fai {
            Some((file, bytes)) => {
                let budget = text.budget(bytes.len());
                fai::read(file, bytes, text.file(), text.size(), &budget)?
            }
            None => index(&mut text, turn)?,
        };
        Ok(Self {
            text,
            index_file: fai.map(|(file, _)| file.to_owned()),
            entries,
            checked: HashSet::new(),
        })
    }

    pub fn format(&self) -> GenomeFormat {
        match self.text {
            Text::Plain(_) => GenomeFormat::Fasta,
            Text::Blocks(_) => GenomeFormat::FastaBlocks,
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    pub fn length(&self, sequence: usize) -> u64 {
        self.entries[sequence].length
    }

    /// The codes of a range within a sequence.
    pub fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Vec<u8>, SequenceError> {
        self.check(sequence)?;
        let entry = self.entries[sequence].clone();
        let mut codes = Vec::with_capacity((range.end - range.start) as usize);
        if range.is_empty() {
            return Ok(codes);
        }
        let (mut at, end) = (entry.byte(range.start), entry.byte(range.end - 1) + 1);
        let mut piece = vec![0; PIECE];
        while at < end {
            let bytes = &mut piece[..(end - at).min(PIECE as u64) as usize];
            self.text.read_at(at, bytes)?;
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let column = (at - entry.offset) % entry.width;
                let (count, breaks) = match entry.bases.checked_sub(column) {
                    Some(left @ 1..) => (left, false),
                    _ => (entry.width - column, true),
                };
                let (now, later) = rest.split_at(count.min(rest.len() as u64) as usize);
                if breaks {
                    if now.iter().any(|byte| !matches!(byte, b'\n' | b'\r' | b' ' | b'\t')) {
                        return Err(self.mismatch(&entry, "a longer line".to_owned(), now));
                    }
                } else {
                    self.push(&entry, now, &mut codes)?;
                }
                at += now.len() as u64;
                rest = later;
            }
        }
        Ok(codes)
    }

    fn push(&self, entry: &Entry, letters: &[u8], codes: &mut Vec<u8>) -> Result<(), SequenceError> {
        for (at, &letter) in letters.iter().enumerate() {
            let code = encode(letter);
            if code == UNKNOWN {
                let upper = letter.to_ascii_uppercase();
                if matches!(letter, b'\n' | b'\r' | b'>') {
                    return Err(self.mismatch(entry, "a shorter line".to_owned(), &letters[at..]));
                }
                if !matches!(upper, b'N' | b'X') && !IUPAC.contains(&upper) {
                    let problem = wrong_letter(&letters[at..]);
                    return Err(SequenceError {
                        record: Some(entry.name.clone()),
                        ..SequenceError::file(self.text.file(), problem)
                    });
                }
            }
            codes.push(code);
        }
        Ok(())
    }

    /// Compares the surroundings of a sequence with the index, once.
    fn check(&mut self, sequence: usize) -> Result<(), SequenceError> {
        if self.index_file.is_none() || self.checked.contains(&sequence) {
            return Ok(());
        }
        let entry = self.entries[sequence].clone();
        let from = entry.offset.saturating_sub(HEADER);
        let before = self.text.up_to(from, entry.offset - from)?;
        let before = before.trim_ascii_end();
        let header = match memchr::memrchr(b'\n', before) {
            Some(line) => Some(&before[line + 1..]),
            // A longer header is not read.
            None => (from == 0).then_some(before),
        };
        if let Some(header) = header
            && (!header.starts_with(b">") || fai::name_of(header) != entry.name)
        {
            return Err(self.mismatch(&entry, "another header, or none".to_owned(), header));
        }
        // After the last base come only blanks and the next header.
        let behind = self.text.up_to(entry.byte(entry.length), 16)?;
        let next = behind.trim_ascii_start();
        let is_new_line = next.len() < behind.len() || entry.length == 0;
        let ends = next.is_empty() || (next.starts_with(b">") && is_new_line);
        if !ends {
            return Err(self.mismatch(&entry, "more bases".to_owned(), &behind));
        }
        self.checked.insert(sequence);
        Ok(())
    }

    /// A text that does not match its index.
    fn mismatch(&self, entry: &Entry, found: String, there: &[u8]) -> SequenceError {
        let there = String::from_utf8_lossy(&there[..there.len().min(20)]).into_owned();
        let genome = self.text.file().to_owned();
        let file = self.index_file.as_deref().unwrap_or(self.text.file());
        SequenceError {
            record: Some(entry.name.clone()),
            ..SequenceError::file(
                file,
                SequenceProblem::IndexOfAnother {
                    found: format!("an entry where {genome} has {found}: {there:?}"),
                    genome,
                },
            )
        }
    }
}

/// Builds the missing index.
fn index<R: Read + Seek>(text: &mut Text<R>, turn: Turn<'_>) -> Result<Vec<Entry>, GenomeError> {
    let mut builder = Builder::new(text.file());
    let size = text.size();
    let mut piece = vec![0; PIECE];
    let mut at = 0;
    while at < size {
        let bytes = &mut piece[..(size - at).min(PIECE as u64) as usize];
        text.read_at(at, bytes)?;
        builder.push(bytes)?;
        at += bytes.len() as u64;
        if turn(at, size).is_break() {
            return Err(GenomeError::Cancelled);
        }
    }
    Ok(builder.finish()?)
}
