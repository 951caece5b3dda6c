//! The scores of folds, for people and programs.

use std::fmt::Write as _;

use regulens::metrics::mean_and_sd;
use regulens::task::Score;
use serde::Serialize;

use super::SplitBy;

/// The scores of all folds.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct Summary<S: Score> {
    split_by: String,
    seed: u64,
    folds: Vec<OfFold<S>>,
    /// The score of all out-of-fold predictions together.
    pooled: S,
    /// The figure that folds are compared by, its mean over folds and its sample standard deviation.
    headline: &'static str,
    mean: f64,
    sd: f64,
}

/// The score of a fold's model on the genes that it did not learn from.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct OfFold<S: Score> {
    /// Counted from 1.
    pub fold: usize,
    /// The model's file.
    pub model: String,
    /// The chromosomes of its test genes; none where folds are by gene.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chromosomes: Vec<String>,
    /// The epoch that the fold after it chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_epoch: Option<usize>,
    /// On its test genes.
    pub test: S,
}

impl<S: Score> Summary<S> {
    pub fn new(by: SplitBy, seed: u64, folds: Vec<OfFold<S>>, pooled: S) -> Self {
        let headlines: Vec<f64> = folds.iter().map(|fold| fold.test.headline()).collect();
        let (mean, sd) = mean_and_sd(&headlines);
        Self {
            split_by: by.to_string(),
            seed,
            folds,
            pooled,
            headline: S::HEADLINE,
            mean,
            sd,
        }
    }

    /// A line a fold, then all predictions together and the mean of folds.
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.pooled.columns().iter().map(|(name, _)| *name).collect();
        let header = ["fold", "genes"].into_iter().chain(names.iter().copied());
        let mut rows: Vec<Vec<String>> = vec![header.map(str::to_owned).collect()];
        let scores = self.folds.iter().map(|fold| (fold.fold.to_string(), &fold.test));
        for (fold, score) in scores.chain([("pooled".to_owned(), &self.pooled)]) {
            let figures = score.columns();
            // A fold may lack a figure that is not defined for its genes.
            let figure = |name: &&str| {
                let found = figures.iter().find(|(found, _)| found == name);
                found.map_or_else(|| "-".to_owned(), |(_, value)| format!("{value:.4}"))
            };
            let cells = [fold, score.n().to_string()]
                .into_iter()
                .chain(names.iter().map(figure));
            rows.push(cells.collect());
        }
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
        let mut text = String::new();
        for row in &rows {
            let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
            writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ")).expect("a String takes any text");
        }
        let Self { headline, mean, sd, .. } = self;
        writeln!(
            text,
            "{headline} {mean:.4} ± {sd:.4} (mean ± standard deviation over folds)"
        )
        .expect("a String takes any text");
        text
    }
}
