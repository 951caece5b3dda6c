//! Baselines for models of change.
//!
//! ```text
//! svr          a support vector regression a bin, and one on all of them         on differences A - B
//! forest       random forests: on the values that ReliefF keeps                  on differences A - B
//!              and on bins of the best width                                     on ln(1 + B) - ln(1 + A)
//! relief       ReliefF for a change                                              on differences A - B
//! ridge        ridge regression on every bin of every mark, or wider bins        on ln(1 + B) - ln(1 + A)
//! mean_ratio   the mean log ratio of H3K4me3                                     on ln(1 + B) - ln(1 + A)
//! genes        what they see
//! ```
//!
//! Log ratios matter more than the model: a forest on differences of single bins, selected by ReliefF as in the paper,
//! reaches a test r of 0.46 on K562 and H1, one on log ratios 0.63 to 0.69 with any bin width, and ridge 0.65 (single
//! bins) to 0.68 (wider).
//!
//! SVR and the first forest are DeepDiff's own baselines, except for AttentiveChrome as two regressions, which is
//! [trained](mod@crate::train) like a model.

pub(super) mod forest;
mod genes;
pub(super) mod mean_ratio;
mod relief;
pub(super) mod ridge;
mod svr;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use regulens::metrics::pearson;
use regulens::task::Named;
use regulens::task::change::ChangeScore;
use serde::Serialize;

use super::BaselineError;
pub use genes::Genes;

/// Called with the name of each step; may cancel.
pub type Watch<'a> = dyn FnMut(&str) -> ControlFlow<()> + 'a;

/// Name of the reference in the paper's table 1.
pub const TWO_LAYER_SVR: &str = "two-layer SVR";
/// Name of AttentiveChrome as two regressions.
pub const ATTENTIVE_CHROME: &str = "AttentiveChrome, two regressions";

/// A baseline with its scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeBaseline {
    /// Its name, such as `ridge on binned log ratio`.
    pub name: String,
    /// Settings selected on the validation genes, or by cross-validation on the training genes.
    pub settings: BTreeMap<&'static str, f64>,
    /// Pearson correlation on the validation genes; `None` if predictions are constant.
    pub validation_pearson: Option<f64>,
    /// On the test genes; `None` if predictions are constant.
    pub test: Option<ChangeScore>,
}

/// Predictions of a fitted predictor for genes.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Name of the predictor.
    pub name: String,
    /// Selected settings, by name.
    pub settings: BTreeMap<&'static str, f64>,
    /// One prediction per validation gene.
    pub validation: Vec<f64>,
    /// One prediction per test gene.
    pub test: Vec<f64>,
}

impl Fitted {
    /// Compares predictions with measurements.
    pub fn score(self, validation: &[f64], test: &[f64]) -> ChangeBaseline {
        ChangeBaseline {
            validation_pearson: pearson(&self.validation, validation),
            test: ChangeScore::of(&self.test, test),
            name: self.name,
            settings: self.settings,
        }
    }
}

/// Five-fold cross-validation with two genes per fold.
const LEAST_GENES: usize = 10;

/// Fits the baselines, which takes seconds to minutes. The genes have the same marks and bins in the same order. The
/// mean of H3K4me3 is omitted if the tables lack this mark.
///
/// # Errors
/// [`BaselineError`].
pub fn deep_diff(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<Vec<ChangeBaseline>, BaselineError> {
    check(training, validation, test)?;
    let of_svr = svr::fit(training, validation, test, watch)?.map(|svr| svr.score(&validation.change, &test.change));
    let others = without_svr(training, validation, test, watch)?;
    Ok(of_svr.into_iter().chain(others).collect())
}

/// The same without support vector regressions, which take longest.
///
/// # Errors
/// [`BaselineError`].
pub fn without_svr(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<Vec<ChangeBaseline>, BaselineError> {
    check(training, validation, test)?;
    let mut fitted: Vec<Fitted> = forest::fit(training, validation, test, watch)?.into();
    fitted.extend(ridge::fit(training, validation, test, watch)?);
    fitted.extend(mean_ratio::fit(training, validation, test));
    Ok(fitted
        .into_iter()
        .map(|fitted| fitted.score(&validation.change, &test.change))
        .collect())
}

/// Checks that sets have enough genes.
pub(super) fn check(training: &Genes, validation: &Genes, test: &Genes) -> Result<(), BaselineError> {
    for (genes, least) in [(training, LEAST_GENES), (validation, 2), (test, 2)] {
        if genes.len() < least {
            return Err(BaselineError::FewGenes {
                file: genes.file.clone(),
                genes: genes.len(),
                least,
            });
        }
        if genes.change.iter().all(|&change| change == genes.change[0]) {
            return Err(BaselineError::NoChange {
                file: genes.file.clone(),
                genes: genes.len(),
                change: genes.change[0],
            });
        }
    }
    Ok(())
}

/// 100 · Pearson / Pearson of the baseline `to`, as in the paper's table 1, the mean if it was fitted from several
/// seeds; `None` if that baseline is missing or its correlation is not positive.
pub fn relative(one: &ChangeBaseline, all: &[ChangeBaseline], to: &str) -> Option<f64> {
    let of_that_name = all.iter().filter(|other| other.name == to);
    let found: Option<Vec<f64>> = of_that_name.map(|other| Some(other.test.as_ref()?.pearson)).collect();
    let found = found?;
    let base = found.iter().sum::<f64>() / found.len() as f64;
    (base > 0.0).then_some(100.0 * one.test.as_ref()?.pearson / base)
}

impl ChangeBaseline {
    /// For a model's card.
    pub fn for_card(self) -> Option<Named<ChangeScore>> {
        Some(Named {
            name: self.name,
            score: self.test?,
        })
    }
}

/// Reports the next step.
fn go_on(watch: &mut Watch<'_>, what: &str) -> Result<(), BaselineError> {
    match watch(what) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(BaselineError::Interrupted),
    }
}

#[cfg(test)]
mod tests {
    use regulens::input::SignalTable;

    use super::*;

    /// Nobody watches.
    pub fn quiet() -> impl FnMut(&str) -> ControlFlow<()> {
        |_| ControlFlow::Continue(())
    }

    /// Genes of 4 bins and 3 marks whose change is the sum of the log ratios of the second mark in bins 2 and 3: counts
    /// are powers of two less one, so that the change of expression holds it exactly.
    pub fn ruled(genes: usize, seed: u64) -> Genes {
        let marks = ["H3K9me3", "H3K4me3", "H3K36me3"];
        let mut state = seed;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % 5) as i32
        };
        let mut text = "gene,bin,a,b,c,d,e,f\n".to_owned();
        let mut counts = Vec::new();
        for gene in 0..genes {
            let mut change = 0;
            for bin in 1..=4 {
                let powers: [i32; 6] = std::array::from_fn(|_| draw());
                if bin == 2 || bin == 3 {
                    change += powers[4] - powers[1];
                }
                let values = powers.map(|power| (2_i32.pow(power as u32) - 1).to_string());
                text += &format!("g{gene},{bin},{}\n", values.join(","));
            }
            let count = 2_f64.powi(change.abs()) - 1.0;
            counts.push(if change > 0 { [0.0, count] } else { [count, 0.0] });
        }
        let table = SignalTable::read("ruled.csv", text.as_bytes()).unwrap();
        Genes::new(&table, &marks.map(str::to_owned), &counts)
    }

    #[test]
    fn every_baseline_finds_a_rule_and_the_figures_repeat() {
        let fitted = || deep_diff(&ruled(100, 1), &ruled(50, 2), &ruled(80, 3), &mut quiet()).unwrap();
        let found = fitted();
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "single-layer SVR",
                TWO_LAYER_SVR,
                "ReliefF + random forest",
                "random forest on binned log ratio",
                "ridge on binned log ratio",
                "mean H3K4me3 log ratio"
            ]
        );
        for one in &found {
            let test = one.test.as_ref().unwrap();
            assert!(test.pearson > 0.4 && test.n == 80, "{one:?}");
        }
        assert_eq!(relative(&found[1], &found, TWO_LAYER_SVR), Some(100.0));
        assert!(relative(&found[4], &found, TWO_LAYER_SVR).unwrap() > 100.0);
        assert_eq!(relative(&found[4], &found, ATTENTIVE_CHROME), None);
        assert_eq!(fitted(), found);
    }

    #[test]
    fn genes_of_one_change_are_refused_by_the_name_of_their_table() {
        let mut flat = ruled(20, 1);
        flat.change = vec![0.0; 20];
        flat.file = "flat.csv".to_owned();
        let good = ruled(20, 2);
        for (training, validation, test) in [(&flat, &good, &good), (&good, &flat, &good), (&good, &good, &flat)] {
            let error = deep_diff(training, validation, test, &mut quiet()).unwrap_err();
            assert!(error.to_string().starts_with("flat.csv: found"), "{error}");
        }
        let few = deep_diff(&ruled(9, 1), &good, &good, &mut quiet()).unwrap_err();
        assert!(few.to_string().contains("found 9 genes"), "{few}");
    }

    #[test]
    fn of_a_baseline_from_several_seeds_the_mean_is_what_others_are_compared_with() {
        let of = |name: &str, pearson: f64| ChangeBaseline {
            name: name.to_owned(),
            settings: BTreeMap::new(),
            validation_pearson: None,
            test: Some(ChangeScore {
                n: 10,
                pearson,
                spearman: 0.0,
                r2: 0.0,
                mse: 0.0,
                sign_accuracy: None,
                changed: None,
            }),
        };
        let all = [of(ATTENTIVE_CHROME, 0.5), of("ridge", 0.9), of(ATTENTIVE_CHROME, 0.7)];
        let ridge = relative(&all[1], &all, ATTENTIVE_CHROME).unwrap();
        assert!((ridge - 150.0).abs() < 1e-9, "{ridge}");
        let first = relative(&all[0], &all, ATTENTIVE_CHROME).unwrap();
        assert!((first - 100.0 * 0.5 / 0.6).abs() < 1e-9, "{first}");
    }

    #[test]
    fn a_caller_can_break_off() {
        let genes = ruled(20, 1);
        let error = deep_diff(&genes, &genes, &genes, &mut |_| ControlFlow::Break(())).unwrap_err();
        assert!(matches!(error, BaselineError::Interrupted));
    }
}
