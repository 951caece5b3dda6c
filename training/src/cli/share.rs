//! `--on`: the share of genes that is on, which calibrated probabilities assume.

use clap::Args;
use regulens::task::confidence::Calibration;
use regulens::weights::ModelCard;

use super::error::CliError;

/// The flag of commands that predict whether genes are on.
#[derive(Debug, Clone, Args)]
pub struct ShareFlag {
    /// Share of your genes that are on, if known; replaces the share among the calibration genes in calibrated
    /// probabilities and their spread. Cannot be combined with --coverage
    #[arg(long, value_name = "SHARE", conflicts_with = "coverage")]
    on: Option<f64>,
}

impl ShareFlag {
    /// Refuses the flag for models that are not on/off models.
    ///
    /// # Errors
    /// If the flag is given.
    pub fn refuse(&self) -> Result<(), CliError> {
        if self.on.is_none() {
            return Ok(());
        }
        Err(CliError::Usage(
            "--on applies to on/off models; this one predicts something else. Leave it out".to_owned(),
        ))
    }

    /// Changes the calibration of a card to the given share.
    ///
    /// # Errors
    /// If the model is not calibrated, or the share is outside (0, 1).
    pub fn apply(&self, card: &mut ModelCard) -> Result<(), CliError> {
        let Some(share) = self.on else {
            return Ok(());
        };
        let Some(calibration) = &card.calibration else {
            return Err(CliError::Usage(format!(
                "--on: {} is not calibrated, so that its probabilities assume no particular share. Run `regulens \
                 calibrate confidence` on genes that were not used in training",
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
