//! The list of files that ship with the page, with their hashes: `models/catalogue.json`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Problem;
use super::card::{CellType, ModelCard, TESTED_AS};
use super::{WeightFile, WeightsError, hash};

/// The version of the catalogue that this program writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The shipped files. A file that it does not list is called unverified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The version of the catalogue's format, see [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The trained models.
    #[serde(default)]
    pub models: Vec<ModelEntry>,
    /// The example tables.
    #[serde(default)]
    pub examples: Vec<ExampleEntry>,
}

/// A shipped model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelEntry {
    /// What links and saved settings call it.
    pub id: String,
    /// The file, relative to the catalogue.
    pub file: String,
    /// Its card's name.
    pub name: String,
    /// Its card's family.
    pub family: String,
    /// Its card's variant.
    pub variant: String,
    /// Its card's cell type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_type: Option<CellType>,
    /// Its card's second cell type, of a model of the change from the first to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell_type_b: Option<CellType>,
    /// Whether its training data were simulated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// Area under the ROC curve on the test genes, to four decimals, where its card has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_auroc: Option<f64>,
    /// The simple predictor that does best on the same genes, where its card has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_simple: Option<SimplePredictor>,
    /// Pearson's correlation on the test genes, to four decimals, of a model of a change whose card has one; of a model
    /// of tracks the mean on the test sequences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_pearson: Option<f64>,
    /// The simple predictor of changes, or of tracks, that does best on the same genes or sequences, where its card has
    /// any.
    #[serde(default, skip_serializing_if = "Option::is_none", alias = "best_simple_change")]
    pub best_simple_pearson: Option<SimplePearson>,
    /// The file's length.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The same weights in int8, where that file ships too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub int8: Option<Int8Entry>,
}

/// A simple predictor's score on a model's test genes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimplePredictor {
    /// The predictor, such as `logistic regression on counts`.
    pub name: String,
    /// Area under the ROC curve, to four decimals.
    pub auroc: f64,
}

/// A simple predictor's score on the test genes of a model of a change, or the test sequences of a model of tracks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimplePearson {
    /// The predictor, such as `ridge on binned log ratio`.
    pub name: String,
    /// Pearson's correlation, to four decimals.
    pub pearson: f64,
}

/// A shipped model's weights in int8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Int8Entry {
    /// The file, relative to the catalogue.
    pub file: String,
    /// The file's length.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Its own area under the ROC curve on the test genes, where it was measured with these weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_auroc: Option<f64>,
    /// Its own correlation on the test genes of a change, where it was measured with these weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_pearson: Option<f64>,
}

/// A shipped example: a table, or two of them where a model of a change is to run on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleEntry {
    /// What links and saved settings call it.
    pub id: String,
    /// The file, relative to the catalogue.
    pub file: String,
    /// A name for people.
    pub name: String,
    /// What is in it.
    pub description: String,
    /// Whether the values were simulated.
    pub simulated: bool,
    /// The file's length.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The family whose models read it: `basenji` of a sequence, nothing of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The table of the second cell type, or what was measured along a sequence, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub b: Option<SecondFile>,
}

/// The second file of an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFile {
    /// The file, relative to the catalogue.
    pub file: String,
    /// The file's length.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self {
            format_version: FORMAT_VERSION,
            models: Vec::new(),
            examples: Vec::new(),
        }
    }
}

impl Catalogue {
    /// Reads a catalogue. `file` names it in errors.
    ///
    /// # Errors
    /// [`Problem::Catalogue`] for a later version, two entries of one id, a path that leaves the catalogue's folder, or
    /// a hash that is none.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, WeightsError> {
        let read = || {
            let catalogue: Self = serde_json::from_slice(bytes).map_err(|error| problem(error.to_string()))?;
            catalogue.check()?;
            Ok(catalogue)
        };
        read().map_err(|problem: Problem| problem.of(file))
    }

    /// The catalogue as JSON, one field a line, for the repository.
    pub fn to_json(&self) -> String {
        // Texts and numbers only: nothing in it can fail to be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    fn check(&self) -> Result<(), Problem> {
        if self.format_version > FORMAT_VERSION {
            return Err(problem(format!(
                "format version {}; expected {FORMAT_VERSION} or earlier",
                self.format_version
            )));
        }
        let models = self.models.iter().map(|entry| (&entry.id, &entry.file, &entry.sha256));
        let examples = self
            .examples
            .iter()
            .map(|entry| (&entry.id, &entry.file, &entry.sha256));
        let mut ids = BTreeSet::new();
        for (id, ..) in models.clone().chain(examples.clone()) {
            if !ids.insert(id) {
                return Err(problem(format!("two entries `{id}`; expected ids of their own")));
            }
        }
        let int8 = self.models.iter().filter_map(|entry| {
            let Int8Entry { file, sha256, .. } = entry.int8.as_ref()?;
            Some((&entry.id, file, sha256))
        });
        let second = self.examples.iter().filter_map(|entry| {
            let SecondFile { file, sha256, .. } = entry.b.as_ref()?;
            Some((&entry.id, file, sha256))
        });
        for (id, file, sha256) in models.chain(examples).chain(int8).chain(second) {
            let stays = !file.contains([':', '\\']) && file.split('/').all(|part| !matches!(part, "" | "." | ".."));
            if !stays {
                return Err(problem(format!(
                    "the file `{file}` for `{id}`; expected a path below the catalogue"
                )));
            }
            if sha256.len() != 64 || !sha256.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(problem(format!(
                    "the SHA-256 `{sha256}` for `{id}`; expected 64 hexadecimal digits"
                )));
            }
        }
        Ok(())
    }
}

fn problem(reason: String) -> Problem {
    Problem::Catalogue { reason }
}

/// The simple predictor of the card with the highest AUROC; of equal ones the first.
fn best_simple(card: &ModelCard) -> Option<SimplePredictor> {
    let baselines = &card.metrics.as_ref()?.baselines;
    let best = baselines
        .iter()
        .rev()
        .max_by(|a, b| a.score.auroc.total_cmp(&b.score.auroc))?;
    Some(SimplePredictor {
        name: best.name.clone(),
        auroc: rounded(best.score.auroc),
    })
}

/// The card's AUROC on the test genes, to four decimals.
fn test_auroc(card: &ModelCard) -> Option<f64> {
    Some(rounded(card.metrics.as_ref()?.test.as_ref()?.auroc))
}

/// The simple predictor of changes, or of tracks, with the highest correlation; of equal ones the first.
fn best_simple_pearson(card: &ModelCard) -> Option<SimplePearson> {
    let of_change = card.change_metrics.iter().flat_map(|of| &of.baselines);
    let of_tracks = card.track_metrics.iter().flat_map(|of| &of.baselines);
    let named: Vec<(&str, f64)> = of_change
        .map(|one| (one.name.as_str(), one.score.pearson))
        .chain(of_tracks.map(|one| (one.name.as_str(), one.score.pearson)))
        .collect();
    let best = named.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(SimplePearson {
        name: best.0.to_owned(),
        pearson: rounded(best.1),
    })
}

/// The card's correlation on the test genes of a change, or of tracks on test sequences, to four decimals.
fn test_pearson(card: &ModelCard) -> Option<f64> {
    let of_change = card.change_metrics.as_ref().and_then(|of| of.test.as_ref());
    let of_tracks = card.track_metrics.as_ref().and_then(|of| of.test.as_ref());
    let pearson = of_change.map(|score| score.pearson);
    Some(rounded(pearson.or_else(|| of_tracks.map(|score| score.pearson))?))
}

/// Four decimals: what is listed is for people, and reads back as the same number.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

impl ModelEntry {
    /// The entry of a model file with these bytes, which [`WeightFile::read`] gave `model` for.
    pub fn new(id: &str, file: &str, bytes: &[u8], model: &WeightFile) -> Self {
        Self {
            id: id.to_owned(),
            file: file.to_owned(),
            name: model.card.name.clone(),
            family: model.card.family.clone(),
            variant: model.card.variant.clone(),
            cell_type: model.card.cell_type.clone(),
            cell_type_b: model.card.cell_type_b.clone(),
            simulated: model.card.simulated,
            test_auroc: test_auroc(&model.card),
            best_simple: best_simple(&model.card),
            test_pearson: test_pearson(&model.card),
            best_simple_pearson: best_simple_pearson(&model.card),
            bytes: bytes.len() as u64,
            sha256: model.sha256.clone(),
            int8: None,
        }
    }

    /// That these bytes are the listed file.
    ///
    /// # Errors
    /// [`Problem::Length`], [`Problem::Hash`].
    pub fn verify(&self, bytes: &[u8]) -> Result<(), WeightsError> {
        verify_listed(&self.file, bytes, self.bytes, &self.sha256)
    }
}

impl Int8Entry {
    /// The entry of a file of int8 weights with these bytes, which [`WeightFile::read`] gave `model` for.
    pub fn new(file: &str, bytes: &[u8], model: &WeightFile) -> Self {
        // A card that was only copied has the figures of the weights before they were rounded.
        let own = model.card.extra.get(TESTED_AS) == Some(&"i8".into());
        Self {
            file: file.to_owned(),
            bytes: bytes.len() as u64,
            sha256: model.sha256.clone(),
            test_auroc: test_auroc(&model.card).filter(|_| own),
            test_pearson: test_pearson(&model.card).filter(|_| own),
        }
    }

    /// That these bytes are the listed file.
    ///
    /// # Errors
    /// [`Problem::Length`], [`Problem::Hash`].
    pub fn verify(&self, bytes: &[u8]) -> Result<(), WeightsError> {
        verify_listed(&self.file, bytes, self.bytes, &self.sha256)
    }
}

impl ExampleEntry {
    /// That these bytes are the listed file.
    ///
    /// # Errors
    /// [`Problem::Length`], [`Problem::Hash`].
    pub fn verify(&self, bytes: &[u8]) -> Result<(), WeightsError> {
        verify_listed(&self.file, bytes, self.bytes, &self.sha256)
    }
}

impl SecondFile {
    /// That these bytes are the listed file.
    ///
    /// # Errors
    /// [`Problem::Length`], [`Problem::Hash`].
    pub fn verify(&self, bytes: &[u8]) -> Result<(), WeightsError> {
        verify_listed(&self.file, bytes, self.bytes, &self.sha256)
    }
}

/// The length before the hash: a page in place of a file is told without hashing it.
fn verify_listed(file: &str, bytes: &[u8], expected: u64, sha256: &str) -> Result<(), WeightsError> {
    let found = bytes.len() as u64;
    if found != expected {
        return Err(Problem::Length { found, expected }.of(file));
    }
    verify(file, bytes, sha256)
}

/// That a file has the SHA-256 it should have, in digits of either case.
///
/// # Errors
/// [`Problem::Hash`], which names both.
pub fn verify(file: &str, bytes: &[u8], expected: &str) -> Result<(), WeightsError> {
    let found = hash::sha256(bytes);
    if found.eq_ignore_ascii_case(expected.trim()) {
        return Ok(());
    }
    let expected = expected.trim().to_owned();
    Err(Problem::Hash { found, expected }.of(file))
}
