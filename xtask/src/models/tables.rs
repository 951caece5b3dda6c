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
        after = with_row(&after, &title, &cells)?;
    }
    for variant in CHANGE {
        let (title, cells) = scores(root, &change_file(variant))?;
        after = with_row(&after, &title, &cells)?;
    }
    Ok((before, after))
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
    let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
    let [lowest, highest] = [f64::min, f64::max].map(|of| seeds.iter().copied().reduce(of).unwrap_or(mean));
    let title = model["description"]["variant"]["title"].as_str().unwrap_or_default();
    Ok((
        title.to_owned(),
        [format!("{mean:.3} ({lowest:.3}–{highest:.3})"), format!("{ships:.3}")],
    ))
}

/// The score of each seed.
fn seeds(report: &Value, place: &str) -> Vec<f64> {
    let seeds = report["seeds"].as_array().map_or(&[][..], Vec::as_slice);
    seeds.iter().filter_map(|seed| seed.pointer(place)?.as_f64()).collect()
}

/// The document with the first cells of the row of this title replaced.
fn with_row(document: &str, title: &str, cells: &[String]) -> Outcome<String> {
    let start = format!("| {title} |");
    let (at, row) = document
        .lines()
        .enumerate()
        .find(|(_, line)| line.starts_with(&start))
        .ok_or_else(|| format!("docs/results.md has no row that begins with `{start}`"))?;
    let rest = row.split(" | ").skip(1 + cells.len()).map(str::to_owned);
    let row: Vec<String> = [format!("| {title}")]
        .into_iter()
        .chain(cells.iter().cloned())
        .chain(rest)
        .collect();
    let row = row.join(" | ");
    let row = if row.ends_with('|') { row } else { format!("{row} |") };
    let lines: Vec<&str> = document.lines().collect();
    let lines = [&lines[..at], &[row.as_str()], &lines[at + 1..]].concat();
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
            with_row(document, "Raw", &cells).unwrap(),
            document.replace("| Raw | 1 | 2 |", "| Raw | 5 (4–6) | 7 |")
        );
        assert_eq!(
            with_row(document, "Raw+Aux", &cells).unwrap(),
            document.replace("| 3 | 4 |", "| 5 (4–6) | 7 |")
        );
        assert!(with_row(document, "Aux", &cells).unwrap_err().contains("`| Aux |`"));
    }

    #[test]
    fn a_seed_without_a_test_score_counts_nowhere() {
        let report = serde_json::json!({ "seeds": [{ "test_auroc": 0.5 }, {}, { "test_auroc": 0.75 }] });
        assert_eq!(seeds(&report, "/test_auroc"), [0.5, 0.75]);
        assert_eq!(seeds(&serde_json::json!({}), "/test_auroc"), [0.0; 0]);
    }
}
