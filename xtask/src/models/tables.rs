//! Rows of docs/results.md about shipped models, filled from their cards.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{CELLS, CHANGE, ON_OFF, change_file};
use crate::catalogue::inspected;
use crate::command::Outcome;

fn path(root: &Path) -> PathBuf {
    root.join("docs/results.md")
}

/// Writes the rows anew.
pub fn fill(root: &Path) -> Outcome<()> {
    let (_, after) = filled(root)?;
    fs::write(path(root), after).map_err(|error| format!("{}: {error}", path(root).display()))
}

/// The rows that differ from what the cards say, each as a line.
pub fn stale(root: &Path) -> Outcome<Vec<String>> {
    let (before, after) = filled(root)?;
    let differ = before
        .lines()
        .zip(after.lines())
        .filter(|(before, after)| before != after);
    Ok(differ
        .map(|(before, after)| format!("docs/results.md: `{before}`, where the cards say `{after}`"))
        .collect())
}

/// The document as it is, and with the rows that the cards give.
fn filled(root: &Path) -> Outcome<(String, String)> {
    let before = fs::read_to_string(path(root)).map_err(|error| format!("{}: {error}", path(root).display()))?;
    let mut after = before.clone();
    for (_, stem) in ON_OFF {
        let mut cells = Vec::new();
        let mut title = String::new();
        for (_, cell, _) in CELLS {
            let (variant, scores) = scores(root, &format!("{stem}-{cell}.safetensors"))?;
            title = variant;
            cells.extend(scores);
        }
        after = with_cells(&after, &format!("| {title} |"), 1, &cells)?;
    }
    for variant in CHANGE {
        let (title, cells) = scores(root, &change_file(variant))?;
        after = with_cells(&after, &format!("| {title} |"), 1, &cells)?;
    }
    Ok((before, after))
}

/// Writes the scores of a model of sequences into its variant's row: of each track its column, counted from 1, and the
/// score of each seed.
pub(super) fn fill_tracks(root: &Path, variant: &str, tracks: &[(usize, Vec<f64>)]) -> Outcome<()> {
    let path = path(root);
    let mut document = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    // A comma in place of the colon is another size of the same variant.
    let start = match variant {
        "basenji" => "| Basenji (`basenji`): ".to_owned(),
        _ => format!("| `{variant}`: "),
    };
    for (column, seeds) in tracks {
        document = with_cells(&document, &start, *column, &[of_seeds(seeds)])?;
    }
    fs::write(&path, document).map_err(|error| format!("{}: {error}", path.display()))
}

/// `0.802 (0.796–0.806)`: the mean, the lowest and the highest.
fn of_seeds(seeds: &[f64]) -> String {
    let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
    let [lowest, highest] = [f64::min, f64::max].map(|of| seeds.iter().copied().reduce(of).unwrap_or(mean));
    format!("{mean:.3} ({lowest:.3}–{highest:.3})")
}

/// The variant's name; the mean of all seeds on test genes with the lowest and the highest, and the seed that ships.
fn scores(root: &Path, file: &str) -> Outcome<(String, [String; 2])> {
    let model = inspected(root, file)?;
    let card = &model["card"];
    let (auroc, pearson) = (&card["metrics"], &card["change_metrics"]);
    let (ships, seeds) = if auroc.is_null() {
        (&pearson["test"]["pearson"], seeds(pearson, "/test/pearson"))
    } else {
        (&auroc["test"]["auroc"], seeds(auroc, "/test_auroc"))
    };
    let missing = || format!("models/{file}: the card has no scores of seeds on test genes");
    let ships = ships.as_f64().ok_or_else(missing)?;
    if seeds.is_empty() {
        return Err(missing());
    }
    let title = model["description"]["variant"]["title"].as_str().unwrap_or_default();
    Ok((title.to_owned(), [of_seeds(&seeds), format!("{ships:.3}")]))
}

/// The score of each seed.
fn seeds(report: &Value, place: &str) -> Vec<f64> {
    let seeds = report["seeds"].as_array().map_or(&[][..], Vec::as_slice);
    seeds.iter().filter_map(|seed| seed.pointer(place)?.as_f64()).collect()
}

/// The document with cells of the row that begins with `start` replaced, from the column `first` on; the title is
/// column 0.
fn with_cells(document: &str, start: &str, first: usize, cells: &[String]) -> Outcome<String> {
    let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
    let row = lines
        .iter_mut()
        .find(|line| line.starts_with(start))
        .ok_or_else(|| format!("docs/results.md has no row that begins with `{start}`"))?;
    let inner = row.trim().trim_matches('|');
    let mut columns: Vec<&str> = inner.split('|').map(str::trim).collect();
    if columns.len() < first + cells.len() {
        return Err(format!("docs/results.md: too few columns in `{row}`"));
    }
    for (column, cell) in columns[first..].iter_mut().zip(cells) {
        *column = cell;
    }
    let text = columns.iter().map(|column| match column.is_empty() {
        true => " ".to_owned(),
        false => format!(" {column} "),
    });
    *row = format!("|{}|", text.collect::<Vec<_>>().join("|"));
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_row_are_replaced_and_the_rest_stays() {
        let document = "| | seeds | ships | more |\n|---|---|--:|---|\n| Raw | 1 | 2 | ridge |\n| Raw+Aux | 3 | 4 |\n";
        let cells = ["5 (4–6)".to_owned(), "7".to_owned()];
        assert_eq!(
            with_cells(document, "| Raw |", 1, &cells).unwrap(),
            document.replace("| Raw | 1 | 2 |", "| Raw | 5 (4–6) | 7 |")
        );
        assert_eq!(
            with_cells(document, "| Raw+Aux |", 1, &cells).unwrap(),
            document.replace("| 3 | 4 |", "| 5 (4–6) | 7 |")
        );
        let of_no_row = with_cells(document, "| Aux |", 1, &cells).unwrap_err();
        assert!(of_no_row.contains("`| Aux |`"), "{of_no_row}");
    }

    #[test]
    fn a_cell_in_the_middle_of_a_row_is_replaced_and_empty_ones_stay() {
        let document = "| `standard`, wide: x | 1 | 2 | 3 |\n| `standard`: convolutions | 1 | 2 ° | |\n";
        let cell = [of_seeds(&[0.25, 0.5, 0.75])];
        assert_eq!(
            with_cells(document, "| `standard`: ", 2, &cell).unwrap(),
            document.replace("| 2 ° |", "| 0.500 (0.250–0.750) |")
        );
        assert!(with_cells(document, "| `standard`: ", 4, &cell).is_err());
    }

    #[test]
    fn a_seed_without_a_test_score_counts_nowhere() {
        let report = serde_json::json!({ "seeds": [{ "test_auroc": 0.5 }, {}, { "test_auroc": 0.75 }] });
        assert_eq!(seeds(&report, "/test_auroc"), [0.5, 0.75]);
        assert_eq!(seeds(&serde_json::json!({}), "/test_auroc"), [0.0; 0]);
    }
}
