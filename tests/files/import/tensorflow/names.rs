//! Names of older checkpoints, and models made of whole checkpoints.

use std::collections::BTreeMap;

use regulens::weights::{ImportOptions, ModelCard, StateDict, Tensor, WeightsError, import, import_state};

use super::real::{VARIANTS, golden};
use crate::common::shared;

/// A card and the weights that it describes.
type Model = (ModelCard, BTreeMap<String, Tensor>);

/// Settings that the tensors do not tell, as the golden file of the same weights has it.
fn settings(variant: &str) -> Option<ImportOptions> {
    let config = shared(&format!("golden/basenji/{variant}.json"))?;
    Some(ImportOptions {
        config: Some(serde_json::from_slice(&config).expect("settings")),
        ..ImportOptions::default()
    })
}

fn of_safetensors(variant: &str) -> Option<Model> {
    let bytes = shared(&format!("golden/basenji/{variant}.weights.safetensors"))?;
    Some(import("basenji", variant, "w", &bytes, &ImportOptions::default()).expect("a model"))
}

fn of_state(variant: &str, state: StateDict) -> Option<Result<Model, WeightsError>> {
    Some(import_state("basenji", variant, "model.tf", state, &settings(variant)?))
}

fn state(variant: &str) -> Option<StateDict> {
    Some(golden(variant)?.read().expect("a checkpoint").into_state())
}

fn renamed(state: &mut StateDict, from: &str, to: &str) {
    let tensors = std::mem::take(&mut state.tensors);
    state.tensors = tensors
        .into_iter()
        .map(|(name, tensor)| match name.strip_prefix(from) {
            Some(rest) => (format!("{to}{rest}"), tensor),
            None => (name, tensor),
        })
        .collect();
}

#[test]
fn a_model_of_a_checkpoint_is_that_of_the_golden_tensors() {
    for variant in VARIANTS {
        let (Some(state), Some((expected, tensors))) = (state(variant), of_safetensors(variant)) else {
            return;
        };
        let (card, found) = of_state(variant, state).expect("settings").expect("a model");
        assert!(found == tensors, "{variant} has other weights");
        assert_eq!(card.hyperparameters, expected.hyperparameters);
        assert_eq!((card.bins, card.parameters), (28, expected.parameters));
        assert!(
            card.notes.iter().any(|note| note.contains("were left out")),
            "{:?}",
            card.notes
        );
    }
}

#[test]
fn a_last_layer_that_was_a_convolution_is_the_dense_one() {
    for variant in VARIANTS {
        let (Some(mut state), Some((_, tensors))) = (state(variant), of_safetensors(variant)) else {
            return;
        };
        renamed(&mut state, "final/dense/", "final/conv1d/");
        state
            .tensors
            .get_mut("final/conv1d/kernel")
            .expect("the kernel")
            .shape
            .insert(0, 1);
        let (card, found) = of_state(variant, state).expect("settings").expect("a model");
        assert!(found == tensors, "{variant} has other weights");
        assert!(
            card.notes
                .iter()
                .any(|note| note == "`final/conv1d/kernel` in the file is called `final/dense/kernel` here.")
        );
    }
}

#[test]
fn a_last_layer_that_sees_several_bins_is_no_dense_one() {
    let Some(mut state) = state("basenji") else {
        return;
    };
    renamed(&mut state, "final/dense/", "final/conv1d/");
    let kernel = state.tensors.get_mut("final/conv1d/kernel").expect("the kernel");
    *kernel = Tensor::new([3, 17, 7], vec![0.5; 3 * 17 * 7]);
    let error = of_state("basenji", state).expect("settings").expect_err("no model");
    assert_eq!(error.code(), "tensor-missing", "{error}");
}

#[test]
fn heads_without_a_layer_are_those_of_the_first() {
    let variant = "attention-two-sided";
    let (Some(mut state), Some((_, tensors))) = (state(variant), of_safetensors(variant)) else {
        return;
    };
    renamed(&mut state, "multi_head0/", "");
    assert!(state.tensors.contains_key("multi_attention4/dense/kernel"));
    let (card, found) = of_state(variant, state).expect("settings").expect("a model");
    assert!(found == tensors);
    assert_eq!(card.hyperparameters["heads"], 5);
}

#[test]
fn the_last_block_has_two_names() {
    for (variant, from, to) in [
        ("basenji", "cnn12/", "cnn_final12/"),
        ("attention-two-sided", "cnn_final6/", "cnn6/"),
    ] {
        let (Some(mut state), Some((_, tensors))) = (state(variant), of_safetensors(variant)) else {
            return;
        };
        renamed(&mut state, from, to);
        let (_, found) = of_state(variant, state).expect("settings").expect("a model");
        assert!(found == tensors, "{variant}");
    }
}

#[test]
fn a_tensor_of_both_names_is_not_overwritten() {
    let Some(mut state) = state("basenji") else {
        return;
    };
    let tensor = state.tensors["cnn12/conv1d/kernel"].clone();
    state.tensors.insert("cnn_final12/conv1d/kernel".to_owned(), tensor);
    let error = of_state("basenji", state).expect("settings").expect_err("no model");
    assert_eq!(error.code(), "tensor-unexpected", "{error}");
    assert!(error.to_string().contains("cnn_final12/conv1d/kernel"), "{error}");
}

#[test]
fn a_checkpoint_of_another_variant_is_refused() {
    let Some(state) = state("basenji") else {
        return;
    };
    let options = settings("attention-two-sided").expect("settings");
    let error = import_state("basenji", "attention-two-sided", "model.tf", state, &options).expect_err("no model");
    assert!(error.code().starts_with("tensor-"), "{error}");
}
