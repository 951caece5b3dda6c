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
    /// Number of passes over the training data
    #[arg(long, value_parser = positive, help_heading = "Optimisation")]
    pub epochs: usize,
    /// Number of epochs without improvement on validation data before training stops; 0 for no early stopping
    #[arg(long, help_heading = "Optimisation")]
    pub patience: usize,
    /// Number of genes or sequences per step
    #[arg(long, value_parser = positive, help_heading = "Optimisation")]
    pub batch_size: usize,
    /// Learning rate of Adam; the maximum if it follows a schedule
    #[arg(long, value_parser = rate, allow_negative_numbers = true, help_heading = "Optimisation")]
    pub learning_rate: f64,
    /// Decay of Adam's running mean of gradients
    #[arg(long, value_parser = decay, help_heading = "Optimisation")]
    #[serde(serialize_with = "as_written")]
    pub beta_1: f32,
    /// Decay of Adam's running mean of squared gradients
    #[arg(long, value_parser = decay, help_heading = "Optimisation")]
    #[serde(serialize_with = "as_written")]
    pub beta_2: f32,
    /// Constant in Adam's denominator; for sequence models as in TensorFlow, which does not correct it for bias
    #[arg(long, value_parser = positive_number, help_heading = "Optimisation")]
    #[serde(serialize_with = "as_written")]
    pub epsilon: f32,
    /// Maximum L2 norm of the gradient over all weights, to which it is rescaled; 0 for no clipping
    #[arg(long, value_parser = norm, allow_negative_numbers = true, help_heading = "Optimisation")]
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
    /// Distribution of the initial weights
    #[arg(long, value_enum, default_value_t = Initialisation::Uniform, help_heading = "Model")]
    pub initialisation: Initialisation,
    /// Bound of the uniform distribution of initial weights (`uniform`) and of context vectors (always)
    #[arg(long, default_value_t = 0.1, value_parser = positive_number, help_heading = "Model")]
    #[serde(serialize_with = "as_written")]
    pub initial_bound: f32,
    /// Hidden units per direction of the LSTM of a mark; must be even, because the LSTM over marks has half as many
    #[arg(long, default_value_t = 32, value_parser = even, help_heading = "Model")]
    pub bin_rnn_size: usize,
    /// Transform of counts before the model and before differences of two cell types; recorded in the card and applied
    /// in prediction
    #[arg(long, value_enum, default_value_t = InputTransform::None, help_heading = "Model")]
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
    /// Random, like all other biases, as published
    Drawn,
    /// Mean of the target over the training genes, so that the model need not learn it
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
        _ => Err(format!("`{text}` is not a number from zero to below one")),
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
