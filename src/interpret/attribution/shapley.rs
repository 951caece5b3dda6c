//! Exact Shapley values of marks: each mark of each cell type is a player.

use super::super::refuse;
use super::{Attribution, AttributionInputs, Scorer};

/// Largest number of players: every subset is scored for each gene.
pub const MOST_PLAYERS: usize = 16;

/// Subsets scored in one pass.
const ROWS: usize = 1024;

pub async fn shapley<S: Scorer>(scorer: &mut S, inputs: AttributionInputs<'_>) -> Result<Attribution, S::Failure> {
    let players = inputs.shape.columns();
    if players > MOST_PLAYERS {
        return Ok(refuse(format!(
            "found {players} marks, whose Shapley values need 2^{players} predictions a gene; expected at most \
             {MOST_PLAYERS}. Take integrated-gradients, and add up over bins"
        ))?);
    }
    let subsets = 1_usize << players;
    let weights = weights(players);
    let mut values = Vec::with_capacity(inputs.genes() * players);
    for gene in 0..inputs.genes() {
        let mut scores = Vec::with_capacity(subsets);
        for first in (0..subsets).step_by(ROWS) {
            scorer.go_on().await?;
            let some = first..subsets.min(first + ROWS);
            let rows: Vec<f32> = some.clone().flat_map(|subset| mixed(&inputs, gene, subset)).collect();
            scores.extend(inputs.scores(scorer, &rows, some.len(), |_| gene).await?);
        }
        for player in 0..players {
            let without = (0..subsets).filter(|subset| subset >> player & 1 == 0);
            let value: f64 = without
                .map(|subset| {
                    let adds = f64::from(scores[subset | 1 << player]) - f64::from(scores[subset]);
                    weights[subset.count_ones() as usize] * adds
                })
                .sum();
            values.push(value as f32);
        }
    }
    Ok(inputs.end(values, Vec::new()))
}

/// Fraction of orders in which exactly `size` others precede a player: size! (n − 1 − size)! / n!.
fn weights(players: usize) -> Vec<f64> {
    let mut weights = vec![1.0 / players as f64];
    for size in 1..players {
        let before = weights[size - 1];
        weights.push(before * size as f64 / (players - size) as f64);
    }
    weights
}

/// A gene with the marks of a subset, and the baseline for all others.
fn mixed<'a>(inputs: &'a AttributionInputs<'_>, gene: usize, subset: usize) -> impl Iterator<Item = f32> + 'a {
    let columns = inputs.shape.columns();
    let [values, baseline] = inputs.gene(gene);
    let both = values.iter().zip(baseline).enumerate();
    both.map(move |(place, (&x, &from))| if subset >> (place % columns) & 1 == 1 { x } else { from })
}

#[cfg(test)]
mod tests {
    use super::super::known::{Known, SHAPE, at_once, genes};
    use super::super::{Method, Shape, attribute};
    use super::*;

    #[test]
    fn the_values_of_a_known_function_share_what_interacts_and_add_up() {
        let zero = vec![0.0; genes().len()];
        let found = at_once(attribute(
            &mut Known { asked: 0 },
            &genes(),
            &zero,
            SHAPE,
            Method::Shapley,
        ))
        .unwrap();
        assert_eq!(found.values.len(), 2 * 3);
        for (gene, got) in found.values.chunks_exact(3).enumerate() {
            let mut expected = [0.0; 3];
            for (bin, x) in genes()[gene * SHAPE.size()..][..SHAPE.size()]
                .chunks_exact(3)
                .enumerate()
            {
                let weight = (bin + 1) as f32;
                expected[0] += weight * (2.0 * x[0] + x[0] * x[1] / 2.0);
                expected[1] += weight * x[0] * x[1] / 2.0;
                expected[2] += weight * x[2].tanh();
            }
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() < 1e-4, "{got} {expected}");
            }
            assert!(found.is_complete(gene), "{:?}", found.completeness());
        }
    }

    #[test]
    fn the_weights_of_all_subsets_add_up_to_one() {
        for players in [1, 2, 5, 10, 16] {
            let mut choose = 1.0; // how many subsets of a size there are without the player
            let mut sum = 0.0;
            for (size, weight) in weights(players).into_iter().enumerate() {
                sum += choose * weight;
                choose *= (players - 1 - size) as f64 / (size + 1) as f64;
            }
            assert!((sum - 1.0).abs() < 1e-12, "{players}: {sum}");
        }
    }

    #[test]
    fn too_many_marks_are_refused() {
        let shape = Shape {
            bins: 1,
            marks: 17,
            cell_types: 1,
        };
        struct Any;
        impl Scorer for Any {
            type Failure = crate::error::Error;
            async fn scores(&mut self, _: &[f32], genes: usize) -> Result<Vec<f32>, Self::Failure> {
                Ok(vec![0.0; genes])
            }
            async fn gradient(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Self::Failure> {
                Ok(values.to_vec())
            }
        }
        let found = at_once(attribute(&mut Any, &[1.0; 17], &[0.0; 17], shape, Method::Shapley));
        let error = found.unwrap_err().to_string();
        assert!(error.contains("17 marks") && error.contains("at most 16"), "{error}");
    }
}
