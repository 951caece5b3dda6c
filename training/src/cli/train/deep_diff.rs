//! Training of DeepDiff: from the tables of two cell types to a model of the change between them.

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args;
use regulens::input::Expression;
use regulens::model::deep_diff::{Architecture, FAMILY, Sizes};
use regulens::task::change::ChangeScore;
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::card::{CellType, gene_ranges};
use serde_json::{Map, Value};

use super::args::{RunArgs, TableArgs, cell_type, describe, describe_bins, refuse_ignored, settings};
use super::data::Sets;
use super::genes::{Common, OnGenes};
use super::{check_device, geometry};
use crate::baseline::BaselineError;
use crate::baseline::deep_diff::{ChangeBaseline, Genes, deep_diff};
use crate::cli::error::CliError;
use crate::cli::pairs::LabelledPair;
use crate::cli::progress;
use crate::train::deep_diff::Change;
use crate::train::initialise::OutputTarget;
use crate::train::recipe::common::OutputBias;
use crate::train::recipe::deep_diff::ChangeRecipe;

/// Training of DeepDiff.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("out", |out| out.value_name("FILE.safetensors|FOLDER")))]
#[command(after_help = AFTER_HELP)]
pub struct DeepDiffArgs {
    /// Variant: raw-d, raw-c, raw, aux, raw-aux, aux-siamese or raw-aux-siamese
    #[arg(long, default_value = "raw-aux")]
    variant: String,
    /// Signal tables of the training genes in cell types A and B; with --folds of all genes
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    train: Vec<PathBuf>,
    /// Signal tables of the validation genes, which choose the epoch
    #[arg(long, value_names = ["A", "B"], num_args = 2, required_unless_present = "folds")]
    valid: Vec<PathBuf>,
    /// Signal tables of held-out test genes; their scores go into the card
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    test: Vec<PathBuf>,
    #[command(flatten)]
    tables: TableArgs,
    /// Cell type of B
    #[arg(long, value_parser = cell_type, help_heading = "Entries of the model card")]
    cell_type_b: Option<CellType>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    recipe: ChangeRecipe,
}

const AFTER_HELP: &str = "\
OUTPUT of --folds: files in the folder --out
  fold-N.safetensors  model of each fold
  folds.tsv           gene, chromosome, fold
  predictions.tsv     prediction of each gene by the model that was not trained on it
  summary.json        scores of each fold, and of all predictions together";

impl OnGenes for DeepDiffArgs {
    const ID: &'static str = FAMILY;
    const KIND: Kind = Kind::Change;
    const SAME: (&'static str, fn(f64) -> f64) = ("a log2 fold change of", |change| change);

    type Genes = LabelledPair;
    type Expression = [Expression; 2];
    type Task = Change;
    type Recipe = ChangeRecipe;
    type Baseline = ChangeBaseline;

    fn common(&self) -> Common<'_, ChangeRecipe> {
        Common {
            run: &self.run,
            tables: &self.tables,
            variant: &self.variant,
            recipe: &self.recipe,
        }
    }

    fn run_mut(&mut self) -> &mut RunArgs {
        &mut self.run
    }

    fn files(&self) -> [&[PathBuf]; 3] {
        [&self.train, &self.valid, &self.test]
    }

    fn expression(&self) -> Result<[Expression; 2], CliError> {
        self.tables.labels.expression_pair()
    }

    fn genes(
        &self,
        files: &[PathBuf],
        expression: &[Expression; 2],
        like: Option<&LabelledPair>,
    ) -> Result<LabelledPair, CliError> {
        LabelledPair::read(files, &self.tables.labels, expression, like.map(|like| &like.tables[0]))
    }

    fn ordered(&self, pair: LabelledPair) -> Result<LabelledPair, CliError> {
        self.tables.ordered_pair(pair)
    }

    fn task(
        &self,
        variant: &'static Variant,
        data: &Sets<LabelledPair>,
        device: &Device,
    ) -> Result<(Change, ChangeRecipe), CliError> {
        let [table, _] = &data.training.genes.tables;
        let sizes = Sizes {
            marks: table.marks.len(),
            bins: table.bins,
            bin_rnn_size: self.recipe.tables.bin_rnn_size,
        };
        let architecture =
            Architecture::new(variant.variant, sizes).map_err(|problem| CliError::Usage(problem.to_string()))?;
        let usual = ChangeRecipe::published();
        refuse_ignored(&self.recipe, &usual, variant.variant, |name| {
            !architecture.is_siamese() && name.starts_with("contrast")
        })?;
        let batch_size = self.recipe.steps.batch_size.min(data.training.examples.len());
        let fits = architecture.check_device(device);
        check_device(&self.run, device, fits, batch_size, architecture.training())?;
        let task = Change {
            architecture,
            contrast: self.recipe.contrast(),
        };
        Ok((task, self.recipe.clone()))
    }

    fn at_means(task: &Change, recipe: &ChangeRecipe) -> &'static [OutputTarget] {
        match recipe.output_bias {
            OutputBias::Mean => task.outputs(),
            OutputBias::Drawn => &[],
        }
    }

    fn card(&self, variant: &'static Variant, data: &Sets<LabelledPair>) -> ModelCard {
        let [a, b] = &data.training.genes.tables;
        let mut card = ModelCard::new(FAMILY, variant.variant, a.marks.clone(), a.bins);
        card.name = match (&self.tables.cell_type, &self.cell_type_b) {
            (Some(a), Some(b)) => format!("DeepDiff {}, {} to {}", variant.title, a.name, b.name),
            _ => format!("DeepDiff {}", variant.title),
        };
        geometry::describe(&mut card, data.geometry, a);
        card.citation = vec![variant.citation().to_owned()];
        card.cell_type.clone_from(&self.tables.cell_type);
        card.cell_type_b.clone_from(&self.cell_type_b);
        card.transform = self.recipe.tables.transform.of_card();
        card.input_distribution = a.distribution();
        card.input_distribution_b = b.distribution();
        card.gene_ranges = [a, b]
            .into_iter()
            .flat_map(|table| gene_ranges(&table.values, [table.bins, table.marks.len()]))
            .collect();
        card
    }

    fn describe(&self, task: &Change, recipe: &ChangeRecipe, _: &LabelledPair) -> Map<String, Value> {
        let mut described = settings(recipe);
        if !task.architecture.is_siamese() {
            described.retain(|name, _| !name.starts_with("contrast"));
        }
        describe_bins(&mut described, &self.tables.labels);
        let facts = [
            (
                "target",
                "log2((count in B + 1) / (count in A + 1)): positive for genes that are higher in B",
            ),
            ("optimiser", "Adam"),
            (
                "loss",
                "mean squared error of the change, and of log2(count + 1) in A and in B where there are auxiliary tasks",
            ),
            ("chosen by", "best validation Pearson, ties to the earlier epoch"),
        ];
        describe(&mut described, facts);
        described
    }

    fn fit(data: &Sets<LabelledPair>, test: &LabelledPair) -> Result<Vec<ChangeBaseline>, BaselineError> {
        let genes = |pair: &LabelledPair| Genes::new(&pair.paired.table, &pair.tables[0].marks, &pair.counts);
        let [training, validation] = [&data.training, &data.validation].map(|set| genes(&set.genes));
        deep_diff(&training, &validation, &genes(test), &mut progress::watch())
    }

    fn for_card(fitted: &[ChangeBaseline], _: &dyn Fn() -> Vec<f64>, _: &[f64]) -> Vec<Named<ChangeScore>> {
        fitted.iter().cloned().filter_map(ChangeBaseline::for_card).collect()
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<ChangeScore>> {
        &mut card.change_metrics
    }
}
