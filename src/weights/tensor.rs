//! Tensors in memory, and the element types of model files.

use serde::{Deserialize, Serialize};

/// One array of weights, in memory as float32.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tensor {
    /// Sizes, outermost first. Empty for a scalar.
    pub shape: Vec<usize>,
    /// Row-major values; their number is the product of `shape`.
    pub values: Vec<f32>,
}

impl Tensor {
    /// A tensor of `shape` with row-major `values`.
    ///
    /// # Panics
    /// If the number of values is not the product of `shape`: an error in the program, not in a file.
    pub fn new(shape: impl Into<Vec<usize>>, values: Vec<f32>) -> Self {
        let shape = shape.into();
        assert_eq!(
            shape.iter().product::<usize>(),
            values.len(),
            "values do not fill the shape {shape:?}"
        );
        Self { shape, values }
    }
}

/// Element type of the weights in a model file. Computation is in float32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// IEEE 754 half precision: half the size, eleven significant bits, at most 65,504.
    #[default]
    F16,
    /// IEEE 754 single precision: exactly the trained weights.
    F32,
    /// Eight-bit integers with a scale per row in `NAME.scale` (per filter if NAME ends in `kernel`): half the size of
    /// float16. No weight changes by more than about 1/254 of the largest in its row, if that is at least 0.008.
    /// Vectors, which would not get smaller, stay float16.
    I8,
}

impl std::fmt::Display for Dtype {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::F16 => "f16",
            Self::F32 => "f32",
            Self::I8 => "i8",
        })
    }
}
