//! FASTA: records of DNA, plain or gzipped.
//!
//! ```text
//! >chr7 GRCh38, a part of it      the name is the first word
//! ACGTNNNNacgtRYKM                letters of both cases; those of several bases count as unknown
//! ```
//!
//! A pasted sequence without a header is one record named `sequence`. White space between bases and lines that begin
//! with `;` are skipped.
//!
//! Own reader: noodles-fasta pulls its input and checks no letters; here input is pushed, and problems have line and
//! column.

use std::collections::HashMap;

use super::Names;
use super::codes::{UNKNOWN, encode};
use super::error::{SequenceError, SequenceProblem};
use crate::input::{Budget, Decoder, Unicode, signature};

/// Name of a sequence without a header.
const PASTED: &str = "sequence";

/// Largest number of bases that [`Fasta::read`] keeps, to limit a browser's memory. [`FastaReader`] has no limit.
const LIMIT: u64 = 1 << 30;

/// Ambiguous letters, and U for thymine in RNA.
pub(super) const IUPAC: [u8; 11] = *b"RYSWKMBDHVU";

/// First bytes of the text from which other formats are recognised.
pub(super) const OPENING: usize = 16;

/// Rows of a table, which are read elsewhere.
const TABLE: SequenceProblem = SequenceProblem::Format {
    found: "a table, or other text with commas",
    remedy: "Give the sequence as FASTA: a line >NAME, followed by the bases.",
};

/// Counts of letters other than A, C, G or T in upper case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Letters in lower case: repeats in most genomes. They are read like upper case.
    pub lower: u64,
    /// N or X.
    pub unknown: u64,
    /// Count of each IUPAC letter; `None` if there are none, as in most records.
    iupac: Option<Box<[u64; IUPAC.len()]>>,
}

impl Counts {
    /// Counts the unknown bases of codes, which have neither case nor ambiguous letters.
    pub fn of(codes: &[u8]) -> Self {
        let unknown = codes.iter().filter(|&&code| code == UNKNOWN).count() as u64;
        Self {
            unknown,
            ..Self::default()
        }
    }

    /// IUPAC letters that occur, in upper case, with their counts. U is read as T, others as unknown.
    pub fn iupac(&self) -> impl Iterator<Item = (char, u64)> {
        let letters = self.iupac.iter().flat_map(|counts| IUPAC.iter().zip(counts.iter()));
        letters
            .filter(|(_, count)| **count > 0)
            .map(|(&letter, &count)| (char::from(letter), count))
    }

    /// Number of ambiguous letters.
    fn ambiguous(&self) -> u64 {
        self.iupac
            .as_ref()
            .map_or(0, |counts| counts[..IUPAC.len() - 1].iter().sum())
    }

    /// Number of U, the last IUPAC letter.
    fn uracil(&self) -> u64 {
        self.iupac.as_ref().map_or(0, |counts| counts[IUPAC.len() - 1])
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The first word of the header.
    pub name: String,
    /// The rest of the header.
    pub description: String,
    /// The bases as [codes](super::codes).
    pub codes: Vec<u8>,
    /// Counts of letters other than A, C, G or T.
    pub counts: Counts,
}

impl Record {
    /// A note on unusual letters, for a reader; `None` if all are A, C, G or T.
    pub fn note(&self) -> Option<String> {
        let Counts { lower, unknown, .. } = self.counts;
        let mut parts = Vec::new();
        if lower > 0 {
            parts.push(format!("{lower} in lower case, read like the others"));
        }
        if unknown > 0 {
            parts.push(format!("{unknown} unknown (N)"));
        }
        let iupac: Vec<String> = self
            .counts
            .iupac()
            .map(|(letter, count)| format!("{count} {letter}"))
            .collect();
        if !iupac.is_empty() {
            parts.push(format!(
                "other IUPAC letters ({}), read as {}",
                iupac.join(", "),
                match (self.counts.ambiguous(), self.counts.uracil()) {
                    (0, _) => "T",
                    (_, 0) => "unknown",
                    _ => "unknown, U as T",
                }
            ));
        }
        (!parts.is_empty()).then(|| format!("of {} bases {}", self.codes.len(), parts.join("; ")))
    }
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fasta {
    /// Its name as given by the caller.
    pub file: String,
    /// Its records, at least one with a known base.
    pub records: Vec<Record>,
}

impl Fasta {
    /// Reads a file from its bytes.
    ///
    /// # Errors
    /// [`SequenceError`].
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, SequenceError> {
        let mut reader = FastaReader::new(file);
        reader.text.limit = LIMIT;
        reader.push(bytes)?;
        Ok(Self {
            file: file.to_owned(),
            records: reader.finish()?,
        })
    }

    /// The record of this name.
    pub fn record(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }
}

/// Reads a file in chunks; memory holds the current record and those that were not [taken](Self::take).
#[derive(Debug)]
pub struct FastaReader {
    decoder: Decoder,
    unicode: Unicode,
    text: Text,
}

impl FastaReader {
    /// Starts the file called `file` in messages.
    pub fn new(file: &str) -> Self {
        Self {
            decoder: Decoder::new(),
            unicode: Unicode::default(),
            text: Text {
                file: file.to_owned(),
                place: Place::Start,
                opening: Some(Vec::with_capacity(OPENING)),
                line: 1,
                column: 0,
                after_return: false,
                header: Vec::new(),
                record: None,
                first_lines: HashMap::new(),
                done: Vec::new(),
                without: None,
                has_bases: false,
                bases: 0,
                limit: u64::MAX,
                budget: Budget::of_lines(),
            },
        }
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// [`SequenceError`].
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), SequenceError> {
        let Self { decoder, unicode, text } = self;
        decoder
            .push(chunk, &mut |piece| {
                text.push(unicode.push(piece)?).map_err(Failure::Text)
            })
            .map_err(|failure| failure.at(&text.file))
    }

    /// Removes and returns the completed records.
    pub fn take(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.text.done)
    }

    /// Ends the file, and returns the records that were not taken.
    ///
    /// # Errors
    /// [`SequenceError`].
    pub fn finish(self) -> Result<Vec<Record>, SequenceError> {
        let Self {
            decoder,
            mut unicode,
            mut text,
        } = self;
        let left = |text: &mut Text, left: &[u8]| text.push(left).map_err(Failure::Text);
        decoder
            .finish(&mut |piece| left(&mut text, unicode.push(piece)?))
            .and_then(|()| left(&mut text, unicode.finish()?))
            .map_err(|failure| failure.at(&text.file))?;
        text.finish()
    }
}

/// An error of decompression, which has no location, or of parsing.
enum Failure {
    Packing(SequenceProblem),
    Text(SequenceError),
}

impl From<crate::input::Problem> for Failure {
    fn from(problem: crate::input::Problem) -> Self {
        Self::Packing(problem.into())
    }
}

impl Failure {
    fn at(self, file: &str) -> SequenceError {
        match self {
            Self::Packing(problem) => SequenceError::file(file, problem),
            Self::Text(error) => error,
        }
    }
}

/// Kind of the current line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Not known: no character of it was read.
    Start,
    Header,
    Comment,
    Bases,
}

/// Parser of the text.
#[derive(Debug)]
struct Text {
    file: String,
    place: Place,
    /// The first bytes, until there are enough to recognise a format.
    opening: Option<Vec<u8>>,
    /// Counted from 1.
    line: u64,
    /// Column of the byte that was read last, counted from 1.
    column: u64,
    /// True if the last byte was a carriage return, which a line feed may follow.
    after_return: bool,
    header: Vec<u8>,
    record: Option<Open>,
    /// Lines of the headers, by name.
    first_lines: HashMap<String, u64>,
    done: Vec<Record>,
    /// The problem of the first record without a known base, reported if no record has any.
    without: Option<SequenceError>,
    has_bases: bool,
    bases: u64,
    limit: u64,
    budget: Budget,
}

/// The current record.
#[derive(Debug)]
struct Open {
    record: Record,
    /// Line of its header.
    line: u64,
}

impl Text {
    fn push(&mut self, mut text: &[u8]) -> Result<(), SequenceError> {
        self.budget.earn(text.len());
        if let Some(opening) = &mut self.opening {
            let (head, rest) = text.split_at((OPENING - opening.len()).min(text.len()));
            opening.extend_from_slice(head);
            if opening.len() < OPENING {
                return Ok(());
            }
            self.open()?;
            text = rest;
        }
        self.read(text)
    }

    fn finish(mut self) -> Result<Vec<Record>, SequenceError> {
        if self.opening.is_some() {
            self.open()?;
        }
        if self.place == Place::Header {
            self.begin()?;
        }
        self.close()?;
        if self.first_lines.is_empty() {
            return Err(SequenceError::file(&self.file, SequenceProblem::Empty));
        }
        match self.without {
            Some(error) if !self.has_bases => Err(error),
            _ => Ok(self.done),
        }
    }

    /// Checks the format of the first bytes, and reads them.
    fn open(&mut self) -> Result<(), SequenceError> {
        let opening = self.opening.take().unwrap_or_default();
        if let Some((found, remedy)) = foreign(&opening) {
            let problem = SequenceProblem::Format { found, remedy };
            return Err(SequenceError::file(&self.file, problem));
        }
        self.read(&opening)
    }

    fn read(&mut self, mut text: &[u8]) -> Result<(), SequenceError> {
        while let Some(&byte) = text.first() {
            if byte == b'\n' || byte == b'\r' {
                text = &text[1..];
                self.end_of_line(byte)?;
                continue;
            }
            self.after_return = false;
            if self.place == Place::Start {
                match byte {
                    b' ' | b'\t' => {
                        self.column += 1;
                        text = &text[1..];
                        continue;
                    }
                    b'>' => {
                        self.close()?;
                        self.place = Place::Header;
                        self.column += 1;
                        text = &text[1..];
                        continue;
                    }
                    b';' => self.place = Place::Comment,
                    _ => {
                        self.place = Place::Bases;
                        if self.record.is_none() {
                            self.begin_record(PASTED.to_owned(), String::new())?;
                        }
                    }
                }
            }
            let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
            let (line, rest) = text.split_at(end);
            match self.place {
                Place::Header => self.header.extend_from_slice(line),
                Place::Bases => self.bases(line)?,
                Place::Comment | Place::Start => {}
            }
            self.column += line.len() as u64;
            text = rest;
        }
        Ok(())
    }

    fn end_of_line(&mut self, byte: u8) -> Result<(), SequenceError> {
        if byte == b'\n' && self.after_return {
            self.after_return = false;
            return Ok(());
        }
        self.after_return = byte == b'\r';
        if self.place == Place::Header {
            self.begin()?;
        }
        self.place = Place::Start;
        self.line += 1;
        self.column = 0;
        Ok(())
    }

    /// Begins the record of the header.
    fn begin(&mut self) -> Result<(), SequenceError> {
        let header = std::mem::take(&mut self.header);
        let header = String::from_utf8_lossy(&header);
        let header = header.trim();
        let (name, description) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
        if name.is_empty() {
            return Err(self.error(None, SequenceProblem::NoName));
        }
        self.begin_record(name.to_owned(), description.trim_start().to_owned())
    }

    fn begin_record(&mut self, name: String, description: String) -> Result<(), SequenceError> {
        if let Some(&first) = self.first_lines.get(&name) {
            return Err(self.error(Some(name), SequenceProblem::Duplicate { first }));
        }
        // A record with letter counts, and its name in the file and in results. Bases need no budget: each takes a
        // byte, as in the file.
        let has_room = self
            .budget
            .draw::<Record>(size_of::<[u64; IUPAC.len()]>() + description.len())
            && self.budget.hashed::<(String, u64)>(2 * name.len())
            && self.budget.bytes(Names::held(name.len()));
        if !has_room {
            return Err(self.error(Some(name), SequenceProblem::Memory));
        }
        self.first_lines.insert(name.clone(), self.line);
        self.record = Some(Open {
            record: Record {
                name,
                description,
                codes: Vec::new(),
                counts: Counts::default(),
            },
            line: self.line,
        });
        Ok(())
    }

    /// Ends the current record.
    fn close(&mut self) -> Result<(), SequenceError> {
        let Some(Open { record, line }) = self.record.take() else {
            return Ok(());
        };
        let bases = record.codes.len() as u64;
        let ambiguous = record.counts.ambiguous();
        let name = Some(record.name.clone());
        let error = |problem| SequenceError::line(&self.file, name, line, problem);
        if ambiguous * 2 > bases {
            return Err(error(SequenceProblem::MostlyAmbiguous { ambiguous, bases }));
        }
        if record.counts.unknown + ambiguous < bases {
            self.has_bases = true;
        } else if self.without.is_none() {
            self.without = Some(error(SequenceProblem::without_base(bases)));
        }
        self.done.push(record);
        Ok(())
    }

    /// Reads letters of the current line, which follow `self.column`.
    fn bases(&mut self, letters: &[u8]) -> Result<(), SequenceError> {
        let Some(Open { record, .. }) = &mut self.record else {
            return Ok(());
        };
        record.codes.reserve(letters.len());
        for (at, &letter) in letters.iter().enumerate() {
            let code = encode(letter);
            record.counts.lower += u64::from(letter.is_ascii_lowercase());
            if code == UNKNOWN || matches!(letter, b'U' | b'u') {
                match letter.to_ascii_uppercase() {
                    b'N' | b'X' => record.counts.unknown += 1,
                    b' ' | b'\t' => continue,
                    upper => {
                        if let Some(iupac) = IUPAC.iter().position(|&iupac| iupac == upper) {
                            let counts = record.counts.iupac.get_or_insert_default();
                            counts[iupac] += 1;
                        } else {
                            let name = record.name.clone();
                            let problem = if name == PASTED && memchr::memchr(b',', letters).is_some() {
                                TABLE
                            } else {
                                wrong_letter(&letters[at..])
                            };
                            self.column += at as u64 + 1;
                            return Err(SequenceError {
                                column: Some(self.column),
                                ..self.error(Some(name), problem)
                            });
                        }
                    }
                }
            }
            record.codes.push(code);
        }
        self.bases += letters.len() as u64;
        if self.bases > self.limit {
            let limit = self.limit;
            return Err(SequenceError::file(&self.file, SequenceProblem::TooLarge { limit }));
        }
        Ok(())
    }

    /// A problem of the current line.
    fn error(&self, record: Option<String>, problem: SequenceProblem) -> SequenceError {
        SequenceError::line(&self.file, record, self.line, problem)
    }
}

/// Problem of the first of these characters.
pub(super) fn wrong_letter(letters: &[u8]) -> SequenceProblem {
    let letter = char::from(letters[0]);
    match letter.to_ascii_uppercase() {
        'E' | 'F' | 'I' | 'J' | 'L' | 'O' | 'P' | 'Q' | 'Z' | '*' => SequenceProblem::Protein { letter },
        '-' | '.' => SequenceProblem::Gap { letter },
        _ => {
            // A character has at most four bytes.
            let head = &letters[..letters.len().min(4)];
            let whole = match std::str::from_utf8(head) {
                Ok(text) => text.chars().next(),
                Err(error) => std::str::from_utf8(&head[..error.valid_up_to()])
                    .ok()
                    .and_then(|text| text.chars().next()),
            };
            let found = match whole {
                Some(character) => format!("{character:?}"),
                None => format!("the byte {:#04x}", letters[0]),
            };
            SequenceProblem::Letter { found }
        }
    }
}

/// The format of a file with this beginning and the remedy, if it is not FASTA.
pub(super) fn foreign(opening: &[u8]) -> Option<(&'static str, &'static str)> {
    const KNOWN: [(&[u8], &str, &str); 6] = [
        (
            b"\x43\x27\x41\x1a",
            "a 2bit file",
            "Convert it to FASTA: twoBitToFa FILE OUT.fa.",
        ),
        (
            b"\x1a\x41\x27\x43",
            "a 2bit file",
            "Convert it to FASTA: twoBitToFa FILE OUT.fa.",
        ),
        (b"LOCUS ", "a GenBank file", "Save the sequence as FASTA instead."),
        (b"ID   ", "an EMBL file", "Save the sequence as FASTA instead."),
        (
            b"@",
            "FASTQ, or SAM: reads",
            "Give the sequence of the genome, as FASTA.",
        ),
        (
            b"##fileformat=VCF",
            "a VCF file",
            "Give the sequence of the genome as FASTA; variants are a separate input.",
        ),
    ];
    let known = KNOWN.iter().find(|(bytes, ..)| opening.starts_with(bytes));
    if let Some(&(_, found, remedy)) = known {
        return Some((found, remedy));
    }
    match signature::foreign(opening)?.into() {
        SequenceProblem::Format { found, remedy } => Some((found, remedy)),
        _ => None,
    }
}
