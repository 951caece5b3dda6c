//! The data files, with the tensors' values.

use std::io;

use super::entry::{Entry, Index, Places};
use super::{Checkpoint, INDEX, crc32c, training};
use crate::weights::{Problem, Tensor, WeightsError, elements};

/// Reads the tensors at `places`, file by file.
pub fn read(
    prefix: &str,
    index: &Index,
    places: &Places<'_>,
    mut open: impl FnMut(&str) -> io::Result<Vec<u8>>,
) -> Result<Checkpoint, WeightsError> {
    let mut checkpoint = Checkpoint::default();
    for (number, tensors) in places {
        let file = format!("{prefix}.data-{number:05}-of-{:05}", index.shards);
        let bytes = open(&file).map_err(|error| {
            let problem = Problem::ShardMissing {
                shard: file.rsplit(['/', '\\']).next().unwrap_or(&file).to_owned(),
                reason: error.to_string(),
            };
            problem.of(&format!("{prefix}{INDEX}"))
        })?;
        for (name, entry) in tensors {
            let values = entry.read_from(&bytes, name);
            match values.map_err(|problem| problem.of(&file))? {
                Some(tensor) => drop(checkpoint.tensors.insert((*name).to_owned(), tensor)),
                None => checkpoint.left.push((*name).to_owned()),
            }
        }
    }
    checkpoint.left.sort();
    Ok(checkpoint)
}

impl Entry {
    /// The tensor `name` in the bytes of its file, verified; `None` if it is not a weight.
    fn read_from(&self, file: &[u8], name: &str) -> Result<Option<Tensor>, Problem> {
        let end = self.offset + self.size;
        let Some(bytes) = file.get(self.offset..end) else {
            return Err(Problem::CutShort {
                part: format!("tensor `{name}`"),
                needed: end as u64,
                held: file.len() as u64,
            });
        };
        let found = crc32c::masked(bytes);
        if found != self.crc32c {
            return Err(Problem::Checksum {
                part: format!("tensor `{name}`, {} bytes at byte {}", self.size, self.offset),
                found,
                stated: self.crc32c,
            });
        }
        if training::is_state(name) {
            return Ok(None);
        }
        let element = safetensors::tensor::Dtype::F32;
        let values = elements::decode(name, element, bytes, &[element])?;
        elements::check_finite(name, &values)?;
        Ok(Some(Tensor {
            shape: self.shape.clone(),
            values,
        }))
    }
}
