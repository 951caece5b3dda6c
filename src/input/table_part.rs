//! Parts of a table's file, of a fixed size: the bytes do not depend on the number of threads that write them.

use std::io;

use miniz_oxide::deflate::compress_to_vec;

use super::gzip::OfText;
use super::{SignalTable, write_comment, write_headed_rows, write_header};

/// Genes of a part: enough for gzip to pack well.
const GENES: usize = 256;

/// Level of compression. The default, 6, takes nine times as long, half the time of making a table of bigWigs, for
/// files that are an eighth smaller.
const LEVEL: u8 = 2;

/// Number of parts of a table; at least one, which has the header.
pub fn count(table: &SignalTable) -> usize {
    table.genes.len().div_ceil(GENES).max(1)
}

/// A part: rows of some genes, before those of the first the table's notes as comments and the header. Packed, each is
/// a member of one gzip file.
///
/// # Errors
/// As of [`write_headed`](super::write_headed) and [`write_comment`].
///
/// # Panics
/// If there is no such part.
pub fn bytes(table: &SignalTable, part: usize, packed: bool) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if part == 0 {
        for note in &table.notes {
            write_comment(note, &mut text)?;
        }
        write_header(table, &mut text)?;
    }
    let genes = part * GENES..((part + 1) * GENES).min(table.genes.len());
    write_headed_rows(table, genes, &mut text)?;
    if !packed {
        return Ok(text);
    }
    Ok(gzip(&text))
}

/// A member of a gzip file. Not by flate2, which packs by another implementation natively than in WebAssembly: the
/// package writes the very file that the program writes.
fn gzip(text: &[u8]) -> Vec<u8> {
    // No time, so that the same data give the same bytes; of an unknown system.
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut checksum = OfText::new();
    checksum.add(text);
    let data = compress_to_vec(text, LEVEL);
    // The length counts modulo 2^32.
    let trailer = [checksum.value(), text.len() as u32].map(u32::to_le_bytes);
    [&head, data.as_slice(), trailer.as_flattened()].concat()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn another_implementation_unpacks_what_is_packed_and_finds_its_checksum_right() {
        for length in [0, 1, 1000, 300_000] {
            let text: Vec<u8> = (0..length).map(|i: usize| (i * i / 97 % 31 + i % 7) as u8).collect();
            let packed = gzip(&text);
            let mut unpacked = Vec::new();
            GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
            assert!(
                unpacked == text && (length < 1000 || packed.len() < length),
                "{length} bytes"
            );
        }
    }
}
