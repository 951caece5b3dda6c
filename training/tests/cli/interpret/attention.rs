//! `regulens interpret attention`.

use super::{Predicted, assert_close, cells, interpret, lively, mean, texts, trained};
use crate::support::setup::{BINS, Folder, MARKS, Results};

#[test]
fn averages_are_the_means_of_what_predict_gives() {
    let folder = Folder::new();
    let (model, table) = (lively(&folder), folder.simulated("sim.csv", 40, BINS, 3));
    let predicted = Predicted::of(&folder, &model, &table);
    let on = predicted.on();
    let off: Vec<usize> = (0..40).filter(|gene| !on.contains(gene)).collect();
    assert!(!on.is_empty() && !off.is_empty(), "a case with both groups");

    let said = interpret(
        &folder,
        "attention --model @model.safetensors --input @sim.csv --out @a.tsv",
    )
    .succeeds();
    let groups = format!("{} genes predicted on, {} off", on.len(), off.len());
    assert!(said.stderr.contains(&groups), "{}", said.stderr);
    let results = Results::read(&folder.path("a.tsv"));
    assert_eq!(results.header, ["group", "genes", "mark", "bin", "position", "mean"]);
    assert_eq!(results.rows.len(), 2 * MARKS.len() * BINS);
    let means = cells(&results, &["group", "genes", "mark", "bin", "position"], "mean");
    for (group, genes) in [("on", on), ("off", off)] {
        for (row, mark) in MARKS.iter().enumerate() {
            for bin in 0..BINS {
                let alpha = |&gene: &usize| predicted.alpha[(gene * MARKS.len() + row) * BINS + bin];
                let expected = mean(genes.iter().map(alpha));
                let position = 100 * bin as i64 + 50 - 50 * BINS as i64;
                let key = format!("{group} {} {mark} {} {position}", genes.len(), bin + 1);
                assert_close(&means[&key], expected, 1e-6);
            }
        }
    }
}

#[test]
fn a_threshold_moves_genes_from_one_group_to_the_other() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 7, BINS, 3);
    let attention = "attention --model @model.safetensors --input @sim.csv --out @a.tsv --threshold";
    for (threshold, group) in [("0", "on"), ("1", "off")] {
        interpret(&folder, &format!("{attention} {threshold}")).succeeds();
        let results = Results::read(&folder.path("a.tsv"));
        assert_eq!(results.rows.len(), MARKS.len() * BINS);
        assert!(texts(&results, "group").iter().all(|found| *found == group));
        assert!(texts(&results, "genes").iter().all(|found| *found == "7"));
    }
    interpret(&folder, &format!("{attention} 2")).fails(2, &["--threshold", "not a probability"]);
}

#[test]
fn attention_to_all_marks_together_is_one_row() {
    let folder = Folder::new();
    trained(&folder, "lstm-attn");
    interpret(
        &folder,
        "attention --model @lstm-attn.safetensors --input @v.csv --out @a.tsv",
    )
    .succeeds();
    let results = Results::read(&folder.path("a.tsv"));
    assert!(texts(&results, "mark").iter().all(|mark| *mark == "all marks"));
}

#[test]
fn a_variant_without_attention_to_bins_is_refused_with_those_that_have_it() {
    let folder = Folder::new();
    trained(&folder, "lstm");
    let others = "lstm-alpha-beta, lstm-alpha, lstm-attn, cnn-alpha-beta, cnn-attn";
    interpret(
        &folder,
        "attention --model @lstm.safetensors --input @v.csv --out @a.tsv",
    )
    .fails(1, &["lstm.safetensors: found the variant lstm, which has no α", others]);
    assert!(!folder.path("a.tsv").exists());
}
