//! A run a seed, with what is left on disk until all have ended.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burn::tensor::Device;

use regulens::weights::{Dtype, WeightFile};
use serde_json::Value;

use super::history;
use crate::cli::error::CliError;
use crate::cli::{files, interrupt, progress};
use crate::train::checkpoint::{Checkpoint, CheckpointError};
use crate::train::data::Examples;
use crate::train::epoch::{is_better, shown};
use crate::train::learner::Learner;
use crate::train::supervised::predictions;
use crate::train::task::Task;
use crate::train::trainer::{Best, End, EpochRecord, Event, Length, Trainer};

/// Properties that all seeds share.
pub struct Plan<'a, L> {
    /// Creates the learner, at the first weights of a seed.
    pub begin: Box<dyn Fn(u64) -> L + 'a>,
    /// Every tensor that a checkpoint keeps, with its shape.
    pub shapes: Vec<(String, Vec<usize>)>,
    /// Number of their values that the optimiser moves.
    pub trainable: usize,
    /// Length of each run.
    pub length: Length,
    /// Every setting by name, `epochs` and `patience` among them.
    pub settings: Value,
    /// The model file to be.
    pub out: &'a Path,
    /// The first seed.
    pub seed: u64,
    /// Number of seeds.
    pub seeds: u8,
    /// True to continue runs that were begun.
    pub resume: bool,
    /// SHA-256 over the data.
    pub hash: &'a str,
    /// The type that numbers will be stored as.
    pub dtype: Dtype,
}

/// One seed's run, ended.
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// Its best epoch.
    pub best: Best,
    /// Metrics on the validation data after that epoch.
    pub validation: Vec<f64>,
    /// Every epoch that it took.
    pub history: Vec<EpochRecord>,
}

/// Number of values in tensors of these shapes.
pub fn values(shapes: &[(String, Vec<usize>)]) -> usize {
    let sizes = shapes.iter().map(|(_, shape)| shape.iter().product::<usize>());
    sizes.sum()
}

/// The run that validation prefers.
pub fn best(runs: &[Run]) -> &Run {
    runs.iter()
        .reduce(|best, run| {
            if is_better(run.best.score, best.best.score) {
                run
            } else {
                best
            }
        })
        .expect("clap asks for at least one seed")
}

/// The mean prediction of the best weights of runs for genes, `[N]`: log-odds, log2 fold changes or levels.
pub fn predicted<T: Task>(task: &T, runs: &[&Run], examples: &Examples, device: &Device) -> Vec<f64> {
    let mut sums = vec![0.0; examples.len()];
    for run in runs {
        let model = task.load(&run.best.weights, device);
        for (sum, value) in sums.iter_mut().zip(predictions(task, &model, examples, device)) {
            *sum += value;
        }
    }
    sums.into_iter().map(|sum| sum / runs.len() as f64).collect()
}

/// Trains from every seed in turn. Each leaves a checkpoint until all have ended, so that `--resume` repeats none of
/// them.
pub fn all_seeds<L: Learner>(plan: &Plan<'_, L>) -> Result<Vec<Run>, CliError> {
    let seeds: Vec<u64> = (plan.seed..).take(usize::from(plan.seeds)).collect();
    let left = seeds
        .iter()
        .map(|&seed| checkpoint_path(plan.out, seed))
        .find(|path| path.exists());
    match left {
        Some(path) if !plan.resume => {
            return Err(CliError::Usage(format!(
                "{} is left from an interrupted run: continue with --resume, or delete it to start again",
                path.display()
            )));
        }
        None if plan.resume => {
            return Err(CliError::Usage(format!(
                "found no {}: nothing to resume; start without --resume",
                checkpoint_path(plan.out, plan.seed).display()
            )));
        }
        _ => {}
    }
    let mut runs = Vec::with_capacity(seeds.len());
    for seed in seeds {
        let run = one_seed(plan, seed, &runs)?;
        runs.push(run);
    }
    Ok(runs)
}

fn one_seed<L: Learner>(plan: &Plan<'_, L>, seed: u64, before: &[Run]) -> Result<Run, CliError> {
    if plan.seeds > 1 {
        eprintln!("seed {seed}");
    }
    let path = checkpoint_path(plan.out, seed);
    let mut trainer = if path.exists() {
        resume(plan, seed, &path)?
    } else {
        let settings = plan.settings.clone();
        Trainer::new((plan.begin)(seed), plan.length, settings, seed)
    };
    let ended = history::text(
        L::METRICS,
        before.iter().map(|run| (run.seed, run.best.epoch, &run.history[..])),
    );
    match watch(&mut trainer, plan, seed, &path, &ended)? {
        End::Interrupted => {
            return Err(CliError::Interrupted(if path.exists() {
                format!("the finished epochs are in {}; continue with --resume", path.display())
            } else if seed == plan.seed {
                "no epoch was finished".to_owned()
            } else {
                format!("no epoch of seed {seed} was finished; the seeds before it are kept, continue with --resume")
            }));
        }
        End::EarlyStop => eprintln!("stopped: no better epoch for {} epochs", plan.length.patience),
        End::Finished => {}
    }
    let best = trainer.best().expect("clap asks for an epoch").clone();
    let history = trainer.history();
    Ok(Run {
        seed,
        validation: history[best.epoch - 1].validation.clone(),
        history: history.to_vec(),
        best,
    })
}

fn resume<L: Learner>(plan: &Plan<'_, L>, seed: u64, path: &Path) -> Result<Trainer<L>, CliError> {
    let checkpoint = Checkpoint::read(path)?;
    same_run(plan, seed, &checkpoint)?;
    checkpoint
        .fits(&plan.shapes, plan.trainable)
        .map_err(|problem| CheckpointError::Damaged {
            path: path.to_owned(),
            problem,
        })?;
    eprintln!(
        "seed {seed}: resuming after epoch {} of {}",
        checkpoint.history.len(),
        plan.length.epochs
    );
    let learner = (plan.begin)(seed);
    Ok(Trainer::resume(learner, plan.length, checkpoint))
}

/// A resumed run continues what it began: only the number of epochs and the patience may change.
fn same_run<L: Learner>(plan: &Plan<'_, L>, seed: u64, checkpoint: &Checkpoint) -> Result<(), CliError> {
    let differs = if checkpoint.data != plan.hash {
        "other data"
    } else if checkpoint.seed != seed {
        "another seed"
    } else if without_length(&checkpoint.settings) != without_length(&plan.settings) {
        "other settings"
    } else {
        return Ok(());
    };
    Err(CliError::Usage(format!(
        "{} is from a run with {differs}; give the same ones, or delete it and start again without --resume",
        checkpoint_path(plan.out, seed).display()
    )))
}

/// Settings but for those that say how long a run goes on.
fn without_length(settings: &Value) -> Value {
    let mut settings = settings.clone();
    if let Value::Object(settings) = &mut settings {
        settings.remove("epochs");
        settings.remove("patience");
    }
    settings
}

/// Where a seed's run leaves its state while it goes on.
pub fn checkpoint_path(out: &Path, seed: u64) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(format!(".seed-{seed}.checkpoint"));
    path.into()
}

/// Where the model of one seed goes: beside OUT.safetensors, OUT-seed-N.safetensors.
pub fn seed_path(out: &Path, seed: u64) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let end = out
        .extension()
        .map_or(String::new(), |end| format!(".{}", end.to_string_lossy()));
    out.with_file_name(format!("{stem}-seed-{seed}{end}"))
}

/// Removes what a resumed run would have begun with.
pub fn remove_checkpoints(out: &Path, runs: &[Run]) -> Result<(), CliError> {
    for run in runs {
        let path = checkpoint_path(out, run.seed);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(CliError::io(&path, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Runs with a progress bar, a line an epoch, a checkpoint and the history an epoch, and Ctrl-C.
fn watch<L: Learner>(
    trainer: &mut Trainer<L>,
    plan: &Plan<'_, L>,
    seed: u64,
    checkpoint_path: &Path,
    ended: &str,
) -> Result<End, CliError> {
    let history_path = history::path(plan.out);
    let bar = progress::bar(0, "{prefix} {bar:24} {pos}/{len} {msg}");
    let mut failed = None;
    let end = trainer.run(plan.hash, |event| {
        match event {
            Event::Step {
                epoch,
                step,
                steps,
                loss,
            } => {
                bar.set_prefix(format!("epoch {epoch}"));
                bar.set_length(steps as u64);
                bar.set_position(step as u64);
                bar.set_message(format!("loss {loss:.4}"));
            }
            Event::Epoch {
                record,
                best,
                checkpoint,
            } => {
                let rows = history::rows([(seed, checkpoint.best.epoch, &checkpoint.history[..])]);
                let written = files::write(checkpoint_path, &checkpoint.to_bytes())
                    .and_then(|()| files::write(&history_path, format!("{ended}{rows}").as_bytes()));
                // Weights that cannot be written are found here, not when the last epoch has ended.
                let name = plan.out.display().to_string();
                let fits = || WeightFile::check_range(&name, &checkpoint.best.weights, plan.dtype);
                let written = written.and_then(|()| fits().map_err(|error| CliError::Engine(error.into())));
                if let Err(error) = written {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                let metrics = L::METRICS.iter().zip(&record.validation);
                let metrics: Vec<String> = metrics
                    .map(|(name, &value)| format!("{name} {}", shown(value)))
                    .collect();
                let line = format!(
                    "epoch {:>3}  loss {:.4}  validation {}{}",
                    record.epoch,
                    record.training_loss,
                    metrics.join("  "),
                    if best { "  best" } else { "" }
                );
                // A terminal shows the line above the bar; anything else gets plain lines.
                if bar.is_hidden() {
                    eprintln!("{line}");
                } else {
                    bar.println(line);
                }
            }
        }
        interrupt::flow()
    })?;
    bar.finish_and_clear();
    match failed {
        Some(error) => Err(error),
        None => Ok(end),
    }
}
