//! Genes with their exons in the page.

use js_sys::{Array, Function, Uint32Array};
use wasm_bindgen::prelude::*;

use super::blob::Blob;
use super::object::object;
use crate::error::Error;
use crate::prepare::{Gene, GeneModel, GeneModels, GeneReader, Starts};

/// Reads genes and their exons from a GTF, GFF3 or BED file, plain or gzipped.
#[wasm_bindgen]
pub struct GenesReader {
    reader: GeneReader<'static>,
}

#[wasm_bindgen]
impl GenesReader {
    /// Begins a file of `size` bytes. `read(offset, size)` gives a `Uint8Array` of that part of it; `file` is its name
    /// for messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, size: f64, read: Function) -> Result<GenesReader, JsValue> {
        let reader = GeneReader::open(file, Blob::new(size, read)).map_err(Error::from)?;
        Ok(Self { reader })
    }

    /// Reads so many lines; false where none is left.
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

/// Genes with their exons. Bases are counted from 0, ends are not included.
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

    /// Genes; one whose id comes again counts again.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.models.genes().count()
    }

    /// The chromosomes that have genes.
    #[wasm_bindgen(getter)]
    pub fn chromosomes(&self) -> Vec<String> {
        self.models.chromosomes().map(str::to_owned).collect()
    }

    /// How the file was read, in sentences.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.models.notes.clone()
    }

    /// The gene of an id, with or without version, or of a symbol.
    pub fn find(&self, name: &str) -> Result<JsValue, JsValue> {
        let gene = self.models.gene(name).map_err(Error::from)?;
        Ok(described(gene, &JsValue::UNDEFINED))
    }

    /// `{genes, more}`: the genes with a base from `start` up to but not including `end`, sorted by place, and how many
    /// were left out: of more than `most` the longest stay. Undefined where no gene is on such a chromosome.
    pub fn within(&self, chromosome: &str, start: u32, end: u32, most: usize) -> JsValue {
        let Some((found, more)) = self.models.genes_within(chromosome, start..end, most) else {
            return JsValue::UNDEFINED;
        };
        let genes: Array = found.into_iter().map(model).collect();
        object([("genes", genes.into()), ("more", (more as u32).into())])
    }

    /// `{here, nearest}` of the bases from `start` up to but not including `end`: `here` are the genes that they lie
    /// in, `{name, id, part}` with `part` `exon` or `intron`, those with an exon there first; `nearest` are those of
    /// the nearest TSS, `{name, id, strand, distance}`, several where they are equally far. `name` is the symbol, else
    /// the id. Undefined where no gene is on such a chromosome.
    pub fn near(&self, chromosome: &str, start: u32, end: u32) -> JsValue {
        let Some(here) = self.models.genes_here(chromosome, start..end) else {
            return JsValue::UNDEFINED;
        };
        let called = |gene: &Gene| {
            let name = gene.name.as_ref().unwrap_or(&gene.id);
            [("name", name.into()), ("id", gene.id.as_str().into())]
        };
        let here = here.into_iter().map(|each| {
            let [name, id] = called(each.gene);
            object([name, id, ("part", if each.is_exon { "exon" } else { "intron" }.into())])
        });
        let bases = u64::from(start)..u64::from(end.max(start.saturating_add(1)));
        let nearest = self.starts.nearest(chromosome, bases).into_iter();
        let nearest = nearest.filter_map(|near| {
            let gene = &self.models.numbered(near.gene)?.gene;
            let [name, id] = called(gene);
            let strand = ("strand", gene.strand.symbol().to_string().into());
            Some(object([name, id, strand, ("distance", (near.distance as f64).into())]))
        });
        let (here, nearest): (Array, Array) = (here.collect(), nearest.collect());
        object([("here", here.into()), ("nearest", nearest.into())])
    }

    /// `{name, gene}` of at most `most` genes whose symbol or id begins with what was typed, or else contains it;
    /// `name` finds the gene.
    pub fn complete(&self, typed: &str, most: usize) -> Array {
        let found = self.models.completions(typed, most).into_iter();
        let each = found.map(|each| {
            let gene = described(each.gene, &JsValue::UNDEFINED);
            object([("name", each.name.into()), ("gene", gene)])
        });
        each.collect()
    }
}

/// A gene with its exons: first base and end in turn.
fn model(model: &GeneModel) -> JsValue {
    let ends: Vec<u32> = model
        .exons
        .iter()
        .flat_map(|&(first, last)| [first - 1, last])
        .collect();
    described(&model.gene, &Uint32Array::from(ends.as_slice()))
}

fn described(gene: &Gene, exons: &JsValue) -> JsValue {
    let text = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from);
    let (first, last) = gene.bases;
    object([
        ("id", gene.id.as_str().into()),
        ("name", text(gene.name.as_deref())),
        ("biotype", text(gene.biotype.as_deref())),
        ("chromosome", gene.chromosome.as_str().into()),
        ("strand", gene.strand.symbol().to_string().into()),
        ("start", (first - 1).into()),
        ("end", last.into()),
        ("tss", (gene.tss - 1).into()),
        ("exons", exons.clone()),
    ])
}
