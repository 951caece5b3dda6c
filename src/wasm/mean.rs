//! Mean results of a deletion test, for the page.

use serde::Serialize;

use super::object::Js;
use crate::interpret::Mean;
use crate::interpret::deletion::{MeanDeletion, Verdict};

/// `{change, area, error, ahead: {mean, error}, againstSignal, againstChance: {mean, error}, verdict}`, with
/// half-widths of 95 % confidence intervals; missing values are undefined.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeanFound {
    change: Js,
    area: f64,
    error: Option<f64>,
    ahead: Option<Ahead>,
    against_signal: Option<Difference>,
    against_chance: Option<Difference>,
    verdict: Option<&'static str>,
}

/// Paired difference of areas.
#[derive(Serialize)]
struct Difference {
    mean: f64,
    error: f64,
}

impl Difference {
    fn of(mean: &Mean) -> Option<Self> {
        let (mean, error) = (mean.mean?, mean.half_interval()?);
        Some(Self { mean, error })
    }
}

#[derive(Serialize)]
struct Ahead {
    mean: Js,
    error: Js,
}

impl MeanFound {
    /// Converts these means.
    pub fn of(mean: &MeanDeletion) -> Self {
        let means = |of: &[Mean]| {
            let means: Vec<f32> = of.iter().map(|mean| mean.mean.unwrap_or(0.0) as f32).collect();
            Js::floats(&means)
        };
        let errors = |of: &[Mean]| -> Option<Vec<f32>> {
            let errors = of.iter().map(|mean| mean.half_interval().map(|error| error as f32));
            errors.collect()
        };
        // A single gene or window gives no confidence interval.
        let ahead = errors(&mean.ahead).filter(|errors| !errors.is_empty());
        Self {
            change: means(&mean.change),
            area: mean.area.mean.unwrap_or(0.0),
            error: mean.area.half_interval(),
            ahead: ahead.map(|errors| Ahead {
                mean: means(&mean.ahead),
                error: Js::floats(&errors),
            }),
            against_signal: Difference::of(&mean.area_ahead_of_signal),
            against_chance: Difference::of(&mean.area_ahead),
            verdict: mean.verdict().map(Verdict::name),
        }
    }
}
