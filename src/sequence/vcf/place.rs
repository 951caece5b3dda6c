//! Locates variants on the sequences of a genome.

use std::collections::{HashMap, HashSet};

use super::{Alternative, PlaceError, Row, Vcf, VcfError, VcfProblem};
use crate::input::Budget;
use crate::sequence::codes::{UNKNOWN, encode, letter};
use crate::sequence::{Bases, Names, SequenceError};

/// Largest number of sequence names in a message.
const NAMES: usize = 8;

/// One alternative of one row, on a sequence whose bases match the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The row of the VCF, counted from 0.
    pub row: usize,
    /// The row's alternative, counted from 0.
    pub alternative: usize,
    /// The record of the FASTA, counted from 0.
    pub record: usize,
    /// The first base that is replaced, counted from 0.
    pub position: usize,
    /// The reference codes of the VCF.
    pub from: Vec<u8>,
    /// The alternative codes.
    pub to: Vec<u8>,
}

/// Reason why a row with bases has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutScore {
    /// Its reference has an ambiguous letter: N for a base that the genome knows, or another one.
    Letters,
    /// Another name of the file matches its sequence better, as for a spike-in.
    NotInUse,
}

impl Vcf {
    /// For each sequence name, the sequence of the genome that matches, if any.
    ///
    /// # Errors
    /// [`VcfProblem::SameSequence`], with the first line of the second of two names.
    pub fn records(&self, names: &Names, genome: &impl Bases) -> Result<HashMap<&str, usize>, VcfError> {
        self.records_within(names, genome, &self.budget())
    }

    /// Memory left beside the rows, which are kept.
    fn budget(&self) -> Budget {
        let held: usize = self.rows.iter().map(|row| row.text.len()).sum();
        let budget = Budget::of(held as u64);
        // A list that grew has a capacity of up to twice its length.
        let _ = budget.bytes(held + 2 * self.rows.len() * size_of::<Row>());
        budget
    }

    fn records_within(
        &self,
        names: &Names,
        genome: &impl Bases,
        budget: &Budget,
    ) -> Result<HashMap<&str, usize>, VcfError> {
        let mut contigs: Vec<(&str, u64)> = Vec::new();
        let mut met = HashSet::new();
        for row in &self.rows {
            let contig = row.contig();
            if met.insert(contig) {
                if !budget.draw::<(&str, u64)>(0) || !budget.hashed::<&str>(0) {
                    return Err(VcfError::at(&self.file, row.line, VcfProblem::Memory));
                }
                contigs.push((contig, row.line));
            }
        }
        let owners = names.owners(contigs.iter().map(|(contig, _)| *contig));
        let sequences = genome.names();
        if let Some((record, first, second)) = owners.doubled() {
            let problem = VcfProblem::SameSequence {
                found: [first, second].map(|at| contigs[at].0.to_owned()),
                sequence: sequences[record].to_owned(),
                fasta: genome.file().to_owned(),
            };
            return Err(VcfError::of(&self.file, contigs[second].1, "CHROM", problem));
        }
        let found = |record| Some((contigs[owners.of(record)?].0, record));
        Ok((0..sequences.len()).filter_map(found).collect())
    }

    /// Locates the variants as [`place_by`](Self::place_by), by the names of the genome.
    ///
    /// # Errors
    /// As [`place_by`](Self::place_by).
    pub fn place(&self, genome: &mut impl Bases) -> Result<Vec<Variant>, PlaceError> {
        let names = Names::new(genome.names());
        self.place_by(&names, genome)
    }

    /// Locates every alternative with bases on the sequences of a genome, matched by `names`. Where the genome has a
    /// known base, the VCF must have the same base, or an ambiguous letter.
    ///
    /// # Errors
    /// [`VcfError`] with the first wrong line; if bases differ, with the number of rows that do, which distinguishes
    /// another assembly from a few wrong rows. [`SequenceError`] if the genome cannot be read, or a sequence has no
    /// known base.
    pub fn place_by(&self, names: &Names, genome: &mut impl Bases) -> Result<Vec<Variant>, PlaceError> {
        let budget = self.budget();
        let records = self.records_within(names, genome, &budget)?;
        // The bases of one reference in the file and in the genome.
        let longest = self.rows.iter().map(|row| row.reference().len()).max();
        let _ = budget.bytes(3 * longest.unwrap_or(0));
        let mut number = 0;
        for row in &self.rows {
            let of_row = row
                .alternatives()
                .filter(|one| matches!(one, Alternative::Bases(_)))
                .count();
            number += of_row;
            if !budget.bytes(of_row * size_of::<Variant>()) {
                return Err(VcfError::of(&self.file, row.line, "ALT", VcfProblem::References).into());
            }
        }
        // Allocated once at the largest possible number.
        let mut variants = Vec::with_capacity(number);
        let (mut first, mut differ, mut rows) = (None, 0, 0);
        let mut known = HashSet::new();
        for (number, row) in self.rows.iter().enumerate() {
            let contig = row.contig();
            let Some(&record) = records.get(contig) else {
                if names.find(contig).is_none() {
                    first.get_or_insert((row.line, "CHROM", unknown(contig, genome)));
                }
                continue;
            };
            if known.insert(record) {
                genome.check_known(record)?;
            }
            let from: Vec<u8> = row.reference().bytes().map(encode).collect();
            let placed = place(row, &from, genome, record)?;
            rows += usize::from(!matches!(placed, Err(("POS", _))));
            differ += usize::from(matches!(placed, Err(("REF", _))));
            let position = match placed {
                Ok(Some(position)) => position,
                Ok(None) => continue,
                Err((column, problem)) => {
                    first.get_or_insert((row.line, column, problem));
                    continue;
                }
            };
            for (alternative, to) in row.alternatives().enumerate() {
                if let Alternative::Bases(bases) = to {
                    if !budget.bytes(from.len() + bases.len()) {
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

    /// Rows with bases of which no variant was located, each with the reason. `in_use` says which sequence names have
    /// variants.
    pub fn without_score<'a>(
        &'a self,
        variants: &[Variant],
        in_use: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = (&'a Row, WithoutScore)> {
        let placed: HashSet<usize> = variants.iter().map(|variant| variant.row).collect();
        let has_bases = |row: &Row| row.alternatives().any(|one| matches!(one, Alternative::Bases(_)));
        let left = self.rows.iter().enumerate();
        let left = left.filter(move |(number, row)| has_bases(row) && !placed.contains(number));
        left.map(move |(_, row)| match in_use(row.contig()) {
            true => (row, WithoutScore::Letters),
            false => (row, WithoutScore::NotInUse),
        })
    }
}

/// Position of a row's first base, counted from 0, `None` for ambiguous letters; or the column and its problem.
type Placed = Result<Option<usize>, (&'static str, VcfProblem)>;

fn place(row: &Row, from: &[u8], genome: &mut impl Bases, record: usize) -> Result<Placed, SequenceError> {
    // Position 0 is a telomere before the first base.
    let first = row.position.checked_sub(1);
    let length = genome.length(record)?;
    let range = first.map(|first| first..first.saturating_add(from.len() as u64));
    let Some(range) = range.filter(|range| range.end <= length) else {
        let problem = VcfProblem::Beyond {
            contig: row.contig().to_owned(),
            length,
            first: row.position,
            last: row.position.saturating_add(from.len() as u64 - 1),
            fasta: genome.file().to_owned(),
        };
        return Ok(Err(("POS", problem)));
    };
    let start = range.start as usize;
    let there = genome.codes(record, range)?.into_owned();
    let several = |&(letter, &fasta): &(u8, &u8)| !b"ACGT".contains(&letter) && (letter != b'N' || fasta != UNKNOWN);
    let is_ambiguous = row.reference().bytes().zip(&there).any(|pair| several(&pair));
    let differs = from
        .iter()
        .zip(&there)
        .position(|(vcf, fasta)| vcf != fasta && *fasta != UNKNOWN && *vcf != UNKNOWN);
    match differs {
        None => Ok(Ok((!is_ambiguous).then_some(start))),
        Some(at) => {
            let problem = VcfProblem::Reference {
                contig: row.contig().to_owned(),
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
