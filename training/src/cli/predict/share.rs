//! The share of genes that is on, as calibrated probabilities assume it.

use regulens::weights::ModelCard;

use crate::cli::error::CliError;

/// Lets the calibration of a card assume another share of genes on than that of its own genes: signal says of a gene
/// what it said, and log-odds move by what the shares are apart (Saerens, Latinne and Decaestecker 2002).
pub fn assume(card: &mut ModelCard, share: f64) -> Result<(), CliError> {
    if !(share > 0.0 && share < 1.0) {
        return Err(CliError::Usage(format!(
            "--on {share}: expected a share between 0 and 1, such as 0.6"
        )));
    }
    let Some(calibration) = &mut card.calibration else {
        return Err(CliError::Usage(format!(
            "--on: {} is not calibrated, so that its probabilities assume no particular share. Run `regulens \
                calibrate confidence` on genes that were not used in training",
            card.name
        )));
    };
    let shift = log_odds(share) - log_odds(calibration.on);
    calibration.offset += shift;
    for [_, probability] in &mut calibration.knots {
        *probability = 1.0 / (1.0 + (-(log_odds(*probability) + shift)).exp());
    }
    calibration.on = share;
    Ok(())
}

fn log_odds(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
mod tests {
    use regulens::task::confidence::{Calibration, CalibrationMethod};

    use super::*;

    #[test]
    fn steps_move_by_as_much_as_log_odds_do_and_sure_ones_stay() {
        let mut card = ModelCard::new("attentive-chrome", "lstm", vec!["H3K4me3".to_owned()], 100);
        card.calibration = Some(Calibration {
            method: CalibrationMethod::Isotonic,
            slope: 1.0,
            offset: 0.0,
            knots: vec![[-1.0, 0.0], [0.0, 0.5], [2.0, 1.0]],
            genes: 1000,
            on: 0.5,
            data: String::new(),
            compared: Vec::new(),
            test: None,
        });
        assume(&mut card, 0.8).unwrap();
        let calibration = card.calibration.unwrap();
        let steps: Vec<f64> = calibration.knots.iter().map(|&[_, p]| p).collect();
        assert!(
            steps[0] == 0.0 && (steps[1] - 0.8).abs() < 1e-12 && steps[2] == 1.0,
            "{steps:?}"
        );
        assert_eq!(calibration.on, 0.8);
    }
}
