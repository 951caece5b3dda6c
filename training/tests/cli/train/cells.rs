//! Tables with a column of cell types.

use std::collections::HashSet;
use std::fs;

use super::{LSTM, SMALL};
use crate::change::regulens;
use crate::support::setup::{Folder, Outcome, Results};

/// Simulated tables of the same genes in two cell types, `a.csv` and `b.csv`, and both in one, `NAME.csv`; without
/// their labels `NAME.bare.csv`.
fn both(folder: &Folder, name: &str, genes: usize, seed: u64) {
    let mut rows = String::new();
    for (cell, seed) in [("a", seed), ("b", seed + 1)] {
        let table = folder.simulated(&format!("{cell}.csv"), genes, 20, seed);
        for line in fs::read_to_string(table).unwrap().lines() {
            let (gene, rest) = line.split_once(',').unwrap();
            match gene {
                "gene" if rows.is_empty() => rows += &format!("gene,cell,{rest}\n"),
                "gene" => {}
                gene => rows += &format!("{gene},{cell},{rest}\n"),
            }
        }
    }
    let bare = rows
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n");
    folder.write(&format!("{name}.bare.csv"), bare.collect::<String>());
    folder.write(&format!("{name}.csv"), rows);
}

fn train(folder: &Folder, flags: &str) -> Outcome {
    regulens(
        folder,
        &format!("train attentive-chrome --epochs 2 {SMALL} {LSTM} {flags}"),
    )
}

#[test]
fn a_gene_in_each_cell_type_is_an_example_and_predictions_name_both() {
    let folder = Folder::new();
    both(&folder, "v", 30, 7);
    both(&folder, "t", 30, 1);
    let said = train(&folder, "--train @t.csv --valid @v.csv --out @m.safetensors")
        .succeeds()
        .stderr;
    // Genes of another seed have the same ids.
    assert!(
        said.contains("30 genes (SIM000001, SIM000002, SIM000003, …) are in both by ID"),
        "{said}"
    );
    regulens(&folder, "predict --model @m.safetensors --input @t.csv --out @both.tsv").succeeds();
    let both = Results::read(&folder.path("both.tsv"));
    assert_eq!(both.header[..4], ["gene", "cell", "probability", "logit"]);
    assert_eq!(both.rows.len(), 60);
    for cell in ["a", "b"] {
        let command = format!("predict --model @m.safetensors --input @{cell}.csv --out @one.tsv");
        regulens(&folder, &command).succeeds();
        let one = Results::read(&folder.path("one.tsv"));
        let of_cell: Vec<_> = both.rows.iter().filter(|row| row[1] == cell).collect();
        for (row, one) in of_cell.into_iter().zip(&one.rows) {
            assert_eq!((&row[0], &row[2..]), (&one[0], &one[1..]));
        }
    }
}

#[test]
fn each_cell_type_is_labelled_by_its_own_counts() {
    let folder = Folder::new();
    both(&folder, "v", 30, 7);
    both(&folder, "t", 30, 1);
    let expression = "--expression a=@a.expression.csv b=@b.expression.csv";
    // The program that runs here resolves `@` at the beginning of a word alone.
    let expression = expression.replace('@', &format!("{}/", folder.path("").display()));
    for (table, flags, out) in [("t", "", "by-table"), ("t.bare", expression.as_str(), "by-counts")] {
        let flags = format!("--train @{table}.csv --valid @t.csv --allow-overlap {flags} --out @{out}.safetensors");
        let said = train(&folder, &flags).succeeds().stderr;
        assert_eq!(said.contains("labels: a: "), table == "t.bare", "{said}");
    }
    let predicted = ["by-table", "by-counts"].map(|model| {
        regulens(
            &folder,
            &format!("predict --model @{model}.safetensors --input @t.csv --out @p.tsv"),
        )
        .succeeds();
        fs::read(folder.path("p.tsv")).unwrap()
    });
    assert!(
        predicted[0] == predicted[1],
        "labels of the counts are those of the table"
    );
    for (flags, said) in [
        (expression.replace(" b=", " c="), "no --expression b=FILE"),
        (
            expression.replace("a=", "").replace("b=", ""),
            "--expression takes two files only for change models",
        ),
    ] {
        let flags = format!("--train @t.bare.csv --valid @t.csv --allow-overlap {flags} --out @no.safetensors");
        train(&folder, &flags).fails(2, &[said]);
    }
}

#[test]
fn all_cell_types_of_a_gene_are_in_one_fold() {
    let folder = Folder::new();
    both(&folder, "t", 30, 1);
    train(&folder, "--train @t.csv --folds 3 --split-by gene --out @cv").succeeds();
    let folds = Results::read(&folder.path("cv/folds.tsv"));
    assert_eq!(folds.header, ["gene", "cell", "chromosome", "fold"]);
    let of_gene: HashSet<(&str, &str)> = folds
        .rows
        .iter()
        .map(|row| (row[0].as_str(), row[3].as_str()))
        .collect();
    assert_eq!((folds.rows.len(), of_gene.len()), (60, 30));
    let predictions = Results::read(&folder.path("cv/predictions.tsv"));
    assert_eq!(predictions.header[..4], ["gene", "cell", "fold", "label"]);
    assert_eq!(predictions.rows.len(), 60);
}

#[test]
fn a_model_of_a_change_and_a_table_without_cell_types_say_what_they_take() {
    let folder = Folder::new();
    both(&folder, "t", 10, 1);
    let pair = "train deep-diff --train @t.bare.csv @t.bare.csv --valid @t.bare.csv @t.bare.csv --expression \
                @a.expression.csv @b.expression.csv --out @no.safetensors";
    regulens(&folder, pair).fails(
        1,
        &[
            "t.bare.csv: found a column of cell types",
            "takes one cell type per table",
        ],
    );
    let counts = folder.path("a.expression.csv").display().to_string();
    let flags = format!("--train @a.csv --valid @b.csv --expression a={counts} --out @no.safetensors");
    train(&folder, &flags).fails(
        2,
        &[
            "--expression CELL=FILE requires tables with a column `cell`",
            "a.csv has none",
        ],
    );
}
