//! Training of Basenji's family: from sequences with tracks.

mod config;

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args;
use regulens::metrics::means;
use regulens::model::basenji::Basenji;
use regulens::nn::NamedTensors;
use regulens::task::tracks::TrackScore;
use regulens::task::{Named, Report};
use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::architecture::basenji::{Config, Context, FAMILY};
use serde_json::{Map, Value, json};

use super::args::{Described, RunArgs, describe, settings};
use super::data::sequences;
use super::runs::Run;
use super::{Job, On, Trains, collapse};
use crate::baseline::basenji::{REACH, basenji};
use crate::cli::error::CliError;
use crate::cli::precision::PrecisionArgs;
use crate::cli::words::counted;
use crate::cli::{files, interrupt, progress, runner};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Split;
use crate::train::recipe::common::Given;
use crate::train::tracks::balance::{Balance, mean_targets};
use crate::train::tracks::initialise::{initialise, start_at_means};
use crate::train::tracks::learner::TrackLearner;
use crate::train::tracks::predict::{load, predict, reach};
use crate::train::tracks::rate::RateForm;
use crate::train::tracks::recipe::{BiasStart, Choice, Preset, TrackRecipe};
use crate::train::tracks::warm_start;
use crate::train::trainer::Length;

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
    /// Preset of sizes and settings; if not given, those published for sequences of 131,072 bp or more, and small ones
    /// for shorter
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// Sizes that differ from the preset's: a JSON object with the names of a model card's hyperparameters. `--config`
    /// gives those of its settings here that are no flags
    #[arg(long, hide = true)]
    sizes: Option<String>,
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
    /// A name for the card; if not given, the variant's
    #[arg(long)]
    name: Option<String>,
    /// Where the data are from, for the card
    #[arg(long)]
    source: Option<String>,
    /// Devices of that kind that share each batch; on the CPU, shares that run at the same time. Each normalises its
    /// own share
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    devices: u8,
    #[command(flatten)]
    precision: PrecisionArgs,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    recipe: Given<TrackRecipe>,
}

/// Everything that the runs of one command share.
pub struct TrackJob<'a> {
    args: &'a BasenjiArgs,
    variant: &'static Variant,
    config: Config,
    recipe: TrackRecipe,
    devices: Vec<Device>,
    data: &'a Dataset,
    /// Each track's mean over the training windows.
    means: Vec<f64>,
    /// Weight of each track in the loss.
    factors: Vec<f64>,
    /// Weights that a model starts from, with the SHA-256 of their file.
    other: Option<(NamedTensors, String)>,
}

impl Trains for BasenjiArgs {
    const FAMILY: &'static str = FAMILY;

    type Data = Dataset;
    type Job<'a> = TrackJob<'a>;

    fn run(&self) -> &RunArgs {
        &self.run
    }

    fn variant(&self) -> &str {
        &self.variant
    }

    fn of_preset(&self) -> Result<Map<String, Value>, CliError> {
        let data = sequences::open(&self.data)?;
        let preset = config::preset(self, &data);
        let config = config::config(self, preset, &data)?;
        let mut all = settings(&self.recipe.over(TrackRecipe::of(preset, config.context)));
        all.extend(config.hyperparameters());
        Ok(all)
    }

    fn read(&self) -> Result<Dataset, CliError> {
        self.precision.apply(self.run.device)?;
        sequences::open(&self.data)
    }

    fn job<'a>(
        &'a self,
        variant: &'static Variant,
        device: &Device,
        data: &'a Dataset,
    ) -> Result<TrackJob<'a>, CliError> {
        let preset = config::preset(self, data);
        let config = config::config(self, preset, data)?;
        let recipe = self.recipe.over(TrackRecipe::of(preset, config.context));
        let means = mean_targets(data);
        let job = TrackJob {
            args: self,
            variant,
            devices: self.open(device)?,
            other: self.other()?,
            factors: recipe.balance.factors(data, &means),
            means,
            config,
            recipe,
            data,
        };
        eprintln!(
            "{}: {} weights; {} of {} bp, {}",
            variant.title,
            job.config.parameters(),
            counted(data.windows(Split::Train).len(), "training window"),
            job.config.length,
            counted(job.config.targets, "track")
        );
        Ok(job)
    }
}

impl BasenjiArgs {
    /// The devices that share batches, the first of which is open.
    fn open(&self, first: &Device) -> Result<Vec<Device>, CliError> {
        if self.devices == 1 {
            return Ok(vec![first.clone()]);
        }
        let all = runner::open_all(self.run.device, usize::from(self.devices));
        all.map_err(|error| match error {
            CliError::Device { device, problem } => CliError::Device {
                device,
                problem: format!("{problem}. Give fewer --devices"),
            },
            other => other,
        })
    }

    /// The weights of `--init-from`, and their hash for the settings.
    fn other(&self) -> Result<Option<(NamedTensors, String)>, CliError> {
        let Some(path) = &self.init_from else {
            return Ok(None);
        };
        let file = files::model(path)?;
        let sha256 = file.sha256.clone();
        Ok(Some((file.tensors, sha256)))
    }
}

impl Job for TrackJob<'_> {
    type Score = TrackScore;
    type Learner<'b>
        = TrackLearner<'b>
    where
        Self: 'b;

    fn shapes(&self) -> Vec<(String, Vec<usize>)> {
        self.config.tensors()
    }

    fn trainable(&self) -> usize {
        self.config.parameters()
    }

    fn begin(&self, seed: u64) -> TrackLearner<'_> {
        let mut weights = initialise(&self.shapes(), self.recipe.initialisation, seed);
        if self.recipe.start_bias == BiasStart::Mean {
            start_at_means(&mut weights, self.config.link, &self.means);
        }
        if let Some((other, _)) = &self.other {
            let taken = warm_start::take(&mut weights, other);
            if seed == self.args.run.seed {
                eprintln!("--init-from: {}", taken.text());
            }
        }
        let data = (self.data, &self.factors[..]);
        TrackLearner::new(&self.config, &self.recipe, &weights, &self.devices, data)
    }

    fn length(&self) -> Length {
        self.recipe.steps.length()
    }

    fn settings(&self) -> Value {
        let mut settings = Value::from(settings(&self.recipe));
        settings["model"] = self.config.hyperparameters().into();
        settings["variant"] = self.config.variant().into();
        settings["devices"] = self.args.devices.into();
        settings["precision"] = self.args.precision.name().into();
        settings["init_from"] = self.other.as_ref().map_or(Value::Null, |(_, hash)| json!(hash));
        if self.recipe.schedule == RateForm::Cosine {
            // Another number of epochs would be another learning rate at every step.
            settings["cosine_epochs"] = self.recipe.steps.epochs.into();
        }
        settings
    }

    fn hash(&self) -> &str {
        self.data.fingerprint()
    }

    fn card(&self) -> ModelCard {
        let title = self.variant.title;
        let mut card = ModelCard::of_sequences(&self.config, sequences::tracks(self.data));
        card.name = match (&self.args.name, self.config.context) {
            (Some(name), _) => name.clone(),
            (None, Context::Dilated) => title.to_owned(),
            (None, _) => format!("Attention-Basenji: {title}"),
        };
        card.citation = vec![self.variant.citation().to_owned()];
        card
    }

    fn described(&self) -> Described {
        let mut recipe = settings(&self.recipe);
        let chosen = match self.recipe.choose {
            Choice::Loss => "lowest validation loss, ties to the earlier epoch",
            Choice::Pearson => "best validation Pearson, ties to the earlier epoch",
        };
        let loss = match self.recipe.balance {
            Balance::ByMeans if self.data.tracks() > 1 => {
                "log-Poisson with Stirling's term above 1, mean over bins, and over tracks by the inverse of what \
                    their means cost"
            }
            _ => "log-Poisson with Stirling's term above 1, mean over bins and tracks",
        };
        let facts = [
            ("target", "coverage of a bin, predicted after the link"),
            ("optimiser", "Adam in TensorFlow's form"),
            ("loss", loss),
            ("chosen by", chosen),
            ("precision", self.args.precision.name()),
        ];
        describe(&mut recipe, facts);
        recipe.insert("devices".to_owned(), self.args.devices.into());
        if self.recipe.average > 0.0 {
            let what = "exponential moving average over steps, statistics of batch normalisation included";
            describe(&mut recipe, [("weights", what)]);
        }
        if let Some((_, sha256)) = &self.other {
            describe(&mut recipe, [("started from", format!("SHA-256 {sha256}").as_str())]);
        }
        Described {
            data: self.args.source.clone(),
            split: format!("{} of {} bp", sequences::split(self.data), self.config.length),
            genes: None,
            recipe,
            files: vec![("data", self.args.data.join("dataset.json"))],
        }
    }

    fn score(&self, runs: &[&Run], on: On) -> Result<Option<TrackScore>, CliError> {
        let split = match on {
            On::Validation => Split::Valid,
            On::Test => Split::Test,
        };
        if self.data.windows(split).is_empty() {
            return Ok(None);
        }
        let load = |run: &&Run| load(&self.config, run.best.weights.clone(), &self.devices[0]);
        let models: Vec<Basenji> = runs.iter().map(load).collect();
        let columns: Vec<usize> = (0..self.config.targets).collect();
        let reached = reach(self.data, split, &columns, |bases, _, _| {
            let predicted = models.iter().map(|model| {
                go_on()?;
                Ok(predict(model, bases))
            });
            let predicted = predicted.collect::<Result<Vec<_>, CliError>>()?;
            let members: Vec<&[f32]> = predicted.iter().map(Vec::as_slice).collect();
            Ok::<_, CliError>(means(&members))
        })?;
        Ok(Some(reached.score))
    }

    fn validation(&self, run: &Run) -> (Option<f64>, f64) {
        (Some(run.validation[0]), run.validation[1])
    }

    fn check_spread(&self, run: &Run) -> Result<(), CliError> {
        let model = load(&self.config, run.best.weights.clone(), &self.devices[0]);
        let windows = self.data.windows(Split::Valid).iter();
        let predicted = windows.map(|&window| {
            go_on()?;
            Ok(predict(&model, self.data.codes(window)))
        });
        collapse::check_tracks(self.config.targets, predicted)
    }

    fn is_tested(&self) -> bool {
        !self.data.windows(Split::Test).is_empty()
    }

    /// Score of a ridge that sees as far as the dilated convolutions.
    fn baselines(&self, _: &[&Run]) -> Result<Vec<Named<TrackScore>>, CliError> {
        let data = self.data;
        if data.windows(Split::Test).is_empty() {
            return Ok(Vec::new());
        }
        let reach = REACH.min(data.manifest().bins() - 1);
        let folder = self.args.data.display().to_string();
        let (baselines, bins) = basenji(&folder, data, reach, &mut progress::watch())?;
        let scored = baselines.into_iter().map(|baseline| {
            let tracks = baseline
                .tracks
                .iter()
                .map(|fitted| (fitted.track.as_str(), fitted.test));
            Named {
                score: TrackScore::of(bins.test, tracks),
                name: baseline.name,
            }
        });
        Ok(scored.collect())
    }

    /// Agreement of the tracks that were halved with themselves on the test windows.
    fn ceilings(&self) -> Vec<Named<TrackScore>> {
        let halved = self.data.manifest().tracks.iter();
        halved
            .filter_map(|track| {
                let ceiling = track.ceiling.as_ref()?;
                let fit = ceiling.fit.test;
                Some(Named {
                    name: format!("{}: {}", track.name, ceiling.what),
                    score: TrackScore {
                        n: 0,
                        pearson: fit.pearson?,
                        log_pearson: fit.log_pearson?,
                        r2: fit.r2?,
                        per_track: Vec::new(),
                    },
                })
            })
            .collect()
    }

    fn scores(card: &mut ModelCard) -> &mut Option<Report<TrackScore>> {
        &mut card.track_metrics
    }
}

/// Ends the scores where the user asks for it.
fn go_on() -> Result<(), CliError> {
    if interrupt::flow().is_break() {
        let kept = "all epochs are finished and kept; --resume goes on with the scores";
        return Err(CliError::Interrupted(kept.to_owned()));
    }
    Ok(())
}
