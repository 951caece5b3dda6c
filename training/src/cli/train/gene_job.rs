//! Jobs that train on sets of genes, in folds where these were asked for.

use std::path::PathBuf;
use std::sync::OnceLock;

use burn::tensor::Device;
use regulens::task::{Named, Report};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use serde_json::Value;

use super::args::{Described, RunArgs, settings, table_files};
use super::data::{GeneSet, Set, Sets};
use super::dealing::Fold;
use super::folds;
use super::genes::{OnGenes, training};
use super::init::{self, Init};
use super::runs::{self, Run};
use super::{EveryFold, EveryVariant, Job, On, Trains, collapse, fitted_once};
use crate::cli::error::CliError;
use crate::train::data::Examples;
use crate::train::initialise::{at_means, initialise};
use crate::train::recipe::common::GeneRecipe as _;
use crate::train::supervised::{Stepper, Supervised};
use crate::train::task::Task as _;
use crate::train::trainer::Length;

impl<A: OnGenes> Trains for A {
    const FAMILY: &'static str = A::ID;

    type Data = Sets<A::Genes>;
    type Job<'a>
        = GeneJob<'a, A>
    where
        A: 'a;

    fn run(&self) -> &RunArgs {
        self.common().run
    }

    fn variant(&self) -> &str {
        self.common().variant
    }

    fn read(&self) -> Result<Sets<A::Genes>, CliError> {
        let tables = self.common().tables;
        tables.folds.refuse_alone()?;
        self.check()?;
        let expression = self.expression()?;
        let training = training(self, &expression)?;
        let [_, valid, test] = self.files();
        let like_training = |files: &[PathBuf]| self.genes(files, &expression, Some(&training));
        let validation = like_training(valid)?;
        let test = (!test.is_empty()).then(|| like_training(test)).transpose()?;
        let transform = self.common().recipe.tables().transform.of_card();
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
            .common()
            .tables
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
        self.common().tables.folds.folds?;
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
        let tables = args.common().tables;
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
