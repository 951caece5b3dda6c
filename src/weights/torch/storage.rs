//! Storages, which contain the values of tensors.

use std::collections::BTreeMap;

use safetensors::tensor::Dtype as Element;

use super::pickle::{Node, Nodes, Value};
use crate::weights::Problem;

/// Element type of a storage, by its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageType {
    name: &'static str,
    /// Bytes per element.
    pub size: usize,
    pub element: Element,
}

const STORAGE_TYPES: [StorageType; 12] = [
    StorageType {
        name: "FloatStorage",
        size: 4,
        element: Element::F32,
    },
    StorageType {
        name: "DoubleStorage",
        size: 8,
        element: Element::F64,
    },
    StorageType {
        name: "HalfStorage",
        size: 2,
        element: Element::F16,
    },
    StorageType {
        name: "BFloat16Storage",
        size: 2,
        element: Element::BF16,
    },
    StorageType {
        name: "LongStorage",
        size: 8,
        element: Element::I64,
    },
    StorageType {
        name: "IntStorage",
        size: 4,
        element: Element::I32,
    },
    StorageType {
        name: "ShortStorage",
        size: 2,
        element: Element::I16,
    },
    StorageType {
        name: "CharStorage",
        size: 1,
        element: Element::I8,
    },
    StorageType {
        name: "ByteStorage",
        size: 1,
        element: Element::U8,
    },
    StorageType {
        name: "BoolStorage",
        size: 1,
        element: Element::BOOL,
    },
    StorageType {
        name: "ComplexFloatStorage",
        size: 8,
        element: Element::C64,
    },
    StorageType {
        name: "UntypedStorage",
        size: 1,
        element: Element::U8,
    },
];

/// A storage as referenced in a pickle: `('storage', class, key, location, count[, view])`. The location is a device,
/// and not used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage<'a> {
    pub key: &'a str,
    pub class: StorageType,
    /// Elements.
    pub count: usize,
}

impl<'a> Storage<'a> {
    /// The storage of a persistent id, and the element at which its view begins: PyTorch's first versions had storages
    /// that are views of others.
    pub fn of(nodes: &Nodes<'a>, id: Value) -> Option<Result<(Self, usize), Problem>> {
        let items = nodes.items(id)?;
        if nodes.text(*items.first()?) != Some("storage") {
            return None;
        }
        let &[_, class, key, _, count, ref view @ ..] = items else {
            return Some(Err(wrong("?", "without class, key and length".to_owned())));
        };
        let Some(key) = nodes.text(key) else {
            return Some(Err(wrong("?", "without a key".to_owned())));
        };
        let name = nodes.global(class).map_or("?", |(_, name)| name);
        let Some(class) = STORAGE_TYPES.into_iter().find(|known| known.name == name) else {
            return Some(Err(wrong(key, format!("of the class `{name}`"))));
        };
        let Some(count) = size(count) else {
            return Some(Err(wrong(key, "of no length".to_owned())));
        };
        let first = match view.first() {
            None | Some(Value::None) => Some(0),
            Some(view) => nodes.items(*view).and_then(|view| size(*view.get(1)?)),
        };
        match first {
            Some(first) => Some(Ok((Self { key, class, count }, first))),
            None => Some(Err(wrong(key, "that is a view of nothing".to_owned()))),
        }
    }

    /// All storages that a pickle references, by key.
    pub fn all(nodes: &Nodes<'a>) -> Result<BTreeMap<&'a str, Self>, Problem> {
        let mut storages = BTreeMap::new();
        for node in &nodes.0 {
            let Node::Persistent(id) = node else { continue };
            let Some(found) = Self::of(nodes, *id) else {
                continue;
            };
            let (storage, _) = found?;
            if storages
                .insert(storage.key, storage)
                .is_some_and(|before| before != storage)
            {
                return Err(wrong(storage.key, "with two classes or lengths".to_owned()));
            }
        }
        Ok(storages)
    }

    /// Its size in bytes.
    pub fn size(&self) -> Result<usize, Problem> {
        let size = self.count.checked_mul(self.class.size);
        size.ok_or_else(|| wrong(self.key, format!("of {} elements", self.count)))
    }

    /// Converts its elements from big-endian to little-endian.
    pub fn swap(&self, bytes: &mut [u8]) {
        for element in bytes.chunks_exact_mut(self.class.size) {
            element.reverse();
        }
    }
}

/// A problem of a storage.
pub fn wrong(storage: &str, reason: String) -> Problem {
    Problem::Storage {
        storage: storage.to_owned(),
        reason,
    }
}

/// A size: an integer that is not negative.
pub fn size(value: Value) -> Option<usize> {
    match value {
        Value::Int(value) => value.try_into().ok(),
        _ => None,
    }
}
