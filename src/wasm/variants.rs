//! VCF files in the page.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::object::object;
use crate::error::Error;
use crate::sequence::vcf::Vcf;

/// The variants of a VCF file, plain or gzipped: for each alternative
/// `{line, chromosome, position, id, reference, alternative}`, the position counted from 0. What says no bases stands
/// as it is.
#[wasm_bindgen(js_name = readVariants)]
pub fn read_variants(file: &str, bytes: &[u8]) -> Result<Array, JsValue> {
    let vcf = Vcf::read(file, bytes).map_err(Error::from)?;
    let rows = Array::new();
    for row in &vcf.rows {
        for alternative in &row.alternatives {
            rows.push(&object([
                ("line", (row.line as f64).into()),
                ("chromosome", row.contig.as_str().into()),
                // Rows before the first base, of telomeres, count from 0.
                ("position", (row.position as f64 - 1.0).into()),
                ("id", row.id.as_str().into()),
                ("reference", row.reference.as_str().into()),
                ("alternative", alternative.text().into()),
            ]));
        }
    }
    Ok(rows)
}
