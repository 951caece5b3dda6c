//! Recovery of planted places by importance.

use std::cmp::Ordering;

use crate::metrics::{NORMAL_95, pearson};

/// A mean over genes with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Number of genes.
    pub n: usize,
    /// `None` without genes.
    pub mean: Option<f64>,
    /// Standard error of the mean, s/√n; `None` below two genes.
    pub standard_error: Option<f64>,
}

impl Mean {
    /// The mean of the numbers; NaN does not count.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        // Welford's update: differences of large sums would lose a small variance.
        let (mut n, mut mean, mut squares) = (0_usize, 0.0, 0.0);
        for number in numbers {
            if number.is_nan() {
                continue;
            }
            n += 1;
            let before = number - mean;
            mean += before / n as f64;
            squares += before * (number - mean);
        }
        Self {
            n,
            mean: (n > 0).then_some(mean),
            standard_error: (n > 1).then(|| (squares / (n - 1) as f64 / n as f64).sqrt()),
        }
    }

    /// Half-width of the mean's 95 % confidence interval, by the normal approximation; `None` below two genes.
    pub fn half_interval(&self) -> Option<f64> {
        self.standard_error.map(|error| NORMAL_95 * error)
    }

    /// Compares the 95 % confidence interval with 0: `Greater` if it lies above, `Less` if below, `Equal` if it
    /// contains 0, and `None` below two genes.
    pub fn against_zero(&self) -> Option<Ordering> {
        let (mean, half) = (self.mean?, self.half_interval()?);
        Some(match mean {
            mean if mean > half => Ordering::Greater,
            mean if mean < -half => Ordering::Less,
            _ => Ordering::Equal,
        })
    }
}

/// Agreement of importance with planted truth, over genes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovery {
    /// Pearson correlation of a gene's importance with the planted mask (1 planted, 0 not).
    pub correlation: Mean,
    /// Fraction of a gene's k most important places that are planted.
    pub top: Mean,
    /// Expected [`top`](Self::top) by chance: the fraction of all places that are planted.
    pub chance: Mean,
}

impl Recovery {
    /// Over genes, each with its importance and its planted mask. `k` is the number of most important places; by
    /// default, the number of places planted in the gene. Genes with no or only planted places do not count; genes with
    /// constant importance have no correlation.
    pub fn of<'a>(genes: impl Iterator<Item = (&'a [f32], &'a [bool])>, k: Option<usize>) -> Self {
        let (mut correlation, mut top, mut chance) = (Vec::new(), Vec::new(), Vec::new());
        for (importance, planted) in genes {
            let count = planted.iter().filter(|&&planted| planted).count();
            if count == 0 || count == planted.len() {
                continue;
            }
            let truth: Vec<f32> = planted.iter().map(|&here| f32::from(u8::from(here))).collect();
            let undefined = f64::NAN;
            correlation.push(pearson(importance, &truth).unwrap_or(undefined));
            top.push(top_share(importance, planted, k.unwrap_or(count)).unwrap_or(undefined));
            chance.push(count as f64 / planted.len() as f64);
        }
        Self {
            correlation: Mean::of(correlation),
            top: Mean::of(top),
            chance: Mean::of(chance),
        }
    }
}

/// Recovery of one gene's planted places; NaN if none or all are planted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovered {
    /// Fraction of the bins with a planted mark among the same number of most important bins.
    pub bins: f32,
    /// Fraction of the planted marks in bins among the same number of most important ones.
    pub places: f32,
}

impl Recovered {
    /// From the importance of bins `[T]` and of places [T, columns], and the planted mask.
    pub fn of(bins: &[f32], places: &[f32], planted: &[bool]) -> Self {
        let any = any_column(planted, bins.len());
        Self {
            bins: planted_share(bins, &any),
            places: planted_share(places, planted),
        }
    }

    /// Expected recovery by chance: the fraction of `bins` bins, and of the places in them, that are planted.
    pub fn by_chance(planted: &[bool], bins: usize) -> Self {
        let level = vec![0.0; planted.len()];
        Self::of(&level[..bins], &level, planted)
    }

    /// The mean over orders of the same gene.
    pub(super) fn mean(of: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> f32| of.iter().map(part).sum::<f32>() / of.len() as f32;
        Self {
            bins: mean(|each| each.bins),
            places: mean(|each| each.places),
        }
    }

    /// Means over genes, for bins and for places.
    pub(super) fn means<'a>(of: impl Iterator<Item = &'a Self> + Clone) -> [Mean; 2] {
        let mean = |part: fn(&Self) -> f32| Mean::of(of.clone().map(|each| f64::from(part(each))));
        [mean(|each| each.bins), mean(|each| each.places)]
    }
}

/// The bins of [T, columns] with a planted column.
fn any_column(planted: &[bool], bins: usize) -> Vec<bool> {
    let columns = planted.len() / bins.max(1);
    let bins = planted.chunks_exact(columns.max(1));
    bins.map(|bin| bin.contains(&true)).collect()
}

/// [`top_share`] with k the number of planted places; NaN if none or all are planted.
fn planted_share(importance: &[f32], planted: &[bool]) -> f32 {
    let count = planted.iter().filter(|&&planted| planted).count();
    let share = (count < planted.len()).then(|| top_share(importance, planted, count));
    share.flatten().map_or(f32::NAN, |share| share as f32)
}

/// Fraction of the `k` most important places that are planted. Ties at the k-th place count by their probability of
/// being chosen: constant importance gives exactly chance.
///
/// `None` if k is 0 or exceeds the number of places, or a value is NaN.
pub fn top_share(importance: &[f32], planted: &[bool], k: usize) -> Option<f64> {
    if importance.len() != planted.len()
        || k == 0
        || k > importance.len()
        || importance.iter().any(|value| value.is_nan())
    {
        return None;
    }
    let least = kth_largest(importance, k);
    // Numbers of places and of planted ones above the k-th value, and equal to it.
    let (mut above, mut found, mut level, mut level_found) = (0, 0, 0, 0);
    for (&value, &planted) in importance.iter().zip(planted) {
        if value > least {
            above += 1;
            found += usize::from(planted);
        } else if value == least {
            level += 1;
            level_found += usize::from(planted);
        }
    }
    let drawn = (k - above) as f64 * level_found as f64 / f64::from(level);
    Some((found as f64 + drawn) / k as f64)
}

/// The k-th largest of values without NaN, bit by bit: less code in WebAssembly than a selection.
pub(super) fn kth_largest(numbers: &[f32], k: usize) -> f32 {
    // Unsigned integers in the order of the values.
    let key = |number: f32| {
        let bits = number.to_bits();
        if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
    };
    let found = (0..32).rev().fold(0, |prefix: u32, bit| {
        let larger = prefix | 1 << bit;
        let count = numbers.iter().filter(|&&number| key(number) >= larger).count();
        if count >= k { larger } else { prefix }
    });
    f32::from_bits(if found >> 31 == 1 { found ^ 1 << 31 } else { !found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_the_error_of_its_sample() {
        let mean = Mean::of([1.0, 2.0, 3.0, 4.0, f64::NAN]);
        assert_eq!((mean.n, mean.mean), (4, Some(2.5)));
        // s² = 5/3 over four numbers.
        let error = mean.standard_error.unwrap();
        assert!((error - (5.0_f64 / 12.0).sqrt()).abs() < 1e-15, "{error}");
        assert_eq!(Mean::of([7.0]).standard_error, None);
        assert_eq!(Mean::of([]).mean, None);
    }

    #[test]
    fn the_most_important_places_are_looked_up_in_the_truth() {
        let planted = [true, false, true, false];
        assert_eq!(top_share(&[0.9, 0.1, 0.8, 0.2], &planted, 2), Some(1.0));
        assert_eq!(top_share(&[0.9, 0.8, 0.1, 0.2], &planted, 2), Some(0.5));
        assert_eq!(top_share(&[0.1, 0.9, 0.2, 0.8], &planted, 2), Some(0.0));
        assert_eq!(top_share(&[-1.0, -9.0, -8.0, -7.0], &planted, 1), Some(1.0));
    }

    #[test]
    fn the_kth_largest_is_that_of_a_sorted_list() {
        let numbers = [3.5, -0.0, 0.0, -7.25, f32::INFINITY, 1e-40, -1e-40, 3.5, f32::MIN];
        let mut sorted = numbers;
        sorted.sort_by(|a, b| b.total_cmp(a));
        for (place, expected) in sorted.iter().enumerate() {
            assert_eq!(kth_largest(&numbers, place + 1).to_bits(), expected.to_bits());
        }
    }

    #[test]
    fn level_places_count_by_chance() {
        let planted = [true, false, false, false, true];
        assert_eq!(top_share(&[1.0; 5], &planted, 2), Some(0.4));
        // The first is in; one of the other four, a quarter of which are planted, is too.
        assert_eq!(
            top_share(&[2.0, 1.0, 1.0, 1.0, 1.0], &planted, 2),
            Some(f64::midpoint(1.0, 0.25))
        );
        // Zero has two signs and one size.
        assert_eq!(top_share(&[0.0, -0.0], &[true, false], 1), Some(0.5));
    }

    #[test]
    fn what_cannot_be_ranked_has_no_share() {
        assert_eq!(top_share(&[1.0, 2.0], &[true, false], 0), None);
        assert_eq!(top_share(&[1.0, 2.0], &[true, false], 3), None);
        assert_eq!(top_share(&[1.0, f32::NAN], &[true, false], 1), None);
    }

    #[test]
    fn of_a_gene_bins_and_marks_in_them_are_found_apart() {
        // Two marks in four bins; the first is planted in bin 2, both in bin 3.
        let [n, y] = [false, true];
        let planted = [n, n, y, n, y, y, n, n];
        let places = [0.0, 9.0, 5.0, 0.0, 4.0, 3.0, 0.0, 2.0];
        let bins = [9.0, 5.0, 7.0, 2.0];
        let found = Recovered::of(&bins, &places, &planted);
        assert_eq!((found.bins, found.places), (0.5, (2.0_f64 / 3.0) as f32));
        let chance = Recovered::by_chance(&planted, 4);
        assert_eq!((chance.bins, chance.places), (0.5, 0.375));
        // Everywhere is nowhere, and so is nothing.
        for same in [n, y] {
            let found = Recovered::of(&bins, &places, &[same; 8]);
            assert!(found.bins.is_nan() && found.places.is_nan());
        }
        let [of_bins, of_places] = Recovered::means([found, chance].iter());
        assert_eq!((of_bins.n, of_bins.mean), (2, Some(0.5)));
        assert!((of_places.mean.unwrap() - f64::midpoint(2.0 / 3.0, 0.375)).abs() < 1e-7);
    }

    #[test]
    fn importance_that_is_the_truth_is_found_and_even_importance_is_chance() {
        let planted = [true, true, false, false, false, false, false, false];
        let nothing = [false; 8];
        let truth: Vec<f32> = planted.iter().map(|&here| f32::from(u8::from(here))).collect();
        let found = Recovery::of([(&truth[..], &planted[..]), (&truth, &nothing)].into_iter(), None);
        assert_eq!((found.correlation.n, found.correlation.mean), (1, Some(1.0)));
        assert_eq!((found.top.mean, found.chance.mean), (Some(1.0), Some(0.25)));
        let even = Recovery::of([(&[0.1_f32; 8][..], &planted[..])].into_iter(), None);
        assert_eq!((even.correlation.n, even.top.mean), (0, Some(0.25)));
        // Two of the four most important places are planted, and no more can be.
        let four = Recovery::of([(&truth[..], &planted[..])].into_iter(), Some(4));
        assert_eq!(four.top.mean, Some((2.0 + 0.0) / 4.0));
    }
}
