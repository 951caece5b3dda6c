//! `train --folds`.

use std::collections::{HashMap, HashSet};
use std::fs;

use serde_json::Value;

use super::{LSTM, SMALL};
use crate::change::{pair, regulens};
use crate::support::setup::{Folder, Outcome, Results};

/// A table of 42 genes, `g.csv`, and an annotation that has them on seven chromosomes, `g.bed`.
fn genes(folder: &Folder) {
    folder.simulated("g.csv", 42, 20, 1);
    annotate(folder, "g.bed", 42, 7);
}

fn annotate(folder: &Folder, name: &str, genes: usize, chromosomes: usize) {
    let rows = (1..=genes).map(|gene| {
        let chromosome = gene % chromosomes + 1;
        format!(
            "chr{chromosome}\t{}\t{}\tSIM{gene:06}\t0\t+\n",
            1_000 * gene,
            1_000 * gene + 500
        )
    });
    folder.write(name, rows.collect::<String>());
}

fn train(folder: &Folder, flags: &str) -> Outcome {
    let command = format!("train attentive-chrome --train @g.csv --epochs 2 {SMALL} {LSTM} {flags}");
    regulens(folder, &command)
}

const BY_CHROMOSOME: &str = "--folds 3 --annotation @g.bed --out @cv";

fn card(folder: &Folder, model: &str) -> Value {
    let shown = regulens(folder, &format!("inspect --json @{model}")).succeeds().stdout;
    serde_json::from_str::<Value>(&shown).unwrap()["card"].clone()
}

#[test]
fn each_fold_is_predicted_by_the_model_that_did_not_learn_from_it() {
    let folder = Folder::new();
    genes(&folder);
    let said = train(&folder, BY_CHROMOSOME).succeeds().stdout;
    let folds = Results::read(&folder.path("cv/folds.tsv"));
    assert_eq!(folds.header, ["gene", "chromosome", "fold"]);
    let of_chromosome: HashSet<(&str, &str)> = folds
        .rows
        .iter()
        .map(|row| (row[1].as_str(), row[2].as_str()))
        .collect();
    assert_eq!(of_chromosome.len(), 7, "a chromosome is in one fold");
    for fold in ["1", "2", "3"] {
        let genes = folds.rows.iter().filter(|row| row[2] == fold).count();
        assert!((12..=18).contains(&genes), "{genes} genes in fold {fold}");
    }

    let predictions = Results::read(&folder.path("cv/predictions.tsv"));
    assert_eq!(
        predictions.header[..5],
        ["gene", "fold", "label", "probability", "logit"]
    );
    assert_eq!(predictions.rows.len(), 42);
    for fold in 1..=3 {
        let command = format!("predict --model @cv/fold-{fold}.safetensors --input @g.csv --out @one.tsv");
        regulens(&folder, &command).succeeds();
        let one = Results::read(&folder.path("one.tsv"));
        assert_eq!(predictions.header[3..], one.header[1..]);
        for (row, one) in predictions.rows.iter().zip(&one.rows) {
            assert_eq!(row[0], one[0]);
            if row[1] == fold.to_string() {
                assert_eq!(row[3..], one[1..], "as predict writes it");
            }
        }
        let card = card(&folder, &format!("cv/fold-{fold}.safetensors"));
        let training = &card["training"];
        assert_eq!(training["recipe"]["fold"], fold);
        assert_eq!(training["recipe"]["folds"], 3);
        assert_eq!(training["recipe"]["split_by"], "chromosome");
        let split = training["split"].as_str().unwrap();
        assert!(
            split.starts_with(&format!("fold {fold} of 3 by chromosome (test chr")),
            "{split}"
        );
        let tested = predictions.rows.iter().filter(|row| row[1] == fold.to_string()).count();
        assert_eq!(card["metrics"]["test"]["n"], tested);
    }
    let summary: Value = serde_json::from_slice(&fs::read(folder.path("cv/summary.json")).unwrap()).unwrap();
    assert_eq!(summary["pooled"]["n"], 42);
    assert_eq!(summary["folds"].as_array().unwrap().len(), 3);
    let pooled = format!("{:.4}", summary["pooled"]["auroc"].as_f64().unwrap());
    assert!(
        said.lines()
            .any(|line| line.trim_start().starts_with("pooled") && line.contains(&pooled)),
        "{said}"
    );
    assert!(
        said.contains(&format!("AUROC {:.4} ± ", summary["mean"].as_f64().unwrap())),
        "{said}"
    );
}

#[test]
fn the_same_command_again_trains_what_is_missing_and_gives_the_same() {
    let folder = Folder::new();
    genes(&folder);
    train(&folder, BY_CHROMOSOME).succeeds();
    let read = |name: &str| fs::read(folder.path(name)).unwrap();
    let names = [
        "cv/fold-2.safetensors",
        "cv/predictions.tsv",
        "cv/summary.json",
        "cv/folds.tsv",
    ];
    let before = names.map(read);
    fs::remove_file(folder.path(names[0])).unwrap();
    let again = train(&folder, BY_CHROMOSOME).succeeds();
    for said in ["fold 1: already trained", "fold 2 of 3", "fold 3: already trained"] {
        assert!(again.stderr.contains(said), "{}", again.stderr);
    }
    assert_eq!(names.map(read), before);
    train(&folder, &format!("{BY_CHROMOSOME} --seed 2")).fails(2, &["is from another training", "seed"]);
}

#[test]
fn folds_that_cannot_be_are_refused() {
    let folder = Folder::new();
    genes(&folder);
    annotate(&folder, "few.bed", 42, 2);
    annotate(&folder, "half.bed", 20, 7);
    for (flags, code, said) in [
        (
            "--folds 2 --annotation @g.bed",
            2,
            &["2 folds are too few", "give 3 or more"][..],
        ),
        (
            "--folds 3 --annotation @few.bed",
            2,
            &["--folds 3: found 2 chromosomes"],
        ),
        ("--folds 3", 2, &["found 42 of 42 genes (SIM000001", "--annotation"]),
        (
            "--folds 3 --annotation @g.bed --choose pearson",
            2,
            &["--choose pearson requires --outcome level"],
        ),
        (
            "--folds 3 --annotation @half.bed",
            1,
            &["found 22 of 42 genes (SIM000021", "half.bed"],
        ),
        (
            "--folds 3 --annotation @g.bed --valid @g.csv",
            2,
            &["--valid", "cannot be used with"],
        ),
        (
            "--folds 3 --annotation @g.bed --test @g.csv",
            2,
            &["--test", "cannot be used with"],
        ),
        ("", 2, &["--valid"]),
        ("--valid @g.csv --split-by gene", 2, &["--folds"]),
    ] {
        train(&folder, &format!("{flags} --out @no")).fails(code, said);
    }
    // On every chromosome but the first all genes are off.
    let table = fs::read_to_string(folder.path("g.csv")).unwrap();
    let rows = table.lines().map(|line| match line.rsplit_once(',') {
        Some((row, "0" | "1")) => {
            let gene: usize = row[3..9].parse().unwrap();
            format!("{row},{}\n", usize::from(gene.is_multiple_of(7)))
        }
        _ => format!("{line}\n"),
    });
    folder.write("g.csv", rows.collect::<String>());
    train(&folder, BY_CHROMOSOME).fails(1, &["g.csv: fold ", " genes off", "Give fewer folds"]);
}

#[test]
fn folds_of_genes_need_no_annotation_and_pairs_of_tables_are_dealt_together() {
    let folder = Folder::new();
    pair(&folder, "p", 30, 5);
    let command = format!(
        "train deep-diff --variant raw-d --train @p.a.csv @p.b.csv --expression @p.a.expression.csv \
         @p.b.expression.csv --folds 3 --split-by gene --epochs 2 {SMALL} {LSTM} --out @cv"
    );
    let said = regulens(&folder, &command).succeeds();
    assert!(
        said.stderr.contains("neighbouring genes share signal"),
        "{}",
        said.stderr
    );
    let predictions = Results::read(&folder.path("cv/predictions.tsv"));
    assert_eq!(predictions.header[..4], ["gene", "fold", "value", "log2_fold_change"]);
    let counts = ["a", "b"].map(|cell| {
        let text = fs::read_to_string(folder.path(&format!("p.{cell}.expression.csv"))).unwrap();
        let rows = text.lines().filter_map(|line| line.split_once(','));
        let counts = rows.filter_map(|(gene, count)| Some((gene.to_owned(), count.parse::<f64>().ok()?)));
        counts.collect::<HashMap<_, _>>()
    });
    for (row, value) in predictions.rows.iter().zip(predictions.numbers("value")) {
        let [a, b] = counts.each_ref().map(|counts| counts[&row[0]]);
        assert!((value - ((b + 1.0) / (a + 1.0)).log2()).abs() < 1e-9);
    }
    for fold in ["1", "2", "3"] {
        assert_eq!(predictions.rows.iter().filter(|row| row[1] == fold).count(), 10);
    }
    let summary: Value = serde_json::from_slice(&fs::read(folder.path("cv/summary.json")).unwrap()).unwrap();
    assert!(summary["pooled"]["pearson"].is_number() && summary["split_by"] == "gene");
}
