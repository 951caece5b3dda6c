//! Model files, cards, and weights of others.

use std::io;

use regulens::weights::{Dtype, ImportOptions, ModelCard, StateDict, WeightFile, import_state, tensorflow, torch};
use regulens_fuzz::target;

use crate::files::{archive, floats, legacy};
use crate::pickles::{Item, ordered, parameter, pickle, tensor};
use crate::tensorflow::made;
use crate::wraps;

const CARD: &str = r#"{"format_version":1,"name":"A","family":"attentive-chrome","variant":"deep-chrome","marks":["H3K4me3"],
"bins":100,"bin_size":100,"units":"counts","transform":{"kind":"log1p"},"hyperparameters":{},"notes":["x"],
"parameters":10,"dtype":"f32","test_metrics":{"auroc":0.9}}"#;

/// A model that ships, rounded to int8.
pub fn shipped() -> Vec<u8> {
    let file = WeightFile::read("m.safetensors", &shipping("attentive-chrome-k562")).expect("a model that ships");
    WeightFile::write(&file.card, &file.tensors, Dtype::I8).expect("a model file")
}

/// A model that ships, by its name.
pub fn shipping(name: &str) -> Vec<u8> {
    let path = format!("{}/../models/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a model that ships")
}

/// A file as safetensors lays it out: the header's length, the header, values.
fn safetensors(header: Vec<u8>) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_slice(), &[0; 64]].concat()
}

const HEADER: &str = r#"{"__metadata__":{"a":"b","regulens":"{\"format_version\":1}"},
"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"y":{"dtype":"F16","shape":[4],"data_offsets":[24,32]}}"#;

target!(model_file, vec![shipped()], wraps::plain, |bytes| {
    let _ = WeightFile::read_card("m.safetensors", bytes);
    if let Ok(file) = WeightFile::read("m.safetensors", bytes) {
        let _ = WeightFile::write(&file.card, &file.tensors, Dtype::F32);
    }
});

target!(card, vec![CARD.as_bytes().to_vec()], wraps::plain, |bytes| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(card) = ModelCard::from_json(text) {
        let _ = card.to_json();
    }
});

target!(state_dict, vec![HEADER.as_bytes().to_vec()], safetensors, |bytes| {
    let _ = WeightFile::read("m.safetensors", bytes);
    if let Ok(state) = StateDict::read_safetensors("m.safetensors", bytes) {
        let _ = import_state(
            "attentive-chrome",
            "lstm-alpha-beta",
            "m",
            state,
            &ImportOptions::default(),
        );
    }
});

fn tensors() -> Item {
    ordered(vec![
        ("a.weight", tensor("FloatStorage", "7", 6, 0, &[2, 3], &[3, 1])),
        ("a.bias", parameter(tensor("FloatStorage", "7", 6, 1, &[2, 2], &[1, 3]))),
    ])
}

fn six() -> Vec<u8> {
    floats(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
}

pub fn torch(bytes: &[u8]) {
    let _ = torch::read("m.pt", bytes);
}

target!(
    torch_archive,
    vec![archive(&tensors(), &[("7", 6, six())])],
    wraps::plain,
    torch
);

// Damage within the archive, whose checksums are sound.
target!(
    torch_pickle,
    vec![pickle(&tensors(), 2), pickle(&tensors(), 4)],
    |pickle: Vec<u8>| crate::files::Archive::default().of(&pickle, &[("7", 6, six())]),
    torch
);

target!(
    torch_legacy,
    vec![legacy(&tensors(), &[("7", 6, six())])],
    wraps::plain,
    torch
);

pub fn bundle(index: &[u8], data: &[u8]) {
    let _ = tensorflow::read("model.tf", index, |name| match name {
        "model.tf.data-00000-of-00001" => Ok(data.to_vec()),
        _ => Err(io::ErrorKind::NotFound.into()),
    });
}

fn entries() -> [(&'static str, Vec<u8>); 2] {
    let content = floats(&[1.0, 2.0, 3.0, 4.0]);
    [
        ("a/kernel", made::entry(&[2, 2], 0, &content)),
        ("a/scale", made::entry(&[4], 0, &content)),
    ]
}

target!(
    tensorflow_index,
    vec![made::bundle(made::header(), &entries(), &floats(&[1.0, 2.0, 3.0, 4.0]), 2).index],
    wraps::plain,
    |bytes| bundle(bytes, &floats(&[1.0, 2.0, 3.0, 4.0]))
);

// Damage within a block, whose checksum is sound.
target!(
    tensorflow_block,
    vec![{
        let [first, second] = entries();
        made::block(
            &[
                (b"", made::header()),
                (first.0.as_bytes(), first.1),
                (second.0.as_bytes(), second.1),
            ],
            2,
        )
    }],
    |block: Vec<u8>| {
        let mut table = made::Table::default();
        table.data(b"a/scale", &block, 0);
        table.finish()
    },
    |bytes| bundle(bytes, &floats(&[1.0, 2.0, 3.0, 4.0]))
);
