//! Contrasts, and the symmetric form of a change, as flags name them.

use clap::Args;
use regulens::task::{Contrast, Task};
use regulens::weights::WeightFile;

use super::error::CliError;

/// Which form of a change is meant.
#[derive(Debug, Clone, Args)]
pub struct SymmetricFlag {
    /// Form of a change model: true for (f(A, B) - f(B, A)) / 2, which is 0 for identical tables and changes sign when
    /// A and B are swapped; false for f(A, B), as published [default: from the model card]
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    pub symmetric: Option<bool>,
}

impl SymmetricFlag {
    /// Puts the choice into the card, from which engines take it.
    pub fn apply(&self, weights: &mut WeightFile) -> Result<(), CliError> {
        let Some(symmetric) = self.symmetric else {
            return Ok(());
        };
        if weights.card.task != Task::Change {
            return Err(CliError::Usage(format!(
                "--symmetric applies to change models, which read two cell types; {} reads one. Leave it out",
                weights.card.name
            )));
        }
        weights.card.symmetric.get_or_insert_default().default = symmetric;
        Ok(())
    }
}

/// The contrast of a name, for `value_parser`.
pub fn contrast(text: &str) -> Result<Contrast, String> {
    // Names of before that replaced bins.
    if text == "mean" {
        return Ok(Contrast::GeneMean);
    }
    let known = Contrast::ALL.into_iter().find(|contrast| contrast.name() == text);
    known.ok_or_else(|| {
        let names: Vec<&str> = Contrast::ALL.iter().map(|contrast| contrast.name()).collect();
        format!("`{text}` is not a contrast; expected one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contrast_goes_by_its_name_and_no_other_name_is_taken() {
        for each in Contrast::ALL {
            assert_eq!(contrast(each.name()), Ok(each));
        }
        assert!(
            contrast("nothing")
                .expect_err("not a contrast")
                .contains("zero, class-mean")
        );
    }
}
