//! A model, alone or on its table, as the flags name them.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use regulens::engine::{Batch, DeviceKind, Engine, Predictions, PrepareOptions, Prepared};
use regulens::input::SignalTable;
use regulens::interpret::deletion::Outcome;
use regulens::task::Task;
use regulens::weights::architecture::{self, Attends, BinAttention};
use regulens::weights::{ModelCard, WeightFile};

use crate::cli::contrasts::SymmetricFlag;
use crate::cli::error::CliError;
use crate::cli::opened::Opened;
use crate::cli::pairs::{Tables, tell_unmatched};
use crate::cli::runner::Runner;
use crate::cli::signal::{factor, tell_deviations};
use crate::cli::threads::ThreadArgs;
use crate::cli::{files, interrupt, signal};

/// The flags of an analysis of one model on one table.
#[derive(Debug, Args)]
pub struct SubjectArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// Signal table, plain or gzipped
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// The flags of an analysis of one model.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// Model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    running: RunningArgs,
}

/// The flags of an analysis of several models, each on a table.
#[derive(Debug, Args)]
pub struct SubjectsArgs {
    /// Model file; repeatable
    #[arg(long, value_name = "FILE", required = true)]
    model: Vec<PathBuf>,
    /// Signal table, plain or gzipped: one for all models, or one per model in the same order
    #[arg(long, value_name = "FILE", required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    running: RunningArgs,
}

/// Options of reading tables.
#[derive(Debug, Args)]
pub struct ReadingArgs {
    /// Bins of each gene to keep, such as 51-150
    #[arg(long, value_name = "FIRST-LAST", value_parser = files::bin_range)]
    pub select_bins: Option<(usize, usize)>,
    /// Factor by which to multiply the signal of a mark, such as H3K4me3=0.5; repeatable
    #[arg(long, value_name = "MARK=FACTOR", value_parser = factor)]
    scale: Vec<(String, f32)>,
}

/// When a gene counts as predicted on.
#[derive(Debug, Args)]
pub struct CallingArgs {
    /// Lowest probability at which a gene is predicted on [default: 0.5]
    #[arg(long, value_name = "P", value_parser = probability)]
    threshold: Option<f32>,
}

impl CallingArgs {
    /// The flag, if it is given.
    pub fn given(&self) -> Option<&'static str> {
        self.threshold.map(|_| "--threshold")
    }

    /// From where on a gene counts as predicted on, or up.
    pub fn threshold(&self, outcome: Outcome) -> f32 {
        self.threshold.unwrap_or(outcome.threshold())
    }
}

/// Where models run.
#[derive(Debug, Args)]
struct RunningArgs {
    /// Compute device: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    device: DeviceKind,
    #[command(flatten)]
    symmetric: SymmetricFlag,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// A model.
pub struct Model {
    /// Its file as the user named it.
    pub file: String,
    runner: Runner,
}

/// A model on its table.
pub struct Subject {
    /// The model.
    pub model: Model,
    /// The table with the selected bins, including further columns; of a model of change that of the cell type which is
    /// looked at.
    pub table: Rc<SignalTable>,
    /// The model's marks in it.
    pub prepared: Prepared,
}

impl RunningArgs {
    /// Called first: Ctrl-C is handled from here on, and the number of CPU threads is set.
    fn begin(&self) -> Result<(), CliError> {
        interrupt::watch();
        self.threads.apply()
    }

    fn model(&self, path: &Path) -> Result<Model, CliError> {
        self.place(path, files::model(path)?)
    }

    fn place(&self, path: &Path, mut weights: WeightFile) -> Result<Model, CliError> {
        self.symmetric.apply(&mut weights)?;
        Ok(Model {
            file: path.display().to_string(),
            runner: Runner::new(weights, self.device)?,
        })
    }
}

impl ReadingArgs {
    /// Returns true if tables are to be changed as they are read.
    pub fn is_changed(&self) -> bool {
        self.select_bins.is_some() || !self.scale.is_empty()
    }

    /// Reads a table.
    pub fn read(&self, path: &Path) -> Result<SignalTable, CliError> {
        let table = signal::select_bins(files::table(path)?, self.select_bins)?;
        if self.scale.is_empty() {
            return Ok(table);
        }
        Ok(table.scale(&self.scale)?)
    }

    /// Reads a table, and prints how.
    fn table(&self, path: &Path) -> Result<SignalTable, CliError> {
        let table = self.read(path)?;
        signal::tell_notes(&table);
        Ok(table)
    }
}

impl ModelArgs {
    /// To be called before anything else.
    pub fn begin(&self) -> Result<(), CliError> {
        self.running.begin()
    }

    /// The model, before it is placed on a device.
    pub fn opened(&self) -> Result<Opened, CliError> {
        Opened::read(&self.model)
    }

    /// The model, which was read from the file, on its device.
    pub fn place(&self, weights: WeightFile) -> Result<Model, CliError> {
        self.running.place(&self.model, weights)
    }

    /// Where predictions are to come from.
    pub fn device(&self) -> DeviceKind {
        self.running.device
    }

    /// Reads the model.
    pub fn model(&self) -> Result<Model, CliError> {
        self.running.model(&self.model)
    }
}

impl SubjectArgs {
    /// To be called before anything else.
    pub fn begin(&self) -> Result<(), CliError> {
        self.model.begin()
    }

    /// Reads model and table. `expect` checks that the model suits the analysis, before the table is read.
    pub fn subject(&self, expect: impl FnOnce(&Model) -> Result<(), CliError>) -> Result<Subject, CliError> {
        let model = self.model.model()?;
        model.expect_on_off()?;
        expect(&model)?;
        Subject::new(model, Rc::new(self.reading.table(&self.input)?))
    }
}

impl SubjectsArgs {
    /// To be called before anything else.
    pub fn begin(&self) -> Result<(), CliError> {
        self.running.begin()
    }

    /// Calls `look` with each model and its number. Only one model is in memory at a time, and a table that serves
    /// several models in a row is read once.
    pub fn each(&self, mut look: impl FnMut(usize, Subject) -> Result<(), CliError>) -> Result<(), CliError> {
        let inputs = self.paired("--input", &self.input)?;
        let mut last: Option<(&Path, Rc<SignalTable>)> = None;
        for (index, (model, input)) in self.model.iter().zip(inputs).enumerate() {
            let model = self.running.model(model)?;
            model.expect_on_off()?;
            let table = match last {
                Some((path, table)) if path == input => table,
                _ => Rc::new(self.reading.table(input)?),
            };
            look(index, Subject::new(model, Rc::clone(&table))?)?;
            last = Some((input, table));
        }
        Ok(())
    }

    /// The same of models of change, each on two tables, the second of `second`, of whose cell types `cell_type` (0 or
    /// 1) is looked at.
    pub fn each_pair(
        &self,
        second: &[PathBuf],
        cell_type: usize,
        mut look: impl FnMut(usize, Subject) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        if second.is_empty() {
            return Err(CliError::Usage(
                "found one table; a change model reads two. Give that of cell type B with --input-b".to_owned(),
            ));
        }
        let (first, second) = (self.paired("--input", &self.input)?, self.paired("--input-b", second)?);
        for (index, (model, (a, b))) in self.model.iter().zip(first.into_iter().zip(second)).enumerate() {
            let model = self.running.model(model)?;
            let tables = Tables::read(a, Some(b), |path| self.reading.read(path))?;
            let prepared = tables.prepare(model.engine())?;
            tables.tell(model.card());
            tell_unmatched(&tables, &prepared);
            let table = match (cell_type, tables.b) {
                (1, Some(b)) => b,
                _ => tables.a,
            };
            let table = Rc::new(table);
            look(index, Subject { model, table, prepared })?;
        }
        Ok(())
    }

    /// Returns the task of all the models.
    ///
    /// # Errors
    /// [`CliError::Usage`] where they do not all do the same.
    pub fn task(&self) -> Result<Task, CliError> {
        let tasks = self.model.iter().map(|path| Ok(files::model(path)?.card.task));
        let tasks = tasks.collect::<Result<Vec<Task>, CliError>>()?;
        let other = tasks.iter().find(|&&task| task != tasks[0]);
        other.map_or(Ok(tasks[0]), |&other| {
            Err(CliError::Usage(format!(
                "some --model {} and some {}; compare models of one kind at a time",
                does(tasks[0]),
                does(other)
            )))
        })
    }

    /// Each model with its input.
    pub fn files(&self) -> Result<Vec<(&Path, &Path)>, CliError> {
        let inputs = self.paired("--input", &self.input)?;
        Ok(self.model.iter().map(PathBuf::as_path).zip(inputs).collect())
    }

    /// Where predictions are to come from.
    pub fn device(&self) -> DeviceKind {
        self.running.device
    }

    /// One file for each model, from a flag that is given once for all models or once for each.
    pub fn paired<'a>(&self, flag: &str, files: &'a [PathBuf]) -> Result<Vec<&'a Path>, CliError> {
        paired(flag, files, self.model.len())
    }
}

/// Describes a task in words.
fn does(task: Task) -> &'static str {
    match task {
        Task::OnOff => "say whether genes are on",
        Task::Level => "predict the level of expression",
        Task::Change => "predict a change between two cell types",
        Task::Tracks => "read sequences",
    }
}

fn paired<'a>(flag: &str, files: &'a [PathBuf], models: usize) -> Result<Vec<&'a Path>, CliError> {
    match files {
        [one] => Ok(vec![one; models]),
        each if each.len() == models => Ok(each.iter().map(PathBuf::as_path).collect()),
        other => Err(CliError::Usage(format!(
            "found {} x {flag} for {models} x --model; give one for all models, or one per model in the same order",
            other.len()
        ))),
    }
}

impl Model {
    /// The model's card.
    pub fn card(&self) -> &ModelCard {
        self.engine().card()
    }

    /// The model on the CPU.
    pub fn engine(&self) -> &Engine {
        self.runner.engine()
    }

    /// The device that predictions come from.
    pub fn device(&self) -> DeviceKind {
        self.runner.device()
    }

    /// Predicts for all genes, with a progress bar on a terminal.
    pub fn predict(&mut self, prepared: &Prepared) -> Result<Predictions, CliError> {
        self.runner.predict(prepared)
    }

    /// Predicts for genes in one batch.
    pub fn predict_batch(&mut self, values: &[f32], genes: usize) -> Result<Batch, CliError> {
        self.runner.predict_batch(values, genes)
    }

    /// The row of a mark, by name; `flag` is where the user named it.
    pub fn row_of(&self, mark: &str, flag: &str) -> Result<usize, CliError> {
        let marks = &self.card().marks;
        let row = marks.iter().position(|name| name.eq_ignore_ascii_case(mark));
        row.ok_or_else(|| {
            self.problem(format!(
                "found the marks {}; expected {mark} among them. Name another with {flag}.",
                marks.join(", ")
            ))
        })
    }

    /// The cell type's name, if the card has one.
    pub fn cell_type(&self) -> &str {
        match &self.card().cell_type {
            Some(cell) if cell.name.is_empty() => &cell.id,
            Some(cell) => &cell.name,
            None => "",
        }
    }

    /// The centre of a bin (from 0) in base pairs from the anchor. If a window is not as long as its bins, the bins are
    /// centred in it.
    pub fn position(&self, bin: usize) -> f64 {
        let card = self.card();
        let length = (card.bins * card.bin_size) as i64;
        let start = if card.window.upstream + card.window.downstream == length {
            -(card.window.upstream as f64)
        } else {
            -(length as f64) / 2.0
        };
        start + (bin as f64 + 0.5) * card.bin_size as f64
    }

    /// The names of the two cell types that it reads; none where it reads one.
    pub fn cell_types(&self) -> &'static [&'static str] {
        match self.engine().outcome() {
            Outcome::Probability | Outcome::Level => &[],
            Outcome::FoldChange => &["A", "B"],
        }
    }

    /// Checks that the model predicts whether a gene is on.
    pub fn expect_on_off(&self) -> Result<(), CliError> {
        let card = self.card();
        let of = match self.engine().outcome() {
            Outcome::Probability => return Ok(()),
            Outcome::Level => {
                return Err(self.problem(
                    "found a level model; this analysis needs an on/off model. Use `interpret attribute`, \
                        `interpret class-optimisation`, `interpret deletion`, `interpret perturb` or `predict \
                        --attention`."
                        .to_owned(),
                ));
            }
            Outcome::FoldChange => "a change between two cell types",
        };
        Err(self.problem(format!(
            "found a model of {of} ({}); this analysis needs an on/off model. Use `interpret attribute`, `interpret \
                class-optimisation`, `interpret deletion`, `interpret held-out`, `interpret perturb`, `interpret \
                change-beta` or `predict --attention`.",
            card.family
        )))
    }

    /// Checks that the model attends to bins, so has α.
    pub fn expect_alpha(&self) -> Result<(), CliError> {
        self.expect("α (attention over bins)", |attends| attends.bins != BinAttention::None)
    }

    /// Checks that the model attends to marks, so has β.
    pub fn expect_beta(&self) -> Result<(), CliError> {
        self.expect("β (attention over marks)", |attends| attends.marks)
    }

    fn expect(&self, what: &str, has: fn(Attends) -> bool) -> Result<(), CliError> {
        if has(self.engine().attends()) {
            return Ok(());
        }
        let ModelCard { family, variant, .. } = self.card();
        let others: Vec<&str> = architecture::of_family(family)
            .iter()
            .filter(|other| has(other.attends))
            .map(|other| other.variant)
            .collect();
        Err(self.problem(format!(
            "found the variant {variant}, which has no {what}; expected one that has: {}. Saliency, class optimisation \
                and deletion run on every variant.",
            others.join(", ")
        )))
    }

    /// The error for a model that does not suit an analysis.
    pub fn problem(&self, problem: String) -> CliError {
        CliError::file(&self.file, problem)
    }
}

impl Subject {
    fn new(model: Model, table: Rc<SignalTable>) -> Result<Self, CliError> {
        let prepared = model.engine().prepare(&table, &PrepareOptions::default())?;
        tell_deviations(&table, model.card());
        Ok(Self { model, table, prepared })
    }

    /// Runs the model on all genes.
    pub fn predict(&mut self) -> Result<Predictions, CliError> {
        self.model.predict(&self.prepared)
    }

    /// The device that predictions come from.
    pub fn device(&self) -> DeviceKind {
        self.model.device()
    }

    /// The signal that the model is given, [N, T, M], before its own transform.
    pub fn signal(&self) -> &[f32] {
        self.prepared.values(0, self.prepared.genes())
    }
}

/// Calls each gene on or off; `None` if the prediction is NaN.
pub fn called_on(probability: &[f32], threshold: f32) -> Vec<Option<bool>> {
    let called = |&probability: &f32| (!probability.is_nan()).then_some(probability >= threshold);
    probability.iter().map(called).collect()
}

/// Parses `--threshold`.
fn probability(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(threshold) if (0.0..=1.0).contains(&threshold) => Ok(threshold),
        _ => Err(format!("`{text}` is not a probability; expected a number from 0 to 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_serves_all_models_and_several_one_each() {
        let [a, b] = ["a", "b"].map(PathBuf::from);
        let one = [a.clone()];
        assert_eq!(paired("--input", &one, 2).unwrap(), [&a, &a]);
        let two = [a, b];
        assert_eq!(paired("--input", &two, 2).unwrap(), [&two[0], &two[1]]);
        let error = paired("--input", &two, 3).unwrap_err().to_string();
        assert!(error.contains("2 x --input for 3 x --model"), "{error}");
    }

    #[test]
    fn a_threshold_is_a_probability() {
        assert_eq!(probability("0.25"), Ok(0.25));
        for text in ["-0.1", "1.5", "NaN", "half"] {
            assert!(probability(text).is_err(), "{text}");
        }
    }
}
