//! The gradient of one track with respect to the sequence: one pass forward, one back.
//!
//! ```text
//! s = Σ of link(y) over some bins of one track            ds/dx [L, 4], of every channel of every base
//! ```
//!
//! The forward pass is the model's own, on whatever device; what each block read is then read back, and the way back is
//! on the CPU.

use std::ops::Range;

use burn::tensor::Tensor;

use super::context::Stage;
use super::distance::mixing;
use super::folded::Folded;
use super::{Basenji, Between, Layers};
use crate::error::Error;
use crate::kernel;
use crate::kernel::compare::{passed, rectified};
use crate::kernel::sequence_gradient::{Attended, BlockGradient, attended, mixed};
use crate::nn::read_back;

/// A model's weights, as the way back reads them.
#[derive(Debug, Clone)]
pub struct Gradients {
    /// The blocks, and whether each stands beside what it read.
    blocks: Vec<(BlockGradient, bool)>,
    stage: StageGradient,
    last: BlockGradient,
    /// W of the tracks [C, tracks].
    tracks: Vec<f32>,
    /// Their b.
    bias: Vec<f32>,
}

/// Stage between H and the last block.
#[derive(Debug, Clone)]
enum StageGradient {
    None,
    /// The decay of each E.
    Exponentials(Vec<f64>),
    /// Heads, layer by layer.
    Attention(Vec<Vec<Head>>),
}

/// One head's weights.
#[derive(Debug, Clone)]
struct Head {
    weight: Vec<f32>,
    bias: Vec<f32>,
    position: Option<Vec<f32>>,
}

/// Which part of a prediction is summed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summed {
    /// The track, counted from 0.
    pub track: usize,
    /// Its predicted bins, counted from 0.
    pub bins: Range<usize>,
}

/// A sum over bins of a track, and its gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct InputGradient {
    /// The sum.
    pub sum: f64,
    /// By how much it changes with each channel of each base, [L, 4].
    pub gradient: Vec<f32>,
}

impl Basenji {
    /// The weights of the way back.
    pub fn gradients(&self) -> Gradients {
        let Layers {
            blocks,
            stage,
            last,
            dense,
        } = self.layers();
        let (tracks, bias) = dense.weights();
        let stage = match stage {
            Stage::None => StageGradient::None,
            Stage::Exponentials(exponentials) => StageGradient::Exponentials(exponentials.decays().to_vec()),
            Stage::Attention(layers) => {
                let head = |head: &super::context::Head| {
                    let (weight, bias) = head.weights();
                    Head {
                        weight,
                        bias,
                        position: head
                            .position(&self.config, self.config.bins(), &self.device)
                            .map(read_back),
                    }
                };
                let layer = |heads: &Vec<super::context::Head>| heads.iter().map(head).collect();
                StageGradient::Attention(layers.iter().map(layer).collect())
            }
        };
        Gradients {
            blocks: blocks
                .iter()
                .map(|block| (block.gradient(), block.is_dense()))
                .collect(),
            stage,
            last: last.gradient(),
            tracks,
            bias,
        }
    }

    /// The sum of one sequence's prediction, without its gradient. `x` [L, 4] are the channels of its bases, which may
    /// be any numbers. `between` is asked after each block and head whether to go on.
    ///
    /// # Errors
    /// Those of `between`.
    ///
    /// # Panics
    /// If there are not as many bases, bins or tracks.
    pub async fn sum(
        &self,
        gradients: &Gradients,
        x: Vec<f32>,
        summed: &Summed,
        between: &mut dyn Between,
    ) -> Result<f64, Error> {
        let forward = self.forward_kept(x, summed, false, between).await?;
        Ok(self.of_tracks(gradients, &forward.last, summed).0)
    }

    /// The same with its gradient.
    ///
    /// # Errors
    /// Those of `between`.
    ///
    /// # Panics
    /// As [`sum`](Self::sum).
    pub async fn input_gradient(
        &self,
        gradients: &Gradients,
        x: Vec<f32>,
        summed: &Summed,
        between: &mut dyn Between,
    ) -> Result<InputGradient, Error> {
        let mut forward = self.forward_kept(x, summed, true, between).await?;
        let (sum, of_last) = self.of_tracks(gradients, &forward.last, summed);
        // Only the bins that are summed pass anything back through the last block.
        let of_bins = gradients.last.of_input(&forward.stage, &of_last);
        between.ask().await?;
        let bins = self.config.bins();
        let channels = of_bins.len() / summed.bins.len();
        let mut dy = vec![0.0; bins * channels];
        let first = self.config.crop() + summed.bins.start;
        dy[first * channels..][..of_bins.len()].copy_from_slice(&of_bins);
        dy = self.of_stage(gradients, &forward.layers, dy, between).await?;
        for (block, dense) in gradients.blocks.iter().rev() {
            let x = forward.blocks.pop().expect("what each block read");
            dy = if *dense {
                beside(block, &x, &dy, bins)
            } else {
                block.of_input(&x, &dy)
            };
            between.ask().await?;
        }
        Ok(InputGradient { sum, gradient: dy })
    }

    async fn forward_kept(
        &self,
        x: Vec<f32>,
        summed: &Summed,
        keep: bool,
        between: &mut dyn Between,
    ) -> Result<Forward, Error> {
        assert_eq!(x.len(), 4 * self.config.length, "four channels a base");
        assert!(
            summed.bins.end <= self.config.cropped() && !summed.bins.is_empty(),
            "predicted bins"
        );
        assert!(summed.track < self.config.targets, "a track of the model");
        let mut forward = Forward::default();
        let mut h: Tensor<3> = kernel::tensor(x, [1, self.config.length, 4], &self.device);
        for block in &self.layers().blocks {
            if keep {
                forward.blocks.push(read_back(h.clone()));
            }
            h = block.forward(h);
            between.ask().await?;
        }
        let between_bins = &self.layers().stage;
        for layer in 0..self.config.context_layers() {
            if keep && self.config.layers > 0 {
                forward.layers.push(read_back(h.clone()));
            }
            let all = 0..h.dims()[1];
            (h, _) = between_bins.rows(&self.config, layer, h, all, false, between).await?;
        }
        let first = self.config.crop() + summed.bins.start;
        let stage = kernel::stretch(h, first..first + summed.bins.len());
        if keep {
            forward.stage = read_back(stage.clone());
        }
        forward.last = read_back(self.layers().last.forward(stage));
        between.ask().await?;
        Ok(forward)
    }

    /// The sum over bins of a track, and the gradient of what its dense layer read, both [bins, C].
    fn of_tracks(&self, gradients: &Gradients, last: &[f32], summed: &Summed) -> (f64, Vec<f32>) {
        let (link, tracks, track) = (self.config.link, self.config.targets, summed.track);
        let weights: Vec<f32> = gradients.tracks.iter().skip(track).step_by(tracks).copied().collect();
        let mut gradient = Vec::with_capacity(last.len());
        let mut sum = 0.0;
        for row in last.chunks_exact(weights.len()) {
            let products = row
                .iter()
                .zip(&weights)
                .map(|(x, w)| f64::from(rectified(*x)) * f64::from(*w));
            let y = (f64::from(gradients.bias[track]) + products.sum::<f64>()) as f32;
            sum += f64::from(link.apply(y));
            let slope = link.slope(y);
            let of_row = row.iter().zip(&weights);
            gradient.extend(of_row.map(|(&x, w)| passed(x, slope * w)));
        }
        (sum, gradient)
    }

    /// The gradient of H, from that of the stage [bins, C'].
    async fn of_stage(
        &self,
        gradients: &Gradients,
        layers: &[Vec<f32>],
        mut dy: Vec<f32>,
        between: &mut dyn Between,
    ) -> Result<Vec<f32>, Error> {
        let bins = self.config.bins();
        match &gradients.stage {
            StageGradient::None => {}
            StageGradient::Exponentials(decays) => {
                let size = dy.len() / bins / (1 + decays.len());
                let mut parts = parts(&dy, bins, size);
                let mut dh = parts.remove(0);
                for (decay, part) in decays.iter().zip(parts) {
                    add(&mut dh, &mixed(&mixing(&self.config, *decay, bins), &part, size));
                    between.ask().await?;
                }
                dy = dh;
            }
            StageGradient::Attention(heads) => {
                for (heads, h) in heads.iter().zip(layers).rev() {
                    let size = h.len() / bins;
                    let mut parts = parts(&dy, bins, size);
                    let mut dh = parts.remove(0);
                    for (head, part) in heads.iter().zip(parts) {
                        let of_head = Attended {
                            weight: &head.weight,
                            bias: &head.bias,
                            position: head.position.as_deref(),
                            rectify: self.config.score_relu,
                        };
                        add(&mut dh, &attended(h, &part, of_head));
                        between.ask().await?;
                    }
                    dy = dh;
                }
            }
        }
        Ok(dy)
    }
}

/// Values that a forward pass leaves for the way back.
#[derive(Default)]
struct Forward {
    /// Input of each block.
    blocks: Vec<Vec<f32>>,
    /// Input of each layer of attention.
    layers: Vec<Vec<f32>>,
    /// The stage, of the bins that are summed.
    stage: Vec<f32>,
    /// The last block, of those bins.
    last: Vec<f32>,
}

/// The gradient of what a dense block read, which stands first in what it gives.
fn beside(block: &BlockGradient, x: &[f32], dy: &[f32], bins: usize) -> Vec<f32> {
    let (read, given) = (x.len() / bins, dy.len() / bins);
    let rows = || dy.chunks_exact(given);
    let own: Vec<f32> = rows().flat_map(|row| &row[read..]).copied().collect();
    let mut dx = block.of_input(x, &own);
    for (dx, row) in dx.chunks_exact_mut(read).zip(rows()) {
        add(dx, &row[..read]);
    }
    dx
}

/// The columns of rows [bins, n size] in parts [bins, size].
fn parts(rows: &[f32], bins: usize, size: usize) -> Vec<Vec<f32>> {
    let columns = rows.len() / bins;
    let part = |first: usize| {
        rows.chunks_exact(columns)
            .flat_map(move |row| &row[first..first + size])
            .copied()
    };
    (0..columns).step_by(size).map(|first| part(first).collect()).collect()
}

fn add(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

impl Folded {
    /// Weights that the gradient of its input reads.
    fn gradient(&self) -> BlockGradient {
        let (kernel, bias) = self.weights();
        let [width, channels, _] = self.sizes();
        BlockGradient::new(&kernel, [width, channels, bias.len()], self.shape())
    }
}
