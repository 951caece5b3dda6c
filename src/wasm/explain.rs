//! What a prediction hangs on, for the page: saliency, class optimisation and the deletion test.

use std::rc::Rc;

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use super::Model;
use super::object::object;
use crate::engine::Engine;
use crate::error::Error;
use crate::interpret::class_optimisation::{Class, ClassOptimisationSettings, Descent};
use crate::interpret::deletion::{DeletionSettings, Replacement, deletion};
use crate::interpret::importance;

#[wasm_bindgen]
impl Model {
    /// Saliency maps: the signed gradient of the score of *on* with respect to `values` [genes, bins, marks], of the
    /// same shape.
    pub fn saliency(&self, values: &[f32], genes: usize) -> Result<Float32Array, JsValue> {
        let saliency = self.engine.saliency(values, genes)?;
        Ok(Float32Array::from(saliency.as_slice()))
    }

    /// Looks for the input that raises P(class) most, from a random start; `class` is `on` or `off`.
    #[wasm_bindgen(js_name = classOptimisation)]
    pub fn class_optimisation(
        &self,
        class: &str,
        lambda: f32,
        steps: usize,
        seed: u32,
    ) -> Result<ClassOptimisation, JsValue> {
        let class = match class {
            "on" => Class::On,
            "off" => Class::Off,
            other => {
                return Err(refused(format!("found the class `{other}`; expected on or off")));
            }
        };
        let settings = ClassOptimisationSettings {
            class,
            lambda,
            steps,
            seed: seed.into(),
        };
        Ok(ClassOptimisation {
            descent: self.engine.descent(settings, None)?,
            engine: Rc::clone(&self.engine),
        })
    }

    /// The deletion test: the `steps[i]` most important bins of each gene are replaced by `zero` or by the gene's
    /// `mean` of each mark. `importance` is [genes, bins]. Resolves to `{change [genes, steps], area [genes]}`.
    pub async fn deletion(
        &self,
        values: Vec<f32>,
        genes: usize,
        importance: Vec<f32>,
        steps: Vec<u32>,
        replacement: String,
    ) -> Result<JsValue, JsValue> {
        let replacement = match replacement.as_str() {
            "zero" => Replacement::Zero,
            "mean" => Replacement::Mean,
            other => {
                return Err(refused(format!(
                    "found the replacement `{other}`; expected zero or mean"
                )));
            }
        };
        let settings = DeletionSettings {
            steps: steps.into_iter().map(|step| step as usize).collect(),
            replacement,
            ..DeletionSettings::whole_curve(self.engine.card().bins)
        };
        let curves = deletion(&self.engine, &values, genes, &importance, &settings).await?;
        let array = |values: &[f32]| JsValue::from(Float32Array::from(values));
        Ok(object([
            ("change", array(&curves.change)),
            ("area", array(&curves.area)),
        ]))
    }
}

/// A class optimisation under way.
#[wasm_bindgen]
pub struct ClassOptimisation {
    engine: Rc<Engine>,
    descent: Descent,
}

#[wasm_bindgen]
impl ClassOptimisation {
    /// Takes up to `n` of the steps that are left, and gives the loss before each.
    pub fn step(&mut self, n: usize) -> Float32Array {
        let losses: Vec<f32> = (0..n.min(self.descent.left()))
            .map(|_| self.engine.descend(&mut self.descent))
            .collect();
        Float32Array::from(losses.as_slice())
    }

    /// The map [bins, marks]: the input clamped to [0, 1] and divided by its largest value.
    pub fn map(&self) -> Float32Array {
        Float32Array::from(self.descent.map().as_slice())
    }
}

/// How much each bin counts, [genes, bins], by one `kind` of explanation:
///
/// | kind | `values` | `beta` |
/// |---|---|---|
/// | `alpha` | α [genes, rows, bins] | β [genes, rows] where there is β, else empty |
/// | `saliency` | saliency maps [genes, bins, marks] | |
/// | `class-optimisation` | a class's map [bins, marks] | |
/// | `signal` | the signal itself [genes, bins, marks], measured in each mark's mean over these genes | |
/// | `random` | | |
#[wasm_bindgen(js_name = importance)]
pub fn importance_of(
    kind: &str,
    genes: usize,
    bins: usize,
    values: &[f32],
    beta: &[f32],
    seed: u32,
) -> Result<Float32Array, JsValue> {
    // How many rows or marks `values` has, where each of `count` bins has as many.
    let each = |count: usize| {
        if count == 0 || values.is_empty() || !values.len().is_multiple_of(count) {
            return Err(refused(format!(
                "found {} values for the importance by {kind}; expected some for each of {count} bins",
                values.len()
            )));
        }
        Ok(values.len() / count)
    };
    let found = match kind {
        "alpha" => {
            let rows = each(genes * bins)?;
            if !beta.is_empty() && beta.len() != genes * rows {
                return Err(refused(format!(
                    "found {} values of β; expected {} or none",
                    beta.len(),
                    genes * rows
                )));
            }
            importance::attention(values, beta, rows, bins)
        }
        "saliency" => importance::saliency(values, each(genes * bins)?),
        "class-optimisation" => importance::class_map(values, each(bins)?, genes),
        "signal" => {
            let marks = each(genes * bins)?;
            importance::signal(values, &importance::mark_means(values, marks))
        }
        "random" => importance::random(genes, bins, seed.into()),
        other => {
            return Err(refused(format!(
                "found the explanation `{other}`; expected alpha, saliency, class-optimisation, signal or random"
            )));
        }
    };
    Ok(Float32Array::from(found.as_slice()))
}

fn refused(problem: String) -> JsValue {
    Error::Explanation { problem }.into()
}
