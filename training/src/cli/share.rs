//! `--on`: the share of genes that is on, which calibrated probabilities assume.

use clap::Args;
use regulens::task::confidence::Calibration;
use regulens::weights::ModelCard;

use super::error::CliError;

/// The flag of commands that predict whether genes are on.
#[derive(Debug, Clone, Args)]
pub struct ShareFlag {
    /// The share of your genes that is on, where you know it: calibrated probabilities and their spread assume it in
    /// place of the share of the genes that the model was calibrated on. Sets of --coverage hold for that share alone
    #[arg(long, value_name = "SHARE", conflicts_with = "coverage")]
    on: Option<f64>,
}

impl ShareFlag {
    /// Refuses the flag for models of another task than whether genes are on.
    ///
    /// # Errors
    /// Where it is given.
    pub fn refuse(&self) -> Result<(), CliError> {
        if self.on.is_none() {
            return Ok(());
        }
        Err(CliError::Usage(
            "--on is for models of whether genes are on; this one predicts something else. Leave it out".to_owned(),
        ))
    }

    /// Has the calibration of a card assume the share.
    ///
    /// # Errors
    /// Where the model was not calibrated, or the share is none.
    pub fn apply(&self, card: &mut ModelCard) -> Result<(), CliError> {
        let Some(share) = self.on else {
            return Ok(());
        };
        let Some(calibration) = &card.calibration else {
            return Err(CliError::Usage(format!(
                "--on: {} was not calibrated, so that its probabilities assume no share. Run `regulens calibrate \
                 confidence` on genes that it has not seen",
                card.name
            )));
        };
        let assumed: Calibration = calibration
            .assuming(share)
            .map_err(|why| CliError::Usage(format!("--on: {why}")))?;
        card.calibration = Some(assumed);
        Ok(())
    }
}
