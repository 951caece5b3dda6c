//! Genes with their exons in the page.

use js_sys::{Array, Function, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blob::Blob;
use super::object::{Js, plain, to_js};
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

    /// Notes on the reading of the file, in sentences.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.models.notes.clone()
    }

    /// The gene of an id, with or without version, or of a symbol.
    pub fn find(&self, name: &str) -> Result<JsValue, JsValue> {
        let gene = self.models.gene(name).map_err(Error::from)?;
        plain(&Described::of(gene, JsValue::UNDEFINED))
    }

    /// `{genes, more}`: the genes with a base from `start` up to but not including `end`, sorted by place, and how many
    /// were left out: of more than `most` the longest stay. Undefined where no gene is on such a chromosome.
    pub fn within(&self, chromosome: &str, start: u32, end: u32, most: usize) -> Result<JsValue, JsValue> {
        let Some((found, more)) = self.models.genes_within(chromosome, start..end, most) else {
            return Ok(JsValue::UNDEFINED);
        };
        let genes = found.into_iter().map(Described::with_exons).collect();
        plain(&Within { genes, more })
    }

    /// `{here, nearest}` of the bases from `start` up to but not including `end`: `here` are the genes that they lie
    /// in, `{name, id, part}` with `part` `exon` or `intron`, those with an exon there first; `nearest` are those of
    /// the nearest TSS, `{name, id, strand, distance}`, several where they are equally far. `name` is the symbol, else
    /// the id. Undefined where no gene is on such a chromosome.
    pub fn near(&self, chromosome: &str, start: u32, end: u32) -> JsValue {
        let Some(here) = self.models.genes_here(chromosome, start..end) else {
            return JsValue::UNDEFINED;
        };
        let here = here.into_iter().map(|each| Here {
            name: called(each.gene),
            id: &each.gene.id,
            part: if each.is_exon { "exon" } else { "intron" },
        });
        let bases = u64::from(start)..u64::from(end.max(start.saturating_add(1)));
        let nearest = self.starts.nearest(chromosome, bases).into_iter();
        let nearest = nearest.filter_map(|near| {
            let gene = &self.models.numbered(near.gene)?.gene;
            Some(Nearest {
                name: called(gene),
                id: &gene.id,
                strand: gene.strand.symbol(),
                distance: near.distance as f64,
            })
        });
        to_js(&Near {
            here: here.collect(),
            nearest: nearest.collect(),
        })
    }

    /// `{name, gene}` of at most `most` genes whose symbol or id begins with what was typed, or else contains it;
    /// `name` finds the gene.
    pub fn complete(&self, typed: &str, most: usize) -> Result<Array, JsValue> {
        let found = self.models.completions(typed, most).into_iter();
        let each = found.map(|each| {
            plain(&Completion {
                name: each.name,
                gene: Described::of(each.gene, JsValue::UNDEFINED),
            })
        });
        each.collect()
    }
}

/// Its symbol, else its id.
fn called(gene: &Gene) -> &str {
    gene.name.as_ref().unwrap_or(&gene.id)
}

#[derive(Serialize)]
struct Within<'a> {
    genes: Vec<Described<'a>>,
    more: usize,
}

#[derive(Serialize)]
struct Near<'a> {
    here: Vec<Here<'a>>,
    nearest: Vec<Nearest<'a>>,
}

#[derive(Serialize)]
struct Here<'a> {
    name: &'a str,
    id: &'a str,
    part: &'static str,
}

#[derive(Serialize)]
struct Nearest<'a> {
    name: &'a str,
    id: &'a str,
    strand: char,
    distance: f64,
}

#[derive(Serialize)]
struct Completion<'a> {
    name: &'a str,
    gene: Described<'a>,
}

/// A gene; what the file does not tell is null.
#[derive(Serialize)]
struct Described<'a> {
    id: &'a str,
    name: Option<&'a str>,
    biotype: Option<&'a str>,
    chromosome: &'a str,
    strand: char,
    start: u32,
    end: u32,
    tss: u32,
    /// Undefined where they are not asked for.
    exons: Js,
}

impl<'a> Described<'a> {
    fn of(gene: &'a Gene, exons: JsValue) -> Self {
        let (first, last) = gene.bases;
        Self {
            id: &gene.id,
            name: gene.name.as_deref(),
            biotype: gene.biotype.as_deref(),
            chromosome: &gene.chromosome,
            strand: gene.strand.symbol(),
            start: first - 1,
            end: last,
            tss: gene.tss - 1,
            exons: Js(exons),
        }
    }

    /// With its exons: first base and end in turn.
    fn with_exons(model: &'a GeneModel) -> Self {
        let ends: Vec<u32> = model
            .exons
            .iter()
            .flat_map(|&(first, last)| [first - 1, last])
            .collect();
        Self::of(&model.gene, Uint32Array::from(ends.as_slice()).into())
    }
}
