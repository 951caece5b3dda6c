//! The same over slices.

use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::{Device, Tensor, TensorData};

/// Row-major values on the CPU.
///
/// # Panics
/// If `shape` is not that of the values.
pub fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], _: &Device) -> Tensor<D> {
    let values = TensorData::new(values, shape);
    Tensor::from_primitive::<Flex>(FloatTensor::<Flex>::from_data(values))
}

/// `a + b`, of the same shape.
pub fn sum<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    let (shape, device) = (a.dims(), a.device());
    let [a, b] = [a, b].map(|tensor| {
        let primitive = tensor.try_into_primitive::<Flex>();
        primitive
            .expect("the CPU is the only device")
            .to_contiguous()
    });
    let [a, b] = [&a, &b].map(|tensor| tensor.as_slice::<f32>().expect("contiguous float32"));
    let sum = a.iter().zip(b).map(|(a, b)| a + b).collect();
    tensor(sum, shape, &device)
}
