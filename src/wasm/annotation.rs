//! Annotations of genes in the page.

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

/// A kind of gene.
#[derive(Serialize)]
struct Biotype<'a> {
    name: &'a str,
    genes: u32,
}

#[wasm_bindgen]
impl Annotation {
    /// Reads a file of `size` bytes from its beginning to its end. `read(offset, size)` gives a `Uint8Array` of that
    /// part of it; `file` is its name for messages.
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

    /// Genes, each id once.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.annotation.genes.len()
    }

    /// Rows of transcripts; none in BED.
    #[wasm_bindgen(getter)]
    pub fn transcripts(&self) -> usize {
        self.annotation.transcripts
    }

    /// Genes whose id came before, which are left out.
    #[wasm_bindgen(getter)]
    pub fn repeated(&self) -> usize {
        self.annotation.repeated.len()
    }

    /// Notes on the reading of the file, in sentences.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.annotation.notes.clone()
    }

    /// Chromosomes, each as `{name, genes, lastTss}`, in the order of the file; the TSS is counted from 1.
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

    /// Kinds of gene, each as `{name, genes}`, such as `protein_coding`, the most frequent first; none where the file
    /// does not tell.
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

    /// The annotation with genes of these kinds alone, all where there is none, and of these ids (with or without
    /// version) or symbols, all where the list is undefined. What it leaves out is in its notes.
    pub fn choose(&self, biotypes: Vec<String>, names: Option<Vec<String>>) -> Result<Annotation, JsValue> {
        let mut annotation = self.annotation.clone();
        annotation
            .choose(&GeneFilter { biotypes, names })
            .map_err(Error::from)?;
        Ok(Self { annotation })
    }

    /// The annotation with versions cut off ids: `ENSG00000000003.15` becomes `ENSG00000000003`.
    #[wasm_bindgen(js_name = dropVersions)]
    pub fn drop_versions(&self) -> Annotation {
        let mut annotation = self.annotation.clone();
        annotation.drop_versions();
        Self { annotation }
    }
}
