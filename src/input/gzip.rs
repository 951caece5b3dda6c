//! Decompresses a gzip member in pieces.
//!
//! Own reader, as for the blocks of genomes: flate2's has incompressible checksum tables of 16 KiB, which would be part
//! of the engine that a page waits for.

use flate2::{Decompress, FlushDecompress, Status};

use super::problem::Problem;

/// Size of decompressed pieces.
const ROOM: usize = 32 << 10;

/// Longer headers do not occur in real files.
const LONGEST_HEAD: usize = 1 << 18;

/// Bytes after the data: checksum and length of the text.
const TRAILER: usize = 8;

/// One member: its header, data and checksum.
#[derive(Debug)]
pub(super) struct Member {
    part: Part,
    data: Decompress,
    checksum: OfText,
    length: u32,
}

/// Part of the member that comes next, with its bytes so far.
#[derive(Debug)]
enum Part {
    Head(Vec<u8>),
    Data,
    Trailer(Vec<u8>),
    End,
}

impl Member {
    pub fn new() -> Self {
        Self {
            part: Part::Head(Vec::new()),
            data: Decompress::new(false),
            checksum: OfText::new(),
            length: 0,
        }
    }

    /// Returns true if the member is complete and its checksum correct.
    pub fn is_complete(&self) -> bool {
        matches!(self.part, Part::End)
    }

    /// Reads some of the next bytes, at least one unless the member has ended, and appends their text.
    ///
    /// # Errors
    /// [`Problem::GzipCorrupt`].
    pub fn push(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<usize, Problem> {
        match &mut self.part {
            Part::Head(held) => {
                let before = held.len();
                held.extend_from_slice(bytes);
                let Some(length) = head_length(held)? else {
                    return if held.len() > LONGEST_HEAD {
                        Err(Problem::GzipCorrupt)
                    } else {
                        Ok(bytes.len())
                    };
                };
                self.part = Part::Data;
                Ok(length - before)
            }
            Part::Data => self.unpack(bytes, text),
            Part::Trailer(held) => {
                let taken = bytes.len().min(TRAILER - held.len());
                held.extend_from_slice(&bytes[..taken]);
                if held.len() == TRAILER {
                    let word = |at: usize| u32::from_le_bytes([held[at], held[at + 1], held[at + 2], held[at + 3]]);
                    if [word(0), word(4)] != [self.checksum.value(), self.length] {
                        return Err(Problem::GzipCorrupt);
                    }
                    self.part = Part::End;
                }
                Ok(taken)
            }
            Part::End => Ok(0),
        }
    }

    fn unpack(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<usize, Problem> {
        let (began, before) = (text.len(), self.data.total_in());
        loop {
            text.reserve(ROOM);
            let rest = &bytes[(self.data.total_in() - before) as usize..];
            let room = text.capacity() - text.len();
            let held = text.len();
            let status = self.data.decompress_vec(rest, text, FlushDecompress::None);
            let status = status.map_err(|_| Problem::GzipCorrupt)?;
            if matches!(status, Status::StreamEnd) {
                self.part = Part::Trailer(Vec::with_capacity(TRAILER));
                break;
            }
            // An unfilled buffer means that there is no more text in these bytes.
            if text.len() - held < room {
                break;
            }
        }
        self.checksum.add(&text[began..]);
        // Modulo 2³², as in gzip.
        self.length = self.length.wrapping_add((text.len() - began) as u32);
        Ok((self.data.total_in() - before) as usize)
    }
}

/// The checksum of a text.
#[cfg(target_arch = "wasm32")]
pub(super) type OfText = Checksum;

/// The checksum of a text, with CPU instructions if available.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub(super) struct OfText(flate2::Crc);

#[cfg(not(target_arch = "wasm32"))]
impl OfText {
    pub fn new() -> Self {
        Self(flate2::Crc::new())
    }

    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn value(&self) -> u32 {
        self.0.sum()
    }
}

/// Flags in a header.
const CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const RESERVED: u8 = 0b1110_0000;

/// Length of a header in bytes, once it is complete.
fn head_length(head: &[u8]) -> Result<Option<usize>, Problem> {
    let begins = [0x1f, 0x8b, 8];
    if head.iter().zip(begins).any(|(&found, expected)| found != expected) {
        return Err(Problem::GzipCorrupt);
    }
    let Some(&flags) = head.get(3) else { return Ok(None) };
    if flags & RESERVED != 0 {
        return Err(Problem::GzipCorrupt);
    }
    let mut length = 10;
    if flags & EXTRA != 0 {
        let Some(&[low, high]) = head.get(length..length + 2).and_then(<[u8]>::first_chunk) else {
            return Ok(None);
        };
        length += 2 + usize::from(u16::from_le_bytes([low, high]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = head
                .get(length..)
                .and_then(|rest| rest.iter().position(|&byte| byte == 0));
            let Some(end) = end else { return Ok(None) };
            length += end + 1;
        }
    }
    if flags & CHECKSUM != 0 {
        let Some(&[low, high]) = head.get(length..length + 2).and_then(<[u8]>::first_chunk) else {
            return Ok(None);
        };
        let mut checksum = Checksum::new();
        checksum.add(&head[..length]);
        if checksum.value() as u16 != u16::from_le_bytes([low, high]) {
            return Err(Problem::GzipCorrupt);
        }
        length += 2;
    }
    Ok((head.len() >= length).then_some(length))
}

/// CRC-32 of gzip, incremental; eight bytes at a time with tables that are built when needed.
#[derive(Debug)]
pub(super) struct Checksum {
    /// Checksums of each byte followed by 0 to 7 zeros.
    tables: Box<[[u32; 256]; 8]>,
    state: u32,
}

impl Checksum {
    pub fn new() -> Self {
        let mut tables = Box::new([[0_u32; 256]; 8]);
        for (byte, sum) in (0..).zip(&mut tables[0]) {
            let shifted = |sum: u32, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
            *sum = (0..8).fold(byte, shifted);
        }
        for byte in 0..256 {
            for zeros in 1..8 {
                let before = tables[zeros - 1][byte];
                tables[zeros][byte] = (before >> 8) ^ tables[0][(before & 255) as usize];
            }
        }
        Self { tables, state: !0 }
    }

    pub fn add(&mut self, bytes: &[u8]) {
        let tables = &*self.tables;
        let (eights, rest) = bytes.as_chunks::<8>();
        for &[a, b, c, d, e, f, g, h] in eights {
            let low = (self.state ^ u32::from_le_bytes([a, b, c, d])).to_le_bytes();
            let all = low.into_iter().chain([e, f, g, h]);
            self.state = all
                .zip(tables.iter().rev())
                .fold(0, |sum, (byte, table)| sum ^ table[usize::from(byte)]);
        }
        for &byte in rest {
            let index = (self.state as u8) ^ byte;
            self.state = (self.state >> 8) ^ tables[0][usize::from(index)];
        }
    }

    pub fn value(&self) -> u32 {
        !self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, Crc, GzBuilder};
    use std::io::Write;

    /// Bytes by a fixed rule, which pack somewhat.
    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * i / 97 % 31 + i % 7) as u8).collect()
    }

    /// Unpacks pieces of so many bytes; what was taken, and the text.
    fn unpacked(packed: &[u8], piece: usize) -> Result<(usize, bool, Vec<u8>), Problem> {
        let (mut member, mut text, mut taken) = (Member::new(), Vec::new(), 0);
        while taken < packed.len() && !member.is_complete() {
            taken += member.push(&packed[taken..packed.len().min(taken + piece)], &mut text)?;
        }
        Ok((taken, member.is_complete(), text))
    }

    #[test]
    fn the_checksum_is_that_of_flate2_however_bytes_come() {
        let bytes = text(1000);
        for length in [0, 1, 7, 8, 9, 63, 64, 1000] {
            let mut expected = Crc::new();
            expected.update(&bytes[..length]);
            for piece in [1, 3, 8, 13, 1000] {
                let mut found = Checksum::new();
                bytes[..length].chunks(piece).for_each(|bytes| found.add(bytes));
                assert_eq!(found.value(), expected.sum(), "{length} bytes by {piece}");
            }
        }
    }

    #[test]
    fn heads_of_every_kind_and_pieces_of_any_size_give_the_text() {
        let heads = [
            GzBuilder::new,
            || GzBuilder::new().filename("a.csv").comment("of a table"),
            || GzBuilder::new().extra([7; 300]).filename("a"),
        ];
        for head in heads {
            for length in [0, 1, 1000, 200_000] {
                let text = text(length);
                let mut packing = head().write(Vec::new(), Compression::best());
                packing.write_all(&text).unwrap();
                let mut packed = packing.finish().unwrap();
                let whole = packed.len();
                packed.extend(b"behind");
                for piece in [1, 5, 4096, 1 << 20] {
                    let found = unpacked(&packed, piece).unwrap();
                    assert!(found == (whole, true, text.clone()), "{length} bytes by {piece}");
                }
                for cut in [0, 1, 3, 9, 12, whole / 2, whole - 1] {
                    assert!(!unpacked(&packed[..cut.min(whole - 1)], 4096).unwrap().1);
                }
                for changed in [whole - 1, whole - 5] {
                    let mut packed = packed.clone();
                    packed[changed] ^= 1;
                    assert!(matches!(unpacked(&packed, 4096), Err(Problem::GzipCorrupt)));
                }
            }
        }
    }

    #[test]
    fn a_heads_own_checksum_is_held_and_what_is_no_head_is_refused() {
        let mut head = vec![0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 255];
        let mut checksum = Crc::new();
        checksum.update(&head);
        head.extend((checksum.sum() as u16).to_le_bytes());
        assert_eq!(head_length(&head).unwrap(), Some(12));
        head[11] ^= 1;
        assert!(head_length(&head).is_err());
        for wrong in [&[0x1f, 0x8b, 7][..], &[0x1f, 0x8a], &[0x1f, 0x8b, 8, 0x40]] {
            assert!(head_length(wrong).is_err());
        }
    }
}
