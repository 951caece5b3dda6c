//! TensorFlow's checkpoints of version 2 (bundles), as state dicts, read without TensorFlow.
//!
//! ```text
//! X.index                  where each tensor lies: a sorted table in LevelDB's format        table, block
//!                          of messages in the format of protocol buffers                      message, entry
//! X.data-00000-of-00002    the tensors, raw and little-endian, one after the other            shards
//! X.data-00001-of-00002
//! X.meta                   the graph, which is not needed and not read
//! ```
//!
//! All blocks of the index and all tensors have a CRC-32C. All are verified, even those of tensors that are not used: a
//! damaged bundle is not read.
//!
//! Own reader: no crate reads bundles, and `sstable`, which reads such tables, panics on damaged ones.

mod block;
mod crc32c;
mod entry;
mod message;
mod shards;
mod table;
mod training;

use std::collections::BTreeMap;
use std::io;

use self::entry::Index;
use super::{Problem, StateDict, Tensor, WeightsError};

/// File name suffix of an index.
pub const INDEX: &str = ".index";

/// Tensors of a bundle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checkpoint {
    /// The weights by their names in the bundle, as float32; all values are finite.
    pub tensors: BTreeMap<String, Tensor>,
    /// Names of tensors that are state of the training, not weights: of an optimiser, and counters.
    pub left: Vec<String>,
}

impl Checkpoint {
    /// The weights as a state dict.
    pub fn into_state(self) -> StateDict {
        let mut notes = Vec::new();
        if !self.left.is_empty() {
            notes.push(format!(
                "Of the checkpoint's {} tensors, {} belong to its training and were left out.",
                self.tensors.len() + self.left.len(),
                self.left.len()
            ));
        }
        StateDict {
            tensors: self.tensors,
            metadata: BTreeMap::new(),
            notes,
        }
    }
}

/// The prefix of a bundle, which a user names directly or by its index: `model.tf` of `model.tf.index`.
pub fn prefix(name: &str) -> &str {
    name.strip_suffix(INDEX).unwrap_or(name)
}

/// Reads a bundle. `index` are the bytes of its index, `open` returns those of a file such as
/// `model.tf.data-00000-of-00001`. Errors name the index or that file.
///
/// # Errors
/// Any [`Problem`] of a bundle, or of a tensor.
pub fn read(
    prefix: &str,
    index: &[u8],
    open: impl FnMut(&str) -> io::Result<Vec<u8>>,
) -> Result<Checkpoint, WeightsError> {
    let file = format!("{prefix}{INDEX}");
    let index = Index::read(index).map_err(|problem| problem.of(&file))?;
    let places = index.places().map_err(|problem| problem.of(&file))?;
    shards::read(prefix, &index, &places, open)
}

/// Problem at byte `offset` of an index that TensorFlow would not write.
fn wrong(offset: usize, reason: impl Into<String>) -> Problem {
    Problem::BundleIndex {
        offset,
        reason: reason.into(),
    }
}
