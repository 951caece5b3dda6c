//! Arrays of results as safetensors.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use safetensors::tensor::{Dtype, TensorInfo};
use serde_json::{Map, Value};

/// An array of results.
pub struct Tensor<'a> {
    pub name: Cow<'static, str>,
    /// The names of its axes, outermost first; none where the metadata do not say them.
    pub axes: &'static [&'static str],
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: &'a [f32],
}

/// Writes arrays as float32, and lists of names as JSON arrays in the metadata, with `axes`, a JSON object of the names
/// of each array's axes.
pub fn write(tensors: &[Tensor<'_>], names: &[(&str, &[String])], out: &mut dyn Write) -> io::Result<()> {
    write_described(tensors, names, &[], out)
}

/// The same, with texts in the metadata.
pub fn write_described(
    tensors: &[Tensor<'_>],
    names: &[(&str, &[String])],
    texts: &[(&str, &str)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut metadata = Map::new();
    for (key, text) in texts {
        metadata.insert((*key).to_owned(), (*text).into());
    }
    for (key, names) in names {
        // Metadata of safetensors are strings.
        metadata.insert((*key).to_owned(), serde_json::to_string(names)?.into());
    }
    let axes = tensors.iter().filter(|tensor| !tensor.axes.is_empty());
    let axes: BTreeMap<&str, &[&str]> = axes.map(|tensor| (&*tensor.name, tensor.axes)).collect();
    if !axes.is_empty() {
        metadata.insert("axes".to_owned(), serde_json::to_string(&axes)?.into());
    }
    // The crate keeps metadata in a hash map, whose order changes from run to run. Sorted, the same results give the
    // same bytes.
    let mut header = BTreeMap::from([(Cow::Borrowed("__metadata__"), Value::Object(metadata))]);
    let mut end = 0;
    for Tensor {
        name, shape, values, ..
    } in tensors
    {
        let start = end;
        end += size_of_val(*values);
        let info = TensorInfo {
            dtype: Dtype::F32,
            shape: shape.clone(),
            data_offsets: (start, end),
        };
        header.insert(name.clone(), serde_json::to_value(info)?);
    }
    let mut header = serde_json::to_vec(&header)?;
    // Data start at a multiple of eight bytes, as the format advises.
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    for tensor in tensors {
        for value in tensor.values {
            out.write_all(&value.to_le_bytes())?;
        }
    }
    Ok(())
}
