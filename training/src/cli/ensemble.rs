//! Several models of the same tables as one: the mean of what they predict, and how far they are apart.

use std::path::PathBuf;

use regulens::engine::{Batch, DeviceKind, Predictions, Prepared};
use regulens::interpret::deletion::Outcome;
use regulens::task::Score;
use regulens::weights::{ModelCard, WeightFile};
use serde::Serialize;

use super::error::CliError;
use super::files;
use super::runner::Runner;

/// The predictions of a list of models; of one model, its own.
pub struct Together {
    /// The mean of log-odds or of log2 fold changes, and of α and β where every member has the same rows of them.
    pub mean: Predictions,
    /// The members' predictions around it; none of one model.
    pub spread: Option<Spread>,
    /// The log-odds or log2 fold changes that each member is scored by, `[N]`; none of one model.
    pub members: Vec<Vec<f32>>,
}

/// The spread of the members' predictions, `[N]` each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spread {
    /// The predictions' column, such as `probability`.
    pub column: &'static str,
    /// Sample standard deviations.
    pub sd: Vec<f32>,
    /// The lowest predictions.
    pub low: Vec<f32>,
    /// The highest.
    pub high: Vec<f32>,
}

/// A score, with the members' where several models make it.
#[derive(Debug)]
pub struct Measured<S> {
    /// The score of the mean.
    pub mean: S,
    /// Each member's, in the order of the models; none of one model.
    pub members: Vec<S>,
}

/// The same with the members' files, as programs read it: the object of the mean, with `members` beside its figures.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct NamedScores<'a, S: Score> {
    #[serde(flatten)]
    mean: &'a S,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<Member<'a, S>>,
}

/// The score of a member.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
struct Member<'a, S: Score> {
    /// The file that it is in, as it was named.
    model: String,
    #[serde(flatten)]
    score: &'a S,
}

/// Reads model files that can predict together, at least one.
///
/// # Errors
/// Where two are of different tasks, marks, bins or transforms; each is named. Also where one of several reads
/// sequences.
pub fn read(paths: &[PathBuf]) -> Result<Vec<WeightFile>, CliError> {
    let models = paths
        .iter()
        .map(|path| files::model(path))
        .collect::<Result<Vec<_>, _>>()?;
    for (at, model) in models.iter().enumerate().skip(1) {
        if let Some(difference) = difference(&models[0].card, &model.card) {
            let [first, second] = [&paths[0], &paths[at]].map(|path| path.display());
            return Err(CliError::Usage(format!(
                "{first} and {second} cannot predict together: {difference}. Give models of the same task, marks, bins \
                 and transform"
            )));
        }
        if model.card.takes_sequences() {
            return Err(CliError::Usage(format!(
                "found {} models of sequences; only models of tables predict together. Give one --model",
                models.len()
            )));
        }
        if let Some(before) = models[..at].iter().position(|before| before.sha256 == model.sha256) {
            let [before, again] = [before, at].map(|at| paths[at].display());
            eprintln!("warning: {before} and {again} are the same model: it counts twice in the mean");
        }
    }
    Ok(models)
}

/// Places every model on the device.
pub fn place(models: Vec<WeightFile>, device: DeviceKind) -> Result<Vec<Runner>, CliError> {
    models.into_iter().map(|model| Runner::new(model, device)).collect()
}

/// The first thing that keeps two models from one mean.
fn difference(a: &ModelCard, b: &ModelCard) -> Option<String> {
    let transform = |card: &ModelCard| {
        serde_json::to_string(&card.transform).unwrap_or_else(|error| unreachable!("a name and numbers: {error}"))
    };
    let of = |card: &ModelCard| {
        [
            ("the task", card.task.to_string()),
            ("the marks", card.marks.join(", ")),
            ("the bins", card.bins.to_string()),
            ("the bins", card.geometry().to_string()),
            ("the transform", transform(card)),
        ]
    };
    let pairs = of(a).into_iter().zip(of(b));
    let mut different = pairs.filter(|((_, a), (_, b))| a != b);
    let ((name, a), (_, b)) = different.next()?;
    Some(format!("{name} of the first: {a}; of the second: {b}"))
}

/// Predicts with every model. The marks and bins of all are those that the table was prepared for.
pub fn predict(models: &mut [Runner], prepared: &Prepared) -> Result<Together, CliError> {
    if let [model] = models {
        return Ok(Together {
            mean: model.predict(prepared)?,
            spread: None,
            members: Vec::new(),
        });
    }
    let all = models
        .iter_mut()
        .map(|model| model.predict(prepared))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Together {
        mean: mean(&all),
        spread: Some(spread(&all)),
        members: all.into_iter().map(|one| score(one.values)).collect(),
    })
}

/// The outcome that the models of a batch predict.
fn outcome(values: &Batch) -> Outcome {
    let has = |outcome: &Outcome| !values.predicted(*outcome).is_empty();
    [Outcome::Probability, Outcome::FoldChange]
        .into_iter()
        .find(has)
        .unwrap_or(Outcome::Level)
}

/// The values that a member is scored by.
fn score(values: Batch) -> Vec<f32> {
    let outcome = outcome(&values);
    values.score(outcome)
}

fn mean(all: &[Predictions]) -> Predictions {
    let first = &all[0];
    let same = |names: fn(&Predictions) -> &Vec<String>| {
        let all_same = all.iter().all(|one| names(one) == names(first));
        if all_same { names(first).clone() } else { Vec::new() }
    };
    let (rows, columns) = (same(|one| &one.rows), same(|one| &one.columns));
    let auxiliary = same(|one| &one.auxiliary);
    let of = |values: fn(&Batch) -> &Vec<f32>| means(all, values);
    let logit = means64(all, |batch| &batch.logit);
    let of_same = |names: &[String], values: fn(&Batch) -> &Vec<f32>| match names.is_empty() {
        true => Vec::new(),
        false => means(all, values),
    };
    Predictions {
        values: Batch {
            probability: logit.iter().map(|z| (1.0 / (1.0 + (-z).exp())) as f32).collect(),
            logit: logit.iter().map(|&z| z as f32).collect(),
            fold_change: of(|batch| &batch.fold_change),
            level: of(|batch| &batch.level),
            expression: of(|batch| &batch.expression),
            alpha: of_same(&rows, |batch| &batch.alpha),
            beta: of_same(&columns, |batch| &batch.beta),
            auxiliary_alpha: of_same(&auxiliary, |batch| &batch.auxiliary_alpha),
            auxiliary_beta: of_same(&auxiliary, |batch| &batch.auxiliary_beta),
        },
        rows,
        columns,
        auxiliary,
        ..first.clone()
    }
}

/// The means of numbers that every member has; none where one has them not.
fn means(all: &[Predictions], values: fn(&Batch) -> &Vec<f32>) -> Vec<f32> {
    means64(all, values).into_iter().map(|value| value as f32).collect()
}

fn means64(all: &[Predictions], values: fn(&Batch) -> &Vec<f32>) -> Vec<f64> {
    let length = values(&all[0].values).len();
    if all.iter().any(|one| values(&one.values).len() != length) {
        return Vec::new();
    }
    let mut sums = vec![0.0_f64; length];
    for one in all {
        for (sum, &value) in sums.iter_mut().zip(values(&one.values)) {
            *sum += f64::from(value);
        }
    }
    sums.into_iter().map(|sum| sum / all.len() as f64).collect()
}

fn spread(all: &[Predictions]) -> Spread {
    let outcome = outcome(&all[0].values);
    let mut spread = Spread {
        column: outcome.name(),
        ..Spread::default()
    };
    for gene in 0..all[0].genes.len() {
        let of_gene = all.iter().map(|one| one.values.predicted(outcome)[gene]);
        let (_, sd) = mean_and_sd(&of_gene.clone().map(f64::from).collect::<Vec<_>>());
        spread.sd.push(sd as f32);
        spread.low.push(of_gene.clone().fold(f32::INFINITY, f32::min));
        spread.high.push(of_gene.fold(f32::NEG_INFINITY, f32::max));
    }
    spread
}

/// The mean of some numbers and their sample standard deviation, which is 0 of one number.
pub fn mean_and_sd(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0).max(1.0)).sqrt())
}

impl<S: Score> Measured<S> {
    /// Scores what models predict together, and each of them, by what `score` makes of log-odds or fold changes.
    ///
    /// # Errors
    /// Where a score is not defined.
    pub fn of(together: Together, score: impl Fn(&[f32]) -> Result<S, CliError>) -> Result<Self, CliError> {
        let members = together.members.iter().map(|values| score(values));
        Ok(Self {
            members: members.collect::<Result<_, CliError>>()?,
            mean: score(&self::score(together.mean.values))?,
        })
    }

    /// With the files of the members.
    pub fn named<'a>(&'a self, models: &[PathBuf]) -> NamedScores<'a, S> {
        let members = self.members.iter().zip(models);
        NamedScores {
            mean: &self.mean,
            members: members
                .map(|(score, model)| Member {
                    model: model.display().to_string(),
                    score,
                })
                .collect(),
        }
    }
}

impl<S: Score> NamedScores<'_, S> {
    /// The members' headlines and their mean with its standard deviation, a line each; nothing of one model.
    pub fn text(&self) -> String {
        if self.members.is_empty() {
            return String::new();
        }
        let headlines: Vec<f64> = self.members.iter().map(|member| member.score.headline()).collect();
        let (mean, sd) = mean_and_sd(&headlines);
        let members = self.members.iter().zip(&headlines);
        let lines: String = members
            .map(|(member, headline)| format!("  {} {headline:.4}  {}\n", S::HEADLINE, member.model))
            .collect();
        format!(
            "{} models by themselves: {} {mean:.4} ± {sd:.4} (mean ± standard deviation)\n{lines}",
            headlines.len(),
            S::HEADLINE
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(logit: f32, rows: &str, beta: f32) -> Predictions {
        Predictions {
            genes: vec!["G".to_owned()],
            marks: vec!["H3K4me3".to_owned()],
            rows: vec![rows.to_owned()],
            columns: vec!["H3K4me3".to_owned()],
            auxiliary: Vec::new(),
            bins: 1,
            values: Batch {
                probability: vec![1.0 / (1.0 + (-logit).exp())],
                logit: vec![logit],
                alpha: vec![1.0],
                beta: vec![beta],
                ..Batch::default()
            },
        }
    }

    #[test]
    fn log_odds_are_averaged_and_probabilities_spread() {
        let all = [member(-1.0, "H3K4me3", 0.25), member(3.0, "H3K4me3", 0.75)];
        let mean = mean(&all);
        assert_eq!(
            (mean.values.logit[0], mean.values.beta[0], mean.values.alpha[0]),
            (1.0, 0.5, 1.0)
        );
        assert!((mean.values.probability[0] - 0.731_058_6).abs() < 1e-6);
        let spread = spread(&all);
        assert_eq!(spread.column, "probability");
        let [low, high] = [spread.low[0], spread.high[0]];
        assert!((low - 0.268_941_4).abs() < 1e-6 && (high - 0.952_574_1).abs() < 1e-6);
        // The sample standard deviation of two numbers is their distance over the root of 2.
        assert!((spread.sd[0] - (high - low) / 2.0_f32.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn attention_of_other_rows_has_no_mean() {
        let mean = mean(&[member(-1.0, "H3K4me3", 0.25), member(3.0, "all marks", 0.75)]);
        assert!(mean.rows.is_empty() && mean.values.alpha.is_empty());
        assert_eq!(mean.values.beta, [0.5]);
    }

    #[test]
    fn the_first_difference_of_two_cards_is_said() {
        let card = |marks: &[&str], bins| {
            let marks = marks.iter().map(|&mark| mark.to_owned()).collect();
            ModelCard::new("attentive-chrome", "lstm", marks, bins)
        };
        let first = card(&["A", "B"], 4);
        assert_eq!(difference(&first, &first.clone()), None);
        for (second, said) in [
            (
                card(&["B", "A"], 4),
                "the marks of the first: A, B; of the second: B, A",
            ),
            (card(&["A", "B"], 5), "the bins of the first: 4; of the second: 5"),
        ] {
            assert_eq!(difference(&first, &second).unwrap(), said);
        }
        let mut second = first.clone();
        second.transform.scale = Some(vec![2.0]);
        assert!(difference(&first, &second).unwrap().starts_with("the transform"));
    }
}
