//! The sorted table: blocks of keys, an index block with their locations, and the footer with the location of the
//! index.
//!
//! ```text
//! block │ block │ … │ metaindex block │ index block ║ handle of the metaindex │ handle of the index │ zeros │ magic
//!                                                    └──────────────────── footer, 48 bytes ────────────────────┘
//! ```

use super::block::{self, Handle, MAX_PAIRS, Pair};
use super::wrong;
use crate::input::Budget;
use crate::weights::{FileKind, Problem};

const FOOTER: usize = 48;

/// The last eight bytes of a table, little-endian.
const MAGIC: u64 = 0xdb47_7524_8b80_fb57;

/// Reads all keys of a table, in order.
pub fn read(file: &[u8]) -> Result<Vec<Pair>, Problem> {
    let expected = "the index of a TensorFlow checkpoint (`X.index`)";
    let Some((blocks, footer)) = file.split_last_chunk::<FOOTER>() else {
        let found = FileKind::of(file);
        return Err(Problem::AnotherKind { found, expected });
    };
    let end = blocks.len();
    if footer[FOOTER - 8..] != MAGIC.to_le_bytes() {
        return Err(match FileKind::of(file) {
            FileKind::Binary => wrong(
                end,
                "another footer than that of a table of TensorFlow's, as of a file that is cut short,",
            ),
            found => Problem::AnotherKind { found, expected },
        });
    }
    let mut at = end;
    let metaindex = Handle::read(file, &mut at)?;
    let index = Handle::read(file, &mut at)?;
    // Its content is not used, but it should be complete.
    let budget = &Budget::of(file.len() as u64);
    block::read(file, metaindex, end, budget)?;

    let mut pairs: Vec<Pair> = Vec::new();
    for Pair { key: last, value } in block::read(file, index, end, budget)? {
        let mut at = value.start;
        let handle = Handle::read(&file[..value.end], &mut at)?;
        // The key of a block in the index is its last key or a later one, before the first of the next block.
        let before = pairs.len();
        pairs.extend(block::read(file, handle, end, budget)?);
        let ordered = before == 0 || pairs.get(before).is_none_or(|first| first.key > pairs[before - 1].key);
        if !ordered || pairs.last().is_some_and(|pair| pair.key > last) {
            return Err(wrong(handle.offset, "a block out of order"));
        }
        if pairs.len() > MAX_PAIRS {
            return Err(wrong(handle.offset, format!("more than {MAX_PAIRS} keys")));
        }
    }
    Ok(pairs)
}
