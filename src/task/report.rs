//! Scores of models in cards, for all tasks.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Agreement of predictions with measurements over one set of examples.
pub trait Score: Debug + Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// Examples of a set: `genes` or `sequences`.
    const SET: &'static str;

    /// Counted unit of a set: `gene` or `bin`.
    const COUNTED: &'static str;

    /// The metric by which predictors are compared; higher is better.
    const HEADLINE: &'static str;

    /// True if the measurement is compared with itself, which gives an upper bound of a model's score.
    const CEILINGS: bool = false;

    /// Score of a seed in a card.
    type Seed: Serialize + DeserializeOwned + From<SeedScore<Self>> + Into<SeedScore<Self>>;

    /// Number of examples; 0 if not recorded.
    fn n(&self) -> usize;

    /// The metric named by [`HEADLINE`](Self::HEADLINE).
    fn headline(&self) -> f64;

    /// All metrics with their names, the headline first.
    fn columns(&self) -> Vec<(&'static str, f64)>;

    /// 95 % confidence interval of the headline, as a sentence; `None` if not known.
    fn interval(&self) -> Option<String> {
        None
    }

    /// 95 % confidence interval of the headline, lower and upper end; `None` if not known.
    fn range(&self) -> Option<(f64, f64)> {
        None
    }

    /// Numbers of examples in a class and predicted in it, in words; `None` without classes.
    fn calls(&self) -> Option<String> {
        None
    }

    /// Problem of the predictions that the metrics do not show, as a sentence.
    fn warning(&self) -> Option<String> {
        None
    }

    /// Score of the best simple predictor on the same test examples, as the beginning of a sentence.
    fn beside(&self, best: &Named<Self>) -> String;

    /// The same with the 95 % confidence interval of the paired difference, if recorded.
    fn paired(&self, _best: &Named<Self>) -> Option<String> {
        None
    }

    /// The same with the significance of the difference by this score's own interval.
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

/// Notes of earlier versions on the interval of an AUROC, and their correction.
const OF_HALF: [&str; 2] = [
    "(Hanley and McNeil 1982): smaller differences mean nothing here.",
    "(Hanley and McNeil 1982) if half of them are on; how many are was not recorded.",
];

/// Beginnings of notes of earlier versions that compared scores without intervals.
const TOLD_BEFORE: [&str; 2] = [
    "This model beats the best simple predictor",
    "This model does not beat the best simple predictor",
];

/// Words of later notes, which used a score's own interval, for an AUROC as if half of the genes were on.
const COMPARED_BEFORE: &str = " the interval: ";

/// Scores of a model on held-out data.
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
    /// On validation examples, which selected the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<S>,
    /// On test examples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<S>,
    /// Trainings from other seeds, this one included.
    pub seeds: Vec<SeedScore<S>>,
    /// Simpler predictors on the same test examples.
    pub baselines: Vec<Named<S>>,
    /// Agreement of the measurement with itself, such as of two halves of its fragments.
    #[serde(skip_serializing_if = "left_out")]
    pub ceilings: Vec<Named<S>>,
}

/// Score of one seed.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedScore<S: Score> {
    /// The seed.
    pub seed: u64,
    /// Training loss on the validation examples at the selected epoch, if recorded.
    pub validation_loss: Option<f64>,
    /// The headline metric on the validation examples.
    pub validation: f64,
    /// Score on the test examples at the same epoch.
    pub test: Option<S>,
}

/// Score of a named predictor or comparison on the same test examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Named{S}"))]
#[serde(bound = "")]
pub struct Named<S: Score> {
    /// The predictor, such as `logistic regression`, or the comparison.
    pub name: String,
    /// Its score.
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

/// In cards a seed has the form of its task.
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

/// Score of a seed in a card, with Pearson correlation as headline.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{S}Seed"))]
#[serde(bound = "")]
pub struct PearsonSeed<S: Score> {
    /// The seed.
    seed: u64,
    /// Training loss on the validation examples at the selected epoch, if recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validation_loss: Option<f64>,
    /// Pearson correlation on the validation examples.
    #[cfg_attr(feature = "schema", schemars(range(min = -1, max = 1)))]
    validation_pearson: f64,
    /// Score on the test examples at the same epoch.
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

/// Returns true if a card omits the ceilings: cards of other tasks have no such field.
fn left_out<S: Score>(ceilings: &[Named<S>]) -> bool {
    ceilings.is_empty() && !S::CEILINGS
}

impl<S: Score> Report<S> {
    /// The simple predictor with the highest headline; the last of equal ones.
    pub fn best_baseline(&self) -> Option<&Named<S>> {
        let by_headline = |a: &&Named<S>, b: &&Named<S>| a.score.headline().total_cmp(&b.score.headline());
        self.baselines.iter().max_by(by_headline)
    }

    /// Updates notes of earlier versions on intervals and the best simple predictor from the scores.
    pub fn retell(&self, notes: &mut [String]) {
        let scored = self.test.as_ref().zip(self.best_baseline());
        for note in notes {
            let compares = note.contains(COMPARED_BEFORE) || TOLD_BEFORE.iter().any(|before| note.starts_with(before));
            if let Some(begin) = note.strip_suffix(OF_HALF[0]) {
                *note = format!("{begin}{}", OF_HALF[1]);
            } else if let (true, Some((test, best))) = (compares, scored) {
                *note = test.compared(best);
            }
        }
    }

    /// Interpretation of the scores and their limits, in sentences; `joined` is true for the score of an ensemble of
    /// all seeds.
    pub fn verdict(&self, joined: bool) -> Vec<String> {
        let Some(test) = &self.test else {
            return vec![format!("Not scored on test {}.", S::SET)];
        };
        let warning = test.warning().map(|warning| format!("On test {}, {warning}", S::SET));
        let mut notes: Vec<String> = warning.into_iter().chain(test.interval()).collect();
        let tested = self.seeds.iter().filter_map(|seed| seed.test.as_ref());
        let seeds: Vec<f64> = tested.map(S::headline).collect();
        if seeds.len() > 1 {
            let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
            let lowest = seeds.iter().copied().fold(f64::MAX, f64::min);
            let highest = seeds.iter().copied().fold(f64::MIN, f64::max);
            let this = if joined {
                "this is their mean"
            } else {
                "validation chose this one"
            };
            notes.push(format!(
                "{} seeds: test {} {mean:.3} on average, from {lowest:.3} to {highest:.3}; {this}.",
                seeds.len(),
                S::HEADLINE
            ));
        }
        if let Some(best) = self.best_baseline() {
            notes.push(test.paired(best).unwrap_or_else(|| test.compared(best)));
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
            auprc: Some(0.5),
            ..OnOffScore::default()
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

    fn named<S: Score>(name: &str, score: S) -> Named<S> {
        Named {
            name: name.to_owned(),
            score,
        }
    }

    #[test]
    fn a_verdict_says_what_is_chance_what_seeds_differ_by_and_what_was_beaten() {
        let of_a_few = OnOffScore {
            on: Some(8),
            called_on: Some(0),
            n: 129,
            ..scored(0.9)
        };
        let beside = |difference: f64| OnOffScore {
            difference: Some(difference),
            difference_low: Some(difference - 0.02),
            difference_high: Some(difference + 0.02),
            ..scored(0.9 + difference)
        };
        let report = Report {
            test: Some(of_a_few),
            seeds: vec![seed(1, 0.8), seed(2, 0.9)],
            baselines: vec![named("the worse", beside(-0.05)), named("the better", beside(-0.006))],
            ..Report::default()
        };
        let [called, chance, seeds, beaten] = &report.verdict(false)[..] else {
            panic!("{:?}", report.verdict(false));
        };
        assert!(
            called.starts_with("On test genes, all 129 genes are called off"),
            "{called}"
        );
        assert_eq!(
            chance,
            "With 129 test genes, of which 8 are on, the 95 % interval of AUROC is 0.717 to 0.966 (Hanley and McNeil \
                1982, Newcombe 2006)."
        );
        assert!(
            seeds.contains("test AUROC 0.850 on average, from 0.800 to 0.900"),
            "{seeds}"
        );
        assert_eq!(
            beaten,
            "The best simple predictor on the same test genes, the better, has AUROC 0.894, -0.006 to this model's \
                (95 % interval of the difference on the same genes -0.026 to +0.014, DeLong 1988): neither is better."
        );
        for (difference, meaning) in [
            (0.05, "it is better."),
            (-0.05, "this model is better."),
            (0.0, "neither is better."),
        ] {
            let told = of_a_few.paired(&named("x", beside(difference))).unwrap();
            assert!(told.ends_with(meaning), "{told}");
        }
        assert_eq!(
            Report::<OnOffScore>::default().verdict(false),
            ["Not scored on test genes."]
        );
        assert_eq!(
            Report::<TrackScore>::default().verdict(false),
            ["Not scored on test sequences."]
        );
    }

    #[test]
    fn notes_that_took_half_of_the_genes_for_on_are_told_anew() {
        let told = |before: &str| {
            let mut notes = vec![before.to_owned(), "Another note.".to_owned()];
            let report = Report {
                test: Some(scored(0.9)),
                baselines: vec![named("x", scored(0.89))],
                ..Report::default()
            };
            report.retell(&mut notes);
            assert_eq!(notes[1], "Another note.");
            notes.swap_remove(0)
        };
        let compared = "The best simple predictor on the same test genes, x, has AUROC 0.890: no interval of the \
            difference is known.";
        for before in [
            "This model beats the best simple predictor on the same test genes, x with AUROC 0.890.",
            "The best simple predictor on the same test genes, x, has AUROC 0.890, below the interval: this model is \
                better.",
        ] {
            assert_eq!(told(before), compared);
        }
        assert_eq!(
            told(
                "With 200 test genes the 95 % interval of AUROC is about ±0.044 (Hanley and McNeil 1982): smaller \
                    differences mean nothing here."
            ),
            "With 200 test genes the 95 % interval of AUROC is about ±0.044 (Hanley and McNeil 1982) if half of them \
                are on; how many are was not recorded."
        );
    }

    #[test]
    fn a_difference_inside_the_interval_of_a_correlation_is_no_verdict() {
        let change = |pearson: f64| ChangeScore {
            n: 200,
            pearson,
            ..ChangeScore::default()
        };
        for (best, meaning) in [
            (0.57, "in the interval: neither is better."),
            (0.56, "below the interval: this model is better."),
            (0.73, "above the interval: it is better."),
        ] {
            let note = change(0.65).compared(&named("ridge", change(best)));
            assert!(note.ends_with(meaning), "{best}: {note}");
        }
        let tracks = |pearson: f64| TrackScore {
            n: 1000,
            pearson,
            ..TrackScore::default()
        };
        let note = tracks(0.7).compared(&named("ridge", tracks(0.6)));
        assert!(note.ends_with("no interval of the difference is known."), "{note}");
    }

    #[test]
    fn each_task_keeps_its_reports_under_its_own_names() {
        fn again<S: Score>(text: &str) {
            let report: Report<S> = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&report).unwrap(), text);
        }
        again::<OnOffScore>(
            r#"{"test":{"n":2,"auroc":0.5,"auprc":0.25},"seeds":[{"seed":3,"validation_auroc":0.5,"test_auroc":0.75,"test_auprc":0.5},{"seed":4,"validation_auroc":0.5}],"baselines":[{"name":"a","auroc":0.5,"auprc":0.25,"difference":0.1,"difference_low":-0.1,"difference_high":0.3}]}"#,
        );
        again::<OnOffScore>(
            r#"{"test":{"n":2,"on":1,"called_on":2,"auroc":0.5,"auprc":0.25,"accuracy":0.5,"brier":0.25,"log_loss":0.7},"seeds":[],"baselines":[]}"#,
        );
        let read = |score: &str| serde_json::from_str::<OnOffScore>(score).map_err(|error| error.to_string());
        assert_eq!(read(r#"{"auroc":0.5,"n":null,"later":[]}"#).unwrap().n, 0);
        for (score, problem) in [
            (r#"{"auprc":0.5}"#, "missing field `auroc`"),
            (r#"{"auroc":"0.5"}"#, "`auroc` is \"0.5\"; expected a number"),
            (r#"{"auroc":0.5,"brier":[1]}"#, "`brier` is [1]; expected a number"),
        ] {
            assert!(read(score).unwrap_err().starts_with(problem), "{score}");
        }
        again::<OnOffScore>(r#"{"seeds":[{"seed":3,"validation_auroc":0.5,"test_auroc":0.75}],"baselines":[]}"#);
        again::<ChangeScore>(
            r#"{"seeds":[{"seed":3,"validation_pearson":0.5,"test":{"n":2,"pearson":0.5,"spearman":0.5,"r2":0.25,"mse":2.0}}],"baselines":[{"name":"a","n":2,"pearson":0.5,"spearman":0.5,"r2":0.25,"mse":2.0,"sign_accuracy":0.5}]}"#,
        );
        again::<TrackScore>(
            r#"{"seeds":[{"seed":3,"validation_loss":0.5,"validation_pearson":0.5}],"baselines":[],"ceilings":[{"name":"a","n":0,"pearson":0.5,"log_pearson":0.5,"r2":0.25}]}"#,
        );
        again::<TrackScore>(r#"{"seeds":[],"baselines":[],"ceilings":[]}"#);
    }
}
