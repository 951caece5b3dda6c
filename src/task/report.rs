//! How well a model does, in the form that cards keep: one for every task.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How predictions compare with measurements over one set of examples.
pub trait Score: Debug + Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// What a set is made of: `genes` or `sequences`.
    const SET: &'static str;

    /// What is counted in a set: `gene` or `bin`.
    const COUNTED: &'static str;

    /// The figure that predictors are compared by, the higher the better.
    const HEADLINE: &'static str;

    /// Whether the measurement is compared with itself, so that a report says how far a model can get.
    const CEILINGS: bool = false;

    /// What a card keeps of a seed.
    type Seed: Serialize + DeserializeOwned + From<SeedScore<Self>> + Into<SeedScore<Self>>;

    /// How many were compared; 0 where it was not recorded.
    fn n(&self) -> usize;

    /// The figure that [`HEADLINE`](Self::HEADLINE) names.
    fn headline(&self) -> f64;

    /// Every figure with its name, the headline first.
    fn columns(&self) -> Vec<(&'static str, f64)>;

    /// The 95 % interval of the headline on so many test examples, as a sentence; none where no interval is known.
    fn interval(&self) -> Option<String> {
        None
    }

    /// The 95 % interval of the headline, from its lower to its upper end; none where none is known.
    fn range(&self) -> Option<(f64, f64)> {
        None
    }

    /// What the best simple predictor on the same test examples reaches, as the beginning of a sentence.
    fn beside(&self, best: &Named<Self>) -> String;

    /// The same with what the difference means: nothing inside the interval.
    fn compared(&self, best: &Named<Self>) -> String {
        let theirs = best.score.headline();
        let meaning = match self.range() {
            None => ": no interval of the difference is known",
            Some((low, high)) if (low..=high).contains(&theirs) => ", in the interval: neither is better",
            Some(_) if theirs < self.headline() => ", below the interval: this model is better",
            Some(_) => ", above the interval: it is better",
        };
        format!("{}{meaning}.", self.beside(best))
    }
}

/// How notes of earlier versions began that told who was higher, whatever the interval.
const TOLD_BEFORE: [&str; 2] = [
    "This model beats the best simple predictor",
    "This model does not beat the best simple predictor",
];

/// How well a model does on data that it was not fitted to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(
        rename = "{S}Report",
        bound = "S: schemars::JsonSchema, S::Seed: schemars::JsonSchema"
    )
)]
#[serde(default, bound = "")]
pub struct Report<S: Score> {
    /// On the examples that chose the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<S>,
    /// On examples that chose nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<S>,
    /// The same training from other seeds, this one included.
    pub seeds: Vec<SeedScore<S>>,
    /// Simpler predictors on the same test examples.
    pub baselines: Vec<Named<S>>,
    /// How far the measurement agrees with itself, such as one half of its fragments with the other.
    #[serde(skip_serializing_if = "left_out")]
    pub ceilings: Vec<Named<S>>,
}

/// What one seed reached.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedScore<S: Score> {
    /// The seed.
    pub seed: u64,
    /// The loss that was trained, on the validation examples, at the chosen epoch; where it was recorded.
    pub validation_loss: Option<f64>,
    /// The headline there.
    pub validation: f64,
    /// On the test examples, at the same epoch.
    pub test: Option<S>,
}

/// What a predictor or a comparison that has a name reached on the same test examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Named{S}"))]
#[serde(bound = "")]
pub struct Named<S: Score> {
    /// The predictor, such as `logistic regression`, or the comparison.
    pub name: String,
    /// How it did.
    #[serde(flatten)]
    pub score: S,
}

impl<S: Score> Serialize for SeedScore<S> {
    fn serialize<To: Serializer>(&self, to: To) -> Result<To::Ok, To::Error> {
        S::Seed::from(self.clone()).serialize(to)
    }
}

impl<'de, S: Score> Deserialize<'de> for SeedScore<S> {
    fn deserialize<From: Deserializer<'de>>(from: From) -> Result<Self, From::Error> {
        S::Seed::deserialize(from).map(Into::into)
    }
}

/// In cards a seed has the form that its task keeps.
#[cfg(feature = "schema")]
impl<S: Score> schemars::JsonSchema for SeedScore<S>
where
    S::Seed: schemars::JsonSchema,
{
    fn schema_name() -> std::borrow::Cow<'static, str> {
        S::Seed::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        S::Seed::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        S::Seed::json_schema(generator)
    }
}

/// A seed as cards keep it where the headline is Pearson's correlation.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{S}Seed"))]
#[serde(bound = "")]
pub struct PearsonSeed<S: Score> {
    /// The seed.
    seed: u64,
    /// The loss that was trained, on the validation examples, at the chosen epoch; where it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validation_loss: Option<f64>,
    /// Pearson's correlation there.
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    validation_pearson: f64,
    /// On the test examples, at the same epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    test: Option<S>,
}

impl<S: Score> From<SeedScore<S>> for PearsonSeed<S> {
    fn from(score: SeedScore<S>) -> Self {
        Self {
            seed: score.seed,
            validation_loss: score.validation_loss,
            validation_pearson: score.validation,
            test: score.test,
        }
    }
}

impl<S: Score> From<PearsonSeed<S>> for SeedScore<S> {
    fn from(kept: PearsonSeed<S>) -> Self {
        Self {
            seed: kept.seed,
            validation_loss: kept.validation_loss,
            validation: kept.validation_pearson,
            test: kept.test,
        }
    }
}

/// Whether a card leaves out its ceilings: cards of other tasks have no such field.
fn left_out<S: Score>(ceilings: &[Named<S>]) -> bool {
    ceilings.is_empty() && !S::CEILINGS
}

impl<S: Score> Report<S> {
    /// The simple predictor with the highest headline; of equal ones the last.
    pub fn best_baseline(&self) -> Option<&Named<S>> {
        let by_headline = |a: &&Named<S>, b: &&Named<S>| a.score.headline().total_cmp(&b.score.headline());
        self.baselines.iter().max_by(by_headline)
    }

    /// Notes of a card with what earlier versions told of the best simple predictor told anew, from the scores.
    pub fn retell(&self, notes: &mut [String]) {
        let Some((test, best)) = self.test.as_ref().zip(self.best_baseline()) else {
            return;
        };
        for note in notes {
            if TOLD_BEFORE.iter().any(|before| note.starts_with(before)) {
                *note = test.compared(best);
            }
        }
    }

    /// What the scores do and do not show, in sentences.
    pub fn verdict(&self) -> Vec<String> {
        let Some(test) = &self.test else {
            return vec![format!("Not scored on test {}.", S::SET)];
        };
        let mut notes = Vec::from_iter(test.interval());
        let tested = self.seeds.iter().filter_map(|seed| seed.test.as_ref());
        let seeds: Vec<f64> = tested.map(S::headline).collect();
        if seeds.len() > 1 {
            let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
            let lowest = seeds.iter().copied().fold(f64::MAX, f64::min);
            let highest = seeds.iter().copied().fold(f64::MIN, f64::max);
            notes.push(format!(
                "{} seeds: test {} {mean:.3} on average, from {lowest:.3} to {highest:.3}; validation chose this one.",
                seeds.len(),
                S::HEADLINE
            ));
        }
        if let Some(best) = self.best_baseline() {
            notes.push(test.compared(best));
        }
        if let Some(ceiling) = self.ceilings.first() {
            notes.push(format!(
                "The measurement agrees with itself to a Pearson correlation of {:.3} ({}).",
                ceiling.score.headline(),
                ceiling.name
            ));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::change::ChangeScore;
    use crate::task::on_off::OnOffScore;
    use crate::task::tracks::TrackScore;

    fn scored(auroc: f64) -> OnOffScore {
        OnOffScore {
            n: 200,
            auroc,
            auprc: 0.5,
        }
    }

    fn seed(seed: u64, auroc: f64) -> SeedScore<OnOffScore> {
        SeedScore {
            seed,
            validation_loss: None,
            validation: auroc,
            test: Some(scored(auroc)),
        }
    }

    #[test]
    fn a_verdict_says_what_is_chance_what_seeds_differ_by_and_what_was_beaten() {
        let report = Report {
            test: Some(scored(0.9)),
            seeds: vec![seed(1, 0.8), seed(2, 0.9)],
            baselines: [0.85, 0.9]
                .map(|auroc| Named {
                    name: format!("predictor of {auroc}"),
                    score: scored(auroc),
                })
                .to_vec(),
            ..Report::default()
        };
        let [chance, seeds, beaten] = &report.verdict()[..] else {
            panic!("{:?}", report.verdict());
        };
        assert!(
            chance.starts_with("With 200 test genes the 95 % interval of AUROC is about ±0.04"),
            "{chance}"
        );
        assert!(
            seeds.contains("test AUROC 0.850 on average, from 0.800 to 0.900"),
            "{seeds}"
        );
        assert_eq!(
            beaten,
            "The best simple predictor on the same test genes, predictor of 0.9, has AUROC 0.900, in the interval: \
                neither is better."
        );
        assert_eq!(Report::<OnOffScore>::default().verdict(), ["Not scored on test genes."]);
        assert_eq!(
            Report::<TrackScore>::default().verdict(),
            ["Not scored on test sequences."]
        );
    }

    #[test]
    fn a_difference_inside_the_interval_is_no_verdict_and_notes_of_before_are_told_anew() {
        let told = |auroc: f64, best: f64| {
            let mut notes = vec![
                "This model beats the best simple predictor on the same test genes, x with AUROC 0.958.".to_owned(),
                "Another note.".to_owned(),
            ];
            let report = Report {
                test: Some(scored(auroc)),
                baselines: vec![Named {
                    name: "x".to_owned(),
                    score: scored(best),
                }],
                ..Report::default()
            };
            report.retell(&mut notes);
            assert_eq!(notes[1], "Another note.");
            notes.swap_remove(0)
        };
        // Hanley and McNeil give an AUROC of 0.9 on 100 genes that are on and 100 that are off an interval of ±0.0444.
        for (auroc, best, meaning) in [
            (0.90, 0.856, "neither is better"),
            (0.90, 0.944, "neither is better"),
            (0.90, 0.855, "below the interval: this model is better"),
            (0.90, 0.945, "above the interval: it is better"),
        ] {
            let note = told(auroc, best);
            assert!(note.contains(meaning), "{auroc} {best}: {note}");
            assert!(!note.contains("beat"), "{note}");
        }
        let tracks = |pearson: f64| TrackScore {
            n: 1000,
            pearson,
            ..TrackScore::default()
        };
        let best = Named {
            name: "ridge".to_owned(),
            score: tracks(0.6),
        };
        let note = tracks(0.7).compared(&best);
        assert!(note.ends_with("no interval of the difference is known."), "{note}");
    }

    #[test]
    fn each_task_keeps_its_reports_under_its_own_names() {
        fn again<S: Score>(text: &str) {
            let report: Report<S> = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&report).unwrap(), text);
        }
        again::<OnOffScore>(
            r#"{"test":{"n":2,"auroc":0.5,"auprc":0.25},"seeds":[{"seed":3,"validation_auroc":0.5,"test_auroc":0.75,"test_auprc":0.5},{"seed":4,"validation_auroc":0.5}],"baselines":[{"name":"a","auroc":0.5,"auprc":0.25}]}"#,
        );
        again::<ChangeScore>(
            r#"{"seeds":[{"seed":3,"validation_pearson":0.5,"test":{"n":2,"pearson":0.5,"spearman":0.5,"r2":0.25,"mse":2.0}}],"baselines":[{"name":"a","n":2,"pearson":0.5,"spearman":0.5,"r2":0.25,"mse":2.0,"sign_accuracy":0.5}]}"#,
        );
        again::<TrackScore>(
            r#"{"seeds":[{"seed":3,"validation_loss":0.5,"validation_pearson":0.5}],"baselines":[],"ceilings":[{"name":"a","n":0,"pearson":0.5,"log_pearson":0.5,"r2":0.25}]}"#,
        );
        again::<TrackScore>(r#"{"seeds":[],"baselines":[],"ceilings":[]}"#);
    }
}
