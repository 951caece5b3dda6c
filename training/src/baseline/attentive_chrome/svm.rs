//! Support vector machine with a linear kernel.

use std::ops::ControlFlow;

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_svm::Svm;
use ndarray::{Array1, Axis};
use regulens::input::SignalTable;
use regulens::metrics::auroc;

use super::super::values::{Linear, Standardisation, Values};
use super::super::{BaselineError, spread};
use super::one_class;

/// Values of C, from strong regularisation to weak. Rows are scaled to a mean length of 1, so that C is comparable
/// between five values and five hundred.
const STRENGTHS: [f64; 5] = [1e-3, 1e-2, 1e-1, 1.0, 10.0];

/// Largest violation of the optimality conditions, as in LIBSVM.
const VIOLATION: f64 = 1e-3;

/// The solver stores one number for each pair of genes: half a gigabyte for this number of genes. The published split
/// has 6,601.
pub const MOST_GENES: usize = 8_000;

/// Fits at each C and keeps the decision values with the best ranking of the validation genes, and C; ties go to the
/// stronger regularisation. Of more than `most` training genes it uses `most`, evenly spaced in the file.
pub fn choose(
    training: &SignalTable,
    validation: &SignalTable,
    values: Values,
    most: usize,
    go_on: &mut impl FnMut() -> ControlFlow<()>,
) -> Result<(Linear, f64), BaselineError> {
    let kept = spread(training.genes.len(), most);
    let labels = training.labels.as_deref().unwrap_or_default();
    let labels: Vec<bool> = kept.iter().filter_map(|&gene| labels.get(gene).copied()).collect();
    let both = labels.contains(&true) && labels.contains(&false);
    let rows = values.of(training).select(Axis(0), &kept);
    let scale = Standardisation::of(&rows)
        .filter(|_| both)
        .ok_or_else(|| one_class(training))?;
    let length = (rows.ncols() as f64).sqrt();
    let data = Dataset::new(scale.apply(rows) / length, Array1::from(labels));
    let validation_rows = scale.apply(values.of(validation));
    let validation_labels = validation.labels.as_deref().unwrap_or_default();

    let mut best: Option<(f64, Linear, f64)> = None;
    for c in STRENGTHS {
        if go_on().is_break() {
            return Err(BaselineError::Interrupted);
        }
        let fitted = Svm::<f64, bool>::params()
            .linear_kernel()
            .pos_neg_weights(c, c)
            .eps(VIOLATION)
            .fit(&data)
            .expect("C and the violation are above zero");
        let machine = Linear {
            values,
            scale: scale.clone(),
            // The multipliers already have the sign of their gene's class.
            weights: data.records.t().dot(&Array1::from(fitted.alpha)) / length,
            intercept: -fitted.rho,
        };
        let area = auroc(&machine.of_rows(&validation_rows), validation_labels).ok_or_else(|| one_class(validation))?;
        if best.as_ref().is_none_or(|(highest, ..)| area > *highest) {
            best = Some((area, machine, c));
        }
    }
    let (_, machine, c) = best.expect("every C gives a machine");
    Ok((machine, c))
}

#[cfg(test)]
mod tests {
    use super::super::tests::rule;
    use super::*;

    #[test]
    fn a_linear_rule_is_found_with_its_direction() {
        let (machine, _) = choose(
            &rule("training", 1),
            &rule("validation", 2),
            Values::Counts,
            MOST_GENES,
            &mut || ControlFlow::Continue(()),
        )
        .unwrap();
        let test = rule("test", 3);
        let area = auroc(&machine.scores(&test), test.labels.as_ref().unwrap()).unwrap();
        assert!(area > 0.99, "{area}");
        assert!(
            machine.weights[0] > 0.0 && machine.weights[1] < 0.0,
            "{:?}",
            machine.weights
        );
    }

    #[test]
    fn more_genes_than_are_taken_are_thinned_evenly() {
        assert_eq!(spread(3, 8), [0, 1, 2]);
        assert_eq!(spread(10, 4), [0, 2, 5, 7]);
        let thinned = choose(
            &rule("training", 1),
            &rule("validation", 2),
            Values::Counts,
            30,
            &mut || ControlFlow::Continue(()),
        );
        let test = rule("test", 3);
        let area = auroc(&thinned.unwrap().0.scores(&test), test.labels.as_ref().unwrap());
        assert!(area.unwrap() > 0.95, "{area:?}");
    }
}
