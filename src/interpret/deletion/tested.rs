//! What a deletion test found for one explanation, and its mean over genes.

use super::super::{Mean, Recovered};
use super::curves::mean;
use super::{DeletionCurves, Explanation};

/// What a [`DeletionTest`](super::DeletionTest) or [`BaseDeletionTest`](super::BaseDeletionTest) found for one
/// explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct TestedExplanation<E = Explanation> {
    /// Whose order it was.
    pub explanation: E,
    /// As of [`DeletionCurves`], [N, steps]; of several random orders the mean.
    pub change: Vec<f32>,
    /// As of [`DeletionCurves`], `[N]`; of several random orders the mean.
    pub area: Vec<f32>,
    /// Of several random orders the least and the greatest change, [N, steps]; else empty.
    pub least: Vec<f32>,
    /// As [`least`](Self::least).
    pub greatest: Vec<f32>,
    /// How much of what was planted goes first, `[N]`; empty where nobody said what was planted.
    pub recovered: Vec<Recovered>,
}

/// The mean over the tested genes of what a [`DeletionTest`] found for one explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanDeletion {
    /// The curve, [steps].
    pub change: Vec<Mean>,
    /// The area under it.
    pub area: Mean,
    /// By how much more than by the random order of the same gene, [steps]: what one gene has to lose differs more than
    /// what an order makes of it. Empty for random itself, and where that was not tested.
    pub ahead: Vec<Mean>,
    /// The same of the area; of no genes where `ahead` is empty.
    pub area_ahead: Mean,
    /// The share of the planted bins, and of the planted marks in bins, that goes first; of no genes where nobody said
    /// what was planted.
    pub recovered: [Mean; 2],
}

impl<E> TestedExplanation<E> {
    /// Of no genes yet.
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

    /// Takes what the orders of this explanation did to a batch.
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

    /// Puts what was found of further genes behind this.
    pub(super) fn append(&mut self, more: Self) {
        self.change.extend(more.change);
        self.area.extend(more.area);
        self.least.extend(more.least);
        self.greatest.extend(more.greatest);
        self.recovered.extend(more.recovered);
    }

    /// The mean over `genes`, by their numbers among those tested, whose curves have `steps` points; against `random`
    /// where that was tested too.
    pub(super) fn mean(&self, genes: &[usize], steps: usize, random: Option<&Self>) -> MeanDeletion {
        let of_genes = |of: &dyn Fn(usize) -> f64| Mean::of(genes.iter().map(|&gene| of(gene)));
        let curve = |of: &dyn Fn(usize) -> f64| -> Vec<Mean> {
            let at = |step| of_genes(&|gene| of(gene * steps + step));
            (0..steps).map(at).collect()
        };
        let less = |values: &[f32], others: &[f32], i: usize| f64::from(values[i]) - f64::from(others[i]);
        MeanDeletion {
            change: curve(&|i| f64::from(self.change[i])),
            area: of_genes(&|gene| f64::from(self.area[gene])),
            ahead: random.map_or(Vec::new(), |random| curve(&|i| less(&self.change, &random.change, i))),
            area_ahead: random.map_or(Mean::of([]), |random| {
                of_genes(&|gene| less(&self.area, &random.area, gene))
            }),
            recovered: Recovered::means(genes.iter().filter_map(|&gene| self.recovered.get(gene))),
        }
    }
}
