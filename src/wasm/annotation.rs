//! Gene annotations in the page.

use std::collections::BTreeMap;

use js_sys::{Array, Function};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blob::Blob;
use super::object::to_js;
use crate::error::Error;
use crate::prepare::{self, GeneFilter};

/// The genes of a GTF, GFF3 or BED file, plain or gzipped.
#[wasm_bindgen]
pub struct Annotation {
    annotation: prepare::Annotation,
}

impl Annotation {
    /// The annotation behind the handle.
    pub(super) fn inner(&self) -> &prepare::Annotation {
        &self.annotation
    }
}

/// A chromosome of an annotation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Chromosome<'a> {
    name: &'a str,
    genes: u32,
    last_tss: u32,
}

/// A biotype.
#[derive(Serialize)]
struct Biotype<'a> {
    name: &'a str,
    genes: u32,
}

#[wasm_bindgen]
impl Annotation {
    /// Reads a file of `size` bytes. `read(offset, size)` returns a `Uint8Array` of that part; `file` is its name in
    /// messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, size: f64, read: Function) -> Result<Annotation, JsValue> {
        let annotation = prepare::Annotation::read(file, Blob::new(size, read)).map_err(Error::from)?;
        Ok(Self { annotation })
    }

    /// `GTF`, `GFF3` or `BED`.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.annotation.format.name().to_owned()
    }

    /// Number of genes, each id once.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.annotation.genes.len()
    }

    /// Number of transcript rows; 0 for BED.
    #[wasm_bindgen(getter)]
    pub fn transcripts(&self) -> usize {
        self.annotation.transcripts
    }

    /// Number of genes with a repeated id, which are dropped.
    #[wasm_bindgen(getter)]
    pub fn repeated(&self) -> usize {
        self.annotation.repeated.len()
    }

    /// Notes on how the file was read, in sentences.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.annotation.notes.clone()
    }

    /// Chromosomes as `{name, genes, lastTss}`, in the order of the file; the TSS is counted from 1.
    #[wasm_bindgen(getter)]
    pub fn chromosomes(&self) -> Array {
        let mut order: Vec<Chromosome<'_>> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for gene in &self.annotation.genes {
            let name = gene.chromosome.as_str();
            let place = *places.entry(name).or_insert_with(|| {
                order.push(Chromosome {
                    name,
                    genes: 0,
                    last_tss: 0,
                });
                order.len() - 1
            });
            let chromosome = &mut order[place];
            chromosome.genes += 1;
            chromosome.last_tss = gene.tss.max(chromosome.last_tss);
        }
        order.iter().map(to_js).collect()
    }

    /// Biotypes as `{name, genes}`, such as `protein_coding`, most frequent first; empty if the file has none.
    #[wasm_bindgen(getter)]
    pub fn biotypes(&self) -> Array {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for biotype in self.annotation.genes.iter().filter_map(|gene| gene.biotype.as_deref()) {
            *counts.entry(biotype).or_default() += 1;
        }
        let counts = counts.into_iter().map(|(name, genes)| Biotype { name, genes });
        let mut counts: Vec<Biotype<'_>> = counts.collect();
        counts.sort_by_key(|biotype| std::cmp::Reverse(biotype.genes));
        counts.iter().map(to_js).collect()
    }

    /// The annotation with genes of these biotypes, or all if empty, and of these ids (with or without version) or
    /// symbols, or all if undefined. Its notes list what was dropped.
    pub fn choose(&self, biotypes: Vec<String>, names: Option<Vec<String>>) -> Result<Annotation, JsValue> {
        let mut annotation = self.annotation.clone();
        annotation
            .choose(&GeneFilter { biotypes, names })
            .map_err(Error::from)?;
        Ok(Self { annotation })
    }

    /// The annotation with versions removed from ids: `ENSG00000000003.15` becomes `ENSG00000000003`.
    #[wasm_bindgen(js_name = dropVersions)]
    pub fn drop_versions(&self) -> Annotation {
        let mut annotation = self.annotation.clone();
        annotation.drop_versions();
        Self { annotation }
    }
}
