//! Random forest.

use std::ops::ControlFlow;

use regulens::input::SignalTable;
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::super::BaselineError;
use super::super::deep_diff::forest::matrix;
use super::super::values::Values;
use super::one_class;

/// Trees are grown until their leaves are pure; each split considers √(number of values) of the values. They are grown
/// in batches, between which a caller can cancel.
const LOTS: u64 = 10;
const TREES_A_LOT: usize = 20;

/// A fitted forest.
pub struct Forest {
    values: Values,
    lots: Vec<Lot>,
}

type Lot = RandomForestRegressor<f64, f64, DenseMatrix<f64>, Vec<f64>>;

impl Forest {
    /// For each gene of a table, the mean over trees of the fraction of training genes that are on in its leaf. Votes
    /// of 0 or 1 would rank genes more coarsely.
    pub fn scores(&self, table: &SignalTable) -> Vec<f64> {
        let rows = matrix(&self.values.of(table));
        let mut scores = vec![0.0; table.genes.len()];
        for lot in &self.lots {
            let means = lot.predict(&rows).expect("a lot is fitted");
            for (score, mean) in scores.iter_mut().zip(means) {
                *score += mean / self.lots.len() as f64;
            }
        }
        scores
    }
}

/// Grows a forest. It has no hyperparameters to select, and so needs no validation genes; the seed is fixed, so that
/// results are reproducible.
pub fn grow(
    training: &SignalTable,
    values: Values,
    go_on: &mut impl FnMut() -> ControlFlow<()>,
) -> Result<Forest, BaselineError> {
    let labels = training.labels.as_deref().unwrap_or_default();
    if !(labels.contains(&true) && labels.contains(&false)) {
        return Err(one_class(training));
    }
    // Regression on 0 and 1: the mean of a leaf is its fraction of genes that are on, and the variance is half of
    // Gini's impurity.
    let targets: Vec<f64> = labels.iter().map(|&on| f64::from(u8::from(on))).collect();
    let rows = matrix(&values.of(training));
    let mut lots = Vec::new();
    for lot in 0..LOTS {
        if go_on().is_break() {
            return Err(BaselineError::Interrupted);
        }
        // Tree t of a batch has the seed of the batch plus t.
        let settings = RandomForestRegressorParameters::default()
            .with_n_trees(TREES_A_LOT)
            .with_seed(1 + lot * TREES_A_LOT as u64);
        let grown = RandomForestRegressor::fit(&rows, &targets, settings).expect("there are genes, and as many labels");
        lots.push(grown);
    }
    Ok(Forest { values, lots })
}

#[cfg(test)]
mod tests {
    use regulens::metrics::auroc;

    use super::super::tests::rule;
    use super::*;

    #[test]
    fn a_rule_is_found_and_scores_are_shares() {
        let forest = grow(&rule("training", 1), Values::Counts, &mut || ControlFlow::Continue(())).unwrap();
        let test = rule("test", 3);
        let scores = forest.scores(&test);
        assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
        // Neither 0 nor 1 for genes near the border: the trees differ.
        assert!(scores.iter().any(|score| (0.2..0.8).contains(score)));
        let area = auroc(&scores, test.labels.as_ref().unwrap()).unwrap();
        assert!(area > 0.95, "{area}");
    }

    #[test]
    fn the_same_genes_give_the_same_forest() {
        let grown = || {
            grow(&rule("training", 1), Values::MarkMeans, &mut || {
                ControlFlow::Continue(())
            })
            .unwrap()
            .scores(&rule("test", 3))
        };
        assert_eq!(grown(), grown());
    }
}
