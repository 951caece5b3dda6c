//! Baselines for models of on and off.
//!
//! ```text
//! logistic    logistic regression, L2 chosen on the validation genes
//! svm         a linear support vector machine, C chosen on the validation genes
//! forest      a random forest
//! mean_mark   the mean signal of H3K4me3, fitted to nothing
//! values      what the first three see: every bin of every mark, or each mark's mean
//! ```

mod forest;
mod logistic;
mod svm;

use std::ops::ControlFlow;

use regulens::input::SignalTable;
use regulens::task::Named;
use regulens::task::on_off::OnOffScore;
use serde::{Deserialize, Serialize};

use super::values::Values;
use super::{BaselineError, mean_mark};

/// A baseline with its scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Name, such as `logistic regression on counts`.
    pub name: String,
    /// L2 strength selected on the validation genes: the loss is summed over genes plus l2/2 · |w|², with w the weights
    /// of standardised values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l2: Option<f64>,
    /// C selected on the validation genes: hinge losses times C are summed over genes plus |w|²/2, with w the weights
    /// of standardised values, scaled to a mean squared length of 1 per gene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c: Option<f64>,
    /// On the validation genes, which select the regularisation, if there is any.
    pub validation: OnOffScore,
    /// On the test genes.
    pub test: OnOffScore,
    /// Scores of the test genes, for comparison with a model; empty in a file of an earlier version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test_scores: Vec<f64>,
}

/// Fits AttentiveChrome's baselines. The tables have labels, and the same marks and bins in the same order; `go_on` is
/// called between fits. The mean of H3K4me3 is omitted if the tables lack this mark.
///
/// # Errors
/// [`BaselineError`].
pub fn fit(
    training: &SignalTable,
    validation: &SignalTable,
    test: &SignalTable,
    mut go_on: impl FnMut() -> ControlFlow<()>,
) -> Result<Vec<Baseline>, BaselineError> {
    let scored = |name, l2, c, scores: &dyn Fn(&SignalTable) -> Vec<f64>| {
        let on_test = scores(test);
        Ok::<_, BaselineError>(Baseline {
            name,
            l2,
            c,
            validation: score(validation, &scores(validation))?,
            test: score(test, &on_test)?,
            test_scores: on_test,
        })
    };
    let mut baselines = Vec::new();
    for values in [Values::Counts, Values::LogCounts, Values::MarkMeans] {
        let (chosen, l2) = logistic::choose(training, validation, values, &mut go_on)?;
        let name = format!("logistic regression on {values}");
        baselines.push(scored(name, Some(l2), None, &|table| chosen.scores(table))?);
    }
    for values in [Values::Counts, Values::LogCounts, Values::MarkMeans] {
        let (chosen, c) = svm::choose(training, validation, values, svm::MOST_GENES, &mut go_on)?;
        let mut name = format!("linear SVM on {values}");
        if training.genes.len() > svm::MOST_GENES {
            name += &format!(", of {} genes", svm::MOST_GENES);
        }
        baselines.push(scored(name, None, Some(c), &|table| chosen.scores(table))?);
    }
    // Trees depend on the order of values only, so that counts and their logarithms are equivalent.
    for values in [Values::Counts, Values::MarkMeans] {
        let forest = forest::grow(training, values, &mut go_on)?;
        let name = format!("random forest on {values}");
        baselines.push(scored(name, None, None, &|table| forest.scores(table))?);
    }
    if let (Some(on_validation), Some(on_test)) = (mean_mark::scores(validation), mean_mark::scores(test)) {
        baselines.push(Baseline {
            name: format!("mean {}", mean_mark::MARK),
            l2: None,
            c: None,
            validation: score(validation, &on_validation)?,
            test: score(test, &on_test)?,
            test_scores: on_test,
        });
    }
    Ok(baselines)
}

fn score(table: &SignalTable, scores: &[f64]) -> Result<OnOffScore, BaselineError> {
    let labels = table.labels.as_deref().unwrap_or_default();
    OnOffScore::of(scores, labels).ok_or_else(|| one_class(table))
}

fn one_class(table: &SignalTable) -> BaselineError {
    BaselineError::OneClass {
        file: table.file.clone(),
        genes: table.genes.len(),
    }
}

impl Baseline {
    /// For a model's card. `model` are the model's scores of the same test genes and `labels` their classes. Areas have
    /// four digits, since the page loads a card with its model, and the best one has its difference from the model.
    pub fn for_card(all: &[Self], model: &[f64], labels: &[bool]) -> Vec<Named<OnOffScore>> {
        let rounded = |area: f64| (area * 1e4).round() / 1e4;
        let best = all.iter().map(|one| one.test.auroc).fold(f64::MIN, f64::max);
        let of = |one: &Self| {
            let score = OnOffScore {
                n: 0,
                on: None,
                auroc: rounded(one.test.auroc),
                auprc: one.test.auprc.map(rounded),
                ..one.test
            };
            Named {
                name: one.name.clone(),
                score: match rounded(one.test.auroc) >= rounded(best) {
                    true => score.beside_model(&one.test_scores, model, labels),
                    false => score,
                },
            }
        };
        all.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use regulens::simulate::hm::{SimulationConfig, simulate};

    use super::*;

    /// Genes whose label is whether the first value exceeds the second, more of them off than on.
    pub fn rule(file: &str, seed: u64) -> SignalTable {
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
        fit(&table(1, 300), &table(2, 200), &table(3, 200), || {
            ControlFlow::Continue(())
        })
        .unwrap()
    }

    #[test]
    fn all_baselines_find_what_was_planted() {
        let baselines = fitted();
        let names: Vec<&str> = baselines.iter().map(|baseline| baseline.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "logistic regression on counts",
                "logistic regression on ln(1 + count)",
                "logistic regression on mark means",
                "linear SVM on counts",
                "linear SVM on ln(1 + count)",
                "linear SVM on mark means",
                "random forest on counts",
                "random forest on mark means",
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
            let error = fit(training, validation, &table(3, 50), || ControlFlow::Continue(())).unwrap_err();
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
        let error = fit(&data, &data, &data, || ControlFlow::Break(())).unwrap_err();
        assert!(matches!(error, BaselineError::Interrupted));
    }

    #[test]
    fn without_h3k4me3_its_mean_is_left_out() {
        let marks = ["H3K36me3", "H3K9me3"].map(str::to_owned);
        let tables = [1, 2, 3].map(|seed| table(seed, 60).order_marks(&marks).unwrap());
        let baselines = fit(&tables[0], &tables[1], &tables[2], || ControlFlow::Continue(())).unwrap();
        assert_eq!(baselines.len(), 8);
        assert!(baselines.iter().all(|one| !one.name.starts_with("mean")));
    }
}
