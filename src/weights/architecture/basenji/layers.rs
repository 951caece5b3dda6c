//! The layers of the variants, in TensorFlow's layout.

use super::super::layers::{Layer, Tensors};

/// One convolution block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSizes {
    /// Prefix of its tensors' names, such as `cnn0`.
    pub name: String,
    /// Width of a filter.
    pub width: usize,
    /// Input channels.
    pub channels: usize,
    /// Filters.
    pub filters: usize,
    /// Dilation.
    pub dilation: usize,
    /// Pool.
    pub pool: usize,
    /// True if its input is concatenated with its filters.
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

/// Name of a block's kernel.
pub(super) fn kernel_name(block: &str) -> String {
    format!("{block}/conv1d/kernel")
}

/// Returns true if a tensor is a moving statistic: stored with the weights, but not trained.
pub fn is_statistic(name: &str) -> bool {
    name.ends_with("/moving_mean") || name.ends_with("/moving_variance")
}

/// A fully connected layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dense {
    /// Prefix of its tensors' names.
    pub name: String,
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
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

/// Decay with distance: α.
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

/// An attention head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Dense layer of queries.
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
