//! `regulens interpret perturb`, beside `predict` on tables that are changed by hand.

use std::collections::HashMap;

use super::{cells, interpret, lively};
use crate::change::{CHANGE_MARKS, owned, regulens, rewrite, trained};
use crate::support::setup::{BINS, Folder, MARKS, Results};

/// Writes a table with a mark's column put through `change`, which is given the bin and the cell.
fn with(folder: &Folder, from: &str, to: &str, mark: &str, change: impl Fn(usize, &str) -> String) {
    rewrite(folder, from, to, |row| {
        let mut changed = owned(row);
        if row[0] != "gene" {
            let marks: &[&str] = if row.len() == 8 { &MARKS } else { &CHANGE_MARKS };
            let column = 2 + marks.iter().position(|other| *other == mark).unwrap();
            changed[column] = change(row[1].parse().unwrap(), row[column]);
        }
        Some(changed)
    });
}

fn predicted(folder: &Folder, model: &str, tables: &str, output: &str) -> HashMap<String, f64> {
    let command = format!("predict --model @{model}.safetensors {tables} --out @p.tsv");
    regulens(folder, &command).succeeds();
    Results::read(&folder.path("p.tsv")).by_gene(output)
}

/// Holds the rows of a mark and condition to what `predict` gave for the changed table.
#[track_caller]
fn assert_after(
    results: &Results,
    output: &str,
    of: &str,
    before: &HashMap<String, f64>,
    after: &HashMap<String, f64>,
) {
    let columns = ["before", "after", "difference"]
        .map(|which| cells(results, &["gene", "mark", "condition"], &format!("{output}_{which}")));
    let mut moved = 0;
    for (gene, after) in after {
        let found = columns
            .each_ref()
            .map(|cells| cells[&format!("{gene} {of}")].parse::<f64>().unwrap());
        let expected = [before[gene], *after, after - before[gene]];
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 2e-6,
                "{gene} {of}: {found} is not {expected}"
            );
        }
        moved += usize::from(found[2].abs() > 1e-5);
    }
    assert!(moved > 0, "{of} changes no prediction: the test shows nothing");
}

#[test]
fn taking_a_mark_away_is_predicting_on_a_table_without_its_signal() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 12, BINS, 3);
    let printed = interpret(
        &folder,
        "perturb --model @model.safetensors --input @sim.csv --out @r.tsv",
    )
    .succeeds()
    .stdout;
    let results = Results::read(&folder.path("r.tsv"));
    assert_eq!(results.rows.len(), 12 * MARKS.len());
    assert_eq!(results.header[..3], ["gene", "mark", "condition"]);
    for output in ["probability", "logit"] {
        let before = predicted(&folder, "model", "--input @sim.csv", output);
        for mark in MARKS {
            with(&folder, "sim.csv", "changed.csv", mark, |_, _| "0".to_owned());
            let after = predicted(&folder, "model", "--input @changed.csv", output);
            assert_after(&results, output, &format!("{mark} only"), &before, &after);
        }
    }
    assert!(printed.contains("mean_absolute_difference") && printed.contains("H3K36me3"));
}

#[test]
fn a_model_of_a_change_tells_what_a_mark_does_in_a_in_b_and_in_both() {
    let folder = Folder::new();
    trained(&folder, "raw-c");
    let tables = "--input @v.a.csv --input-b @v.b.csv";
    let command = format!("perturb --model @raw-c.safetensors {tables} --marks H3K4me3,h3k27me3 --out @r.tsv --json");
    let printed = interpret(&folder, &command).succeeds().stdout;
    let results = Results::read(&folder.path("r.tsv"));
    assert_eq!(results.rows.len(), 20 * 2 * 3);
    let output = "log2_fold_change";
    let before = predicted(&folder, "raw-c", tables, output);
    let mark = "H3K4me3";
    for cell in ["a", "b"] {
        let (from, to) = (format!("v.{cell}.csv"), format!("zero.{cell}.csv"));
        with(&folder, &from, &to, mark, |_, _| "0".to_owned());
    }
    for (condition, tables) in [
        ("A", "--input @zero.a.csv --input-b @v.b.csv"),
        ("B", "--input @v.a.csv --input-b @zero.b.csv"),
        ("both", "--input @zero.a.csv --input-b @zero.b.csv"),
    ] {
        let after = predicted(&folder, "raw-c", tables, output);
        assert_after(&results, output, &format!("{mark} {condition}"), &before, &after);
    }
    let rows: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2 * 3);
    assert_eq!((&rows[3]["mark"], &rows[3]["genes"]), (&"H3K27me3".into(), &20.into()));
    let differences = cells(&results, &["gene", "mark", "condition"], "log2_fold_change_difference");
    let of_both: Vec<f64> = differences
        .iter()
        .filter(|(key, _)| key.ends_with(&format!("{mark} both")))
        .map(|(_, cell)| cell.parse().unwrap())
        .collect();
    let mean = of_both.iter().sum::<f64>() / 20.0;
    assert!(
        (rows[2]["mean_difference"].as_f64().unwrap() - mean).abs() < 1e-6,
        "{rows}"
    );
}

#[test]
fn a_mark_can_be_scaled_in_some_bins_or_be_the_other_cell_types() {
    let folder = Folder::new();
    trained(&folder, "raw-c");
    let tables = "--input @v.a.csv --input-b @v.b.csv";
    let output = "log2_fold_change";
    let before = predicted(&folder, "raw-c", tables, output);
    let mark = "H3K4me1";
    let perturb = |flags: &str| {
        let command = format!("perturb --model @raw-c.safetensors {tables} --marks {mark} {flags} --out @r.tsv");
        interpret(&folder, &command).succeeds();
        Results::read(&folder.path("r.tsv"))
    };
    let fourfold = |bin, cell: &str| match bin {
        5..=12 => (4 * cell.parse::<u32>().unwrap()).to_string(),
        _ => cell.to_owned(),
    };
    with(&folder, "v.a.csv", "more.csv", mark, fourfold);
    let after = predicted(&folder, "raw-c", "--input @more.csv --input-b @v.b.csv", output);
    let results = perturb("--to scale=4 --bins 5-12");
    assert_after(&results, output, &format!("{mark} A"), &before, &after);

    let of_b = std::fs::read_to_string(folder.path("v.b.csv")).unwrap();
    let of_b: HashMap<(&str, &str), &str> = of_b
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            ((cells[0], cells[1]), cells[2])
        })
        .collect();
    rewrite(&folder, "v.a.csv", "as-b.csv", |row| {
        let mut changed = owned(row);
        changed[2] = of_b[&(row[0], row[1])].to_owned();
        Some(changed)
    });
    let after = predicted(&folder, "raw-c", "--input @as-b.csv --input-b @v.b.csv", output);
    let results = perturb("--to other-condition");
    assert_after(&results, output, &format!("{mark} A"), &before, &after);

    let same = perturb("--to scale=1");
    assert!(
        same.numbers("log2_fold_change_difference")
            .iter()
            .all(|difference| *difference == 0.0)
    );
}

#[test]
fn what_cannot_be_changed_is_said_before_a_table_is_read() {
    let folder = Folder::new();
    folder.model();
    for (flags, code, saying) in [
        ("--to other-condition", 2, "a change model"),
        ("--to nothing", 2, "zero, other-condition or scale=FACTOR"),
        ("--bins 15-21", 2, "has the bins 1-20"),
        ("--marks H3K9ac", 1, "Name another with --marks"),
    ] {
        let command = format!("perturb --model @model.safetensors --input @none.csv {flags} --out @r.tsv");
        interpret(&folder, &command).fails(code, &[saying]);
    }
    assert!(!folder.path("r.tsv").exists());
}
