//! Scores of models of on and off: ranking and classification of genes.

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Named, Score, SeedScore};
use crate::metrics::areas::{auroc_difference, auroc_interval};
use crate::metrics::{self, classes};

/// Agreement of predictions with measurements over one set of genes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnOffScore {
    /// Genes in the set; 0 if not recorded.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "is_zero"))]
    pub n: usize,
    /// Area under the ROC curve; ties count as a half.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub auroc: f64,
    /// Average precision, with genes of equal score grouped; null if not recorded.
    #[cfg_attr(
        feature = "schema",
        schemars(default, skip_serializing_if = "Option::is_none", range(min = 0, max = 1))
    )]
    pub auprc: Option<f64>,
    /// Genes that are on; null if not recorded.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Option::is_none"))]
    pub on: Option<usize>,
    /// Genes predicted on, at a probability of 0.5 or more; null without probabilities.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Option::is_none"))]
    pub called_on: Option<usize>,
    /// Accuracy: fraction of genes predicted correctly.
    #[cfg_attr(
        feature = "schema",
        schemars(default, skip_serializing_if = "Option::is_none", range(min = 0, max = 1))
    )]
    pub accuracy: Option<f64>,
    /// Brier score: mean squared difference between probability and class.
    #[cfg_attr(
        feature = "schema",
        schemars(default, skip_serializing_if = "Option::is_none", range(min = 0, max = 1))
    )]
    pub brier: Option<f64>,
    /// Mean of −ln P of the measured class.
    #[cfg_attr(
        feature = "schema",
        schemars(default, skip_serializing_if = "Option::is_none", range(min = 0))
    )]
    pub log_loss: Option<f64>,
    /// AUROC of a simple predictor minus that of this model on the same genes.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Option::is_none", range(min = -1, max = 1)))]
    pub difference: Option<f64>,
    /// Lower end of its 95 % confidence interval, by DeLong's test.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Option::is_none"))]
    pub difference_low: Option<f64>,
    /// Upper end of its 95 % confidence interval.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Option::is_none"))]
    pub difference_high: Option<f64>,
}

impl OnOffScore {
    /// Scores a ranking of genes against their classes; `None` if an area is not defined: labels of one class, or NaN.
    pub fn of<F: Copy + Into<f64>>(scores: &[F], labels: &[bool]) -> Option<Self> {
        Some(Self {
            n: labels.len(),
            auroc: metrics::auroc(scores, labels)?,
            auprc: metrics::average_precision(scores, labels),
            on: Some(labels.iter().filter(|&&on| on).count()),
            ..Self::default()
        })
    }

    /// Scores log-odds, which rank and classify genes.
    pub fn of_log_odds<F: Copy + Into<f64>>(log_odds: &[F], labels: &[bool]) -> Option<Self> {
        Some(Self {
            called_on: Some(classes::called(log_odds)),
            accuracy: classes::accuracy(log_odds, labels),
            brier: classes::brier(log_odds, labels),
            log_loss: classes::log_loss(log_odds, labels),
            ..Self::of(log_odds, labels)?
        })
    }

    /// The score of a simple predictor, with its difference from the model's on the same genes.
    #[must_use]
    pub fn beside_model(self, scores: &[f64], model: &[f64], labels: &[bool]) -> Self {
        let found = auroc_difference(scores, model, labels);
        // The page loads a card with its model: rounded to save bytes.
        let rounded = |number: f64| (number * 1e4).round() / 1e4;
        Self {
            difference: found.map(|found| rounded(found.difference)),
            difference_low: found.map(|found| rounded(found.low)),
            difference_high: found.map(|found| rounded(found.high)),
            ..self
        }
    }

    /// The optional metrics, by their names in cards.
    fn figures(&mut self) -> [(&'static str, &mut Option<f64>); 7] {
        [
            ("auprc", &mut self.auprc),
            ("accuracy", &mut self.accuracy),
            ("brier", &mut self.brier),
            ("log_loss", &mut self.log_loss),
            ("difference", &mut self.difference),
            ("difference_low", &mut self.difference_low),
            ("difference_high", &mut self.difference_high),
        ]
    }
}

/// Implemented by hand from one list of names: derived code for so many optional numbers would not fit into the page's
/// first load.
impl Serialize for OnOffScore {
    fn serialize<To: Serializer>(&self, to: To) -> Result<To::Ok, To::Error> {
        let mut map = to.serialize_map(None)?;
        let n = (self.n > 0).then_some(self.n);
        for (name, count) in [("n", n), ("on", self.on), ("called_on", self.called_on)] {
            if let Some(count) = count {
                map.serialize_entry(name, &count)?;
            }
        }
        map.serialize_entry("auroc", &self.auroc)?;
        for (name, figure) in self.clone().figures() {
            if let Some(figure) = figure {
                map.serialize_entry(name, figure)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for OnOffScore {
    fn deserialize<From: Deserializer<'de>>(from: From) -> Result<Self, From::Error> {
        Self::kept(&Map::deserialize(from)?).map_err(From::Error::custom)
    }
}

impl OnOffScore {
    /// The score in a card.
    fn kept(map: &Map<String, Value>) -> Result<Self, String> {
        let number = |name: &str| match map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) if value.is_number() => Ok(value.as_f64()),
            Some(value) => Err(format!("`{name}` is {value}; expected a number")),
        };
        let count = |name| Ok::<_, String>(number(name)?.map(|number| number as usize));
        let mut score = Self {
            n: count("n")?.unwrap_or_default(),
            auroc: number("auroc")?.ok_or("missing field `auroc`")?,
            on: count("on")?,
            called_on: count("called_on")?,
            ..Self::default()
        };
        for (name, figure) in score.figures() {
            *figure = number(name)?;
        }
        Ok(score)
    }
}

impl Score for OnOffScore {
    const SET: &'static str = "genes";
    const COUNTED: &'static str = "gene";
    const HEADLINE: &'static str = "AUROC";

    type Seed = AreaSeed;

    fn n(&self) -> usize {
        self.n
    }

    fn headline(&self) -> f64 {
        self.auroc
    }

    fn columns(&self) -> Vec<(&'static str, f64)> {
        let figures = [
            ("average precision", self.auprc),
            ("Brier", self.brier),
            ("log-loss", self.log_loss),
            ("accuracy", self.accuracy),
        ];
        let figures = figures.into_iter().filter_map(|(name, figure)| Some((name, figure?)));
        std::iter::once(("AUROC", self.auroc)).chain(figures).collect()
    }

    fn calls(&self) -> Option<String> {
        let (on, called_on) = self.on.zip(self.called_on)?;
        Some(format!("{on} are on, {called_on} called on"))
    }

    fn warning(&self) -> Option<String> {
        let class = match self.called_on? {
            0 => "off",
            called if called == self.n => "on",
            _ => return None,
        };
        Some(format!(
            "all {} genes are called {class}: every probability is on that side of a half, so that calls tell no genes \
                apart, however well they are ranked.",
            self.n
        ))
    }

    fn interval(&self) -> Option<String> {
        let Some(on) = self.on else {
            let half = self.n / 2;
            let (low, high) = auroc_interval(self.auroc, half, self.n - half)?;
            return Some(format!(
                "With {} test genes the 95 % interval of AUROC is about {low:.3} to {high:.3} if half of them are on; \
                    how many are was not recorded.",
                self.n
            ));
        };
        let (low, high) = auroc_interval(self.auroc, on, self.n.checked_sub(on)?)?;
        Some(format!(
            "With {} test genes, of which {on} are on, the 95 % interval of AUROC is {low:.3} to {high:.3} (Hanley and \
                McNeil 1982, Newcombe 2006).",
            self.n
        ))
    }

    fn beside(&self, best: &Named<Self>) -> String {
        format!(
            "The best simple predictor on the same test genes, {}, has AUROC {:.3}",
            best.name, best.score.auroc
        )
    }

    fn paired(&self, best: &Named<Self>) -> Option<String> {
        let (low, high) = best.score.difference_low.zip(best.score.difference_high)?;
        let meaning = match (low > 0.0, high < 0.0) {
            (true, _) => "it is better",
            (_, true) => "this model is better",
            _ => "neither is better",
        };
        Some(format!(
            "{}, {:+.3} to this model's (95 % interval of the difference on the same genes {low:+.3} to {high:+.3}, \
                DeLong 1988): {meaning}.",
            self.beside(best),
            best.score.difference?
        ))
    }
}

/// Score of a seed in a card.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OnOffScoreSeed")
)]
pub struct AreaSeed {
    /// The seed.
    seed: u64,
    /// Training loss on the validation genes at the selected epoch, if recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validation_loss: Option<f64>,
    /// AUROC on the validation genes at the selected epoch.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    validation_auroc: f64,
    /// AUROC on the test genes at the same epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    test_auroc: Option<f64>,
    /// Average precision on the test genes at the same epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    test_auprc: Option<f64>,
}

impl From<SeedScore<OnOffScore>> for AreaSeed {
    fn from(score: SeedScore<OnOffScore>) -> Self {
        // The page loads a card with its model: rounded to save bytes.
        let rounded = |number: f64| (number * 1e6).round() / 1e6;
        Self {
            seed: score.seed,
            validation_loss: score.validation_loss.map(rounded),
            validation_auroc: rounded(score.validation),
            test_auroc: score.test.map(|test| rounded(test.auroc)),
            test_auprc: score.test.and_then(|test| test.auprc).map(rounded),
        }
    }
}

impl From<AreaSeed> for SeedScore<OnOffScore> {
    fn from(kept: AreaSeed) -> Self {
        Self {
            seed: kept.seed,
            validation_loss: kept.validation_loss,
            validation: kept.validation_auroc,
            test: kept.test_auroc.map(|auroc| OnOffScore {
                auroc,
                auprc: kept.test_auprc,
                ..OnOffScore::default()
            }),
        }
    }
}

#[cfg(feature = "schema")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}
