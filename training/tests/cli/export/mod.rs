//! `regulens export`.

mod html;

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use serde_json::Value;

use crate::support::reference::reference;
use crate::support::setup::{Folder, Outcome, Results, card, run, run_line};

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// `export MODEL --out OUT`, with further flags.
fn export(model: &Path, out: &Path, flags: &[&str]) -> Outcome {
    let [model, out] = [model, out].map(text);
    let command = ["export", &model, "--out", &out];
    run(command.into_iter().chain(flags.iter().copied()))
}

/// A model that ships with the page, in float16.
fn shipped(cell: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../models/attentive-chrome-{cell}.safetensors"))
}

/// Bytes that a file would lack without what `remove` takes from its card.
fn bytes_of(card: &Value, remove: impl Fn(&mut Value)) -> u64 {
    let mut without = card.clone();
    remove(&mut without);
    // The card is a text within the header.
    let bytes = |card: &Value| serde_json::to_string(&card.to_string()).unwrap().len();
    (bytes(card) - bytes(&without)) as u64
}

fn remove(object: &mut Value, fields: &[&str]) {
    let object = object.as_object_mut().unwrap();
    for field in fields {
        object.remove(*field);
    }
}

/// Profiles of training genes, and what was measured of contrasts and of missing marks.
fn measured(card: &mut Value) {
    remove(card, &["class_means", "gene_ranges", "missing_marks"]);
    remove(
        &mut card["explanation"],
        &["contrast", "contrasts", "roles_high", "roles_low"],
    );
}

/// The record of the training: what it takes to run it again, and its history.
fn record(card: &mut Value) {
    remove(card, &["training"]);
}

#[test]
fn int8_keeps_the_card_and_takes_at_most_75_kb() {
    let folder = Folder::new();
    for cell in ["k562", "h1"] {
        let (model, out) = (shipped(cell), folder.path(cell));
        let said = export(&model, &out, &["--dtype", "i8"]).succeeds().stderr;
        assert!(
            said.contains("55681 weights as i8") && said.contains("was f16"),
            "{said}"
        );
        let bytes = fs::metadata(&out).unwrap().len();
        println!("{cell}: {bytes} bytes as int8");
        let (mut before, after) = (card(&model), card(&out));
        let [measured, record] = [bytes_of(&after, measured), bytes_of(&after, record)];
        assert!(
            bytes - measured - record <= 75_000 && measured <= 6_000 && record <= 3_400,
            "{bytes} bytes, {measured} of them measured, {record} of the training's record"
        );
        before["dtype"] = "i8".into();
        assert_eq!(after, before);
    }
}

#[test]
fn test_figures_are_measured_again_with_the_weights_as_written() {
    let folder = Folder::new();
    let (model, out) = (shipped("k562"), folder.path("i8"));
    let table = text(&folder.simulated("sim.csv", 60, 100, 3));
    let flags = ["--dtype", "i8", "--test", &table];
    let said = export(&model, &out, &flags).succeeds().stderr;
    let before = card(&model)["metrics"]["test"]["auroc"].as_f64();
    let was = format!("on 60 genes as i8, was {:.4} as f16", before.unwrap());
    assert!(said.contains(&was), "{said}");
    let card = card(&out);
    assert_eq!(card["tested_as"], "i8");
    let evaluated = run(["evaluate", "--model", &text(&out), "--input", &table, "--json"]);
    let score: Value = serde_json::from_str(&evaluated.succeeds().stdout).unwrap();
    assert_eq!(card["metrics"]["test"], score);
    let refused = export(&model, &out, &["--dtype", "i8", "--select-bins", "51-150"]);
    refused.fails(2, &["give --test as well"]);
}

#[test]
fn what_was_rounded_before_is_noted_once() {
    let folder = Folder::new();
    let model = shipped("h1");
    let (small, large, again) = (folder.path("i8"), folder.path("f32"), folder.path("again"));
    export(&model, &small, &["--dtype", "i8"]).succeeds();
    assert_eq!(card(&small)["notes"], card(&model)["notes"]);
    let note = "The weights were rounded to i8 before they were written as f32";
    let said = export(&small, &large, &["--dtype", "f32"]).succeeds().stderr;
    assert!(said.contains(note), "{said}");
    let notes = |model: &Path| {
        let notes = card(model)["notes"].as_array().unwrap().clone();
        notes
            .iter()
            .filter(|text| text.as_str().unwrap().contains(note))
            .count()
    };
    assert_eq!(notes(&large), 1);
    export(&large, &small, &["--dtype", "i8"]).succeeds();
    export(&small, &again, &["--dtype", "f32"]).succeeds();
    assert_eq!(notes(&again), 1);
}

#[test]
fn an_int8_model_predicts_like_any_other_and_near_what_it_was() {
    let folder = Folder::new();
    let model = shipped("k562");
    let (small, large) = (folder.path("i8"), folder.path("f32"));
    export(&model, &small, &["--dtype", "i8"]).succeeds();
    export(&small, &large, &["--dtype", "f32"]).succeeds();
    let table = text(&folder.simulated("sim.csv", 60, 100, 3));
    let predict = |model: &Path, name: &str| {
        let [model, out] = [model, &folder.path(name)].map(text);
        run(["predict", "--model", &model, "--input", &table, "--out", &out]).succeeds();
        Results::read(Path::new(&out))
    };
    let before = predict(&model, "a.tsv");
    let (after, expanded) = (predict(&small, "b.tsv"), predict(&large, "c.tsv"));
    // The same numbers whichever way they are stored.
    assert_eq!(after.rows, expanded.rows);
    let pairs = before
        .numbers("probability")
        .into_iter()
        .zip(after.numbers("probability"));
    let largest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    println!("largest change of a probability: {largest:.5}");
    assert!(largest > 0.0 && largest < 0.02, "{largest}");
}

#[test]
fn a_state_dict_is_float32_under_the_published_names_and_comes_back_without_flags() {
    let folder = Folder::new();
    let model = shipped("k562");
    let (weights, back) = (folder.path("weights.safetensors"), folder.path("back.safetensors"));
    export(&model, &weights, &["--state-dict"]).succeeds();
    let bytes = fs::read(&weights).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(
        file.tensor("rnn_hms.4.rnn.weight_hh_l0_reverse").unwrap().shape(),
        [128, 32]
    );
    assert!(
        file.tensors()
            .iter()
            .all(|(_, view)| view.dtype() == safetensors::Dtype::F32)
    );
    run_line(format!(
        "import attentive-chrome --variant lstm-alpha-beta {} --out {}",
        text(&weights),
        text(&back)
    ))
    .succeeds();
    let (before, after) = (card(&model), card(&back));
    for field in ["marks", "bins", "transform", "hyperparameters", "parameters"] {
        assert_eq!(after[field], before[field], "{field}");
    }
}

#[test]
fn what_is_to_be_written_must_be_said() {
    let folder = Folder::new();
    let (model, out) = (folder.model(), folder.path("out"));
    export(&model, &out, &[]).fails(2, &["--dtype"]);
    export(&model, &out, &["--dtype", "i4"]).fails(2, &["f16, f32 or i8"]);
    export(&model, &out, &["--dtype", "f32", "--state-dict"]).fails(2, &["--state-dict"]);
    export(&folder.state_dict(), &out, &["--dtype", "f32"]).fails(1, &["regulens import"]);
    assert!(!out.exists());
}

/// AUROC of a model on a table.
fn auroc(model: &Path, data: &Path, cell: &str, flags: &[&str]) -> f64 {
    let [model, table, expression] = [
        text(model),
        text(&data.join(format!("{cell}.test.csv.gz"))),
        text(&data.join(format!("{cell}.expr.csv.gz"))),
    ];
    let command = format!("evaluate --model {model} --input {table} --expression {expression} --json");
    let command = command.split(' ');
    let json = run(command.chain(flags.iter().copied())).succeeds().stdout;
    let scores: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(scores["n"], 200);
    scores["auroc"].as_f64().unwrap()
}

#[test]
fn int8_changes_the_ranking_of_real_genes_by_little() {
    let what = "AUROC of int8 models on real test genes";
    let (Some(data), Some(authors)) = (
        reference("data/deepdiff/data", what),
        reference("data/attentivechrome/v2PyTorch/model.pt", what),
    ) else {
        return;
    };
    let folder = Folder::new();
    let imported = folder.path("authors.safetensors");
    let marks = "H3K4me1,H3K4me3,H3K9me3,H3K27me3,H3K36me3";
    run_line(format!(
        "import attentive-chrome --variant lstm-alpha-beta {} --out {} --bins 200 --marks {marks} \
         --dtype f32",
        text(&authors),
        text(&imported)
    ))
    .succeeds();
    let selected: &[&str] = &["--select-bins", "51-150"];
    for (model, cell, flags) in [
        (shipped("k562"), "Cell1", selected),
        (shipped("h1"), "Cell2", selected),
        (imported.clone(), "Cell1", &[]),
        (imported, "Cell2", &[]),
    ] {
        let small = folder.path("i8.safetensors");
        export(&model, &small, &["--dtype", "i8"]).succeeds();
        let [before, after] = [&model, &small].map(|model| auroc(model, &data, cell, flags));
        println!(
            "{}, {cell}: AUROC {before:.4} as {}, {after:.4} as i8, change {:+.4}",
            model.file_name().unwrap().display(),
            card(&model)["dtype"],
            after - before
        );
        assert!((after - before).abs() < 0.005, "{before} and {after}");
    }
}
