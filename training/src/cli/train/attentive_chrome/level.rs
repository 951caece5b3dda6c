//! Training of AttentiveChrome on levels of expression, log2(count + 1).

use std::path::PathBuf;

use burn::tensor::Device;
use regulens::input::Expression;
use regulens::model::attentive_chrome::FAMILY;
use regulens::task::level::{LevelScore, UNIT};
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use serde_json::{Map, Value};

use super::{AttentiveChromeArgs, only};
use crate::baseline::BaselineError;
use crate::baseline::deep_diff::Genes;
use crate::baseline::level::{LevelBaseline, level};
use crate::cli::error::CliError;
use crate::cli::levels::Levelled;
use crate::cli::progress;
use crate::cli::run_table::{Figure, Scored};
use crate::cli::train::EveryVariant;
use crate::cli::train::all_variants::{self, EachVariant};
use crate::cli::train::args::{RunArgs, describe};
use crate::cli::train::data::Sets;
use crate::cli::train::genes::{Common, OnGenes};
use crate::train::initialise::OutputTarget;
use crate::train::level::Level;
use crate::train::recipe::attentive_chrome::Recipe;
use crate::train::recipe::common::OutputBias;

/// The arguments, of which `--outcome level` was asked.
#[derive(Debug, Clone)]
pub struct LevelArgs(AttentiveChromeArgs);

impl LevelArgs {
    /// The arguments as those of a training on levels.
    pub fn of(args: &AttentiveChromeArgs) -> Self {
        Self(args.clone())
    }
}

impl OnGenes for LevelArgs {
    const ID: &'static str = FAMILY;
    const KIND: Kind = Kind::Level;
    const SAME: (&'static str, fn(f64) -> f64) = ("a level of", |level| level);

    type Genes = Levelled;
    type Expression = Expression;
    type Task = Level;
    type Recipe = Recipe;
    type Baseline = LevelBaseline;

    fn common(&self) -> Common<'_, Recipe> {
        self.0.common()
    }

    fn run_mut(&mut self) -> &mut RunArgs {
        self.0.run_mut()
    }

    fn files(&self) -> [&[PathBuf]; 3] {
        self.0.files()
    }

    fn check(&self) -> Result<(), CliError> {
        self.0.check()
    }

    fn expression(&self) -> Result<Expression, CliError> {
        self.0.tables.labels.counts()
    }

    fn genes(&self, files: &[PathBuf], counts: &Expression, like: Option<&Levelled>) -> Result<Levelled, CliError> {
        Levelled::read(only(files), &self.0.tables.labels, counts, like.map(|like| &like.table))
    }

    fn ordered(&self, genes: Levelled) -> Result<Levelled, CliError> {
        Ok(Levelled {
            table: self.0.tables.ordered(genes.table)?,
            ..genes
        })
    }

    fn task(
        &self,
        variant: &'static Variant,
        data: &Sets<Levelled>,
        device: &Device,
    ) -> Result<(Level, Recipe), CliError> {
        let (architecture, mut recipe) = self.0.architecture(variant, &data.training.genes.table, device)?;
        recipe.output_bias.get_or_insert(OutputBias::Mean);
        let task = Level {
            architecture,
            dropout: recipe.dropout.unwrap_or(0.0),
            choose: recipe.choose,
        };
        Ok((task, recipe))
    }

    fn at_means(task: &Level, recipe: &Recipe) -> &'static [OutputTarget] {
        match recipe.output_bias {
            Some(OutputBias::Mean) => task.outputs(),
            Some(OutputBias::Drawn) | None => &[],
        }
    }

    fn card(&self, variant: &'static Variant, data: &Sets<Levelled>) -> ModelCard {
        let card = self.0.card_of(variant, data);
        ModelCard {
            task: Kind::Level,
            unit: Some(UNIT.to_owned()),
            name: card.name.clone() + ", level",
            ..card
        }
    }

    fn describe(&self, task: &Level, recipe: &Recipe, _: &Levelled) -> Map<String, Value> {
        let mut described = self.0.settings(recipe, task.architecture);
        // Levels have no classes.
        described.remove("class_weight");
        let facts = [
            ("target", UNIT),
            ("optimiser", "Adam"),
            ("loss", "mean squared error"),
            ("chosen by", recipe.choose.words()),
        ];
        describe(&mut described, facts);
        described
    }

    fn fit(data: &Sets<Levelled>, test: &Levelled) -> Result<Vec<LevelBaseline>, BaselineError> {
        let genes = |set: &Levelled| Genes::of_levels(&set.table, &set.levels);
        let [training, validation] = [&data.training, &data.validation].map(|set| genes(&set.genes));
        level(&training, &validation, &genes(test), &mut progress::watch())
    }

    fn for_card(fitted: &[LevelBaseline], _: &dyn Fn() -> Vec<f64>, _: &[f64]) -> Vec<Named<LevelScore>> {
        fitted.iter().cloned().filter_map(LevelBaseline::for_card).collect()
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<LevelScore>> {
        &mut card.level_metrics
    }

    fn all_variants(&self) -> Option<EveryVariant<Self>> {
        self.0.all_variants.then_some(all_variants::run)
    }
}

impl EachVariant for LevelArgs {
    const FIGURES: &'static [Figure<LevelScore>] = &[
        ("pearson", |score| Some(score.pearson)),
        ("spearman", |score| Some(score.spearman)),
        ("r2", |score| Some(score.r2)),
        ("mse", |score| Some(score.mse)),
    ];

    fn of_variant(&self, variant: &str) -> Self {
        Self(self.0.of_variant(variant))
    }

    fn row(baseline: &LevelBaseline) -> Scored<LevelScore> {
        Scored {
            predictor: baseline.name.clone(),
            seed: None,
            parameters: None,
            validation: baseline.validation.map(|score| score.pearson),
            test: baseline.test,
        }
    }
}
