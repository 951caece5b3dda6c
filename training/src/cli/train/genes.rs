//! Training on sets of genes, whatever is learned of them.

use std::path::PathBuf;
use std::sync::OnceLock;

use burn::tensor::Device;
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use serde_json::{Map, Value};

use super::args::{Described, RunArgs, TableArgs, settings, table_files};
use super::data::{GeneSet, Set, Sets};
use super::dealing::Fold;
use super::folds;
use super::init::{self, Init};
use super::runs::{self, Run};
use super::{EveryFold, EveryVariant, Job, On, Trains, collapse, fitted_once};
use crate::baseline::BaselineError;
use crate::cli::error::CliError;
use crate::cli::signal::tell_notes;
use crate::train::data::Examples;
use crate::train::initialise::{OutputTarget, at_means, initialise};
use crate::train::recipe::common::GeneRecipe;
use crate::train::supervised::{Stepper, Supervised};
use crate::train::task::Task;
use crate::train::trainer::Length;

/// Arguments of a training on sets of genes: what is read of them, and what a model is to say of each.
pub trait OnGenes: Clone {
    /// The family's id.
    const ID: &'static str;

    /// The task of the models.
    const KIND: Kind;

    /// Predictions of validation genes that are all the same in words, of what a model predicts of each.
    const SAME: (&'static str, fn(f64) -> f64);

    /// Genes with what was measured of them.
    type Genes: GeneSet;

    /// Files of expression, read once.
    type Expression;

    /// What the model learns.
    type Task: Task;

    /// Every setting.
    type Recipe: GeneRecipe;

    /// A simple predictor.
    type Baseline;

    /// Arguments of every training.
    fn run_args(&self) -> &RunArgs;

    /// The same, to be changed.
    fn run_args_mut(&mut self) -> &mut RunArgs;

    /// Arguments of every training on tables.
    fn table_args(&self) -> &TableArgs;

    /// The variant that was asked for.
    fn variant_name(&self) -> &str;

    /// The recipe that was asked for.
    fn recipe(&self) -> &Self::Recipe;

    /// The files of training, validation and test genes.
    fn files(&self) -> [&[PathBuf]; 3];

    /// Refuses settings that do not go together.
    fn check(&self) -> Result<(), CliError> {
        Ok(())
    }

    /// Reads the expression.
    fn expression(&self) -> Result<Self::Expression, CliError>;

    /// Reads a set of genes, with the marks and bins of `like` where there is one.
    fn genes(
        &self,
        files: &[PathBuf],
        expression: &Self::Expression,
        like: Option<&Self::Genes>,
    ) -> Result<Self::Genes, CliError>;

    /// With the marks of training genes in the order of `--init-from`.
    fn ordered(&self, genes: Self::Genes) -> Result<Self::Genes, CliError>;

    /// The task of a variant, and the recipe as it is trained; refused where the data or the device do not take it.
    fn task(
        &self,
        variant: &'static Variant,
        data: &Sets<Self::Genes>,
        device: &Device,
    ) -> Result<(Self::Task, Self::Recipe), CliError>;

    /// Outputs that start at the means of their targets.
    fn at_means(task: &Self::Task, recipe: &Self::Recipe) -> &'static [OutputTarget];

    /// The card, but for the fold.
    fn card(&self, variant: &'static Variant, data: &Sets<Self::Genes>) -> ModelCard;

    /// Settings and facts for the card.
    fn describe(&self, task: &Self::Task, recipe: &Self::Recipe, training: &Self::Genes) -> Map<String, Value>;

    /// Fits simple predictors.
    fn fit(data: &Sets<Self::Genes>, test: &Self::Genes) -> Result<Vec<Self::Baseline>, BaselineError>;

    /// As a card keeps them, beside what a model predicts.
    fn for_card(
        fitted: &[Self::Baseline],
        predicted: &dyn Fn() -> Vec<f64>,
        measured: &[f64],
    ) -> Vec<Named<<Self::Genes as GeneSet>::Score>>;

    /// Where a card keeps the scores.
    fn scores(card: &mut ModelCard) -> &mut Option<Report<<Self::Genes as GeneSet>::Score>>;

    /// Trains every variant instead, where that was asked for; none where not.
    fn all_variants(&self) -> Option<EveryVariant<Self>> {
        None
    }
}

/// Reads the training genes, or those that are dealt into folds.
pub fn training<A: OnGenes>(args: &A, expression: &A::Expression) -> Result<A::Genes, CliError> {
    let [files, ..] = args.files();
    let genes = args.ordered(args.genes(files, expression, None)?)?;
    genes.tables().iter().for_each(tell_notes);
    Ok(genes)
}

impl<A: OnGenes> Trains for A {
    const FAMILY: &'static str = A::ID;

    type Data = Sets<A::Genes>;
    type Job<'a>
        = GeneJob<'a, A>
    where
        A: 'a;

    fn run(&self) -> &RunArgs {
        self.run_args()
    }

    fn variant(&self) -> &str {
        self.variant_name()
    }

    fn read(&self) -> Result<Sets<A::Genes>, CliError> {
        let tables = self.table_args();
        tables.folds.refuse_alone()?;
        self.check()?;
        let expression = self.expression()?;
        let training = training(self, &expression)?;
        let [_, valid, test] = self.files();
        let like_training = |files: &[PathBuf]| self.genes(files, &expression, Some(&training));
        let validation = like_training(valid)?;
        let test = (!test.is_empty()).then(|| like_training(test)).transpose()?;
        let transform = self.recipe().tables().transform.of_card();
        Sets::of(tables, &transform, [training, validation], test, None)
    }

    fn job<'a>(
        &'a self,
        variant: &'static Variant,
        device: &Device,
        data: &'a Sets<A::Genes>,
    ) -> Result<GeneJob<'a, A>, CliError> {
        let (task, recipe) = self.task(variant, data, device)?;
        let transform = recipe.tables().transform.of_card();
        let described = (&data.training.genes.tables()[0], &transform, data.geometry);
        let init = self
            .table_args()
            .init(variant, A::KIND, &settings(&recipe), described)?;
        Ok(GeneJob {
            args: self,
            variant,
            task,
            recipe,
            device: device.clone(),
            data,
            init,
            fitted: OnceLock::new(),
        })
    }

    fn every_variant(&self) -> Option<EveryVariant<Self>> {
        self.all_variants()
    }

    fn in_folds(&self) -> Option<EveryFold<Self>> {
        self.table_args().folds.folds?;
        Some(folds::run::<Self>)
    }
}

/// Everything that the runs of one variant share.
pub struct GeneJob<'a, A: OnGenes> {
    args: &'a A,
    variant: &'static Variant,
    task: A::Task,
    recipe: A::Recipe,
    device: Device,
    data: &'a Sets<A::Genes>,
    init: Option<Init>,
    /// Simple predictors, once they are fitted.
    pub fitted: OnceLock<Vec<A::Baseline>>,
}

impl<A: OnGenes> GeneJob<'_, A> {
    /// Predictions of the best weights of runs, the mean of several.
    fn predicted(&self, runs: &[&Run], examples: &Examples) -> Vec<f64> {
        runs::predicted(&self.task, runs, examples, &self.device)
    }
}

impl<A: OnGenes> Job for GeneJob<'_, A> {
    type Score = <A::Genes as GeneSet>::Score;
    type Learner<'b>
        = Supervised<'b, A::Task>
    where
        Self: 'b;

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.task.tensors()
    }

    fn begin(&self, seed: u64) -> Supervised<'_, A::Task> {
        let (recipe, tables) = (&self.recipe, self.recipe.tables());
        let [training, validation] = [&self.data.training, &self.data.validation].map(|set| &set.examples);
        let mut weights = initialise(&self.shapes(), tables.initialisation, tables.initial_bound, seed);
        at_means(&mut weights, A::at_means(&self.task, recipe), training);
        if let Some(init) = &self.init {
            init.start(&mut weights);
        }
        let stepper = Stepper::new(self.task.clone(), &weights, recipe.optimiser(), &self.device);
        Supervised::new(stepper, recipe.steps().batch_size, training, validation)
    }

    fn length(&self) -> Length {
        self.recipe.steps().length()
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
        let mut card = self.args.card(self.variant, self.data);
        if let Some(Fold { number, of, .. }) = &self.data.fold {
            card.name += &format!(", fold {number} of {of}");
        }
        card
    }

    fn described(&self) -> Described {
        let Self { args, data, .. } = self;
        let tables = args.table_args();
        let training = &data.training.genes;
        let mut recipe = args.describe(&self.task, &self.recipe, training);
        if let Some(fold) = &data.fold {
            fold.describe(&mut recipe);
        }
        if let Some(init) = &self.init {
            init.describe(&mut recipe);
        }
        let init = tables.init_from.clone().map(|path| ("init-from", path));
        let files = table_files(&tables.labels, args.files()).into_iter();
        Described {
            data: tables.data.clone(),
            split: data.split(),
            genes: Some(training.table().genes.len()),
            recipe,
            files: files
                .chain(data.fold.as_ref().and_then(Fold::file))
                .chain(init)
                .collect(),
        }
    }

    fn score(&self, runs: &[&Run], on: On) -> Result<Option<Self::Score>, CliError> {
        let set = match on {
            On::Validation => Some(&self.data.validation),
            On::Test => self.data.test.as_ref(),
        };
        Ok(set.and_then(|Set { examples, .. }| {
            A::Genes::score(&self.predicted(runs, examples), &examples.first_targets())
        }))
    }

    fn validation(&self, run: &Run) -> (Option<f64>, f64) {
        match (A::Task::METRICS, &run.validation[..]) {
            (["loss", ..], [loss, headline, ..]) => (Some(*loss), *headline),
            _ => (None, run.best.score),
        }
    }

    fn check_spread(&self, run: &Run) -> Result<(), CliError> {
        let (what, of) = A::SAME;
        let predicted = self.predicted(&[run], &self.data.validation.examples);
        collapse::check(what, predicted.into_iter().map(of))
    }

    fn is_tested(&self) -> bool {
        self.data.test.is_some()
    }

    fn baselines(&self, runs: &[&Run]) -> Result<Vec<Named<Self::Score>>, CliError> {
        let Some(Set { genes, examples }) = &self.data.test else {
            return Ok(Vec::new());
        };
        let fitted = fitted_once(&self.fitted, || A::fit(self.data, genes))?;
        Ok(A::for_card(
            fitted,
            &|| self.predicted(runs, examples),
            &examples.first_targets(),
        ))
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<Self::Score>> {
        A::scores(card)
    }
}
