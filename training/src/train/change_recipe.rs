//! Every setting of a training of DeepDiff.

use clap::Args;
use serde::{Deserialize, Serialize};

use super::deep_diff::{Contrast, ContrastForm};
use super::optimiser::{AdamForm, Settings};
use super::recipe::{
    Initialisation, InputTransform, OutputBias, as_written, decay, even, norm, positive, positive_number, rate,
};
use super::trainer::Length;

const PUBLISHED: Settings = Settings::PUBLISHED;

/// How a model of a change is trained. The defaults are the published recipe of the authors' code.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
pub struct ChangeRecipe {
    /// Passes over the training genes
    #[arg(long, default_value_t = 90, value_parser = positive)]
    pub epochs: usize,
    /// Stop after this many epochs without a better validation Pearson; 0 never stops early, as published
    #[arg(long, default_value_t = 0)]
    pub patience: usize,
    /// Genes in one step
    #[arg(long, default_value_t = 10, value_parser = positive)]
    pub batch_size: usize,
    /// Adam's learning rate
    #[arg(long, default_value_t = 1e-4, value_parser = rate, allow_negative_numbers = true)]
    pub learning_rate: f64,
    /// How slowly Adam's mean of gradients forgets
    #[arg(long, default_value_t = PUBLISHED.beta_1, value_parser = decay)]
    #[serde(serialize_with = "as_written")]
    pub beta_1: f32,
    /// How slowly Adam's mean of squared gradients forgets
    #[arg(long, default_value_t = PUBLISHED.beta_2, value_parser = decay)]
    #[serde(serialize_with = "as_written")]
    pub beta_2: f32,
    /// What Adam adds to its denominators
    #[arg(long, default_value_t = PUBLISHED.epsilon, value_parser = positive_number)]
    #[serde(serialize_with = "as_written")]
    pub epsilon: f32,
    /// Gradients are scaled so that their L2 norm over all weights is at most this; 0 does not clip
    #[arg(long, default_value_t = PUBLISHED.clip_norm, value_parser = norm, allow_negative_numbers = true)]
    pub clip_norm: f64,
    /// Where weights start
    #[arg(long, value_enum, default_value_t = Initialisation::Uniform)]
    pub initialisation: Initialisation,
    /// Half the width of the interval that `uniform` draws weights from, and that context vectors are drawn from in
    /// either case
    #[arg(long, default_value_t = 0.1, value_parser = positive_number)]
    #[serde(serialize_with = "as_written")]
    pub initial_bound: f32,
    /// Where the biases of outputs start
    #[arg(long, value_enum, default_value_t = OutputBias::Drawn)]
    pub output_bias: OutputBias,
    /// Hidden units of one direction of a mark's LSTM; an even number, as the marks' own LSTM has half as many
    #[arg(long, default_value_t = 32, value_parser = even)]
    pub bin_rnn_size: usize,
    /// What is done to counts before the model sees them; differences are taken after it
    #[arg(long, value_enum, default_value_t = InputTransform::None)]
    pub transform: InputTransform,
    /// Siamese variants: what the contrastive loss is multiplied by; 4 in the authors' code, 1 in the paper
    #[arg(long, default_value_t = Contrast::PUBLISHED.weight, value_parser = norm)]
    pub contrast_weight: f64,
    /// Siamese variants: how far apart the embeddings of a gene that changes should be
    #[arg(long, default_value_t = Contrast::PUBLISHED.margin, value_parser = norm)]
    pub contrast_margin: f64,
    /// Siamese variants: |log2 fold change| from which a gene changes
    #[arg(long, default_value_t = Contrast::PUBLISHED.changed_from, value_parser = norm)]
    pub contrast_from: f64,
    /// Siamese variants: whose form the contrastive loss has
    #[arg(long, value_enum, default_value_t = ContrastForm::Code)]
    pub contrast_form: ContrastForm,
}

impl ChangeRecipe {
    /// How long a run goes on.
    pub fn length(&self) -> Length {
        Length {
            epochs: self.epochs,
            patience: self.patience,
        }
    }

    /// The part that the optimiser takes.
    pub fn optimiser(&self) -> Settings {
        Settings {
            learning_rate: self.learning_rate,
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon,
            clip_norm: self.clip_norm,
            form: AdamForm::Pytorch,
        }
    }

    /// The contrastive loss.
    pub fn contrast(&self) -> Contrast {
        Contrast {
            weight: self.contrast_weight,
            margin: self.contrast_margin,
            changed_from: self.contrast_from,
            form: self.contrast_form,
        }
    }
}
