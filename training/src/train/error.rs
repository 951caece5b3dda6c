//! Errors that stop a training.

/// A run that cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// The loss is not finite.
    #[error("the loss became {loss} in epoch {epoch}, step {step}; {remedy}")]
    Diverged {
        /// Counted from 1.
        epoch: usize,
        /// Counted from 1.
        step: usize,
        /// Value of the loss.
        loss: f64,
        /// Possible remedy.
        remedy: &'static str,
    },
    /// Predictions are not finite.
    #[error("the model gives no numbers for the validation data after epoch {epoch}; {remedy}")]
    ScoresDiverged {
        /// Counted from 1.
        epoch: usize,
        /// Possible remedy.
        remedy: &'static str,
    },
    /// All predictions on validation data are equal.
    #[error(
        "all {of} get {what}, to a millionth: nothing was learned, and no model is written; {remedy}. The finished \
         epochs are kept: --resume --allow-constant writes the model all the same, and without --resume they must be \
         deleted first"
    )]
    Constant {
        /// Validation data, with their number.
        of: String,
        /// The prediction.
        what: String,
        /// Possible remedy.
        remedy: &'static str,
    },
    /// Labels of one class, which cannot be ranked.
    #[error("all validation genes have the same label, so that no AUROC exists; give a validation table with both")]
    OneClass,
}
