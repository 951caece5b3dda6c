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
        /// Value of the loss.
        loss: f64,
        /// Possible remedy.
        remedy: &'static str,
    },
    /// Weights that give no numbers any more.
    #[error("predictions for the validation data after epoch {epoch} are not numbers; {remedy}")]
    ScoresDiverged {
        /// Counted from 1.
        epoch: usize,
        /// Possible remedy.
        remedy: &'static str,
    },
    /// All validation data are predicted alike.
    #[error(
        "all {of} get {what} (within 1e-6): nothing was learned, and no model is written; {remedy}. The finished \
            epochs are kept: --resume --allow-constant writes the model anyway; to train without --resume, delete \
            them first"
    )]
    Constant {
        /// Validation data, with their number.
        of: String,
        /// Prediction that they all get.
        what: String,
        /// Possible remedy.
        remedy: &'static str,
    },
    /// Only one class is there to rank.
    #[error(
        "all validation genes have the same label, so that AUROC is undefined; give a validation table with \
        both classes"
    )]
    OneClass,
}
