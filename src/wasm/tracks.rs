//! A model of sequences in the page.

use std::rc::Rc;

use js_sys::{Array, Float32Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::object::{object, plain};
use crate::engine::{self, TrackBatch, TrackEngine};
use crate::error::Error;

#[cfg(feature = "wgpu")]
use super::device::device;
#[cfg(not(feature = "wgpu"))]
use burn::tensor::Device;

/// A model of sequences on this engine's device. A sequence is codes: 0 to 3 for A, C, G and T, 4 for an unknown base.
#[wasm_bindgen]
pub struct TrackModel {
    engine: Rc<TrackEngine>,
}

#[wasm_bindgen]
impl TrackModel {
    /// Reads a model file; `file` names it in errors.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], file: &str) -> Result<TrackModel, JsValue> {
        #[cfg(feature = "wgpu")]
        let device = device()?;
        #[cfg(not(feature = "wgpu"))]
        let device = Device::flex();
        let engine = TrackEngine::load(file, bytes, &device)?;
        Ok(Self {
            engine: Rc::new(engine),
        })
    }

    /// The model card, as `models/card.schema.json` describes it.
    #[wasm_bindgen(getter)]
    pub fn card(&self) -> Result<JsValue, JsValue> {
        plain(self.engine.card())
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    #[wasm_bindgen(getter)]
    pub fn sha256(&self) -> String {
        self.engine.sha256().to_owned()
    }

    /// `{length, bin, bins, crop, cropped, tracks, layers, heads}`.
    #[wasm_bindgen(getter)]
    pub fn shape(&self) -> Result<JsValue, JsValue> {
        plain(&self.engine.shape())
    }

    /// Predicts for one sequence of the model's length. Resolves to
    /// `{prediction: Float32Array [cropped, tracks], attention}`, attention a list of a `Float32Array` [heads, bins,
    /// bins] for each layer, empty where it is not asked for. The known case may be shorter than a sequence; of it
    /// every bin is predicted.
    ///
    /// `between`, where it is given, is called after each of `steps` parts of the work, none of which takes long, and
    /// awaited: what it rejects with ends the call.
    pub async fn predict(
        &self,
        codes: Vec<u8>,
        attention: bool,
        between: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let length = self.engine.shape().length;
        if codes.len() == length {
            let mut asking = Asking::new(between);
            let batch = self
                .engine
                .predict_in_steps(&codes, attention, &mut async || asking.ask().await)
                .await;
            return Ok(typed(&asking.outcome(batch)?));
        }
        if codes.len() == self.engine.known_case().len() {
            return Ok(typed(&self.engine.uncropped(&codes, attention).await?));
        }
        Err(wrong_length(codes.len(), length))
    }

    /// How often `predict` calls `between`.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> usize {
        self.engine.steps()
    }

    /// The mean prediction of both strands of the sequence moved by each of `shifts` bases.
    pub async fn ensemble(&self, codes: Vec<u8>, shifts: Vec<i32>, attention: bool) -> Result<JsValue, JsValue> {
        let length = self.engine.shape().length;
        if codes.len() != length || shifts.is_empty() {
            return Err(wrong_length(codes.len(), length));
        }
        let shifts: Vec<isize> = shifts.into_iter().map(|shift| shift as isize).collect();
        Ok(typed(&self.engine.ensemble(&codes, &shifts, attention).await?))
    }

    /// The position functions: for each layer a `Float32Array` [heads, 2 bins − 1] at t − i = −(bins − 1) … bins − 1;
    /// none where there are none.
    #[wasm_bindgen(js_name = positionFunctions)]
    pub fn position_functions(&self) -> Array {
        let layers = self.engine.position_functions().into_iter();
        layers
            .map(|heads| JsValue::from(Float32Array::from(heads.concat().as_slice())))
            .collect()
    }

    /// A sequence for `edited` to start from; `between` as for `predict`.
    pub async fn reference(&self, codes: Vec<u8>, between: Option<Function>) -> Result<TrackReference, JsValue> {
        let length = self.engine.shape().length;
        if codes.len() != length {
            return Err(wrong_length(codes.len(), length));
        }
        let mut asking = Asking::new(between);
        let reference = self
            .engine
            .reference_in_steps(&codes, false, &mut async || asking.ask().await)
            .await;
        Ok(TrackReference {
            reference: asking.outcome(reference)?,
        })
    }

    /// Predicts for a reference with another base at `position`, counted from 0, as `predict` does.
    pub async fn edited(
        &self,
        reference: &TrackReference,
        position: usize,
        code: u8,
        attention: bool,
    ) -> Result<JsValue, JsValue> {
        let length = self.engine.shape().length;
        if position >= length {
            let message = format!("found position {position}; expected one below {length}");
            return Err(js_sys::RangeError::new(&message).into());
        }
        let reference = &reference.reference;
        let code = [code];
        let batch = self.engine.edited(reference, position, &code, attention);
        Ok(typed(&batch.await?))
    }

    /// The sequence that both devices run before a GPU's first result is shown: `{codes: Uint8Array}`.
    #[wasm_bindgen(js_name = knownCase)]
    pub fn known_case(&self) -> JsValue {
        let codes = self.engine.known_case();
        object([("codes", Uint8Array::from(codes.as_slice()).into())])
    }
}

/// A sequence and what its model makes of it.
#[wasm_bindgen]
pub struct TrackReference {
    reference: engine::Reference,
}

#[wasm_bindgen]
impl TrackReference {
    /// What the model predicts for it [cropped, tracks].
    #[wasm_bindgen(getter)]
    pub fn prediction(&self) -> Float32Array {
        Float32Array::from(self.reference.batch().prediction.as_slice())
    }
}

/// Asks JavaScript whether to go on.
struct Asking {
    between: Option<Function>,
    /// What it rejected with.
    stopped: Option<JsValue>,
}

impl Asking {
    fn new(between: Option<Function>) -> Self {
        Self { between, stopped: None }
    }

    async fn ask(&mut self) -> Result<(), Error> {
        let Some(between) = &self.between else {
            return Ok(());
        };
        let answer = match between.call0(&JsValue::NULL) {
            Ok(value) => JsFuture::from(Promise::resolve(&value)).await,
            Err(thrown) => Err(thrown),
        };
        match answer {
            Ok(_) => Ok(()),
            Err(thrown) => {
                self.stopped = Some(thrown);
                Err(Error::Cancelled)
            }
        }
    }

    /// What came of the work, or what ended it.
    fn outcome<T>(self, result: Result<T, Error>) -> Result<T, JsValue> {
        match self.stopped {
            Some(thrown) => Err(thrown),
            None => Ok(result?),
        }
    }
}

fn typed(batch: &TrackBatch) -> JsValue {
    let layers = batch.attention.iter();
    let attention: Array = layers
        .map(|layer| JsValue::from(Float32Array::from(layer.as_slice())))
        .collect();
    object([
        ("prediction", Float32Array::from(batch.prediction.as_slice()).into()),
        ("attention", attention.into()),
    ])
}

/// A fault of the caller's, and none of the device's.
fn wrong_length(found: usize, length: usize) -> JsValue {
    let message = format!("found {found} bases; expected {length}, which the model takes");
    js_sys::RangeError::new(&message).into()
}
