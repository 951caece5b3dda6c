//! Windows of genes, one each, in genomic order.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::annotation::{Gene, Strand};
use super::chromosome::Chromosome;
use super::error::{PrepareError, PrepareProblem};
use super::quantity::Quantity;
use super::window::{Bins, Windows};
use crate::input::MEMORY_LIMIT;
use crate::sequence::{Names, Owners};

/// The windows of all genes. A window's rank is its index by chromosome and start, so that neighbouring ranks read
/// neighbouring parts of a file.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) genes: Vec<Gene>,
    pub(super) windows: Windows,
    /// Chromosomes with genes, each once, by their names in the annotation.
    pub(super) chromosomes: Vec<String>,
    names: Arc<Names>,
    /// In order of rank.
    pub(super) placed: Vec<Placed>,
    /// Ranks of each chromosome.
    pub(super) ranks: Vec<Range<usize>>,
}

/// A window on its chromosome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// Index of the gene in the annotation.
    pub gene: usize,
    /// Index of the chromosome in [`Plan::chromosomes`].
    pub chromosome: usize,
    pub bins: Bins,
}

/// Values of one signal file, for all genes and bins.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The mark.
    pub mark: String,
    /// The file's name, for messages.
    pub file: String,
    /// Description of the values.
    pub quantity: Quantity,
    /// [windows in order of rank, bins].
    pub values: Vec<f32>,
    /// The file's chromosomes.
    pub chromosomes: Vec<Chromosome>,
    /// True if values look like fractions, which most bases cannot have, but were averaged over all bases.
    pub looks_like_shares: bool,
}

/// The reason, as a clause, why a table cannot have a mark of this name; `None` if it can.
pub fn mark_problem(mark: &str) -> Option<&'static str> {
    if mark.trim().is_empty() {
        Some("has no name")
    } else if mark.contains([',', '\t', '"', '\n', '\r']) {
        Some("no header can hold")
    } else if mark.eq_ignore_ascii_case("label") {
        Some("is called as the column of labels")
    } else {
        None
    }
}

/// The chromosomes of a signal file, by the matching sequences.
pub(super) fn owners<'a>(
    names: &Names,
    file: &str,
    chromosomes: &[Chromosome],
    sequence: impl Fn(usize) -> &'a str,
) -> Result<Owners, PrepareError> {
    let owners = names.owners(chromosomes.iter().map(|one| one.name.as_str()));
    match owners.doubled() {
        None => Ok(owners),
        Some((at, first, second)) => {
            let found = [first, second].map(|one| chromosomes[one].name.clone());
            let sequence = sequence(at).to_owned();
            Err(PrepareError::file(
                file,
                PrepareProblem::SameSequence { found, sequence },
            ))
        }
    }
}

impl Plan {
    /// Places a window around the TSS of every gene.
    ///
    /// # Errors
    /// If the table would exceed the memory limit.
    pub fn new(file: &str, genes: Vec<Gene>, windows: Windows, marks: usize) -> Result<Self, PrepareError> {
        let bins = windows.bins();
        let bytes = genes
            .len()
            .saturating_mul(bins)
            .saturating_mul(marks)
            .saturating_mul(size_of::<f32>());
        if bytes > MEMORY_LIMIT {
            return Err(PrepareError::file(
                file,
                PrepareProblem::TooLarge {
                    genes: genes.len(),
                    bins,
                    marks,
                    bytes,
                    limit: MEMORY_LIMIT,
                },
            ));
        }
        let mut chromosomes: Vec<String> = Vec::new();
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let mut placed: Vec<Placed> = Vec::with_capacity(genes.len());
        for (index, gene) in genes.iter().enumerate() {
            let chromosome = *by_name.entry(&gene.chromosome).or_insert_with(|| {
                chromosomes.push(gene.chromosome.clone());
                chromosomes.len() - 1
            });
            placed.push(Placed {
                gene: index,
                chromosome,
                bins: Bins {
                    start: windows.start(gene.tss, gene.strand == Strand::Minus),
                    size: i64::from(windows.bin_size),
                    count: bins,
                },
            });
        }
        placed.sort_by_key(|window| (window.chromosome, window.bins.start, window.gene));
        let mut ranks = vec![0..0; chromosomes.len()];
        for (rank, window) in placed.iter().enumerate() {
            let range: &mut Range<usize> = &mut ranks[window.chromosome];
            if range.start == range.end {
                range.start = rank;
            }
            range.end = rank + 1;
        }
        Ok(Self {
            names: Arc::new(Names::new(chromosomes.iter().map(String::as_str))),
            genes,
            windows,
            chromosomes,
            placed,
            ranks,
        })
    }

    /// Number of windows, one per gene.
    pub fn len(&self) -> usize {
        self.placed.len()
    }

    /// Returns true if there is no gene.
    pub fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    /// Bins of each window.
    pub fn bins(&self) -> usize {
        self.windows.bins()
    }

    /// Division of its windows into bins.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// The genes, in the given order.
    pub fn genes(&self) -> &[Gene] {
        &self.genes
    }

    /// Adds `other` as a name, in signal files, of a chromosome of the annotation. Returns false if no gene is on the
    /// chromosome `name`.
    pub fn rename(&mut self, other: &str, name: &str) -> bool {
        Arc::make_mut(&mut self.names).rename(other, name)
    }

    /// Matches the annotation's chromosomes in signal files.
    pub(super) fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// The chromosomes of a signal file, by those of the annotation.
    ///
    /// # Errors
    /// [`PrepareProblem::SameSequence`] if two match the same one of the annotation.
    pub(super) fn owners(&self, file: &str, chromosomes: &[Chromosome]) -> Result<Owners, PrepareError> {
        owners(&self.names, file, chromosomes, |at| &self.chromosomes[at])
    }

    /// Ranks of the windows of `chromosome` that overlap `start..end`, and possibly of others in between.
    pub(super) fn overlapped(&self, chromosome: usize, start: u32, end: u32) -> Range<usize> {
        let ranks = self.ranks[chromosome].clone();
        let windows = &self.placed[ranks.clone()];
        // All windows have the same width, so that their ends are in the order of their starts.
        let first = windows.partition_point(|window| window.bins.end() <= i64::from(start));
        let last = windows.partition_point(|window| window.bins.start < i64::from(end));
        ranks.start + first..ranks.start + last.max(first)
    }
}
