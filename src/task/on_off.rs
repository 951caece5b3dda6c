//! Whether a gene is on: how well predictors rank genes that are on above genes that are off.

use serde::{Deserialize, Serialize};

use super::{Named, Score, SeedScore};
use crate::metrics::{self, NORMAL_95};

/// Areas under the two curves over one set of genes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnOffScore {
    /// Genes in the set; 0 where it was not recorded, as with a card's baselines.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n: usize,
    /// Area under the ROC curve, ties counting a half.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub auroc: f64,
    /// Area under the precision-recall curve.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub auprc: f64,
}

impl OnOffScore {
    /// Of scores that rank genes and whether they are on; none where an area is not defined: labels of one class, or
    /// a score that is no number.
    pub fn of<F: Copy + Into<f64>>(scores: &[F], labels: &[bool]) -> Option<Self> {
        Some(Self {
            n: labels.len(),
            auroc: metrics::auroc(scores, labels)?,
            auprc: metrics::auprc(scores, labels)?,
        })
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
        vec![("AUROC", self.auroc), ("AUPRC", self.auprc)]
    }

    fn interval(&self) -> Option<String> {
        let half = NORMAL_95 * hanley_mcneil(self.auroc, self.n);
        Some(format!(
            "With {} test genes the 95 % interval of AUROC is about ±{half:.3} (Hanley and McNeil 1982): smaller \
                differences mean nothing here.",
            self.n
        ))
    }

    fn range(&self) -> Option<(f64, f64)> {
        let half = NORMAL_95 * hanley_mcneil(self.auroc, self.n);
        (self.n > 0).then_some((self.auroc - half, self.auroc + half))
    }

    fn beside(&self, best: &Named<Self>) -> String {
        format!(
            "The best simple predictor on the same test genes, {}, has AUROC {:.3}",
            best.name, best.score.auroc
        )
    }
}

/// A seed as cards keep it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OnOffScoreSeed")
)]
pub struct AreaSeed {
    /// The seed.
    seed: u64,
    /// AUROC on the validation genes, at the chosen epoch.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    validation_auroc: f64,
    /// AUROC on the test genes, at the same epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    test_auroc: Option<f64>,
    /// AUPRC on the test genes, at the same epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    test_auprc: Option<f64>,
}

impl From<SeedScore<OnOffScore>> for AreaSeed {
    fn from(score: SeedScore<OnOffScore>) -> Self {
        Self {
            seed: score.seed,
            validation_auroc: score.validation,
            test_auroc: score.test.map(|test| test.auroc),
            test_auprc: score.test.map(|test| test.auprc),
        }
    }
}

impl From<AreaSeed> for SeedScore<OnOffScore> {
    fn from(kept: AreaSeed) -> Self {
        let areas = kept.test_auroc.zip(kept.test_auprc);
        Self {
            seed: kept.seed,
            validation_loss: None,
            validation: kept.validation_auroc,
            test: areas.map(|(auroc, auprc)| OnOffScore { n: 0, auroc, auprc }),
        }
    }
}

/// Standard error of an AUROC over n genes of which half are on: Hanley and McNeil, Radiology 143 (1982), eq. 2.
fn hanley_mcneil(auroc: f64, n: usize) -> f64 {
    let half = n as f64 / 2.0;
    let q1 = auroc / (2.0 - auroc);
    let q2 = 2.0 * auroc * auroc / (1.0 + auroc);
    let square = auroc * auroc;
    ((auroc * (1.0 - auroc) + (half - 1.0) * (q1 - square) + (half - 1.0) * (q2 - square)) / (half * half)).sqrt()
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}
