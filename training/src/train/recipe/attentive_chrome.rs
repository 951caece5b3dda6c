//! Settings of AttentiveChrome's training.

use clap::{Arg, Args, Command, FromArgMatches, ValueEnum};
use regulens::model::attentive_chrome::Sizes;
use serde::{Deserialize, Serialize};

use super::common::{GeneRecipe, OutputBias, Steps, Tables, positive, published};
use crate::train::class_weight::ClassWeight;
use crate::train::optimiser::Settings;

const PUBLISHED: Settings = Settings::PUBLISHED;

/// Preset of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Settings of the authors' PyTorch code, which chooses the epoch by AUROC
    Published,
    /// For a few hundred genes: ln(1 + count), PyTorch initialisation, 60 epochs, learning rate 2e-3, batches of 64
    Small,
}

/// Metric by which validation chooses the epoch and the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Lowest loss
    Loss,
    /// Highest AUROC, as published. It measures ranking only, and may prefer weights that call all genes on
    Auroc,
    /// Highest Pearson correlation (--outcome level)
    Pearson,
}

impl Choice {
    /// In words, for the card.
    pub fn words(self) -> &'static str {
        match self {
            Self::Loss => "lowest validation loss",
            Self::Auroc => "best validation AUROC",
            Self::Pearson => "best validation Pearson, ties to the earlier epoch",
        }
    }
}

/// The predicted outcome of a gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GeneOutcome {
    /// On or off
    #[default]
    OnOff,
    /// Expression level: log2(count + 1) of --expression
    Level,
}

impl GeneOutcome {
    fn is_on_off(&self) -> bool {
        *self == Self::OnOff
    }
}

/// Recipe of a training. The defaults are the settings of the authors' PyTorch code, but that the loss chooses the
/// epoch.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[command(
    mut_arg("epochs", of_presets(30, 60)),
    mut_arg("patience", published(0)),
    mut_arg("batch_size", of_presets(16, 64)),
    mut_arg("learning_rate", of_presets(PUBLISHED.learning_rate, 2e-3)),
    mut_arg("initialisation", small("pytorch")),
    mut_arg("transform", small("log1p")),
    mut_arg("beta_1", published(PUBLISHED.beta_1)),
    mut_arg("beta_2", published(PUBLISHED.beta_2)),
    mut_arg("epsilon", published(PUBLISHED.epsilon)),
    mut_arg("clip_norm", published(PUBLISHED.clip_norm))
)]
pub struct Recipe {
    /// Quantity to predict for a gene
    #[arg(long = "outcome", value_enum, default_value_t = GeneOutcome::OnOff)]
    #[serde(default, skip_serializing_if = "GeneOutcome::is_on_off")]
    pub outcome: GeneOutcome,
    /// Preset of all settings that are not given as flags
    #[arg(long = "recipe", value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Metric on the validation genes that chooses the epoch and the seed
    #[arg(
        long,
        value_enum,
        default_value = "loss",
        default_value_ifs([("outcome", "level", "loss"), ("preset", "published", "auroc")])
    )]
    pub choose: Choice,
    /// Weight of genes that are on in the loss, relative to genes that are off: a number, or `balanced` for equal total
    /// weight of both classes. Probabilities then no longer reflect class frequencies
    #[arg(long, default_value_t = ClassWeight::default(), help_heading = "Optimisation")]
    pub class_weight: ClassWeight,
    /// Initial bias of the output, with --outcome level [default: mean]
    #[arg(long, value_enum, help_heading = "Model")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_bias: Option<OutputBias>,
    /// Steps.
    #[command(flatten)]
    #[serde(flatten)]
    pub steps: Steps,
    /// Settings of tables.
    #[command(flatten)]
    #[serde(flatten)]
    pub tables: Tables,
    /// Hidden units of LSTM-α's head, not stated in the paper; 0 for a single linear layer, as in the authors' Lua code
    #[arg(long, default_value_t = Sizes::default().head_hidden, help_heading = "Model")]
    pub head_hidden: usize,
    /// Number of filters of the convolution over bins
    #[arg(long, default_value_t = Sizes::default().filters, value_parser = positive, help_heading = "Model")]
    pub filters: usize,
    /// Width of these filters in bins
    #[arg(long, default_value_t = Sizes::default().width, value_parser = positive, help_heading = "Model")]
    pub width: usize,
    /// Number of filters of CNN-α,β's convolution over marks
    #[arg(long, default_value_t = Sizes::default().hm_filters, value_parser = positive, help_heading = "Model")]
    pub hm_filters: usize,
    /// Width of these filters in marks
    #[arg(long, default_value_t = Sizes::default().hm_width, value_parser = positive, help_heading = "Model")]
    pub hm_width: usize,
    /// Units of the first fully connected layer of DeepChrome and CNN-Attn
    #[arg(long, default_value_t = Sizes::default().hidden_1, value_parser = positive, help_heading = "Model")]
    pub hidden_1: usize,
    /// Units of the second fully connected layer
    #[arg(long, default_value_t = Sizes::default().hidden_2, value_parser = positive, help_heading = "Model")]
    pub hidden_2: usize,
    /// Dropout rate of a gene's vector [default: 0.5 for DeepChrome and CNN-Attn, as published; 0 for the others]
    #[arg(long, value_parser = dropout, help_heading = "Model")]
    pub dropout: Option<f64>,
}

impl Recipe {
    /// The published recipe.
    pub fn published() -> Self {
        Self::of(&["", "--recipe", "published"])
    }

    fn of(flags: &[&str]) -> Self {
        let given = Self::augment_args(Command::new("")).get_matches_from(flags);
        Self::from_arg_matches(&given).expect("every setting has a default")
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
            scores: match self.outcome {
                GeneOutcome::OnOff => Sizes::default().scores,
                GeneOutcome::Level => 1,
            },
        }
    }

    /// Checks that settings match the outcome.
    ///
    /// # Errors
    /// The flag, and the remedy.
    pub fn check(&self) -> Result<(), String> {
        match self.outcome {
            GeneOutcome::OnOff if self.choose == Choice::Pearson => Err(
                "--choose pearson requires --outcome level; choose by loss or auroc, or give --outcome level"
                    .to_owned(),
            ),
            GeneOutcome::OnOff if self.output_bias.is_some() => {
                Err("--output-bias requires --outcome level; leave it out, or give --outcome level".to_owned())
            }
            GeneOutcome::Level if self.choose == Choice::Auroc => Err(
                "--choose auroc needs genes that are on or off; --outcome level has no classes: choose by loss or \
                    pearson"
                    .to_owned(),
            ),
            GeneOutcome::Level if self.class_weight != ClassWeight::default() => Err(
                "--class-weight needs genes that are on or off; --outcome level has no classes: leave it out"
                    .to_owned(),
            ),
            GeneOutcome::OnOff | GeneOutcome::Level => Ok(()),
        }
    }
}

impl GeneRecipe for Recipe {
    fn steps(&self) -> &Steps {
        &self.steps
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }
}

/// A setting with values for the published recipe and for the one for few genes.
fn of_presets(of_published: impl ToString, of_small: impl ToString) -> impl FnOnce(Arg) -> Arg {
    move |setting| small(of_small)(published(of_published)(setting))
}

/// A setting with another value for few genes.
fn small(value: impl ToString) -> impl FnOnce(Arg) -> Arg {
    // clap requires static texts.
    let value: &'static str = value.to_string().leak();
    move |setting| setting.default_value_if("preset", "small", value)
}

fn dropout(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err(format!("`{text}` is not a number from zero to below one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::initialise::Initialisation;
    use crate::train::recipe::common::InputTransform;

    #[test]
    fn a_setting_is_kept_as_it_was_written() {
        let kept = serde_json::to_value(Recipe::published()).unwrap();
        assert_eq!((&kept["beta_1"], &kept["epsilon"]), (&0.9.into(), &1e-8.into()));
        assert_eq!(serde_json::from_value::<Recipe>(kept).unwrap(), Recipe::published());
    }

    #[test]
    fn a_recipe_sets_what_no_flag_says() {
        let none = Recipe::of(&[""]);
        let published = Recipe::published();
        assert_eq!((none.choose, published.choose), (Choice::Loss, Choice::Auroc));
        assert_eq!((none.steps, none.tables), (published.steps, published.tables));
        let small = Recipe::of(&["", "--recipe", "small"]);
        let steps = (small.steps.epochs, small.steps.batch_size, small.steps.learning_rate);
        assert_eq!((small.choose, steps), (Choice::Loss, (60, 64, 2e-3)));
        let tables = (small.tables.transform, small.tables.initialisation);
        assert_eq!(tables, (InputTransform::Log1p, Initialisation::Pytorch));
        let given = Recipe::of(&["", "--recipe", "small", "--epochs", "5", "--choose", "auroc"]);
        assert_eq!(
            (given.steps.epochs, given.steps.batch_size, given.choose),
            (5, 64, Choice::Auroc)
        );
    }
}
