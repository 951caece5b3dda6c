//! Initial weights of sequence models, by TensorFlow's names.

use clap::ValueEnum;
use rand_chacha::ChaCha8Rng;
use regulens::nn::NamedTensors;
use regulens::weights::Tensor;
use regulens::weights::architecture::basenji::Link;
use serde::{Deserialize, Serialize};

use crate::train::initialise::uniform;
use crate::train::{Purpose, generator};

/// Where kernels start. Biases and β start at 0, γ at 1, decays in U(0, 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KernelStart {
    /// Uniform in ±√(6 / (inputs + outputs)), as in the manuscript (Glorot)
    Xavier,
    /// Normal of variance 2 / inputs, cut off at two standard deviations, as in the report's code
    He,
    /// Uniform in ±1 / √inputs, as PyTorch's layers: smaller, so that steps of the same size turn kernels faster
    Pytorch,
}

/// Standard deviation of a normal distribution truncated at two standard deviations, which TensorFlow corrects for.
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

/// Draws all tensors, in the order of `shapes`, on the CPU: the same seed gives the same weights on all devices.
pub fn initialise(shapes: &[(String, Vec<usize>)], rule: KernelStart, seed: u64) -> NamedTensors {
    let mut random = generator(seed, Purpose::Initialise);
    shapes
        .iter()
        .map(|(name, shape)| {
            let size: usize = shape.iter().product();
            let part = name.rsplit('/').next().unwrap_or(name);
            let values = match part {
                "gamma" | "moving_variance" => vec![1.0; size],
                "kernel" => kernel(shape, rule, &mut random),
                part if part.ends_with("decay_factor") => (0..size).map(|_| uniform(&mut random)).collect(),
                _ => vec![0.0; size],
            };
            (name.clone(), Tensor::new(shape.clone(), values))
        })
        .collect()
}

/// Sets the output biases so that the link gives the tracks' means.
pub fn start_at_means(weights: &mut NamedTensors, link: Link, means: &[f64]) {
    if let Some(bias) = weights.get_mut("final/dense/bias") {
        bias.values = means.iter().map(|&mean| before_link(link, mean) as f32).collect();
    }
}

/// The value that the link maps to a mean. A track that is 0 everywhere gets a small value, not minus infinity.
fn before_link(link: Link, mean: f64) -> f64 {
    let mean = mean.max(1e-6);
    match link {
        Link::ExpLinear if mean > 1.0 => mean - 1.0,
        Link::ExpLinear | Link::Exp => mean.ln(),
        // ln(e^m − 1) without overflow.
        Link::Softplus => mean + (-(-mean).exp_m1()).ln(),
    }
}

/// A kernel [width, in, out] or [in, out].
fn kernel(shape: &[usize], rule: KernelStart, random: &mut ChaCha8Rng) -> Vec<f32> {
    let size: usize = shape.iter().product();
    let outputs = shape.last().copied().unwrap_or(1);
    let inputs = size / outputs.max(1);
    let mut evenly = |bound: f32| -> Vec<f32> {
        let draw = |_| (2.0 * uniform(random) - 1.0) * bound;
        (0..size).map(draw).collect()
    };
    match rule {
        KernelStart::Xavier => {
            // Fan-in and fan-out of a convolution both include its width.
            let width: usize = shape[..shape.len() - 2].iter().product();
            evenly((6.0 / (inputs + width * outputs) as f64).sqrt() as f32)
        }
        KernelStart::Pytorch => evenly((1.0 / inputs as f64).sqrt() as f32),
        KernelStart::He => {
            let deviation = (2.0 / inputs as f64).sqrt() / TRUNCATED;
            (0..size)
                .map(|_| (truncated_normal(random) * deviation) as f32)
                .collect()
        }
    }
}

/// A standard normal number within ±2.
fn truncated_normal(random: &mut ChaCha8Rng) -> f64 {
    loop {
        // Box and Muller (1958); 1 - u is never 0.
        let radius = (-2.0 * f64::from(1.0 - uniform(random)).ln()).sqrt();
        let angle = 2.0 * std::f64::consts::PI * f64::from(uniform(random));
        let normal = radius * angle.cos();
        if normal.abs() <= 2.0 {
            return normal;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(rule: KernelStart, seed: u64) -> NamedTensors {
        let shapes = [
            ("cnn0/conv1d/kernel", vec![5, 20, 40]),
            ("cnn0/batch_normalization/gamma", vec![40]),
            ("cnn0/batch_normalization/beta", vec![40]),
            ("cnn0/batch_normalization/moving_mean", vec![40]),
            ("cnn0/batch_normalization/moving_variance", vec![40]),
            ("multi_head0/multi_attention0/left_decay_factor", vec![1]),
            ("final/dense/kernel", vec![40, 3]),
            ("final/dense/bias", vec![3]),
        ]
        .map(|(name, shape)| (name.to_owned(), shape));
        initialise(&shapes, rule, seed)
    }

    fn variance(values: &[f32]) -> f64 {
        values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / values.len() as f64
    }

    #[test]
    fn a_seed_gives_the_same_weights_and_another_seed_others() {
        assert_eq!(draw(KernelStart::He, 1), draw(KernelStart::He, 1));
        assert_ne!(draw(KernelStart::He, 1), draw(KernelStart::He, 2));
        let decay = &draw(KernelStart::He, 1)["multi_head0/multi_attention0/left_decay_factor"];
        assert!((0.0..1.0).contains(&decay.values[0]));
    }

    #[test]
    fn kernels_have_the_variance_of_their_rule_and_stay_within_its_bounds() {
        let he = &draw(KernelStart::He, 3)["cnn0/conv1d/kernel"].values;
        let expected = 2.0 / 100.0;
        assert!((variance(he) / expected - 1.0).abs() < 0.1, "{}", variance(he));
        let most = (2.0 * expected.sqrt() / TRUNCATED) as f32;
        assert!(he.iter().all(|x| x.abs() <= most));

        let xavier = &draw(KernelStart::Xavier, 3)["cnn0/conv1d/kernel"].values;
        let bound = (6.0_f64 / (5.0 * 20.0 + 5.0 * 40.0)).sqrt();
        assert!((variance(xavier) / (bound * bound / 3.0) - 1.0).abs() < 0.1);
        assert!(xavier.iter().all(|x| f64::from(x.abs()) <= bound + 1e-6));

        let pytorch = &draw(KernelStart::Pytorch, 3)["cnn0/conv1d/kernel"].values;
        assert!((variance(pytorch) * 300.0 - 1.0).abs() < 0.1);
        assert!(pytorch.iter().all(|x| x.abs() <= 0.1 + 1e-6));
    }

    #[test]
    fn biases_that_start_at_means_give_means_behind_every_link() {
        for link in [Link::ExpLinear, Link::Softplus, Link::Exp] {
            let mut weights = draw(KernelStart::He, 1);
            let means = [0.2, 1.0, 400.0];
            start_at_means(&mut weights, link, &means);
            for (&bias, mean) in weights["final/dense/bias"].values.iter().zip(means) {
                let found = f64::from(link.apply(bias));
                assert!((found / mean - 1.0).abs() < 1e-5, "{link:?}: {found} {mean}");
            }
        }
    }

    #[test]
    fn batch_norm_begins_as_if_it_were_not_there() {
        let weights = draw(KernelStart::Xavier, 1);
        let of = |part: &str| weights[&format!("cnn0/batch_normalization/{part}")].values[0];
        assert_eq!(
            ["gamma", "beta", "moving_mean", "moving_variance"].map(of),
            [1.0, 0.0, 0.0, 1.0]
        );
        assert_eq!(weights["final/dense/bias"].values, [0.0; 3]);
    }
}
