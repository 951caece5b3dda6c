//! Every setting of a training of AttentiveChrome.

use clap::{Args, Command, FromArgMatches};
use regulens::model::attentive_chrome::Sizes;
use serde::{Deserialize, Serialize};

use super::common::{Steps, Tables, positive, published};
use crate::train::optimiser::{AdamForm, Settings};

const PUBLISHED: Settings = Settings::PUBLISHED;

/// How a model is trained. The defaults are the published recipe of the authors' PyTorch code.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[command(
    mut_arg("epochs", published(30)),
    mut_arg("patience", published(0)),
    mut_arg("batch_size", published(16)),
    mut_arg("learning_rate", published(PUBLISHED.learning_rate)),
    mut_arg("beta_1", published(PUBLISHED.beta_1)),
    mut_arg("beta_2", published(PUBLISHED.beta_2)),
    mut_arg("epsilon", published(PUBLISHED.epsilon)),
    mut_arg("clip_norm", published(PUBLISHED.clip_norm))
)]
pub struct Recipe {
    /// Steps.
    #[command(flatten)]
    #[serde(flatten)]
    pub steps: Steps,
    /// Of tables.
    #[command(flatten)]
    #[serde(flatten)]
    pub tables: Tables,
    /// Hidden units of LSTM-α's head, of which the paper does not say how many; 0 for a single linear layer, as the
    /// authors' Lua code
    #[arg(long, default_value_t = Sizes::default().head_hidden)]
    pub head_hidden: usize,
    /// Filters of a convolution over bins
    #[arg(long, default_value_t = Sizes::default().filters, value_parser = positive)]
    pub filters: usize,
    /// Bins under one filter
    #[arg(long, default_value_t = Sizes::default().width, value_parser = positive)]
    pub width: usize,
    /// Filters of CNN-α,β's convolution over marks
    #[arg(long, default_value_t = Sizes::default().hm_filters, value_parser = positive)]
    pub hm_filters: usize,
    /// Marks under one of those filters
    #[arg(long, default_value_t = Sizes::default().hm_width, value_parser = positive)]
    pub hm_width: usize,
    /// Units of the first fully connected layer of DeepChrome and CNN-Attn
    #[arg(long, default_value_t = Sizes::default().hidden_1, value_parser = positive)]
    pub hidden_1: usize,
    /// Units of the second
    #[arg(long, default_value_t = Sizes::default().hidden_2, value_parser = positive)]
    pub hidden_2: usize,
    /// Share of a gene's vector that a step drops; 0.5 for DeepChrome and CNN-Attn if not given, as published, and 0
    /// for the others
    #[arg(long, value_parser = dropout)]
    pub dropout: Option<f64>,
}

impl Recipe {
    /// What the flags say where none is given.
    pub fn published() -> Self {
        let none_given = Self::augment_args(Command::new("")).get_matches_from([""]);
        Self::from_arg_matches(&none_given).expect("every setting has a default")
    }

    /// The sizes of a model of this recipe for `marks` and `bins`.
    pub fn sizes(&self, marks: usize, bins: usize) -> Sizes {
        Sizes {
            marks,
            bins,
            bin_rnn_size: self.tables.bin_rnn_size,
            head_hidden: self.head_hidden,
            filters: self.filters,
            width: self.width,
            hm_filters: self.hm_filters,
            hm_width: self.hm_width,
            hidden_1: self.hidden_1,
            hidden_2: self.hidden_2,
        }
    }

    /// The part that the optimiser takes.
    pub fn optimiser(&self) -> Settings {
        self.steps.optimiser(AdamForm::Pytorch)
    }
}

fn dropout(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err(format!("`{text}` is not a number of zero or more and below one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_kept_as_it_was_written() {
        let kept = serde_json::to_value(Recipe::published()).unwrap();
        assert_eq!((&kept["beta_1"], &kept["epsilon"]), (&0.9.into(), &1e-8.into()));
        assert_eq!(serde_json::from_value::<Recipe>(kept).unwrap(), Recipe::published());
    }
}
