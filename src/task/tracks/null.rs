//! Null distribution of variant effects, from random variants, for a model's card.
//!
//! ```text
//! NullDraw of random variants ─ TrackNull::of ─► strata of predicted activity, quantiles of |effect| in each
//!                              variant's effect ─► Percentile among those of its own stratum
//! ```
//!
//! Effects are compared among places of similar activity: where a model predicts much, effects are larger as well, so
//! that noise there would look rare among all places.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::metrics::{quantile, wilson};

/// Upper bounds of the strata of activity, as fractions of the places.
const STRATA: [f64; 4] = [0.5, 0.75, 0.9, 1.0];

/// Levels of the effects' quantiles in a stratum: denser in the tail, which matters.
const LEVELS: [f64; 32] = [
    0.0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.36, 0.4, 0.44, 0.48, 0.52, 0.56, 0.6, 0.64, 0.68, 0.72, 0.76,
    0.8, 0.84, 0.88, 0.91, 0.94, 0.96, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0,
];

/// Number of levels of the activity's quantiles.
const ACTIVITY_LEVELS: usize = 20;

/// Kind of change of a variant. Effects differ between kinds by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VariantKind {
    /// Substitution of one base.
    Base,
    /// An insertion or deletion, possibly with other bases beside it.
    Indel,
    /// Substitution of several bases, for which nothing is drawn.
    Bases,
    /// Identical alleles.
    None,
}

impl VariantKind {
    /// The kind of alleles with these lengths, after trimming shared bases.
    pub fn of(from: usize, to: usize) -> Self {
        match (from, to) {
            (0, 0) => Self::None,
            (1, 1) => Self::Base,
            (from, to) if from == to => Self::Bases,
            _ => Self::Indel,
        }
    }
}

/// Effects of random variants of a genome on a model: its null distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectNull {
    /// File of the genome of the variants.
    pub genome: String,
    /// Description of the draw.
    pub drawn: String,
    /// Seed of the draw.
    pub seed: u64,
    /// Number of summed bins on either side of those that contain the changed bases.
    pub around: usize,
    /// Averaged strands: `both` or `forward`.
    pub strands: String,
    /// Shifts of the sequence against the bins, in bases, over which predictions were averaged.
    pub shifts: Vec<isize>,
    /// Per track.
    pub tracks: Vec<TrackNull>,
}

/// Null distribution of one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackNull {
    /// The track's name.
    pub track: String,
    /// Predictions without a variant, summed over the same bins: quantiles at even levels from smallest to largest.
    pub activity: Vec<f32>,
    /// Effects of single-base substitutions, by ascending activity.
    pub bases: Vec<Stratum>,
    /// Effects of insertions and deletions.
    pub indels: Vec<Stratum>,
}

/// Variants at places of similar activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stratum {
    /// The largest prediction without a variant at these places; the last stratum includes larger ones.
    pub up_to: f32,
    /// Number of variants.
    pub count: usize,
    /// |alternative - reference| of them: quantiles at the levels 0, 0.04, …, 0.88, 0.91, 0.94, 0.96, 0.98, 0.99,
    /// 0.995, 0.998, 0.999 and 1.
    #[cfg_attr(feature = "schema", schemars(length(equal = 32)))]
    pub effects: Vec<f32>,
}

/// Effect of one random variant on one track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NullDraw {
    /// [`VariantKind::Base`] or [`VariantKind::Indel`].
    pub kind: VariantKind,
    /// The prediction without it, summed over the bins around it.
    pub activity: f32,
    /// Alternative minus reference prediction over the same bins.
    pub effect: f32,
}

/// Rank of an effect among those of random variants of the same kind at places of similar activity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Percentile {
    /// Percentage with smaller effects, at most 100 n / (n + 1) for n variants: a null has no information beyond its
    /// largest.
    pub percentile: f32,
    /// Lower end of its 95 % confidence interval (Wilson).
    pub percentile_low: f32,
    /// Upper end; 100 if no random variant has as large an effect.
    pub percentile_high: f32,
    /// Percentage of the random places with a smaller prediction without a variant.
    pub activity: f32,
}

impl EffectNull {
    /// The null of a track, if any.
    pub fn track(&self, name: &str) -> Option<&TrackNull> {
        self.tracks.iter().find(|track| track.track == name)
    }

    /// Its problem, if it is invalid.
    pub fn problem(&self) -> Option<String> {
        let strata = self.tracks.iter().flat_map(|track| {
            let kinds = [&track.bases, &track.indels];
            kinds.into_iter().flatten().map(move |stratum| (&track.track, stratum))
        });
        for (track, Stratum { effects, count, .. }) in strata {
            if effects.len() != LEVELS.len() || !effects.is_sorted() || *count == 0 {
                return Some(format!(
                    "a null of {track} with {} quantiles of {count} effects; expected {} that rise",
                    effects.len(),
                    LEVELS.len()
                ));
            }
        }
        let rises = |track: &&TrackNull| !track.activity.is_sorted() || track.activity.len() < 2;
        let track = self.tracks.iter().find(rises)?;
        Some(format!(
            "a null of {} whose activity does not rise; expected quantiles",
            track.track
        ))
    }
}

impl TrackNull {
    /// The null of these draws.
    pub fn of(track: &str, draws: &[NullDraw]) -> Self {
        let mut activity: Vec<f32> = draws.iter().map(|draw| draw.activity).collect();
        activity.sort_unstable_by(f32::total_cmp);
        let level = |level: usize| level as f64 / ACTIVITY_LEVELS as f64;
        let of_kind = |kind: VariantKind| {
            let draws = draws.iter().filter(|draw| draw.kind == kind);
            strata(draws.map(|draw| (draw.activity, draw.effect.abs())).collect())
        };
        Self {
            track: track.to_owned(),
            activity: (0..=ACTIVITY_LEVELS)
                .filter_map(|at| quantile(&activity, level(at)))
                .collect(),
            bases: of_kind(VariantKind::Base),
            indels: of_kind(VariantKind::Indel),
        }
    }

    /// Ranks `effect` among those of variants of this kind at a place with this predicted `activity`; `None` without
    /// draws of the kind.
    pub fn percentile(&self, kind: VariantKind, activity: f32, effect: f32) -> Option<Percentile> {
        let strata = match kind {
            VariantKind::Base => &self.bases,
            VariantKind::Indel => &self.indels,
            VariantKind::Bases | VariantKind::None => return None,
        };
        let at = strata.partition_point(|stratum| stratum.up_to < activity);
        let Stratum { count, effects, .. } = strata.get(at).or(strata.last())?;
        let count = *count as f64;
        let share = share_below(effects, |at| LEVELS[at], effect.abs());
        let Range { start, end } = wilson(share, count);
        let of_activity = |at: usize| at as f64 / (self.activity.len() - 1) as f64;
        Some(Percentile {
            percentile: (100.0 * share * count / (count + 1.0)) as f32,
            percentile_low: (100.0 * start) as f32,
            percentile_high: (100.0 * end) as f32,
            activity: (100.0 * share_below(&self.activity, of_activity, activity)) as f32,
        })
    }
}

/// Strata of activities and effect sizes; empty without draws.
fn strata(mut draws: Vec<(f32, f32)>) -> Vec<Stratum> {
    draws.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut strata = Vec::new();
    let mut from = 0;
    for share in STRATA {
        let to = (share * draws.len() as f64).round() as usize;
        // Few places, or many with equal activity.
        let to = to + draws[to..].partition_point(|(activity, _)| to > 0 && *activity <= draws[to - 1].0);
        if to <= from {
            continue;
        }
        let mut effects: Vec<f32> = draws[from..to].iter().map(|(_, effect)| *effect).collect();
        effects.sort_unstable_by(f32::total_cmp);
        strata.push(Stratum {
            up_to: draws[to - 1].0,
            count: to - from,
            effects: LEVELS.iter().filter_map(|&level| quantile(&effects, level)).collect(),
        });
        from = to;
    }
    strata
}

/// Fraction of numbers below `value`, from quantiles at `level`; half of equal ones.
fn share_below(quantiles: &[f32], level: impl Fn(usize) -> f64, value: f32) -> f64 {
    let below = quantiles.partition_point(|&quantile| quantile < value);
    let not_above = quantiles.partition_point(|&quantile| quantile <= value);
    if below < not_above {
        let last = not_above - 1;
        return match last + 1 == quantiles.len() && below == last {
            true => level(last),
            false => f64::midpoint(level(below), level(last)),
        };
    }
    if below == 0 || below == quantiles.len() {
        return level(below.min(quantiles.len() - 1));
    }
    let (left, right) = (f64::from(quantiles[below - 1]), f64::from(quantiles[below]));
    let within = (f64::from(value) - left) / (right - left);
    level(below - 1) + within * (level(below) - level(below - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 to 1 by their place, the same at each call (SplitMix64).
    fn spread(place: usize) -> f32 {
        let mut bits = (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1 << 24) as f32
    }

    /// Effects grow with activity, as noise of a prediction does.
    fn draw(index: usize, kind: VariantKind) -> NullDraw {
        let activity = 100.0 * spread(2 * index).powi(4);
        let sign = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
        let effect = sign * (0.01 + 0.1 * activity) * -(1.0 - spread(2 * index + 1)).ln();
        NullDraw { kind, activity, effect }
    }

    fn null(count: usize) -> TrackNull {
        let bases = (0..count).map(|index| draw(index, VariantKind::Base));
        let indels = (0..count).map(|index| NullDraw {
            effect: 3.0 * draw(index, VariantKind::Indel).effect,
            ..draw(index, VariantKind::Indel)
        });
        TrackNull::of("ATAC", &bases.chain(indels).collect::<Vec<_>>())
    }

    #[test]
    fn alleles_are_of_one_kind() {
        assert_eq!(VariantKind::of(1, 1), VariantKind::Base);
        assert_eq!(VariantKind::of(3, 3), VariantKind::Bases);
        assert_eq!(VariantKind::of(0, 2), VariantKind::Indel);
        assert_eq!(VariantKind::of(3, 1), VariantKind::Indel);
        assert_eq!(VariantKind::of(0, 0), VariantKind::None);
    }

    #[test]
    fn percentiles_of_new_draws_are_uniform_in_every_stratum() {
        let null = null(8000);
        assert_eq!(null.bases.len(), STRATA.len());
        for (at, stratum) in null.bases.iter().enumerate() {
            let from = if at == 0 { f32::MIN } else { null.bases[at - 1].up_to };
            let fresh = (8000..40_000).map(|index| draw(index, VariantKind::Base));
            let mut percentiles: Vec<f32> = fresh
                .filter(|draw| from < draw.activity && draw.activity <= stratum.up_to)
                .map(|draw| {
                    let found = null.percentile(draw.kind, draw.activity, draw.effect).unwrap();
                    found.percentile / 100.0
                })
                .collect();
            percentiles.sort_unstable_by(f32::total_cmp);
            // Kolmogorov-Smirnov: how far the shares are from even, against what chance leaves of two samples at 1 %.
            let count = percentiles.len() as f32;
            let distance = percentiles.iter().enumerate().map(|(below, percentile)| {
                let (low, high) = (below as f32 / count, (below + 1) as f32 / count);
                (percentile - low).abs().max((high - percentile).abs())
            });
            let distance = distance.fold(0.0, f32::max);
            let limit = 1.63 * (1.0 / count + 1.0 / stratum.count as f32).sqrt();
            assert!(distance < limit, "stratum {at}: {distance} against {limit}");
        }
    }

    #[test]
    fn nothing_is_at_the_hundredth_percentile_and_what_is_beyond_says_so() {
        let null = null(1000);
        let found = |effect: f32| null.percentile(VariantKind::Base, 0.0, effect).unwrap();
        let largest = *null.bases[0].effects.last().unwrap();
        let beyond = found(-100.0 * largest);
        let count = null.bases[0].count as f32;
        assert_eq!(beyond.percentile_high, 100.0);
        assert!((beyond.percentile - 100.0 * count / (count + 1.0)).abs() < 1e-3);
        assert!(beyond.percentile_low < beyond.percentile && beyond.percentile < 100.0);
        assert!(found(0.5 * largest).percentile_high < 100.0);
        let least = found(0.0);
        assert_eq!((least.percentile, least.percentile_low), (0.0, 0.0));
    }

    #[test]
    fn effects_are_held_against_places_of_like_activity_and_their_own_kind() {
        let null = null(4000);
        let at = |kind, activity| null.percentile(kind, activity, 1.0).unwrap().percentile;
        assert!(at(VariantKind::Base, 0.01) > 90.0);
        assert!(at(VariantKind::Base, 90.0) < 20.0);
        assert!(at(VariantKind::Indel, 30.0) < at(VariantKind::Base, 30.0));
        // Beyond the most active place that was drawn, the last stratum.
        assert_eq!(at(VariantKind::Base, 1e6), at(VariantKind::Base, 99.9));
        let activity = |activity| null.percentile(VariantKind::Base, activity, 1.0).unwrap().activity;
        assert_eq!((activity(-1.0), activity(1e6)), (0.0, 100.0));
        // The median of x⁴.
        assert!((activity(6.25) - 50.0).abs() < 2.0);
        assert_eq!(null.percentile(VariantKind::Bases, 1.0, 1.0), None);
        let bases: Vec<_> = (0..50).map(|index| draw(index, VariantKind::Base)).collect();
        assert_eq!(
            TrackNull::of("ATAC", &bases).percentile(VariantKind::Indel, 1.0, 1.0),
            None
        );
    }

    #[test]
    fn places_of_one_activity_are_of_one_stratum() {
        let draws: Vec<_> = (0..100)
            .map(|index| NullDraw {
                activity: 0.0,
                ..draw(index, VariantKind::Base)
            })
            .collect();
        let null = TrackNull::of("ATAC", &draws);
        assert_eq!(null.bases.len(), 1);
        assert_eq!(null.bases[0].count, 100);
    }

    #[test]
    fn of_equal_numbers_half_are_below() {
        let level = |at: usize| at as f64 / 4.0;
        assert_eq!(share_below(&[0.0, 0.0, 0.0, 1.0, 2.0], level, 0.0), 0.25);
        assert_eq!(share_below(&[0.0, 1.0, 2.0, 3.0, 4.0], level, 1.5), 0.375);
        assert_eq!(share_below(&[0.0, 1.0, 2.0, 3.0, 4.0], level, 4.0), 1.0);
    }
}
