//! Records of genes for a page: half-open ranges of bases, counted from 0.

use std::ops::Range;

use serde::Serialize;

use super::{Gene, GeneModel, GeneModels, Starts};

/// A gene; fields that the file lacks are null. `exons` are [`GeneModel::ends`], if requested.
#[derive(Debug, Serialize)]
pub struct GeneRecord<'a, E> {
    id: &'a str,
    name: Option<&'a str>,
    biotype: Option<&'a str>,
    chromosome: &'a str,
    strand: char,
    start: u32,
    end: u32,
    tss: u32,
    exons: E,
}

impl<'a, E> GeneRecord<'a, E> {
    /// The record of a gene with its exons.
    pub fn new(gene: &'a Gene, exons: E) -> Self {
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
            exons,
        }
    }
}

impl GeneModel {
    /// Start and end of each exon, alternating.
    pub fn ends(&self) -> Vec<u32> {
        let ends = self.exons.iter().flat_map(|&(first, last)| [first - 1, last]);
        ends.collect()
    }
}

/// The genes that overlap a place, and those with the nearest TSS.
#[derive(Debug, Serialize)]
pub struct NearbyRecord<'a> {
    /// Overlapping genes, those with an overlapping exon first.
    pub here: Vec<OverlapRecord<'a>>,
    /// Genes with the nearest TSS; several if equally distant.
    pub nearest: Vec<NearestRecord<'a>>,
}

/// A gene that overlaps a place.
#[derive(Debug, Serialize)]
pub struct OverlapRecord<'a> {
    /// Its symbol, else its id.
    pub name: &'a str,
    /// Its id.
    pub id: &'a str,
    /// `exon` or `intron`.
    pub part: &'static str,
}

/// A gene with the nearest TSS.
#[derive(Debug, Serialize)]
pub struct NearestRecord<'a> {
    /// Its symbol, else its id.
    pub name: &'a str,
    /// Its id.
    pub id: &'a str,
    /// `+`, `-` or `.`.
    pub strand: char,
    /// Bases from the TSS to the place, along the gene: negative upstream.
    pub distance: i64,
}

impl GeneModels {
    /// The genes near `bases` (half-open, counted from 0). `starts` are the TSSs of these genes. `None` if no gene is
    /// on a chromosome of this name, with or without `chr`.
    pub fn near<'a>(&'a self, starts: &Starts, chromosome: &str, bases: Range<u32>) -> Option<NearbyRecord<'a>> {
        let here = self.overlapping(chromosome, bases.clone())?.into_iter();
        let here = here.map(|each| OverlapRecord {
            name: called(each.gene),
            id: &each.gene.id,
            part: if each.is_exon { "exon" } else { "intron" },
        });
        let place = u64::from(bases.start)..u64::from(bases.end.max(bases.start.saturating_add(1)));
        let nearest = starts.nearest(chromosome, place).into_iter().filter_map(|near| {
            let gene = &self.numbered(near.gene)?.gene;
            Some(NearestRecord {
                name: called(gene),
                id: &gene.id,
                strand: gene.strand.symbol(),
                distance: near.distance,
            })
        });
        Some(NearbyRecord {
            here: here.collect(),
            nearest: nearest.collect(),
        })
    }
}

fn called(gene: &Gene) -> &str {
    gene.name.as_ref().unwrap_or(&gene.id)
}
