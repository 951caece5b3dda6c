//! Planted truth of simulated genes and sequences, for the page.

use js_sys::{Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::object::{Js, to_js};
use crate::interpret::{PlantedSites, PlantedTruth};

/// Reads the marks planted in the genes of a table from a file of truth, for a model with these marks and number of
/// bins in each of `cell_types`: `{known, places}`, the number of genes that the file has, and 1 for each planted mark
/// in a bin, [genes, bins, columns]. `first` is the first bin, from 1, of a table that was cut to the model's bins.
#[wasm_bindgen(js_name = readPlanted)]
pub fn read_planted(
    file: &str,
    bytes: &[u8],
    genes: Vec<String>,
    marks: Vec<String>,
    cell_types: usize,
    bins: usize,
    first: Option<usize>,
) -> Result<JsValue, JsValue> {
    let truth = PlantedTruth::read(file, bytes)?;
    let of_table = first.is_none().then_some(bins);
    let known = truth.check(file, ("the table", &genes), of_table)?;
    let skipped = first.map_or(0, |first| first.saturating_sub(1));
    let places = truth.places(&genes, &marks, cell_types, [skipped, bins]);
    let places: Vec<u8> = places.into_iter().map(u8::from).collect();
    Ok(to_js(&Planted {
        known,
        places: Js::bytes(&places),
    }))
}

#[derive(Serialize)]
struct Planted {
    known: usize,
    places: Js,
}

#[derive(Serialize)]
struct PlantedIn<'a> {
    sequence: &'a str,
    sites: Js,
}

/// Reads the sites planted in sequences from a file: `[{sequence, sites}]`, unordered, with three numbers for each
/// site: start, counted from 0, exclusive end, and 1 if it has an effect, 0 for a decoy.
#[wasm_bindgen(js_name = readPlantedSites)]
pub fn read_planted_sites(file: &str, bytes: &[u8]) -> Result<Array, JsValue> {
    let planted = PlantedSites::read(file, bytes)?;
    let of_sequences = planted.sequences().map(|(sequence, sites)| {
        let sites = sites.iter();
        let sites = sites.flat_map(|site| [site.start as u32, site.end as u32, u32::from(site.acts)]);
        let sites: Vec<u32> = sites.collect();
        to_js(&PlantedIn {
            sequence,
            sites: Js(Uint32Array::from(sites.as_slice()).into()),
        })
    });
    Ok(of_sequences.collect())
}
