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
use super::{Dtype, Tensor, int8};

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
        let mut header: Map<String, Value> = serde_json::from_slice(header).map_err(|error| Problem::Header {
            reason: error.to_string(),
        })?;
        let metadata = match header.remove("__metadata__") {
            None => BTreeMap::new(),
            Some(metadata) => serde_json::from_value(metadata).map_err(|error| Problem::Header {
                reason: format!("__metadata__ is not texts by name: {error}"),
            })?,
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

    /// The tensors as float32, all of them finite. Integers, where they are allowed, become the numbers that they stand
    /// for, and their scales are no tensors of their own.
    pub fn tensors(&self, allowed: &[Element]) -> Result<BTreeMap<String, Tensor>, Problem> {
        let integers = allowed.contains(&Element::I8);
        let mut tensors = BTreeMap::new();
        for (name, info) in &self.entries {
            let values = if integers && info.dtype == Element::I8 {
                self.expanded(name, info)?
            } else if integers && self.is_scale(name) {
                continue;
            } else {
                let values = decode(name, info.dtype, self.bytes(info), allowed)?;
                check_finite(name, &values)?;
                values
            };
            let shape = info.shape.clone();
            tensors.insert(name.clone(), Tensor { shape, values });
        }
        Ok(tensors)
    }

    /// Whether a tensor holds the scales of another.
    fn is_scale(&self, name: &str) -> bool {
        name.strip_suffix(int8::SUFFIX)
            .and_then(|of| self.entries.get(of))
            .is_some_and(|info| info.dtype == Element::I8)
    }

    /// The numbers that a tensor of integers stands for.
    fn expanded(&self, name: &str, info: &TensorInfo) -> Result<Vec<f32>, Problem> {
        let Some(scales) = self.entries.get(&format!("{name}{}", int8::SUFFIX)) else {
            return Err(int8::wrong(name, "missing".to_owned()));
        };
        let numbers = decode(name, scales.dtype, self.bytes(scales), &int8::SCALES)
            .map_err(|_| int8::wrong(name, format!("of {} elements", scales.dtype)))?;
        int8::expand(name, &info.shape, self.bytes(info), (&scales.shape, &numbers))
    }

    fn bytes(&self, info: &TensorInfo) -> &'a [u8] {
        let (start, end) = info.data_offsets;
        &self.data[start..end]
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
            return Err(wrong(format!("at byte {first} of the data, where byte {end} is next")));
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
/// their names, longer elements first, and a single key leaves the metadata no order to vary in.
pub(super) fn write(
    tensors: &BTreeMap<String, Tensor>,
    key: &str,
    text: String,
    dtype: Dtype,
) -> Result<Vec<u8>, Problem> {
    let mut encoded = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        check_finite(name, &tensor.values)?;
        if dtype == Dtype::I8 && int8::pays(name, &tensor.shape) {
            encoded.extend(integers(name, tensor)?);
        } else {
            encoded.push((name.clone(), floats(name, tensor, dtype)?));
        }
    }
    safetensors::serialize(encoded, Some(HashMap::from([(key.to_owned(), text)]))).map_err(|error| Problem::Header {
        reason: error.to_string(),
    })
}

/// A tensor as it is stored.
struct Encoded {
    shape: Vec<usize>,
    element: Element,
    bytes: Vec<u8>,
}

/// A tensor in floating point. Those that do not become integers are float16 in a file of integers, too.
fn floats(name: &str, tensor: &Tensor, dtype: Dtype) -> Result<Encoded, Problem> {
    let values = &tensor.values;
    let (element, bytes) = match dtype {
        Dtype::F32 => (
            Element::F32,
            values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        ),
        Dtype::F16 | Dtype::I8 => (Element::F16, halves(name, values)?),
    };
    Ok(Encoded {
        shape: tensor.shape.clone(),
        element,
        bytes,
    })
}

/// A tensor as integers, and the tensor of their scales.
fn integers(name: &str, tensor: &Tensor) -> Result<[(String, Encoded); 2], Problem> {
    // The limit of float16 holds for every weight of the file, whichever way it is stored.
    halves(name, &tensor.values)?;
    let shape = &tensor.shape;
    let units_last = int8::units_last(name, shape);
    let int8::Rows { integers, scales } = if units_last {
        int8::Rows::round_units(shape, &tensor.values)
    } else {
        int8::Rows::round(shape, &tensor.values)
    };
    let integers = Encoded {
        shape: tensor.shape.clone(),
        element: Element::I8,
        bytes: integers,
    };
    let scales = Encoded {
        shape: if units_last {
            int8::scales_of_units(shape)
        } else {
            vec![scales.len()]
        },
        element: Element::F16,
        bytes: scales.iter().flat_map(|scale| scale.to_le_bytes()).collect(),
    };
    let of = format!("{name}{}", int8::SUFFIX);
    Ok([(name.to_owned(), integers), (of, scales)])
}

/// Numbers rounded to the nearest float16.
fn halves(tensor: &str, values: &[f32]) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(values.len() * 2);
    for (index, &found) in values.iter().enumerate() {
        let half = f16::from_f32(found);
        if half.is_infinite() {
            let tensor = tensor.to_owned();
            return Err(Problem::TooLargeForF16 { tensor, index, found });
        }
        bytes.extend(half.to_le_bytes());
    }
    Ok(bytes)
}

impl View for Encoded {
    fn dtype(&self) -> Element {
        self.element
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}
