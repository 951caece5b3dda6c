//! Genes as a page has them: bases counted from 0, ends not included.

use std::ops::Range;

use serde::Serialize;

use super::{Gene, GeneModel, GeneModels, Starts};

/// A gene; null stands for what the file does not tell. `exons` are [`GeneModel::ends`], where they are asked for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "PageGene"))]
pub struct Described<'a, E> {
    id: &'a str,
    name: Option<&'a str>,
    biotype: Option<&'a str>,
    chromosome: &'a str,
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["+", "-", "."])))]
    strand: char,
    #[cfg_attr(feature = "schema", schemars(range(max = u32::MAX)))]
    start: u32,
    #[cfg_attr(feature = "schema", schemars(range(max = u32::MAX)))]
    end: u32,
    #[cfg_attr(feature = "schema", schemars(range(max = u32::MAX)))]
    tss: u32,
    #[cfg_attr(feature = "schema", schemars(inner(range(max = u32::MAX))))]
    exons: E,
}

impl<'a, E> Described<'a, E> {
    /// Describes a gene, with its exons.
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
    /// First base and end of each exon in turn.
    pub fn ends(&self) -> Vec<u32> {
        let ends = self.exons.iter().flat_map(|&(first, last)| [first - 1, last]);
        ends.collect()
    }
}

/// The genes that a place lies in, and those of the nearest TSS.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Near<'a> {
    /// Genes with a base of the place, those with an exon there first.
    pub here: Vec<Here<'a>>,
    /// Genes of the nearest TSS, several where they are equally far.
    pub nearest: Vec<Nearest<'a>>,
}

/// A gene that a place lies in.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Here<'a> {
    /// Its symbol, else its id.
    pub name: &'a str,
    /// Its id.
    pub id: &'a str,
    /// `exon` or `intron`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["exon", "intron"])))]
    pub part: &'static str,
}

/// A gene of the nearest TSS.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Nearest<'a> {
    /// Its symbol, else its id.
    pub name: &'a str,
    /// Its id.
    pub id: &'a str,
    /// `+`, `-` or `.`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["+", "-", "."])))]
    pub strand: char,
    /// Bases from the TSS to the place, along the gene: below 0 upstream of it.
    pub distance: i64,
}

impl GeneModels {
    /// The genes near by `bases` (counted from 0, the end not included). `starts` are those of these genes. `None`
    /// where no gene is on a chromosome of this name, with or without `chr`.
    pub fn near<'a>(&'a self, starts: &Starts, chromosome: &str, bases: Range<u32>) -> Option<Near<'a>> {
        let here = self.genes_here(chromosome, bases.clone())?.into_iter();
        let here = here.map(|each| Here {
            name: called(each.gene),
            id: &each.gene.id,
            part: if each.is_exon { "exon" } else { "intron" },
        });
        let place = u64::from(bases.start)..u64::from(bases.end.max(bases.start.saturating_add(1)));
        let nearest = starts.nearest(chromosome, place).into_iter().filter_map(|near| {
            let gene = &self.numbered(near.gene)?.gene;
            Some(Nearest {
                name: called(gene),
                id: &gene.id,
                strand: gene.strand.symbol(),
                distance: near.distance,
            })
        });
        Some(Near {
            here: here.collect(),
            nearest: nearest.collect(),
        })
    }
}

fn called(gene: &Gene) -> &str {
    gene.name.as_ref().unwrap_or(&gene.id)
}
