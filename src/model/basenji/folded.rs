use std::iter::repeat_n;
use std::ops::Range;

use burn::tensor::{Device, Tensor};

use super::forward::joined;
use crate::kernel;
use crate::kernel::block::{self, Block, Filters};
use crate::kernel::halves::{self, Weight};
use crate::model::sequences::Room;
use crate::nn::taken;
use crate::weights::Weights;
use crate::weights::architecture::basenji::{BlockSizes, Dense};

/// A block for prediction, with batch normalisation folded into kernel and bias, or on a GPU that reads
/// [16-bit](halves) weights into bias and factors:
///
/// ```text
/// γ (conv(r) − μ) / √(σ² + ε) + β = conv'(r) + b        W' = W s,  b = β − μ s,  s = γ / √(σ² + ε)
/// ```
#[derive(Debug)]
pub struct Folded {
    /// W' [K, C, F] and b `[F]`, in one part, or split along F if a buffer does not hold all weights.
    filters: Vec<Filters>,
    #[cfg(feature = "attribution")]
    shape: Block,
}

impl Folded {
    /// Takes the block's tensors from `weights`. `first` is the block that reads bases, which has no ReLU. `room` has
    /// the size of a buffer.
    pub fn load(
        weights: &mut dyn Weights,
        sizes: &BlockSizes,
        epsilon: f64,
        first: bool,
        room: Room,
        device: &Device,
    ) -> Self {
        let [mut kernel, gamma, beta, mean, variance] = taken(weights, sizes);
        // In float64, so that folding loses no precision.
        let scale: Vec<f64> = gamma
            .iter()
            .zip(variance)
            .map(|(&gamma, variance)| f64::from(gamma) / (f64::from(variance) + epsilon).sqrt())
            .collect();
        let bias = beta.iter().zip(mean).zip(&scale);
        let bias = bias.map(|((&beta, mean), scale)| (f64::from(beta) - f64::from(mean) * scale) as f32);
        let shape = [sizes.width, sizes.channels, sizes.filters];
        let along = Block {
            dilation: sizes.dilation,
            pool: sizes.pool,
            rectify: !first,
        };
        let bias: Vec<f32> = bias.collect();
        // The first block builds tables of its filters.
        let halves = if first { None } else { halves::exact(&kernel, device) };
        let filters = if let Some(halves) = halves {
            let bias = halves::with_factors(&bias, scale.into_iter());
            place(halves, &bias, shape, along, room, device)
        } else {
            for row in kernel.chunks_exact_mut(sizes.filters) {
                for (weight, scale) in row.iter_mut().zip(&scale) {
                    *weight = (f64::from(*weight) * scale) as f32;
                }
            }
            place(kernel, &bias, shape, along, room, device)
        };
        Self {
            filters,
            #[cfg(feature = "attribution")]
            shape: along,
        }
    }

    /// The dense layer of the tracks, with a ReLU on its input; takes its tensors from `weights`.
    pub fn dense_layer(weights: &mut dyn Weights, layer: &Dense, room: Room, device: &Device) -> Self {
        let [kernel, bias] = taken(weights, layer);
        let (shape, along) = ([1, layer.inputs, layer.outputs], Block::pointwise(true));
        let filters = match halves::exact(&kernel, device) {
            Some(halves) => {
                let bias = halves::with_factors(&bias, repeat_n(1.0, bias.len()));
                place(halves, &bias, shape, along, room, device)
            }
            None => place(kernel, &bias, shape, along, room, device),
        };
        Self {
            filters,
            #[cfg(feature = "attribution")]
            shape: along,
        }
    }

    /// [N, L, C] -> [N, L / pool, F], in as many parts as the filters.
    pub fn forward(&self, x: &Tensor<3>) -> Vec<Tensor<3>> {
        self.filters.iter().map(|filters| filters.forward(x.clone())).collect()
    }

    /// The same for bases: codes of `examples` sequences -> [N, L / pool, F].
    pub fn forward_codes(&self, codes: &[u8], examples: usize, device: &Device) -> Tensor<3> {
        let codes = block::codes(codes, examples, device);
        let parts = self.filters.iter().map(|filters| filters.forward_codes(codes.clone()));
        joined(parts.collect())
    }
}

#[cfg(feature = "attribution")]
impl Folded {
    /// W' [K, C, F] and b `[F]`, read back.
    pub fn weights(&self) -> (Vec<f32>, Vec<f32>) {
        let read: Vec<(Vec<f32>, Vec<f32>)> = self.filters.iter().map(weights).collect();
        let rows = read
            .iter()
            .map(|(kernel, bias)| kernel.len() / bias.len())
            .next()
            .unwrap_or(0);
        let row = |row: usize| {
            read.iter()
                .flat_map(move |(kernel, bias)| &kernel[row * bias.len()..][..bias.len()])
        };
        let kernel = (0..rows).flat_map(row).copied().collect();
        (kernel, read.iter().flat_map(|(_, bias)| bias).copied().collect())
    }

    /// K, C and F, where F may be a part of the filters.
    pub fn sizes(&self) -> [usize; 3] {
        self.filters[0].kernel().dims()
    }

    /// Dilation, pooling and rectification.
    pub fn shape(&self) -> Block {
        self.shape
    }
}

#[cfg(feature = "attribution")]
fn weights(filters: &Filters) -> (Vec<f32>, Vec<f32>) {
    halves::read_at_once(filters.kernel().clone(), filters.bias().clone())
}

/// True if filters of width 1 are packed in each call: in a page, whose memory never shrinks.
const PACKS_FOR_A_CALL: bool = cfg!(all(target_arch = "wasm32", feature = "flex"));

/// Bytes of such filters that are packed together.
const AT_ONCE: u64 = 4 << 20;

/// Moves weights [K, C, F], biases `[F]` and factors to a device, split to fit its buffers.
fn place<W: Weight>(
    kernel: Vec<W>,
    bias: &[f32],
    [width, channels, filters]: [usize; 3],
    along: Block,
    room: Room,
    device: &Device,
) -> Vec<Filters> {
    let placed = |kernel: Vec<W>, bias: Vec<f32>| {
        let shape = [width, channels, kernel.len() / (width * channels)];
        let values = bias.len();
        let bias = kernel::tensor(bias, [values], device);
        let kernel = W::place(kernel, shape, device);
        // The first block reads bases directly.
        let filters = if room.windows && along.rectify {
            Filters::of_windows(kernel, bias, along)
        } else {
            Filters::new(kernel, bias, along)
        };
        // Starts the upload, so that the weights are not in memory twice.
        kernel::flush(device);
        filters
    };
    let buffer = if PACKS_FOR_A_CALL && width == 1 {
        room.buffer.min(AT_ONCE)
    } else {
        room.buffer
    };
    let most = (buffer / (size_of::<W>() * width * channels) as u64).clamp(1, filters as u64) as usize;
    if most == filters {
        return vec![placed(kernel, bias.to_vec())];
    }
    let each = filters.div_ceil(filters.div_ceil(most));
    let firsts = (0..filters).step_by(each);
    firsts
        .map(|first| {
            let these = first..filters.min(first + each);
            placed(columns(&kernel, filters, &these), columns(bias, filters, &these))
        })
        .collect()
}

/// A range of columns from rows of `filters`.
fn columns<T: Copy>(rows: &[T], filters: usize, these: &Range<usize>) -> Vec<T> {
    let rows = rows.chunks_exact(filters);
    rows.flat_map(|row| &row[these.clone()]).copied().collect()
}
