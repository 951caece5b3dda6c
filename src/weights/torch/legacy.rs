//! PyTorch's files before 1.6: consecutive pickles, then the storages.
//!
//! ```text
//! magic number │ protocol │ system │ the object │ storage keys │ count, elements │ count, elements │ …
//!  └─────────────────── pickles ───────────────────────────────┘ └ i64 and raw little-endian numbers ┘
//! ```

use std::collections::BTreeMap;

use super::names::Named;
use super::pickle::{Node, Pickle, Value};
use super::storage::{Storage, wrong};
use super::view::read_views;
use crate::input::Budget;
use crate::weights::{FileKind, Problem, StateDict};

/// 0x1950a86a20f9469cfc6c, PyTorch's magic number.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// The only protocol so far.
const PROTOCOL: i64 = 1001;

const PART: &str = "the file";

/// Reads a file in this format.
pub fn read(bytes: &[u8]) -> Result<StateDict, Problem> {
    let budget = &Budget::of(bytes.len() as u64);
    let magic = Pickle::read(bytes, 0, PART, budget)?;
    if magic.nodes.node(magic.root) != Some(&Node::Bytes(&MAGIC)) {
        return Err(Problem::AnotherKind {
            found: FileKind::Pickle,
            expected: super::EXPECTED,
        });
    }
    let protocol = Pickle::read(bytes, magic.end, PART, budget)?;
    if protocol.root != Value::Int(PROTOCOL) {
        return Err(Problem::Pickle {
            offset: magic.end,
            part: PART,
            reason: format!("another protocol than {PROTOCOL}"),
        });
    }
    let system = Pickle::read(bytes, protocol.end, PART, budget)?;
    if system.nodes.get(system.root, "little_endian") == Some(Value::Bool(false)) {
        return Err(Problem::PickleRefused {
            offset: protocol.end,
            part: PART,
            what: "the mark of a big-endian machine".to_owned(),
        });
    }
    let object = Pickle::read(bytes, system.end, PART, budget)?;
    let keys = Pickle::read(bytes, object.end, PART, budget)?;

    let Named { views, notes } = Named::of(&object, budget)?;

    let storages = Storage::all(&object.nodes)?;
    let mut contents = BTreeMap::new();
    let mut rest = &bytes[keys.end..];
    for key in keys.nodes.items(keys.root).unwrap_or_default() {
        let key = keys.nodes.text(*key).unwrap_or_default();
        let storage = storages
            .get(key)
            .ok_or_else(|| wrong(key, "that no tensor uses".to_owned()))?;
        let (content, after) = split(storage, bytes.len(), rest)?;
        contents.insert(key, content);
        rest = after;
    }
    let tensors = read_views(views, budget, |storage| {
        let content = contents.get(storage.key).copied();
        content.ok_or_else(|| wrong(storage.key, "nowhere in the file".to_owned()))
    })?;
    Ok(StateDict {
        tensors,
        metadata: BTreeMap::new(),
        notes,
    })
}

/// Splits the elements of a storage off the rest of a file of `length` bytes.
fn split<'b>(storage: &Storage<'_>, length: usize, rest: &'b [u8]) -> Result<(&'b [u8], &'b [u8]), Problem> {
    let start = length - rest.len();
    let size = storage.size()?;
    let cut_short = || Problem::CutShort {
        part: format!("storage `{}`", storage.key),
        needed: start as u64 + 8 + size as u64,
        held: length as u64,
    };
    let (count, elements) = rest.split_first_chunk().ok_or_else(cut_short)?;
    let count = i64::from_le_bytes(*count);
    if usize::try_from(count) != Ok(storage.count) {
        let reason = format!(
            "of {count} elements at byte {start}, for tensors that need {}",
            storage.count
        );
        return Err(wrong(storage.key, reason));
    }
    elements.split_at_checked(size).ok_or_else(cut_short)
}
