//! `regulens train`: from tables of real signal to a model file with its card.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use regulens::engine::DeviceKind;
use regulens::input::{Expression, SignalTable};
use regulens::metrics::{auprc, auroc};
use regulens::model::attentive_chrome::LstmAlphaBetaConfig;
use regulens::weights::card::{
    CellType, Metrics, Score, SeedScore, TrainingRecord, Transform, TransformKind,
};
use regulens::weights::{Dtype, ModelCard, WeightFile, architecture};
use serde_json::{Map, Value};

use super::error::CliError;
use super::files;
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
    /// Go on from OUT.checkpoint, which every finished epoch leaves
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

    let checkpoint_path = checkpoint_path(&args.out);
    let mut trainer = if args.resume {
        let checkpoint = Checkpoint::read(&checkpoint_path)?;
        same_run(args, &data, &checkpoint)?;
        eprintln!(
            "resuming after epoch {} of {}",
            checkpoint.history.len(),
            args.recipe.epochs
        );
        let mut trainer = Trainer::resume(config, checkpoint, &device);
        trainer.set_epochs(args.recipe.epochs);
        trainer
    } else {
        if checkpoint_path.exists() {
            return Err(CliError::Usage(format!(
                "{} is left from a run that did not end: go on with --resume, or delete it to start again",
                checkpoint_path.display()
            )));
        }
        let weights = initialise(&config.tensors(), args.recipe.initialisation, args.seed);
        Trainer::new(config, &weights, args.recipe.clone(), args.seed, &device)
    };

    let end = watch(
        &mut trainer,
        &training,
        &validation,
        &data.hash,
        &checkpoint_path,
    )?;
    if end == End::Interrupted {
        return Err(CliError::Interrupted(format!(
            "the finished epochs are in {}; go on with --resume",
            checkpoint_path.display()
        )));
    }
    let best = trainer
        .best()
        .ok_or_else(|| CliError::Usage("--epochs 0 trains nothing".to_owned()))?
        .clone();

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
    card.training = Some(record(args, &data, &trainer, &best));
    card.metrics = Some(metrics(
        args,
        &data,
        config,
        &best,
        &validation,
        &transform,
    )?);
    let bytes =
        WeightFile::write(&card, &best.weights, args.dtype).map_err(regulens::Error::from)?;
    files::write(&args.out, &bytes)?;
    // The run has ended, and its result is on disk: nothing is left to resume.
    std::fs::remove_file(&checkpoint_path)
        .map_err(|error| CliError::io(&checkpoint_path, error))?;
    report(args, &card, &best, end);
    Ok(())
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
    } else if checkpoint.seed != args.seed {
        "another seed"
    } else if checkpoint.recipe != asked {
        "other settings"
    } else {
        return Ok(());
    };
    Err(CliError::Usage(format!(
        "{} belongs to a run with {differs}; give the same ones, or start again without --resume",
        checkpoint_path(&args.out).display()
    )))
}

fn checkpoint_path(out: &Path) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(".checkpoint");
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
) -> Result<End, CliError> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    // Without a handler Ctrl-C still ends the program; the last checkpoint stands either way.
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst));
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

fn record(
    args: &AttentiveChromeArgs,
    data: &Data,
    trainer: &Trainer,
    best: &Best,
) -> TrainingRecord {
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
        seed: args.seed,
        epochs: trainer.history().len(),
        best_epoch: best.epoch,
        date: None,
        program: concat!("regulens ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// Scores of the best epoch's weights.
fn metrics(
    args: &AttentiveChromeArgs,
    data: &Data,
    config: LstmAlphaBetaConfig,
    best: &Best,
    validation: &Examples,
    transform: &Transform,
) -> Result<Metrics, CliError> {
    let device = args.device.open().map_err(|problem| CliError::Device {
        device: args.device,
        problem,
    })?;
    let trainer = Trainer::new(
        config,
        &best.weights,
        args.recipe.clone(),
        args.seed,
        &device,
    );
    let score = |examples: &Examples| -> Option<Score> {
        let scores = trainer.scores(examples);
        Some(Score {
            n: examples.len(),
            auroc: auroc(&scores, &examples.labels)?,
            auprc: auprc(&scores, &examples.labels)?,
        })
    };
    let test = match &data.test {
        Some(table) => score(&data.examples(table, transform)?),
        None => None,
    };
    let seeds = vec![SeedScore {
        seed: args.seed,
        validation_auroc: best.auroc,
        test_auroc: test.as_ref().map(|score| score.auroc),
        test_auprc: test.as_ref().map(|score| score.auprc),
    }];
    Ok(Metrics {
        validation: score(validation),
        test,
        seeds,
        baselines: Vec::new(),
    })
}

fn report(args: &AttentiveChromeArgs, card: &ModelCard, best: &Best, end: End) {
    if end == End::EarlyStop {
        eprintln!(
            "no better epoch for {} epochs: stopped",
            args.recipe.patience
        );
    }
    eprintln!(
        "best epoch {}: validation AUROC {:.4}",
        best.epoch, best.auroc
    );
    if let Some(test) = card
        .metrics
        .as_ref()
        .and_then(|metrics| metrics.test.as_ref())
    {
        eprintln!(
            "test ({} genes): AUROC {:.4}, AUPRC {:.4}",
            test.n, test.auroc, test.auprc
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
