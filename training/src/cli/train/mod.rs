//! `regulens train`: from tables of real signal, or sequences with tracks, to a model file with its card.
//!
//! ```text
//! attentive_chrome  deep_diff  basenji    what each family learns, from what, and what its card says of it
//! config  settings from a file or a card, and to a file
//! args    what every training takes       data     labelled tables that fit each other, pairs of them, sequences
//! genes   a training on tables, whatever is learned of a gene, and gene_job, its jobs
//! geometry    the bins of its tables
//! runs    a run a seed, each with its checkpoint; history: each epoch, as a table and for the card
//! record  what a card says so that its training can be run again
//! report  how well the model does         all_variants   AttentiveChrome's seven models one after another
//! folds   a model a fold of one table, by dealing's flags     folder  several trainings, which the same command goes on with
//! init    weights that start as another model's, mark by mark
//! collapse    models that predict the same for every gene
//! ```

mod all_variants;
mod args;
mod attentive_chrome;
mod basenji;
mod collapse;
pub mod config;
pub mod data;
mod dealing;
mod deep_diff;
mod folder;
mod folds;
mod gene_job;
mod genes;
mod geometry;
mod history;
mod init;
mod record;
mod report;
mod runs;

use std::path::Path;
use std::sync::OnceLock;

use burn::tensor::Device;
use clap::Subcommand;
use regulens::engine::{DeviceKind, Limits};
use regulens::task::{Named, Report, Score};
use regulens::weights::architecture::{self, Variant};
use regulens::weights::{ModelCard, WeightFile, ensemble};
use serde_json::{Map, Value};

use super::error::CliError;
use super::output::Output;
use super::{files, interrupt, runner};
use crate::baseline::BaselineError;
use crate::train::learner::Learner;
use crate::train::recipe::attentive_chrome::GeneOutcome;
use crate::train::trainer::Length;
use args::{Described, RunArgs};
use runs::{Plan, Run};

/// Family to train.
#[derive(Debug, Subcommand)]
pub enum TrainArgs {
    /// AttentiveChrome: is a gene on, or how much is it expressed?
    AttentiveChrome(Box<attentive_chrome::AttentiveChromeArgs>),
    /// DeepDiff: how does expression change from one cell type to another?
    DeepDiff(Box<deep_diff::DeepDiffArgs>),
    /// Basenji and attention-Basenji: which tracks does a sequence have?
    Basenji(Box<basenji::BasenjiArgs>),
}

/// Trains, and writes the model file of the best epoch.
pub fn run(args: &TrainArgs) -> Result<(), CliError> {
    match args {
        TrainArgs::AttentiveChrome(args) => match args.recipe.outcome {
            GeneOutcome::OnOff => train(&**args),
            GeneOutcome::Level => train(&attentive_chrome::LevelArgs::of(args)),
        },
        TrainArgs::DeepDiff(args) => train(&**args),
        TrainArgs::Basenji(args) => train(&**args),
    }
}

/// A family's arguments: what its data are, and what is trained on them.
trait Trains: Sized {
    /// The family's id.
    const FAMILY: &'static str;

    /// Data that models are trained on.
    type Data;

    /// A model to train on them.
    type Job<'a>: Job
    where
        Self: 'a;

    /// The arguments of every family.
    fn run(&self) -> &RunArgs;

    /// The variant that was asked for.
    fn variant(&self) -> &str;

    /// Reads the data.
    fn read(&self) -> Result<Self::Data, CliError>;

    /// Builds the job of the arguments, on a device that is open; refused where the model or a step does not fit it.
    fn job<'a>(
        &'a self,
        variant: &'static Variant,
        device: &Device,
        data: &'a Self::Data,
    ) -> Result<Self::Job<'a>, CliError>;

    /// Settings that no flag says, as they are a preset's.
    fn of_preset(&self) -> Result<Map<String, Value>, CliError> {
        Ok(Map::new())
    }

    /// Trains every variant instead, where that was asked for; none where not.
    fn every_variant(&self) -> Option<EveryVariant<Self>> {
        None
    }

    /// Trains a model for each fold instead, where that was asked for; none where not.
    fn in_folds(&self) -> Option<EveryFold<Self>> {
        None
    }
}

/// Trains a model for each fold of tables that are not read yet.
type EveryFold<T> = fn(&T, &Device) -> Result<(), CliError>;

/// Trains every variant on data that are read.
type EveryVariant<T> = fn(&T, &Device, &<T as Trains>::Data) -> Result<(), CliError>;

/// A model to train.
trait Job {
    /// Its score.
    type Score: Score;

    /// Learner that takes the steps.
    type Learner<'b>: Learner
    where
        Self: 'b;

    /// Every tensor that is trained or kept, with its shape.
    fn shapes(&self) -> Vec<(String, Vec<usize>)>;

    /// Number of their values that the optimiser moves.
    fn trainable(&self) -> usize {
        runs::values(&self.shapes())
    }

    /// Begins a learner at the first weights of a seed.
    fn begin(&self, seed: u64) -> Self::Learner<'_>;

    /// Length of the training.
    fn length(&self) -> Length;

    /// All that a resumed run must agree on.
    fn settings(&self) -> Value;

    /// SHA-256 over the data that weights and epochs depend on.
    fn hash(&self) -> &str;

    /// The card, but for what every family writes alike.
    fn card(&self) -> ModelCard;

    /// Record of the data and settings for the card.
    fn described(&self) -> Described;

    /// Scores the mean prediction of the best weights of these runs on the validation data, and on the test data where
    /// there are any.
    fn score(&self, runs: &[&Run], on: On) -> Result<Option<Self::Score>, CliError>;

    /// The loss of a run's best epoch on the validation data, where it is recorded, and the headline there.
    fn validation(&self, run: &Run) -> (Option<f64>, f64) {
        (None, run.best.score)
    }

    /// Refuses a run whose best weights predict the same for all validation data.
    fn check_spread(&self, run: &Run) -> Result<(), CliError>;

    /// Returns true if there are test data.
    fn is_tested(&self) -> bool;

    /// Simpler predictors on the test data, beside the mean prediction of the best weights of these runs.
    fn baselines(&self, runs: &[&Run]) -> Result<Vec<Named<Self::Score>>, CliError>;

    /// Agreement of the test data with themselves.
    fn ceilings(&self) -> Vec<Named<Self::Score>> {
        Vec::new()
    }

    /// Where a card keeps the scores.
    fn scores(card: &mut ModelCard) -> &mut Option<Report<Self::Score>>;
}

/// Data that weights were not fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    /// Validation data, which chose the epoch.
    Validation,
    /// Held-out test data.
    Test,
}

/// The command of any family.
fn train<T: Trains>(args: &T) -> Result<(), CliError> {
    let run = args.run();
    if run.print_config {
        print!(
            "{}",
            config::text(&config::words(), super::program(), args.of_preset()?)?
        );
        return Ok(());
    }
    if run.ensemble {
        refuse_ensemble(run.seeds)?;
    }
    run.threads.apply()?;
    // Fail early on an unknown variant or an output that cannot be written.
    let variant = variant(args)?;
    if args.every_variant().is_none() && args.in_folds().is_none() {
        drop(Output::create(&run.out)?);
    }
    interrupt::watch();
    let device = runner::open(run.device)?;
    if let Some(in_folds) = args.in_folds() {
        return in_folds(args, &device);
    }
    let data = args.read()?;
    if let Some(every_variant) = args.every_variant() {
        return every_variant(args, &device, &data);
    }
    let mut card = finish(run, &args.job(variant, &device, &data)?)?;
    if let (Some(training), Some(report)) = (card.training.clone(), <T::Job<'_> as Job>::scores(&mut card)) {
        report::tell(&training, report, run.ensemble, &run.out);
    }
    Ok(())
}

/// Checks that the models of so many seeds can be joined in one file.
fn refuse_ensemble(seeds: u8) -> Result<(), CliError> {
    if usize::from(seeds) < ensemble::FEWEST {
        return Err(CliError::Usage(format!(
            "--ensemble joins the models of several seeds; found --seeds {seeds}. Give --seeds 2 or more"
        )));
    }
    Ok(())
}

fn variant<T: Trains>(args: &T) -> Result<&'static Variant, CliError> {
    architecture::find(T::FAMILY, args.variant()).map_err(|problem| CliError::Usage(problem.to_string()))
}

/// Trains from every seed, and writes the model file of the best.
fn finish<J: Job>(args: &RunArgs, job: &J) -> Result<ModelCard, CliError> {
    let (runs, card) = on_device(args.device, || {
        let runs = runs::all_seeds(&plan(args, job))?;
        let best = runs::best(&runs);
        let chosen: Vec<&Run> = if args.ensemble {
            runs.iter().collect()
        } else {
            vec![best]
        };
        if !args.allow_constant {
            chosen.iter().try_for_each(|run| job.check_spread(run))?;
        }
        let card = card(args, job, &runs, &chosen)?;
        for run in runs.iter().filter(|_| args.keep_seeds) {
            let path = runs::seed_path(&args.out, run.seed);
            if chosen.len() == 1 && run.seed == best.seed {
                write(&path, &card, run)?;
            } else {
                write(&path, &self::card(args, job, &runs, &[run])?, run)?;
            }
        }
        Ok((runs, card))
    })?;
    if args.ensemble {
        write_together(&args.out, card.clone(), &runs)?;
    } else {
        write(&args.out, &card, runs::best(&runs))?;
    }
    // The runs have ended, and their result is on disk: nothing is left to resume.
    runs::remove_checkpoints(&args.out, &runs)?;
    Ok(card)
}

/// Simple predictors, which every kept seed is compared with, and which are fitted once.
fn fitted_once<T>(fitted: &OnceLock<T>, fit: impl FnOnce() -> Result<T, BaselineError>) -> Result<&T, CliError> {
    if let Some(fitted) = fitted.get() {
        return Ok(fitted);
    }
    let now = fit().map_err(|error| match error {
        BaselineError::Interrupted => CliError::Interrupted(
            "all epochs are finished and kept; --resume fits the baselines, --resume --no-baselines leaves them out"
                .to_owned(),
        ),
        error => error.into(),
    })?;
    Ok(fitted.get_or_init(|| now))
}

fn write(out: &Path, card: &ModelCard, run: &Run) -> Result<(), CliError> {
    files::write(out, &WeightFile::write(card, &run.best.weights, card.dtype)?)
}

/// Writes the weights of all runs into one file.
fn write_together(out: &Path, card: ModelCard, runs: &[Run]) -> Result<(), CliError> {
    let alone = |run: &Run| {
        let mut card = card.clone();
        if let Some(training) = &mut card.training {
            training.seed = run.seed;
        }
        WeightFile {
            card,
            tensors: run.best.weights.clone(),
            sha256: String::new(),
        }
    };
    let models: Vec<WeightFile> = runs.iter().map(alone).collect();
    let joined = WeightFile::together(&models).map_err(|problem| problem.of(&out.display().to_string()))?;
    let card = ModelCard {
        members: joined.card.members,
        ..card
    };
    files::write(out, &WeightFile::write(&card, &joined.tensors, card.dtype)?)
}

fn plan<'a, J: Job>(args: &'a RunArgs, job: &'a J) -> Plan<'a, J::Learner<'a>> {
    Plan {
        begin: Box::new(move |seed| job.begin(seed)),
        shapes: job.shapes(),
        trainable: job.trainable(),
        length: job.length(),
        settings: job.settings(),
        out: &args.out,
        seed: args.seed,
        seeds: args.seeds,
        resume: args.resume,
        hash: job.hash(),
        dtype: args.dtype,
    }
}

/// The card of one of the runs, or of several together; the record of the training is then that of the best.
fn card<J: Job>(args: &RunArgs, job: &J, runs: &[Run], chosen: &[&Run]) -> Result<ModelCard, CliError> {
    let mut card = job.card();
    let metrics = <J::Learner<'_> as Learner>::METRICS;
    let run = if let [one] = chosen {
        one
    } else {
        card.name += &format!(", mean of {} seeds", chosen.len());
        runs::best(runs)
    };
    args.sign(&mut card, job.described(), run, metrics)?;
    let report = report::report(args, job, runs, chosen)?;
    card.notes = report.verdict(chosen.len() > 1);
    if report.test.is_none() && job.is_tested() {
        card.notes = vec![format!(
            "Scores on test {} are not defined: the model predicts the same for all of them.",
            J::Score::SET
        )];
    }
    *J::scores(&mut card) = Some(report);
    Ok(card)
}

/// Refuses a model that a device does not take, and steps of more than fit it.
fn check_device(
    args: &RunArgs,
    device: &Device,
    model: Result<(), String>,
    batch_size: usize,
    bytes: u64,
) -> Result<(), CliError> {
    model
        .map_err(|problem| format!("{problem}. Use --device cpu"))
        .and_then(|()| check_batch(batch_size, bytes, Limits::of(device)))
        .map_err(|problem| CliError::Device {
            device: args.device,
            problem,
        })
}

/// Checks that a step on `batch_size` genes, each of `bytes` in the largest buffer, fits the device. The gradient of a
/// batch is one mean, so that a step is not split.
pub(super) fn check_batch(batch_size: usize, bytes: u64, limits: Limits) -> Result<(), String> {
    match limits.most(bytes) {
        most if batch_size <= most => Ok(()),
        0 => Err(format!(
            "a training step needs a buffer of {bytes} bytes a gene; this GPU gives {} at most. Use --device cpu",
            limits.buffer
        )),
        most => Err(format!(
            "a training step on {batch_size} genes needs a buffer of {bytes} bytes a gene; this GPU gives {} at most. \
                Use \
             --batch-size {most} or a smaller one, or --device cpu",
            limits.buffer
        )),
    }
}

/// Runs what a GPU may fail at, mostly for want of memory. On the CPU a panic is a fault of this program, and stays
/// one.
pub(super) fn on_device<T>(kind: DeviceKind, run: impl FnOnce() -> Result<T, CliError>) -> Result<T, CliError> {
    if kind == DeviceKind::Cpu {
        return run();
    }
    runner::guarded(|| Ok(run())).map_err(|problem| CliError::Device {
        device: kind,
        problem: format!(
            "{problem}. Finished epochs are kept: go on with --resume. If it is short of memory, start again with a \
                smaller \
             --batch-size, or take --device cpu"
        ),
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_takes_any_batch() {
        let limits = Limits::of(&Device::flex());
        assert_eq!(check_batch(1_000_000, 1 << 40, limits), Ok(()));
    }
}
