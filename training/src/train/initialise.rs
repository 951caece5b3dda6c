//! The first weights.

use rand_chacha::rand_core::Rng;
use regulens::nn::NamedTensors;
use regulens::weights::Tensor;

use super::recipe::Initialisation;
use super::{Purpose, generator};

/// Draws every tensor, in the order of `shapes`, on the CPU: the same seed gives the same weights on every device. `initial` is the
/// bound of all that the rule gives no other.
pub fn initialise(
    shapes: &[(String, Vec<usize>)],
    rule: Initialisation,
    initial: f32,
    seed: u64,
) -> NamedTensors {
    let mut random = generator(seed, Purpose::Initialise);
    shapes
        .iter()
        .map(|(name, shape)| {
            let bound = bound(rule, initial, name, shapes);
            let size = shape.iter().product();
            let values = (0..size)
                .map(|_| (2.0 * uniform(&mut random) - 1.0) * bound)
                .collect();
            (name.clone(), Tensor::new(shape.clone(), values))
        })
        .collect()
}

/// Half the width of the interval that a tensor's values are drawn from: PyTorch's `uniform_(-bound, bound)`.
fn bound(rule: Initialisation, initial: f32, name: &str, shapes: &[(String, Vec<usize>)]) -> f32 {
    if rule == Initialisation::Uniform || name.ends_with("bin_context_vector") {
        return initial;
    }
    // The weights that a layer's bound is computed from: recurrent ones for a recurrence, its own for a linear layer or a convolution, whose
    // filters each have as many inputs as channels and bins.
    let layer = name.rsplit_once('.').map_or("", |(layer, _)| layer);
    let shape_of = |part: &str| {
        let wanted = format!("{layer}.{part}");
        shapes
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, shape)| shape)
    };
    let inputs = shape_of("weight_hh_l0")
        .or_else(|| shape_of("weight"))
        .map_or(1, |shape| shape[1..].iter().product());
    1.0 / (inputs as f32).sqrt()
}

/// Uniform in [0, 1), from the 24 bits that a float32 can hold.
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
    fn pytorch_bounds_follow_the_layer() {
        let weights = initialise(&shapes(), Initialisation::Pytorch, 0.1, 3);
        let recurrent = largest(&weights["a.rnn.weight_ih_l0"]);
        assert!(recurrent <= 0.5 && recurrent > 0.3, "{recurrent}");
        let linear = largest(&weights["head.weight"]);
        assert!(linear <= 0.1 && linear > 0.08, "{linear}");
    }
}
