//! Several models of the same input as one: the mean of what they predict, and how far they are apart.

use std::path::PathBuf;

use regulens::engine::Predictions;
use regulens::interpret::deletion::Outcome;
use regulens::metrics::mean_and_sd;
use regulens::task::Score;
use regulens::weights::WeightFile;
use regulens::weights::ensemble::difference;
use serde::Serialize;

use super::error::CliError;
use super::files;

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

/// Reads model files, at least one.
///
/// # Errors
/// Those of a file.
pub fn read(paths: &[PathBuf]) -> Result<Vec<WeightFile>, CliError> {
    let models = paths
        .iter()
        .map(|path| files::model(path))
        .collect::<Result<Vec<_>, _>>()?;
    for (at, model) in models.iter().enumerate().skip(1) {
        if let Some(before) = models[..at].iter().position(|before| before.sha256 == model.sha256) {
            let [before, again] = [before, at].map(|at| paths[at].display());
            eprintln!("warning: {before} and {again} are the same model, which counts twice in the mean");
        }
    }
    Ok(models)
}

/// Joins models into one whose mean is predicted; one model stays as it is.
///
/// # Errors
/// Where two are of different tasks, marks, bins or transforms; each is named.
pub fn join(mut models: Vec<WeightFile>, paths: &[PathBuf]) -> Result<WeightFile, CliError> {
    if models.len() == 1 {
        return Ok(models.remove(0));
    }
    for (model, path) in models.iter().zip(paths).skip(1) {
        if let Some(difference) = difference(&models[0].card, &model.card) {
            return Err(CliError::Usage(format!(
                "{} and {} cannot be averaged: {difference}. Give models with the same task, marks, bins and \
                    transform (change models: and --symmetric; sequence models: window and tracks)",
                paths[0].display(),
                path.display()
            )));
        }
    }
    for (model, path) in models.iter().zip(paths) {
        let card = &model.card;
        if card.calibration.is_some() || card.conformal.is_some() || card.track_conformal.is_some() {
            eprintln!(
                "warning: {} is calibrated, but the mean of several models is not",
                path.display()
            );
        }
    }
    let joined = WeightFile::together(&models).map(|mut joined| {
        joined.card.name = format!("the mean of {} models", joined.card.members.len());
        joined
    });
    joined.map_err(|problem| CliError::Engine(problem.of(&paths[0].display().to_string()).into()))
}

/// The names of the members of models: their files, or of a file of several their seeds.
pub fn names(models: &[WeightFile], paths: &[PathBuf]) -> Vec<String> {
    let of_file = |(model, path): (&WeightFile, &PathBuf)| {
        let path = path.display();
        match model.card.members.as_slice() {
            [] => vec![path.to_string()],
            members => members
                .iter()
                .zip(1..)
                .map(|(member, number)| match member.seed {
                    Some(seed) => format!("{path}, {} of seed {seed}", member.variant),
                    None => format!("{path}, member {number}"),
                })
                .collect(),
        }
    };
    models.iter().zip(paths).flat_map(of_file).collect()
}

impl<S: Score> Measured<S> {
    /// Scores the predictions of a model, and of each member that it has, by what `score` makes of log-odds, fold
    /// changes or levels.
    ///
    /// # Errors
    /// Where a score is not defined.
    pub fn of(
        predictions: Predictions,
        outcome: Outcome,
        score: impl Fn(&[f32]) -> Result<S, CliError>,
    ) -> Result<Self, CliError> {
        let (genes, values) = (predictions.genes.len(), predictions.values);
        let members = (0..values.number_of_members(genes)).map(|member| score(&values.member(genes, member)));
        Ok(Self {
            members: members.collect::<Result<_, CliError>>()?,
            mean: score(&values.score(outcome))?,
        })
    }

    /// With the names of the members.
    pub fn named(&self, names: Vec<String>) -> NamedScores<'_, S> {
        let members = self.members.iter().zip(names);
        NamedScores {
            mean: &self.mean,
            members: members.map(|(score, model)| Member { model, score }).collect(),
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
            "{} models separately: {} {mean:.4} ± {sd:.4} (mean ± standard deviation)\n{lines}",
            headlines.len(),
            S::HEADLINE
        )
    }
}
