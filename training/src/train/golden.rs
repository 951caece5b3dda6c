//! Comparison of training with the golden numbers of each family.

use std::collections::BTreeMap;

use burn::module::{ModuleMapper, Param};
use burn::optim::GradientsParams;
#[cfg(feature = "wgpu")]
use burn::tensor::Device;
use burn::tensor::Tensor;
use regulens::nn::NamedTensors;
use regulens::weights::{self, StateDict};
use safetensors::SafeTensors;

/// Tolerance of gradients in the golden files, relative to each tensor's largest value.
pub const TOLERANCE: f64 = 1e-4;

/// Tensors of a case: shape and values.
pub type Case = BTreeMap<String, (Vec<usize>, Vec<f64>)>;

/// The weights and the case `name`, FAMILY/STEM; `None`, with a message, if `shared` is missing, which is an error in
/// CI.
pub fn read(name: &str) -> Option<(NamedTensors, Case)> {
    let folder = format!("{}/../../shared/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let file = |part: &str| std::fs::read(format!("{folder}.{part}.safetensors")).ok();
    let (Some(weights), Some(case)) = (file("weights"), file("case")) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{folder} is missing, and in CI it must be there"
        );
        println!("skipped: {folder} is not there");
        return None;
    };
    let weights = StateDict::read_safetensors("golden", &weights)
        .expect("golden weights are a state dict")
        .tensors;
    let case = SafeTensors::deserialize(&case).expect("a golden case is a safetensors file");
    let doubles = |view: safetensors::tensor::TensorView<'_>| -> Vec<f64> {
        match view.dtype() {
            safetensors::Dtype::F64 => view
                .data()
                .as_chunks::<8>()
                .0
                .iter()
                .map(|&word| f64::from_le_bytes(word))
                .collect(),
            safetensors::Dtype::F16 => view
                .data()
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&word| half(u16::from_le_bytes(word)))
                .collect(),
            _ => view
                .data()
                .as_chunks::<4>()
                .0
                .iter()
                .map(|&word| f64::from(f32::from_le_bytes(word)))
                .collect(),
        }
    };
    let case = case
        .iter()
        .map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), doubles(view))))
        .collect();
    Some((weights, case))
}

/// A finite float16.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        exponent => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    }
}

/// Replaces each weight by its gradient, so that gradients get their names from the model.
pub struct InPlaceOfWeights<'a>(pub &'a GradientsParams);

impl ModuleMapper for InPlaceOfWeights<'_> {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let gradient = self.0.get::<D>(parameter.id).expect("every weight has a gradient");
        Param::from_tensor(gradient)
    }
}

/// The largest difference, relative to `scale` of the expected values.
pub fn error(got: &[f32], expected: &[f64], scale: impl Fn(f64) -> f64) -> f64 {
    assert_eq!(got.len(), expected.len());
    let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let difference = got
        .iter()
        .zip(expected)
        .fold(0.0_f64, |most, (&a, &b)| most.max((f64::from(a) - b).abs()));
    difference / scale(largest)
}

/// Compares all gradients of a model with the case's, whose names begin with `prefix`, relative to each tensor's
/// largest value; returns the largest error.
pub fn compare_gradients<'a>(
    model: &str,
    gradients: impl Iterator<Item = (&'a String, &'a weights::Tensor)>,
    case: &Case,
    prefix: &str,
    tolerance: impl Fn(&str) -> f64,
) -> f64 {
    let mut worst = 0.0_f64;
    let mut compared = 0;
    for (weight, gradient) in gradients {
        let (_, expected) = &case[&format!("{prefix}{weight}")];
        let error = error(&gradient.values, expected, |largest| largest);
        assert!(error < tolerance(weight), "{model}: gradient of {weight}: {error:e}");
        worst = worst.max(error);
        compared += 1;
    }
    let in_case = case.keys().filter(|key| key.starts_with(prefix)).count();
    assert_eq!(compared, in_case, "{model}: every gradient of the case");
    worst
}

/// Runs a test on every GPU of this build, with the name of its backend; prints a message if there is none, which is an
/// error in CI.
#[cfg(feature = "wgpu")]
pub fn on_gpus(test: impl Fn(&str, &Device)) {
    use regulens::engine::DeviceKind;
    let mut missing = Vec::new();
    let kinds = [
        DeviceKind::Wgpu,
        #[cfg(feature = "cuda")]
        DeviceKind::Cuda,
    ];
    for kind in kinds {
        // CUDA panics if its driver is missing.
        match std::panic::catch_unwind(|| kind.open()) {
            Ok(Ok(device)) => test(&kind.to_string(), &device),
            Ok(Err(problem)) => missing.push(problem),
            Err(_) => missing.push(format!("{kind}: its driver cannot be had")),
        }
    }
    if missing.len() == kinds.len() {
        let missing = missing.join("; ");
        assert!(
            std::env::var_os("CI").is_none(),
            "in CI an adapter must be there: {missing}"
        );
        println!("skipped: {missing}");
    }
}
