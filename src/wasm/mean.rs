//! What a deletion test found on average, for the page.

use wasm_bindgen::prelude::*;

use super::object::{floats, object};
use crate::interpret::Mean;
use crate::interpret::deletion::MeanDeletion;

/// `{change, area, error, ahead: {mean, error}}`, with halves of 95 % confidence intervals; undefined what does not
/// exist.
pub fn mean_of(mean: &MeanDeletion) -> JsValue {
    let means = |of: &[Mean]| {
        let means: Vec<f32> = of.iter().map(|mean| mean.mean.unwrap_or(0.0) as f32).collect();
        floats(&means)
    };
    let errors = |of: &[Mean]| -> Option<Vec<f32>> {
        let errors = of.iter().map(|mean| mean.half_interval().map(|error| error as f32));
        errors.collect()
    };
    // Of one gene or window there is nothing that the difference could be sure of.
    let ahead = match errors(&mean.ahead) {
        Some(errors) if !errors.is_empty() => object([("mean", means(&mean.ahead)), ("error", floats(&errors))]),
        _ => JsValue::UNDEFINED,
    };
    object([
        ("change", means(&mean.change)),
        ("area", mean.area.mean.unwrap_or(0.0).into()),
        ("error", mean.area.half_interval().into()),
        ("ahead", ahead),
    ])
}
