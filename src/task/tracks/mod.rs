//! Tracks along sequences: predicted and measured coverage.

mod null;

pub use null::{EffectNull, NullDraw, Percentile, Stratum, TrackNull, VariantKind};

use serde::{Deserialize, Serialize};

use super::report::PearsonSeed;
use super::{Named, Score};
use crate::metrics::tracks::TrackFit;

/// Agreement of predicted and measured coverage over one set of sequences: means over tracks, and each track.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackScore {
    /// Bins compared.
    pub n: usize,
    /// Pearson correlation.
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    pub pearson: f64,
    /// Pearson correlation of log2(x + 1).
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    pub log_pearson: f64,
    /// 1 - residual sum of squares / total sum of squares.
    pub r2: f64,
    /// Per track.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per_track: Vec<TrackValue>,
}

/// One track of a [`TrackScore`]. Correlations are absent if a side is constant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackValue {
    /// The track.
    pub name: String,
    /// Pearson correlation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    pub pearson: Option<f64>,
    /// Pearson correlation of log2(x + 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    pub log_pearson: Option<f64>,
    /// 1 - residual sum of squares / total sum of squares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r2: Option<f64>,
}

impl TrackScore {
    /// Averages all metrics over tracks, each over `n` bins. The mean is 0 if all tracks are constant.
    pub fn of<'a>(n: usize, tracks: impl IntoIterator<Item = (&'a str, TrackFit)>) -> Self {
        let (names, fits): (Vec<&str>, Vec<TrackFit>) = tracks.into_iter().unzip();
        let mean = TrackFit::mean(&fits);
        Self {
            n,
            pearson: mean.pearson.unwrap_or(0.0),
            log_pearson: mean.log_pearson.unwrap_or(0.0),
            r2: mean.r2.unwrap_or(0.0),
            per_track: names
                .into_iter()
                .zip(fits)
                .map(|(name, fit)| TrackValue {
                    name: name.to_owned(),
                    pearson: fit.pearson,
                    log_pearson: fit.log_pearson,
                    r2: fit.r2,
                })
                .collect(),
        }
    }
}

impl Score for TrackScore {
    const SET: &'static str = "sequences";
    const COUNTED: &'static str = "bin";
    const HEADLINE: &'static str = "Pearson";
    const CEILINGS: bool = true;

    type Seed = PearsonSeed<Self>;

    fn n(&self) -> usize {
        self.n
    }

    fn headline(&self) -> f64 {
        self.pearson
    }

    fn columns(&self) -> Vec<(&'static str, f64)> {
        vec![
            ("Pearson", self.pearson),
            ("log Pearson", self.log_pearson),
            ("R2", self.r2),
        ]
    }

    fn beside(&self, best: &Named<Self>) -> String {
        format!(
            "The best simple predictor on the same test bins, {}, has Pearson {:.3} where this model has {:.3}, and \
                {:.3} where it has {:.3} of log2(x + 1)",
            best.name, best.score.pearson, self.pearson, best.score.log_pearson, self.log_pearson
        )
    }
}
