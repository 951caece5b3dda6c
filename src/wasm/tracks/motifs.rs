//! Motifs in what the bases of a place contribute to a track, and in variants.

use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::interpret::motifs::{
    Background, MotifSearch as Search, NAMES_Q, Named, PATTERN, Pattern, SEQLETS_Q, ScoredMotif, Seqlet, find_patterns,
    motif_changes, reach,
};
use crate::sequence::motifs::MotifFile;
use crate::wasm::object::plain;

/// A file of motifs.
#[wasm_bindgen]
pub struct MotifSet {
    file: MotifFile,
    /// As variants are compared.
    scored: Vec<ScoredMotif>,
}

#[wasm_bindgen]
impl MotifSet {
    /// Reads MEME's minimal format, or JASPAR's matrices; `file` names it in errors.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], file: &str) -> Result<MotifSet, JsValue> {
        let file = MotifFile::read(file, bytes).map_err(Error::from)?;
        let scored = ScoredMotif::all(&file, Background::stated(&file));
        Ok(Self { file, scored })
    }

    /// A list of `{id, name, rows, sites}`, rows [width][4] of how often A, C, G and T stand there.
    #[wasm_bindgen(getter)]
    pub fn motifs(&self) -> Result<JsValue, JsValue> {
        plain(&self.file.motifs)
    }

    /// So many bases on either side of a variant are to be given to `changes`.
    #[wasm_bindgen(getter)]
    pub fn reach(&self) -> usize {
        reach(&self.scored)
    }

    /// The matches that a variant makes or breaks, the surest first: `codes` are bases around it, at `position` of
    /// which `from` stands in the reference and `to` with the variant. A list of `MotifChange`, as the crate has it,
    /// with q at most `most`, where it is given.
    pub fn changes(
        &self,
        codes: &[u8],
        position: usize,
        from: Vec<u8>,
        to: Vec<u8>,
        most: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let variant = super::within(codes, position, from, to)?;
        plain(&motif_changes(codes, &variant, &self.scored, most.unwrap_or(NAMES_Q)))
    }
}

impl MotifSet {
    /// Scores and p-values beside letters as often as in `codes`.
    pub(super) fn scored_in(&self, codes: &[u8]) -> Vec<ScoredMotif> {
        ScoredMotif::all(&self.file, Background::of(codes))
    }
}

/// A search over the windows of a place.
#[wasm_bindgen]
pub struct MotifSearch(Search);

#[wasm_bindgen]
impl MotifSearch {
    /// Over so many windows.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32, windows: usize) -> Self {
        Self(Search::new(seed.into(), windows))
    }

    /// The shuffles of window `number` that are to be attributed as well, a list of codes. Windows are asked about in
    /// order.
    pub fn shuffled(&mut self, number: usize, codes: &[u8]) -> Array {
        let shuffles = self.0.shuffled(number, codes);
        shuffles
            .iter()
            .map(|codes| JsValue::from(Uint8Array::from(codes.as_slice())))
            .collect()
    }

    /// Adds what a shuffle's bases contribute.
    pub fn add(&mut self, contributions: Vec<f32>) {
        self.0.add(contributions);
    }

    /// Names what contributes: `codes` and `contributions` are those of the whole place, `options` `{seqlets, q,
    /// least}`, the largest shares of wrong ones and how many seqlets make a pattern; each may be left out. `{seqlets,
    /// named, patterns}`, as `Seqlet`, `Named` and `Pattern` in the crate have them.
    pub fn name(
        &self,
        codes: &[u8],
        contributions: &[f32],
        motifs: &MotifSet,
        options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let NamingOptions { seqlets, q, least } = if options.is_undefined() {
            NamingOptions::default()
        } else {
            serde_wasm_bindgen::from_value(options)?
        };
        let scored = motifs.scored_in(codes);
        let (seqlets, named) = self.0.find((codes, contributions), &scored, (seqlets, q));
        let patterns = find_patterns(codes, contributions, &seqlets, least);
        plain(&Found {
            seqlets,
            named,
            patterns,
        })
    }
}

#[derive(Serialize)]
struct Found {
    seqlets: Vec<Seqlet>,
    named: Vec<Named>,
    patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NamingOptions {
    seqlets: f64,
    q: f64,
    least: usize,
}

impl Default for NamingOptions {
    fn default() -> Self {
        Self {
            seqlets: SEQLETS_Q,
            q: NAMES_Q,
            least: PATTERN,
        }
    }
}
