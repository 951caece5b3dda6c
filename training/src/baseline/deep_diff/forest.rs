//! Random forests: on values selected by ReliefF, after Li et al. as described in DeepDiff's paper, and on log ratios.

use std::iter::once;

use ndarray::{Array2, Axis};
use regulens::metrics::pearson;
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::genes::Genes;
use super::{BaselineError, Fitted, Watch, relief};

/// Numbers of values selected by ReliefF, and of trees, from the paper.
const FEATURES: [usize; 3] = [50, 70, 100];
const TREES: [usize; 5] = [10, 50, 100, 150, 200];

type Forest = RandomForestRegressor<f64, f64, DenseMatrix<f64>, Vec<f64>>;

/// Values of training, validation and test genes.
type Sets = [Array2<f64>; 3];

/// Both forests.
pub fn fit(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<[Fitted; 2], BaselineError> {
    let genes = [training, validation, test];
    Ok([relieved(genes, watch)?, on_log_ratios(genes, watch)?])
}

/// Keeps the numbers of values and trees with the best validation Pearson correlation; ties go to the smaller. Each
/// split considers all selected values, like scikit-learn's regression forest, which the paper used.
fn relieved(genes: [&Genes; 3], watch: &mut Watch<'_>) -> Result<Fitted, BaselineError> {
    let sets = genes.map(Genes::differences);
    let weights = relief::weights(&sets[0], &genes[0].targets(), watch)?;
    let mut best = Best::default();
    let mut before = 0;
    for features in FEATURES {
        let kept = relief::select(&weights, features);
        if kept.len() == before {
            // There are fewer values, all of which were tried.
            break;
        }
        before = kept.len();
        let sets = sets.each_ref().map(|rows| rows.select(Axis(1), &kept));
        for (trees, predicted) in grow(genes, &sets, kept.len(), &TREES, watch)? {
            best.consider(genes[1], predicted, || {
                [("values", kept.len() as f64), ("trees", trees as f64)]
            });
        }
    }
    Ok(best.named("ReliefF + random forest"))
}

/// Keeps the bin width with the best validation Pearson correlation; ties go to the narrower. 200 trees, with a third
/// of all values considered at each split: Breiman's rule for regression.
pub fn on_log_ratios(genes: [&Genes; 3], watch: &mut Watch<'_>) -> Result<Fitted, BaselineError> {
    let mut widths = genes[0].wider_bins().peekable();
    let name = match widths.peek() {
        Some(_) => "random forest on log ratio of wider bins",
        None => "random forest on binned log ratio",
    };
    let every_bin = widths.peek().is_none().then_some(1);
    let mut best = Best::default();
    for width in widths.chain(every_bin) {
        let sets = genes.map(|genes| genes.log_ratios_over(width));
        let third = sets[0].ncols().div_ceil(3);
        let trees = TREES[TREES.len() - 1];
        for (_, predicted) in grow(genes, &sets, third, &[trees], watch)? {
            best.consider(genes[1], predicted, || {
                [("bins", width as f64), ("trees", trees as f64)]
            });
        }
    }
    Ok(best.named(name))
}

/// Best forest so far on the validation genes.
#[derive(Default)]
struct Best(Option<(f64, Fitted)>);

impl Best {
    fn consider(
        &mut self,
        validation: &Genes,
        [on_validation, on_test]: [Vec<f64>; 2],
        settings: impl Fn() -> [(&'static str, f64); 2],
    ) {
        let score = pearson(&on_validation, &validation.change).unwrap_or(-1.0);
        if self.0.as_ref().is_none_or(|(highest, _)| score > *highest) {
            let fitted = Fitted {
                name: String::new(),
                settings: settings().into(),
                validation: on_validation,
                test: on_test,
            };
            self.0 = Some((score, fitted));
        }
    }

    fn named(self, name: &str) -> Fitted {
        let (_, fitted) = self.0.expect("a forest was grown");
        Fitted {
            name: name.to_owned(),
            ..fitted
        }
    }
}

/// Number of trees of a forest, and its predictions for validation and for test genes.
type Grown = (usize, [Vec<f64>; 2]);

/// Forests of each of the `sizes`, which must ascend, with predictions for validation and test genes. Each split
/// considers `looked_at` values. The seed is fixed, so that results are reproducible.
fn grow(
    [training, validation, test]: [&Genes; 3],
    sets: &Sets,
    looked_at: usize,
    sizes: &[usize],
    watch: &mut Watch<'_>,
) -> Result<Vec<Grown>, BaselineError> {
    let [rows, validation_rows, test_rows] = sets.each_ref().map(matrix);
    // A forest of 50 trees is the forest of 10 with 40 more.
    let mut sums = [vec![0.0; validation.len()], vec![0.0; test.len()]];
    let before = once(0).chain(sizes.iter().copied());
    before
        .zip(sizes)
        .map(|(grown, &trees)| {
            let values = sets[0].ncols();
            super::go_on(watch, &format!("random forest, {values} values, {trees} trees"))?;
            let settings = RandomForestRegressorParameters::default()
                .with_n_trees(trees - grown)
                .with_m(looked_at)
                .with_seed(1 + grown as u64);
            let lot = Forest::fit(&rows, &training.change, settings).expect("there are genes, and as many changes");
            for (sum, rows) in sums.iter_mut().zip([&validation_rows, &test_rows]) {
                let means = lot.predict(rows).expect("a lot is fitted");
                for (sum, mean) in sum.iter_mut().zip(means) {
                    *sum += mean * (trees - grown) as f64;
                }
            }
            let mean = |sum: &Vec<f64>| sum.iter().map(|sum| sum / trees as f64).collect();
            Ok((trees, sums.each_ref().map(mean)))
        })
        .collect()
}

/// Column-major, as trees read them.
pub fn matrix(rows: &Array2<f64>) -> DenseMatrix<f64> {
    let by_column = rows.t().iter().copied().collect();
    DenseMatrix::new(rows.nrows(), rows.ncols(), by_column, true).expect("as many values as rows times columns")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{quiet, ruled};
    use super::*;

    #[test]
    fn a_rule_is_found() {
        let test = ruled(100, 3);
        let fitted = fit(&ruled(200, 1), &ruled(50, 2), &test, &mut quiet()).unwrap();
        let [relieved, on_log_ratios] = &fitted;
        assert_eq!(relieved.settings["values"], 12.0);
        assert_eq!(on_log_ratios.settings["bins"], 1.0);
        for one in &fitted {
            let r = pearson(&one.test, &test.change).unwrap();
            assert!(r > 0.7, "{}: {r}", one.name);
        }
    }
}
