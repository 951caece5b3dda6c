//! Training of AttentiveChrome: from a table of genes that are on or off, or of their levels.

mod all_variants;
mod level;

pub use level::LevelArgs;

use std::path::{Path, PathBuf};
use std::slice;
use std::sync::OnceLock;

use burn::tensor::Device;
use clap::Args;
use regulens::engine::{Batch, Engine, PrepareOptions, Prepared};
use regulens::input::geometry::Geometry;
use regulens::input::{SignalTable, Window};
use regulens::model::attentive_chrome::{Architecture, FAMILY};
use regulens::task::confidence::sigmoid;
use regulens::task::on_off::OnOffScore;
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::architecture::attentive_chrome::Variant as OnOffVariant;
use regulens::weights::card::{ClassMeans, Transform, gene_ranges};
use serde_json::{Map, Value};

use super::args::{Described, RunArgs, TableArgs, describe, describe_bins, refuse_ignored, settings, table_files};
use super::data::tables::{Data, examples, hash};
use super::dealing::Fold;
use super::folds::{self, InFolds};
use super::init::{self, Init};
use super::runs::{self, Run};
use super::{EveryFold, EveryVariant, Job, On, Trains, check_device, collapse, fitted_once, geometry};
use crate::baseline::attentive_chrome::{self as baseline, Baseline};
use crate::cli::error::CliError;
use crate::cli::genes::take;
use crate::cli::signal::tell_notes;
use crate::cli::{cells, files, interrupt};
use crate::train::attentive_chrome::OnOff;
use crate::train::data::Examples;
use crate::train::initialise::initialise;
use crate::train::recipe::attentive_chrome::Recipe;
use crate::train::supervised::{Stepper, Supervised};
use crate::train::trainer::Length;

/// Training of AttentiveChrome.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("out", |out| out.value_name("FILE.safetensors|FOLDER")))]
pub struct AttentiveChromeArgs {
    /// The variant as the paper names it: lstm-alpha-beta, lstm-alpha, lstm-attn, lstm, cnn-alpha-beta, cnn-attn or
    /// deep-chrome
    #[arg(long, default_value = "lstm-alpha-beta")]
    pub variant: String,
    /// Train every variant, one after another; --out is then a folder for the models and a table of all runs. The same
    /// command again leaves out what is finished and goes on with what was interrupted
    #[arg(long, conflicts_with_all = ["variant", "folds", "init_from"])]
    pub all_variants: bool,
    /// Signal of the training genes; with --folds of all genes
    #[arg(long, value_name = "FILE")]
    pub train: PathBuf,
    /// Signal of the validation genes, which choose the epoch
    #[arg(long, value_name = "FILE", required_unless_present = "folds")]
    pub valid: Option<PathBuf>,
    /// Signal of the test genes, which choose nothing; their scores go into the card
    #[arg(long, value_name = "FILE")]
    pub test: Option<PathBuf>,
    #[command(flatten)]
    pub tables: TableArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub recipe: Recipe,
}

/// Everything that the runs of one variant share.
pub struct OnOffJob<'a> {
    args: &'a AttentiveChromeArgs,
    variant: &'static Variant,
    architecture: Architecture,
    /// With the variant's own dropout, where none was asked for.
    recipe: Recipe,
    transform: Transform,
    device: Device,
    data: &'a Data,
    training: Examples,
    validation: Examples,
    test: Option<Examples>,
    init: Option<Init>,
    /// Simple predictors, once they are fitted.
    fitted: OnceLock<Vec<Baseline>>,
}

impl Trains for AttentiveChromeArgs {
    const FAMILY: &'static str = FAMILY;

    type Data = Data;
    type Job<'a> = OnOffJob<'a>;

    fn run(&self) -> &RunArgs {
        &self.run
    }

    fn variant(&self) -> &str {
        &self.variant
    }

    fn read(&self) -> Result<Data, CliError> {
        self.tables.folds.refuse_alone()?;
        self.recipe.check().map_err(CliError::Usage)?;
        Data::read(&self.tables, &self.train, self.validation_file(), self.test.as_deref())
    }

    fn job<'a>(&'a self, variant: &'static Variant, device: &Device, data: &'a Data) -> Result<OnOffJob<'a>, CliError> {
        let (architecture, recipe) = self.architecture(variant, &data.training, device)?;
        let transform = recipe.tables.transform.of_card();
        let described = (&data.training, &transform, data.geometry);
        let init = self.tables.init(variant, Kind::OnOff, &settings(&recipe), described)?;
        Ok(OnOffJob {
            args: self,
            variant,
            init,
            architecture,
            recipe,
            device: device.clone(),
            training: examples(&data.training, &transform),
            validation: examples(&data.validation, &transform),
            test: data.test.as_ref().map(|table| examples(table, &transform)),
            transform,
            data,
            fitted: OnceLock::new(),
        })
    }

    fn every_variant(&self) -> Option<EveryVariant<Self>> {
        if self.all_variants {
            Some(all_variants::run)
        } else {
            None
        }
    }

    fn in_folds(&self) -> Option<EveryFold<Self>> {
        self.tables.folds.folds?;
        Some(folds::run::<Self>)
    }
}

impl InFolds for AttentiveChromeArgs {
    type Whole = SignalTable;
    type FoldScore = OnOffScore;

    const MEASURED: &'static str = "label";

    fn table_args(&self) -> &TableArgs {
        &self.tables
    }

    fn run_mut(&mut self) -> &mut RunArgs {
        &mut self.run
    }

    fn whole(&self) -> Result<SignalTable, CliError> {
        let labels = &self.tables.labels;
        let table = self
            .tables
            .ordered(labels.table(&self.train, labels.expression(None)?.as_ref())?)?;
        tell_notes(&table);
        Ok(table)
    }

    fn file(table: &SignalTable) -> &str {
        &table.file
    }

    fn windows(table: &SignalTable) -> Option<&[Window]> {
        table.windows.as_deref()
    }

    fn genes(table: &SignalTable) -> &[String] {
        &table.genes
    }

    fn has_cells(table: &SignalTable) -> bool {
        cells::are_in(table)
    }

    fn measured(table: &SignalTable) -> Vec<f64> {
        let labels = table.labels.iter().flatten();
        labels.map(|&on| f64::from(u8::from(on))).collect()
    }

    fn hash(table: &SignalTable) -> String {
        hash(&[table])
    }

    fn recipe(&self) -> Value {
        settings(&self.recipe).into()
    }

    fn data(&self, table: &SignalTable, places: [&[usize]; 3], fold: Fold) -> Result<Data, CliError> {
        let [training, validation, test] = places.map(|places| take(table, places));
        Data::of(&self.tables, [training, validation], Some(test), Some(fold))
    }

    fn prepare(engine: &Engine, table: &SignalTable, places: &[usize]) -> Result<Prepared, CliError> {
        Ok(engine.prepare(&take(table, places), &PrepareOptions::default())?)
    }

    fn predicted(values: &Batch) -> &[f32] {
        &values.logit
    }

    fn score(log_odds: &[f32], measured: &[f64]) -> Option<OnOffScore> {
        let labels: Vec<bool> = measured.iter().map(|&label| label > 0.5).collect();
        OnOffScore::of_log_odds(log_odds, &labels)
    }

    fn problem(measured: &[f64]) -> Option<String> {
        let on = measured.iter().filter(|&&label| label > 0.5).count();
        let class = match on {
            0 => "off",
            on if on == measured.len() => "on",
            _ => return None,
        };
        Some(format!(
            "found all {} genes {class}; expected some of each",
            measured.len()
        ))
    }
}

/// True for a size that only another variant has.
fn is_other_size(variant: OnOffVariant, name: &str) -> bool {
    let has = |variant: &OnOffVariant| variant.row().sizes.contains(&name);
    OnOffVariant::ALL.iter().any(has) && !has(&variant)
}

impl AttentiveChromeArgs {
    /// The model that is asked for, of a table of training genes, and the recipe with the variant's own dropout;
    /// refused where the table or the device do not take it.
    fn architecture(
        &self,
        variant: &Variant,
        training: &SignalTable,
        device: &Device,
    ) -> Result<(Architecture, Recipe), CliError> {
        let sizes = self.recipe.sizes(training.marks.len(), training.bins);
        let architecture =
            Architecture::new(variant.variant, sizes).map_err(|problem| CliError::Usage(problem.to_string()))?;
        // A warning, as the same sizes may be meant for several variants one after another.
        if !self.all_variants
            && let Err(ignored) = refuse_ignored(&self.recipe, &Recipe::published(), variant.variant, |name| {
                is_other_size(architecture.variant(), name)
            })
        {
            eprintln!("warning: {ignored}");
        }
        if architecture.variant() == OnOffVariant::DeepChrome && sizes.pooled_frames() == 0 {
            return Err(CliError::Usage(format!(
                "{} bins are too few for DeepChrome: filters of {} bins and maxima over 5 frames need {} at least; \
                    give a smaller \
                 --width, or another variant",
                sizes.bins,
                sizes.width,
                sizes.width + 4
            )));
        }
        let recipe = Recipe {
            dropout: Some(self.recipe.dropout.unwrap_or(architecture.published_dropout())),
            ..self.recipe.clone()
        };
        let batch_size = recipe.steps.batch_size.min(training.genes.len());
        let fits = architecture.check_device(device);
        check_device(&self.run, device, fits, batch_size, architecture.training())?;
        Ok((architecture, recipe))
    }

    /// The card of a model of a table of training genes, as far as it says nothing of what is learned of them.
    fn card(&self, variant: &Variant, table: &SignalTable, geometry: Geometry, transform: &Transform) -> ModelCard {
        let mut card = ModelCard::new(FAMILY, variant.variant, table.marks.clone(), table.bins);
        card.name = match &self.tables.cell_type {
            Some(cell) => format!("AttentiveChrome {}, {}", variant.title, cell.name),
            None => format!("AttentiveChrome {}", variant.title),
        };
        geometry::describe(&mut card, geometry, table);
        card.citation = vec![variant.citation().to_owned()];
        card.cell_type.clone_from(&self.tables.cell_type);
        card.transform = transform.clone();
        card.input_distribution = table.distribution();
        card.gene_ranges = gene_ranges(&table.values, [table.bins, table.marks.len()]);
        card
    }

    /// A recipe's settings by name, without sizes that the variant does not have: they say nothing of it.
    fn settings(&self, recipe: &Recipe, architecture: Architecture) -> Map<String, Value> {
        let mut recipe = settings(recipe);
        recipe.retain(|name, _| !is_other_size(architecture.variant(), name));
        describe_bins(&mut recipe, &self.tables.labels);
        recipe
    }

    /// The table of validation genes.
    fn validation_file(&self) -> &Path {
        let Some(valid) = &self.valid else {
            unreachable!("clap asks for --valid where there is no --folds")
        };
        valid
    }

    /// The files that were read, each with the flag that named it.
    fn files(&self, fold: Option<&Fold>) -> Vec<(&'static str, PathBuf)> {
        let sets = [
            slice::from_ref(&self.train),
            self.valid.as_slice(),
            self.test.as_slice(),
        ];
        let init = self.tables.init_from.clone().map(|path| ("init-from", path));
        let tables = table_files(&self.tables.labels, sets);
        tables
            .into_iter()
            .chain(fold.and_then(Fold::file))
            .chain(init)
            .collect()
    }
}

impl OnOffJob<'_> {
    /// Predictions of the best weights of runs, the mean of several.
    fn log_odds(&self, runs: &[&Run], examples: &Examples) -> Vec<f64> {
        runs::predicted(&self.task(), runs, examples, &self.device)
    }

    fn task(&self) -> OnOff {
        OnOff {
            architecture: self.architecture,
            dropout: self.recipe.dropout.unwrap_or(0.0),
            weights: self.recipe.class_weight.of(&self.training.labels()),
            choose: self.recipe.choose,
        }
    }
}

impl Job for OnOffJob<'_> {
    type Score = OnOffScore;
    type Learner<'b>
        = Supervised<'b, OnOff>
    where
        Self: 'b;

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.architecture.tensors()
    }

    fn begin(&self, seed: u64) -> Supervised<'_, OnOff> {
        let tables = &self.recipe.tables;
        let mut weights = initialise(&self.shapes(), tables.initialisation, tables.initial_bound, seed);
        if let Some(init) = &self.init {
            init.start(&mut weights);
        }
        let stepper = Stepper::new(self.task(), &weights, self.recipe.optimiser(), &self.device);
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
        let Self {
            args, variant, data, ..
        } = self;
        let table = &data.training;
        let mut card = args.card(variant, table, data.geometry, &self.transform);
        if let Some(Fold { number, of, .. }) = &data.fold {
            card.name += &format!(", fold {number} of {of}");
        }
        card.class_means = table
            .labels
            .as_ref()
            .and_then(|labels| ClassMeans::of(&table.values, labels));
        card
    }

    fn described(&self) -> Described {
        let Self { args, data, .. } = self;
        let table = &data.training;
        let sizes = |table: &SignalTable| {
            let on = table.labels.iter().flatten().filter(|&&on| on).count();
            format!("{} genes, {on} on ({})", table.genes.len(), files::name(&table.file))
        };
        let mut split = format!(
            "training {}; validation {}",
            sizes(&data.training),
            sizes(&data.validation)
        );
        if let Some(test) = &data.test {
            split += &format!("; test {}", sizes(test));
        }
        if let Some(overlap) = &data.overlap {
            split += &format!("; {overlap}");
        }
        let mut recipe = args.settings(&self.recipe, self.architecture);
        if let Some(fold) = &data.fold {
            split = format!("{}: {split}", fold.words());
            fold.describe(&mut recipe);
        }
        if let Some(init) = &self.init {
            init.describe(&mut recipe);
        }
        // The table's own note says the rule, its file, and how many genes are on.
        let noted = || table.notes.iter().find_map(|note| note.strip_prefix("labels: "));
        let expression = args.tables.labels.expression_files();
        let label = if expression.is_empty() {
            "as the table has it".to_owned()
        } else {
            expression
                .iter()
                .fold(noted().unwrap_or_default().to_owned(), |note, file| {
                    let path = file.display().to_string();
                    note.replace(&path, files::name(&path))
                })
        };
        if let Some(names) = cells::names(table) {
            recipe.insert("cell_types".to_owned(), names.into());
        }
        if args.tables.labels.by_expression() {
            let threshold = args.tables.labels.threshold(None).to_string();
            recipe.insert("threshold".to_owned(), threshold.into());
        }
        let facts = [
            ("label", label.as_str()),
            ("optimiser", "Adam"),
            ("loss", "mean binary cross-entropy"),
            ("chosen by", self.recipe.choose.words()),
        ];
        describe(&mut recipe, facts);
        Described {
            data: args.tables.data.clone(),
            split,
            genes: Some(data.training.genes.len()),
            recipe,
            files: args.files(data.fold.as_ref()),
        }
    }

    fn score(&self, runs: &[&Run], on: On) -> Result<Option<OnOffScore>, CliError> {
        let examples = match on {
            On::Validation => Some(&self.validation),
            On::Test => self.test.as_ref(),
        };
        Ok(examples.and_then(|examples| OnOffScore::of_log_odds(&self.log_odds(runs, examples), &examples.labels())))
    }

    fn validation(&self, run: &Run) -> (Option<f64>, f64) {
        let [loss, auroc, _] = run.validation[..] else {
            unreachable!("the metrics of this task")
        };
        (Some(loss), auroc)
    }

    fn check_spread(&self, run: &Run) -> Result<(), CliError> {
        let log_odds = self.log_odds(&[run], &self.validation).into_iter();
        collapse::check("P(on)", log_odds.map(sigmoid))
    }

    fn is_tested(&self) -> bool {
        self.test.is_some()
    }

    fn baselines(&self, runs: &[&Run]) -> Result<Vec<Named<OnOffScore>>, CliError> {
        let (Some(test), Some(examples)) = (&self.data.test, &self.test) else {
            return Ok(Vec::new());
        };
        let baselines = fitted_once(&self.fitted, || {
            baseline::fit(&self.data.training, &self.data.validation, test, interrupt::flow)
        })?;
        let (log_odds, labels) = (self.log_odds(runs, examples), examples.labels());
        Ok(Baseline::for_card(baselines, &log_odds, &labels))
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<OnOffScore>> {
        &mut card.metrics
    }
}

#[cfg(test)]
mod tests {
    use regulens::engine::Limits;

    use super::*;
    use crate::cli::train::check_batch;

    #[test]
    fn a_step_that_fits_no_buffer_is_refused_with_the_batch_size_that_does() {
        let limits = Limits {
            buffer: 128 << 20,
            genes: 65_535,
            working: u64::MAX,
        };
        let published = Architecture::new("lstm-alpha-beta", Recipe::published().sizes(5, 100));
        let bytes = published.unwrap().training();
        assert_eq!(check_batch(262, bytes, limits), Ok(()));
        let error = check_batch(263, bytes, limits).unwrap_err();
        for said in ["512000 bytes a gene", "134217728", "--batch-size 262"] {
            assert!(error.contains(said), "{error}");
        }
        let error = check_batch(1, limits.buffer + 1, limits).unwrap_err();
        assert!(error.ends_with("Use --device cpu"), "{error}");
    }
}
