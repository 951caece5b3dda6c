//! `regulens inspect`.

use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::setup::{BINS, Folder, MARKS, run};

#[test]
fn a_model_file_is_described_for_people() {
    let folder = Folder::new();
    let model = folder.model().display().to_string();
    let text = run(["inspect", &model]).succeeds().stdout;
    let expected = [
        "LSTM-α,β",
        "attentive-chrome, lstm-alpha-beta, 1361 weights as f16",
        "bin_rnn_size 4",
        &MARKS.join(", "),
        "20 of 100 bp",
        "none: values as in the table",
        "f16 [16, 1]        rnn_hms.0.rnn.weight_ih_l0",
    ];
    for part in expected {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_model_file_is_described_for_programs() {
    let folder = Folder::new();
    let model = folder.model();
    let json = run(["inspect", &model.display().to_string(), "--json"])
        .succeeds()
        .stdout;
    let content: Value = serde_json::from_str(&json).unwrap();
    let bytes = fs::read(&model).unwrap();
    let sha256: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(content["sha256"], sha256);
    assert_eq!(content["bytes"], bytes.len());
    assert_eq!(content["card"]["bins"], BINS);
    let tensors = content["tensors"].as_array().unwrap();
    assert_eq!(tensors.len(), 5 * 9 + 9 + 2);
    assert!(
        tensors.contains(&serde_json::json!({ "name": "fdiff1_1.weight", "dtype": "f16", "shape": [1, 4] })),
        "{json}"
    );
}

#[test]
fn a_file_that_is_no_model_says_what_it_is() {
    let folder = Folder::new();
    let weights = folder.state_dict().display().to_string();
    run(["inspect", &weights]).fails(1, &["without a model card", "regulens import"]);
}

#[test]
fn a_model_of_a_task_that_comes_later_is_refused_by_name_with_the_version_that_wrote_it() {
    let folder = Folder::new();
    let mut bytes = fs::read(folder.model()).unwrap();
    let task = bytes
        .windows(6)
        .position(|word| word == b"on-off")
        .expect("a card says its task");
    bytes[task..task + 6].copy_from_slice(b"levels");
    let model = folder.write("later.safetensors", bytes).display().to_string();
    let table = folder.simulated("genes.csv", 4, BINS, 1).display().to_string();
    let out = folder.path("out.tsv").display().to_string();
    let predict = ["predict", "--model", &model, "--input", &table, "--out", &out];
    let evaluate = ["evaluate", "--model", &model, "--input", &table];
    for arguments in [["inspect", &model].as_slice(), &predict, &evaluate] {
        run(arguments).fails(
            1,
            &[
                "later.safetensors",
                "found a model of the task `levels` (card of format version 1",
                "expected on-off, change, tracks",
                "update Regulens",
            ],
        );
    }
    assert!(!folder.path("out.tsv").exists());
}

#[test]
fn the_schema_of_cards_is_the_one_in_the_repository() {
    let printed = run(["inspect", "--schema"]).succeeds().stdout;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/card.schema.json");
    assert_eq!(printed, fs::read_to_string(committed).expect("the schema"));
    assert_eq!(run(["inspect", "--schema", "card"]).succeeds().stdout, printed);
    run(["inspect"]).fails(2, &["<MODEL>"]);
}

#[test]
fn the_schema_of_what_engines_give_to_javascript_is_the_one_in_the_repository() {
    let printed = run(["inspect", "--schema", "engine"]).succeeds().stdout;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../pkg/engine.schema.json");
    assert_eq!(
        printed,
        fs::read_to_string(committed).expect("the schema"),
        "a field or a comment has changed: regulens inspect --schema engine > pkg/engine.schema.json, and then \
        npm --prefix www run schema-types"
    );
}

#[test]
fn the_schema_of_workspaces_is_the_one_in_the_repository() {
    let printed = run(["inspect", "--schema", "workspace"]).succeeds().stdout;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/src/session/workspace.schema.json");
    assert_eq!(
        printed,
        fs::read_to_string(committed).expect("the schema"),
        "a field or a comment has changed: regulens inspect --schema workspace > \
        www/src/session/workspace.schema.json, and then npm --prefix www run schema-types"
    );
}

#[test]
fn the_schema_of_one_file_pages_is_the_one_in_the_repository() {
    let printed = run(["inspect", "--schema", "page"]).succeeds().stdout;
    let committed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../www/src/standalone/manifest.schema.json"
    );
    assert_eq!(
        printed,
        fs::read_to_string(committed).expect("the schema"),
        "a field or a comment has changed: regulens inspect --schema page > www/src/standalone/manifest.schema.json, \
        and then npm --prefix www run schema-types"
    );
}
