//! `regulens evaluate`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::reference::reference;
use crate::support::setup::{BINS, Folder, MARKS, run, run_line};

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn labels_come_from_the_table_or_from_expression() {
    let folder = Folder::new();
    let (model, table) = (text(&folder.model()), text(&folder.simulated("sim.csv", 60, BINS, 3)));
    let evaluate = ["evaluate", "--model", &model, "--input", &table, "--json"];
    let by_table = run(evaluate).succeeds().stdout;
    let scores: Value = serde_json::from_str(&by_table).unwrap();
    assert_eq!(scores["n"], 60);
    for name in ["auroc", "auprc", "accuracy", "brier"] {
        assert!((0.0..=1.0).contains(&scores[name].as_f64().unwrap()), "{scores}");
    }
    // The simulator made the labels from that expression.
    let expression = text(&folder.path("sim.expression.csv"));
    let by_expression = run(evaluate.into_iter().chain(["--expression", &expression]))
        .succeeds()
        .stdout;
    assert_eq!(by_expression, by_table);
}

#[test]
fn people_get_the_same_numbers_as_programs() {
    let folder = Folder::new();
    let (model, table) = (text(&folder.model()), text(&folder.simulated("sim.csv", 60, BINS, 3)));
    let json = run(["evaluate", "--model", &model, "--input", &table, "--json"])
        .succeeds()
        .stdout;
    let scores: Value = serde_json::from_str(&json).unwrap();
    let words = run(["evaluate", "--model", &model, "--input", &table])
        .succeeds()
        .stdout;
    assert!(
        words.contains(&format!("AUROC              {:.4}", scores["auroc"].as_f64().unwrap())),
        "{words}"
    );
}

#[test]
fn a_table_without_labels_names_the_flag() {
    let folder = Folder::new();
    let rows: String = (1..=BINS).map(|bin| format!("g,{bin},1,2,3,4,5\n")).collect();
    let table = text(&folder.write("bare.csv", format!("gene,bin,{}\n{rows}", MARKS.join(","))));
    let model = text(&folder.model());
    run(["evaluate", "--model", &model, "--input", &table]).fails(2, &["bare.csv", "--expression"]);
}

#[test]
fn genes_of_one_class_cannot_be_ranked() {
    let folder = Folder::new();
    let (model, table) = (text(&folder.model()), folder.simulated("sim.csv", 4, BINS, 1));
    let all_on: String = fs::read_to_string(&table)
        .unwrap()
        .lines()
        .map(|line| {
            line.strip_suffix(",0")
                .map_or(line.to_owned(), |row| format!("{row},1"))
                + "\n"
        })
        .collect();
    let table = text(&folder.write("on.csv", all_on));
    run(["evaluate", "--model", &model, "--input", &table])
        .fails(1, &["on.csv", "all 4 genes on", "expected both classes"]);
}

#[test]
fn a_gene_without_expression_is_named() {
    let folder = Folder::new();
    let (model, table) = (text(&folder.model()), text(&folder.simulated("sim.csv", 4, BINS, 1)));
    let expression = text(&folder.write("counts.csv", "SIM000001,5\nSIM000002,7\n"));
    run_line(format!(
        "evaluate --model {model} --input {table} --expression {expression}"
    ))
    .fails(1, &["SIM000003", "counts.csv"]);
}

/// The figures that an independent forward pass gave for the authors' weights, trained on K562 with 200 bins and the
/// columns of the DeepDiff tables.
#[test]
fn the_authors_weights_rank_the_published_genes_as_known() {
    let (Some(weights), Some(data)) = (
        reference(
            "data/attentivechrome/v2PyTorch/model.pt",
            "the authors' weights on published genes",
        ),
        reference("data/deepdiff/data", "the authors' weights on published genes"),
    ) else {
        return;
    };
    let folder = Folder::new();
    let model = text(&folder.path("authors.safetensors"));
    let import = [
        "import",
        "attentive-chrome",
        "--variant",
        "lstm-alpha-beta",
        &text(&weights),
        "--out",
        &model,
        "--dtype",
        "f32",
    ]
    .map(str::to_owned);
    let marks = "H3K4me1,H3K4me3,H3K9me3,H3K27me3,H3K36me3";
    run(import
        .into_iter()
        .chain(["--bins", "200", "--marks", marks].map(str::to_owned)))
    .succeeds();
    for (cell, split, known) in [
        ("Cell1", "valid", 0.9038),
        ("Cell1", "test", 0.9388),
        ("Cell2", "test", 0.8055),
    ] {
        let table = text(&data.join(format!("{cell}.{split}.csv.gz")));
        let expression = text(&data.join(format!("{cell}.expr.csv.gz")));
        let json = run_line(format!(
            "evaluate --model {model} --input {table} --expression {expression} --json"
        ))
        .succeeds()
        .stdout;
        let scores: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(scores["n"], 200);
        let auroc = scores["auroc"].as_f64().unwrap();
        assert!((auroc - known).abs() < 6e-5, "{cell}, {split}: {auroc}, known {known}");
    }
}
