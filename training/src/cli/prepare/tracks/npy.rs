//! NumPy's `.npy`: targets [records, bins, tracks] as float16 or float32.
//!
//! ```text
//! \x93NUMPY, version (2 bytes), length of the header (2 or 4),
//! {'descr': '<f2', 'fortran_order': False, 'shape': (20, 2048, 10), }, numbers
//! ```

// Kept by hand: npyz reads three fields with a parser generator, big integers and a dozen crates, and takes a header of
// any length that a file claims.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use regulens::weights::{float16, float32};

use crate::cli::error::CliError;

/// The longest header that is read; NumPy's own have some hundred bytes.
const HEADER_LIMIT: usize = 1 << 16;

/// An array whose numbers are read a record at a time. Its memory is bounded by construction: a shape that is not the
/// file's own size is refused before a record is read.
pub struct Npy {
    file: String,
    path: std::path::PathBuf,
    source: BufReader<File>,
    half: bool,
    /// Records, bins, tracks.
    pub shape: [usize; 3],
}

impl Npy {
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let file = path.display().to_string();
        let io = |error| CliError::io(path, error);
        let mut source = BufReader::new(File::open(path).map_err(io)?);
        let size = source.get_ref().metadata().map_err(io)?.len();
        let wrong = |found: &str| {
            CliError::file(
                &file,
                format!(
                    "found {found}; expected an array [records, bins, tracks] of float16 or float32, as written by \
                        numpy.save. Save it with numpy.save(FILE, numpy.ascontiguousarray(targets, 'float32'))"
                ),
            )
        };
        let mut opening = [0; 8];
        source.read_exact(&mut opening).map_err(|_| wrong("no array"))?;
        if !opening.starts_with(b"\x93NUMPY") {
            return Err(wrong("no array"));
        }
        let mut length = [0; 4];
        let width = if opening[6] == 1 { 2 } else { 4 };
        source
            .read_exact(&mut length[..width])
            .map_err(|_| wrong("an array file that ends within its header"))?;
        let length = u32::from_le_bytes(length) as usize;
        if length > HEADER_LIMIT {
            return Err(wrong("a header that is too long"));
        }
        let mut header = vec![0; length];
        source
            .read_exact(&mut header)
            .map_err(|_| wrong("an array file that ends within its header"))?;
        let header = String::from_utf8_lossy(&header).into_owned();
        let header = header.trim();
        let half = match value(header, "descr").map(|text| text.trim_matches(['\'', '"'])) {
            Some("<f2") => true,
            Some("<f4") => false,
            _ => return Err(wrong(&format!("an array of another type: {header}"))),
        };
        if value(header, "fortran_order") != Some("False") {
            return Err(CliError::file(
                file,
                "found an array stored by column (fortran_order: True); expected one stored by row. Save it with \
                    numpy.save(FILE, numpy.ascontiguousarray(targets, 'float32'))",
            ));
        }
        let Some(shape) = shape(header) else {
            return Err(wrong(&format!("an array of another shape: {header}")));
        };
        let wanted = shape
            .iter()
            .try_fold(if half { 2 } else { 4 }, |all: u64, &one| all.checked_mul(one as u64));
        let there = size - 8 - width as u64 - length as u64;
        if wanted != Some(there) {
            return Err(CliError::file(
                file,
                format!(
                    "found {there} bytes of numbers; expected {} for {shape:?}. Copy the file again",
                    wanted.map_or_else(|| "more".to_owned(), |bytes| bytes.to_string())
                ),
            ));
        }
        Ok(Self {
            file,
            path: path.to_owned(),
            source,
            half,
            shape,
        })
    }

    /// The next record's numbers [bins, tracks], with 0 in place of NaN, and the bins that have any. `record` is its
    /// place, for messages.
    pub fn record(&mut self, record: usize) -> Result<Signal, CliError> {
        let [_, bins, tracks] = self.shape;
        let mut bytes = vec![0; bins * tracks * if self.half { 2 } else { 4 }];
        self.source
            .read_exact(&mut bytes)
            .map_err(|error| CliError::io(&self.path, error))?;
        let values = if self.half { float16(&bytes) } else { float32(&bytes) };
        signal(values, tracks).map_err(|(bin, track, value)| CliError::file(&self.file, format!(
                "found {value} in record {record}, bin {bin}, track {track} (counted from 0); expected coverage of 0 \
                    or more. Correct the array"
            )))
    }
}

/// Coverage [bins, tracks], and the bins in which some track was not measured.
pub type Signal = (Vec<f32>, Vec<usize>);

/// Checks that coverage is finite and not negative; NaN becomes 0. The error has the bin, the track and the value.
pub fn signal(mut values: Vec<f32>, tracks: usize) -> Result<Signal, (usize, usize, f32)> {
    let mut unknown = Vec::new();
    for (at, value) in values.iter_mut().enumerate() {
        if value.is_nan() {
            *value = 0.0;
            if unknown.last() != Some(&(at / tracks)) {
                unknown.push(at / tracks);
            }
        } else if *value < 0.0 || value.is_infinite() {
            return Err((at / tracks, at % tracks, *value));
        }
    }
    Ok((values, unknown))
}

/// The text of a key's value, up to the comma that is not in parentheses.
fn value<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{key}':"))?;
    let rest = rest.trim_start();
    let end = if rest.starts_with('(') {
        rest.find(')')? + 1
    } else {
        rest.find([',', '}'])?
    };
    Some(rest[..end].trim_end())
}

fn shape(header: &str) -> Option<[usize; 3]> {
    let inner = value(header, "shape")?.strip_prefix('(')?.strip_suffix(')')?;
    let sizes: Option<Vec<usize>> = inner
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty())
        .map(|size| size.parse().ok())
        .collect();
    let shape: [usize; 3] = sizes?.try_into().ok()?;
    shape.iter().all(|&size| size > 0).then_some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_type_order_and_shape() {
        let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (20, 2048, 10), }";
        assert_eq!(value(header, "descr"), Some("'<f2'"));
        assert_eq!(value(header, "fortran_order"), Some("False"));
        assert_eq!(shape(header), Some([20, 2048, 10]));
        for other in ["(20, 2048)", "(20,)", "()", "(1, 2, 3, 4)", "(0, 1, 2)", "(a, 1, 2)"] {
            let header = format!("{{'descr': '<f2', 'shape': {other}}}");
            assert_eq!(shape(&header), None, "{other}");
        }
    }

    #[test]
    fn not_a_number_is_no_coverage_and_negative_numbers_are_refused() {
        assert_eq!(signal(vec![1.0, f32::NAN], 1), Ok((vec![1.0, 0.0], vec![1])));
        let nan = f32::NAN;
        let values = vec![1.0, nan, 2.0, 3.0, nan, nan];
        assert_eq!(signal(values, 2), Ok((vec![1.0, 0.0, 2.0, 3.0, 0.0, 0.0], vec![0, 2])));
        assert_eq!(signal(vec![1.0, 2.0, 3.0, -1.0], 2), Err((1, 1, -1.0)));
    }
}

/// Files that were damaged at random; `cargo xtask fuzz` finds them by this name.
#[cfg(test)]
mod damaged {
    use super::*;

    regulens_fuzz::target!(
        numpy,
        vec![
            made("'<f4'", "(2, 3, 2)", &[0; 48]),
            made("'<f2'", "(1, 4, 1)", &[0, 60, 0, 0, 0, 64, 255, 3])
        ],
        |damaged| damaged,
        |bytes| {
            let file = tempfile::NamedTempFile::new().expect("a temporary file");
            std::fs::write(file.path(), bytes).expect("it is written");
            let Ok(mut array) = Npy::open(file.path()) else {
                return;
            };
            let [records, bins, tracks] = array.shape;
            for record in 0..records.min(3) {
                if let Ok((values, _)) = array.record(record) {
                    assert_eq!(values.len(), bins * tracks);
                    assert!(values.iter().all(|value| value.is_finite() && *value >= 0.0));
                }
            }
        }
    );

    fn made(descr: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(numbers);
        bytes
    }
}
