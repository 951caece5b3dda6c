//! The steps of a model, in order, independent of their implementation.
//!
//! ```text
//! channels ─► block … ─► dense block … ─► context … ─► last block ─► tracks
//! ```

use burn::tensor::Tensor;

use super::Config;
use crate::error::Error;
use crate::kernel::{Channels, join_channels};
use crate::model::sequences::StepHook;

/// One step. Blocks and layers are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// y of a block.
    Block(usize),
    /// [x | y] of a block.
    Dense(usize),
    /// [H | contexts] of a layer.
    Context(usize),
    /// The block of width 1, for the requested bins.
    Last,
    /// The tracks before the link.
    Tracks,
}

/// Implementation of the steps: for prediction, or for training.
pub trait Run {
    /// y of a block, in as many parts as its filters.
    fn block(&mut self, number: usize, x: &Tensor<3>) -> Vec<Tensor<3>>;

    /// The bins of H that a layer outputs.
    fn rows(&mut self, h: &Tensor<3>) -> Tensor<3> {
        h.clone()
    }

    /// A context of those bins, from a head or an exponential of the layer.
    fn context(&mut self, layer: usize, number: usize, h: &Tensor<3>) -> Tensor<3>;

    /// The last block.
    fn last(&mut self, h: Tensor<3>) -> Tensor<3>;

    /// The tracks before the link.
    fn tracks(&mut self, x: Tensor<3>) -> Tensor<3>;
}

/// The blocks before the dense ones, from number `first` on; number 0 reads bases.
pub fn tower(config: &Config, first: usize) -> Vec<Step> {
    (first..config.filters.len()).map(Step::Block).collect()
}

/// The dense, dilated blocks.
pub fn dilated(config: &Config) -> Vec<Step> {
    let plain = config.filters.len();
    (plain..plain + config.dilations.len()).map(Step::Dense).collect()
}

/// The context stage from layer `first` on, and all later steps.
pub fn head(config: &Config, first: usize) -> Vec<Step> {
    let layers = (first..config.context_layers()).map(Step::Context);
    layers.chain([Step::Last, Step::Tracks]).collect()
}

/// All steps, from block `first` on.
#[cfg(feature = "attribution")]
pub fn all(config: &Config, first: usize) -> Vec<Step> {
    [tower(config, first), dilated(config), head(config, 0)].concat()
}

/// Runs `steps` on x [N, L, C]. Calls `between` after each step, and in the context stage after each head.
///
/// # Errors
/// Errors of `between`.
pub async fn forward(
    run: &mut dyn Run,
    config: &Config,
    steps: &[Step],
    mut x: Tensor<3>,
    between: &mut dyn StepHook,
) -> Result<Tensor<3>, Error> {
    for &step in steps {
        x = match step {
            Step::Block(number) => joined(run.block(number, &x)),
            Step::Dense(number) => {
                let y = run.block(number, &x);
                join_channels([vec![x], y].concat())
            }
            Step::Context(layer) => {
                let ([_, _, channels], contexts) = (x.dims(), config.contexts());
                // Part by part, because a page's memory never shrinks.
                let mut parts = Channels::new(run.rows(&x), (1 + contexts) * channels);
                for number in 0..contexts {
                    parts.push(run.context(layer, number, &x));
                    between.ask().await?;
                }
                x = parts.joined();
                continue;
            }
            Step::Last => run.last(x),
            Step::Tracks => run.tracks(x),
        };
        between.ask().await?;
    }
    Ok(x)
}

/// Concatenates the channels of all parts.
pub fn joined(mut parts: Vec<Tensor<3>>) -> Tensor<3> {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => join_channels(parts),
    }
}
