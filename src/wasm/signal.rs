//! Measured tracks in the page, and predicted ones as files.

use js_sys::{Array, Float32Array, Function, RangeError, Uint8Array};
use wasm_bindgen::prelude::*;

use super::blob::Blob;
use super::object::plain;
use crate::error::Error;
use crate::prepare::{self, Measured, Summary};

/// Measured values along chromosomes, from bigWig or bedGraph.
#[wasm_bindgen]
pub struct Signal {
    measured: Measured<Blob>,
}

#[wasm_bindgen]
impl Signal {
    /// Opens a file of `size` bytes. `read(offset, size)` returns a `Uint8Array` of that part.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, size: f64, read: Function) -> Result<Signal, JsValue> {
        let measured = Measured::open(file, Blob::new(size, read))?;
        Ok(Self { measured })
    }

    /// `bigWig` or `bedGraph`.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        self.measured.format().name().to_owned()
    }

    /// Chromosomes as `{name, length}`; length is null if the file has none.
    #[wasm_bindgen(getter)]
    pub fn chromosomes(&self) -> Result<Array, JsValue> {
        self.measured.chromosomes().map(plain).collect()
    }

    /// Values of `count` bins of `size` bases from base `start` on; `value` is `mean` or `sum`. Bases without a value
    /// count as 0.
    pub fn bins(
        &mut self,
        chromosome: &str,
        start: f64,
        count: usize,
        size: usize,
        value: &str,
    ) -> Result<Float32Array, JsValue> {
        let summary = match value {
            "mean" => Summary::Mean,
            "sum" => Summary::Sum,
            other => {
                return Err(refused(format!(
                    "found the value `{other}` of a bin; expected mean or sum"
                )));
            }
        };
        let number = self.measured.find(chromosome).ok_or_else(|| {
            let names = self.measured.chromosomes().map(|one| one.name.as_str());
            let names: Vec<&str> = names.take(5).collect();
            refused(format!(
                "found no chromosome {chromosome} in the measured track; expected one of its own, such as {}. Take a \
                    track of the same genome, or rename the sequence",
                names.join(", ")
            ))
        })?;
        let values = self.measured.bins(number, start as i64, count, size, summary)?;
        Ok(Float32Array::from(values.as_slice()))
    }
}

/// A bigWig file with bins of `size` bases of one chromosome, from base `start` on; NaN is no value.
///
/// # Errors
/// A `RangeError` for bins without bases, or positions beyond the limit of bigWig.
#[wasm_bindgen(js_name = writeBigWig)]
pub fn write_bigwig(
    chromosome: &str,
    length: u32,
    start: u32,
    size: u32,
    values: &[f32],
) -> Result<Uint8Array, JsValue> {
    let end = u64::from(start) + values.len() as u64 * u64::from(size);
    if size == 0 || end > u64::from(u32::MAX) {
        let message = format!(
            "found {} bins of {size} bases from base {start} on; expected some bases, up to base {}",
            values.len(),
            u32::MAX
        );
        return Err(RangeError::new(&message).into());
    }
    let stretch = prepare::Stretch {
        chromosome,
        length,
        start,
        values,
    };
    Ok(Uint8Array::from(prepare::write_bigwig(&[stretch], size).as_slice()))
}

fn refused(problem: String) -> JsValue {
    Error::Explanation { problem }.into()
}
