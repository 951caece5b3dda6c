//! Sums over a set of genes: average attention, and how well scores rank.

use std::rc::Rc;

use js_sys::{Array, Float32Array};
use wasm_bindgen::prelude::*;

use super::object::object;
use super::{Model, Prepared};
use crate::engine::Engine;
use crate::interpret::class_optimisation::Class;
use crate::interpret::held_out::{Apart, Explained, Profiles};
use crate::interpret::{self, Maps, Profile, ProfileSum};
use crate::metrics;

/// Average attention of the genes predicted on and off, added up batch by batch.
#[wasm_bindgen]
pub struct AttentionSummary {
    summary: interpret::AttentionSummary,
}

#[wasm_bindgen]
impl AttentionSummary {
    /// For α of `rows` x `bins` a gene; a gene is predicted on where its probability is at least `threshold`.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize, bins: usize, threshold: f32) -> Self {
        Self {
            summary: interpret::AttentionSummary::new(rows, bins, threshold),
        }
    }

    /// Adds a batch: `probability` `[N]`, `alpha` [N, rows, bins].
    pub fn add(&mut self, probability: &[f32], alpha: &[f32]) {
        self.summary.add(probability, alpha);
    }

    /// `{on, off, genesOn, genesOff}`: mean α [rows, bins] of either group, undefined for a group without genes.
    pub fn finish(&self) -> JsValue {
        let means = self.summary.finish();
        let array = |mean: &Option<Vec<f32>>| {
            mean.as_deref()
                .map_or(JsValue::UNDEFINED, |mean| Float32Array::from(mean).into())
        };
        object([
            ("on", array(&means.on)),
            ("off", array(&means.off)),
            ("genesOn", (means.genes_on as f64).into()),
            ("genesOff", (means.genes_off as f64).into()),
        ])
    }
}

/// Means of explanations over genes, and of a track, to hold against each other: see `interpret::held_out`.
#[wasm_bindgen]
pub struct HeldOut {
    engine: Rc<Engine>,
    profiles: Profiles,
}

#[wasm_bindgen]
impl Model {
    /// Begins with no genes, of the class of this name: `on` or `off`, of a change `up` or `down`.
    #[wasm_bindgen(js_name = heldOut)]
    pub fn held_out(&self, class: &str) -> Result<HeldOut, JsValue> {
        let class = Class::find(class, self.engine.outcome())?;
        Ok(HeldOut {
            engine: Rc::clone(&self.engine),
            profiles: self.engine.profiles(class),
        })
    }
}

#[wasm_bindgen]
impl HeldOut {
    /// Adds genes that count, by their positions in a table.
    pub async fn add(&mut self, prepared: &Prepared, genes: Vec<usize>) -> Result<(), JsValue> {
        let values = prepared.of(&genes);
        Ok(self.profiles.add(&values, genes.len(), &*self.engine).await?)
    }

    /// Begins to average a track, with no genes.
    pub fn track(&self) -> MeanTrack {
        let bins = self.engine.card().bins;
        MeanTrack {
            sum: ProfileSum::new(bins),
            bins,
        }
    }

    /// What each explanation says of a column, by its number (marks; of a change those of A and then those of B), and
    /// how that follows a track: of each `{kind, marksApart, cellTypesApart, values [bins], r}`. `class` is the map of
    /// the class [bins, columns], where there is one; r is undefined where either is the same in every bin, or of no
    /// gene.
    pub fn explained(&self, column: usize, class: Option<Vec<f32>>, track: &MeanTrack) -> Array {
        let track = track.sum.profile();
        let explained = self.profiles.explained(column, class.as_deref()).into_iter();
        explained
            .map(|Explained { kind, apart, profile }| {
                let is_pair = self.engine.gene_shape().cell_types == 2;
                object([
                    ("kind", kind.name().into()),
                    ("marksApart", (apart != Apart::Nothing).into()),
                    ("cellTypesApart", (is_pair && apart == Apart::Columns).into()),
                    ("values", means(&profile)),
                    ("r", profile.correlation(&track).into()),
                ])
            })
            .collect()
    }
}

/// The mean of a track over genes.
#[wasm_bindgen]
pub struct MeanTrack {
    sum: ProfileSum,
    bins: usize,
}

#[wasm_bindgen]
impl MeanTrack {
    /// Adds a gene: the bins from `first` on of one of the `columns` of `values` [bins, columns].
    pub fn add(&mut self, values: &[f32], columns: usize, column: usize, first: usize) -> Result<(), JsValue> {
        if column >= columns || values.len() < (first + self.bins) * columns {
            return Err(js_sys::RangeError::new("a column and bins of the table are expected").into());
        }
        let values = &values[first * columns..(first + self.bins) * columns];
        self.sum
            .add(Maps::of_signal(values, columns, self.bins), 0, column, |value| value);
        Ok(())
    }

    /// The mean `[bins]`; empty where there is no gene.
    pub fn mean(&self) -> JsValue {
        means(&self.sum.profile())
    }

    /// Genes that it is taken over.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.sum.profile().genes
    }
}

fn means(profile: &Profile) -> JsValue {
    let values: Vec<f32> = profile.mean.iter().flatten().map(|&mean| mean as f32).collect();
    Float32Array::from(values.as_slice()).into()
}

/// Area under the ROC curve of scores for labels (1 for on, 0 for off), ties counting a half; undefined where one class
/// has no gene.
#[wasm_bindgen]
pub fn auroc(scores: &[f32], labels: &[u8]) -> Option<f64> {
    let labels: Vec<bool> = labels.iter().map(|&label| label != 0).collect();
    metrics::auroc(scores, &labels)
}
