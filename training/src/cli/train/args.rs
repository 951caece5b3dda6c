//! Arguments of every training, and their record in the card.

use std::path::PathBuf;

use clap::Args;
use regulens::engine::DeviceKind;
use regulens::input::SignalTable;
use regulens::input::geometry::Geometry;
use regulens::task::Task;
use regulens::weights::architecture::Variant;
use regulens::weights::card::{CellType, TrainingRecord, Transform};
use regulens::weights::{Dtype, ModelCard};
use serde::Serialize;
use serde_json::{Map, Value};

use super::dealing::FoldArgs;
use super::geometry::GeometryArgs;
use super::init::{self, Init};
use super::runs::Run;
use super::{history, record};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::pairs::LabelledPair;
use crate::cli::signal::LabelArgs;
use crate::cli::threads::ThreadArgs;

/// Arguments of every training.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// File of settings, by flag name. Flags on the command line take precedence
    #[arg(long, value_name = "FILE.toml|json", help_heading = "Settings from files")]
    config: Option<PathBuf>,
    /// Model whose training to repeat with the settings of its card, on the same files. Flags on the command line take
    /// precedence
    #[arg(long, value_name = "MODEL", help_heading = "Settings from files")]
    from_card: Option<PathBuf>,
    /// Folder with the data files of --from-card [default: current folder]
    #[arg(long, value_name = "FOLDER", help_heading = "Settings from files")]
    files: Option<PathBuf>,
    /// Print all settings in the format of --config, without training
    #[arg(long, help_heading = "Settings from files")]
    pub print_config: bool,
    /// Model file to write
    #[arg(long, value_name = "FILE.safetensors")]
    pub out: PathBuf,
    /// Seed of the initial weights, the data order and all random draws
    #[arg(long, default_value_t = 1, help_heading = "Seeds and checkpoints")]
    pub seed: u64,
    /// Number of trainings, with consecutive seeds from --seed; the one with the best validation score is kept
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..), help_heading = "Seeds and checkpoints")]
    pub seeds: u8,
    /// Join the models of all seeds in one file that predicts their mean and spread; requires --seeds 2 or more
    #[arg(long, help_heading = "Seeds and checkpoints")]
    pub ensemble: bool,
    /// Also write the model of each seed, as OUT-seed-N.safetensors
    #[arg(long, help_heading = "Seeds and checkpoints")]
    pub keep_seeds: bool,
    /// Skip the baselines, which take up to a minute for hundreds of genes, and many for thousands
    #[arg(long)]
    pub no_baselines: bool,
    /// Resume from OUT.seed-N.checkpoint, which is written after every epoch
    #[arg(long, help_heading = "Seeds and checkpoints")]
    pub resume: bool,
    /// Write the model even if it predicts the same value for all validation data
    #[arg(long)]
    pub allow_constant: bool,
    /// Number format of the weights: f16, f32 or i8
    #[arg(long, default_value = "f16", value_parser = files::dtype)]
    pub dtype: Dtype,
    /// Genome assembly of the data, such as hg19
    #[arg(long, help_heading = "Entries of the model card")]
    pub assembly: Option<String>,
    /// Date as YYYY-MM-DD [default: none, so that the same training gives the same file]
    #[arg(long, help_heading = "Entries of the model card")]
    pub date: Option<String>,
    /// Record that the data are simulated
    #[arg(long, help_heading = "Entries of the model card")]
    pub simulated: bool,
    /// Compute device: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    pub device: DeviceKind,
    #[command(flatten)]
    pub threads: ThreadArgs,
}

/// Further arguments of a training on tables of genes.
#[derive(Debug, Clone, Args)]
pub struct TableArgs {
    #[command(flatten)]
    pub labels: LabelArgs,
    #[command(flatten)]
    pub folds: FoldArgs,
    #[command(flatten)]
    pub geometry: GeometryArgs,
    /// Model of the same variant and sizes whose weights to start from. Marks are matched by name: new ones get initial
    /// weights, and those without data are dropped
    #[arg(long, value_name = "FILE")]
    pub init_from: Option<PathBuf>,
    /// Accept tables that share genes with identical signal, or whose windows overlap; recorded in the card. By default
    /// they are refused
    #[arg(long)]
    pub allow_overlap: bool,
    /// Cell type, such as E123=K562; with two cell types that of A
    #[arg(long, value_parser = cell_type, help_heading = "Entries of the model card")]
    pub cell_type: Option<CellType>,
    /// Origin of the data
    #[arg(long, help_heading = "Entries of the model card")]
    pub data: Option<String>,
}

impl TableArgs {
    /// A training table with its marks in the order of `--init-from`, where that is given.
    pub fn ordered(&self, table: SignalTable) -> Result<SignalTable, CliError> {
        match &self.init_from {
            None => Ok(table),
            Some(path) => Ok(table.order_marks(&init::marks_in_order(path, &table)?)?),
        }
    }

    /// The same of the tables of two cell types.
    pub fn ordered_pair(&self, pair: LabelledPair) -> Result<LabelledPair, CliError> {
        match &self.init_from {
            None => Ok(pair),
            Some(path) => {
                let marks = init::marks_in_order(path, &pair.tables[0])?;
                pair.order_marks(&marks)
            }
        }
    }

    /// The model of `--init-from`, of which what comes over is printed.
    pub fn init(
        &self,
        variant: &'static Variant,
        task: Task,
        settings: &Map<String, Value>,
        (table, transform, geometry): (&SignalTable, &Transform, Geometry),
    ) -> Result<Option<Init>, CliError> {
        let Some(path) = &self.init_from else {
            return Ok(None);
        };
        let init = Init::read(path, (variant, task), settings, table)?;
        init.tell(transform, geometry);
        Ok(Some(init))
    }
}

/// Record of the data and settings of a training in a card.
pub struct Described {
    /// The data set and where it is from.
    pub data: Option<String>,
    /// Split of the data.
    pub split: String,
    /// Genes that were learned from, where it was genes.
    pub genes: Option<usize>,
    /// Every setting by name.
    pub recipe: Map<String, Value>,
    /// The files that were read, each with the flag that named it.
    pub files: Vec<(&'static str, PathBuf)>,
}

impl RunArgs {
    /// Writes into a card what all trainings write alike.
    pub fn sign(
        &self,
        card: &mut ModelCard,
        described: Described,
        run: &Run,
        metrics: &[&str],
    ) -> Result<(), CliError> {
        let Described {
            data,
            split,
            genes,
            mut recipe,
            files,
        } = described;
        let files = record::files(files.iter().map(|(flag, path)| (*flag, path.as_path())))?;
        recipe.insert("device".to_owned(), self.device.to_string().into());
        card.assembly.clone_from(&self.assembly);
        card.simulated = self.simulated;
        card.dtype = self.dtype;
        card.training = Some(TrainingRecord {
            data: data.unwrap_or_default(),
            split,
            genes,
            recipe,
            seed: run.seed,
            epochs: run.history.len(),
            best_epoch: run.best.epoch,
            date: self.date.clone(),
            program: concat!("regulens ", env!("CARGO_PKG_VERSION")).to_owned(),
            command: record::command(&card.variant),
            files: Some(plain(&files)),
            processor: Some(record::processor()),
            history: Some(plain(&history::of_card(metrics, run.best.epoch, &run.history))),
        });
        Ok(())
    }
}

/// A recipe's settings by name.
pub fn settings(recipe: &impl Serialize) -> Map<String, Value> {
    match plain(recipe) {
        Value::Object(settings) => settings,
        _ => unreachable!("a recipe is a struct"),
    }
}

fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("names and finite numbers")
}

/// Refuses a setting that a variant does not have, unless it is as `usual` has it: it would change nothing.
pub fn refuse_ignored(
    given: &impl Serialize,
    usual: &impl Serialize,
    variant: &str,
    is_ignored: impl Fn(&str) -> bool,
) -> Result<(), CliError> {
    let usual = settings(usual);
    let differs = |(name, value): &(&String, &Value)| is_ignored(name) && usual.get(name.as_str()) != Some(value);
    match settings(given).iter().find(differs) {
        Some((name, value)) => Err(CliError::Usage(format!(
            "--{} {value} has no effect on {variant}; leave it out, or train a variant that uses it",
            name.replace('_', "-")
        ))),
        None => Ok(()),
    }
}

/// Adds what a recipe does not set.
pub fn describe<const N: usize>(recipe: &mut Map<String, Value>, facts: [(&str, &str); N]) {
    recipe.extend(facts.map(|(name, value)| (name.to_owned(), value.into())));
}

/// The bins that were kept, for the recipe.
pub fn describe_bins(recipe: &mut Map<String, Value>, labels: &LabelArgs) {
    if let Some((first, last)) = labels.bins() {
        recipe.insert("select_bins".to_owned(), format!("{first}-{last}").into());
    }
}

/// The files of training, validation and test genes, and of expression, each with its flag.
pub fn table_files(labels: &LabelArgs, sets: [&[PathBuf]; 3]) -> Vec<(&'static str, PathBuf)> {
    let named = ["train", "valid", "test"].into_iter().zip(sets);
    let tables = named.flat_map(|(flag, set)| set.iter().map(move |path| (flag, path)));
    let expression = labels.expression_files().into_iter().map(|path| ("expression", path));
    tables
        .map(|(flag, path)| (flag, path.clone()))
        .chain(expression)
        .collect()
}

/// Parses a cell type, ID=NAME.
pub fn cell_type(text: &str) -> Result<CellType, String> {
    let (id, name) = text.split_once('=').unwrap_or((text, text));
    Ok(CellType {
        id: id.to_owned(),
        name: name.to_owned(),
    })
}
