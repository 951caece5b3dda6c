//! ReliefF and a random forest, after Li et al. as DeepDiff's paper describes it.

use ndarray::{Array2, Axis};
use regulens::metrics::pearson;
use smartcore::ensemble::random_forest_regressor::{
    RandomForestRegressor, RandomForestRegressorParameters,
};
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::genes::Genes;
use super::{BaselineError, Fitted, Watch, relief};

/// Values that ReliefF keeps, and trees of a forest: what the paper tries.
const FEATURES: [usize; 3] = [50, 70, 100];
const TREES: [usize; 5] = [10, 50, 100, 150, 200];

type Forest = RandomForestRegressor<f64, f64, DenseMatrix<f64>, Vec<f64>>;

/// Keeps the number of values and of trees of the best validation Pearson; ties go to the smaller. Each split looks at all values that
/// ReliefF kept, as scikit-learn's forest of regression does, with which the paper worked. The seed is fixed, so that the same genes
/// give the same forest.
pub fn fit(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<Fitted, BaselineError> {
    let [rows, validation_rows, test_rows] = [training, validation, test].map(Genes::differences);
    let weights = relief::weights(&rows, &training.targets(), watch)?;
    let mut best: Option<(f64, Fitted)> = None;
    let mut before = 0;
    for features in FEATURES {
        let kept = relief::select(&weights, features);
        if kept.len() == before {
            // Fewer values than that are there, and all of them were tried.
            break;
        }
        before = kept.len();
        let [rows, validation_rows, test_rows] =
            [&rows, &validation_rows, &test_rows].map(|rows| matrix(&rows.select(Axis(1), &kept)));
        // A forest of 50 trees is the one of 10 with 40 more.
        let mut sums = [vec![0.0; validation.len()], vec![0.0; test.len()]];
        let mut grown = 0;
        for trees in TREES {
            super::go_on(
                watch,
                &format!("random forest, {} values, {trees} trees", kept.len()),
            )?;
            let settings = RandomForestRegressorParameters::default()
                .with_n_trees(trees - grown)
                .with_m(kept.len())
                .with_seed(1 + grown as u64);
            let lot = Forest::fit(&rows, &training.change, settings)
                .expect("there are genes, and as many changes");
            for (sum, rows) in sums.iter_mut().zip([&validation_rows, &test_rows]) {
                let means = lot.predict(rows).expect("a lot is fitted");
                for (sum, mean) in sum.iter_mut().zip(means) {
                    *sum += mean * (trees - grown) as f64;
                }
            }
            grown = trees;
            let [on_validation, on_test] = sums
                .each_ref()
                .map(|sum| sum.iter().map(|sum| sum / grown as f64).collect::<Vec<_>>());
            let score = pearson(&on_validation, &validation.change).unwrap_or(-1.0);
            if best.as_ref().is_none_or(|(highest, _)| score > *highest) {
                let fitted = Fitted {
                    name: "ReliefF + random forest".to_owned(),
                    settings: [("values", kept.len() as f64), ("trees", trees as f64)].into(),
                    validation: on_validation,
                    test: on_test,
                };
                best = Some((score, fitted));
            }
        }
    }
    Ok(best.expect("a forest was grown").1)
}

/// Column by column, as trees look at them.
fn matrix(rows: &Array2<f64>) -> DenseMatrix<f64> {
    let by_column = rows.t().iter().copied().collect();
    DenseMatrix::new(rows.nrows(), rows.ncols(), by_column, true)
        .expect("as many values as rows times columns")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{quiet, ruled};
    use super::*;

    #[test]
    fn a_rule_is_found() {
        let test = ruled(100, 3);
        let fitted = fit(&ruled(200, 1), &ruled(50, 2), &test, &mut quiet()).unwrap();
        assert_eq!(fitted.settings["values"], 12.0);
        let r = pearson(&fitted.test, &test.change).unwrap();
        assert!(r > 0.7, "{r}");
    }
}
