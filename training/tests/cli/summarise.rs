//! `regulens summarise`.

use std::fs;

use serde_json::json;

use crate::change::{regulens, trained};
use crate::support::setup::{Folder, Results, run};

const HEADER: &str = "cell_type\tpredictor\tseed\tparameters\tvalidation_auroc\ttest_auroc\ttest_auprc\n";

/// A folder of results: two cell types, three predictors, one run missing.
fn results() -> Folder {
    let folder = Folder::new();
    for (place, lines) in [
        (
            "results/A",
            "A\tdeep-chrome\t1\t9\t0.7\t0.7\t0.7\nA\tlstm\t1\t9\t0.7\t0.8\t0.7\nA\tmean H3K4me3\t\t\t0.6\t0.6\t0.6\n",
        ),
        // Without a name in it: the folder has it.
        (
            "results/B",
            "\tdeep-chrome\t1\t9\t0.7\t0.9\t0.7\n\tmean H3K4me3\t\t\t0.6\t0.7\t0.6\n",
        ),
    ] {
        fs::create_dir_all(folder.path(place)).unwrap();
        folder.write(&format!("{place}/table.tsv"), HEADER.to_owned() + lines);
    }
    folder
}

#[test]
fn a_folder_of_results_becomes_table_2_with_what_is_missing() {
    let folder = results();
    let [found, out, markdown] =
        ["results", "table2.tsv", "table2.md"].map(|name| folder.path(name).display().to_string());
    let said = run(["summarise", "table-2", &found, "--out", &out, "--markdown", &markdown])
        .succeeds()
        .stdout;
    assert!(
        said.contains("| DeepChrome | 2 | 0.8000 | 0.8000 | 0.9000 | 0.7000 | – |"),
        "{said}"
    );
    assert!(
        said.contains("| LSTM | 1 | 0.8000 | 0.8000 | 0.8000 | 0.8000 | 1 of 1 |"),
        "{said}"
    );
    assert!(said.contains("Missing runs, 1:\n\n- B, lstm, seed 1\n"), "{said}");
    assert_eq!(fs::read_to_string(&markdown).unwrap(), said);

    let table = Results::read(out.as_ref());
    let predictors: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(predictors, ["deep-chrome", "lstm", "mean H3K4me3"]);
    assert_eq!(table.numbers("mean"), [0.8, 0.8, 0.65]);
}

#[test]
fn a_folder_without_results_and_a_file_that_is_no_table_of_runs_are_refused() {
    let folder = Folder::new();
    let empty = folder.path("empty");
    fs::create_dir(&empty).unwrap();
    run(["summarise", "table-2", &empty.display().to_string()]).fails(1, &["empty", "found no table.tsv"]);
    let table = folder.simulated("signal.csv", 2, 20, 1);
    run(["summarise", "table-2", &table.display().to_string()]).fails(1, &["signal.csv", "line 1", "`cell_type`"]);
    run(["summarise", "table-2"]).fails(2, &["FILE|FOLDER"]);
}

#[test]
fn models_of_a_change_stand_beside_what_is_simpler() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    let train = |variant: &str| {
        let command = format!(
            "train deep-diff --variant {variant} --train @t.a.csv @t.b.csv --valid @v.a.csv @v.b.csv --test @v.a.csv \
                @v.b.csv --allow-overlap --expression @e.a.csv @e.b.csv --out @{variant}.scored.safetensors --epochs 2 --seeds 2 \
                --learning-rate 0.01 --bin-rnn-size 4 --transform log1p --no-baselines"
        );
        regulens(&folder, &command).succeeds();
    };
    train("raw-c");
    train("raw-d");
    let score = |pearson: f64| {
        json!({
            "n": 20, "pearson": pearson, "spearman": 0.25, "r2": 0.125, "mse": 1.0, "sign_accuracy": 0.75
        })
    };
    let row = |name: &str, pearson: f64| json!({ "name": name, "test": score(pearson) });
    let attentive = "AttentiveChrome, two regressions";
    let baselines = |n: usize| {
        let rows = [row("two-layer SVR", 0.5), row(attentive, 0.25), row(attentive, 0.75)];
        json!({ "n": n, "baselines": rows }).to_string()
    };
    folder.write("baselines.json", baselines(20));
    let said = regulens(
        &folder,
        "summarise deep-diff @raw-c.scored.safetensors @raw-d.scored.safetensors --baselines @baselines.json --out \
            @table.tsv",
    )
    .succeeds()
    .stdout;
    assert!(
        said.contains("| two-layer SVR | 1 | 0.500 | 0.250 | 0.125 | 0.750 | 100.0 | 100.0 |"),
        "{said}"
    );
    assert!(
        said.contains(&format!("| {attentive} | 2 | 0.500 (0.250 to 0.750) |")),
        "{said}"
    );
    let table = Results::read(&folder.path("table.tsv"));
    let predictors: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(predictors, ["Raw: d", "Raw: c", "two-layer SVR", attentive]);
    assert_eq!(table.numbers("seeds"), [2.0, 2.0, 1.0, 2.0]);
    let (pearson, relative) = (table.numbers("pearson"), table.numbers("relative_to_two_layer_svr"));
    assert!((relative[0] - 200.0 * pearson[0]).abs() < 1e-3, "{relative:?}");

    let shown = regulens(&folder, "inspect @raw-d.scored.safetensors").succeeds().stdout;
    for words in [
        "positive if higher in B",
        "  seed 2       validation Pearson",
        "H3K4me3 in B: mean",
    ] {
        assert!(shown.contains(words), "`{words}` is not in: {shown}");
    }
    let test = format!("  test         Pearson {:.4}", chosen_pearson(&folder));
    assert!(shown.contains(&test), "`{test}` is not in: {shown}");

    folder.write("baselines.json", baselines(21));
    regulens(
        &folder,
        "summarise deep-diff @raw-c.scored.safetensors --baselines @baselines.json",
    )
    .fails(1, &["baselines.json", "21 test genes", "20"]);
    regulens(&folder, "summarise deep-diff @raw-d.safetensors")
        .fails(1, &["raw-d.safetensors", "no test scores", "--test"]);
    let other = folder.model();
    run(["summarise", "deep-diff", &other.display().to_string()])
        .fails(1, &["attentive-chrome", "without scores of a change"]);
}

/// Test Pearson in the card of `raw-d.scored`.
fn chosen_pearson(folder: &Folder) -> f64 {
    let shown = regulens(folder, "inspect --json @raw-d.scored.safetensors").succeeds();
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let test = &shown["card"]["change_metrics"]["test"];
    test["pearson"].as_f64().expect("a score on test genes")
}
