//! Learning rate schedules.

use std::f64::consts::PI;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Schedule of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateForm {
    /// Stays as it is, as in the manuscript
    Constant,
    /// Falls by --decay-factor each --decay-every steps, as in the report's code
    Staircase,
    /// Falls to nothing along half a cosine over all epochs
    Cosine,
}

/// A learning rate schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Peak learning rate.
    pub highest: f64,
    /// Its schedule after the warm-up.
    pub form: RateForm,
    /// Steps of linear warm-up.
    pub warm_up: usize,
    /// Staircase: factor per stage.
    pub factor: f64,
    /// Staircase: steps per stage.
    pub every: usize,
}

impl Rate {
    /// The rate at `step`, counted from 0, of `steps` in all.
    pub fn at(&self, step: usize, steps: usize) -> f64 {
        let rising = match self.warm_up {
            0 => 1.0,
            warm_up => ((step + 1) as f64 / warm_up as f64).min(1.0),
        };
        let falling = match self.form {
            RateForm::Constant => 1.0,
            RateForm::Staircase => self.factor.powf((step / self.every) as f64),
            RateForm::Cosine => 0.5 * (1.0 + (PI * step as f64 / steps as f64).cos()),
        };
        self.highest * rising * falling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(form: RateForm, warm_up: usize) -> Rate {
        Rate {
            highest: 0.5,
            form,
            warm_up,
            factor: 0.2,
            every: 10,
        }
    }

    #[test]
    fn a_staircase_falls_at_once_and_stays() {
        let rate = rate(RateForm::Staircase, 0);
        let found = [0, 9, 10, 19, 20].map(|step| rate.at(step, 100));
        let expected = [0.5, 0.5, 0.1, 0.1, 0.02];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn a_cosine_falls_from_the_highest_to_nothing() {
        let rate = rate(RateForm::Cosine, 0);
        assert_eq!(rate.at(0, 100), 0.5);
        assert!((rate.at(50, 100) - 0.25).abs() < 1e-12);
        assert!(rate.at(99, 100) < 1e-3 && rate.at(99, 100) > 0.0);
    }

    #[test]
    fn a_rate_warms_up_evenly() {
        let rate = rate(RateForm::Constant, 5);
        let found = [0, 1, 4, 5].map(|step| rate.at(step, 100));
        assert_eq!(found, [0.1, 0.2, 0.5, 0.5]);
    }
}
