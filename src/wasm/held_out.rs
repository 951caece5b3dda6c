//! Comparison of explanations with a held-out track, in the page.

use std::rc::Rc;

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Model;
use super::object::{Js, to_js};
use crate::engine::Engine;
use crate::interpret::class_optimisation::Class;
use crate::interpret::held_out::{Apart, Explained, Profiles};
use crate::interpret::{Maps, Profile, ProfileSum};

/// Means of explanations over genes, for comparison with the mean of a track: see `interpret::held_out`.
#[wasm_bindgen]
pub struct HeldOut {
    engine: Rc<Engine>,
    profiles: Profiles,
}

#[wasm_bindgen]
impl Model {
    /// No genes yet, for the class of this name: `on` or `off`, for a change `up` or `down`, for a level `high` or
    /// `low`.
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
    /// Adds genes of the class: `values` [genes, bins, columns] of a `Prepared` table.
    pub async fn add(&mut self, values: Vec<f32>, genes: usize) -> Result<(), JsValue> {
        Ok(self.profiles.add(&values, genes, &*self.engine).await?)
    }

    /// Starts the mean of a track, with no genes.
    pub fn track(&self) -> MeanTrack {
        let bins = self.engine.card().bins;
        MeanTrack {
            sum: ProfileSum::new(bins),
            bins,
        }
    }

    /// Explains a column, by index (marks; for a change those of A and then those of B), and correlates each
    /// explanation with a track: for each `{kind, marksApart, cellTypesApart, values [bins], r}`. `class` is the map of
    /// the class [bins, columns], if any; r is undefined if either is constant or has no genes.
    pub fn explained(&self, column: usize, class: Option<Vec<f32>>, track: &MeanTrack) -> Array {
        let track = track.sum.profile();
        let explained = self.profiles.explained(column, class.as_deref()).into_iter();
        explained
            .map(|Explained { kind, apart, profile }| {
                let is_pair = self.engine.gene_shape().cell_types == 2;
                to_js(&Held {
                    kind: kind.name(),
                    marks_apart: apart != Apart::Nothing,
                    cell_types_apart: is_pair && apart == Apart::Columns,
                    values: means(&profile),
                    r: profile.correlation(&track),
                })
            })
            .collect()
    }
}

/// One explanation of a column.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    kind: &'static str,
    marks_apart: bool,
    cell_types_apart: bool,
    values: Js,
    r: Option<f64>,
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

    /// The mean `[bins]`; empty without genes.
    pub fn mean(&self) -> JsValue {
        means(&self.sum.profile()).0
    }

    /// Number of genes.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.sum.profile().genes
    }
}

fn means(profile: &Profile) -> Js {
    let values: Vec<f32> = profile.mean.iter().flatten().map(|&mean| mean as f32).collect();
    Js::floats(&values)
}
