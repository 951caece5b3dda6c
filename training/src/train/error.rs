//! Why a training stops.

/// A run that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// The loss is not a number any more.
    #[error("the loss became {loss} in epoch {epoch}, step {step}; {remedy}")]
    Diverged {
        /// Counted from 1.
        epoch: usize,
        /// Counted from 1.
        step: usize,
        /// What it became.
        loss: f64,
        /// What may help.
        remedy: &'static str,
    },
    /// Weights that give no numbers any more.
    #[error("the model gives no numbers for the validation data after epoch {epoch}; {remedy}")]
    ScoresDiverged {
        /// Counted from 1.
        epoch: usize,
        /// What may help.
        remedy: &'static str,
    },
    /// Only one class is there to rank.
    #[error("all validation genes have the same label, so that no AUROC exists; give a validation table with both")]
    OneClass,
}
