//! Tensors, which are views of storages.

use std::collections::BTreeMap;

use super::globals::Callable;
use super::pickle::{Node, Nodes, Value};
use super::storage::{Storage, StorageType, size};
use crate::input::Budget;
use crate::weights::{Problem, Tensor, elements};

/// Largest number of times that the values of all storages may be read by tensors that share them: tied weights share
/// once or twice, and a file must not claim more memory than it justifies.
const MAX_SHARING: usize = 8;

/// Largest number of dimensions of a tensor.
const MAX_DIMENSIONS: usize = 8;

/// A tensor as described in a pickle: a view of a storage by offset, shape and strides, in elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View<'a> {
    pub storage: Storage<'a>,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

impl<'a> View<'a> {
    /// The tensor of a value, if it is one: `_rebuild_tensor_v2(storage, offset, shape, strides, …)`, or
    /// `_rebuild_parameter(tensor, …)` around it.
    pub fn of(nodes: &Nodes<'a>, name: &str, value: Value) -> Option<Result<Self, Problem>> {
        let (callable, arguments) = match nodes.node(value)? {
            Node::Call(callable, arguments) => (*callable, nodes.items(*arguments)?),
            _ => return None,
        };
        match callable {
            Callable::Tensor => Some(Self::from_arguments(nodes, name, arguments)),
            // A parameter contains a tensor, not another parameter.
            Callable::Parameter => match nodes.node(*arguments.first()?)? {
                Node::Call(Callable::Tensor, inner) => Some(Self::from_arguments(nodes, name, nodes.items(*inner)?)),
                _ => None,
            },
            _ => None,
        }
    }

    fn from_arguments(nodes: &Nodes<'a>, name: &str, arguments: &[Value]) -> Result<Self, Problem> {
        let wrong = |reason: &str| Problem::View {
            tensor: name.to_owned(),
            reason: reason.to_owned(),
        };
        let &[storage, offset, shape, strides, ..] = arguments else {
            return Err(wrong("without storage, offset, shape and strides"));
        };
        let storage = match nodes.node(storage) {
            Some(Node::Persistent(id)) => Storage::of(nodes, *id),
            _ => None,
        };
        let (storage, first) = storage.ok_or_else(|| wrong("without a storage"))??;
        let sizes = |value| {
            let items = nodes.items(value).filter(|items| items.len() <= MAX_DIMENSIONS)?;
            items.iter().map(|length| size(*length)).collect::<Option<Vec<_>>>()
        };
        let offset = size(offset).and_then(|offset| offset.checked_add(first));
        match (offset, sizes(shape), sizes(strides)) {
            (Some(offset), Some(shape), Some(strides)) if shape.len() == strides.len() => Ok(Self {
                storage,
                offset,
                shape,
                strides,
            }),
            _ => Err(wrong("with an offset, shape or strides that are no sizes")),
        }
    }

    /// Number of elements. All lie in the storage, which has at least this number.
    fn count(&self, name: &str) -> Result<usize, Problem> {
        let wrong = |reason: String| Problem::View {
            tensor: name.to_owned(),
            reason,
        };
        let describe = || {
            format!(
                "of shape {:?}, strides {:?} at {}",
                self.shape, self.strides, self.offset
            )
        };
        let held = self.storage.count;
        let Some(count) = self
            .shape
            .iter()
            .try_fold(1_usize, |count, &length| count.checked_mul(length))
        else {
            return Err(wrong(describe()));
        };
        if count == 0 {
            return Ok(0);
        }
        let last = self
            .shape
            .iter()
            .zip(&self.strides)
            .try_fold(self.offset, |last, (length, stride)| {
                last.checked_add((length - 1).checked_mul(*stride)?)
            });
        if count > held || last.is_none_or(|last| last >= held) {
            return Err(wrong(format!(
                "{}, beyond the {held} elements of its storage",
                describe()
            )));
        }
        Ok(count)
    }

    /// Its elements as float32, row-major. `bytes` are those of its whole storage.
    fn read(self, name: &str, bytes: &[u8]) -> Result<Tensor, Problem> {
        let count = self.count(name)?;
        let StorageType { size, element, .. } = self.storage.class;
        let mut gathered = Vec::with_capacity(count * size);
        let mut index = vec![0; self.shape.len()];
        for _ in 0..count {
            let at = self.offset
                + index
                    .iter()
                    .zip(&self.strides)
                    .map(|(i, stride)| i * stride)
                    .sum::<usize>();
            gathered.extend(bytes.get(at * size..(at + 1) * size).unwrap_or_default());
            for (i, length) in index.iter_mut().zip(&self.shape).rev() {
                *i += 1;
                if *i < *length {
                    break;
                }
                *i = 0;
            }
        }
        let values = elements::decode(name, element, &gathered, &elements::FLOATING)?;
        elements::check_finite(name, &values)?;
        Ok(Tensor {
            shape: self.shape,
            values,
        })
    }
}

/// Reads all tensors. `bytes` returns the bytes of a storage, of exactly its size.
pub fn read_views<'a, 'b>(
    views: BTreeMap<String, View<'a>>,
    budget: &Budget,
    bytes: impl Fn(&Storage<'a>) -> Result<&'b [u8], Problem>,
) -> Result<BTreeMap<String, Tensor>, Problem> {
    // Before any allocation: sizes of the storages, and of the tensors.
    let mut held = BTreeMap::new();
    for view in views.values() {
        held.insert(view.storage.key, bytes(&view.storage)?.len() / view.storage.class.size);
    }
    let limit = held.values().sum::<usize>().saturating_mul(MAX_SHARING);
    let mut asked = 0_usize;
    let mut largest = 0_usize;
    for (name, view) in &views {
        let count = view.count(name)?;
        asked = asked.saturating_add(count);
        largest = largest.max(count.saturating_mul(view.storage.class.size));
        if asked > limit {
            return Err(Problem::View {
                tensor: name.clone(),
                reason: format!("after others that read their storages {MAX_SHARING} times over"),
            });
        }
    }
    // All of them as float32, and one in its stored form.
    let needed = asked.saturating_mul(size_of::<f32>()).saturating_add(largest);
    if !budget.bytes(needed) {
        return Err(Problem::View {
            tensor: views.keys().next_back().cloned().unwrap_or_default(),
            reason: "among others that take more than 64 MiB and eight times the file".to_owned(),
        });
    }
    let mut tensors = BTreeMap::new();
    for (name, view) in views {
        let bytes = bytes(&view.storage)?;
        let tensor = view.read(&name, bytes)?;
        tensors.insert(name, tensor);
    }
    Ok(tensors)
}
