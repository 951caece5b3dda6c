//! Every setting of a training run.

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

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
    #[arg(long, default_value_t = 2e-4, value_parser = rate, allow_negative_numbers = true)]
    pub learning_rate: f64,
    /// Gradients are scaled so that their L2 norm over all weights is at most this; 0 does not clip
    #[arg(long, default_value_t = 1.0, value_parser = norm, allow_negative_numbers = true)]
    pub clip_norm: f64,
    /// Where weights start
    #[arg(long, value_enum, default_value_t = Initialisation::Uniform)]
    pub initialisation: Initialisation,
    /// Hidden units of one direction of a mark's LSTM; an even number, as the marks' own LSTM has half as many
    #[arg(long, default_value_t = 32, value_parser = even)]
    pub bin_rnn_size: usize,
    /// What is done to counts before the model sees them; recorded in the card and applied wherever the model runs
    #[arg(long, value_enum, default_value_t = InputTransform::None)]
    pub transform: InputTransform,
}

/// Where weights start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialisation {
    /// Every weight, bias and context vector from U(-0.1, 0.1), as published
    Uniform,
    /// PyTorch's own: U(±1/√H) for a recurrence, U(±1/√inputs) for a linear layer; context vectors U(-0.1, 0.1)
    Pytorch,
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

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err(format!("`{text}` is not a finite number above zero")),
    }
}

fn norm(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(norm) if norm.is_finite() && norm >= 0.0 => Ok(norm),
        _ => Err(format!("`{text}` is not a finite number of zero or more")),
    }
}

fn even(text: &str) -> Result<usize, String> {
    match positive(text)? {
        number if number % 2 == 0 => Ok(number),
        number => Err(format!("{number} is not an even number")),
    }
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is not a whole number above zero")),
        Ok(number) => Ok(number),
    }
}
