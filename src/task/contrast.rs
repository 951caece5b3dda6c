//! Contrasts: baselines of explanations, each with the question that it answers.

use serde::{Deserialize, Serialize};

/// Baseline of table models, by the question that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// No signal in any mark: why this prediction rather than that of a gene without signal?
    Zero,
    /// Mean profile of the training genes of the other class: what distinguishes the gene from an average gene of that
    /// class?
    ClassMean,
    /// Both cell types at their mean: why changed rather than unchanged?
    Midpoint,
    /// Each cell type with the signal of the other: why this change rather than the reverse one?
    Other,
    /// Each mark's mean over the gene's bins: where along this gene? Does not compare whole marks.
    GeneMean,
    /// Each mark's mean in the training data: why not the prediction for flat, average signal?
    TrainingMean,
}

impl Contrast {
    /// All, those of whole genes before those of positions.
    pub const ALL: [Self; 6] = [
        Self::Zero,
        Self::ClassMean,
        Self::Midpoint,
        Self::Other,
        Self::GeneMean,
        Self::TrainingMean,
    ];

    /// Its name in commands, cards and the npm package.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::ClassMean => "class-mean",
            Self::Midpoint => "midpoint",
            Self::Other => "other",
            Self::GeneMean => "gene-mean",
            Self::TrainingMean => "training-mean",
        }
    }

    /// The question that it answers.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Zero => "Why this prediction rather than that of a gene without signal?",
            Self::ClassMean => "What sets it apart from the average gene of the other class?",
            Self::Midpoint => "Why changed rather than unchanged?",
            Self::Other => "Why this change rather than the reverse one?",
            Self::GeneMean => "Where along this gene?",
            Self::TrainingMean => "What sets it apart from a flat signal at the training means?",
        }
    }

    /// Returns true if it compares positions along the gene only, not whole marks.
    pub const fn is_of_places(self) -> bool {
        matches!(self, Self::GeneMean)
    }

    /// Default contrast of a model without its own, by number of cell types.
    pub const fn usual(cell_types: usize) -> Self {
        match cell_types {
            2 => Self::Midpoint,
            _ => Self::Zero,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_card() {
        for contrast in Contrast::ALL {
            let text = serde_json::to_string(&contrast).expect("a name");
            assert_eq!(text, format!("\"{}\"", contrast.name()));
        }
    }
}
