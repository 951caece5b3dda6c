//! Variants on the sequences of a FASTA.

use std::collections::HashMap;

use super::{Alternative, Row, Vcf, VcfError, VcfProblem};
use crate::sequence::codes::{UNKNOWN, encode, letter};
use crate::sequence::{Fasta, Record};

/// How many names of sequences a message lists.
const NAMES: usize = 8;

/// One alternative of one row, on a sequence that has the reference's bases there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The row of the VCF, counted from 0.
    pub row: usize,
    /// Which of the row's alternatives, counted from 0.
    pub alternative: usize,
    /// The record of the FASTA, counted from 0.
    pub record: usize,
    /// The first base that is replaced, counted from 0.
    pub position: usize,
    /// The reference codes, by the VCF.
    pub from: Vec<u8>,
    /// The alternative codes.
    pub to: Vec<u8>,
}

impl Vcf {
    /// Finds every alternative that has bases on the sequences of `fasta`. Where the FASTA has a known base, the VCF
    /// must have the same.
    ///
    /// # Errors
    /// [`VcfError`], with the first line that is wrong; where its bases differ, with how many rows' do: all of them tell
    /// another assembly from a few wrong rows.
    pub fn place(&self, fasta: &Fasta) -> Result<Vec<Variant>, VcfError> {
        let names: HashMap<&str, usize> = fasta
            .records
            .iter()
            .enumerate()
            .map(|(number, record)| (record.name.as_str(), number))
            .collect();
        let mut variants = Vec::new();
        let (mut first, mut differ, mut rows) = (None, 0, 0);
        for (number, row) in self.rows.iter().enumerate() {
            let Some(&record) = names.get(row.contig.as_str()) else {
                first.get_or_insert((row.line, "CHROM", unknown(&row.contig, fasta)));
                continue;
            };
            let from: Vec<u8> = row.reference.bytes().map(encode).collect();
            let placed = place(row, &from, &fasta.records[record], &fasta.file);
            rows += usize::from(!matches!(placed, Err(("POS", _))));
            differ += usize::from(matches!(placed, Err(("REF", _))));
            let position = match placed {
                Ok(position) => position,
                Err((column, problem)) => {
                    first.get_or_insert((row.line, column, problem));
                    continue;
                }
            };
            for (alternative, to) in row.alternatives.iter().enumerate() {
                if let Alternative::Bases(bases) = to {
                    variants.push(Variant {
                        row: number,
                        alternative,
                        record,
                        position,
                        from: from.clone(),
                        to: bases.bytes().map(encode).collect(),
                    });
                }
            }
        }
        match first {
            None => Ok(variants),
            Some((line, column, mut problem)) => {
                if let VcfProblem::Reference {
                    differ: of, rows: all, ..
                } = &mut problem
                {
                    (*of, *all) = (differ, rows);
                }
                Err(VcfError::of(&self.file, line, column, problem))
            }
        }
    }
}

/// The row's first base in its record, counted from 0.
fn place(row: &Row, from: &[u8], record: &Record, fasta: &str) -> Result<usize, (&'static str, VcfProblem)> {
    let first = usize::try_from(row.position - 1).unwrap_or(usize::MAX);
    let there = first
        .checked_add(from.len())
        .and_then(|end| record.codes.get(first..end));
    let Some(there) = there else {
        let problem = VcfProblem::Beyond {
            contig: row.contig.clone(),
            length: record.codes.len() as u64,
            first: row.position,
            last: row.position.saturating_add(from.len() as u64 - 1),
            fasta: fasta.to_owned(),
        };
        return Err(("POS", problem));
    };
    let differs = from
        .iter()
        .zip(there)
        .position(|(vcf, fasta)| vcf != fasta && *fasta != UNKNOWN);
    match differs {
        None => Ok(first),
        Some(at) => {
            let problem = VcfProblem::Reference {
                contig: row.contig.clone(),
                position: row.position + at as u64,
                found: char::from(letter(from[at])),
                expected: char::from(letter(there[at])),
                fasta: fasta.to_owned(),
                differ: 0,
                rows: 0,
            };
            Err(("REF", problem))
        }
    }
}

fn unknown(found: &str, fasta: &Fasta) -> VcfProblem {
    let names = || fasta.records.iter().map(|record| record.name.as_str());
    let bare = |name: &str| name.strip_prefix("chr").unwrap_or(name).to_owned();
    let alike = names().find(|name| bare(name) == bare(found));
    let mut listed = names().take(NAMES).collect::<Vec<_>>().join(", ");
    if fasta.records.len() > NAMES {
        listed += &format!(" and {} more", fasta.records.len() - NAMES);
    }
    VcfProblem::Contig {
        found: found.to_owned(),
        fasta: fasta.file.clone(),
        names: listed,
        alike: alike.map(str::to_owned),
    }
}
