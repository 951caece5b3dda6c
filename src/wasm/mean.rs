//! What a deletion test found on average, for the page.

use serde::Serialize;

use super::object::Js;
use crate::interpret::Mean;
use crate::interpret::deletion::MeanDeletion;

/// `{change, area, error, ahead: {mean, error}}`, with halves of 95 % confidence intervals; undefined what does not
/// exist.
#[derive(Serialize)]
pub struct MeanFound {
    change: Js,
    area: f64,
    error: Option<f64>,
    ahead: Option<Ahead>,
}

#[derive(Serialize)]
struct Ahead {
    mean: Js,
    error: Js,
}

impl MeanFound {
    /// Of these means.
    pub fn of(mean: &MeanDeletion) -> Self {
        let means = |of: &[Mean]| {
            let means: Vec<f32> = of.iter().map(|mean| mean.mean.unwrap_or(0.0) as f32).collect();
            Js::floats(&means)
        };
        let errors = |of: &[Mean]| -> Option<Vec<f32>> {
            let errors = of.iter().map(|mean| mean.half_interval().map(|error| error as f32));
            errors.collect()
        };
        // Of one gene or window there is nothing that the difference could be sure of.
        let ahead = errors(&mean.ahead).filter(|errors| !errors.is_empty());
        Self {
            change: means(&mean.change),
            area: mean.area.mean.unwrap_or(0.0),
            error: mean.area.half_interval(),
            ahead: ahead.map(|errors| Ahead {
                mean: means(&mean.ahead),
                error: Js::floats(&errors),
            }),
        }
    }
}
