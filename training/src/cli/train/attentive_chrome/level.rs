//! Training of AttentiveChrome on levels of expression, log2(count + 1).

mod all_variants;

use std::sync::OnceLock;

use burn::tensor::Device;
use regulens::engine::{Batch, Engine, PrepareOptions, Prepared};
use regulens::input::Window;
use regulens::model::attentive_chrome::{Architecture, FAMILY};
use regulens::task::level::{LevelScore, UNIT};
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::card::Transform;
use serde_json::Value;

use super::AttentiveChromeArgs;
use crate::baseline::BaselineError;
use crate::baseline::deep_diff::Genes;
use crate::baseline::level::{LevelBaseline, level};
use crate::cli::error::CliError;
use crate::cli::levels::Levelled;
use crate::cli::progress;
use crate::cli::signal::tell_notes;
use crate::cli::train::args::{Described, RunArgs, TableArgs, describe, settings};
use crate::cli::train::data::levels::{Levels, hash};
use crate::cli::train::dealing::Fold;
use crate::cli::train::folds::{self, InFolds};
use crate::cli::train::init::{self, Init};
use crate::cli::train::runs::{self, Run};
use crate::cli::train::{EveryFold, EveryVariant, Job, On, Trains, collapse, fitted_once};
use crate::train::data::Examples;
use crate::train::initialise::{at_means, initialise};
use crate::train::level::Level;
use crate::train::recipe::attentive_chrome::Recipe;
use crate::train::recipe::common::OutputBias;
use crate::train::supervised::{Stepper, Supervised};
use crate::train::trainer::Length;

/// The arguments, of which `--outcome level` was asked.
#[derive(Debug, Clone)]
pub struct LevelArgs(AttentiveChromeArgs);

/// Everything that the runs of one variant share.
pub struct LevelJob<'a> {
    args: &'a AttentiveChromeArgs,
    variant: &'static Variant,
    architecture: Architecture,
    /// With the variant's own dropout, where none was asked for.
    recipe: Recipe,
    transform: Transform,
    device: Device,
    data: &'a Levels,
    training: Examples,
    validation: Examples,
    test: Option<Examples>,
    init: Option<Init>,
    /// Simple predictors, once they are fitted.
    fitted: OnceLock<Vec<LevelBaseline>>,
}

impl LevelArgs {
    /// The arguments as those of a training on levels.
    pub fn of(args: &AttentiveChromeArgs) -> Self {
        Self(args.clone())
    }
}

impl Trains for LevelArgs {
    const FAMILY: &'static str = FAMILY;

    type Data = Levels;
    type Job<'a> = LevelJob<'a>;

    fn run(&self) -> &RunArgs {
        &self.0.run
    }

    fn variant(&self) -> &str {
        &self.0.variant
    }

    fn read(&self) -> Result<Levels, CliError> {
        let Self(args) = self;
        args.tables.folds.refuse_alone()?;
        args.recipe.check().map_err(CliError::Usage)?;
        Levels::read(&args.tables, &args.train, args.validation_file(), args.test.as_deref())
    }

    fn job<'a>(
        &'a self,
        variant: &'static Variant,
        device: &Device,
        data: &'a Levels,
    ) -> Result<LevelJob<'a>, CliError> {
        let Self(args) = self;
        let (architecture, mut recipe) = args.architecture(variant, &data.training.table, device)?;
        recipe.output_bias.get_or_insert(OutputBias::Mean);
        let transform = recipe.tables.transform.of_card();
        let examples = |set: &Levelled| Examples::of_levels(&set.table, &set.levels, &transform);
        let described = (&data.training.table, &transform, data.geometry);
        let init = args.tables.init(variant, Kind::Level, &settings(&recipe), described)?;
        Ok(LevelJob {
            init,
            args,
            variant,
            architecture,
            device: device.clone(),
            training: examples(&data.training),
            validation: examples(&data.validation),
            test: data.test.as_ref().map(examples),
            recipe,
            transform,
            data,
            fitted: OnceLock::new(),
        })
    }

    fn every_variant(&self) -> Option<EveryVariant<Self>> {
        if self.0.all_variants {
            Some(all_variants::run)
        } else {
            None
        }
    }

    fn in_folds(&self) -> Option<EveryFold<Self>> {
        self.0.tables.folds.folds?;
        Some(folds::run::<Self>)
    }
}

impl InFolds for LevelArgs {
    type Whole = Levelled;
    type FoldScore = LevelScore;

    const MEASURED: &'static str = "measured";

    fn table_args(&self) -> &TableArgs {
        &self.0.tables
    }

    fn run_mut(&mut self) -> &mut RunArgs {
        &mut self.0.run
    }

    fn whole(&self) -> Result<Levelled, CliError> {
        let Self(args) = self;
        args.recipe.check().map_err(CliError::Usage)?;
        let labels = &args.tables.labels;
        let whole = Levelled::read(&args.train, labels, &labels.counts()?, None)?;
        tell_notes(&whole.table);
        Ok(Levelled {
            table: args.tables.ordered(whole.table)?,
            ..whole
        })
    }

    fn file(whole: &Levelled) -> &str {
        &whole.table.file
    }

    fn windows(whole: &Levelled) -> Option<&[Window]> {
        whole.table.windows.as_deref()
    }

    fn genes(whole: &Levelled) -> &[String] {
        &whole.table.genes
    }

    fn measured(whole: &Levelled) -> Vec<f64> {
        whole.levels.clone()
    }

    fn hash(whole: &Levelled) -> String {
        hash(&[whole])
    }

    fn recipe(&self) -> Value {
        settings(&self.0.recipe).into()
    }

    fn data(&self, whole: &Levelled, places: [&[usize]; 3], fold: Fold) -> Result<Levels, CliError> {
        let [training, validation, test] = places.map(|places| whole.take(places));
        Levels::of(&self.0.tables, [training, validation], Some(test), Some(fold))
    }

    fn prepare(engine: &Engine, whole: &Levelled, places: &[usize]) -> Result<Prepared, CliError> {
        Ok(engine.prepare(&whole.take(places).table, &PrepareOptions::default())?)
    }

    fn predicted(values: &Batch) -> &[f32] {
        &values.level
    }

    fn score(predicted: &[f32], measured: &[f64]) -> Option<LevelScore> {
        let predicted: Vec<f64> = predicted.iter().map(|&value| value.into()).collect();
        LevelScore::of(&predicted, measured)
    }

    fn problem(measured: &[f64]) -> Option<String> {
        let first = measured.first()?;
        measured.iter().all(|value| value == first).then(|| {
            format!(
                "found one level, {first:.4}, for all {} genes; expected several",
                measured.len()
            )
        })
    }
}

impl LevelJob<'_> {
    fn task(&self) -> Level {
        Level {
            architecture: self.architecture,
            dropout: self.recipe.dropout.unwrap_or(0.0),
            choose: self.recipe.choose,
        }
    }

    /// The predictions of the best weights of runs, the mean of several.
    fn predicted(&self, runs: &[&Run], examples: &Examples) -> Vec<f64> {
        runs::predicted(&self.task(), runs, examples, &self.device)
    }
}

impl Job for LevelJob<'_> {
    type Score = LevelScore;
    type Learner<'b>
        = Supervised<'b, Level>
    where
        Self: 'b;

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.architecture.tensors()
    }

    fn begin(&self, seed: u64) -> Supervised<'_, Level> {
        let (task, tables) = (self.task(), &self.recipe.tables);
        let mut weights = initialise(&self.shapes(), tables.initialisation, tables.initial_bound, seed);
        if self.recipe.output_bias == Some(OutputBias::Mean) {
            at_means(&mut weights, task.outputs(), &self.training);
        }
        if let Some(init) = &self.init {
            init.start(&mut weights);
        }
        let stepper = Stepper::new(task, &weights, self.recipe.optimiser(), &self.device);
        Supervised::new(stepper, self.recipe.steps.batch_size, &self.training, &self.validation)
    }

    fn length(&self) -> Length {
        self.recipe.steps.length()
    }

    fn settings(&self) -> Value {
        let mut settings = settings(&self.recipe);
        init::set(&mut settings, self.init.as_ref());
        settings.into()
    }

    fn hash(&self) -> &str {
        &self.data.hash
    }

    fn card(&self) -> ModelCard {
        let Self { args, data, .. } = self;
        let mut card = args.card(self.variant, &data.training.table, data.geometry, &self.transform);
        card.task = Kind::Level;
        card.unit = Some(UNIT.to_owned());
        card.name += ", level";
        if let Some(Fold { number, of, .. }) = &data.fold {
            card.name += &format!(", fold {number} of {of}");
        }
        card
    }

    fn described(&self) -> Described {
        let Self { args, data, .. } = self;
        let mut recipe = args.settings(&self.recipe, self.architecture);
        // Levels have no classes.
        recipe.remove("class_weight");
        let mut split = data.split();
        if let Some(fold) = &data.fold {
            split = format!("{}: {split}", fold.words());
            fold.describe(&mut recipe);
        }
        if let Some(init) = &self.init {
            init.describe(&mut recipe);
        }
        let facts = [
            ("target", UNIT),
            ("optimiser", "Adam"),
            ("loss", "mean squared error"),
            ("chosen by", self.recipe.choose.words()),
        ];
        describe(&mut recipe, facts);
        Described {
            data: args.tables.data.clone(),
            split,
            genes: Some(data.training.levels.len()),
            recipe,
            files: args.files(data.fold.as_ref()),
        }
    }

    fn score(&self, runs: &[&Run], on: On) -> Result<Option<LevelScore>, CliError> {
        let examples = match on {
            On::Validation => Some(&self.validation),
            On::Test => self.test.as_ref(),
        };
        Ok(examples.and_then(|examples| {
            let predicted = self.predicted(runs, examples);
            LevelScore::of(&predicted, &examples.first_targets())
        }))
    }

    fn validation(&self, run: &Run) -> (Option<f64>, f64) {
        let [loss, pearson, _] = run.validation[..] else {
            unreachable!("the metrics of this task")
        };
        (Some(loss), pearson)
    }

    fn check_spread(&self, run: &Run) -> Result<(), CliError> {
        collapse::check("a level of", self.predicted(&[run], &self.validation).into_iter())
    }

    fn is_tested(&self) -> bool {
        self.test.is_some()
    }

    fn baselines(&self, _: &[&Run]) -> Result<Vec<Named<LevelScore>>, CliError> {
        let Some(test) = &self.data.test else {
            return Ok(Vec::new());
        };
        let fitted = fitted_once(&self.fitted, || fit(self.data, test))?;
        Ok(fitted.iter().cloned().filter_map(LevelBaseline::for_card).collect())
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<LevelScore>> {
        &mut card.level_metrics
    }
}

/// Fits simple predictors to the same genes.
fn fit(data: &Levels, test: &Levelled) -> Result<Vec<LevelBaseline>, BaselineError> {
    let genes = |set: &Levelled| Genes::of_levels(&set.table, &set.levels);
    level(
        &genes(&data.training),
        &genes(&data.validation),
        &genes(test),
        &mut progress::watch(),
    )
}
