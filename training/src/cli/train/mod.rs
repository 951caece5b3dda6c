//! `regulens train`: from tables of real signal, or sequences with tracks, to a model file with its card.
//!
//! ```text
//! data   labelled tables that fit each other      runs   a run a seed, each with its checkpoint
//! card   what was done and how well it does     all_variants   the seven models one after another
//! ```

mod all_variants;
mod basenji;
mod card;
mod data;
mod deep_diff;
mod runs;

use std::path::PathBuf;

use burn::tensor::Device;
use clap::{Args, Subcommand};
use regulens::engine::{DeviceKind, Limits};
use regulens::model::attentive_chrome::{Architecture, FAMILY};
use regulens::weights::card::{BaselineScore, CellType, Transform, TransformKind};
use regulens::weights::{Dtype, ModelCard, WeightFile, architecture};

use super::error::CliError;
use super::output::Output;
use super::signal::LabelArgs;
use super::threads::ThreadArgs;
use super::{files, interrupt, runner};
use crate::train::attentive_chrome::OnOff;
use crate::train::data::Examples;
use crate::train::initialise::initialise;
use crate::train::recipe::{InputTransform, Recipe};
use crate::train::supervised::{Stepper, Supervised};
use data::Data;
use runs::Plan;

/// What to train.
#[derive(Debug, Subcommand)]
pub enum TrainArgs {
    /// AttentiveChrome: is a gene on?
    AttentiveChrome(Box<AttentiveChromeArgs>),
    /// DeepDiff: how does expression change from one cell type to another?
    DeepDiff(Box<deep_diff::DeepDiffArgs>),
    /// Basenji and attention-Basenji: which tracks does a sequence have?
    Basenji(Box<basenji::BasenjiArgs>),
}

/// Training of AttentiveChrome.
#[derive(Debug, Clone, Args)]
pub struct AttentiveChromeArgs {
    /// The variant as the paper names it: lstm-alpha-beta, lstm-alpha, lstm-attn, lstm, cnn-alpha-beta, cnn-attn or
    /// deep-chrome
    #[arg(long, default_value = "lstm-alpha-beta")]
    variant: String,
    /// Train every variant, one after another; --out is then a folder for the models and a table of all runs. The same
    /// command again leaves out what is finished and goes on with what was interrupted
    #[arg(long, conflicts_with = "variant")]
    all_variants: bool,
    /// Signal of the training genes
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Signal of the validation genes, which choose the epoch
    #[arg(long, value_name = "FILE")]
    valid: PathBuf,
    /// Signal of the test genes, which choose nothing; their scores go into the card
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    /// The model file to write
    #[arg(long, value_name = "FILE.safetensors|FOLDER")]
    out: PathBuf,
    /// Seed of the first weights and of the order of genes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Train this many times, from --seed and the seeds after it, and keep the one with the best validation AUROC
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    seeds: u8,
    /// Do not fit simple predictors to compare with; they take seconds for hundreds of genes, minutes for thousands
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
    threads: ThreadArgs,
    #[command(flatten)]
    recipe: Recipe,
}

/// Trains, and writes the model file of the best epoch.
pub fn run(args: &TrainArgs) -> Result<(), CliError> {
    match args {
        TrainArgs::AttentiveChrome(args) => attentive_chrome(args),
        TrainArgs::DeepDiff(args) => deep_diff::run(args),
        TrainArgs::Basenji(args) => basenji::run(args),
    }
}

/// Everything that the runs of one command share.
struct Job<'a> {
    args: &'a AttentiveChromeArgs,
    variant: &'static architecture::Variant,
    architecture: Architecture,
    /// With the variant's own dropout, where none was asked for.
    recipe: Recipe,
    transform: Transform,
    device: Device,
    data: &'a Data,
    training: Examples,
    validation: Examples,
    /// Where they are fitted already.
    baselines: Option<Vec<BaselineScore>>,
}

fn attentive_chrome(args: &AttentiveChromeArgs) -> Result<(), CliError> {
    args.threads.apply()?;
    // Before anything long runs: a variant that there is not, and a place that cannot be written to, are said now.
    variant(args)?;
    if !args.all_variants {
        drop(Output::create(&args.out)?);
    }
    interrupt::watch();
    let device = runner::open(args.device)?;
    let data = Data::read(args)?;
    if args.all_variants {
        return all_variants::run(args, &device, &data);
    }
    let card = train(&job(args, &device, &data)?)?;
    report(args, &card);
    Ok(())
}

fn variant(args: &AttentiveChromeArgs) -> Result<&'static architecture::Variant, CliError> {
    architecture::find(FAMILY, &args.variant).map_err(|problem| CliError::Usage(problem.to_string()))
}

/// What the arguments ask for, on data that is read and a device that is open.
fn job<'a>(args: &'a AttentiveChromeArgs, device: &Device, data: &'a Data) -> Result<Job<'a>, CliError> {
    let variant = variant(args)?;
    let sizes = args.recipe.sizes(data.training.marks.len(), data.training.bins);
    let architecture =
        Architecture::new(variant.variant, sizes).map_err(|problem| CliError::Usage(problem.to_string()))?;
    if variant.variant == "deep-chrome" && sizes.pooled_frames() == 0 {
        return Err(CliError::Usage(format!(
            "{} bins are too few for DeepChrome: filters of {} bins and maxima over 5 frames need {} at least; give a smaller \
             --width, or another variant",
            sizes.bins,
            sizes.width,
            sizes.width + 4
        )));
    }
    let recipe = Recipe {
        dropout: Some(args.recipe.dropout.unwrap_or(architecture.published_dropout())),
        ..args.recipe.clone()
    };
    let batch_size = recipe.batch_size.min(data.training.genes.len());
    architecture
        .check_device(device)
        .map_err(|problem| format!("{problem}. Use --device cpu"))
        .and_then(|()| check_batch(batch_size, architecture.training(), Limits::of(device)))
        .map_err(|problem| CliError::Device {
            device: args.device,
            problem,
        })?;
    let transform = transform(args.recipe.transform);
    Ok(Job {
        args,
        variant,
        architecture,
        recipe,
        device: device.clone(),
        training: data::examples(&data.training, &transform),
        validation: data::examples(&data.validation, &transform),
        transform,
        data,
        baselines: None,
    })
}

impl Job<'_> {
    fn task(&self) -> OnOff {
        OnOff {
            architecture: self.architecture,
            dropout: self.recipe.dropout.unwrap_or(0.0),
        }
    }

    fn plan(&self) -> Plan<'_, Supervised<'_, OnOff>> {
        let shapes = self.architecture.tensors();
        let drawn = shapes.clone();
        Plan {
            begin: Box::new(move |seed| {
                let Recipe {
                    initialisation,
                    initial_bound,
                    batch_size,
                    ..
                } = self.recipe;
                let weights = initialise(&drawn, initialisation, initial_bound, seed);
                let optimiser = self.recipe.optimiser();
                let stepper = Stepper::new(self.task(), &weights, optimiser, &self.device);
                Supervised::new(stepper, batch_size, &self.training, &self.validation)
            }),
            trainable: runs::values(&shapes),
            shapes,
            length: self.recipe.length(),
            settings: serde_json::to_value(&self.recipe).expect("plain settings"),
            out: &self.args.out,
            seed: self.args.seed,
            seeds: self.args.seeds,
            resume: self.args.resume,
            hash: &self.data.hash,
        }
    }
}

/// Trains from every seed, and writes the model file of the best.
fn train(job: &Job) -> Result<ModelCard, CliError> {
    let args = job.args;
    let (runs, card) = on_device(args.device, || {
        let runs = runs::all_seeds(&job.plan())?;
        let card = card::card(job, &runs)?;
        Ok((runs, card))
    })?;
    let weights = &runs::best(&runs).best.weights;
    files::write(&args.out, &WeightFile::write(&card, weights, args.dtype)?)?;
    // The runs have ended, and their result is on disk: nothing is left to resume.
    runs::remove_checkpoints(&args.out, &runs)?;
    Ok(card)
}

/// Whether a step on `batch_size` genes, each of `bytes` in the largest buffer, fits the device. The gradient of a
/// batch is one mean, so that a step is not split.
pub(super) fn check_batch(batch_size: usize, bytes: u64, limits: Limits) -> Result<(), String> {
    match limits.most(bytes) {
        most if batch_size <= most => Ok(()),
        0 => Err(format!(
            "a training step needs a buffer of {bytes} bytes a gene; this GPU gives {} at most. Use --device cpu",
            limits.buffer
        )),
        most => Err(format!(
            "a training step on {batch_size} genes needs a buffer of {bytes} bytes a gene; this GPU gives {} at most. Use \
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
            "{problem}. Finished epochs are kept: go on with --resume. If it is short of memory, start again with a smaller \
             --batch-size, or take --device cpu"
        ),
    })?
}

pub(super) fn transform(transform: InputTransform) -> Transform {
    let kind = match transform {
        InputTransform::None => TransformKind::None,
        InputTransform::Log1p => TransformKind::Log1p,
    };
    Transform { kind, scale: None }
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
        if let (true, Some(auroc), Some(auprc)) = (metrics.seeds.len() > 1, seed.test_auroc, seed.test_auprc) {
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

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn the_cpu_takes_any_batch() {
        let limits = Limits::of(&Device::flex());
        assert_eq!(check_batch(1_000_000, 1 << 40, limits), Ok(()));
    }
}
