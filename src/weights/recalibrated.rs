//! Recalibrates a model on one half of genes of known class, and tests it on the other half.

use serde_json::{Map, Value};

use super::{Problem, WeightFile, WeightsError, card, container};
use crate::task::confidence::{Calibration, Classes, Reliability, Unfit};

/// A recalibrated model, with its scores on genes that the calibration was not fitted to.
#[derive(Debug)]
pub struct Recalibrated {
    /// The model file.
    pub weights: Vec<u8>,
    /// Name of the model in its card: the previous one, and the file of the genes.
    pub name: String,
    /// Its calibration, whose `test` has the scores on the other half of genes.
    pub calibration: Calibration,
    /// Scores of the previous calibration on the same genes.
    pub before: Reliability,
}

/// The reason why a model cannot be recalibrated.
#[derive(Debug, thiserror::Error)]
pub enum NoCalibration {
    /// Too few genes, or genes of one class.
    #[error("{file}: {unfit}")]
    Genes {
        /// File of the genes.
        file: String,
        /// The reason.
        unfit: Unfit,
    },
    /// The model file could not be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

impl WeightFile {
    /// Calibrates a model on a random half of genes of known class, stratified by class, and compares the previous
    /// calibration and the new one on the other half. `bytes` are the model's file, which errors call `file`; `of` is
    /// the file of the genes. Weights are not changed, to the byte, nor are other fields of the card, except its name,
    /// and scores on cell types, which depend on the probabilities.
    ///
    /// # Errors
    /// [`NoCalibration`].
    pub fn recalibrated(
        file: &str,
        bytes: &[u8],
        genes: &Classes,
        of: &str,
        seed: u64,
    ) -> Result<Recalibrated, NoCalibration> {
        let halves = genes.halved(seed).map_err(|unfit| NoCalibration::Genes {
            file: of.to_owned(),
            unfit,
        })?;
        let damaged = |problem: Problem| problem.of(file);
        let mut card = card_of(bytes).map_err(damaged)?;
        let [half, other] = halves;
        let before = match card.remove("calibration") {
            None => None,
            Some(before) => Some(serde_json::from_value(before).map_err(malformed).map_err(damaged)?),
        };
        let (mut calibration, conformal) = half.calibrated(seed, &half_of(of));
        calibration.test = Some(other.compared(Some(&calibration)));
        card.remove("transfer");
        let name = name_of(card.get("name").and_then(Value::as_str).unwrap_or_default(), file, of);
        card.insert("name".to_owned(), name.as_str().into());
        card.insert("format_version".to_owned(), card::FORMAT_VERSION.into());
        let written = || {
            card.insert(
                "calibration".to_owned(),
                serde_json::to_value(&calibration).map_err(malformed)?,
            );
            card.insert(
                "conformal".to_owned(),
                serde_json::to_value(&conformal).map_err(malformed)?,
            );
            container::with_text(bytes, card::KEY, Value::Object(card).to_string())
        };
        Ok(Recalibrated {
            weights: written().map_err(damaged)?,
            name,
            before: other.compared(before.as_ref()),
            calibration,
        })
    }
}

/// Names one half of the genes of a file, for cards.
pub fn half_of(file: &str) -> String {
    format!("one half of the genes of {file}")
}

/// "LSTM-α,β, K562, calibrated on my.csv"; a second calibration replaces the first.
fn name_of(name: &str, file: &str, genes: &str) -> String {
    const CALIBRATED: &str = ", calibrated on ";
    let name = if name.is_empty() { file } else { name };
    let name = name.split_once(CALIBRATED).map_or(name, |(name, _)| name);
    format!("{}{CALIBRATED}{genes}", name.trim_end_matches(".safetensors"))
}

fn card_of(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    let header = container::Header::read(&bytes, "a model file")?;
    let text = header.metadata.get(card::KEY).ok_or(Problem::NoCard)?;
    serde_json::from_str(text).map_err(malformed)
}

fn malformed(error: serde_json::Error) -> Problem {
    Problem::Card {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_model_gets_a_calibration_of_half_of_the_genes_and_keeps_its_weights() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/attentive-chrome-k562.safetensors");
        let bytes = std::fs::read(file).unwrap();
        // Four times as sure as the classes are.
        let z: Vec<f64> = (0..400).map(|gene| f64::from(gene % 40 - 20) / 2.0).collect();
        let labels = z.iter().zip(0..).map(|(z, gene)| {
            let share = 1.0 / (1.0 + (-z / 4.0).exp());
            f64::from(gene / 40) < 10.0 * share - 0.5
        });
        let genes = Classes {
            labels: labels.collect(),
            log_odds: z,
        };
        let found = WeightFile::recalibrated("k562", &bytes, &genes, "own.csv", 1).unwrap();
        let figures = found.calibration.test.clone().unwrap();
        assert_eq!((found.calibration.genes, figures.n), (200, 200));
        assert!(figures.brier < found.before.brier, "{figures:?}");
        assert!(figures.calibration_error < found.before.calibration_error);
        let [before, after] = [&bytes, &found.weights].map(|bytes| WeightFile::read("model", bytes).unwrap());
        assert_eq!(after.tensors, before.tensors);
        let card = after.card;
        assert_eq!(card.calibration.as_ref(), Some(&found.calibration));
        assert_eq!(found.calibration.data, "one half of the genes of own.csv");
        assert_eq!(card.conformal.unwrap().genes, 200);
        assert!(card.transfer.is_empty() && !before.card.transfer.is_empty());
        assert_eq!(card.name, format!("{}, calibrated on own.csv", before.card.name));
        assert_eq!(card.name, found.name);
        assert_eq!(
            (card.metrics, card.training),
            (before.card.metrics, before.card.training)
        );

        let again = WeightFile::recalibrated("k562", &found.weights, &genes, "other.csv", 1).unwrap();
        assert_eq!(again.name, format!("{}, calibrated on other.csv", before.card.name));
        assert_eq!(name_of("", "mine.safetensors", "a.csv"), "mine, calibrated on a.csv");

        let few = Classes {
            log_odds: genes.log_odds[..99].to_vec(),
            labels: genes.labels[..99].to_vec(),
        };
        let error = WeightFile::recalibrated("k562", &bytes, &few, "own.csv", 1)
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "own.csv: found 99 genes; expected at least 100, 50 in either half. Give more genes"
        );
    }
}
