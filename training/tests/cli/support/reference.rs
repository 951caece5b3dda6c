//! Reference data that lie beside the repository, not in it.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

/// A path in the folder of reference data. Where that is missing, says that `what` is skipped; in CI it must be there.
pub fn reference(path: &str, what: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing: CI must not skip {what}",
        path.display()
    );
    println!("skipped {what}: {} is not there", path.display());
    None
}

/// A tensor's shape and numbers.
#[derive(Debug, Clone)]
pub struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
}

/// Reads float32 or float64 tensors by name.
pub fn array(file: &SafeTensors<'_>, name: &str) -> Array {
    let view = file.tensor(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    let bytes = view.data();
    let values = match view.dtype() {
        Dtype::F32 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|&word| f64::from(f32::from_le_bytes(word)))
            .collect(),
        Dtype::F64 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|&word| f64::from_le_bytes(word))
            .collect(),
        other => panic!("{name} is {other}"),
    };
    Array {
        shape: view.shape().to_vec(),
        values,
    }
}

/// The distance of two tensors as the reference defines it: the largest difference by the larger of 1 and the largest
/// expected value.
pub fn distance(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len(), "as many values");
    assert!(found.iter().all(|value| value.is_finite()), "all values are finite");
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
    let difference = largest(&mut found.iter().zip(expected).map(|(a, b)| (a - b).abs()));
    difference / largest(&mut expected.iter().map(|value| value.abs())).max(1.0)
}
