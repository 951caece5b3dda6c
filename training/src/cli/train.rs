//! `regulens train`: from tables of real signal to a model file with its card.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use regulens::engine::DeviceKind;
use regulens::input::{Expression, SignalTable};
use regulens::metrics::{auprc, auroc};
use regulens::model::attentive_chrome::LstmAlphaBetaConfig;
use regulens::weights::card::{
    BaselineScore, CellType, Metrics, Score, SeedScore, TrainingRecord, Transform, TransformKind,
};
use regulens::weights::{Dtype, ModelCard, WeightFile, architecture};
use serde_json::{Map, Value};

use super::error::CliError;
use super::files;
use crate::baseline;
use crate::train::checkpoint::Checkpoint;
use crate::train::data::Examples;
use crate::train::initialise::initialise;
use crate::train::recipe::{InputTransform, Recipe};
use crate::train::trainer::{Best, End, Event, Trainer};

/// What to train.
#[derive(Debug, Subcommand)]
pub enum TrainArgs {
    /// AttentiveChrome: is a gene on?
    AttentiveChrome(Box<AttentiveChromeArgs>),
}

/// Training of AttentiveChrome.
#[derive(Debug, Args)]
pub struct AttentiveChromeArgs {
    /// The variant as the paper names it
    #[arg(long, default_value = VARIANT)]
    variant: String,
    /// Signal of the training genes
    #[arg(long)]
    train: PathBuf,
    /// Signal of the validation genes, which choose the epoch
    #[arg(long)]
    valid: PathBuf,
    /// Signal of the test genes, which choose nothing; their scores go into the card
    #[arg(long)]
    test: Option<PathBuf>,
    /// Expression counts (gene,count); a gene is on at or above the median of this file. Without it the tables hold labels
    #[arg(long)]
    expression: Option<PathBuf>,
    /// Keep these bins of each gene, such as 51-150
    #[arg(long, value_parser = files::bin_range)]
    select_bins: Option<(usize, usize)>,
    /// The model file to write
    #[arg(long)]
    out: PathBuf,
    /// Seed of the first weights and of the order of genes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Train this many times, from --seed and the seeds after it, and keep the one with the best validation AUROC
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    seeds: u8,
    /// Do not fit simple predictors to compare with; they take a minute for a thousand genes
    #[arg(long)]
    no_baselines: bool,
    /// Go on from OUT.seed-N.checkpoint, which every finished epoch leaves
    #[arg(long)]
    resume: bool,
    /// Numbers as they are stored
    #[arg(long, default_value = "f16", value_parser = files::dtype)]
    dtype: Dtype,
    /// Name of the cell type for the card, such as E123=K562
    #[arg(long, value_parser = cell_type)]
    cell_type: Option<CellType>,
    /// Genome assembly of the signal for the card, such as hg19
    #[arg(long)]
    assembly: Option<String>,
    /// Where the data are from, for the card
    #[arg(long)]
    data: Option<String>,
    /// The day for the card, as YYYY-MM-DD; left out by default, so that the same training gives the same file
    #[arg(long)]
    date: Option<String>,
    /// Marks that the data are simulated
    #[arg(long)]
    simulated: bool,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
    #[command(flatten)]
    recipe: Recipe,
}

/// The only variant that trains in this version.
const VARIANT: &str = "lstm-alpha-beta";
const FAMILY: &str = "attentive-chrome";

/// Trains, and writes the model file of the best epoch.
pub fn run(args: &TrainArgs) -> Result<(), CliError> {
    let TrainArgs::AttentiveChrome(args) = args;
    attentive_chrome(args)
}

fn attentive_chrome(args: &AttentiveChromeArgs) -> Result<(), CliError> {
    let variant = architecture::find(FAMILY, &args.variant)
        .map_err(|problem| CliError::Usage(problem.to_string()))?;
    let data = Data::read(args)?;
    let device = args.device.open().map_err(|problem| CliError::Device {
        device: args.device,
        problem,
    })?;
    let transform = transform(args.recipe.transform);
    let training = data.examples(&data.training, &transform)?;
    let validation = data.examples(&data.validation, &transform)?;
    let config = LstmAlphaBetaConfig {
        marks: data.training.marks.len(),
        bin_rnn_size: args.recipe.bin_rnn_size,
    };

    let runs = all_seeds(args, &data, config, &training, &validation, &device)?;
    let best = runs
        .iter()
        .max_by(|a, b| a.best.auroc.total_cmp(&b.best.auroc))
        .expect("clap asks for at least one seed");

    let mut card = ModelCard::new(
        FAMILY,
        &args.variant,
        data.training.marks.clone(),
        data.training.bins,
    );
    card.name = match &args.cell_type {
        Some(cell) => format!("AttentiveChrome {}, {}", variant.title, cell.name),
        None => format!("AttentiveChrome {}", variant.title),
    };
    card.citation = vec![variant.citation.to_owned()];
    card.cell_type.clone_from(&args.cell_type);
    card.assembly.clone_from(&args.assembly);
    card.simulated = args.simulated;
    card.transform = transform.clone();
    card.dtype = args.dtype;
    card.input_distribution = data.training.distribution();
    card.training = Some(record(args, &data, best));
    let metrics = metrics(
        args,
        &data,
        config,
        &runs,
        best,
        &validation,
        &transform,
        &device,
    )?;
    card.notes = verdict(&metrics);
    card.metrics = Some(metrics);
    let bytes =
        WeightFile::write(&card, &best.best.weights, args.dtype).map_err(regulens::Error::from)?;
    files::write(&args.out, &bytes)?;
    // The runs have ended, and their result is on disk: nothing is left to resume.
    for run in &runs {
        let path = checkpoint_path(&args.out, run.seed);
        std::fs::remove_file(&path).map_err(|error| CliError::io(&path, error))?;
    }
    report(args, &card);
    Ok(())
}

/// One seed's run, ended.
struct Run {
    seed: u64,
    best: Best,
    epochs: usize,
}

/// Trains from every seed in turn. Each leaves a checkpoint until all have ended, so that `--resume` repeats none of them.
fn all_seeds(
    args: &AttentiveChromeArgs,
    data: &Data,
    config: LstmAlphaBetaConfig,
    training: &Examples,
    validation: &Examples,
    device: &Device,
) -> Result<Vec<Run>, CliError> {
    let seeds: Vec<u64> = (args.seed..).take(usize::from(args.seeds)).collect();
    let left: Vec<PathBuf> = seeds
        .iter()
        .map(|&seed| checkpoint_path(&args.out, seed))
        .filter(|path| path.exists())
        .collect();
    match left.first() {
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
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    // Without a handler Ctrl-C still ends the program; the last checkpoint stands either way.
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst));
    let mut runs = Vec::new();
    for seed in seeds {
        let path = checkpoint_path(&args.out, seed);
        let mut trainer = if path.exists() {
            let checkpoint = Checkpoint::read(&path)?;
            same_run(args, seed, data, &checkpoint)?;
            eprintln!(
                "seed {seed}: resuming after epoch {} of {}",
                checkpoint.history.len(),
                args.recipe.epochs
            );
            let mut trainer = Trainer::resume(config, checkpoint, device);
            trainer.set_length(args.recipe.epochs, args.recipe.patience);
            trainer
        } else {
            let weights = initialise(&config.tensors(), args.recipe.initialisation, seed);
            Trainer::new(config, &weights, args.recipe.clone(), seed, device)
        };
        if args.seeds > 1 {
            eprintln!("seed {seed}");
        }
        let end = watch(
            &mut trainer,
            training,
            validation,
            &data.hash,
            &path,
            &stopped,
        )?;
        if end == End::Interrupted {
            return Err(CliError::Interrupted(format!(
                "the finished epochs are in {}; go on with --resume",
                path.display()
            )));
        }
        if end == End::EarlyStop {
            eprintln!(
                "no better epoch for {} epochs: stopped",
                args.recipe.patience
            );
        }
        let best = trainer
            .best()
            .ok_or_else(|| CliError::Usage("--epochs 0 trains nothing".to_owned()))?
            .clone();
        runs.push(Run {
            seed,
            best,
            epochs: trainer.history().len(),
        });
    }
    Ok(runs)
}

/// The tables of a run, labelled, all with the same marks and bins.
struct Data {
    training: SignalTable,
    validation: SignalTable,
    test: Option<SignalTable>,
    /// SHA-256 over training and validation signal and labels.
    hash: String,
}

impl Data {
    fn read(args: &AttentiveChromeArgs) -> Result<Self, CliError> {
        let expression = match &args.expression {
            Some(path) => Some(
                Expression::read(&path.display().to_string(), &files::read(path)?)
                    .map_err(regulens::Error::from)?,
            ),
            None => None,
        };
        let table = |path: &PathBuf| -> Result<SignalTable, CliError> {
            let mut table = files::table(path)?;
            if let Some((first, last)) = args.select_bins {
                table = table
                    .select_bins(first, last)
                    .map_err(regulens::Error::from)?;
            }
            if let Some(expression) = &expression {
                table = table
                    .with_labels_from(expression)
                    .map_err(regulens::Error::from)?;
            }
            Ok(table)
        };
        let training = table(&args.train)?;
        let like_training = |path: &PathBuf| -> Result<SignalTable, CliError> {
            let other = table(path)?
                .order_marks(&training.marks)
                .map_err(regulens::Error::from)?;
            other
                .expect_bins(training.bins)
                .map_err(regulens::Error::from)?;
            Ok(other)
        };
        let validation = like_training(&args.valid)?;
        let test = args.test.as_ref().map(like_training).transpose()?;
        let hash = hash(&[&training, &validation]);
        Ok(Self {
            training,
            validation,
            test,
            hash,
        })
    }

    fn examples(&self, table: &SignalTable, transform: &Transform) -> Result<Examples, CliError> {
        Examples::of(table, transform).ok_or_else(|| {
            CliError::Usage(format!(
                "{} has no labels: give --expression, or a table with a label column",
                table.file
            ))
        })
    }
}

/// SHA-256 over the signal and the labels of tables.
fn hash(tables: &[&SignalTable]) -> String {
    let mut bytes = Vec::new();
    for table in tables {
        bytes.extend(table.values.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(table.labels.iter().flatten().map(|&on| u8::from(on)));
    }
    regulens::weights::sha256(&bytes)
}

/// A resumed run continues what it began: only the number of epochs and the patience may change.
fn same_run(
    args: &AttentiveChromeArgs,
    seed: u64,
    data: &Data,
    checkpoint: &Checkpoint,
) -> Result<(), CliError> {
    let asked = Recipe {
        epochs: checkpoint.recipe.epochs,
        patience: checkpoint.recipe.patience,
        ..args.recipe.clone()
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
        "{} belongs to a run with {differs}; give the same ones, or start again without --resume",
        checkpoint_path(&args.out, seed).display()
    )))
}

fn checkpoint_path(out: &Path, seed: u64) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(format!(".seed-{seed}.checkpoint"));
    path.into()
}

fn transform(transform: InputTransform) -> Transform {
    let kind = match transform {
        InputTransform::None => TransformKind::None,
        InputTransform::Log1p => TransformKind::Log1p,
    };
    Transform { kind, scale: None }
}

/// Runs with a progress bar, a line an epoch, a checkpoint an epoch, and Ctrl-C.
fn watch(
    trainer: &mut Trainer,
    training: &Examples,
    validation: &Examples,
    hash: &str,
    checkpoint_path: &Path,
    stopped: &AtomicBool,
) -> Result<End, CliError> {
    let bar = ProgressBar::new(0);
    bar.set_style(
        ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {msg}")
            .expect("a valid template"),
    );
    let mut failed = None;
    let end = trainer.run(training, validation, hash, |event| {
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
        if stopped.load(Ordering::SeqCst) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    bar.finish_and_clear();
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(end),
    }
}

fn record(args: &AttentiveChromeArgs, data: &Data, run: &Run) -> TrainingRecord {
    let sizes =
        |table: &SignalTable| format!("{} genes ({})", table.genes.len(), files::name(&table.file));
    let mut split = format!(
        "training {}; validation {}",
        sizes(&data.training),
        sizes(&data.validation)
    );
    if let Some(test) = &data.test {
        split += &format!("; test {}", sizes(test));
    }
    let mut recipe: Map<String, Value> = match serde_json::to_value(&args.recipe) {
        Ok(Value::Object(recipe)) => recipe,
        _ => unreachable!("a recipe is a struct of plain values"),
    };
    if let Some((first, last)) = args.select_bins {
        recipe.insert("select_bins".to_owned(), format!("{first}-{last}").into());
    }
    let label = if args.expression.is_some() {
        "expression at or above the median of the expression file"
    } else {
        "as the table has it"
    };
    recipe.insert("label".to_owned(), label.into());
    recipe.insert(
        "optimiser".to_owned(),
        "Adam, beta 0.9 and 0.999, epsilon 1e-8".into(),
    );
    recipe.insert("loss".to_owned(), "mean binary cross-entropy".into());
    recipe.insert(
        "chosen by".to_owned(),
        "best validation AUROC, ties to the later epoch".into(),
    );
    recipe.insert("device".to_owned(), args.device.to_string().into());
    TrainingRecord {
        data: args.data.clone().unwrap_or_default(),
        split,
        genes: data.training.genes.len(),
        recipe,
        seed: run.seed,
        epochs: run.epochs,
        best_epoch: run.best.epoch,
        date: args.date.clone(),
        program: concat!("regulens ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// Scores of every seed's best weights, and of simple predictors on the same genes.
#[allow(
    clippy::too_many_arguments,
    reason = "each is one thing that a score depends on"
)]
fn metrics(
    args: &AttentiveChromeArgs,
    data: &Data,
    config: LstmAlphaBetaConfig,
    runs: &[Run],
    chosen: &Run,
    validation: &Examples,
    transform: &Transform,
    device: &Device,
) -> Result<Metrics, CliError> {
    let test = data
        .test
        .as_ref()
        .map(|table| data.examples(table, transform))
        .transpose()?;
    let score = |run: &Run, examples: &Examples| -> Option<Score> {
        let trainer = Trainer::new(
            config,
            &run.best.weights,
            args.recipe.clone(),
            run.seed,
            device,
        );
        let scores = trainer.scores(examples);
        let (auroc, auprc) =
            auroc(&scores, &examples.labels).zip(auprc(&scores, &examples.labels))?;
        Some(Score {
            n: examples.len(),
            auroc,
            auprc,
        })
    };
    let seeds = runs
        .iter()
        .map(|run| {
            let test = test.as_ref().and_then(|examples| score(run, examples));
            SeedScore {
                seed: run.seed,
                validation_auroc: run.best.auroc,
                test_auroc: test.as_ref().map(|score| score.auroc),
                test_auprc: test.as_ref().map(|score| score.auprc),
            }
        })
        .collect();
    let baselines = match &data.test {
        Some(table) if !args.no_baselines => {
            let baselines =
                baseline::attentive_chrome(&data.training, &data.validation, table, || {
                    ControlFlow::Continue(())
                })?;
            baselines.iter().map(BaselineScore::from).collect()
        }
        _ => Vec::new(),
    };
    Ok(Metrics {
        validation: score(chosen, validation),
        test: test.as_ref().and_then(|examples| score(chosen, examples)),
        seeds,
        baselines,
    })
}

/// What the scores do and do not show, in sentences for the card.
fn verdict(metrics: &Metrics) -> Vec<String> {
    let mut notes = Vec::new();
    let Some(test) = &metrics.test else {
        return vec!["Not scored on test genes.".to_owned()];
    };
    let interval = 1.96 * hanley_mcneil(test.auroc, test.n);
    notes.push(format!(
        "With {} test genes the 95 % interval of AUROC is about ±{interval:.3} (Hanley and McNeil 1982): smaller differences mean nothing here.",
        test.n
    ));
    let seeds: Vec<f64> = metrics
        .seeds
        .iter()
        .filter_map(|seed| seed.test_auroc)
        .collect();
    if seeds.len() > 1 {
        let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
        let (lowest, highest) = seeds.iter().fold((f64::MAX, f64::MIN), |(low, high), &x| {
            (low.min(x), high.max(x))
        });
        notes.push(format!(
            "{} seeds: test AUROC {mean:.3} on average, from {lowest:.3} to {highest:.3}; validation chose this one.",
            seeds.len()
        ));
    }
    let best = metrics
        .baselines
        .iter()
        .max_by(|a, b| a.auroc.total_cmp(&b.auroc));
    if let Some(best) = best {
        let comparison = if best.auroc >= test.auroc {
            "does not beat"
        } else {
            "beats"
        };
        notes.push(format!(
            "This model {comparison} the best simple predictor on the same test genes, {} with AUROC {:.3}.",
            best.name, best.auroc
        ));
    }
    notes
}

/// Standard error of an AUROC over n genes of which half are on: Hanley and McNeil, Radiology 143 (1982), eq. 2.
fn hanley_mcneil(auroc: f64, n: usize) -> f64 {
    let half = n as f64 / 2.0;
    let q1 = auroc / (2.0 - auroc);
    let q2 = 2.0 * auroc * auroc / (1.0 + auroc);
    let square = auroc * auroc;
    ((auroc * (1.0 - auroc) + (half - 1.0) * (q1 - square) + (half - 1.0) * (q2 - square))
        / (half * half))
        .sqrt()
}

fn report(args: &AttentiveChromeArgs, card: &ModelCard) {
    let (Some(training), Some(metrics)) = (&card.training, &card.metrics) else {
        return;
    };
    if let Some(validation) = &metrics.validation {
        eprintln!(
            "seed {}, best epoch {}: validation AUROC {:.4}",
            training.seed, training.best_epoch, validation.auroc
        );
    }
    if let Some(test) = &metrics.test {
        eprintln!(
            "test ({} genes): AUROC {:.4}, AUPRC {:.4}",
            test.n, test.auroc, test.auprc
        );
    }
    for seed in &metrics.seeds {
        if let (true, Some(auroc), Some(auprc)) =
            (metrics.seeds.len() > 1, seed.test_auroc, seed.test_auprc)
        {
            eprintln!(
                "  seed {}: validation AUROC {:.4}, test AUROC {auroc:.4}, AUPRC {auprc:.4}",
                seed.seed, seed.validation_auroc
            );
        }
    }
    for baseline in &metrics.baselines {
        eprintln!(
            "  {}: test AUROC {:.4}, AUPRC {:.4}",
            baseline.name, baseline.auroc, baseline.auprc
        );
    }
    eprintln!("wrote {}", args.out.display());
}

fn cell_type(text: &str) -> Result<CellType, String> {
    let (id, name) = text.split_once('=').unwrap_or((text, text));
    Ok(CellType {
        id: id.to_owned(),
        name: name.to_owned(),
    })
}
