//! VCF files in the page.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::object::{Js, to_js};
use crate::error::Error;
use crate::sequence::vcf::Vcf;

/// The variants of a VCF file, plain or gzipped: for each alternative `{line, chromosome, position, id, reference,
/// alternative}`, the position counted from 0. Alternatives without bases are returned as written.
#[wasm_bindgen(js_name = readVariants)]
pub fn read_variants(file: &str, bytes: &[u8]) -> Result<Array, JsValue> {
    let vcf = Vcf::read(file, bytes).map_err(Error::from)?;
    let rows = Array::new();
    for row in &vcf.rows {
        // One text in JavaScript's memory for all alternatives of a row.
        let reference = Js(JsValue::from_str(&row.reference()));
        for alternative in row.alternatives() {
            rows.push(&to_js(&Row {
                line: row.line,
                chromosome: row.contig(),
                // Position 0, a telomere before the first base, becomes -1.
                position: row.position as f64 - 1.0,
                id: row.id(),
                reference: &reference,
                alternative: alternative.text(),
            }));
        }
    }
    Ok(rows)
}

/// An alternative of a row.
#[derive(Serialize)]
struct Row<'a> {
    line: u64,
    chromosome: &'a str,
    position: f64,
    id: &'a str,
    reference: &'a Js,
    alternative: &'a str,
}
