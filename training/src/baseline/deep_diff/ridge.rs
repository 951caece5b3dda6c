//! Ridge regression on every bin of every mark.

use ndarray::{Array1, Array2, Axis};
use regulens::metrics::pearson;

use super::genes::Genes;
use super::{BaselineError, Fitted, Watch};

/// L2 strengths, from strong to weak in half decades. All values are log ratios, in one unit, and so are centred but
/// not scaled: scaling would amplify bins that rarely have reads.
fn strengths() -> impl Iterator<Item = f64> {
    (-2..=12)
        .rev()
        .map(|half_decades| 10_f64.powf(f64::from(half_decades) / 2.0))
}

/// A fitted regression.
struct Ridge {
    mean: Array1<f64>,
    weights: Array1<f64>,
    intercept: f64,
}

impl Ridge {
    fn predict(&self, rows: &Array2<f64>) -> Vec<f64> {
        ((rows - &self.mean).dot(&self.weights) + self.intercept).to_vec()
    }
}

/// The regression on every bin, and if there are enough bins the one on wider bins with the best validation Pearson
/// correlation.
pub fn fit(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<Vec<Fitted>, BaselineError> {
    let sets = [training, validation, test];
    let (_, every_bin) = over(1, sets, pearson, watch)?;
    let mut wider: Option<(f64, Fitted)> = None;
    for width in training.wider_bins() {
        let (score, fitted) = over(width, sets, pearson, watch)?;
        if wider.as_ref().is_none_or(|(highest, _)| score > *highest) {
            wider = Some((score, fitted));
        }
    }
    Ok([every_bin].into_iter().chain(wider.map(|(_, fitted)| fitted)).collect())
}

/// Score for selecting a strength, from predicted and measured changes of validation genes; higher is better.
pub type Prefer = fn(&[f64], &[f64]) -> Option<f64>;

/// Fits at each strength to log ratios of `width` neighbouring bins and keeps the one with the best `prefer` score on
/// validation genes, with that score; ties go to the stronger.
pub fn over(
    width: usize,
    [training, validation, test]: [&Genes; 3],
    prefer: Prefer,
    watch: &mut Watch<'_>,
) -> Result<(f64, Fitted), BaselineError> {
    let rows = training.log_ratios_over(width);
    let mean = rows.mean_axis(Axis(0)).expect("there are training genes");
    let centred = rows - &mean;
    let targets = training.targets();
    let intercept = targets.mean().expect("there are training genes");
    let targets = targets - intercept;
    // The smaller of the two equivalent systems: (XᵀX + λ) w = Xᵀy, or w = Xᵀ (XXᵀ + λ)⁻¹ y.
    let by_gene = centred.nrows() < centred.ncols();
    let products = if by_gene {
        centred.dot(&centred.t())
    } else {
        centred.t().dot(&centred)
    };
    let validation_rows = validation.log_ratios_over(width);
    let mut best: Option<(f64, f64, Ridge)> = None;
    for l2 in strengths() {
        super::go_on(watch, &format!("ridge, L2 {l2:.3}"))?;
        let weights = if by_gene {
            solve(&products, l2, &targets).map(|dual| centred.t().dot(&dual))
        } else {
            solve(&products, l2, &centred.t().dot(&targets))
        };
        let Some(weights) = weights else {
            continue;
        };
        let ridge = Ridge {
            mean: mean.clone(),
            weights,
            intercept,
        };
        let score = prefer(&ridge.predict(&validation_rows), &validation.change).unwrap_or(f64::NEG_INFINITY);
        if best.as_ref().is_none_or(|(highest, ..)| score > *highest) {
            best = Some((score, l2, ridge));
        }
    }
    let (score, l2, ridge) = best.expect("a strong L2 makes any system definite");
    let name = match width {
        1 => "ridge on binned log ratio",
        _ => "ridge on log ratio of wider bins",
    };
    let fitted = Fitted {
        name: name.to_owned(),
        settings: [("l2", l2), ("bins", width as f64)].into(),
        validation: ridge.predict(&validation_rows),
        test: ridge.predict(&test.log_ratios_over(width)),
    };
    Ok((score, fitted))
}

// Own implementation: linfa-linalg adds products one at a time, which is several times slower for thousands of values,
// and rounds differently: published scores would change in their last digits.

/// x from (S + λ) x = y, by Cholesky factors; `None` if the matrix is not positive definite in floating point.
fn solve(symmetric: &Array2<f64>, lambda: f64, y: &Array1<f64>) -> Option<Array1<f64>> {
    let n = y.len();
    let mut lower = Array2::<f64>::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let known = {
                let (row, other) = (lower.row(i), lower.row(j));
                row.slice(ndarray::s![..j]).dot(&other.slice(ndarray::s![..j]))
            };
            let left = symmetric[[i, j]] - known;
            lower[[i, j]] = if i == j {
                let pivot = left + lambda;
                if pivot <= 0.0 {
                    return None;
                }
                pivot.sqrt()
            } else {
                left / lower[[j, j]]
            };
        }
    }
    let mut x = y.clone();
    for i in 0..n {
        let known = lower.row(i).slice(ndarray::s![..i]).dot(&x.slice(ndarray::s![..i]));
        x[i] = (x[i] - known) / lower[[i, i]];
    }
    for i in (0..n).rev() {
        let known = lower
            .column(i)
            .slice(ndarray::s![i + 1..])
            .dot(&x.slice(ndarray::s![i + 1..]));
        x[i] = (x[i] - known) / lower[[i, i]];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::super::tests::{quiet, ruled};
    use super::*;

    #[test]
    fn a_system_is_solved_and_an_indefinite_one_refused() {
        // (S + 1) x = y with S + 1 = [[4, 2], [2, 3]], x = [1, -2].
        let x = solve(&array![[3.0, 2.0], [2.0, 2.0]], 1.0, &array![0.0, -4.0]).unwrap();
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] + 2.0).abs() < 1e-12, "{x}");
        assert_eq!(solve(&array![[0.0, 2.0], [2.0, 0.0]], 1.0, &array![1.0, 1.0]), None);
    }

    #[test]
    fn a_log_ratio_that_is_the_change_is_found_from_few_genes_and_from_many() {
        // 4 bins x 3 marks: 12 values. 11 genes take the system of genes, 200 the system of values.
        for (genes, least) in [(11, 0.4), (200, 0.99)] {
            let fitted = fit(&ruled(genes, 1), &ruled(50, 2), &ruled(100, 3), &mut quiet()).unwrap();
            let [fitted] = fitted.as_slice() else {
                panic!("no wider bins divide four: {fitted:?}");
            };
            let r = pearson(&fitted.test, &ruled(100, 3).change).unwrap();
            assert!(r > least, "{genes} genes: {r}");
        }
    }
}
