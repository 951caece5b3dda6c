//! Products of matrices of float32, and their gradients, against float64: no device rounds their factors.

use crate::common::{self, draw::Draw};
use burn::tensor::{Device, Tensor, TensorData};
use regulens::kernel::float32_product;

/// Sizes of A [N, M, K] and B [N', K, L]: N, M, K, N', L. Vectors, odd sizes, one B for all A, and more than a tile of
/// each.
const SIZES: [[usize; 5]; 7] = [
    [1, 1, 1, 1, 1],
    [2, 7, 3, 2, 5],
    [3, 5, 64, 1, 1],
    [1, 1, 900, 1, 62],
    [4, 100, 33, 1, 17],
    [1, 130, 70, 1, 130],
    [2, 600, 45, 2, 40],
];

/// Σ over `terms` of `a` times `b`, at each place.
fn sums(places: usize, terms: usize, a: impl Fn(usize, usize) -> f32, b: impl Fn(usize, usize) -> f32) -> Vec<f64> {
    let sum = |place| {
        (0..terms)
            .map(|term| f64::from(a(place, term)) * f64::from(b(place, term)))
            .sum()
    };
    (0..places).map(sum).collect()
}

fn agrees(name: &str, device: &Device) {
    // Numbers of 24 bits, so that rounded ones differ.
    let mut draw = Draw(3);
    for sizes in SIZES {
        let [n, m, k, of_b, l] = sizes;
        let a = draw.values(n * m * k);
        let b = draw.values(of_b * k * l);
        let upstream = draw.values(n * m * l);
        let of = |matrix: usize| if of_b == 1 { 0 } else { matrix };
        let product = sums(
            n * m * l,
            k,
            |place, term| a[place / l * k + term],
            |place, term| b[(of(place / (m * l)) * k + term) * l + place % l],
        );
        let a_gradient = sums(
            n * m * k,
            l,
            |place, term| upstream[place / k * l + term],
            |place, term| b[(of(place / (m * k)) * k + place % k) * l + term],
        );
        // Where one B serves all A, their rows are one matrix.
        let rows = n / of_b * m;
        let b_gradient = sums(
            of_b * k * l,
            rows,
            |place, term| a[(place / (k * l) * rows + term) * k + place / l % k],
            |place, term| upstream[(place / (k * l) * rows + term) * l + place % l],
        );

        let device = device.clone().autodiff();
        let place = |values: &[f32], shape: [usize; 3]| {
            Tensor::<3>::from_data(TensorData::new(values.to_vec(), shape), &device)
        };
        let at = place(&a, [n, m, k]).require_grad();
        let bt = place(&b, [of_b, k, l]).require_grad();
        let y = float32_product(at.clone(), bt.clone());
        let gradients = (y.clone() * place(&upstream, [n, m, l])).sum().backward();
        for (what, found, expected) in [
            ("product", y.into_data(), product),
            ("gradient of A", at.grad(&gradients).unwrap().into_data(), a_gradient),
            ("gradient of B", bt.grad(&gradients).unwrap().into_data(), b_gradient),
        ] {
            let error = common::error(&found.try_to_vec().expect("float32"), &expected);
            assert!(error < 2e-6, "{name}, {sizes:?}, {what}: {error:e}");
        }
    }
}

#[test]
fn the_cpu_rounds_no_factors() {
    agrees("cpu", &Device::flex());
}

#[cfg(feature = "wgpu")]
#[test]
fn gpus_round_no_factors() {
    for (name, device) in common::gpus() {
        agrees(name, &device);
    }
}
