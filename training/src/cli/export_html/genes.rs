//! The genes of a page of sequences, as JSON: those where its bases are, and those near by each of its variants.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use regulens::page::{Block, Input, Role};
use regulens::prepare::{GeneModel, GeneModels, GeneRecord, NearbyRecord, Starts};
use serde::Serialize;

use super::Data;
use super::pieces::Stretch;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::renames::RenameArgs;
use crate::cli::words::{LISTED, listed};

/// A variant of a page, as its row of the VCF writes it.
#[derive(Debug, Serialize)]
pub struct Written {
    /// The sequence that it lies on.
    pub chromosome: String,
    /// Counted from 0.
    pub position: u64,
    /// As written.
    pub reference: String,
    /// One of the row's.
    pub alternative: String,
    /// The bases that it changes, and the genome's name of the sequence that has them.
    #[serde(skip)]
    pub changed: Stretch,
}

/// Keys in the order in which the page writes them: equal genes are equal bytes.
#[derive(Serialize)]
struct PageGenes<'a> {
    file: &'a str,
    models: Vec<GeneRecord<'a, Vec<u32>>>,
    near: Vec<NearVariant<'a>>,
}

#[derive(Serialize)]
struct NearVariant<'a> {
    #[serde(flatten)]
    variant: &'a Written,
    genes: Option<NearbyRecord<'a>>,
}

/// Reads a GTF, GFF3 or BED file, plain or gzipped.
pub fn read(path: &Path) -> Result<GeneModels, CliError> {
    let source = File::open(path).map_err(|error| CliError::io(path, error))?;
    let genes = GeneModels::read(&path.display().to_string(), source)?;
    for note in &genes.notes {
        eprintln!("{}: {note}", genes.file);
    }
    Ok(genes)
}

/// Adds genes to the data of a page, and says on which of its sequences there are none.
pub fn add(data: &mut Data, genes: &GeneModels, renames: &RenameArgs) {
    let file = files::name(&genes.file).to_owned();
    let named = Chromosomes {
        genes,
        renames: renames.pairs(),
    };
    let sequences: BTreeSet<&str> = data.stretches.iter().map(|each| each.sequence.as_str()).collect();
    let without: Vec<&str> = sequences.into_iter().filter(|name| named.of(name).is_none()).collect();
    if !without.is_empty() {
        eprintln!("{}: no gene on {}", genes.file, listed(&without, LISTED));
    }
    let (text, count) = text(&file, &named, &data.stretches, &data.variants);
    data.inputs
        .push(Input::new(Role::Genes, &file).part(count, genes.genes().count()));
    data.blocks.push(Block::new(Role::Genes.name(), text.as_bytes()));
}

/// The genes of an annotation, by the names of a genome's sequences.
struct Chromosomes<'a> {
    genes: &'a GeneModels,
    /// Other names, and the genome's.
    renames: &'a [(String, String)],
}

impl Chromosomes<'_> {
    /// The name by which the annotation has genes on a sequence.
    fn of<'a>(&'a self, sequence: &'a str) -> Option<&'a str> {
        let others = self.renames.iter().filter(|(_, name)| name == sequence);
        let mut names = others.map(|(other, _)| other.as_str()).chain([sequence]);
        names.find(|name| self.genes.genes_within(name, 0..1, 0).is_some())
    }
}

/// The genes as JSON, and how many have bases of the page.
fn text(file: &str, named: &Chromosomes<'_>, stretches: &[Stretch], variants: &[Written]) -> (String, usize) {
    let genes = named.genes;
    let starts = Starts::new(genes.genes().map(|model| &model.gene));
    // A gene between two stretches is found twice.
    let mut known = HashSet::new();
    let mut held: Vec<GeneModel> = Vec::new();
    for Stretch { sequence, bases } in stretches {
        let Some(chromosome) = named.of(sequence) else { continue };
        let within = genes.genes_within(chromosome, narrowed(bases), usize::MAX);
        for model in within.map_or_else(Vec::new, |(found, _)| found) {
            let gene = &model.gene;
            if known.insert((&gene.chromosome, gene.bases, &gene.id)) {
                let mut model = model.clone();
                // The page finds genes by the names of its sequences.
                if chromosome != sequence {
                    model.gene.chromosome.clone_from(sequence);
                }
                held.push(model);
            }
        }
    }
    let models: Vec<_> = held
        .iter()
        .map(|model| GeneRecord::new(&model.gene, model.ends()))
        .collect();
    let near = variants.iter().map(|variant| NearVariant {
        variant,
        genes: named
            .of(&variant.changed.sequence)
            .and_then(|chromosome| genes.near(&starts, chromosome, narrowed(&variant.changed.bases))),
    });
    let count = models.len();
    let page = PageGenes {
        file,
        models,
        near: near.collect(),
    };
    (serde_json::to_string(&page).expect("texts and numbers are JSON"), count)
}

/// Annotations count bases in 32 bits.
fn narrowed(bases: &Range<u64>) -> Range<u32> {
    let narrow = |base: u64| u32::try_from(base).unwrap_or(u32::MAX);
    narrow(bases.start)..narrow(bases.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two genes on a chromosome that the genome calls otherwise, and one elsewhere.
    const GTF: &str = concat!(
        "I\tmade\tgene\t101\t400\t.\t-\t.\tgene_id \"G1.2\"; gene_name \"ABF1\";\n",
        "I\tmade\texon\t101\t200\t.\t-\t.\tgene_id \"G1.2\"; gene_name \"ABF1\";\n",
        "I\tmade\texon\t301\t400\t.\t-\t.\tgene_id \"G1.2\"; gene_name \"ABF1\";\n",
        "I\tmade\tgene\t901\t950\t.\t+\t.\tgene_id \"FAR\";\n",
        "II\tmade\tgene\t51\t90\t.\t+\t.\tgene_id \"G3\"; gene_name \"TWIN\";\n",
    );

    #[test]
    fn genes_are_those_of_the_stretches_once_and_those_near_by_each_variant() {
        let genes = GeneModels::read("my.gtf", GTF.as_bytes()).unwrap();
        let stretch = |sequence: &str, bases| Stretch {
            sequence: sequence.to_owned(),
            bases,
        };
        let stretches = [
            stretch("chrI", 90..120),
            stretch("chrI", 380..500),
            stretch("III", 0..9),
        ];
        let variant = |chromosome: &str, position, changed| Written {
            chromosome: chromosome.to_owned(),
            position,
            reference: "A".to_owned(),
            alternative: "G".to_owned(),
            changed: stretch(chromosome, changed),
        };
        let variants = [variant("chrI", 310, 310..311), variant("chrX", 5, 5..6)];
        let named = Chromosomes {
            genes: &genes,
            renames: &[],
        };
        let (found, count) = text("my.gtf", &named, &stretches, &variants);
        assert_eq!(count, 1);
        assert_eq!(
            found,
            concat!(
                r#"{"file":"my.gtf","models":[{"id":"G1.2","name":"ABF1","biotype":null,"chromosome":"I","strand":"-","#,
                r#""start":100,"end":400,"tss":399,"exons":[100,200,300,400]}],"near":["#,
                r#"{"chromosome":"chrI","position":310,"reference":"A","alternative":"G","genes":"#,
                r#"{"here":[{"name":"ABF1","id":"G1.2","part":"exon"}],"#,
                r#""nearest":[{"name":"ABF1","id":"G1.2","strand":"-","distance":89}]}},"#,
                r#"{"chromosome":"chrX","position":5,"reference":"A","alternative":"G","genes":null}]}"#,
            )
        );
    }

    #[test]
    fn genes_are_found_by_another_name_of_their_sequence_and_get_that_of_the_genome() {
        let genes = GeneModels::read("my.gtf", GTF.as_bytes()).unwrap();
        let renames = [("II".to_owned(), "NC_2".to_owned())];
        let named = Chromosomes {
            genes: &genes,
            renames: &renames,
        };
        let stretches = ["NC_2", "NC_1"].map(|sequence| Stretch {
            sequence: sequence.to_owned(),
            bases: 0..500,
        });
        let (found, count) = text("my.gtf", &named, &stretches, &[]);
        assert_eq!(count, 1);
        assert!(
            found.contains(r#""name":"TWIN","biotype":null,"chromosome":"NC_2","strand":"+""#),
            "{found}"
        );
    }
}
