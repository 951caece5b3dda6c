//! Poisson negative log-likelihood of counts.

use burn::tensor::{Device, Tensor, TensorData};

/// Measured counts z [N, B, T] of a batch, over bins that count (1) or do not (0), [N, B].
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// z, [N, B, T].
    pub targets: &'a [f32],
    /// [N, B].
    pub counted: &'a [f32],
    /// N.
    pub examples: usize,
    /// T.
    pub tracks: usize,
}

impl Measured<'_> {
    /// Number of bins that count.
    pub fn bins(&self) -> f64 {
        self.counted.iter().map(|&weight| f64::from(weight)).sum()
    }
}

/// Sums of ℓ over all examples and bins that count, per track, [T]; p [N, B, T] is the prediction after the link:
///
/// ```text
/// ℓ = p - z ln p + [z > 1] (z ln z - z + ½ ln 2πz)
/// ```
///
/// The bracket is Stirling's approximation of ln z!, which TensorFlow's `log_poisson_loss` omits for 0 ≤ z ≤ 1.
pub fn log_poisson(prediction: Tensor<3>, measured: &Measured<'_>) -> Tensor<1> {
    let device = &prediction.device();
    let shape = prediction.dims();
    let [examples, bins, tracks] = shape;
    assert_eq!((examples, tracks), (measured.examples, measured.tracks));
    let targets = Tensor::<3>::from_data(TensorData::new(measured.targets.to_vec(), shape), device);
    let logarithm = prediction.clone().clamp_min(f32::MIN_POSITIVE).log();
    let mut loss = prediction - targets * logarithm;
    if measured.counted.contains(&0.0) {
        let counted = TensorData::new(measured.counted.to_vec(), [examples, bins, 1]);
        loss = loss * Tensor::<3>::from_data(counted, device);
    }
    let sums = loss.sum_dim(0).sum_dim(1).reshape([tracks]);
    sums + constant(measured, device)
}

/// The part independent of predictions, summed in float64, [T].
fn constant(measured: &Measured<'_>, device: &Device) -> Tensor<1> {
    let mut sums = vec![0.0_f64; measured.tracks];
    for (bin, &weight) in measured.targets.chunks_exact(measured.tracks).zip(measured.counted) {
        if weight > 0.0 {
            for (sum, &target) in sums.iter_mut().zip(bin) {
                *sum += stirling(f64::from(target));
            }
        }
    }
    let sums: Vec<f32> = sums.into_iter().map(|sum| sum as f32).collect();
    Tensor::from_data(TensorData::new(sums, [measured.tracks]), device)
}

/// Stirling's approximation of ln z!, and 0 for z ≤ 1.
fn stirling(target: f64) -> f64 {
    if target > 1.0 {
        target * target.ln() - target + 0.5 * (2.0 * std::f64::consts::PI * target).ln()
    } else {
        0.0
    }
}

/// ℓ of one number, on the host.
pub fn log_poisson_of(prediction: f64, target: f64) -> f64 {
    prediction - target * prediction.max(f64::from(f32::MIN_POSITIVE)).ln() + stirling(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(prediction: &[f32], targets: &[f32], counted: &[f32], tracks: usize) -> Vec<f32> {
        let bins = counted.len();
        let device = &Device::flex();
        let prediction = TensorData::new(prediction.to_vec(), [1, bins, tracks]);
        let measured = Measured {
            targets,
            counted,
            examples: 1,
            tracks,
        };
        let sums = log_poisson(Tensor::from_data(prediction, device), &measured);
        sums.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn stirlings_part_is_left_out_up_to_one() {
        // ℓ = 2 - z ln 2 for z ≤ 1; at z = 3 with ln 3! ≈ 1.7641 by Stirling.
        let found = losses(&[2.0, 2.0, 2.0], &[0.0, 1.0, 3.0], &[1.0], 3);
        let expected = [2.0, 2.0 - 2.0_f32.ln(), 2.0 - 3.0 * 2.0_f32.ln() + 1.7641];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
    }

    #[test]
    fn device_and_host_agree() {
        let (p, z) = ([0.1, 7.0, 3.0], [0.5, 9.0, 1000.0]);
        let found = losses(&p, &z, &[1.0], 3);
        for (i, found) in found.iter().enumerate() {
            let expected = log_poisson_of(f64::from(p[i]), f64::from(z[i]));
            assert!((f64::from(*found) - expected).abs() < 1e-6 * expected.abs().max(1.0) * 10.0);
        }
    }

    #[test]
    fn a_bin_that_does_not_count_costs_nothing() {
        let all = losses(&[2.0, 1.0], &[4.0, 5.0], &[1.0, 1.0], 1);
        let first = losses(&[2.0, 1.0], &[4.0, 5.0], &[1.0, 0.0], 1);
        let alone = losses(&[2.0], &[4.0], &[1.0], 1);
        assert_eq!(first, alone);
        assert_ne!(all, first);
    }

    #[test]
    fn a_prediction_of_nothing_costs_much_but_not_without_end() {
        let found = losses(&[0.0], &[3.0], &[1.0], 1);
        assert!(found[0].is_finite() && found[0] > 200.0, "{found:?}");
    }
}
