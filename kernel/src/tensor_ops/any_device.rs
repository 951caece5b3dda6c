//! Burn's own operations.

use burn::tensor::{Device, Tensor, TensorData};

/// Row-major values on `device`.
///
/// # Panics
/// If `shape` does not match the values.
pub fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Row-major values, read back from their device.
///
/// # Errors
/// The reason why the device does not return them.
pub async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    let data = tensor.into_data_async().await.map_err(|error| format!("{error:?}"))?;
    data.try_to_vec().map_err(|error| format!("{error:?}"))
}

/// The same, blocking.
///
/// # Panics
/// If the device does not return them.
pub fn read_at_once<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("models are in float32")
}

/// Starts the GPU on its queued work, which holds its memory until then. Errors are reported by the next [`read`].
pub fn flush(device: &Device) {
    let _ = device.flush();
}

/// `a + b`, of the same shape.
pub fn sum<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    a + b
}

/// Row `index` of each example: [N, R, C] -> [N, C].
pub fn row(x: Tensor<3>, index: usize) -> Tensor<2> {
    x.narrow(1, index, 1).squeeze_dim(1)
}

/// The rows of `a` [N, R, C] and then those of `b` [N, R', C].
pub fn join(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    Tensor::cat(vec![a, b], 1)
}

/// Concatenates the channels of `parts` [N, L, C].
pub fn join_channels(parts: Vec<Tensor<3>>) -> Tensor<3> {
    Tensor::cat(parts, 2)
}

/// Parts [N, L, C] whose channels are concatenated.
#[derive(Debug)]
pub struct Channels(Vec<Tensor<3>>);

impl Channels {
    /// Begins with `first`; the CPU uses the total number of channels to allocate memory.
    pub fn new(first: Tensor<3>, _: usize) -> Self {
        Self(vec![first])
    }

    /// Adds the next.
    pub fn push(&mut self, part: Tensor<3>) {
        self.0.push(part);
    }

    /// All of them [N, L, C + C' + …].
    pub fn joined(self) -> Tensor<3> {
        join_channels(self.0)
    }
}

/// Positions `range` of x [N, L, C].
pub fn stretch(x: Tensor<3>, range: std::ops::Range<usize>) -> Tensor<3> {
    x.narrow(1, range.start, range.len())
}

/// Concatenates stretches of the same examples: [N, L, C], [N, L', C] … -> [N, L + L' + …, C].
pub fn join_stretches(parts: Vec<Tensor<3>>) -> Tensor<3> {
    Tensor::cat(parts, 1)
}
