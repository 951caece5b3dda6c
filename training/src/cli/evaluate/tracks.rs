//! `regulens evaluate` for a model of sequences: compares its tracks with measured ones.

use std::collections::BTreeMap;
use std::path::Path;

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::engine::{DeviceKind, TrackBatch, TrackGuarantee};
use regulens::metrics::{NORMAL_95, mean_and_sd};
use regulens::task::Score;
use regulens::task::tracks::{TrackScore, TrackValue};
use regulens::weights::{ModelCard, WeightFile};
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::{interrupt, progress, scores};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::{Manifest, Split};
use crate::train::tracks::predict::{QualityAccumulator, each_window};

/// Which part of a prepared folder to compare, and how.
#[derive(Debug, Clone, Args)]
pub struct TrackArgs {
    /// Windows to score
    #[arg(long, value_enum, default_value_t = SplitName::Test, help_heading = "Sequence models")]
    split: SplitName,
    /// Average predictions over both strands, and over the shifts of --shifts
    #[arg(long, help_heading = "Sequence models")]
    ensemble: bool,
    /// Shifts of the sequence in bp, such as 0,1,-3; each is run on both strands
    #[arg(
        long,
        value_name = "BP,…",
        value_delimiter = ',',
        allow_hyphen_values = true,
        requires = "ensemble",
        help_heading = "Sequence models"
    )]
    shifts: Option<Vec<isize>>,
    /// Share of bins that intervals should cover, such as 0.9; reports the share they do cover. Requires a model from
    /// `calibrate confidence`
    #[arg(long, value_name = "SHARE", help_heading = "Sequence models")]
    coverage: Option<f64>,
}

/// A part of a prepared folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitName {
    /// Training windows
    Train,
    /// Validation windows, which choose the epoch
    Valid,
    /// Held-out test windows
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
    /// Intervals of each track, where a coverage was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    covered: Option<BTreeMap<String, Covered>>,
}

/// Intervals of a track beside what was measured.
#[derive(Debug, Serialize, PartialEq)]
pub struct Covered {
    /// The share of the bins whose interval holds what was measured, the mean over windows.
    share: f64,
    /// 95 % interval of that share, by the spread over windows and the numbers of those tested and calibrated on.
    low: f64,
    high: f64,
    /// Mean width.
    width: f64,
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
    has_windows(&data, split, folder)?;
    let card = model.card.clone();
    let guarantee = args.coverage.map(|coverage| guarantee(&card, coverage, args.ensemble));
    let guarantee = guarantee.transpose()?;
    let mut runner = TrackRunner::new(model, device)?;
    let shifts = args.shifts.as_deref().unwrap_or(&[0]);
    let mut quality = QualityAccumulator::new(columns.len());
    let mut held = vec![Held::default(); columns.len()];
    let predict = |runner: &mut TrackRunner, bases: &[u8]| {
        runner.run(|engine| {
            block_on(async {
                if args.ensemble {
                    engine.ensemble(bases, shifts, false).await
                } else {
                    engine.predict(bases, false).await
                }
            })
        })
    };
    watched(
        &data,
        split,
        &columns,
        &mut runner,
        predict,
        |batch, measured, masked| {
            quality.add(&batch.prediction, measured, masked);
            if let Some(guarantee) = &guarantee {
                let sd = batch.spread().map(|spread| spread.sd).unwrap_or_default();
                let (low, high) = guarantee.intervals(&batch.prediction, &sd, 0);
                for (track, held) in held.iter_mut().enumerate() {
                    let bins = (track..measured.len()).step_by(columns.len());
                    let counted = bins.filter(|at| masked[at / columns.len()] == 0);
                    held.add(counted.map(|at| (low[at], high[at], measured[at])));
                }
            }
        },
    )?;
    let quality = quality.quality(&data, &columns);
    let calibration = card.track_conformal.as_ref().filter(|_| guarantee.is_some());
    let covered = calibration.map(|found| {
        let names = card.tracks.iter().map(|track| track.name.clone());
        names.zip(held.iter().map(|held| held.covered(found.windows))).collect()
    });
    Ok(Evaluation {
        per_assay: per_assay(&card, &quality.score.per_track),
        loss: quality.loss(),
        score: quality.score,
        covered,
    })
}

/// The guarantee of a coverage, which is of predictions as they are.
pub fn guarantee(card: &ModelCard, coverage: f64, both_strands: bool) -> Result<TrackGuarantee<'_>, CliError> {
    if both_strands {
        return Err(CliError::Usage(
            "--coverage applies to predictions of one strand, but --ensemble averages both. Leave one of them out"
                .to_owned(),
        ));
    }
    TrackGuarantee::of(card, coverage).map_err(|why| CliError::Usage(format!("--coverage: {why}")))
}

/// Predicts every window of a split under a bar, until it is interrupted; see [`each_window`].
pub fn watched(
    data: &Dataset,
    split: Split,
    columns: &[usize],
    runner: &mut TrackRunner,
    predict: impl Fn(&mut TrackRunner, &[u8]) -> Result<TrackBatch, CliError>,
    take: impl FnMut(&TrackBatch, &[f32], &[u8]),
) -> Result<(), CliError> {
    let bar = progress::counting("predicting", 0, "windows");
    let predict = |bases: &[u8], done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        interrupt::check()?;
        predict(runner, bases)
    };
    each_window(data, split, columns, predict, take)?;
    bar.finish_and_clear();
    Ok(())
}

/// Windows, each with the share of its bins whose interval holds what was measured, and their mean width.
#[derive(Debug, Clone, Default)]
struct Held {
    shares: Vec<f64>,
    widths: Vec<f64>,
}

impl Held {
    /// Takes the bins of a window that count, if there are any.
    fn add(&mut self, bins: impl Iterator<Item = (f32, f32, f32)>) {
        let (mut held, mut all, mut width) = (0_usize, 0_usize, 0.0);
        for (low, high, measured) in bins {
            held += usize::from((low..=high).contains(&measured));
            all += 1;
            width += f64::from(high - low);
        }
        if all > 0 {
            self.shares.push(held as f64 / all as f64);
            self.widths.push(width / all as f64);
        }
    }

    /// `calibrated` is the number of windows of the calibration.
    fn covered(&self, calibrated: usize) -> Covered {
        let (share, sd) = mean_and_sd(&self.shares);
        let windows = 1.0 / self.shares.len().max(1) as f64 + 1.0 / calibrated as f64;
        let far = NORMAL_95 * sd * windows.sqrt();
        Covered {
            share,
            low: (share - far).max(0.0),
            high: (share + far).min(1.0),
            width: mean_and_sd(&self.widths).0,
        }
    }
}

/// Refuses a split without windows.
pub fn has_windows(data: &Dataset, split: Split, folder: &Path) -> Result<(), CliError> {
    if data.windows(split).is_empty() {
        return Err(CliError::Usage(format!(
            "{} has no {} windows; choose another --split",
            folder.display(),
            split.name()
        )));
    }
    Ok(())
}

/// For each of the model's tracks its column in the data, by name.
pub fn columns(card: &ModelCard, data: &Manifest, folder: &Path) -> Result<Vec<usize>, CliError> {
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
                    "{} predicts the track {}, which {folder} lacks; found {}. Prepare data with the model's \
                        tracks, under the same names",
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
        let Self {
            score,
            loss,
            per_assay,
            covered,
        } = self;
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
        for (track, found) in covered.iter().flatten() {
            let Covered {
                share,
                low,
                high,
                width,
            } = found;
            text += &format!(
                "  {track}: intervals cover {share:.3} of the bins ({low:.3} to {high:.3}); mean width {width:.3}\n"
            );
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
