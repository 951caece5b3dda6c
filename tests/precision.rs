//! Products in bfloat16 while a model learns. In a program of its own: the setting holds for all of it.

use burn::tensor::{Device, Distribution, Tensor};
use regulens::kernel::block::{self, Block};
use regulens::kernel::{Factors, context, train_with};

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The largest difference, relative to the largest of `b`.
fn difference(a: &[f32], b: &[f32]) -> f32 {
    let largest = b.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let most = a.iter().zip(b).fold(0.0_f32, |most, (x, y)| most.max((x - y).abs()));
    most / largest
}

/// A block, its gradient to the kernel, and a head's context, on `device`.
fn computed(device: &Device) -> [Vec<f32>; 3] {
    Device::flex().seed(3);
    let random = |shape: [usize; 3]| {
        let data = Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &Device::flex()).into_data();
        Tensor::<3>::from_data(data, device)
    };
    let (x, kernel, position) = (random([2, 40, 12]), random([5, 12, 8]), random([1, 12, 12]));
    let bias = Tensor::<1>::zeros([8], device);
    let shape = Block {
        dilation: 2,
        pool: 4,
        rectify: true,
    };
    let kernel = if device.is_autodiff() {
        kernel.require_grad()
    } else {
        kernel
    };
    let y = block::composed(x.clone(), kernel.clone(), bias, shape);
    let gradient = if device.is_autodiff() {
        let gradients = y.clone().powi_scalar(2).sum().backward();
        values(kernel.grad(&gradients).expect("the kernel is learnt"))
    } else {
        Vec::new()
    };
    let weight = position.squeeze_dim::<2>(0) * 0.1;
    let head = context::composed(x, weight, Tensor::zeros([12], device), None, false);
    [values(y), gradient, values(head.0)]
}

#[test]
fn products_in_bf16_stay_near_and_only_where_gradients_are_recorded() {
    let plain = Device::flex();
    let learning = Device::flex().autodiff();
    // Random numbers are the first device's, so that all see the same.
    let exact = computed(&learning);
    train_with(Factors::Bfloat16);
    let half = computed(&learning);
    let predicted = computed(&plain);
    train_with(Factors::Float32);
    for (half, exact) in half.iter().zip(&exact) {
        let difference = difference(half, exact);
        assert!(difference > 0.0 && difference < 2e-2, "{difference}");
    }
    assert_eq!(predicted[0], exact[0], "predictions stay float32");
}
