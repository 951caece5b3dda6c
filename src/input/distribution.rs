//! How the values of a mark are distributed: what a model card keeps of its training data.

use serde::{Deserialize, Serialize};

use super::SignalTable;

/// The distribution of one mark's values over all genes and bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkDistribution {
    /// The mark.
    pub mark: String,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of the population.
    pub standard_deviation: f64,
    /// Fraction of values that are 0.
    pub zero_fraction: f64,
    /// Fraction of values that are whole numbers, 0 included.
    pub integer_fraction: f64,
    /// 50th percentile.
    pub median: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Largest value.
    pub max: f64,
    /// Fraction of the values other than 0 that are even whole numbers; `None` where fewer than 50 values are not 0.
    /// A mark whose counts were doubled has 1.
    #[serde(default)]
    pub even_fraction: Option<f64>,
    /// Number of values; 0 where it was not recorded.
    #[serde(default)]
    pub values: u64,
}

/// Values of a mark that are sorted for percentiles. More are thinned evenly to about as many.
const SORTED_AT_MOST: usize = 1 << 18;

/// Fewest values other than 0 of which a fraction of even ones says something.
const EVEN_FROM: usize = 50;

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
fn of_mark(
    mark: &str,
    values: impl ExactSizeIterator<Item = f32> + Clone,
    bins: usize,
) -> MarkDistribution {
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
            even_fraction: None,
            values: 0,
        };
    }
    let (mut sum, mut max) = (0.0_f64, 0.0_f64);
    let (mut zero, mut integer, mut even) = (0_usize, 0_usize, 0_usize);
    for value in values.clone() {
        let value = f64::from(value);
        sum += value;
        max = max.max(value);
        if value == 0.0 {
            zero += 1;
        } else if value % 2.0 == 0.0 {
            even += 1;
        }
        if value.fract() == 0.0 {
            integer += 1;
        }
    }
    let mean = sum / count as f64;
    let squares: f64 = values
        .clone()
        .map(|value| (f64::from(value) - mean).powi(2))
        .sum();

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
        even_fraction: (count - zero >= EVEN_FROM).then(|| even as f64 / (count - zero) as f64),
        values: count as u64,
    }
}

/// Every how many values one is taken. Has no divisor in common with `bins`, so that every bin is seen as often.
fn sampling_step(count: usize, bins: usize) -> usize {
    let mut step = count.div_ceil(SORTED_AT_MOST);
    while step > 1 && greatest_common_divisor(step, bins.max(1)) > 1 {
        step += 1;
    }
    step
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// A percentile of sorted values, linear between neighbours.
fn percentile(sorted: &[f32], fraction: f64) -> f64 {
    let position = fraction * (sorted.len() - 1) as f64;
    let below = f64::from(sorted[position.floor() as usize]);
    let above = f64::from(sorted[position.ceil() as usize]);
    below + (above - below) * position.fract()
}
