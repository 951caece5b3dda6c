//! Whether importance lies where something was planted.

use crate::metrics::pearson;

/// A mean over genes and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Genes that it is taken over.
    pub n: usize,
    /// `None` where there are none.
    pub mean: Option<f64>,
    /// Standard error of the mean, s/√n; `None` below two genes.
    pub standard_error: Option<f64>,
}

impl Mean {
    /// The mean of the numbers; NaN does not count.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        // Welford's update: differences of large sums would lose a small spread.
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

    /// Half of the mean's 95 % confidence interval, by the normal approximation; `None` below two genes.
    pub fn half_interval(&self) -> Option<f64> {
        self.standard_error.map(|error| 1.96 * error)
    }
}

/// Over genes: does importance lie where the truth was planted?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovery {
    /// Pearson's correlation of a gene's importance with what is planted (1) and what is not (0).
    pub correlation: Mean,
    /// The share of a gene's k most important places that are planted.
    pub top: Mean,
    /// What [`top`](Self::top) is by chance: the share of all places that are planted.
    pub chance: Mean,
}

impl Recovery {
    /// Over genes, each with its importance and what is planted in it. `k` is how many places count as most important;
    /// without it, as many as are planted in the gene. A gene where nothing or everything is planted counts nowhere,
    /// and one of even importance has no correlation.
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

/// The share of the `k` most important places that are planted. Where places are equally important and not all of them
/// are among the k, each counts by its chance of being there: even importance gives exactly what chance does.
///
/// `None` where k is 0 or more than there are places, or a number is NaN.
pub fn top_share(importance: &[f32], planted: &[bool], k: usize) -> Option<f64> {
    if importance.len() != planted.len()
        || k == 0
        || k > importance.len()
        || importance.iter().any(|value| value.is_nan())
    {
        return None;
    }
    let mut sorted = importance.to_vec();
    let (_, &mut least, _) = sorted.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a));
    // Of the places above the least of the k, and of those level with it: how many there are, and how many planted.
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
    fn importance_that_is_the_truth_is_found_and_even_importance_is_chance() {
        let planted = [true, true, false, false, false, false, false, false];
        let nothing = [false; 8];
        let truth: Vec<f32> = planted.iter().map(|&here| f32::from(u8::from(here))).collect();
        let found = Recovery::of([(&truth[..], &planted[..]), (&truth, &nothing)].into_iter(), None);
        assert_eq!((found.correlation.n, found.correlation.mean), (1, Some(1.0)));
        assert_eq!((found.top.mean, found.chance.mean), (Some(1.0), Some(0.25)));
        let even = Recovery::of([(&[0.1_f32; 8][..], &planted[..])].into_iter(), None);
        assert_eq!((even.correlation.n, even.top.mean), (0, Some(0.25)));
        // Of the four most important places two are planted, and no more can be.
        let four = Recovery::of([(&truth[..], &planted[..])].into_iter(), Some(4));
        assert_eq!(four.top.mean, Some((2.0 + 0.0) / 4.0));
    }
}
