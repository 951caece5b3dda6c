//! FASTA files in the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::object::object;
use crate::error::Error;
use crate::sequence::genome::GenomeFormat;
use crate::sequence::{self, Around, Shape, Window, Windows};

/// Records of a FASTA file, plain or gzipped.
#[wasm_bindgen]
pub struct Fasta {
    fasta: sequence::Fasta,
}

#[wasm_bindgen]
impl Fasta {
    /// Reads a whole file; `file` is its name for messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, bytes: &[u8]) -> Result<Fasta, JsValue> {
        let fasta = sequence::Fasta::read(file, bytes).map_err(Error::from)?;
        Ok(Self { fasta })
    }

    /// Of each record `{name, description, length, lower, unknown, iupac: {letter: count}}`.
    #[wasm_bindgen(getter)]
    pub fn records(&self) -> Array {
        let record = |record: &sequence::Record| {
            let number = |count: u64| JsValue::from(count as f64);
            let iupac = js_sys::Object::new().into();
            for (letter, count) in record.counts.iupac() {
                super::object::set(&iupac, &letter.to_string(), &number(count));
            }
            object([
                ("name", record.name.as_str().into()),
                ("description", record.description.as_str().into()),
                ("length", number(record.codes.len() as u64)),
                ("lower", number(record.counts.lower)),
                ("unknown", number(record.counts.unknown)),
                ("iupac", iupac),
            ])
        };
        self.fasta.records.iter().map(record).collect()
    }

    /// The codes of a record's bases from `start` up to but not including `end`.
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

/// The windows of `length` bases, of which `crop` bins of `bin` bases at each end get no prediction, that cover a
/// sequence of `bases`: of each `{start, keep: [first, end], firstBin}`.
#[wasm_bindgen(js_name = windowsOf)]
pub fn windows_of(bases: usize, length: usize, bin: usize, crop: usize) -> Result<Array, JsValue> {
    if bases == 0 {
        return Err(js_sys::RangeError::new("found no bases; expected at least one").into());
    }
    Ok(as_list(Windows::of(bases, &shape(length, bin, crop)?).windows))
}

/// The windows of `length` bases, of which `crop` bins of `bin` bases at each end get no prediction, around the bases
/// from `start` up to but not including `end` of a sequence: `{windows, start, bins}`, the windows as those of a
/// record, but that `firstBin` counts from the first bin that is kept; the first base of that; and bins. Kept are the
/// bins that overlap the region; of a sequence of `whole` bases, if that is given, all that the windows predict.
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
    Ok(object([
        ("start", (around.start as f64).into()),
        ("bins", (around.bins as f64).into()),
        ("windows", as_list(around.windows).into()),
    ]))
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

fn as_list(windows: Vec<Window>) -> Array {
    let number = |number: usize| JsValue::from(number as f64);
    let window = |window: Window| {
        let keep: Array = [window.keep.start, window.keep.end].map(number).iter().collect();
        object([
            ("start", (window.start as f64).into()),
            ("keep", keep.into()),
            ("firstBin", number(window.first_bin)),
        ])
    };
    windows.into_iter().map(window).collect()
}

/// Tells what a file of sequences is by its first 18 bytes: `2bit`, `FASTA`, `FASTA in blocks` (of bgzip), or `gzip`,
/// of which no part can be read by itself. What is none of them counts as FASTA.
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
