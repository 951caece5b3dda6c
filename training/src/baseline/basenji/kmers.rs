//! Features of a bin for the regression: counts of 4-mers and GC in its own bases and in bins around it.
//!
//! ```text
//! offset   -8 … -5   -4 -3   -2   -1    0   +1   +2   +3 +4   +5 … +8      further bins are counted together
//! group       4        3      2    1    0    1    2     3        4
//! ```
//!
//! Coverage has no strand, so that both strands share weights: in the bin itself, a 4-mer counts with its reverse
//! complement (136 pairs); elsewhere, a 4-mer on the right counts with its reverse complement at the same distance on
//! the left (256).

use ndarray::{Array2, ArrayView2};
use regulens::sequence::codes::UNKNOWN;

use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::{Manifest, Window};

/// Number of 4-mers.
const KMERS: usize = 256;
/// Number of 4-mers up to reverse complement.
const PAIRS: usize = 136;

/// The features, nearest first: those of a smaller reach come first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Last offset of each group beyond the bin itself: 1, 2, 4, 8, …
    ends: Vec<usize>,
}

impl Layout {
    /// Groups up to this number of bins on either side; the last may be wider.
    pub fn up_to(most: usize) -> Self {
        let mut ends = Vec::new();
        let mut end = 1;
        while ends.last().is_none_or(|&last| last < most) && most > 0 {
            ends.push(end);
            end *= 2;
        }
        Self { ends }
    }

    /// Available reaches, in bins: 0, 1, 2, 4, …
    pub fn reaches(&self) -> impl Iterator<Item = usize> {
        [0].into_iter().chain(self.ends.iter().copied())
    }

    /// The reach closest to this one.
    pub fn nearest(&self, reach: usize) -> usize {
        let nearest = self.reaches().min_by_key(|other| other.abs_diff(reach));
        nearest.unwrap_or_default()
    }

    /// Number of features in all groups.
    pub fn width(&self) -> usize {
        self.width_of(usize::MAX)
    }

    /// Number of features in the groups within a reach.
    pub fn width_of(&self, reach: usize) -> usize {
        let groups = self.ends.iter().filter(|&&end| end <= reach).count();
        PAIRS + 1 + groups * (KMERS + 1)
    }
}

/// Computes the features of windows.
pub struct Features {
    layout: Layout,
    bin_size: usize,
    crop: usize,
    /// [predicted bins, features].
    values: Array2<f32>,
    /// Cumulative sums over the previous bins: 4-mers, then G or C.
    sums: Vec<u32>,
    /// Index of a 4-mer's pair.
    pairs: [usize; KMERS],
    /// Its reverse complement.
    reversed: [usize; KMERS],
}

impl Features {
    pub fn new(layout: &Layout, manifest: &Manifest) -> Self {
        let reversed: [usize; KMERS] =
            std::array::from_fn(|kmer| (0..4).fold(0, |reversed, base| reversed * 4 + (3 - (kmer >> (2 * base) & 3))));
        let mut pairs = [0; KMERS];
        let mut next = 0;
        for kmer in 0..KMERS {
            if reversed[kmer] < kmer {
                pairs[kmer] = pairs[reversed[kmer]];
            } else {
                pairs[kmer] = next;
                next += 1;
            }
        }
        Self {
            layout: layout.clone(),
            bin_size: manifest.bin_size,
            crop: manifest.crop(),
            values: Array2::zeros((manifest.cropped(), layout.width())),
            sums: vec![0; (manifest.bins() + 1) * (KMERS + 1)],
            pairs,
            reversed,
        }
    }

    /// The features of a window's predicted bins: counts in the bin itself, and means over the bins of each group
    /// within the window. A group outside the window has the values of the nearer one.
    pub fn of(&mut self, dataset: &Dataset, window: Window) -> ArrayView2<'_, f32> {
        self.count(dataset.codes(window));
        let bins = self.sums.len() / (KMERS + 1) - 1;
        let Self {
            layout,
            crop,
            values,
            sums,
            pairs,
            reversed,
            ..
        } = self;
        let before = |bin: usize| &sums[bin * (KMERS + 1)..(bin + 1) * (KMERS + 1)];
        for (at, mut row) in values.rows_mut().into_iter().enumerate() {
            let bin = *crop + at;
            let row = row.as_slice_mut().expect("rows lie together");
            let (own, mut around) = row.split_at_mut(PAIRS + 1);
            own.fill(0.0);
            let (low, high) = (before(bin), before(bin + 1));
            for kmer in 0..KMERS {
                own[pairs[kmer]] += (high[kmer] - low[kmer]) as f32;
            }
            own[PAIRS] = (high[KMERS] - low[KMERS]) as f32;
            let mut begin = 1;
            let mut nearer = None::<Vec<f32>>;
            for &end in &layout.ends {
                let (group, rest) = around.split_at_mut(KMERS + 1);
                around = rest;
                group.fill(0.0);
                let right = (bin + begin).min(bins)..(bin + end + 1).min(bins);
                let left = bin.saturating_sub(end)..(bin + 1).saturating_sub(begin);
                let there = right.len() + left.len();
                if there > 0 {
                    let share = 1.0 / there as f32;
                    for (side, turned) in [(right, false), (left, true)] {
                        let (low, high) = (before(side.start), before(side.end));
                        for kmer in 0..=KMERS {
                            let place = match turned && kmer < KMERS {
                                true => reversed[kmer],
                                false => kmer,
                            };
                            group[place] += (high[kmer] - low[kmer]) as f32 * share;
                        }
                    }
                    nearer = Some(group.to_vec());
                } else if let Some(nearer) = &nearer {
                    group.copy_from_slice(nearer);
                }
                begin = end + 1;
            }
        }
        self.values.view()
    }

    /// Counts the 4-mers that begin in each bin, and its G and C.
    fn count(&mut self, codes: &[u8]) {
        self.sums.fill(0);
        for bin in 0..codes.len() / self.bin_size {
            let (before, here) = self.sums.split_at_mut((bin + 1) * (KMERS + 1));
            here[..=KMERS].copy_from_slice(&before[bin * (KMERS + 1)..]);
            let start = bin * self.bin_size;
            for base in start..start + self.bin_size {
                here[KMERS] += u32::from(matches!(codes[base], 1 | 2));
                let Some(four) = codes.get(base..base + 4) else {
                    continue;
                };
                if four.iter().all(|&code| code < UNKNOWN) {
                    let kmer = four.iter().fold(0, |kmer, &code| kmer * 4 + usize::from(code));
                    here[kmer] += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracks::manifest::{BySplit, Files, Sequence, Stored};

    fn manifest() -> Manifest {
        let none = || Stored {
            file: String::new(),
            bytes: 0,
            sha256: String::new(),
        };
        Manifest {
            format_version: 1,
            bin_size: 8,
            length: 80,
            buffer: 16,
            tracks: Vec::new(),
            sequences: vec![Sequence {
                name: "s".to_owned(),
                length: 80,
                offset: 0,
                first_bin: 0,
            }],
            windows: BySplit::default(),
            files: Files {
                sequences: none(),
                targets: none(),
                mask: none(),
            },
            sources: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn reaches_double_and_nearer_features_come_first() {
        let layout = Layout::up_to(7);
        assert_eq!(layout.reaches().collect::<Vec<_>>(), [0, 1, 2, 4, 8]);
        assert_eq!(layout.width_of(0), 137);
        assert_eq!(layout.width_of(2), 137 + 2 * 257);
        assert_eq!(layout.width(), layout.width_of(8));
        assert_eq!(layout.nearest(2), 2);
        assert_eq!(Layout::up_to(0).width(), 137);
    }

    #[test]
    fn four_mers_pair_with_their_reverse_complements() {
        let features = Features::new(&Layout::up_to(0), &manifest());
        assert_eq!(features.pairs.iter().max(), Some(&(PAIRS - 1)));
        // AAAC and GTTT; ACGT is its own.
        assert_eq!(features.reversed[1], 0b10_11_11_11);
        assert_eq!(features.reversed[0b00_01_10_11], 0b00_01_10_11);
        assert_eq!(features.pairs[1], features.pairs[0b10_11_11_11]);
    }

    #[test]
    fn bins_count_what_begins_in_them_and_gc() {
        let mut features = Features::new(&Layout::up_to(0), &manifest());
        let mut codes = vec![0; 80];
        codes[10] = 2;
        codes[20] = UNKNOWN;
        features.count(&codes);
        let bin = |bin: usize, kmer: usize| features.sums[(bin + 1) * 257 + kmer] - features.sums[bin * 257 + kmer];
        // AAAG begins in the first bin; AAAA begins at 0 to 6 there.
        assert_eq!((bin(0, 2), bin(0, 0), bin(0, 256)), (1, 7, 0));
        assert_eq!((bin(1, 256), bin(1, 0b10_00_00_00)), (1, 1));
        // Four 4-mers hold the unknown base at 20, all of which begin in the third bin.
        assert_eq!(bin(2, 0), 4);
        // The last three bases begin none.
        assert_eq!(bin(9, 0), 5);
    }
}
