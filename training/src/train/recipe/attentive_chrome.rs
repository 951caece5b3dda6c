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
    /// The authors' PyTorch code, which chooses the epoch by AUROC
    Published,
    /// For some hundreds of genes: ln(1 + count), PyTorch's initialisation, 60 epochs at 2e-3 in batches of 64
    Small,
}

/// Metric by which validation chooses the epoch and the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// The lowest loss
    Loss,
    /// The highest AUROC, as published: it ranks genes, and may prefer weights that call all of them on
    Auroc,
    /// The highest Pearson correlation, of --outcome level
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
    /// Its level of expression: log2(count + 1) of --expression
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
    /// The outcome to learn of a gene
    #[arg(long = "outcome", value_enum, default_value_t = GeneOutcome::OnOff)]
    #[serde(default, skip_serializing_if = "GeneOutcome::is_on_off")]
    pub outcome: GeneOutcome,
    /// Preset whose settings are taken where a flag says nothing else
    #[arg(long = "recipe", value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Metric that chooses the epoch and the seed on the validation genes
    #[arg(
        long,
        value_enum,
        default_value = "loss",
        default_value_ifs([("outcome", "level", "loss"), ("preset", "published", "auroc")])
    )]
    pub choose: Choice,
    /// Weight of a gene that is on in the loss, beside one that is off: `balanced` for as much as makes both
    /// classes count alike, or a number. Probabilities are then not those of genes drawn at random
    #[arg(long, default_value_t = ClassWeight::default())]
    pub class_weight: ClassWeight,
    /// The start of the output's bias, of --outcome level [default: mean]
    #[arg(long, value_enum)]
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
            GeneOutcome::OnOff if self.choose == Choice::Pearson => {
                Err("--choose pearson is of --outcome level; choose by loss or auroc, or give --outcome level".to_owned())
            }
            GeneOutcome::OnOff if self.output_bias.is_some() => {
                Err("--output-bias is of --outcome level; leave it out, or give --outcome level".to_owned())
            }
            GeneOutcome::Level if self.choose == Choice::Auroc => Err(
                "--choose auroc is of genes that are on or off; --outcome level has no classes: choose by loss or pearson"
                    .to_owned(),
            ),
            GeneOutcome::Level if self.class_weight != ClassWeight::default() => Err(
                "--class-weight is of genes that are on or off; --outcome level has no classes: leave it out".to_owned(),
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
        _ => Err(format!("`{text}` is not a number of zero or more and below one")),
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
