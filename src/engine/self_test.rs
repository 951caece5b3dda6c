//! Self-test: a small input that the CPU and a GPU run before the GPU's first result is used.
//!
//! In a browser an invalid shader may be skipped silently, so that zeros or stale values are returned.

use crate::weights::ModelCard;

/// Largest difference between two devices due to rounding.
pub const TOLERANCE: f32 = 1e-4;

/// Number of genes: more than one workgroup's block, and not a multiple of it.
const GENES: usize = 6;

/// Synthetic signal: counts of a fixed rule, from none to high.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfTest {
    /// [genes, T, columns].
    pub values: Vec<f32>,
    /// N.
    pub genes: usize,
}

impl SelfTest {
    /// The case for a model of these sizes.
    pub fn of(card: &ModelCard) -> Self {
        let (bins, marks) = (card.bins, card.columns());
        let mut values = Vec::with_capacity(GENES * bins * marks);
        // A linear congruential generator (constants of Numerical Recipes): the same everywhere, and without patterns
        // that could hide a wrong index.
        let mut state = 2017_u32;
        for gene in 0..GENES {
            for _ in 0..bins * marks {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let uniform = (state >> 8) as f32 / 16_777_216.0;
                // The first gene has no signal; the others reach counts of 5, 10, … 25, mostly low as in real data.
                values.push((uniform * uniform * 5.0 * gene as f32).round());
            }
        }
        Self { values, genes: GENES }
    }
}

/// A result with named outputs.
pub trait Outputs {
    /// Outputs with their names, the same for all results of a model.
    fn outputs(&self) -> Vec<(String, &[f32])>;
}

/// Largest difference between two results: absolute for values in [0, 1], relative to the larger one above. Infinite
/// for NaN, for outputs that differ in length, and for outputs that only one result has.
pub fn largest_difference(a: &impl Outputs, b: &impl Outputs) -> f32 {
    most_different(a, b).1
}

/// The output with the largest difference, and that difference as in [`largest_difference`].
pub fn most_different(a: &impl Outputs, b: &impl Outputs) -> (String, f32) {
    let (of_a, of_b) = (a.outputs(), b.outputs());
    let of_both = of_a.iter().map(|(name, values)| {
        let other = of_b.iter().find(|(other, _)| other == name);
        (
            name,
            other.map_or(f32::INFINITY, |(_, other)| difference(values, other)),
        )
    });
    let only_b = of_b
        .iter()
        .filter(|(name, _)| !of_a.iter().any(|(other, _)| other == name));
    let differences = of_both.chain(only_b.map(|(name, _)| (name, f32::INFINITY)));
    let most = differences.max_by(|(_, a), (_, b)| a.total_cmp(b));
    most.map_or((String::new(), 0.0), |(name, difference)| (name.clone(), difference))
}

/// The same of two lists of numbers.
fn difference(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return f32::INFINITY;
    }
    let mut largest = 0.0_f32;
    for (&a, &b) in a.iter().zip(b) {
        let difference = (a - b).abs() / a.abs().max(b.abs()).max(1.0);
        if difference.is_nan() {
            return f32::INFINITY;
        }
        largest = largest.max(difference);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Batch;

    fn batch(probability: f32) -> Batch {
        Batch {
            probability: vec![probability],
            logit: vec![0.0],
            alpha: vec![1.0],
            beta: vec![1.0],
            ..Batch::default()
        }
    }

    #[test]
    fn equal_results_do_not_differ() {
        assert_eq!(largest_difference(&batch(0.5), &batch(0.5)), 0.0);
    }

    #[test]
    fn zeros_from_a_skipped_shader_differ() {
        assert!(largest_difference(&batch(0.5), &batch(0.0)) > TOLERANCE);
    }

    #[test]
    fn not_a_number_differs_from_everything() {
        assert_eq!(largest_difference(&batch(f32::NAN), &batch(0.5)), f32::INFINITY);
        assert_eq!(largest_difference(&batch(f32::NAN), &batch(f32::NAN)), f32::INFINITY);
    }

    #[test]
    fn a_result_of_another_length_differs() {
        assert_eq!(largest_difference(&batch(0.5), &Batch::default()), f32::INFINITY);
    }

    #[test]
    fn the_output_that_differs_most_is_named() {
        let other = Batch {
            logit: vec![0.25],
            ..batch(0.625)
        };
        assert_eq!(most_different(&batch(0.5), &other), ("logit".to_owned(), 0.25));
    }

    #[test]
    fn the_case_has_a_silent_gene_and_deep_ones() {
        let marks = ["a", "b", "c"].map(str::to_owned).to_vec();
        let case = SelfTest::of(&ModelCard::new("attentive-chrome", "lstm-alpha-beta", marks, 33));
        assert_eq!(case.values.len(), case.genes * 33 * 3);
        assert!(case.values[..99].iter().all(|&value| value == 0.0));
        assert!(case.values.iter().any(|&value| value > 20.0));
    }
}
