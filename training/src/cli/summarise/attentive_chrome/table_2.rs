//! AttentiveChrome's table 2 (Singh et al. 2017): mean, median, maximum and minimum of the test AUROC over cell types,
//! and in how many of them a predictor is better than DeepChrome. A cell type's score is the mean over its seeds.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::run_table::RunRow;

/// Predictor that the others are compared with.
pub const DEEP_CHROME: &str = "deep-chrome";

/// The paper's columns in its order; the baselines come after them.
const IN_THE_PAPER: [&str; 7] = [
    DEEP_CHROME,
    "lstm",
    "cnn-attn",
    "cnn-alpha-beta",
    "lstm-attn",
    "lstm-alpha",
    "lstm-alpha-beta",
];

/// The table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table2 {
    /// One for each predictor: variants in the paper's order, then baselines in the order in which they were found.
    pub rows: Vec<Row>,
    /// The cell types of any run.
    pub cell_types: BTreeSet<String>,
    /// The seeds of any run.
    pub seeds: BTreeSet<u64>,
    /// Missing runs: each predictor on each cell type, the networks from each seed.
    pub missing: Vec<String>,
}

/// A predictor's scores over the cell types for which it has runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Variant or baseline.
    pub predictor: String,
    /// Over how many cell types.
    pub cell_types: usize,
    /// Test AUROC over cell types.
    pub mean: f64,
    /// For an even number, the mean of the middle two.
    pub median: f64,
    /// The best cell type's.
    pub max: f64,
    /// The worst cell type's.
    pub min: f64,
    /// Against DeepChrome; none for DeepChrome itself, and without a run of DeepChrome.
    pub wins: Option<Wins>,
}

/// Number of cell types in which a predictor is better than DeepChrome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wins {
    /// Cell types in which its AUROC is higher; a tie is no win.
    pub better: usize,
    /// Cell types that both have runs of.
    pub of: usize,
}

impl Table2 {
    /// Summarises runs, each with the file that it is from.
    ///
    /// # Errors
    /// A file, and its error.
    pub fn of(runs: &[(String, RunRow)]) -> Result<Self, (String, String)> {
        let mut areas: BTreeMap<(&str, &str, Option<u64>), (&str, f64)> = BTreeMap::new();
        let mut predictors: Vec<&str> = Vec::new();
        for (file, run) in runs {
            let (cell, predictor) = (run.cell_type.as_str(), run.predictor.as_str());
            let Some(area) = run.test_auroc else {
                return Err((
                    file.clone(),
                    format!(
                        "found no test_auroc for {}; expected one. Train with --test.",
                        name(cell, predictor, run.seed)
                    ),
                ));
            };
            let before = areas.insert((predictor, cell, run.seed), (file, area));
            if let Some((other, before)) = before
                && before != area
            {
                return Err((
                    file.clone(),
                    format!(
                        "found {} with a test AUROC of {area}, and of {before} in {other}; expected each run once. \
                            Leave one out.",
                        name(cell, predictor, run.seed)
                    ),
                ));
            }
            if !predictors.contains(&predictor) {
                predictors.push(predictor);
            }
        }
        predictors.sort_by_key(|predictor| {
            IN_THE_PAPER
                .iter()
                .position(|known| known == predictor)
                .unwrap_or(IN_THE_PAPER.len())
        });

        // Mean over seeds, for each predictor and each cell type.
        let mut means: BTreeMap<&str, BTreeMap<&str, Vec<f64>>> = BTreeMap::new();
        for ((predictor, cell, _), (_, area)) in &areas {
            let of_cell = means.entry(predictor).or_default().entry(cell).or_default();
            of_cell.push(*area);
        }
        let means: BTreeMap<&str, BTreeMap<&str, f64>> = means
            .into_iter()
            .map(|(predictor, cells)| {
                let cells = cells.into_iter().map(|(cell, seeds)| (cell, mean(&seeds)));
                (predictor, cells.collect())
            })
            .collect();

        let rows = predictors
            .iter()
            .map(|predictor| row(predictor, &means[predictor], means.get(DEEP_CHROME)))
            .collect();
        let cell_types: BTreeSet<String> = runs.iter().map(|(_, run)| run.cell_type.clone()).collect();
        let seeds: BTreeSet<u64> = runs.iter().filter_map(|(_, run)| run.seed).collect();
        let mut missing = Vec::new();
        for cell in &cell_types {
            for &predictor in &predictors {
                let seeded = areas
                    .keys()
                    .any(|(other, _, seed)| *other == predictor && seed.is_some());
                let expected: Vec<Option<u64>> = if seeded {
                    seeds.iter().copied().map(Some).collect()
                } else {
                    vec![None]
                };
                missing.extend(
                    expected
                        .into_iter()
                        .filter(|&seed| !areas.contains_key(&(predictor, cell.as_str(), seed)))
                        .map(|seed| name(cell, predictor, seed)),
                );
            }
        }
        Ok(Self {
            rows,
            cell_types,
            seeds,
            missing,
        })
    }
}

/// A run in words.
fn name(cell: &str, predictor: &str, seed: Option<u64>) -> String {
    match seed {
        Some(seed) => format!("{cell}, {predictor}, seed {seed}"),
        None => format!("{cell}, {predictor}"),
    }
}

fn row(predictor: &str, cells: &BTreeMap<&str, f64>, deep: Option<&BTreeMap<&str, f64>>) -> Row {
    let mut areas: Vec<f64> = cells.values().copied().collect();
    areas.sort_by(f64::total_cmp);
    let middle = areas.len() / 2;
    let median = if areas.len() % 2 == 1 {
        areas[middle]
    } else {
        f64::midpoint(areas[middle - 1], areas[middle])
    };
    let wins = deep.filter(|_| predictor != DEEP_CHROME).map(|deep| {
        let both: Vec<(f64, f64)> = cells
            .iter()
            .filter_map(|(cell, area)| Some((*area, *deep.get(cell)?)))
            .collect();
        Wins {
            better: both.iter().filter(|(area, deep)| area > deep).count(),
            of: both.len(),
        }
    });
    Row {
        predictor: predictor.to_owned(),
        cell_types: areas.len(),
        mean: mean(&areas),
        median,
        max: areas[areas.len() - 1],
        min: areas[0],
        wins,
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(cell: &str, predictor: &str, seed: u64, area: f64) -> (String, RunRow) {
        let row = RunRow {
            cell_type: cell.to_owned(),
            predictor: predictor.to_owned(),
            // A baseline has no seed.
            seed: (seed > 0).then_some(seed),
            parameters: None,
            validation_auroc: None,
            test_auroc: Some(area),
            test_auprc: None,
        };
        (format!("{cell}/table.tsv"), row)
    }

    fn row<'a>(table: &'a Table2, predictor: &str) -> &'a Row {
        let mut rows = table.rows.iter();
        rows.find(|row| row.predictor == predictor).unwrap()
    }

    #[test]
    fn seeds_are_averaged_before_cell_types_are_compared() {
        let table = Table2::of(&[
            // One good seed does not make a good cell type.
            run("A", "lstm", 1, 0.5),
            run("A", "lstm", 2, 0.75),
            run("B", "lstm", 1, 0.875),
            run("B", "lstm", 2, 0.875),
            run("A", "deep-chrome", 1, 0.6875),
            run("A", "deep-chrome", 2, 0.6875),
            run("B", "deep-chrome", 1, 0.75),
            run("B", "deep-chrome", 2, 0.75),
        ])
        .unwrap();
        let lstm = row(&table, "lstm");
        assert_eq!((lstm.mean, lstm.median), (0.75, 0.75));
        assert_eq!((lstm.max, lstm.min), (0.875, 0.625));
        assert_eq!(lstm.wins, Some(Wins { better: 1, of: 2 }));
        assert_eq!(row(&table, "deep-chrome").wins, None);
        assert_eq!(table.missing, Vec::<String>::new());
    }

    #[test]
    fn a_tie_is_no_win_and_of_three_cell_types_the_median_is_one() {
        let cells = [("A", 0.5, 0.5), ("B", 0.75, 0.5), ("C", 0.625, 0.75)];
        let runs: Vec<_> = cells
            .iter()
            .flat_map(|(cell, lstm, deep)| [run(cell, "lstm", 1, *lstm), run(cell, "deep-chrome", 1, *deep)])
            .collect();
        let table = Table2::of(&runs).unwrap();
        let lstm = row(&table, "lstm");
        assert_eq!(lstm.median, 0.625);
        assert_eq!(lstm.wins, Some(Wins { better: 1, of: 3 }));
    }

    #[test]
    fn rows_are_in_the_papers_order_and_baselines_follow() {
        let table = Table2::of(&[
            run("A", "random forest on counts", 0, 0.5),
            run("A", "lstm-alpha-beta", 1, 0.5),
            run("A", "lstm-attn", 1, 0.5),
            run("A", "deep-chrome", 1, 0.5),
            run("A", "mean H3K4me3", 0, 0.5),
        ])
        .unwrap();
        let order: Vec<&str> = table.rows.iter().map(|row| row.predictor.as_str()).collect();
        assert_eq!(
            order,
            [
                "deep-chrome",
                "lstm-attn",
                "lstm-alpha-beta",
                "random forest on counts",
                "mean H3K4me3"
            ]
        );
    }

    #[test]
    fn runs_that_are_not_there_are_listed_and_leave_the_rest_comparable() {
        let table = Table2::of(&[
            run("A", "lstm", 1, 0.75),
            run("A", "lstm", 2, 0.75),
            run("B", "lstm", 1, 0.75),
            run("A", "deep-chrome", 1, 0.5),
            run("A", "deep-chrome", 2, 0.5),
            run("B", "mean H3K4me3", 0, 0.5),
        ])
        .unwrap();
        assert_eq!(
            table.missing,
            [
                "A, mean H3K4me3",
                "B, deep-chrome, seed 1",
                "B, deep-chrome, seed 2",
                "B, lstm, seed 2"
            ]
        );
        assert_eq!(row(&table, "lstm").wins, Some(Wins { better: 1, of: 1 }));
    }

    #[test]
    fn a_run_that_is_there_twice_must_say_the_same() {
        let twice = |area| Table2::of(&[run("A", "lstm", 1, 0.75), run("A", "lstm", 1, area)]);
        assert!(twice(0.75).is_ok());
        let (file, problem) = twice(0.5).unwrap_err();
        assert_eq!(file, "A/table.tsv");
        assert!(problem.contains("A, lstm, seed 1"), "{problem}");
    }

    #[test]
    fn without_deep_chrome_nothing_is_won() {
        let table = Table2::of(&[run("A", "lstm", 1, 0.75)]).unwrap();
        assert_eq!(table.rows[0].wins, None);
    }
}
