//! Genes with their exons in the page.

use js_sys::{Array, Function, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blob::Blob;
use super::object::{Js, plain, to_js};
use crate::error::Error;
use crate::prepare::{GeneModels, GeneReader, GeneRecord, Starts};

/// Reads genes and their exons from a GTF, GFF3 or BED file, plain or gzipped.
#[wasm_bindgen]
pub struct GenesReader {
    reader: GeneReader<'static>,
}

#[wasm_bindgen]
impl GenesReader {
    /// Opens a file of `size` bytes. `read(offset, size)` returns a `Uint8Array` of that part; `file` is its name in
    /// messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, size: f64, read: Function) -> Result<GenesReader, JsValue> {
        let reader = GeneReader::open(file, Blob::new(size, read)).map_err(Error::from)?;
        Ok(Self { reader })
    }

    /// Reads `lines` lines; returns false at the end.
    pub fn step(&mut self, lines: usize) -> Result<bool, JsValue> {
        Ok(self.reader.step(lines).map_err(Error::from)?)
    }

    /// The genes of the lines that were read.
    pub fn finish(self) -> Result<Genes, JsValue> {
        let models = self.reader.finish().map_err(Error::from)?;
        let starts = Starts::new(models.genes().map(|model| &model.gene));
        Ok(Genes { models, starts })
    }
}

/// Genes with their exons. Ranges of bases are half-open, counted from 0.
#[wasm_bindgen]
pub struct Genes {
    models: GeneModels,
    starts: Starts,
}

#[wasm_bindgen]
impl Genes {
    /// `GTF`, `GFF3` or `BED`.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.models.format.name().to_owned()
    }

    /// Number of genes, with repeated ids.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.models.genes().count()
    }

    /// The chromosomes with genes.
    #[wasm_bindgen(getter)]
    pub fn chromosomes(&self) -> Vec<String> {
        self.models.chromosomes().map(str::to_owned).collect()
    }

    /// Notes on how the file was read, in sentences.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.models.notes.clone()
    }

    /// The gene of an id, with or without version, or of a symbol.
    pub fn find(&self, name: &str) -> Result<JsValue, JsValue> {
        let gene = self.models.gene(name).map_err(Error::from)?;
        plain(&GeneRecord::new(gene, Js(JsValue::UNDEFINED)))
    }

    /// `{genes, more}`: the genes that overlap the bases from `start` to `end` (exclusive), sorted by position, and the
    /// number of dropped ones: of more than `most` the longest are kept. Undefined if no gene is on such a chromosome.
    pub fn within(&self, chromosome: &str, start: u32, end: u32, most: usize) -> Result<JsValue, JsValue> {
        let Some((found, more)) = self.models.genes_within(chromosome, start..end, most) else {
            return Ok(JsValue::UNDEFINED);
        };
        let genes = found
            .into_iter()
            .map(|model| GeneRecord::new(&model.gene, Js(Uint32Array::from(&model.ends()[..]).into())))
            .collect();
        plain(&Within { genes, more })
    }

    /// `{here, nearest}` for the bases from `start` to `end` (exclusive): `here` are overlapping genes, `{name, id,
    /// part}` with `part` `exon` or `intron`, those with an overlapping exon first; `nearest` are those with the
    /// nearest TSS, `{name, id, strand, distance}`, several if equally distant. `name` is the symbol, else the id.
    /// Undefined if no gene is on such a chromosome.
    pub fn near(&self, chromosome: &str, start: u32, end: u32) -> JsValue {
        to_js(&self.models.near(&self.starts, chromosome, start..end))
    }

    /// `{name, gene}` of at most `most` genes whose symbol or id begins with, or else contains, the typed text; `name`
    /// finds the gene.
    pub fn complete(&self, typed: &str, most: usize) -> Result<Array, JsValue> {
        let found = self.models.completions(typed, most).into_iter();
        let each = found.map(|each| {
            plain(&Completion {
                name: each.name,
                gene: GeneRecord::new(each.gene, Js(JsValue::UNDEFINED)),
            })
        });
        each.collect()
    }
}

#[derive(Serialize)]
struct Within<'a> {
    genes: Vec<GeneRecord<'a, Js>>,
    more: usize,
}

#[derive(Serialize)]
struct Completion<'a> {
    name: &'a str,
    gene: GeneRecord<'a, Js>,
}
