//! The genes of a page of sequences, as JSON: those where its bases are, and those near by each of its variants.

use std::collections::HashSet;
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use regulens::page::{Block, Input, Role};
use regulens::prepare::{Described, GeneModels, Near, Starts};
use serde::Serialize;

use super::Data;
use super::pieces::Stretch;
use crate::cli::error::CliError;
use crate::cli::files;

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
    models: Vec<Described<'a, Vec<u32>>>,
    near: Vec<NearVariant<'a>>,
}

#[derive(Serialize)]
struct NearVariant<'a> {
    #[serde(flatten)]
    variant: &'a Written,
    genes: Option<Near<'a>>,
}

/// Adds the genes of a GTF, GFF3 or BED file to the data of a page.
pub fn add(data: &mut Data, path: &Path) -> Result<(), CliError> {
    let source = File::open(path).map_err(|error| CliError::io(path, error))?;
    let genes = GeneModels::read(&path.display().to_string(), source)?;
    for note in &genes.notes {
        eprintln!("{}: {note}", genes.file);
    }
    let file = files::name(&genes.file).to_owned();
    let (text, count) = text(&file, &genes, &data.stretches, &data.variants);
    data.inputs.push(Input {
        items: Some(count),
        ..Input::new(Role::Genes, &file)
    });
    data.blocks.push(Block::new(Role::Genes.name(), text.as_bytes()));
    Ok(())
}

/// The genes as JSON, and how many have bases of the page.
fn text(file: &str, genes: &GeneModels, stretches: &[Stretch], variants: &[Written]) -> (String, usize) {
    let starts = Starts::new(genes.genes().map(|model| &model.gene));
    // A gene between two stretches is found twice.
    let mut known = HashSet::new();
    let mut models = Vec::new();
    for Stretch { sequence, bases } in stretches {
        let within = genes.genes_within(sequence, narrowed(bases), usize::MAX);
        for model in within.map_or_else(Vec::new, |(found, _)| found) {
            let gene = &model.gene;
            if known.insert((&gene.chromosome, gene.bases, &gene.id)) {
                models.push(Described::new(gene, model.ends()));
            }
        }
    }
    let near = variants.iter().map(|variant| NearVariant {
        variant,
        genes: genes.near(&starts, &variant.changed.sequence, narrowed(&variant.changed.bases)),
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
        let (text, count) = text("my.gtf", &genes, &stretches, &variants);
        assert_eq!(count, 1);
        assert_eq!(
            text,
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
}
