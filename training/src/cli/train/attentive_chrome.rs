//! Training of AttentiveChrome: from a table of genes that are on or off, or of their levels.

mod level;

pub use level::LevelArgs;

use std::path::PathBuf;
use std::slice;

use burn::tensor::Device;
use clap::Args;
use regulens::input::{Expression, SignalTable};
use regulens::model::attentive_chrome::{Architecture, FAMILY};
use regulens::task::confidence::sigmoid;
use regulens::task::on_off::OnOffScore;
use regulens::task::{Named, Report, Task as Kind};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::architecture::attentive_chrome::Variant as OnOffVariant;
use regulens::weights::card::{ClassMeans, gene_ranges};
use serde_json::{Map, Value};

use super::all_variants::{self, EachVariant};
use super::args::{RunArgs, TableArgs, describe, describe_bins, refuse_ignored, settings};
use super::data::tables::labels;
use super::data::{GeneSet, Sets};
use super::genes::OnGenes;
use super::{EveryVariant, check_device, geometry};
use crate::baseline::BaselineError;
use crate::baseline::attentive_chrome::{self as baseline, Baseline};
use crate::cli::error::CliError;
use crate::cli::run_table::{self, Figure, Scored};
use crate::cli::{cells, files, interrupt};
use crate::train::attentive_chrome::OnOff;
use crate::train::initialise::OutputTarget;
use crate::train::recipe::attentive_chrome::Recipe;

/// Training of AttentiveChrome.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("out", |out| out.value_name("FILE.safetensors|FOLDER")))]
#[command(after_help = AFTER_HELP)]
pub struct AttentiveChromeArgs {
    /// Variant: lstm-alpha-beta, lstm-alpha, lstm-attn, lstm, cnn-alpha-beta, cnn-attn or deep-chrome
    #[arg(long, default_value = "lstm-alpha-beta")]
    pub variant: String,
    /// Train all variants in turn; --out is then a folder for the models and a table of all runs. Run the same command
    /// again to resume
    #[arg(long, conflicts_with_all = ["variant", "folds", "init_from"])]
    pub all_variants: bool,
    /// Signal table of the training genes; with --folds of all genes
    #[arg(long, value_name = "FILE")]
    pub train: PathBuf,
    /// Signal table of the validation genes, which choose the epoch
    #[arg(long, value_name = "FILE", required_unless_present = "folds")]
    pub valid: Option<PathBuf>,
    /// Signal table of held-out test genes; their scores go into the card
    #[arg(long, value_name = "FILE")]
    pub test: Option<PathBuf>,
    #[command(flatten)]
    pub tables: TableArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub recipe: Recipe,
}

const AFTER_HELP: &str = "\
OUTPUT of --folds: files in the folder --out
  fold-N.safetensors  model of each fold
  folds.tsv           gene, chromosome, fold
  predictions.tsv     prediction of each gene by the model that was not trained on it
  summary.json        scores of each fold, and of all predictions together";

impl OnGenes for AttentiveChromeArgs {
    const ID: &'static str = FAMILY;
    const KIND: Kind = Kind::OnOff;
    const SAME: (&'static str, fn(f64) -> f64) = ("P(on)", sigmoid);

    type Genes = SignalTable;
    type Expression = Option<Expression>;
    type Task = OnOff;
    type Recipe = Recipe;
    type Baseline = Baseline;

    fn run_args(&self) -> &RunArgs {
        &self.run
    }

    fn run_args_mut(&mut self) -> &mut RunArgs {
        &mut self.run
    }

    fn table_args(&self) -> &TableArgs {
        &self.tables
    }

    fn variant_name(&self) -> &str {
        &self.variant
    }

    fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    fn files(&self) -> [&[PathBuf]; 3] {
        [
            slice::from_ref(&self.train),
            self.valid.as_slice(),
            self.test.as_slice(),
        ]
    }

    fn check(&self) -> Result<(), CliError> {
        self.recipe.check().map_err(CliError::Usage)
    }

    fn expression(&self) -> Result<Option<Expression>, CliError> {
        self.tables.labels.expression(None)
    }

    fn genes(
        &self,
        files: &[PathBuf],
        expression: &Option<Expression>,
        like: Option<&SignalTable>,
    ) -> Result<SignalTable, CliError> {
        let (file, labels) = (only(files), &self.tables.labels);
        match like {
            Some(like) => labels.table_like(file, expression.as_ref(), like),
            None => labels.table(file, expression.as_ref()),
        }
    }

    fn ordered(&self, table: SignalTable) -> Result<SignalTable, CliError> {
        self.tables.ordered(table)
    }

    fn task(
        &self,
        variant: &'static Variant,
        data: &Sets<SignalTable>,
        device: &Device,
    ) -> Result<(OnOff, Recipe), CliError> {
        let (architecture, recipe) = self.architecture(variant, &data.training.genes, device)?;
        let task = OnOff {
            architecture,
            dropout: recipe.dropout.unwrap_or(0.0),
            weights: recipe.class_weight.of(&data.training.examples.labels()),
            choose: recipe.choose,
        };
        Ok((task, recipe))
    }

    fn at_means(_: &OnOff, _: &Recipe) -> &'static [OutputTarget] {
        &[]
    }

    fn card(&self, variant: &'static Variant, data: &Sets<SignalTable>) -> ModelCard {
        let table = &data.training.genes;
        let labels = table.labels.as_ref();
        ModelCard {
            class_means: labels.and_then(|labels| ClassMeans::of(&table.values, labels)),
            ..self.card_of(variant, data)
        }
    }

    fn describe(&self, task: &OnOff, recipe: &Recipe, table: &SignalTable) -> Map<String, Value> {
        let mut described = self.settings(recipe, task.architecture);
        let labels = &self.tables.labels;
        // The table's own note says the rule, its file, and how many genes are on.
        let noted = || table.notes.iter().find_map(|note| note.strip_prefix("labels: "));
        let expression = labels.expression_files();
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
            described.insert("cell_types".to_owned(), names.into());
        }
        if labels.by_expression() {
            let threshold = labels.threshold(None).to_string();
            described.insert("threshold".to_owned(), threshold.into());
        }
        let facts = [
            ("label", label.as_str()),
            ("optimiser", "Adam"),
            ("loss", "mean binary cross-entropy"),
            ("chosen by", recipe.choose.words()),
        ];
        describe(&mut described, facts);
        described
    }

    fn fit(data: &Sets<SignalTable>, test: &SignalTable) -> Result<Vec<Baseline>, BaselineError> {
        let [training, validation] = [&data.training, &data.validation].map(|set| &set.genes);
        baseline::fit(training, validation, test, interrupt::flow)
    }

    fn for_card(fitted: &[Baseline], log_odds: &dyn Fn() -> Vec<f64>, measured: &[f64]) -> Vec<Named<OnOffScore>> {
        Baseline::for_card(fitted, &log_odds(), &labels(measured))
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<OnOffScore>> {
        &mut card.metrics
    }

    fn all_variants(&self) -> Option<EveryVariant<Self>> {
        self.all_variants.then_some(all_variants::run)
    }
}

impl EachVariant for AttentiveChromeArgs {
    const FIGURES: &'static [Figure<OnOffScore>] = run_table::AREAS;

    fn of_variant(&self, variant: &str) -> Self {
        Self {
            variant: variant.to_owned(),
            ..self.clone()
        }
    }

    fn row(baseline: &Baseline) -> Scored<OnOffScore> {
        Scored {
            predictor: baseline.name.clone(),
            seed: None,
            parameters: None,
            validation: Some(baseline.validation.auroc),
            test: Some(baseline.test),
        }
    }
}

/// The file of a set of one cell type.
fn only(files: &[PathBuf]) -> &PathBuf {
    let [file] = files else {
        unreachable!("clap asks for --valid where there is no --folds")
    };
    file
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
                "{} bins are too few for DeepChrome: filters of {} bins and max pooling over 5 frames need at least \
                    {}; give a smaller --width, or another variant",
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

    /// The card of a model, as far as it says nothing of what is learned of genes.
    fn card_of<T: GeneSet>(&self, variant: &Variant, data: &Sets<T>) -> ModelCard {
        let table = data.training.genes.table();
        let mut card = ModelCard::new(FAMILY, variant.variant, table.marks.clone(), table.bins);
        card.name = match &self.tables.cell_type {
            Some(cell) => format!("AttentiveChrome {}, {}", variant.title, cell.name),
            None => format!("AttentiveChrome {}", variant.title),
        };
        geometry::describe(&mut card, data.geometry, table);
        card.citation = vec![variant.citation().to_owned()];
        card.cell_type.clone_from(&self.tables.cell_type);
        card.transform = self.recipe.tables.transform.of_card();
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
        for said in ["512000 bytes per gene", "134217728", "--batch-size 262"] {
            assert!(error.contains(said), "{error}");
        }
        let error = check_batch(1, limits.buffer + 1, limits).unwrap_err();
        assert!(error.ends_with("Use --device cpu"), "{error}");
    }
}
