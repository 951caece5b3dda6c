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
    /// Take settings from this file by the names of flags; flags of the command line win
    #[arg(long, value_name = "FILE.toml|json")]
    config: Option<PathBuf>,
    /// Train again as the card of this model says, on the same files; flags of the command line win
    #[arg(long, value_name = "MODEL")]
    from_card: Option<PathBuf>,
    /// Where the files of --from-card are [default: the current folder]
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// Print every setting as a file for --config, and train nothing
    #[arg(long)]
    pub print_config: bool,
    /// The model file to write
    #[arg(long, value_name = "FILE.safetensors")]
    pub out: PathBuf,
    /// Seed of the first weights, of the order of genes or sequences and of all that is drawn
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Train this many times, from --seed and the seeds after it, and keep the one that validation prefers
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    pub seeds: u8,
    /// Join the models of all seeds in one file, whose mean is predicted with its spread; needs --seeds 2 or more
    #[arg(long)]
    pub ensemble: bool,
    /// Write the model of every seed as well, as OUT-seed-N.safetensors
    #[arg(long)]
    pub keep_seeds: bool,
    /// Do not fit simple predictors to compare with; they take seconds to a minute for hundreds of genes, many for
    /// thousands
    #[arg(long)]
    pub no_baselines: bool,
    /// Go on from OUT.seed-N.checkpoint, which every finished epoch leaves
    #[arg(long)]
    pub resume: bool,
    /// Write a model although it predicts the same for all validation data
    #[arg(long)]
    pub allow_constant: bool,
    /// Numbers as they are stored
    #[arg(long, default_value = "f16", value_parser = files::dtype)]
    pub dtype: Dtype,
    /// Genome assembly of the data for the card, such as hg19
    #[arg(long)]
    pub assembly: Option<String>,
    /// The day for the card, as YYYY-MM-DD; left out by default, so that the same training gives the same file
    #[arg(long)]
    pub date: Option<String>,
    /// Marks that the data are simulated
    #[arg(long)]
    pub simulated: bool,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
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
    /// Start from the weights of this model of the same variant and sizes. Marks are matched by name and stand in its
    /// order; marks that it lacks start at initial weights behind them, and marks that the data lack are left out
    #[arg(long, value_name = "FILE")]
    pub init_from: Option<PathBuf>,
    /// Take tables that share genes with the same signal, or windows that share bases where ids are places; the card
    /// says it
    #[arg(long)]
    pub allow_overlap: bool,
    /// Name of the cell type for the card, such as E123=K562; of two cell types the first, A
    #[arg(long, value_parser = cell_type)]
    pub cell_type: Option<CellType>,
    /// Where the data are from, for the card
    #[arg(long)]
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
            "--{} {value} changes nothing of {variant}; leave it out, or train a variant that has it",
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
