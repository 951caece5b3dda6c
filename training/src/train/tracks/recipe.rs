//! Every setting of a training on sequences.

use clap::{Args, ValueEnum};
use regulens::weights::architecture::basenji::Context;
use serde::{Deserialize, Serialize};

use super::augment::Augmentation;
use super::balance::Balance;
use super::initialise::KernelStart;
use super::rate::{Rate, RateForm};
use crate::train::optimiser::{AdamForm, Settings};
use crate::train::recipe::{as_written, decay, norm, positive, positive_number, rate};
use crate::train::trainer::Length;

/// Whose sizes and whose settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// As published: `basenji` as in the manuscript, the others as in the report's code
    Published,
    /// The model of Basenji's tutorial, a tenth of the size; `basenji` only
    Tutorial,
    /// A model and a recipe for genomes like yeast's, minutes on a laptop
    Small,
}

/// What validation chooses the epoch by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// The lowest loss, as published
    Loss,
    /// The highest mean of Pearson's correlation
    Pearson,
}

/// Settings of the command line. What is not given is as the preset has it.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct TrackRecipeArgs {
    /// Passes over the training sequences
    #[arg(long, value_parser = positive)]
    epochs: Option<usize>,
    /// Stop after this many epochs without a better one; 0 never stops early
    #[arg(long)]
    patience: Option<usize>,
    /// What chooses the epoch
    #[arg(long, value_enum)]
    choose: Option<Choice>,
    /// Sequences in one step
    #[arg(long, value_parser = positive)]
    batch_size: Option<usize>,
    /// Adam's learning rate at its highest
    #[arg(long, value_parser = rate, allow_negative_numbers = true)]
    learning_rate: Option<f64>,
    /// How the learning rate goes on
    #[arg(long, value_enum)]
    schedule: Option<RateForm>,
    /// Steps in which the learning rate rises from nothing
    #[arg(long)]
    warm_up: Option<usize>,
    /// Staircase: what the learning rate is multiplied by
    #[arg(long, value_parser = rate)]
    decay_factor: Option<f64>,
    /// Staircase: after how many steps
    #[arg(long, value_parser = positive)]
    decay_every: Option<usize>,
    /// How slowly Adam's mean of gradients forgets
    #[arg(long, value_parser = decay)]
    beta_1: Option<f32>,
    /// How slowly Adam's mean of squared gradients forgets
    #[arg(long, value_parser = decay)]
    beta_2: Option<f32>,
    /// What Adam adds to its denominators, after TensorFlow's form: not corrected for the start
    #[arg(long, value_parser = positive_number)]
    epsilon: Option<f32>,
    /// Gradients are scaled so that their L2 norm over all weights is at most this; 0 does not clip
    #[arg(long, value_parser = norm, allow_negative_numbers = true)]
    clip_norm: Option<f64>,
    /// How much each track counts in the loss
    #[arg(long, value_enum)]
    balance: Option<Balance>,
    /// How slowly an average of weights and of batch normalisation's statistics forgets, step by step. The average is
    /// then what is validated, chosen and written; 0 writes the weights themselves, as published
    #[arg(long, value_parser = decay)]
    average: Option<f32>,
    /// L2 on the kernels of convolutions: half of this times the sum of their squares joins the loss
    #[arg(long, value_parser = norm)]
    l2: Option<f64>,
    /// L1 on the last dense kernel: this times the sum of its absolute values joins the loss
    #[arg(long, value_parser = norm)]
    l1: Option<f64>,
    /// Where kernels start
    #[arg(long, value_enum)]
    initialisation: Option<KernelStart>,
    /// Where the last biases start
    #[arg(long, value_enum)]
    start_bias: Option<BiasStart>,
    /// When sequences are seen moved and from the other strand
    #[arg(long, value_enum)]
    augmentation: Option<Augmentation>,
    /// Most bases that a sequence is moved by, to either side
    #[arg(long)]
    most_shift: Option<usize>,
}

/// Where the last biases start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BiasStart {
    /// At 0, as published
    Zero,
    /// Where the link gives each track's mean over the training sequences, which spares a short training the way there
    Mean,
}

/// How a model is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackRecipe {
    /// Passes over the training sequences.
    pub epochs: usize,
    /// Epochs without a better one after which it stops; 0 never stops early.
    pub patience: usize,
    /// What chooses the epoch.
    pub choose: Choice,
    /// Sequences in one step.
    pub batch_size: usize,
    /// Adam's learning rate at its highest.
    pub learning_rate: f64,
    /// How it goes on.
    pub schedule: RateForm,
    /// Steps in which it rises.
    pub warm_up: usize,
    /// Staircase: what it is multiplied by.
    pub decay_factor: f64,
    /// Staircase: after how many steps.
    pub decay_every: usize,
    /// How slowly Adam's mean of gradients forgets.
    #[serde(serialize_with = "as_written")]
    pub beta_1: f32,
    /// How slowly Adam's mean of squared gradients forgets.
    #[serde(serialize_with = "as_written")]
    pub beta_2: f32,
    /// What Adam adds to its denominators.
    #[serde(serialize_with = "as_written")]
    pub epsilon: f32,
    /// The largest L2 norm of all gradients together; 0 does not clip.
    pub clip_norm: f64,
    /// How much each track counts in the loss.
    pub balance: Balance,
    /// How slowly the average of weights that is validated and kept forgets; 0 keeps the weights themselves.
    #[serde(serialize_with = "as_written")]
    pub average: f32,
    /// L2 on the kernels of convolutions.
    pub l2: f64,
    /// L1 on the last dense kernel.
    pub l1: f64,
    /// Where kernels start.
    pub initialisation: KernelStart,
    /// Where the last biases start.
    pub start_bias: BiasStart,
    /// When sequences are seen otherwise.
    pub augmentation: Augmentation,
    /// Most bases that a sequence is moved by.
    pub most_shift: usize,
}

impl TrackRecipe {
    /// The settings of a preset, for a variant.
    pub fn of(preset: Preset, context: Context) -> Self {
        // The manuscript, whose parameter file has these numbers.
        let manuscript = Self {
            // None is published: training ended by patience.
            epochs: 1000,
            patience: 16,
            choose: Choice::Loss,
            batch_size: 2,
            learning_rate: 0.002063,
            schedule: RateForm::Constant,
            warm_up: 0,
            decay_factor: 0.2,
            decay_every: 200_000,
            beta_1: 0.97,
            beta_2: 0.98,
            epsilon: 1e-8,
            clip_norm: 0.0,
            balance: Balance::None,
            average: 0.0,
            l2: 0.0,
            l1: 0.0,
            initialisation: KernelStart::Xavier,
            start_bias: BiasStart::Zero,
            augmentation: Augmentation::Epochs,
            most_shift: 3,
        };
        match preset {
            Preset::Published if context == Context::Dilated => manuscript,
            Preset::Published => Self {
                patience: 25,
                schedule: RateForm::Staircase,
                clip_norm: 1.0,
                initialisation: KernelStart::He,
                augmentation: Augmentation::Batch,
                ..manuscript
            },
            Preset::Tutorial => Self {
                batch_size: 4,
                learning_rate: 0.002,
                ..manuscript
            },
            // By validation loss on yeast's chrVIII.
            Preset::Small => Self {
                epochs: 20,
                patience: 0,
                batch_size: 4,
                learning_rate: 0.008,
                schedule: RateForm::Cosine,
                warm_up: 50,
                beta_1: 0.9,
                beta_2: 0.999,
                clip_norm: 1.0,
                // By validation on yeast's chrII, of MNase and Pol II; one track is trained as without.
                balance: Balance::ByMeans,
                initialisation: KernelStart::He,
                start_bias: BiasStart::Mean,
                augmentation: Augmentation::Batch,
                ..manuscript
            },
        }
    }

    /// With what the command line says otherwise.
    pub fn with(self, args: &TrackRecipeArgs) -> Self {
        Self {
            epochs: args.epochs.unwrap_or(self.epochs),
            patience: args.patience.unwrap_or(self.patience),
            choose: args.choose.unwrap_or(self.choose),
            batch_size: args.batch_size.unwrap_or(self.batch_size),
            learning_rate: args.learning_rate.unwrap_or(self.learning_rate),
            schedule: args.schedule.unwrap_or(self.schedule),
            warm_up: args.warm_up.unwrap_or(self.warm_up),
            decay_factor: args.decay_factor.unwrap_or(self.decay_factor),
            decay_every: args.decay_every.unwrap_or(self.decay_every),
            beta_1: args.beta_1.unwrap_or(self.beta_1),
            beta_2: args.beta_2.unwrap_or(self.beta_2),
            epsilon: args.epsilon.unwrap_or(self.epsilon),
            clip_norm: args.clip_norm.unwrap_or(self.clip_norm),
            balance: args.balance.unwrap_or(self.balance),
            average: args.average.unwrap_or(self.average),
            l2: args.l2.unwrap_or(self.l2),
            l1: args.l1.unwrap_or(self.l1),
            initialisation: args.initialisation.unwrap_or(self.initialisation),
            start_bias: args.start_bias.unwrap_or(self.start_bias),
            augmentation: args.augmentation.unwrap_or(self.augmentation),
            most_shift: args.most_shift.unwrap_or(self.most_shift),
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
            form: AdamForm::TensorFlow,
        }
    }

    /// How much of the average of weights a step keeps, after `taken` before it; none without an average.
    ///
    /// The first weights, which are drawn, are soon forgotten: by the rule of TensorFlow's `ExponentialMovingAverage`
    /// with `num_updates`.
    pub fn kept(&self, taken: usize) -> Option<f64> {
        let start = (1 + taken) as f64 / (10 + taken) as f64;
        (self.average > 0.0).then(|| f64::from(self.average).min(start))
    }

    /// The learning rate of every step.
    pub fn rate(&self) -> Rate {
        Rate {
            highest: self.learning_rate,
            form: self.schedule,
            warm_up: self.warm_up,
            factor: self.decay_factor,
            every: self.decay_every,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches};
    use regulens::weights::architecture::basenji::Position;

    use super::*;

    fn args(given: &[&str]) -> TrackRecipeArgs {
        let command = TrackRecipeArgs::augment_args(Command::new(""));
        let given = std::iter::once(&"").chain(given);
        TrackRecipeArgs::from_arg_matches(&command.get_matches_from(given)).unwrap()
    }

    #[test]
    fn flags_change_what_they_name_and_nothing_else() {
        let published = TrackRecipe::of(Preset::Published, Context::Dilated);
        assert_eq!(published.clone().with(&args(&[])), published);
        let changed = published
            .clone()
            .with(&args(&["--batch-size", "8", "--choose", "pearson"]));
        let expected = TrackRecipe {
            batch_size: 8,
            choose: Choice::Pearson,
            ..published
        };
        assert_eq!(changed, expected);
    }

    #[test]
    fn the_manuscript_and_the_report_trained_differently() {
        let manuscript = TrackRecipe::of(Preset::Published, Context::Dilated);
        let report = TrackRecipe::of(Preset::Published, Context::Attention(Position::TwoSided));
        assert_eq!((manuscript.patience, report.patience), (16, 25));
        assert_eq!((manuscript.clip_norm, report.clip_norm), (0.0, 1.0));
        assert_eq!(manuscript.learning_rate, report.learning_rate);
    }

    #[test]
    fn an_average_forgets_its_start_sooner_than_it_forgets_later() {
        let recipe = TrackRecipe {
            average: 0.5,
            ..TrackRecipe::of(Preset::Small, Context::None)
        };
        let kept = [0, 8, 1000].map(|taken| recipe.kept(taken));
        assert_eq!(kept, [Some(0.1), Some(0.5), Some(0.5)]);
        let published = TrackRecipe::of(Preset::Published, Context::None);
        assert_eq!(published.kept(1000), None);
    }

    #[test]
    fn a_setting_is_kept_as_it_was_written() {
        let recipe = TrackRecipe::of(Preset::Small, Context::None);
        let kept = serde_json::to_value(&recipe).unwrap();
        assert_eq!((&kept["beta_1"], &kept["epsilon"]), (&0.9.into(), &1e-8.into()));
        assert_eq!(serde_json::from_value::<TrackRecipe>(kept).unwrap(), recipe);
    }
}
