//! Training of AttentiveChrome on levels of expression, log2(count + 1).

mod all_variants;

use burn::tensor::Device;
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
use crate::cli::train::args::{Described, RunArgs, describe, settings};
use crate::cli::train::data::levels::Levels;
use crate::cli::train::runs::Run;
use crate::cli::train::{EveryVariant, Job, On, Trains, collapse};
use crate::train::data::Examples;
use crate::train::initialise::{at_means, initialise};
use crate::train::level::Level;
use crate::train::recipe::attentive_chrome::Recipe;
use crate::train::recipe::common::OutputBias;
use crate::train::supervised::{Stepper, Supervised, predictions};
use crate::train::task::Task;
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
    /// Where they are fitted already.
    baselines: Option<&'a [LevelBaseline]>,
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
        for (flag, given) in [
            ("--folds", args.tables.folds.folds.is_some()),
            ("--init-from", args.tables.init_from.is_some()),
        ] {
            if given {
                return Err(CliError::Usage(format!(
                    "{flag} is of models of genes on and off and of changes; leave it out of --outcome level"
                )));
            }
        }
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
        Ok(LevelJob {
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
            baselines: None,
        })
    }

    fn every_variant(&self) -> Option<EveryVariant<Self>> {
        if self.0.all_variants {
            Some(all_variants::run)
        } else {
            None
        }
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

    /// The predictions of a run's best weights.
    fn predicted(&self, run: &Run, examples: &Examples) -> Vec<f64> {
        let task = self.task();
        let model = task.load(&run.best.weights, &self.device);
        predictions(&task, &model, examples, &self.device)
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
        let stepper = Stepper::new(task, &weights, self.recipe.optimiser(), &self.device);
        Supervised::new(stepper, self.recipe.steps.batch_size, &self.training, &self.validation)
    }

    fn length(&self) -> Length {
        self.recipe.steps.length()
    }

    fn settings(&self) -> Value {
        settings(&self.recipe).into()
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
        card
    }

    fn described(&self) -> Described {
        let Self { args, data, .. } = self;
        let mut recipe = args.settings(&self.recipe, self.architecture);
        // Levels have no classes.
        recipe.remove("class_weight");
        let facts = [
            ("target", UNIT),
            ("optimiser", "Adam"),
            ("loss", "mean squared error"),
            ("chosen by", self.recipe.choose.words()),
        ];
        describe(&mut recipe, facts);
        Described {
            data: args.tables.data.clone(),
            split: data.split(),
            genes: Some(data.training.levels.len()),
            recipe,
            files: args.files(),
        }
    }

    fn score(&self, run: &Run, on: On) -> Result<Option<LevelScore>, CliError> {
        let examples = match on {
            On::Validation => Some(&self.validation),
            On::Test => self.test.as_ref(),
        };
        Ok(examples.and_then(|examples| {
            let predicted = self.predicted(run, examples);
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
        if self.args.tables.allow_constant {
            return Ok(());
        }
        collapse::check("a level of", self.predicted(run, &self.validation).into_iter())
    }

    fn is_tested(&self) -> bool {
        self.test.is_some()
    }

    fn baselines(&self, _: &Run) -> Result<Vec<Named<LevelScore>>, CliError> {
        let Some(test) = &self.data.test else {
            return Ok(Vec::new());
        };
        let fitted = match self.baselines {
            Some(fitted) => fitted.to_vec(),
            None => fit(self.data, test).map_err(|error| match error {
                BaselineError::Interrupted => CliError::Interrupted(
                    "all epochs are finished and kept; --resume fits the baselines, --resume --no-baselines leaves \
                        them out"
                        .to_owned(),
                ),
                error => error.into(),
            })?,
        };
        Ok(fitted.into_iter().filter_map(LevelBaseline::for_card).collect())
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
