//! `regulens evaluate` for a model of sequences: compares its tracks with measured ones.

use std::collections::BTreeMap;
use std::path::Path;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use pollster::block_on;
use regulens::engine::DeviceKind;
use regulens::task::Score;
use regulens::task::tracks::{TrackScore, TrackValue};
use regulens::weights::{ModelCard, WeightFile};
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::{interrupt, scores};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::{Manifest, Split};
use crate::train::tracks::predict::reach;

/// Which part of a prepared folder to compare, and how.
#[derive(Debug, Clone, Args)]
pub struct TrackArgs {
    /// Models of sequences: the windows to compare
    #[arg(long, value_enum, default_value_t = SplitName::Test)]
    split: SplitName,
    /// Models of sequences: average over both strands, and over the shifts of --shifts
    #[arg(long)]
    ensemble: bool,
    /// Models of sequences: numbers of bases by which to shift the sequence, such as 0,1,-3; each shift runs both
    /// strands
    #[arg(
        long,
        value_name = "BP,…",
        value_delimiter = ',',
        allow_hyphen_values = true,
        requires = "ensemble"
    )]
    shifts: Option<Vec<isize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SplitName {
    Train,
    Valid,
    Test,
}

impl From<SplitName> for Split {
    fn from(name: SplitName) -> Self {
        match name {
            SplitName::Train => Self::Train,
            SplitName::Valid => Self::Valid,
            SplitName::Test => Self::Test,
        }
    }
}

/// The scores.
#[derive(Debug, Serialize)]
pub struct Evaluation {
    #[serde(flatten)]
    score: TrackScore,
    /// Mean of the training's loss.
    loss: f64,
    per_assay: BTreeMap<String, AssayScore>,
}

/// Means over the tracks of an assay.
#[derive(Debug, Serialize, PartialEq)]
pub struct AssayScore {
    tracks: usize,
    pearson: Option<f64>,
    log_pearson: Option<f64>,
    r2: Option<f64>,
}

/// Runs a model on the windows of a split.
pub fn measure(model: WeightFile, folder: &Path, args: &TrackArgs, device: DeviceKind) -> Result<Evaluation, CliError> {
    let data = Dataset::open(folder)?;
    let split = Split::from(args.split);
    let columns = columns(&model.card, data.manifest(), folder)?;
    if data.windows(split).is_empty() {
        return Err(CliError::Usage(format!(
            "{} has no {} windows; choose another --split",
            folder.display(),
            split.name()
        )));
    }
    let card = model.card.clone();
    let mut runner = TrackRunner::new(model, device)?;
    let shifts = args.shifts.as_deref().unwrap_or(&[0]);
    let bar = ProgressBar::new(0);
    bar.set_style(
        ProgressStyle::with_template("predicting {bar:24} {pos}/{len} windows, {eta} left").expect("a valid template"),
    );
    let reached = reach(&data, split, &columns, |bases, done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        if interrupt::flow().is_break() {
            return Err(CliError::Interrupted("nothing was written".to_owned()));
        }
        let batch = runner.run(|engine| {
            block_on(async {
                if args.ensemble {
                    engine.ensemble(bases, shifts, false).await
                } else {
                    engine.predict(bases, false).await
                }
            })
        })?;
        Ok(batch.prediction)
    })?;
    bar.finish_and_clear();
    Ok(Evaluation {
        per_assay: per_assay(&card, &reached.score.per_track),
        loss: reached.loss(),
        score: reached.score,
    })
}

/// For each of the model's tracks its column in the data, by name.
fn columns(card: &ModelCard, data: &Manifest, folder: &Path) -> Result<Vec<usize>, CliError> {
    let folder = folder.display();
    let length = card.sequence.map_or(0, |sequence| sequence.length);
    if (length, card.bin_size) != (data.length, data.bin_size) {
        return Err(CliError::Usage(format!(
            "{} takes windows of {length} bp in bins of {}; {folder} has windows of {} bp in bins of {}. Prepare the \
                data for this model",
            card.name, card.bin_size, data.length, data.bin_size
        )));
    }
    let column = |name: &str| data.tracks.iter().position(|track| track.name == name);
    card.tracks
        .iter()
        .map(|track| {
            column(&track.name).ok_or_else(|| {
                let found: Vec<&str> = data.tracks.iter().map(|track| track.name.as_str()).collect();
                CliError::Usage(format!(
                    "{} predicts the track {}, which {folder} lacks; it has {}. Prepare data with the model's \
                        tracks, under their names",
                    card.name,
                    track.name,
                    found.join(", ")
                ))
            })
        })
        .collect()
}

/// Means by assay.
pub fn per_assay(card: &ModelCard, tracks: &[TrackValue]) -> BTreeMap<String, AssayScore> {
    let mut assays: BTreeMap<String, Vec<&TrackValue>> = BTreeMap::new();
    for (track, value) in card.tracks.iter().zip(tracks) {
        assays.entry(track.assay.clone()).or_default().push(value);
    }
    let mean = |values: &[&TrackValue], figure: fn(&TrackValue) -> Option<f64>| {
        let there: Vec<f64> = values.iter().filter_map(|value| figure(value)).collect();
        (!there.is_empty()).then(|| there.iter().sum::<f64>() / there.len() as f64)
    };
    assays
        .into_iter()
        .map(|(assay, values)| {
            let score = AssayScore {
                tracks: values.len(),
                pearson: mean(&values, |value| value.pearson),
                log_pearson: mean(&values, |value| value.log_pearson),
                r2: mean(&values, |value| value.r2),
            };
            (assay, score)
        })
        .collect()
}

impl Evaluation {
    /// The scores as text.
    pub fn text(&self) -> String {
        let Self { score, loss, per_assay } = self;
        let figures = [("loss", *loss)].into_iter().chain(score.columns());
        let mut text = scores::lines("bins", score.n, figures, &[]);
        let figure = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
        let mut line = |name: &str, pearson, log_pearson, r2| {
            text += &format!(
                "  {name}: Pearson {}, log Pearson {}, R2 {}\n",
                figure(pearson),
                figure(log_pearson),
                figure(r2)
            );
        };
        if per_assay.len() > 1 {
            for (assay, score) in per_assay {
                let name = format!("{} of {assay}", counted(score.tracks, "track"));
                line(&name, score.pearson, score.log_pearson, score.r2);
            }
        }
        if score.per_track.len() > 1 {
            for track in &score.per_track {
                line(&track.name, track.pearson, track.log_pearson, track.r2);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use regulens::weights::architecture::basenji::{Config, Context};
    use regulens::weights::card::Track;

    use super::*;

    #[test]
    fn assays_have_the_means_of_their_tracks() {
        let track = |name: &str, assay: &str| Track {
            name: name.to_owned(),
            assay: assay.to_owned(),
            ..Track::default()
        };
        let tracks = vec![track("a", "CAGE"), track("b", "DNase"), track("c", "CAGE")];
        let card = ModelCard::of_sequences(&Config::small(Context::None), tracks);
        let value = |pearson| TrackValue {
            pearson,
            ..TrackValue::default()
        };
        let found = per_assay(&card, &[value(Some(0.5)), value(None), value(Some(0.75))]);
        assert_eq!((found["CAGE"].tracks, found["CAGE"].pearson), (2, Some(0.625)));
        assert_eq!((found["DNase"].tracks, found["DNase"].pearson), (1, None));
    }
}
