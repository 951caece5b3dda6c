//! The safetensors container: a header that names tensors, and their values one after the other.
//!
//! The `safetensors` crate writes it and defines its entries. Reading walks the entries here, so that an error can
//! name the tensor and the bytes: the crate's own says only that some tensor is wrong.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use half::{bf16, f16};
use safetensors::tensor::{Dtype as Element, TensorInfo, View};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::Fault;
use super::looks::LooksLike;
use super::{Dtype, Tensor};

/// Bytes before the header: its size.
const SIZE: usize = 8;

/// A container whose every entry has been checked against the bytes.
pub(super) struct Container<'a> {
    /// The texts under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
    entries: BTreeMap<String, TensorInfo>,
    data: &'a [u8],
}

impl<'a> Container<'a> {
    /// Reads the header and checks every entry. No tensor is copied yet.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let (header, data) = split(bytes)?;
        let header_error = |problem: String| Fault::HeaderMalformed { problem };
        let mut header: Map<String, Value> =
            serde_json::from_slice(header).map_err(|error| header_error(error.to_string()))?;
        let metadata = match header.remove("__metadata__") {
            None => BTreeMap::new(),
            Some(metadata) => serde_json::from_value(metadata).map_err(|error| {
                header_error(format!("__metadata__: {error}, expected texts by name"))
            })?,
        };
        let mut entries = BTreeMap::new();
        for (name, entry) in header {
            match TensorInfo::deserialize(&entry) {
                Ok(info) => entries.insert(name, info),
                Err(error) => {
                    return Err(Fault::EntryMalformed {
                        tensor: name,
                        problem: error.to_string(),
                    });
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

    /// The tensors as float32.
    ///
    /// # Errors
    /// [`Fault::ElementType`] for elements that are not floating point or not among `allowed`,
    /// [`Fault::NotFinite`] for NaN and infinities.
    pub fn tensors(&self, allowed: &[Element]) -> Result<BTreeMap<String, Tensor>, Fault> {
        let mut tensors = BTreeMap::new();
        for (name, info) in &self.entries {
            if !allowed.contains(&info.dtype) {
                return Err(Fault::ElementType {
                    tensor: name.clone(),
                    found: format!("{:?}", info.dtype),
                    expected: allowed
                        .iter()
                        .map(|dtype| format!("{dtype:?}"))
                        .collect::<Vec<_>>()
                        .join(", "),
                });
            }
            let values = decode(
                info.dtype,
                &self.data[info.data_offsets.0..info.data_offsets.1],
            );
            check_finite(name, &values)?;
            tensors.insert(
                name.clone(),
                Tensor {
                    shape: info.shape.clone(),
                    values,
                },
            );
        }
        Ok(tensors)
    }
}

/// Splits a file into header and data.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let not_weights = || Fault::NotWeights {
        looks_like: LooksLike::of(bytes),
    };
    // The header is a JSON object, so that the ninth byte of every such file is a brace.
    if bytes.get(SIZE) != Some(&b'{') {
        return Err(not_weights());
    }
    let (size, rest) = bytes.split_first_chunk::<SIZE>().ok_or_else(not_weights)?;
    let claimed = u64::from_le_bytes(*size);
    match usize::try_from(claimed)
        .ok()
        .and_then(|size| rest.split_at_checked(size))
    {
        Some(parts) => Ok(parts),
        None => Err(Fault::HeaderExceedsFile {
            claimed,
            held: rest.len() as u64,
        }),
    }
}

/// That the entries fill the data without gap, overlap or excess. `start` is where the data begin in the file.
fn check(entries: &BTreeMap<String, TensorInfo>, start: usize, held: usize) -> Result<(), Fault> {
    let mut by_offset: Vec<(&String, &TensorInfo)> = entries.iter().collect();
    by_offset.sort_by_key(|(_, info)| info.data_offsets);
    let mut end = 0;
    for (name, info) in by_offset {
        let malformed = |problem: String| Fault::EntryMalformed {
            tensor: name.clone(),
            problem,
        };
        let (first, last) = info.data_offsets;
        if first != end || last < first {
            return Err(malformed(format!(
                "it lies at bytes {first} to {last} of the data, expected a start at {end}"
            )));
        }
        let size = info
            .shape
            .iter()
            .try_fold(1_usize, |size, &length| size.checked_mul(length))
            .and_then(|count| count.checked_mul(info.dtype.bitsize()))
            .filter(|bits| bits % 8 == 0)
            .map(|bits| bits / 8);
        if size != Some(last - first) {
            return Err(malformed(format!(
                "{:?} {:?} does not fill its {} bytes",
                info.dtype,
                info.shape,
                last - first
            )));
        }
        if last > held {
            return Err(Fault::CutShort {
                part: format!("tensor `{name}`"),
                needed: start.saturating_add(last) as u64,
                held: (start + held) as u64,
            });
        }
        end = last;
    }
    if end < held {
        return Err(Fault::TrailingBytes {
            end: (start + end) as u64,
            excess: (held - end) as u64,
        });
    }
    Ok(())
}

/// Little-endian floating-point numbers as float32. Bytes of any other element type yield nothing.
fn decode(dtype: Element, bytes: &[u8]) -> Vec<f32> {
    fn each<const N: usize>(bytes: &[u8], number: fn([u8; N]) -> f32) -> Vec<f32> {
        bytes
            .as_chunks::<N>()
            .0
            .iter()
            .map(|chunk| number(*chunk))
            .collect()
    }
    match dtype {
        Element::F16 => each(bytes, |chunk| f16::from_le_bytes(chunk).to_f32()),
        Element::BF16 => each(bytes, |chunk| bf16::from_le_bytes(chunk).to_f32()),
        Element::F32 => each(bytes, f32::from_le_bytes),
        Element::F64 => each(bytes, |chunk| f64::from_le_bytes(chunk) as f32),
        _ => Vec::new(),
    }
}

/// That a tensor holds numbers throughout.
pub(super) fn check_finite(name: &str, values: &[f32]) -> Result<(), Fault> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(Fault::NotFinite {
            tensor: name.to_owned(),
            index,
            found: values[index].to_string(),
        }),
        None => Ok(()),
    }
}

/// Writes a container with one text of metadata. The same content gives the same bytes: tensors lie in the order of
/// their names, and a single key leaves the metadata no order to vary in.
pub(super) fn write(
    tensors: &BTreeMap<String, Tensor>,
    key: &str,
    text: String,
    dtype: Dtype,
) -> Result<Vec<u8>, Fault> {
    let mut encoded = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        check_finite(name, &tensor.values)?;
        encoded.push((name, Encoded::new(name, tensor, dtype)?));
    }
    safetensors::serialize(encoded, Some(HashMap::from([(key.to_owned(), text)]))).map_err(
        |error| Fault::HeaderMalformed {
            problem: error.to_string(),
        },
    )
}

/// A tensor as it is stored.
struct Encoded<'a> {
    shape: &'a [usize],
    dtype: Element,
    bytes: Vec<u8>,
}

impl<'a> Encoded<'a> {
    fn new(name: &str, tensor: &'a Tensor, dtype: Dtype) -> Result<Self, Fault> {
        let (dtype, bytes) = match dtype {
            Dtype::F32 => (
                Element::F32,
                tensor
                    .values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect(),
            ),
            Dtype::F16 => {
                let mut bytes = Vec::with_capacity(tensor.values.len() * 2);
                for (index, &value) in tensor.values.iter().enumerate() {
                    let half = f16::from_f32(value);
                    if half.is_infinite() {
                        return Err(Fault::OverflowsF16 {
                            tensor: name.to_owned(),
                            index,
                            found: value.to_string(),
                        });
                    }
                    bytes.extend(half.to_le_bytes());
                }
                (Element::F16, bytes)
            }
        };
        Ok(Self {
            shape: &tensor.shape,
            dtype,
            bytes,
        })
    }
}

impl View for Encoded<'_> {
    fn dtype(&self) -> Element {
        self.dtype
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
