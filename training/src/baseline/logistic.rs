//! Logistic regression on the values of all bins and marks.

use std::fmt;
use std::ops::ControlFlow;

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, Axis};
use regulens::input::SignalTable;
use regulens::metrics::auroc;

use super::{BaselineError, one_class};

/// The strengths of L2 that are tried, from strong to weak: half decades.
fn strengths() -> impl Iterator<Item = f64> {
    (-4..=10)
        .rev()
        .map(|half_decades| 10_f64.powf(f64::from(half_decades) / 2.0))
}

/// Steps of L-BFGS at most, and the norm of the gradient (summed over genes) at which it ends.
const STEPS: u64 = 1_000;
const GRADIENT_NORM: f64 = 1e-3;

/// What is regressed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// The values as they are.
    Counts,
    /// Their logarithm.
    LogCounts,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counts => "counts",
            Self::LogCounts => "ln(1 + count)",
        })
    }
}

impl Values {
    /// One row a gene, [N, T · M].
    fn of(self, table: &SignalTable) -> Array2<f64> {
        let shape = (table.genes.len(), table.bins * table.marks.len());
        let values = table.values.iter().map(|&value| match self {
            Self::Counts => f64::from(value),
            Self::LogCounts => f64::from(value).ln_1p(),
        });
        Array2::from_shape_vec(shape, values.collect()).expect("a table is genes x bins x marks")
    }
}

/// A fitted regression.
#[derive(Debug, Clone)]
pub struct Regression {
    values: Values,
    scale: Standardisation,
    l2: f64,
    weights: Array1<f64>,
    intercept: f64,
}

/// Mean and standard deviation of each column over the training genes. Without it one strength of L2 would mean another thing for
/// each mark, and L-BFGS would need many more steps.
#[derive(Debug, Clone)]
struct Standardisation {
    mean: Array1<f64>,
    deviation: Array1<f64>,
}

impl Standardisation {
    fn of(rows: &Array2<f64>) -> Option<Self> {
        let mean = rows.mean_axis(Axis(0))?;
        let mut deviation = rows.std_axis(Axis(0), 0.0);
        // A column that never varies, but for rounding, must not be blown up to one that does.
        deviation.zip_mut_with(&mean, |deviation, mean| {
            if *deviation <= 1e-9 * mean.abs() {
                *deviation = 1.0;
            }
        });
        Some(Self { mean, deviation })
    }

    fn apply(&self, rows: Array2<f64>) -> Array2<f64> {
        (rows - &self.mean) / &self.deviation
    }
}

impl Regression {
    /// The strength of L2.
    pub fn l2(&self) -> f64 {
        self.l2
    }

    /// Log-odds for each gene of a table.
    pub fn scores(&self, table: &SignalTable) -> Vec<f64> {
        self.log_odds(&self.scale.apply(self.values.of(table)))
    }

    fn log_odds(&self, rows: &Array2<f64>) -> Vec<f64> {
        (rows.dot(&self.weights) + self.intercept).to_vec()
    }
}

/// Fits at each strength of L2 and keeps what ranks the validation genes best; ties go to the stronger.
pub fn choose(
    training: &SignalTable,
    validation: &SignalTable,
    values: Values,
    go_on: &mut impl FnMut() -> ControlFlow<()>,
) -> Result<Regression, BaselineError> {
    let labels = training.labels.as_deref().unwrap_or_default();
    let both = labels.contains(&true) && labels.contains(&false);
    let rows = values.of(training);
    let scale = Standardisation::of(&rows)
        .filter(|_| both)
        .ok_or_else(|| one_class(training))?;
    let data = Dataset::new(scale.apply(rows), Array1::from(labels.to_vec()));
    let validation_rows = scale.apply(values.of(validation));
    let validation_labels = validation.labels.as_deref().unwrap_or_default();

    let mut best: Option<(f64, Regression)> = None;
    let mut start = Array1::zeros(data.records.ncols() + 1);
    let mut reason = String::new();
    for l2 in strengths() {
        if go_on().is_break() {
            return Err(BaselineError::Interrupted);
        }
        let fitted = LogisticRegression::default()
            .alpha(l2)
            .max_iterations(STEPS)
            .gradient_tolerance(GRADIENT_NORM)
            .initial_params(start.clone())
            .fit(&data);
        let fitted = match fitted {
            Ok(fitted) => fitted,
            Err(error) => {
                reason = error.to_string();
                continue;
            }
        };
        // The crate calls the more frequent class the positive one; here that is always `on`.
        let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
        let regression = Regression {
            values,
            scale: scale.clone(),
            l2,
            weights: fitted.params() * sign,
            intercept: fitted.intercept() * sign,
        };
        // The next weaker strength begins where this one ended.
        start.slice_mut(ndarray::s![..-1]).assign(fitted.params());
        start[data.records.ncols()] = fitted.intercept();
        let area = auroc(&regression.log_odds(&validation_rows), validation_labels)
            .ok_or_else(|| one_class(validation))?;
        if best.as_ref().is_none_or(|(highest, _)| area > *highest) {
            best = Some((area, regression));
        }
    }
    best.map(|(_, regression)| regression)
        .ok_or_else(|| BaselineError::NotConverged {
            file: training.file.clone(),
            reason,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Genes whose label is whether the first value exceeds the second, more of them off than on.
    fn table(file: &str, seed: u64) -> SignalTable {
        let mut state = seed;
        let mut text = "gene,bin,A,B,label\n".to_owned();
        for gene in 0..120 {
            let mut draw = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % 10
            };
            let (a, b) = (draw(), draw());
            text += &format!("g{gene},1,{a},{b},{}\n", u8::from(a > b + 2));
        }
        SignalTable::read(file, text.as_bytes()).unwrap()
    }

    #[test]
    fn a_linear_rule_is_found_with_its_direction() {
        let (training, validation, test) = (
            table("training", 1),
            table("validation", 2),
            table("test", 3),
        );
        let regression = choose(&training, &validation, Values::Counts, &mut || {
            ControlFlow::Continue(())
        })
        .unwrap();
        let area = auroc(&regression.scores(&test), test.labels.as_ref().unwrap()).unwrap();
        assert!(area > 0.99, "{area}");
        assert!(
            regression.weights[0] > 0.0 && regression.weights[1] < 0.0,
            "{:?}",
            regression.weights
        );
    }

    #[test]
    fn a_mark_that_never_varies_is_no_obstacle() {
        let mut training = table("training", 1);
        for row in training.values.chunks_exact_mut(2) {
            row[1] = 3.0;
        }
        let regression = choose(
            &training,
            &table("validation", 2),
            Values::LogCounts,
            &mut || ControlFlow::Continue(()),
        )
        .unwrap();
        assert!(regression.weights[0] > 0.0, "{:?}", regression.weights);
        assert!(
            regression.weights[1].abs() < 1e-9 * regression.weights[0],
            "{:?}",
            regression.weights
        );
    }
}
