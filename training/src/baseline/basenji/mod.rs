//! Baselines for models of tracks.
//!
//! ```text
//! kmers   a bin's 4-mers and GC, its own and those of bins around it, further bins in wider groups
//! ridge   ridge regression on them, for coverage and for its logarithm; validation chooses its reach, and the strength
//!         of L2
//! ```

mod kmers;
mod ridge;

use std::ops::ControlFlow;

use regulens::metrics::tracks::{TrackComparison, TrackFit};
use serde::Serialize;

use super::BaselineError;
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::{BySplit, Manifest, Split, Window};
use kmers::{Features, Layout};
use ridge::{L2, Normal};

/// Called with the name of each step; may cancel.
pub type Watch<'a> = dyn FnMut(&str) -> ControlFlow<()> + 'a;

/// Reach of Basenji in bins on either side: six layers of width 3, dilated by 2 to 64, reach 126, and the convolutions
/// before them slightly more.
pub const REACH: usize = 128;

/// Largest number of bins in the fit; of more, every n-th window is used.
const MOST_BINS: usize = 400_000;
/// Largest number of weights held at a time: 64 MiB.
const MOST_WEIGHTS: usize = 16 << 20;

/// Target of the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Coverage.
    Raw,
    /// log2(coverage + 1); predictions are converted back.
    Log,
}

impl Target {
    fn of(self, coverage: f32) -> f32 {
        match self {
            Self::Raw => coverage,
            Self::Log => (coverage + 1.0).log2(),
        }
    }

    /// Converts a prediction to coverage, clipped at 0.
    fn back(self, prediction: f32) -> f32 {
        match self {
            Self::Raw => prediction.max(0.0),
            Self::Log => prediction.clamp(0.0, 100.0).exp2() - 1.0,
        }
    }

    /// The metric for selection on validation data.
    fn figure(self, fit: &TrackFit) -> f64 {
        match self {
            Self::Raw => fit.pearson,
            Self::Log => fit.log_pearson,
        }
        .unwrap_or(-1.0)
    }
}

/// One setting of the regression.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Setting {
    /// Bins used on either side.
    pub reach: usize,
    /// L2 strength, as a fraction of a feature's variance.
    pub l2: f64,
}

/// Result of fitting one track.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fitted {
    /// The track.
    pub track: String,
    /// The setting selected on validation data.
    #[serde(flatten)]
    pub setting: Setting,
    /// On validation bins.
    pub validation: TrackFit,
    /// On test bins.
    pub test: TrackFit,
}

/// A baseline with its scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackBaseline {
    /// Name, such as `ridge on 4-mers and GC`.
    pub name: String,
    /// Target of the fit.
    pub target: Target,
    /// Per track.
    pub tracks: Vec<Fitted>,
}

impl TrackBaseline {
    /// Means over tracks, on test bins.
    pub fn mean(&self) -> TrackFit {
        TrackFit::mean(&self.tracks.iter().map(|one| one.test).collect::<Vec<_>>())
    }

    /// Means over the tracks of each assay, on test bins, in the order of assays.
    pub fn by_assay(&self, manifest: &Manifest) -> Vec<(String, TrackFit)> {
        let mut assays: Vec<(String, Vec<TrackFit>)> = Vec::new();
        for (track, fitted) in manifest.tracks.iter().zip(&self.tracks) {
            match assays.iter_mut().find(|(assay, _)| *assay == track.assay) {
                Some((_, fits)) => fits.push(fitted.test),
                None => assays.push((track.assay.clone(), vec![fitted.test])),
            }
        }
        assays
            .into_iter()
            .map(|(assay, fits)| (assay, TrackFit::mean(&fits)))
            .collect()
    }
}

/// Number of bins used in each split.
pub type Bins = BySplit<usize>;

/// Fits the regressions. `most` is the largest number of bins used on either side.
///
/// # Errors
/// [`BaselineError`].
pub fn basenji(
    folder: &str,
    dataset: &Dataset,
    most: usize,
    watch: &mut Watch<'_>,
) -> Result<(Vec<TrackBaseline>, Bins), BaselineError> {
    for split in Split::ALL {
        if dataset.windows(split).is_empty() {
            return Err(BaselineError::NoWindows {
                folder: folder.to_owned(),
                split: split.name(),
            });
        }
    }
    let layout = Layout::up_to(most);
    let normal = normal_equations(dataset, &layout, watch)?;
    let settings: Vec<Setting> = layout
        .reaches()
        .flat_map(|reach| L2.map(|l2| Setting { reach, l2 }))
        .collect();
    let mut bins = Bins {
        train: normal.rows(),
        ..Bins::default()
    };
    let mut baselines = Vec::new();
    let mut near = Vec::new();
    for target in [Target::Raw, Target::Log] {
        let weights = normal.solve(target, &settings, &layout, watch)?;
        let (fits, n) = score(dataset, &layout, &weights, target, Split::Valid, watch)?;
        bins.valid = n;
        // For each track, the best of all settings, and the best of those with a reach of two bins.
        let best = |track: usize, among: &dyn Fn(&Setting) -> bool| {
            let mut best: Option<usize> = None;
            for (at, _) in settings.iter().enumerate().filter(|(_, one)| among(one)) {
                let figure = |at: usize| target.figure(&fits[at][track]);
                if best.is_none_or(|other| figure(at) > figure(other)) {
                    best = Some(at);
                }
            }
            best.expect("there are settings of every reach")
        };
        let tracks = dataset.tracks();
        let of_all: Vec<usize> = (0..tracks).map(|track| best(track, &|_| true)).collect();
        let two = |setting: &Setting| setting.reach == layout.nearest(2);
        let of_two: Vec<usize> = (0..tracks).map(|track| best(track, &two)).collect();
        let chosen = [&of_all, &of_two].map(|chosen| {
            let columns = chosen.iter().enumerate();
            weights.choose(columns.map(|(track, &setting)| (setting, track)))
        });
        for (chosen, weights) in [&of_all, &of_two].into_iter().zip(chosen) {
            let (test, n) = score(dataset, &layout, &weights, target, Split::Test, watch)?;
            bins.test = n;
            let fitted = (0..tracks).map(|track| Fitted {
                track: dataset.manifest().tracks[track].name.clone(),
                setting: settings[chosen[track]],
                validation: fits[chosen[track]][track],
                test: test[0][track],
            });
            let tracks = fitted.collect();
            let of = match target {
                Target::Raw => "",
                Target::Log => ", of log2(x + 1)",
            };
            if std::ptr::eq(chosen, &raw const of_all) {
                baselines.push(TrackBaseline {
                    name: format!("ridge on 4-mers and GC{of}"),
                    target,
                    tracks,
                });
            } else {
                near.push(TrackBaseline {
                    name: format!("ridge on 4-mers and GC of 2 bins to either side{of}"),
                    target,
                    tracks,
                });
            }
        }
    }
    baselines.append(&mut near);
    Ok((baselines, bins))
}

/// Sums of products over the training bins.
fn normal_equations(dataset: &Dataset, layout: &Layout, watch: &mut Watch<'_>) -> Result<Normal, BaselineError> {
    let windows = dataset.windows(Split::Train);
    let step = (windows.len() * dataset.manifest().cropped()).div_ceil(MOST_BINS);
    let windows: Vec<Window> = windows.iter().copied().step_by(step).collect();
    let mut scale = ridge::Scale::new(layout.width());
    let mut features = Features::new(layout, dataset.manifest());
    for (at, &window) in windows.iter().enumerate() {
        go_on(watch, || format!("k-mers, window {at} of {}", windows.len()))?;
        scale.add(features.of(dataset, window), dataset, window);
    }
    let mut normal = Normal::new(scale.finish(), dataset.tracks());
    for (at, &window) in windows.iter().enumerate() {
        go_on(watch, || format!("ridge, window {at} of {}", windows.len()))?;
        normal.add(features.of(dataset, window), dataset, window);
    }
    Ok(normal.finish())
}

/// Scores of each setting and track on a split, and the number of unmasked bins.
fn score(
    dataset: &Dataset,
    layout: &Layout,
    weights: &ridge::Weights,
    target: Target,
    split: Split,
    watch: &mut Watch<'_>,
) -> Result<(Vec<Vec<TrackFit>>, usize), BaselineError> {
    let tracks = dataset.tracks();
    let mut comparisons = vec![TrackComparison::new(tracks); weights.settings()];
    let mut features = Features::new(layout, dataset.manifest());
    let windows = dataset.windows(split);
    let at_once = (MOST_WEIGHTS / (layout.width() * tracks)).max(1);
    let crop = dataset.manifest().crop();
    let cropped = crop..crop + dataset.manifest().cropped();
    for first in (0..weights.settings()).step_by(at_once) {
        let settings = first..(first + at_once).min(weights.settings());
        let matrix = weights.matrix(settings.clone());
        for (at, &window) in windows.iter().enumerate() {
            go_on(watch, || format!("{}, window {at} of {}", split.name(), windows.len()))?;
            let predicted = weights.predict(features.of(dataset, window), &matrix);
            let measured = &dataset.targets(window)[cropped.start * tracks..cropped.end * tracks];
            let mask = &dataset.mask(window)[cropped.clone()];
            for (column, setting) in settings.clone().enumerate() {
                let mut of_setting = Vec::with_capacity(measured.len());
                for row in predicted.rows() {
                    let row = row.iter().skip(column * tracks).take(tracks);
                    of_setting.extend(row.map(|&value| target.back(value)));
                }
                comparisons[setting].add(&of_setting, measured, Some(mask));
            }
        }
    }
    let n = comparisons[0].bins();
    Ok((comparisons.iter().map(TrackComparison::fits).collect(), n))
}

fn go_on(watch: &mut Watch<'_>, what: impl FnOnce() -> String) -> Result<(), BaselineError> {
    match watch(&what()) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(BaselineError::Interrupted),
    }
}
