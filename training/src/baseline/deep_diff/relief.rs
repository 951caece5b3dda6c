//! RReliefF: selection of values that distinguish genes with different changes.
//!
//! M. Robnik-Šikonja, I. Kononenko: Theoretical and empirical analysis of ReliefF and RReliefF. Machine Learning 53
//! (2003) 23–69, the algorithm of its figure 3. With diff(V, i, j) = |V(i) − V(j)| / (max V − min V), and d(i, j) the
//! influence of a neighbour:
//!
//! ```text
//! N_dC    = Σ diff(change) d         N_dV = Σ diff(V) d         N_dC&dV = Σ diff(change) diff(V) d
//! W(V)    = N_dC&dV / N_dC - (N_dV - N_dC&dV) / (m - N_dC)
//! ```
//!
//! Neighbours are nearest by the sum of diff over all values. d decreases as exp(−(rank / σ)²), and sums to 1 over the
//! k neighbours.
//!
//! Own implementation: no maintained crate has it.

use ndarray::{Array1, Array2, Axis};

use super::{BaselineError, Watch};
use crate::baseline::spread;

/// Number of neighbours, and decay of their influence with rank: the defaults for ranked neighbours in CORElearn, the
/// authors' program. DeepDiff's paper gives none.
const NEIGHBOURS: usize = 70;
const SIGMA: f64 = 20.0;

/// m, largest number of genes whose neighbours are used, evenly spaced in the file. Neighbours are searched among all
/// genes.
const MOST_GENES: usize = 1_000;

/// W of each column: positive if it distinguishes genes of different changes better than genes of equal changes.
pub fn weights(rows: &Array2<f64>, change: &Array1<f64>, watch: &mut Watch<'_>) -> Result<Vec<f64>, BaselineError> {
    let unit = |values: ndarray::ArrayView1<'_, f64>| {
        let low = values.iter().copied().fold(f64::MAX, f64::min);
        let high = values.iter().copied().fold(f64::MIN, f64::max);
        // A constant column distinguishes nothing: all its diffs are 0.
        let range = if high > low { high - low } else { 1.0 };
        values.mapv(|value| (value - low) / range)
    };
    let mut scaled = rows.clone();
    for mut column in scaled.axis_iter_mut(Axis(1)) {
        let unit = unit(column.view());
        column.assign(&unit);
    }
    let change = unit(change.view());
    let genes = rows.nrows();
    let influence = influence(NEIGHBOURS.min(genes - 1));
    let sampled = spread(genes, MOST_GENES);

    let mut change_apart = 0.0;
    let mut value_apart = Array1::<f64>::zeros(rows.ncols());
    let mut both_apart = Array1::<f64>::zeros(rows.ncols());
    for &gene in &sampled {
        super::go_on(watch, "ReliefF")?;
        let row = scaled.row(gene);
        let mut near: Vec<(f64, usize)> = (0..genes)
            .filter(|&other| other != gene)
            .map(|other| {
                let pairs = row.iter().zip(scaled.row(other));
                (pairs.map(|(x, y)| (x - y).abs()).sum(), other)
            })
            .collect();
        // By distance, ties in the file's order.
        near.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        for (&(_, other), d) in near.iter().zip(&influence) {
            let apart = (change[gene] - change[other]).abs();
            change_apart += apart * d;
            let pairs = row.iter().zip(scaled.row(other));
            for (((x, y), value), both) in pairs.zip(value_apart.iter_mut()).zip(both_apart.iter_mut()) {
                let diff = (x - y).abs() * d;
                *value += diff;
                *both += diff * apart;
            }
        }
    }
    let alike = sampled.len() as f64 - change_apart;
    let of = |(both, value): (&f64, &f64)| {
        // Neighbours that all have equal changes, or maximal distances, leave one of the two terms without evidence.
        let apart = if change_apart > 0.0 { both / change_apart } else { 0.0 };
        let together = if alike > 0.0 { (value - both) / alike } else { 0.0 };
        apart - together
    };
    Ok(both_apart.iter().zip(&value_apart).map(of).collect())
}

/// The columns with the largest W, at most `most`; ties go to the earlier. In the order of columns.
pub fn select(weights: &[f64], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
    order.truncate(most);
    order.sort_unstable();
    order
}

/// d of the neighbour of each rank from 1.
fn influence(neighbours: usize) -> Vec<f64> {
    let of_rank = |rank: usize| (-(rank as f64 / SIGMA).powi(2)).exp();
    let total: f64 = (1..=neighbours).map(of_rank).sum();
    (1..=neighbours).map(|rank| of_rank(rank) / total).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{quiet, ruled};
    use super::*;

    #[test]
    fn values_that_tell_are_above_values_that_do_not() {
        let genes = ruled(300, 1);
        let rows = genes.log_ratios();
        let weights = weights(&rows, &genes.targets(), &mut quiet()).unwrap();
        // The rule is in the second mark of bins 2 and 3 of 4.
        assert_eq!(select(&weights, 2), [4, 7], "{weights:?}");
        assert!(weights[4] > 0.0 && weights[7] > 0.0);
    }

    #[test]
    fn a_worked_case_gives_its_weights() {
        // Three genes, one of the other two nearest each. Ranks 1 and 2 have influence d1 and d2.
        let rows = ndarray::array![[0.0, 5.0], [1.0, 5.0], [4.0, 5.0]];
        let change = ndarray::array![0.0, 1.0, 2.0];
        let found = weights(&rows, &change, &mut quiet()).unwrap();
        let [near, far]: [f64; 2] = influence(2).try_into().unwrap();
        // diff(value): 0-1 ¼, 1-2 ¾, 0-2 1; diff(change): ½, ½, 1. Nearest of 0 is 1, of 1 is 0, of 2 is 1.
        let change_apart = near * (0.5 + 0.5 + 0.5) + far * (1.0 + 0.5 + 1.0);
        let value_apart = near * (0.25 + 0.25 + 0.75) + far * (1.0 + 0.75 + 1.0);
        let both = near * 0.5 * (0.25 + 0.25 + 0.75) + far * (1.0 + 0.5 * 0.75 + 1.0);
        let expected = both / change_apart - (value_apart - both) / (3.0 - change_apart);
        assert!((found[0] - expected).abs() < 1e-12, "{found:?} {expected}");
        assert_eq!(found[1], 0.0);
    }

    #[test]
    fn influence_falls_with_rank_and_sums_to_one() {
        let influence = influence(NEIGHBOURS);
        assert!((influence.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(influence.windows(2).all(|pair| pair[0] > pair[1]));
    }
}
