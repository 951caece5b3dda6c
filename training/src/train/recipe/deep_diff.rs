//! Settings of DeepDiff's training.

use clap::{Args, Command, FromArgMatches};
use serde::{Deserialize, Serialize};

use super::common::{GeneRecipe, OutputBias, Steps, Tables, norm, published};
use crate::train::deep_diff::{Contrast, ContrastForm};
use crate::train::optimiser::Settings;

const PUBLISHED: Settings = Settings::PUBLISHED;

/// Recipe of the training of a model of a change. The defaults are the published recipe of the authors' code.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[command(
    mut_arg("epochs", published(90)),
    mut_arg("patience", published(0)),
    mut_arg("batch_size", published(10)),
    mut_arg("learning_rate", published(1e-4)),
    mut_arg("beta_1", published(PUBLISHED.beta_1)),
    mut_arg("beta_2", published(PUBLISHED.beta_2)),
    mut_arg("epsilon", published(PUBLISHED.epsilon)),
    mut_arg("clip_norm", published(PUBLISHED.clip_norm))
)]
pub struct ChangeRecipe {
    /// Steps.
    #[command(flatten)]
    #[serde(flatten)]
    pub steps: Steps,
    /// Settings of tables.
    #[command(flatten)]
    #[serde(flatten)]
    pub tables: Tables,
    /// Where the biases of outputs start
    #[arg(long, value_enum, default_value_t = OutputBias::Drawn)]
    pub output_bias: OutputBias,
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
    /// The published recipe.
    pub fn published() -> Self {
        let none = Self::augment_args(Command::new("")).get_matches_from([""]);
        Self::from_arg_matches(&none).expect("every setting has a default")
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

impl GeneRecipe for ChangeRecipe {
    fn steps(&self) -> &Steps {
        &self.steps
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }
}
