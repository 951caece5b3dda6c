//! Rows of GTF.

use std::collections::HashMap;

use noodles::gff::feature::record::Strand as RowStrand;
use noodles::gtf;

use super::{Gene, Strand, base, row_type, text, tss};
use crate::prepare::error::PrepareProblem;

/// Collects genes: from their own rows, else from the rows of their transcripts.
#[derive(Default)]
pub struct Rows {
    genes: Vec<Gene>,
    /// Genes made of transcripts or exons, as long as no row of a gene was seen.
    made: Vec<Gene>,
    by_id: HashMap<(String, String), usize>,
}

impl Rows {
    pub fn row(&mut self, line: &str) -> Result<(), PrepareProblem> {
        match row_type(line) {
            "gene" => {
                let gene = gene(line)?;
                self.made.clear();
                self.genes.push(gene);
            }
            "transcript" | "mRNA" | "exon" if self.genes.is_empty() => self.part(line)?,
            _ => {}
        }
        Ok(())
    }

    fn part(&mut self, line: &str) -> Result<(), PrepareProblem> {
        let gene = gene(line)?;
        let key = (gene.id.clone(), gene.chromosome.clone());
        if let Some(made) = self.by_id.get(&key).and_then(|&at| self.made.get_mut(at)) {
            let (start, end) = gene.bases;
            made.bases = (made.bases.0.min(start), made.bases.1.max(end));
            made.tss = tss(made.bases.0, made.bases.1, made.strand);
        } else {
            self.by_id.insert(key, self.made.len());
            self.made.push(gene);
        }
        Ok(())
    }

    pub fn finish(self) -> (Vec<Gene>, Vec<String>) {
        if !self.genes.is_empty() {
            return (self.genes, Vec::new());
        }
        let note = "no rows of genes: each gene reaches from its first to its last transcript";
        let notes = if self.made.is_empty() {
            Vec::new()
        } else {
            vec![note.to_owned()]
        };
        (self.made, notes)
    }
}

/// The gene that a row belongs to, as long as the row.
fn gene(line: &str) -> Result<Gene, PrepareProblem> {
    let wrong = |what: &str| PrepareProblem::Row {
        found: format!("a row of GTF {what}"),
        expected: "nine columns, with attributes like gene_id \"ENSG…\";",
    };
    let mut row = gtf::Line::default();
    gtf::io::Reader::new(line.as_bytes())
        .read_line(&mut row)
        .map_err(|_| wrong("that cannot be read"))?;
    let record = row
        .as_record()
        .ok_or_else(|| wrong("that is a comment"))?
        .map_err(|_| wrong("with fewer than nine columns"))?;
    let start = record.start().map_err(|_| wrong("without a start"))?;
    let end = record.end().map_err(|_| wrong("without an end"))?;
    let strand = match record.strand() {
        Ok(RowStrand::Forward) => Strand::Plus,
        Ok(RowStrand::Reverse) => Strand::Minus,
        Ok(_) => Strand::Unknown,
        Err(_) => return Err(wrong("with an unknown strand")),
    };
    let attributes = record
        .attributes()
        .map_err(|_| wrong("whose attributes cannot be read"))?;
    let value = |key: &str| {
        let found = attributes.get(key.as_bytes())?.ok()?;
        let first = found.iter().next()?;
        (!first.is_empty()).then(|| text(first))
    };
    let id = value("gene_id").ok_or_else(|| wrong("without a gene_id"))?;
    let (start, end) = (base(start.get())?, base(end.get())?);
    Ok(Gene {
        id,
        name: value("gene_name").or_else(|| value("gene")),
        biotype: value("gene_type").or_else(|| value("gene_biotype")),
        chromosome: text(record.reference_sequence_name()),
        strand,
        tss: tss(start, end, strand),
        bases: (start, end),
    })
}
