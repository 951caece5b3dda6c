//! Tables in the page, read in chunks, so that a large file is never in memory as a whole.

use js_sys::{Float32Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::input::{self, SignalTable};

/// Reads a table from chunks of its file.
#[wasm_bindgen]
pub struct TableReader {
    reader: Option<input::TableReader>,
}

#[wasm_bindgen]
impl TableReader {
    /// A reader of the file of this name.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str) -> Self {
        Self {
            reader: Some(input::TableReader::new(file)),
        }
    }

    /// Takes the next bytes of the file, compressed or not.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), JsValue> {
        self.reader.as_mut().ok_or_else(finished)?.push(chunk).map_err(thrown)
    }

    /// Number of rows so far.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> usize {
        self.reader.as_ref().map_or(0, input::TableReader::rows)
    }

    /// The table, after all bytes.
    pub fn finish(&mut self) -> Result<Table, JsValue> {
        let table = self.reader.take().ok_or_else(finished)?.finish().map_err(thrown)?;
        Ok(Table { table })
    }
}

/// A table as it was read.
#[wasm_bindgen]
pub struct Table {
    table: SignalTable,
}

impl Table {
    #[cfg(feature = "prepare")]
    pub(super) fn of(table: SignalTable) -> Self {
        Self { table }
    }

    #[cfg(feature = "flex")]
    /// The table behind the handle.
    pub(super) fn inner(&self) -> &SignalTable {
        &self.table
    }
}

#[wasm_bindgen]
impl Table {
    /// The file's name.
    #[wasm_bindgen(getter)]
    pub fn file(&self) -> String {
        self.table.file.clone()
    }

    /// `attentive-chrome`, `deep-diff`, `headed` or `compute-matrix`.
    #[wasm_bindgen(getter)]
    pub fn layout(&self) -> String {
        self.table.layout.name().to_owned()
    }

    /// The genes, in the file's order.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> Vec<String> {
        self.table.genes.clone()
    }

    /// The marks, in column order.
    #[wasm_bindgen(getter)]
    pub fn marks(&self) -> Vec<String> {
        self.table.marks.clone()
    }

    /// Bins per gene.
    #[wasm_bindgen(getter)]
    pub fn bins(&self) -> usize {
        self.table.bins
    }

    /// Notes on how the file was read, in sentences.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.table.notes.clone()
    }

    /// 1 for a gene that is on, 0 for off; undefined if the table has no labels.
    #[wasm_bindgen(getter)]
    pub fn labels(&self) -> Option<Uint8Array> {
        let labels: Vec<u8> = self.table.labels.as_ref()?.iter().map(|&on| u8::from(on)).collect();
        Some(Uint8Array::from(labels.as_slice()))
    }

    /// Values [end - start, bins, marks] of a range of genes, as in the file.
    pub fn values(&self, start: usize, end: usize) -> Float32Array {
        range(&self.table.values, self.table.bins * self.table.marks.len(), start, end)
    }
}

/// Measured counts of genes: rows `gene,count`, plain or gzipped.
#[wasm_bindgen]
pub struct Counts {
    counts: input::Expression,
}

#[cfg(feature = "flex")]
impl Counts {
    /// The counts behind the handle.
    pub(super) fn inner(&self) -> &input::Expression {
        &self.counts
    }
}

#[wasm_bindgen]
impl Counts {
    /// Reads a whole file; `file` is its name in messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, bytes: &[u8]) -> Result<Counts, JsValue> {
        let counts = input::Expression::read(file, bytes).map_err(thrown)?;
        Ok(Self { counts })
    }

    /// Number of genes in the file.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.counts.len()
    }

    /// Their median, at or above which a gene is on; undefined if the file has labels of 0 and 1.
    #[wasm_bindgen(getter)]
    pub fn median(&self) -> Option<f64> {
        (!self.counts.is_labels()).then(|| self.counts.on_from())
    }
}

fn range(values: &[f32], size: usize, start: usize, end: usize) -> Float32Array {
    // Clamped before the multiplication: addresses have 32 bits here.
    let end = end.min(values.len() / size.max(1));
    Float32Array::from(&values[start.min(end) * size..end * size])
}

fn thrown(error: input::InputError) -> JsValue {
    Error::from(error).into()
}

fn finished() -> JsValue {
    js_sys::Error::new("this reader has given its table already; make a new one").into()
}
