//! What a model card says of a training on sequences.

use regulens::weights::ModelCard;
use regulens::weights::architecture::Variant;
use regulens::weights::architecture::basenji::Context;
use regulens::weights::card::{
    NamedTrackScore, Track, TrackMetrics, TrackScore, TrackSeedScore, TrackValue, TrainingRecord,
};
use serde_json::Value;

use super::Job;
use crate::baseline::basenji::{REACH, basenji};
use crate::cli::error::CliError;
use crate::cli::train::runs::{self, Run};
use crate::cli::{interrupt, progress};
use crate::tracks::manifest::Split;
use crate::train::tracks::balance::Balance;
use crate::train::tracks::predict::{load, predict, reach};
use crate::train::tracks::recipe::Choice;

impl Job<'_> {
    /// The card of the run that validation prefers.
    pub fn card(&self, variant: &Variant, runs: &[Run]) -> Result<ModelCard, CliError> {
        let args = self.args;
        let mut card = ModelCard::of_sequences(&self.config, self.tracks());
        card.name = match (&args.name, self.config.context) {
            (Some(name), _) => name.clone(),
            (None, Context::Dilated) => variant.title.to_owned(),
            (None, _) => format!("Attention-Basenji: {}", variant.title),
        };
        card.citation = vec![variant.citation.to_owned()];
        card.assembly.clone_from(&args.assembly);
        card.simulated = args.simulated;
        card.dtype = args.dtype;
        card.training = Some(self.record(runs::best(runs)));
        let metrics = self.metrics(runs)?;
        card.notes = verdict(&metrics);
        card.track_metrics = Some(metrics);
        Ok(card)
    }

    fn record(&self, run: &Run) -> TrainingRecord {
        let Self { args, data, .. } = self;
        let windows = |name: &str, split| {
            let number = data.windows(split).len();
            format!("{name} {number} windows ({})", self.sequences(split).join(", "))
        };
        let mut split = [windows("training", Split::Train), windows("validation", Split::Valid)].join("; ");
        if !data.windows(Split::Test).is_empty() {
            split += &format!("; {}", windows("test", Split::Test));
        }
        split += &format!(" of {} bp", self.config.length);
        let Ok(Value::Object(mut recipe)) = serde_json::to_value(&self.recipe) else {
            unreachable!("a recipe is a struct of plain values")
        };
        let chosen = match self.recipe.choose {
            Choice::Loss => "lowest validation loss, ties to the later epoch",
            Choice::Pearson => "best validation Pearson, ties to the later epoch",
        };
        let loss = match self.recipe.balance {
            Balance::ByMeans if self.data.tracks() > 1 => {
                "log-Poisson with Stirling's term above 1, mean over bins, and over tracks by the inverse of what their means cost"
            }
            _ => "log-Poisson with Stirling's term above 1, mean over bins and tracks",
        };
        for (name, value) in [
            ("target", "coverage of a bin, predicted after the link"),
            ("optimiser", "Adam in TensorFlow's form"),
            ("loss", loss),
            ("chosen by", chosen),
        ] {
            recipe.insert(name.to_owned(), value.into());
        }
        if self.recipe.average > 0.0 {
            let what = "exponential moving average over steps, statistics of batch normalisation included";
            recipe.insert("weights".to_owned(), what.into());
        }
        recipe.insert("device".to_owned(), args.device.to_string().into());
        recipe.insert("devices".to_owned(), args.devices.into());
        recipe.insert("precision".to_owned(), args.precision.name().into());
        if let Some((_, sha256)) = &self.other {
            recipe.insert("started from".to_owned(), format!("SHA-256 {sha256}").into());
        }
        TrainingRecord {
            data: args.source.clone().unwrap_or_default(),
            split,
            genes: 0,
            recipe,
            seed: run.seed,
            epochs: run.epochs,
            best_epoch: run.best.epoch,
            date: args.date.clone(),
            program: concat!("regulens ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// What a run's best weights reach on a split; none where it has no windows.
    fn reached(&self, run: &Run, split: Split) -> Result<Option<TrackScore>, CliError> {
        if self.data.windows(split).is_empty() {
            return Ok(None);
        }
        let model = load(&self.config, run.best.weights.clone(), &self.devices[0]);
        let columns: Vec<usize> = (0..self.config.targets).collect();
        let reached = reach(&self.data, split, &columns, |bases, _, _| {
            if interrupt::flow().is_break() {
                return Err(CliError::Interrupted(
                    "all epochs are finished and kept; --resume goes on with the scores".to_owned(),
                ));
            }
            Ok(predict(&model, bases))
        })?;
        Ok(Some(reached.score))
    }

    /// Scores of every seed's best weights, and of what they have to beat.
    fn metrics(&self, runs: &[Run]) -> Result<TrackMetrics, CliError> {
        let chosen = runs::best(runs);
        let mut seeds = Vec::with_capacity(runs.len());
        for run in runs {
            seeds.push(TrackSeedScore {
                seed: run.seed,
                validation_loss: run.validation[0],
                validation_pearson: run.validation[1],
                test: self.reached(run, Split::Test)?,
            });
        }
        let of_chosen = seeds.iter().find(|seed| seed.seed == chosen.seed);
        Ok(TrackMetrics {
            validation: self.reached(chosen, Split::Valid)?,
            test: of_chosen.and_then(|seed| seed.test.clone()),
            seeds,
            baselines: self.baselines()?,
            ceilings: self.ceilings(),
        })
    }

    /// What a ridge reaches that sees as far as the dilated convolutions.
    fn baselines(&self) -> Result<Vec<NamedTrackScore>, CliError> {
        let data = &self.data;
        if self.args.no_baselines || data.windows(Split::Test).is_empty() {
            return Ok(Vec::new());
        }
        let reach = REACH.min(data.manifest().bins() - 1);
        let folder = self.args.data.display().to_string();
        let (baselines, bins) = basenji(&folder, data, reach, &mut progress::watch())?;
        Ok(baselines
            .into_iter()
            .map(|baseline| {
                let mean = baseline.mean();
                let per_track = baseline.tracks.iter().map(|fitted| TrackValue {
                    name: fitted.track.clone(),
                    pearson: fitted.test.pearson,
                    log_pearson: fitted.test.log_pearson,
                    r2: fitted.test.r2,
                });
                NamedTrackScore {
                    score: TrackScore {
                        n: bins.test,
                        pearson: mean.pearson.unwrap_or(0.0),
                        log_pearson: mean.log_pearson.unwrap_or(0.0),
                        r2: mean.r2.unwrap_or(0.0),
                        per_track: per_track.collect(),
                    },
                    name: baseline.name,
                }
            })
            .collect())
    }

    /// The tracks as a card has them.
    fn tracks(&self) -> Vec<Track> {
        let tracks = self.data.manifest().tracks.iter();
        tracks
            .map(|track| Track {
                name: track.name.clone(),
                assay: track.assay.clone(),
                description: track.description.clone(),
                unit: track.unit.clone(),
            })
            .collect()
    }

    /// The sequences that windows of a split lie on.
    fn sequences(&self, split: Split) -> Vec<&str> {
        let manifest = self.data.manifest();
        let mut numbers: Vec<usize> = self.data.windows(split).iter().map(|window| window.sequence).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let name = |number: usize| manifest.sequences[number].name.as_str();
        numbers.into_iter().map(name).collect()
    }

    /// How far the tracks that were halved agree with themselves on the test windows.
    fn ceilings(&self) -> Vec<NamedTrackScore> {
        let halved = self.data.manifest().tracks.iter();
        halved
            .filter_map(|track| {
                let ceiling = track.ceiling.as_ref()?;
                let fit = ceiling.fit.test;
                Some(NamedTrackScore {
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
}

/// What the scores do and do not show, in sentences for the card.
fn verdict(metrics: &TrackMetrics) -> Vec<String> {
    let Some(test) = &metrics.test else {
        return vec!["Not scored on test sequences.".to_owned()];
    };
    let mut notes = Vec::new();
    let seeds: Vec<&TrackScore> = metrics.seeds.iter().filter_map(|seed| seed.test.as_ref()).collect();
    if seeds.len() > 1 {
        let pearson: Vec<f64> = seeds.iter().map(|score| score.pearson).collect();
        let mean = pearson.iter().sum::<f64>() / pearson.len() as f64;
        let lowest = pearson.iter().copied().fold(f64::MAX, f64::min);
        let highest = pearson.iter().copied().fold(f64::MIN, f64::max);
        notes.push(format!(
            "{} seeds: test Pearson {mean:.3} on average, from {lowest:.3} to {highest:.3}; validation chose this one.",
            pearson.len()
        ));
    }
    let best = metrics
        .baselines
        .iter()
        .max_by(|a, b| a.score.pearson.total_cmp(&b.score.pearson));
    if let Some(best) = best {
        let comparison = if best.score.pearson >= test.pearson {
            "does not beat"
        } else {
            "beats"
        };
        notes.push(format!(
            "This model {comparison} the best simple predictor on the same test bins, {}: Pearson {:.3} and {:.3}, of log2(x + 1) {:.3} \
             and {:.3}.",
            best.name,
            test.pearson,
            best.score.pearson,
            test.log_pearson,
            best.score.log_pearson
        ));
    }
    if let Some(ceiling) = metrics.ceilings.first() {
        notes.push(format!(
            "The measurement agrees with itself to a Pearson correlation of {:.3} ({}).",
            ceiling.score.pearson, ceiling.name
        ));
    }
    notes
}
