//! Training on sets of genes, whatever is learned of them.

use std::path::PathBuf;

use burn::tensor::Device;
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use serde_json::{Map, Value};

use super::EveryVariant;
use super::args::{RunArgs, TableArgs};
use super::data::{GeneSet, Sets};
use crate::baseline::BaselineError;
use crate::cli::error::CliError;
use crate::cli::signal::tell_notes;
use crate::train::initialise::OutputTarget;
use crate::train::recipe::common::GeneRecipe;
use crate::train::task::Task;

/// Arguments that every training on sets of genes has.
#[derive(Debug)]
pub struct Common<'a, Recipe> {
    /// Arguments of every training.
    pub run: &'a RunArgs,
    /// Arguments of every training on tables.
    pub tables: &'a TableArgs,
    /// The variant that was asked for.
    pub variant: &'a str,
    /// The recipe that was asked for.
    pub recipe: &'a Recipe,
}

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

    /// The learning task.
    type Task: Task;

    /// Every setting.
    type Recipe: GeneRecipe;

    /// A simple predictor.
    type Baseline;

    /// Arguments that every family has.
    fn common(&self) -> Common<'_, Self::Recipe>;

    /// Those of every training, to be changed.
    fn run_mut(&mut self) -> &mut RunArgs;

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
