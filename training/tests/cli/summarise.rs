//! `regulens summarise`.

use std::fs;

use crate::setup::{Folder, Results, run};

const HEADER: &str =
    "cell_type\tpredictor\tseed\tparameters\tvalidation_auroc\ttest_auroc\ttest_auprc\n";

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
    let said = run([
        "summarise",
        "table-2",
        &found,
        "--out",
        &out,
        "--markdown",
        &markdown,
    ])
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
    assert!(
        said.contains("Missing runs, 1:\n\n- B, lstm, seed 1\n"),
        "{said}"
    );
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
    run(["summarise", "table-2", &empty.display().to_string()])
        .fails(1, &["empty", "found no table.tsv"]);
    let table = folder.simulated("signal.csv", 2, 20, 1);
    run(["summarise", "table-2", &table.display().to_string()])
        .fails(1, &["signal.csv", "line 1", "`cell_type`"]);
    run(["summarise", "table-2"]).fails(2, &["FILE|FOLDER"]);
}
