//! The authors' own files: three that hold the same weights, each in another way.

use regulens::weights::{Dtype, ImportOptions, StateDict, WeightFile, import, torch};

use crate::common::shared;

const FOLDER: &str = "data/attentivechrome/v2PyTorch";

/// Shared storages on a GPU, a storage for each tensor on the CPU, and a whole pickled module.
const FILES: [&str; 3] = [
    "model_weights.pt",
    "model.pt",
    "Results/Cell1/Cell1_attchrome/Cell1_attchrome_R2_model.source-blanked.pt",
];

/// The same tensors, read from PyTorch's file by other means.
const GOLDEN: &str = "golden/attentive-chrome/lstm-alpha-beta.authors.weights.safetensors";

#[test]
fn all_three_files_hold_the_golden_tensors() {
    let Some(golden) = shared(GOLDEN) else {
        return;
    };
    let golden = StateDict::read_safetensors("golden", &golden).expect("tensors").tensors;
    assert_eq!(golden.len(), 56);
    for file in FILES {
        let Some(bytes) = shared(&format!("{FOLDER}/{file}")) else {
            return;
        };
        let state = torch::read(file, &bytes).expect("a state dict");
        assert!(state.tensors == golden, "{file} holds other tensors");
        assert!(state.notes.is_empty(), "{:?}", state.notes);
    }
}

#[test]
fn the_files_become_models_with_marks_and_bins_from_flags() {
    let marks = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"]
        .map(str::to_owned)
        .to_vec();
    let options = ImportOptions {
        marks: Some(marks.clone()),
        bins: Some(100),
        ..ImportOptions::default()
    };
    for file in FILES {
        let Some(bytes) = shared(&format!("{FOLDER}/{file}")) else {
            return;
        };
        let (card, tensors) = import("attentive-chrome", "lstm-alpha-beta", file, &bytes, &options).expect("a model");
        assert_eq!((&card.marks, card.bins, card.parameters), (&marks, 100, 55_681));
        assert_eq!(card.hyperparameters["bin_rnn_size"], 32);
        assert_eq!(
            card.source.as_deref(),
            file.rsplit('/').next(),
            "folders are nobody's business"
        );
        let written = WeightFile::write(&card, &tensors, Dtype::F32).expect("a model file");
        assert_eq!(WeightFile::read("m", &written).expect("a model").tensors, tensors);
        let written = WeightFile::write(&card, &tensors, Dtype::F16).expect("a model file");
        assert!(written.len() <= 130_000, "{} bytes", written.len());
    }
}

#[test]
fn without_flags_the_missing_ones_are_named() {
    let Some(bytes) = shared(&format!("{FOLDER}/model.pt")) else {
        return;
    };
    let mut options = ImportOptions::default();
    let error = import("attentive-chrome", "lstm-alpha-beta", "model.pt", &bytes, &options).expect_err("no marks");
    assert_eq!(error.code(), "unknown-setting");
    assert!(
        error.to_string().contains("--marks") && error.to_string().contains("5 marks"),
        "{error}"
    );
    options.marks = Some(["a", "b", "c", "d", "e"].map(str::to_owned).to_vec());
    let error = import("attentive-chrome", "lstm-alpha-beta", "model.pt", &bytes, &options).expect_err("no bins");
    assert!(error.to_string().contains("--bins"), "{error}");
}
