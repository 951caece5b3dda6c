//! bgzip blocks: gzip members of at most 64 KiB, each of which can be decompressed separately.
//!
//! A member's extra field `BC` has its size minus one; its last four bytes have the uncompressed size. The index `.gzi`
//! lists the offsets of all blocks but the first in the file and in the text.
//!
//! Own reader: the engine that a page loads first has no noodles, and problems are reported in detail.

use std::io::{Read, Seek};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::source::Source;
use super::{GenomeError, Turn};
use crate::sequence::error::{SequenceError, SequenceProblem};

/// Largest uncompressed size of a block.
const MOST: usize = 1 << 16;

/// Blocks between two calls that may cancel.
const TURN: usize = 1 << 8;

/// Text compressed in blocks.
pub struct Blocks<R> {
    source: Source<R>,
    /// Name of the `.gzi`, if any.
    index_file: Option<String>,
    /// Offsets of blocks in the file and in the text.
    index: Vec<(u64, u64)>,
    /// Bytes of the text.
    size: u64,
    /// The last decompressed block.
    kept: Option<(Place, Vec<u8>)>,
}

/// Location of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Its offset in the file.
    packed: u64,
    /// Its offset in the text.
    text: u64,
}

/// Stated sizes of a block.
struct Head {
    /// Bytes before the compressed data.
    data: u64,
    /// Bytes in all.
    packed: u64,
    /// Bytes of text.
    text: u64,
}

/// Returns true if a gzip file begins with a bgzip block.
pub fn is_blocked(opening: &[u8]) -> bool {
    opening.starts_with(&[0x1f, 0x8b, 8, 4]) && opening.get(12..16) == Some(b"BC\x02\x00")
}

impl<R: Read + Seek> Blocks<R> {
    /// Opens a file with the name and content of its `.gzi`, or by visiting the heads of its blocks.
    pub fn open(source: Source<R>, gzi: Option<(&str, &[u8])>, turn: Turn<'_>) -> Result<Self, GenomeError> {
        let mut opened = Self {
            source,
            index_file: gzi.map(|(file, _)| file.to_owned()),
            index: vec![(0, 0)],
            size: 0,
            kept: None,
        };
        if let Some((file, bytes)) = gzi {
            opened.index.extend(read_gzi(file, bytes, &opened.source)?);
        }
        let listed = opened.index_file.is_some();
        let (mut packed, mut text) = opened.index.last().copied().unwrap_or_default();
        let mut visited = 0;
        while packed < opened.source.size {
            let head = opened.head(packed)?;
            if !listed && text > 0 && head.text > 0 {
                opened.index.push((packed, text));
            }
            packed += head.packed;
            text += head.text;
            visited += 1;
            if visited % TURN == 0 && turn(packed, opened.source.size).is_break() {
                return Err(GenomeError::Cancelled);
            }
        }
        opened.size = text;
        Ok(opened)
    }

    pub fn file(&self) -> &str {
        &self.source.file
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Compressed size of the file.
    pub fn packed(&self) -> u64 {
        self.source.size
    }

    /// Memory of the block offsets; each block has at least 26 bytes in the file.
    pub fn held(&self) -> usize {
        MOST + 3 * self.index.len() * size_of::<(u64, u64)>()
    }

    /// Fills `buffer` with the text from `at` on.
    pub fn read_at(&mut self, mut at: u64, mut buffer: &mut [u8]) -> Result<(), SequenceError> {
        if at + buffer.len() as u64 > self.size {
            return Err(self.damaged(format!("{} bytes of text", self.size)));
        }
        while !buffer.is_empty() {
            self.unpack_at(at)?;
            let Some((place, text)) = &self.kept else { break };
            let there = &text[(at - place.text) as usize..];
            let count = there.len().min(buffer.len());
            let (filled, rest) = buffer.split_at_mut(count);
            filled.copy_from_slice(&there[..count]);
            buffer = rest;
            at += count as u64;
        }
        Ok(())
    }

    /// Decompresses and caches the block with the byte `at` of the text.
    fn unpack_at(&mut self, at: u64) -> Result<(), SequenceError> {
        if let Some((place, text)) = &self.kept
            && (place.text..place.text + text.len() as u64).contains(&at)
        {
            return Ok(());
        }
        let next = self.index.partition_point(|&(_, text)| text <= at);
        let (packed, text) = self.index[next - 1];
        let mut place = Place { packed, text };
        let until = self.index.get(next).copied();
        loop {
            let head = self.head(place.packed)?;
            let end = (place.packed + head.packed, place.text + head.text);
            if until.is_some_and(|until| end.0 > until.0 || end.1 > until.1) {
                return Err(self.other_index(format!("a block at byte {} that is longer", place.packed)));
            }
            if at < end.1 {
                let text = self.unpack(place.packed, &head)?;
                self.kept = Some((place, text));
                return Ok(());
            }
            (place.packed, place.text) = end;
        }
    }

    fn unpack(&mut self, at: u64, head: &Head) -> Result<Vec<u8>, SequenceError> {
        let mut packed = vec![0; (head.packed - head.data) as usize];
        self.source.read_at(at + head.data, &mut packed)?;
        inflate(&packed, head.text as usize).ok_or_else(|| self.damaged(unlike(at)))
    }

    fn head(&mut self, at: u64) -> Result<Head, SequenceError> {
        // bgzip writes no other extra field; other programs may.
        let opening = self.source.up_to(at, 18)?;
        let extra = match opening.get(..12) {
            Some([0x1f, 0x8b, 8, 4, .., low, high]) => u16::from_le_bytes([*low, *high]),
            _ if self.index_file.is_some() => {
                return Err(self.other_index(format!("no block at byte {at}, although the index has one")));
            }
            _ => return Err(self.damaged(format!("no block at byte {at}"))),
        };
        let fields = self.source.up_to(at + 12, usize::from(extra))?;
        let size = block_size(&fields).ok_or_else(|| self.damaged(format!("no size of the block at byte {at}")))?;
        let data = 12 + u64::from(extra);
        if size < data + 8 || at + size > self.source.size {
            return Err(self.damaged(format!("a block at byte {at} of {size} bytes, cut short")));
        }
        let mut text = [0; 4];
        self.source.read_at(at + size - 4, &mut text)?;
        let text = u64::from(u32::from_le_bytes(text));
        if text > MOST as u64 {
            return Err(self.damaged(format!("a block at byte {at} of {text} bytes of text")));
        }
        Ok(Head {
            data,
            packed: size,
            text,
        })
    }

    fn damaged(&self, what: String) -> SequenceError {
        self.source.error(SequenceProblem::Blocks(what))
    }

    fn other_index(&self, found: String) -> SequenceError {
        let genome = self.source.file.clone();
        match &self.index_file {
            Some(index) => SequenceError::file(index, SequenceProblem::IndexOfAnother { found, genome }),
            None => self.damaged(found),
        }
    }
}

/// Message for a block at a byte that does not match its stated sizes or checksum.
fn unlike(at: u64) -> String {
    format!("the block at byte {at} does not decompress to the size and checksum that it states")
}

/// The text of a block's data, if it matches checksum and size.
fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let (data, tail) = packed.split_at(packed.len() - 8);
    let mut text = vec![0; size];
    let mut inflate = Decompress::new(false);
    let status = inflate.decompress(data, &mut text, FlushDecompress::Finish);
    let mut checksum = Crc::new();
    checksum.update(&text);
    let whole = matches!(status, Ok(Status::StreamEnd)) && inflate.total_out() == size as u64;
    (whole && checksum.sum().to_le_bytes() == tail[..4]).then_some(text)
}

/// Decompresses a file in chunks, passes on the text of each block, and records the offsets of blocks.
pub struct Unpacker {
    file: String,
    /// Bytes of the current block so far.
    block: Vec<u8>,
    at: (u64, u64),
    /// As in [`Blocks::index`], without the first.
    index: Vec<(u64, u64)>,
}

impl Unpacker {
    pub fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            block: Vec::new(),
            at: (0, 0),
            index: Vec::new(),
        }
    }

    pub fn push(
        &mut self,
        mut piece: &[u8],
        text: &mut dyn FnMut(&[u8]) -> Result<(), SequenceError>,
    ) -> Result<(), SequenceError> {
        while !piece.is_empty() {
            let wanted = self.wanted()?;
            let (now, later) = piece.split_at(piece.len().min(wanted - self.block.len()));
            self.block.extend_from_slice(now);
            piece = later;
            if self.block.len() == self.wanted()? {
                self.end_of_block(text)?;
            }
        }
        Ok(())
    }

    /// The content of the index, `.gzi`.
    pub fn finish(self) -> Result<Vec<u8>, SequenceError> {
        if !self.block.is_empty() {
            return Err(self.damaged(format!("a block at byte {}, cut short", self.at.0)));
        }
        let rows = self.index.iter().flat_map(|&(packed, text)| [packed, text]);
        let numbers = std::iter::once(self.index.len() as u64).chain(rows);
        Ok(numbers.flat_map(u64::to_le_bytes).collect())
    }

    /// Bytes of the block needed next: its head, then all of it.
    fn wanted(&self) -> Result<usize, SequenceError> {
        let Some(head) = self.block.get(..12) else {
            return Ok(12);
        };
        let data = match head {
            [0x1f, 0x8b, 8, 4, .., low, high] => 12 + usize::from(u16::from_le_bytes([*low, *high])),
            _ => return Err(self.damaged(format!("no block at byte {}", self.at.0))),
        };
        let Some(fields) = self.block.get(12..data) else {
            return Ok(data);
        };
        match block_size(fields) {
            Some(size) if size >= data as u64 + 8 => Ok(size as usize),
            _ => Err(self.damaged(format!("no size of the block at byte {}", self.at.0))),
        }
    }

    fn end_of_block(&mut self, text: &mut dyn FnMut(&[u8]) -> Result<(), SequenceError>) -> Result<(), SequenceError> {
        let (packed, start) = self.at;
        let block = std::mem::take(&mut self.block);
        let data = 12 + usize::from(u16::from_le_bytes([block[10], block[11]]));
        let size = block.last_chunk().copied().map_or(0, u32::from_le_bytes) as usize;
        let found = (size <= MOST).then(|| inflate(&block[data..], size)).flatten();
        let found = found.ok_or_else(|| self.damaged(unlike(packed)))?;
        // The empty block at the end of a file is not in the index.
        if start > 0 && size > 0 {
            self.index.push(self.at);
        }
        self.at = (packed + block.len() as u64, start + size as u64);
        text(&found)
    }

    fn damaged(&self, what: String) -> SequenceError {
        SequenceError::file(&self.file, SequenceProblem::Blocks(what))
    }
}

/// The size in the field `BC` of a member's extra fields.
fn block_size(mut fields: &[u8]) -> Option<u64> {
    while let [one, two, low, high, rest @ ..] = fields {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let content = rest.get(..length)?;
        if let (b'B', b'C', [low, high]) = (one, two, content) {
            return Some(u64::from(u16::from_le_bytes([*low, *high])) + 1);
        }
        fields = &rest[length..];
    }
    None
}

/// The blocks that an index lists.
fn read_gzi<R>(file: &str, bytes: &[u8], genome: &Source<R>) -> Result<Vec<(u64, u64)>, SequenceError> {
    let format = |found: String| {
        let expected = "the .gzi of bgzip: a number of blocks, and two numbers for each";
        SequenceError::file(file, SequenceProblem::IndexFormat { found, expected })
    };
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.first_chunk().copied().unwrap_or_default());
    let (head, rows) = bytes
        .split_at_checked(8)
        .ok_or_else(|| format(format!("{} bytes", bytes.len())))?;
    let count = number(head);
    if count.checked_mul(16) != Some(rows.len() as u64) {
        return Err(format(format!("{count} blocks in {} bytes", bytes.len())));
    }
    let mut last = (0, 0);
    let mut blocks = Vec::with_capacity(rows.len() / 16);
    for row in rows.chunks_exact(16) {
        let block = (number(row), number(&row[8..]));
        if block.0 <= last.0 || block.1 < last.1 {
            return Err(format(format!("a block at byte {} behind one at {}", block.0, last.0)));
        }
        if block.0 >= genome.size {
            let found = format!("a block at byte {}, beyond the file's {} bytes", block.0, genome.size);
            let genome = genome.file.clone();
            return Err(SequenceError::file(
                file,
                SequenceProblem::IndexOfAnother { found, genome },
            ));
        }
        blocks.push(block);
        last = block;
    }
    Ok(blocks)
}
