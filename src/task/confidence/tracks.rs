//! Conformal prediction intervals of tracks.

use serde::{Deserialize, Serialize};

use super::ROUNDING;

/// Conformal scores of tracks in held-out windows, for prediction intervals.
///
/// Bins of a window are correlated, windows are not: a window is one draw, whatever its number of bins (split-conformal
/// prediction of groups; Lee, Barber, Willett, 2023). So all windows have equal weight, and their number corrects the
/// bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackConformal {
    /// Per track, in the card's order.
    pub tracks: Vec<TrackDistances>,
    /// Number of windows.
    pub windows: usize,
    /// Name of the windows.
    pub data: String,
}

/// Scores of one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackDistances {
    /// Quantiles of the bins' scores at even levels, the last one the largest, rounded upwards: |measured − predicted|
    /// divided by `floor` + the standard deviation of an ensemble's members, or for a single model by `floor` +
    /// √predicted, the standard deviation of a count.
    pub scores: Vec<f64>,
    /// Added to either, to avoid zeros: the median over bins.
    pub floor: f64,
}

impl TrackDistances {
    /// The expected distance, by which distances are divided; `sd` is the members' standard deviation.
    fn scale(&self, predicted: f32, sd: Option<f32>) -> f64 {
        self.floor + spread(predicted, sd)
    }
}

fn spread(predicted: f32, sd: Option<f32>) -> f64 {
    f64::from(sd.unwrap_or_else(|| predicted.max(0.0).sqrt()))
}

impl TrackConformal {
    /// The bound of each track that a fraction `coverage` of bins of such windows does not exceed; `None` if there are
    /// too few windows.
    pub fn bounds(&self, coverage: f64) -> Option<Vec<f64>> {
        let corrected = coverage * (self.windows + 1) as f64 / self.windows as f64;
        let bound = |track: &TrackDistances| {
            let rank = (track.scores.len() as f64 * corrected - ROUNDING).ceil() as usize;
            track.scores.get(rank.max(1) - 1).copied()
        };
        self.tracks.iter().map(bound).collect()
    }

    /// Lower and upper ends of the interval of each prediction [bins, tracks] at these bounds, none below 0; `sd` is
    /// the members' standard deviation [bins, tracks], empty for a single model.
    pub fn intervals(&self, bounds: &[f64], predicted: &[f32], sd: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let of = |(at, &p): (usize, &f32)| {
            let track = at % self.tracks.len();
            let half = bounds[track] * self.tracks[track].scale(p, sd.get(at).copied());
            let ends = [f64::from(p) - half, f64::from(p) + half].map(|end| end.max(0.0) as f32);
            (ends[0], ends[1])
        };
        predicted.iter().enumerate().map(of).unzip()
    }

    /// The problem of scores that are invalid for `tracks` tracks.
    pub fn problem(&self, tracks: usize) -> Option<String> {
        let are_scores = |track: &TrackDistances| {
            let finite = track.scores.iter().chain([&track.floor]).all(|score| score.is_finite());
            finite && track.scores.is_sorted() && !track.scores.is_empty() && track.floor > 0.0
        };
        if self.tracks.len() != tracks || self.windows == 0 {
            return Some(format!(
                "distances of {} tracks in {} windows; expected {tracks} tracks, and a window or more",
                self.tracks.len(),
                self.windows
            ));
        }
        let all = self.tracks.iter().all(are_scores);
        (!all).then(|| "distances of tracks that do not rise; expected finite ones in order".to_owned())
    }
}

/// Collects predicted and measured bins for conformal scores.
#[cfg(feature = "calibrate")]
#[derive(Debug, Default)]
pub struct TrackCalibration {
    /// Distance, spread and window of each bin, per track.
    bins: Vec<Vec<(f64, f64, usize)>>,
    windows: usize,
}

#[cfg(feature = "calibrate")]
impl TrackCalibration {
    /// Largest number of quantiles of a track in a card: it is shipped with its model, which may have thousands of
    /// tracks.
    const MOST: usize = 200;

    /// No bins yet, for this number of tracks.
    pub fn new(tracks: usize) -> Self {
        Self {
            bins: vec![Vec::new(); tracks],
            windows: 0,
        }
    }

    /// Adds the unmasked (0) bins of a window: predicted, measured and the members' standard deviation are [bins,
    /// tracks], the latter empty for a single model.
    pub fn add(&mut self, predicted: &[f32], sd: &[f32], measured: &[f32], masked: &[u8]) {
        let tracks = self.bins.len();
        for (at, (&p, &m)) in predicted.iter().zip(measured).enumerate() {
            if masked[at / tracks] == 0 {
                let spread = spread(p, sd.get(at).copied());
                self.bins[at % tracks].push(((f64::from(m) - f64::from(p)).abs(), spread, self.windows));
            }
        }
        self.windows += 1;
    }

    /// Number of windows with unmasked bins.
    pub fn windows(&self) -> usize {
        let mut with_bins: Vec<usize> = self.bins.iter().flatten().map(|bin| bin.2).collect();
        with_bins.sort_unstable();
        with_bins.dedup();
        with_bins.len()
    }

    /// The scores for the card; `data` names the windows.
    pub fn distances(&self, data: String) -> TrackConformal {
        TrackConformal {
            tracks: self.bins.iter().map(|bins| Self::of_track(bins)).collect(),
            windows: self.windows(),
            data,
        }
    }

    fn of_track(bins: &[(f64, f64, usize)]) -> TrackDistances {
        let mut spreads: Vec<f64> = bins.iter().map(|bin| bin.1).collect();
        spreads.sort_by(f64::total_cmp);
        let median = spreads.get(spreads.len() / 2).copied().unwrap_or_default();
        // Above 0 even if all members agree everywhere.
        let floor = super::short(median.max(1e-6));
        let mut sizes = std::collections::HashMap::new();
        for (.., window) in bins {
            *sizes.entry(window).or_insert(0_usize) += 1;
        }
        let mut scores: Vec<(f64, f64)> = bins
            .iter()
            .map(|(far, spread, window)| (far / (floor + spread), 1.0 / (sizes.len() * sizes[window]) as f64))
            .collect();
        scores.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let kept = scores.len().min(Self::MOST);
        let mut quantiles = Vec::with_capacity(kept);
        let mut reached = 0.0;
        for (score, weight) in scores {
            reached += weight;
            while quantiles.len() < kept && reached >= (quantiles.len() + 1) as f64 / kept as f64 - ROUNDING {
                quantiles.push(super::fit::upwards(score));
            }
        }
        TrackDistances {
            scores: quantiles,
            floor,
        }
    }
}

#[cfg(all(test, feature = "calibrate"))]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Windows of 50 bins and two tracks, each window with an error of its own beside those of its bins; the second
    /// track is ten times as far off where its members are apart.
    fn windows(number: usize, seed: u64) -> Vec<[Vec<f32>; 3]> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut window = || {
            let shift: f32 = rng.random_range(-1.0..1.0);
            let [mut predicted, mut sd, mut measured] = [const { Vec::new() }; 3];
            for bin in 0..50 {
                for track in 0..2 {
                    let apart = if track == 1 && bin % 2 == 0 { 10.0 } else { 1.0 };
                    predicted.push(100.0);
                    sd.push(apart);
                    measured.push(100.0 + apart * (shift + rng.random_range(-1.0..1.0)));
                }
            }
            [predicted, sd, measured]
        };
        (0..number).map(|_| window()).collect()
    }

    fn calibrated(windows: &[[Vec<f32>; 3]]) -> TrackConformal {
        let mut all = TrackCalibration::new(2);
        for [predicted, sd, measured] in windows {
            all.add(predicted, sd, measured, &[0; 50]);
        }
        all.distances("simulated".to_owned())
    }

    #[test]
    fn intervals_hold_on_other_windows_and_are_wide_where_members_differ() {
        let conformal = calibrated(&windows(400, 1));
        assert_eq!((conformal.windows, conformal.problem(2)), (400, None));
        let bounds = conformal.bounds(0.9).unwrap();
        let mut held = [0_usize; 2];
        for [predicted, sd, measured] in windows(1000, 2) {
            let (low, high) = conformal.intervals(&bounds, &predicted, &sd);
            for (at, m) in measured.iter().enumerate() {
                held[at % 2] += usize::from(low[at] <= *m && *m <= high[at]);
            }
            let width = |bin: usize, track: usize| high[bin * 2 + track] - low[bin * 2 + track];
            assert!(width(0, 1) > 1.5 * width(1, 1) && (width(0, 0) - width(1, 0)).abs() < 1e-3);
        }
        for held in held {
            let share = held as f64 / 50_000.0;
            assert!((share - 0.9).abs() < 0.02, "{share}");
        }
    }

    #[test]
    fn few_windows_hold_on_average_and_promise_no_more_than_they_can() {
        // Nine windows: their bins are many, and still 0.9 is the most.
        let conformal = calibrated(&windows(9, 3));
        assert!(conformal.bounds(0.9).is_some() && conformal.bounds(0.91).is_none());
        let mut shares = Vec::new();
        for seed in 0..60 {
            let conformal = calibrated(&windows(9, 100 + seed));
            let bounds = conformal.bounds(0.8).unwrap();
            for [predicted, sd, measured] in windows(20, 1000 + seed) {
                let (low, high) = conformal.intervals(&bounds, &predicted, &sd);
                let held = measured
                    .iter()
                    .enumerate()
                    .filter(|&(at, m)| low[at] <= *m && *m <= high[at]);
                shares.push(held.count() as f64 / 100.0);
            }
        }
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        assert!((0.79..0.9).contains(&mean), "{mean}");
    }

    #[test]
    fn a_window_weighs_the_same_however_many_bins_count_and_masked_ones_do_not() {
        let mut all = TrackCalibration::new(1);
        // One bin far off in a window by itself, 99 exact ones in another, and one that is masked.
        all.add(&[0.0], &[1.0], &[4.0], &[0]);
        all.add(
            &[0.0; 100],
            &[1.0; 100],
            &[[0.0; 99].as_slice(), &[1e6]].concat(),
            &[[0; 99].as_slice(), &[1]].concat(),
        );
        let found = all.distances(String::new());
        assert_eq!((found.windows, found.tracks[0].floor), (2, 1.0));
        let zeros = found.tracks[0].scores.iter().filter(|&&score| score == 0.0).count();
        assert_eq!((zeros, found.tracks[0].scores.len()), (50, 100));
        assert_eq!(found.tracks[0].scores.last(), Some(&2.0));
    }

    #[test]
    fn one_model_has_the_spread_of_a_count_and_no_end_is_below_zero() {
        let track = TrackDistances {
            scores: vec![1.0, 2.0],
            floor: 1.0,
        };
        let conformal = TrackConformal {
            tracks: vec![track],
            windows: 9,
            data: String::new(),
        };
        let bounds = conformal.bounds(0.5).unwrap();
        assert_eq!(bounds, [2.0]);
        let (low, high) = conformal.intervals(&bounds, &[100.0, 4.0], &[]);
        assert_eq!((low, high), (vec![78.0, 0.0], vec![122.0, 10.0]));
        assert!(conformal.problem(2).unwrap().contains("1 tracks"));
    }
}
