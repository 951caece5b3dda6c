//! Rows of GFF3.

use noodles::gff::{self, feature::record::Strand as RowStrand};

use super::{Gene, Strand, base, row_type, text, tss};
use crate::input::Budget;
use crate::prepare::error::PrepareProblem;

/// Collects genes from rows of type `gene`, `pseudogene` or ending in `_gene` (Ensembl's `ncRNA_gene`).
#[derive(Default)]
pub struct Rows {
    genes: Vec<Gene>,
}

impl Rows {
    pub fn row(&mut self, line: &str, budget: &Budget) -> Result<(), PrepareProblem> {
        if is_gene(row_type(line)) {
            let gene = gene(line)?;
            gene.draw(budget)?;
            self.genes.push(gene);
        }
        Ok(())
    }

    pub fn finish(self) -> (Vec<Gene>, Vec<String>) {
        (self.genes, Vec::new())
    }
}

/// Returns true if rows of a type are genes.
pub(super) fn is_gene(row_type: &str) -> bool {
    row_type == "gene" || row_type == "pseudogene" || row_type.ends_with("_gene")
}

fn gene(line: &str) -> Result<Gene, PrepareProblem> {
    let wrong = |what: &str| PrepareProblem::Row {
        found: format!("a row of GFF3 {what}"),
        expected: "nine columns, with attributes like ID=gene:ENSG…;",
    };
    let mut row = gff::Line::default();
    gff::io::Reader::new(line.as_bytes())
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
    let attributes = record.attributes();
    let value = |key: &str| match attributes.get(key.as_bytes()) {
        None => Ok(None),
        Some(Ok(found)) => {
            let found = text(found.as_ref());
            Ok((!found.is_empty()).then_some(found))
        }
        Some(Err(_)) => Err(wrong("whose attributes cannot be read")),
    };
    let id = if let Some(id) = value("gene_id")? {
        id
    } else {
        let id = value("ID")?.ok_or_else(|| wrong("of a gene without an ID"))?;
        // Ensembl writes gene:ENSG…, NCBI gene-TP53.
        let bare = id.strip_prefix("gene:").or(id.strip_prefix("gene-"));
        bare.unwrap_or(&id).to_owned()
    };
    let first_of = |keys: &[&str]| {
        for key in keys {
            if let Some(found) = value(key)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    };
    let (start, end) = (base(start.get())?, base(end.get())?);
    if end < start {
        return Err(wrong("that ends before it begins"));
    }
    Ok(Gene {
        id,
        name: first_of(&["gene_name", "Name", "gene"])?,
        biotype: first_of(&["gene_type", "biotype", "gene_biotype"])?,
        chromosome: text(&record.reference_sequence_name()),
        strand,
        tss: tss(start, end, strand),
        bases: (start, end),
    })
}
