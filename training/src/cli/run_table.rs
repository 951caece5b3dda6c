//! The table of runs, one line for each: `train --all-variants` and the workflow write it, `summarise` reads it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use regulens::task::on_off::OnOffScore;

use super::error::CliError;
use super::files;
use super::words::cell;

/// The name of such a table in a folder of results.
pub const NAME: &str = "table.tsv";

const COLUMNS: [&str; 7] = [
    "cell_type",
    "predictor",
    "seed",
    "parameters",
    "validation_auroc",
    "test_auroc",
    "test_auprc",
];

/// Scores of one predictor on one cell type.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Name of the cell type.
    pub cell_type: String,
    /// A variant such as `lstm-alpha`, or a baseline such as `random forest on counts`.
    pub predictor: String,
    /// The seed; none for a baseline.
    pub seed: Option<u64>,
    /// Number of weights; none for a baseline.
    pub parameters: Option<usize>,
    /// AUROC of the validation genes, which choose the epoch or the strength.
    pub validation_auroc: Option<f64>,
    /// AUROC of the test genes, if there are any.
    pub test_auroc: Option<f64>,
    /// Area under the precision-recall curve of the test genes.
    pub test_auprc: Option<f64>,
}

/// A predictor's scores, for a table of runs on one cell type.
pub struct Scored<S> {
    /// As [`RunRow`] has it.
    pub predictor: String,
    /// The seed; none for a baseline.
    pub seed: Option<u64>,
    /// Number of weights; none for a baseline.
    pub parameters: Option<usize>,
    /// The headline on the validation genes.
    pub validation: Option<f64>,
    /// On the test genes, if there are any.
    pub test: Option<S>,
}

/// A figure of a score, by the name that its column has behind `test_`.
pub type Figure<S> = (&'static str, fn(&S) -> Option<f64>);

/// The figures of models of whether genes are on.
pub const AREAS: &[Figure<OnOffScore>] = &[("auroc", |score| Some(score.auroc)), ("auprc", |score| score.auprc)];

/// The table as text, with its header. The first of the figures is the headline.
// Kept by hand: names have no tabs once `cell` has read them, so that csv would join and split as these lines do.
pub fn text<S>(cell_type: &str, figures: &[Figure<S>], rows: &[Scored<S>]) -> String {
    let of_test: String = figures.iter().map(|(name, _)| format!("\ttest_{name}")).collect();
    let mut text = format!(
        "cell_type\tpredictor\tseed\tparameters\tvalidation_{}{of_test}\n",
        figures[0].0
    );
    for row in rows {
        let seed = number(row.seed);
        let first = [cell(cell_type), cell(&row.predictor), seed, number(row.parameters)];
        let figure = |(_, of): &Figure<S>| number(row.test.as_ref().and_then(of));
        let cells = first.into_iter().chain([number(row.validation)]);
        let cells: Vec<String> = cells.chain(figures.iter().map(figure)).collect();
        text += &cells.join("\t");
        text.push('\n');
    }
    text
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Reads a table. Columns are found by name; a line without a cell type takes that of the file's folder.
pub fn read(path: &Path) -> Result<Vec<RunRow>, CliError> {
    let text = files::text(path, "a table of runs")?;
    let wrong = |problem: String| CliError::file(path.display(), problem);
    let folder = std::path::absolute(path)
        .ok()
        .and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_default();
    parse(&text, &folder).map_err(wrong)
}

fn parse(text: &str, folder: &str) -> Result<Vec<RunRow>, String> {
    let mut lines = text.lines().zip(1..);
    let header = lines.next().map(|(line, _)| line).unwrap_or_default();
    let places: HashMap<&str, usize> = header.split('\t').zip(0..).collect();
    let place = |name: &str| {
        places.get(name).copied().ok_or_else(|| {
            format!(
                "line 1: found no column `{name}`; expected the columns {}, separated by tabs. Give only tables of \
                    runs.",
                COLUMNS.join(", ")
            )
        })
    };
    let [cell_type, predictor, seed, parameters, validation, test, auprc] = {
        let mut found = [0; COLUMNS.len()];
        for (at, name) in COLUMNS.iter().enumerate() {
            found[at] = place(name)?;
        }
        found
    };
    let mut rows = Vec::new();
    for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let text = |at: usize| cells.get(at).copied().unwrap_or_default();
        let wrong = |at: usize, expected: &str| {
            format!(
                "line {number}, column {}: found `{}`; expected {expected}.",
                at + 1,
                text(at)
            )
        };
        let area = |at: usize| match text(at) {
            "" => Ok(None),
            found => match found.parse::<f64>() {
                Ok(area) if (0.0..=1.0).contains(&area) => Ok(Some(area)),
                _ => Err(wrong(at, "an area between 0 and 1")),
            },
        };
        if text(predictor).is_empty() {
            return Err(wrong(predictor, "a variant or a baseline"));
        }
        rows.push(RunRow {
            cell_type: match text(cell_type) {
                "" => folder.to_owned(),
                name => name.to_owned(),
            },
            predictor: text(predictor).to_owned(),
            seed: whole(text(seed)).ok_or_else(|| wrong(seed, "a whole number"))?,
            parameters: whole(text(parameters)).ok_or_else(|| wrong(parameters, "a whole number"))?,
            validation_auroc: area(validation)?,
            test_auroc: area(test)?,
            test_auprc: area(auprc)?,
        });
    }
    Ok(rows)
}

/// A whole number, or `Some(None)` for an empty cell; `None` for anything else.
fn whole<T: std::str::FromStr>(text: &str) -> Option<Option<T>> {
    if text.is_empty() {
        return Some(None);
    }
    text.parse().ok().map(Some)
}

/// The tables that the arguments name: files as they are, and every `table.tsv` below a folder.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let before = found.len();
        below(path, &mut found)?;
        if found.len() == before {
            return Err(CliError::file(
                path.display(),
                format!(
                    "found no {NAME} in the folder or below it; expected the results of `regulens train … \
                        --all-variants` or of the workflow. Check the folder."
                ),
            ));
        }
    }
    Ok(found)
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let io = |error| CliError::io(folder, error);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        // Links to folders are not followed: one could lead in a circle.
        entries.push((entry.path(), entry.file_type().map_err(io)?.is_dir()));
    }
    // The order of the table must not depend on the file system.
    entries.sort();
    for (path, is_folder) in entries {
        if is_folder {
            below(&path, found)?;
        } else if path.file_name().is_some_and(|name| name == NAME) {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(predictor: &str, seed: Option<u64>) -> Scored<OnOffScore> {
        Scored {
            predictor: predictor.to_owned(),
            seed,
            parameters: seed.map(|_| 55_681),
            validation: None,
            test: Some(OnOffScore {
                auroc: 0.953_125,
                auprc: Some(0.1 + 0.2),
                ..OnOffScore::default()
            }),
        }
    }

    fn written(cell_type: &str, rows: &[Scored<OnOffScore>]) -> String {
        text(cell_type, AREAS, rows)
    }

    #[test]
    fn what_is_written_is_read_again_to_the_last_digit() {
        let rows = [("lstm", Some(3)), ("linear SVM on counts", None)];
        let expected = rows.map(|(predictor, seed)| RunRow {
            cell_type: "K562".to_owned(),
            predictor: predictor.to_owned(),
            seed,
            parameters: seed.map(|_| 55_681),
            validation_auroc: None,
            test_auroc: Some(0.953_125),
            test_auprc: Some(0.1 + 0.2),
        });
        let text = written("K562", &rows.map(|(predictor, seed)| row(predictor, seed)));
        assert_eq!(parse(&text, "folder"), Ok(expected.to_vec()));
    }

    #[test]
    fn a_tab_in_a_name_shifts_no_column() {
        let read = parse(&written("K562\tand H1", &[row("lstm", Some(4))]), "folder").unwrap();
        assert_eq!((read[0].cell_type.as_str(), read[0].seed), ("K562 and H1", Some(4)));
    }

    #[test]
    fn a_line_without_a_cell_type_is_named_by_its_folder() {
        let nameless = written("", &[row("lstm", Some(1))]);
        assert_eq!(parse(&nameless, "E003").unwrap()[0].cell_type, "E003");
    }

    #[test]
    fn columns_are_found_by_name_wherever_they_stand() {
        let shuffled = "note\ttest_auprc\ttest_auroc\tvalidation_auroc\tparameters\tseed\tpredictor\tcell_type\n\
                        good\t0.5\t0.75\t\t10\t2\tlstm\tH1\n";
        let rows = parse(shuffled, "").unwrap();
        assert_eq!(
            (rows[0].seed, rows[0].test_auroc, rows[0].cell_type.as_str()),
            (Some(2), Some(0.75), "H1")
        );
    }

    #[test]
    fn a_damaged_table_is_told_by_line_and_column() {
        let good = written("K562", &[row("lstm", Some(1))]);
        for (table, said) in [
            ("gene,bin,A\n".to_owned(), "line 1: found no column `cell_type`"),
            (
                good.replace("0.953125", "1.5"),
                "line 2, column 6: found `1.5`; expected an area",
            ),
            (good.replace("0.953125", "NaN"), "line 2, column 6: found `NaN`"),
            (good.replace("\t1\t", "\tone\t"), "line 2, column 3: found `one`"),
            (good.replace("lstm", ""), "line 2, column 2: found ``"),
        ] {
            let error = parse(&table, "").unwrap_err();
            assert!(error.contains(said), "{said}: {error}");
        }
    }
}
