//! A model of sequences in the page.

use std::rc::Rc;

use js_sys::{Array, Float32Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::object::{object, plain};
use crate::engine::{self, TrackBatch, TrackEngine};

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

    /// Predicts for one sequence of the model's length. Resolves to `{prediction: Float32Array [cropped, tracks], attention}`, attention a
    /// list of a `Float32Array` [heads, bins, bins] for each layer, empty where it is not asked for. The known case may be shorter than a
    /// sequence; of it every bin is predicted.
    pub async fn predict(&self, codes: Vec<u8>, attention: bool) -> Result<JsValue, JsValue> {
        let length = self.engine.shape().length;
        let batch = if codes.len() == length {
            self.engine.predict(&codes, attention).await?
        } else if codes.len() == self.engine.known_case().len() {
            self.engine.uncropped(&codes, attention).await?
        } else {
            return Err(wrong_length(codes.len(), length));
        };
        Ok(typed(&batch))
    }

    /// The mean prediction of both strands of the sequence moved by each of `shifts` bases.
    pub async fn ensemble(
        &self,
        codes: Vec<u8>,
        shifts: Vec<i32>,
        attention: bool,
    ) -> Result<JsValue, JsValue> {
        let length = self.engine.shape().length;
        if codes.len() != length || shifts.is_empty() {
            return Err(wrong_length(codes.len(), length));
        }
        let shifts: Vec<isize> = shifts.into_iter().map(|shift| shift as isize).collect();
        Ok(typed(
            &self.engine.ensemble(&codes, &shifts, attention).await?,
        ))
    }

    /// The position functions: for each layer a `Float32Array` [heads, 2 bins − 1] at t − i = −(bins − 1) … bins − 1; none where there are
    /// none.
    #[wasm_bindgen(js_name = positionFunctions)]
    pub fn position_functions(&self) -> Array {
        let layers = self.engine.position_functions().into_iter();
        layers
            .map(|heads| JsValue::from(Float32Array::from(heads.concat().as_slice())))
            .collect()
    }

    /// A sequence for `edited` to start from.
    pub async fn reference(&self, codes: Vec<u8>) -> Result<TrackReference, JsValue> {
        let length = self.engine.shape().length;
        if codes.len() != length {
            return Err(wrong_length(codes.len(), length));
        }
        let reference = self.engine.reference(&codes, false).await?;
        Ok(TrackReference { reference })
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

fn typed(batch: &TrackBatch) -> JsValue {
    let layers = batch.attention.iter();
    let attention: Array = layers
        .map(|layer| JsValue::from(Float32Array::from(layer.as_slice())))
        .collect();
    object([
        (
            "prediction",
            Float32Array::from(batch.prediction.as_slice()).into(),
        ),
        ("attention", attention.into()),
    ])
}

/// A fault of the caller's, and none of the device's.
fn wrong_length(found: usize, length: usize) -> JsValue {
    let message = format!("found {found} bases; expected {length}, which the model takes");
    js_sys::RangeError::new(&message).into()
}
