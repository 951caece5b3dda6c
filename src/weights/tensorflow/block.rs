//! A block of the sorted table: keys with their values.
//!
//! ```text
//! entry │ entry │ … │ restarts, u32 each │ their number, u32 ║ type, u8 │ masked CRC-32C of all before, u32
//!   └ shared │ own │ length of the value │ own bytes of the key │ value        (numbers as varints)
//! ```
//!
//! A key begins with the first `shared` bytes of the previous key; at a restart it shares none.

use std::ops::Range;

use super::{crc32c, message, wrong};
use crate::input::{Budget, budget};
use crate::weights::Problem;

/// Bytes after a block.
const TRAILER: usize = 5;

/// Type of an uncompressed block.
const PLAIN: u8 = 0;

/// Longest key that is accepted as a tensor's name.
const MAX_KEY: usize = 512;

/// Largest number of keys of a table: each takes three bytes of the file, and up to [`MAX_KEY`] in memory.
pub const MAX_PAIRS: usize = 1 << 16;

/// Location of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handle {
    /// From the start of the file.
    pub offset: usize,
    /// Without the trailer.
    pub size: usize,
}

impl Handle {
    /// Reads a handle at `at`, and advances `at` past it.
    pub fn read(bytes: &[u8], at: &mut usize) -> Result<Self, Problem> {
        let offset = message::varint(bytes, at)?;
        let size = message::varint(bytes, at)?;
        Ok(Self {
            // An offset too large to count is beyond the end of any file.
            offset: usize::try_from(offset).unwrap_or(usize::MAX),
            size: usize::try_from(size).unwrap_or(usize::MAX),
        })
    }
}

/// A key, and the location of its value in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub key: Vec<u8>,
    pub value: Range<usize>,
}

/// Reads the keys of the block at `handle`, in order; blocks of the file end at `end`.
pub fn read(file: &[u8], handle: Handle, end: usize, budget: &Budget) -> Result<Vec<Pair>, Problem> {
    let Handle { offset, size } = handle;
    let trailer = offset.checked_add(size);
    let trailer = trailer.filter(|trailer| trailer.checked_add(TRAILER).is_some_and(|at| at <= end));
    let Some(trailer) = trailer else {
        let reason = format!("a block of {size} bytes, which reaches beyond byte {end},");
        return Err(wrong(offset, reason));
    };
    let kind = file[trailer];
    let stated = u32_at(file, trailer + 1);
    let found = crc32c::masked(&file[offset..=trailer]);
    if stated != found {
        return Err(Problem::Checksum {
            part: format!("the block of {size} bytes at byte {offset}"),
            found,
            stated,
        });
    }
    if kind != PLAIN {
        return Err(Problem::BundleRefused {
            what: format!("a compressed block (type {kind}) at byte {offset}"),
            expected: "blocks that are stored as they are, as TensorFlow writes an index",
        });
    }
    pairs(file, offset, trailer, budget)
}

/// The keys of a block from byte `start` to `end`, with its restarts.
fn pairs(file: &[u8], start: usize, end: usize, budget: &Budget) -> Result<Vec<Pair>, Problem> {
    let number = end.checked_sub(4).filter(|at| *at >= start);
    let restarts = number.and_then(|at| {
        let bytes = usize::try_from(u32_at(file, at)).ok()?.checked_mul(4)?;
        at.checked_sub(bytes).filter(|at| *at >= start)
    });
    let (Some(number), Some(restarts)) = (number, restarts) else {
        return Err(wrong(start, "a block with more restarts than it has bytes for"));
    };
    let entries = &file[..restarts];
    let mut expected = (restarts..number)
        .step_by(4)
        .map(|at| start.saturating_add(u32_at(file, at) as usize))
        .peekable();

    let mut pairs: Vec<Pair> = Vec::new();
    let mut at = start;
    while at < restarts {
        let place = at;
        let shared = length(entries, &mut at)?;
        let own = length(entries, &mut at)?;
        let size = length(entries, &mut at)?;
        let before: &[u8] = pairs.last().map_or(&[], |pair| &pair.key);
        if expected.next_if_eq(&place).is_some() && shared != 0 {
            return Err(wrong(place, "a key that is no restart where one was announced"));
        }
        let Some(kept) = before.get(..shared) else {
            let reason = format!("a key that shares {shared} bytes with one of {}", before.len());
            return Err(wrong(place, reason));
        };
        let value = at.checked_add(own).and_then(|value| {
            let end = value.checked_add(size)?;
            (end <= restarts).then_some(value..end)
        });
        let Some(value) = value else {
            let reason = format!("an entry of {own} and {size} bytes where {} are left", restarts - at);
            return Err(wrong(place, reason));
        };
        if shared + own > MAX_KEY {
            return Err(wrong(place, format!("a key of more than {MAX_KEY} bytes")));
        }
        // In the list of its block and in that of all, and later by name with its entry.
        if !budget.draw::<(Pair, [usize; 16])>(size_of::<Pair>() + shared + own) {
            return Err(wrong(place, budget::FOUND));
        }
        let key = [kept, &file[at..value.start]].concat();
        if !pairs.is_empty() && key.as_slice() <= before {
            return Err(wrong(place, "a key that does not come after the one before"));
        }
        if pairs.len() == MAX_PAIRS {
            return Err(wrong(place, format!("more than {MAX_PAIRS} keys")));
        }
        at = value.end;
        pairs.push(Pair { key, value });
    }
    // An empty block has one restart, at its start.
    match expected.next() {
        Some(at) if !pairs.is_empty() => Err(wrong(at, "a restart where no key begins")),
        _ => Ok(pairs),
    }
}

fn length(bytes: &[u8], at: &mut usize) -> Result<usize, Problem> {
    Ok(usize::try_from(message::varint(bytes, at)?).unwrap_or(usize::MAX))
}

/// The little-endian number at `at`, if there are four bytes.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}
