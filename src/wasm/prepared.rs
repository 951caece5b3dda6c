//! Tables in a model's input form.

use std::collections::BTreeMap;

use js_sys::{Float32Array, Object};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::Counts;
use crate::engine;

/// A table in a model's input form.
#[wasm_bindgen]
pub struct Prepared {
    prepared: engine::Prepared,
}

impl Prepared {
    pub(super) fn new(prepared: engine::Prepared) -> Self {
        Self { prepared }
    }
}

#[wasm_bindgen]
impl Prepared {
    /// N.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.prepared.genes()
    }

    /// The genes' names; for a pair in A's order and spelling.
    #[wasm_bindgen(getter)]
    pub fn names(&self) -> Vec<String> {
        self.prepared.names().to_vec()
    }

    /// `[only in A, only in B]`: lists of genes.
    #[wasm_bindgen(getter)]
    pub fn unmatched(&self) -> Result<JsValue, JsValue> {
        super::object::plain(self.prepared.unmatched())
    }

    /// Index of each gene among others, [N], matched by ids without versions; -1 if missing.
    #[wasm_bindgen(js_name = placesIn)]
    pub fn places_in(&self, genes: Vec<String>) -> Vec<i32> {
        let places = self.prepared.places_in(&genes).into_iter();
        places.map(|place| place.map_or(-1, |place| place as i32)).collect()
    }

    /// Measured counts of the genes, [N]; NaN if missing.
    pub fn counts(&self, of: &Counts) -> Vec<f32> {
        self.prepared.counts(of.inner())
    }

    /// Labels of the genes by measured counts, [N]: 1 for on, 0 for off, 255 if missing.
    pub fn on(&self, of: &Counts) -> Vec<u8> {
        let on = self.prepared.on(of.inner()).into_iter();
        on.map(|on| on.map_or(255, u8::from)).collect()
    }

    /// Values [end - start, bins, columns] of a range of genes, with marks in the model's order, for a pair those of A
    /// and then of B.
    pub fn values(&self, start: usize, end: usize) -> Float32Array {
        let end = end.min(self.prepared.genes());
        Float32Array::from(self.prepared.values(start.min(end), end))
    }
}

/// The options of `prepare` in JavaScript.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Options {
    select_bins: Option<(usize, usize)>,
    scale: BTreeMap<String, f32>,
}

/// Reads the options of `prepare`.
pub(super) fn prepare_options(options: Option<Object>) -> Result<engine::PrepareOptions, JsValue> {
    let Some(options) = options else {
        return Ok(engine::PrepareOptions::default());
    };
    let Options { select_bins, scale } = serde_wasm_bindgen::from_value(options.into())?;
    Ok(engine::PrepareOptions {
        select_bins,
        scale: scale.into_iter().collect(),
    })
}
