//! The table, and the outcome of each gene.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Write};

use super::annotation::{Gene, Strand};
use super::error::{PrepareError, PrepareProblem};
use super::plan::{Column, Plan};
use super::quantity::{Quantity, derived};
use crate::input::derived::note;
use crate::input::{Layout, SignalTable};

/// The outcome of a gene that is missing from the table, or incomplete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// In the table; this number of its bins is beyond the end of the chromosome, where the signal is 0.
    Padded(usize),
    /// In the table; 0 in all bins of these marks, whose files lack the chromosome.
    Zero(Vec<String>),
    /// Dropped: the files of these marks lack the chromosome.
    NoChromosome(Vec<String>),
    /// Dropped: the TSS is beyond the chromosome's end, which is here.
    BeyondEnd(u32),
    /// Dropped: a gene with this id came before.
    Repeated,
    /// Dropped: without expression.
    NoExpression,
}

impl Fate {
    /// A stable name, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Padded(_) => "padded",
            Self::Zero(_) => "zero",
            Self::NoChromosome(_) => "no-chromosome",
            Self::BeyondEnd(_) => "beyond-end",
            Self::Repeated => "repeated",
            Self::NoExpression => "no-expression",
        }
    }

    /// Returns true if the gene is in the table.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Padded(_) | Self::Zero(_))
    }

    fn detail(&self) -> String {
        match self {
            Self::Padded(bins) => format!("{bins} bins reach beyond the chromosome"),
            Self::Zero(marks) | Self::NoChromosome(marks) => {
                format!("no such chromosome in {}", marks.join(", "))
            }
            Self::BeyondEnd(length) => format!("the chromosome has {length} bp"),
            Self::Repeated => "a gene with this id came before".to_owned(),
            Self::NoExpression => "no expression is known".to_owned(),
        }
    }
}

/// A gene and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneNote {
    /// The gene.
    pub gene: Gene,
    /// Its outcome.
    pub fate: Fate,
}

/// The result of preparation.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The table; its first note describes the values, others name marks that no factor converts to counts.
    pub table: SignalTable,
    /// Genes that are missing from the table, or incomplete.
    pub notes: Vec<GeneNote>,
    /// Marks whose values look like fractions, for which the mean over bases with a value is proposed.
    pub proposed: Vec<String>,
}

impl Plan {
    /// Makes the table called `file` from one column per mark; genes are in the annotation's order.
    ///
    /// A gene is dropped if a file lacks its chromosome: 0 would not be a measurement. With `missing_as_zero` it is
    /// kept, with 0, if any file has the chromosome. Bins beyond a chromosome's end are 0.
    ///
    /// # Errors
    /// If a file has none of the annotation's chromosomes, or no gene is left.
    ///
    /// # Panics
    /// If the number of values of a column is not that of the plan.
    pub fn assemble(&self, file: &str, columns: &[Column], missing_as_zero: bool) -> Result<Outcome, PrepareError> {
        let lengths = self.chromosomes_of(columns)?;
        let (bins, marks) = (self.bins(), columns.len());
        let mut rank_of = vec![0; self.genes.len()];
        for (rank, window) in self.placed.iter().enumerate() {
            rank_of[window.gene] = rank;
        }
        let mut notes = Vec::new();
        let mut genes = Vec::with_capacity(self.genes.len());
        let mut values = Vec::with_capacity(self.genes.len() * bins * marks);
        let mut taken = HashSet::new();
        for (gene, &rank) in self.genes.iter().zip(&rank_of) {
            // The first copy with signal is kept.
            if taken.contains(gene.id.as_str()) {
                let (gene, fate) = (gene.clone(), Fate::Repeated);
                notes.push(GeneNote { gene, fate });
                continue;
            }
            let window = &self.placed[rank];
            let found = &lengths[window.chromosome];
            let fate = self.fate(gene, rank, found, columns, missing_as_zero);
            let kept = fate.as_ref().is_none_or(Fate::is_kept);
            if let Some(fate) = fate {
                let gene = gene.clone();
                notes.push(GeneNote { gene, fate });
            }
            if !kept {
                continue;
            }
            taken.insert(gene.id.as_str());
            genes.push(gene.id.clone());
            let flipped = self.windows.strand_flip && gene.strand == Strand::Minus;
            for bin in 0..bins {
                let bin = if flipped { bins - 1 - bin } else { bin };
                values.extend(columns.iter().map(|column| column.values[rank * bins + bin]));
            }
        }
        if genes.is_empty() {
            let genes = self.genes.len();
            return Err(PrepareError::file(file, PrepareProblem::NoneLeft { genes }));
        }
        let stand_ins: Vec<String> = columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| fill(&mut values, at, columns.len(), &column.mark))
            .collect();
        let table = SignalTable {
            file: file.to_owned(),
            layout: Layout::Headed,
            marks: columns.iter().map(|column| column.mark.clone()).collect(),
            bins,
            genes,
            values,
            labels: None,
            windows: None,
            notes: std::iter::once(self.describe(columns))
                .chain(stand_ins)
                .chain(columns.iter().filter_map(warning))
                .chain(columns.iter().filter_map(proposal))
                .collect(),
        };
        let shares = columns.iter().filter(|column| column.looks_like_shares);
        let proposed = shares.map(|column| column.mark.clone()).collect();
        Ok(Outcome { table, notes, proposed })
    }

    /// Checks, before values are read, that each column has a chromosome of the annotation.
    ///
    /// # Errors
    /// With the names of both sides if one has none.
    pub fn check_chromosomes(&self, columns: &[Column]) -> Result<(), PrepareError> {
        self.chromosomes_of(columns).map(|_| ())
    }

    /// For each chromosome of the annotation: the columns that have it, and its length if any file has it.
    fn chromosomes_of(&self, columns: &[Column]) -> Result<Vec<Found>, PrepareError> {
        let mut found = vec![
            Found {
                length: None,
                present: vec![false; columns.len()],
            };
            self.chromosomes.len()
        ];
        for (index, column) in columns.iter().enumerate() {
            let owners = self.owners(&column.file, &column.chromosomes)?;
            let mut any = false;
            for (chromosome, found) in found.iter_mut().enumerate() {
                if let Some(at) = owners.of(chromosome) {
                    any = true;
                    found.present[index] = true;
                    found.length = found.length.max(column.chromosomes[at].length);
                }
            }
            if !any {
                return Err(PrepareError::file(
                    &column.file,
                    PrepareProblem::NoCommonChromosome {
                        signal: column.chromosomes.iter().map(|one| one.name.clone()).collect(),
                        annotation: self.chromosomes.clone(),
                    },
                ));
            }
        }
        Ok(found)
    }

    fn fate(&self, gene: &Gene, rank: usize, found: &Found, columns: &[Column], missing_as_zero: bool) -> Option<Fate> {
        let missing: Vec<String> = columns
            .iter()
            .zip(&found.present)
            .filter(|(_, present)| !**present)
            .map(|(column, _)| column.mark.clone())
            .collect();
        let kept = missing_as_zero && missing.len() < columns.len();
        if !missing.is_empty() && !kept {
            return Some(Fate::NoChromosome(missing));
        }
        if let Some(length) = found.length
            && gene.tss > length
        {
            return Some(Fate::BeyondEnd(length));
        }
        let bins = &self.placed[rank].bins;
        let before = -bins.start.min(0);
        let behind = found.length.map_or(0, |length| (bins.end() - i64::from(length)).max(0));
        let beyond = (before + bins.size - 1) / bins.size + (behind + bins.size - 1) / bins.size;
        if beyond > 0 {
            return Some(Fate::Padded((beyond as usize).min(bins.count)));
        }
        (!missing.is_empty()).then_some(Fate::Zero(missing))
    }

    /// The description of the table in its header.
    pub fn describe(&self, columns: &[Column]) -> String {
        let mut by_quantity: Vec<(&str, Vec<&str>)> = Vec::new();
        for column in columns {
            let quantity = column.quantity.describe();
            match by_quantity.iter_mut().find(|(other, _)| *other == quantity) {
                Some((_, marks)) => marks.push(&column.mark),
                None => by_quantity.push((quantity, vec![&column.mark])),
            }
        }
        let quantities: Vec<String> = by_quantity
            .into_iter()
            .map(|(quantity, marks)| format!("{}: {quantity}", marks.join(", ")))
            .collect();
        format!("{}; {}", quantities.join("; "), self.windows.describe())
    }
}

/// A note on a column whose values cannot be converted to counts, according to its file's name.
fn warning(column: &Column) -> Option<String> {
    let is_signal = matches!(column.quantity, Quantity::Signal(_));
    let what = derived(&column.file).filter(|_| is_signal)?;
    let file = column.file.rsplit(['/', '\\']).next().unwrap_or_default();
    Some(note(&column.mark, what, file))
}

/// Replaces NaN, for bins without values, by the mean of the column, with a note.
fn fill(values: &mut [f32], column: usize, columns: usize, mark: &str) -> Option<String> {
    let of_column = || values.iter().skip(column).step_by(columns);
    let measured: Vec<f64> = of_column()
        .filter(|value| !value.is_nan())
        .map(|&value| value.into())
        .collect();
    let (all, known) = (of_column().count(), measured.len());
    if known == all {
        return None;
    }
    let mean = (measured.iter().sum::<f64>() / known.max(1) as f64) as f32;
    for value in values
        .iter_mut()
        .skip(column)
        .step_by(columns)
        .filter(|value| value.is_nan())
    {
        *value = mean;
    }
    let share = 100.0 * (all - known) as f64 / all as f64;
    Some(format!(
        "{mark}: no base of {} of {all} bins ({share:.1} %) has a value; the mean of the others, {mean:.4}, stands in",
        all - known
    ))
}

/// A proposal for a column whose values look like fractions.
fn proposal(column: &Column) -> Option<String> {
    column.looks_like_shares.then(|| {
        format!(
            "{0}: values lie between 0 and 1 and most bases have none, as of methylation, and bases without a value \
             counted as 0; the mean over bases with a value is made by {0}=mean-covered",
            column.mark
        )
    })
}

#[derive(Debug, Clone)]
struct Found {
    length: Option<u32>,
    present: Vec<bool>,
}

impl Outcome {
    /// Number of genes of each outcome, in words for a user; empty if all genes are in the table and complete.
    pub fn summary(&self) -> Vec<String> {
        // Genes and chromosomes of each outcome.
        let mut fates: BTreeMap<(bool, &str, String), (usize, BTreeSet<&str>)> = BTreeMap::new();
        for GeneNote { gene, fate } in &self.notes {
            let reason = match fate {
                Fate::Padded(_) => "reach beyond their chromosome, where the signal is 0".to_owned(),
                Fate::Zero(_) | Fate::NoChromosome(_) => fate.detail(),
                Fate::BeyondEnd(_) => {
                    "TSS beyond the chromosome's end: is the annotation of another assembly?".to_owned()
                }
                Fate::Repeated => "their id came before, and the first one is kept".to_owned(),
                Fate::NoExpression => "no expression is known".to_owned(),
            };
            let (count, chromosomes) = fates.entry((fate.is_kept(), fate.code(), reason)).or_default();
            *count += 1;
            chromosomes.insert(&gene.chromosome);
        }
        let told = fates.into_iter().map(|((kept, _, reason), (count, chromosomes))| {
            let shown: Vec<&str> = chromosomes.iter().take(5).copied().collect();
            let more = if chromosomes.len() > 5 { ", …" } else { "" };
            format!(
                "{count} gene{} {}: {reason} (on {}{more})",
                if count == 1 { "" } else { "s" },
                if kept { "kept" } else { "left out" },
                shown.join(", ")
            )
        });
        told.collect()
    }

    /// Writes the notes as a table: gene, chromosome, TSS, strand, kept or not, outcome.
    pub fn write_notes(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "gene\tchromosome\ttss\tstrand\tkept\tnote\tdetail")?;
        for GeneNote { gene, fate } in &self.notes {
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}",
                gene.id,
                gene.chromosome,
                gene.tss,
                gene.strand.symbol(),
                if fate.is_kept() { "yes" } else { "no" },
                fate.code(),
                fate.detail()
            )?;
        }
        Ok(())
    }

    /// Drops the genes that are not `known`.
    pub fn require_expression(&mut self, genes: &[Gene], known: impl Fn(&str) -> bool) {
        let by_id: HashMap<&str, &Gene> = genes.iter().map(|gene| (gene.id.as_str(), gene)).collect();
        let size = self.table.bins * self.table.marks.len();
        let mut values = Vec::with_capacity(self.table.values.len());
        let mut kept = Vec::with_capacity(self.table.genes.len());
        for (id, signal) in self.table.genes.drain(..).zip(self.table.values.chunks_exact(size)) {
            if known(&id) {
                values.extend_from_slice(signal);
                kept.push(id);
            } else if let Some(&gene) = by_id.get(id.as_str()) {
                self.notes.push(GeneNote {
                    gene: gene.clone(),
                    fate: Fate::NoExpression,
                });
            }
        }
        self.table.genes = kept;
        self.table.values = values;
    }
}
