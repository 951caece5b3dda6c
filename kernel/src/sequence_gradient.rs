//! Gradients of a sequence network with respect to its input, on the CPU and without Burn's autodiff: through blocks at
//! prediction, and through bins that attend to each other. Arrays are row-major slices.

use super::block::Block;
use super::cpu::{self, Layer, Reversed, Simd};

pub use super::cpu::Attended;

/// The weights of a [block](super::block::block), packed for the gradient of its input.
#[derive(Debug, Clone)]
pub struct BlockGradient(Reversed);

impl BlockGradient {
    /// Takes `kernel` W [K, C, F].
    ///
    /// # Panics
    /// If the number of weights is wrong.
    pub fn new(kernel: &[f32], [width, channels, filters]: [usize; 3], shape: Block) -> Self {
        let layer = Layer {
            examples: 1,
            positions: 0,
            channels,
            filters,
            width,
            dilation: shape.dilation,
            pool: shape.pool,
            rectify: shape.rectify,
        };
        Self(Reversed::new(Simd::detect(), kernel, layer))
    }

    /// The gradient [L, C] of the input `x` [L, C], from that of the result, [L / pool, F].
    ///
    /// # Panics
    /// If the sizes do not match.
    pub fn of_input(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        self.0.input_gradient(x, gradient)
    }
}

/// The gradient [L, d] of bins `h` [L, d], from that of a head's context [L, d].
///
/// # Panics
/// If the sizes do not match.
pub fn attended(h: &[f32], gradient: &[f32], head: Attended<'_>) -> Vec<f32> {
    cpu::attended_gradient(Simd::detect(), h, gradient, head)
}

/// The gradient [L, d] of bins mixed by `e` [L, L], from that of the mixed ones [L, d].
///
/// # Panics
/// If the sizes do not match.
pub fn mixed(e: &[f32], gradient: &[f32], size: usize) -> Vec<f32> {
    cpu::mixed_gradient(Simd::detect(), e, gradient, size)
}
