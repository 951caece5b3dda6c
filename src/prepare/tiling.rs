//! Bins that tile whole sequences, in which coverage is summed for sequence models.

use std::ops::Range;

use super::chromosome::Chromosome;
use super::error::{PrepareError, PrepareProblem};
use super::plan::owners;
use super::window::Bins;
use crate::sequence::{Names, Owners};

/// Consecutive sequences, each split into bins from its first base on. The incomplete bin at the end is dropped.
#[derive(Debug, Clone)]
pub struct Tiling {
    /// The file of the sequences, for messages.
    pub(super) file: String,
    sequences: Vec<Tiled>,
    bin_size: usize,
    names: Names,
}

#[derive(Debug, Clone)]
struct Tiled {
    name: String,
    length: usize,
    first_bin: usize,
}

impl Tiling {
    /// Tiles sequences of these names and lengths, from the file called `file` in messages.
    ///
    /// # Panics
    /// If the bin size is 0.
    pub fn new(file: &str, sequences: &[(String, usize)], bin_size: usize) -> Self {
        assert!(bin_size > 0, "a bin has a base");
        let mut first_bin = 0;
        let tiled = sequences.iter().map(|(name, length)| {
            let one = Tiled {
                name: name.clone(),
                length: *length,
                first_bin,
            };
            first_bin += length / bin_size;
            one
        });
        Self {
            file: file.to_owned(),
            sequences: tiled.collect(),
            bin_size,
            names: Names::new(sequences.iter().map(|(name, _)| name.as_str())),
        }
    }

    /// Adds `other` as a name, in signal files, of a sequence. Returns false if there is no sequence `name`.
    pub fn rename(&mut self, other: &str, name: &str) -> bool {
        self.names.rename(other, name)
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.sequences.len()
    }

    /// Returns true if there are no sequences.
    pub fn is_empty(&self) -> bool {
        self.sequences.is_empty()
    }

    /// Number of bins of all sequences.
    pub fn bins(&self) -> usize {
        self.sequences
            .last()
            .map_or(0, |last| last.first_bin + last.length / self.bin_size)
    }

    /// Bases per bin.
    pub fn bin_size(&self) -> usize {
        self.bin_size
    }

    /// A sequence's name.
    pub fn name(&self, sequence: usize) -> &str {
        &self.sequences[sequence].name
    }

    /// Its bins, among those of all.
    pub fn bins_of(&self, sequence: usize) -> Range<usize> {
        let Tiled { length, first_bin, .. } = &self.sequences[sequence];
        *first_bin..first_bin + length / self.bin_size
    }

    /// The sequence that matches a name: as set by the user, exactly, or without `chr`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.find(name)
    }

    /// Matches the sequences in other files.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The chromosomes of a signal file, by sequence.
    pub(super) fn owners(&self, file: &str, chromosomes: &[Chromosome]) -> Result<Owners, PrepareError> {
        owners(&self.names, file, chromosomes, |at| self.name(at))
    }

    pub(super) fn length(&self, sequence: usize) -> usize {
        self.sequences[sequence].length
    }

    /// The bins of a sequence, as a window.
    pub(super) fn window(&self, sequence: usize) -> Bins {
        Bins {
            start: 0,
            size: self.bin_size as i64,
            count: self.bins_of(sequence).len(),
        }
    }

    /// Checks that the lengths of a chromosome and of its sequence are equal.
    pub(super) fn check_length(
        &self,
        file: &str,
        sequence: usize,
        chromosome: &Chromosome,
    ) -> Result<(), PrepareError> {
        let wanted = self.length(sequence);
        match chromosome.length {
            Some(length) if length as usize != wanted => Err(PrepareError::file(
                file,
                PrepareProblem::SequenceLength {
                    chromosome: chromosome.name.clone(),
                    length: length.into(),
                    sequence: self.name(sequence).to_owned(),
                    expected: wanted as u64,
                    genome: self.file.clone(),
                },
            )),
            _ => Ok(()),
        }
    }
}

/// Coverage from a signal file.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Coverage summed over each bin's bases [bins]. Bases without a value count as 0.
    pub sums: Vec<f64>,
    /// For a file of fragments, the sums of each half [bins]; the half of a fragment is a random function of its index
    /// in the file.
    pub halves: Option<Halves>,
    /// The file's chromosomes that match sequences, with these.
    pub matched: Vec<(String, usize)>,
    /// Names of those that do not.
    pub unmatched: Vec<String>,
}

/// Two halves of a file of fragments.
#[derive(Debug, Clone, PartialEq)]
pub struct Halves {
    /// Coverage of each [bins].
    pub sums: [Vec<f64>; 2],
    /// Number of fragments of each half on the sequences.
    pub fragments: [u64; 2],
}

impl Halves {
    pub(super) fn new(bins: usize) -> Self {
        Self {
            sums: [vec![0.0; bins], vec![0.0; bins]],
            fragments: [0; 2],
        }
    }
}

/// The half of a fragment: a bit of its row number, hashed (SplitMix64), so that neighbours are independent.
pub(super) fn half(row: u64) -> usize {
    let mut mixed = row.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) & 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_have_their_whole_bins_after_each_other() {
        let sequences = [("chr1".to_owned(), 257), ("chrM".to_owned(), 128)];
        let mut tiling = Tiling::new("f.fa", &sequences, 64);
        assert_eq!((tiling.len(), tiling.bins()), (2, 6));
        assert_eq!((tiling.bins_of(0), tiling.bins_of(1)), (0..4, 4..6));
        assert_eq!((tiling.find("1"), tiling.find("Mito")), (Some(0), Some(1)));
        assert_eq!(tiling.find("NC_001133.9"), None);
        assert!(tiling.rename("NC_001133.9", "chr1"));
        assert_eq!(tiling.find("NC_001133.9"), Some(0));
        assert!(!tiling.rename("x", "chr2"));
    }

    #[test]
    fn halves_are_even_and_neighbours_independent() {
        let halves: Vec<usize> = (0..100_000).map(half).collect();
        let ones: usize = halves.iter().sum();
        assert!(ones.abs_diff(50_000) < 500, "{ones}");
        let same = halves.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert!(same.abs_diff(50_000) < 500, "{same}");
    }
}
