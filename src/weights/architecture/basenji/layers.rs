//! The layers that variants are made of, in TensorFlow's layout.

use super::super::layers::{Layer, Tensors};

/// One block of convolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSizes {
    /// The name its tensors begin with, such as `cnn0`.
    pub name: String,
    /// Positions of a filter.
    pub width: usize,
    /// Channels in.
    pub channels: usize,
    /// Filters.
    pub filters: usize,
    /// Positions between those that a filter sees.
    pub dilation: usize,
    /// Positions under one maximum.
    pub pool: usize,
    /// True if the input stands beside the filters in the result.
    pub dense: bool,
}

impl Layer for BlockSizes {
    /// W, γ and β, and the moving statistics μ and σ².
    fn list(&self, tensors: &mut Tensors) {
        let kernel = vec![self.width, self.channels, self.filters];
        tensors.push((kernel_name(&self.name), kernel));
        for part in ["gamma", "beta", "moving_mean", "moving_variance"] {
            let name = format!("{}/batch_normalization/{part}", self.name);
            tensors.push((name, vec![self.filters]));
        }
    }
}

/// The kernel of the block of that name.
pub(super) fn kernel_name(block: &str) -> String {
    format!("{block}/conv1d/kernel")
}

/// Returns true if a tensor is a moving statistic: stored with the weights, but never fitted.
pub fn is_statistic(name: &str) -> bool {
    name.ends_with("/moving_mean") || name.ends_with("/moving_variance")
}

/// A fully connected layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dense {
    /// Prefix of its tensors' names.
    pub name: String,
    /// Values that it takes.
    pub inputs: usize,
    /// Values that it gives.
    pub outputs: usize,
}

impl Layer for Dense {
    /// W and b.
    fn list(&self, tensors: &mut Tensors) {
        let Self { name, inputs, outputs } = self;
        tensors.push((format!("{name}/kernel"), vec![*inputs, *outputs]));
        tensors.push((format!("{name}/bias"), vec![*outputs]));
    }
}

/// Rate at which something falls off with distance: α.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decay {
    /// Its tensor.
    pub name: String,
}

impl Layer for Decay {
    fn list(&self, tensors: &mut Tensors) {
        tensors.push((self.name.clone(), vec![1]));
    }
}

/// A head of attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Layer that makes queries of channels.
    pub query: Dense,
    /// None, α, or α_l and α_r.
    pub decays: Vec<Decay>,
}

impl Layer for Head {
    fn list(&self, tensors: &mut Tensors) {
        self.query.list(tensors);
        self.decays.list(tensors);
    }
}
