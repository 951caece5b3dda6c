//! Genomes in every format that is read.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// A sequence: its name and letters.
pub type Letters = (String, Vec<u8>);

/// FASTA with lines of `width` bases, and its `.fai`.
pub fn fasta(sequences: &[Letters], width: usize, line_break: &str) -> (Vec<u8>, Vec<u8>) {
    let (mut text, mut index) = (Vec::new(), Vec::new());
    for (name, letters) in sequences {
        write!(text, ">{name} some words{line_break}").unwrap();
        let (length, offset) = (letters.len(), text.len());
        let line = width + line_break.len();
        writeln!(index, "{name}\t{length}\t{offset}\t{width}\t{line}").unwrap();
        for line in letters.chunks(width) {
            text.extend_from_slice(line);
            text.extend_from_slice(line_break.as_bytes());
        }
    }
    (text, index)
}

/// Text in bgzip's blocks, and its `.gzi`.
pub fn blocks(text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut packed = Vec::new();
    let mut places: Vec<[u64; 2]> = Vec::new();
    let mut at = 0;
    for piece in text.chunks(65_280).chain([&[][..]]) {
        if at > 0 {
            places.push([packed.len() as u64, at]);
        }
        at += piece.len() as u64;
        packed.extend(block(piece));
    }
    // The last block is empty, and no index lists it.
    places.pop();
    let mut index = (places.len() as u64).to_le_bytes().to_vec();
    index.extend(places.iter().flatten().flat_map(|place| place.to_le_bytes()));
    (packed, index)
}

fn block(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    let data = encoder.finish().unwrap();
    let mut checksum = Crc::new();
    checksum.update(text);
    let mut block = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0".to_vec();
    block.extend(((18 + data.len() + 8 - 1) as u16).to_le_bytes());
    block.extend(data);
    block.extend(checksum.sum().to_le_bytes());
    block.extend((text.len() as u32).to_le_bytes());
    block
}

/// A 2bit file of version 0 or 1, in either byte order.
pub fn two_bit(sequences: &[Letters], big_endian: bool, version: u32) -> Vec<u8> {
    let word = |number: usize| match big_endian {
        true => (number as u32).to_be_bytes(),
        false => (number as u32).to_le_bytes(),
    };
    let offset = |number: usize| match (version, big_endian) {
        (0, _) => word(number).to_vec(),
        (_, true) => (number as u64).to_be_bytes().to_vec(),
        (_, false) => (number as u64).to_le_bytes().to_vec(),
    };
    let width = if version == 0 { 4 } else { 8 };
    let index: usize = sequences.iter().map(|(name, _)| 1 + name.len() + width).sum();
    let mut bytes = [0x1a41_2743, version as usize, sequences.len(), 0].map(word).concat();
    let mut records = Vec::new();
    for (name, letters) in sequences {
        bytes.push(name.len() as u8);
        bytes.extend(name.as_bytes());
        bytes.extend(offset(16 + index + records.len()));
        records.extend(word(letters.len()));
        for runs in [
            runs(letters, |letter| matches!(letter, b'N' | b'n')),
            runs(letters, |letter| letter.is_ascii_lowercase()),
        ] {
            records.extend(word(runs.len()));
            records.extend(runs.iter().flat_map(|&(start, _)| word(start)));
            records.extend(runs.iter().flat_map(|&(_, size)| word(size)));
        }
        records.extend(word(0));
        records.extend(letters.chunks(4).map(|four| {
            let values = four.iter().map(|letter| match letter.to_ascii_uppercase() {
                b'C' => 1,
                b'A' => 2,
                b'G' => 3,
                _ => 0_u8,
            });
            values
                .zip([6, 4, 2, 0])
                .map(|(value, shift)| value << shift)
                .sum::<u8>()
        }));
    }
    bytes.extend(records);
    bytes
}

/// Start and size of each run of letters that are so.
fn runs(letters: &[u8], is: impl Fn(u8) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, &letter) in letters.iter().enumerate() {
        match runs.last_mut() {
            _ if !is(letter) => {}
            Some((start, size)) if *start + *size == at => *size += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}
