//! Parts of a table's file, of a fixed size: the bytes do not depend on the number of threads that write them.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use super::{SignalTable, write_comment, write_headed_rows, write_header};

/// Genes of a part: enough for gzip to pack well.
const GENES: usize = 256;

/// How many parts a table has; at least one, which has the header.
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
    // No time stamp, so that the same data give the same bytes.
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    gzip.write_all(&text)?;
    gzip.finish()
}
