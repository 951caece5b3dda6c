//! Helpers that several tests share: files beside the repository, golden cases, and how results are compared with them.
//!
//! The same code runs natively and as wasm under Node.

#![allow(dead_code, reason = "each test uses its own part")]

pub mod draw;
#[cfg(not(target_arch = "wasm32"))]
pub mod stored;

use std::collections::BTreeMap;

use regulens::weights::{Dtype, ImportOptions, ModelCard, StateDict, Tensor, WeightFile, import};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

/// The bytes of a file in the folder `shared` beside the repository. Where that folder is absent the test says so and
/// skips; in CI it must be there.
pub fn shared(path: &str) -> Option<Vec<u8>> {
    let full = format!("{}/../shared/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = file(&full);
    if bytes.is_none() {
        assert!(
            option_env!("CI").is_none(),
            "{full} is missing, and in CI it must be there"
        );
        say(&format!("skipped: {full} is not there"));
    }
    bytes
}

#[cfg(not(target_arch = "wasm32"))]
fn file(path: &str) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

#[cfg(target_arch = "wasm32")]
fn file(path: &str) -> Option<Vec<u8>> {
    use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
    #[wasm_bindgen(module = "node:fs")]
    extern "C" {
        #[wasm_bindgen(js_name = readFileSync, catch)]
        fn read_file(path: &str) -> Result<Vec<u8>, JsValue>;
    }
    read_file(path).ok()
}

/// Prints a line where the test's reader sees it.
pub fn say(line: &str) {
    #[cfg(not(target_arch = "wasm32"))]
    println!("{line}");
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_test::console_log!("{line}");
}

/// Every golden case of AttentiveChrome.
pub const ATTENTIVE_CHROME: [&str; 11] = [
    "lstm-alpha-beta",
    "lstm-alpha-beta.full",
    "lstm-alpha-beta.seven-marks",
    "lstm-alpha-beta.authors",
    "lstm-alpha",
    "lstm-alpha.linear-head",
    "lstm-attn",
    "lstm",
    "cnn-alpha-beta",
    "cnn-attn",
    "deep-chrome",
];

/// Every golden case of models of sequences.
pub const BASENJI: [&str; 11] = [
    "basenji",
    "basenji.softplus",
    "standard",
    "exp-constant",
    "exp-variable",
    "attention-none",
    "attention-none.score-relu",
    "attention-variable",
    "attention-variable.two-layers",
    "attention-two-sided",
    "attention-two-sided.two-layers",
];

/// A golden case: a model file made of its weights, its inputs and its expected outputs.
pub struct Golden {
    /// The stem of its files.
    pub name: String,
    /// A model file with its weights as they are.
    pub model: Vec<u8>,
    case: BTreeMap<String, (Vec<usize>, Vec<f64>)>,
}

impl Golden {
    /// Reads a case of AttentiveChrome; none where `shared` is absent.
    pub fn read(name: &str) -> Option<Self> {
        let case = shared(&format!("golden/attentive-chrome/{name}.case.safetensors"))?;
        let case = doubles(&case);
        let [_, bins, marks] = case["input.counts"].0[..] else {
            panic!("counts are [N, T, M]")
        };
        let model = model(name, bins, marks, Dtype::F32)?;
        Some(Self {
            name: name.to_owned(),
            model,
            case,
        })
    }

    /// Reads a case of attention-Basenji; none where `shared` is absent.
    pub fn of_sequences(name: &str) -> Option<Self> {
        let case = shared(&format!("golden/basenji/{name}.case.safetensors"))?;
        Some(Self {
            name: name.to_owned(),
            model: model_of_sequences(name, Dtype::F32)?,
            case: doubles(&case),
        })
    }

    /// The sequences as codes, one a sequence.
    pub fn codes(&self) -> Vec<Vec<u8>> {
        let (shape, channels) = self.input("sequence");
        let code = |base: &[f32]| base.iter().position(|&channel| channel == 1.0).unwrap_or(4);
        channels
            .chunks_exact(shape[1] * 4)
            .map(|sequence| sequence.chunks_exact(4).map(|base| code(base) as u8).collect())
            .collect()
    }

    /// An input as float32, and its shape.
    pub fn input(&self, name: &str) -> (Vec<usize>, Vec<f32>) {
        let (shape, values) = &self.case[&format!("input.{name}")];
        (shape.clone(), values.iter().map(|&value| value as f32).collect())
    }

    /// An expected output, if the case has it.
    pub fn output(&self, name: &str) -> Option<&[f64]> {
        let (_, values) = self.case.get(&format!("output.{name}"))?;
        Some(values)
    }

    /// An expected output.
    pub fn expected(&self, name: &str) -> &[f64] {
        &self.case[&format!("output.{name}")].1
    }

    /// The names of the expected outputs that begin with `prefix`, without it.
    pub fn outputs<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.case
            .keys()
            .filter_map(move |name| name.strip_prefix("output.")?.strip_prefix(prefix))
    }
}

/// A model file of sequences made of a golden case's weights and what they say of themselves.
pub fn model_of_sequences(name: &str, dtype: Dtype) -> Option<Vec<u8>> {
    let bytes = shared(&format!("golden/basenji/{name}.weights.safetensors"))?;
    let variant = name.split('.').next().unwrap_or(name);
    let (card, tensors) = import("basenji", variant, name, &bytes, &ImportOptions::default())
        .expect("golden weights are those of the variant");
    Some(WeightFile::write(&card, &tensors, dtype).expect("what was imported"))
}

/// A model file made of a golden case's weights.
pub fn model(name: &str, bins: usize, marks: usize, dtype: Dtype) -> Option<Vec<u8>> {
    let file = format!("golden/attentive-chrome/{name}.weights.safetensors");
    let weights = StateDict::read_safetensors(name, &shared(&file)?).expect("golden weights are a state dict");
    let marks = (0..marks).map(|mark| format!("mark {mark}")).collect();
    let variant = name.split('.').next().unwrap_or(name);
    let card = ModelCard::new("attentive-chrome", variant, marks, bins);
    Some(WeightFile::write(&card, &weights.tensors, dtype).expect("golden weights are those of the variant"))
}

fn doubles(bytes: &[u8]) -> BTreeMap<String, (Vec<usize>, Vec<f64>)> {
    let file = SafeTensors::deserialize(bytes).expect("a golden case is a safetensors file");
    file.iter()
        .map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), numbers(name, &view))))
        .collect()
}

/// The numbers of a tensor.
fn numbers(name: &str, view: &TensorView<'_>) -> Vec<f64> {
    fn each<const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        data.as_chunks().0.iter().map(|&word| number(word)).collect()
    }
    let data = view.data();
    match view.dtype() {
        safetensors::Dtype::F64 => each(data, f64::from_le_bytes),
        safetensors::Dtype::F32 => each(data, |word| f32::from_le_bytes(word).into()),
        safetensors::Dtype::F16 => each(data, |word| half::f16::from_le_bytes(word).to_f64()),
        other => panic!("{name} is {other:?}"),
    }
}

/// The golden files' measure: the largest difference over the larger of 1 and the largest expected value.
pub fn error(got: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(got.len(), expected.len(), "as many values as expected");
    let difference = got.iter().zip(expected).map(|(&a, &b)| {
        let difference = (f64::from(a) - b).abs();
        if difference.is_nan() { f64::INFINITY } else { difference }
    });
    difference.fold(0.0, f64::max) / largest(expected).max(1.0)
}

/// The largest magnitude.
pub fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

/// As the weights of a state dict, read back.
pub fn tensors(model: &[u8]) -> BTreeMap<String, Tensor> {
    WeightFile::read("golden", model).expect("written by this test").tensors
}

/// Every GPU that this build reaches, by the name of the way: wgpu's, which may be a software adapter, and CUDA's where
/// it was built for it. Without any the test says so and skips, but in CI one must be there.
#[cfg(all(feature = "wgpu", not(target_arch = "wasm32")))]
pub fn gpus() -> Vec<(&'static str, burn::tensor::Device)> {
    use regulens::engine::DeviceKind;
    let mut missing = Vec::new();
    let mut found = Vec::new();
    for (name, kind) in [
        ("wgpu", DeviceKind::Wgpu),
        #[cfg(feature = "cuda")]
        ("cuda", DeviceKind::Cuda),
    ] {
        // CUDA panics where its driver cannot be had.
        match std::panic::catch_unwind(|| kind.open()) {
            Ok(Ok(device)) => found.push((name, device)),
            Ok(Err(problem)) => missing.push(format!("{name}: {problem}")),
            Err(_) => missing.push(format!("{name}: its driver cannot be had")),
        }
    }
    if found.is_empty() {
        let missing = missing.join("; ");
        assert!(option_env!("CI").is_none(), "in CI an adapter must be there: {missing}");
        say(&format!("skipped: {missing}"));
    }
    found
}
