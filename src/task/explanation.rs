//! The explanation of a table model that won the deletion test, for its card.

use serde::{Deserialize, Serialize};

use super::{Contrast, Task};
use crate::metrics::NORMAL_95;

/// The default explanation of a table model, its contrast, and the deletion test of all explanations, in which the
/// contrast's baseline replaces bins. Numbers have three decimals, to keep the card small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExplanationChoice {
    /// The explanation with the largest area among those shown along a gene, such as `integrated-gradients`.
    pub best: String,
    /// Default contrast of explanations, whose baseline replaced bins; each mark's mean over the gene in cards of
    /// earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contrast: Option<Contrast>,
    /// Number of genes tested.
    pub genes: usize,
    /// Name of the genes, such as `validation genes of K562`.
    pub data: String,
    /// Seed of the selection of genes, if any, and of the order of equally important bins.
    pub seed: u64,
    /// Tested explanations, by the names of `regulens interpret deletion`; `signal`, the size of the signal, is the
    /// reference.
    pub tested: Vec<String>,
    /// Area under the decrease of the prediction when bins are replaced in the order of each explanation, averaged over
    /// genes.
    pub areas: Vec<f64>,
    /// Paired difference of each area from that of signal; 0 for signal itself.
    pub ahead_of_signal: Vec<f64>,
    /// Standard error of each difference over genes.
    pub standard_errors: Vec<f64>,
    /// All compared contrasts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contrasts: Vec<ContrastFound>,
    /// Mean contribution of each mark under the contrast, [M], or for a change of each mark of A and then of B, over
    /// genes predicted on (higher in B).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles_high: Vec<f64>,
    /// Mean contribution of each mark over genes predicted off (lower in B).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles_low: Vec<f64>,
}

/// Result of a contrast on validation genes, and for planted marks on simulated genes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContrastFound {
    /// The contrast.
    pub contrast: Contrast,
    /// True if it qualifies as default.
    pub meets: bool,
    /// Fraction of genes predicted on whose baseline is predicted off; for a change, the median of (f − f(baseline)) /
    /// f over genes predicted to change at least twofold.
    pub answers: f64,
    /// Fraction of planted marks with the planted sign, among those with a sum of contributions above a tenth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs: Option<f64>,
    /// Paired difference of the areas of integrated gradients and of signal with this contrast, averaged over genes.
    pub ahead_of_signal: f64,
    /// Its standard error over genes.
    pub standard_error: f64,
    /// Fraction of planted marks in bins among the same number of largest contributions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<f64>,
    /// Fraction of its baselines, over all genes, outside the range of training genes.
    pub outside: f64,
}

/// Result of the deletion test for one explanation, averaged over genes.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplanationArea {
    /// Its name.
    pub explanation: String,
    /// Area under the decrease.
    pub area: f64,
    /// Paired difference from the area of signal.
    pub ahead_of_signal: f64,
    /// The standard error of `ahead_of_signal`.
    pub standard_error: f64,
}

impl ExplanationChoice {
    /// Explanations with their own plot along a gene, which may be the default. Gradient × input has no plot, occlusion
    /// is close to the test itself, and class optimisation is equal for all genes.
    pub fn shown(task: Task) -> &'static [&'static str] {
        match task {
            Task::OnOff => &["attention", "integrated-gradients", "saliency"],
            Task::Change => &["attention", "integrated-gradients"],
            Task::Tracks | Task::Level => &[],
        }
    }

    /// The explanation with the largest area among those with a plot; the first of equal ones.
    pub fn winner(task: Task, areas: &[ExplanationArea]) -> Option<&ExplanationArea> {
        let shown = areas
            .iter()
            .filter(|area| Self::shown(task).contains(&area.explanation.as_str()));
        shown.reduce(|best, area| if area.area > best.area { area } else { best })
    }

    /// The choice of the winner among `areas`.
    pub fn new(
        (winner, areas): (&ExplanationArea, &[ExplanationArea]),
        contrast: Contrast,
        genes: usize,
        data: String,
        seed: u64,
    ) -> Self {
        let of = |number: fn(&ExplanationArea) -> f64| areas.iter().map(|area| rounded(number(area))).collect();
        Self {
            best: winner.explanation.clone(),
            contrast: Some(contrast),
            genes,
            data,
            seed,
            tested: areas.iter().map(|area| area.explanation.clone()).collect(),
            areas: of(|area| area.area),
            ahead_of_signal: of(|area| area.ahead_of_signal),
            standard_errors: of(|area| area.standard_error),
            contrasts: Vec::new(),
            roles_high: Vec::new(),
            roles_low: Vec::new(),
        }
    }

    /// Returns the result for an explanation.
    pub fn area(&self, explanation: &str) -> Option<ExplanationArea> {
        let place = self.tested.iter().position(|tested| tested == explanation)?;
        Some(ExplanationArea {
            explanation: explanation.to_owned(),
            area: *self.areas.get(place)?,
            ahead_of_signal: *self.ahead_of_signal.get(place)?,
            standard_error: *self.standard_errors.get(place)?,
        })
    }

    /// Its problem, if it is invalid.
    pub fn problem(&self) -> Option<String> {
        let count = self.tested.len();
        if [&self.areas, &self.ahead_of_signal, &self.standard_errors]
            .iter()
            .any(|numbers| numbers.len() != count)
        {
            return Some(format!(
                "{count} tested explanations with {} areas, {} differences from signal and {} standard errors; \
                 expected one of each for every explanation",
                self.areas.len(),
                self.ahead_of_signal.len(),
                self.standard_errors.len()
            ));
        }
        if !self.tested.contains(&self.best) {
            return Some(format!(
                "`{}` as the best explanation, which was not tested; expected one of {}",
                self.best,
                self.tested.join(", ")
            ));
        }
        None
    }
}

impl ExplanationArea {
    /// Half-width of the 95 % confidence interval of `ahead_of_signal`.
    pub fn half_interval(&self) -> f64 {
        NORMAL_95 * self.standard_error
    }

    /// Returns true if the 95 % confidence interval of `ahead_of_signal` lies above 0.
    pub fn beats_signal(&self) -> bool {
        self.ahead_of_signal > self.half_interval()
    }
}

fn rounded(number: f64) -> f64 {
    // Without a negative 0.
    (number * 1e3).round() / 1e3 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(explanation: &str, area: f64, ahead: f64) -> ExplanationArea {
        ExplanationArea {
            explanation: explanation.to_owned(),
            area,
            ahead_of_signal: ahead,
            standard_error: if explanation == "signal" { 0.0 } else { 0.01 },
        }
    }

    fn tested() -> Vec<ExplanationArea> {
        vec![
            area("attention", 0.18, -0.04),
            area("saliency", 0.29, 0.07),
            area("gradient-x-input", 0.31, 0.09),
            area("integrated-gradients", 0.27, 0.05),
            area("occlusion", 0.33, 0.11),
            area("signal", 0.22, 0.0),
        ]
    }

    #[test]
    fn the_largest_area_wins_among_what_can_be_shown() {
        let areas = tested();
        let winner = |task| ExplanationChoice::winner(task, &areas).map(|area| area.explanation.as_str());
        assert_eq!(winner(Task::OnOff), Some("saliency"));
        // Saliency of a change has no picture.
        assert_eq!(winner(Task::Change), Some("integrated-gradients"));
        assert_eq!(winner(Task::Tracks), None);
    }

    #[test]
    fn of_equal_areas_the_first_wins() {
        let areas = [area("integrated-gradients", 0.2, 0.0), area("saliency", 0.2, 0.0)];
        let winner = ExplanationChoice::winner(Task::OnOff, &areas).expect("one");
        assert_eq!(winner.explanation, "integrated-gradients");
    }

    #[test]
    fn signal_and_chance_explain_nothing_so_they_never_win() {
        let areas = [area("signal", 0.9, 0.0), area("random", 0.8, -0.1)];
        assert_eq!(ExplanationChoice::winner(Task::OnOff, &areas), None);
    }

    #[test]
    fn to_beat_signal_the_95_percent_interval_must_lie_above_0() {
        assert!(area("saliency", 0.3, 0.0197).beats_signal());
        for ahead in [0.0196, 0.01, 0.0, -0.5] {
            assert!(!area("saliency", 0.3, ahead).beats_signal(), "{ahead}");
        }
        assert!(!area("signal", 0.3, 0.0).beats_signal());
    }

    #[test]
    fn a_choice_keeps_three_decimals_and_says_what_is_wrong_with_it() {
        let mut areas = tested();
        areas[1].area = 0.290_49;
        areas[5].ahead_of_signal = -0.000_01;
        let choice = ExplanationChoice::new(
            (&areas[1], &areas),
            Contrast::Zero,
            200,
            "validation genes of K562".to_owned(),
            1,
        );
        assert_eq!((choice.best.as_str(), choice.areas[1]), ("saliency", 0.29));
        assert!(choice.ahead_of_signal[5].is_sign_positive());
        assert_eq!(choice.area("occlusion"), Some(areas[4].clone()));
        assert_eq!((choice.area("motifs"), choice.problem()), (None, None));
        let short = ExplanationChoice {
            areas: vec![0.1],
            ..choice.clone()
        };
        assert!(
            short
                .problem()
                .expect("one area")
                .contains("6 tested explanations with 1 areas")
        );
        let other = ExplanationChoice {
            best: "motifs".to_owned(),
            ..choice
        };
        assert!(other.problem().expect("no motifs").contains("motifs"));
    }
}
