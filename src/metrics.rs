//! Metrics by their published definitions, computed in float64.
//!
//! Functions return `None` if the metric is not defined: inputs of different lengths, no examples, NaN, or constant
//! inputs as stated at the function. A metric is never NaN.
//!
//! Metrics of predicted classes are in [`classes`], the sampling error of an AUROC in [`areas`], metrics of predicted
//! tracks in [`tracks`].
//!
//! Own implementation: no crate has them all with ties, in a size suitable for a page.

pub mod areas;
pub mod classes;
pub mod tracks;

use std::ops::Range;

/// Half-width of a 95 % confidence interval in standard errors, by the normal approximation.
pub const NORMAL_95: f64 = 1.96;

/// The 97.5th percentile of the standard normal distribution.
const NORMAL_975: f64 = 1.959_964;

/// Mean and sample standard deviation, which is 0 for a single number.
pub fn mean_and_sd(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0).max(1.0)).sqrt())
}

/// Mean of each value over several lists.
///
/// # Panics
/// If there is no list, or their lengths differ.
pub fn means(lists: &[&[f32]]) -> Vec<f32> {
    let count = lists.first().expect("at least one list").len();
    assert!(lists.iter().all(|list| list.len() == count), "as many values");
    let sum = |at: usize| lists.iter().map(|list| f64::from(list[at])).sum::<f64>();
    (0..count).map(|at| (sum(at) / lists.len() as f64) as f32).collect()
}

/// Wilson's 95 % interval of a fraction observed in `count` draws (Wilson, 1927).
pub fn wilson(share: f64, count: f64) -> Range<f64> {
    let square = NORMAL_975 * NORMAL_975 / count;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = NORMAL_975 / (1.0 + square) * (share * (1.0 - share) / count + square / (4.0 * count)).sqrt();
    // Rounding would take a fraction of 1 to slightly below.
    let end = if share >= 1.0 { 1.0 } else { (middle + half).min(1.0) };
    (middle - half).max(0.0)..end
}

/// Area under the ROC curve: the probability that a positive example scores above a negative one, with ties counting ½.
/// `None` also if a class has no example.
pub fn auroc<S: Copy + Into<f64>>(scores: &[S], labels: &[bool]) -> Option<f64> {
    let ranked = Ranked::new(scores, labels)?;
    let (positives, negatives) = ranked.classes()?;
    // Each group of ties is a step of the curve, with the area of a trapezoid.
    let (mut above, mut area) = (0.0, 0.0);
    for group in ranked.groups() {
        area += group.negatives * (above + group.positives / 2.0);
        above += group.positives;
    }
    Some(area / (positives * negatives))
}

/// Quantile of sorted numbers at `level` from 0 to 1, with linear interpolation (Hyndman and Fan's type 7). `None`
/// without numbers.
pub fn quantile(sorted: &[f32], level: f64) -> Option<f32> {
    let last = sorted.len().checked_sub(1)?;
    let place = level * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    let (low, high) = (f64::from(sorted[below]), f64::from(sorted[above]));
    let (share, apart) = (place - place.floor(), high - low);
    // No interpolation with infinities: the nearer number.
    Some(match apart.is_finite() {
        true => (low + apart * share) as f32,
        false if share < 0.5 => sorted[below],
        false => sorted[above],
    })
}

/// Average precision: the mean precision over positive examples, each at its own score, with examples of equal score
/// grouped. For a constant score it is the fraction of positives. `None` also if a class has no example.
pub fn average_precision<S: Copy + Into<f64>>(scores: &[S], labels: &[bool]) -> Option<f64> {
    let ranked = Ranked::new(scores, labels)?;
    let (positives, _) = ranked.classes()?;
    let (mut hits, mut called, mut sum) = (0.0, 0.0, 0.0);
    for group in ranked.groups() {
        hits += group.positives;
        called += group.positives + group.negatives;
        sum += group.positives * hits / called;
    }
    Some(sum / positives)
}

/// Pearson correlation. `None` also if either side is constant.
pub fn pearson<S: Copy + Into<f64>>(x: &[S], y: &[S]) -> Option<f64> {
    let (x, y) = (numbers(x)?, numbers(y)?);
    if x.len() != y.len() || is_constant(&x) || is_constant(&y) {
        return None;
    }
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    let correlation = xy / (xx.sqrt() * yy.sqrt());
    correlation.is_finite().then(|| correlation.clamp(-1.0, 1.0))
}

/// Spearman correlation: the Pearson correlation of ranks, with mean ranks for ties. `None` also if either side is
/// constant.
pub fn spearman<S: Copy + Into<f64>>(x: &[S], y: &[S]) -> Option<f64> {
    pearson(&ranks(&numbers(x)?), &ranks(&numbers(y)?))
}

/// Coefficient of determination: 1 − Σ(target − prediction)² / Σ(target − mean target)². `None` also if the target is
/// constant.
pub fn r2<S: Copy + Into<f64>>(prediction: &[S], target: &[S]) -> Option<f64> {
    let (residual, target) = (squared_error(prediction, target)?, numbers(target)?);
    if is_constant(&target) {
        return None;
    }
    let mean = mean(&target);
    let spread: f64 = target.iter().map(|value| (value - mean).powi(2)).sum();
    let r2 = 1.0 - residual / spread;
    (spread > 0.0 && r2.is_finite()).then_some(r2)
}

/// Mean squared error.
pub fn mse<S: Copy + Into<f64>>(prediction: &[S], target: &[S]) -> Option<f64> {
    let mse = squared_error(prediction, target)? / target.len() as f64;
    mse.is_finite().then_some(mse)
}

fn squared_error<S: Copy + Into<f64>>(prediction: &[S], target: &[S]) -> Option<f64> {
    let (prediction, target) = (numbers(prediction)?, numbers(target)?);
    (prediction.len() == target.len()).then(|| prediction.iter().zip(&target).map(|(a, b)| (a - b).powi(2)).sum())
}

/// The numbers in float64; `None` if there are none, or one is NaN.
fn numbers<S: Copy + Into<f64>>(values: &[S]) -> Option<Vec<f64>> {
    let values: Vec<f64> = values.iter().map(|&value| value.into()).collect();
    (!values.is_empty() && !values.iter().any(|value| value.is_nan())).then_some(values)
}

/// Returns true if all values are equal. The rounded mean of equal numbers may differ from them, so that squared
/// differences do not show it.
fn is_constant(values: &[f64]) -> bool {
    values.iter().all(|value| *value == values[0])
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Ranks from 1; ties share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = first as f64 + (tied.len() + 1) as f64 / 2.0;
        for &index in tied {
            ranks[index] = rank;
        }
        first += tied.len();
    }
    ranks
}

/// Examples by descending score.
struct Ranked(Vec<(f64, bool)>);

/// Examples of equal score.
struct Group {
    positives: f64,
    negatives: f64,
}

impl Ranked {
    fn new<S: Copy + Into<f64>>(scores: &[S], labels: &[bool]) -> Option<Self> {
        if scores.len() != labels.len() {
            return None;
        }
        let mut examples: Vec<_> = numbers(scores)?.into_iter().zip(labels.iter().copied()).collect();
        examples.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        Some(Self(examples))
    }

    /// Numbers of positive and negative examples; `None` if either is 0.
    fn classes(&self) -> Option<(f64, f64)> {
        let positives = self.0.iter().filter(|(_, label)| *label).count();
        let negatives = self.0.len() - positives;
        (positives > 0 && negatives > 0).then_some((positives as f64, negatives as f64))
    }

    fn groups(&self) -> impl Iterator<Item = Group> {
        self.0.chunk_by(|(a, _), (b, _)| a == b).map(|tied| {
            let positives = tied.iter().filter(|(_, label)| *label).count();
            Group {
                positives: positives as f64,
                negatives: (tied.len() - positives) as f64,
            }
        })
    }
}
