//! State dicts of models of sequences: what tensors tell, what metadata and settings tell, and what only a flag does.

use regulens::weights::card::Track;
use regulens::weights::{Dtype, ImportOptions, ModelCard, StateDict, WeightFile, WeightsError, import};
use serde_json::{Value, json};

use crate::common::{BASENJI, shared};

fn golden(name: &str) -> Option<Vec<u8>> {
    shared(&format!("golden/basenji/{name}.weights.safetensors"))
}

fn variant(name: &str) -> &str {
    name.split('.').next().unwrap()
}

fn run(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<ModelCard, WeightsError> {
    import("basenji", variant(name), "w.safetensors", bytes, options).map(|(card, _)| card)
}

/// The same tensors without what the file says about them.
fn bare(bytes: &[u8]) -> Vec<u8> {
    let state = StateDict::read_safetensors("w", bytes).unwrap();
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = state
        .tensors
        .into_iter()
        .map(|(name, tensor)| {
            let bytes = tensor.values.iter().flat_map(|value| value.to_le_bytes());
            (name, tensor.shape, bytes.collect())
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes);
        (name, view.unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

#[test]
fn golden_weights_become_models_by_what_they_say_themselves() {
    for name in BASENJI {
        let Some(bytes) = golden(name) else { return };
        let (card, tensors) = import("basenji", variant(name), name, &bytes, &ImportOptions::default()).unwrap();
        assert_eq!(card.tracks.len(), 7);
        assert_eq!((card.bin_size, card.sequence.unwrap().buffer), (128, 256));
        let state = StateDict::read_safetensors(name, &bytes).unwrap();
        let stated: usize = state.metadata["parameters"].parse().unwrap();
        assert_eq!(card.parameters, stated, "{name}");

        // Written, read, exported as a state dict and imported again, nothing is lost.
        let file = WeightFile::write(&card, &tensors, Dtype::F32).unwrap();
        let read = WeightFile::read(name, &file).unwrap();
        assert_eq!(read.tensors, tensors);
        let again = run(name, &read.state_dict().unwrap(), &ImportOptions::default()).unwrap();
        assert_eq!(again.hyperparameters, card.hyperparameters, "{name}");
        assert_eq!(again.tracks, card.tracks);
    }
}

#[test]
fn settings_tell_what_a_bare_file_does_not() {
    for name in BASENJI {
        let Some(bytes) = golden(name) else { return };
        let state = StateDict::read_safetensors(name, &bytes).unwrap();
        let settings: Value = serde_json::from_str(&state.metadata["hyperparameters"]).unwrap();
        let options = ImportOptions {
            config: settings.as_object().cloned(),
            ..ImportOptions::default()
        };
        let told = run(name, &bare(&bytes), &options).unwrap();
        let itself = run(name, &bytes, &ImportOptions::default()).unwrap();
        assert_eq!(told.hyperparameters, itself.hyperparameters, "{name}");
    }
}

#[test]
fn what_nothing_tells_is_asked_for_by_its_flag() {
    for (name, left_out, flag) in [
        ("basenji", "length", "--length"),
        ("basenji", "buffer", "--buffer"),
        ("basenji", "pools", "--pools"),
        ("basenji", "dilations", "--dilations"),
        ("standard", "link", "--link"),
        ("exp-constant", "decays", "--decays"),
        ("attention-variable", "score_relu", "--score-relu"),
    ] {
        let Some(bytes) = golden(name) else { return };
        let state = StateDict::read_safetensors(name, &bytes).unwrap();
        let settings: Value = serde_json::from_str(&state.metadata["hyperparameters"]).unwrap();
        let mut settings = settings.as_object().cloned().unwrap();
        let value = settings.remove(left_out).unwrap();
        let mut options = ImportOptions {
            config: Some(settings),
            ..ImportOptions::default()
        };
        let error = run(name, &bare(&bytes), &options).unwrap_err();
        assert_eq!(error.code(), "unknown-setting");
        assert!(error.to_string().contains(flag), "{error}");
        options.hyperparameters.insert(left_out.to_owned(), value);
        run(name, &bare(&bytes), &options).unwrap();
    }
}

#[test]
fn a_flag_comes_before_the_settings_and_the_difference_is_noted() {
    let Some(bytes) = golden("attention-none") else {
        return;
    };
    let mut options = ImportOptions::default();
    options.hyperparameters.insert("score_relu".to_owned(), true.into());
    let card = run("attention-none", &bytes, &options).unwrap();
    assert_eq!(card.hyperparameters["score_relu"], true);
    assert!(
        card.notes
            .iter()
            .any(|note| note.contains("score_relu: true by the flags"))
    );
}

#[test]
fn what_contradicts_the_tensors_is_refused() {
    let Some(bytes) = golden("basenji") else {
        return;
    };
    for (name, value) in [
        ("filters", json!([1, 2, 3, 4, 5, 6])),
        ("targets", json!(3)),
        ("dilations", json!([2, 4])),
        ("pools", json!([2, 4])),
        ("length", json!(1000)),
    ] {
        let mut options = ImportOptions::default();
        options.hyperparameters.insert(name.to_owned(), value);
        run("basenji", &bytes, &options).unwrap_err();
    }
    let error = run("standard", &bytes, &ImportOptions::default()).unwrap_err();
    assert_eq!(error.code(), "another-model");
}

#[test]
fn tracks_are_named_by_the_settings_or_by_number() {
    let Some(bytes) = golden("standard") else {
        return;
    };
    let numbered = run("standard", &bytes, &ImportOptions::default()).unwrap();
    assert_eq!(numbered.tracks[6].name, "track 7");
    let names: Vec<Value> = (0..7)
        .map(|index| json!({"name": format!("t{index}"), "assay": "CAGE"}))
        .collect();
    let options = |tracks: Value| ImportOptions {
        config: json!({ "tracks": tracks }).as_object().cloned(),
        ..ImportOptions::default()
    };
    let named = run("standard", &bytes, &options(names.clone().into())).unwrap();
    assert_eq!((&*named.tracks[2].name, &*named.tracks[2].assay), ("t2", "CAGE"));
    run("standard", &bytes, &options(names[1..].to_vec().into())).unwrap_err();
    let twice = ImportOptions {
        tracks: vec![
            Track {
                name: "t".to_owned(),
                ..Track::default()
            };
            7
        ],
        ..ImportOptions::default()
    };
    let (card, tensors) = import("basenji", "standard", "w", &bytes, &twice).unwrap();
    assert!(WeightFile::write(&card, &tensors, Dtype::F32).is_err());
}
