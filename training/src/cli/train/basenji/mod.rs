//! Training of Basenji's family: from a prepared folder of sequences and tracks to a model file.
//!
//! ```text
//! config   the sizes, by preset, file and data        card   what was done and how well it does
//! ```

mod card;
mod config;

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args;
use regulens::engine::DeviceKind;
use regulens::nn::NamedTensors;
use regulens::weights::architecture::basenji::{Config, FAMILY};
use regulens::weights::card::TrackScore;
use regulens::weights::{Dtype, ModelCard, WeightFile, architecture};
use serde_json::{Value, json};

use super::on_device;
use super::runs::{self, Plan};
use crate::cli::error::CliError;
use crate::cli::output::Output;
use crate::cli::precision::PrecisionArgs;
use crate::cli::threads::ThreadArgs;
use crate::cli::words::counted;
use crate::cli::{files, interrupt, runner};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;
use crate::train::tracks::balance::mean_targets;
use crate::train::tracks::from;
use crate::train::tracks::initialise::{initialise, start_at_means};
use crate::train::tracks::learner::TrackLearner;
use crate::train::tracks::rate::RateForm;
use crate::train::tracks::recipe::{BiasStart, Preset, TrackRecipe, TrackRecipeArgs};

/// Training of Basenji's family.
#[derive(Debug, Clone, Args)]
pub struct BasenjiArgs {
    /// The variant: basenji, standard, exp-constant, exp-variable, attention-none, attention-variable or
    /// attention-two-sided
    #[arg(long, default_value = "basenji")]
    variant: String,
    /// The folder that `regulens prepare tracks` wrote
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Whose sizes and settings; if not given, those published for sequences of 131,072 bp or more, and small ones for
    /// shorter
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// Sizes that differ from the preset's: a JSON object with the names of a model card's hyperparameters
    #[arg(long, value_name = "FILE.json")]
    config: Option<PathBuf>,
    /// Heads of each layer of attention
    #[arg(long, value_name = "N")]
    heads: Option<usize>,
    /// Layers of attention
    #[arg(long, value_name = "N")]
    layers: Option<usize>,
    /// Start from the weights of this model wherever names and sizes agree, as the report starts from the published
    /// Basenji
    #[arg(long, value_name = "FILE")]
    init_from: Option<PathBuf>,
    /// The model file to write
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    /// Seed of the first weights, of the order of sequences and of all that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Train this many times, from --seed and the seeds after it, and keep the one that validation prefers
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    seeds: u8,
    /// Do not fit simple predictors to compare with
    #[arg(long)]
    no_baselines: bool,
    /// Go on from OUT.seed-N.checkpoint, which every finished epoch leaves
    #[arg(long)]
    resume: bool,
    /// Numbers as they are stored
    #[arg(long, default_value = "f16", value_parser = files::dtype)]
    dtype: Dtype,
    /// A name for the card; if not given, the variant's
    #[arg(long)]
    name: Option<String>,
    /// Genome assembly for the card, such as sacCer3
    #[arg(long)]
    assembly: Option<String>,
    /// Where the data are from, for the card
    #[arg(long)]
    source: Option<String>,
    /// The day for the card, as YYYY-MM-DD; left out by default, so that the same training gives the same file
    #[arg(long)]
    date: Option<String>,
    /// Marks that the data are simulated
    #[arg(long)]
    simulated: bool,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
    /// Devices of that kind that share each batch; on the CPU, shares that run at the same time. Each normalises its
    /// own share
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    devices: u8,
    #[command(flatten)]
    precision: PrecisionArgs,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    recipe: TrackRecipeArgs,
}

/// Everything that the runs of one command share.
struct Job<'a> {
    args: &'a BasenjiArgs,
    config: Config,
    recipe: TrackRecipe,
    devices: Vec<Device>,
    data: Dataset,
    /// What a model starts from, with the SHA-256 of its file.
    other: Option<(NamedTensors, String)>,
}

/// Trains, and writes the model file of the best epoch.
pub fn run(args: &BasenjiArgs) -> Result<(), CliError> {
    args.threads.apply()?;
    // Before anything long runs: a variant that there is not, and a place that cannot be written to, are said now.
    let variant = architecture::find(FAMILY, &args.variant).map_err(|problem| CliError::Usage(problem.to_string()))?;
    drop(Output::create(&args.out)?);
    args.precision.apply(args.device)?;
    interrupt::watch();
    let data = Dataset::open(&args.data)?;
    let preset = config::preset(args, &data);
    let config = config::config(args, preset, &data)?;
    let recipe = TrackRecipe::of(preset, config.context).with(&args.recipe);
    if data.windows(Split::Train).is_empty() || data.windows(Split::Valid).is_empty() {
        return Err(CliError::File {
            file: args.data.display().to_string(),
            problem: format!(
                "it has {} training and {} validation windows; training takes some of both. Hold out a chromosome for validation with \
                 `regulens prepare tracks`",
                data.windows(Split::Train).len(),
                data.windows(Split::Valid).len()
            ),
        });
    }
    let job = Job {
        args,
        devices: open(args)?,
        other: other(args)?,
        config,
        recipe,
        data,
    };
    eprintln!(
        "{}: {} weights; {} of {} bp, {}",
        variant.title,
        job.config.parameters(),
        counted(job.data.windows(Split::Train).len(), "training window"),
        job.config.length,
        counted(job.config.targets, "track")
    );
    let (runs, card) = on_device(args.device, || {
        let runs = runs::all_seeds(&job.plan())?;
        let card = job.card(variant, &runs)?;
        Ok((runs, card))
    })?;
    let weights = &runs::best(&runs).best.weights;
    files::write(&args.out, &WeightFile::write(&card, weights, args.dtype)?)?;
    // The runs have ended, and their result is on disk: nothing is left to resume.
    runs::remove_checkpoints(&args.out, &runs)?;
    report(args, &card);
    Ok(())
}

/// The devices that share batches.
fn open(args: &BasenjiArgs) -> Result<Vec<Device>, CliError> {
    let first = runner::open(args.device)?;
    if args.devices == 1 {
        return Ok(vec![first]);
    }
    let all = args.device.open_all(usize::from(args.devices));
    all.map_err(|problem| CliError::Device {
        device: args.device,
        problem: format!("{problem}. Give fewer --devices"),
    })
}

/// The weights of `--init-from`, and their hash for the settings.
fn other(args: &BasenjiArgs) -> Result<Option<(NamedTensors, String)>, CliError> {
    let Some(path) = &args.init_from else {
        return Ok(None);
    };
    let file = files::model(path)?;
    let sha256 = file.sha256.clone();
    Ok(Some((file.tensors, sha256)))
}

impl Job<'_> {
    /// The first weights of a seed.
    fn weights(&self, shapes: &[(String, Vec<usize>)], means: &[f64], seed: u64) -> NamedTensors {
        let mut weights = initialise(shapes, self.recipe.initialisation, seed);
        if self.recipe.start_bias == BiasStart::Mean {
            start_at_means(&mut weights, self.config.link, means);
        }
        if let Some((other, _)) = &self.other {
            let taken = from::take(&mut weights, other);
            if seed == self.args.seed {
                eprintln!("--init-from: {}", taken.text());
            }
        }
        weights
    }

    fn plan(&self) -> Plan<'_, TrackLearner<'_>> {
        let shapes = self.config.tensors();
        let of_seed = shapes.clone();
        let means = mean_targets(&self.data);
        let factors = self.recipe.balance.factors(&self.data, &means);
        Plan {
            begin: Box::new(move |seed| {
                let weights = self.weights(&of_seed, &means, seed);
                TrackLearner::new(
                    &self.config,
                    &self.recipe,
                    &weights,
                    &self.devices,
                    (&self.data, &factors),
                )
            }),
            trainable: self.config.parameters(),
            shapes,
            length: self.recipe.length(),
            settings: self.settings(),
            out: &self.args.out,
            seed: self.args.seed,
            seeds: self.args.seeds,
            resume: self.args.resume,
            hash: self.data.fingerprint(),
        }
    }

    /// All that a resumed run must agree on.
    fn settings(&self) -> Value {
        let mut settings = serde_json::to_value(&self.recipe).expect("plain settings");
        settings["model"] = self.config.hyperparameters().into();
        settings["variant"] = self.config.variant().into();
        settings["devices"] = self.args.devices.into();
        settings["precision"] = self.args.precision.name().into();
        settings["init_from"] = self.other.as_ref().map_or(Value::Null, |(_, hash)| json!(hash));
        if self.recipe.schedule == RateForm::Cosine {
            // Another number of epochs would be another learning rate at every step.
            settings["cosine_epochs"] = self.recipe.epochs.into();
        }
        settings
    }
}

fn report(args: &BasenjiArgs, card: &ModelCard) {
    let (Some(training), Some(metrics)) = (&card.training, &card.track_metrics) else {
        return;
    };
    let line = |score: &TrackScore| {
        format!(
            "Pearson {:.4}, log Pearson {:.4}, R2 {:.4}",
            score.pearson, score.log_pearson, score.r2
        )
    };
    if let Some(validation) = &metrics.validation {
        eprintln!(
            "seed {}, best epoch {}: validation {}",
            training.seed,
            training.best_epoch,
            line(validation)
        );
    }
    if let Some(test) = &metrics.test {
        eprintln!("test ({} bins): {}", test.n, line(test));
    }
    for seed in &metrics.seeds {
        if let (true, Some(test)) = (metrics.seeds.len() > 1, &seed.test) {
            eprintln!(
                "  seed {}: validation Pearson {:.4}, test {}",
                seed.seed,
                seed.validation_pearson,
                line(test)
            );
        }
    }
    for other in metrics.baselines.iter().chain(&metrics.ceilings) {
        eprintln!("  {}: test {}", other.name, line(&other.score));
    }
    eprintln!("wrote {}", args.out.display());
}
