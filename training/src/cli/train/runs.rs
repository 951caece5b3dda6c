//! A run a seed, with what is left on disk until all have ended.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::Job;
use crate::cli::error::CliError;
use crate::cli::interrupt;
use crate::train::checkpoint::{Checkpoint, CheckpointError};
use crate::train::initialise::initialise;
use crate::train::recipe::Recipe;
use crate::train::trainer::{Best, End, Event, Trainer};

/// One seed's run, ended.
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// Its best epoch.
    pub best: Best,
    /// How many epochs it took.
    pub epochs: usize,
}

/// The run that validation prefers.
pub fn best(runs: &[Run]) -> &Run {
    runs.iter()
        .max_by(|a, b| a.best.auroc.total_cmp(&b.best.auroc))
        .expect("clap asks for at least one seed")
}

/// Trains from every seed in turn. Each leaves a checkpoint until all have ended, so that `--resume` repeats none of them.
pub fn all_seeds(job: &Job) -> Result<Vec<Run>, CliError> {
    let args = job.args;
    let seeds: Vec<u64> = (args.seed..).take(usize::from(args.seeds)).collect();
    let left = seeds
        .iter()
        .map(|&seed| checkpoint_path(&args.out, seed))
        .find(|path| path.exists());
    match left {
        Some(path) if !args.resume => {
            return Err(CliError::Usage(format!(
                "{} is left from a run that did not end: go on with --resume, or delete it to start again",
                path.display()
            )));
        }
        None if args.resume => {
            return Err(CliError::Usage(format!(
                "there is no {}: nothing to resume; start without --resume",
                checkpoint_path(&args.out, args.seed).display()
            )));
        }
        _ => {}
    }
    seeds.into_iter().map(|seed| one_seed(job, seed)).collect()
}

fn one_seed(job: &Job, seed: u64) -> Result<Run, CliError> {
    let args = job.args;
    if args.seeds > 1 {
        eprintln!("seed {seed}");
    }
    let path = checkpoint_path(&args.out, seed);
    let mut trainer = if path.exists() {
        resume(job, seed, &path)?
    } else {
        let weights = initialise(
            &job.architecture.tensors(),
            args.recipe.initialisation,
            args.recipe.initial_bound,
            seed,
        );
        Trainer::new(
            job.architecture,
            &weights,
            job.recipe.clone(),
            seed,
            &job.device,
        )
    };
    match watch(&mut trainer, job, &path)? {
        End::Interrupted => {
            return Err(CliError::Interrupted(if path.exists() {
                format!(
                    "the finished epochs are in {}; go on with --resume",
                    path.display()
                )
            } else if seed == args.seed {
                "no epoch was finished".to_owned()
            } else {
                format!(
                    "no epoch of seed {seed} was finished; the seeds before it are kept, go on with --resume"
                )
            }));
        }
        End::EarlyStop => eprintln!(
            "no better epoch for {} epochs: stopped",
            args.recipe.patience
        ),
        End::Finished => {}
    }
    Ok(Run {
        seed,
        best: trainer.best().expect("clap asks for an epoch").clone(),
        epochs: trainer.history().len(),
    })
}

fn resume(job: &Job, seed: u64, path: &Path) -> Result<Trainer, CliError> {
    let recipe = &job.recipe;
    let checkpoint = Checkpoint::read(path)?;
    same_run(job, seed, &checkpoint)?;
    checkpoint
        .fits(&job.architecture.tensors())
        .map_err(|problem| CheckpointError::Damaged {
            path: path.to_owned(),
            problem,
        })?;
    eprintln!(
        "seed {seed}: resuming after epoch {} of {}",
        checkpoint.history.len(),
        recipe.epochs
    );
    let mut trainer = Trainer::resume(job.architecture, checkpoint, &job.device);
    trainer.set_length(recipe.epochs, recipe.patience);
    Ok(trainer)
}

/// A resumed run continues what it began: only the number of epochs and the patience may change.
fn same_run(job: &Job, seed: u64, checkpoint: &Checkpoint) -> Result<(), CliError> {
    let Job { args, data, .. } = job;
    let asked = Recipe {
        epochs: checkpoint.recipe.epochs,
        patience: checkpoint.recipe.patience,
        ..job.recipe.clone()
    };
    let differs = if checkpoint.data != data.hash {
        "other data"
    } else if checkpoint.seed != seed {
        "another seed"
    } else if checkpoint.recipe != asked {
        "other settings"
    } else {
        return Ok(());
    };
    Err(CliError::Usage(format!(
        "{} belongs to a run with {differs}; give the same ones, or delete it and start again without --resume",
        checkpoint_path(&args.out, seed).display()
    )))
}

/// Where a seed's run leaves its state while it goes on.
pub fn checkpoint_path(out: &Path, seed: u64) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(format!(".seed-{seed}.checkpoint"));
    path.into()
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

/// Runs with a progress bar, a line an epoch, a checkpoint an epoch, and Ctrl-C.
fn watch(trainer: &mut Trainer, job: &Job, checkpoint_path: &Path) -> Result<End, CliError> {
    let bar = ProgressBar::new(0);
    bar.set_style(
        ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {msg}")
            .expect("a valid template"),
    );
    let mut failed = None;
    let end = trainer.run(&job.training, &job.validation, &job.data.hash, |event| {
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
                if let Err(error) = checkpoint.write(checkpoint_path) {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                let line = format!(
                    "epoch {:>3}  loss {:.4}  validation AUROC {:.4}  AUPRC {:.4}{}",
                    record.epoch,
                    record.training_loss,
                    record.validation_auroc,
                    record.validation_auprc,
                    if best { "  best" } else { "" }
                );
                // A terminal shows the line above the bar; anything else gets plain lines.
                if bar.is_hidden() {
                    eprintln!("{line}")
                } else {
                    bar.println(line)
                }
            }
        }
        interrupt::flow()
    })?;
    bar.finish_and_clear();
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(end),
    }
}
