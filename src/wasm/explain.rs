//! Explanations of predictions in the page: attributions, saliency, class optimisation and the deletion test.

use std::rc::Rc;

use js_sys::{Float32Array, Object};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::Model;
use super::mean::MeanFound;
use super::object::{Js, to_js};
use crate::engine::Engine;
use crate::error::Error;
use crate::interpret::attribution::{Method, Steps, Window, same_everywhere};
use crate::interpret::class_optimisation::{Class, ClassOptimisationSettings, Descent};
use crate::interpret::deletion::{self, DeletionSettings, Explanation, TestedExplanation};
use crate::interpret::{Mean, Recovered};
use crate::task::Contrast;

#[wasm_bindgen]
impl Model {
    /// Saliency maps: the signed gradient of the score of *on* with respect to `values` [genes, bins, marks], of the
    /// same shape.
    pub fn saliency(&self, values: &[f32], genes: usize) -> Result<Float32Array, JsValue> {
        let saliency = self.engine.saliency(values, genes)?;
        Ok(Float32Array::from(saliency.as_slice()))
    }

    /// Attributes the score (log-odds of on, log2 fold change or level) to `values` [genes, bins, columns] of the
    /// table, against a baseline. `method` is `gradient-x-input`, `integrated-gradients`, `occlusion` of each value,
    /// `occlusion-of-bins` of all marks of a cell type together, or `shapley` of whole marks; `baseline` is the name of
    /// a contrast, another gene's values [bins, columns], or undefined for the model's default. Resolves to `{values:
    /// [genes, bins, columns], score, baselineScore, completeness: [genes], complete: [genes], outside,
    /// baselineOutside: [genes], window}`, for occlusion of bins [genes, bins, cell types], for Shapley values [genes,
    /// columns]; `complete` is 1 if the sum is practically exact, `outside` and `baselineOutside` are 1 if the gene or
    /// its baseline is outside the range of the training genes, `window` is the number of neighbouring bins with a
    /// common value. For an ensemble there is `spread`, `{sd, low, high}` of the members' values, and `sumSpread`, the
    /// same for the sums over bins, [genes, columns], if there is a value for each bin and column.
    pub async fn attribute(
        &self,
        values: Vec<f32>,
        genes: usize,
        method: JsValue,
        baseline: JsValue,
    ) -> Result<JsValue, JsValue> {
        let shape = self.engine.gene_shape();
        let method = match serde_wasm_bindgen::from_value(method)? {
            MethodName::GradientXInput => Method::GradientXInput,
            MethodName::IntegratedGradients => Method::IntegratedGradients(Steps::UntilComplete),
            MethodName::Occlusion => Method::Occlusion(Window::default()),
            MethodName::OcclusionOfBins => Method::Occlusion(Window::of_bins(shape)),
            MethodName::Shapley => Method::Shapley,
        };
        let window = match method {
            Method::Occlusion(window) => window.bins,
            _ => 1,
        };
        let baseline = if let Some(gene) = baseline.dyn_ref::<Float32Array>() {
            // Those of another gene.
            same_everywhere(&gene.to_vec(), genes)
        } else {
            let contrast: Option<Contrast> = serde_wasm_bindgen::from_value(baseline)?;
            let contrast = contrast.unwrap_or_else(|| self.engine.contrast());
            self.engine.baseline(contrast, &values, genes).await?
        };
        let (found, spread) = self.engine.attribute_with_spread(&values, &baseline, method).await?;
        let complete: Vec<u8> = (0..genes).map(|gene| u8::from(found.is_complete(gene))).collect();
        Ok(to_js(&Attributed {
            values: Js::floats(&found.values),
            score: Js::floats(&found.score),
            baseline_score: Js::floats(&found.baseline_score),
            completeness: Js::floats(&found.completeness()),
            complete: Js::bytes(&complete),
            outside: self.outside(&values),
            baseline_outside: self.outside(&baseline),
            window,
            #[cfg(feature = "change")]
            spread: spread.as_ref().map(|[values, _]| super::model::SpreadOf::from(values)),
            #[cfg(feature = "change")]
            sum_spread: spread
                .as_ref()
                .filter(|[_, sums]| !sums.sd.is_empty())
                .map(|[_, sums]| super::model::SpreadOf::from(sums)),
        }))
    }

    /// Predictions for `values` [genes, bins, columns] with both cell types at their mean: `[genes]` log2 fold changes
    /// of no change.
    #[cfg(feature = "change")]
    #[wasm_bindgen(js_name = noChange)]
    pub async fn no_change(&self, values: Vec<f32>, genes: usize) -> Result<Float32Array, JsValue> {
        let middle = self.engine.baseline(Contrast::Midpoint, &values, genes).await?;
        let scores = self.engine.scores(&middle, genes).await?;
        Ok(Float32Array::from(scores.as_slice()))
    }

    fn outside(&self, values: &[f32]) -> Js {
        let outside: Vec<u8> = self.engine.outside(values).into_iter().map(u8::from).collect();
        Js::bytes(&outside)
    }

    /// Finds the input with the highest P(class), from a random start, or that moves the fold change or level furthest
    /// towards it; `class` is `on` or `off`, for a change `up` or `down`, for a level `high` or `low`.
    #[wasm_bindgen(js_name = classOptimisation)]
    pub fn class_optimisation(
        &self,
        class: &str,
        lambda: f32,
        steps: usize,
        seed: u32,
    ) -> Result<ClassOptimisation, JsValue> {
        let class = Class::find(class, self.engine.outcome())?;
        let settings = ClassOptimisationSettings {
            class,
            lambda,
            steps,
            seed: seed.into(),
        };
        Ok(ClassOptimisation {
            descent: self.engine.descent(settings, None)?,
            engine: Rc::clone(&self.engine),
        })
    }

    /// Starts a deletion test. `options`, all optional: `{explanations, maps: {high, low}, steps, contrast,
    /// randomOrders, seed}`, `DeletionOptions` in the package's types.
    #[wasm_bindgen(js_name = deletionTest)]
    pub fn deletion_test(&self, options: Object) -> Result<DeletionTest, JsValue> {
        let Options {
            explanations,
            maps,
            steps,
            contrast,
            random_orders,
            seed,
        } = serde_wasm_bindgen::from_value(options.into())?;
        let card = self.engine.card();
        let shape = [card.bins, card.columns()];
        let contrast = contrast.unwrap_or_else(|| self.engine.contrast());
        let mut settings = DeletionSettings::whole_curve(card.bins, contrast);
        settings.outcome = self.engine.outcome();
        settings.steps = steps.unwrap_or(settings.steps);
        settings.seed = seed.map_or(settings.seed, u64::from);
        let all = Explanation::WITH_ATTRIBUTIONS;
        let explanations = explanations.map_or(all.to_vec(), |names| {
            let wanted = |each: &Explanation| names.contains(&ExplanationName::of(*each));
            all.into_iter().filter(wanted).collect()
        });
        let maps = maps.as_ref().map(|maps| [&maps.high[..], &maps.low]);
        let orders = random_orders.unwrap_or(1);
        let test = deletion::DeletionTest::new(&explanations, settings, orders, shape, maps)?;
        Ok(DeletionTest {
            engine: Rc::clone(&self.engine),
            test,
        })
    }
}

/// Result of `attribute`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attributed {
    values: Js,
    score: Js,
    baseline_score: Js,
    completeness: Js,
    complete: Js,
    outside: Js,
    baseline_outside: Js,
    window: usize,
    #[cfg(feature = "change")]
    spread: Option<super::model::SpreadOf>,
    #[cfg(feature = "change")]
    sum_spread: Option<super::model::SpreadOf>,
}

/// Options of a deletion test.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Options {
    explanations: Option<Vec<ExplanationName>>,
    maps: Option<ClassMaps>,
    steps: Option<Vec<usize>>,
    contrast: Option<Contrast>,
    random_orders: Option<usize>,
    seed: Option<u32>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum MethodName {
    #[serde(rename = "gradient-x-input")]
    GradientXInput,
    IntegratedGradients,
    Occlusion,
    OcclusionOfBins,
    Shapley,
}

#[derive(Deserialize)]
struct ClassMaps {
    high: Vec<f32>,
    low: Vec<f32>,
}

/// Names in the package.
#[derive(Deserialize, Serialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum ExplanationName {
    Alpha,
    Saliency,
    #[serde(rename = "gradient-x-input")]
    GradientXInput,
    IntegratedGradients,
    Occlusion,
    ClassOptimisation,
    Signal,
    Random,
}

impl ExplanationName {
    fn of(explanation: Explanation) -> Self {
        match explanation {
            Explanation::Attention => Self::Alpha,
            Explanation::Saliency => Self::Saliency,
            Explanation::ClassOptimisation => Self::ClassOptimisation,
            Explanation::Signal => Self::Signal,
            Explanation::Random => Self::Random,
            Explanation::GradientXInput => Self::GradientXInput,
            Explanation::IntegratedGradients => Self::IntegratedGradients,
            Explanation::Occlusion => Self::Occlusion,
        }
    }

    fn explanation(self) -> Explanation {
        match self {
            Self::Alpha => Explanation::Attention,
            Self::Saliency => Explanation::Saliency,
            Self::GradientXInput => Explanation::GradientXInput,
            Self::IntegratedGradients => Explanation::IntegratedGradients,
            Self::Occlusion => Explanation::Occlusion,
            Self::ClassOptimisation => Explanation::ClassOptimisation,
            Self::Signal => Explanation::Signal,
            Self::Random => Explanation::Random,
        }
    }
}

/// Result of `finish`, with the fields that `append` uses.
#[derive(Deserialize)]
struct Found {
    probability: Vec<f32>,
    chance: Option<FoundPlanted>,
    curves: Vec<FoundCurves>,
}

/// Recovery of planted bins and places, per gene.
#[derive(Deserialize)]
struct FoundPlanted {
    bins: Vec<f32>,
    places: Vec<f32>,
}

impl FoundPlanted {
    fn recovered(of: Option<Self>) -> Vec<Recovered> {
        let genes = of
            .into_iter()
            .flat_map(|found| found.bins.into_iter().zip(found.places));
        genes.map(|(bins, places)| Recovered { bins, places }).collect()
    }
}

/// Result for one explanation.
#[derive(Deserialize)]
struct FoundCurves {
    explanation: ExplanationName,
    change: Vec<f32>,
    area: Vec<f32>,
    least: Option<Vec<f32>>,
    greatest: Option<Vec<f32>>,
    planted: Option<FoundPlanted>,
}

impl FoundCurves {
    fn tested(self) -> TestedExplanation {
        TestedExplanation {
            explanation: self.explanation.explanation(),
            change: self.change,
            area: self.area,
            least: self.least.unwrap_or_default(),
            greatest: self.greatest.unwrap_or_default(),
            recovered: FoundPlanted::recovered(self.planted),
        }
    }
}

/// A running deletion test.
#[wasm_bindgen]
pub struct DeletionTest {
    engine: Rc<Engine>,
    test: deletion::DeletionTest,
}

#[wasm_bindgen]
impl DeletionTest {
    /// Tests further genes: their names, which seed random orders, their values [genes, bins, columns], and their
    /// planted places, if known, from `readPlanted` of the engine of files.
    pub async fn add(&mut self, names: Vec<String>, values: Vec<f32>, planted: Option<Vec<u8>>) -> Result<(), JsValue> {
        let planted: Option<Vec<bool>> = planted.map(|places| places.iter().map(|&place| place != 0).collect());
        Ok(self
            .test
            .add(&names, &values, planted.as_deref(), &*self.engine)
            .await?)
    }

    /// Appends the result of `finish` of a test with the same options for further genes, from another worker.
    pub fn append(&mut self, found: JsValue) -> Result<(), JsValue> {
        let Found {
            probability,
            chance,
            curves,
        } = serde_wasm_bindgen::from_value(found)?;
        let curves = curves.into_iter().map(FoundCurves::tested).collect();
        Ok(self.test.append(probability, FoundPlanted::recovered(chance), curves)?)
    }

    /// `{steps, probability [genes], chance, curves}`; for each explanation `{explanation, change [genes, steps], area
    /// [genes]}`, for several random orders also `least` and `greatest`, and for all tested genes together `{mean:
    /// {change, area, error, ahead: {mean, error}, againstSignal, againstChance, verdict}}` with half-widths of 95 %
    /// confidence intervals. If planted places are known, `planted` is their recovery, `{bins [genes], places [genes],
    /// mean: {genes, bins, binsError, places, placesError}}`, and `chance` the same by chance. Missing values are
    /// undefined.
    pub fn finish(&self) -> JsValue {
        let curves = self.test.curves().iter().zip(self.test.means(|_| true));
        let curves = curves.map(|(tested, mean)| Curve {
            explanation: ExplanationName::of(tested.explanation),
            change: Js::floats(&tested.change),
            area: Js::floats(&tested.area),
            least: some(&tested.least),
            greatest: some(&tested.greatest),
            planted: Planted::of(&tested.recovered, &mean.recovered),
            mean: MeanFound::of(&mean),
        });
        to_js(&Tested {
            steps: &self.test.settings().steps,
            probability: Js::floats(self.test.probability()),
            chance: Planted::of(self.test.chance(), &self.test.mean_chance(|_| true)),
            curves: Js::list(curves),
        })
    }
}

/// Result of a deletion test.
#[derive(Serialize)]
struct Tested<'a> {
    steps: &'a [usize],
    probability: Js,
    chance: Option<Planted>,
    curves: Js,
}

/// Result for one explanation.
#[derive(Serialize)]
struct Curve {
    explanation: ExplanationName,
    change: Js,
    area: Js,
    least: Option<Js>,
    greatest: Option<Js>,
    planted: Option<Planted>,
    mean: MeanFound,
}

/// Recovery of planted bins and places, per gene and averaged.
#[derive(Serialize)]
struct Planted {
    bins: Js,
    places: Js,
    mean: MeanPlanted,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MeanPlanted {
    genes: usize,
    bins: Option<f64>,
    bins_error: Option<f64>,
    places: Option<f64>,
    places_error: Option<f64>,
}

impl Planted {
    /// `None` if planted places are not known.
    fn of(genes: &[Recovered], [bins, places]: &[Mean; 2]) -> Option<Self> {
        let each = |part: fn(&Recovered) -> f32| Js::floats(&genes.iter().map(part).collect::<Vec<f32>>());
        (!genes.is_empty()).then(|| Self {
            bins: each(|gene| gene.bins),
            places: each(|gene| gene.places),
            mean: MeanPlanted {
                genes: bins.n,
                bins: bins.mean,
                bins_error: bins.half_interval(),
                places: places.mean,
                places_error: places.half_interval(),
            },
        })
    }
}

fn some(values: &[f32]) -> Option<Js> {
    (!values.is_empty()).then(|| Js::floats(values))
}

/// A running class optimisation.
#[wasm_bindgen]
pub struct ClassOptimisation {
    engine: Rc<Engine>,
    descent: Descent,
}

#[wasm_bindgen]
impl ClassOptimisation {
    /// Takes up to `n` of the remaining steps, and returns the loss before each.
    pub fn step(&mut self, n: usize) -> Result<Float32Array, JsValue> {
        let losses: Vec<f32> = (0..n.min(self.descent.left()))
            .map(|_| self.engine.descend(&mut self.descent))
            .collect::<Result<_, Error>>()?;
        Ok(Float32Array::from(losses.as_slice()))
    }

    /// The map [bins, columns]: the input clamped to [0, 1] and divided by its largest value.
    pub fn map(&self) -> Float32Array {
        Float32Array::from(self.descent.map().as_slice())
    }
}
