//! Cases that the tests of several loops share, drawn by seeds.

use super::block::Layer;
use super::packed::Weights;
use crate::sizes::Sizes;

/// Numbers from −1 to 1.
pub fn draw(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Numbers from −0.6 to 0.6, as weights are.
pub fn weights(count: usize, seed: u32) -> Vec<f32> {
    draw(count, seed).into_iter().map(|value| value * 0.6).collect()
}

/// A recurrence with its input.
pub struct Recurrence {
    pub sizes: Sizes,
    pub x: Vec<f32>,
    /// The vectors of an attention that follows.
    pub context: Vec<f32>,
    input: Vec<f32>,
    recurrent: Vec<f32>,
    bias: Vec<f32>,
}

impl Recurrence {
    /// Draws one of N, T, E, I, H.
    pub fn new([examples, steps, encoders, inputs, hidden]: [usize; 5]) -> Self {
        let columns = encoders * 2 * 4 * hidden;
        Self {
            sizes: Sizes {
                examples,
                steps,
                encoders,
                inputs,
                hidden,
            },
            x: weights(examples * steps * encoders * inputs, 1),
            context: weights(encoders * 2 * hidden, 2),
            input: weights(columns * inputs, 3),
            recurrent: weights(columns * hidden, 4),
            bias: weights(columns, 5),
        }
    }

    pub fn weights(&self) -> Weights<'_> {
        Weights {
            input: &self.input,
            recurrent: &self.recurrent,
            bias: &self.bias,
        }
    }
}

/// The block of N, L, C, F, K, dilation, pool.
pub fn layer([examples, positions, channels, filters, width, dilation, pool]: [usize; 7], rectify: bool) -> Layer {
    Layer {
        examples,
        positions,
        channels,
        filters,
        width,
        dilation,
        pool,
        rectify,
    }
}
