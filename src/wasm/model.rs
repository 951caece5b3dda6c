//! A model in the page.

use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::object::{Js, to_js};
#[cfg(feature = "change")]
use crate::engine::Spread;
use crate::engine::{Batch, Engine};
#[cfg(all(feature = "flex", feature = "change"))]
use crate::engine::{Guarantee, NoGuarantee};
#[cfg(feature = "change")]
use crate::interpret::deletion::Outcome;
#[cfg(all(feature = "flex", feature = "change"))]
use crate::task::confidence::Calibration;

#[cfg(feature = "wgpu")]
use super::device::device;
#[cfg(not(feature = "wgpu"))]
use burn::tensor::Device;

/// A model on this engine's device.
#[wasm_bindgen]
pub struct Model {
    pub(super) engine: Rc<Engine>,
}

#[wasm_bindgen]
impl Model {
    /// Reads a model file; `file` names it in errors. `symmetric` switches the symmetric form of a change on or off; if
    /// undefined, the card decides.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], file: &str, symmetric: Option<bool>) -> Result<Model, JsValue> {
        #[cfg(feature = "wgpu")]
        let device = device()?;
        #[cfg(not(feature = "wgpu"))]
        let device = Device::flex();
        #[cfg(feature = "change")]
        let engine = Engine::load(file, bytes, &device)?;
        #[cfg(feature = "change")]
        if let Some(symmetric) = symmetric {
            engine.set_symmetric(symmetric);
        }
        #[cfg(not(feature = "change"))]
        let engine = Engine::load_on_off(file, bytes, &device)?;
        // Models of on and off have one form.
        #[cfg(not(feature = "change"))]
        let _ = symmetric;
        Ok(Self {
            engine: Rc::new(engine),
        })
    }

    /// Runs one batch: `values` is [genes, bins, marks] in the card's order, untransformed. Resolves to `{probability
    /// [genes], logit [genes], alpha [genes, rows, bins], beta [genes, columns]}`, each a `Float32Array`; alpha has a
    /// row for each mark or one for all, and is empty for a model without such attention, like beta. A model of change
    /// has no probability and logit but `foldChange [genes]`, `expression [genes, 2]`, `auxiliaryAlpha` and
    /// `auxiliaryBeta`, which are empty for other models; its values are [genes, bins, 2 marks], those of A and then of
    /// B. A model of level has `level [genes]` in place of probability and logit. For an ensemble there are `members
    /// [genes, members]`, the log-odds, fold changes or levels of each, and `sd`, `low` and `high [genes]` of the
    /// prediction. If the card has a calibration, `probability` is calibrated and `probabilityRaw` is not; else the
    /// latter is empty. `describe` names rows and columns.
    pub async fn predict(&self, values: Vec<f32>, genes: usize) -> Result<JsValue, JsValue> {
        let card = self.engine.card();
        let expected = genes * card.bins * card.columns();
        if values.len() != expected {
            // A fault of the caller, not of the device.
            let message = format!(
                "found {} values; expected {expected}, which {genes} genes have",
                values.len()
            );
            return Err(js_sys::RangeError::new(&message).into());
        }
        let batch = self.engine.predict_batch(&values, genes).await?;
        Ok(to_js(&Prediction::of(&self.engine, &batch)))
    }
}

/// Methods that the WebGPU engine does not need: the CPU's has read the same file.
#[cfg(feature = "flex")]
#[wasm_bindgen]
impl Model {
    /// The model card, as `models/card.schema.json` describes it.
    #[wasm_bindgen(getter)]
    pub fn card(&self) -> Result<JsValue, JsValue> {
        super::object::plain(self.engine.card())
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    #[wasm_bindgen(getter)]
    pub fn sha256(&self) -> String {
        self.engine.sha256().to_owned()
    }

    /// The self-test, which the CPU and a GPU run before the GPU's first result is shown: `{values: Float32Array,
    /// genes}`.
    #[wasm_bindgen(js_name = selfTest)]
    pub fn self_test(&self) -> JsValue {
        let case = crate::engine::SelfTest::of(self.engine.card());
        to_js(&Case {
            values: Js::floats(&case.values),
            genes: case.genes,
        })
    }
}

/// Sets and intervals, in the full engine.
#[cfg(all(feature = "flex", feature = "change"))]
#[wasm_bindgen]
impl Model {
    /// Prediction sets with a `coverage`, from log-odds: for each gene 1 for on, 2 for off, 3 for both.
    pub fn sets(&self, log_odds: &[f32], coverage: f64) -> Result<Vec<u8>, JsValue> {
        let guarantee = self.guarantee(coverage)?;
        let set = |&z: &f32| {
            let [on, off] = guarantee.set(z.into());
            u8::from(on) + 2 * u8::from(off)
        };
        Ok(log_odds.iter().map(set).collect())
    }

    /// Prediction intervals of changes or levels, as `{low, high}`, each a `Float32Array [genes]`; `sd` has the
    /// members' standard deviations, or is empty for a single model.
    pub fn intervals(&self, predicted: &[f32], sd: &[f32], coverage: f64) -> Result<JsValue, JsValue> {
        let (low, high) = self.guarantee(coverage)?.intervals(predicted, sd);
        Ok(to_js(&Intervals {
            low: Js::floats(&low),
            high: Js::floats(&high),
        }))
    }

    /// The probabilities of log-odds where a share `share` of genes is on, in place of that of the calibration:
    /// `{probability [genes]}` and, of `members [genes, members]`, `sd`, `low` and `high [genes]`, as `predict` has
    /// them.
    pub fn assume(&self, logit: &[f32], members: &[f32], share: f64) -> Result<JsValue, JsValue> {
        let calibration = self.calibration()?.assuming(share)?;
        let mut batch = Batch {
            logit: logit.to_vec(),
            members: members.to_vec(),
            ..Batch::default()
        };
        batch.recalibrate(&calibration);
        Ok(to_js(&Assumed {
            probability: Js::floats(&batch.probability),
            spread: batch
                .spread(Outcome::Probability, Some(&calibration))
                .as_ref()
                .map(SpreadOf::from),
        }))
    }

    pub(super) fn calibration(&self) -> Result<&Calibration, JsValue> {
        let card = self.engine.card();
        let calibration = card.calibration.as_ref();
        calibration.ok_or_else(|| NoGuarantee::NotCalibrated(card.name.clone()).into())
    }

    fn guarantee(&self, coverage: f64) -> Result<Guarantee<'_>, JsValue> {
        let guarantee = Guarantee::of(self.engine.card(), self.engine.is_symmetric(), coverage);
        guarantee.map_err(JsValue::from)
    }
}

#[cfg(all(feature = "flex", feature = "change"))]
#[derive(Serialize)]
pub(super) struct Intervals {
    pub(super) low: Js,
    pub(super) high: Js,
}

/// Probabilities that assume another share of on.
#[cfg(all(feature = "flex", feature = "change"))]
#[derive(Serialize)]
struct Assumed {
    probability: Js,
    #[serde(flatten)]
    spread: Option<SpreadOf>,
}

#[cfg(feature = "flex")]
#[derive(Serialize)]
struct Case {
    values: Js,
    genes: usize,
}

/// A [`Batch`] in typed arrays.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prediction {
    probability: Js,
    #[cfg(feature = "change")]
    probability_raw: Js,
    logit: Js,
    fold_change: Js,
    #[cfg(feature = "change")]
    level: Js,
    expression: Js,
    alpha: Js,
    beta: Js,
    auxiliary_alpha: Js,
    auxiliary_beta: Js,
    #[cfg(feature = "change")]
    #[serde(flatten)]
    members: Option<Members>,
}

/// A [`Spread`] in typed arrays.
#[cfg(feature = "change")]
#[derive(Serialize)]
pub(super) struct SpreadOf {
    sd: Js,
    low: Js,
    high: Js,
}

#[cfg(feature = "change")]
impl From<&Spread> for SpreadOf {
    fn from(of: &Spread) -> Self {
        Self {
            sd: Js::floats(&of.sd),
            low: Js::floats(&of.low),
            high: Js::floats(&of.high),
        }
    }
}

/// Scores of an ensemble's members, and their spread.
#[cfg(feature = "change")]
#[derive(Serialize)]
struct Members {
    members: Js,
    #[serde(flatten)]
    spread: SpreadOf,
}

impl Prediction {
    #[cfg_attr(
        not(feature = "change"),
        expect(unused_variables, reason = "members are of engines of changes")
    )]
    fn of(engine: &Engine, batch: &Batch) -> Self {
        Self {
            probability: Js::floats(&batch.probability),
            #[cfg(feature = "change")]
            probability_raw: Js::floats(&batch.probability_raw),
            logit: Js::floats(&batch.logit),
            fold_change: Js::floats(&batch.fold_change),
            #[cfg(feature = "change")]
            level: Js::floats(&batch.level),
            expression: Js::floats(&batch.expression),
            alpha: Js::floats(&batch.alpha),
            beta: Js::floats(&batch.beta),
            auxiliary_alpha: Js::floats(&batch.auxiliary_alpha),
            auxiliary_beta: Js::floats(&batch.auxiliary_beta),
            #[cfg(feature = "change")]
            members: Members::of(engine, batch),
        }
    }
}

#[cfg(feature = "change")]
impl Members {
    fn of(engine: &Engine, batch: &Batch) -> Option<Self> {
        let outcomes = [Outcome::Probability, Outcome::FoldChange, Outcome::Level];
        let outcome = outcomes.into_iter().find(|&one| !batch.predicted(one).is_empty())?;
        let spread = batch.spread(outcome, engine.card().calibration.as_ref())?;
        Some(Self {
            members: Js::floats(&batch.members),
            spread: SpreadOf::from(&spread),
        })
    }
}
