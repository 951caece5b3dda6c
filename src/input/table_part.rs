//! Parts of a table's file, of a fixed size, so that its bytes do not depend on the number of threads.

use std::io;

use miniz_oxide::deflate::compress_to_vec;

use super::gzip::OfText;
use super::{SignalTable, write_comment, write_headed_rows, write_header};

/// Genes per part: enough for gzip to compress well.
const GENES: usize = 256;

/// Compression level. The default, 6, takes nine times as long, which is half the time of making a table from bigWigs,
/// for files that are an eighth smaller.
const LEVEL: u8 = 2;

/// Number of parts of a table; at least one, which has the header.
pub fn count(table: &SignalTable) -> usize {
    table.genes.len().div_ceil(GENES).max(1)
}

/// A part: rows of some genes; the first part begins with the table's notes as comments, and the header. Compressed
/// parts are members of one gzip file.
///
/// # Errors
/// As [`write_headed`](super::write_headed) and [`write_comment`].
///
/// # Panics
/// If the part is out of bounds.
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

/// A member of a gzip file. Without flate2, whose native implementation differs from that in WebAssembly: the package
/// and the program write identical files.
fn gzip(text: &[u8]) -> Vec<u8> {
    // Without a time, so that the same data give the same bytes; of an unknown system.
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut checksum = OfText::new();
    checksum.add(text);
    let data = compress_to_vec(text, LEVEL);
    // Length modulo 2^32.
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
