//! Where sizes, marks and bins of an import come from, and the message where sources disagree.

use std::collections::HashMap;

use regulens::weights::card::{Transform, TransformKind};
use regulens::weights::{Dtype, ImportOptions, ModelCard, Problem, WeightFile, WeightsError, import, sha256};
use safetensors::tensor::{Dtype as Element, TensorView};
use serde_json::{Map, Value, json};

use crate::common::shared;

const MARKS: [&str; 5] = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];

/// Shapes of LSTM-α,β with 2 units and one mark.
const SHAPES: [(&str, &[usize]); 20] = [
    ("fdiff1_1.bias", &[1]),
    ("fdiff1_1.weight", &[1, 2]),
    ("hm_level_rnn_1.bin_attention.bin_context_vector", &[2, 1]),
    ("hm_level_rnn_1.rnn.bias_hh_l0", &[4]),
    ("hm_level_rnn_1.rnn.bias_hh_l0_reverse", &[4]),
    ("hm_level_rnn_1.rnn.bias_ih_l0", &[4]),
    ("hm_level_rnn_1.rnn.bias_ih_l0_reverse", &[4]),
    ("hm_level_rnn_1.rnn.weight_hh_l0", &[4, 1]),
    ("hm_level_rnn_1.rnn.weight_hh_l0_reverse", &[4, 1]),
    ("hm_level_rnn_1.rnn.weight_ih_l0", &[4, 4]),
    ("hm_level_rnn_1.rnn.weight_ih_l0_reverse", &[4, 4]),
    ("rnn_hms.0.bin_attention.bin_context_vector", &[4, 1]),
    ("rnn_hms.0.rnn.bias_hh_l0", &[8]),
    ("rnn_hms.0.rnn.bias_hh_l0_reverse", &[8]),
    ("rnn_hms.0.rnn.bias_ih_l0", &[8]),
    ("rnn_hms.0.rnn.bias_ih_l0_reverse", &[8]),
    ("rnn_hms.0.rnn.weight_hh_l0", &[8, 2]),
    ("rnn_hms.0.rnn.weight_hh_l0_reverse", &[8, 2]),
    ("rnn_hms.0.rnn.weight_ih_l0", &[8, 1]),
    ("rnn_hms.0.rnn.weight_ih_l0_reverse", &[8, 1]),
];

/// A state dict in safetensors with 2 units, one mark and this metadata.
fn state_dict(metadata: &[(&str, &str)]) -> Vec<u8> {
    let zeros = [0; 64];
    let views = SHAPES.map(|(name, shape)| {
        let bytes = &zeros[..shape.iter().product::<usize>() * 4];
        (
            name,
            TensorView::new(Element::F32, shape.to_vec(), bytes).expect("a tensor"),
        )
    });
    let metadata: HashMap<String, String> = metadata
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    safetensors::serialize(views, Some(metadata)).expect("a file")
}

fn options(marks: Option<&[&str]>, bins: Option<usize>, config: Value) -> ImportOptions {
    ImportOptions {
        marks: marks.map(|marks| marks.iter().map(|mark| (*mark).to_owned()).collect()),
        bins,
        config: config.as_object().cloned(),
        dtype: Dtype::F32,
        ..ImportOptions::default()
    }
}

fn run(bytes: &[u8], options: &ImportOptions) -> Result<ModelCard, WeightsError> {
    import("attentive-chrome", "lstm-alpha-beta", "w.safetensors", bytes, options).map(|(card, _)| card)
}

#[track_caller]
fn assert_refused(bytes: &[u8], options: &ImportOptions, code: &str, words: &[&str]) {
    let error = run(bytes, options).expect_err("no model");
    assert_eq!(error.code(), code, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "`{word}` is not in: {error}");
    }
}

#[test]
fn golden_files_tell_everything_in_their_metadata() {
    for (stem, size, bins) in [
        ("lstm-alpha-beta", 8, 40),
        ("lstm-alpha-beta.full", 32, 100),
        ("lstm-alpha-beta.authors", 32, 100),
    ] {
        let path = format!("golden/attentive-chrome/{stem}.weights.safetensors");
        let Some(bytes) = shared(&path) else {
            return;
        };
        let card = run(&bytes, &ImportOptions::default()).expect("a model");
        assert_eq!(
            card.hyperparameters,
            Map::from_iter([("bin_rnn_size".to_owned(), json!(size))])
        );
        assert_eq!((card.bins, card.marks), (bins, MARKS.map(str::to_owned).to_vec()));
    }
}

#[test]
fn the_golden_file_of_seven_marks_needs_their_names() {
    let Some(bytes) = shared("golden/attentive-chrome/lstm-alpha-beta.seven-marks.weights.safetensors") else {
        return;
    };
    let none = ImportOptions::default();
    assert_refused(&bytes, &none, "unknown-setting", &["Give --marks", "7 marks"]);
    assert_refused(
        &bytes,
        &options(Some(&MARKS), None, Value::Null),
        "sizes-disagree",
        &["5 for marks in the flags", "expected 7"],
    );
    let card = run(
        &bytes,
        &options(Some(&["a", "b", "c", "d", "e", "f", "g"]), None, Value::Null),
    )
    .expect("a model");
    assert_eq!((card.bins, card.parameters, card.marks.len()), (33, 11_809, 7));
    assert_eq!(card.hyperparameters["bin_rnn_size"], 12);
}

#[test]
fn golden_files_of_other_variants_are_not_taken_for_this_one() {
    let Some(bytes) = shared("golden/attentive-chrome/lstm-alpha.weights.safetensors") else {
        return;
    };
    assert_refused(
        &bytes,
        &ImportOptions::default(),
        "another-model",
        &["`lstm-alpha`", "`lstm-alpha-beta`"],
    );
    let Some(bytes) = shared("golden/deep-diff/raw-d.weights.safetensors") else {
        return;
    };
    assert_refused(&bytes, &ImportOptions::default(), "another-model", &["`deep-diff`"]);
}

#[test]
fn an_import_written_and_read_gives_the_same_weights() {
    let bytes = state_dict(&[]);
    let options = options(Some(&["H3K4me3"]), Some(10), Value::Null);
    let (card, tensors) =
        import("attentive-chrome", "lstm-alpha-beta", "w.safetensors", &bytes, &options).expect("a model");
    assert_eq!(card.dtype, Dtype::F32);
    assert_eq!(card.window.upstream, 500);
    assert!(card.citation[0].contains("Attend and Predict"));
    let file = WeightFile::write(&card, &tensors, card.dtype).expect("a file");
    let model = WeightFile::read("m.safetensors", &file).expect("a model");
    assert_eq!(
        (model.card, model.tensors, model.sha256),
        (card, tensors, sha256(&file))
    );
}

#[test]
fn what_nothing_tells_names_its_flag() {
    let bytes = state_dict(&[("format", "pt")]);
    assert_refused(
        &bytes,
        &ImportOptions::default(),
        "unknown-setting",
        &["--marks", "1 marks"],
    );
    let error = run(&bytes, &options(Some(&["a"]), None, Value::Null)).expect_err("no bins");
    assert!(
        matches!(error.problem(), Problem::Unknown { flag: "--bins", .. }),
        "{error}"
    );
}

#[test]
fn flags_come_before_settings_and_settings_before_metadata() {
    let bytes = state_dict(&[("marks", r#"["x"]"#), ("hyperparameters", r#"{"bins": 7}"#)]);
    let card = run(&bytes, &ImportOptions::default()).expect("a model");
    assert_eq!((card.marks[0].as_str(), card.bins), ("x", 7));
    assert!(
        !card.notes.iter().any(|note| note.contains("although")),
        "{:?}",
        card.notes
    );

    let config = json!({"marks": ["y"], "bins": 8});
    let card = run(&bytes, &options(None, None, config.clone())).expect("a model");
    assert_eq!((card.marks[0].as_str(), card.bins), ("y", 8));
    assert!(
        card.notes
            .contains(&"bins: 8 by the settings file, although the file's metadata says 7.".to_owned()),
        "{:?}",
        card.notes
    );

    let card = run(&bytes, &options(Some(&["z"]), Some(9), config)).expect("a model");
    assert_eq!((card.marks[0].as_str(), card.bins), ("z", 9));
    assert_eq!(
        card.notes
            .iter()
            .filter(|note| note.contains("by the flags, although"))
            .count(),
        4
    );
}

#[test]
fn settings_may_be_those_of_a_golden_file() {
    let config = json!({
        "family": "attentive-chrome", "variant": "lstm-alpha-beta", "marks": ["a"], "parameters": 145,
        "hyperparameters": {"bin_rnn_size": 2, "bins": 5, "marks": 1},
    });
    let card = run(&state_dict(&[]), &options(None, None, config)).expect("a model");
    assert_eq!((card.bins, card.parameters), (5, 145));
}

#[test]
fn settings_that_contradict_the_tensors_are_refused() {
    let bytes = state_dict(&[]);
    for (config, words) in [
        (
            json!({"bin_rnn_size": 32}),
            "32 for bin_rnn_size in the settings file; expected 2",
        ),
        (json!({"marks": 5}), "5 for marks in the settings file; expected 1"),
        (
            json!({"marks": ["a", "b"]}),
            "2 for marks in the settings file; expected 1",
        ),
        (json!({"parameters": 1}), "1 for parameters"),
    ] {
        assert_refused(
            &bytes,
            &options(Some(&["a"]), Some(5), config),
            "sizes-disagree",
            &[words],
        );
    }
    assert_refused(
        &bytes,
        &options(None, None, json!({"variant": "lstm"})),
        "another-model",
        &["`lstm`"],
    );
}

#[test]
fn settings_that_make_no_sense_are_shown() {
    let bytes = state_dict(&[]);
    for (config, words) in [
        (json!({"bins": "many"}), "\"many\" for bins"),
        (json!({"bins": 0}), "0 for bins"),
        (json!({"bins": 10.5}), "10.5 for bins"),
        (json!({"bins": 1_000_000_000_u64}), "1000000000 for bins"),
        (json!({"marks": "H3K4me3"}), "\"H3K4me3\" for marks"),
        (json!({"marks": ["a", "a"]}), "[\"a\",\"a\"] for marks"),
        (json!({"marks": []}), "[] for marks"),
    ] {
        assert_refused(
            &bytes,
            &options(None, None, config),
            "statement",
            &[words, "the settings file"],
        );
    }
    assert_refused(
        &bytes,
        &options(Some(&["a"]), Some(0), Value::Null),
        "statement",
        &["0 for bins in the flags"],
    );
}

#[test]
fn settings_that_the_variant_does_not_have_become_notes() {
    let card = run(
        &state_dict(&[]),
        &options(Some(&["a"]), Some(5), json!({"score_relu": true})),
    )
    .expect("a model");
    assert!(
        card.notes
            .contains(&"`score_relu` by the settings file was not used.".to_owned()),
        "{:?}",
        card.notes
    );
}

#[test]
fn a_model_file_is_not_imported_again() {
    let (card, tensors) = import(
        "attentive-chrome",
        "lstm-alpha-beta",
        "w.safetensors",
        &state_dict(&[]),
        &options(Some(&["a"]), Some(5), Value::Null),
    )
    .expect("a model");
    let model = WeightFile::write(&card, &tensors, Dtype::F16).expect("a file");
    assert_refused(&model, &ImportOptions::default(), "already-a-model", &[]);
}

#[test]
fn unknown_families_and_other_files_are_named() {
    let error = import("enformer", "enformer", "w", b"", &ImportOptions::default()).expect_err("unknown");
    assert_eq!(error.code(), "unknown-family");
    assert_refused(
        b"<html>",
        &ImportOptions::default(),
        "another-kind-of-file",
        &["a web page", "`.pt`"],
    );
}

#[test]
fn a_default_holds_where_nothing_else_tells_and_is_noted() {
    let with_defaults = |told: ImportOptions| ImportOptions {
        defaults: json!({ "marks": ["a"], "bins": 100 }).as_object().cloned(),
        ..told
    };
    let noted = |card: &ModelCard, what: &str| {
        let by_default = |note: &&String| note.starts_with(what) && note.contains("as published");
        card.notes.iter().any(|note| by_default(&note))
    };
    let bare = state_dict(&[]);
    let card = run(&bare, &with_defaults(ImportOptions::default())).expect("a model");
    assert_eq!((card.marks.as_slice(), card.bins), (&["a".to_owned()][..], 100));
    assert!(noted(&card, "marks: ") && noted(&card, "bins: "), "{:?}", card.notes);

    let told = options(None, Some(20), Value::Null);
    let card = run(&bare, &with_defaults(told)).expect("a model");
    assert_eq!(card.bins, 20);
    assert!(noted(&card, "marks: ") && !noted(&card, "bins: "), "{:?}", card.notes);

    let of_the_file = state_dict(&[("marks", r#"["b"]"#)]);
    let card = run(&of_the_file, &with_defaults(ImportOptions::default())).expect("a model");
    assert_eq!(card.marks, ["b"]);
    assert!(!noted(&card, "marks: ") && noted(&card, "bins: "), "{:?}", card.notes);
}

#[test]
fn what_is_done_to_values_first_comes_from_settings_or_is_nothing() {
    let bare = state_dict(&[]);
    let with = |transform: Value| options(Some(&["a"]), Some(10), json!({ "transform": transform }));
    let card = run(&bare, &with(json!({ "kind": "log1p", "scale": [0.5] }))).expect("a model");
    assert_eq!(card.transform.kind, TransformKind::Log1p);
    assert_eq!(card.transform.scale, Some(vec![0.5]));
    let card = run(&bare, &with(Value::Null)).expect("a model");
    assert_eq!(card.transform, Transform::default());
    assert_refused(
        &bare,
        &with(json!("sqrt")),
        "statement",
        &["transform", "sqrt", "log1p"],
    );
}
