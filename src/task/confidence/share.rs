//! The share of genes that is on, which calibrated probabilities assume.

use super::Calibration;

/// A share of on that cannot be assumed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoShare {
    /// It is no share.
    #[error("found {0}; expected a share between 0 and 1, such as 0.6")]
    Share(f64),
    /// The calibration had genes of one class.
    #[error("the calibration had genes of one class only; expected both. Run `regulens calibrate confidence` on both")]
    OneClass,
}

impl Calibration {
    /// The same map for genes of which another share is on: all log-odds move by the difference of the shares' log-odds
    /// (Saerens, Latinne and Decaestecker, 2002). This assumes that the signal of genes that are on, and of those that
    /// are off, is distributed as in the calibration.
    ///
    /// # Errors
    /// [`NoShare`].
    pub fn assuming(&self, share: f64) -> Result<Self, NoShare> {
        let is_inside = |share: f64| share > 0.0 && share < 1.0;
        if !is_inside(share) {
            return Err(NoShare::Share(share));
        }
        if !is_inside(self.on) {
            return Err(NoShare::OneClass);
        }
        let shift = log_odds(share) - log_odds(self.on);
        let moved = |&[z, p]: &[f64; 2]| [z, 1.0 / (1.0 + (-(log_odds(p) + shift)).exp())];
        Ok(Self {
            offset: self.offset + shift,
            knots: self.knots.iter().map(moved).collect(),
            on: share,
            ..self.clone()
        })
    }
}

fn log_odds(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
mod tests {
    use super::super::CalibrationMethod;
    use super::*;

    #[test]
    fn steps_move_by_as_much_as_log_odds_do_and_sure_ones_stay() {
        let steps = Calibration {
            method: CalibrationMethod::Isotonic,
            slope: 1.0,
            offset: 0.0,
            knots: vec![[-1.0, 0.0], [0.0, 0.5], [2.0, 1.0]],
            genes: 1000,
            on: 0.5,
            data: String::new(),
            compared: Vec::new(),
            test: None,
        };
        let moved = steps.assuming(0.8).unwrap();
        let knots: Vec<f64> = moved.knots.iter().map(|&[_, p]| p).collect();
        assert!(
            knots[0] == 0.0 && (knots[1] - 0.8).abs() < 1e-12 && knots[2] == 1.0,
            "{knots:?}"
        );
        assert_eq!((moved.on, moved.problem()), (0.8, None));
        let back = moved.assuming(0.5).unwrap();
        assert!((back.knots[1][1] - 0.5).abs() < 1e-12 && back.offset.abs() < 1e-12);
        for share in [0.0, 1.0, -0.1, f64::NAN] {
            assert!(matches!(steps.assuming(share), Err(NoShare::Share(_))), "{share}");
        }
        let of_one_class = Calibration { on: 1.0, ..steps };
        assert_eq!(of_one_class.assuming(0.5), Err(NoShare::OneClass));
    }
}
