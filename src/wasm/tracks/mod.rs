//! Sequence models in the page.

#[cfg(feature = "attribution")]
mod deletion;
#[cfg(feature = "attribution")]
mod motifs;

#[cfg(feature = "attribution")]
pub use deletion::BaseDeletionTest;
#[cfg(feature = "attribution")]
pub use motifs::{MotifSearch, MotifSet};

#[cfg(feature = "flex")]
use std::cell::OnceCell;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Uint8Array};
#[cfg(feature = "flex")]
use js_sys::{Float32Array, Reflect};
#[cfg(feature = "attribution")]
use serde::Deserialize;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[cfg(feature = "flex")]
use crate::engine::TrackGuarantee;
use crate::engine::{Reading, TrackBatch, TrackEngine};
#[cfg(feature = "attribution")]
use crate::engine::{Spread, TrackGradients};
use crate::error::Error;
#[cfg(feature = "attribution")]
use crate::interpret::attribution::{PlaceAttribution, SHUFFLES, SequenceMethod, Steps};
#[cfg(feature = "flex")]
use crate::interpret::mutagenesis::Mutagenesis;
#[cfg(feature = "attribution")]
use crate::interpret::variants::Strands;
use crate::interpret::variants::{ScoreRow, ScoreSettings};
use crate::sequence::vcf::Variant;
#[cfg(feature = "flex")]
use crate::wasm::describe::described;
#[cfg(feature = "flex")]
use crate::wasm::model::Intervals;
use crate::wasm::model::SpreadOf;
use crate::wasm::object::{Js, plain, to_js};
use crate::weights::StoredWeights;

#[cfg(feature = "wgpu")]
use crate::wasm::device::device;
#[cfg(not(feature = "wgpu"))]
use burn::tensor::Device;

/// A sequence model on this engine's device. A sequence is codes: 0 to 3 for A, C, G and T, 4 for an unknown base.
#[wasm_bindgen]
pub struct TrackModel {
    /// Without its weights until they are needed.
    engine: Rc<TrackEngine>,
    stored: StoredWeights,
    bytes: Uint8Array,
    file: String,
    #[cfg(feature = "flex")]
    sha256: OnceCell<String>,
    /// The readings of the last variant, without it.
    before: RefCell<Vec<Reading>>,
    /// The weights for gradients, once requested.
    #[cfg(feature = "attribution")]
    gradients: OnceCell<Rc<TrackGradients>>,
}

#[wasm_bindgen]
impl TrackModel {
    /// Reads a model file; `file` names it in errors. With `later` its weights are checked, but placed only when
    /// needed: until then `bytes` must not change. A model for `windows` only has `predict` of a sequence, and its
    /// parts `tower`, `contextRows` and `tracks`; it takes less memory.
    #[wasm_bindgen(constructor)]
    pub fn new(
        bytes: Uint8Array,
        file: String,
        later: Option<bool>,
        windows: Option<bool>,
    ) -> Result<TrackModel, JsValue> {
        let [later, windows] = [later, windows].map(|choice| choice == Some(true));
        #[cfg(feature = "wgpu")]
        let device = device()?;
        #[cfg(not(feature = "wgpu"))]
        let device = Device::flex();
        let (card, stored) = StoredWeights::open(&file, &bytes, later).map_err(Error::from)?;
        let engine = TrackEngine::stored(&file, card, &stored, &bytes, &device, windows)?;
        let model = Self {
            engine: Rc::new(engine),
            stored,
            bytes,
            file,
            #[cfg(feature = "flex")]
            sha256: OnceCell::new(),
            before: RefCell::default(),
            #[cfg(feature = "attribution")]
            gradients: OnceCell::new(),
        };
        if !later {
            model.placed()?;
        }
        Ok(model)
    }

    /// The model card, as `models/card.schema.json` describes it.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(getter)]
    pub fn card(&self) -> Result<JsValue, JsValue> {
        plain(self.engine.card())
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(getter)]
    pub fn sha256(&self) -> String {
        self.sha256.get_or_init(|| StoredWeights::sha256(&self.bytes)).clone()
    }

    /// `{length, bin, bins, crop, cropped, tracks, layers, heads}`.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(getter)]
    pub fn shape(&self) -> Result<JsValue, JsValue> {
        plain(&self.engine.shape())
    }

    /// Predicts for one sequence of the model's length. Resolves to `{prediction: Float32Array [cropped, tracks],
    /// attention, spread}`; attention is a list with a `Float32Array` [heads, bins, bins] for each layer, empty if not
    /// requested. For an ensemble both are means, and `spread` is `{sd, low, high}` of the members' predictions. The
    /// self-test may be shorter than a sequence; all of its bins are predicted.
    ///
    /// `between`, if given, is called and awaited after each of `steps` short parts of the work: a rejection ends the
    /// call.
    pub async fn predict(
        &self,
        codes: Vec<u8>,
        attention: bool,
        between: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let engine = self.placed()?;
        let length = engine.shape().length;
        if codes.len() == length {
            let mut prompt = Prompt::new(between);
            let batch = engine
                .predict_in_steps(&codes, attention, &mut async || prompt.ask().await)
                .await;
            return Ok(to_js(&Prediction::of(&prompt.outcome(batch)?)));
        }
        if codes.len() == engine.self_test().len() {
            return Ok(to_js(&Prediction::of(&engine.uncropped(&codes, attention).await?)));
        }
        Err(wrong_length(codes.len(), length))
    }

    /// Number of members; 0 for a single model.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(getter)]
    pub fn members(&self) -> usize {
        self.engine.card().members.len()
    }

    /// The prediction of one member of an ensemble, by index, which another engine of the same file may compute.
    /// `together` combines those of all members to the result of `predict`.
    #[cfg(feature = "flex")]
    pub async fn member(
        &self,
        member: usize,
        codes: Vec<u8>,
        attention: bool,
        between: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let engine = self.placed()?;
        let length = engine.shape().length;
        if codes.len() != length {
            return Err(wrong_length(codes.len(), length));
        }
        if member >= engine.members() {
            return Err(js_sys::RangeError::new("found no such member").into());
        }
        let mut prompt = Prompt::new(between);
        let go_on = &mut async || prompt.ask().await;
        let batch = engine.predict_member(member, &codes, attention, go_on).await;
        Ok(to_js(&Prediction::of(&prompt.outcome(batch)?)))
    }

    /// Prediction intervals with a `coverage`, for predictions [bins, tracks]: `{low, high}` of the same length; `sd`
    /// has the members' standard deviations, or is empty for a single model. All are NaN if the sequence was padded
    /// with `padding` unknown bases, 0 by default.
    #[cfg(feature = "flex")]
    pub fn intervals(
        &self,
        predicted: &[f32],
        sd: &[f32],
        coverage: f64,
        padding: Option<usize>,
    ) -> Result<JsValue, JsValue> {
        let guarantee = TrackGuarantee::of(self.engine.card(), coverage).map_err(JsValue::from)?;
        let (low, high) = guarantee.intervals(predicted, sd, padding.unwrap_or_default());
        Ok(to_js(&Intervals {
            low: Js::floats(&low),
            high: Js::floats(&high),
        }))
    }

    /// Combines the predictions of all members, in their order.
    #[cfg(feature = "flex")]
    pub fn together(&self, members: Array) -> Result<JsValue, JsValue> {
        let floats = |value: JsValue| Float32Array::from(value).to_vec();
        let mut batches = Vec::with_capacity(members.length() as usize);
        for member in members.iter() {
            let prediction = floats(Reflect::get(&member, &"prediction".into())?);
            let attention = Array::from(&Reflect::get(&member, &"attention".into())?);
            let attention = attention.iter().map(floats).collect();
            batches.push(TrackBatch {
                prediction,
                attention,
                members: Vec::new(),
            });
        }
        let values = self.engine.shape().cropped * self.engine.shape().tracks;
        if batches.len() != self.engine.members() || batches.iter().any(|batch| batch.prediction.len() != values) {
            return Err(js_sys::RangeError::new("found other members than the model's").into());
        }
        Ok(to_js(&Prediction::of(&TrackBatch::mean(batches))))
    }

    /// The end of each stretch of bins whose `tower` another engine of the same model may compute; empty for an
    /// ensemble, which engines share by `member`.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(getter)]
    pub fn stretches(&self) -> Vec<u32> {
        if self.engine.members() > 1 {
            return Vec::new();
        }
        self.engine.stretches().map(|stretch| stretch.end as u32).collect()
    }

    /// The part of `predict` for one sequence that engines can share: a `Float32Array` [bins, channels] for the bins
    /// from `first` to `end` (exclusive), one of `stretches`.
    #[cfg(feature = "flex")]
    pub async fn tower(&self, codes: Vec<u8>, first: usize, end: usize) -> Result<Float32Array, JsValue> {
        let engine = self.placed()?;
        let shape = engine.shape();
        if codes.len() != shape.length {
            return Err(wrong_length(codes.len(), shape.length));
        }
        if first >= end || end > shape.bins {
            return Err(no_such_bins());
        }
        let tower = engine.tower(&codes, first..end).await?;
        Ok(Float32Array::from(tower.as_slice()))
    }

    /// The part of a layer of the context stage that engines can share: the bins from `first` to `end` (exclusive),
    /// given `h` [bins, channels], the previous layer's output for all bins, or their towers. Resolves to `{rows,
    /// attention: Float32Array [heads, bins, all bins]}`, the latter empty unless requested; `rows` are the input of
    /// the next layer, a `Float32Array` [bins, channels], or after the last layer the predictions for uncropped bins,
    /// [bins, tracks]. Dilated blocks are one layer, whose bins are computed together, and from which `tracks`
    /// continues.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(js_name = contextRows)]
    pub async fn context_rows(
        &self,
        layer: usize,
        h: Vec<f32>,
        first: usize,
        end: usize,
        attention: bool,
    ) -> Result<JsValue, JsValue> {
        let engine = self.placed()?;
        let all = engine.shape().bins;
        if h.is_empty() || !h.len().is_multiple_of(all) || first >= end || end > all {
            return Err(no_such_bins());
        }
        let (rows, attention) = engine.context_rows(layer, h, first..end, attention).await?;
        Ok(to_js(&ContextRows {
            rows: Js::floats(&rows),
            attention: Js::floats(&attention),
        }))
    }

    /// Predicts any `bins` adjacent bins of `stage`, like `predict`: a `Float32Array` [bins, tracks].
    #[cfg(feature = "flex")]
    pub async fn tracks(&self, stage: Vec<f32>, bins: usize) -> Result<Float32Array, JsValue> {
        let engine = self.placed()?;
        if bins == 0 || stage.is_empty() || !stage.len().is_multiple_of(bins) {
            return Err(no_such_bins());
        }
        let tracks = engine.tracks(stage, bins).await?;
        Ok(Float32Array::from(tracks.as_slice()))
    }

    /// The position functions: for each layer a `Float32Array` [heads, 2 bins − 1] at t − i = −(bins − 1) … bins − 1;
    /// empty if there are none.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(js_name = positionFunctions)]
    pub fn position_functions(&self) -> Array {
        let layers = self.engine.position_functions().into_iter();
        layers.map(|heads| Js::floats(&heads.concat()).0).collect()
    }

    /// Scores a variant of a record. `codes` are the bases within a model's length of it on either side, or as many as
    /// there are; the first of them is the record's base `first`. At `position` of `codes`, `from` is the reference and
    /// `to` the alternative. `settings` are `{around, strands, shifts}` of `ScoreSettings` in the crate, all optional.
    ///
    /// Resolves to `{start, bins, reference, alternative, rows}`: the window's first base in the record, its summed
    /// bins (from, to), predictions without and with the variant (as in `predict`), and for each track a row of the
    /// table of `regulens interpret variants`. Resolves to undefined if an allele is too long for the window. `between`
    /// as for `predict`. Predictions without the variant are cached for the next one at the same place.
    #[allow(
        clippy::too_many_arguments,
        reason = "JavaScript's own, and a builder would be longer on both sides"
    )]
    pub async fn variant(
        &self,
        codes: Vec<u8>,
        first: usize,
        position: usize,
        from: Vec<u8>,
        to: Vec<u8>,
        settings: JsValue,
        between: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let engine = self.placed()?;
        let settings = score_settings(settings)?;
        let variant = within(&codes, position, from, to)?;
        let all: Vec<usize> = (0..self.engine.shape().tracks).collect();
        let before = self.before.take();
        let mut prompt = Prompt::new(between);
        let go_on = &mut async || prompt.ask().await;
        let effect = engine.variant(&codes, &variant, &all, &settings, before, go_on).await;
        let Some(mut effect) = prompt.outcome(effect)? else {
            return Ok(JsValue::UNDEFINED);
        };
        effect.score.start += first as i64;
        let names = self.engine.card().tracks.iter().map(|track| track.name.as_str());
        let null = settings.fitting(self.engine.card().variant_null.as_ref());
        let rows = effect.score.rows(names, &self.engine.window(), null);
        let answer = plain(&Effect {
            start: effect.score.start as f64,
            bins: pair(&effect.score.bins),
            reference: Prediction::of(&effect.reference()),
            alternative: Prediction::of(&effect.alternative),
            rows,
        })?;
        self.before.replace(effect.readings);
        Ok(answer)
    }

    /// The bases that a variant of a record changes, `[first, end]` in `codes`: left-aligned as for its score, and for
    /// an insertion the base before it. `codes`, `position`, `from` and `to` as for `variant`.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(js_name = changedBases)]
    pub fn changed_bases(
        &self,
        codes: Vec<u8>,
        position: usize,
        from: Vec<u8>,
        to: Vec<u8>,
    ) -> Result<Vec<u32>, JsValue> {
        let variant = within(&codes, position, from, to)?;
        let bases = self.engine.changed_bases(&codes, &variant);
        Ok(vec![bases.start as u32, bases.end as u32])
    }

    /// In-silico mutagenesis of the bases from `start` to `end` (exclusive) of `codes`; `codes` and `settings` as for
    /// `variant`. Resolves to `{codes, bins, sums [tracks], changes [bases, 4, tracks], heights [bases, tracks]}`, as
    /// in `Mutagenesis` of the crate. `between` gets the number of substitutions done and of all.
    #[cfg(feature = "flex")]
    pub async fn mutagenesis(
        &self,
        codes: Vec<u8>,
        start: usize,
        end: usize,
        settings: JsValue,
        between: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let engine = self.placed()?;
        let settings = score_settings(settings)?;
        if start >= end || end > codes.len() {
            return Err(wrong_length(codes.len(), end));
        }
        let all: Vec<usize> = (0..self.engine.shape().tracks).collect();
        let mut prompt = Prompt::new(between);
        let tell = async |done: usize, total: usize| prompt.tell(done, total).await;
        let found = engine.mutagenesis(&codes, start..end, &all, &settings, tell).await;
        let found = prompt.outcome(found)?;
        let bins = found.first().map_or(0..0, |found| found.bins.clone());
        let heights: Vec<Vec<f32>> = found.iter().map(Mutagenesis::heights).collect();
        let places = || (0..end - start).flat_map(|base| (0..4).map(move |to| (base, to)));
        let changes = places().flat_map(|(base, to)| found.iter().map(move |of| of.changes[base][to]));
        let heights = (0..end - start).flat_map(|base| heights.iter().map(move |of| of[base]));
        Ok(to_js(&Mutations {
            codes: Js::bytes(&codes[start..end]),
            bins: pair(&bins),
            sums: Js::floats(&found.iter().map(|of| of.sum).collect::<Vec<_>>()),
            changes: Js::floats(&changes.collect::<Vec<_>>()),
            heights: Js::floats(&heights.collect::<Vec<_>>()),
        }))
    }

    /// Attributes the sum of a track over the bins of some windows to each base of a region. `codes` are the region's;
    /// `windows` has for each window the index of its first code, and the first and the exclusive last of its predicted
    /// bins that count; `options`, all optional, are `{method, strands, shuffles, seed}`. Resolves to `{contributions
    /// [codes], score, baselineScore, remainder, isConverged, spread}`, as in `PlaceAttribution` of the crate; `spread`
    /// is `{sd, low, high}` of an ensemble. `between` as for `predict`; it gets the amount done and of all.
    #[cfg(feature = "attribution")]
    pub async fn attribute(
        &self,
        codes: Vec<u8>,
        track: usize,
        windows: Vec<usize>,
        options: JsValue,
        between: Option<Function>,
    ) -> Result<JsValue, JsValue> {
        let (engine, gradients) = (self.placed()?, self.gradients()?);
        let shape = engine.shape();
        let (windows, rest) = windows.as_chunks::<3>();
        let is_there = |&[start, first, end]: &[usize; 3]| {
            start + shape.length <= codes.len() && first < end && end <= shape.cropped
        };
        if !rest.is_empty() || track >= shape.tracks || !windows.iter().all(is_there) {
            return Err(js_sys::RangeError::new("found no such track").into());
        }
        let AttributionOptions {
            method,
            strands,
            shuffles,
            seed,
        } = if options.is_undefined() {
            AttributionOptions::default()
        } else {
            serde_wasm_bindgen::from_value(options)?
        };
        let method = match method {
            AttributionMethod::Gradient => SequenceMethod::Gradient,
            AttributionMethod::IntegratedGradients => SequenceMethod::IntegratedGradients {
                shuffles,
                seed: seed.into(),
                steps: Steps::UntilComplete,
            },
        };
        let mut prompt = Prompt::new(between);
        let mut found = PlaceAttribution::new(0..codes.len() as i64);
        for (done, &[start, first, end]) in windows.iter().enumerate() {
            // In thousandths.
            let told = |share: f64| ((done as f64 + share) * 1000.0) as usize;
            let progress = &mut async |share: f64| prompt.tell(told(share), 1000 * windows.len()).await;
            let (window, bins) = (&codes[start..start + shape.length], (track, first..end));
            let of_window = engine
                .attribute(gradients, window, bins, strands, method, progress)
                .await;
            found.add(start as i64, &prompt.outcome(of_window)?);
        }
        Ok(to_js(&Contributions {
            contributions: Js::floats(found.contributions()),
            score: found.score(),
            baseline_score: found.baseline_score(),
            remainder: found.remainder(),
            is_converged: found.has_converged(),
            spread: Spread::of_members(found.members()).as_ref().map(SpreadOf::from),
        }))
    }

    /// The self-test, which the CPU and a GPU run before the GPU's first result is shown: `{codes: Uint8Array}`.
    #[cfg(feature = "flex")]
    #[wasm_bindgen(js_name = selfTest)]
    pub fn self_test(&self) -> JsValue {
        let codes = self.engine.self_test();
        to_js(&Case {
            codes: Js::bytes(&codes),
        })
    }
}

#[cfg(feature = "flex")]
#[wasm_bindgen]
impl TrackModel {
    /// Task, family, variant, and publications.
    pub fn describe(&self) -> Result<JsValue, JsValue> {
        described(self.engine.card())
    }
}

impl TrackModel {
    /// The engine with its weights, which are read if they have not been.
    pub(super) fn placed(&self) -> Result<&Rc<TrackEngine>, JsValue> {
        self.engine.place(&self.file, &self.stored, &self.bytes)?;
        Ok(&self.engine)
    }

    /// The weights for gradients.
    #[cfg(feature = "attribution")]
    pub(super) fn gradients(&self) -> Result<&Rc<TrackGradients>, JsValue> {
        let engine = self.placed()?;
        Ok(self.gradients.get_or_init(|| Rc::new(engine.gradients())))
    }
}

/// Options for attributing a track to bases.
#[cfg(feature = "attribution")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct AttributionOptions {
    method: AttributionMethod,
    strands: Strands,
    shuffles: usize,
    seed: u32,
}

#[cfg(feature = "attribution")]
impl Default for AttributionOptions {
    fn default() -> Self {
        Self {
            method: AttributionMethod::IntegratedGradients,
            strands: Strands::default(),
            shuffles: SHUFFLES,
            seed: 1,
        }
    }
}

#[cfg(feature = "attribution")]
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AttributionMethod {
    Gradient,
    IntegratedGradients,
}

/// Calls JavaScript between steps, which may cancel.
pub(super) struct Prompt {
    between: Option<Function>,
    /// Value of its rejection.
    stopped: Option<JsValue>,
}

impl Prompt {
    pub(super) fn new(between: Option<Function>) -> Self {
        Self { between, stopped: None }
    }

    async fn ask(&mut self) -> Result<(), Error> {
        self.call(&Array::new()).await
    }

    /// The same, with the amount done and of all.
    #[cfg(feature = "flex")]
    pub(super) async fn tell(&mut self, done: usize, total: usize) -> Result<(), Error> {
        let numbers = [done, total].into_iter();
        let numbers: Array = numbers.map(|number| JsValue::from(number as f64)).collect();
        self.call(&numbers).await
    }

    async fn call(&mut self, arguments: &Array) -> Result<(), Error> {
        let Some(between) = &self.between else {
            return Ok(());
        };
        let answer = match between.apply(&JsValue::NULL, arguments) {
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

    /// Result of the work, or the error that ended it.
    pub(super) fn outcome<T>(&mut self, result: Result<T, Error>) -> Result<T, JsValue> {
        match self.stopped.take() {
            Some(thrown) => Err(thrown),
            None => Ok(result?),
        }
    }
}

/// A [`TrackBatch`] in typed arrays.
#[derive(Serialize)]
struct Prediction {
    prediction: Js,
    /// Attention of each layer.
    attention: Js,
    /// Absent for a single model.
    #[serde(skip_serializing_if = "Option::is_none")]
    spread: Option<SpreadOf>,
}

impl Prediction {
    fn of(batch: &TrackBatch) -> Self {
        Self {
            prediction: Js::floats(&batch.prediction),
            attention: Js::list(batch.attention.iter().map(|layer| Js::floats(layer))),
            spread: batch.spread().as_ref().map(SpreadOf::from),
        }
    }
}

/// Result of `variant`.
#[derive(Serialize)]
struct Effect {
    start: f64,
    bins: [usize; 2],
    reference: Prediction,
    alternative: Prediction,
    rows: Vec<ScoreRow>,
}

/// Result of `contextRows`.
#[cfg(feature = "flex")]
#[derive(Serialize)]
struct ContextRows {
    rows: Js,
    attention: Js,
}

/// Result of `mutagenesis`.
#[cfg(feature = "flex")]
#[derive(Serialize)]
struct Mutations {
    codes: Js,
    bins: [usize; 2],
    sums: Js,
    changes: Js,
    heights: Js,
}

/// Result of `attribute`.
#[cfg(feature = "attribution")]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contributions {
    contributions: Js,
    score: f64,
    baseline_score: Option<f64>,
    remainder: Option<f64>,
    is_converged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    spread: Option<SpreadOf>,
}

/// Result of `selfTest`.
#[cfg(feature = "flex")]
#[derive(Serialize)]
struct Case {
    codes: Js,
}

fn pair(range: &Range<usize>) -> [usize; 2] {
    [range.start, range.end]
}

/// A variant of `codes`.
fn within(codes: &[u8], position: usize, from: Vec<u8>, to: Vec<u8>) -> Result<Variant, JsValue> {
    if position + from.len() > codes.len() {
        return Err(wrong_length(codes.len(), position + from.len()));
    }
    Ok(Variant {
        row: 0,
        alternative: 0,
        record: 0,
        position,
        from,
        to,
    })
}

fn score_settings(given: JsValue) -> Result<ScoreSettings, JsValue> {
    if given.is_undefined() {
        return Ok(ScoreSettings::default());
    }
    let settings: ScoreSettings = serde_wasm_bindgen::from_value(given)?;
    if settings.shifts.is_empty() {
        return Err(js_sys::RangeError::new("found no shifts; expected at least one, such as 0").into());
    }
    Ok(settings)
}

/// A fault of the caller, not of the device.
#[cfg(feature = "flex")]
pub(super) fn no_such_bins() -> JsValue {
    js_sys::RangeError::new("found no such bins").into()
}

/// Also a fault of the caller.
pub(super) fn wrong_length(found: usize, length: usize) -> JsValue {
    let message = format!("found {found} bases; expected {length}, which the model takes");
    js_sys::RangeError::new(&message).into()
}
