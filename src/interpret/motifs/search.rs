//! Motif search in contributions of bases: seqlets that exceed those of shuffled windows, and their names.

use super::matrix::ScoredMotif;
use super::naming::{Named, name_seqlets};
use super::seqlets::{Seqlet, find_seqlets};
use crate::interpret::attribution::Shuffles;

/// Largest number of shuffled windows: more do not change the results.
const MOST_SHUFFLED: usize = 16;

/// Smallest number of shuffled windows, several per window if there are few: the peaks of a single one are too
/// variable.
const LEAST_SHUFFLED: usize = 4;

/// False discovery rate of seqlets. Shuffles contain sites of short motifs by chance, so the true rate is lower.
pub const SEQLETS_Q: f64 = 0.2;

/// False discovery rate of names.
pub const NAMES_Q: f64 = 0.05;

/// Motif search that collects the contributions of shuffled windows, window by window.
#[derive(Debug)]
pub struct MotifSearch {
    shuffles: Shuffles,
    windows: usize,
    null: Vec<Vec<f32>>,
}

impl MotifSearch {
    /// For this number of windows. Its shuffles differ from those that contributions with the same seed use.
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

    /// The shuffles of window `number`, counted from 0; empty for most if there are many windows. Call once per window,
    /// in order.
    pub fn shuffled(&mut self, number: usize, codes: &[u8]) -> Vec<Vec<u8>> {
        let before = |number: usize| number * self.shuffled_windows() / self.windows;
        (before(number)..before(number + 1))
            .map(|_| self.shuffles.next_of(codes))
            .collect()
    }

    /// Adds the contributions of a shuffle's bases.
    pub fn add(&mut self, contributions: Vec<f32>) {
        self.null.push(contributions);
    }

    /// Seqlets of all windows, and the names of those that match a motif. NaN marks unknown contributions.
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
