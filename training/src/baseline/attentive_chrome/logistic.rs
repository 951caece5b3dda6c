//! Logistic regression.

use std::ops::ControlFlow;

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::Array1;
use regulens::input::SignalTable;
use regulens::metrics::auroc;

use super::super::BaselineError;
use super::super::values::{Linear, Standardisation, Values};
use super::one_class;

/// L2 strengths, from strong to weak in half decades.
fn strengths() -> impl Iterator<Item = f64> {
    (-4..=10)
        .rev()
        .map(|half_decades| 10_f64.powf(f64::from(half_decades) / 2.0))
}

/// Largest number of L-BFGS steps, and the gradient norm (summed over genes) at which it stops.
const STEPS: u64 = 1_000;
const GRADIENT_NORM: f64 = 1e-3;

/// Fits at each L2 strength and keeps the log-odds with the best ranking of the validation genes, and the strength;
/// ties go to the stronger.
pub fn choose(
    training: &SignalTable,
    validation: &SignalTable,
    values: Values,
    go_on: &mut impl FnMut() -> ControlFlow<()>,
) -> Result<(Linear, f64), BaselineError> {
    let labels = training.labels.as_deref().unwrap_or_default();
    let both = labels.contains(&true) && labels.contains(&false);
    let rows = values.of(training);
    let scale = Standardisation::of(&rows)
        .filter(|_| both)
        .ok_or_else(|| one_class(training))?;
    let data = Dataset::new(scale.apply(rows), Array1::from(labels.to_vec()));
    let validation_rows = scale.apply(values.of(validation));
    let validation_labels = validation.labels.as_deref().unwrap_or_default();

    let mut best: Option<(f64, Linear, f64)> = None;
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
        // The crate takes the more frequent class as the positive one; here it is always `on`.
        let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
        let regression = Linear {
            values,
            scale: scale.clone(),
            weights: fitted.params() * sign,
            intercept: fitted.intercept() * sign,
        };
        // The next weaker strength starts from these weights.
        start.slice_mut(ndarray::s![..-1]).assign(fitted.params());
        start[data.records.ncols()] = fitted.intercept();
        let area =
            auroc(&regression.of_rows(&validation_rows), validation_labels).ok_or_else(|| one_class(validation))?;
        if best.as_ref().is_none_or(|(highest, ..)| area > *highest) {
            best = Some((area, regression, l2));
        }
    }
    best.map(|(_, regression, l2)| (regression, l2))
        .ok_or_else(|| BaselineError::NotConverged {
            file: training.file.clone(),
            reason,
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::rule;
    use super::*;

    #[test]
    fn a_linear_rule_is_found_with_its_direction() {
        let (training, validation, test) = (rule("training", 1), rule("validation", 2), rule("test", 3));
        let (regression, _) = choose(
            &training,
            &validation,
            Values::Counts,
            &mut || ControlFlow::Continue(()),
        )
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
        let mut training = rule("training", 1);
        for row in training.values.chunks_exact_mut(2) {
            row[1] = 3.0;
        }
        let (regression, _) = choose(&training, &rule("validation", 2), Values::LogCounts, &mut || {
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(regression.weights[0] > 0.0, "{:?}", regression.weights);
        assert!(
            regression.weights[1].abs() < 1e-9 * regression.weights[0],
            "{:?}",
            regression.weights
        );
    }
}
