//! Results of a deletion test for one explanation, and their means over genes.

use std::cmp::Ordering;

use super::super::{Mean, Recovered};
use super::curves::mean;
use super::{DeletionCurves, Explanation};

/// Results of a [`DeletionTest`](super::DeletionTest) or [`BaseDeletionTest`](super::BaseDeletionTest) for one
/// explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct TestedExplanation<E = Explanation> {
    /// The explanation.
    pub explanation: E,
    /// As in [`DeletionCurves`], [N, steps]; the mean over several random orders.
    pub change: Vec<f32>,
    /// As in [`DeletionCurves`], `[N]`; the mean over several random orders.
    pub area: Vec<f32>,
    /// Smallest change over several random orders, [N, steps]; else empty.
    pub least: Vec<f32>,
    /// Largest change over several random orders, as [`least`](Self::least).
    pub greatest: Vec<f32>,
    /// Recovery of the planted places, `[N]`; empty if they are not known.
    pub recovered: Vec<Recovered>,
}

/// Conclusion of a deletion test over genes or windows: paired differences of areas whose 95 % confidence intervals
/// exclude 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Larger than the area of the signal's size, and than chance.
    AheadOfSignal,
    /// Larger than chance; not larger than the area of the signal's size, if that was tested.
    AheadOfChance,
    /// Not distinguishable from chance.
    LikeChance,
    /// Smaller than chance.
    BehindChance,
}

impl Verdict {
    /// Its name in other languages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AheadOfSignal => "ahead-of-signal",
            Self::AheadOfChance => "ahead-of-chance",
            Self::LikeChance => "like-chance",
            Self::BehindChance => "behind-chance",
        }
    }
}

impl MeanDeletion {
    /// Compares with signal first, then with chance; `None` below two genes, and for random itself.
    pub fn verdict(&self) -> Option<Verdict> {
        let of_signal = self.area_ahead_of_signal.against_zero();
        Some(match self.area_ahead.against_zero()? {
            Ordering::Greater if of_signal == Some(Ordering::Greater) => Verdict::AheadOfSignal,
            Ordering::Greater => Verdict::AheadOfChance,
            Ordering::Equal => Verdict::LikeChance,
            Ordering::Less => Verdict::BehindChance,
        })
    }
}

/// Means over the tested genes of the results for one explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanDeletion {
    /// The curve, [steps].
    pub change: Vec<Mean>,
    /// Area under the curve.
    pub area: Mean,
    /// Paired difference from the random order of the same gene, [steps]: genes differ more than orders of one gene.
    /// Empty for random itself, or if it was not tested.
    pub ahead: Vec<Mean>,
    /// The same for the area; over no genes if `ahead` is empty.
    pub area_ahead: Mean,
    /// Paired difference of the area from that of the signal's size; over no genes for signal and random, or if signal
    /// was not tested.
    pub area_ahead_of_signal: Mean,
    /// Recovery of the planted bins, and of the planted marks in bins; over no genes if they are not known.
    pub recovered: [Mean; 2],
}

impl<E> TestedExplanation<E> {
    /// Starts with no genes.
    pub(super) fn new(explanation: E) -> Self {
        Self {
            explanation,
            change: Vec::new(),
            area: Vec::new(),
            least: Vec::new(),
            greatest: Vec::new(),
            recovered: Vec::new(),
        }
    }

    /// Adds the results of this explanation's orders for a batch.
    pub(super) fn extend(&mut self, orders: &[DeletionCurves]) {
        let over = |of: fn(&DeletionCurves) -> &[f32], joined: fn(&mut dyn Iterator<Item = f32>) -> f32| {
            let count = orders.first().map_or(0, |first| of(first).len());
            (0..count)
                .map(|i| joined(&mut orders.iter().map(|order| of(order)[i])))
                .collect::<Vec<f32>>()
        };
        let average = |values: &mut dyn Iterator<Item = f32>| {
            let values: Vec<f32> = values.collect();
            mean(values.iter())
        };
        self.change.extend(over(|order| &order.change, average));
        self.area.extend(over(|order| &order.area, average));
        if orders.len() > 1 {
            let least = |values: &mut dyn Iterator<Item = f32>| values.fold(f32::INFINITY, f32::min);
            let greatest = |values: &mut dyn Iterator<Item = f32>| values.fold(f32::NEG_INFINITY, f32::max);
            self.least.extend(over(|order| &order.change, least));
            self.greatest.extend(over(|order| &order.change, greatest));
        }
    }

    /// Appends the results of further genes.
    pub(super) fn append(&mut self, more: Self) {
        self.change.extend(more.change);
        self.area.extend(more.area);
        self.least.extend(more.least);
        self.greatest.extend(more.greatest);
        self.recovered.extend(more.recovered);
    }

    /// The mean over `genes`, by index, with `steps` points per curve; against `random` and `signal` if these were
    /// tested.
    pub(super) fn mean(
        &self,
        genes: &[usize],
        steps: usize,
        random: Option<&Self>,
        signal: Option<&Self>,
    ) -> MeanDeletion {
        let of_genes = |of: &dyn Fn(usize) -> f64| Mean::of(genes.iter().map(|&gene| of(gene)));
        let curve = |of: &dyn Fn(usize) -> f64| -> Vec<Mean> {
            let at = |step| of_genes(&|gene| of(gene * steps + step));
            (0..steps).map(at).collect()
        };
        let less = |values: &[f32], others: &[f32], i: usize| f64::from(values[i]) - f64::from(others[i]);
        let area_ahead = |of: Option<&Self>| {
            of.map_or(Mean::of([]), |other| {
                of_genes(&|gene| less(&self.area, &other.area, gene))
            })
        };
        MeanDeletion {
            change: curve(&|i| f64::from(self.change[i])),
            area: of_genes(&|gene| f64::from(self.area[gene])),
            ahead: random.map_or(Vec::new(), |random| curve(&|i| less(&self.change, &random.change, i))),
            area_ahead: area_ahead(random),
            area_ahead_of_signal: area_ahead(signal),
            recovered: Recovered::means(genes.iter().filter_map(|&gene| self.recovered.get(gene))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(explanation: Explanation, area: &[f32]) -> TestedExplanation {
        TestedExplanation {
            change: vec![0.0; area.len()],
            area: area.to_vec(),
            ..TestedExplanation::new(explanation)
        }
    }

    fn verdict(area: &[f32], signal: Option<&[f32]>, random: &[f32]) -> Option<Verdict> {
        let genes: Vec<usize> = (0..area.len()).collect();
        let signal = signal.map(|signal| tested(Explanation::Signal, signal));
        let random = tested(Explanation::Random, random);
        let mean = tested(Explanation::Attention, area).mean(&genes, 1, Some(&random), signal.as_ref());
        mean.verdict()
    }

    #[test]
    fn a_verdict_compares_with_signal_first_and_then_with_chance() {
        let (high, low) = ([0.30, 0.31, 0.29, 0.30], [0.10, 0.11, 0.09, 0.10]);
        let zero = [0.0; 4];
        assert_eq!(verdict(&high, Some(&low), &zero), Some(Verdict::AheadOfSignal));
        assert_eq!(verdict(&low, Some(&high), &zero), Some(Verdict::AheadOfChance));
        // As good as signal is not ahead of it.
        assert_eq!(verdict(&low, Some(&low), &zero), Some(Verdict::AheadOfChance));
        assert_eq!(verdict(&high, None, &zero), Some(Verdict::AheadOfChance));
        assert_eq!(verdict(&zero, Some(&high), &low), Some(Verdict::BehindChance));
        // Signal may be worth less than chance.
        assert_eq!(verdict(&low, Some(&zero), &low), Some(Verdict::LikeChance));
    }

    #[test]
    fn a_difference_within_its_95_percent_interval_is_no_difference() {
        // Four genes, mean −0.004, standard error 0.003: beyond one standard error, within two.
        let random = [0.0; 4];
        let area = [-0.004 - 0.009, -0.004 + 0.003, -0.004, -0.004 + 0.006].map(|area: f64| area as f32);
        let mean = Mean::of(area.map(f64::from));
        let (mean, error) = (mean.mean.unwrap(), mean.standard_error.unwrap());
        assert!(mean < -error && mean > -1.96 * error, "{mean} {error}");
        assert_eq!(verdict(&area, None, &random), Some(Verdict::LikeChance));
    }

    #[test]
    fn one_gene_has_no_verdict() {
        assert_eq!(verdict(&[0.3], Some(&[0.1]), &[0.0]), None);
    }
}
