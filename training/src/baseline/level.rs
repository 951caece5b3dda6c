//! Baselines for models of level.
//!
//! Those baselines for change that use log ratios, with no signal in place of A: their values are ln(1 + count).
//!
//! ```text
//! ridge       on every bin of every mark, on wider bins, and on each mark's sum over all bins; least error chooses
//! forest      a random forest on bins of the best width
//! mean mark   a line through the mean of ln(1 + count) of H3K4me3
//! ```

use std::collections::BTreeMap;

use regulens::metrics::mse;
use regulens::task::Named;
use regulens::task::level::LevelScore;
use serde::{Deserialize, Serialize};

use super::BaselineError;
use super::deep_diff::{Fitted, Genes, Watch, check, forest, mean_ratio, ridge};
use super::mean_mark::MARK;

/// A baseline with its scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelBaseline {
    /// Its name, such as `ridge on ln(1 + count)`.
    pub name: String,
    /// Settings selected on validation genes.
    pub settings: BTreeMap<String, f64>,
    /// On the validation genes; `None` if predictions are constant.
    pub validation: Option<LevelScore>,
    /// On the test genes; `None` if predictions are constant.
    pub test: Option<LevelScore>,
}

impl LevelBaseline {
    fn of(fitted: Fitted, name: String, validation: &Genes, test: &Genes) -> Self {
        let settings = fitted.settings.iter();
        Self {
            name,
            settings: settings.map(|(name, value)| ((*name).to_owned(), *value)).collect(),
            validation: LevelScore::of(&fitted.validation, &validation.change),
            test: LevelScore::of(&fitted.test, &test.change),
        }
    }

    /// For a model's card.
    pub fn for_card(self) -> Option<Named<LevelScore>> {
        Some(Named {
            name: self.name,
            score: self.test?,
        })
    }
}

/// Fits the baselines to [`Genes::of_levels`], whose levels differ. The mean of H3K4me3 is omitted if the tables lack
/// this mark.
///
/// # Errors
/// [`BaselineError`].
pub fn level(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<Vec<LevelBaseline>, BaselineError> {
    check(training, validation, test)?;
    let sets = [training, validation, test];
    let mut fitted = Vec::new();
    let mut wider: Option<(f64, Fitted)> = None;
    for width in training.wider_bins() {
        let next = ridge::over(width, sets, least_error, watch)?;
        if wider.as_ref().is_none_or(|(highest, _)| next.0 > *highest) {
            wider = Some(next);
        }
    }
    let mut over = |width| ridge::over(width, sets, least_error, watch).map(|(_, fitted)| fitted);
    fitted.push((over(1)?, "ridge on ln(1 + count)".to_owned()));
    fitted.extend(wider.map(|(_, wider)| (wider, "ridge on ln(1 + count) of wider bins".to_owned())));
    if training.bins > 1 {
        fitted.push((over(training.bins)?, "ridge on ln(1 + sum) of marks".to_owned()));
    }
    let forest = forest::on_log_ratios(sets, watch)?;
    fitted.push((forest, "random forest on ln(1 + count)".to_owned()));
    fitted.extend(mean_ratio::fit(training, validation, test).map(|line| (line, format!("mean ln(1 + {MARK})"))));
    let scored = fitted.into_iter();
    Ok(scored
        .map(|(fitted, name)| LevelBaseline::of(fitted, name, validation, test))
        .collect())
}

/// Negative error instead of a correlation, because levels have a scale: with two values per gene, even the strongest
/// L2 would correlate as well.
fn least_error(predicted: &[f64], measured: &[f64]) -> Option<f64> {
    mse(predicted, measured).map(|error| -error)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use regulens::input::SignalTable;
    use regulens::task::level::level as level_of;

    use super::*;

    /// Genes of 10 bins and 2 marks; the level is what ln(1 + count) of the second mark in two bins adds up to.
    fn ruled(genes: usize, seed: u64) -> Genes {
        let mut state = seed;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % 6
        };
        let mut text = "gene,bin,H3K9me3,H3K4me3\n".to_owned();
        let mut levels = Vec::new();
        for gene in 0..genes {
            let mut count = 1.0;
            for bin in 0..10 {
                let [other, signal] = [draw(), draw()].map(|power| 2_u64.pow(power as u32) - 1);
                if bin == 3 || bin == 4 {
                    count *= signal as f64 + 1.0;
                }
                text += &format!("g{gene},{},{other},{signal}\n", bin + 1);
            }
            levels.push(level_of(count - 1.0));
        }
        let table = SignalTable::read("ruled.csv", text.as_bytes()).unwrap();
        Genes::of_levels(&table, &levels)
    }

    #[test]
    fn every_baseline_finds_a_rule_that_ridge_finds_whole() {
        let mut watch = |_: &str| ControlFlow::Continue(());
        let found = level(&ruled(150, 1), &ruled(60, 2), &ruled(100, 3), &mut watch).unwrap();
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "ridge on ln(1 + count)",
                "ridge on ln(1 + count) of wider bins",
                "ridge on ln(1 + sum) of marks",
                "random forest on ln(1 + count)",
                "mean ln(1 + H3K4me3)"
            ]
        );
        let test: Vec<LevelScore> = found.iter().map(|one| one.test.unwrap()).collect();
        assert!(
            test[0].pearson > 0.99 && test[0].spearman > 0.98 && test[0].mse < 0.1,
            "{test:?}"
        );
        assert!(
            test.iter().all(|score| score.pearson > 0.25 && score.n == 100),
            "{test:?}"
        );
    }

    #[test]
    fn too_few_genes_are_refused_by_the_name_of_their_table() {
        let mut watch = |_: &str| ControlFlow::Continue(());
        let few = level(&ruled(9, 1), &ruled(20, 2), &ruled(20, 3), &mut watch).unwrap_err();
        assert!(few.to_string().starts_with("ruled.csv: found 9 genes"), "{few}");
    }
}
