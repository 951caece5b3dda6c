//! The safetensors container: a header with the tensors' entries, followed by their values.
//!
//! Written with the `safetensors` crate, which also defines its entries. Entries are checked here, so that errors can
//! name the tensor and bytes; the crate's own errors do not.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use half::f16;
use safetensors::tensor::{Dtype as Element, TensorInfo, View};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Problem;
use super::elements::{check_finite, check_finite_from, decode};
use super::file_kind::{self, FileKind};
use super::{Dtype, Tensor, int8};
use crate::input::{Budget, budget};

/// Bytes of a file read at once; a multiple of every element's size.
pub(super) const PIECE: usize = 1 << 20;

/// Random access to the bytes of a file.
pub trait Source {
    /// Number of bytes.
    fn size(&self) -> usize;

    /// The bytes of a range.
    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]>;
}

impl Source for &[u8] {
    fn size(&self) -> usize {
        self.len()
    }

    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self[range])
    }
}

/// The header of a container, with all entries checked against the size of the file.
#[derive(Debug)]
pub(super) struct Container {
    /// Texts of `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    entries: BTreeMap<String, TensorInfo>,
    /// Offset of the data in the file.
    start: usize,
}

impl Container {
    /// Reads the header and checks all entries, without reading tensors. `expected` names the expected kind of file in
    /// errors.
    pub fn read(source: &dyn Source, expected: &'static str) -> Result<Self, Problem> {
        let Header {
            end: start,
            entries: listed,
            metadata,
            budget,
        } = Header::read(source, expected)?;
        let mut entries = BTreeMap::new();
        for (tensor, entry) in listed {
            match TensorInfo::deserialize(&entry) {
                Ok(info) => entries.insert(tensor, info),
                Err(error) => {
                    let reason = format!("with an entry that cannot be read ({error})");
                    return Err(Problem::Entry { tensor, reason });
                }
            };
        }
        check(&entries, start, source.size() - start)?;
        // A value takes at least one byte, and four as float32; names and shapes are held three times.
        let held = 4 * (source.size() - start) + entries.len() * 6 * std::mem::size_of::<(String, TensorInfo)>();
        if !budget.bytes(held) {
            return Err(too_long());
        }
        Ok(Self {
            metadata,
            entries,
            start,
        })
    }

    /// The tensors of this file as float32, checked to be finite; with shapes alone if values are not requested.
    /// Integers, if allowed, are expanded with their scales, which are not returned.
    pub fn tensors(
        &self,
        source: &dyn Source,
        allowed: &[Element],
        values: Wanted,
    ) -> Result<BTreeMap<String, Tensor>, Problem> {
        let mut tensors = BTreeMap::new();
        for (name, info) in &self.entries {
            if allowed.contains(&Element::I8) && info.dtype != Element::I8 && self.is_scale(name) {
                continue;
            }
            let values = match values {
                Wanted::Shapes => Vec::new(),
                wanted => self.values(source, name, allowed, wanted == Wanted::Values)?,
            };
            let shape = info.shape.clone();
            tensors.insert(name.clone(), Tensor { shape, values });
        }
        Ok(tensors)
    }

    /// Values of one tensor, as in [`tensors`](Self::tensors); empty if they are only checked.
    ///
    /// # Panics
    /// If there is no such tensor.
    pub fn values(
        &self,
        source: &dyn Source,
        name: &str,
        allowed: &[Element],
        keep: bool,
    ) -> Result<Vec<f32>, Problem> {
        let info = &self.entries[name];
        if allowed.contains(&Element::I8) && info.dtype == Element::I8 {
            return self.expanded(source, name, info);
        }
        let Range { start, end } = self.place(info);
        let mut values = Vec::with_capacity(if keep { self.count(name) } else { 0 });
        let mut count = 0;
        // Also reads an empty tensor, to check its type.
        for first in (start..end.max(start + 1)).step_by(PIECE) {
            let piece = source.part(first..end.min(first + PIECE));
            let piece = decode(name, info.dtype, &piece, allowed)?;
            check_finite_from(name, count, &piece)?;
            count += piece.len();
            if keep {
                values.extend(piece);
            }
        }
        Ok(values)
    }

    /// Number of values in a tensor.
    ///
    /// # Panics
    /// If there is no such tensor.
    pub fn count(&self, name: &str) -> usize {
        self.entries[name].shape.iter().product()
    }

    /// Returns true if a tensor contains the scales of another.
    fn is_scale(&self, name: &str) -> bool {
        name.strip_suffix(int8::SUFFIX)
            .and_then(|of| self.entries.get(of))
            .is_some_and(|info| info.dtype == Element::I8)
    }

    /// Expands a tensor of integers.
    fn expanded(&self, source: &dyn Source, name: &str, info: &TensorInfo) -> Result<Vec<f32>, Problem> {
        let Some(scales) = self.entries.get(&format!("{name}{}", int8::SUFFIX)) else {
            return Err(int8::wrong(name, "missing".to_owned()));
        };
        let numbers = decode(name, scales.dtype, &source.part(self.place(scales)), &int8::SCALES)
            .map_err(|_| int8::wrong(name, format!("of {} elements", scales.dtype)))?;
        let integers = source.part(self.place(info));
        int8::expand(name, &info.shape, &integers, (&scales.shape, &numbers))
    }

    /// Range of a tensor in the file.
    fn place(&self, info: &TensorInfo) -> Range<usize> {
        let (first, last) = info.data_offsets;
        self.start + first..self.start + last
    }
}

/// A header alone.
pub(super) struct Header {
    /// Its end in the file.
    end: usize,
    /// Entries of the tensors, unchecked.
    entries: Map<String, Value>,
    /// Texts of `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    /// Memory left for tensors.
    budget: Budget,
}

fn too_long() -> Problem {
    Problem::Header {
        reason: budget::FOUND.to_owned(),
    }
}

impl Header {
    /// Reads the header. `expected` as in [`Container::read`].
    pub fn read(source: &dyn Source, expected: &'static str) -> Result<Self, Problem> {
        let size = source.size();
        let opening = source.part(0..size.min(file_kind::SAMPLE));
        let found = FileKind::of(&opening);
        if found != FileKind::Safetensors {
            return Err(Problem::AnotherKind { found, expected });
        }
        let end = header_end(&opening, size)?;
        let header = source.part(LENGTH..end);
        let budget = Budget::of(size as u64);
        // Includes the card's own lists and maps.
        if !budget.json(&header) {
            return Err(too_long());
        }
        let mut entries: Map<String, Value> = serde_json::from_slice(&header).map_err(|error| Problem::Header {
            reason: error.to_string(),
        })?;
        let metadata = match entries.remove("__metadata__") {
            None => BTreeMap::new(),
            Some(metadata) => serde_json::from_value(metadata).map_err(|error| Problem::Header {
                reason: format!("__metadata__ is not texts by name: {error}"),
            })?,
        };
        Ok(Self {
            end,
            entries,
            metadata,
            budget,
        })
    }
}

/// Requested content of tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Their values.
    Values,
    /// Their shapes, with values checked to be finite.
    Checks,
    /// Their shapes alone.
    Shapes,
}

/// Bytes of the header's length, which precede the header.
const LENGTH: usize = 8;

/// End of the header in a file of `size` bytes that begins with `opening`.
fn header_end(opening: &[u8], size: usize) -> Result<usize, Problem> {
    let claimed = u64::from_le_bytes(opening.first_chunk().copied().unwrap_or_default());
    let held = size.saturating_sub(LENGTH);
    match usize::try_from(claimed) {
        Ok(claimed) if claimed <= held => Ok(LENGTH + claimed),
        _ => Err(Problem::HeaderExceedsFile {
            claimed,
            held: held as u64,
        }),
    }
}

/// Checks that the entries fill the data without gap, overlap or excess. `start` is the offset of the data in the file,
/// `held` their size.
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

/// Bytes of a tensor by type and shape; `None` if not whole, or too large to count.
fn size_of(info: &TensorInfo) -> Option<usize> {
    let count = info
        .shape
        .iter()
        .try_fold(1_usize, |count, &length| count.checked_mul(length))?;
    let bits = count.checked_mul(info.dtype.bitsize())?;
    (bits % 8 == 0).then_some(bits / 8)
}

/// Writes a container with one text of metadata, deterministically: tensors are ordered by element size, largest first,
/// and name, and a single key leaves no order of metadata to vary.
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

/// The same container with other metadata, a single text.
#[cfg(feature = "calibrate")]
pub(super) fn with_text(bytes: &[u8], key: &str, text: String) -> Result<Vec<u8>, Problem> {
    let Header { end, mut entries, .. } = Header::read(&bytes, "a model file")?;
    let metadata = Map::from_iter([(key.to_owned(), Value::String(text))]);
    entries.insert("__metadata__".to_owned(), Value::Object(metadata));
    let mut header = Value::Object(entries).to_string();
    // The format aligns values to their size.
    let padding = header.len().next_multiple_of(LENGTH) - header.len();
    header.extend(std::iter::repeat_n(' ', padding));
    Ok([&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[end..]].concat())
}

/// A tensor in its stored form.
struct Encoded {
    shape: Vec<usize>,
    element: Element,
    bytes: Vec<u8>,
}

/// A floating-point tensor. In a file of integers, tensors that are not converted are stored as float16.
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

/// A tensor as integers, with the tensor of their scales.
fn integers(name: &str, tensor: &Tensor) -> Result<[(String, Encoded); 2], Problem> {
    // The range of float16 applies to all weights of a file, however stored.
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

/// Checks that all weights are in the range of an element type; for integers, that of float16.
///
/// # Errors
/// [`Problem::TooLargeForF16`] for the first one that is not.
pub fn check_range(tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<(), Problem> {
    if dtype == Dtype::F32 {
        return Ok(());
    }
    tensors
        .iter()
        .try_for_each(|(name, tensor)| halves(name, &tensor.values).map(drop))
}

/// Rounds values to the nearest float16.
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
