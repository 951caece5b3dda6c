//! `regulens baseline`.

use serde_json::Value;

use crate::reference::reference;
use crate::setup::{Folder, run};

/// Runs the baselines on three files, and gives AUROC on the test genes by name.
fn auroc(files: [&str; 3], flags: &[&str]) -> Vec<(String, f64)> {
    let [training, validation, test] = files;
    let command = [
        "baseline",
        "attentive-chrome",
        "--train",
        training,
        "--valid",
        validation,
        "--test",
        test,
        "--json",
    ];
    let json = run(command.into_iter().chain(flags.iter().copied()))
        .succeeds()
        .stdout;
    let found: Value = serde_json::from_str(&json).unwrap();
    let baselines = found["baselines"].as_array().unwrap().iter();
    baselines
        .map(|one| {
            (
                one["name"].as_str().unwrap().to_owned(),
                one["test"]["auroc"].as_f64().unwrap(),
            )
        })
        .collect()
}

#[test]
fn simulated_truth_is_found_and_the_figures_repeat() {
    let folder = Folder::new();
    let files = [("t.csv", 1, 200), ("v.csv", 2, 100), ("e.csv", 3, 100)];
    let files = files.map(|(name, seed, genes)| {
        folder
            .simulated(name, genes, 30, seed)
            .display()
            .to_string()
    });
    let files = files.each_ref().map(String::as_str);
    let found = auroc(files, &[]);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "logistic regression on counts",
            "logistic regression on ln(1 + count)",
            "logistic regression on mark means",
            "linear SVM on counts",
            "linear SVM on ln(1 + count)",
            "linear SVM on mark means",
            "random forest on counts",
            "random forest on mark means",
            "mean H3K4me3"
        ]
    );
    assert!(found.iter().all(|(_, auroc)| *auroc > 0.6), "{found:?}");
    assert_eq!(auroc(files, &[]), found);
    let words = run([
        "baseline",
        "attentive-chrome",
        "--train",
        files[0],
        "--valid",
        files[1],
        "--test",
        files[2],
    ])
    .succeeds()
    .stdout;
    assert!(
        words.contains("AUROC") && words.contains("mean H3K4me3"),
        "{words}"
    );
}

#[test]
fn tables_that_do_not_fit_each_other_are_refused() {
    let folder = Folder::new();
    let [training, wide] = [("t.csv", 30), ("wide.csv", 40)]
        .map(|(name, bins)| folder.simulated(name, 20, bins, 1).display().to_string());
    run([
        "baseline",
        "attentive-chrome",
        "--train",
        &training,
        "--valid",
        &wide,
        "--test",
        &training,
    ])
    .fails(1, &["wide.csv", "40 bins", "30"]);
    run([
        "baseline",
        "attentive-chrome",
        "--train",
        &training,
        "--valid",
        &training,
    ])
    .fails(2, &["--test"]);
}

/// An independent fit gave 0.935 on counts and 0.948 on ln(1 + count) for K562, 0.877 and 0.870 for H1, and another, differently
/// prepared, 0.948 and 0.857 for the mean of H3K4me3, 0.958 and 0.874 for a random forest; of 200 genes a rank more or less changes the third digit.
#[test]
fn published_genes_give_the_known_figures() {
    let Some(data) = reference("data/deepdiff/data", "the baselines on published genes") else {
        return;
    };
    for (cell, known) in [
        (
            "Cell1",
            [
                ("logistic regression on counts", 0.935),
                ("logistic regression on ln(1 + count)", 0.948),
                ("random forest on counts", 0.958),
                ("mean H3K4me3", 0.948),
            ],
        ),
        (
            "Cell2",
            [
                ("logistic regression on counts", 0.877),
                ("logistic regression on ln(1 + count)", 0.870),
                ("random forest on counts", 0.874),
                ("mean H3K4me3", 0.857),
            ],
        ),
    ] {
        let file = |part: &str| {
            data.join(format!("{cell}.{part}.csv.gz"))
                .display()
                .to_string()
        };
        let [training, validation, test, expression] = ["train", "valid", "test", "expr"].map(file);
        let flags = ["--select-bins", "51-150", "--expression", &expression];
        let found = auroc([&training, &validation, &test], &flags);
        println!("{cell}: {found:?}");
        for (name, known) in known {
            let found = found.iter().find(|(found, _)| found == name);
            let (_, found) = found.expect("the table has it");
            assert!(
                (found - known).abs() < 0.02,
                "{cell}, {name}: {found}, known {known}"
            );
        }
    }
}
