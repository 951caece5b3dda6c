//! The safetensors container: a header that names tensors, and their values one after the other.
//!
//! The `safetensors` crate writes it and defines its entries. Reading walks the entries here, so that an error can
//! name the tensor and the bytes: the crate's own says only that some tensor is wrong.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use half::f16;
use safetensors::tensor::{Dtype as Element, TensorInfo, View};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Problem;
use super::elements::{check_finite, decode};
use super::looks::LooksLike;
use super::{Dtype, Tensor};

/// A container whose every entry has been checked against the bytes.
pub(super) struct Container<'a> {
    /// The texts under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    entries: BTreeMap<String, TensorInfo>,
    data: &'a [u8],
}

impl<'a> Container<'a> {
    /// Reads the header and checks every entry. No tensor is copied yet. `expected` says what was asked for, should the
    /// file be something else.
    pub fn read(bytes: &'a [u8], expected: &'static str) -> Result<Self, Problem> {
        if LooksLike::of(bytes) != LooksLike::Safetensors {
            let found = LooksLike::of(bytes);
            return Err(Problem::AnotherKind { found, expected });
        }
        let (header, data) = split(bytes)?;
        let mut header: Map<String, Value> =
            serde_json::from_slice(header).map_err(|error| Problem::Header {
                reason: error.to_string(),
            })?;
        let metadata = match header.remove("__metadata__") {
            None => BTreeMap::new(),
            Some(metadata) => {
                serde_json::from_value(metadata).map_err(|error| Problem::Header {
                    reason: format!("__metadata__ is not texts by name: {error}"),
                })?
            }
        };
        let mut entries = BTreeMap::new();
        for (tensor, entry) in header {
            match TensorInfo::deserialize(&entry) {
                Ok(info) => entries.insert(tensor, info),
                Err(error) => {
                    let reason = format!("with an entry that cannot be read ({error})");
                    return Err(Problem::Entry { tensor, reason });
                }
            };
        }
        check(&entries, bytes.len() - data.len(), data.len())?;
        Ok(Self {
            metadata,
            entries,
            data,
        })
    }

    /// The tensors as float32, all of them finite.
    pub fn tensors(&self, allowed: &[Element]) -> Result<BTreeMap<String, Tensor>, Problem> {
        let mut tensors = BTreeMap::new();
        for (name, info) in &self.entries {
            let (start, end) = info.data_offsets;
            let values = decode(name, info.dtype, &self.data[start..end], allowed)?;
            check_finite(name, &values)?;
            let shape = info.shape.clone();
            tensors.insert(name.clone(), Tensor { shape, values });
        }
        Ok(tensors)
    }
}

/// Splits a file into header and data, after the eight bytes of the header's length.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Problem> {
    let (length, rest) = bytes.split_first_chunk().unwrap_or((&[0; 8], &[]));
    let claimed = u64::from_le_bytes(*length);
    usize::try_from(claimed)
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(Problem::HeaderExceedsFile {
            claimed,
            held: rest.len() as u64,
        })
}

/// That the entries fill the data without gap, overlap or excess. `start` is where the data begin in the file, `held`
/// how many bytes of them there are.
fn check(entries: &BTreeMap<String, TensorInfo>, start: usize, held: usize) -> Result<(), Problem> {
    let mut by_place: Vec<(&String, &TensorInfo)> = entries.iter().collect();
    by_place.sort_by_key(|(_, info)| info.data_offsets);
    let mut end = 0;
    for (tensor, info) in by_place {
        let wrong = |reason: String| Problem::Entry {
            tensor: tensor.clone(),
            reason,
        };
        let (first, last) = info.data_offsets;
        if first != end {
            return Err(wrong(format!(
                "at byte {first} of the data, where byte {end} is next"
            )));
        }
        let size = last.checked_sub(first);
        if size.is_none() || size != size_of(info) {
            let TensorInfo { dtype, shape, .. } = info;
            return Err(wrong(format!(
                "of type {dtype} and shape {shape:?} at bytes {first} to {last} of the data"
            )));
        }
        if last > held {
            return Err(Problem::CutShort {
                part: format!("tensor `{tensor}`"),
                needed: start as u64 + last as u64,
                held: (start + held) as u64,
            });
        }
        end = last;
    }
    if end < held {
        let (end, excess) = ((start + end) as u64, (held - end) as u64);
        return Err(Problem::TrailingBytes { end, excess });
    }
    Ok(())
}

/// The bytes that a tensor's type and shape take, where that is a whole number that this machine can count.
fn size_of(info: &TensorInfo) -> Option<usize> {
    let count = info
        .shape
        .iter()
        .try_fold(1_usize, |count, &length| count.checked_mul(length))?;
    let bits = count.checked_mul(info.dtype.bitsize())?;
    (bits % 8 == 0).then_some(bits / 8)
}

/// Writes a container with one text of metadata. The same content gives the same bytes: tensors lie in the order of
/// their names, and a single key leaves the metadata no order to vary in.
pub(super) fn write(
    tensors: &BTreeMap<String, Tensor>,
    key: &str,
    text: String,
    dtype: Dtype,
) -> Result<Vec<u8>, Problem> {
    let mut encoded = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        encoded.push((name, Encoded::new(name, tensor, dtype)?));
    }
    safetensors::serialize(encoded, Some(HashMap::from([(key.to_owned(), text)]))).map_err(
        |error| Problem::Header {
            reason: error.to_string(),
        },
    )
}

/// A tensor as it is stored.
struct Encoded<'a> {
    shape: &'a [usize],
    element: Element,
    bytes: Vec<u8>,
}

impl<'a> Encoded<'a> {
    fn new(name: &str, tensor: &'a Tensor, dtype: Dtype) -> Result<Self, Problem> {
        check_finite(name, &tensor.values)?;
        let (element, bytes) = match dtype {
            Dtype::F32 => (
                Element::F32,
                tensor
                    .values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect(),
            ),
            Dtype::F16 => (Element::F16, halves(name, &tensor.values)?),
        };
        Ok(Self {
            shape: &tensor.shape,
            element,
            bytes,
        })
    }
}

/// Numbers rounded to the nearest float16.
fn halves(tensor: &str, values: &[f32]) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(values.len() * 2);
    for (index, &found) in values.iter().enumerate() {
        let half = f16::from_f32(found);
        if half.is_infinite() {
            let tensor = tensor.to_owned();
            return Err(Problem::TooLargeForF16 {
                tensor,
                index,
                found,
            });
        }
        bytes.extend(half.to_le_bytes());
    }
    Ok(bytes)
}

impl View for Encoded<'_> {
    fn dtype(&self) -> Element {
        self.element
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}
