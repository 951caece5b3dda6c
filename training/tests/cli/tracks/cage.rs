//! Training on human sequence, as a check that it runs: twenty sequences, two of them for the test, say nothing of how
//! good a model is.

use serde_json::{Value, json};

use crate::support::reference::reference;
use crate::support::setup::{Folder, run, run_line};

#[test]
fn a_model_learns_from_human_sequences_with_cage() {
    let what = "training on human CAGE";
    let Some(sequences) = reference("data/basenji_cage10/converted/cage10_train_20x262144.fa.gz", what) else {
        return;
    };
    let Some(targets) = reference(
        "data/basenji_cage10/converted/cage10_train_targets_20x2048x10_f16.npy",
        what,
    ) else {
        return;
    };
    let folder = Folder::new();
    let [sequences, targets, data, sizes, model] = [
        sequences,
        targets,
        folder.path("data"),
        folder.path("sizes.json"),
        folder.path("model.safetensors"),
    ]
    .map(|path| path.display().to_string());
    let records = |numbers: [u8; 2]| numbers.map(|i| format!("cage10_train_{i}")).join(",");
    run_line(format!(
        "prepare tracks --fasta {sequences} --targets {targets} --assay CAGE --valid {} --test {} \
         --out {data}",
        records([16, 17]),
        records([18, 19])
    ))
    .succeeds();

    let config = json!({
        "filters": [16, 24, 32], "kernels": [15, 5, 5], "pools": [8, 4, 4], "final_filters": 32, "dilated_filters": 16,
    });
    std::fs::write(&sizes, config.to_string()).unwrap();
    let told = run_line(format!(
        "train basenji --preset small --config {sizes} --data {data} --out {model} --epochs 5 \
         --batch-size 2 --warm-up 8 --average 0.9 --no-baselines"
    ))
    .succeeds()
    .stderr;
    println!("{told}");
    let losses: Vec<f64> = told
        .lines()
        .filter_map(|line| {
            let after = line.strip_prefix("epoch ")?.split("  loss ").nth(1)?;
            after.split(' ').next()?.parse().ok()
        })
        .collect();
    assert_eq!(losses.len(), 5, "{told}");
    assert!(losses[4] < losses[0], "{told}");

    let shown = run(["inspect", "--json", &model]).succeeds().stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let card = &shown["card"];
    let tracks = card["tracks"].as_array().unwrap();
    assert_eq!(tracks.len(), 10);
    assert!(tracks.iter().all(|track| track["assay"] == "CAGE"));
    // Sequences of 2,048 bins, less 32 at either end.
    let test = &card["track_metrics"]["test"];
    assert_eq!(test["n"], 2 * 1984);
    assert!(test["pearson"].as_f64().unwrap().is_finite(), "{test}");
}
