//! Variants on the sequences of a genome.

use std::collections::{HashMap, HashSet};

use super::{Alternative, PlaceError, Row, Vcf, VcfError, VcfProblem};
use crate::input::Budget;
use crate::sequence::codes::{UNKNOWN, encode, letter};
use crate::sequence::{Bases, Names, SequenceError};

/// Most names of sequences that a message lists.
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

/// Why a row with bases has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutScore {
    /// Its reference has a letter that stands for several bases: N where the genome has a known base, or another.
    Letters,
    /// Another name of the file is closer to that of its sequence, as of a spike-in.
    NotInUse,
}

impl Vcf {
    /// The sequence that each name of a sequence means, if any, of those that `names` tells apart.
    ///
    /// # Errors
    /// [`VcfProblem::SameSequence`], with the line at which the second of two names first stands.
    pub fn records(&self, names: &Names, genome: &impl Bases) -> Result<HashMap<&str, usize>, VcfError> {
        self.records_within(names, genome, &self.budget())
    }

    /// The memory that is left beside the rows, which stay.
    fn budget(&self) -> Budget {
        let held: usize = self.rows.iter().map(|row| row.text.len()).sum();
        let budget = Budget::of(held as u64);
        // A list that grew has up to twice as many places as entries.
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

    /// Places the variants as [`place_by`](Self::place_by), by the names that the genome has.
    ///
    /// # Errors
    /// As [`place_by`](Self::place_by).
    pub fn place(&self, genome: &mut impl Bases) -> Result<Vec<Variant>, PlaceError> {
        let names = Names::new(genome.names());
        self.place_by(&names, genome)
    }

    /// Finds every alternative that has bases on the sequences of a genome, which `names` tells apart. Where the genome
    /// has a known base, the VCF must have the same, or a letter that stands for several.
    ///
    /// # Errors
    /// [`VcfError`], with the first line that is wrong; where its bases differ, with how many rows' do: all of them
    /// tell another assembly from a few wrong rows. [`SequenceError`] where the genome cannot be read, or a sequence
    /// has no known base.
    pub fn place_by(&self, names: &Names, genome: &mut impl Bases) -> Result<Vec<Variant>, PlaceError> {
        let budget = self.budget();
        let records = self.records_within(names, genome, &budget)?;
        // The bases of one reference in the file and in the genome, while they are compared.
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
        // As many as there can be, so that they need not be moved.
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

    /// The rows with bases of which there is no variant among those that were placed, each with the reason. `in_use`
    /// says of which names of sequences there are some.
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

/// A row's first base in its record, counted from 0, none of one whose letters stand for several bases; or the column
/// and what is wrong there.
type Placed = Result<Option<usize>, (&'static str, VcfProblem)>;

fn place(row: &Row, from: &[u8], genome: &mut impl Bases, record: usize) -> Result<Placed, SequenceError> {
    // Rows before the first base, of telomeres, have none.
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
