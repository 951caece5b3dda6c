//! Change of gene expression between two cell types: predicted and measured log2 fold changes.

use serde::{Deserialize, Serialize};

use super::report::PearsonSeed;
use super::{Named, Score};
use crate::metrics::{self, NORMAL_95};

/// Agreement of predicted with measured log2 fold changes over one set of genes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeScore {
    /// Genes in the set.
    pub n: usize,
    /// Pearson correlation.
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    pub pearson: f64,
    /// Spearman correlation.
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    pub spearman: f64,
    /// 1 - residual sum of squares / total sum of squares.
    pub r2: f64,
    /// Mean squared error.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub mse: f64,
    /// Fraction of genes with a measured |log2 fold change| above 1 whose sign is predicted correctly; null if there
    /// are no such genes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub sign_accuracy: Option<f64>,
    /// Number of such genes; null if not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<usize>,
}

impl ChangeScore {
    /// Compares predicted and measured log2 fold changes; `None` if a metric is not defined: fewer than two genes, a
    /// constant side, or NaN.
    pub fn of(predicted: &[f64], measured: &[f64]) -> Option<Self> {
        let changed = predicted
            .iter()
            .zip(measured)
            .filter(|(_, measured)| measured.abs() > 1.0);
        let right = changed.clone().filter(|(a, b)| (**a > 0.0) == (**b > 0.0));
        let (right, changed) = (right.count(), changed.count());
        Some(Self {
            n: measured.len(),
            pearson: metrics::pearson(predicted, measured)?,
            spearman: metrics::spearman(predicted, measured)?,
            r2: metrics::r2(predicted, measured)?,
            mse: metrics::mse(predicted, measured)?,
            sign_accuracy: (changed > 0).then(|| right as f64 / changed as f64),
            changed: Some(changed),
        })
    }
}

impl Score for ChangeScore {
    const SET: &'static str = "genes";
    const COUNTED: &'static str = "gene";
    const HEADLINE: &'static str = "Pearson";

    type Seed = PearsonSeed<Self>;

    fn n(&self) -> usize {
        self.n
    }

    fn headline(&self) -> f64 {
        self.pearson
    }

    fn columns(&self) -> Vec<(&'static str, f64)> {
        let mut columns = vec![
            ("Pearson", self.pearson),
            ("Spearman", self.spearman),
            ("R2", self.r2),
            ("MSE", self.mse),
        ];
        columns.extend(self.sign_accuracy.map(|share| ("sign", share)));
        columns
    }

    fn interval(&self) -> Option<String> {
        Some(fisher_sentence(fisher_interval(self.pearson, self.n), self.n))
    }

    fn range(&self) -> Option<(f64, f64)> {
        (self.n > 0).then(|| fisher_interval(self.pearson, self.n))
    }

    fn beside(&self, best: &Named<Self>) -> String {
        beside(&best.name, best.score.pearson)
    }
}

/// 95 % confidence interval of a Pearson correlation of n pairs.
pub(super) fn fisher_interval(r: f64, n: usize) -> (f64, f64) {
    let z = r.clamp(-0.999_999, 0.999_999).atanh();
    let half = NORMAL_95 / (n.max(4) as f64 - 3.0).sqrt();
    ((z - half).tanh(), (z + half).tanh())
}

/// 95 % confidence interval of a Pearson correlation of n genes, as a sentence.
pub(super) fn fisher_sentence((low, high): (f64, f64), n: usize) -> String {
    format!(
        "With {n} test genes the 95 % interval of this Pearson correlation is about {low:.3} to {high:.3} (Fisher's \
            z): smaller differences mean nothing here."
    )
}

/// Pearson correlation of the best simple predictor, as the beginning of a sentence.
pub(super) fn beside(name: &str, pearson: f64) -> String {
    format!("The best simple predictor on the same test genes, {name}, has a Pearson correlation of {pearson:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_correlation_holds_it_and_narrows_with_genes() {
        let (low, high) = fisher_interval(0.65, 200);
        assert!(
            (low - 0.563).abs() < 5e-3 && (high - 0.723).abs() < 5e-3,
            "{low} {high}"
        );
        let (wide, _) = fisher_interval(0.65, 20);
        assert!(wide < low);
    }
}
