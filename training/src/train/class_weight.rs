//! Class weights of the loss.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Weight of genes that are on, relative to genes that are off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ClassWeight {
    /// The ratio of genes off to genes on, so that both classes have equal weight.
    Balanced,
    /// This factor.
    Times(f64),
}

impl Default for ClassWeight {
    fn default() -> Self {
        Self::Times(1.0)
    }
}

impl ClassWeight {
    /// The weights of genes that are off and on, with a mean of 1 over genes with these labels, so that the learning
    /// rate keeps its meaning. Like scikit-learn's `class_weight`.
    pub fn of(self, labels: &[bool]) -> [f64; 2] {
        let on = labels.iter().filter(|&&on| on).count() as f64;
        let off = labels.len() as f64 - on;
        let times = match self {
            Self::Balanced if on > 0.0 => off / on,
            Self::Balanced => 1.0,
            Self::Times(times) => times,
        };
        let weight = (on + off) / (off + times * on);
        match weight.is_finite() {
            true => [weight, times * weight],
            false => [1.0, 1.0],
        }
    }
}

impl FromStr for ClassWeight {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<f64>() {
            _ if text == "balanced" => Ok(Self::Balanced),
            Ok(times) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => Err(format!("`{text}` is neither `balanced` nor a finite number above zero")),
        }
    }
}

impl fmt::Display for ClassWeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Balanced => f.write_str("balanced"),
            Self::Times(times) => times.fmt(f),
        }
    }
}

impl TryFrom<String> for ClassWeight {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ClassWeight> for String {
    fn from(weight: ClassWeight) -> Self {
        weight.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_a_mean_of_one_and_the_ratio_that_was_asked_for() {
        let labels = [true, false, false, false];
        for (asked, ratio) in [("balanced", 3.0), ("1", 1.0), ("5.5", 5.5)] {
            let weight: ClassWeight = asked.parse().unwrap();
            let [off, on] = weight.of(&labels);
            assert!((on / off - ratio).abs() < 1e-12, "{asked}: {off}, {on}");
            assert!((on + 3.0 * off - 4.0).abs() < 1e-12, "{asked}: {off}, {on}");
            assert_eq!(weight.to_string(), asked);
        }
        assert_eq!(ClassWeight::Balanced.of(&[false, false]), [1.0, 1.0]);
        assert!("0".parse::<ClassWeight>().is_err() && "heavy".parse::<ClassWeight>().is_err());
    }
}
