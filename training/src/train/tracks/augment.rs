//! Augmentation: small shifts, and the reverse strand.

use clap::ValueEnum;
use rand_chacha::rand_core::Rng;
use serde::{Deserialize, Serialize};

use crate::train::{Purpose, generator};

/// When the view changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Augmentation {
    /// Forward and reverse-complement epochs alternate and shifts cycle by epoch, as in the manuscript
    Epochs,
    /// One random shift and one coin for the strand for each batch, as in the later code
    Batch,
    /// Every sequence as it is
    None,
}

/// Shift and strand of all sequences of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Right shift of the sequence in bases; negative to the left.
    pub shift: i64,
    /// True for the reverse strand.
    pub reverse: bool,
}

/// 0, 1, −1, 2, −2 … up to `most` in either direction.
pub fn shifts(most: usize) -> Vec<i64> {
    let most = most as i64;
    let both = (1..=most).flat_map(|shift| [shift, -shift]);
    std::iter::once(0).chain(both).collect()
}

impl Augmentation {
    /// The view of a step of an epoch, both counted from 1.
    pub fn view(self, most: usize, seed: u64, epoch: usize, step: usize) -> View {
        let shifts = shifts(most);
        match self {
            Self::None => View::default(),
            Self::Epochs => View {
                shift: shifts[(epoch - 1) % shifts.len()],
                reverse: epoch.is_multiple_of(2),
            },
            Self::Batch => {
                let mut random = generator(seed, Purpose::View { epoch, step });
                // Few compared with 2^32: the bias is negligible.
                let shift = shifts[random.next_u32() as usize % shifts.len()];
                let reverse = random.next_u32() >> 31 == 1;
                View { shift, reverse }
            }
        }
    }
}

/// Reverses the order of rows of `width` values.
pub fn reverse_rows<T: Copy>(values: &mut [T], width: usize) {
    let rows = values.len() / width;
    for row in 0..rows / 2 {
        let (front, back) = values.split_at_mut((rows - 1 - row) * width);
        front[row * width..][..width].swap_with_slice(&mut back[..width]);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn epochs_alternate_strands_and_cycle_shifts() {
        let views: Vec<View> = (1..=14)
            .map(|epoch| Augmentation::Epochs.view(3, 1, epoch, 1))
            .collect();
        assert_eq!(views[0], View::default());
        assert_eq!((views[1].shift, views[1].reverse), (1, true));
        // Seven shifts and two strands: fourteen epochs see each pair once.
        let distinct: BTreeSet<(i64, bool)> = views.iter().map(|view| (view.shift, view.reverse)).collect();
        assert_eq!(distinct.len(), 14);
        // Every step of an epoch sees the same.
        assert_eq!(views[4], Augmentation::Epochs.view(3, 9, 5, 77));
    }

    #[test]
    fn batches_draw_every_shift_on_both_strands_and_repeat_for_a_seed() {
        let draw = |seed, step| Augmentation::Batch.view(3, seed, 2, step);
        let distinct: BTreeSet<(i64, bool)> = (1..=200)
            .map(|step| draw(1, step))
            .map(|view| (view.shift, view.reverse))
            .collect();
        assert_eq!(distinct.len(), 14);
        assert_eq!(draw(1, 5), draw(1, 5));
        assert!((1..=50).any(|step| draw(1, step) != draw(2, step)));
    }

    #[test]
    fn rows_are_turned_about_whole() {
        let mut rows = [1, 2, 3, 4, 5, 6];
        reverse_rows(&mut rows, 2);
        assert_eq!(rows, [5, 6, 3, 4, 1, 2]);
        reverse_rows(&mut rows, 3);
        assert_eq!(rows, [4, 1, 2, 5, 6, 3]);
    }
}
