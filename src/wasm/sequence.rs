//! FASTA files in the page.

use js_sys::{Array, Uint8Array};
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use super::object::{Js, to_js};
use crate::error::Error;
use crate::sequence::genome::GenomeFormat;
use crate::sequence::{self, Around, SequenceError, Shape, Window, Windows};

/// Records of a FASTA file, plain or gzipped.
#[wasm_bindgen]
pub struct Fasta {
    fasta: sequence::Fasta,
}

#[wasm_bindgen]
impl Fasta {
    /// Reads a whole file; `file` is its name in messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, bytes: &[u8]) -> Result<Fasta, JsValue> {
        let fasta = sequence::Fasta::read(file, bytes).map_err(Error::from)?;
        Ok(Self { fasta })
    }

    /// Records, each as `{name, description, length, lower, unknown, iupac: {letter: count}}`.
    #[wasm_bindgen(getter)]
    pub fn records(&self) -> Array {
        let record = |record: &sequence::Record| {
            to_js(&Described {
                name: &record.name,
                description: &record.description,
                length: record.codes.len(),
                lower: record.counts.lower,
                unknown: record.counts.unknown,
                iupac: Iupac(record),
            })
        };
        self.fasta.records.iter().map(record).collect()
    }

    /// The codes of a record's bases from `start` to `end` (exclusive).
    pub fn codes(&self, record: usize, start: usize, end: usize) -> Result<Uint8Array, JsValue> {
        let codes = &self.record(record)?.codes;
        let part = codes.get(start..end).ok_or_else(|| {
            let message = format!("found the bases {start} to {end}; expected some of {}", codes.len());
            JsValue::from(js_sys::RangeError::new(&message))
        })?;
        Ok(Uint8Array::from(part))
    }

    fn record(&self, index: usize) -> Result<&sequence::Record, JsValue> {
        self.fasta.records.get(index).ok_or_else(|| {
            let records = self.fasta.records.len();
            let message = format!("found record {index}; expected one below {records}");
            js_sys::RangeError::new(&message).into()
        })
    }
}

/// A record without its bases.
#[derive(Serialize)]
struct Described<'a> {
    name: &'a str,
    description: &'a str,
    length: usize,
    lower: u64,
    unknown: u64,
    iupac: Iupac<'a>,
}

/// Counts of IUPAC letters in a record, U included.
struct Iupac<'a>(&'a sequence::Record);

impl Serialize for Iupac<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = self.0.counts.iupac();
        // As strings, like all other keys: `char` keys would add code.
        serializer.collect_map(counts.map(|(letter, count)| (letter.to_string(), count)))
    }
}

/// Windows of `length` bases, with `crop` bins of `bin` bases at each end without predictions, that cover a sequence of
/// `bases`, as `{start, keep: [first, end], firstBin}`. `file` and `record` name it in errors.
#[wasm_bindgen(js_name = windowsOf)]
pub fn windows_of(
    file: &str,
    record: &str,
    bases: usize,
    length: usize,
    bin: usize,
    crop: usize,
) -> Result<Array, JsValue> {
    if bases == 0 {
        return Err(Error::from(SequenceError::without_base(file, record, 0)).into());
    }
    let windows = Windows::of(bases, &shape(length, bin, crop)?).windows;
    Ok(windows.iter().map(|window| to_js(&Placed::of(window))).collect())
}

/// Windows of `length` bases, with `crop` bins of `bin` bases at each end without predictions, around the bases from
/// `start` to `end` (exclusive) of a sequence: `{windows, start, bins}`. The windows are like those of a record, except
/// that `firstBin` counts from the first kept bin; `start` is its first base, and `bins` the number of kept bins. Bins
/// that overlap the region are kept; if the length of the sequence is given, `whole`, all predicted bins.
#[wasm_bindgen(js_name = windowsAround)]
pub fn windows_around(
    start: f64,
    end: f64,
    length: usize,
    bin: usize,
    crop: usize,
    whole: Option<f64>,
) -> Result<JsValue, JsValue> {
    let shape = shape(length, bin, crop)?;
    if !(start >= 0.0 && start < end) {
        let message = format!("found the bases {start} to {end}; expected at least one");
        return Err(js_sys::RangeError::new(&message).into());
    }
    let mut around = Around::of(start as u64..end as u64, &shape);
    if let Some(bases) = whole {
        around = around.whole(bases as u64, &shape);
    }
    Ok(to_js(&Covered {
        start: around.start as f64,
        bins: around.bins,
        windows: Js::list(around.windows.iter().map(Placed::of)),
    }))
}

#[derive(Serialize)]
struct Covered {
    start: f64,
    bins: usize,
    windows: Js,
}

/// A [`Window`], with its bins as a pair.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    start: f64,
    keep: [usize; 2],
    first_bin: usize,
}

impl Placed {
    fn of(window: &Window) -> Self {
        Self {
            start: window.start as f64,
            keep: [window.keep.start, window.keep.end],
            first_bin: window.first_bin,
        }
    }
}

fn shape(length: usize, bin: usize, crop: usize) -> Result<Shape, JsValue> {
    if bin == 0 || !length.is_multiple_of(bin) || 2 * crop >= length / bin {
        let message = format!(
            "found windows of {length} bases, bins of {bin} and a crop of {crop}; expected whole bins, and some that \
                are kept"
        );
        return Err(js_sys::RangeError::new(&message).into());
    }
    Ok(Shape { length, bin, crop })
}

/// The format of a sequence file from its first 18 bytes: `2bit`, `FASTA`, `FASTA in blocks` (of bgzip), or `gzip`,
/// without random access. FASTA is assumed if none matches.
#[wasm_bindgen(js_name = genomeFormat)]
pub fn genome_format(opening: &[u8]) -> String {
    named(GenomeFormat::of(opening)).to_owned()
}

fn named(format: GenomeFormat) -> &'static str {
    match format {
        GenomeFormat::TwoBit => "2bit",
        GenomeFormat::Fasta => "FASTA",
        GenomeFormat::FastaBlocks => "FASTA in blocks",
        GenomeFormat::FastaGzip => "gzip",
    }
}
