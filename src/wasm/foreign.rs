//! Model files created by the page: from imported weights, and with a calibration on the user's genes.

use js_sys::{Function, Uint8Array};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

use super::object::{Js, plain, to_js};
use super::reliability::{Found, known};
use crate::error::Error;
use crate::task::confidence::{CalibrationMethod, Classes};
use crate::weights::card::CellType;
use crate::weights::import::{self, Fit, published};
use crate::weights::{Dtype, ImportOptions, Problem, StateDict, WeightFile, tensorflow};

/// Calibrates the model of a file on one half of genes of known class and tests it on the other half: `{weights, name,
/// fitted, tested, on, method, before, after}`. `weights` is the model file with the new calibration, `name` the
/// model's name in it; `before` and `after` are `{n, brier, brierRaw, calibrationError, calibrationErrorRaw, bins: {n,
/// mean, on, low, high}[]}`. `logit` are the uncalibrated log-odds of the genes; `labels` are 1 for on and 0 for off,
/// genes with another one are ignored. `file` is the model's file, `of` that of the genes.
#[wasm_bindgen]
pub fn recalibrated(
    file: &str,
    weights: &[u8],
    logit: &[f32],
    labels: &[u8],
    of: &str,
    seed: u32,
) -> Result<JsValue, JsValue> {
    let (log_odds, labels) = known(logit, labels);
    let found = WeightFile::recalibrated(file, weights, &Classes { log_odds, labels }, of, seed.into())?;
    let after = found.calibration.test.as_ref().map(Found::of);
    Ok(to_js(&Recalibrated {
        weights: Js::bytes(&found.weights),
        name: found.name,
        fitted: found.calibration.genes,
        tested: found.before.n,
        on: found.calibration.on,
        method: found.calibration.method,
        before: Found::of(&found.before),
        after,
    }))
}

#[derive(Serialize)]
struct Recalibrated {
    weights: Js,
    name: String,
    fitted: usize,
    tested: usize,
    on: f64,
    method: CalibrationMethod,
    before: Found,
    after: Option<Found>,
}

/// Tensors of a PyTorch file, a state dict in safetensors, or a TensorFlow checkpoint.
#[wasm_bindgen]
pub struct ForeignWeights {
    file: String,
    state: StateDict,
}

#[wasm_bindgen]
impl ForeignWeights {
    /// Reads a file. `file` is its name in messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, bytes: &[u8]) -> Result<ForeignWeights, JsValue> {
        let state = import::read(file, bytes).map_err(Error::from)?;
        Ok(Self {
            file: file.to_owned(),
            state,
        })
    }

    /// Reads a checkpoint by its index, `PREFIX.index`. `read(name)` returns the bytes of a file as a `Uint8Array`,
    /// undefined if it is missing.
    pub fn checkpoint(prefix: &str, index: &[u8], read: &Function) -> Result<ForeignWeights, JsValue> {
        let open = |name: &str| {
            let bytes = read.call1(&JsValue::UNDEFINED, &name.into()).ok();
            let bytes = bytes.and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
            let absent = || std::io::Error::new(std::io::ErrorKind::NotFound, "it was not given");
            bytes.map(|bytes| bytes.to_vec()).ok_or_else(absent)
        };
        let checkpoint = tensorflow::read(prefix, index, open).map_err(Error::from)?;
        Ok(Self {
            file: prefix.to_owned(),
            state: checkpoint.into_state(),
        })
    }

    /// `{tensors, fits, known, cellType}`: the number of tensors, the variants with exactly these, all variants, and
    /// the cell type named in the file's name.
    pub fn describe(&self) -> Result<JsValue, JsValue> {
        plain(&Described {
            tensors: self.state.tensors.len(),
            fits: import::fits(&self.state),
            known: import::known(),
            cell_type: published::cell_type(&self.file),
        })
    }

    /// `{bytes, notes}`: the model file of a variant, float16, and notes on its creation. `settings` is the JSON text
    /// of `regulens import --config`, optionally with a `cellType`.
    pub fn model(&self, family: &str, variant: &str, settings: &str) -> Result<JsValue, JsValue> {
        let settings: Settings = serde_json::from_str(settings).map_err(|error| {
            let problem = Problem::Statement {
                what: "settings".to_owned(),
                source_name: "the page".to_owned(),
                found: error.to_string(),
                expected: "a JSON object",
            };
            Error::from(problem.of(&self.file))
        })?;
        let options = ImportOptions {
            config: Some(settings.config),
            ..ImportOptions::default()
        };
        let imported = import::import_state(family, variant, &self.file, self.state.clone(), &options);
        let (mut card, tensors) = imported.map_err(Error::from)?;
        if let Some(cell) = settings.cell_type {
            published::name_cell(&mut card, cell);
        }
        let bytes = WeightFile::write(&card, &tensors, Dtype::F16).map_err(Error::from)?;
        Ok(to_js(&Imported {
            bytes: Js::bytes(&bytes),
            notes: card.notes,
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    tensors: usize,
    fits: Vec<Fit>,
    known: Vec<Fit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell_type: Option<CellType>,
}

#[derive(Serialize)]
struct Imported {
    bytes: Js,
    notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    #[serde(default)]
    cell_type: Option<CellType>,
    #[serde(flatten)]
    config: Map<String, Value>,
}
