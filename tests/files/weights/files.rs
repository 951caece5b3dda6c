//! Model files that are as they should be.

use regulens::weights::{Dtype, ImportOptions, ModelCard, Tensor, WeightFile, import, sha256};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype as Element;

use crate::weights::cards;

/// A card with every field but those of several models.
fn of_one_model() -> ModelCard {
    ModelCard {
        members: Vec::new(),
        ..cards::full()
    }
}

#[test]
fn a_float32_file_holds_card_and_weights_exactly() {
    let tensors = cards::tensors(4, 2);
    let card = of_one_model();
    let bytes = WeightFile::write(&card, &tensors, Dtype::F32).expect("a model");
    let model = WeightFile::read("a.safetensors", &bytes).expect("a model");
    assert_eq!(model.tensors, tensors);
    assert_eq!(
        model.card.dtype,
        Dtype::F32,
        "the card states how the file stores weights"
    );
    assert_eq!(
        ModelCard {
            dtype: card.dtype,
            ..model.card
        },
        card
    );
}

#[test]
fn a_float16_file_holds_every_weight_to_eleven_bits() {
    let (card, tensors) = cards::small(8, 5);
    let bytes = WeightFile::write(&card, &tensors, Dtype::F16).expect("a model");
    let read = WeightFile::read("a.safetensors", &bytes).expect("a model").tensors;
    for (name, Tensor { shape, values }) in &tensors {
        assert_eq!(shape, &read[name].shape);
        for (stored, value) in read[name].values.iter().zip(values) {
            assert!(
                (stored - value).abs() <= value.abs() / 2048.0 + 3e-8,
                "{name}: {stored} for {value}"
            );
        }
    }
}

#[test]
fn a_float16_file_written_again_is_the_same_file() {
    let bytes = cards::small_file();
    let model = WeightFile::read("a.safetensors", &bytes).expect("a model");
    assert_eq!(
        WeightFile::write(&model.card, &model.tensors, Dtype::F16).expect("a model"),
        bytes
    );
}

#[test]
fn the_published_size_takes_at_most_130_kb_in_float16() {
    let (card, tensors) = cards::small(32, 5);
    let bytes = WeightFile::write(&card, &tensors, Dtype::F16).expect("a model");
    assert!(bytes.len() <= 130_000, "{} bytes", bytes.len());
    assert_eq!(
        WeightFile::read("a.safetensors", &bytes)
            .expect("a model")
            .card
            .parameters,
        55_681
    );
}

#[test]
fn another_reader_of_safetensors_finds_tensors_and_card() {
    let bytes = cards::small_file();
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("a safetensors file");
    let metadata = header.metadata().as_ref().expect("metadata");
    assert_eq!(metadata.keys().collect::<Vec<_>>(), ["regulens.card"]);
    assert!(metadata["regulens.card"].contains("lstm-alpha-beta"));
    let in_order = header.offset_keys();
    assert!(in_order.is_sorted(), "tensors lie in the order of their names");
    assert_eq!(header.info("fdiff1_1.weight").expect("a tensor").shape, [1, 4]);
}

#[test]
fn the_card_is_completed_by_what_the_tensors_tell() {
    let model = WeightFile::read("a.safetensors", &cards::small_file()).expect("a model");
    assert_eq!(model.card.hyperparameters["bin_rnn_size"], 4);
    assert_eq!(
        model.card.parameters,
        model.tensors.values().map(|tensor| tensor.values.len()).sum::<usize>()
    );
}

#[test]
fn the_hash_is_sha256_of_the_whole_file() {
    // FIPS 180-2, appendix B.1.
    assert_eq!(
        sha256(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let bytes = cards::small_file();
    assert_eq!(
        WeightFile::read("a.safetensors", &bytes).expect("a model").sha256,
        sha256(&bytes)
    );
}

#[test]
fn a_state_dict_has_the_weights_exactly_and_is_imported_without_flags() {
    let card = of_one_model();
    let tensors = cards::tensors(4, 2);
    let bytes = WeightFile::write(&card, &tensors, Dtype::F32).expect("a model");
    let model = WeightFile::read("a.safetensors", &bytes).expect("a model");
    let bare = model.state_dict().expect("a state dict");
    assert_eq!(model.state_dict().expect("a state dict"), bare);

    let file = SafeTensors::deserialize(&bare).expect("a safetensors file");
    assert!(file.tensors().iter().all(|(_, view)| view.dtype() == Element::F32));
    let (family, variant) = (&model.card.family, &model.card.variant);
    let (imported, found) = import(family, variant, "a.safetensors", &bare, &ImportOptions::default())
        .expect("weights with all that import asks for");
    assert_eq!(found, tensors);
    assert_eq!((imported.marks, imported.bins), (card.marks, card.bins));
    assert_eq!(imported.transform, card.transform);
}
