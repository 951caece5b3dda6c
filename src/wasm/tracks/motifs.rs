//! Motifs in contributions of bases to a track, and in variants.

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
    /// For comparing variants.
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

    /// A list of `{id, name, rows, sites}`, with frequencies of A, C, G and T in rows [width][4].
    #[wasm_bindgen(getter)]
    pub fn motifs(&self) -> Result<JsValue, JsValue> {
        plain(&self.file.motifs)
    }

    /// Number of bases on either side of a variant for `changes`.
    #[wasm_bindgen(getter)]
    pub fn reach(&self) -> usize {
        reach(&self.scored)
    }

    /// The matches that a variant makes or breaks, lowest q first: `codes` are bases around it, with `from`, the
    /// reference, or `to`, the alternative, at `position`. A list of the crate's `MotifChange`, with q of at most
    /// `most`, if given.
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
    /// Scores and p-values with the letter frequencies of `codes` as background.
    pub(super) fn scored_in(&self, codes: &[u8]) -> Vec<ScoredMotif> {
        ScoredMotif::all(&self.file, Background::of(codes))
    }
}

/// A search over the windows of a region.
#[wasm_bindgen]
pub struct MotifSearch(Search);

#[wasm_bindgen]
impl MotifSearch {
    /// For this number of windows.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32, windows: usize) -> Self {
        Self(Search::new(seed.into(), windows))
    }

    /// The shuffles of window `number` that are to be attributed as well, a list of codes. Call in the order of
    /// windows.
    pub fn shuffled(&mut self, number: usize, codes: &[u8]) -> Array {
        let shuffles = self.0.shuffled(number, codes);
        shuffles
            .iter()
            .map(|codes| JsValue::from(Uint8Array::from(codes.as_slice())))
            .collect()
    }

    /// Adds the contributions of a shuffle's bases.
    pub fn add(&mut self, contributions: Vec<f32>) {
        self.0.add(contributions);
    }

    /// Finds and names seqlets: `codes` and `contributions` are those of the whole region; `options`, all optional, are
    /// `{seqlets, q, least}`, the false discovery rates of seqlets and of names and the smallest number of seqlets in a
    /// pattern. Returns `{seqlets, named, patterns}`, the crate's `Seqlet`, `Named` and `Pattern`.
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
