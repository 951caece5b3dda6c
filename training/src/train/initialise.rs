//! Initial weights.

use clap::ValueEnum;
use rand_chacha::rand_core::Rng;
use regulens::nn::NamedTensors;
use regulens::weights::Tensor;
use serde::{Deserialize, Serialize};

use super::data::Examples;
use super::{Purpose, generator};

/// Where weights start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialisation {
    /// Every weight, bias and context vector from U(±initial bound), as published with 0.1
    Uniform,
    /// PyTorch's own: U(±1/√H) for a recurrence, U(±1/√inputs) for a linear layer; context vectors U(±initial bound)
    Pytorch,
}

/// Draws all tensors, in the order of `shapes`, on the CPU: the same seed gives the same weights on all devices.
/// `initial` is the default bound.
pub fn initialise(shapes: &[(String, Vec<usize>)], rule: Initialisation, initial: f32, seed: u64) -> NamedTensors {
    let mut random = generator(seed, Purpose::Initialise);
    shapes
        .iter()
        .map(|(name, shape)| {
            let bound = bound(rule, initial, name, shapes);
            let size = shape.iter().product();
            let values = (0..size).map(|_| (2.0 * uniform(&mut random) - 1.0) * bound).collect();
            (name.clone(), Tensor::new(shape.clone(), values))
        })
        .collect()
}

/// Name of an output's bias, and index of its target in an example.
pub type OutputTarget = (&'static str, usize);

/// Starts each output at the mean of its target over the training genes.
///
/// log2(count + 1) is about 10. Otherwise an auxiliary output would first have to reach this value; squared errors on
/// the way are ten times the total variance, and leave encoders saturated.
pub fn at_means(weights: &mut NamedTensors, outputs: &[OutputTarget], training: &Examples) {
    let each = training.targets_each();
    for &(bias, place) in outputs {
        let targets = training.targets.iter().skip(place).step_by(each);
        let mean = targets.map(|&target| f64::from(target)).sum::<f64>() / training.len() as f64;
        let bias = weights.get_mut(bias).expect("the model has that output");
        bias.values.fill(mean as f32);
    }
}

/// Half the width of the interval of a tensor's values: PyTorch's `uniform_(-bound, bound)`.
fn bound(rule: Initialisation, initial: f32, name: &str, shapes: &[(String, Vec<usize>)]) -> f32 {
    if rule == Initialisation::Uniform || name.ends_with("bin_context_vector") {
        return initial;
    }
    // The weights that define a layer's bound: recurrent ones for a recurrence, its own for a linear layer or a
    // convolution, whose filters have channels times bins inputs each.
    let layer = name.rsplit_once('.').map_or("", |(layer, _)| layer);
    let shape_of = |part: &str| {
        let wanted = format!("{layer}.{part}");
        shapes.iter().find(|(name, _)| *name == wanted).map(|(_, shape)| shape)
    };
    let inputs = shape_of("weight_hh_l0")
        .or_else(|| shape_of("weight"))
        .map_or(1, |shape| shape[1..].iter().product());
    1.0 / (inputs as f32).sqrt()
}

/// Uniform in [0, 1), with the 24 bits of a float32.
pub fn uniform(random: &mut impl Rng) -> f32 {
    (random.next_u32() >> 8) as f32 / 16_777_216.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> Vec<(String, Vec<usize>)> {
        vec![
            ("a.rnn.weight_ih_l0".to_owned(), vec![16, 1]),
            ("a.rnn.weight_hh_l0".to_owned(), vec![16, 4]),
            ("a.bin_attention.bin_context_vector".to_owned(), vec![8, 1]),
            ("head.weight".to_owned(), vec![1, 100]),
        ]
    }

    fn largest(tensor: &Tensor) -> f32 {
        tensor
            .values
            .iter()
            .fold(0.0, |largest, value| largest.max(value.abs()))
    }

    #[test]
    fn a_seed_gives_the_same_weights_and_another_seed_others() {
        let draw = |seed| initialise(&shapes(), Initialisation::Uniform, 0.1, seed);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn published_weights_stay_within_a_tenth() {
        for tensor in initialise(&shapes(), Initialisation::Uniform, 0.1, 3).values() {
            assert!(largest(tensor) <= 0.1);
        }
    }

    #[test]
    fn outputs_start_at_the_means_of_their_targets_and_nothing_else_moves() {
        let shapes = [("a.bias", 1), ("b.bias", 1), ("a.weight", 2)].map(|(name, size)| (name.to_owned(), vec![size]));
        let drawn = initialise(&shapes, Initialisation::Uniform, 0.1, 1);
        let training = Examples {
            values: vec![0.0; 2],
            targets: vec![1.0, 9.0, 0.0, 2.0, 12.0, 0.0],
            bins: 1,
            columns: 1,
        };
        let mut weights = drawn.clone();
        at_means(&mut weights, &[("a.bias", 1), ("b.bias", 0)], &training);
        assert_eq!(weights["a.bias"].values, [10.5]);
        assert_eq!(weights["b.bias"].values, [1.5]);
        assert_eq!(weights["a.weight"], drawn["a.weight"]);
    }

    #[test]
    fn pytorch_bounds_follow_the_layer() {
        let weights = initialise(&shapes(), Initialisation::Pytorch, 0.1, 3);
        let recurrent = largest(&weights["a.rnn.weight_ih_l0"]);
        assert!(recurrent <= 0.5 && recurrent > 0.3, "{recurrent}");
        let linear = largest(&weights["head.weight"]);
        assert!(linear <= 0.1 && linear > 0.08, "{linear}");
    }
}
