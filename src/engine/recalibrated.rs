//! How well the probabilities of a model fit genes of known class, and a calibration on one half of these.

use super::Engine;
use crate::task::confidence::{Calibration, Classes, Reliability, Unfit};
use crate::weights::{WeightFile, WeightsError};

/// A model with a calibration of its own, and its figures on genes that this was not fitted to.
#[derive(Debug)]
pub struct Recalibrated {
    /// The model file.
    pub weights: Vec<u8>,
    /// Its calibration.
    pub calibration: Calibration,
    /// Number of genes that the calibration was fitted to.
    pub fitted: usize,
    /// The probabilities of before on the other genes.
    pub before: Reliability,
    /// Those of now on the same genes.
    pub after: Reliability,
}

/// A calibration that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NoCalibration {
    /// The genes are too few, or of one class.
    #[error("{file}: {unfit}")]
    Genes {
        /// The file that they are from.
        file: String,
        /// Their fault.
        unfit: Unfit,
    },
    /// The model file could not be read or written.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

impl Engine {
    /// Calibrates the model on one half of genes of known class, drawn at random with half of either class, and
    /// compares the probabilities of before and of after on the other half. `bytes` are the model's file, `of` is the
    /// file of the genes.
    ///
    /// # Errors
    /// [`NoCalibration`].
    pub fn recalibrated(
        &self,
        bytes: &[u8],
        genes: &Classes,
        of: &str,
        seed: u64,
    ) -> Result<Recalibrated, NoCalibration> {
        let halves = genes.halved(seed).map_err(|unfit| NoCalibration::Genes {
            file: of.to_owned(),
            unfit,
        })?;
        let [half, other] = halves;
        let (mut calibration, conformal) = half.calibrated(seed, &half_of(of));
        let before = other.compared(self.card.calibration.as_ref());
        let after = other.compared(Some(&calibration));
        calibration.test = Some(after.clone());
        let mut card = self.card.clone();
        card.forget_confidence();
        card.calibration = Some(calibration.clone());
        card.conformal = Some(conformal);
        Ok(Recalibrated {
            weights: WeightFile::with_card(&card.name, bytes, &card)?,
            calibration,
            fitted: half.labels.len(),
            before,
            after,
        })
    }
}

/// Names one half of the genes of a file, as cards have it.
pub fn half_of(file: &str) -> String {
    format!("one half of the genes of {file}")
}
