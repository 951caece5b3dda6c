//! Every setting of a training run.

use clap::{Args, Command, FromArgMatches, ValueEnum};
use regulens::model::attentive_chrome::Sizes;
use serde::{Deserialize, Serialize, Serializer};

use super::optimiser::{AdamForm, Settings};
use super::trainer::Length;

const PUBLISHED: Settings = Settings::PUBLISHED;

/// How a model is trained. The defaults are the published recipe of the authors' PyTorch code.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
pub struct Recipe {
    /// Passes over the training genes
    #[arg(long, default_value_t = 30, value_parser = positive)]
    pub epochs: usize,
    /// Stop after this many epochs without a better validation AUROC; 0 never stops early, as published
    #[arg(long, default_value_t = 0)]
    pub patience: usize,
    /// Genes in one step
    #[arg(long, default_value_t = 16, value_parser = positive)]
    pub batch_size: usize,
    /// Adam's learning rate
    #[arg(long, default_value_t = PUBLISHED.learning_rate, value_parser = rate, allow_negative_numbers = true)]
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
    /// Hidden units of one direction of a mark's LSTM; an even number, as the marks' own LSTM has half as many
    #[arg(long, default_value_t = 32, value_parser = even)]
    pub bin_rnn_size: usize,
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
    /// What is done to counts before the model sees them; recorded in the card and applied wherever the model runs
    #[arg(long, value_enum, default_value_t = InputTransform::None)]
    pub transform: InputTransform,
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
            bin_rnn_size: self.bin_rnn_size,
            head_hidden: self.head_hidden,
            filters: self.filters,
            width: self.width,
            hm_filters: self.hm_filters,
            hm_width: self.hm_width,
            hidden_1: self.hidden_1,
            hidden_2: self.hidden_2,
        }
    }

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
}

/// Where weights start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialisation {
    /// Every weight, bias and context vector from U(±initial bound), as published with 0.1
    Uniform,
    /// PyTorch's own: U(±1/√H) for a recurrence, U(±1/√inputs) for a linear layer; context vectors U(±initial bound)
    Pytorch,
}

/// Where the biases of outputs start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputBias {
    /// Drawn like all others, as published
    Drawn,
    /// At the mean of their target over the training genes, so that no encoder is spent on the mean
    Mean,
}

/// What is done to counts before the model sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputTransform {
    /// Raw counts, as published
    None,
    /// ln(1 + count)
    Log1p,
}

/// A float32 as the number that a person writes for it: cards and checkpoints keep float64, in which 0.9 would have
/// sixteen digits.
pub fn as_written<S: Serializer>(number: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    let written = number.to_string().parse();
    serializer.serialize_f64(written.unwrap_or_else(|_| f64::from(*number)))
}

pub fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err(format!("`{text}` is not a finite number above zero")),
    }
}

pub fn decay(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(decay) if (0.0..1.0).contains(&decay) => Ok(decay),
        _ => Err(format!("`{text}` is not a number of zero or more and below one")),
    }
}

fn dropout(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err(format!("`{text}` is not a number of zero or more and below one")),
    }
}

pub fn positive_number(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err(format!("`{text}` is not a finite number above zero")),
    }
}

pub fn norm(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(norm) if norm.is_finite() && norm >= 0.0 => Ok(norm),
        _ => Err(format!("`{text}` is not a finite number of zero or more")),
    }
}

pub fn even(text: &str) -> Result<usize, String> {
    match positive(text)? {
        number if number % 2 == 0 => Ok(number),
        number => Err(format!("{number} is not an even number")),
    }
}

pub fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is not a whole number above zero")),
        Ok(number) => Ok(number),
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
