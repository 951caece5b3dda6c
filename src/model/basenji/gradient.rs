//! The gradient of one track with respect to the sequence: one forward and one backward pass.
//!
//! ```text
//! s = Σ of link(y) over some bins of one track            ds/dx [L, 4], of every channel of every base
//! ```
//!
//! The forward pass runs on the model's device; the inputs of blocks are read back, and the backward pass runs on the
//! CPU.

use super::context::Context;
use super::distance::mixing;
use super::folded::Folded;
use super::forward::{self, Step, forward};
use super::inference::Inference;
use super::{Basenji, Config, Layers};
use crate::error::Error;
use crate::kernel;
use crate::kernel::compare::{passed, rectified};
use crate::kernel::sequence_gradient::{Attended, BlockGradient, attended, mixed};
use crate::model::sequences::{Gradients, InputGradient, Pass, StepHook, Summed};
use crate::nn::read_back;

/// A model with its weights for the backward pass.
pub struct Backward {
    model: Basenji,
    blocks: Vec<BlockGradient>,
    /// Each layer of the context stage.
    stage: Vec<Vec<ContextGradient>>,
    last: BlockGradient,
    /// W of the tracks [C, tracks].
    tracks: Vec<f32>,
    /// Their b.
    bias: Vec<f32>,
}

/// Weights of one context.
enum ContextGradient {
    /// α.
    Exponential(f64),
    Head {
        weight: Vec<f32>,
        bias: Vec<f32>,
        position: Option<Vec<f32>>,
    },
}

impl Backward {
    /// Copies the weights of a placed model.
    pub fn of(model: &Basenji) -> Self {
        let Layers {
            blocks,
            stage,
            last,
            dense,
        } = model.layers();
        let (tracks, bias) = dense.weights();
        let (config, bins) = (&model.config, model.config.bins());
        let context = |context: &Context| match context {
            Context::Exponential(exponential) => ContextGradient::Exponential(exponential.decay()),
            Context::Head(head) => {
                let (weight, bias) = head.weights();
                ContextGradient::Head {
                    weight,
                    bias,
                    position: head.position(config, bins, &model.device).map(read_back),
                }
            }
        };
        Self {
            model: model.clone(),
            blocks: blocks.iter().map(Folded::gradient).collect(),
            stage: stage.iter().map(|layer| layer.iter().map(context).collect()).collect(),
            last: last.gradient(),
            tracks,
            bias,
        }
    }
}

impl Gradients for Backward {
    fn sum<'a>(&'a self, x: Vec<f32>, summed: &'a Summed, between: &'a mut dyn StepHook) -> Pass<'a, f64> {
        Box::pin(async move {
            let (last, _) = self.summed(x, summed, None, between).await?;
            Ok(self.of_tracks(&last, summed).0)
        })
    }

    fn input_gradient<'a>(
        &'a self,
        x: Vec<f32>,
        summed: &'a Summed,
        between: &'a mut dyn StepHook,
    ) -> Pass<'a, InputGradient> {
        Box::pin(async move {
            let (last, mut read) = self.summed(x, summed, Some(Vec::new()), between).await?;
            let (sum, mut dy) = self.of_tracks(&last, summed);
            let config = &self.model.config;
            let bins = config.bins();
            for step in self.summed_steps().into_iter().rev() {
                let x = read.pop().expect("what each step read");
                dy = match step {
                    Step::Block(number) => self.blocks[number].of_input(&x, &dy),
                    Step::Dense(number) => beside(&self.blocks[number], &x, &dy, bins),
                    Step::Context(layer) => {
                        dy = self.of_layer(&self.stage[layer], &x, &dy, between).await?;
                        continue;
                    }
                    Step::Last => {
                        // Only the summed bins have a gradient in the last block.
                        let of_bins = self.last.of_input(&x, &dy);
                        let channels = of_bins.len() / summed.bins.len();
                        let mut of_all = vec![0.0; bins * channels];
                        let first = config.crop() + summed.bins.start;
                        of_all[first * channels..][..of_bins.len()].copy_from_slice(&of_bins);
                        of_all
                    }
                    Step::Tracks => unreachable!("one track alone is summed"),
                };
                between.ask().await?;
            }
            Ok(InputGradient { sum, gradient: dy })
        })
    }
}

impl Backward {
    /// All steps but the tracks.
    fn summed_steps(&self) -> Vec<Step> {
        let mut steps = forward::all(&self.model.config, 0);
        steps.pop();
        steps
    }

    /// The last block of the summed bins, and the inputs of all steps in `read`, if given.
    async fn summed(
        &self,
        x: Vec<f32>,
        summed: &Summed,
        read: Option<Vec<Vec<f32>>>,
        between: &mut dyn StepHook,
    ) -> Result<(Vec<f32>, Vec<Vec<f32>>), Error> {
        let config = &self.model.config;
        assert_eq!(x.len(), 4 * config.length, "four channels a base");
        assert!(
            summed.bins.end <= config.cropped() && !summed.bins.is_empty(),
            "predicted bins"
        );
        assert!(summed.track < config.targets, "a track of the model");
        let first = config.crop() + summed.bins.start;
        let mut run = Inference {
            shown: Some(first..first + summed.bins.len()),
            read,
            ..Inference::of(&self.model)
        };
        let x = kernel::tensor(x, [1, config.length, 4], &self.model.device);
        let last = forward(&mut run, config, &self.summed_steps(), x, between).await?;
        Ok((read_back(last), run.read.unwrap_or_default()))
    }

    /// The sum over bins of a track, and the gradient with respect to the input of its dense layer, both [bins, C].
    fn of_tracks(&self, last: &[f32], summed: &Summed) -> (f64, Vec<f32>) {
        let Config { link, targets, .. } = self.model.config;
        let track = summed.track;
        let weights: Vec<f32> = self.tracks.iter().skip(track).step_by(targets).copied().collect();
        let mut gradient = Vec::with_capacity(last.len());
        let mut sum = 0.0;
        for row in last.chunks_exact(weights.len()) {
            let products = row
                .iter()
                .zip(&weights)
                .map(|(x, w)| f64::from(rectified(*x)) * f64::from(*w));
            let y = (f64::from(self.bias[track]) + products.sum::<f64>()) as f32;
            sum += f64::from(link.apply(y));
            let slope = link.slope(y);
            let of_row = row.iter().zip(&weights);
            gradient.extend(of_row.map(|(&x, w)| passed(x, slope * w)));
        }
        (sum, gradient)
    }

    /// The gradient with respect to `h` [bins, C], the input of a layer of the context stage, from that of its output.
    async fn of_layer(
        &self,
        contexts: &[ContextGradient],
        h: &[f32],
        dy: &[f32],
        between: &mut dyn StepHook,
    ) -> Result<Vec<f32>, Error> {
        let config = &self.model.config;
        let bins = config.bins();
        let size = h.len() / bins;
        let mut parts = parts(dy, bins, size);
        let mut dh = parts.remove(0);
        for (context, part) in contexts.iter().zip(parts) {
            let of_context = match context {
                ContextGradient::Exponential(decay) => mixed(&mixing(config, *decay, bins), &part, size),
                ContextGradient::Head { weight, bias, position } => {
                    let head = Attended {
                        weight,
                        bias,
                        position: position.as_deref(),
                        rectify: config.score_relu,
                    };
                    attended(h, &part, head)
                }
            };
            add(&mut dh, &of_context);
            between.ask().await?;
        }
        Ok(dh)
    }
}

/// The gradient with respect to the input of a dense block, which comes first in its output.
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

/// Splits the columns of rows [bins, n size] into parts [bins, size].
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
    /// Weights for the gradient with respect to its input.
    fn gradient(&self) -> BlockGradient {
        let (kernel, bias) = self.weights();
        let [width, channels, _] = self.sizes();
        BlockGradient::new(&kernel, [width, channels, bias.len()], self.shape())
    }
}
