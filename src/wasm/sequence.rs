//! FASTA files in the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::object::object;
use crate::error::Error;
use crate::sequence::{self, Shape, Windows};

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

    /// The codes of a record.
    pub fn codes(&self, record: usize) -> Result<Uint8Array, JsValue> {
        Ok(Uint8Array::from(self.record(record)?.codes.as_slice()))
    }

    /// The windows of `length` bases, of which `crop` bins of `bin` bases at each end get no prediction, that cover a
    /// record: of each `{start, keep: [first, end], firstBin}`.
    pub fn windows(&self, record: usize, length: usize, bin: usize, crop: usize) -> Result<Array, JsValue> {
        if bin == 0 || !length.is_multiple_of(bin) || 2 * crop >= length / bin {
            let message = format!(
                "found windows of {length} bases, bins of {bin} and a crop of {crop}; expected whole bins, and some \
                    that are kept"
            );
            return Err(js_sys::RangeError::new(&message).into());
        }
        let bases = self.record(record)?.codes.len();
        let windows = Windows::of(bases, &Shape { length, bin, crop }).windows;
        let number = |number: usize| JsValue::from(number as f64);
        let window = |window: sequence::Window| {
            let keep: Array = [window.keep.start, window.keep.end].map(number).iter().collect();
            object([
                ("start", (window.start as f64).into()),
                ("keep", keep.into()),
                ("firstBin", number(window.first_bin)),
            ])
        };
        Ok(windows.into_iter().map(window).collect())
    }

    fn record(&self, index: usize) -> Result<&sequence::Record, JsValue> {
        self.fasta.records.get(index).ok_or_else(|| {
            let records = self.fasta.records.len();
            let message = format!("found record {index}; expected one below {records}");
            js_sys::RangeError::new(&message).into()
        })
    }
}
