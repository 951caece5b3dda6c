//! Weights of tracks in the loss.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::loss::log_poisson_of;
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;

/// Weighting of tracks in the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// The mean over tracks, as published: a track of large numbers counts for more
    None,
    /// By what a track's mean alone would cost on the training sequences, so that no track drowns the others because
    /// its numbers are large
    ByMeans,
}

impl Balance {
    /// The factor of each track's loss, [T]. [`ByMeans`](Self::ByMeans) keeps the sum of all tracks' losses at their
    /// means, and is 1 for a single track. `means` come from [`mean_targets`].
    pub fn factors(self, data: &Dataset, means: &[f64]) -> Vec<f64> {
        match self {
            Self::None => vec![1.0; data.tracks()],
            Self::ByMeans => balanced(&losses_of_means(data, means)),
        }
    }
}

/// Factors that make all `losses` equal and keep their sum.
fn balanced(losses: &[f64]) -> Vec<f64> {
    let costly: Vec<f64> = losses.iter().copied().filter(|&loss| loss > 0.0).collect();
    let mean = costly.iter().sum::<f64>() / costly.len().max(1) as f64;
    // A track that is 0 in every bin has no loss at its mean, and nothing to learn with any factor.
    let factor = |&loss: &f64| if loss > 0.0 { mean / loss } else { 1.0 };
    losses.iter().map(factor).collect()
}

/// The mean of each track over the unmasked predicted bins of training windows.
pub fn mean_targets(data: &Dataset) -> Vec<f64> {
    mean_over_bins(data, |_, value| value)
}

/// The mean loss of each track if every bin were predicted with the track's mean.
fn losses_of_means(data: &Dataset, means: &[f64]) -> Vec<f64> {
    mean_over_bins(data, |track, value| log_poisson_of(means[track], value))
}

/// The mean of `of`, a function of each track's index and value, over the unmasked predicted bins of training windows.
fn mean_over_bins(data: &Dataset, of: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let tracks = data.tracks();
    let crop = data.manifest().crop();
    let (mut sums, mut bins) = (vec![0.0; tracks], 0_usize);
    for &window in data.windows(Split::Train) {
        let masked = data.mask(window);
        let kept = crop..masked.len() - crop;
        let measured = data.targets(window).chunks_exact(tracks).zip(masked);
        for (bin, _) in measured.take(kept.end).skip(kept.start).filter(|(_, mask)| **mask == 0) {
            for (track, (sum, &value)) in sums.iter_mut().zip(bin).enumerate() {
                *sum += of(track, f64::from(value));
            }
            bins += 1;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= bins.max(1) as f64);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_tracks_cost_the_same_and_their_sum_is_left() {
        let losses = [20.0, 900.0, 4.0];
        let factors = balanced(&losses);
        let weighed: Vec<f64> = losses.iter().zip(&factors).map(|(l, f)| l * f).collect();
        for weighed in &weighed {
            assert!((weighed - 308.0).abs() < 1e-9, "{weighed}");
        }
    }

    #[test]
    fn one_track_counts_as_it_did_also_beside_one_of_zeros() {
        assert_eq!(balanced(&[123.4]), [1.0]);
        assert_eq!(balanced(&[0.0, 8.0]), [1.0, 1.0]);
    }
}
