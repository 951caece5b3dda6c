//! Rows of GTF. Own reader: real annotations have more variants of the ninth column than libraries accept.

use std::collections::{HashMap, HashSet};

use super::parts::gtf_value;
use super::{Gene, Strand, row_type, span, tss};
use crate::input::Budget;
use crate::prepare::error::PrepareProblem;

/// Collects genes from their own rows, or else from those of their transcripts.
#[derive(Default)]
pub struct Rows {
    genes: Vec<Gene>,
    /// Ids of genes with their own row.
    ids: HashSet<String>,
    /// Transcripts of genes without a row so far, with their bases.
    transcripts: Vec<Gene>,
    /// Index of each transcript in this list, and true if it has its own row, to which exons add nothing.
    places: HashMap<String, (usize, bool)>,
}

impl Rows {
    pub fn row(&mut self, line: &str, budget: &Budget) -> Result<(), PrepareProblem> {
        match row_type(line) {
            "gene" => {
                let gene = gene(line, true)?;
                gene.draw(budget)?;
                self.ids.insert(gene.id.clone());
                self.genes.push(gene);
                Ok(())
            }
            "transcript" | "mRNA" => self.part(line, true, budget),
            "exon" => self.part(line, false, budget),
            _ => Ok(()),
        }
    }

    fn part(&mut self, line: &str, whole: bool, budget: &Budget) -> Result<(), PrepareProblem> {
        let attributes = attributes(line);
        // Most rows belong to a gene whose row came before, and annotations have millions.
        match gtf_value(attributes, "gene_id") {
            Some(id) if self.ids.contains(id) => return Ok(()),
            None if !self.genes.is_empty() || is_bare(attributes) => return Ok(()),
            _ => {}
        }
        let part = gene(line, false)?;
        let transcript = gtf_value(attributes, "transcript_id").unwrap_or_default();
        let strand = part.strand.symbol();
        let key = format!("{}\t{transcript}\t{}\t{strand}", part.id, part.chromosome);
        match self.places.get(&key) {
            Some((_, true)) if !whole => {}
            Some(&(at, false)) if !whole => {
                let (first, last) = &mut self.transcripts[at].bases;
                (*first, *last) = (part.bases.0.min(*first), part.bases.1.max(*last));
            }
            _ => {
                part.draw(budget)?;
                // With its position in the order, and the gene made from it.
                let size = key.len() + size_of::<Gene>() + 6 * size_of::<usize>();
                if !budget.hashed::<(String, (usize, bool))>(size) {
                    return Err(PrepareProblem::Memory);
                }
                self.places.insert(key, (self.transcripts.len(), whole));
                self.transcripts.push(part);
            }
        }
        Ok(())
    }

    pub fn finish(self) -> (Vec<Gene>, Vec<String>) {
        let Self {
            mut genes,
            ids,
            mut transcripts,
            ..
        } = self;
        transcripts.retain(|one| !ids.contains(&one.id));
        let made = loci(transcripts);
        let note = match (genes.is_empty(), made.len()) {
            (_, 0) => None,
            (true, _) => Some("no rows of genes: each gene reaches from its first to its last transcript".to_owned()),
            (false, count) => {
                let ids: Vec<&str> = made.iter().take(3).map(|gene| gene.id.as_str()).collect();
                let more = if count > ids.len() { ", …" } else { "" };
                let shown = ids.join(", ");
                Some(format!(
                    "{count} genes without a row of their own, from their transcripts or exons: {shown}{more}"
                ))
            }
        };
        genes.extend(made);
        (genes, note.into_iter().collect())
    }
}

/// Makes genes from transcripts: consecutive overlapping ones with the same id, chromosome and strand are one gene. In
/// the order of their first rows.
fn loci(transcripts: Vec<Gene>) -> Vec<Gene> {
    let mut order: Vec<usize> = (0..transcripts.len()).collect();
    let place = |at: &usize| {
        let one = &transcripts[*at];
        (&one.id, &one.chromosome, one.strand.symbol())
    };
    order.sort_by(|a, b| {
        let bases = |at: &usize| transcripts[*at].bases;
        place(a).cmp(&place(b)).then_with(|| bases(a).cmp(&bases(b)))
    });
    // The first transcript in the file, the previous one in order, and the bases of all.
    let mut found: Vec<(usize, usize, (u32, u32))> = Vec::new();
    for at in order {
        let (first, last) = transcripts[at].bases;
        match found.last_mut() {
            Some((earliest, before, bases)) if place(before) == place(&at) && first <= bases.1 => {
                *earliest = at.min(*earliest);
                bases.1 = bases.1.max(last);
            }
            _ => found.push((at, at, (first, last))),
        }
    }
    found.sort_unstable();
    let gene = |(at, _, bases): (usize, usize, (u32, u32))| {
        let gene = transcripts[at].clone();
        let tss = tss(bases.0, bases.1, gene.strand);
        Gene { tss, bases, ..gene }
    };
    found.into_iter().map(gene).collect()
}

fn attributes(line: &str) -> &str {
    line.splitn(9, '\t').nth(8).unwrap_or_default()
}

/// True if the ninth column is an id without a key, as in BRAKER's output.
fn is_bare(attributes: &str) -> bool {
    let id = attributes.trim();
    !id.is_empty() && !id.contains([' ', '\t', '"', ';', '='])
}

/// The gene that a row belongs to, with the bases of the row.
fn gene(line: &str, is_gene: bool) -> Result<Gene, PrepareProblem> {
    let wrong = |what: &str| PrepareProblem::Row {
        found: format!("a row of GTF {what}"),
        expected: "nine columns, with attributes like gene_id \"ENSG…\";",
    };
    let mut columns = line.splitn(9, '\t').map(str::trim);
    let mut next = || columns.next().unwrap_or_default();
    let (chromosome, _, _, start, end, _, strand, _) = (next(), next(), next(), next(), next(), next(), next(), next());
    let attributes = columns.next().ok_or_else(|| wrong("with fewer than nine columns"))?;
    let (start, end) = span(start, end).map_err(wrong)?;
    let strand = Strand::of(strand).ok_or_else(|| wrong("with an unknown strand"))?;
    let value = |key: &str| gtf_value(attributes, key).map(str::to_owned);
    let id = value("gene_id").or_else(|| (is_gene && is_bare(attributes)).then(|| attributes.to_owned()));
    Ok(Gene {
        id: id.ok_or_else(|| wrong("without a gene_id"))?,
        name: value("gene_name").or_else(|| value("gene")),
        biotype: value("gene_type").or_else(|| value("gene_biotype")),
        chromosome: chromosome.to_owned(),
        strand,
        tss: tss(start, end, strand),
        bases: (start, end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genes(rows: &[(&str, u32, u32, char, &str)]) -> Vec<(String, u32, char)> {
        let mut read = Rows::default();
        for (kind, first, last, strand, attributes) in rows {
            let row = format!("chr1\t.\t{kind}\t{first}\t{last}\t.\t{strand}\t.\t{attributes}");
            read.row(&row, &Budget::of_lines()).unwrap();
        }
        let (genes, _) = read.finish();
        let each = genes.into_iter();
        each.map(|gene| (gene.id, gene.tss, gene.strand.symbol())).collect()
    }

    fn one(id: &str, tss: u32, strand: char) -> (String, u32, char) {
        (id.to_owned(), tss, strand)
    }

    #[test]
    fn transcripts_that_share_no_base_or_no_strand_are_copies_in_the_order_of_the_file() {
        let rows = [
            ("transcript", 900, 950, '-', "gene_id \"A\"; transcript_id \"A3\";"),
            ("transcript", 100, 200, '-', "gene_id \"A\"; transcript_id \"A1\";"),
            ("transcript", 200, 300, '-', "gene_id \"A\"; transcript_id \"A2\";"),
            ("transcript", 150, 250, '+', "gene_id \"A\"; transcript_id \"A4\";"),
        ];
        let expected = [one("A", 950, '-'), one("A", 300, '-'), one("A", 150, '+')];
        assert_eq!(genes(&rows), expected);
    }

    #[test]
    fn exons_of_a_transcript_belong_together_however_long_the_intron() {
        let rows = [
            ("exon", 100, 200, '+', "gene_id \"A\"; transcript_id \"A1\";"),
            ("exon", 90_000, 90_100, '+', "gene_id \"A\"; transcript_id \"A1\";"),
            ("exon", 500_000, 500_100, '+', "gene_id \"A\"; transcript_id \"A2\";"),
        ];
        assert_eq!(genes(&rows), [one("A", 100, '+'), one("A", 500_000, '+')]);
    }

    #[test]
    fn a_gene_of_exons_beside_rows_of_genes_stays_wherever_it_stands() {
        let rows = [
            ("exon", 10, 20, '+', "gene_id \"T\"; transcript_id \"T1\";"),
            ("exon", 100, 200, '+', "gene_id \"A\"; transcript_id \"A1\";"),
            ("gene", 100, 900, '+', "gene_id \"A\";"),
            ("exon", 800, 900, '+', "gene_id \"A\"; transcript_id \"A1\";"),
        ];
        assert_eq!(genes(&rows), [one("A", 100, '+'), one("T", 10, '+')]);
    }

    #[test]
    fn blanks_tabs_bare_ids_and_question_marks_are_taken() {
        let rows = [
            ("gene", 1, 9, '?', " gene_id \"A\"; gene_name \"a\""),
            ("gene", 2, 9, '-', "gene_id\t\"B\";\tgene_name\t\"b\";"),
            ("gene", 3, 9, '+', "C"),
            ("transcript", 3, 9, '+', "C.t1"),
        ];
        assert_eq!(genes(&rows), [one("A", 1, '.'), one("B", 9, '-'), one("C", 3, '+')]);
    }

    #[test]
    fn a_row_that_ends_before_it_begins_is_refused() {
        let row = "chr1\t.\tgene\t20\t10\t.\t+\t.\tgene_id \"A\";";
        let problem = Rows::default().row(row, &Budget::of_lines()).unwrap_err();
        assert!(problem.to_string().contains("ends before it begins"), "{problem}");
    }
}
