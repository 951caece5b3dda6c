//! Fits maps from log-odds to probabilities, and compares them by cross-validation.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::{Calibration, CalibrationMethod, Compared, Conformal, brier, sigmoid};
use crate::metrics::mean_and_sd;

/// The maps, simplest first; the last one needs many genes.
const METHODS: [CalibrationMethod; 4] = [
    CalibrationMethod::None,
    CalibrationMethod::Temperature,
    CalibrationMethod::Platt,
    CalibrationMethod::Isotonic,
];

/// Folds of the cross-validation.
const FOLDS: usize = 5;

/// Smallest number of genes for isotonic regression: with fewer its steps are noise.
const FEWEST_FOR_STEPS: usize = 1000;

/// Largest number of scores in a card: quantiles of more are as good.
const MOST: usize = 1000;

/// Largest number of iterations of Newton's method, which takes some ten.
const ROUNDS: usize = 100;

/// Selects a map for log-odds of genes of known class, and fits it to all: the simplest one whose log loss in
/// cross-validation is within one standard error of the smallest.
pub fn choose(log_odds: &[f64], labels: &[bool], seed: u64, data: String) -> Calibration {
    let number = if log_odds.len() < FEWEST_FOR_STEPS { 3 } else { 4 };
    let methods = &METHODS[..number];
    let tried: Vec<Vec<f64>> = methods
        .iter()
        .map(|&method| out_of_fold(method, log_odds, labels, seed))
        .collect();
    let losses: Vec<Vec<f64>> = tried
        .iter()
        .map(|probabilities| loss_of_each(probabilities, labels))
        .collect();
    let compared: Vec<Compared> = methods
        .iter()
        .zip(tried.iter().zip(&losses))
        .map(|(&method, (probabilities, losses))| Compared {
            method,
            log_loss: short(mean_and_sd(losses).0),
            brier: short(brier(probabilities, labels)),
        })
        .collect();
    let mean = |at: usize| mean_and_sd(&losses[at]).0;
    let best = (0..methods.len())
        .min_by(|&a, &b| mean(a).total_cmp(&mean(b)))
        .unwrap_or_default();
    let within = |&at: &usize| {
        let excess: Vec<f64> = losses[at].iter().zip(&losses[best]).map(|(a, b)| a - b).collect();
        let (mean, sd) = mean_and_sd(&excess);
        mean <= sd / (excess.len() as f64).sqrt()
    };
    let chosen = methods[(0..methods.len()).find(within).unwrap_or(best)];
    let (slope, offset, knots) = fitted(chosen, log_odds, labels);
    let on = labels.iter().filter(|&&on| on).count() as f64 / labels.len() as f64;
    Calibration {
        method: chosen,
        slope: short(slope),
        offset: short(offset),
        knots,
        genes: labels.len(),
        on: short(on),
        data,
        compared,
        test: None,
    }
}

/// Probabilities in cross-validation, from maps that were not fitted to the genes.
fn out_of_fold(method: CalibrationMethod, log_odds: &[f64], labels: &[bool], seed: u64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut probabilities = vec![0.0; labels.len()];
    for fold in 0..FOLDS {
        let (left_out, others): (Vec<_>, Vec<_>) = order.iter().enumerate().partition(|(at, _)| at % FOLDS == fold);
        let of = |places: &[(usize, &usize)]| -> (Vec<f64>, Vec<bool>) {
            places.iter().map(|&(_, &gene)| (log_odds[gene], labels[gene])).unzip()
        };
        let (z, on) = of(&others);
        let (slope, offset, knots) = fitted(method, &z, &on);
        let map = Calibration {
            slope,
            offset,
            knots,
            ..as_it_is()
        };
        for (_, &gene) in left_out {
            probabilities[gene] = map.probability(log_odds[gene]);
        }
    }
    probabilities
}

/// The identity: σ(log-odds).
fn as_it_is() -> Calibration {
    Calibration {
        method: CalibrationMethod::None,
        slope: 1.0,
        offset: 0.0,
        knots: Vec::new(),
        genes: 0,
        on: 0.0,
        data: String::new(),
        compared: Vec::new(),
        test: None,
    }
}

/// Slope, offset and knots of a map.
fn fitted(method: CalibrationMethod, log_odds: &[f64], labels: &[bool]) -> (f64, f64, Vec<[f64; 2]>) {
    match method {
        CalibrationMethod::None => (1.0, 0.0, Vec::new()),
        CalibrationMethod::Temperature => (logistic(log_odds, labels, false).0, 0.0, Vec::new()),
        CalibrationMethod::Platt => {
            let (slope, offset) = logistic(log_odds, labels, true);
            (slope, offset, Vec::new())
        }
        CalibrationMethod::Isotonic => (1.0, 0.0, steps(log_odds, labels)),
    }
}

/// Slope and offset of the logistic regression of classes on log-odds, by Newton's method. Classes are Platt's targets
/// (N+ + 1) / (N+ + 2) and 1 / (N- + 2), for which the slope is finite even if a threshold separates the classes.
fn logistic(log_odds: &[f64], labels: &[bool], with_offset: bool) -> (f64, f64) {
    let on = labels.iter().filter(|&&on| on).count() as f64;
    let off = labels.len() as f64 - on;
    let target = |is_on: bool| {
        if is_on {
            (on + 1.0) / (on + 2.0)
        } else {
            1.0 / (off + 2.0)
        }
    };
    let loss = |slope: f64, offset: f64| -> f64 {
        let of_gene = |(&z, &is_on): (&f64, &bool)| {
            let x = slope * z + offset;
            // log(1 + e^x) - t x, without overflow.
            x.max(0.0) + (-x.abs()).exp().ln_1p() - target(is_on) * x
        };
        log_odds.iter().zip(labels).map(of_gene).sum()
    };
    let (mut slope, mut offset) = (1.0, 0.0);
    let mut now = loss(slope, offset);
    for _ in 0..ROUNDS {
        let [mut g, mut h, mut aa, mut ab, mut bb] = [0.0; 5];
        for (&z, &is_on) in log_odds.iter().zip(labels) {
            let p = sigmoid(slope * z + offset);
            let (error, weight) = (p - target(is_on), p * (1.0 - p));
            g += error * z;
            h += error;
            aa += weight * z * z;
            ab += weight * z;
            bb += weight;
        }
        // A negligible ridge keeps the system solvable if all weights vanish.
        aa += 1e-9;
        bb += 1e-9;
        let (da, db) = if with_offset {
            let determinant = aa * bb - ab * ab;
            ((bb * g - ab * h) / determinant, (aa * h - ab * g) / determinant)
        } else {
            (g / aa, 0.0)
        };
        let mut step = 1.0;
        let better = loop {
            let (a, b) = (slope - step * da, offset - step * db);
            let then = loss(a, b);
            if a > 0.0 && then < now {
                break Some((a, b, then));
            }
            step /= 2.0;
            if step < 1e-6 {
                break None;
            }
        };
        let Some((a, b, then)) = better else {
            break;
        };
        (slope, offset) = (a, b);
        if now - then < 1e-12 * now.abs() {
            break;
        }
        now = then;
    }
    (slope, offset)
}

/// Isotonic regression by pooling adjacent violators: the mean log-odds of each pool, and its fraction of genes that
/// are on. Fractions are at least that of one gene among all, and at most that of all but one, so that none is certain.
fn steps(log_odds: &[f64], labels: &[bool]) -> Vec<[f64; 2]> {
    let mut genes: Vec<(f64, bool)> = log_odds.iter().copied().zip(labels.iter().copied()).collect();
    genes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let least = 1.0 / (genes.len() as f64 + 2.0);
    // Sums of log-odds, genes, and genes that are on.
    let mut pools: Vec<(f64, f64, f64)> = Vec::new();
    for (z, on) in genes {
        pools.push((z, 1.0, f64::from(u8::from(on))));
        while let [.., a, b] = pools[..]
            && a.2 * b.1 >= b.2 * a.1
        {
            pools.truncate(pools.len() - 2);
            pools.push((a.0 + b.0, a.1 + b.1, a.2 + b.2));
        }
    }
    let knots = pools.into_iter().map(|(sum, genes, on)| {
        let share = (on / genes).clamp(least, 1.0 - least);
        [short(sum / genes), short(share)]
    });
    let mut knots: Vec<[f64; 2]> = knots.collect();
    // Rounding may make log-odds of knots equal.
    knots.dedup_by(|next, knot| next[0] <= knot[0]);
    knots
}

fn loss_of_each(probabilities: &[f64], labels: &[bool]) -> Vec<f64> {
    let of_gene = |(&p, &on): (&f64, &bool)| -(if on { p } else { 1.0 - p }).max(1e-12).ln();
    probabilities.iter().zip(labels).map(of_gene).collect()
}

impl Conformal {
    /// Sorted scores, rounded upwards to keep the guarantee; of very many, every n-th, the higher one. `data` names the
    /// genes.
    pub fn of(mut scores: Vec<f64>, floor: f64, data: String) -> Self {
        scores.sort_by(f64::total_cmp);
        let genes = scores.len();
        let kept = genes.min(MOST);
        let scores = (1..=kept).map(|at| upwards(scores[(at * genes).div_ceil(kept) - 1]));
        Self {
            scores: scores.collect(),
            floor,
            genes,
            symmetric: false,
            data,
        }
    }
}

/// Four digits, rounded upwards.
pub(super) fn upwards(value: f64) -> f64 {
    let unit = 10_f64.powf(value.abs().max(1e-12).log10().floor() - 3.0);
    short((value / unit).ceil() * unit)
}

/// Five digits, because a card is shipped with its model.
pub fn short(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;

    /// Log-odds drawn uniformly, and classes drawn from σ(slope z + offset).
    fn drawn(genes: usize, slope: f64, offset: f64, seed: u64) -> (Vec<f64>, Vec<bool>) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..genes)
            .map(|_| {
                let z = rng.random_range(-4.0..4.0);
                (z, rng.random_bool(sigmoid(slope * z + offset)))
            })
            .unzip()
    }

    #[test]
    fn a_planted_slope_and_offset_are_found() {
        let (z, on) = drawn(20_000, 0.5, 0.8, 1);
        let (slope, offset) = logistic(&z, &on, true);
        assert!(
            (slope - 0.5).abs() < 0.02 && (offset - 0.8).abs() < 0.05,
            "{slope} {offset}"
        );
        let (z, on) = drawn(20_000, 0.5, 0.0, 2);
        let (slope, _) = logistic(&z, &on, false);
        assert!((slope - 0.5).abs() < 0.02, "{slope}");
    }

    #[test]
    fn what_is_calibrated_stays_as_it_is_and_each_planted_fault_gets_the_map_that_mends_it() {
        for (slope, offset, expected) in [
            (1.0, 0.0, CalibrationMethod::None),
            (0.4, 0.0, CalibrationMethod::Temperature),
            (1.0, 1.5, CalibrationMethod::Platt),
        ] {
            let (z, on) = drawn(800, slope, offset, 3);
            assert_eq!(choose(&z, &on, 1, String::new()).method, expected);
        }
        // Steps that no slope describes.
        let (z, _) = drawn(4000, 1.0, 0.0, 4);
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let share = |z: f64| {
            if z < -2.0 {
                0.05
            } else if z < 2.0 {
                0.5
            } else {
                0.95
            }
        };
        let on: Vec<bool> = z.iter().map(|&z| rng.random_bool(share(z))).collect();
        let map = choose(&z, &on, 1, String::new());
        assert_eq!(map.method, CalibrationMethod::Isotonic);
        assert_eq!(map.problem(), None);
        for (z, expected) in [(-3.0, 0.05), (0.0, 0.5), (3.0, 0.95)] {
            assert!((map.probability(z) - expected).abs() < 0.06, "{}", map.probability(z));
        }
    }

    #[test]
    fn classes_that_a_threshold_separates_have_a_finite_slope() {
        let (z, on): (Vec<f64>, Vec<bool>) = (-50..50).map(|z| (f64::from(z) + 0.5, z >= 0)).unzip();
        for with_offset in [false, true] {
            let (slope, offset) = logistic(&z, &on, with_offset);
            assert!(
                slope.is_finite() && slope > 0.0 && offset.abs() < 1.0,
                "{slope} {offset}"
            );
        }
    }

    #[test]
    fn rounding_never_lowers_a_score() {
        for value in [0.123_449, -0.123_449, 1.0, 12_345.6, -3.0, 0.0] {
            let found = upwards(value);
            assert!(
                found >= value && found - value <= 1e-3 * value.abs().max(1e-9),
                "{found} of {value}"
            );
        }
    }

    #[test]
    fn of_very_many_scores_the_quantiles_stay() {
        let all: Vec<f64> = (1..=5000).map(f64::from).collect();
        let kept = Conformal::of(all, 0.0, String::new());
        assert_eq!(kept.scores.len(), MOST);
        assert_eq!(kept.bound(0.9), Some(4505.0));
    }
}
