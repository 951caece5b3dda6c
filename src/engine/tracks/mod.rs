//! Sequence models on a device.
//!
//! ```text
//! codes ─► trunk ─► head ─► TrackBatch            in two halves, so that a changed base computes only what sees it again
//! ```

mod edits;
#[cfg(feature = "attribution")]
mod explain;
#[cfg(feature = "attribution")]
mod gradient;
mod members;
mod mutagenesis;
mod strands;
mod tiles;
mod variants;

pub use edits::Reference;
#[cfg(feature = "attribution")]
pub use explain::{ExplainedBases, TrackSum};
#[cfg(feature = "attribution")]
pub use gradient::TrackGradients;
pub use strands::Reading;
pub use tiles::Tiles;
pub use variants::VariantEffect;

use std::ops::Range;
use std::{fmt, iter};

use burn::tensor::{Device, Tensor};

use self::members::OfMember;
use self::strands::{Mean, forward, strand};
use super::Outputs;
use super::finite::checked_tracks;
use super::limits::Limits;
use super::read::read;
use super::takes_another;
use crate::error::Error;
use crate::kernel;
use crate::model;
pub use crate::model::sequences::TrackShape;
use crate::model::sequences::{Rest, Room, SequenceModel, StepHook};
use crate::sequence::{self, codes};
use crate::weights::card::Member;
use crate::weights::{ModelCard, Source, StoredWeights, WeightFile, Weights};

/// A sequence model on a device.
pub struct TrackEngine {
    /// The model, or the first member of an ensemble.
    model: Box<dyn SequenceModel>,
    /// The other members.
    others: Vec<Self>,
    card: ModelCard,
    sha256: String,
    device: Device,
    /// Bytes of the largest activation of a tile of a sequence.
    working: u64,
}

impl fmt::Debug for TrackEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackEngine")
            .field("model", &self.card.name)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}

/// Outputs of a model for one sequence, row-major.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrackBatch {
    /// Coverage [cropped bins, tracks].
    pub prediction: Vec<f32>,
    /// Attention of each layer [heads, bins, bins], one row per query bin; empty if not requested.
    pub attention: Vec<Vec<f32>>,
    /// Predictions of an ensemble's members [cropped bins, tracks]; empty for a single model.
    pub members: Vec<Vec<f32>>,
}

/// Multiply-adds of the self-test: enough to compare the speed of devices, and short on either.
const KNOWN_WORK: u64 = 4_000_000_000;

/// Smallest number of bins of the self-test.
const KNOWN_BINS: usize = 24;

impl TrackEngine {
    /// Reads a model file and moves its weights to `device`.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file is not a complete file of a sequence model; [`Error::Device`] if the model is too
    /// large for the device.
    pub fn load(file: &str, bytes: &[u8], device: &Device) -> Result<Self, Error> {
        let weights = WeightFile::read(file, bytes)?;
        if !weights.card.takes_sequences() {
            return Err(takes_another(&weights.card).of(file).into());
        }
        Self::new(weights, device)
    }

    /// As [`load`](Self::load), from a file that has been read.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn new(weights: WeightFile, device: &Device) -> Result<Self, Error> {
        Self::with_limits(weights, device, Limits::of(device))
    }

    /// As [`new`](Self::new), within these limits instead of the device's own, to bound memory.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn with_limits(weights: WeightFile, device: &Device, limits: Limits) -> Result<Self, Error> {
        let WeightFile {
            card,
            mut tensors,
            sha256,
        } = weights;
        let engine = Self::unplaced(card, sha256, &mut tensors, device, limits, false)?;
        engine.take(&mut tensors);
        Ok(engine)
    }

    /// Opens a file whose weights [`place`](Self::place) reads. Before that it cannot predict, and has no hash;
    /// everything else is available. A model for `windows` predicts whole windows and parts of them, without gradients,
    /// in less memory.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn stored(
        file: &str,
        card: ModelCard,
        stored: &StoredWeights,
        source: &dyn Source,
        device: &Device,
        windows: bool,
    ) -> Result<Self, Error> {
        if !card.takes_sequences() {
            return Err(takes_another(&card).of(file).into());
        }
        let weights = &mut stored.reading(source).map_err(|problem| problem.of(file))?;
        let limits = Limits::of(device);
        Self::unplaced(card, String::new(), weights, device, limits, windows)
    }

    /// Moves the weights to the device one by one, unless they are there. `file` is the file's name in errors.
    ///
    /// # Errors
    /// [`Error::Weights`] if the file no longer exists, or if it was not checked and is invalid.
    pub fn place(&self, file: &str, stored: &StoredWeights, source: &dyn Source) -> Result<(), Error> {
        if self.all().all(|member| member.model.is_placed()) {
            return Ok(());
        }
        let placed = || {
            let mut weights = stored.reading(source)?;
            self.take(&mut weights);
            weights.outcome()
        };
        Ok(placed().map_err(|problem| problem.of(file))?)
    }

    fn unplaced(
        card: ModelCard,
        sha256: String,
        weights: &mut dyn Weights,
        device: &Device,
        limits: Limits,
        windows: bool,
    ) -> Result<Self, Error> {
        if !card.takes_sequences() {
            return Err(takes_another(&card).of(&card.name).into());
        }
        if !card.members.is_empty() {
            let member = |(at, member): (usize, &Member)| {
                let weights = &mut OfMember { at, weights };
                Self::unplaced(member.card(&card), sha256.clone(), weights, device, limits, windows)
            };
            let members = card.members.iter().enumerate().map(member);
            let mut members = members.collect::<Result<Vec<_>, _>>()?.into_iter();
            if let Some(first) = members.next() {
                let others = members.collect();
                return Ok(Self { others, card, ..first });
            }
        }
        let room = Room {
            buffer: limits.buffer,
            windows,
        };
        Ok(Self {
            model: model::of_sequences(&card, weights, room, device)?,
            others: Vec::new(),
            card,
            sha256,
            device: device.clone(),
            working: limits.activation(),
        })
    }

    /// Moves the weights of each member to the device.
    fn take(&self, weights: &mut dyn Weights) {
        if self.others.is_empty() {
            return self.model.place(weights);
        }
        for (at, member) in self.all().enumerate() {
            member.model.place(&mut OfMember { at, weights });
        }
    }

    fn tiles(&self) -> Tiles<'_> {
        Tiles::new(&*self.model, self.working)
    }

    /// The members: this model and the others.
    fn all(&self) -> impl Iterator<Item = &Self> {
        iter::once(self).chain(&self.others)
    }

    /// Number of members; 1 for a single model.
    pub fn members(&self) -> usize {
        1 + self.others.len()
    }

    /// The model's card.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// SHA-256 of the file, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Its sizes. An ensemble whose members differ in layers or heads of attention has none of these.
    pub fn shape(&self) -> TrackShape {
        let shape = self.model.shape();
        let attends_alike = |other: &Self| {
            let TrackShape { layers, heads, .. } = other.shape();
            (layers, heads) == (shape.layers, shape.heads)
        };
        if self.others.iter().all(attends_alike) {
            return shape;
        }
        TrackShape {
            layers: 0,
            heads: 0,
            ..shape
        }
    }

    /// Predicts for one sequence of exactly the model's length. Codes are 0 to 3 for A, C, G, T, 4 for an unknown base,
    /// 5 outside the sequence.
    ///
    /// # Errors
    /// [`Error::Device`] if the device does not return its results.
    ///
    /// # Panics
    /// If the number of `codes` is not the model's length.
    pub async fn predict(&self, codes: &[u8], attention: bool) -> Result<TrackBatch, Error> {
        self.predict_in_steps(codes, attention, &mut async || Ok(())).await
    }

    /// [`predict`](Self::predict), with `between` called [`steps`](Self::steps) times, after each tile, block and head:
    /// each takes a short time even at the published size.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); errors of `between`.
    ///
    /// # Panics
    /// As [`predict`](Self::predict).
    pub async fn predict_in_steps(
        &self,
        codes: &[u8],
        attention: bool,
        between: &mut dyn StepHook,
    ) -> Result<TrackBatch, Error> {
        self.check(codes);
        let mut members = Vec::with_capacity(self.members());
        for member in self.all() {
            members.push(member.predict_alone(codes, attention, between).await?);
        }
        Ok(TrackBatch::mean(members))
    }

    /// As [`predict_in_steps`](Self::predict_in_steps), for one member of an ensemble: several engines may compute one
    /// each, and [`TrackBatch::mean`] averages them.
    ///
    /// # Errors
    /// As [`predict_in_steps`](Self::predict_in_steps).
    ///
    /// # Panics
    /// As [`predict`](Self::predict), and if the member is out of bounds.
    pub async fn predict_member(
        &self,
        member: usize,
        codes: &[u8],
        attention: bool,
        between: &mut dyn StepHook,
    ) -> Result<TrackBatch, Error> {
        self.check(codes);
        let member = self.all().nth(member).expect("a member of the engine");
        member.predict_alone(codes, attention, between).await
    }

    async fn predict_alone(
        &self,
        codes: &[u8],
        attention: bool,
        between: &mut dyn StepHook,
    ) -> Result<TrackBatch, Error> {
        let trunk = self.tiles().trunk(codes, 1, between).await?;
        self.head_of(trunk, self.shape().crop, attention, between).await
    }

    /// The stretches of bins whose [`tower`](Self::tower) several engines may compute, one each. They are those of
    /// [`predict`](Self::predict), so that results do not depend on the engines. For an ensemble, they and the layers
    /// after them are those of the first member.
    pub fn stretches(&self) -> impl Iterator<Item = Range<usize>> {
        self.tiles().stretches(self.shape().bins)
    }

    /// The blocks before the dilated ones, for a stretch of bins of a sequence: [bins, channels].
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// As [`predict`](Self::predict), and if the bins are out of bounds.
    pub async fn tower(&self, codes: &[u8], bins: Range<usize>) -> Result<Vec<f32>, Error> {
        self.check(codes);
        assert!(
            bins.start < bins.end && bins.end <= self.shape().bins,
            "bins of a sequence"
        );
        let mut go_on = async || Ok(());
        read(self.tiles().tower(codes, 1, bins, &mut go_on).await?).await
    }

    /// Some `rows` of a layer of the context stage, on the CPU. Returns the input of the next layer for H [bins,
    /// channels], as [rows, channels]; after the last layer the predictions of uncropped rows, [rows, tracks]; and, if
    /// requested, attention [heads, rows, bins]. H of the first layer is the [`tower`](Self::tower) of all bins.
    /// Dilated blocks count as one layer, whose rows are computed together and from which [`tracks`](Self::tracks)
    /// continues. Rows equal those of [`predict`](Self::predict).
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// If the layer or bins are out of bounds, or the number of values is wrong.
    pub async fn context_rows(
        &self,
        layer: usize,
        h: Vec<f32>,
        rows: Range<usize>,
        attention: bool,
    ) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let TrackShape {
            bins,
            crop,
            cropped,
            context_layers,
            ..
        } = self.shape();
        let channels = h.len() / bins;
        let h = kernel::tensor(h, [1, bins, channels], &self.device);
        let (stage, attention) = self.model.context_rows(layer, h, rows.clone(), attention);
        let mut of_heads = Vec::new();
        for head in attention {
            of_heads.extend_from_slice(&kernel::read_at_once(head));
        }
        if layer + 1 != context_layers {
            return Ok((kernel::read_at_once(stage), of_heads));
        }
        let shown = rows.start.max(crop)..rows.end.min(crop + cropped);
        if shown.is_empty() {
            return Ok((Vec::new(), of_heads));
        }
        let stage = kernel::stretch(stage, shown.start - rows.start..shown.end - rows.start);
        let mut go_on = async || Ok(());
        let tracks = self.model.tracks(stage, &mut go_on).await?;
        Ok((self.read_tracks(tracks).await?, of_heads))
    }

    /// The predictions [bins, tracks] of any `bins` of the context stage's output, cropped at both ends.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// If the values are not those of this model.
    pub async fn tracks(&self, stage: Vec<f32>, bins: usize) -> Result<Vec<f32>, Error> {
        let channels = stage.len() / bins;
        let stage = kernel::tensor(stage, [1, bins, channels], &self.device);
        let mut go_on = async || Ok(());
        self.read_tracks(self.model.tracks(stage, &mut go_on).await?).await
    }

    /// Number of calls of `between` in [`predict_in_steps`](Self::predict_in_steps).
    pub fn steps(&self) -> usize {
        let of_member = |member: &Self| member.stretches().count() + member.model.steps();
        self.all().map(of_member).sum()
    }

    /// Mean prediction over both strands of the sequence shifted by each of `shifts` bases, as published: unknown bases
    /// are shifted in, bins keep their places, and bins of the reverse strand are reversed. Attention, if requested, is
    /// that of the unshifted sequence.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    ///
    /// # Panics
    /// As [`predict`](Self::predict), and if there are no shifts.
    pub async fn ensemble(&self, sequence: &[u8], shifts: &[isize], attention: bool) -> Result<TrackBatch, Error> {
        assert!(!shifts.is_empty(), "at least one shift");
        let tracks = self.shape().tracks;
        let mut mean = Mean::default();
        for &shift in shifts {
            let window = codes::shift(sequence, shift);
            for reverse in [false, true] {
                let batch = self.predict(&strand(&window, reverse), false).await?;
                mean.add(&forward(batch, reverse, tracks));
            }
        }
        let attention = if attention {
            self.predict(sequence, true).await?.attention
        } else {
            Vec::new()
        };
        Ok(TrackBatch { attention, ..mean.of() })
    }

    /// The position function of each head of each layer, at t − i = −(bins − 1) … bins − 1; empty if there are none.
    /// For an ensemble, those of the first member.
    pub fn position_functions(&self) -> Vec<Vec<Vec<f32>>> {
        self.model.position_functions()
    }

    /// E [bins, bins] of each exponential; empty if there are none. For an ensemble, those of the first member.
    pub fn mixing(&self) -> Vec<Vec<f32>> {
        self.model.mixing()
    }

    /// A short sequence that the CPU and a GPU run before the GPU's first result is used: their
    /// [`answer`](Self::answer)s must agree.
    pub fn self_test(&self) -> Vec<u8> {
        let bases = known_bins(&*self.model) * self.shape().bin;
        // A linear congruential generator (constants of Numerical Recipes), with some unknown bases.
        let mut state = 2018_u32;
        (0..bases)
            .map(|index| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let base = (state >> 30) as u8;
                if index % 97 == 96 { 4 } else { base }
            })
            .collect()
    }

    /// Returns the model's outputs for the self-test, attention included.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    pub async fn answer(&self, codes: &[u8]) -> Result<TrackBatch, Error> {
        self.uncropped(codes, true).await
    }

    /// Predicts all bins of a whole number of bins, at most the model's, without cropping.
    ///
    /// # Errors
    /// As [`predict`](Self::predict).
    pub async fn uncropped(&self, codes: &[u8], attention: bool) -> Result<TrackBatch, Error> {
        let mut members = Vec::with_capacity(self.members());
        for member in self.all() {
            let go_on = &mut async || Ok(());
            let trunk = member.tiles().trunk(codes, 1, go_on).await?;
            members.push(member.head_of(trunk, 0, attention, go_on).await?);
        }
        Ok(TrackBatch::mean(members))
    }

    /// Runs the layers after the trunk H [1, bins, channels].
    pub(super) async fn head_of(
        &self,
        trunk: Tensor<3>,
        crop: usize,
        attention: bool,
        between: &mut dyn StepHook,
    ) -> Result<TrackBatch, Error> {
        let rest = Rest {
            crop,
            attention,
            ..Rest::default()
        };
        let output = self.model.head(trunk, rest, between).await?;
        self.read_output(output.before_link, output.attention).await
    }

    /// Reads a model's output back.
    async fn read_output(&self, before_link: Tensor<3>, attention: Vec<Vec<Tensor<3>>>) -> Result<TrackBatch, Error> {
        Ok(TrackBatch {
            prediction: self.read_tracks(before_link).await?,
            attention: read_attention(attention).await?,
            members: Vec::new(),
        })
    }

    async fn read_tracks(&self, before_link: Tensor<3>) -> Result<Vec<f32>, Error> {
        // On the host, from values that are read back anyway.
        let mut tracks = read(before_link).await?;
        for value in &mut tracks {
            *value = self.model.link(*value);
        }
        checked_tracks(tracks, &self.card)
    }

    /// The shape of windows over records of any length.
    pub fn window(&self) -> sequence::Shape {
        let TrackShape { length, bin, crop, .. } = self.shape();
        sequence::Shape { length, bin, crop }
    }

    pub(super) fn check(&self, codes: &[u8]) {
        let expected = self.shape().length;
        assert_eq!(codes.len(), expected, "as many bases as the model takes");
    }
}

/// Attention of each layer [heads, bins, bins].
async fn read_attention(layers: Vec<Vec<Tensor<3>>>) -> Result<Vec<Vec<f32>>, Error> {
    let mut attention = Vec::with_capacity(layers.len());
    for heads in layers {
        // Allocated once: a growing list would leave freed memory in the engine.
        let mut of_layer = Vec::with_capacity(heads.iter().map(|head| head.shape().num_elements()).sum());
        for head in heads {
            of_layer.extend(read(head).await?);
        }
        attention.push(of_layer);
    }
    Ok(attention)
}

impl Outputs for TrackBatch {
    fn outputs(&self) -> Vec<(String, &[f32])> {
        let layers = self.attention.iter().enumerate();
        let attention = layers.map(|(layer, values)| (format!("attention of layer {}", layer + 1), values.as_slice()));
        let prediction = [("prediction".to_owned(), self.prediction.as_slice())];
        prediction.into_iter().chain(attention).collect()
    }
}

/// Bins of the self-test.
fn known_bins(model: &dyn SequenceModel) -> usize {
    let known = (KNOWN_WORK / model.work().max(1)) as usize;
    known.max(KNOWN_BINS).min(model.shape().bins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::NamedTensors;
    use crate::weights::architecture::basenji::{Config, Context};

    #[test]
    fn a_large_model_is_tried_on_a_few_bins_and_a_small_one_on_a_whole_sequence() {
        let known = |config: &Config| {
            let card = ModelCard::of_sequences(config, Vec::new());
            let room = Room {
                buffer: u64::MAX,
                windows: false,
            };
            let weights = &mut NamedTensors::new();
            let model = model::of_sequences(&card, weights, room, &Device::default()).unwrap();
            known_bins(&*model)
        };
        let published = Config::published(Context::Dilated);
        assert!((KNOWN_BINS..100).contains(&known(&published)));
        let small = Config::small(Context::Dilated);
        assert_eq!(known(&small), small.bins());
    }
}
