//! The safetensors container: a header that names tensors, and their values one after the other.
//!
//! The `safetensors` crate writes it and defines its entries. Reading walks the entries here, so that an error can
//! name the tensor and the bytes: the crate's own says only that some tensor is wrong.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use half::f16;
use safetensors::tensor::{Dtype as Element, TensorInfo, View};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Problem;
use super::elements::{check_finite, check_finite_from, decode};
use super::looks::{self, LooksLike};
use super::{Dtype, Tensor, int8};
use crate::input::{Budget, budget};

/// Bytes of a file that are read at once; whole numbers of every type.
pub(super) const PIECE: usize = 1 << 20;

/// The bytes of a file, of which parts are read.
pub trait Source {
    /// Number of bytes.
    fn size(&self) -> usize;

    /// Those of a range within them.
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

/// The header of a container, whose every entry has been checked against the size of the file.
#[derive(Debug)]
pub(super) struct Container {
    /// The texts under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    entries: BTreeMap<String, TensorInfo>,
    /// Where the data begin in the file.
    start: usize,
}

impl Container {
    /// Reads the header and checks every entry. No tensor is read yet. `expected` says what was asked for, should the
    /// file be something else.
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
        // Numbers are of a byte or more, and become four; of names and shapes there are three lists.
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

    /// The tensors as float32, all of them finite: from the container's own file, and with their shapes alone where
    /// `values` are not wanted. Integers, where they are allowed, become the numbers that they stand for, and their
    /// scales are no tensors of their own.
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

    /// The numbers of one tensor, as [`tensors`](Self::tensors); none where they are only checked.
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
        // A tensor without numbers is read as well: its type is looked at.
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

    /// Returns true if a tensor holds the scales of another.
    fn is_scale(&self, name: &str) -> bool {
        name.strip_suffix(int8::SUFFIX)
            .and_then(|of| self.entries.get(of))
            .is_some_and(|info| info.dtype == Element::I8)
    }

    /// The numbers that a tensor of integers stands for.
    fn expanded(&self, source: &dyn Source, name: &str, info: &TensorInfo) -> Result<Vec<f32>, Problem> {
        let Some(scales) = self.entries.get(&format!("{name}{}", int8::SUFFIX)) else {
            return Err(int8::wrong(name, "missing".to_owned()));
        };
        let numbers = decode(name, scales.dtype, &source.part(self.place(scales)), &int8::SCALES)
            .map_err(|_| int8::wrong(name, format!("of {} elements", scales.dtype)))?;
        let integers = source.part(self.place(info));
        int8::expand(name, &info.shape, &integers, (&scales.shape, &numbers))
    }

    /// Where a tensor lies in the file.
    fn place(&self, info: &TensorInfo) -> Range<usize> {
        let (first, last) = info.data_offsets;
        self.start + first..self.start + last
    }
}

/// A header by itself.
pub(super) struct Header {
    /// Where it ends in the file.
    end: usize,
    /// Entries of the tensors, as they stand there.
    entries: Map<String, Value>,
    /// The texts under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    /// The memory that is left for tensors.
    budget: Budget,
}

fn too_long() -> Problem {
    Problem::Header {
        reason: budget::FOUND.to_owned(),
    }
}

impl Header {
    /// Reads it. `expected` as of [`Container::read`].
    pub fn read(source: &dyn Source, expected: &'static str) -> Result<Self, Problem> {
        let size = source.size();
        let opening = source.part(0..size.min(looks::SAMPLE));
        let found = LooksLike::of(&opening);
        if found != LooksLike::Safetensors {
            return Err(Problem::AnotherKind { found, expected });
        }
        let end = header_end(&opening, size)?;
        let header = source.part(LENGTH..end);
        let budget = Budget::of(size as u64);
        // The card's own lists and maps are among these.
        if !budget.json(&header) {
            return Err(too_long());
        }
        let mut entries: Map<String, Value> = serde_json::from_slice(&header).map_err(|error| Problem::Header {
            reason: error.to_string(),
        })?;
        let metadata = match entries.remove("__metadata__") {
            None => BTreeMap::new(),
            Some(metadata) => serde_json::from_value(metadata).map_err(|error| Problem::Header {
                reason: format!("__metadata__ is not a set of texts by name: {error}"),
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

/// Content that is wanted of tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Their numbers.
    Values,
    /// Their shapes, and that their numbers are numbers.
    Checks,
    /// Their shapes alone.
    Shapes,
}

/// Bytes of the header's length, before the header.
const LENGTH: usize = 8;

/// Where the header ends in a file of so many bytes, of which `opening` are the first.
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

/// The same container with one text of metadata in place of its own.
#[cfg(feature = "calibrate")]
pub(super) fn with_text(bytes: &[u8], key: &str, text: String) -> Result<Vec<u8>, Problem> {
    let Header { end, mut entries, .. } = Header::read(&bytes, "a model file")?;
    let metadata = Map::from_iter([(key.to_owned(), Value::String(text))]);
    entries.insert("__metadata__".to_owned(), Value::Object(metadata));
    let mut header = Value::Object(entries).to_string();
    // The format keeps numbers at multiples of their size.
    let padding = header.len().next_multiple_of(LENGTH) - header.len();
    header.extend(std::iter::repeat_n(' ', padding));
    Ok([&(header.len() as u64).to_le_bytes(), header.as_bytes(), &bytes[end..]].concat())
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

/// That every weight fits an element type: of integers the scales are float16.
///
/// # Errors
/// [`Problem::TooLargeForF16`] for the first that does not.
pub fn check_range(tensors: &BTreeMap<String, Tensor>, dtype: Dtype) -> Result<(), Problem> {
    if dtype == Dtype::F32 {
        return Ok(());
    }
    tensors
        .iter()
        .try_for_each(|(name, tensor)| halves(name, &tensor.values).map(drop))
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
