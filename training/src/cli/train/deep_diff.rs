//! Training of DeepDiff: from the tables of two cell types to a model of the change between them.

use std::path::PathBuf;
use std::sync::OnceLock;

use burn::tensor::Device;
use clap::Args;
use regulens::engine::{Batch, Engine, PrepareOptions, Prepared};
use regulens::input::{Window, log2_fold_change};
use regulens::model::deep_diff::{Architecture, FAMILY, Sizes};
use regulens::task::change::ChangeScore;
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::card::{CellType, gene_ranges};
use serde_json::Value;

use super::args::{
    Described, RunArgs, TableArgs, cell_type, describe, describe_bins, refuse_ignored, settings, table_files,
};
use super::data::pairs::{Pairs, Set, hash};
use super::dealing::Fold;
use super::folds::{self, InFolds};
use super::init::{self, Init};
use super::runs::{self, Run};
use super::{EveryFold, Job, On, Trains, check_device, collapse, fitted_once, geometry};
use crate::baseline::deep_diff::{ChangeBaseline, deep_diff};
use crate::cli::error::CliError;
use crate::cli::pairs::LabelledPair;
use crate::cli::progress;
use crate::cli::signal::tell_notes;
use crate::train::deep_diff::Change;
use crate::train::initialise::{at_means, initialise};
use crate::train::recipe::common::OutputBias;
use crate::train::recipe::deep_diff::ChangeRecipe;
use crate::train::supervised::{Stepper, Supervised};
use crate::train::trainer::Length;

/// Training of DeepDiff.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("out", |out| out.value_name("FILE.safetensors|FOLDER")))]
pub struct DeepDiffArgs {
    /// The variant as the paper names it: raw-d, raw-c, raw, aux, raw-aux, aux-siamese or raw-aux-siamese
    #[arg(long, default_value = "raw-aux")]
    variant: String,
    /// Signal of the training genes in cell types A and B; with --folds of all genes
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    train: Vec<PathBuf>,
    /// Signal of the validation genes, which choose the epoch
    #[arg(long, value_names = ["A", "B"], num_args = 2, required_unless_present = "folds")]
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
    init: Option<Init>,
    /// Simple predictors, once they are fitted.
    fitted: OnceLock<Vec<ChangeBaseline>>,
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
        self.tables.folds.refuse_alone()?;
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
        let transform = self.recipe.tables.transform.of_card();
        let settings = settings(&self.recipe);
        let described = (table, &transform, data.geometry);
        let init = self.tables.init(variant, Kind::Change, &settings, described)?;
        Ok(ChangeJob {
            args: self,
            variant,
            init,
            task: Change {
                architecture,
                contrast: self.recipe.contrast(),
            },
            device: device.clone(),
            data,
            fitted: OnceLock::new(),
        })
    }

    fn in_folds(&self) -> Option<EveryFold<Self>> {
        self.tables.folds.folds?;
        Some(folds::run::<Self>)
    }
}

impl InFolds for DeepDiffArgs {
    type Whole = LabelledPair;
    type FoldScore = ChangeScore;

    const MEASURED: &'static str = "value";

    fn table_args(&self) -> &TableArgs {
        &self.tables
    }

    fn run_mut(&mut self) -> &mut RunArgs {
        &mut self.run
    }

    fn whole(&self) -> Result<LabelledPair, CliError> {
        let labels = &self.tables.labels;
        let pair = LabelledPair::read(&self.train, labels, &labels.expression_pair()?, None)?;
        pair.tables.iter().for_each(tell_notes);
        self.tables.ordered_pair(pair)
    }

    fn file(pair: &LabelledPair) -> &str {
        &pair.tables[0].file
    }

    fn windows(pair: &LabelledPair) -> Option<&[Window]> {
        pair.paired.table.windows.as_deref()
    }

    fn genes(pair: &LabelledPair) -> &[String] {
        &pair.paired.table.genes
    }

    fn measured(pair: &LabelledPair) -> Vec<f64> {
        pair.counts.iter().map(|&counts| log2_fold_change(counts)).collect()
    }

    fn hash(pair: &LabelledPair) -> String {
        let targets: Vec<f32> = pair.counts.iter().flatten().map(|&count| count as f32).collect();
        hash(&[(&pair.paired.table, &targets)])
    }

    fn recipe(&self) -> Value {
        settings(&self.recipe).into()
    }

    fn data(&self, pair: &LabelledPair, places: [&[usize]; 3], fold: Fold) -> Result<Pairs, CliError> {
        let transform = self.recipe.tables.transform.of_card();
        let set = |places| Ok::<_, CliError>(Set::of(pair.take(places)?, &transform));
        let [training, validation, test] = places;
        let sets = [set(training)?, set(validation)?];
        Pairs::of(&self.tables, sets, Some(set(test)?), Some(fold))
    }

    fn prepare(engine: &Engine, pair: &LabelledPair, places: &[usize]) -> Result<Prepared, CliError> {
        let options = PrepareOptions::default();
        let [a, b] = &pair.take(places)?.tables;
        Ok(engine.prepare_pair([a, b], [&options, &options])?)
    }

    fn predicted(values: &Batch) -> &[f32] {
        &values.fold_change
    }

    fn score(predicted: &[f32], measured: &[f64]) -> Option<ChangeScore> {
        let predicted: Vec<f64> = predicted.iter().map(|&value| value.into()).collect();
        ChangeScore::of(&predicted, measured)
    }

    fn problem(measured: &[f64]) -> Option<String> {
        let first = measured.first()?;
        measured.iter().all(|value| value == first).then(|| {
            format!(
                "found one log2 fold change, {first:.4}, for all {} genes; expected several",
                measured.len()
            )
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
        if let Some(init) = &self.init {
            init.start(&mut weights);
        }
        let stepper = Stepper::new(self.task, &weights, recipe.optimiser(), &self.device);
        Supervised::new(stepper, recipe.steps.batch_size, training, validation)
    }

    fn length(&self) -> Length {
        self.args.recipe.steps.length()
    }

    fn settings(&self) -> Value {
        let mut settings = settings(&self.args.recipe);
        init::set(&mut settings, self.init.as_ref());
        settings.into()
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
        if let Some(Fold { number, of, .. }) = &data.fold {
            card.name += &format!(", fold {number} of {of}");
        }
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
        if let Some(fold) = &data.fold {
            split = format!("{}: {split}", fold.words());
            fold.describe(&mut recipe);
        }
        if !self.task.architecture.is_siamese() {
            recipe.retain(|name, _| !name.starts_with("contrast"));
        }
        describe_bins(&mut recipe, &args.tables.labels);
        if let Some(init) = &self.init {
            init.describe(&mut recipe);
        }
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
            )
            .into_iter()
            .chain(data.fold.as_ref().and_then(Fold::file))
            .chain(args.tables.init_from.clone().map(|path| ("init-from", path)))
            .collect(),
        }
    }

    fn score(&self, runs: &[&Run], on: On) -> Result<Option<ChangeScore>, CliError> {
        let set = match on {
            On::Validation => Some(&self.data.validation),
            On::Test => self.data.test.as_ref(),
        };
        Ok(set.and_then(|set| {
            let predicted = runs::predicted(&self.task, runs, &set.examples, &self.device);
            ChangeScore::of(&predicted, &set.examples.first_targets())
        }))
    }

    fn check_spread(&self, run: &Run) -> Result<(), CliError> {
        let predicted = runs::predicted(&self.task, &[run], &self.data.validation.examples, &self.device);
        collapse::check("a log2 fold change of", predicted.into_iter())
    }

    fn is_tested(&self) -> bool {
        self.data.test.is_some()
    }

    fn baselines(&self, _: &[&Run]) -> Result<Vec<Named<ChangeScore>>, CliError> {
        let Some(test) = &self.data.test else {
            return Ok(Vec::new());
        };
        let [training, validation] = [&self.data.training, &self.data.validation].map(|set| &set.genes);
        let fitted = fitted_once(&self.fitted, || {
            deep_diff(training, validation, &test.genes, &mut progress::watch())
        })?;
        Ok(fitted.iter().cloned().filter_map(ChangeBaseline::for_card).collect())
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<ChangeScore>> {
        &mut card.change_metrics
    }
}
