use burn::tensor::{Device, Tensor};

use crate::kernel;
use crate::kernel::block::{self, Block};
use crate::nn::{NamedTensors, named};
use crate::weights::architecture::basenji::BlockSizes;

/// One block as it predicts, its batch normalisation folded into kernel and bias:
///
/// ```text
/// γ (conv(r) − μ) / √(σ² + ε) + β = conv'(r) + b        W' = W s,  b = β − μ s,  s = γ / √(σ² + ε)
/// ```
#[derive(Debug, Clone)]
pub struct Folded {
    /// W' [K, C, F].
    kernel: Tensor<3>,
    /// b `[F]`.
    bias: Tensor<1>,
    shape: Block,
    dense: bool,
}

impl Folded {
    /// Takes `{name}/conv1d/kernel` and the four tensors of `{name}/batch_normalization`. `first`: the block that reads the bases
    /// themselves, which rectifies nothing.
    pub fn load(
        tensors: &NamedTensors,
        sizes: &BlockSizes,
        epsilon: f64,
        first: bool,
        device: &Device,
    ) -> Self {
        let name = &sizes.name;
        let norm = |part: &str| named(tensors, &format!("{name}/batch_normalization/{part}"));
        let (gamma, beta) = (norm("gamma"), norm("beta"));
        let (mean, variance) = (norm("moving_mean"), norm("moving_variance"));
        // In float64: folding must not cost precision that the equations have.
        let scale: Vec<f64> = gamma
            .iter()
            .zip(variance)
            .map(|(&gamma, &variance)| f64::from(gamma) / (f64::from(variance) + epsilon).sqrt())
            .collect();
        let kernel = named(tensors, &format!("{name}/conv1d/kernel"))
            .chunks_exact(sizes.filters)
            .flat_map(|row| row.iter().zip(&scale))
            .map(|(&weight, scale)| (f64::from(weight) * scale) as f32);
        let bias = beta.iter().zip(mean).zip(&scale);
        let bias =
            bias.map(|((&beta, &mean), scale)| (f64::from(beta) - f64::from(mean) * scale) as f32);
        Self {
            kernel: kernel::tensor(
                kernel.collect(),
                [sizes.width, sizes.channels, sizes.filters],
                device,
            ),
            bias: kernel::tensor(bias.collect(), [sizes.filters], device),
            shape: Block {
                dilation: sizes.dilation,
                pool: sizes.pool,
                rectify: !first,
            },
            dense: sizes.dense,
        }
    }

    /// The tracks' dense layer, which rectifies what comes in: `{name}/kernel` [in, out] and `{name}/bias` `[out]`.
    pub fn dense_layer(
        tensors: &NamedTensors,
        name: &str,
        [inputs, outputs]: [usize; 2],
        device: &Device,
    ) -> Self {
        let take = |part: &str| named(tensors, &format!("{name}/{part}")).to_vec();
        Self {
            kernel: kernel::tensor(take("kernel"), [1, inputs, outputs], device),
            bias: kernel::tensor(take("bias"), [outputs], device),
            shape: Block::pointwise(true),
            dense: false,
        }
    }

    /// [N, L, C] -> [N, L / pool, F], or where the block is dense [N, L, C + F].
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let (kernel, bias) = (self.kernel.clone(), self.bias.clone());
        if self.dense {
            let y = block::block(x.clone(), kernel, bias, self.shape);
            return kernel::join_channels(vec![x, y]);
        }
        block::block(x, kernel, bias, self.shape)
    }

    /// The same on bases: codes of `examples` sequences -> [N, L / pool, F].
    pub fn forward_codes(&self, codes: &[u8], examples: usize, device: &Device) -> Tensor<3> {
        let codes = block::codes(codes, examples, device);
        let (kernel, bias) = (self.kernel.clone(), self.bias.clone());
        block::first_block(codes, kernel, bias, self.shape.pool)
    }
}
