//! Variants on the sequences of a genome.

use std::collections::{BTreeSet, HashMap};

use super::{Alternative, PlaceError, Row, Vcf, VcfError, VcfProblem};
use crate::input::Budget;
use crate::sequence::codes::{UNKNOWN, encode, letter};
use crate::sequence::{Bases, Names, SequenceError};

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
    /// The record of a FASTA with records of these names that each name of a sequence means, if any.
    pub fn records(&self, names: &[&str]) -> HashMap<&str, usize> {
        let contigs: BTreeSet<&str> = self.rows.iter().map(|row| row.contig.as_str()).collect();
        let owners = Names::new(names.iter().copied()).owners(contigs.iter().copied());
        let contigs: Vec<&str> = contigs.into_iter().collect();
        let found = |record| Some((contigs[owners.of(record)?], record));
        (0..names.len()).filter_map(found).collect()
    }

    /// Finds every alternative that has bases on the sequences of a genome, by the exact name or else without regard to
    /// `chr`. Where the genome has a known base, the VCF must have the same.
    ///
    /// # Errors
    /// [`VcfError`], with the first line that is wrong; where its bases differ, with how many rows' do: all of them
    /// tell another assembly from a few wrong rows. [`SequenceError`] where the genome cannot be read.
    pub fn place(&self, genome: &mut impl Bases) -> Result<Vec<Variant>, PlaceError> {
        let records = self.records(&genome.names());
        let mut variants = Vec::new();
        let mut budget = Budget::of(self.rows.iter().map(|row| row.text.len() as u64).sum());
        let (mut first, mut differ, mut rows) = (None, 0, 0);
        for (number, row) in self.rows.iter().enumerate() {
            let Some(&record) = records.get(row.contig.as_str()) else {
                first.get_or_insert((row.line, "CHROM", unknown(&row.contig, genome)));
                continue;
            };
            let from: Vec<u8> = row.reference.bytes().map(encode).collect();
            let placed = place(row, &from, genome, record)?;
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
                    if !budget.bytes(from.len()) {
                        let wrong = VcfError::of(&self.file, row.line, "REF", VcfProblem::References);
                        return Err(wrong.into());
                    }
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
                Err(VcfError::of(&self.file, line, column, problem).into())
            }
        }
    }
}

/// A row's first base in its record, counted from 0; or the column and what is wrong there.
type Placed = Result<usize, (&'static str, VcfProblem)>;

fn place(row: &Row, from: &[u8], genome: &mut impl Bases, record: usize) -> Result<Placed, SequenceError> {
    // Rows before the first base, of telomeres, have none.
    let first = row.position.checked_sub(1);
    let length = genome.length(record)?;
    let range = first.map(|first| first..first.saturating_add(from.len() as u64));
    let Some(range) = range.filter(|range| range.end <= length) else {
        let problem = VcfProblem::Beyond {
            contig: row.contig.clone(),
            length,
            first: row.position,
            last: row.position.saturating_add(from.len() as u64 - 1),
            fasta: genome.file().to_owned(),
        };
        return Ok(Err(("POS", problem)));
    };
    let start = range.start as usize;
    let there = genome.codes(record, range)?.into_owned();
    let differs = from
        .iter()
        .zip(&there)
        .position(|(vcf, fasta)| vcf != fasta && *fasta != UNKNOWN);
    match differs {
        None => Ok(Ok(start)),
        Some(at) => {
            let problem = VcfProblem::Reference {
                contig: row.contig.clone(),
                position: row.position + at as u64,
                found: char::from(letter(from[at])),
                expected: char::from(letter(there[at])),
                fasta: genome.file().to_owned(),
                differ: 0,
                rows: 0,
            };
            Ok(Err(("REF", problem)))
        }
    }
}

fn unknown(found: &str, genome: &impl Bases) -> VcfProblem {
    let names = genome.names();
    let mut listed = names[..names.len().min(NAMES)].join(", ");
    if names.len() > NAMES {
        listed += &format!(" and {} more", names.len() - NAMES);
    }
    VcfProblem::Contig {
        found: found.to_owned(),
        fasta: genome.file().to_owned(),
        names: listed,
    }
}
