//! Distribution of a mark's values, which a model card has for the training data.

use serde::{Deserialize, Serialize};

use super::SignalTable;

/// Distribution of one mark's values over all genes and bins.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkDistribution {
    /// The mark.
    pub mark: String,
    /// Arithmetic mean.
    pub mean: f64,
    /// Population standard deviation.
    pub standard_deviation: f64,
    /// Fraction of values that are 0.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub zero_fraction: f64,
    /// Fraction of values that are integers, 0 included.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub integer_fraction: f64,
    /// 50th percentile.
    pub median: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Largest value.
    pub max: f64,
    /// The largest number of which all values are integer multiples: 1 for counts, 2 for doubled counts, 0.01 for
    /// counts divided by 100. Null if there is none, or if fewer than 50 values are not 0.
    #[serde(default)]
    pub step: Option<f64>,
    /// Number of values; 0 if not recorded.
    #[serde(default)]
    pub values: u64,
}

/// Largest number of values of a mark that are sorted for percentiles; more are sampled evenly.
const SORTED_AT_MOST: usize = 1 << 18;

/// Smallest number of values other than 0 for a meaningful common step.
const STEP_FROM: usize = 50;

pub(super) fn of_table(table: &SignalTable) -> Vec<MarkDistribution> {
    let marks = table.marks.len();
    (0..marks)
        .map(|column| {
            let values = table.values.iter().skip(column).step_by(marks).copied();
            of_mark(&table.marks[column], values, table.bins)
        })
        .collect()
}

/// The distribution of `values` [genes · bins], gene by gene.
fn of_mark(mark: &str, values: impl ExactSizeIterator<Item = f32> + Clone, bins: usize) -> MarkDistribution {
    let count = values.len();
    if count == 0 {
        return MarkDistribution {
            mark: mark.to_owned(),
            mean: 0.0,
            standard_deviation: 0.0,
            zero_fraction: 0.0,
            integer_fraction: 0.0,
            median: 0.0,
            p90: 0.0,
            p99: 0.0,
            max: 0.0,
            step: None,
            values: 0,
        };
    }
    let (mut sum, mut max) = (0.0_f64, 0.0_f64);
    let (mut zero, mut integer) = (0_usize, 0_usize);
    let mut step = Step::default();
    for value in values.clone() {
        let value = f64::from(value);
        sum += value;
        max = max.max(value);
        if value == 0.0 {
            zero += 1;
        } else {
            step.take(value);
        }
        if value.fract() == 0.0 {
            integer += 1;
        }
    }
    let mean = sum / count as f64;
    let squares: f64 = values.clone().map(|value| (f64::from(value) - mean).powi(2)).sum();

    let mut sample: Vec<f32> = values.step_by(sampling_step(count, bins)).collect();
    sample.sort_unstable_by(f32::total_cmp);
    let fraction = |part: usize| part as f64 / count as f64;
    MarkDistribution {
        mark: mark.to_owned(),
        mean,
        standard_deviation: (squares / count as f64).sqrt(),
        zero_fraction: fraction(zero),
        integer_fraction: fraction(integer),
        median: percentile(&sample, 0.50),
        p90: percentile(&sample, 0.90),
        p99: percentile(&sample, 0.99),
        max,
        step: step.step.filter(|_| count - zero >= STEP_FROM),
        values: count as u64,
    }
}

/// Sampling interval, without a common divisor with `bins`, so that all bins are sampled equally.
fn sampling_step(count: usize, bins: usize) -> usize {
    let mut step = count.div_ceil(SORTED_AT_MOST);
    while step > 1 && greatest_common_divisor(step, bins.max(1)) > 1 {
        step += 1;
    }
    step
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// A percentile of sorted values without interpolation, so that counts stay counts.
fn percentile(sorted: &[f32], fraction: f64) -> f64 {
    let rank = (fraction * sorted.len() as f64).ceil() as usize;
    f64::from(sorted[rank.clamp(1, sorted.len()) - 1])
}

/// Greatest common divisor of numbers with float32 rounding.
#[derive(Debug, Default)]
struct Step {
    step: Option<f64>,
    smallest: f64,
    /// True once the numbers have no common divisor.
    none: bool,
}

impl Step {
    /// Largest distance from a multiple, in steps. float32 is more precise up to 10,000 steps.
    const TOLERANCE: f64 = 1e-3;
    /// A step smaller than this fraction of the smallest number is due to chance.
    const FINEST: f64 = 1.0 / 64.0;

    /// Adds a number above 0.
    fn take(&mut self, value: f64) {
        let Some(step) = self.step else {
            if !self.none {
                (self.step, self.smallest) = (Some(value), value);
            }
            return;
        };
        self.smallest = self.smallest.min(value);
        // Euclid's algorithm, with remainders of either sign.
        let (mut larger, mut smaller) = (value, step);
        while smaller >= Self::FINEST * self.smallest {
            // Exact for integers.
            let remainder = (larger - smaller * (larger / smaller).round()).abs();
            if remainder < Self::TOLERANCE * smaller {
                self.step = Some(smaller);
                return;
            }
            (larger, smaller) = (smaller, remainder);
        }
        (self.step, self.none) = (None, true);
    }
}
