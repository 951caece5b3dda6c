//! Level of gene expression in one cell type: predicted and measured log2(count + 1).

use serde::{Deserialize, Serialize};

use super::change::{beside, fisher_interval, fisher_sentence};
use super::report::PearsonSeed;
use super::{Named, Score};
use crate::metrics;

/// The unit of a level, in cards and messages.
pub const UNIT: &str = "log2(count + 1)";

/// The level of a gene with this count.
pub fn level(count: f64) -> f64 {
    (count + 1.0).log2()
}

/// Agreement of predicted and measured levels over one set of genes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelScore {
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
}

impl LevelScore {
    /// The score of predicted levels; `None` if a metric is not defined: fewer than two genes, a constant side, or NaN.
    pub fn of(predicted: &[f64], measured: &[f64]) -> Option<Self> {
        Some(Self {
            n: measured.len(),
            pearson: metrics::pearson(predicted, measured)?,
            spearman: metrics::spearman(predicted, measured)?,
            r2: metrics::r2(predicted, measured)?,
            mse: metrics::mse(predicted, measured)?,
        })
    }
}

impl Score for LevelScore {
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
        vec![
            ("Pearson", self.pearson),
            ("Spearman", self.spearman),
            ("R2", self.r2),
            ("MSE", self.mse),
        ]
    }

    fn interval(&self) -> Option<String> {
        Some(fisher_sentence(self.range()?, self.n))
    }

    fn range(&self) -> Option<(f64, f64)> {
        (self.n > 0).then(|| fisher_interval(self.pearson, self.n))
    }

    fn beside(&self, best: &Named<Self>) -> String {
        beside(&best.name, best.score.pearson)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_0_without_counts_and_1_more_a_doubling() {
        assert_eq!([0.0, 1.0, 3.0, 1023.0].map(level), [0.0, 1.0, 2.0, 10.0]);
    }

    #[test]
    fn levels_without_spread_have_no_score() {
        assert!(LevelScore::of(&[1.0, 1.0], &[1.0, 2.0]).is_none());
        let score = LevelScore::of(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap();
        assert_eq!(score.n, 3);
        assert!((score.pearson - 1.0).abs() < 1e-12 && (score.spearman - 1.0).abs() < 1e-12);
        // Residuals 1, 2, 3 around a target of which the squares around its mean are 4 + 0 + 4.
        assert!((score.mse - 14.0 / 3.0).abs() < 1e-12 && (score.r2 + 0.75).abs() < 1e-12);
    }
}
