//! Settings of training on sequences.

use clap::{Args, ValueEnum};
use regulens::weights::architecture::basenji::Context;
use serde::{Deserialize, Serialize};

use crate::train::optimiser::{AdamForm, Settings};
use crate::train::recipe::common::{Steps, as_written, decay, norm, positive, rate};
use crate::train::tracks::augment::Augmentation;
use crate::train::tracks::balance::Balance;
use crate::train::tracks::initialise::KernelStart;
use crate::train::tracks::rate::{Rate, RateForm};

/// Preset of sizes and settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// As published: `basenji` as in the manuscript, other variants as in the report's code
    Published,
    /// Model of Basenji's tutorial, one tenth of the size; `basenji` only
    Tutorial,
    /// Small model and recipe for genomes like yeast; trains in minutes on a laptop
    Small,
}

/// Metric by which validation chooses the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Lowest loss, as published
    Loss,
    /// Highest mean Pearson correlation
    Pearson,
}

/// Where the last biases start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BiasStart {
    /// 0, as published
    Zero,
    /// Value at which the model predicts each track's training mean, which short trainings then need not learn
    Mean,
}

/// Recipe of a training: a preset, with the flags that change it.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
pub struct TrackRecipe {
    /// Steps.
    #[command(flatten)]
    #[serde(flatten)]
    pub steps: Steps,
    /// Metric on the validation windows that chooses the epoch
    #[arg(long, value_enum, help_heading = "Optimisation")]
    pub choose: Choice,
    /// Schedule of the learning rate
    #[arg(long, value_enum, help_heading = "Optimisation")]
    pub schedule: RateForm,
    /// Number of steps over which the learning rate rises from 0
    #[arg(long, help_heading = "Optimisation")]
    pub warm_up: usize,
    /// Factor of the learning rate in the schedule staircase
    #[arg(long, value_parser = rate, help_heading = "Optimisation")]
    pub decay_factor: f64,
    /// Number of steps between decays in the schedule staircase
    #[arg(long, value_parser = positive, help_heading = "Optimisation")]
    pub decay_every: usize,
    /// Weights of tracks in the loss
    #[arg(long, value_enum, help_heading = "Optimisation")]
    pub balance: Balance,
    /// Decay per step of a running average of weights and batch normalisation statistics, which is then validated and
    /// written; 0 for no averaging, as published
    #[arg(long, value_parser = decay, help_heading = "Optimisation")]
    #[serde(serialize_with = "as_written")]
    pub average: f32,
    /// L2 penalty on convolution kernels: half of this times the sum of squares is added to the loss
    #[arg(long, value_parser = norm, help_heading = "Optimisation")]
    pub l2: f64,
    /// L1 penalty on the last dense kernel: this times the sum of absolute values is added to the loss
    #[arg(long, value_parser = norm, help_heading = "Optimisation")]
    pub l1: f64,
    /// Distribution of the initial kernels
    #[arg(long, value_enum, help_heading = "Model")]
    pub initialisation: KernelStart,
    /// Initial biases of the last layer
    #[arg(long, value_enum, help_heading = "Model")]
    pub start_bias: BiasStart,
    /// Augmentation by shifts and reverse complements
    #[arg(long, value_enum, help_heading = "Augmentation")]
    pub augmentation: Augmentation,
    /// Maximum shift of a sequence to either side, in bp
    #[arg(long, help_heading = "Augmentation")]
    pub most_shift: usize,
}

impl TrackRecipe {
    /// The settings of a preset, for a variant.
    pub fn of(preset: Preset, context: Context) -> Self {
        // From the manuscript's parameter file.
        let steps = Steps {
            // Not published: training ended by patience.
            epochs: 1000,
            patience: 16,
            batch_size: 2,
            learning_rate: 0.002_063,
            beta_1: 0.97,
            beta_2: 0.98,
            epsilon: 1e-8,
            clip_norm: 0.0,
        };
        let manuscript = Self {
            steps: steps.clone(),
            choose: Choice::Loss,
            schedule: RateForm::Constant,
            warm_up: 0,
            decay_factor: 0.2,
            decay_every: 200_000,
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
                steps: Steps {
                    patience: 25,
                    clip_norm: 1.0,
                    ..steps
                },
                schedule: RateForm::Staircase,
                initialisation: KernelStart::He,
                augmentation: Augmentation::Batch,
                ..manuscript
            },
            Preset::Tutorial => Self {
                steps: Steps {
                    batch_size: 4,
                    learning_rate: 0.002,
                    ..steps
                },
                ..manuscript
            },
            // Selected by validation loss on yeast's chrVIII.
            Preset::Small => Self {
                steps: Steps {
                    epochs: 20,
                    patience: 0,
                    batch_size: 4,
                    learning_rate: 0.008,
                    beta_1: 0.9,
                    beta_2: 0.999,
                    clip_norm: 1.0,
                    ..steps
                },
                schedule: RateForm::Cosine,
                warm_up: 50,
                // Selected on yeast's chrII, with MNase and Pol II; for one track without effect.
                balance: Balance::ByMeans,
                initialisation: KernelStart::He,
                start_bias: BiasStart::Mean,
                augmentation: Augmentation::Batch,
                ..manuscript
            },
        }
    }

    /// Settings of the optimiser.
    pub fn optimiser(&self) -> Settings {
        self.steps.optimiser(AdamForm::TensorFlow)
    }

    /// Fraction of the average of weights that a step keeps, after `taken` steps; `None` without an average.
    ///
    /// Initial weights are forgotten early, by the rule of TensorFlow's `ExponentialMovingAverage` with `num_updates`.
    pub fn kept(&self, taken: usize) -> Option<f64> {
        let start = (1 + taken) as f64 / (10 + taken) as f64;
        (self.average > 0.0).then(|| f64::from(self.average).min(start))
    }

    /// The learning rate schedule.
    pub fn rate(&self) -> Rate {
        Rate {
            highest: self.steps.learning_rate,
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
    use crate::train::recipe::common::Given;

    fn args(given: &[&str]) -> Given<TrackRecipe> {
        let command = Given::<TrackRecipe>::augment_args(Command::new(""));
        let given = std::iter::once(&"").chain(given);
        Given::from_arg_matches(&command.get_matches_from(given)).unwrap()
    }

    #[test]
    fn flags_change_what_they_name_and_nothing_else() {
        let published = TrackRecipe::of(Preset::Published, Context::Dilated);
        assert_eq!(args(&[]).over(published.clone()), published);
        let changed = args(&["--batch-size", "8", "--choose", "pearson"]).over(published.clone());
        let expected = TrackRecipe {
            steps: Steps {
                batch_size: 8,
                ..published.steps
            },
            choose: Choice::Pearson,
            ..published
        };
        assert_eq!(changed, expected);
    }

    #[test]
    fn the_manuscript_and_the_report_trained_differently() {
        let manuscript = TrackRecipe::of(Preset::Published, Context::Dilated);
        let report = TrackRecipe::of(Preset::Published, Context::Attention(Position::TwoSided));
        assert_eq!((manuscript.steps.patience, report.steps.patience), (16, 25));
        assert_eq!((manuscript.steps.clip_norm, report.steps.clip_norm), (0.0, 1.0));
        assert_eq!(manuscript.steps.learning_rate, report.steps.learning_rate);
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
