//! Weights prepared once for many forward passes.

use burn::tensor::Tensor;

use super::{BiLstmWeights, attentive_bilstm};

/// E bidirectional LSTMs with attention over their states, as [`attentive_bilstm`], with prepared weights: the CPU
/// packs them for its loops.
///
/// The weights are copied, and not updated in training.
#[derive(Debug, Clone)]
pub struct Placed {
    weights: BiLstmWeights,
    context: Tensor<2>,
    #[cfg(feature = "flex")]
    packed: Option<std::sync::Arc<super::cpu::PackedLevel>>,
}

impl Placed {
    /// Prepares weights on their device.
    pub fn new(weights: BiLstmWeights, context: Tensor<2>) -> Self {
        Self {
            #[cfg(feature = "flex")]
            packed: pack(&weights, &context),
            weights,
            context,
        }
    }

    /// r [N, E, 2H] and a [N, E, T] of x [N, T, E, I].
    pub fn forward(&self, x: Tensor<4>) -> (Tensor<3>, Tensor<3>) {
        #[cfg(feature = "flex")]
        if let Some(packed) = &self.packed {
            let x = x
                .try_into_primitive::<burn::backend::Flex>()
                .expect("x is where the weights are");
            let (sums, weights) = packed.run(x);
            return (
                Tensor::from_primitive::<burn::backend::Flex>(sums),
                Tensor::from_primitive::<burn::backend::Flex>(weights),
            );
        }
        attentive_bilstm(x, &self.weights, self.context.clone())
    }
}

/// Packed, if they are on the CPU and not tracked by autodiff.
#[cfg(feature = "flex")]
fn pack(weights: &BiLstmWeights, context: &Tensor<2>) -> Option<std::sync::Arc<super::cpu::PackedLevel>> {
    use burn::backend::Flex;
    let input = weights.input.clone().try_into_primitive::<Flex>().ok()?;
    let recurrent = weights.recurrent.clone().try_into_primitive::<Flex>().ok()?;
    let bias = weights.bias.clone().try_into_primitive::<Flex>().ok()?;
    let context = context.clone().try_into_primitive::<Flex>().ok()?;
    let packed = super::cpu::PackedLevel::new(input, recurrent, bias, context);
    Some(std::sync::Arc::new(packed))
}
