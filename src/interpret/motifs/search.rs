//! A search for motifs in what the bases of a place contribute: seqlets above shuffles of its windows, and their names.

use super::matrix::ScoredMotif;
use super::naming::{Named, name_seqlets};
use super::seqlets::{Seqlet, find_seqlets};
use crate::interpret::attribution::Shuffles;

/// Shuffled windows at most: what is not there in so many is not there in more.
const MOST_SHUFFLED: usize = 16;

/// Shuffled windows at least, several of one where there are few: the peaks of one would let nothing stand out, or too
/// much.
const LEAST_SHUFFLED: usize = 4;

/// The share of false ones among seqlets. Shuffles hold sites of short motifs by chance, so that it is less in truth.
pub const SEQLETS_Q: f64 = 0.2;

/// The share of wrong ones among names.
pub const NAMES_Q: f64 = 0.05;

/// Motif search that gathers the contributions of shuffled windows, window by window.
#[derive(Debug)]
pub struct MotifSearch {
    shuffles: Shuffles,
    windows: usize,
    null: Vec<Vec<f32>>,
}

impl MotifSearch {
    /// Over so many windows. Its shuffles are others than those of the same seed that contributions are found with.
    pub fn new(seed: u64, windows: usize) -> Self {
        Self {
            shuffles: Shuffles::new(!seed),
            windows,
            null: Vec::new(),
        }
    }

    /// Number of shuffled windows.
    pub fn shuffled_windows(&self) -> usize {
        self.windows.clamp(LEAST_SHUFFLED, MOST_SHUFFLED)
    }

    /// The shuffles of window `number`, counted from 0, none of most where there are many windows. Windows are asked
    /// about in order, each once.
    pub fn shuffled(&mut self, number: usize, codes: &[u8]) -> Vec<Vec<u8>> {
        let before = |number: usize| number * self.shuffled_windows() / self.windows;
        (before(number)..before(number + 1))
            .map(|_| self.shuffles.next_of(codes))
            .collect()
    }

    /// Adds what the bases of a shuffle contribute.
    pub fn add(&mut self, contributions: Vec<f32>) {
        self.null.push(contributions);
    }

    /// The seqlets of all windows together, and the names of those that have one. NaN is where nothing is known.
    pub fn find(
        &self,
        (codes, contributions): (&[u8], &[f32]),
        motifs: &[ScoredMotif],
        (seqlets_q, names_q): (f64, f64),
    ) -> (Vec<Seqlet>, Vec<Named>) {
        let seqlets = find_seqlets(contributions, &self.null, seqlets_q);
        let named = name_seqlets(codes, &seqlets, motifs, names_q);
        (seqlets, named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_to_sixteen_windows_are_shuffled_evenly_among_all() {
        let codes = [0, 1, 2, 3, 0, 2, 1, 3, 3, 0];
        for (windows, expected) in [(1, 4), (3, 4), (6, 6), (16, 16), (40, 16)] {
            let mut search = MotifSearch::new(1, windows);
            let shuffled: Vec<usize> = (0..windows)
                .flat_map(|number| vec![number; search.shuffled(number, &codes).len()])
                .collect();
            assert_eq!((shuffled.len(), search.shuffled_windows()), (expected, expected));
            let gaps = shuffled.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(gaps.max().unwrap_or(1) <= windows.div_ceil(expected));
        }
    }
}
