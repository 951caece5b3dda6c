//! The deletion test of a track, for the page.

use std::rc::Rc;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::motifs::MotifSet;
use super::{Prompt, TrackModel, no_such_bins, wrong_length};
use crate::engine::{ExplainedBases, TrackEngine, TrackGradients, TrackSum};
use crate::interpret::attribution::SHUFFLES;
use crate::interpret::deletion::{self, BaseExplanation, PER_MILLE, PlantedRecord, TestedWindow, window_name};
use crate::interpret::motifs::ScoredMotif;
use crate::interpret::variants::Strands;
use crate::interpret::{FoundSites, PlantedSite};
use crate::sequence::Window;
use crate::wasm::mean::MeanFound;
use crate::wasm::object::{Js, to_js};

#[wasm_bindgen]
impl TrackModel {
    /// Starts a deletion test of a track's sum: `options`, all optional, are `{explanations, strands, shuffles, seed}`;
    /// known motifs are tested if requested by name, and given to `know`.
    #[wasm_bindgen(js_name = deletionTest)]
    pub fn deletion_test(&self, track: usize, options: JsValue) -> Result<BaseDeletionTest, JsValue> {
        let options = if options.is_undefined() {
            BaseDeletionOptions::default()
        } else {
            serde_wasm_bindgen::from_value(options)?
        };
        let shape = self.engine.shape();
        if track >= shape.tracks {
            return Err(js_sys::RangeError::new("found no such track").into());
        }
        let (engine, gradients) = (self.placed()?, self.gradients()?);
        let attends = shape.layers > 0;
        let is_asked = |each: &BaseName| match &options.explanations {
            Some(asked) => asked.contains(each),
            None => *each != BaseName::Motifs,
        };
        let names: Vec<BaseName> = BaseName::ALL
            .into_iter()
            .filter(|each| is_asked(each) && (attends || *each != BaseName::Attention))
            .collect();
        let explanations: Vec<BaseExplanation> = names.iter().map(|&name| name.into()).collect();
        Ok(BaseDeletionTest {
            test: deletion::BaseDeletionTest::new(&explanations, options.seed.into()),
            engine: Rc::clone(engine),
            gradients: Rc::clone(gradients),
            names,
            track,
            motifs: Vec::new(),
            planted: None,
            options,
        })
    }
}

/// A running deletion test of a track.
#[wasm_bindgen]
pub struct BaseDeletionTest {
    engine: Rc<TrackEngine>,
    gradients: Rc<TrackGradients>,
    test: deletion::BaseDeletionTest,
    names: Vec<BaseName>,
    track: usize,
    motifs: Vec<ScoredMotif>,
    planted: Option<Vec<PlantedSite>>,
    options: BaseDeletionOptions,
}

#[wasm_bindgen]
impl BaseDeletionTest {
    /// Sets the known motifs, with the letter frequencies of `codes`, the bases of the region, as background.
    pub fn know(&mut self, motifs: &MotifSet, codes: &[u8]) {
        self.motifs = motifs.scored_in(codes);
    }

    /// Sets the sites planted in the record, from the engine of files: for each site start, exclusive end, and 1 if it
    /// has an effect.
    pub fn plant(&mut self, sites: &[u32]) {
        let sites = sites.chunks_exact(3).map(|site| PlantedSite {
            start: site[0] as usize,
            end: site[1] as usize,
            acts: site[2] != 0,
        });
        self.planted = Some(sites.collect());
    }

    /// Tests the window `codes` that begins at base `start` of a record of `length` bases, with the sum over its
    /// predicted `bins` (from, to). `between` as for `predict`; it gets the number of explanations done and of all.
    pub async fn add(
        &mut self,
        record: String,
        start: f64,
        length: usize,
        codes: Vec<u8>,
        bins: Vec<usize>,
        between: Option<Function>,
    ) -> Result<(), JsValue> {
        let shape = self.engine.window();
        if codes.len() != shape.length {
            return Err(wrong_length(codes.len(), shape.length));
        }
        let &[first, end] = &bins[..] else {
            return Err(no_such_bins());
        };
        if first >= end || end > shape.cropped() {
            return Err(no_such_bins());
        }
        if self.names.contains(&BaseName::Motifs) && self.motifs.is_empty() {
            return Err(js_sys::RangeError::new("found no motifs; expected those that are known").into());
        }
        let window = Window {
            start: start as i64,
            keep: first..end,
            first_bin: 0,
        };
        let ranked = window.kept(length, &shape);
        let name = window_name(&record, window.start, &ranked);
        let sum = TrackSum {
            track: self.track,
            bins: window.keep,
        };
        let settings = ExplainedBases {
            strands: self.options.strands,
            shuffles: self.options.shuffles,
            seed: self.options.seed.into(),
            motifs: &self.motifs,
        };
        let (engine, gradients) = (&*self.engine, &*self.gradients);
        // Explanations, and finally the test of all.
        let parts = self.names.len() + 1;
        let mut importance = Vec::with_capacity(parts);
        for (done, &explanation) in self.names.iter().enumerate() {
            let of = (&sum, ranked.clone());
            let mut prompt = Prompt::new(between.clone());
            let go_on = &mut async || prompt.tell(done, parts).await;
            let found = engine
                .base_importance(gradients, (&name, &codes), of, explanation.into(), &settings, go_on)
                .await;
            importance.push(prompt.outcome(found)?);
        }
        let planted = self.planted.as_deref().map(|sites| PlantedRecord {
            sites,
            start: window.start,
            bin: shape.bin,
        });
        let tested = TestedWindow {
            name: &name,
            codes: &codes,
            ranked: &ranked,
            planted,
        };
        let mut prompt = Prompt::new(between);
        let predict = async |codes: &[u8]| {
            let go_on = &mut async || prompt.tell(parts - 1, parts).await;
            engine.sum_of(codes, &sum, settings.strands, go_on).await
        };
        let found = self.test.add(tested, &importance, predict).await;
        prompt.outcome(found)
    }

    /// `{share [steps], scores [windows], curves}`: the fraction of replaced bases at each step; for each explanation
    /// `{explanation, change [windows, steps], area [windows], mean: {change, area, error, ahead: {mean, error}},
    /// found: {bases, bins}}`, with half-widths of 95 % confidence intervals; missing values are undefined. `bases` and
    /// `bins` are `{sites, found, decoys, decoysFound}`.
    pub fn finish(&self) -> JsValue {
        let tested = self.test.curves().iter().zip(self.test.means()).zip(self.test.found());
        let curves = tested.zip(&self.names).map(|(((tested, mean), found), name)| Curve {
            found: *found,
            explanation: *name,
            change: Js::floats(&tested.change),
            area: Js::floats(&tested.area),
            mean: MeanFound::of(&mean),
        });
        let share = PER_MILLE.map(|share| share as f32 / 1000.0);
        to_js(&Tested {
            share: Js::floats(&share),
            scores: Js::floats(self.test.scores()),
            curves: Js::list(curves),
        })
    }
}

/// Result of a deletion test.
#[derive(Serialize)]
struct Tested {
    share: Js,
    scores: Js,
    curves: Js,
}

/// Result for one explanation.
#[derive(Serialize)]
struct Curve {
    found: Option<FoundSites>,
    explanation: BaseName,
    change: Js,
    area: Js,
    mean: MeanFound,
}

/// Options of a deletion test of a track.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct BaseDeletionOptions {
    explanations: Option<Vec<BaseName>>,
    strands: Strands,
    shuffles: usize,
    seed: u32,
}

impl Default for BaseDeletionOptions {
    fn default() -> Self {
        Self {
            explanations: None,
            strands: Strands::default(),
            shuffles: SHUFFLES,
            seed: 1,
        }
    }
}

/// Those [`BaseExplanation`]s that the page offers.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BaseName {
    Gradient,
    IntegratedGradients,
    Attention,
    Motifs,
    Random,
}

impl BaseName {
    const ALL: [Self; 5] = [
        Self::Gradient,
        Self::IntegratedGradients,
        Self::Attention,
        Self::Motifs,
        Self::Random,
    ];
}

impl From<BaseName> for BaseExplanation {
    fn from(name: BaseName) -> Self {
        match name {
            BaseName::Gradient => Self::Gradient,
            BaseName::IntegratedGradients => Self::IntegratedGradients,
            BaseName::Attention => Self::Attention,
            BaseName::Motifs => Self::Motifs,
            BaseName::Random => Self::Random,
        }
    }
}
