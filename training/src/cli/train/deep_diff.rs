//! Training of DeepDiff: from the tables of two cell types to a model of the change between them.

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args;
use regulens::model::deep_diff::{Architecture, FAMILY, Sizes};
use regulens::task::change::ChangeScore;
use regulens::task::{Named, Report};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::card::{CellType, gene_ranges};
use serde_json::Value;

use super::args::{
    Described, RunArgs, TableArgs, cell_type, describe, describe_bins, refuse_ignored, settings, table_files,
};
use super::data::pairs::Pairs;
use super::runs::Run;
use super::{Job, On, Trains, check_device, collapse, geometry};
use crate::baseline::deep_diff::{ChangeBaseline, deep_diff};
use crate::cli::error::CliError;
use crate::cli::progress;
use crate::train::deep_diff::Change;
use crate::train::initialise::{at_means, initialise};
use crate::train::recipe::deep_diff::{ChangeRecipe, OutputBias};
use crate::train::supervised::{Stepper, Supervised, predictions};
use crate::train::task::Task;
use crate::train::trainer::Length;

/// Training of DeepDiff.
#[derive(Debug, Clone, Args)]
pub struct DeepDiffArgs {
    /// The variant as the paper names it: raw-d, raw-c, raw, aux, raw-aux, aux-siamese or raw-aux-siamese
    #[arg(long, default_value = "raw-aux")]
    variant: String,
    /// Signal of the training genes in cell types A and B
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    train: Vec<PathBuf>,
    /// Signal of the validation genes, which choose the epoch
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    valid: Vec<PathBuf>,
    /// Signal of the test genes, which choose nothing; their scores go into the card
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    test: Option<Vec<PathBuf>>,
    #[command(flatten)]
    tables: TableArgs,
    /// Name of the second cell type, B
    #[arg(long, value_parser = cell_type)]
    cell_type_b: Option<CellType>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    recipe: ChangeRecipe,
}

/// Everything that the runs of one command share.
pub struct ChangeJob<'a> {
    args: &'a DeepDiffArgs,
    variant: &'static Variant,
    task: Change,
    device: Device,
    data: &'a Pairs,
}

impl Trains for DeepDiffArgs {
    const FAMILY: &'static str = FAMILY;

    type Data = Pairs;
    type Job<'a> = ChangeJob<'a>;

    fn run(&self) -> &RunArgs {
        &self.run
    }

    fn variant(&self) -> &str {
        &self.variant
    }

    fn read(&self) -> Result<Pairs, CliError> {
        let transform = self.recipe.tables.transform.of_card();
        let test = self.test.as_deref();
        Pairs::read(&self.tables, &transform, &self.train, &self.valid, test)
    }

    fn job<'a>(
        &'a self,
        variant: &'static Variant,
        device: &Device,
        data: &'a Pairs,
    ) -> Result<ChangeJob<'a>, CliError> {
        let [table, _] = &data.training.tables;
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
        Ok(ChangeJob {
            args: self,
            variant,
            task: Change {
                architecture,
                contrast: self.recipe.contrast(),
            },
            device: device.clone(),
            data,
        })
    }
}

impl Job for ChangeJob<'_> {
    type Score = ChangeScore;
    type Learner<'b>
        = Supervised<'b, Change>
    where
        Self: 'b;

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.task.architecture.tensors()
    }

    fn begin(&self, seed: u64) -> Supervised<'_, Change> {
        let recipe = &self.args.recipe;
        let [training, validation] = [&self.data.training, &self.data.validation].map(|set| &set.examples);
        let (rule, bound) = (recipe.tables.initialisation, recipe.tables.initial_bound);
        let mut weights = initialise(&self.shapes(), rule, bound, seed);
        if recipe.output_bias == OutputBias::Mean {
            at_means(&mut weights, self.task.outputs(), training);
        }
        let stepper = Stepper::new(self.task, &weights, recipe.optimiser(), &self.device);
        Supervised::new(stepper, recipe.steps.batch_size, training, validation)
    }

    fn length(&self) -> Length {
        self.args.recipe.steps.length()
    }

    fn settings(&self) -> Value {
        settings(&self.args.recipe).into()
    }

    fn hash(&self) -> &str {
        &self.data.hash
    }

    fn card(&self) -> ModelCard {
        let Self {
            args, variant, data, ..
        } = self;
        let [a, b] = &data.training.tables;
        let mut card = ModelCard::new(FAMILY, variant.variant, a.marks.clone(), a.bins);
        card.name = match (&args.tables.cell_type, &args.cell_type_b) {
            (Some(a), Some(b)) => format!("DeepDiff {}, {} to {}", variant.title, a.name, b.name),
            _ => format!("DeepDiff {}", variant.title),
        };
        geometry::describe(&mut card, data.geometry, a);
        card.citation = vec![variant.citation().to_owned()];
        card.cell_type.clone_from(&args.tables.cell_type);
        card.cell_type_b.clone_from(&args.cell_type_b);
        card.transform = args.recipe.tables.transform.of_card();
        card.input_distribution = a.distribution();
        card.input_distribution_b = b.distribution();
        card.gene_ranges = [a, b]
            .into_iter()
            .flat_map(|table| gene_ranges(&table.values, [table.bins, table.marks.len()]))
            .collect();
        card
    }

    fn described(&self) -> Described {
        let Self { args, data, .. } = self;
        let mut split = format!(
            "training {}; validation {}",
            data.training.words(),
            data.validation.words()
        );
        if let Some(test) = &data.test {
            split += &format!("; test {}", test.words());
        }
        if let Some(overlap) = &data.overlap {
            split += &format!("; {overlap}");
        }
        let mut recipe = settings(&args.recipe);
        if !self.task.architecture.is_siamese() {
            recipe.retain(|name, _| !name.starts_with("contrast"));
        }
        describe_bins(&mut recipe, &args.tables.labels);
        let facts = [
            (
                "target",
                "log2((count in B + 1) / (count in A + 1)): positive for genes that are higher in B",
            ),
            ("optimiser", "Adam"),
            (
                "loss",
                "mean squared error of the change, and of log2(count + 1) in A and in B where there are auxiliary \
                    tasks",
            ),
            ("chosen by", "best validation Pearson, ties to the earlier epoch"),
        ];
        describe(&mut recipe, facts);
        Described {
            data: args.tables.data.clone(),
            split,
            genes: Some(data.training.examples.len()),
            recipe,
            files: table_files(
                &args.tables.labels,
                [&args.train, &args.valid, args.test.as_deref().unwrap_or_default()],
            ),
        }
    }

    fn score(&self, run: &Run, on: On) -> Result<Option<ChangeScore>, CliError> {
        let set = match on {
            On::Validation => Some(&self.data.validation),
            On::Test => self.data.test.as_ref(),
        };
        Ok(set.and_then(|set| {
            let model = self.task.load(&run.best.weights, &self.device);
            let predicted = predictions(&self.task, &model, &set.examples, &self.device);
            ChangeScore::of(&predicted, &set.examples.first_targets())
        }))
    }

    fn check_spread(&self, run: &Run) -> Result<(), CliError> {
        if self.args.tables.allow_constant {
            return Ok(());
        }
        let model = self.task.load(&run.best.weights, &self.device);
        let predicted = predictions(&self.task, &model, &self.data.validation.examples, &self.device);
        collapse::check("a log2 fold change of", predicted.into_iter())
    }

    fn is_tested(&self) -> bool {
        self.data.test.is_some()
    }

    fn baselines(&self, _: &Run) -> Result<Vec<Named<ChangeScore>>, CliError> {
        let Some(test) = &self.data.test else {
            return Ok(Vec::new());
        };
        let [training, validation] = [&self.data.training, &self.data.validation].map(|set| &set.genes);
        let baselines = deep_diff(training, validation, &test.genes, &mut progress::watch())?;
        Ok(baselines.into_iter().filter_map(ChangeBaseline::for_card).collect())
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<ChangeScore>> {
        &mut card.change_metrics
    }
}
