//! Simple predictors of whether a gene is on, fitted to the same genes as a model: what the model has to beat.
//!
//! ```text
//! logistic    logistic regression on all values, on counts and on ln(1 + count), L2 chosen on the validation genes
//! mean_mark   the mean signal of H3K4me3, fitted to nothing
//! ```

mod logistic;
mod mean_mark;

use std::ops::ControlFlow;

use regulens::input::SignalTable;
use regulens::metrics::{auprc, auroc};
use regulens::weights::card::{BaselineScore, Score};
use serde::Serialize;

/// A predictor and how well it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// What it is, such as `logistic regression on counts`.
    pub name: String,
    /// The strength of L2 that the validation genes chose: the loss is summed over genes and has l2/2 · |w|² added, w being the
    /// weights of standardised values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l2: Option<f64>,
    /// On the genes that chose the strength.
    pub validation: Score,
    /// On genes that chose nothing.
    pub test: Score,
}

/// Why a baseline could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A table without both classes ranks nothing and teaches nothing.
    #[error(
        "{file}: found all {genes} genes of one class; expected genes that are on and genes that are off. \
         Add genes, or check the labels."
    )]
    OneClass {
        /// The table.
        file: String,
        /// Its genes.
        genes: usize,
    },
    /// The optimiser found no minimum at any strength of L2.
    #[error(
        "{file}: found no minimum of the logistic loss ({reason}); expected one. Check the table for extreme values."
    )]
    NotConverged {
        /// The training table.
        file: String,
        /// What the optimiser says.
        reason: String,
    },
    /// The caller broke off.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// Fits AttentiveChrome's baselines. The tables have labels, and the same marks and bins in the same order; `go_on` is asked
/// between fits. The mean of H3K4me3 is left out where the tables do not have that mark.
///
/// # Errors
/// [`BaselineError`].
pub fn attentive_chrome(
    training: &SignalTable,
    validation: &SignalTable,
    test: &SignalTable,
    mut go_on: impl FnMut() -> ControlFlow<()>,
) -> Result<Vec<Baseline>, BaselineError> {
    let mut baselines = Vec::new();
    for values in [logistic::Values::Counts, logistic::Values::LogCounts] {
        let chosen = logistic::choose(training, validation, values, &mut go_on)?;
        baselines.push(Baseline {
            name: format!("logistic regression on {values}"),
            l2: Some(chosen.l2()),
            validation: score(validation, &chosen.scores(validation))?,
            test: score(test, &chosen.scores(test))?,
        });
    }
    if let (Some(on_validation), Some(on_test)) =
        (mean_mark::scores(validation), mean_mark::scores(test))
    {
        baselines.push(Baseline {
            name: format!("mean {}", mean_mark::MARK),
            l2: None,
            validation: score(validation, &on_validation)?,
            test: score(test, &on_test)?,
        });
    }
    Ok(baselines)
}

fn score(table: &SignalTable, scores: &[f64]) -> Result<Score, BaselineError> {
    let labels = table.labels.as_deref().unwrap_or_default();
    let areas = auroc(scores, labels).zip(auprc(scores, labels));
    let (auroc, auprc) = areas.ok_or_else(|| one_class(table))?;
    Ok(Score {
        n: labels.len(),
        auroc,
        auprc,
    })
}

fn one_class(table: &SignalTable) -> BaselineError {
    BaselineError::OneClass {
        file: table.file.clone(),
        genes: table.genes.len(),
    }
}

impl From<&Baseline> for BaselineScore {
    /// As a model card keeps it.
    fn from(baseline: &Baseline) -> Self {
        Self {
            name: baseline.name.clone(),
            auroc: baseline.test.auroc,
            auprc: baseline.test.auprc,
        }
    }
}

#[cfg(test)]
mod tests {
    use regulens::simulate::hm::{SimulationConfig, simulate};

    use super::*;

    fn table(seed: u64, genes: usize) -> SignalTable {
        let config = SimulationConfig {
            genes,
            bins: 20,
            seed,
            ..SimulationConfig::default()
        };
        simulate(&config).unwrap().table
    }

    fn fitted() -> Vec<Baseline> {
        attentive_chrome(&table(1, 300), &table(2, 200), &table(3, 200), || {
            ControlFlow::Continue(())
        })
        .unwrap()
    }

    #[test]
    fn all_baselines_find_what_was_planted() {
        let baselines = fitted();
        let names: Vec<&str> = baselines
            .iter()
            .map(|baseline| baseline.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "logistic regression on counts",
                "logistic regression on ln(1 + count)",
                "mean H3K4me3"
            ]
        );
        for baseline in baselines {
            assert!(baseline.test.auroc > 0.65, "{baseline:?}");
            assert_eq!(baseline.test.n, 200);
        }
    }

    #[test]
    fn the_same_data_give_the_same_figures() {
        assert_eq!(fitted(), fitted());
    }

    #[test]
    fn genes_of_one_class_are_refused_by_the_name_of_their_table() {
        let mut one_class = table(1, 50);
        one_class.labels = Some(vec![true; 50]);
        one_class.file = "only-on.csv".to_owned();
        for (training, validation) in [(&one_class, &table(2, 50)), (&table(2, 50), &one_class)] {
            let error = attentive_chrome(training, validation, &table(3, 50), || {
                ControlFlow::Continue(())
            })
            .unwrap_err();
            assert!(
                error
                    .to_string()
                    .starts_with("only-on.csv: found all 50 genes of one class"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_caller_can_break_off_between_fits() {
        let data = table(1, 50);
        let error = attentive_chrome(&data, &data, &data, || ControlFlow::Break(())).unwrap_err();
        assert!(matches!(error, BaselineError::Interrupted));
    }

    #[test]
    fn without_h3k4me3_its_mean_is_left_out() {
        let marks = ["H3K36me3", "H3K9me3"].map(str::to_owned);
        let tables = [1, 2, 3].map(|seed| table(seed, 60).order_marks(&marks).unwrap());
        let baselines = attentive_chrome(&tables[0], &tables[1], &tables[2], || {
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(baselines.len(), 2);
    }
}
