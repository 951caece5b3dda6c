//! Mean weights of marks by a model of change, in genes that go up and in genes that go down: figure 5 of Sekhon et al.
//! 2018, DeepDiff.

use super::recovery::kth_largest;

/// Genes that change by more than a threshold, by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directions {
    /// Genes whose change is above the threshold.
    pub up: Vec<usize>,
    /// Genes whose change is below its negative.
    pub down: Vec<usize>,
}

impl Directions {
    /// Groups genes by their log2 fold changes, predicted or measured, `[genes]`. Genes at the threshold, or with a
    /// change of NaN, are in neither group.
    pub fn new<S: Copy + Into<f64>>(change: &[S], threshold: f64) -> Self {
        let beyond = |sign: f64| {
            let goes = |&gene: &usize| {
                let change: f64 = change[gene].into();
                sign * change > threshold
            };
            (0..change.len()).filter(goes).collect()
        };
        Self {
            up: beyond(1.0),
            down: beyond(-1.0),
        }
    }
}

/// Mean and standard deviation (n − 1) of one of the `columns` of `beta` [genes, columns] over genes, by index. The
/// mean of no genes and the deviation of one are NaN.
///
/// # Panics
/// If a gene is out of bounds.
pub fn mean_weight(beta: &[f32], columns: usize, column: usize, genes: &[usize]) -> [f64; 2] {
    let weights = || genes.iter().map(|&gene| f64::from(beta[gene * columns + column]));
    let n = genes.len() as f64;
    let mean = weights().sum::<f64>() / n;
    let squares: f64 = weights().map(|weight| (weight - mean).powi(2)).sum();
    [mean, (squares / (n - 1.0).max(0.0)).sqrt()]
}

/// Default fraction of genes that are grouped by direction: those that change most.
pub const CHANGED_MOST: f64 = 0.1;

/// The threshold, to two decimals, that a fraction of the genes with known changes exceeds; 0 if no change is known.
pub fn reached_by(share: f64, change: &[f32]) -> f64 {
    let sizes: Vec<f32> = change
        .iter()
        .filter(|size| !size.is_nan())
        .map(|size| size.abs())
        .collect();
    let genes = (share * sizes.len() as f64).ceil() as usize;
    if genes == 0 {
        return 0.0;
    }
    // Below the last of them, so that this one exceeds it as well.
    let hundredths = (100.0 * f64::from(kth_largest(&sizes, genes))).ceil() - 1.0;
    hundredths.max(0.0) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGE: [f32; 4] = [2.0, -3.0, 0.5, -9.0];
    const BETA: [f32; 8] = [0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 0.4, 0.6];

    #[test]
    fn a_gene_goes_up_or_down_beyond_the_threshold_and_nowhere_at_it() {
        let of = |threshold| {
            let Directions { up, down } = Directions::new(&CHANGE, threshold);
            (up, down)
        };
        assert_eq!(of(1.0), (vec![0], vec![1, 3]));
        assert_eq!(of(8.0), (vec![], vec![3]));
        assert_eq!((of(2.0).0, of(9.0).1), (vec![], vec![]));
        let none = Directions::new(&[f32::NAN, 0.0], 0.0);
        assert!(none.up.is_empty() && none.down.is_empty());
    }

    #[test]
    fn a_mean_weight_has_its_deviation_between_genes_unless_there_is_one() {
        let of = |column, genes: &[usize]| mean_weight(&BETA, 2, column, genes);
        let [mean, deviation] = of(0, &[0]);
        assert!(mean == f64::from(0.9_f32) && deviation.is_nan());
        assert!(of(0, &[]).iter().all(|number| number.is_nan()));
        let [mean, deviation] = of(1, &[1, 3]);
        assert!((mean - 0.7).abs() < 1e-6);
        assert!((deviation - 0.2 / 2.0_f64.sqrt()).abs() < 1e-6);
        assert_eq!(mean_weight(&[1.0, 3.0], 1, 0, &[0, 1]), [2.0, 2.0_f64.sqrt()]);
    }

    #[test]
    fn the_genes_that_change_most_are_a_share_of_them_whatever_they_change_by() {
        let change = [0.5, -3.0, 6.8, f32::NAN, 0.0, -2.1];
        let reached = [0.1, 0.4, 0.6, 0.8].map(|share| reached_by(share, &change));
        assert_eq!(reached, [6.8, 2.99, 2.09, 0.49]);
        for (share, genes) in [(0.1, 1), (0.4, 2), (0.6, 3), (0.8, 4)] {
            let Directions { up, down } = Directions::new(&change, reached_by(share, &change));
            assert_eq!(up.len() + down.len(), genes);
        }
        assert_eq!(reached_by(0.1, &[f32::NAN]), 0.0);
        assert_eq!(reached_by(0.1, &[]), 0.0);
    }
}
