//! Sequences with measured tracks, for one step.

use regulens::sequence::codes;

use super::augment::{View, reverse_rows};
use super::loss::Measured;

/// Windows of a data set, all with the same view.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// [N, L].
    pub codes: Vec<u8>,
    /// [N, cropped bins, T].
    pub targets: Vec<f32>,
    /// 1 for bins that count, 0 for others, [N, cropped bins].
    pub counted: Vec<f32>,
    /// N.
    pub examples: usize,
    crop: usize,
    tracks: usize,
}

impl Batch {
    /// An empty batch, with `crop` bins at either end without predictions.
    pub fn new(crop: usize, tracks: usize) -> Self {
        Self {
            codes: Vec::new(),
            targets: Vec::new(),
            counted: Vec::new(),
            examples: 0,
            crop,
            tracks,
        }
    }

    /// Adds a window: its codes, the targets [bins, T] of all of its bins, and their mask.
    ///
    /// The sequence is shifted against the targets, with unknown bases shifted in; for the reverse strand both are
    /// reversed.
    pub fn push(&mut self, bases: &[u8], targets: &[f32], masked: &[u8], view: View) {
        let bins = masked.len();
        let kept = self.crop..bins - self.crop;
        let (first_base, first_value) = (self.codes.len(), self.targets.len());
        let first_bin = self.counted.len();
        self.codes.extend(codes::shift(bases, view.shift as isize));
        self.targets
            .extend(&targets[kept.start * self.tracks..kept.end * self.tracks]);
        self.counted
            .extend(masked[kept].iter().map(|&mask| f32::from(u8::from(mask == 0))));
        if view.reverse {
            codes::reverse_complement(&mut self.codes[first_base..]);
            reverse_rows(&mut self.targets[first_value..], self.tracks);
            self.counted[first_bin..].reverse();
        }
        self.examples += 1;
    }

    /// The targets of the sequences.
    pub fn measured(&self) -> Measured<'_> {
        Measured {
            targets: &self.targets,
            counted: &self.counted,
            examples: self.examples,
            tracks: self.tracks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(view: View) -> Batch {
        let mut batch = Batch::new(1, 2);
        let targets: Vec<f32> = (0..8).map(|i| i as f32).collect();
        batch.push(&[0, 1, 2, 3, 0, 0, 1, 1], &targets, &[0, 1, 0, 0], view);
        batch
    }

    #[test]
    fn ends_are_cropped_and_masked_bins_do_not_count() {
        let batch = batch(View::default());
        assert_eq!(batch.codes, [0, 1, 2, 3, 0, 0, 1, 1]);
        assert_eq!(batch.targets, [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(batch.counted, [0.0, 1.0]);
        assert_eq!(batch.measured().bins(), 1.0);
    }

    #[test]
    fn a_shift_moves_the_sequence_and_not_its_targets() {
        let moved = batch(View {
            shift: -2,
            reverse: false,
        });
        assert_eq!(moved.codes, [2, 3, 0, 0, 1, 1, codes::UNKNOWN, codes::UNKNOWN]);
        assert_eq!(moved.targets, batch(View::default()).targets);
    }

    #[test]
    fn the_other_strand_turns_bins_about_and_leaves_each_tracks_values_its_own() {
        let reverse = batch(View {
            shift: 0,
            reverse: true,
        });
        assert_eq!(reverse.codes, [2, 2, 3, 3, 0, 1, 2, 3]);
        assert_eq!(reverse.targets, [4.0, 5.0, 2.0, 3.0]);
        assert_eq!(reverse.counted, [1.0, 0.0]);
    }
}
