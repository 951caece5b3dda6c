//! Features of genes.

use std::fmt;

use ndarray::{Array1, Array2, Axis};
use regulens::input::SignalTable;

/// Features of a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Every bin of every mark, as counts.
    Counts,
    /// Every bin of every mark, as logarithms.
    LogCounts,
    /// Each mark's mean over the bins.
    MarkMeans,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counts => "counts",
            Self::LogCounts => "ln(1 + count)",
            Self::MarkMeans => "mark means",
        })
    }
}

impl Values {
    /// One row per gene: [N, T · M], or [N, M] for the means.
    pub fn of(self, table: &SignalTable) -> Array2<f64> {
        let (genes, bins, marks) = (table.genes.len(), table.bins, table.marks.len());
        let counts = table.values.iter().map(|&value| f64::from(value));
        let (columns, values) = match self {
            Self::Counts => (bins * marks, counts.collect()),
            Self::LogCounts => (bins * marks, counts.map(f64::ln_1p).collect()),
            Self::MarkMeans => {
                let mut means = vec![0.0; genes * marks];
                for (at, count) in counts.enumerate() {
                    means[at / (bins * marks) * marks + at % marks] += count / bins as f64;
                }
                (marks, means)
            }
        };
        Array2::from_shape_vec((genes, columns), values).expect("a table is genes x bins x marks")
    }
}

/// Mean and standard deviation of each column over the training genes. Standardisation makes the strength of
/// regularisation comparable between marks, and reduces the number of steps.
#[derive(Debug, Clone)]
pub struct Standardisation {
    mean: Array1<f64>,
    deviation: Array1<f64>,
}

impl Standardisation {
    /// `None` without rows.
    pub fn of(rows: &Array2<f64>) -> Option<Self> {
        let mean = rows.mean_axis(Axis(0))?;
        let mut deviation = rows.std_axis(Axis(0), 0.0);
        // A column that is constant except for rounding must not be amplified.
        deviation.zip_mut_with(&mean, |deviation, mean| {
            if *deviation <= 1e-9 * mean.abs() {
                *deviation = 1.0;
            }
        });
        Some(Self { mean, deviation })
    }

    /// Scales each column to mean 0 and standard deviation 1 over the training genes.
    pub fn apply(&self, rows: Array2<f64>) -> Array2<f64> {
        (rows - &self.mean) / &self.deviation
    }
}

/// A linear predictor of standardised values: the result of logistic regression and of support vectors.
#[derive(Debug, Clone)]
pub struct Linear {
    /// Values that it is fitted to.
    pub values: Values,
    /// Standardisation of those values.
    pub scale: Standardisation,
    /// One per column.
    pub weights: Array1<f64>,
    /// Added to every score.
    pub intercept: f64,
}

impl Linear {
    /// A score for each gene of a table; higher is more likely on.
    pub fn scores(&self, table: &SignalTable) -> Vec<f64> {
        self.of_rows(&self.scale.apply(self.values.of(table)))
    }

    /// A score for each standardised row.
    pub fn of_rows(&self, rows: &Array2<f64>) -> Vec<f64> {
        (rows.dot(&self.weights) + self.intercept).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_averaged_over_its_own_bins() {
        let text = b"gene,bin,A,B\ng,1,1,10\ng,2,3,30\nh,1,0,5\nh,2,0,7\n";
        let table = SignalTable::read("t.csv", text).unwrap();
        assert_eq!(Values::MarkMeans.of(&table), ndarray::array![[2.0, 20.0], [0.0, 6.0]]);
    }

    #[test]
    fn bins_stay_apart_in_counts_and_logarithms() {
        let table = SignalTable::read("t.csv", b"gene,bin,A\ng,1,1\ng,2,3\n").unwrap();
        assert_eq!(Values::Counts.of(&table), ndarray::array![[1.0, 3.0]]);
        assert_eq!(
            Values::LogCounts.of(&table),
            ndarray::array![[2.0_f64.ln(), 4.0_f64.ln()]]
        );
    }
}
