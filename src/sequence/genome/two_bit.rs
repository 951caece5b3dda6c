//! 2bit: UCSC's compact format of a genome, with four bases per byte.
//!
//! ```text
//! header ─► index: name, offset ─► record: bases, blocks of N, blocks of lower case, packed bases
//! ```
//!
//! <https://genome.ucsc.edu/FAQ/FAQformat.html#format7>. Numbers have the byte order of the signature. Version 1 has
//! 64-bit offsets, for genomes beyond 4 GiB. Blocks of lower case are skipped: codes have no case.
//!
//! Own reader: twobit 0.2 reads the blocks of all sequences when it opens a file, some 40 MB for hg38, and does not
//! support version 1.

use std::collections::HashSet;
use std::io::{Read, Seek};
use std::ops::Range;

use super::source::Source;
use crate::input::Budget;
use crate::sequence::Names;
use crate::sequence::codes::{A, C, G, T, UNKNOWN};
use crate::sequence::error::{SequenceError, SequenceProblem};

const SIGNATURE: u32 = 0x1a41_2743;

/// Codes of the values 0 to 3.
const BASES: [u8; 4] = [T, C, A, G];

/// Bytes read at a time.
const PIECE: usize = 1 << 16;

/// Blocks of N read at a time.
const BLOCKS: u64 = 512;

/// Largest number of sequences: some ten times that of the most fragmented assemblies.
const MOST_SEQUENCES: u32 = 1 << 24;

/// Returns true if a file begins with the 2bit signature, in either byte order.
pub fn is_two_bit(opening: &[u8]) -> bool {
    let signature = opening.first_chunk::<4>().copied().unwrap_or_default();
    [u32::from_le_bytes(signature), u32::from_be_bytes(signature)].contains(&SIGNATURE)
}

/// A 2bit file.
pub struct TwoBit<R> {
    source: Source<R>,
    big_endian: bool,
    /// Offset of each sequence's record.
    offsets: Vec<u64>,
    /// The last record that was read, and its index.
    record: Option<(usize, Record)>,
}

/// The parts of a record.
#[derive(Clone, Copy)]
struct Record {
    /// Bases.
    length: u32,
    /// Blocks of N.
    blocks: u32,
    /// Offset of their starts; their sizes follow.
    starts: u64,
    /// Offset of the packed bases.
    packed: u64,
}

impl<R: Read + Seek> TwoBit<R> {
    /// Reads the header and the names.
    pub fn open(source: Source<R>) -> Result<(Self, Vec<String>), SequenceError> {
        let mut opened = Self {
            source,
            big_endian: false,
            offsets: Vec::new(),
            record: None,
        };
        let header = opened.bytes(0, 16, "the header")?;
        opened.big_endian = header.starts_with(&SIGNATURE.to_be_bytes());
        let version = opened.u32(&header[4..]);
        let sequences = opened.u32(&header[8..]);
        if version > 1 {
            return Err(opened.damaged(format!("version {version}, of which there are 0 and 1")));
        }
        if sequences == 0 {
            return Err(opened.damaged("no sequence".to_owned()));
        }
        if sequences > MOST_SEQUENCES {
            return Err(opened.damaged(format!("{sequences} sequences, more than {MOST_SEQUENCES}")));
        }
        let names = opened.read_index(sequences, version)?;
        // A truncated file lacks the last record.
        if let Some(last) = (0..opened.offsets.len()).max_by_key(|&at| opened.offsets[at]) {
            opened.record(last)?;
        }
        Ok((opened, names))
    }

    /// Bases of a sequence.
    pub fn length(&mut self, sequence: usize) -> Result<u64, SequenceError> {
        Ok(u64::from(self.record(sequence)?.length))
    }

    /// The codes of a range within a sequence.
    pub fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Vec<u8>, SequenceError> {
        let record = self.record(sequence)?;
        let mut codes = Vec::with_capacity((range.end - range.start) as usize);
        let mut piece = vec![0; PIECE];
        let mut at = range.start / 4;
        let end = range.end.div_ceil(4);
        while at < end {
            let bytes = &mut piece[..(end - at).min(PIECE as u64) as usize];
            self.source.read_at(record.packed + at, bytes)?;
            for (byte, &packed) in (at..).zip(bytes.iter()) {
                // The first base is in the two highest bits.
                for (base, shift) in (byte * 4..).zip([6, 4, 2, 0]) {
                    if range.contains(&base) {
                        codes.push(BASES[usize::from(packed >> shift) & 3]);
                    }
                }
            }
            at += bytes.len() as u64;
        }
        self.mark_unknown(record, &range, &mut codes)?;
        Ok(codes)
    }

    /// Sets bases in blocks of N to unknown. Blocks are sorted, as UCSC's readers expect.
    fn mark_unknown(&mut self, record: Record, range: &Range<u64>, codes: &mut [u8]) -> Result<(), SequenceError> {
        let blocks = u64::from(record.blocks);
        // The first block that begins after the range's start; the one before it may extend into the range.
        let (mut low, mut high) = (0, blocks);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.numbers(record.starts + 4 * middle, 1)?[0] <= range.start {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut at = low.saturating_sub(1);
        while at < blocks {
            let count = (blocks - at).min(BLOCKS);
            let starts = self.numbers(record.starts + 4 * at, count)?;
            let sizes = self.numbers(record.starts + 4 * (blocks + at), count)?;
            for (start, size) in starts.into_iter().zip(sizes) {
                if start + size > u64::from(record.length) {
                    return Err(self.damaged(format!(
                        "a block of N from base {start} on beyond the end of its sequence"
                    )));
                }
                if start >= range.end {
                    return Ok(());
                }
                let (start, end) = (start.max(range.start), (start + size).min(range.end));
                if start < end {
                    codes[(start - range.start) as usize..(end - range.start) as usize].fill(UNKNOWN);
                }
            }
            at += count;
        }
        Ok(())
    }

    fn read_index(&mut self, sequences: u32, version: u32) -> Result<Vec<String>, SequenceError> {
        let width = if version == 0 { 4 } else { 8 };
        let mut names = Vec::new();
        let mut seen = HashSet::new();
        let budget = Budget::of(self.source.size);
        let (mut buffer, mut read_to) = (Vec::new(), 16);
        let mut used = 0;
        for _ in 0..sequences {
            // A name has up to 255 bytes.
            if buffer.len() - used < 1 + 255 + width {
                buffer.drain(..used);
                used = 0;
                let more = self.source.up_to(read_to, PIECE)?;
                read_to += more.len() as u64;
                buffer.extend(more);
            }
            let entry = &buffer[used..];
            let length = entry.first().map_or(0, |&length| usize::from(length));
            let Some(offset) = entry.get(1 + length..1 + length + width) else {
                return Err(self.damaged("an index cut short".to_owned()));
            };
            let offset = match version {
                0 => u64::from(self.u32(offset)),
                _ => self.u64(offset),
            };
            let name = String::from_utf8_lossy(&entry[1..1 + length]).into_owned();
            if name.is_empty() {
                return Err(self.damaged("a sequence without a name".to_owned()));
            }
            if offset < 16 || offset >= self.source.size {
                return Err(self.damaged(format!("the offset {offset} of {name}, outside the file")));
            }
            let has_room = budget.draw::<(String, u64)>(2 * name.len())
                && budget.hashed::<String>(0)
                && budget.bytes(Names::held(name.len()));
            if !has_room {
                return Err(self.source.error(SequenceProblem::Memory));
            }
            if !seen.insert(name.clone()) {
                return Err(self.damaged(format!("two sequences called {name}")));
            }
            used += 1 + length + width;
            names.push(name);
            self.offsets.push(offset);
        }
        Ok(names)
    }

    fn record(&mut self, sequence: usize) -> Result<Record, SequenceError> {
        if let Some((last, record)) = self.record
            && last == sequence
        {
            return Ok(record);
        }
        let offset = self.offsets[sequence];
        let head = self.bytes(offset, 8, "a record")?;
        let (length, blocks) = (self.u32(&head), self.u32(&head[4..]));
        let starts = offset + 8;
        let masks_at = starts + 8 * u64::from(blocks);
        let masks = self.bytes(masks_at, 4, "the blocks of N")?;
        // A reserved number follows the blocks of lower case.
        let packed = masks_at + 4 + 8 * u64::from(self.u32(&masks)) + 4;
        if packed + u64::from(length).div_ceil(4) > self.source.size {
            return Err(self.damaged(format!(
                "a sequence of {length} bp that begins at byte {packed} of {}",
                self.source.size
            )));
        }
        let record = Record {
            length,
            blocks,
            starts,
            packed,
        };
        self.record = Some((sequence, record));
        Ok(record)
    }

    fn bytes(&mut self, at: u64, count: usize, what: &str) -> Result<Vec<u8>, SequenceError> {
        let bytes = self.source.up_to(at, count)?;
        if bytes.len() < count {
            return Err(self.damaged(format!("{what} beyond its end, at byte {at} of {}", self.source.size)));
        }
        Ok(bytes)
    }

    /// Numbers of 32 bits.
    fn numbers(&mut self, at: u64, count: u64) -> Result<Vec<u64>, SequenceError> {
        let bytes = self.bytes(at, 4 * count as usize, "blocks of N")?;
        Ok(bytes.chunks_exact(4).map(|word| u64::from(self.u32(word))).collect())
    }

    fn u32(&self, bytes: &[u8]) -> u32 {
        let word = bytes.first_chunk().copied().unwrap_or_default();
        match self.big_endian {
            true => u32::from_be_bytes(word),
            false => u32::from_le_bytes(word),
        }
    }

    fn u64(&self, bytes: &[u8]) -> u64 {
        let word = bytes.first_chunk().copied().unwrap_or_default();
        match self.big_endian {
            true => u64::from_be_bytes(word),
            false => u64::from_le_bytes(word),
        }
    }

    fn damaged(&self, what: String) -> SequenceError {
        self.source.error(SequenceProblem::TwoBit(what))
    }
}
