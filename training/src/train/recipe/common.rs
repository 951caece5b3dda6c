//! Settings of several families.

use std::marker::PhantomData;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use regulens::weights::card::{Transform, TransformKind};
use serde::{Deserialize, Serialize, Serializer};

use crate::train::initialise::Initialisation;
use crate::train::optimiser::{AdamForm, Settings};
use crate::train::trainer::Length;

/// All settings of a training on sets of genes.
pub trait GeneRecipe: Serialize {
    /// Number and length of steps.
    fn steps(&self) -> &Steps;

    /// Reading of tables, and initialisation.
    fn tables(&self) -> &Tables;

    /// Settings of the optimiser.
    fn optimiser(&self) -> Settings {
        self.steps().optimiser(AdamForm::Pytorch)
    }
}

/// Number and length of steps. The defaults are each family's.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
pub struct Steps {
    /// Passes over the training genes or sequences
    #[arg(long, value_parser = positive)]
    pub epochs: usize,
    /// Stop after this many epochs without a better one on validation; 0 never stops early
    #[arg(long)]
    pub patience: usize,
    /// Genes or sequences in one step
    #[arg(long, value_parser = positive)]
    pub batch_size: usize,
    /// Adam's learning rate, at its highest where it changes
    #[arg(long, value_parser = rate, allow_negative_numbers = true)]
    pub learning_rate: f64,
    /// Decay of Adam's mean of gradients
    #[arg(long, value_parser = decay)]
    #[serde(serialize_with = "as_written")]
    pub beta_1: f32,
    /// Decay of Adam's mean of squared gradients
    #[arg(long, value_parser = decay)]
    #[serde(serialize_with = "as_written")]
    pub beta_2: f32,
    /// Constant that Adam adds to its denominators; for sequences in TensorFlow's form, which does not correct it for
    /// the start
    #[arg(long, value_parser = positive_number)]
    #[serde(serialize_with = "as_written")]
    pub epsilon: f32,
    /// Gradients are scaled so that their L2 norm over all weights is at most this; 0 does not clip
    #[arg(long, value_parser = norm, allow_negative_numbers = true)]
    pub clip_norm: f64,
}

impl Steps {
    /// Length of a run.
    pub fn length(&self) -> Length {
        Length {
            epochs: self.epochs,
            patience: self.patience,
        }
    }

    /// Settings of the optimiser.
    pub fn optimiser(&self, form: AdamForm) -> Settings {
        Settings {
            learning_rate: self.learning_rate,
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon,
            clip_norm: self.clip_norm,
            form,
        }
    }
}

/// Settings of models that learn from tables of genes. The defaults are those of both papers' code.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
pub struct Tables {
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
    /// Transform of counts before the model sees them, and before differences of two cell types are taken; recorded
    /// in the card and applied wherever the model runs
    #[arg(long, value_enum, default_value_t = InputTransform::None)]
    pub transform: InputTransform,
}

/// Transform of counts before the model sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputTransform {
    /// Raw counts, as published
    None,
    /// ln(1 + count)
    Log1p,
}

impl InputTransform {
    /// In the form of the card.
    pub fn of_card(self) -> Transform {
        let kind = match self {
            Self::None => TransformKind::None,
            Self::Log1p => TransformKind::Log1p,
        };
        Transform { kind, scale: None }
    }
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

/// Gives a setting of several families the published value of one, for its help.
pub fn published(value: impl ToString) -> impl FnOnce(Arg) -> Arg {
    // clap requires static texts.
    let value: &'static str = value.to_string().leak();
    move |setting| setting.required(false).default_value(value)
}

/// Settings of `T` given on the command line; others come from a preset.
#[derive(Debug, Clone)]
pub struct Given<T> {
    matches: ArgMatches,
    settings: PhantomData<T>,
}

impl<T: Args> Given<T> {
    /// The preset, overridden by the command line.
    pub fn over(&self, mut preset: T) -> T {
        let updated = preset.update_from_arg_matches(&self.matches);
        updated.expect("clap has read every value by its parser");
        preset
    }
}

impl<T: Args> Args for Given<T> {
    fn augment_args(command: Command) -> Command {
        T::augment_args_for_update(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: Args> FromArgMatches for Given<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self {
            matches: matches.clone(),
            settings: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.matches = matches.clone();
        Ok(())
    }
}

/// Serialises a float32 as the number that a person would write: cards and checkpoints have float64, in which 0.9 would
/// have sixteen digits.
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
