//! Agreement of predicted and measured tracks, as published with Basenji.
//!
//! Predictions and measurements are first rounded to float16, as in Basenji's files. Metrics of a track are over all
//! bins of all sequences; those of a model are means over its tracks.

use half::f16;
use serde::{Deserialize, Serialize};

/// Metrics of one track; `None` if a side is constant.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TrackFit {
    /// Pearson correlation.
    pub pearson: Option<f64>,
    /// Pearson correlation of log2(x + 1).
    pub log_pearson: Option<f64>,
    /// 1 − Σ(measured − predicted)² / Σ(measured − mean measured)²; negative if worse than the mean.
    pub r2: Option<f64>,
}

impl TrackFit {
    /// Means over tracks, each over those with the metric.
    pub fn mean(fits: &[Self]) -> Self {
        let over = |figure: fn(&Self) -> Option<f64>| {
            let (mut sum, mut n) = (0.0, 0);
            for value in fits.iter().filter_map(figure) {
                (sum, n) = (sum + value, n + 1);
            }
            (n > 0).then(|| sum / f64::from(n))
        };
        Self {
            pearson: over(|fit| fit.pearson),
            log_pearson: over(|fit| fit.log_pearson),
            r2: over(|fit| fit.r2),
        }
    }
}

/// Compares predictions with measurements, accumulated in parts.
#[derive(Debug, Clone)]
pub struct TrackComparison {
    raw: Vec<Moments>,
    log: Vec<Moments>,
    bins: usize,
}

impl TrackComparison {
    /// No bins yet, for this number of tracks.
    pub fn new(tracks: usize) -> Self {
        Self {
            raw: vec![Moments::default(); tracks],
            log: vec![Moments::default(); tracks],
            bins: 0,
        }
    }

    /// Adds bins: predictions and measurements [bins, tracks]. Bins with a `mask` other than 0 do not count; without a
    /// mask all do.
    ///
    /// # Panics
    /// If the lengths do not match.
    pub fn add(&mut self, predicted: &[f32], measured: &[f32], mask: Option<&[u8]>) {
        let tracks = self.raw.len();
        assert_eq!(predicted.len(), measured.len(), "as many of both");
        assert_eq!(measured.len() % tracks, 0, "whole bins");
        let bins = measured.len() / tracks;
        let counts = |bin: usize| mask.is_none_or(|mask| mask[bin] == 0);
        assert!(mask.is_none_or(|mask| mask.len() == bins), "a mask a bin");
        self.bins += (0..bins).filter(|&bin| counts(bin)).count();
        for track in 0..tracks {
            let pairs = (0..bins).filter(|&bin| counts(bin)).map(|bin| {
                let at = bin * tracks + track;
                (rounded(predicted[at]), rounded(measured[at]))
            });
            let log = |x: f64| (x + 1.0).log2();
            self.raw[track].add(pairs.clone());
            self.log[track].add(pairs.map(|(x, y)| (log(x), log(y))));
        }
    }

    /// Number of bins that counted so far.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Metrics of the tracks.
    pub fn fits(&self) -> Vec<TrackFit> {
        self.raw
            .iter()
            .zip(&self.log)
            .map(|(raw, log)| TrackFit {
                pearson: raw.pearson(),
                log_pearson: log.pearson(),
                r2: raw.r2(),
            })
            .collect()
    }
}

/// The number rounded to float16, clipped to its largest value.
fn rounded(value: f32) -> f64 {
    const LARGEST: f32 = 65_504.0;
    f16::from_f32(value.clamp(-LARGEST, LARGEST)).to_f64()
}

/// Means and central sums of products of (predicted, measured).
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    n: f64,
    mean_x: f64,
    mean_y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
    /// Σ(x − y)².
    residual: f64,
    /// Range of either.
    x: Span,
    y: Span,
}

/// Range of numbers.
#[derive(Debug, Clone, Copy)]
struct Span {
    least: f64,
    most: f64,
}

impl Default for Span {
    fn default() -> Self {
        Self {
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
        }
    }
}

impl Span {
    fn add(&mut self, number: f64) {
        self.least = self.least.min(number);
        self.most = self.most.max(number);
    }

    /// True if the numbers differ: for equal ones, rounding leaves squared differences from the mean that grow with
    /// their number.
    fn is_spread(self) -> bool {
        self.least < self.most
    }
}

impl Moments {
    /// Adds pairs. Sums are around the pairs' own means and then shifted, to keep the digits of large means.
    fn add(&mut self, pairs: impl Iterator<Item = (f64, f64)> + Clone) {
        let (mut n, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
        for (x, y) in pairs.clone() {
            n += 1.0;
            x_sum += x;
            y_sum += y;
            self.x.add(x);
            self.y.add(y);
        }
        if n == 0.0 {
            return;
        }
        let (mean_x, mean_y) = (x_sum / n, y_sum / n);
        for (x, y) in pairs {
            let (dx, dy) = (x - mean_x, y - mean_y);
            self.xx += dx * dx;
            self.yy += dy * dy;
            self.xy += dx * dy;
            self.residual += (x - y) * (x - y);
        }
        let (dx, dy) = (mean_x - self.mean_x, mean_y - self.mean_y);
        let all = self.n + n;
        let weight = self.n * n / all;
        self.xx += dx * dx * weight;
        self.yy += dy * dy * weight;
        self.xy += dx * dy * weight;
        self.mean_x += dx * n / all;
        self.mean_y += dy * n / all;
        self.n = all;
    }

    fn pearson(&self) -> Option<f64> {
        if !self.x.is_spread() || !self.y.is_spread() {
            return None;
        }
        let r = self.xy / (self.xx.sqrt() * self.yy.sqrt());
        r.is_finite().then(|| r.clamp(-1.0, 1.0))
    }

    fn r2(&self) -> Option<f64> {
        let r2 = 1.0 - self.residual / self.yy;
        (self.y.is_spread() && r2.is_finite()).then_some(r2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;

    /// Two tracks over 300 bins.
    fn example() -> (Vec<f32>, Vec<f32>) {
        let number = |i: usize| (i.wrapping_mul(2_654_435_761) >> 7 & 0x3ff) as f32 / 37.0;
        let predicted = (0..600).map(number).collect();
        let measured = (0..600).map(|i| number(i) * 0.5 + number(i + 9_000)).collect();
        (predicted, measured)
    }

    /// Rounding of the mean of 10⁵ equal numbers leaves squares around it.
    #[test]
    fn a_track_without_spread_has_no_figures_however_long_it_is() {
        let bins = 100_000;
        let constant: Vec<f32> = vec![0.1; bins];
        let varied: Vec<f32> = (0..bins).map(|bin| (bin % 7) as f32).collect();
        for (predicted, measured, explained) in [
            (&constant, &varied, true),
            (&varied, &constant, false),
            (&constant, &constant, false),
        ] {
            let mut comparison = TrackComparison::new(1);
            for (predicted, measured) in predicted.chunks(7_777).zip(measured.chunks(7_777)) {
                comparison.add(predicted, measured, None);
            }
            let fit = &comparison.fits()[0];
            assert_eq!((fit.pearson, fit.log_pearson), (None, None), "{fit:?}");
            assert_eq!(fit.r2.is_some(), explained, "{fit:?}");
        }
    }

    fn of_track(values: &[f32], track: usize) -> Vec<f64> {
        values[track..].iter().step_by(2).map(|&x| rounded(x)).collect()
    }

    #[test]
    fn figures_are_those_of_all_bins_at_once_however_they_come() {
        let (predicted, measured) = example();
        for piece in [600, 2, 14, 100] {
            let mut comparison = TrackComparison::new(2);
            for (predicted, measured) in predicted.chunks(piece).zip(measured.chunks(piece)) {
                comparison.add(predicted, measured, None);
            }
            assert_eq!(comparison.bins(), 300);
            for (track, fit) in comparison.fits().iter().enumerate() {
                let (x, y) = (of_track(&predicted, track), of_track(&measured, track));
                let log = |x: &[f64]| x.iter().map(|x| (x + 1.0).log2()).collect::<Vec<_>>();
                for (found, wanted) in [
                    (fit.pearson, metrics::pearson(&x, &y)),
                    (fit.log_pearson, metrics::pearson(&log(&x), &log(&y))),
                    (fit.r2, metrics::r2(&x, &y)),
                ] {
                    let (found, wanted) = (found.unwrap(), wanted.unwrap());
                    assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
                }
            }
        }
    }

    #[test]
    fn masked_bins_are_as_if_they_were_not_there() {
        let (predicted, mut measured) = example();
        let mut wanted = TrackComparison::new(2);
        wanted.add(&predicted[..400], &measured[..400], None);
        measured[400..].fill(1e4);
        let mut mask = vec![0; 300];
        mask[200..].fill(1);
        let mut found = TrackComparison::new(2);
        found.add(&predicted, &measured, Some(&mask));
        assert_eq!((found.bins(), found.fits()), (200, wanted.fits()));
    }

    #[test]
    fn a_track_without_spread_has_no_correlation_and_leaves_the_means_alone() {
        let mut comparison = TrackComparison::new(2);
        // The second track is measured as 0.1 everywhere, whose rounded mean need not be 0.1.
        comparison.add(&[1.0, 1.0, 2.0, 2.0, 4.0, 3.0], &[1.0, 0.1, 2.0, 0.1, 3.0, 0.1], None);
        let fits = comparison.fits();
        assert_eq!(fits[1], TrackFit::default());
        assert_eq!(TrackFit::mean(&fits), fits[0]);
        assert_eq!(TrackFit::mean(&[]), TrackFit::default());
        assert_eq!(TrackComparison::new(1).fits(), [TrackFit::default()]);
    }

    #[test]
    fn what_float16_cannot_hold_does_not_become_infinite() {
        let mut comparison = TrackComparison::new(1);
        comparison.add(&[1.0, 2.0, 1e9], &[1.0, 2.0, 1e6], None);
        assert_eq!(comparison.fits()[0].pearson, Some(1.0));
    }
}
