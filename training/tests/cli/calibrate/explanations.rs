//! `regulens calibrate explanations`: the choice in the card, beside what `interpret deletion` says of the same genes.

use std::fs;
use std::path::{Path, PathBuf};

use regulens::task::explanation::ExplanationChoice;
use regulens::weights::WeightFile;

use crate::support::setup::{Folder, Outcome, Results, run, run_line};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name)
}

fn calibrate(model: &Path, input: &Path, out: &Path, flags: &[&str]) -> Outcome {
    let [model, input, out] = [model, input, out].map(|path| path.display().to_string());
    let paths = ["--model", &model, "--input", &input, "--out", &out];
    run(["calibrate", "explanations"].iter().chain(&paths).chain(flags))
}

fn read(path: &Path) -> WeightFile {
    WeightFile::read("m", &fs::read(path).unwrap()).unwrap()
}

fn choice(path: &Path) -> ExplanationChoice {
    read(path).card.explanation.expect("a choice in the card")
}

#[test]
fn the_card_has_the_areas_of_the_deletion_test_and_the_best_that_can_be_shown() {
    let folder = Folder::new();
    let table = folder.simulated("sim.csv", 10, 100, 3);
    // Integers with scales: they must not change as they are read and written.
    let model = folder.path("i8.safetensors");
    let whole = shipped("cnn-attn-k562.safetensors").display().to_string();
    let to = model.display().to_string();
    run(["export", &whole, "--dtype", "i8", "--out", &to]).succeeds();
    let out = folder.path("out.safetensors");
    let flags = ["--seed", "5", "--data", "validation genes of K562"];
    let said = calibrate(&model, &table, &out, &flags).succeeds().stderr;

    let (before, after) = (read(&model), read(&out));
    assert_eq!(after.tensors, before.tensors);
    let mut expected = before.card;
    let found = choice(&out);
    expected.explanation = Some(found.clone());
    assert_eq!(after.card, expected, "nothing else is new");
    assert_eq!(
        (found.genes, found.data.as_str(), found.seed),
        (10, "validation genes of K562", 5)
    );

    let [model, table, per_gene, areas] =
        [&model, &table, &folder.path("genes.tsv"), &folder.path("areas.tsv")].map(|path| path.display().to_string());
    run_line(format!(
        "interpret deletion --model {model} --input {table} --seed 5 --steps 1 --out {areas} \
         --per-gene {per_gene}"
    ))
    .succeeds();
    let tested = Results::read(Path::new(&per_gene));
    let signal = tested.numbers("area_signal");
    let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
    assert_eq!(
        found.tested,
        [
            "attention",
            "saliency",
            "gradient-x-input",
            "integrated-gradients",
            "occlusion",
            "signal"
        ]
    );
    // The card has three decimals.
    let assert_near = |found: f64, expected: f64| assert!((found - expected).abs() < 5.1e-4, "{found} {expected}");
    for name in &found.tested {
        let area = found.area(name).unwrap();
        let genes = tested.numbers(&format!("area_{name}"));
        assert_near(area.area, mean(&genes));
        let ahead: Vec<f64> = genes.iter().zip(&signal).map(|(one, signal)| one - signal).collect();
        assert_near(area.ahead_of_signal, mean(&ahead));
        let spread = ahead.iter().map(|one| (one - mean(&ahead)).powi(2)).sum::<f64>() / 9.0;
        assert_near(area.standard_error, (spread / 10.0).sqrt());
    }
    assert!(found.areas.iter().any(|area| area.abs() > 0.01), "{found:?}");
    let of = |name: &str| found.area(name).unwrap().area;
    let can_be_shown = ["attention", "integrated-gradients", "saliency"];
    assert!(can_be_shown.contains(&found.best.as_str()), "{found:?}");
    assert!(
        can_be_shown.iter().all(|other| of(other) <= of(&found.best) + 1e-9),
        "{found:?}"
    );
    assert!(
        said.contains(&format!("{} is shown first: on 10 genes", found.best)),
        "{said}"
    );
    for contrast in &found.contrasts {
        let json = serde_json::to_string(contrast).unwrap();
        assert!(json.len() < 160, "{} bytes: {json}", json.len());
    }
    let rest = ExplanationChoice {
        contrasts: Vec::new(),
        roles_high: Vec::new(),
        roles_low: Vec::new(),
        ..found
    };
    let json = serde_json::to_string(&rest).unwrap();
    assert!(json.len() < 400, "{} bytes: {json}", json.len());
}

#[test]
fn a_seed_draws_the_same_genes_and_a_card_that_is_not_told_names_the_table() {
    let folder = Folder::new();
    let table = folder.simulated("sim.csv", 20, 100, 3);
    let model = shipped("deep-chrome-h1.safetensors");
    let outs = ["a.safetensors", "b.safetensors", "c.safetensors"].map(|name| folder.path(name));
    for (out, seed) in outs.iter().zip(["3", "3", "4"]) {
        calibrate(&model, &table, out, &["--genes", "4", "--seed", seed]).succeeds();
    }
    assert_eq!(fs::read(&outs[0]).unwrap(), fs::read(&outs[1]).unwrap());
    let [first, other] = [&outs[0], &outs[2]].map(|path| choice(path));
    assert_ne!(first.areas, other.areas);
    assert_eq!((first.genes, first.data.as_str()), (4, "genes of sim.csv"));
    // DeepChrome attends to nothing.
    assert!(first.area("attention").is_none());
}

#[test]
fn of_a_change_both_tables_are_read_and_what_the_page_draws_can_win() {
    let folder = Folder::new();
    let out = folder.path("out.safetensors");
    let second = shipped("examples/change.b.csv.gz").display().to_string();
    calibrate(
        &shipped("deep-diff-raw-d-k562-h1.safetensors"),
        &shipped("examples/change.a.csv.gz"),
        &out,
        &["--input-b", &second, "--genes", "2"],
    )
    .succeeds();
    let found = choice(&out);
    assert!(
        ["attention", "integrated-gradients"].contains(&found.best.as_str()),
        "{found:?}"
    );
    assert_eq!(found.data, "genes of change.a.csv.gz and change.b.csv.gz");
    assert!(found.area("saliency").is_some());
}

#[test]
fn what_cannot_be_tested_is_refused_and_nothing_is_written() {
    let folder = Folder::new();
    let table = folder.simulated("sim.csv", 3, 100, 3);
    let out = folder.path("x.safetensors");
    let model = shipped("lstm-k562.safetensors");
    let before = folder.names();
    calibrate(&model, &table, &out, &["--genes", "1"]).fails(2, &["--genes"]);
    calibrate(&model, &table, &out, &["--genes", "4"]).fails(1, &["sim.csv", "found 3 genes", "at least 4"]);
    let of_sequences = shipped("basenji-attention-two-sided-simulated.safetensors");
    calibrate(&of_sequences, &table, &out, &[]).fails(2, &["reads sequences", "interpret deletion"]);
    let other = folder.simulated("other.csv", 3, 20, 3);
    calibrate(&model, &other, &out, &[]).fails(1, &["20 bins"]);
    let mut after = folder.names();
    after.retain(|name| !name.starts_with("other."));
    assert_eq!(after, before);
}
