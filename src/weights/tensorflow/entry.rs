//! Content of an index: a header, and the location of each tensor.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::Pair;
use super::message::{Value, fields};
use super::{table, training, wrong};
use crate::weights::Problem;

/// The only version of the format so far.
const VERSION: u64 = 1;

/// Largest number of data files: their numbers have five digits.
const MAX_SHARDS: u64 = 99_999;

/// Largest number of dimensions, which is TensorFlow's limit.
const MAX_RANK: usize = 254;

/// Supported element types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    Float32,
    Int64,
}

impl Element {
    /// Bytes per element.
    fn size(self) -> usize {
        match self {
            Self::Float32 => 4,
            Self::Int64 => 8,
        }
    }

    fn of(tensor: &str, number: u64) -> Result<Self, Problem> {
        match number {
            1 => Ok(Self::Float32),
            9 => Ok(Self::Int64),
            _ => Err(Problem::ElementType {
                tensor: tensor.to_owned(),
                found: match number {
                    2 => "float64 elements".to_owned(),
                    3 => "int32 elements".to_owned(),
                    7 => "texts".to_owned(),
                    10 => "truth values".to_owned(),
                    14 => "bfloat16 elements".to_owned(),
                    19 => "float16 elements".to_owned(),
                    _ => format!("elements of TensorFlow's type {number}"),
                },
                expected: "float32, or int64 for counters".to_owned(),
            }),
        }
    }
}

/// Location of a tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub element: Element,
    pub shape: Vec<usize>,
    /// Number of the data file.
    pub shard: usize,
    /// From the start of that file.
    pub offset: usize,
    pub size: usize,
    /// Masked.
    pub crc32c: u32,
}

/// The tensors of each data file that has any, by offset.
pub type Places<'a> = BTreeMap<usize, Vec<(&'a str, &'a Entry)>>;

/// An index.
pub struct Index {
    /// Number of files of data.
    pub shards: usize,
    pub entries: BTreeMap<String, Entry>,
}

impl Index {
    /// Reads an index.
    pub fn read(file: &[u8]) -> Result<Self, Problem> {
        let mut pairs = table::read(file)?.into_iter();
        // The empty key sorts first.
        let Some(header) = pairs.next().filter(|pair| pair.key.is_empty()) else {
            return Err(wrong(0, "no header of a checkpoint"));
        };
        let shards = header_shards(file, header.value)?;
        let mut entries = BTreeMap::new();
        for Pair { key, value } in pairs {
            let Ok(name) = String::from_utf8(key) else {
                return Err(wrong(value.start, "a name that is not UTF-8"));
            };
            let entry = Entry::read(file, &name, value)?;
            if entry.shard >= shards {
                let reason = format!("in file {} of {shards}", entry.shard);
                return Err(Problem::Entry { tensor: name, reason });
            }
            entries.insert(name, entry);
        }
        Ok(Self { shards, entries })
    }

    /// Locations of all tensors, without overlaps.
    pub fn places(&self) -> Result<Places<'_>, Problem> {
        let mut places = Places::new();
        for (name, entry) in &self.entries {
            places.entry(entry.shard).or_default().push((name, entry));
        }
        for tensors in places.values_mut() {
            tensors.sort_by_key(|(_, entry)| (entry.offset, entry.size));
            for pair in tensors.windows(2) {
                let [(before, first), (name, second)] = pair else {
                    continue;
                };
                if first.offset + first.size > second.offset {
                    return Err(Problem::Entry {
                        tensor: (*name).to_owned(),
                        reason: format!("that shares bytes with `{before}`"),
                    });
                }
            }
        }
        Ok(places)
    }
}

/// The number of data files, from the header at `range`: 1 their number, 2 the byte order, 3 the version (2: the oldest
/// compatible reader).
fn header_shards(file: &[u8], range: Range<usize>) -> Result<usize, Problem> {
    let start = range.start;
    let mut shards = 0;
    for field in fields(file, range) {
        let (field, value, place) = field?;
        match (field, value) {
            (1, Value::Varint(number)) => shards = number,
            (2, Value::Varint(0)) => {}
            (2, Value::Varint(_)) => {
                return Err(Problem::BundleRefused {
                    what: "numbers in the byte order of a big-endian machine".to_owned(),
                    expected: "little-endian ones",
                });
            }
            (3, Value::Bytes(version)) => {
                for field in fields(file, version) {
                    let (field, value, _) = field?;
                    if let (2, Value::Varint(oldest)) = (field, value)
                        && oldest > VERSION
                    {
                        return Err(Problem::BundleRefused {
                            what: format!("a checkpoint for readers of version {oldest}"),
                            expected: "version 1, the one that is read here",
                        });
                    }
                }
            }
            (1..=3, _) => return Err(wrong(place, "a header with a field of another type")),
            _ => {}
        }
    }
    if !(1..=MAX_SHARDS).contains(&shards) {
        return Err(wrong(start, format!("a header that tells of {shards} files of data")));
    }
    Ok(shards as usize)
}

impl Entry {
    /// Reads the entry of a tensor at `range`: 1 element type, 2 shape, 3 number of the file, 4 offset, 5 size, 6
    /// CRC-32C, 7 slices. Zeros are omitted.
    fn read(file: &[u8], name: &str, range: Range<usize>) -> Result<Self, Problem> {
        let mut kind = 0;
        let mut shape = Vec::new();
        let (mut shard, mut offset, mut size) = (0, 0, 0);
        let mut crc32c = 0;
        for field in fields(file, range) {
            let (field, value, place) = field?;
            match (field, value) {
                (1, Value::Varint(number)) => kind = number,
                (2, Value::Bytes(range)) => shape = read_shape(file, name, range)?,
                (3, Value::Varint(number)) => shard = number,
                (4, Value::Varint(number)) => offset = number,
                (5, Value::Varint(number)) => size = number,
                (6, Value::Fixed32(number)) => crc32c = number,
                (7, _) => {
                    return Err(Problem::BundleRefused {
                        what: format!("tensor `{name}` in slices"),
                        expected: "every tensor whole",
                    });
                }
                (1..=6, _) => return Err(wrong(place, "an entry with a field of another type")),
                _ => {}
            }
        }
        let entry = |reason: String| Problem::Entry {
            tensor: name.to_owned(),
            reason,
        };
        let element = Element::of(name, kind)?;
        if element == Element::Int64 && !training::is_state(name) {
            return Err(Problem::ElementType {
                tensor: name.to_owned(),
                found: "int64 elements".to_owned(),
                expected: "float32".to_owned(),
            });
        }
        let count = shape
            .iter()
            .try_fold(element.size(), |bytes, size| bytes.checked_mul(*size));
        if count.map(|count| count as u64) != Some(size) {
            let reason = format!("of the shape {shape:?} in {size} bytes");
            return Err(entry(reason));
        }
        let end = offset.checked_add(size).and_then(|end| usize::try_from(end).ok());
        if end.is_none() {
            return Err(entry(format!("at byte {offset}, beyond the end of any file")));
        }
        Ok(Self {
            element,
            shape,
            shard: usize::try_from(shard).unwrap_or(usize::MAX),
            offset: offset as usize,
            size: size as usize,
            crc32c,
        })
    }
}

/// The shape at `range`: 2 a dimension (1: its size), 3 true if the number of dimensions is unknown.
fn read_shape(file: &[u8], name: &str, range: Range<usize>) -> Result<Vec<usize>, Problem> {
    let entry = |reason: &str| Problem::Entry {
        tensor: name.to_owned(),
        reason: reason.to_owned(),
    };
    let mut shape = Vec::new();
    for field in fields(file, range) {
        let (field, value, _) = field?;
        match (field, value) {
            (2, Value::Bytes(range)) => {
                let mut size = 0;
                for field in fields(file, range) {
                    let (field, value, _) = field?;
                    if let (1, Value::Varint(number)) = (field, value) {
                        // A negative number is out of range as a signed one.
                        size = i64::try_from(number)
                            .ok()
                            .and_then(|size| usize::try_from(size).ok())
                            .ok_or_else(|| entry("of an unknown size"))?;
                    }
                }
                shape.push(size);
            }
            (3, Value::Varint(1..)) => return Err(entry("of an unknown shape")),
            _ => {}
        }
        if shape.len() > MAX_RANK {
            return Err(entry("of more than 254 dimensions"));
        }
    }
    Ok(shape)
}
