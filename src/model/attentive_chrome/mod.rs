//! AttentiveChrome: predicts if a gene is on, from the bins of histone marks around its TSS.
//!
//! Singh, Lanchantin, Sekhon, Qi, "Attend and Predict", NIPS 2017: LSTM-α,β and the six models that it is compared
//! with, one file each (two that differ in one line share a file). All embed a gene in one vector
//! ([`AttentiveChrome::embed`]) and classify it ([`AttentiveChrome::classify`]).
//!
//! | | encodes | attends to bins | attends to marks |
//! |---|---|---|---|
//! | [`LstmAlphaBeta`] | each mark | of each mark, α | β |
//! | [`LstmAlpha`] | each mark | of each mark, α | |
//! | [`LstmAttn`] | all marks together | of all marks, α | |
//! | [`Lstm`] | all marks together | | |
//! | [`CnnAlphaBeta`] | each mark | of each mark, α | β |
//! | [`CnnAttn`] | all marks together | of all marks, α | |
//! | [`DeepChrome`] | all marks together | | |

mod cnn_alpha_beta;
mod cnn_attn;
mod deep_chrome;
mod lstm;
mod lstm_alpha;
mod lstm_alpha_beta;
mod lstm_attn;
mod perceptron;

pub use cnn_alpha_beta::CnnAlphaBeta;
pub use cnn_attn::CnnAttn;
pub use deep_chrome::DeepChrome;
pub use lstm::Lstm;
pub use lstm_alpha::LstmAlpha;
pub use lstm_alpha_beta::LstmAlphaBeta;
pub use lstm_attn::LstmAttn;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::tables::{TableModel, TableOutput};
use crate::kernel;
use crate::nn::NamedTensors;
use crate::weights::WeightFile;
pub use crate::weights::architecture::attentive_chrome::{Architecture, FAMILY, Sizes, Variant, variants};

/// A model of any variant.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a program has a few models, never a list of them"
)]
pub enum AttentiveChrome {
    /// The paper's model.
    LstmAlphaBeta(LstmAlphaBeta),
    /// Without β.
    LstmAlpha(LstmAlpha),
    /// With one attention for all marks.
    LstmAttn(LstmAttn),
    /// Without attention.
    Lstm(Lstm),
    /// Convolutions in place of the LSTMs.
    CnnAlphaBeta(CnnAlphaBeta),
    /// DeepChrome with attention in place of pooling.
    CnnAttn(CnnAttn),
    /// The predecessor.
    DeepChrome(DeepChrome),
}

/// Embedding of N genes, before they are classified.
#[derive(Debug, Clone)]
pub struct Embedding {
    /// One vector per gene, [N, C].
    pub gene: Tensor<2>,
    /// α [N, rows, T]: attention over bins, one row per mark or one for all; sums to 1 over bins.
    pub alpha: Option<Tensor<3>>,
    /// β [N, M]: attention over marks; sums to 1.
    pub beta: Option<Tensor<2>>,
}

impl AttentiveChrome {
    /// Loads the weights by their published names.
    ///
    /// # Panics
    /// If a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        let sizes = architecture.sizes();
        match architecture.variant() {
            Variant::LstmAlphaBeta => Self::LstmAlphaBeta(LstmAlphaBeta::load(sizes, tensors, device)),
            Variant::LstmAlpha => Self::LstmAlpha(LstmAlpha::load(sizes, tensors, device)),
            Variant::LstmAttn => Self::LstmAttn(LstmAttn::load(sizes, tensors, device)),
            Variant::Lstm => Self::Lstm(Lstm::load(sizes, tensors, device)),
            Variant::CnnAlphaBeta => Self::CnnAlphaBeta(CnnAlphaBeta::load(sizes, tensors, device)),
            Variant::CnnAttn => Self::CnnAttn(CnnAttn::load(sizes, tensors, device)),
            Variant::DeepChrome => Self::DeepChrome(DeepChrome::load(sizes, tensors, device)),
        }
    }

    /// The weights under their published names, read back from the device.
    pub fn store(&self) -> NamedTensors {
        let mut tensors = NamedTensors::new();
        match self {
            Self::LstmAlphaBeta(model) => model.store(&mut tensors),
            Self::LstmAlpha(model) => model.store(&mut tensors),
            Self::LstmAttn(model) => model.store(&mut tensors),
            Self::Lstm(model) => model.store(&mut tensors),
            Self::CnnAlphaBeta(model) => model.store(&mut tensors),
            Self::CnnAttn(model) => model.store(&mut tensors),
            Self::DeepChrome(model) => model.store(&mut tensors),
        }
        tensors
    }

    /// Packs the weights for many forward passes. They are copied: do not place a model in training.
    pub fn place(&mut self) {
        match self {
            Self::LstmAlphaBeta(model) => model.place(),
            Self::LstmAlpha(model) => model.place(),
            Self::LstmAttn(model) => model.place(),
            Self::Lstm(_) | Self::CnnAlphaBeta(_) | Self::CnnAttn(_) | Self::DeepChrome(_) => {}
        }
    }

    /// Embeds signal x [N, T, M], one vector per gene: marks in the model's order, transformed as its card says.
    pub fn embed(&self, x: Tensor<3>) -> Embedding {
        match self {
            Self::LstmAlphaBeta(model) => model.embed(x),
            Self::LstmAlpha(model) => model.embed(x),
            Self::LstmAttn(model) => model.embed(x),
            Self::Lstm(model) => model.embed(x),
            Self::CnnAlphaBeta(model) => model.embed(x),
            Self::CnnAttn(model) => model.embed(x),
            Self::DeepChrome(model) => model.embed(x),
        }
    }

    /// Scores of the genes' vectors: [N, 1], the log-odds of *on*; for DeepChrome [N, 2], the scores of *on* and of
    /// *off*, whose difference is the log-odds. A model of level has one score, the level, in any variant.
    pub fn classify(&self, gene: Tensor<2>) -> Tensor<2> {
        match self {
            Self::LstmAlphaBeta(model) => model.classify(gene),
            Self::LstmAlpha(model) => model.classify(gene),
            Self::LstmAttn(model) => model.classify(gene),
            Self::Lstm(model) => model.classify(gene),
            Self::CnnAlphaBeta(model) => model.classify(gene),
            Self::CnnAttn(model) => model.classify(gene),
            Self::DeepChrome(model) => model.classify(gene),
        }
    }
}

/// Builds the model of a weight file, ready to predict.
pub(super) fn build(weights: &WeightFile, device: &Device) -> Result<Box<dyn TableModel>, String> {
    let architecture = Architecture::of(&weights.card);
    architecture.check_device(device)?;
    let mut model = AttentiveChrome::load(architecture, &weights.tensors, device);
    model.place();
    Ok(Box::new(model))
}

impl TableModel for AttentiveChrome {
    fn forward(&self, values: Vec<f32>, shape: [usize; 3], device: &Device) -> TableOutput {
        let Embedding { gene, alpha, beta } = self.embed(kernel::tensor(values, shape, device));
        TableOutput {
            scores: Some(self.classify(gene)),
            alpha,
            beta,
            ..TableOutput::default()
        }
    }

    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Option<&dyn super::tables::Gradients> {
        Some(self)
    }
}

#[cfg(feature = "attribution")]
impl super::tables::Gradients for AttentiveChrome {
    fn outputs(&self) -> usize {
        match self {
            Self::DeepChrome(model) => model.scores,
            _ => 1,
        }
    }

    fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        match self {
            Self::LstmAlphaBeta(model) => model.input_gradient(x, slopes),
            Self::LstmAlpha(model) => model.input_gradient(x, slopes),
            Self::LstmAttn(model) => model.input_gradient(x, slopes),
            Self::Lstm(model) => model.input_gradient(x, slopes),
            Self::CnnAlphaBeta(model) => model.input_gradient(x, slopes),
            Self::CnnAttn(model) => model.input_gradient(x, slopes),
            Self::DeepChrome(model) => model.input_gradient(x, slopes),
        }
    }
}

impl Architecture {
    /// Checks that the model fits `device`.
    ///
    /// # Errors
    /// A sentence with the size that exceeds the limit. The CPU takes any size.
    pub fn check_device(&self, device: &Device) -> Result<(), String> {
        let Sizes {
            bins,
            marks,
            bin_rnn_size,
            ..
        } = self.sizes();
        let hidden = if self.variant().is_recurrent() { bin_rnn_size } else { 0 };
        kernel::check_sizes(device, bins.max(marks), hidden)
    }
}
